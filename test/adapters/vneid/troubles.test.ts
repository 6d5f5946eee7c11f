/** Through a running gateway: the numbers of 6.6, dossiers that come twice or in two versions at once, lost answers in both directions, and a refusal after payment. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Dossier } from '../../../src/model/canonical.ts';
import { waitFor } from '../../../src/testing/index.ts';
import { endEverything } from '../../support/process.ts';
import { AGENCY, CODE, fourSystems, type FourSystems } from './four-systems.ts';

const open: FourSystems[] = [];
afterEach(async () => {
  for (const systems of open.splice(0)) await systems.close();
  endEverything();
});
async function start(...given: Parameters<typeof fourSystems>): Promise<FourSystems> {
  const systems = await fourSystems(...given);
  open.push(systems);
  return systems;
}
const IN_TIME = { timeout: 60_000 };
const received = (at: string, { dates }: Dossier): Partial<Dossier> => ({ dates: { ...dates, acceptedAt: at } });
async function applied(s: FourSystems, code = CODE): Promise<Dossier> {
  s.vneid.simulator.apply({ free: false });
  s.later(0);
  return s.until((d) => d.code === code, 'L1, L2');
}

it('numbers 9001 to 9004 (6.6): each report arrives once, whatever is answered, and nobody waits for somebody else', IN_TIME, async () => {
  const s = await start({}, { codes: { agencyCode: AGENCY, first: 9001 } }, {}, 'H99.14-260302-9004');
  const codes = [1, 2, 3, 4].map((n) => `H99.14-260302-900${n}`);
  for (const _ of codes) s.vneid.simulator.apply({ free: false });
  s.later(0);
  await waitFor(async () => {
    await fetch(`${s.vneid.url}/`);
    return s.vneid.simulator.applications().every(({ phase }) => phase === 'taken');
  }, { timeoutMs: 20_000, describe: () => JSON.stringify(s.vneid.simulator.applications().map(({ phase }) => phase)) });
  const at = s.later();
  for (const code of codes) {
    const dossier = await s.held(code);
    await s.send({ ...dossier, status: 'ACCEPTED', sourceUpdatedAt: at, dates: { ...dossier.dates, acceptedAt: at }, history: [...dossier.history, { at, status: 'ACCEPTED', action: 'Tiếp nhận' }] });
  }
  const told = (code: string): string[] => s.vneid.simulator.journal().filter(({ key, service }) => key === code && service === 'reportStatus').map(({ effect, item, note }) => (effect === 'update' ? (item as { trangThaiXuLy: string }).trangThaiXuLy : (note ?? '').slice(0, 25)));
  const open_ = async (): Promise<string[]> => (await Promise.all(codes.map((code) => s.exchanges(code)))).flat().filter(({ state }) => !['done', 'superseded'].includes(state)).map(({ operation, state }) => `${operation} ${state}`);
  await waitFor(async () => {
    // Pauses between tries are told by the clock, which moves by hand here.
    s.later();
    return (await open_()).length === 0 && codes.every((code) => told(code).length >= 2);
  }, { timeoutMs: 30_000, describe: () => JSON.stringify(codes.map(told)) });
  const [interrupted, cannot] = ['Yêu cầu bị gián đoạn. Vui lòng thử lại.', 'Hồ sơ không thể cập nhật lên trạng thái'].map((words) => words.slice(0, 25));
  expect(codes.map(told)).toEqual([
    [interrupted, interrupted, '2', interrupted, interrupted, '4'], [cannot, cannot], ['HTTP 502', '2', 'HTTP 502', '4'],
    // Taken, and its answer spoilt: told again, it is known.
    ['2', cannot, '4', cannot],
  ]);
  expect(s.vneid.simulator.applications().map(({ state }) => state)).toEqual(['4', '1', '4', '4']);
  expect(s.vneid.simulator.summary()).toMatchObject({ handedOver: 4, unknownFields: 0 });
});

describe('the first submission', () => {
  it('twice at once, each told twice: one dossier, always 00', IN_TIME, async () => {
    const s = await start({ delivery: 'twice' });
    const dossier = await applied(s);
    await waitFor(() => s.vneid.callbacks.waiting() === 0);
    expect(s.told.filter(({ method }) => method === 'POST').map(({ answer }) => answer)).toEqual(Array(2).fill('{"statusCode":"00","data":null,"errorDetail":null}'));
    expect((await s.held(CODE)).judicialRecord?.submissions).toHaveLength(1);
    expect(dossier.history).toHaveLength(1);
  });
  it('in two versions at once: one of them is the dossier, the other is refused and put aside', IN_TIME, async () => {
    const s = await start({ delivery: 'two-versions' });
    await applied(s);
    await waitFor(() => s.vneid.callbacks.waiting() === 0);
    const answers = s.told.filter(({ method }) => method === 'POST').map(({ answer }) => JSON.parse(answer) as { statusCode: string; errorDetail: string | null });
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual(['00', '01']);
    expect(answers.find(({ statusCode }) => statusCode === '01')?.errorDetail).toBe('Hồ sơ không ở trạng thái bổ sung, không thể thực hiện cập nhật');
    const held = await s.held(CODE);
    expect(held.judicialRecord?.submissions).toHaveLength(1);
    expect(held.history).toHaveLength(1);
  });
  it.each([['money', 'tongPhi phải là số tiền chỉ gồm chữ số'], ['no-residence', 'thiếu nycThuongTru'], ['bad-base64', 'giayToDinhKem[0].danhSach[0].duLieu trống hoặc không phải base64']] as const)('with %s wrong is refused whole, in a sentence for the citizen', IN_TIME, async (spoil, sentence) => {
    const s = await start({ spoil });
    s.vneid.simulator.apply({ free: false });
    s.later(0);
    await waitFor(async () => {
      await fetch(`${s.vneid.url}/`);
      return s.vneid.simulator.application(CODE)?.phase === 'refused';
    }, { timeoutMs: 20_000 });
    expect(s.vneid.simulator.application(CODE)?.answers).toEqual([`01 Hồ sơ chưa hợp lệ: ${sentence}.`]);
    expect((await fetch(`${s.url}/v1/dossiers/${CODE}`)).status).toBe(404);
    const { quarantined } = (await (await fetch(`${s.url}/v1/summary`)).json()) as { quarantined: number };
    expect(quarantined).toBeGreaterThan(0);
  });
});

it('an answer of VNeID that is lost: told again, VNeID knows the state, and it is there once', IN_TIME, async () => {
  const s = await start();
  await applied(s);
  s.vneid.faults.once('reset-after', { service: 'reportStatus' });
  s.vneid.faults.once('reset-after', { service: 'pushToBackend' });
  const at = s.later();
  const dossier = await s.held(CODE);
  await s.send({ ...dossier, status: 'ACCEPTED', sourceUpdatedAt: at, ...received(at, dossier), history: [...dossier.history, { at, status: 'ACCEPTED', action: 'Tiếp nhận' }] });
  await waitFor(async () => {
    s.later();
    return (await s.exchanges(CODE)).every(({ state }) => ['done', 'superseded'].includes(state)) && s.vneid.simulator.application(CODE)?.state === '4';
  }, { timeoutMs: 30_000, describe: () => JSON.stringify(s.atVneid()) });
  expect(s.atVneid().map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(['createDossier create', 'reportStatus update 2', 'reportStatus refused Hồ', 'pushToBackend create', 'pushToBackend refused Hồ', 'reportStatus update 4']);
  expect((await s.held(CODE)).judicialRecord?.backend).toMatchObject({ submission: 1, wasThere: true });
});

it('refused after it was paid for: VNeID hears 3 with the reason, and the refund that is due is seen', IN_TIME, async () => {
  const s = await start();
  await applied(s);
  await s.act('REJECTED', 'Từ chối', (at, { dates }) => ({ statusReason: 'Sai thẩm quyền', dates: { ...dates, rejectedAt: at } }));
  expect(s.vneid.simulator.application(CODE)).toMatchObject({ state: '3', reason: 'Sai thẩm quyền' });
  expect((await s.held(CODE)).judicialRecord?.refund).toMatchObject({ state: 'DUE', amount: expect.any(Number) as number });
  expect(s.vneid.simulator.backendCase(CODE)).toBeUndefined();
});
