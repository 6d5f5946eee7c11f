/** Which events DVCLT is told of, in which order (fact sheet 3.7, 3.10), and what survives the province's next snapshot. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import { eventsOf } from '../../../adapters/dvclt/events.ts';
import { replaced } from '../../../adapters/dvclt/intake.ts';
import { pushCivilStatus } from '../../../adapters/dvclt/operations/push.ts';
import { reportStatus } from '../../../adapters/dvclt/operations/report.ts';
import type { Dossier, DossierStatus } from '../../../src/model/canonical.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import { handedOver, received, registered, said, told } from './dossiers.ts';
import { config, snapshot, xmlOf } from './fixtures.ts';

const order = (dossier: Dossier): number[] => eventsOf(dossier).map(({ status }) => status);
const keys = (dossier: Dossier): string[] => reportStatus.subscribe?.plan(dossier, config()).map(({ itemKey }) => itemKey) ?? [];
const pushes = (dossier: Dossier, more = {}): string[] => pushCivilStatus.subscribe?.plan(dossier, config(more)).map(({ itemKey }) => itemKey) ?? [];

describe('the events', () => {
  it('follow the whole way: 1, 3, 7, 4, 5', async () => {
    expect(order(said(await registered(), 'RETURNED', '16:00:00'))).toEqual([1, 3, 7, 4, 5]);
  });
  it('that the province has passed over are put in, in order', async () => {
    const fresh = await received();
    expect(order(said(fresh, 'RETURNED', '09:00:00'))).toEqual([1, 3, 7, 4, 5]);
    expect(order(said(fresh, 'PROCESSING', '09:00:00'))).toEqual([1, 3]);
    expect(order(said(fresh, 'REJECTED', '09:00:00'))).toEqual([1, 6]);
    // 5 is not planned while 4 cannot be written: it would stand before the mended 4 in the lane.
    expect(keys(said(fresh, 'RETURNED', '09:00:00')).map((key) => key.split('!')[0])).toEqual(['1#1', '3#1', '7#1', '4#1']);
    expect(keys(said(fresh, 'RETURNED', '09:00:00'))[3]).toMatch(/^4#1![0-9a-f]{16}$/);
  });
  it('4 follows once the result is there, though the province had ended before', async () => {
    const ended = said(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), 'RETURNED', '10:00:00');
    expect(keys(ended).map((key) => key.split('!')[0])).toEqual(['1#1', '3#1', '7#1', '4#1']);
    expect(keys(ended)).not.toContain('4#1');
    const known = told(ended);
    expect(known).toMatchObject({ status: 'RETURNED', history: ended.history, results: [{ name: 'Giấy khai sinh' }], civilStatus: { facts: { child: { citizenNumber: '099225000031' } } } });
    expect(keys(known)).toEqual(['1#1', '3#1', '7#1', '4#1', '5#1']);
    expect(told(ended, { trangThai: '2', ketQuaXuLy: null })).toMatchObject({ status: 'RETURNED', civilStatus: { backend: { state: 'SUPPLEMENT_REQUIRED' } } });
  });
  it('of a supplement: 2, no second 1, and the rest once more', async () => {
    const asked = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { trangThai: '2', ketQuaXuLy: null, noiDungXuLy: 'Thiếu' });
    // The province's own system says the same a little later: one request.
    const echoed = said(asked, 'SUPPLEMENT_REQUIRED', '15:40:00');
    expect(order(echoed)).toEqual([1, 3, 7, 2]);
    const fresh = await received();
    const again = replaced(echoed, { ...fresh, history: [{ id: 'dvclt:received:1', at: '2025-01-11T02:00:00Z', status: 'SUBMITTED', action: 'x' }] });
    expect(order(again)).toEqual([1, 3, 7, 2]);
    const accepted = dvclt.keep?.(again, snapshot(again, 'ACCEPTED', '2025-01-11T03:00:00Z')) as Dossier;
    expect(keys(accepted)).toEqual(['1#1', '3#1', '7#1', '2#1.1', '3#2']);
    expect(pushes(again)).toEqual([]);
    expect(pushes(accepted)).toEqual(['push#2']);
  });
  it('are none for a dossier that did not come from DVCLT, or where they are switched off', async () => {
    const { interconnectedNumber: _n, ...civilStatus } = (await received()).civilStatus as NonNullable<Dossier['civilStatus']>;
    expect(order({ ...(await received()), civilStatus })).toEqual([]);
    expect(reportStatus.subscribe?.plan(await received(), config({ report: false }))).toEqual([]);
  });
  it('keep their keys and order as the history grows, whatever an officer does', async () => {
    const steps: DossierStatus[] = ['ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'RESOLVED', 'RETURNED', 'REJECTED', 'STOPPED'];
    const start = await received();
    await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 8 }), async (moves) => {
      let dossier = start;
      let before: string[] = [];
      for (const [i, status] of moves.entries()) {
        dossier = said(dossier, status, `0${(i % 8) + 1}:5${i % 10}:00`.replace(/^0[1-8]/, String(10 + i)));
        const now = eventsOf(dossier).map(({ key }) => key);
        expect(now.slice(0, before.length)).toEqual(before);
        expect(new Set(now).size).toBe(now.length);
        before = now;
      }
      const told = order(dossier);
      for (const [step, needed] of [[3, 1], [7, 3], [4, 7], [5, 4]] as const) if (told.includes(step)) expect(told.indexOf(needed)).toBeLessThan(told.indexOf(step));
    }), { seed: 7, numRuns: 60 });
  });
});

describe('the hand-over', () => {
  it('is planned once an officer has accepted, and not where it is switched off', async () => {
    const fresh = await received();
    const accepted = said(fresh, 'ACCEPTED', '08:30:00');
    expect([pushes(fresh), pushes(accepted), pushes(accepted, { push: 'never' }), pushes(handedOver(accepted))]).toEqual([[], ['push#1'], [], []]);
    expect([accepted, said(accepted, 'WITHDRAWN', '08:40:00'), handedOver(accepted)].map((one) => pushCivilStatus.subscribe?.isStillDue?.(one, config()))).toEqual([true, false, false]);
  });
  it('is learnt once, and not for a newer submission', async () => {
    const accepted = said(await received(), 'ACCEPTED', '08:30:00');
    const learnt = handedOver(accepted);
    expect(learnt).toMatchObject({ status: 'PROCESSING', civilStatus: { backend: { state: 'WAITING' }, handedOverAt: '2025-01-10T02:02:00Z' } });
    const again = { code: accepted.code, isDuplicate: true };
    expect(pushCivilStatus.learn?.(learnt, accepted, again, 0)).toBeUndefined();
    const newer = { ...accepted, civilStatus: { ...(accepted.civilStatus as NonNullable<Dossier['civilStatus']>), submission: 2 } };
    expect(pushCivilStatus.learn?.(newer, accepted, again, 0)).toBeUndefined();
  });
});

describe('keep', () => {
  it('puts back what was told, and does so once', async () => {
    const done = await registered();
    const bare = snapshot(done, 'PROCESSING', '2025-01-10T02:00:00Z', { dates: {} });
    const kept = dvclt.keep?.(done, bare) as Dossier;
    expect(kept).toMatchObject({ status: 'RESOLVED', civilStatus: done.civilStatus, results: done.results, dates: { dueAt: done.dates.dueAt, resolvedAt: done.dates.resolvedAt } });
    expect(kept.components).toEqual(done.components);
    expect(dvclt.keep?.(done, kept)).toBe(kept);
    expect(validateDossier(kept)).toMatchObject({ ok: true });
  });
  it('a result without a file stays, too', async () => {
    const take = config({ emptyDeathResult: 'take' });
    const fields = { noiDangKy: '99001', nktHoTen: 'Lê Văn Cũ', nktNgayChet: '04.01.2025', nycHoTen: 'Lê Thị Con' };
    const accepted = said(await received(take, { module: 'KT', procedure: '1.011733', xml: xmlOf(fields) }), 'ACCEPTED', '08:30:00');
    const done = told(handedOver(accepted), { module: 'LTKT', ketQuaXuLy: { nktHoTen: 'Lê Văn Cũ', soDangKy: '3', quyenSo: '01/2025' } }, take);
    expect(done.results).toMatchObject([{ name: 'Trích lục khai tử', number: '3, 01/2025', files: [] }]);
    const kept = dvclt.keep?.(done, snapshot(done, 'RETURNED', '2025-01-10T09:00:00Z')) as Dossier;
    expect(kept.results).toEqual(done.results);
    expect(dvclt.keep?.(done, kept)).toBe(kept);
  });
  it('leaves officers their last word', async () => {
    const done = await registered();
    for (const status of ['RETURNED', 'WITHDRAWN', 'STOPPED'] as const) expect(said(done, status, '16:00:00').status).toBe(status);
    const handed = handedOver(said(await received(), 'ACCEPTED', '08:30:00'));
    expect(said(handed, 'SUPPLEMENT_REQUIRED', '10:00:00').status).toBe('SUPPLEMENT_REQUIRED');
    // Said before the hand-over was known there.
    expect(said(handed, 'ACCEPTED', '08:31:00').status).toBe('PROCESSING');
    // A clock that runs behind ours.
    expect(said(await received(), 'ACCEPTED', '08:00:00').status).toBe('ACCEPTED');
  });
  it('a supplement that came at the counter is handed over once more, and told', async () => {
    const asked = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { trangThai: '2', ketQuaXuLy: null, noiDungXuLy: 'Thiếu' });
    expect(pushes(said(asked, 'ACCEPTED', '15:00:00'))).toEqual([]);
    const bare = snapshot(asked, 'ACCEPTED', '2025-01-10T09:00:00Z');
    const resumed = dvclt.keep?.(asked, bare) as Dossier;
    expect(resumed).toMatchObject({ status: 'ACCEPTED', civilStatus: { submission: 2 }, supplements: [{ completedAt: '2025-01-10T09:00:00Z' }] });
    expect([pushes(resumed), keys(resumed)]).toEqual([['push#2'], ['1#1', '3#1', '7#1', '2#1.1', '3#2']]);
    expect(dvclt.keep?.(asked, resumed)).toBe(resumed);
    // The same snapshot again, with what it led to known by now.
    expect(dvclt.keep?.(resumed, bare)).toEqual(resumed);
    const again = handedOver(resumed, '16:10:00');
    // What was said of the submission before is no news of this one.
    expect(told(again, { trangThai: '2', ketQuaXuLy: null, noiDungXuLy: 'Thiếu' })).toBeUndefined();
    expect(order(told(again, { thoiGianThucHien: '10/01/2025 17:00:00' }))).toEqual([1, 3, 7, 2, 3, 7, 4]);
  });
  it('takes what the province declares, and nothing of where the registration stands', async () => {
    const done = await registered();
    const event = done.civilStatus as NonNullable<Dossier['civilStatus']>;
    const kept = dvclt.keep?.(done, snapshot(done, 'PROCESSING', '2025-01-10T02:00:00Z', { civilStatus: { kind: 'BIRTH', copies: 9, facts: { child: { name: 'Đỗ Minh Đúng' } }, backend: { state: 'REFUSED' }, submission: 7 } })) as Dossier;
    expect(kept.civilStatus).toMatchObject({ copies: 9, registrationPlace: '99001', facts: { child: { name: 'Đỗ Minh Đúng', citizenNumber: '099225000031' } }, backend: event.backend, submission: 1, result: event.result });
  });
  it('does not touch a dossier of somebody else', async () => {
    const { civilStatus: _c, ...other } = await received();
    expect(dvclt.keep?.(other, other)).toBe(other);
  });
});
