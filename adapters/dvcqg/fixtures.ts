/** The adapter's fixtures for the conformance suite: what is known of its words from elsewhere than its own code. */
import type { Arbitrary, Draw, FixturesOf, KnownValue } from '../../src/adapter/fixtures.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { Dossier, DossierStatus, HistoryEntry } from '../../src/model/canonical.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { STEP_DECISIONS, withLosses, decodeDossier, type dvcqg, type ProgressStep, type StatusInput } from './adapter.ts';
import { configure, statusTarget, type DvcqgConfig } from './config.ts';
import type { HoSo } from './contract.ts';
import { encodeDossier } from './encode.ts';
import { APPEND_ANSWERS, LOOKUP_ANSWERS, PROCEDURE_ANSWERS, READ_ANSWERS, WRITE_ANSWERS } from './fixtures/answers.ts';
import { bareDossier, fullDossier } from './fixtures/dossiers.ts';
import { TABLES } from './fixtures/tables.ts';
import { decodeStep } from './steps.ts';

const CONFIG = {
  baseUrl: 'http://127.0.0.1:9/VXPAdapter/RestService/forward',
  agencyCode: '000.00.00.H92',
  username: 'tinh-mau',
  password: 'mat-khau-cua-ca-thu',
  facade: { headers: { 'x-api-key': 'khoa-cua-cong-trung-gian-mau' } },
};

const SENT_STATUSES: Readonly<Record<string, string>> = {
  SUBMITTED: '1', ACCEPTED: '2', REJECTED: '3', PROCESSING: '4', SUPPLEMENT_REQUIRED: '5', PAYMENT_REQUIRED: '6', WITHDRAWN: '7', STOPPED: '8', RESOLVED: '9', RETURNED: '10',
};
const REJECTED_AT = { '/dates/rejectedAt': '2025-07-01T20:00:00Z' };

/** Any canonical dossier, bent only as far as the portal's own requirements demand. */
function sendable(draw: Draw): Arbitrary<Dossier> {
  // The last evening of 2199 is already 2200 in Vietnam, which the model refuses as a placeholder.
  const drawn = draw.dossier.filter((d) => !JSON.stringify(d).includes('2199-12-31'));
  return draw.tuple<[Dossier, DossierStatus, number]>(drawn, draw.constantFrom(...(Object.keys(SENT_STATUSES) as DossierStatus[])), draw.nat(999)).map(([d, status, n]): Dossier => ({
    ...d,
    code: d.code.slice(0, 50),
    status,
    procedure: { ...d.procedure, code: `1.${String(n).padStart(6, '0')}` },
    dates: { ...d.dates, acceptedAt: '2025-07-01T01:30:00Z', resolvedAt: '2025-07-02T01:30:00.120Z', returnedAt: '2025-07-03T00:00:00Z', rejectedAt: '2025-07-01T20:00:00Z' },
    linkedDatabases: d.linkedDatabases.map((_, i) => String(i + 1)),
    applicant: { ...d.applicant, ids: d.applicant.ids.map((id) => ({ ...id, number: id.number.slice(0, 40) })) },
    otherPapers: (d.otherPapers ?? []).map(shortCount),
    supplements: d.supplements.map((s) => ({ ...s, ...(s.papers === undefined ? {} : { papers: s.papers.map(shortCount) }) })),
  }));
}
const shortCount = <P extends { quantity?: number }>(paper: P): P => ({ ...paper, ...(paper.quantity === undefined ? {} : { quantity: paper.quantity % 1_000_000 }) });

/** The same instants for every field of time: midnight, the turn of a year, the last second of a day, milliseconds. */
const instants = (from: string, to: string): KnownValue[] => [
  ['midnight in Vietnam', '2025-06-30T17:00:00Z', '20250701000000'],
  ['the turn of a year', '2025-12-31T17:00:00Z', '20260101000000'],
  ['the last second of a day', '2025-07-01T16:59:59Z', '20250701235959'],
  ['a leap day', '2024-02-28T18:30:05Z', '20240229013005'],
  ['milliseconds are cut', '2025-07-01T01:30:00.999Z', '20250701083000'],
].map(([what = '', canonical, wire]) => ({ what: `${from}, ${what}`, set: { [from]: canonical }, gives: { [to]: wire } }));

const [accepted, supplement, resolved, returned] = fullDossier().history as [HistoryEntry, HistoryEntry, HistoryEntry, HistoryEntry];
const step = (entry: HistoryEntry): ProgressStep => ({ dossierCode: fullDossier().code, entry });

/** What is left of a step: no id, sub-status, handing over; the note behind the action, or nowhere. */
function stepLeft({ entry }: ProgressStep, config: DvcqgConfig): Partial<HistoryEntry> {
  const { id: _id, subStatus: _sub, from: _from, to: _to, note, ...kept } = entry;
  return { ...kept, action: config.stepNote === 'append' && note !== undefined ? `${entry.action} - ${note}` : entry.action, actor: entry.actor ?? config.officerFallback };
}

const arbitraryStep = (draw: Draw): Arbitrary<ProgressStep> => draw.record<HistoryEntry & { actor: string; title: string; unit: string }>({
  at: draw.integer({ min: 1_600_000_000, max: 1_900_000_000 }).map((seconds) => instantFromEpoch(seconds * 1000)),
  status: draw.constantFrom(...(Object.keys(SENT_STATUSES) as DossierStatus[])),
  action: draw.constantFrom('Tiếp nhận', 'Trả kết quả', 'Yêu cầu bổ sung'),
  actor: draw.constantFrom('Lê Văn Mẫu', 'Phạm Thị Mẫu'),
  title: draw.constantFrom('Chuyên viên', 'Trưởng phòng'),
  unit: draw.constantFrom('Bộ phận Một cửa', 'Phòng Mẫu'),
} as never).map((entry) => step({ ...entry, id: 's1' }));

const NATIONAL_CODE = 'H92-250701-0007-DVCQG';
const promotion = (more: Partial<StatusInput> = {}): StatusInput => ({
  nationalCode: NATIONAL_CODE, code: 'H92.14-250701-0042', technicalId: 'tech-0001', note: 'Đã nhận thông báo (mẫu)', at: '2025-07-01T01:30:00Z', status: 'PROCESSING',
  files: [{ id: '90001', name: 'thong-bao.pdf', url: 'https://tep.example.vn/downloadfile/1' }], ...more,
});

const read = <In>(component: string, input: In, verbatim?: { from: string; to: string }) => ({
  inputs: [input], component, answers: READ_ANSWERS,
  ...(verbatim === undefined ? {} : { verbatim: [{ ...verbatim, values: ['001199000001', '0012345678'] }] }),
});

export const fixtures: FixturesOf<typeof dvcqg> = {
  config: CONFIG,
  variants: {
    'profile v1.4-2020': { profile: 'v1.4-2020', stepNote: 'omit' },
    'links from ids, databases by name': { fileLink: 'https://tep.example.vn/downloadfile/{id}', databases: { 'dan-cu': '1' }, componentCodes: 'omit', unpaidFeeCode: '3' },
  },
  secrets: ['/password', '/facade/headers/x-api-key'],
  operations: {
    syncDossier: {
      inputs: [fullDossier(), bareDossier({ code: 'H92.14-250701-0043' }), fullDossier({ code: 'H92.14-250701-0044', status: 'PROCESSING', summary: 'Đề nghị (mẫu) '.repeat(90), note: 'ẵ'.repeat(2_100) })],
      arbitrary: sendable,
      component: ({ data }) => (Object.hasOwn(data[0] as HoSo, 'NgayNopHoSo') ? 'DongBoHoSoMC2023Request' : 'DongBoHoSoMC2020Request'),
      roundTrip: { decode: ({ data }, config) => decodeDossier(data[0] as HoSo, config), expected: withLosses },
      dates: [
        ...instants('/dates/submittedAt', '/data/0/NgayNopHoSo'), ...instants('/dates/dueAt', '/data/0/NgayHenTra'),
        ...instants('/supplements/0/requestedAt', '/data/0/DanhSachHoSoBoSung/0/NgayBoSung'), ...instants('/supplements/0/newDueAt', '/data/0/DanhSachHoSoBoSung/0/NgayHenTraMoi'),
        { what: 'every end', set: REJECTED_AT, gives: { '/data/0/NgayTiepNhan': '20250701083000', '/data/0/NgayKetThucXuLy': '20250702101500', '/data/0/NgayTra': '20250702154500', '/data/0/NgayTuChoi': '20250702030000' } },
      ],
      verbatim: [
        { from: '/code', to: '/data/0/MaHoSo', values: ['000.00.14.H92-250701-0001', 'H92.14-250701-0042'] },
        { from: '/procedure/code', to: '/data/0/MaTTHC', values: ['1.000001', '2.000010.000.00.00.H92'] },
        { from: '/procedure/sector/code', to: '/data/0/MaLinhVuc', values: ['0012'] },
        { from: '/applicant/ids/0/number', to: '/data/0/DinhDanhCHS/0/SoDinhDanh', values: ['001199000001', '000000000000'] },
        { from: '/applicant/ids/0/number', to: '/data/0/SoGiayToChuHoSo', values: ['001199000001'] },
        { from: '/applicant/ids/1/number', to: '/data/0/MaDoiTuong', values: ['000123'] },
        { from: '/applicant/phone', to: '/data/0/SoDienThoai', values: ['0900000001', '+84900000001'] },
        { from: '/applicant/fax', to: '/data/0/Fax', values: ['02923000000'] },
        { from: '/receiptNumber', to: '/data/0/SoBienNhan', values: ['000042'] },
        { from: '/fees/0/code', to: '/data/0/DanhSachLePhi/0/MaPhiLePhi', values: ['001'] },
        { from: '/components/0/files/0/id', to: '/data/0/TaiLieuNop/0/TepDinhKemId', values: ['0090001'] },
        { from: '/results/0/code', to: '/data/0/DanhSachGiayToKetQua/0/MaGiayToKetQua', values: ['000.777'] },
      ],
      known: [
        ...Object.entries(SENT_STATUSES).map(([status, code]) => ({ what: status, set: { '/status': status, ...REJECTED_AT }, gives: { '/data/0/TrangThaiHoSo': code } })),
        { what: 'the envelope', set: {}, gives: { '/service': 'DongBoHoSoMC', '/isUpdating': 'False', '/madonvi': CONFIG.agencyCode } },
        { what: 'the owner and not the delegate', set: { '/delegate': { kind: 'CITIZEN', name: 'Người Được Uỷ Quyền Mẫu', ids: [] } }, gives: { '/data/0/ChuHoSo': 'Trần Thị Mẫu', '/data/0/LoaiDoiTuong': '1' } },
        { what: 'no account, no number in its place', set: { '/applicant/ids': [{ type: 'CCCD', number: '092199999002' }] }, gives: { '/data/0/MaDoiTuong': '' } },
        { what: 'an amount in dong', set: { '/fees/0/amount': 1_250_000 }, gives: { '/data/0/DanhSachLePhi/0/Gia': '1250000', '/data/0/DanhSachLePhi/0/HinhThucThu': '4' } },
        { what: 'paid on the province’s gateway', set: { '/payments/0/platform': 'PROVINCE' }, gives: { '/data/0/DuocThanhToanTrucTuyen': '2' } },
        { what: 'not paid', set: { '/payments/0/status': 'PENDING' }, gives: { '/data/0/DuocThanhToanTrucTuyen': '0' } },
        { what: 'a reused result', set: { '/components/0/digitization': 'REUSED_RESULT' }, gives: { '/data/0/TaiLieuNop/0/DuocSoHoa': '1', '/data/0/TaiLieuNop/0/DuocTaiSuDung': '2' } },
        { what: 'a deleted file', set: { '/components/0/files/0/deleted': true }, gives: { '/data/0/TaiLieuNop/0/IsDeleted': 'True' } },
        { what: 'a long note is cut below 2000', set: { '/note': 'a'.repeat(2_500) }, gives: { '/data/0/GhiChu': `${'a'.repeat(1_998)}…` } },
      ],
      refused: [
        { what: 'no number', set: { '/code': '' }, code: 'LT-DVCQG-FIELD-MISSING', pointer: '/code' },
        { what: 'a number that is too long', set: { '/code': 'H'.repeat(51) }, code: 'LT-DVCQG-IDENTIFIER-LENGTH', pointer: '/code' },
        { what: 'a local procedure code', set: { '/procedure/code': 'TT-01' }, code: 'LT-DVCQG-PROCEDURE-CODE', pointer: '/procedure/code' },
        { what: 'a status that nobody understood', set: { '/status': 'UNKNOWN' }, code: 'LT-DVCQG-STATUS-HELD', pointer: '/status' },
        { what: 'no reception', set: { '/dates/acceptedAt': undefined }, code: 'LT-DVCQG-FIELD-MISSING', pointer: '/dates/acceptedAt' },
        { what: 'returned and never finished', set: { '/dates/resolvedAt': undefined }, code: 'LT-DVCQG-FIELD-MISSING', pointer: '/dates/resolvedAt' },
        { what: 'finished before it was received', set: { '/dates/resolvedAt': '2025-07-01T01:29:59Z' }, code: 'LT-DVCQG-DATES-ORDER', pointer: '/dates/resolvedAt' },
        { what: 'a time that is none', set: { '/dates/dueAt': '2025-02-30T00:00:00Z' }, code: 'LT-DVCQG-TIME-INVALID', pointer: '/dates/dueAt' },
        { what: 'a negative fee', set: { '/fees/0/amount': -1 }, code: 'LT-DVCQG-AMOUNT', pointer: '/fees/0/amount' },
        { what: 'a database without a code', set: { '/linkedDatabases/0': 'dan-cu' }, code: 'LT-DVCQG-DATABASE-CODE', pointer: '/linkedDatabases/0' },
      ],
      answers: WRITE_ANSWERS,
      answered: ({ code }) => code === fullDossier().code,
    },
    appendProgress: {
      inputs: [step(accepted), step(supplement), step(resolved), step(returned)],
      arbitrary: arbitraryStep,
      component: 'CapNhatTienDoHoSoMCRequest',
      roundTrip: { decode: ({ data: [first] }) => (first === undefined ? undefined : decodeStep(first)), expected: stepLeft },
      dates: [...instants('/entry/at', '/data/0/ThoiDiemXuLy'), ...instants('/entry/startedAt', '/data/0/NgayBatDau'), ...instants('/entry/dueAt', '/data/0/NgayKetThucTheoQuyDinh')],
      verbatim: [{ from: '/dossierCode', to: '/data/0/MaHoSo', values: ['000.00.14.H92-250701-0001'] }],
      known: [
        ...Object.entries(SENT_STATUSES).map(([status, code]) => ({ what: status, set: { '/entry/status': status }, gives: { '/data/0/TrangThai': code } })),
        { what: 'the note stands behind the action', set: { '/entry/note': 'Thiếu giấy tờ' }, gives: { '/data/0/NoiDungXuLy': 'Tiếp nhận - Thiếu giấy tờ' } },
        { what: 'an officer is always named', set: { '/entry/actor': undefined }, gives: { '/data/0/NguoiXuLy': 'Chuyên viên' } },
      ],
      refused: [
        { what: 'a held status', set: { '/entry/status': 'UNKNOWN' }, code: 'LT-DVCQG-STATUS-HELD', pointer: '/0/entry/status' },
        { what: 'no dossier', set: { '/dossierCode': '' }, code: 'LT-DVCQG-FIELD-MISSING', pointer: '/0/dossierCode' },
      ],
      answers: APPEND_ANSWERS,
      answered: ({ steps }) => steps === 1,
      before: [{ operation: 'syncDossier', input: fullDossier() }],
      remote: { exists: true },
      key: ({ dossierCode }) => dossierCode,
      personal: ['/entry/actor', '/entry/note'],
      entries: { skipped: (entry, config) => statusTarget(config, entry.status, entry.subStatus) === 'skip' },
    },
    syncStatus: {
      inputs: [promotion()],
      component: 'DongBoTrangThaiHoSoRequest',
      dates: instants('/at', '/data/NgayXuLy'),
      verbatim: [{ from: '/nationalCode', to: '/data/MaHoSo', values: ['000.00.14.H92-250701-0001'] }, { from: '/code', to: '/data/MaHoSoDonVi', values: ['000.00.14.H92-250701-0001'] }],
      known: Object.entries({ SUBMITTED: '1', ACCEPTED: '2', REJECTED: '5', PROCESSING: '2', SUPPLEMENT_REQUIRED: '5', PAYMENT_REQUIRED: '2', WITHDRAWN: '5', STOPPED: '5', RESOLVED: '2', RETURNED: '2' })
        .map(([status, code]) => ({ what: status, set: { '/status': status }, gives: { '/data/TrangThai': code } })),
      refused: [{ what: 'a held status', set: { '/status': 'UNKNOWN' }, code: 'LT-DVCQG-STATUS-HELD', pointer: '/status' }],
      answers: WRITE_ANSWERS,
      key: ({ nationalCode }) => nationalCode,
      personal: ['/note'],
    },
    findDossier: { inputs: [{ code: fullDossier().code }], component: 'TraCuuHoSoRequest', verbatim: [{ from: '/code', to: '/mahoso', values: ['000.00.14.H92-250701-0001'] }], answers: LOOKUP_ANSWERS, answered: ({ exists }) => !exists },
    getProcedure: { inputs: [{ code: '1.009999' }], component: 'LayThuTucRequest', answers: PROCEDURE_ANSWERS, answered: ({ code }) => code === '1.009999' },
    listProcedures: { ...read('LayDanhSachTTHCRequest', undefined), answered: (list) => list.some(({ code }) => code === '1.009999') },
    listAgencies: read('LayDanhMucCoQuanRequest', undefined),
    listSectors: { ...read('LayDanhMucLinhVucRequest', undefined), answered: (list) => list.some(({ code }) => code === 'G99-HT01') },
    listOnlineServices: read('LayDVCRequest', undefined),
    findTechnicalId: { ...read('TraCuuTechIDRequest', { identifier: '092199999002' }, { from: '/identifier', to: '/mstorcmnd' }), answered: ({ technicalIds }) => technicalIds.length === 1 },
    listCatalogue: { inputs: [{ name: 'LayDanhMucGioiTinh' }], answers: READ_ANSWERS, answered: (list) => list.length === 2 },
  },
  tables: TABLES,
  simulator: { options: { strict: true, nationalDossiers: [NATIONAL_CODE] } },
  inbound: {
    searchCall: {
      known: [
        { what: 'a dossier', body: { masohoso: fullDossier().code }, dossier: fullDossier(), gives: { '/MaHoSo': fullDossier().code, '/MaTTHC': '1.009999', '/TrangThaiHoSo': '10', '/LoaiDoiTuong': '1', '/HinhThuc': '1', '/error_code': undefined } },
        { what: 'no such dossier', body: { masohoso: 'H92.14-250701-9999' }, gives: { '/error_code': '-1', '/MaHoSo': undefined } },
        { what: 'a draft is nobody’s business', body: { masohoso: fullDossier().code }, dossier: fullDossier({ status: 'DRAFT' }), gives: { '/error_code': '-1' } },
      ],
    },
  },
  readme: {
    file: packageFile('adapters/dvcqg/README.md'),
    tables: [
      { heading: 'The dossier, field by field', row: ([, field]) => field, expected: () => Object.keys(encodeDossier(fullDossier(), configure(CONFIG))) },
      {
        heading: 'Steps whose reply was lost',
        row: ([codes = '', , decision = '']) => codes.split(',').map((code) => `${code.trim()} ${decision.startsWith('once') ? 'once' : 'never'}`),
        expected: Object.entries(STEP_DECISIONS).map(([code, { then }]) => `${code} ${then === 'resend-once' ? 'once' : 'never'}`),
      },
    ],
  },
};

export { fullDossier, bareDossier, sendable };
