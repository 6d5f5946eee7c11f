/** Recorded calls at the land system, read back: another version of the adapter can be held against what a province has sent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { vbdlis } from '../../../adapters/vbdlis/adapter.ts';
import { fullLandDossier } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import { fixtures } from '../../../adapters/vbdlis/fixtures.ts';
import { readCall } from '../../../adapters/vbdlis/read-call.ts';
import { createVbdlisSimulator } from '../../../adapters/vbdlis/simulator.ts';
import { connect } from '../../../src/adapter/client.ts';
import type { Adapter } from '../../../src/adapter/types.ts';
import { contractOf } from '../../../src/testing/contracts.ts';
import { startSimulator } from '../../../src/testing/host.ts';
import { startRecordingProxy } from '../../../src/testing/recorder/proxy.ts';
import { createRecorder } from '../../../src/testing/recorder/recorder.ts';
import { readRecording, type RecordedExchange } from '../../../src/testing/recorder/recording.ts';
import { shadow } from '../../../src/testing/recorder/shadow.ts';
import { endEverything, freshFolder } from '../../support/process.ts';

afterEach(endEverything);
const adapter = vbdlis as unknown as Adapter;
const dialects = { ilis: fixtures, vbdlis: { ...fixtures, ...fixtures.dialects?.['VBDLIS'] } };
type Name = keyof typeof dialects;

/** Each operation once, with files, through the proxy that stands before the land system. */
async function recorded(name: Name): Promise<{ exchanges: RecordedExchange[]; text: string; config: Record<string, unknown> }> {
  const { simulator, operations } = dialects[name];
  const double = createVbdlisSimulator({ seed: 'recorded', ...simulator?.options });
  const running = await startSimulator(double as never);
  const file = join(freshFolder(), 'land.ndjson');
  const recorder = await createRecorder({ file, upstream: 'vbdlis', contract: contractOf(adapter), key: Buffer.alloc(32, 8) });
  const proxy = await startRecordingProxy({ target: running.url, recorder });
  const config = { ...dialects[name].config, ...simulator?.config?.(proxy.url, double) };
  const connection = connect(vbdlis, config as never, { readRetry: { retries: 0 } });
  for (const [operation, { inputs, before = [] }] of Object.entries(operations)) {
    if (name === 'vbdlis' && operation === 'submitTax') continue;
    for (const earlier of before) await connection.run(earlier.operation as 'submit', earlier.input as never);
    await connection.run(operation as 'submit', inputs[0] as never);
  }
  await connection.close();
  await proxy.close();
  await recorder.close();
  await running.close();
  const exchanges: RecordedExchange[] = [];
  for await (const exchange of readRecording(file)) exchanges.push(exchange);
  return { exchanges, text: readFileSync(file, 'utf8'), config };
}

describe.each(['ilis', 'vbdlis'] as const)('%s', (name) => {
  it('sends again what was recorded, files included, and understands the answers', { timeout: 30_000 }, async () => {
    const { exchanges, text, config } = await recorded(name);
    expect(text).not.toContain('Trần Thị Ví Dụ');
    const posts = exchanges.filter(({ request }) => request.method === 'POST' && !request.path.endsWith('/token'));
    const own = await shadow(exchanges, { adapter, config });
    // The officer of the tax step is known by an id, and a recording replaces ids.
    expect(own.fields.map(({ operation, field, kind }) => `${operation} ${field} ${kind}`)).toEqual(name === 'ilis' ? ['submitTax /body/NguoiTiepNhan changed'] : []);
    expect([own.compared, own.compared + own.passedOver]).toEqual([posts.length, exchanges.length]);
    expect(new Set(exchanges.flatMap(({ request }) => readCall({ method: request.method, path: request.path, query: {}, body: typeof request.body === 'string' && request.body.startsWith('{') ? JSON.parse(request.body) as unknown : undefined }, vbdlis.configure(config))?.operation ?? [])))
      .toEqual(new Set(['submit', 'supplementDone', 'wrongResult', 'resultReturned', ...(name === 'ilis' ? ['submitTax'] : [])]));
  });

  it('shows what another version would send', { timeout: 30_000 }, async () => {
    const { exchanges, config } = await recorded(name);
    const report = await shadow(exchanges, { adapter, against: adapter, config, againstConfig: { ...config, outboundTime: 'utc' } });
    expect(new Set(report.fields.map(({ field, part }) => `${part} ${field}`))).toEqual(new Set(['/body/NgayTiepNhan', '/body/NgayHenTra', '/body/NgayHenTraMoi', '/body/NgayTra'].map((field) => `sends ${field}`)));
  });
});

it('passes over what it could not have sent', () => {
  const config = vbdlis.configure(fixtures.config);
  const post = (path: string, body: unknown) => readCall({ method: 'POST', path, query: {}, body }, config);
  const inputs = fixtures.operations.submit.inputs;
  const message = vbdlis.operations.submit.encode([inputs[0] as never], { config, remote: {}, now: () => 0, run: () => Promise.reject(new Error()) });
  expect(post('/lien-thong/TiepNhanHoSo', message)?.operation).toBe('submit');
  for (const [path, body] of [
    ['/token', 'grant_type=password'], ['/khac', message], ['/lien-thong/TiepNhanHoSo', []], ['/lien-thong/TiepNhanHoSo', { SoBienNhan: 'x' }],
    ['/lien-thong/TiepNhanHoSo', { ...message, ThongTinQuyTrinh: { MaQuyTrinh: 'LA', TenQuyTrinh: '' } }], ['/lien-thong/BoSungHoSo', { SoBienNhan: 1 }],
  ] as const) expect(post(path, body), path).toBeUndefined();
  expect(readCall({ method: 'GET', path: '/files/x', query: {}, body: undefined }, config)).toBeUndefined();
});

it('content that a dossier brings itself goes out as it is, within the limits of a file', () => {
  const config = vbdlis.configure({ ...fixtures.config, attachments: { hosts: [], maxFileBytes: 1024 } });
  const context = { config, remote: {}, now: () => 0, run: () => Promise.reject(new Error()) };
  const encode = (content: string) => vbdlis.operations.submit.encode([fullLandDossier({ components: [{ name: 'Đơn', files: [{ name: 'don.pdf', url: content }] }] })], context);
  const content = Buffer.from('%PDF-1.4 minh hoa').toString('base64');
  expect(encode(`data:application/pdf;base64,${content}`).DanhSachGiayToDinhKem[0]?.TapTin).toEqual({ name: 'don.pdf', data: content });
  for (const wrong of ['data:application/pdf,khong-phai-base64', 'data:;base64,a"b=', 'data:;base64,abc', `data:;base64,${'AAAA'.repeat(400)}`]) expect(() => encode(wrong)).toThrow();
});
