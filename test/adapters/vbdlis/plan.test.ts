/** Which change of a dossier makes which call, and that none is made twice. */
import { describe, expect, it } from 'vitest';
import { vbdlis, type LandConfig } from '../../../adapters/vbdlis/adapter.ts';
import { BODIES, PORTAL_VOUCHER } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import { keep } from '../../../adapters/vbdlis/keep.ts';
import { upsertObligations } from '../../../adapters/vbdlis/obligations.ts';
import type { AnyOperation } from '../../../src/adapter/types.ts';
import type { Dossier, DossierStatus } from '../../../src/model/canonical.ts';
import type { FinancialObligation, LandCase, LandFile } from '../../../src/model/generated/land-case.ts';
import { CODE, desk } from './inbound-desk.ts';
import { config, land, landCase, login } from './fixtures.ts';

type Name = keyof typeof vbdlis.operations;
const operation = (name: Name): AnyOperation => vbdlis.operations[name] as AnyOperation;
const keys = (name: Name, dossier: Dossier, own: LandConfig = config()): string[] => (operation(name).subscribe?.plan(dossier, own) ?? []).map(({ itemKey }) => itemKey);
const inputs = (name: Name, dossier: Dossier, own?: LandConfig): unknown[] => keys(name, dossier, own).map((key) => operation(name).subscribe?.input(dossier, key) as unknown);
const all = (dossier: Dossier, own?: LandConfig): string[] => (Object.keys(vbdlis.operations) as Name[]).flatMap((name) => keys(name, dossier, own).map((key) => `${name} ${key}`));

describe('submission', () => {
  it('is planned once, for a land dossier that was received', () => {
    const statuses: DossierStatus[] = ['ACCEPTED', 'PROCESSING', 'SUBMITTED', 'DRAFT', 'REJECTED', 'RESOLVED', 'RETURNED', 'WITHDRAWN', 'SUPPLEMENT_REQUIRED', 'UNKNOWN'];
    expect(statuses.filter((status) => keys('submit', land({ status })).length > 0)).toEqual(['ACCEPTED', 'PROCESSING']);
    expect(keys('submit', land())).toEqual(keys('submit', land({ note: 'khác', status: 'ACCEPTED', sourceUpdatedAt: '2025-03-05T00:00:00Z' })));
    expect(all(land({ procedure: { ...land().procedure, code: '1.000001' } }))).toEqual([]);
    expect(keys('submit', land({ landCase: landCase({ origin: 'land' }) }))).toEqual([]);
  });

  it('is planned once more each time that it was sent back, when the province has gone on with it', () => {
    const back = (at: string) => ({ id: `vbdlis:CORRECTION_REQUESTED:${at}`, kind: 'CORRECTION_REQUESTED' as const, at });
    const step = (at: string) => ({ at, status: 'PROCESSING' as const, action: 'Chuyển lại' });
    const of = (events: LandCase['events'], more: Partial<Dossier> = {}, state: LandCase['state'] = 'NEEDS_CORRECTION') => keys('submit', land({ landCase: landCase({ events, state }), ...more }));
    const first = back('2025-03-06T01:00:00Z');
    expect(of([first])).toEqual(['submit']);
    const mended = of([first], { history: [...land().history, step('2025-03-07T01:00:00Z')] });
    expect(mended).toEqual([expect.stringMatching(/^submit:[0-9a-f]+$/)]);
    const again = of([first, back('2025-03-08T01:00:00Z')], { history: [...land().history, step('2025-03-07T01:00:00Z')] });
    expect(again).toEqual(['submit']);
    expect(of([first, back('2025-03-08T01:00:00Z')], { history: [...land().history, step('2025-03-09T01:00:00Z')] })).not.toEqual(mended);
    expect(of([{ ...first, isLate: true }], { history: [...land().history, step('2025-03-07T01:00:00Z')] })).toEqual(['submit']);
    // Without a history the state tells.
    expect(of([first], {}, 'PROCESSING')).toEqual(mended);
  });

  it('goes to the land system of its agency, of its commune and of its procedure’s case', () => {
    const goes = (more: Record<string, unknown>, dossier = land()): boolean => keys('submit', dossier, config(more)).length > 0;
    expect([goes({ agencies: ['H99.99'] }), goes({ agencies: ['H99.99.01'] }), goes({ agencies: ['H99.9'] }), goes({ agencies: ['H99.99.01.1'] })]).toEqual([true, true, false, false]);
    expect([goes({ communes: ['00367'] }), goes({ communes: ['367'] }), goes({ agencies: ['H98'], communes: ['00367'] })]).toEqual([true, false, false]);
    const procedures = { '1.012781/TH2': { code: 'TH2' } };
    expect([goes({ procedures }), goes({ procedures }, land({ procedure: { ...land().procedure, caseCode: 'TH2' } }))]).toEqual([false, true]);
  });

  it('waits for an unpaid fee of the reception only where that is configured', () => {
    const owing = land({ fees: [{ name: 'Phí', amount: 50_000, timing: 'AT_RECEPTION' }] });
    const hold = config({ unpaidReceptionFee: 'hold' });
    expect([keys('submit', owing).length, keys('submit', owing, hold).length]).toEqual([1, 0]);
    expect(keys('submit', { ...owing, payments: [{ amount: 50_000, method: 'CASH', status: 'PAID' }] }, hold)).toHaveLength(1);
  });

  it('that cannot be written is tried once for its faults, and again when they are mended', () => {
    const broken = land({ history: [] });
    const [key] = keys('submit', broken);
    expect(key).toMatch(/^submit!/);
    expect(keys('submit', { ...broken, note: 'x' })).toEqual([key]);
    expect(keys('submit', { ...broken, applicant: { ...broken.applicant, name: '' } })).not.toEqual([key]);
    expect(keys('submit', land())).toEqual(['submit']);
    expect(inputs('submit', broken)).toEqual([broken]);
  });

  it('to the tax step begins at the configured step', () => {
    const own = config({ profile: 'ilis', login, tax: { url: 'http://127.0.0.1:9/thue', steps: ['THUE'] } });
    expect(keys('submitTax', land(), own)).toEqual([]);
    expect(keys('submitTax', land({ step: { code: 'THUE' } }), own)).toEqual(['tax']);
    expect(keys('submitTax', land({ subStatus: 'THUE' }), own)).toEqual(['tax']);
    expect(keys('submitTax', land({ step: { code: 'THUE' } }))).toEqual([]);
  });
});

describe('what the land system waits for', () => {
  const body = (at: string, more: object = {}) => ({ SoBienNhan: CODE, MaCanBoXuLy: 'vpdk.vidu02', NgayChoBoSung: at, LaTamDung: false, GhiChu: 'Thiếu giấy tờ', ...more });
  const waiting = async (): Promise<Dossier> => {
    const d = desk([land()]);
    await d.call('supplementRequested', body('2025-03-06T02:30:00Z'));
    return d.held();
  };
  /** The province's next snapshot, with the officer's own record of the round. */
  const after = (known: Dossier, supplement: object, more: Partial<Dossier> = {}): Dossier => keep(known, {
    ...land(), sourceUpdatedAt: '2025-03-08T00:00:00Z',
    supplements: [{ requestedAt: '2025-03-06T04:00:00Z', reason: 'Theo yêu cầu', ...supplement }], ...more,
  });

  it('is told when the province has it, with its date, note and papers', async () => {
    const asked = await waiting();
    expect(asked.status).toBe('SUPPLEMENT_REQUIRED');
    expect(keys('supplementDone', asked)).toEqual([]);
    const papers = [{ name: 'giấy chứng nhận ĐÃ CẤP' }];
    const done = after(asked, { completedAt: '2025-03-07T03:00:00Z', newDueAt: '2025-03-21T10:00:00Z', receivedNote: 'Đã đủ', papers });
    expect(inputs('supplementDone', done)).toMatchObject([{ code: CODE, newDueAt: '2025-03-21T10:00:00Z', note: 'Đã đủ', papers: [{ name: 'Giấy chứng nhận đã cấp' }] }]);
    expect(keys('supplementDone', done)).toEqual(keys('supplementDone', { ...done, note: 'sau đó' }));
  });

  it('is told with the due date as it is, and refused without one', async () => {
    const asked = await waiting();
    expect(inputs('supplementDone', after(asked, { completedAt: '2025-03-07T03:00:00Z' }))).toMatchObject([{ newDueAt: '2025-03-18T10:00:00Z' }]);
    expect(keys('supplementDone', after(asked, { completedAt: '2025-03-07T03:00:00Z' }, { dates: {} }))[0]).toMatch(/^supplement:[0-9a-f]+!/);
  });

  it('is not told once more when the land system has said so itself, nor after the end', async () => {
    const d = desk([land()]);
    await d.call('supplementRequested', body('2025-03-06T02:30:00Z'));
    await d.call('supplementReceived', { SoBienNhan: CODE, NgayNhanBoSung: '2025-03-07T02:00:00Z', NgayHenTraMoi: '2025-03-21T10:00:00Z' });
    expect(d.held().supplements).toMatchObject([{ completedAt: '2025-03-07T02:00:00Z' }]);
    expect(keys('supplementDone', d.held())).toEqual([]);
    const done = after(await waiting(), { completedAt: '2025-03-07T03:00:00Z' });
    expect(keys('supplementDone', { ...done, status: 'RESOLVED' })).toEqual([]);
  });

  const obligation = (id: string, isPaid: boolean): FinancialObligation => ({ id, channel: 'vbdlis', noticeNumber: id, ...(isPaid ? { payments: [{ status: 'PAID' }] } : {}) });
  it('is told when all that is owed is paid, once for each set of notices', () => {
    const owing = (...list: FinancialObligation[]): Dossier => land({ status: 'PROCESSING', landCase: landCase({ obligations: list }) });
    expect(keys('supplementDone', owing(obligation('a', true), obligation('b', false)))).toEqual([]);
    const [key] = keys('supplementDone', owing(obligation('a', true), obligation('b', true)));
    expect(key).toMatch(/^paid:/);
    expect(keys('supplementDone', owing(obligation('b', true), obligation('a', true)))).toEqual([key]);
    expect(keys('supplementDone', owing(obligation('a', true), obligation('b', true), obligation('c', true)))).not.toEqual([key]);
    expect(inputs('supplementDone', owing(obligation('a', true)))).toMatchObject([{ code: CODE, newDueAt: '2025-03-18T10:00:00Z', note: 'Đã hoàn thành nghĩa vụ tài chính' }]);
    expect(keys('supplementDone', owing())).toEqual([]);
  });

  it('is not told again when the portal tells more of a notice that is paid', () => {
    const told = upsertObligations(CODE, [], [{ channel: 'vbdlis', noticeNumber: 'TB-1', payments: [{ status: 'PAID' }] }]);
    const more = upsertObligations(CODE, told, [{ channel: 'portal', noticeNumber: 'TB-1', taxCode: '0000000001', amount: 5 }]);
    const [before, after_] = [told, more].map((obligations) => keys('supplementDone', land({ landCase: landCase({ obligations }) })));
    expect(before).toHaveLength(1);
    expect(after_).toEqual(before);
  });

  it('is not told that the money came while it waits for papers: it would take the one for the other', async () => {
    const d = desk([land()]);
    await d.call('taxNotices', { ...BODIES.taxNotices, NgayCoKetQuaThue: '2025-03-05T03:00:00Z', DanhSachThongBaoThue: BODIES.taxNotices.DanhSachThongBaoThue.slice(0, 1) });
    await d.call('supplementRequested', body('2025-03-06T02:30:00Z'));
    await d.call('portalTaxVoucher', PORTAL_VOUCHER);
    expect(d.held().landCase).toMatchObject({ state: 'WAITING_SUPPLEMENT', obligations: [{ payments: [{ status: 'PAID' }] }] });
    expect(keys('supplementDone', d.held())).toEqual([]);
    const done = after(d.held(), { completedAt: '2025-03-15T03:00:00Z' }, { history: [...land().history, { at: '2025-03-15T03:00:00Z', status: 'PROCESSING', action: 'Đã bổ sung' }] });
    expect(keys('supplementDone', done)).toEqual([expect.stringMatching(/^supplement:/), expect.stringMatching(/^paid:/)]);
  });
});

describe('a result', () => {
  const returned = (at: string, more: Partial<Dossier> = {}): Dossier => land({ status: 'RETURNED', dates: { ...land().dates, returnedAt: at }, ...more });
  it('that was handed over is told, again after a correction, and only where the land system knows the dossier', () => {
    expect(inputs('resultReturned', returned('2025-03-20T08:00:00Z'))).toEqual([{ code: CODE, returnedAt: '2025-03-20T08:00:00Z' }]);
    expect(keys('resultReturned', returned('2025-03-20T08:00:00Z'))).not.toEqual(keys('resultReturned', returned('2025-03-25T08:00:00Z')));
    expect(keys('resultReturned', land())).toEqual([]);
    const { landCase: _, ...unknown } = returned('2025-03-20T08:00:00Z');
    expect([keys('resultReturned', unknown).length, keys('resultReturned', unknown, config({ tellReturned: 'always' })).length]).toEqual([0, 1]);
    const undated = { ...returned('2025-03-20T08:00:00Z'), dates: {}, history: [...land().history, { at: '2025-03-21T01:00:00Z', status: 'RETURNED' as const, action: 'Trả kết quả' }] };
    expect(inputs('resultReturned', undated)).toMatchObject([{ returnedAt: '2025-03-21T01:00:00Z' }]);
  });

  it('that is wrong is reported once for each step that says so', () => {
    const step = (at: string, note?: string) => ({ at, status: 'RETURNED' as const, subStatus: 'WRONG_RESULT', action: 'Kết quả sai', ...(note === undefined ? {} : { note }) });
    const dossier = returned('2025-03-20T08:00:00Z', { history: [...land().history, step('2025-03-21T01:00:00Z', 'Sai diện tích'), step('2025-03-22T01:00:00Z')] });
    expect(inputs('wrongResult', dossier)).toEqual([{ code: CODE, content: 'Sai diện tích' }, { code: CODE, content: 'Kết quả sai' }]);
    expect(new Set(keys('wrongResult', dossier)).size).toBe(2);
    expect(keys('wrongResult', dossier, config({ wrongResultState: 'SAI' }))).toEqual([]);
  });

  it('has its files fetched, each once, and what came stands wherever the file does', () => {
    const file = (link: string) => ({ link, extension: '.pdf' });
    const fetched = { at: '2025-03-20T08:00:00Z', sha256: 'f'.repeat(64), bytes: 3 };
    const end = (id: string, ...files: LandFile[]) => ({ id: `vbdlis:FINISHED:${id}`, kind: 'FINISHED' as const, at: `2025-03-2${id}T08:00:00Z`, files });
    const notices = [{ id: 'x', channel: 'vbdlis' as const, document: { link: 'd' } }, { id: 'y', channel: 'portal' as const, document: { link: 'https://cong.example.vn/e' } }];
    const dossier = land({ landCase: landCase({ results: [file('a'), { ...file('b'), fetched }], events: [end('0', file('a'), file('c'))], obligations: notices }) });
    expect(inputs('downloadFile', dossier)).toEqual([{ link: 'a', extension: '.pdf' }, { link: 'c', extension: '.pdf' }, { link: 'd' }]);
    expect(keys('downloadFile', dossier, config({ downloads: { results: 'leave' } }))).toEqual([]);

    const learn = (known: Dossier, link: string) => operation('downloadFile').learn?.(known, { link }, { sha256: 'a'.repeat(64), bytes: 2, mediaType: 'application/pdf' }, Date.parse('2025-03-20T09:00:00Z'));
    const came = { at: '2025-03-20T09:00:00Z', sha256: 'a'.repeat(64), bytes: 2, mediaType: 'application/pdf' };
    const after = learn(dossier, 'a') as Dossier;
    expect(after.landCase).toMatchObject({ results: [{ link: 'a', fetched: came }, { link: 'b', fetched }], events: [{ files: [{ link: 'a', fetched: came }, { link: 'c' }] }] });
    expect([learn(after, 'a'), learn(dossier, 'unheard-of')]).toEqual([undefined, undefined]);
    expect(inputs('downloadFile', after)).toEqual([{ link: 'c', extension: '.pdf' }, { link: 'd' }]);
    expect(learn(after, 'd')?.landCase?.obligations).toMatchObject([{ document: { fetched: came } }, { document: { link: 'https://cong.example.vn/e' } }]);

    // A corrected result under the same link is fetched for itself.
    const corrected = land({ landCase: landCase({ results: [file('a')], events: [...(after.landCase as LandCase).events, end('5', file('a'))] }) });
    expect(inputs('downloadFile', corrected)).toEqual([{ link: 'a', extension: '.pdf' }, { link: 'c', extension: '.pdf' }]);
    expect(keys('downloadFile', dossier)).not.toContain(keys('downloadFile', corrected)[0]);
    expect(learn(corrected, 'a')?.landCase).toMatchObject({ results: [{ fetched: came }], events: [{ files: [{ fetched: came }, {}] }, { files: [{ fetched: came }] }] });
  });
});
