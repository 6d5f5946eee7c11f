import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createTransport } from '../../src/adapter/http.ts';
import { callOnce } from '../support/call-once.ts';
import { bodyOf, httpLoopback, tcpLoopback } from '../support/loopback.ts';

describe('transport', () => {
  it('sends body, headers and query as given and reads JSON', async () => {
    let seen: unknown;
    await using server = await httpLoopback((request, response) => {
      void bodyOf(request).then((body) => {
        seen = { url: request.url, method: request.method, dstcode: request.headers['dstcode'], type: request.headers['content-type'], body };
        response.setHeader('content-type', 'application/json').end('{"error_code":"0"}');
      });
    });
    const result = await callOnce({ baseUrl: `${server.url}/forward?providerurl=x` }, { method: 'POST', path: '/mapi/g', query: { dstcode: 'VN:GOV' }, headers: { dstcode: 'VN:GOV', 'content-type': 'application/json' }, body: '{"tên":"Đỗ"}' });
    expect(result).toMatchObject({ kind: 'response', status: 200, body: { error_code: '0' } });
    expect(seen).toEqual({ url: '/forward/mapi/g?providerurl=x&dstcode=VN%3AGOV', method: 'POST', dstcode: 'VN:GOV', type: 'application/json', body: '{"tên":"Đỗ"}' });
  });

  it('keeps the text of an answer that is not JSON, with its status', async () => {
    await using server = await httpLoopback((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>'));
    expect(await callOnce({ baseUrl: server.url }, { method: 'GET', path: '/' })).toMatchObject({ kind: 'response', status: 502, body: undefined, text: '<html>Bad Gateway</html>' });
  });

  it('says that nothing was sent when nobody listens', async () => {
    const dead = await tcpLoopback(() => undefined);
    await dead[Symbol.asyncDispose]();
    expect(await callOnce({ baseUrl: dead.url }, { method: 'POST', path: '/', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'before', code: 'ECONNREFUSED' });
  });

  it('says that it may have been received when the answer never comes', async () => {
    await using server = await httpLoopback(() => undefined);
    expect(await callOnce({ baseUrl: server.url, readTimeoutMs: 50 }, { method: 'POST', path: '/', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'after', code: 'READ_TIMEOUT' });
  });

  it('says so too when the line is cut after the request', async () => {
    await using server = await tcpLoopback((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await callOnce({ baseUrl: server.url }, { method: 'POST', path: '/', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'after', code: 'RESET' });
  });

  it('knows which of several calls left when there are fewer connections than calls', async () => {
    await using server = await httpLoopback(() => undefined);
    const transport = createTransport({ baseUrl: server.url, connections: 1 });
    // The first holds the only connection until the others have given up waiting for it.
    const results = await Promise.all([400, 50, 50].map((readTimeoutMs, i) => transport.request({ method: 'POST', path: `/${i}`, body: '{}', readTimeoutMs })));
    await transport.close();
    expect(results.map((result) => (result.kind === 'failure' ? [result.sent, result.code] : result.kind))).toEqual([['after', 'READ_TIMEOUT'], ['before', 'READ_TIMEOUT'], ['before', 'READ_TIMEOUT']]);
    expect(server.requests).toBe(1);
  });

  it('does not send what was given up while it waited for a connection', async () => {
    let answer = (): void => undefined;
    await using server = await httpLoopback((_, response, n) => {
      answer = () => response.end('{}');
      if (n > 1) answer();
    });
    const transport = createTransport({ baseUrl: server.url, connections: 1 });
    const abort = new AbortController();
    const first = transport.request({ method: 'POST', path: '/first', body: '{}' });
    const second = transport.request({ method: 'POST', path: '/second', body: '{}', signal: abort.signal });
    while (server.requests === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect(await second).toMatchObject({ kind: 'failure', sent: 'before', code: 'ABORTED' });
    answer();
    expect((await first).kind).toBe('response');
    expect((await transport.request({ method: 'POST', path: '/third', body: '{}' })).kind).toBe('response');
    await transport.close();
    expect(server.requests).toBe(2);
  });

  it('says that nothing was sent when the TLS handshake is cut, or its answer never comes', async () => {
    await using cutting = await tcpLoopback((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await callOnce({ baseUrl: cutting.url.replace('http:', 'https:') }, { method: 'POST', path: '/', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'before', code: 'RESET' });
    await using silent = await tcpLoopback(() => undefined);
    expect(await callOnce({ baseUrl: silent.url.replace('http:', 'https:'), connectTimeoutMs: 200, readTimeoutMs: 50 }, { method: 'POST', path: '/', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'before' });
  });

  it('does not let a dribbling body outlive the read timeout', async () => {
    await using server = await httpLoopback((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    expect(await callOnce({ baseUrl: server.url, readTimeoutMs: 100 }, { method: 'GET', path: '/' })).toMatchObject({ kind: 'failure', sent: 'after', code: 'READ_TIMEOUT' });
  });

  it('reads an answer that came in time although the process was held up past the read timeout', async () => {
    const READ_TIMEOUT_MS = 100;
    const shared = new Int32Array(new SharedArrayBuffer(8));
    // A thread of its own answers while this one stands still.
    const server = new Worker(`
      const { workerData: shared, parentPort } = require('node:worker_threads');
      const server = require('node:http').createServer((request, response) => {
        Atomics.store(shared, 0, 1);
        response.end('{"error_code":0}', () => { Atomics.store(shared, 1, 1); Atomics.notify(shared, 1); });
      });
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`, { eval: true, workerData: shared });
    const [port] = (await once(server, 'message')) as [number];
    const pending = callOnce({ baseUrl: `http://127.0.0.1:${port}`, readTimeoutMs: READ_TIMEOUT_MS }, { method: 'POST', path: '/', body: '{}' });
    while (Atomics.load(shared, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(shared, 1, 0);
    Atomics.wait(shared, 1, 1, 2 * READ_TIMEOUT_MS);
    expect(await pending).toMatchObject({ kind: 'response', body: { error_code: 0 } });
    await server.terminate();
  });

  it('stops reading above the size limit', async () => {
    await using server = await httpLoopback((_, response) => response.end('x'.repeat(100_000)));
    expect(await callOnce({ baseUrl: server.url, maxResponseBytes: 10_000 }, { method: 'GET', path: '/' })).toMatchObject({ kind: 'failure', code: 'TOO_LARGE' });
  });

  it('notices a body that is shorter than promised', async () => {
    await using server = await tcpLoopback((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"error_c')));
    expect(await callOnce({ baseUrl: server.url }, { method: 'POST', path: '/', body: '{}' })).toMatchObject({ kind: 'failure', sent: 'after' });
  });

  it('uses its connections again', async () => {
    const ports = new Set<number | undefined>();
    await using server = await httpLoopback((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{}');
    });
    const transport = createTransport({ baseUrl: server.url });
    for (let i = 0; i < 20; i += 1) await transport.request({ method: 'GET', path: '/' });
    await transport.close();
    expect(server.requests).toBe(20);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('gives up at once when the caller aborts', async () => {
    await using server = await httpLoopback(() => undefined);
    const abort = new AbortController();
    const pending = callOnce({ baseUrl: server.url }, { method: 'POST', path: '/', body: '{}', signal: abort.signal });
    setImmediate(() => abort.abort());
    expect(await pending).toMatchObject({ kind: 'failure', code: 'ABORTED' });
    expect(await callOnce({ baseUrl: server.url }, { method: 'GET', path: '/', signal: abort.signal })).toMatchObject({ sent: 'before', code: 'ABORTED' });
  });
});
