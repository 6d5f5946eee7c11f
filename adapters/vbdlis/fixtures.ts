/** The adapter's fixtures for the conformance suite: what is known of its words from elsewhere than its own code (fact sheet 2, 6.2, 7). */
import { fileURLToPath } from 'node:url';
import { answered, failed, type Arbitrary, type Draw, type FixturesOf, type KnownAnswer, type KnownValue } from '../../src/adapter/fixtures.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import type { vbdlis } from './adapter.ts';
import { PROVINCE_STATUSES } from './status.ts';
import { isPaid } from './obligations.ts';
import { decodeSubmit, withLosses } from './decode.ts';
import { bareLandDossier, fullCase, fullLandDossier, OFFICERS, PROCEDURES } from './fixtures/dossiers.ts';
import { INBOUND_SECRETS, inboundFixtures } from './fixtures/inbound.ts';

const login = { tokenUrl: 'http://127.0.0.1:9/ilis/token', username: 'tinh-mau', password: 'mat-khau-mau-dat-dai', clientId: 'mot-cua', clientSecret: 'bi-mat-ung-dung-mau' };
const files = { folder: fileURLToPath(new URL('./fixtures/files/', import.meta.url)), path: '{id}' };

/** ILIS, since it has every operation. */
const CONFIG = {
  profile: 'ilis', baseUrl: 'http://127.0.0.1:9/lien-thong', procedures: PROCEDURES, officers: OFFICERS, login, tax: { url: 'http://127.0.0.1:9/ilis/thue', steps: ['THUE'] },
  attachments: files, ...INBOUND_SECRETS,
};

const ABSENT = { 'http-status': { vi: 'Hệ thống tỉnh không xét mã HTTP của câu trả lời (1.3).', en: 'The HTTP status of an answer says nothing (1.3).' } };

/** VBDLIS: no login, relative links, and no tax step of its own. */
const { login: _login, tax: _tax, ...rest } = CONFIG;
const VBDLIS_CONFIG = { ...rest, profile: 'vbdlis', downloads: { url: 'http://127.0.0.1:9/files/' } };

// ---- values -------------------------------------------------------------------------------------------------------

/** Midnight, the turn of a year, a leap day, the last second of a day; milliseconds are cut. */
const instants = (from: string, to: string): KnownValue[] => [
  ['midnight in Vietnam', '2025-03-03T17:00:00Z', '2025-03-04T00:00:00'],
  ['the turn of a year', '2024-12-31T17:00:00Z', '2025-01-01T00:00:00'],
  ['a leap day', '2024-02-28T18:30:05Z', '2024-02-29T01:30:05'],
  ['the last second of a day', '2025-03-04T16:59:59Z', '2025-03-04T23:59:59'],
  ['milliseconds', '2025-03-04T01:15:00.999Z', '2025-03-04T08:15:00'],
].map(([what = '', canonical, wire]) => ({ what: `${from}, ${what}`, set: { [from]: canonical }, gives: { [to]: wire } }));

/** Any dossier, bent only as far as the land system's own requirements demand. */
const sendable = (draw: Draw): Arbitrary<Dossier> => draw.dossier.filter((d) => !JSON.stringify(d).includes('2199-12-31')).map(({ landCase, ...d }): Dossier => ({
  ...d, code: d.code.slice(0, 50), procedure: { ...d.procedure, code: '1.012781' }, components: [],
  history: fullLandDossier().history,
  landCase: { ...(landCase ?? fullLandDossier().landCase), area: { provinceCode: '01', communeCode: '00367' } } as NonNullable<Dossier['landCase']>,
}));

const SUBMISSION = {
  dates: [...instants('/dates/acceptedAt', '/NgayTiepNhan'), ...instants('/dates/dueAt', '/NgayHenTra')],
  verbatim: [
    { from: '/code', to: '/SoBienNhan', values: ['000.00.14.H99-250304-0001', '0001'] },
    { from: '/applicant/ids/1/number', to: '/ThongTinNguoiNopDon/SoChungMinh', values: ['001199000001', '000000000000'] },
    { from: '/applicant/phone', to: '/ThongTinNguoiNopDon/SoDienThoai', values: ['0900000001', '+84900000001'] },
    { from: '/landCase/parcels/0/number', to: '/ThongTinThuaDat/0/SoThuTuThua', values: ['0125', '12a'] },
    { from: '/landCase/parcels/0/mapSheet', to: '/ThongTinThuaDat/0/SoHieuBanDo', values: ['007'] },
    { from: '/landCase/parcels/0/area', to: '/ThongTinThuaDat/0/DienTich', values: ['0212.50'] },
  ],
};
const NAMES: KnownValue[] = [
  { what: 'the case before the procedure', set: {}, gives: { '/ThongTinQuyTrinh/MaQuyTrinh': 'TH-DEMO-001', '/ThongTinQuyTrinh/TenQuyTrinh': 'Chuyển nhượng toàn bộ thửa_Đăng ký biến động (minh họa)', '/MaHoSoMotCua': null } },
  { what: 'files without folders, each its own', set: {}, gives: { '/DanhSachGiayToDinhKem/1/TapTin/name': 'gcn-1.pdf', '/DanhSachGiayToDinhKem/2/TapTin/name': 'gcn-2.pdf' } },
];
const refusedDossiers = [
  { what: 'no name', set: { '/applicant/name': '' }, code: 'LT-VBDLIS-FIELD-MISSING', pointer: '/applicant/name' },
  { what: 'another procedure', set: { '/procedure/code': '1.000001' }, code: 'LT-VBDLIS-PROCEDURE', pointer: '/procedure/code' },
  { what: 'a number that is too long', set: { '/code': 'H'.repeat(51) }, code: 'LT-VBDLIS-RECEIPT-LENGTH', pointer: '/code' },
  { what: 'no commune', set: { '/landCase/area/communeCode': undefined }, code: 'LT-VBDLIS-AREA', pointer: '/landCase/area/communeCode' },
  { what: 'nobody who received it', set: { '/history': [] }, code: 'LT-VBDLIS-OFFICER', pointer: '/history' },
  { what: 'a program', set: { '/components/0/files/0/name': 'don.exe' }, code: 'LT-VBDLIS-FILE-TYPE', pointer: '/components/0/files/0/name' },
  { what: 'a file that lies elsewhere', set: { '/components/0/files/0/id': '../don.pdf' }, code: 'LT-VBDLIS-FILE-SOURCE', pointer: '/components/0/files/0' },
];

// ---- answers ------------------------------------------------------------------------------------------------------

const reply = (data: number, success: boolean, message: string) => answered({ data, status: { success, code: 200, type: 'x', time: '2025-03-04T08:15:02', message } });
const COMMON: readonly KnownAnswer[] = [
  { what: 'accepted (7.1)', answer: reply(1, true, 'Thành công'), means: 'accepted' },
  { what: 'refused', answer: reply(0, false, 'Người tiếp nhận chưa được khai báo'), means: 'rejected LT-VBDLIS-REFUSED' },
  { what: 'names in another case, values as text', answer: answered({ Data: '1', Status: { Success: 'true' } }), means: 'accepted' },
  { what: 'a status that says nothing', answer: { ...reply(1, true, 'Thành công'), status: 500 } as KnownAnswer['answer'], means: 'accepted' },
  { what: 'a page', answer: answered('<html>502</html>', 502), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'a page that says it is well', answer: answered('<html>OK</html>', 200), means: 'unknown LT-VBDLIS-ANSWER-SHAPE' },
  { what: 'no such address', answer: answered('Not Found', 404), means: 'rejected LT-VBDLIS-HTTP' },
  { what: 'the token is refused', answer: answered('', 401), means: 'retry LT-UPSTREAM-SESSION-REFUSED' },
  { what: 'too much', answer: answered('', 429, { 'retry-after': '7' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 7000 },
  { what: 'nobody there', answer: failed('before', 'ECONNREFUSED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
  { what: 'cut', answer: failed('after', 'RESET'), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'a file is gone', answer: failed('before', 'FILE_MISSING'), means: 'rejected LT-VBDLIS-FILE-UNREADABLE' },
];
const EXISTS: KnownAnswer = { what: 'there already (7.1)', answer: reply(0, false, 'Số biên nhận đã tồn tại'), means: 'accepted' };
const CONTRADICTION: KnownAnswer = { what: 'taken, and not', answer: reply(1, false, 'Lỗi'), means: 'rejected LT-VBDLIS-REFUSED' };

const code = (n: number): string => `H99.99.01-250304-000${n}`;
const before = (n: number) => [{ operation: 'submit', input: bareLandDossier({ code: code(n) }) }];
const sameCode = { from: '/code', to: '/SoBienNhan', values: ['000.00.14.H99-250304-0001'] };
const PAPERS = [{ name: 'Giấy chứng nhận đã cấp', originals: 1, files: [{ id: 'gcn.pdf', name: 'gcn.pdf', url: 'https://tep.example.vn/tai/gcn.pdf' }] }];
const KNOWN_AGAIN = { vi: 'Gửi lại thì hệ thống đất đai nhận ra và trả lời bằng câu chữ của 6.2.', en: 'The land system knows a repeat and says so in the words of 6.2.' };

// ---- what is planned ----------------------------------------------------------------------------------------------

const isHere = ({ procedure }: Dossier): boolean => procedure.code === '1.012781';
const isOver = ({ status, landCase }: Dossier): boolean => ['RESOLVED', 'RETURNED', 'WITHDRAWN', 'REJECTED'].includes(status) || ['FINISHED_WITH_RESULT', 'FINISHED_WITHOUT_RESULT', 'RETURNED_TO_CITIZEN'].includes(landCase?.state ?? '');
/** What is owed was paid, and a result came. */
const paid = fullLandDossier({
  code: code(7), landCase: fullCase({ obligations: [{ id: `${code(7)}|0000000001|TB-7`, channel: 'vbdlis', noticeNumber: 'TB-7', payments: [{ status: 'PAID' }] }], results: [{ link: 'demo/gcn-0007', extension: '.pdf' }] }),
});
/** Handed over, and found to be wrong. */
const wrong = fullLandDossier({
  code: code(8), status: 'RETURNED', dates: { ...fullLandDossier().dates, returnedAt: '2025-03-20T08:40:00Z' },
  history: [...fullLandDossier().history, { at: '2025-03-20T08:40:00Z', status: 'RETURNED', action: 'Trả kết quả' }, { at: '2025-03-21T02:00:00Z', status: 'RETURNED', subStatus: 'WRONG_RESULT', action: 'Kết quả sai', note: 'Sai diện tích' }],
});

/** What the examples need to have happened: a case that waits, cases that have ended. */
const simulated = (options: Record<string, unknown>): NonNullable<FixturesOf<typeof vbdlis>['simulator']> => ({
  options: {
    script: [], reworkScript: [], procedures: { '1.012781': { code: 'TH-DEMO-001', name: 'Đăng ký biến động (minh họa)' } }, officers: OFFICERS,
    scripts: { [code(4)]: [{ do: 'supplement', afterMs: 0 }], ...Object.fromEntries([5, 6, 9].map((n) => [code(n), [{ do: 'finish', afterMs: 0 }]])) }, ...options,
  },
  config: (url, simulator) => ({ ...simulator.clientConfig?.(url), attachments: files }),
});

export const fixtures: FixturesOf<typeof vbdlis> = {
  config: CONFIG,
  variants: {
    'VBDLIS, no login': { profile: 'vbdlis', login: undefined, tax: { ...CONFIG.tax, login } },
    'links instead of a folder': { attachments: { hosts: ['tep.example.vn'] } },
  },
  dialects: {
    VBDLIS: {
      config: VBDLIS_CONFIG,
      without: ['submitTax'],
      absent: { ...ABSENT, readme: { vi: 'Đã đối chiếu với biến thể ILIS, có mọi thao tác.', en: 'Compared with the dialect of ILIS, which has every operation.' } },
      variants: { 'links instead of a folder': { attachments: { hosts: ['tep.example.vn'] } } },
      secrets: ['/securityCode', '/codeGet', '/taxSecurityKey'],
      simulator: simulated({ profile: 'vbdlis' }),
    },
  },
  secrets: ['/login/password', '/login/clientSecret', '/securityCode', '/codeGet', '/taxSecurityKey'],
  operations: {
    submit: {
      inputs: [fullLandDossier({ step: { code: 'THUE' } }), bareLandDossier({ code: code(2) }), paid, wrong],
      items: (d) => (isHere(d) && ['ACCEPTED', 'PROCESSING'].includes(d.status) && d.landCase?.origin !== 'land' ? 1 : 0),
      asksNothing: KNOWN_AGAIN,
      arbitrary: sendable,
      component: 'TiepNhanRequest',
      roundTrip: { decode: decodeSubmit, expected: withLosses },
      ...SUBMISSION,
      known: [...NAMES, { what: 'codes as numbers', set: {}, gives: { '/TinhId': 1, '/HuyenId': 9, '/XaId': 367, '/NguoiTiepNhan': 'motcua.vidu01' } }, { what: 'no district', set: { '/landCase/area/districtCode': undefined }, gives: { '/HuyenId': 0 } }],
      refused: refusedDossiers,
      answers: [...COMMON, EXISTS, { ...CONTRADICTION, means: 'accepted' }],
      answered: (value) => value.meaning === 'ACCEPTED',
    },
    submitTax: {
      inputs: [fullLandDossier({ code: code(3), step: { code: 'THUE' } })],
      items: (d) => (isHere(d) && (d.step?.code === 'THUE' || d.subStatus === 'THUE') ? 1 : 0),
      asksNothing: KNOWN_AGAIN,
      arbitrary: sendable,
      component: 'GuiThueRequest',
      roundTrip: { decode: decodeSubmit, expected: withLosses },
      ...SUBMISSION,
      known: [...NAMES, { what: 'codes as text', set: {}, gives: { '/TinhId': '01', '/HuyenId': '009', '/XaId': '00367', '/NguoiTiepNhan': OFFICERS[0]?.id } }],
      refused: refusedDossiers,
      answers: [...COMMON, EXISTS],
      before: before(3),
    },
    supplementDone: {
      inputs: [{ code: code(4), newDueAt: '2025-03-21T10:00:00Z', note: 'Đã bổ sung (minh họa)', papers: PAPERS }],
      items: (d) => (isHere(d) && !isOver(d) && d.landCase !== undefined && d.landCase.obligations.length > 0 && d.landCase.obligations.every(isPaid) ? 1 : 0),
      asksNothing: KNOWN_AGAIN,
      component: 'BoSungRequest',
      dates: instants('/newDueAt', '/NgayHenTraMoi'),
      verbatim: [sameCode],
      known: [{ what: 'a paper that was added', set: {}, gives: { '/GhiChu': 'Đã bổ sung (minh họa)', '/DanhSachGiayToBoSung/0/TenGiayTo': 'Giấy chứng nhận đã cấp' } }, { what: 'none', set: { '/papers': [] }, gives: { '/DanhSachGiayToBoSung': null } }],
      refused: [{ what: 'no due date', set: { '/newDueAt': '' }, code: 'LT-VBDLIS-FIELD-MISSING', pointer: '/newDueAt' }],
      answers: [...COMMON, CONTRADICTION, { what: 'not waiting (6.2)', answer: reply(0, false, 'Hồ sơ không chờ bổ sung'), means: 'accepted' }],
      before: before(4),
      personal: ['/note'],
    },
    wrongResult: {
      inputs: [{ code: code(5), content: 'Sai diện tích thửa đất (minh họa)', papers: PAPERS }],
      items: (d) => (isHere(d) ? d.history.filter(({ subStatus }) => subStatus === 'WRONG_RESULT').length : 0),
      component: 'SaiKetQuaRequest',
      verbatim: [sameCode],
      known: [{ what: 'what is wrong', set: {}, gives: { '/NoiDung': 'Sai diện tích thửa đất (minh họa)', '/DanhSachGiayToDinhKem/0/SoBanChinh': 1 } }],
      refused: [{ what: 'nothing said', set: { '/content': '' }, code: 'LT-VBDLIS-FIELD-MISSING', pointer: '/content' }],
      answers: [...COMMON, CONTRADICTION],
      before: before(5),
      personal: ['/content'],
    },
    resultReturned: {
      inputs: [{ code: code(6), returnedAt: '2025-03-20T08:40:00Z' }],
      items: (d) => (isHere(d) && d.status === 'RETURNED' && d.landCase !== undefined ? 1 : 0),
      asksNothing: KNOWN_AGAIN,
      component: 'TraKetQuaRequest',
      dates: instants('/returnedAt', '/NgayTra'),
      verbatim: [sameCode],
      refused: [{ what: 'no time', set: { '/returnedAt': 'x' }, code: 'LT-VBDLIS-TIME', pointer: '/returnedAt' }],
      answers: [...COMMON, CONTRADICTION, { what: 'returned (6.2)', answer: reply(0, false, 'Hồ sơ đã được trả kết quả'), means: 'accepted' }, { what: 'not found (6.2)', answer: reply(0, false, 'Không tìm thấy hồ sơ'), means: 'accepted' }],
      before: before(6),
    },
    downloadFile: {
      // offered by the simulator with the suite's seed; the folder's slash is escaped, so that the document can tell the address
      inputs: [{ link: 'ket-qua%2F6c31a239d874-1' }],
      before: before(9),
      answers: [
        { what: 'a file', answer: answered({ sha256: 'ab', bytes: 2 }), means: 'accepted' },
        { what: 'gone', answer: answered('', 404), means: 'rejected LT-VBDLIS-DOWNLOAD' },
        { what: 'broken', answer: answered('', 503), means: 'retry LT-UPSTREAM-SERVER-ERROR' },
        { what: 'too much', answer: answered('', 429, { 'retry-after': '7' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 7000 },
        { what: 'not allowed', answer: failed('before', 'LINK_REFUSED'), means: 'rejected LT-VBDLIS-LINK' },
      ],
    },
  },
  tables: [{
    name: 'MaTrangThai (3.1)', component: 'TrangThaiTinh', decode: (wire) => PROVINCE_STATUSES.decode(wire),
    reads: { 1: 'SUBMITTED', 2: 'ACCEPTED', 3: 'REJECTED', 4: 'PROCESSING', 5: 'SUPPLEMENT_REQUIRED', 6: 'PAYMENT_REQUIRED', 7: 'WITHDRAWN', 8: 'STOPPED', 9: 'RESOLVED', 10: 'RETURNED' },
  }],
  absent: ABSENT,
  simulator: simulated({ profile: 'ilis', taxSteps: ['THUE'] }),
  inbound: { ...inboundFixtures, users: { known: (inboundFixtures['users']?.known ?? []).map((one) => ({ ...one, gives: { '/result': 1, '/data/0/maNguoiDung': 'motcua.vidu01' } })) } },
  readme: { file: packageFile('adapters/vbdlis/README.md') },
};
