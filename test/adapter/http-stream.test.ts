/** Bodies in pieces, out and in: bounded, and clear about what arrived. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../src/adapter/http.ts';
import { callOnce } from '../support/call-once.ts';
import { bodyOf, httpLoopback, type Loopback } from '../support/loopback.ts';

const open: Loopback[] = [];
afterEach(async () => {
  for (const loopback of open.splice(0)) await loopback[Symbol.asyncDispose]();
});

async function* pieces(count: number, piece: string | Buffer, after?: Error): AsyncGenerator<string | Buffer> {
  for (let i = 0; i < count; i += 1) yield await Promise.resolve(piece);
  if (after !== undefined) throw after;
}

describe('a request in pieces', () => {
  it('arrives whole, text and bytes alike', async () => {
    let got = '';
    const server = await httpLoopback((req, res) => void (async () => {
      got = await bodyOf(req);
      res.end('{"ok":true}');
    })());
    open.push(server);
    async function* mixed(): AsyncGenerator<string | Buffer> {
      yield '{"tên":"';
      yield Buffer.from('Nguyễn Thị Ví Dụ');
      yield* pieces(200, 'x'.repeat(10_000));
      yield '"}';
    }
    expect(await callOnce({ baseUrl: server.url }, { method: 'POST', path: '/p', body: mixed() })).toMatchObject({ kind: 'response', status: 200, body: { ok: true } });
    expect(JSON.parse(got)).toEqual({ tên: `Nguyễn Thị Ví Dụ${'x'.repeat(2_000_000)}` });
  });

  it('that breaks off was not received, and says why', async () => {
    const server = await httpLoopback((req, res) => {
      req.resume().on('end', () => res.end('{}')).on('error', () => undefined);
    });
    open.push(server);
    const gone = Object.assign(new Error('gone'), { code: 'FILE_GONE' });
    expect(await callOnce({ baseUrl: server.url }, { method: 'POST', path: '/p', body: pieces(3, 'abc', gone) })).toMatchObject({ kind: 'failure', sent: 'before', code: 'FILE_GONE' });
  });
});

describe('an answer in pieces', () => {
  const lineTo = async (answer: (res: ServerResponse) => void, options: { maxResponseBytes?: number; readTimeoutMs?: number } = {}) => {
    const server = await httpLoopback((_req, res) => answer(res));
    open.push(server);
    return createTransport({ baseUrl: server.url, ...options });
  };

  it('comes as bytes, without a redirect being followed', async () => {
    const bytes = Buffer.from([0, 255, 254, 13, 10]);
    const line = await lineTo((res) => res.writeHead(302, { location: 'http://127.0.0.1:1/', 'content-type': 'application/pdf' }).end(bytes));
    const answer = await line.open?.({ method: 'GET', path: '/f' });
    expect(answer).toMatchObject({ kind: 'open', status: 302, headers: { 'content-type': 'application/pdf' } });
    const got: Buffer[] = [];
    if (answer?.kind === 'open') for await (const chunk of answer.chunks) got.push(chunk);
    expect(Buffer.concat(got)).toEqual(bytes);
    await line.close();
  });

  it.each<[string, string, { maxResponseBytes?: number; readTimeoutMs?: number }, (res: ServerResponse) => void]>([
    ['too long', 'TOO_LARGE', { maxResponseBytes: 10 }, (res) => void res.end('x'.repeat(1000))],
    ['cut', 'RESET', {}, (res) => {
      res.writeHead(200, { 'content-length': '1000' });
      res.write('x', () => res.destroy());
    }],
    ['never ending', 'READ_TIMEOUT', { readTimeoutMs: 80 }, (res) => void res.writeHead(200).write('x')],
  ])('%s is told as %s', async (_what, code, options, answer) => {
    const line = await lineTo(answer, options);
    const opened = await line.open?.({ method: 'GET', path: '/f' });
    const read = async (): Promise<string> => {
      if (opened?.kind !== 'open') return opened?.code ?? 'none';
      try {
        for await (const _chunk of opened.chunks);
        return 'whole';
      } catch (error) {
        return String((error as { code?: unknown }).code);
      }
    };
    expect(await read()).toBe(code);
    await line.close();
  });

  it('of nobody is a failure that reached nobody', async () => {
    const line = createTransport({ baseUrl: 'http://127.0.0.1:1' });
    expect(await line.open?.({ method: 'GET', path: '/f' })).toMatchObject({ kind: 'failure', sent: 'before', code: 'ECONNREFUSED' });
    await line.close();
  });
});
