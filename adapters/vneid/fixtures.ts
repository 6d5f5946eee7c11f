/** The adapter's fixtures for the conformance suite: what is known of VNeID and the judicial-record software from elsewhere than the adapter's own code (fact sheet 2, 6, 7). */
import { answered, failed, type Arbitrary, type Draw, type FixturesOf, type KnownAnswer, type KnownValue } from '../../src/adapter/fixtures.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import type { vneid } from './adapter.ts';
import { STATUS_CODES } from './codes.ts';
import type { VneidConfig } from './config.ts';
import { authorisedDossier, AUTHORISATION, CERTIFICATE, CONVICTED, judicialDossier, keptFile, lltp, resultInput } from './fixtures/dossiers.ts';
import { CODE_GET, inboundFixtures } from './fixtures/inbound.ts';
import type { StatusInput } from './operations/report-status.ts';
import { readCall } from './read-call.ts';
import type { VneidSimulator } from './simulator.ts';

const CONFIG = {
  baseUrl: 'http://127.0.0.1:9', codeGet: CODE_GET, codes: { agencyCode: 'H99.14' }, province: { code: '99', name: 'Tỉnh Mẫu' }, agency: { code: 'H99.14', name: 'Đơn vị mẫu' },
  gateway: { kind: 'lgspaccesstoken', accessKey: 'khoa-mau-lgsp', secretKey: 'bi-mat-mau-khong-dung-that', appName: 'mot-cua-mau', partnerCode: 'H99.14' },
  getToken: { path: '/GetToken', fields: { user: 'tinh-mau', key: 'khoa-gettoken-mau-khong-dung-that' } },
  procedure: { code: '2.000488', name: 'Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam', sector: { code: 'TP-LLTP', name: 'Lý lịch tư pháp' } },
  backend: { kind: 'btp', pushPath: '/lltp/guiHoSo', resultPath: '/lltp/nhanTrangThai', authKey: 'khoa-authkey-mau-khong-dung-that' },
};

// ---- what is planned, told in another way than `steps.ts` does it ------------------------------------------------------------

const PLACES = ['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'RESOLVED', 'RETURNED'];
const TOLD = ['ACCEPTED', 'REJECTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'RESOLVED', 'RETURNED'];
const isOurs = ({ judicialRecord }: Dossier): boolean => judicialRecord?.system === 'vneid';
const isIssued = ({ status }: Dossier): boolean => status === 'RESOLVED' || status === 'RETURNED';

/** How many states VNeID hears of: each time that the dossier goes on, and each time that the citizen submits again. */
function states(d: Dossier): number {
  const time = (at: string): number => new Date(at).getTime();
  const said = [...d.history].sort((a, b) => time(a.at) - time(b.at)).map(({ status, id }) => ({ status: status as string, isAnew: status === 'SUBMITTED' && id?.startsWith('vneid:') === true }));
  const gone: string[] = [];
  for (const { status, isAnew } of [...said, { status: d.status as string, isAnew: false }]) {
    const before = gone.at(-1);
    const isBehind = before !== undefined && PLACES.includes(before) && PLACES.includes(status) && PLACES.indexOf(status) <= PLACES.indexOf(before);
    if (status !== before && (isAnew || !isBehind)) gone.push(status);
  }
  return gone.filter((status) => TOLD.includes(status) && (status !== 'RESOLVED' || d.judicialRecord?.certificate?.file !== undefined)).length;
}
const withdrawals = (d: Dossier, isAsked: boolean): number => (isOurs(d) && isIssued(d) ? (d.judicialRecord?.revocations ?? []).filter(({ certificateAskedAt }) => (certificateAskedAt !== undefined) === isAsked).length : 0);

/** Resolved, with a certificate that is withdrawn twice: one decision waits for the certificate to be asked for again. */
const revoked = judicialDossier({
  code: 'H99.14-250110-0009', status: 'RESOLVED', dates: { ...judicialDossier().dates, resolvedAt: '2025-01-21T03:00:00Z' },
  history: [
    ...judicialDossier().history, { id: 'vneid:push:1', at: '2025-01-10T02:05:00Z', status: 'PROCESSING', action: 'Đã chuyển hồ sơ sang phần mềm lý lịch tư pháp' },
    { id: 'vneid:result:0123456789abcdef', at: '2025-01-21T03:00:00Z', status: 'RESOLVED', action: 'Đã có Phiếu lý lịch tư pháp' },
  ],
}, {
  certificate: CERTIFICATE,
  revocations: [
    { decision: '12/QĐ-TH', decidedOn: '2025-02-01', reason: 'Thông tin chưa đúng', file: { name: 'qd.pdf', url: keptFile('4') }, certificateAskedAt: '2025-02-01T03:00:00Z' },
    { decision: '15/QĐ-TH', decidedOn: '2025-02-05', reason: 'Cấp nhầm', file: { name: 'qd2.pdf', url: keptFile('5') } },
  ],
});

/** Papers were asked for twice, and brought: each time is told. */
const askedTwice = judicialDossier({
  code: 'H99.14-250110-0013', history: [...judicialDossier().history, ...[2, 3].flatMap((n): Dossier['history'] => [
    { id: `mc-ask-${n}`, at: `2025-01-1${n}T02:00:00Z`, status: 'SUPPLEMENT_REQUIRED', action: 'Yêu cầu bổ sung', note: 'Ảnh giấy tờ bị mờ' },
    { id: `mc-remind-${n}`, at: `2025-01-1${n}T02:30:00Z`, status: 'SUPPLEMENT_REQUIRED', action: 'Nhắc bổ sung' },
    { id: `vneid:submit:${n}`, at: `2025-01-1${n}T03:00:00Z`, status: 'SUBMITTED', action: 'Công dân bổ sung hồ sơ qua VNeID' },
    { id: `mc-accept-${n}`, at: `2025-01-1${n}T04:00:00Z`, status: 'ACCEPTED', action: 'Tiếp nhận' }, { id: `mc-look-${n}`, at: `2025-01-1${n}T05:00:00Z`, status: 'ACCEPTED', action: 'Phân công' },
  ])],
});
const pushedAt = new Date(Date.now() - 3_600_000).toISOString();
const inProcess = (code: string): Dossier => judicialDossier({ code, status: 'PROCESSING', history: [...judicialDossier().history, { id: 'vneid:push:1', at: '2025-01-10T02:05:00Z', status: 'PROCESSING', action: 'Đã chuyển hồ sơ sang phần mềm lý lịch tư pháp' }] }, { backend: { system: 'btp', pushedAt, submission: 1 } });
const [handedOver, unfinished] = [inProcess('H99.14-250110-0011'), inProcess('H99.14-250110-0012')];

// ---- L6 ------------------------------------------------------------------------------------------------------------------

const withdrawal = resultInput({ code: 'H99.14-250110-0010', reason: 'Thông tin chưa đúng', certificate: CERTIFICATE, decision: { name: 'qd.pdf', url: keptFile('4') } });
const plainState = (n: number, status: string, more: Partial<StatusInput> = {}): StatusInput => ({ code: `H99.14-250110-00${20 + n}`, status: lltp(status), unitName: 'Đơn vị mẫu', ...more });

const statusInputs = (draw: Draw): Arbitrary<StatusInput> =>
  draw.tuple(draw.constantFrom('2', '3', '4', '5', '9', '10'), draw.constantFrom('Đơn vị mẫu', 'UBND xã Ví Dụ'), draw.oneof(draw.constantFrom('', 'Ảnh giấy tờ bị mờ'), draw.string({ minLength: 1, maxLength: 60 })), draw.constantFrom(undefined, '2025-01-24', '2024-02-29', '2024-12-31'),
    draw.constantFrom(undefined, CERTIFICATE, CONVICTED), draw.boolean(), draw.nat(9999)).map(([status, unitName, reason, dueOn, certificate, isWithdrawn, n]): StatusInput => {
    const hasResult = certificate !== undefined && (status === '9' || status === '10');
    return {
      code: `H99.14-250110-${String(n).padStart(4, '0')}`, status: lltp(status), unitName, ...(reason === '' ? {} : { reason }), ...(dueOn === undefined ? {} : { dueOn }),
      ...(hasResult ? { form: '1' as const, certificate } : {}), ...(hasResult && isWithdrawn ? { decision: { name: 'qd.pdf', url: keptFile('4') } } : {}),
    };
  });
const told = ({ refundDue: _refund, ...input }: StatusInput): StatusInput => ({
  ...input, ...(input.certificate?.file === undefined ? {} : { certificate: { ...input.certificate, file: { name: 'PhieuLLTP.pdf', url: input.certificate.file.url ?? '' } } }),
  ...(input.decision === undefined ? {} : { decision: { name: 'QuyetDinhThuHoi.pdf', url: input.decision.url ?? '' } }),
});

const envelope = (statusCode: unknown, errorDetail: string | null = null) => answered({ statusCode, data: null, errorDetail });
const CANNOT = 'Hồ sơ KHÔNG thể cập nhật lên trạng thái Được tiếp nhận';
const LINE: readonly KnownAnswer[] = [
  { what: 'the token of the platform is refused', answer: answered('', 401), means: 'retry LT-UPSTREAM-SESSION-REFUSED' },
  { what: 'too much', answer: answered('', 429, { 'retry-after': '7' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 7000 },
  { what: 'no such address', answer: answered('Not Found', 404), means: 'rejected LT-VNEID-HTTP' },
  { what: 'nobody there', answer: failed('before', 'ECONNREFUSED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
];
const LOST: readonly KnownAnswer[] = [
  { what: 'a page with 502', answer: answered('<html>502</html>', 502), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'a page with 200', answer: answered('<html>OK</html>', 200), means: 'unknown LT-VNEID-ANSWER-SHAPE' },
  { what: 'half a JSON', answer: answered('{"statusCode":"00","da', 200), means: 'unknown LT-VNEID-ANSWER-SHAPE' },
  { what: 'cut', answer: failed('after', 'RESET'), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'a file is gone', answer: failed('before', 'FILE_MISSING'), means: 'rejected LT-UPSTREAM-FILE-UNREADABLE' },
];

// ---- L4 ------------------------------------------------------------------------------------------------------------------

const pushed = (status: string, words: Record<string, string | null>) => answered({ status, statusDescription: null, errorCode: null, errorDescription: null, ...words });

/** Row by row of 2.6. */
const ROWS: Record<string, string> = {
  loaiPhieu: '1', yeuCauCDNCV: '0', mucDich: '', maMucDich: '1', tenMucDich: 'Bổ sung hồ sơ xin việc', mucDichKhac: '', soLuongCap: '3', ngayHenTra: '24/01/2025',
  nycHoTen: 'Lê Thị Mẫu', nycTenGoiKhac: '', nycGioiTinh: '2', nycTenGioiTinh: 'Nữ', nycNgaySinh: '14/02/1990', nycDienThoai: '0900000101', nycEmail: 'mau@mail.example', nycSoGiayTo: '099190000123',
  nycLoaiGiayTo: '4', nycTenLoaiGiayTo: 'Thẻ căn cước', nycNgayCapGiayTo: '20/05/2021', nycNoiCapGiayTo: 'Cơ quan cấp giả định', nycQuocTich: 'VN', nycTenQuocTich: 'Việt Nam', nycDanToc: '01', nycTenDanToc: 'Kinh',
  nycHoTenCha: 'Lê Văn Giả', chaNgaySinh: '1962', chaLoaiGiayTo: '', chaSoGiayTo: '', nycHoTenMe: 'Phạm Thị Định', meNgaySinh: '1965', meLoaiGiayTo: '', meSoGiayTo: '',
  nycHoTenVoChong: '', voChongNgaySinh: '', voChongLoaiGiayTo: '', voChongSoGiayTo: '', uyQuyen: '0', nycNoiSinhNuocNgoai: '1',
};
const under = (rows: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(rows).map(([name, value]) => [`/toKhai/${name}`, value]));
const WITHOUT_ADDRESS = { maTinhThanh: null, tenTinhThanh: null, maQuanHuyen: null, tenQuanHuyen: null, maPhuongXa: null, tenPhuongXa: null, dcChiTiet: null };
const delegate = authorisedDossier().delegate;
const PUSH_KNOWN: KnownValue[] = [
  { what: 'the root', set: {}, gives: { '/maTinh': '99', '/tenTinh': 'Tỉnh Mẫu', '/maHoSoMCDT': 'H99.14-250110-0007', '/nguonDangKy': '2', '/tenNguonDangKy': 'VNeID', '/ngayTiepNhan': '10/01/2025', '/authKey': '' } },
  { what: 'every row of the declaration', set: {}, gives: under(ROWS) },
  { what: 'the residence, with its detail under its other name', set: {}, gives: { '/toKhai/nycThuongTru': { maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu', maQuanHuyen: '990', tenQuanHuyen: 'Huyện Thử Nghiệm', maPhuongXa: '99001', tenPhuongXa: 'Xã Ví Dụ', dcChiTiet: 'Thôn Một' } } },
  { what: 'no temporary residence: an object of nulls', set: {}, gives: { '/toKhai/nycTamTru': WITHOUT_ADDRESS } },
  { what: 'born at home: only the province, and 1', set: {}, gives: { '/toKhai/nycNoiSinh': { ...WITHOUT_ADDRESS, maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu' }, '/toKhai/nycNoiSinhNuocNgoai': '1' } },
  { what: 'born abroad: the country in the detail, and 2', set: { '/judicialRecord/declaration/person/birthPlace': { countryCode: 'LA', countryName: 'Lào', detail: 'Viêng Chăn' } }, gives: { '/toKhai/nycNoiSinh': { ...WITHOUT_ADDRESS, dcChiTiet: 'Lào' }, '/toKhai/nycNoiSinhNuocNgoai': '2' } },
  {
    what: 'residence and work, the address on one line',
    set: {}, gives: { '/toKhai/nycCuTru/0': { tuNgay: '02/2004', denNgay: '08/2012', noiCuTru: 'Thôn Một, Xã Ví Dụ, Huyện Thử Nghiệm, Tỉnh Mẫu, Việt Nam', ngheNghiep: 'Học sinh, sinh viên', noiLamViec: '' }, '/toKhai/nycCuTru/1/noiLamViec': 'Công ty Ví Dụ' },
  },
  { what: 'every file is called DinhKem', set: {}, gives: { '/toKhai/fileHoSo': [{ tenLoaiFile: 'Ảnh thẻ căn cước', tenFile: 'DinhKem.jpeg', noiDungFile: keptFile('1') }, { tenLoaiFile: 'Ảnh thẻ căn cước', tenFile: 'DinhKem.pdf', noiDungFile: keptFile('2') }] } },
  { what: 'a file that was taken back does not go', set: { '/components/0/files/0/deleted': true }, gives: { '/toKhai/fileHoSo/0/noiDungFile': keptFile('2'), '/toKhai/fileHoSo/1': undefined } },
  { what: 'self-filed: declared convictions stay behind, and nothing of an authorised person goes', set: {}, gives: { '/toKhai/thongTinAnTich': undefined, '/toKhai/uyQuyenHoTen': undefined, '/toKhai/nyqQuanHe': undefined } },
  {
    what: 'through an authorised person, misspelt as the contract is',
    set: { '/delegate': delegate, '/judicialRecord/authorisation': AUTHORISATION },
    gives: under({
      uyQuyen: '1', uyQuyenHoTen: 'Ngô Thị Ủy Quyền', nuqTenGoiKhac: '', nuqGioiTinh: '2', nuqNgaySinh: '04/03/1991', nuqDanToc: '01', nuqTenDanToc: 'Kinh', nuqQuocTich: 'VN', nuqTenQuocTich: 'Việt Nam', nuqEmail: 'uy-quyen@mail.example',
      nuqDienThoai: '0900000102', nuqLoaiGiayto: '4', nuqSoGiayTo: '099190000456', nuqNgayCapGiayTo: '20/05/2021', nuqNoiCapGiayTo: 'Cơ quan cấp giả định', nyqQuanHe: 'Con', thongTinAnTich: 'Không', 'nuqThuongTruChiTiet/dcChiTiet': 'Thôn Một',
    }),
  },
  { what: 'no due date', set: { '/dates/dueAt': undefined }, gives: { '/toKhai/ngayHenTra': '' } },
];

/** Any applicant and any text, with what L4 cannot do without. */
const sendable = (draw: Draw): Arbitrary<Dossier> => draw.dossier.filter(({ applicant }) => applicant.name !== '' && !JSON.stringify(applicant).includes('\\u0000')).map((d): Dossier => {
  const full = judicialDossier();
  return { ...full, code: d.code.slice(0, 50), applicant: { ...d.applicant, birthDate: '1990-02-14' }, dates: d.dates, judicialRecord: { ...full.judicialRecord, ...(d.judicialRecord?.purpose === undefined ? {} : { purpose: d.judicialRecord.purpose }), form: d.judicialRecord?.form ?? '2', system: 'vneid' } };
});

// ---- L5 ------------------------------------------------------------------------------------------------------------------

const READ: readonly KnownAnswer[] = [
  { what: 'a certificate (7.4)', answer: answered({ status: 1, statusDescription: 'Thành công', value: [{ maHoSoMCDT: 'H99.14-250110-0007', trangThaiXuLy: '9', ketQuaXuLy: { soPhieuLLTP: '0007/2025/TMAU-TP', ngayCapPhieu: '21/01/2025', phieuLLTP: 'JVBERi0xLjcKJeLjz9MK' } }] }), means: 'accepted' },
  { what: 'nothing yet', answer: answered({ status: 1, value: [{ maHoSoMCDT: 'H99.14-250110-0007', trangThaiXuLy: '4', ketQuaXuLy: null }] }), means: 'accepted' },
  { what: 'nothing at all', answer: answered({ status: '1', value: null }), means: 'accepted' },
  { what: 'asked badly', answer: answered({ status: 0, statusDescription: 'Không tìm thấy hồ sơ', value: null }), means: 'rejected LT-VNEID-BACKEND-REFUSED' },
  { what: 'a page with 502', answer: answered('<html>502</html>', 502), means: 'retry LT-UPSTREAM-LOST-REPLY' },
  { what: 'cut', answer: failed('after', 'RESET'), means: 'retry LT-UPSTREAM-LOST-REPLY' },
  ...LINE,
];

const AGAIN = { vi: 'Gửi lại thì bên kia nhận ra và trả lời bằng câu chữ của 6.1.', en: 'The other side knows a repeat and says so in the words of 6.1.' };

export const fixtures: FixturesOf<typeof vneid> = {
  config: CONFIG,
  variants: {
    'no integration platform': { gateway: { kind: 'none' } },
    'without GetToken': { getToken: undefined },
    'convictions always, the relation by code': { backend: { ...CONFIG.backend, declaredConvictions: 'always', relation: 'code' } },
  },
  secrets: ['/codeGet', '/gateway/secretKey', '/getToken/fields/key', '/backend/authKey'],
  operations: {
    reportStatus: {
      inputs: [resultInput(), withdrawal, plainState(1, '2', { dueOn: '2025-01-24' }), plainState(2, '3', { reason: 'Sai thông tin (minh họa)', refundDue: 105_000 }), plainState(3, '5', { reason: 'Ảnh giấy tờ bị mờ' }), plainState(4, '10')],
      items: (d) => (isOurs(d) ? states(d) + withdrawals(d, true) : 0),
      asksNothing: AGAIN,
      // Opens a session: only reports have one.
      before: [{ operation: 'reportStatus', input: plainState(30, '2') }],
      arbitrary: statusInputs,
      component: 'TrangThaiRequest',
      roundTrip: { decode: (request, config: VneidConfig) => readCall({ method: 'POST', path: config.reportPath, query: {}, body: request }, config)?.inputs[0], expected: told },
      // A day, not an instant: the dossier's due date becomes one when the report is planned.
      dates: [['a leap day', '2024-02-29', '29/02/2024'], ['the last day of a year', '2024-12-31', '31/12/2024']].map(([what = '', set, day]) => ({ what, set: { '/dueOn': set }, gives: { '/ngayHenTraKetQua': day } })),
      verbatim: [{ from: '/code', to: '/maHoSoMCDT', values: ['H99.14-250110-0007', 'H99.14-250110-10007'] }, { from: '/certificate/number', to: '/ketQuaXuLy/soPhieuLLTP', values: ['0007/2025/TMAU-TP', '7'] }],
      known: [
        { what: 'a result (7.4)', set: {}, gives: { '/maTinh': '99', '/tenTinh': 'Đơn vị mẫu', '/trangThaiXuLy': '9', '/tenTrangThaiXuLy': 'Đã xử lý xong', '/lyDoTuChoi': '', '/ngayHenTraKetQua': '24/01/2025', '/type': 'ketqua' } },
        {
          what: 'the certificate with everything', set: {}, gives: {
            '/ketQuaXuLy/ngayCapPhieu': '21/01/2025', '/ketQuaXuLy/loaiPhieu': '1', '/ketQuaXuLy/nguoiLapPhieu': 'Nguyễn Văn Lập', '/ketQuaXuLy/nguoiKy': 'Trần Thị Ký', '/ketQuaXuLy/chucVu': 'Phó Giám đốc', '/ketQuaXuLy/tinhTrangAnTich': '1',
            '/ketQuaXuLy/tenTinhTrangAnTich': 'Có án tích', '/ketQuaXuLy/thongTinCDNCV': '', '/ketQuaXuLy/thongTinAn/0/soBanAn': '15/2019/HSST', '/ketQuaXuLy/thongTinAn/0/ngayXoaAn': null,
            '/ketQuaXuLy/thongTinAn/0/dsToiDanh': [{ toiDanh: '173', tenToiDanh: 'Tội danh minh họa' }], '/ketQuaXuLy/thongTinAn/0/dsHinhPhatChinh/0/ghiChu': 'Đã nộp', '/ketQuaXuLy/thongTinAn/0/dsHinhPhatBoSung/0/noiDungHinhPhatBoSung': 'Một năm',
            '/ketQuaXuLy/dsCDNCV/0/chucVuCam': 'Giám đốc', '/ketQuaXuLy/phieuLLTP': keptFile('3'), '/ketQuaXuLy/quyetDinhThuHoi': '',
          },
        },
        { what: 'a withdrawal', set: { '/decision': { name: 'qd.pdf', url: keptFile('4') } }, gives: { '/type': 'thuhoi', '/trangThaiXuLy': '9', '/ketQuaXuLy/phieuLLTP': keptFile('3'), '/ketQuaXuLy/quyetDinhThuHoi': keptFile('4') } },
        { what: 'a request for papers', set: { '/status': '5', '/certificate': undefined, '/reason': 'Ảnh giấy tờ bị mờ' }, gives: { '/tenTrangThaiXuLy': 'Yêu cầu bổ sung giấy tờ', '/lyDoTuChoi': 'Ảnh giấy tờ bị mờ', '/ketQuaXuLy': null } },
        { what: 'no due date', set: { '/dueOn': undefined }, gives: { '/ngayHenTraKetQua': null } },
      ],
      refused: [
        { what: 'a withdrawal of nothing', set: { '/certificate': undefined, '/decision': { name: 'qd.pdf', url: keptFile('4') } }, code: 'LT-VNEID-REVOKE-NO-CERTIFICATE', pointer: '/certificate' },
        { what: 'a certificate without its file', set: { '/certificate/file': undefined }, code: 'LT-VNEID-FILE-SOURCE', pointer: '/certificate/file' },
        { what: 'a decision at a host that is not allowed', set: { '/decision': { name: 'qd.pdf', url: 'https://noi-khac.example.vn/qd.pdf' } }, code: 'LT-VNEID-FILE-SOURCE', pointer: '/decision' },
      ],
      answers: [
        { what: 'taken', answer: envelope('00'), means: 'accepted' },
        { what: 'there already (2.9)', answer: envelope('01', CANNOT), means: 'accepted' },
        { what: 'the same, decomposed letters', answer: envelope('01', CANNOT.normalize('NFD')), means: 'accepted' },
        { what: 'refused', answer: envelope('01', 'Object reference not set to an instance of an object.'), means: 'rejected LT-VNEID-REFUSED' },
        { what: 'a code that nobody saw', answer: envelope('02', 'x'), means: 'rejected LT-VNEID-REFUSED' },
        { what: 'the words of “already” under another code', answer: envelope('02', CANNOT), means: 'rejected LT-VNEID-REFUSED' },
        { what: 'interrupted (7.3)', answer: envelope('03', 'Yêu cầu bị gián đoạn. Vui lòng thử lại.'), means: 'retry LT-VNEID-INTERRUPTED', retryAfterMs: 420_000 },
        { what: '03 with other words', answer: envelope('03', 'Sai định dạng'), means: 'rejected LT-VNEID-REFUSED' },
        ...LOST, ...LINE,
      ],
      answered: ({ meaning, status }) => meaning === 'ACCEPTED' && status === lltp('9'),
      personal: ['/reason', '/certificate/convictions', '/certificate/number', '/certificate/preparedBy', '/certificate/signedBy'],
    },
    pushToBackend: {
      inputs: [judicialDossier(), authorisedDossier({ code: 'H99.14-250110-0008' }), revoked, askedTwice],
      items: (d) => (isOurs(d) && d.status === 'ACCEPTED' ? 1 : 0),
      asksNothing: AGAIN,
      arbitrary: sendable,
      component: 'GuiHoSoBtpRequest',
      dates: [
        { what: 'due at midnight in Vietnam', set: { '/dates/dueAt': '2025-01-23T17:00:00Z' }, gives: { '/toKhai/ngayHenTra': '24/01/2025' } },
        { what: 'due at the turn of a year', set: { '/dates/dueAt': '2024-12-31T17:00:00Z' }, gives: { '/toKhai/ngayHenTra': '01/01/2025' } },
        { what: 'received on a leap day', set: { '/judicialRecord/receivedOn': undefined, '/dates/submittedAt': '2024-02-28T18:30:00Z' }, gives: { '/ngayTiepNhan': '29/02/2024' } },
      ],
      verbatim: [
        { from: '/code', to: '/maHoSoMCDT', values: ['H99.14-250110-0007'] }, { from: '/applicant/ids/0/number', to: '/toKhai/nycSoGiayTo', values: ['099190000123', '012345678', 'P00000001'] }, { from: '/applicant/phone', to: '/toKhai/nycDienThoai', values: ['0900000101', '+84900000101'] },
      ],
      known: PUSH_KNOWN,
      refused: [
        { what: 'no birth date', set: { '/applicant/birthDate': undefined }, code: 'LT-VNEID-FIELD-MISSING', pointer: '/applicant/birthDate' },
        { what: 'no name', set: { '/applicant/name': '' }, code: 'LT-VNEID-FIELD-MISSING', pointer: '/applicant/name' },
        { what: 'a period without its end', set: { '/judicialRecord/declaration/residences/1/until': undefined }, code: 'LT-VNEID-FIELD-MISSING', pointer: '/judicialRecord/declaration/residences/1/until' },
        { what: 'a file on a host that nobody allowed', set: { '/components/0/files/0/url': 'https://kho-khac.example.vn/a.jpg' }, code: 'LT-VNEID-FILE-SOURCE', pointer: '/components/0/files/0' },
        { what: 'no judicial record', set: { '/judicialRecord': undefined }, code: 'LT-VNEID-FIELD-MISSING', pointer: '/judicialRecord' },
      ],
      answers: [
        { what: 'taken (2.6)', answer: pushed('1', { statusDescription: 'Gửi thông tin thành công' }), means: 'accepted' },
        { what: 'taken, as text', answer: answered('GỬI THÔNG TIN THÀNH CÔNG'), means: 'accepted' },
        { what: 'taken, decomposed letters', answer: pushed('1', { statusDescription: 'Gửi thông tin thành công'.normalize('NFD') }), means: 'accepted' },
        { what: 'there already (2.6)', answer: pushed('0', { errorDescription: 'Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin' }), means: 'accepted' },
        { what: 'not taken, with the words of success in it', answer: pushed('0', { errorDescription: 'Gửi thông tin không thành công' }), means: 'rejected LT-VNEID-BACKEND-REFUSED' },
        { what: 'not taken, and the very words of success in it', answer: pushed('0', { errorDescription: 'Chưa gửi thông tin thành công' }), means: 'rejected LT-VNEID-BACKEND-REFUSED' },
        { what: 'the key is wrong', answer: pushed('0', { errorCode: 'E1', errorDescription: 'Khóa xác thực không hợp lệ' }), means: 'rejected LT-VNEID-BACKEND-REFUSED' },
        ...LOST, ...LINE,
      ],
      answered: ({ wasThere, code }) => !wasThere && code === 'H99.14-250110-0007',
    },
    readResult: {
      inputs: [{ code: 'H99.14-250110-0007' }],
      before: [{ operation: 'pushToBackend', input: judicialDossier() }],
      items: (d) => withdrawals(d, false),
      component: 'KetQuaBtpRequest',
      verbatim: [{ from: '/code', to: '/maHoSoMCDT', values: ['H99.14-250110-0007'] }],
      known: [{ what: 'the question (7.4)', set: {}, gives: { '/maTinh': '99', '/maHoSoMCDT': 'H99.14-250110-0007', '/authKey': '' } }],
      answers: READ,
      answered: ({ meaning, certificate, content }) => meaning === 'result' && certificate?.file === undefined && (content?.length ?? 0) > 100,
    },
  },
  tables: [{
    name: 'trangThaiXuLy (2.9)', component: 'LltpTrangThai', words: ['DRAFT', 'SUBMITTED', 'ACCEPTED', 'REJECTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAWN', 'STOPPED', 'RESOLVED', 'RETURNED', 'UNKNOWN'], withheld: ['DRAFT', 'UNKNOWN'],
    encode: (word) => STATUS_CODES.encode(word as Dossier['status']), decode: (code) => STATUS_CODES.decode(code),
    writes: { SUBMITTED: '1', ACCEPTED: '2', REJECTED: '3', PROCESSING: '4', SUPPLEMENT_REQUIRED: '5', PAYMENT_REQUIRED: '6', WITHDRAWN: '7', STOPPED: '8', RESOLVED: '9', RETURNED: '10' },
    reads: { 1: 'SUBMITTED', 2: 'ACCEPTED', 3: 'REJECTED', 4: 'PROCESSING', 5: 'SUPPLEMENT_REQUIRED', 6: 'PAYMENT_REQUIRED', 7: 'WITHDRAWN', 8: 'STOPPED', 9: 'RESOLVED', 10: 'RETURNED' },
  }],
  absent: { 'http-status': { vi: 'Mã HTTP không được xét, chỉ xét nội dung (6.2).', en: 'HTTP statuses are not looked at, only bodies (6.2).' } },
  simulator: { options: { gateway: 'lgsp-header', wantsToken: true, resultAfterMs: [0, 0], backendStatesOf: { [unfinished.code]: [] } } },
  inbound: inboundFixtures,
  rounds: {
    pollResults: {
      // One certificate that is ready, a state that is news of another dossier, and a certificate that is asked for again before it is withdrawn.
      given(simulator) {
        for (const { code } of [handedOver, unfinished, revoked]) (simulator as VneidSimulator).handOver(code);
      },
      dossiers: [handedOver, unfinished, revoked], after: { pushToBackend: [handedOver.code, unfinished.code], readResult: [revoked.code] }, told: 3,
    },
  },
  readme: { file: packageFile('adapters/vneid/README.md') },
};
