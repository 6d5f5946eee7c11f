import { describe, expect, it } from 'vitest';
import { askedAgain, resolved, stateHeard } from '../../../adapters/vneid/heard.ts';
import { keep } from '../../../adapters/vneid/keep.ts';
import { operations } from '../../../adapters/vneid/operations.ts';
import type { StatusInput } from '../../../adapters/vneid/operations/report-status.ts';
import { stepsOf } from '../../../adapters/vneid/steps.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import type { Dossier, DossierStatus, HistoryEntry } from '../../../src/model/canonical.ts';
import { fileAddress } from '../../../src/model/file-address.ts';
import { bodyOf, config, desk, NOW, taken } from './samples.ts';

const CONFIG = config();
const AT = (minute: number): string => new Date(NOW + minute * 60_000).toISOString().replace('.000Z', 'Z');
const FILE = { name: 'PhieuLLTP.pdf', url: fileAddress('c'.repeat(64)), size: 15 };
const step = (minute: number, status: DossierStatus, note?: string): HistoryEntry => ({ at: AT(minute), status, action: status, ...(note === undefined ? {} : { note }) });

/** A snapshot of the province's own system, which knows little of what VNeID sent. */
function snapshot(status: DossierStatus, history: HistoryEntry[], more: Partial<Dossier> = {}): Dossier {
  return {
    schemaVersion: '1', code: 'H99.14-250110-0007', sourceSystem: 'mot-cua', sourceId: '77', source: 'PORTAL_LOCAL', channel: 'ONLINE', status,
    procedure: { code: '2.000488', name: 'Cấp Phiếu lý lịch tư pháp', sector: { code: 'LLTP' } }, agency: { code: 'H99.14', name: 'Đơn vị mẫu' }, applicant: { kind: 'CITIZEN', name: 'LE THI MAU', ids: [] },
    dates: { dueAt: '2025-01-22T10:00:00Z' }, components: [], results: [], supplements: [], fees: [], payments: [], linkedDatabases: [], history: [step(0, 'SUBMITTED'), ...history], ...more,
  };
}
const keys = (dossier: Dossier, operation: 'reportStatus' | 'pushToBackend' | 'readResult', settings = CONFIG): string[] => operations[operation].subscribe?.plan(dossier, settings).map(({ itemKey }) => itemKey) ?? [];
const inputOf = (dossier: Dossier, key: string): StatusInput => operations.reportStatus.subscribe?.input(dossier, key) as StatusInput;
const valid = (dossier: Dossier | undefined): Dossier => {
  if (dossier === undefined) throw new TypeError('nothing changed');
  const checked = validateDossier(dossier);
  expect(checked.ok ? [] : checked.issues).toEqual([]);
  return dossier;
};
const pushed = (dossier: Dossier, minute: number, wasThere = false): Dossier => valid(operations.pushToBackend.learn?.(dossier, dossier, { code: dossier.code, system: 'btp', wasThere }, NOW + minute * 60_000));
const RESULT = { meaning: 'result', state: '9', certificate: { number: '0007/2025', issuedOn: '2025-01-21', form: '1', signedBy: 'Trần Thị Ký' } } as const;

describe('what VNeID is told of', () => {
  it('is each state that the dossier comes to, once, with a second time told as one', () => {
    const history = [step(0, 'SUBMITTED'), step(1, 'ACCEPTED'), step(2, 'ACCEPTED'), step(3, 'SUPPLEMENT_REQUIRED'), { ...step(4, 'SUBMITTED'), id: 'vneid:submit:2' }, step(5, 'ACCEPTED'), step(6, 'PROCESSING'), step(7, 'SUPPLEMENT_REQUIRED'), step(8, 'ACCEPTED')];
    expect(stepsOf({ history, dates: {}, status: 'ACCEPTED' }).map(({ key }) => key)).toEqual(['1#1', '2#1', '5#1', '1#2', '2#2', '4#1', '5#2', '2#3']);
  });
  it('is not told twice of a request for papers where the province’s clock is behind ours', () => {
    const history = [step(0, 'ACCEPTED'), step(2, 'SUPPLEMENT_REQUIRED'), { ...step(5, 'PROCESSING'), id: 'vneid:push:1' }];
    expect(stepsOf({ history, dates: {}, status: 'SUPPLEMENT_REQUIRED' }).map(({ key }) => key)).toEqual(['2#1', '5#1', '4#1']);
  });
  it('never goes back over notes that the province still writes under an earlier state', () => {
    const history = [step(0, 'SUBMITTED'), step(1, 'ACCEPTED'), step(2, 'PROCESSING'), step(3, 'ACCEPTED'), step(4, 'SUBMITTED'), step(5, 'PROCESSING'), step(6, 'RESOLVED'), step(7, 'PROCESSING')];
    expect(stepsOf({ history, dates: {}, status: 'RESOLVED' }).map(({ key }) => key)).toEqual(['1#1', '2#1', '4#1', '9#1']);
  });
  it('counts the status of a source that writes no history', () => {
    expect(stepsOf({ history: [], dates: {}, status: 'ACCEPTED' }).map(({ key }) => key)).toEqual(['2#1']);
    expect(stepsOf({ history: [], dates: {}, status: 'UNKNOWN' })).toEqual([]);
  });
  it('says it with the words of the change that planned it: of each request for papers its own reason', async () => {
    const supplements = [{ requestedAt: AT(3), reason: 'Ảnh mờ' }, { requestedAt: AT(7), reason: 'Thiếu mặt sau' }];
    const first = await taken();
    const asked = keep(first, snapshot('SUPPLEMENT_REQUIRED', [step(1, 'ACCEPTED'), step(3, 'SUPPLEMENT_REQUIRED')], { supplements: supplements.slice(0, 1), statusReason: 'Ảnh mờ' }));
    expect(keys(asked, 'reportStatus')).toEqual(['2#1', '5#1']);
    expect(inputOf(asked, '5#1')).toMatchObject({ status: '5', reason: 'Ảnh mờ', dueOn: '2025-01-22', unitName: 'Đơn vị mẫu' });
    const again = keep(first, snapshot('SUPPLEMENT_REQUIRED', [step(1, 'ACCEPTED'), step(3, 'SUPPLEMENT_REQUIRED'), step(5, 'ACCEPTED'), step(7, 'SUPPLEMENT_REQUIRED')], { supplements, statusReason: 'Thiếu mặt sau' }));
    expect([inputOf(again, '5#1').reason, inputOf(again, '5#2').reason, inputOf(again, '2#1').reason]).toEqual(['Ảnh mờ', 'Thiếu mặt sau', undefined]);
    expect(inputOf({ ...asked, receivingAgency: { code: 'H99.14.1', name: 'Bộ phận Một cửa' } }, '2#1').unitName).toBe('Bộ phận Một cửa');
  });
  it('says why even where the province says it beside its status alone, and a report still waits when the next snapshot comes', async () => {
    const told = [step(1, 'ACCEPTED'), step(3, 'SUPPLEMENT_REQUIRED')];
    const asked = keep(await taken(), snapshot('SUPPLEMENT_REQUIRED', told, { statusReason: 'Ảnh mờ' }));
    expect(inputOf(asked, '5#1').reason).toBe('Ảnh mờ');
    const on = valid(keep(asked, snapshot('ACCEPTED', [...told, step(5, 'ACCEPTED')])));
    expect(inputOf(on, '5#1').reason).toBe('Ảnh mờ');
    const again = valid(keep(on, snapshot('SUPPLEMENT_REQUIRED', [...told, step(5, 'ACCEPTED'), step(7, 'SUPPLEMENT_REQUIRED')], { statusReason: 'Thiếu mặt sau' })));
    expect([inputOf(again, '5#1').reason, inputOf(again, '5#2').reason]).toEqual(['Ảnh mờ', 'Thiếu mặt sau']);
    expect([keep(on, again), keep(again, again)]).toEqual([again, again]);
  });
  it('is nothing of dossiers that this connection has not brought, and only of the states that are agreed', async () => {
    const dossier = snapshot('ACCEPTED', [step(1, 'ACCEPTED')]);
    expect([keys(dossier, 'reportStatus'), keys(dossier, 'pushToBackend')]).toEqual([[], []]);
    const ours = keep(await taken(), snapshot('STOPPED', [step(1, 'ACCEPTED'), step(2, 'STOPPED')]));
    expect(keys(ours, 'reportStatus')).toEqual(['2#1']);
    expect(keys(ours, 'reportStatus', config({ reported: ['STOPPED', 'SUBMITTED'] }))).toEqual(['1#1', '8#1']);
    expect(keys(ours, 'reportStatus', config({ system: 'vneid-khac' }))).toEqual([]);
  });
  it('a 9 waits for its certificate, unless it may go without one', async () => {
    const done = keep(await taken(), snapshot('RESOLVED', [step(1, 'ACCEPTED'), step(2, 'RESOLVED')]));
    expect(keys(done, 'reportStatus')).toEqual(['2#1']);
    expect(keys(done, 'reportStatus', config({ withoutCertificate: 'send' }))).toEqual(['2#1', '9#1']);
    const anew = keep(await taken(), snapshot('RESOLVED', [step(1, 'ACCEPTED'), step(2, 'RESOLVED'), step(3, 'SUPPLEMENT_REQUIRED'), step(4, 'ACCEPTED'), step(5, 'RESOLVED')], { judicialRecord: { form: '1', certificate: { number: '1/2025', issuedOn: '2025-01-21', file: FILE } } }));
    expect(keys(anew, 'reportStatus')).toEqual(['2#1', '5#1', '2#2', '9#2']);
    const brought = keep(await taken(), snapshot('RESOLVED', [step(1, 'ACCEPTED'), step(2, 'RESOLVED')], { judicialRecord: { form: '1', certificate: { number: '1/2025', issuedOn: '2025-01-21', file: FILE } } }));
    expect(keys(brought, 'reportStatus')).toEqual(['2#1', '9#1']);
    expect(inputOf(brought, '9#1').certificate).toMatchObject({ number: '1/2025', file: FILE });
  });
});

describe('a dossier on its way', () => {
  it('is handed over once for each submission, comes to be processed, and VNeID hears of it', async () => {
    const accepted = valid(keep(await taken(), snapshot('ACCEPTED', [step(1, 'ACCEPTED')])));
    expect([keys(accepted, 'pushToBackend'), keys(accepted, 'reportStatus')]).toEqual([['push:1'], ['2#1']]);
    const processing = pushed(accepted, 2, true);
    expect(processing).toMatchObject({ status: 'PROCESSING', judicialRecord: { backend: { system: 'btp', pushedAt: AT(2), submission: 1, wasThere: true } } });
    // The same key again, which the ledger sends once.
    expect([keys(processing, 'pushToBackend'), keys(processing, 'reportStatus')]).toEqual([['push:1'], ['2#1', '4#1']]);
    expect(operations.pushToBackend.learn?.(processing, accepted, { code: accepted.code, system: 'btp', wasThere: false }, NOW)).toBeUndefined();
    // What the province tells next does not take it back; what it decides does count.
    expect(keep(processing, snapshot('ACCEPTED', [step(1, 'ACCEPTED'), step(3, 'ACCEPTED')])).status).toBe('PROCESSING');
    const asked = keep(processing, snapshot('SUPPLEMENT_REQUIRED', [step(1, 'ACCEPTED'), step(4, 'SUPPLEMENT_REQUIRED')], { statusReason: 'Ảnh mờ' }));
    expect([asked.status, ...keys(asked, 'reportStatus')]).toEqual(['SUPPLEMENT_REQUIRED', '2#1', '4#1', '5#1']);
  });
  it('that has gone on while it was handed over is not moved, but where it is stays known', async () => {
    const accepted = keep(await taken(), snapshot('ACCEPTED', [step(1, 'ACCEPTED')]));
    const asked = keep(accepted, snapshot('SUPPLEMENT_REQUIRED', [step(1, 'ACCEPTED'), step(2, 'SUPPLEMENT_REQUIRED')]));
    const learnt = valid(operations.pushToBackend.learn?.(asked, accepted, { code: asked.code, system: 'btp', wasThere: false }, NOW + 180_000));
    expect(learnt).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', judicialRecord: { backend: { submission: 1 } } });
    expect(operations.pushToBackend.subscribe?.isStillDue?.(asked, CONFIG)).toBe(false);
  });
  it('after a supplement is received anew and handed over anew', async () => {
    const one = desk();
    await one.call('createDossier', bodyOf());
    const code = [...one.dossiers.keys()][0] as string;
    const first = pushed(keep(one.dossiers.get(code) as Dossier, snapshot('ACCEPTED', [step(1, 'ACCEPTED')])), 2);
    const told = [step(1, 'ACCEPTED'), step(4, 'SUPPLEMENT_REQUIRED')];
    one.dossiers.set(code, keep(first, snapshot('SUPPLEMENT_REQUIRED', told)));
    one.clock.now = NOW + 10 * 60_000;
    await one.call('createDossier', bodyOf({ soLuongCap: 1 }));
    const submitted = one.dossiers.get(code) as Dossier;
    expect(submitted).toMatchObject({ status: 'SUBMITTED', judicialRecord: { copies: 1, backend: { submission: 1 } } });
    // The province has not looked at it yet: its old status does not come back.
    const unchanged = keep(submitted, snapshot('SUPPLEMENT_REQUIRED', told));
    expect([unchanged.status, ...keys(unchanged, 'reportStatus')]).toEqual(['SUBMITTED', '2#1', '4#1', '5#1']);
    expect(keep(submitted, snapshot('ACCEPTED', [step(1, 'ACCEPTED')])).status).toBe('SUBMITTED');
    // The first hand-over is heard of only now: it says nothing of the second submission.
    const { backend: _, ...record } = submitted.judicialRecord as NonNullable<Dossier['judicialRecord']>;
    expect(operations.pushToBackend.learn?.({ ...submitted, judicialRecord: record }, first, { code, system: 'btp', wasThere: false }, NOW)).toMatchObject({ status: 'SUBMITTED', judicialRecord: { backend: { submission: 1 } } });
    const accepted = valid(keep(unchanged, snapshot('ACCEPTED', [...told, step(12, 'ACCEPTED')])));
    expect([accepted.status, keys(accepted, 'pushToBackend'), keys(accepted, 'reportStatus')]).toEqual(['ACCEPTED', ['push:2'], ['2#1', '4#1', '5#1', '2#2']]);
    expect(keys(pushed(accepted, 13), 'reportStatus')).toEqual(['2#1', '4#1', '5#1', '2#2', '4#2']);
    // The software still has the first one: done, but somebody is told that the new papers may not have come.
    const warned = (dossier: Dossier): string[] => {
      const codes: string[] = [];
      const warn = ({ code: one }: { code: string }): void => void codes.push(one);
      operations.pushToBackend.decode({ errorDescription: 'Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin' }, [dossier], { config: CONFIG, remote: {}, now: () => NOW, run: () => Promise.reject(new Error('asks nobody')), warn });
      return codes;
    };
    expect([warned(accepted), warned(first)]).toEqual([['LT-VNEID-SUPPLEMENT-NOT-TAKEN'], []]);
    // An old snapshot, late: its request for papers was heard before.
    expect(keep(pushed(accepted, 13), snapshot('SUPPLEMENT_REQUIRED', told)).status).toBe('PROCESSING');
  });
  it('is done when its certificate comes, once, and what comes for one that has ended moves nothing', async () => {
    const processing = pushed(keep(await taken(), snapshot('ACCEPTED', [step(1, 'ACCEPTED')])), 2);
    const done = valid(resolved(processing, RESULT, FILE, AT(30)));
    expect(done).toMatchObject({ status: 'RESOLVED', dates: { resolvedAt: AT(30) }, results: [{ name: 'Phiếu lý lịch tư pháp số 1', number: '0007/2025', files: [FILE] }], judicialRecord: { backend: { state: '9' }, certificate: { file: FILE } } });
    expect(keys(done, 'reportStatus')).toEqual(['2#1', '4#1', '9#1']);
    expect(resolved(done, RESULT, FILE, AT(45))).toBeUndefined();
    // The province's system has the result from nobody but us.
    const returned = valid(keep(done, snapshot('RETURNED', [step(1, 'ACCEPTED'), step(60, 'RETURNED')])));
    expect(returned).toMatchObject({ status: 'RETURNED', results: [{ number: '0007/2025' }] });
    expect(keys(returned, 'reportStatus')).toEqual(['2#1', '4#1', '9#1', '10#1']);
    expect([inputOf(returned, '9#1').certificate?.number, inputOf(returned, '10#1').certificate]).toEqual(['0007/2025', undefined]);
    const withdrawn = keep(processing, snapshot('WITHDRAWN', [step(1, 'ACCEPTED'), step(20, 'WITHDRAWN')]));
    expect(resolved(withdrawn, RESULT, FILE, AT(30))).toMatchObject({ status: 'WITHDRAWN', judicialRecord: { certificate: { number: '0007/2025' } } });
  });
  it('is done by a certificate that came while papers were asked for, once the citizen has sent them', async () => {
    const one = desk();
    await one.call('createDossier', bodyOf());
    const code = [...one.dossiers.keys()][0] as string;
    const told = [step(1, 'ACCEPTED'), step(4, 'SUPPLEMENT_REQUIRED')];
    const asked = keep(pushed(keep(one.dossiers.get(code) as Dossier, snapshot('ACCEPTED', [step(1, 'ACCEPTED')])), 2), snapshot('SUPPLEMENT_REQUIRED', told));
    const early = valid(resolved(asked, RESULT, FILE, AT(5)));
    expect([early.status, resolved(early, RESULT, FILE, AT(6))]).toEqual(['SUPPLEMENT_REQUIRED', undefined]);
    one.dossiers.set(code, early);
    one.clock.now = NOW + 10 * 60_000;
    await one.call('createDossier', bodyOf({ soLuongCap: 1 }));
    // Asked for before the citizen submitted anew, heard after: nobody has received that yet.
    expect(resolved(one.dossiers.get(code) as Dossier, RESULT, FILE, AT(11))).toBeUndefined();
    const processing = pushed(keep(one.dossiers.get(code) as Dossier, snapshot('ACCEPTED', [...told, step(12, 'ACCEPTED')])), 13, true);
    const done = valid(resolved(processing, RESULT, FILE, AT(30)));
    expect([done.status, keys(done, 'reportStatus').at(-1), resolved(done, RESULT, FILE, AT(31))]).toEqual(['RESOLVED', '9#1', undefined]);
    // Taken up again by the province: the same words do not end it at once.
    expect(resolved({ ...done, status: 'PROCESSING' }, RESULT, FILE, AT(40))).toBeUndefined();
  });
  it('a refusal or a request of the software is noted, and taken over only where that is agreed', async () => {
    const processing = pushed(keep(await taken(), snapshot('ACCEPTED', [step(1, 'ACCEPTED')])), 2);
    const says = (meaning: 'refused' | 'supplement', state: string) => ({ meaning, state, message: 'Thiếu thông tin' }) as const;
    expect(valid(stateHeard(processing, says('refused', '3'), AT(9), CONFIG))).toMatchObject({ status: 'PROCESSING', judicialRecord: { backend: { state: '3', stateAt: AT(9), message: 'Thiếu thông tin' } } });
    const follow = config({ backend: { kind: 'btp', pushPath: '/a', resultPath: '/b', authKey: 'k', refusals: 'take-over' } });
    const refused = valid(stateHeard(processing, says('refused', '3'), AT(9), follow));
    expect(refused).toMatchObject({ status: 'REJECTED', statusReason: 'Thiếu thông tin', judicialRecord: { refund: { state: 'DUE', amount: 105_000, since: AT(9) } } });
    expect(inputOf(refused, '3#1')).toMatchObject({ reason: 'Thiếu thông tin', refundDue: 105_000 });
    const asked = valid(stateHeard(processing, says('supplement', '5'), AT(9), follow));
    expect(asked).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', supplements: [{ reason: 'Thiếu thông tin' }] });
    expect(keep(asked, snapshot('ACCEPTED', [step(1, 'ACCEPTED')]))).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', supplements: [{ reason: 'Thiếu thông tin' }] });
    expect(stateHeard(asked, says('supplement', '5'), AT(10), follow)).toBeUndefined();
  });
});

describe('what the province does not know', () => {
  it('stays: the declaration, the papers, the payment, the source; its own decisions and dates count', async () => {
    const known = await taken();
    const kept = valid(keep(known, snapshot('ACCEPTED', [step(1, 'ACCEPTED')], { note: 'Ghi chú của tỉnh', components: [{ code: 'CCCD', name: 'Căn cước', files: [] }, { name: 'Giấy tờ của tỉnh', files: [] }] })));
    expect(kept).toMatchObject({ status: 'ACCEPTED', source: 'VNEID', sourceSystem: 'mot-cua', note: 'Ghi chú của tỉnh', applicant: known.applicant, payments: known.payments, fees: known.fees, dates: { submittedAt: known.dates.submittedAt, dueAt: '2025-01-22T10:00:00Z' } });
    expect(kept.components.map(({ name, files }) => [name, files.length])).toEqual([['Ảnh thẻ căn cước', 2], ['Giấy tờ của tỉnh', 0]]);
    expect(kept.judicialRecord).toEqual(known.judicialRecord);
    expect(keep(known, kept)).toBe(kept);
    expect(keep(kept, kept)).toBe(kept);
    const other = snapshot('ACCEPTED', []);
    expect(keep(other, snapshot('PROCESSING', []))).toEqual(snapshot('PROCESSING', []));
  });
  it('has no papers of an earlier submission come back, which the province still has from us', async () => {
    const known = await taken();
    const [old] = known.components;
    if (old === undefined) throw new TypeError('no paper');
    const fresh: Dossier = { ...known, components: [{ name: 'Ảnh mới', files: [{ name: 'DinhKem1.png', url: fileAddress('f'.repeat(64)) }] }] };
    const added = { name: 'Giấy tờ của tỉnh', files: [{ name: 'a.pdf', url: 'https://kho.example.vn/a.pdf' }] };
    expect(keep(fresh, snapshot('ACCEPTED', [step(1, 'ACCEPTED')], { components: [old, added] })).components.map(({ name }) => name)).toEqual(['Ảnh mới', 'Giấy tờ của tỉnh']);
  });
  it('a refusal that was paid for owes the money until the province says that it is back', async () => {
    const refused = valid(keep(await taken(), snapshot('REJECTED', [step(2, 'REJECTED', 'Không đúng thẩm quyền')])));
    expect(refused.judicialRecord?.refund).toEqual({ state: 'DUE', amount: 105_000, since: AT(2) });
    expect(inputOf(refused, '3#1')).toMatchObject({ status: '3', reason: 'Không đúng thẩm quyền', refundDue: 105_000 });
    const later = snapshot('REJECTED', [step(2, 'REJECTED')]);
    expect(keep(refused, later).judicialRecord?.refund?.state).toBe('DUE');
    const settled = keep(refused, { ...later, judicialRecord: { form: '1', refund: { state: 'SETTLED', amount: 105_000, since: AT(2), settledAt: AT(90), ref: 'HT-1' } } });
    expect(settled.judicialRecord?.refund).toMatchObject({ state: 'SETTLED', ref: 'HT-1' });
    expect(keep(settled, later).judicialRecord?.refund?.state).toBe('SETTLED');
    const back = keep(refused, { ...later, payments: [{ amount: 105_000, method: 'ONLINE', status: 'REFUNDED' }] });
    expect(back.judicialRecord?.refund?.state).toBe('SETTLED');
    const free = keep(await taken(bodyOf({ thongTinThanhToan: { tongPhi: '0' } })), later);
    expect(free.judicialRecord?.refund).toBeUndefined();
    // Taken back by the province: nothing is owed any more, once it is settled it stays so.
    const on = snapshot('ACCEPTED', [step(2, 'REJECTED'), step(9, 'ACCEPTED')]);
    expect([valid(keep(refused, on)).judicialRecord?.refund, keep(settled, on).judicialRecord?.refund?.state]).toEqual([undefined, 'SETTLED']);
  });
  it('papers that the desk gives back after a refusal are no result, and the money is owed all the same', async () => {
    const given = snapshot('RETURNED', [step(2, 'REJECTED', 'Không đúng thẩm quyền'), step(3, 'RETURNED')]);
    const at = valid(keep(await taken(), given));
    expect([keys(at, 'reportStatus'), at.judicialRecord?.refund]).toEqual([['3#1'], { state: 'DUE', amount: 105_000, since: AT(2) }]);
    expect(inputOf(at, '3#1')).toMatchObject({ reason: 'Không đúng thẩm quyền', refundDue: 105_000 });
    expect(keep(at, given)).toEqual(at);
  });
});

describe('a certificate that is withdrawn', () => {
  const revocation = { decision: '15/QĐ-STP', reason: 'Sai thông tin', file: { name: 'qd.pdf', url: fileAddress('d'.repeat(64)) } };
  async function issued(): Promise<Dossier> {
    const done = resolved(pushed(keep(await taken(), snapshot('ACCEPTED', [step(1, 'ACCEPTED')])), 2), RESULT, FILE, AT(30)) as Dossier;
    return valid(keep(done, snapshot('RETURNED', [step(1, 'ACCEPTED'), step(60, 'RETURNED')], { judicialRecord: { form: '1', revocations: [{ ...revocation, certificateAskedAt: AT(1) }] } })));
  }
  const thuhoi = (dossier: Dossier, settings = CONFIG): string[] => keys(dossier, 'reportStatus', settings).filter((key) => key.startsWith('thuhoi:'));

  it('is asked for once more first, and goes out with the decision', async () => {
    const dossier = await issued();
    expect([thuhoi(dossier), keys(dossier, 'readResult').length]).toEqual([[], 1]);
    const asked = valid(askedAgain(dossier, { ...RESULT, certificate: { ...RESULT.certificate, number: '0007a/2025' } }, { ...FILE, url: fileAddress('e'.repeat(64)) }, AT(70)));
    const [key = ''] = thuhoi(asked);
    expect(key).toMatch(/^thuhoi:[0-9a-f]{16}$/);
    expect(inputOf(asked, key)).toMatchObject({ status: '10', decision: revocation.file, certificate: { number: '0007a/2025', file: { url: fileAddress('e'.repeat(64)) } } });
    expect(inputOf(asked, key)).not.toHaveProperty('reason');
    expect(asked.results).toHaveLength(1);
    expect([keys(asked, 'readResult'), askedAgain(asked, RESULT, FILE, AT(80))]).toEqual([[], undefined]);
    // Nothing newer there: as it was.
    expect(askedAgain(dossier, { meaning: 'working' }, undefined, AT(70))?.judicialRecord?.certificate?.number).toBe('0007/2025');
    // The province says the same again: one withdrawal.
    expect(thuhoi(keep(asked, snapshot('RETURNED', [step(1, 'ACCEPTED'), step(60, 'RETURNED')], { judicialRecord: { form: '1', revocations: [revocation] } })))).toEqual([key]);
  });
  it('goes out at once where there is no software to ask, and never before the certificate was issued', async () => {
    const dossier = await issued();
    const alone = config({ backend: { kind: 'none' } });
    expect([thuhoi(dossier, alone).length, keys(dossier, 'readResult', alone)]).toEqual([1, []]);
    const early = keep(await taken(), snapshot('ACCEPTED', [step(1, 'ACCEPTED')], { judicialRecord: { form: '1', revocations: [revocation] } }));
    expect([thuhoi(early, alone), keys(early, 'readResult')]).toEqual([[], []]);
  });
});
