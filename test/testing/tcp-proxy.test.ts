import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../src/testing/index.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let echo: Server;
let served: Set<Socket>;
let proxy: TcpProxy;
beforeEach(async () => {
  served = new Set();
  echo = createServer((socket) => {
    served.add(socket);
    socket.on('error', () => undefined).on('close', () => served.delete(socket));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await startTcpProxy(() => ({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port }));
});
afterEach(async () => {
  await proxy.close();
  for (const socket of served) socket.destroy();
  await new Promise((resolve) => echo.close(resolve));
});

interface Client { socket: Socket; heard(): string; over(): string | undefined }
function dial(): Client {
  const socket = connect(proxy.port, '127.0.0.1');
  let heard = '';
  let over: string | undefined;
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  socket.on('error', (error: NodeJS.ErrnoException) => (over = error.code));
  socket.on('close', () => (over ??= 'closed'));
  return { socket, heard: () => heard, over: () => over };
}
async function talking(): Promise<Client> {
  const client = dial();
  client.socket.write('hello');
  await waitFor(() => client.heard() === 'hello');
  return client;
}

describe('a line between two ends', () => {
  it('carries bytes both ways, large amounts too, and the end of a sender after its last byte', async () => {
    const client = dial();
    const text = 'x'.repeat(3_000_000);
    client.socket.end(text);
    await waitFor(() => client.over() !== undefined);
    expect(client.over()).toBe('closed');
    expect(client.heard().length).toBe(text.length);
    await waitFor(() => served.size === 0, { describe: 'the far end to have heard of it' });
  });

  it('resets what runs over it and whoever comes while it is cut, and works again after', async () => {
    const before = await talking();
    proxy.cut();
    await waitFor(() => before.over() !== undefined);
    expect(before.over()).toBe('ECONNRESET');
    const during = dial();
    await waitFor(() => during.over() !== undefined);
    await waitFor(() => served.size === 0);
    proxy.heal();
    (await talking()).socket.destroy();
    expect(proxy.figures()).toEqual({ connections: 3, reset: 2, deafened: 0, sentBytes: 2 * 'hello'.length });
  });

  it('swallows everything while deaf, keeps connections open, and never gives a deaf one its hearing back', async () => {
    const before = await talking();
    proxy.deafen();
    const during = dial();
    await waitFor(() => during.socket.readyState === 'open');
    before.socket.write('lost');
    during.socket.write('lost');
    const gone = await waitFor(() => [...served][0]);
    const survivor = await (async () => {
      proxy.heal();
      return talking();
    })();
    expect([before.heard(), before.over(), during.heard(), during.over()]).toEqual(['hello', undefined, '', undefined]);
    before.socket.write('still lost');
    survivor.socket.write('!');
    await waitFor(() => survivor.heard() === 'hello!');
    expect(before.heard()).toBe('hello');
    // The near end hangs up on a healed line: now the far end hears of it.
    before.socket.destroy();
    await waitFor(() => gone.destroyed);
    expect(survivor.over()).toBeUndefined();
    for (const client of [during, survivor]) client.socket.destroy();
  });

  it('tells nobody of an end while it is deaf, and the far end once it is healed', async () => {
    const client = await talking();
    const [far] = [...served];
    proxy.deafen();
    client.socket.destroy();
    const other = dial();
    await waitFor(() => other.socket.readyState === 'open');
    expect(far?.destroyed).toBe(false);
    proxy.heal();
    await waitFor(() => far?.destroyed === true);
    other.socket.destroy();
  });

  it('delays in order, and drops what waits when its sender hangs up', async () => {
    const client = await talking();
    proxy.delay(60);
    const began = performance.now();
    for (const piece of ['a', 'b', 'c']) client.socket.write(piece);
    await waitFor(() => client.heard() === 'helloabc');
    expect(performance.now() - began).toBeGreaterThanOrEqual(100);
    let arrived = '';
    [...served][0]?.on('data', (piece: Buffer) => (arrived += piece.toString()));
    client.socket.write('too late');
    await waitFor(() => client.socket.bytesWritten === 'helloabctoo late'.length);
    client.socket.resetAndDestroy();
    await waitFor(() => served.size === 0);
    expect(arrived).toBe('');
  });
});
