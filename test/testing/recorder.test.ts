import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import axios from 'axios';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { connect } from '../../src/adapter/client.ts';
import { contractOf } from '../../src/testing/contracts.ts';
import { startSimulator } from '../../src/testing/host.ts';
import { recordAxios, recordTransport } from '../../src/testing/recorder/hooks.ts';
import { startRecordingProxy } from '../../src/testing/recorder/proxy.ts';
import { createRecorder, type RecorderProblem } from '../../src/testing/recorder/recorder.ts';
import { parseExchange, readRecording, type RawExchange, type RecordedExchange, type Recorder } from '../../src/testing/recorder/recording.ts';
import { bodyOf, httpLoopback, tcpLoopback } from '../support/loopback.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lt-recorder-'));
  file = join(folder, 'r.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const recorderFor = (problems: RecorderProblem[] = []): Promise<Recorder> => createRecorder({ file, upstream: 'toy', onProblem: (problem) => problems.push(problem) });
async function recorded(): Promise<RecordedExchange[]> {
  const lines: RecordedExchange[] = [];
  for await (const line of readRecording(file)) lines.push(line);
  return lines;
}
const exchange = (body: string, answer: string | Buffer = '{"ok":true}', headers: Record<string, string> = {}): RawExchange => ({
  at: 1_760_000_000_000, durationMs: 3,
  request: { method: 'post', url: '/a', headers: { 'content-type': 'application/json' }, body },
  response: { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: answer },
});

describe('the recording file', () => {
  it('has its name only when it is whole, and is readable by its owner alone', async () => {
    const recorder = await recorderFor();
    recorder.record(exchange('{"hoTen":"Nguyễn Văn An"}'));
    expect(await readdir(folder)).toEqual(['r.ndjson.part']);
    expect(await recorder.close()).toMatchObject({ recorded: 1, skipped: 0 });
    expect(await readdir(folder)).toEqual(['r.ndjson']);
    await expect(recorderFor()).rejects.toThrow('is there already');
  });

  it('a name that is recognised late is replaced in the lines that were written before', async () => {
    const recorder = await recorderFor();
    // In a place that the contract declares without a mark the name alone would stay; here the header is such a place.
    for (let i = 0; i < 700; i += 1) recorder.record({ ...exchange('{}'), request: { method: 'GET', url: '/a', headers: { 'user-agent': `app Lê An, L%C3%AA%20An, ${Buffer.from('Lê An').toString('base64')}` }, body: '' } });
    recorder.record(exchange('{"hoTen":"Lê An"}'));
    expect(await recorder.close()).toMatchObject({ recorded: 701 });
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain('Lê An');
    const lines = await recorded();
    const { hoTen } = JSON.parse(lines.at(-1)?.request.body as string) as { hoTen: string };
    expect(lines[0]?.request.headers['user-agent']).toBe(`app ${hoTen}, ${encodeURIComponent(hoTen)}, ${Buffer.from(hoTen).toString('base64')}`);
    expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: 701 }, (_, i) => i + 1));
  });

  it('what cannot be read is not written', async () => {
    const recorder = await recorderFor();
    recorder.record(exchange('{"hoTen":"Nguyễn Văn', Buffer.from([0xff, 0xfe, 0x41])));
    recorder.record(exchange('{}', gzipSync('{"sdt":"0900001234"}'), { 'content-encoding': 'gzip' }));
    recorder.record(exchange('{}', Buffer.from('{"sdt":"0900001234"}'), { 'content-encoding': 'zstd' }));
    await recorder.close();
    const [cut, packed, strange] = await recorded();
    expect(cut?.request.body).toMatchObject({ omitted: 'unreadable', contentType: 'application/json', size: 23 });
    expect(cut?.response?.body).toMatchObject({ omitted: 'unreadable' });
    expect(packed?.response?.body).toMatch(/^\{"sdt":"0900[1-9]\d{5}"\}$/);
    expect(strange?.response?.body).toMatchObject({ omitted: 'unreadable' });
  });

  it('the content of a file becomes a stub of its kind wherever it stands, and text in another encoding is not kept', async () => {
    const recorder = await recorderFor();
    const content = Buffer.concat([Buffer.from('%PDF-1.7 Nguyễn Văn An 092085999123'), Buffer.alloc(4_000, 7)]).toString('base64');
    recorder.record(exchange(JSON.stringify({ noi_dung_moi: content })));
    recorder.record(exchange('{}', Buffer.from('{"hoTen":"Nguy\xean"}', 'latin1')));
    await recorder.close();
    const [stub, old] = await recorded();
    expect(Buffer.from((JSON.parse(stub?.request.body as string) as { noi_dung_moi: string }).noi_dung_moi, 'base64').toString()).toBe('%PDF-1.4\n% invented\n%%EOF\n');
    expect(old?.response?.body).toMatchObject({ omitted: 'unreadable' });
  });

  it('what a redirect hands on is not kept: codes, sessions, names; nor a session in an address', async () => {
    const recorder = await recorderFor();
    const location = (to: string): void => recorder.record({ ...exchange('{}'), request: { method: 'GET', url: '/di;jsessionid=Q1w2E3', headers: {}, body: '' }, response: { status: 302, headers: { location: to }, body: '' } });
    location('https://an:mk@sso.example.vn/cb;sid=77aa?code=Ab3dE9&state=xyz12&ten=Nguyen+Van+An&trang=2');
    location('/dang-nhap#id_token=short1&q=an');
    await recorder.close();
    const [query, fragment] = await recorded();
    expect([query?.request.path, query?.response?.headers['location']]).toEqual(['/di;jsessionid=dropped', expect.stringMatching(/^https:\/\/sso\.example\.vn\/cb;sid=dropped\?code=dropped&state=dropped&ten=(?!Nguyen)\S+&trang=2$/)]);
    expect(fragment?.response?.headers['location']).toMatch(/^\/dang-nhap#id_token=dropped&q=(?!an$)/);
  });

  it('numbers keep their digits, and keys that are numbers of people are replaced', async () => {
    const recorder = await recorderFor();
    recorder.record(exchange('{"ma":20250812090000123,"tien":1250000,"092085999123":{"x":1},"__proto__":{"sdt":"0900001234"}}'));
    await recorder.close();
    const [line] = await recorded();
    expect(line?.request.body).toContain('"ma":20250812090000123,"tien":1250000');
    expect(line?.request.body).not.toMatch(/092085999123|0900001234/);
    expect(line?.request.body).toContain('"__proto__"');
  });

  it('an exchange that cannot be made safe is left out, and said so', async () => {
    const problems: RecorderProblem[] = [];
    const recorder = await recorderFor(problems);
    recorder.record({ ...exchange('{}'), at: Number.NaN });
    recorder.record(exchange('{}'));
    expect(await recorder.close()).toMatchObject({ recorded: 1, skipped: 1 });
    expect(problems).toEqual([{ kind: 'unsafe', error: 'RangeError' }]);
  });

  it('a line that is no exchange is told by its number, never by its text', () => {
    expect(() => parseExchange('{"hoTen":"Nguyễn Văn An"', 7)).toThrow(/^line 7 is not JSON/);
    expect(() => parseExchange('{"v":2}', 3)).toThrow(/^line 3 is no exchange of version 1/);
  });
});

describe('the proxy', () => {
  it('passes on what the upstream says, byte by byte, though nothing can be recorded', async () => {
    const answer = gzipSync('{"sdt":"0900001234"}');
    await using upstream = await httpLoopback((request, response) => {
      void bodyOf(request).then((body) => response.writeHead(201, 'Made', [['X-Two', 'a'], ['X-Two', 'b'], ['Content-Encoding', 'gzip'], ['X-Asked', `${request.method} ${request.url} ${body} ${request.headers.host}`]].flat()).end(answer));
    });
    const recorder: Recorder = { record: () => undefined, statistics: () => ({ recorded: 0, skipped: 1, replaced: {} }), close: () => Promise.resolve({ recorded: 0, skipped: 1, replaced: {} }) };
    const proxy = await startRecordingProxy({ target: `${upstream.url}/goc/`, recorder });
    const response = await fetch(`${proxy.url}/x?y=1`, { method: 'PUT', body: 'hai' });
    expect(response.status).toBe(201);
    expect(response.statusText).toBe('Made');
    expect(response.headers.get('x-two')).toBe('a, b');
    expect(response.headers.get('x-asked')).toBe(`PUT /goc/x?y=1 hai ${new URL(upstream.url).host}`);
    expect(await response.json()).toEqual({ sdt: '0900001234' });
    await proxy.close();
  });

  it('bodies that are too large to be held are passed on all the same', async () => {
    const large = 'x'.repeat(300_000);
    await using upstream = await httpLoopback((request, response) => {
      void bodyOf(request).then((body) => response.writeHead(200, { 'content-type': 'text/plain' }).end(body));
    });
    const recorder = await recorderFor();
    const proxy = await startRecordingProxy({ target: upstream.url, recorder, maxRecordedBytes: 100_000 });
    expect(await (await fetch(proxy.url, { method: 'POST', body: large, headers: { 'content-type': 'text/plain' } })).text()).toBe(large);
    await proxy.close();
    await recorder.close();
    const [line] = await recorded();
    expect(line?.request.body).toMatchObject({ omitted: 'too-large', size: 300_000 });
    expect(line?.response?.body).toMatchObject({ omitted: 'too-large', size: 300_000 });
  });

  it('an upstream that cannot be reached, hangs up or is late is recorded as such', async () => {
    await using closed = await httpLoopback(() => undefined);
    const gone = closed.url;
    await closed[Symbol.asyncDispose]();
    await using hangsUp = await tcpLoopback((socket) => socket.once('data', () => socket.destroy()));
    await using silent = await tcpLoopback(() => undefined);
    const recorder = await recorderFor();
    for (const [target, status] of [[gone, 502], [hangsUp.url, 502], [silent.url, 504]] as const) {
      const proxy = await startRecordingProxy({ target, recorder, timeoutMs: 200 });
      expect((await fetch(proxy.url)).status).toBe(status);
      await proxy.close();
    }
    await recorder.close();
    expect((await recorded()).map(({ failure }) => failure)).toEqual([{ sent: 'before', code: 'ECONNREFUSED' }, { sent: 'after', code: 'RESET' }, { sent: 'after', code: 'READ_TIMEOUT' }]);
  });

  it('speaks TLS to the upstream, and only to one whose certificate it can trust', async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], { extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] });
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, pems.cert);
    const server = createServer({ key: pems.private, cert: pems.cert }, (_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const recorder = await recorderFor();
    const trusting = await startRecordingProxy({ target, recorder, tls: { caFile } });
    const wary = await startRecordingProxy({ target, recorder });
    expect((await fetch(trusting.url)).status).toBe(200);
    expect((await fetch(wary.url)).status).toBe(502);
    await Promise.all([trusting.close(), wary.close(), recorder.close()]);
    server.closeAllConnections();
    server.close();
    expect((await recorded())[1]?.failure?.sent).toBe('before');
  });
});

describe('the hooks', () => {
  it('an adapter’s own calls are recorded at its transport', async () => {
    const simulator = createDvcqgSimulator({ seed: 'hook' });
    const running = await startSimulator(simulator);
    const recorder = await createRecorder({ file, upstream: 'dvcqg', contract: contractOf(dvcqg) });
    const connection = connect(dvcqg, { baseUrl: running.url, agencyCode: simulator.agencies[0], ...simulator.accounts[0], dstcode: simulator.dstcode }, { transport: recordTransport(recorder) });
    expect((await connection.run('findDossier', { code: 'H21.129-250812-0035' })).kind).toBe('done');
    await connection.close();
    await running.close();
    await recorder.close();
    const lines = await recorded();
    expect(lines.map((line) => line.request.path)).toEqual(['/mapi/login', '/mapi/g']);
    expect(lines[0]?.request.body).toBe('{"username":"dropped","password":"dropped"}');
    expect(JSON.parse(lines[1]?.request.body as string)).toMatchObject({ session: 'dropped', service: 'TraCuuHoSo', mahoso: expect.stringMatching(/^H21\.129-250812-9\d{3}$/) as string });
  });

  it('an axios client’s calls are recorded, refused and failed ones too, until the hook is taken away', async () => {
    await using upstream = await httpLoopback((request, response) => response.writeHead(request.url === '/loi' ? 500 : 200, { 'content-type': 'application/json' }).end('{"ho_ten":"Trần Thị Bảy"}'));
    const recorder = await recorderFor();
    const client = axios.create({ baseURL: upstream.url, proxy: false });
    const stop = recordAxios(client, recorder);
    expect((await client.post('/gui', { cccd: '092085999123' }, { params: { sdt: '0900001234' } })).data).toEqual({ ho_ten: 'Trần Thị Bảy' });
    await expect(client.get('/loi')).rejects.toMatchObject({ response: { status: 500 } });
    await expect(client.get('http://127.0.0.1:1/x')).rejects.toThrow();
    stop();
    await client.get('/sau');
    await recorder.close();
    const lines = await recorded();
    expect(lines.map((line) => `${line.request.method} ${line.request.path} ${line.response?.status ?? line.failure?.code}`)).toEqual(['POST /gui 200', 'GET /loi 500', 'GET /x ECONNREFUSED']);
    expect(lines[0]?.request.query).toMatch(/^sdt=0900[1-9]\d{5}$/);
    expect(lines[0]?.request.body).toMatch(/^\{"cccd":"09208599\d{4}"\}$/);
    expect(await readFile(file, 'utf8')).not.toMatch(/Trần Thị Bảy|092085999123|0900001234/);
  });
});

describe('a recording from a key', () => {
  it('gives the same people as another one with the same key', async () => {
    const key = Buffer.alloc(32, 5);
    const texts: string[] = [];
    for (const name of ['a', 'b']) {
      const recorder = await createRecorder({ file: join(folder, name), upstream: 'toy', key, now: () => 1_760_000_000_000 });
      recorder.record(exchange('{"hoTen":"Nguyễn Văn An","cccd":"092085999123"}'));
      await recorder.close();
      texts.push(await readFile(join(folder, name), 'utf8'));
    }
    expect(texts[0]).toBe(texts[1]);
    await expect(createRecorder({ file: join(folder, 'c'), upstream: 'toy', key: Buffer.alloc(8) })).rejects.toThrow('32 bytes');
  });
});
