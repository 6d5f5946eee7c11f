import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/server.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';
import { memoryLedger, type MemoryLedger } from './memory-ledger.ts';

let gateway: Gateway;
let ledger: MemoryLedger;
let base: URL;
async function start(server: Record<string, unknown> = {}): Promise<void> {
  ledger = memoryLedger();
  gateway = await gatewayWith({ ledger, config: testConfig({ server: { port: 0, ...server } }) });
  base = new URL(await gateway.listen());
}
afterEach(async () => {
  ledger.letGo();
  await gateway.close();
});

interface ResultLine { line?: number; status?: string; code?: string; eventId?: string; quarantineId?: number; dossierCode?: string; issues?: { code: string; pointer: string }[]; summary?: Record<string, unknown> }

function open(path = '/v1/dossiers:import', headers: Record<string, string> = {}): ClientRequest {
  return request({ host: '127.0.0.1', port: base.port, path, method: 'POST', headers: { 'content-type': 'application/x-ndjson', ...headers } });
}
async function responseOf(req: ClientRequest): Promise<IncomingMessage> {
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return res;
}
async function linesOf(res: IncomingMessage): Promise<ResultLine[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as ResultLine);
}
async function send(body: string | Buffer, path?: string): Promise<ResultLine[]> {
  const req = open(path);
  req.end(body);
  return linesOf(await responseOf(req));
}
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('an import', () => {
  it('answers each line in the order of the input and ends with a summary', async () => {
    await start();
    const bad = JSON.stringify({ ...dossier(3), status: 'WHATEVER' });
    const lines = await send([JSON.stringify(dossier(1)), bad, '', '{nope}', JSON.stringify(dossier(2)), JSON.stringify(dossier(1))].join('\n') + '\n');
    expect(lines.map((l) => [l.line, l.status, l.code])).toEqual([
      [1, 'accepted', undefined], [2, 'quarantined', 'LT-GATEWAY-REFUSED'], [4, 'quarantined', 'LT-INPUT-NOT-JSON'], [5, 'accepted', undefined], [6, 'duplicate', undefined], [undefined, undefined, undefined],
    ]);
    expect(lines[0]).toMatchObject({ eventId: 'e1', dossierCode: 'H99.14-250701-0001' });
    expect(lines[1]).toMatchObject({ dossierCode: 'H99.14-250701-0003', issues: [{ code: 'LT-INPUT-ENUM', pointer: '/status' }] });
    expect(lines.at(-1)?.summary).toEqual({ lines: 5, accepted: 2, quarantined: 2, duplicate: 1, complete: true });
    expect(ledger.quarantined.map((q) => [q.via, q.line])).toEqual([['import', 2], ['import', 4]]);
  });

  it('takes CRLF, a byte-order mark and a last line without its end', async () => {
    await start();
    const lines = await send(`\ufeff${JSON.stringify(dossier(1))}\r\n${JSON.stringify(dossier(2))}`);
    expect(lines.map((l) => l.status)).toEqual(['accepted', 'accepted', undefined]);
  });

  it('says of a file that was cut in mid-line which line it was; the rest is in', async () => {
    await start();
    const lines = await send(`${JSON.stringify(dossier(1))}\n${JSON.stringify(dossier(2)).slice(0, 300)}`);
    expect(lines[0]?.status).toBe('accepted');
    expect(lines[1]).toMatchObject({ line: 2, status: 'quarantined', code: 'LT-INPUT-TRUNCATED' });
    expect(lines[2]?.summary).toMatchObject({ lines: 2, accepted: 1, quarantined: 1, complete: true });
  });

  it('joins letters that are cut over two chunks', async () => {
    await start();
    const bytes = Buffer.from(`${JSON.stringify(dossier(1))}\n`);
    const at = bytes.indexOf(Buffer.from('ễ')) + 1;
    const req = open();
    const response = responseOf(req);
    req.write(bytes.subarray(0, at));
    await tick();
    req.end(bytes.subarray(at));
    expect((await linesOf(await response))[0]?.status).toBe('accepted');
    expect(JSON.parse(ledger.changes[0]?.body ?? '')).toMatchObject({ applicant: { name: 'Nguyễn Văn Mẫu' } });
  });

  it('puts a line that is too long aside and goes on', async () => {
    await start({ importLineLimit: 4000 });
    const lines = await send(`${JSON.stringify(dossier(1))}\n{"x":"${'y'.repeat(1_000_000)}"}\n${JSON.stringify(dossier(2))}\n`);
    expect(lines.map((l) => [l.status, l.code])).toEqual([['accepted', undefined], ['quarantined', 'LT-INPUT-TOO-LARGE'], ['accepted', undefined], [undefined, undefined]]);
    expect(ledger.quarantined[0]?.raw.length).toBeLessThanOrEqual(4096);
  });

  it('reads a source’s own shape', async () => {
    await start();
    const lines = await send('{"n":1}\n{"n":"x"}\n{"n":2}\n{"boom":true}\n', '/v1/dossiers:import?source=toy');
    expect(lines.map((l) => l.status ?? 'summary')).toEqual(['accepted', 'quarantined', 'accepted', 'quarantined', 'summary']);
  });

  it('of nothing is a summary', async () => {
    await start();
    const req = open(undefined, { 'transfer-encoding': 'chunked' });
    req.end();
    expect((await linesOf(await responseOf(req)))[0]?.summary).toEqual({ lines: 0, complete: true });
  });

  it('acknowledges a line only after it is durable', async () => {
    await start();
    ledger.hold();
    const req = open();
    const response = responseOf(req);
    req.write(`${JSON.stringify(dossier(1))}\n`);
    while (ledger.pending() === 0) await tick();
    let answered = false;
    void response.then((res) => res.once('data', () => (answered = true)));
    for (let i = 0; i < 20; i++) await tick();
    expect(answered).toBe(false);
    ledger.letGo();
    req.end();
    expect((await linesOf(await response))[0]?.status).toBe('accepted');
  });

  it('answers each line without waiting for the next', async () => {
    await start();
    const req = open();
    const response = responseOf(req);
    req.write(`${JSON.stringify(dossier(1))}\n`);
    const res = await response;
    const [first] = (await once(res, 'data')) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({ line: 1, status: 'accepted' });
    req.write(`${JSON.stringify(dossier(2))}\n`);
    const [second] = (await once(res, 'data')) as [Buffer];
    expect(JSON.parse(second.toString())).toMatchObject({ line: 2, status: 'accepted' });
    req.end();
    await linesOf(res);
  });
});

describe('pressure', () => {
  it('never has more lines in work than the window', async () => {
    await start({ importWindow: 20 });
    ledger.hold();
    const req = open();
    const response = responseOf(req);
    req.end(Array.from({ length: 500 }, (_, i) => JSON.stringify(dossier(i + 1))).join('\n'));
    while (ledger.pending() < 20) await tick();
    for (let i = 0; i < 50; i++) await tick();
    expect(ledger.pending()).toBe(20);
    ledger.letGo();
    const lines = await linesOf(await response);
    expect(lines).toHaveLength(501);
    expect(lines.slice(0, -1).map((l) => l.line)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('of a reader that does not read stops the gateway from reading ahead, for 10,000 lines', async () => {
    await start();
    const total = 10_000;
    const sockets: Socket[] = [];
    gateway.app.server.on('connection', (socket) => sockets.push(socket));
    const req = open();
    const response = responseOf(req);
    // Refused lines carry long results, so that the buffers between the two ends fill early.
    const line = `${JSON.stringify({ ...dossier(1), status: 'NO', channel: 'NO', source: 'NO', applicant: { kind: 'NO', name: 1, ids: 2 } })}\n`;
    let written = 0;
    const writing = (async () => {
      while (written < total) {
        written += 1;
        if (!req.write(line)) await once(req, 'drain');
      }
      req.end();
    })();
    const res = await response;
    res.pause();
    // Nobody reads: at some point nothing moves any more, far before the end.
    let last = -1;
    let still = 0;
    while (still < 200) {
      await tick();
      await new Promise((resolve) => setTimeout(resolve, 1));
      still = ledger.quarantined.length === last ? still + 1 : 0;
      last = ledger.quarantined.length;
    }
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(total);
    // What the gateway took off the line; the system's own buffers may hold all of the rest.
    expect(sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)).toBeLessThan((total * line.length * 9) / 10);
    const lines = await linesOf(res);
    await writing;
    expect(lines.slice(0, -1).map((l) => l.line)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    expect(lines.at(-1)?.summary).toMatchObject({ lines: total, quarantined: total, complete: true });
  });

  it('allows only so many imports at a time', async () => {
    await start({ maxImports: 1 });
    const first = open();
    const answer = responseOf(first);
    first.write(`${JSON.stringify(dossier(1))}\n`);
    const res = await answer;
    const second = open();
    second.end('');
    const refused = await responseOf(second);
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('15');
    refused.resume();
    first.end();
    await linesOf(res);
    expect((await send(JSON.stringify(dossier(2)))).at(-1)?.summary).toMatchObject({ complete: true });
  });
});

describe('an import that ends early', () => {
  it('by its client leaves nothing behind', async () => {
    await start({ maxImports: 1 });
    const req = open();
    req.on('error', () => undefined);
    const response = responseOf(req);
    req.write(`${JSON.stringify(dossier(1))}\n{"half":`);
    const res = await response;
    await once(res, 'data');
    res.on('error', () => undefined);
    req.destroy();
    // The only slot is free again, and half a line was not taken for a line.
    for (;;) {
      const lines = await send(JSON.stringify(dossier(2))).catch(() => []);
      if (lines.at(-1)?.summary !== undefined) break;
    }
    expect(ledger.quarantined).toEqual([]);
    expect(ledger.changes).toHaveLength(2);
  });

  it('because the ledger fails says where it stopped', async () => {
    await start({ importWindow: 4 });
    ledger.fail(new Error('disk'));
    const req = open();
    req.on('error', () => undefined);
    const response = responseOf(req);
    req.write(Array.from({ length: 100 }, (_, i) => `${JSON.stringify(dossier(i + 1))}\n`).join(''));
    const lines = await linesOf(await response);
    expect(lines.length).toBeLessThan(20);
    expect(lines.slice(0, -1).every((l) => l.status === 'failed' && l.code === 'LT-GATEWAY-LEDGER')).toBe(true);
    expect(lines.at(-1)?.summary).toMatchObject({ complete: false, code: 'LT-GATEWAY-LEDGER' });
    req.destroy();
  });

  it('because the gateway stops finishes what was begun and says that it is not complete', async () => {
    await start();
    const req = open();
    req.on('error', () => undefined);
    const response = responseOf(req);
    req.write(`${JSON.stringify(dossier(1))}\n`);
    const res = await response;
    await once(res, 'readable');
    const lines = linesOf(res);
    await gateway.close();
    const got = await lines;
    expect(got[0]?.status).toBe('accepted');
    expect(got.at(-1)?.summary).toMatchObject({ lines: 1, accepted: 1, complete: false, code: 'LT-GATEWAY-IMPORT-STOPPED' });
  });

  it('because nothing moves is ended', async () => {
    await start({ importStallSeconds: 1 });
    const req = open();
    req.on('error', () => undefined);
    const closed = new Promise((resolve) => req.once('close', resolve));
    req.write('{"code":');
    await closed;
    expect(ledger.quarantined).toEqual([]);
  });
});

describe('what is not an import', () => {
  it('is refused with the reason', async () => {
    await start();
    const json = open(undefined, { 'content-type': 'application/json' });
    json.end('{}');
    expect((await responseOf(json)).statusCode).toBe(415);
    const zipped = open(undefined, { 'content-encoding': 'gzip' });
    zipped.end('x');
    expect((await responseOf(zipped)).statusCode).toBe(415);
    const unknown = open('/v1/dossiers:import?source=nobody');
    unknown.end('{}\n');
    expect((await responseOf(unknown)).statusCode).toBe(400);
  });
});
