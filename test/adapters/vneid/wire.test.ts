/** What really goes over the lines: contents, keys, tokens; and what the rounds bring home, from a simulator on loopback. */
import { afterEach, describe, expect, it } from 'vitest';
import { vneid } from '../../../adapters/vneid/adapter.ts';
import { statusCode, type LltpStatus } from '../../../adapters/vneid/codes.ts';
import type { VneidConfig } from '../../../adapters/vneid/config.ts';
import { keep } from '../../../adapters/vneid/keep.ts';
import { operations } from '../../../adapters/vneid/operations.ts';
import type { StatusInput } from '../../../adapters/vneid/operations/report-status.ts';
import { pollResults } from '../../../adapters/vneid/rounds.ts';
import { createVneidSimulator, type VneidSimulator, type VneidSimulatorOptions } from '../../../adapters/vneid/simulator.ts';
import { connect, type Connection } from '../../../src/adapter/client.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startSimulator } from '../../../src/testing/index.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { roundDeps } from '../../support/dossier-deps.ts';
import { bodyOf as received, httpLoopback } from '../../support/loopback.ts';
import { bodyOf, CODE, desk, NOW, PDF, RAW, type Desk } from './samples.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

interface Line { text: string; body: Record<string, never>; headers: Record<string, unknown>; path: string }
/** Somebody who takes everything, and what came. */
async function listener(answer: unknown = { statusCode: '00' }): Promise<{ url: string; came: Line[] }> {
  const came: Line[] = [];
  const server = await httpLoopback((request, response) => void (async () => {
    if (request.method === 'GET') {
      const name = request.url ?? '';
      return void (name.startsWith('/kho/') ? response.writeHead(200).end(name.includes('lon') ? Buffer.alloc(5000) : '%PDF-1.7') : response.writeHead(name.includes('loi') ? 500 : 404).end('không có'));
    }
    const text = await received(request);
    came.push({ text, body: JSON.parse(text) as Record<string, never>, headers: request.headers, path: request.url ?? '' });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  })());
  closing.push(async () => server[Symbol.asyncDispose]());
  return { url: server.url, came };
}
const REPORT: StatusInput = { code: CODE, status: statusCode('RESOLVED') as LltpStatus, unitName: 'Đơn vị mẫu', form: '1', certificate: { number: '1', issuedOn: '2025-01-21', file: { name: 'a.pdf', url: '' } } };
const withFile = (url: string): StatusInput => ({ ...REPORT, certificate: { number: '1', issuedOn: '2025-01-21', file: { name: 'a.pdf', url } } });

describe('on the lines', () => {
  async function sent(input: StatusInput, more: Record<string, unknown> = {}, one: Desk = desk()) {
    const { url, came } = await listener();
    const connection = connect(vneid, { ...RAW, baseUrl: url, ...more }, { readFile: one.readFile });
    closing.push(() => connection.close());
    return { outcome: await connection.run('reportStatus', input), came, url };
  }
  it('the content of a kept file goes out, and only its address stays with us', async () => {
    const one = desk();
    const url = await one.deps.keepFile(Buffer.from(PDF, 'base64'), 'application/pdf');
    const { outcome, came } = await sent(withFile(url), {}, one);
    expect(outcome).toMatchObject({ kind: 'done', value: { code: CODE, status: '9', meaning: 'ACCEPTED' } });
    expect(came).toMatchObject([{ path: '/v2/lyLichTuPhap/traKetQuaHoSoLLTP', headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' }, body: { ketQuaXuLy: { phieuLLTP: PDF, quyetDinhThuHoi: '' } } }]);
    expect(came[0]?.text).not.toMatch(/lienthong-file|authKey|khoa-bi-mat/);
    expect(came[0]?.headers['authorization']).toBeUndefined();
  });
  it('a file that is gone is never sent as nothing', async () => {
    const { outcome, came } = await sent(withFile(`lienthong-file:${'f'.repeat(64)}`));
    expect([outcome, came]).toMatchObject([{ kind: 'rejected', issues: [{ code: 'LT-UPSTREAM-FILE-UNREADABLE' }] }, []]);
  });
  it('a link is read from a host that is allowed, up to the limit', async () => {
    const { url } = await listener();
    const files = { hosts: [new URL(url).host], maxFileBytes: 4096 };
    const outcomes = [];
    for (const path of ['/kho/a.pdf?x=1', '/kho/lon.pdf', '/mat', '/loi']) outcomes.push((await sent(withFile(url + path), { files })).outcome);
    expect(outcomes).toMatchObject([{ kind: 'done' }, { kind: 'rejected', issues: [{ code: 'LT-UPSTREAM-FILES-TOO-LARGE' }] }, { kind: 'rejected', issues: [{ code: 'LT-UPSTREAM-FILE-UNREADABLE' }] }, { kind: 'retry' }]);
    expect((await sent(withFile(`${url}/kho/a.pdf`), { files })).came[0]?.body).toMatchObject({ ketQuaXuLy: { phieuLLTP: 'JVBERi0xLjc=' } });
    expect((await sent(withFile(`${url}/kho/a.pdf`))).outcome).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VNEID-FILE-SOURCE' }] });
  });
  it('the software has its own address and gets its key; nothing is asked of one that is not connected', async () => {
    const { url, came } = await listener({ status: 1, value: [] });
    const connection = connect(vneid, { ...RAW, baseUrl: 'http://127.0.0.1:9', backend: { ...RAW.backend, baseUrl: url } });
    closing.push(() => connection.close());
    expect(await connection.run('readResult', { code: CODE })).toMatchObject({ kind: 'done', value: { meaning: 'working' } });
    expect(came).toMatchObject([{ path: '/lltp/nhanTrangThai', body: { authKey: 'khoa-bi-mat', maTinh: '99', maHoSoMCDT: CODE } }]);
    const alone = connect(vneid, { ...RAW, baseUrl: url, backend: { kind: 'none' } });
    closing.push(() => alone.close());
    expect(await alone.run('readResult', { code: CODE })).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VNEID-NOT-OFFERED' }] });
  });
});

interface Province { simulator: VneidSimulator; one: Desk; connection: Connection; config: VneidConfig; round(): Promise<{ told: number; failed: number }>; dossier(): Dossier; set(change: (dossier: Dossier) => Dossier): void; push(): Promise<void> }
/** A dossier that was taken in and accepted, before the software of a simulator. */
async function province(options: VneidSimulatorOptions = {}, more: Record<string, unknown> = {}): Promise<Province> {
  const simulator = createVneidSimulator({ seed: 'mot', now: () => NOW, resultAfterMs: [3_600_000, 3_600_000], ...options });
  const running = await startSimulator(simulator);
  closing.push(() => running.close());
  const raw = simulator.clientConfig?.(running.url) as Record<string, unknown>;
  const settings = vneid.configure({ ...raw, codeGet: RAW.codeGet, backend: { ...(raw['backend'] as object), ...more } });
  const one = desk(settings);
  await one.call('createDossier', bodyOf());
  const connection = connect(vneid, { ...raw, backend: { ...(raw['backend'] as object), ...more } }, { readFile: one.readFile, now: () => one.clock.now }) as unknown as Connection;
  closing.push(() => connection.close());
  const dossier = (): Dossier => one.dossiers.get(CODE) as Dossier;
  const set = (change: (dossier: Dossier) => Dossier): void => void one.dossiers.set(CODE, change(dossier()));
  set((known) => keep(known, { ...known, status: 'ACCEPTED', history: [...known.history, { at: '2025-01-10T03:00:00Z', status: 'ACCEPTED', action: 'Tiếp nhận' }] }));
  return {
    simulator, one, connection, config: settings, dossier, set,
    round: () => pollResults.run(roundDeps(one, { connection })),
    async push() {
      const { outcome } = await connection.execute(operations.pushToBackend, [dossier()]);
      expect(outcome).toMatchObject({ kind: 'done' });
      if (outcome.kind === 'done') set((known) => operations.pushToBackend.learn?.(known, known, outcome.value as never, one.clock.now) ?? known);
    },
  };
}
const HOUR = 3_600_000;

describe('the round of results', () => {
  it('brings the certificate home once, with its file, and asks no more', async () => {
    const p = await province();
    expect(await p.round()).toEqual({ told: 0, failed: 0 });
    await p.push();
    expect(p.simulator.journal().find(({ service }) => service === 'pushToBackend')).toMatchObject({ effect: 'create', key: CODE });
    expect(await p.round()).toEqual({ told: 1, failed: 0 }); // its state there
    expect(await p.round()).toEqual({ told: 0, failed: 0 });
    expect(p.dossier().judicialRecord?.backend).toMatchObject({ state: '4' });
    p.simulator.advance(HOUR);
    expect(await p.round()).toEqual({ told: 1, failed: 0 });
    const done = p.dossier();
    const url = done.judicialRecord?.certificate?.file?.url ?? '';
    expect([done.status, p.one.files.get(url)?.mediaType, Buffer.from(p.one.files.get(url)?.content ?? []).toString('latin1').slice(0, 5)]).toEqual(['RESOLVED', 'application/pdf', '%PDF-']);
    const asked = p.simulator.journal().length;
    expect(await p.round()).toEqual({ told: 0, failed: 0 });
    expect(p.simulator.journal()).toHaveLength(asked);
  });
  it('one dossier’s failure is its own', async () => {
    const p = await province();
    await p.push();
    p.simulator.advance(HOUR);
    const stranger: Dossier = { ...p.dossier(), code: 'H99.14-250110-0001' };
    p.one.dossiers.delete(CODE);
    p.one.dossiers.set(stranger.code, stranger);
    p.one.dossiers.set(CODE, { ...stranger, code: CODE });
    expect(await p.round()).toEqual({ told: 1, failed: 1 });
    expect([p.dossier().status, p.one.dossiers.get(stranger.code)?.status]).toEqual(['RESOLVED', 'PROCESSING']);
  });
  it('gives up at the agreed age, where a person sees it, and begins anew with a new hand-over', async () => {
    const p = await province({ resultAfterMs: [400 * 24 * HOUR, 400 * 24 * HOUR] }, { giveUpAfterDays: 30 });
    await p.push();
    p.one.clock.now = NOW + 30 * 24 * HOUR + 1;
    expect(await p.round()).toEqual({ told: 1, failed: 0 });
    expect(p.one.aside).toMatchObject([{ code: CODE, issues: [{ code: 'LT-VNEID-RESULT-OVERDUE' }] }]);
    const asked = p.simulator.journal().length;
    expect(await p.round()).toEqual({ told: 0, failed: 0 });
    expect([p.simulator.journal().length, p.one.aside.length]).toEqual([asked, 1]);
  });
  it('a result without its file is nobody’s certificate, and is shown once', async () => {
    const p = await province();
    await p.push();
    const run = { ...roundDeps(p.one, { connection: p.connection }), run: async () => ({ kind: 'done' as const, value: { meaning: 'result', state: '9', certificate: { number: '1', issuedOn: '2025-01-21' } } }) };
    expect([await pollResults.run(run as never), await pollResults.run(run as never)]).toEqual([{ told: 0, failed: 1 }, { told: 0, failed: 1 }]);
    expect([p.dossier().status, p.one.aside.map(({ issues }) => issues[0]?.code)]).toEqual(['PROCESSING', ['LT-VNEID-RESULT-INCOMPLETE']]);
  });
  it('asks for a certificate that was made anew before it is withdrawn', async () => {
    const p = await province();
    await p.push();
    p.simulator.advance(HOUR);
    await p.round();
    const before = p.dossier().judicialRecord?.certificate?.file?.url;
    p.set((known) => keep(known, { ...known, status: 'RETURNED', history: [...known.history, { at: '2025-02-01T03:00:00Z', status: 'RETURNED', action: 'Trả' }], judicialRecord: { form: '1', revocations: [{ decision: '15/QĐ', reason: 'Sai', file: { name: 'qd.pdf', url: `data:;base64,${PDF}` } }] } }));
    p.simulator.reissue(CODE);
    expect(await p.round()).toEqual({ told: 1, failed: 0 });
    const after = p.dossier().judicialRecord?.certificate?.file?.url;
    expect(after).not.toBe(before);
    const [plan] = operations.reportStatus.subscribe?.plan(p.dossier(), p.config).filter(({ itemKey }) => itemKey.startsWith('thuhoi')) ?? [];
    const input = operations.reportStatus.subscribe?.input(p.dossier(), plan?.itemKey ?? '');
    expect(input).toMatchObject({ status: '10', certificate: { file: { url: after } } });
    expect(await p.round()).toEqual({ told: 0, failed: 0 });
  });
  it('withdraws with the certificate as it was where the software has let go of the dossier, not while it cannot be reached', async () => {
    const p = await province();
    await p.push();
    p.simulator.advance(HOUR);
    await p.round();
    const before = p.dossier().judicialRecord?.certificate?.file?.url;
    p.set((known) => keep(known, { ...known, status: 'RETURNED', history: [...known.history, { at: '2025-02-01T03:00:00Z', status: 'RETURNED', action: 'Trả' }], judicialRecord: { form: '1', revocations: [{ decision: '15/QĐ', reason: 'Sai', file: { name: 'qd.pdf', url: `data:;base64,${PDF}` } }] } }));
    const answering = (code: string) => pollResults.run({ ...roundDeps(p.one, { connection: p.connection }), run: async () => ({ kind: 'rejected' as const, issues: [issue(code)] }) } as never);
    expect([await answering('LT-VNEID-HTTP'), await answering('LT-VNEID-BACKEND-REFUSED'), await answering('LT-VNEID-BACKEND-REFUSED')]).toEqual([{ told: 0, failed: 1 }, { told: 1, failed: 0 }, { told: 0, failed: 0 }]);
    const [plan] = operations.reportStatus.subscribe?.plan(p.dossier(), p.config).filter(({ itemKey }) => itemKey.startsWith('thuhoi')) ?? [];
    expect(operations.reportStatus.subscribe?.input(p.dossier(), plan?.itemKey ?? '')).toMatchObject({ status: '10', certificate: { file: { url: before } } });
  });
  it('stops when the gateway does, and does nothing where no software is connected', async () => {
    const p = await province();
    await p.push();
    p.simulator.advance(HOUR);
    const stopped = AbortSignal.abort();
    expect(await pollResults.run(roundDeps(p.one, { connection: p.connection, signal: stopped }))).toEqual({ told: 0, failed: 0 });
    const alone = { ...roundDeps(p.one, { connection: p.connection }), config: { ...p.config, backend: { ...p.config.backend, kind: 'none' as const } } };
    expect(await pollResults.run(alone)).toEqual({ told: 0, failed: 0 });
    expect(p.dossier().status).toBe('PROCESSING');
  });
});

describe('showing who calls', () => {
  it.each(['basic', 'lgsp-header', 'lgsp-token', 'jwt', 'password', 'vxp'] as const)('%s, for every message, and again with a new token after the old one has ended', async (gateway) => {
    const p = await province({ gateway });
    await p.push();
    p.simulator.expireSessions();
    expect(await p.round()).toEqual({ told: 1, failed: 0 });
    expect(p.simulator.journal().filter(({ effect }) => effect === 'refused').length).toBeLessThanOrEqual(1);
  });
  it('GetToken, where VNeID wants one: one for many, and a new one after it has ended', async () => {
    const p = await province({ wantsToken: true });
    const tell = (status: 'ACCEPTED' | 'PROCESSING') => p.connection.run('reportStatus' as never, { code: CODE, status: statusCode(status) as LltpStatus, unitName: 'x' } as never);
    expect(await Promise.all([tell('ACCEPTED'), tell('PROCESSING')])).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
    p.simulator.expireSessions();
    expect(await tell('PROCESSING')).toMatchObject({ kind: 'done', value: { meaning: 'ALREADY_SO' } });
    expect(p.simulator.journal().filter(({ service }) => service === 'getToken')).toHaveLength(2);
  });
});
