/** What callbacks do to a dossier (fact sheet 3.2, 3.4): row by row, in any order, again and again, and what outlives the province's next snapshot. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keep } from '../../../adapters/vbdlis/keep.ts';
import { isPaid } from '../../../adapters/vbdlis/obligations.ts';
import { STATUS_ROWS } from '../../../adapters/vbdlis/status.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import { DOSSIER_STATUSES, type Dossier, type DossierStatus } from '../../../src/model/canonical.ts';
import { LAND_EVENT_KINDS } from '../../../src/model/generated/enums.ts';
import type { LandCase } from '../../../src/model/generated/land-case.ts';
import { CALLS, CODE, config, desk, dossier, OK, type Call, type Desk } from './inbound-desk.ts';

const tell = async (on: Desk, ...calls: readonly Call[]): Promise<Dossier> => {
  for (const [id, body] of calls) expect(await on.call(id, body)).toEqual(OK);
  return on.held();
};
const told = (...calls: readonly Call[]): Promise<Dossier> => tell(desk(), ...calls);
/** A dossier whose own history has brought it there. */
const at = (status: DossierStatus, when = '2025-03-04T02:00:00Z'): Dossier => dossier({ status, history: [...dossier().history, { at: when, status, action: 'Chuyển trạng thái' }] });
const ours = ({ history }: Dossier) => history.filter(({ id }) => id?.startsWith('vbdlis:'));
const stands = ({ status, subStatus, landCase }: Dossier) => ({ status, subStatus, state: landCase?.state, since: landCase?.stateSince, results: landCase?.results, obligations: landCase?.obligations });

const paused: Call = ['supplementRequested', { ...CALLS.requested[1], LaTamDung: true }];
const sentBack: Call = ['sentBack', { SoBienNhan: CODE, MaCanBoXuLy: 'vpdk.vidu02', GhiChu: 'Sai số tờ' }];
const wrongProcedure: Call = ['wrongProcedure', { SoBienNhan: CODE, GhiChu: 'Phải là cấp đổi' }];
const returnedByTax: Call = ['returnedByTax', { SoBienNhan: CODE, GhiChu: 'Thiếu tờ khai' }];
const withdrawn: Call = ['finished', { ...CALLS.finished[1], TrangThaiKetThuc: 2, GhiChu: 'Công dân xin rút', DanhSachGiayToKetQua: null }];

describe('the table', () => {
  it('has a row for everything that may happen', () => expect(STATUS_ROWS.map(({ kind }) => kind).sort()).toEqual([...LAND_EVENT_KINDS].sort()));

  it('stands in the README', () => {
    const words = (cell: string | undefined): string[] => [...(cell ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, word = '']) => word);
    const rows = readFileSync('adapters/vbdlis/README.md', 'utf8').split('\n').map((line) => line.split('|').map((cell) => cell.trim())).filter((cells) => LAND_EVENT_KINDS.some((kind) => cells[1] === `\`${kind}\``));
    expect(rows.map((cells) => [words(cells[1]), words(cells[3]), words(cells[4]), words(cells[5])])).toEqual(STATUS_ROWS.map(({ kind, move, notFrom = [] }) => [[kind], move === undefined ? [] : [move.state], move?.status === undefined ? [] : [move.status], notFrom]));
  });

  it.each<[string, Call, DossierStatus, string]>([
    ['I1', CALLS.moved, 'PROCESSING', 'PROCESSING'],
    ['I2', CALLS.requested, 'SUPPLEMENT_REQUIRED', 'WAITING_SUPPLEMENT'],
    ['I2, paused', paused, 'SUPPLEMENT_REQUIRED', 'PAUSED'],
    ['I3', CALLS.received, 'PROCESSING', 'PROCESSING'],
    ['I4', CALLS.tax, 'PAYMENT_REQUIRED', 'WAITING_FINANCIAL_OBLIGATION'],
    ['I4 without notices', ['taxNotices', { SoBienNhan: CODE, DanhSachThongBaoThue: [] }], 'PROCESSING', 'PROCESSING'],
    ['I5 with a result', CALLS.finished, 'RESOLVED', 'FINISHED_WITH_RESULT'],
    ['I5 without a word of it', ['finished', { SoBienNhan: CODE, MaCanBoXuLy: 'a', NgayKetThuc: '2025-03-20T08:40:00Z' }], 'RESOLVED', 'FINISHED_WITH_RESULT'],
    ['I5 without a result', withdrawn, 'RESOLVED', 'FINISHED_WITHOUT_RESULT'],
    ['I7', sentBack, 'ACCEPTED', 'NEEDS_CORRECTION'],
    ['I8', wrongProcedure, 'PROCESSING', 'WRONG_PROCEDURE'],
    ['I9', returnedByTax, 'PROCESSING', 'PROCESSING'],
  ])('%s', async (_what, call, status, state) => {
    const now = await told(call);
    expect([now.status, now.landCase?.state]).toEqual([status, state]);
    const [entry, ...more] = ours(now);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ id: now.landCase?.events[0]?.id, status });
  });

  it.each<[DossierStatus, Record<'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I7', DossierStatus>]>([
    ['ACCEPTED', { I1: 'PROCESSING', I2: 'SUPPLEMENT_REQUIRED', I3: 'PROCESSING', I4: 'PAYMENT_REQUIRED', I5: 'RESOLVED', I7: 'ACCEPTED' }],
    ['PROCESSING', { I1: 'PROCESSING', I2: 'SUPPLEMENT_REQUIRED', I3: 'PROCESSING', I4: 'PAYMENT_REQUIRED', I5: 'RESOLVED', I7: 'ACCEPTED' }],
    ['SUPPLEMENT_REQUIRED', { I1: 'SUPPLEMENT_REQUIRED', I2: 'SUPPLEMENT_REQUIRED', I3: 'PROCESSING', I4: 'SUPPLEMENT_REQUIRED', I5: 'RESOLVED', I7: 'ACCEPTED' }],
    ['PAYMENT_REQUIRED', { I1: 'PROCESSING', I2: 'SUPPLEMENT_REQUIRED', I3: 'PROCESSING', I4: 'PAYMENT_REQUIRED', I5: 'RESOLVED', I7: 'ACCEPTED' }],
    ['RESOLVED', { I1: 'RESOLVED', I2: 'RESOLVED', I3: 'RESOLVED', I4: 'RESOLVED', I5: 'RESOLVED', I7: 'RESOLVED' }],
    ['RETURNED', { I1: 'RETURNED', I2: 'RETURNED', I3: 'RETURNED', I4: 'RETURNED', I5: 'RETURNED', I7: 'RETURNED' }],
    ['WITHDRAWN', { I1: 'WITHDRAWN', I2: 'WITHDRAWN', I3: 'WITHDRAWN', I4: 'WITHDRAWN', I5: 'WITHDRAWN', I7: 'WITHDRAWN' }],
    ['REJECTED', { I1: 'REJECTED', I2: 'REJECTED', I3: 'REJECTED', I4: 'REJECTED', I5: 'REJECTED', I7: 'REJECTED' }],
  ])('guards: from %s', async (from, expected) => {
    const calls = { I1: CALLS.moved, I2: CALLS.requested, I3: CALLS.received, I4: CALLS.tax, I5: CALLS.finished, I7: sentBack };
    for (const [row, call] of Object.entries(calls)) expect([row, (await tell(desk([at(from)]), call)).status]).toEqual([row, expected[row as keyof typeof calls]]);
  });

  it.each<[DossierStatus]>([['SUPPLEMENT_REQUIRED'], ['PAYMENT_REQUIRED'], ['STOPPED']])('a pause is %s where that is configured (U6)', async (pauseStatus) => {
    const now = await tell(desk([dossier()], config({ pauseStatus: pauseStatus as 'STOPPED' })), paused);
    expect([now.status, now.landCase?.state, now.supplements]).toEqual([pauseStatus, 'PAUSED', []]);
    // What it meant stays with it, whatever is configured later.
    expect(keep(now, dossier({ note: 'mới' })).status).toBe(pauseStatus);
  });
  it('a pause while something is owed is the wait for it', async () => {
    const now = await told(CALLS.tax, ['supplementRequested', { ...CALLS.requested[1], NgayChoBoSung: '2025-03-13T01:00:00Z', LaTamDung: 'true' }]);
    expect([now.status, now.landCase?.state]).toEqual(['PAYMENT_REQUIRED', 'WAITING_FINANCIAL_OBLIGATION']);
  });

  it('a case from the first hand-over to its end', async () => {
    const now = await told(...Object.values(CALLS));
    expect(validateDossier(now).ok).toBe(true);
    expect(now).toMatchObject({
      status: 'RESOLVED', subStatus: 'Kết quả',
      dates: {
        dueAt: '2025-03-21T10:00:00Z', resolvedAt: '2025-03-20T08:40:00Z', supplementRequestedAt: '2025-03-06T02:30:00Z', supplementedAt: '2025-03-08T03:00:00Z',
        dueHistory: [{ dueAt: '2025-03-18T10:00:00Z', changedAt: '2025-03-08T03:00:00Z', reason: 'Đủ giấy tờ' }],
      },
      supplements: [{ requestedAt: '2025-03-06T02:30:00Z', requestedBy: 'vpdk.vidu02', reason: 'Thiếu bản sao giấy tờ', completedAt: '2025-03-08T03:00:00Z', receivedNote: 'Đủ giấy tờ', oldDueAt: '2025-03-18T10:00:00Z', newDueAt: '2025-03-21T10:00:00Z' }],
      landCase: { system: 'vbdlis', state: 'FINISHED_WITH_RESULT', stateSince: '2025-03-20T08:40:00Z', newDueAt: '2025-03-21T10:00:00Z', results: [{ name: 'Giấy chứng nhận', link: 'demo/gcn-ket-qua-0007', extension: '.pdf', originals: 1, copies: 0 }] },
    });
    expect(now.history.map(({ status }) => status)).toEqual(['ACCEPTED', 'PROCESSING', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PROCESSING', 'PAYMENT_REQUIRED', 'PROCESSING', 'RESOLVED']);
    expect(now.landCase?.events.some(({ isLate }) => isLate)).toBe(false);
  });
  it('a withdrawal keeps its reason, and papers asked for without a word have one', async () => {
    expect(await told(withdrawn)).toMatchObject({ subStatus: 'Trả lại/Xin rút', statusReason: 'Công dân xin rút', landCase: { results: [] } });
    expect((await told(['supplementRequested', { ...CALLS.requested[1], GhiChu: null }])).supplements[0]?.reason).toBe('Cơ quan đất đai yêu cầu bổ sung hồ sơ');
  });
  it('a corrected result takes the place of the wrong one, and a dossier that was returned stays returned', async () => {
    const on = desk([{ ...at('RETURNED', '2025-03-21T01:00:00Z') }]);
    await tell(on, CALLS.finished);
    const corrected = { ...CALLS.finished[1], NgayKetThuc: '2025-03-24T08:00:00Z', DanhSachGiayToKetQua: [{ LinkFile: 'demo/gcn-0007-sua', KieuFile: 'PDF' }] };
    const now = await tell(on, ['finished', corrected]);
    expect([now.status, now.landCase?.state, now.landCase?.results]).toEqual(['RETURNED', 'FINISHED_WITH_RESULT', [{ link: 'demo/gcn-0007-sua', extension: '.pdf' }]]);
    // The older end, told once more or for the first time, does not bring the wrong result back.
    expect(stands(await tell(on, CALLS.finished, ['finished', { ...CALLS.finished[1], NgayKetThuc: '2025-03-19T08:00:00Z' }]))).toEqual(stands(now));
  });
});

describe('times', () => {
  it.each([['2025-03-05T02:00:00Z', '2025-03-05T02:00:00Z'], ['2025-03-05T02:00:00', '2025-03-05T02:00:00Z'], ['2025-03-05T02:00:00.5000000', '2025-03-05T02:00:00.500Z'], ['2025-03-05T09:00:00+07:00', '2025-03-05T02:00:00Z']])('%s is UTC unless it says otherwise', async (NgayChuyen, instant) => {
    expect((await told(['moved', { ...CALLS.moved[1], NgayChuyen }])).landCase?.events[0]?.at).toBe(instant);
  });
  it('are Vietnam’s where the configuration says so, unless they say otherwise (U3)', async () => {
    const on = desk([dossier()], config({ inboundTime: 'vietnam' }));
    await tell(on, ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-05T09:00:00' }], ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-05T03:00:00Z' }]);
    expect(on.held().landCase?.events.map(({ at }) => at)).toEqual(['2025-03-05T02:00:00Z', '2025-03-05T03:00:00Z']);
  });
  it.each([[null], ['0001-01-01T00:00:00'], ['hôm qua'], ['2031-01-01T00:00:00Z']])('%s is no time that can be: now, and the same call later is still the same event', async (NgayChuyen) => {
    const on = desk();
    await tell(on, ['moved', { ...CALLS.moved[1], NgayChuyen }]);
    expect(on.held().landCase?.events[0]?.at).toBe('2025-03-25T00:00:00Z');
    on.clock.now += 3_600_000;
    await tell(on, ['moved', { ...CALLS.moved[1], NgayChuyen }]);
    expect(on.changes()).toBe(1);
  });
});

describe('calls without a time (I7–I9)', () => {
  it('are the same within a day, and a second request after it, whatever its words', async () => {
    const on = desk();
    const sentBack: Call = ['sentBack', { SoBienNhan: CODE, MaCanBoXuLy: 'vpdk.vidu02', GhiChu: null }];
    await tell(on, sentBack);
    expect(on.held()).toMatchObject({ status: 'ACCEPTED', landCase: { state: 'NEEDS_CORRECTION' } });
    on.clock.now += 3_600_000;
    await tell(on, ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-25T00:30:00Z' }]);
    await tell(on, sentBack);
    expect(on.held()).toMatchObject({ status: 'PROCESSING', landCase: { state: 'PROCESSING' } });
    on.clock.now += 24 * 3_600_000;
    await tell(on, sentBack);
    await tell(on, sentBack);
    expect(on.held()).toMatchObject({ status: 'ACCEPTED', landCase: { state: 'NEEDS_CORRECTION' } });
    const ids = on.held().landCase?.events.filter(({ kind }) => kind === 'CORRECTION_REQUESTED').map(({ id }) => id) ?? [];
    expect([ids.length, ids[1]]).toEqual([2, `${ids[0]}:2`]);
    expect(on.held().history.filter(({ id }) => ids.includes(id ?? ''))).toHaveLength(2);
  });
});

describe('late, repeated, out of order', () => {
  it('what comes after the end is kept and marked, and moves nothing', async () => {
    const done = await told(CALLS.finished);
    const now = await told(CALLS.finished, CALLS.requested, CALLS.received, CALLS.moved, CALLS.tax, sentBack, wrongProcedure);
    expect([now.status, now.history, now.dates, now.supplements, now.landCase?.state]).toEqual([done.status, done.history, done.dates, done.supplements, done.landCase?.state]);
    expect(now.landCase?.events.filter(({ isLate }) => isLate)).toHaveLength(6);
    expect(now.landCase?.obligations).toHaveLength(2);
  });

  const pool: readonly Call[] = [...Object.values(CALLS), paused, ['supplementRequested', { ...CALLS.requested[1], NgayChoBoSung: '2025-03-16T01:00:00Z', GhiChu: 'Lần hai' }], ['supplementReceived', { ...CALLS.received[1], NgayNhanBoSung: '2025-03-17T01:00:00Z', NgayHenTraMoi: '2025-03-25T10:00:00Z' }], ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-22T02:00:00Z' }], ['taxNotices', { ...CALLS.tax[1], NgayCoKetQuaThue: '2025-03-23T02:00:00Z' }]];
  const time = ([, body]: Call): string => Object.entries(body as Record<string, unknown>).find(([name]) => /^Ngay(Chuyen|ChoBoSung|NhanBoSung|CoKetQuaThue|KetThuc)$/.test(name))?.[1] as string;

  it('in any order, with any repetition, the case ends as if told in order', async () => {
    await fc.assert(fc.asyncProperty(fc.subarray([...pool], { minLength: 1 }), fc.integer(), fc.array(fc.nat(20), { maxLength: 6 }), async (subset, seed, again) => {
      const inOrder = [...subset].sort((a, b) => (time(a) < time(b) ? -1 : 1));
      const shuffled = fc.sample(fc.shuffledSubarray(subset, { minLength: subset.length }), { numRuns: 1, seed })[0] ?? [];
      const repeated = [...shuffled, ...again.map((n) => subset[n % subset.length] as Call)];
      const expected = await told(...inOrder);
      const now = await told(...repeated);
      expect(stands(now)).toEqual(stands(expected));
      expect(validateDossier(now).ok).toBe(true);
      // Before the end nothing of the order can be seen at all, but for due dates that were replaced out of order.
      if (!subset.some(([id]) => id === 'finished')) {
        const timeless = ({ history, supplements, dates, landCase }: Dossier) => ({ history: history.map(({ id, at: when }) => [id, when]), supplements: supplements.map(({ id, completedAt }) => [id, completedAt]), dueAt: dates.dueAt, events: landCase?.events });
        expect(timeless(now)).toEqual(timeless(expected));
      }
    }), { numRuns: 120, seed: 7 });
  });

  it('of two new due dates the one of the later receipt counts, whichever is told first', async () => {
    const { dueAt: _, ...dates } = dossier().dates;
    const later: Call = ['supplementReceived', { ...CALLS.received[1], NgayNhanBoSung: '2025-03-17T01:00:00Z', NgayHenTraMoi: '2025-03-25T10:00:00Z' }];
    for (const order of [[CALLS.received, later], [later, CALLS.received]]) expect((await tell(desk([dossier({ dates })]), ...order)).dates.dueAt).toBe('2025-03-25T10:00:00Z');
  });

  it('what was fetched of a result stays, until an end brings it anew', async () => {
    const now = await told(CALLS.finished);
    const fetched = { at: '2025-03-20T09:00:00Z', sha256: 'a'.repeat(64), bytes: 5 };
    const on = desk([{ ...now, landCase: { ...(now.landCase as LandCase), results: (now.landCase?.results ?? []).map((file) => ({ ...file, fetched })) } }]);
    expect((await tell(on, CALLS.moved, CALLS.finished)).landCase?.results[0]?.fetched).toEqual(fetched);
    expect((await tell(on, ['finished', { ...CALLS.finished[1], NgayKetThuc: '2025-03-24T08:00:00Z' }])).landCase?.results).toEqual(now.landCase?.results);
  });

  it('never moves a finished dossier backwards', async () => {
    const rank = (status: DossierStatus): number => ({ RETURNED: 2, RESOLVED: 1 } as Partial<Record<DossierStatus, number>>)[status] ?? 0;
    const calls = [...pool, sentBack, wrongProcedure, returnedByTax, withdrawn];
    await fc.assert(fc.asyncProperty(fc.constantFrom(...DOSSIER_STATUSES), fc.array(fc.constantFrom(...calls), { maxLength: 10 }), fc.array(fc.constantFrom<DossierStatus>('PROCESSING', 'ACCEPTED', 'RESOLVED', 'RETURNED', 'SUPPLEMENT_REQUIRED'), { maxLength: 3 }), async (start, told_, snapshots) => {
      const on = desk([at(start)]);
      let ended = on.held().status;
      const step = async (act: () => Promise<unknown>): Promise<void> => {
        await act();
        const { status, landCase } = on.held();
        if (landCase !== undefined && /^FINISHED|RETURNED/.test(landCase.state)) {
          expect(rank(status)).toBeGreaterThanOrEqual(rank(ended));
          ended = status;
        }
      };
      for (const call of told_) await step(() => tell(on, call));
      for (const [i, status] of snapshots.entries()) await step(() => Promise.resolve(on.dossiers.set(CODE, keep(on.held(), at(status, `2025-03-2${i}T00:00:00Z`)))));
      for (const call of told_) await step(() => tell(on, call));
    }), { numRuns: 120, seed: 11 });
  });
});

describe('the province’s next snapshot', () => {
  it('is taken as it comes where the land system has told nothing', () => {
    const next = dossier({ note: 'mới' });
    expect(keep(dossier(), next)).toBe(next);
  });
  it('does not wipe out what was told', async () => {
    const known = await told(CALLS.moved, CALLS.requested);
    const next = keep(known, dossier({ note: 'mới' }));
    expect(next).toEqual({ ...known, note: 'mới' });
    expect(keep(known, next)).toBe(next);
  });
  it('completes the supplement once the province has gone on after it, which the land system is then told', async () => {
    const known = await told(CALLS.moved, CALLS.requested);
    const next = keep(known, at('PROCESSING', '2025-03-07T01:00:00Z'));
    expect(next).toMatchObject({ status: 'PROCESSING', supplements: [{ completedAt: '2025-03-07T01:00:00Z' }], landCase: { state: 'PROCESSING', stateSince: '2025-03-07T01:00:00Z' } });
    expect(ours(next)).toEqual(ours(known));
    expect((await tell(desk([next]), CALLS.tax)).status).toBe('PAYMENT_REQUIRED');
  });
  it('does not complete a supplement with what the province did before it heard of the request', async () => {
    const before = at('PROCESSING', '2025-03-07T01:00:00Z');
    const known = await tell(desk([before]), CALLS.requested);
    expect(keep(known, { ...before, note: 'mới' }).supplements).toEqual(known.supplements);
    expect(known.supplements[0]?.completedAt).toBeUndefined();
  });
  it('takes a status without a step for as new as the snapshot, where the source words it otherwise than before', async () => {
    const from = dossier({ sourceStatus: { status: '4' } });
    const known = await tell(desk([from]), CALLS.requested);
    expect(keep(known, { ...from, note: 'mới' }).status).toBe('SUPPLEMENT_REQUIRED');
    const moved = { ...from, status: 'STOPPED' as const, sourceStatus: { status: '8' }, sourceUpdatedAt: '2025-03-09T00:00:00Z' };
    expect(keep(known, moved)).toMatchObject({ status: 'STOPPED', landCase: { state: 'PAUSED' } });
  });
  it('its RETURNED wins, and ends the case', async () => {
    const known = await told(...Object.values(CALLS));
    expect(keep(known, at('RETURNED', '2025-03-21T02:00:00Z'))).toMatchObject({ status: 'RETURNED', landCase: { state: 'RETURNED_TO_CITIZEN', stateSince: '2025-03-21T02:00:00Z' } });
    const early = await told(CALLS.requested);
    expect(keep(early, dossier({ status: 'RETURNED', dates: { ...dossier().dates, returnedAt: '2025-03-07T00:00:00Z' } })).status).toBe('RETURNED');
  });
  it('never takes a finished dossier back', async () => {
    const known = await told(...Object.values(CALLS));
    expect(keep(known, at('PROCESSING', '2025-03-22T00:00:00Z'))).toMatchObject({ status: 'RESOLVED', subStatus: 'Kết quả', landCase: { state: 'FINISHED_WITH_RESULT' }, dates: { resolvedAt: '2025-03-20T08:40:00Z' } });
    const returned = keep(known, at('RETURNED', '2025-03-22T00:00:00Z'));
    expect(keep(returned, at('PROCESSING', '2025-03-23T00:00:00Z')).status).toBe('RETURNED');
  });
  it('keeps the new due date until the province sets another', async () => {
    const known = await told(CALLS.requested, CALLS.received);
    expect(keep(known, dossier()).dates).toMatchObject({ dueAt: '2025-03-21T10:00:00Z', dueHistory: [{ dueAt: '2025-03-18T10:00:00Z' }] });
    expect(keep(known, dossier({ dates: { ...dossier().dates, dueAt: '2025-03-28T10:00:00Z' } })).dates.dueAt).toBe('2025-03-28T10:00:00Z');
  });
  it('tells that all is paid where the province waited for it and has gone on, and not by going on alone', async () => {
    const known = await told(CALLS.tax);
    const moved = (...moves: [string, DossierStatus][]): Dossier => dossier({ status: moves.at(-1)?.[1] ?? 'PROCESSING', history: [...dossier().history, ...moves.map(([when, status]) => ({ at: when, status, action: 'Chuyển trạng thái' }))] });
    const paid = (next: Dossier) => next.landCase?.obligations.map(isPaid);
    expect(paid(keep(known, moved(['2025-03-13T01:00:00Z', 'PROCESSING'])))).toEqual([false, false]);
    expect(paid(keep(known, moved(['2025-03-11T01:00:00Z', 'PAYMENT_REQUIRED'], ['2025-03-11T02:00:00Z', 'PROCESSING'])))).toEqual([false, false]);
    const next = keep(known, moved(['2025-03-13T01:00:00Z', 'PAYMENT_REQUIRED'], ['2025-03-14T01:00:00Z', 'PROCESSING']));
    expect(paid(next)).toEqual([true, true]);
    expect(next.landCase?.obligations[0]?.payments).toEqual([{ status: 'PAID', paidAt: '2025-03-14T01:00:00Z', text: 'Tỉnh xác nhận đã hoàn thành nghĩa vụ tài chính' }]);
    expect([next.status, next.landCase?.state, validateDossier(next).ok]).toEqual(['PROCESSING', 'PROCESSING', true]);
  });
  it('may bring facts of the land, which nobody but the province corrects', async () => {
    const facts = { system: 'mot-cua', state: 'PROCESSING' as const, stateSince: '2025-03-04T01:20:00Z', events: [], obligations: [], results: [], parcels: [{ number: '125', mapSheet: '17' }] };
    const known = await tell(desk([dossier({ landCase: facts })]), CALLS.requested);
    const next = keep(known, dossier({ landCase: { ...facts, parcels: [{ number: '126', mapSheet: '17' }] } }));
    expect(next.landCase).toEqual({ ...known.landCase, parcels: [{ number: '126', mapSheet: '17' }] });
  });
});

describe('a dossier that began in the land system (I6)', () => {
  const body = { SoBienNhan: CODE, TinhId: 1, HuyenId: 0, XaId: 4567, DiaChiTaiSan: 'Thôn Ví Dụ', ThongTinQuyTrinh: { MaQuyTrinh: 'TH-DEMO-001' }, ThongTinThuaDat: { SoThuTuThua: 125, SoHieuBanDo: '17', DienTich: '212,5' } };
  it('leaves its facts, with the zeros of its codes, where nobody has said otherwise', async () => {
    const now = await told(['originatesInLand', body]);
    expect(now.landCase).toMatchObject({ origin: 'land', area: { provinceCode: '01', communeCode: '04567' }, propertyAddress: 'Thôn Ví Dụ', procedureCase: { code: 'TH-DEMO-001' }, parcels: [{ number: '125', mapSheet: '17', area: '212.5' }], events: [] });
    expect([now.status, now.history]).toEqual([dossier().status, dossier().history]);
    const on = desk([now]);
    await tell(on, ['originatesInLand', { ...body, DiaChiTaiSan: 'Nơi khác', ThongTinThuaDat: [{ SoThuTuThua: '1' }] }]);
    expect(on.changes()).toBe(0);
  });
});
