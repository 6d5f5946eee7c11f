/** Questions against the simulated database, over real HTTP, in all four transports and all its ways of answering. */
import { afterEach, describe, expect, it } from 'vitest';
import { dancu } from '../../../adapters/dancu/adapter.ts';
import { createDancuSimulator, type AnswerKind, type DancuSimulator, type DancuSimulatorOptions } from '../../../adapters/dancu/simulator.ts';
import type { Outcome } from '../../../src/adapter/types.ts';
import { connect } from '../../../src/index.ts';
import { startSimulator, type RunningSimulator } from '../../../src/testing/index.ts';
import { codeOf, question } from './support.ts';

const running: RunningSimulator[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map((one) => one.close()))));

type Operation = keyof typeof dancu.operations;
async function hosted(options: DancuSimulatorOptions = {}, more: Record<string, unknown> = {}) {
  const simulator: DancuSimulator = createDancuSimulator({ seed: 'test', ...options });
  const host = await startSimulator(simulator);
  running.push(host as unknown as RunningSimulator);
  const ask = async (operation: Operation = 'lookUpCitizen', input: unknown = question()): Promise<Outcome> => {
    const connection = connect(dancu, { readTimeoutMs: 2_000, ...simulator.clientConfig?.(host.url), ...more }, { now: () => simulator.now(), readRetry: { retries: 0 } });
    try {
      return (await connection.run(operation, input as never)) as Outcome;
    } finally {
      await connection.close();
    }
  };
  return { simulator, host, ask };
}
const KINDS = ['x-road', 'lgsp', 'rest-wrapped', 'rest-flat'] as const;

describe.each(KINDS)('%s', (transport) => {
  it('looks up and verifies; a wrong name, birth or number finds nobody', async () => {
    const { ask, simulator } = await hosted({ transport });
    expect(await ask()).toMatchObject({ kind: 'done', value: { citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14' } });
    expect(await ask('lookUpCitizen', question({ citizenId: undefined, oldId: '099000125', fullName: 'phạm thị không', birth: '1962' }))).toMatchObject({ kind: 'done', value: { oldId: '099000125' } });
    for (const wrong of [{ fullName: 'Lê Thị Khác' }, { birth: '1990-02-15' }, { birth: '1991' }, { citizenId: '099190000124' }]) expect(await ask('lookUpCitizen', question(wrong))).toEqual({ kind: 'done', value: undefined });
    // The message of the service has no birth, and says so; a look-up compares it.
    expect(await ask('verifyCitizen', question({ birth: undefined }))).toEqual({ kind: 'done', value: { outcome: 'MATCH' } });
    const outcome = transport.startsWith('rest') ? 'NOT_FOUND' : 'MISMATCH';
    expect(await ask('verifyCitizen', question({ fullName: 'Lê Thị Khác' }))).toMatchObject({ kind: 'done', value: { outcome } });
    expect(await ask('verifyCitizen', question({ birth: '1991' }))).toMatchObject({ kind: 'done', ...(transport.startsWith('rest') ? { value: { outcome } } : { value: { outcome: 'MATCH' }, warnings: [{ code: 'LT-DANCU-BIRTH-NOT-ASKED' }] }) });
    expect(simulator.summary()).toEqual({ asked: 9, found: transport.startsWith('rest') ? 3 : 4, refused: 0 });
  });

  const soap = !transport.startsWith('rest');
  const meanings: Record<AnswerKind, string> = {
    normal: 'done', 'not-found': 'done', mismatch: 'done', 'not-licensed': 'rejected LT-DANCU-NOT-LICENSED', 'officer-refused': 'rejected LT-DANCU-OFFICER-REFUSED', failed: 'rejected LT-DANCU-FAILED', 'fault-client': 'rejected LT-DANCU-FAULT',
    'fault-server': 'retry LT-DANCU-FAULT', 'page-502': 'retry LT-UPSTREAM-SERVER-ERROR', page: 'retry LT-DANCU-ANSWER', malformed: 'retry LT-DANCU-ANSWER', doctype: 'rejected LT-DANCU-ANSWER', err: 'retry LT-DANCU-LINE-DOWN', two: 'rejected LT-DANCU-AMBIGUOUS', 'other-person': 'rejected LT-DANCU-OTHER-PERSON',
  };
  it('every way of answering is understood, by number too', async () => {
    const { ask } = await hosted({ transport, answers: { '099190000123': 'normal' } });
    expect(codeOf(await ask())).toBe('done');
    for (const [answer, means] of Object.entries(meanings) as [AnswerKind, string][]) {
      const own = await hosted({ transport, answer });
      expect(`${answer}: ${codeOf(await own.ask())}`).toBe(`${answer}: ${means}`);
      const byNumber = await hosted({ transport, answer: 'err', answers: { '099190000123': answer } });
      expect(`${answer}: ${codeOf(await byNumber.ask())}`).toBe(`${answer}: ${means}`);
      expect(JSON.stringify([own.simulator.journal(), own.simulator.summary()])).not.toMatch(/099190000123|Mẫu|LETHIMAU/);
    }
  });
  it('nothing comes back, the line breaks, a page stands in the way: asked again later, and never taken for "nobody"', async () => {
    const { ask, host } = await hosted({ transport }, { readTimeoutMs: 300 });
    if (transport === 'lgsp') await ask(); // with a token in hand
    for (const [fault, means] of [['hang', 'LT-UPSTREAM-LOST-REPLY'], ['reset-after', 'LT-UPSTREAM-LOST-REPLY'], ['html-502', 'LT-UPSTREAM-SERVER-ERROR'], ['error-200', 'LT-DANCU-FAULT'], ['http-503', 'LT-UPSTREAM-BUSY']] as const) {
      host.faults.set({ rules: [{ kind: fault, match: { service: 'lookUpCitizen' } }] });
      expect([fault, codeOf(await ask())]).toEqual([fault, `retry ${means}`]);
    }
  });
  it.runIf(soap)('names as one text or whole in Ten, and the other wrapper of TonTai, are the same', async () => {
    const { ask } = await hosted({ transport, names: 'text', verifyElement: 'KetQuaXacThucResponse' });
    const { ask: whole } = await hosted({ transport, names: 'whole' });
    const father = question({ citizenId: '099060000124', fullName: 'Lê Văn Giả', birth: '1960' });
    for (const one of [await ask('lookUpCitizen', father), await whole('lookUpCitizen', father)]) expect(one).toMatchObject({ kind: 'done', value: { fullName: 'Lê Văn Giả', birthDate: '1960' } });
    expect(await ask('verifyCitizen', father)).toMatchObject({ kind: 'done', value: { outcome: 'MATCH' } });
  });
  it.runIf(soap)('relatives, and the records that changed, page by page', async () => {
    const { ask } = await hosted({ transport, changes: { '099190000123': 10_000 } });
    expect(await ask('verifyRelatives')).toMatchObject({ kind: 'done', value: { outcome: 'MATCH', father: { citizenId: '099060000124' }, mother: { oldId: '099000125' } } });
    expect(await ask('verifyRelatives', question({ birth: '1991' }))).toEqual({ kind: 'done', value: { outcome: 'MISMATCH' } });
    const page = async (number: number) => ((await ask('listChanges', { requestId: `c-${number}`, from: 0, to: 2e12, page: number, pageSize: 3 })) as { value: { records: { fullName: string }[] } }).value.records.length;
    expect([await page(1), await page(2), await page(3)]).toEqual([3, 1, 0]);
    expect(await ask('listChanges', { requestId: 'c', from: 0, to: 20_000, page: 1, pageSize: 10 })).toMatchObject({ kind: 'done', value: { records: [{ citizenId: '099190000123' }] } });
  });
});

describe('who calls', () => {
  it('a wrong key, a stale timestamp and one from the future are refused; seconds are as good as milliseconds', async () => {
    const { simulator, host, ask } = await hosted();
    const { transport } = (simulator.clientConfig?.(host.url) ?? {}) as { transport: Record<string, unknown> };
    const as = (change: Record<string, unknown>, now = simulator.now()) => connect(dancu, { ...simulator.clientConfig?.(host.url), transport: { ...transport, ...change } }, { now: () => now, readRetry: { retries: 0 } });
    const tries = [as({ secretKey: 'khoa-khac' }), as({ authenticationUrl: 'https://khac.example.vn' }), as({ apiKey: 'khac' }), as({ client: 'VN/GOV/H98/khac' }), as({}, simulator.now() - 600_000), as({}, simulator.now() + 600_000)];
    for (const connection of tries) {
      expect(codeOf((await connection.run('lookUpCitizen', question())) as Outcome)).toBe('rejected LT-DANCU-CLOSED');
      await connection.close();
    }
    expect(simulator.journal().map(({ effect, note }) => `${effect} ${note ?? ''}`)).toEqual(['refused signature is wrong', 'refused signature is wrong', 'refused client is not known', 'refused client is not known', 'refused timestamp is stale', 'refused timestamp is stale']);
    const seconds = as({ timestampUnit: 's' });
    expect(codeOf((await seconds.run('lookUpCitizen', question())) as Outcome)).toBe('done');
    await seconds.close();
    expect(codeOf(await ask())).toBe('done');
  });
  it('a token that has ended is renewed; a platform that refuses the key is told as a refused login', async () => {
    const { simulator, ask } = await hosted({ transport: 'lgsp', gateway: 'form' });
    expect(codeOf(await ask())).toBe('done');
    simulator.expireSessions?.();
    expect(codeOf(await ask())).toBe('done');
    const { ask: stranger } = await hosted({ transport: 'lgsp' }, { gateway: { kind: 'none' } });
    expect(codeOf(await stranger())).toBe('rejected LT-DANCU-CLOSED');
  });
  it.each(['lgsp-header', 'lgsp-authorization', 'jwt', 'password', 'vxp'] as const)('through a platform of the kind %s', async (gateway) => {
    const { ask } = await hosted({ transport: 'lgsp', gateway });
    expect(codeOf(await ask())).toBe('done');
  });
  it('elements out of their order, another namespace, no request number: a fault', () => {
    const simulator = createDancuSimulator({ signed: false });
    const body = (inner: string, namespace = 'http://dancuquocgia.bca'): string => `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:d="${namespace}"><e:Body><d:TraCuuThongTinCongDan>${inner}</d:TraCuuThongTinCongDan></e:Body></e:Envelope>`;
    const said = (text: string): number => simulator.handle({ method: 'POST', path: '/TraCuuThongTinCongDan', query: {}, headers: {}, body: text }).status;
    const sound = '<d:MaYeuCau>1</d:MaYeuCau><d:MaDVC>a</d:MaDVC><d:MaTichHop>037</d:MaTichHop><d:MaCanBo>b</d:MaCanBo><d:SoDinhDanh>099190000123</d:SoDinhDanh><d:HoVaTen>LETHIMAU</d:HoVaTen>';
    expect(said(body(sound))).toBe(200);
    expect(said(body(sound.replace(/(<d:MaDVC>.*?<\/d:MaDVC>)(<d:MaTichHop>.*?<\/d:MaTichHop>)/, '$2$1')))).toBe(500);
    expect(said(body(sound, 'http://khac'))).toBe(500);
    expect(said(body(sound.replace('<d:MaYeuCau>1</d:MaYeuCau>', '')))).toBe(500);
    expect(said(body(`${sound}<d:KhongCo/>`))).toBe(500);
    expect(said('<a')).toBe(500);
  });
  it('options that are wrong are named', () => {
    for (const [options, name] of [[{ transport: 'soap' }, 'transport'], [{ answers: { a: 'x' } }, 'answers.a'], [{ gateway: 'basic' }, 'gateway'], [{ oops: 1 }, 'oops'], [{ citizens: [1] }, 'citizens']] as const) expect(() => createDancuSimulator(options)).toThrow(name);
  });
});
