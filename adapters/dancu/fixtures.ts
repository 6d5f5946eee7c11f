/** The adapter's fixtures for the conformance suite: what is known of the population database from elsewhere than the adapter's own code (fact sheet 4). Everybody is invented. */
import type { CitizenQuestion } from '../../src/adapter/citizens.ts';
import type { AdapterFixtures, Arbitrary, Draw, FixturesOf, KnownAnswer } from '../../src/adapter/fixtures.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { dancu } from './adapter.ts';
import { BLOOD_CODES, ETHNIC_NAMES, MARITAL_CODES, RELIGION_NAMES, SEX_CODES } from './codes.ts';
import type { DancuConfig } from './config.ts';
import { componentOf } from './contract.ts';
import { ANSWERS, CHANGES_ANSWERS, JSON_ANSWERS, RELATIVES_ANSWERS, VERIFY_ANSWERS } from './fixtures/answers.ts';

const CONFIG = {
  baseUrl: 'http://127.0.0.1:9',
  serviceAccount: 'VPCP',
  officer: 'canbo.mau',
  transport: { kind: 'x-road', authenticationUrl: 'https://xac-thuc.example.vn/csdldc', user: 'tinh-mau', secretKey: 'khoa-bi-mat-mau-xroad', client: 'VN/GOV/H99/mau', apiKey: 'apikey-bi-mat-mau' },
  services: { relatives: '038', changes: '039' },
  headers: { 'x-khoa-mau': 'bi-mat-duong-truyen-mau-dancu' },
};

const question = (fields: Partial<Record<keyof CitizenQuestion, string>>): CitizenQuestion => ({ requestId: 'mau-0001', fullName: 'Lê Thị Mẫu', ...fields }) as CitizenQuestion;
const QUESTIONS = [
  question({ citizenId: '099190000123', birth: '1990-02-14', officer: 'canbo.hai' }),
  question({ requestId: 'mau-0002', oldId: '099000125', fullName: 'Phạm Thị Không' }),
  question({ requestId: 'mau-0003', citizenId: '099060000124', fullName: 'LÊ VĂN GIẢ', birth: '1960' }),
];

const NAMES = ['Trần Thị Đào', 'đặng  văn Ơn', 'Y Ðăm Niê', 'H’Hen Niê', 'Nguyễn "Tý" & Sửu <x>', 'LÊ VĂN GIẢ', 'Quách Ỷ Ửng'];
/** The same names as the two forms want them, by hand (4.4). */
const WRITTEN: Readonly<Record<string, { compact: string; accented: string }>> = {
  'Trần Thị Đào': { compact: 'TRANTHIDAO', accented: 'TRẦN THỊ ĐÀO' }, 'đặng  văn Ơn': { compact: 'DANGVANON', accented: 'ĐẶNG VĂN ƠN' }, 'Y Ðăm Niê': { compact: 'YDAMNIE', accented: 'Y ĐĂM NIÊ' },
  'H’Hen Niê': { compact: 'HHENNIE', accented: 'H’HEN NIÊ' }, 'Nguyễn "Tý" & Sửu <x>': { compact: 'NGUYENTYSUUX', accented: 'NGUYỄN "TÝ" & SỬU <X>' }, 'LÊ VĂN GIẢ': { compact: 'LEVANGIA', accented: 'LÊ VĂN GIẢ' },
  'Quách Ỷ Ửng': { compact: 'QUACHYUNG', accented: 'QUÁCH Ỷ ỬNG' }, 'Lê Thị Mẫu': { compact: 'LETHIMAU', accented: 'LÊ THỊ MẪU' }, 'Phạm Thị Không': { compact: 'PHAMTHIKHONG', accented: 'PHẠM THỊ KHÔNG' },
};

const digits = (n: number, length: number): string => String(n).padStart(length, '0');
const asked = (draw: Draw): Arbitrary<CitizenQuestion> => draw.tuple(draw.nat(), draw.boolean(), draw.constantFrom(...NAMES), draw.constantFrom(undefined, '1960', '1990-02-14', '2000-12-31', '1904-02-29'), draw.constantFrom(undefined, 'canbo.hai', '099080000001'))
  .map(([n, isOld, fullName, birth, officer]) => question({ requestId: `mau-${n}`, fullName, ...(isOld ? { oldId: digits(n % 1e9, 9) } : { citizenId: `099${digits(n % 1e9, 9)}` }), ...(birth === undefined ? {} : { birth }), ...(officer === undefined ? {} : { officer }) }));

// ---- the way back, field by field ------------------------------------------------------------------------------------------

interface Told { requestId: string; number: string; name: string; birth: string; officer: string; service: string; account: string }
type Fields = Readonly<Record<string, unknown>>;
const one = (fields: Fields, ...names: string[]): string => names.map((name) => fields[name]).find((value): value is string => typeof value === 'string' && value !== '') ?? '';

function told(request: unknown): Told {
  const fields = request as Fields;
  const birth = (fields['NgayThangNamSinh'] ?? {}) as Fields | string;
  return {
    requestId: one(fields, 'MaYeuCau', 'maYeuCau'), number: one(fields, 'SoDinhDanh', 'soDinhDanh', 'SoCMND', 'soCMND'), name: one(fields, 'HoVaTen', 'hoVaTen'),
    birth: typeof birth === 'string' ? birth : one({ ...fields, ...birth }, 'Nam', 'nam', 'NgayThangNam', 'ngayThangNam'), officer: one(fields, 'MaCanBo', 'maCanBo'),
    service: one(fields, 'MaTichHop', 'MaDichVu', 'maTichHop'), account: one(fields, 'MaDVC', 'maDVC'),
  };
}
const expected = (service: (config: DancuConfig) => string, hasBirth: (config: DancuConfig) => boolean, hasAccount: (config: DancuConfig) => boolean) => ({ requestId, citizenId, oldId, fullName, birth = '', officer }: CitizenQuestion, config: DancuConfig): Told => ({
  requestId: `${config.requestPrefix}${requestId}`, number: citizenId ?? oldId ?? '', name: WRITTEN[fullName]?.[config.names] ?? '',
  birth: hasBirth(config) ? (config.dates === 'dashed' ? birth : birth.split('-').join('')) : '', officer: officer ?? 'canbo.mau', service: service(config), account: hasAccount(config) ? 'VPCP' : '',
});
const yes = (): boolean => true;
const isIntegrated = ({ verification }: DancuConfig): boolean => verification.by === 'look-up' || verification.form === 'integration-code';
const lookUpBack = { decode: told, expected: expected(({ transport }) => (transport.kind === 'rest-flat' ? '' : '037'), yes, yes) };
const verifyBack = { decode: told, expected: expected((config) => (config.transport.kind === 'rest-flat' ? '' : config.verification.by === 'look-up' ? '037' : isIntegrated(config) ? '003' : '033'), isIntegrated, isIntegrated) };
const relativesBack = { decode: told, expected: expected(() => '038', yes, yes) };

// ---- operations ------------------------------------------------------------------------------------------------------------

const PERSONAL = ['/citizenId', '/oldId', '/fullName', '/birth'];
const known = (what: string, set: Record<string, unknown>, gives: Record<string, unknown>) => ({ what, set, gives });
const REFUSED = [
  { what: 'no number', set: { '/citizenId': undefined }, code: 'LT-DANCU-QUESTION', pointer: '/citizenId' },
  { what: 'both numbers', set: { '/oldId': '099000125' }, code: 'LT-DANCU-QUESTION', pointer: '/citizenId' },
  { what: 'eleven digits', set: { '/citizenId': '09919000012' }, code: 'LT-DANCU-QUESTION', pointer: '/citizenId' },
  { what: 'a name of which nothing is left', set: { '/fullName': ' ' }, code: 'LT-DANCU-QUESTION', pointer: '/fullName' },
  { what: 'a name with a control character', set: { '/fullName': 'Lê\u0001Mẫu' }, code: 'LT-DANCU-QUESTION', pointer: '/fullName' },
  { what: 'a day that does not exist', set: { '/birth': '1990-02-30' }, code: 'LT-DANCU-QUESTION', pointer: '/birth' },
  { what: 'a request without a number of its own', set: { '/requestId': '' }, code: 'LT-DANCU-QUESTION', pointer: '/requestId' },
  { what: 'an officer that is no account', set: { '/officer': '<x>' }, code: 'LT-DANCU-OFFICER', pointer: '/officer' },
];
const verbatim = (number: string, officer: string) => [
  { from: '/citizenId', to: number, values: ['001000000001', '099190000123'] },
  { from: '/officer', to: officer, values: ['007.mau', '099080000001'] },
];

const common = { inputs: QUESTIONS, arbitrary: asked, component: componentOf, key: ({ requestId }: CitizenQuestion) => requestId, personal: PERSONAL };
const soapBirths = [
  known('a day', { '/birth': '2000-01-01' }, { '/NgayThangNamSinh': { NgayThangNam: '20000101' } }),
  known('the last day of a year', { '/birth': '1999-12-31' }, { '/NgayThangNamSinh': { NgayThangNam: '19991231' } }),
  known('a year alone', { '/birth': '1990' }, { '/NgayThangNamSinh': { Nam: '1990' } }),
  known('not known', { '/birth': undefined }, { '/NgayThangNamSinh': undefined }),
];
const SOAP_LOOK_UP = {
  ...common,
  roundTrip: lookUpBack,
  dates: soapBirths,
  verbatim: verbatim('/SoDinhDanh', '/MaCanBo'),
  known: [
    known('037 with the account and the officer', {}, { '/MaTichHop': '037', '/MaDVC': 'VPCP', '/MaCanBo': 'canbo.hai', '/SoDinhDanh': '099190000123', '/SoCMND': undefined, '/MaDonVi': undefined }),
    known('nine digits go to SoCMND', { '/citizenId': undefined, '/oldId': '099000123' }, { '/SoDinhDanh': undefined, '/SoCMND': '099000123' }),
    known('no officer: the configured one', { '/officer': undefined }, { '/MaCanBo': 'canbo.mau' }),
  ],
  refused: REFUSED,
  answers: ANSWERS,
  answered: (record: unknown) => (record as { citizenId?: string; sex?: string; maritalStatus?: string } | undefined)?.citizenId === '099190000123',
};

export const fixtures: FixturesOf<typeof dancu> = {
  config: CONFIG,
  variants: {
    'accented names, dashed dates, older namespace': { names: 'accented', dates: 'dashed', namespace: 'older', prefix: 'qldc', contentType: 'text/xml' },
    'verification by integration code, with a prefix and a unit': { verification: { form: 'integration-code', element: 'XacThucThongTinCongDanRequest' }, requestPrefix: 'H99-', organisation: { unit: 'H99.14', account: 'mau', phone: '0' } },
    'verification by look-up': { verification: { by: 'look-up' } },
  },
  secrets: ['/transport/secretKey', '/transport/apiKey', '/headers/x-khoa-mau'],
  operations: {
    lookUpCitizen: SOAP_LOOK_UP,
    verifyCitizen: {
      ...common,
      roundTrip: verifyBack,
      verbatim: verbatim('/SoDinhDanh', '/MaCanBo'),
      known: [
        known('033 in MaDichVu, without MaDVC and birth', {}, { '/MaDichVu': '033', '/MaDVC': undefined, '/MaTichHop': undefined, '/NgayThangNamSinh': undefined, '/SoCMND': '' }),
        known('nine digits', { '/citizenId': undefined, '/oldId': '099000123' }, { '/SoDinhDanh': '', '/SoCMND': '099000123' }),
      ],
      refused: REFUSED,
      answers: VERIFY_ANSWERS,
      answered: ({ outcome }) => outcome === 'MATCH',
    },
    verifyRelatives: {
      ...common,
      roundTrip: relativesBack,
      verbatim: verbatim('/SoDinhDanh', '/MaCanBo'),
      dates: [known('a day, as text', { '/birth': '1999-12-31' }, { '/NgayThangNamSinh': '19991231' }), known('a year, as text', { '/birth': '1990' }, { '/NgayThangNamSinh': '1990' }), known('not known', { '/birth': undefined }, { '/NgayThangNamSinh': '' })],
      known: [known('the unit stands before the officer, empty where there is none', {}, { '/MaTichHop': '038', '/MaDonVi': '', '/SoCMND': '' })],
      refused: REFUSED,
      answers: RELATIVES_ANSWERS,
      answered: ({ outcome, father }) => outcome === 'MATCH' && father?.fullName === 'Lê Văn Giả',
    },
    listChanges: {
      inputs: [{ requestId: 'mau-0009', from: Date.UTC(2024, 11, 1), to: Date.UTC(2025, 1, 1), kind: '1', page: 1, pageSize: 50, officer: 'canbo.hai' }, { requestId: 'mau-0010', from: 0, to: 1, page: 2, pageSize: 1 }],
      component: componentOf,
      key: ({ requestId }) => requestId,
      dates: [known('ms since 1970', { '/from': 1_735_664_400_000, '/to': 1_735_750_800_000 }, { '/TuNgay': '1735664400000', '/DenNgay': '1735750800000' })],
      known: [known('page and size', { '/page': 3, '/pageSize': 20, '/kind': undefined }, { '/Trang': '3', '/SoBanGhi': '20', '/Loai': undefined, '/MaTichHop': '039' })],
      refused: [
        { what: 'the end before the beginning', set: { '/to': 0 }, code: 'LT-DANCU-QUESTION', pointer: '/to' },
        { what: 'page 0', set: { '/page': 0 }, code: 'LT-DANCU-QUESTION', pointer: '/page' },
        { what: 'too large a page', set: { '/pageSize': 100_000 }, code: 'LT-DANCU-QUESTION', pointer: '/pageSize' },
      ],
      answers: CHANGES_ANSWERS,
      answered: ({ records }) => records.length === 4 && records[3]?.fullName === 'Đặng "Tý" & Sửu <x>',
    },
  },
  tables: [
    { name: 'GioiTinh (4.5)', component: 'GioiTinh', words: ['MALE', 'FEMALE'], decode: (code) => SEX_CODES.decode(code), reads: { 1: 'MALE', 2: 'FEMALE' } },
    {
      name: 'TinhTrangHonNhan (4.5)', component: 'TinhTrangHonNhan', words: ['UNKNOWN', 'NEVER_MARRIED', 'MARRIED', 'DIVORCED', 'WIDOWED'],
      decode: (code, { maritalStatus3 }) => MARITAL_CODES[maritalStatus3].decode(code), reads: { 0: 'UNKNOWN', 1: 'NEVER_MARRIED', 2: 'MARRIED', 3: 'DIVORCED', 4: 'WIDOWED' },
    },
    { name: 'NhomMau (4.5)', component: 'NhomMau', words: ['UNKNOWN', 'A', 'B', 'AB', 'O'], decode: (code) => BLOOD_CODES.decode(code), reads: { '00': 'UNKNOWN', '01': 'A', '02': 'B', '03': 'AB', '04': 'O' } },
    {
      name: 'DanToc (4.5)', component: 'DanToc', decode: (code) => ETHNIC_NAMES.decode(code),
      reads: {
        '01': 'Kinh', '02': 'Tày', '03': 'Thái', '04': 'Hoa', '05': 'Khơ-me', '06': 'Mường', '07': 'Nùng', '08': 'HMông', '09': 'Dao', 10: 'Gia-rai', 11: 'Ngái', 12: 'Ê-đê', 13: 'Ba-na', 14: 'Xơ-đăng', 15: 'Sán Chay', 16: 'Cơ-ho', 17: 'Chăm', 18: 'Sán Dìu',
        19: 'Hrê', 20: 'Ra-glai / MNông', 21: 'MNông / Ra-glai', 22: 'Xtiêng', 23: 'Bru-Vân Kiều', 24: 'Thổ', 25: 'Giáy', 26: 'Cơ-tu', 27: 'Gié-Triêng', 28: 'Mạ', 29: 'Khơ-mú', 30: 'Co', 31: 'Tà-ôi', 32: 'Chơ-ro', 33: 'Kháng', 34: 'Xinh-mun', 35: 'Hà Nhì', 36: 'Chu-ru',
        37: 'Lào', 38: 'La Chí', 39: 'La Ha', 40: 'Phù Lá', 41: 'La Hủ', 42: 'Lự', 43: 'Lô Lô', 44: 'Chứt', 45: 'Mảng', 46: 'Pà Thẻn', 47: 'Cơ Lao', 48: 'Cống', 49: 'Bố Y', 50: 'Si La', 51: 'Pu Péo', 52: 'Brâu', 53: 'Ơ Đu', 54: 'Rơ-măm',
      },
    },
    {
      name: 'TonGiao (4.5)', component: 'TonGiao', decode: (code) => RELIGION_NAMES.decode(code),
      reads: {
        '00': 'Không tôn giáo', '01': 'Phật giáo', '02': 'Công giáo', '03': 'Tin Lành', '04': 'Cao Đài', '05': 'Hồi giáo', '06': 'Hòa Hảo', '07': 'Tịnh Độ Cư Sĩ Phật Hội Việt Nam', '08': 'Bửu Sơn Kỳ Hương', '09': 'Tứ Ân Hiếu Nghĩa',
        10: 'Đạo Tâm', 11: 'Minh Sư Đạo', 12: 'Minh Lý Đạo', 13: 'Mặc Môn', 14: 'Phật giáo Hòa Hảo', 15: 'Phật giáo Tịnh Độ Tông', 16: 'Phật giáo Nam Tông', 17: 'Phật giáo Khất Sĩ',
      },
    },
    { name: 'answer codes (4.6)', component: 'AnswerCode', decode: (code, { answerCodes }) => (Object.hasOwn(answerCodes, code) ? answerCodes[code] : undefined), reads: { '004': 'service-not-licensed', '005': 'officer-not-allowed', '01': 'failed' } },
  ],
  readme: { file: packageFile('adapters/dancu/README.md') },
};

// ---- the other transports --------------------------------------------------------------------------------------------------

const { transport: _xRoad, services: _services, ...REST } = CONFIG;
const SECRETS = ['/headers/x-khoa-mau'];
const JSON_LOOK_UP = {
  ...common,
  roundTrip: lookUpBack,
  verbatim: verbatim('/soDinhDanh', '/maCanBo'),
  refused: REFUSED,
  answers: JSON_ANSWERS,
  answered: SOAP_LOOK_UP.answered,
};
const restVerify = { ...JSON_LOOK_UP, roundTrip: verifyBack, answers: JSON_ANSWERS as readonly KnownAnswer[], answered: ({ outcome }: { outcome: string }) => outcome === 'MATCH' };
const wrappedKnown = [known('what is not said is null', { '/birth': '1990' }, { '/soCMND': null, '/ngayThangNam': null, '/nam': '1990', '/maTichHop': '037', '/maDVC': 'VPCP', '/maYeuCau': 'mau-0001' })];
const flatKnown = [known('a year stands where the day would', { '/birth': '1990' }, { '/soCMND': '', '/ngayThangNam': '1990', '/userNameService': 'mot-cua-mau', '/maDVC': 'VPCP' })];
const restDates = (name: string) => [known('a day', { '/birth': '1999-12-31' }, { [name]: '19991231' })];

/** By name: laid over the fixtures, and every check of the suite runs for each. */
const dialects = {
  lgsp: {
    config: { ...CONFIG, names: 'accented', transport: { kind: 'lgsp', officerKeys: { '*': { keyName: 'canbo', keyPass: 'bi-mat-can-bo-mau' } } }, gateway: { kind: 'client-credentials', tokenUrl: 'http://127.0.0.1:9/token', key: 'khoa-lgsp-mau', secret: 'bi-mat-lgsp-mau-0001' } },
    variants: {},
    secrets: [...SECRETS, '/gateway/key', '/gateway/secret', '/transport/officerKeys/*/keyPass'],
    simulator: { options: { transport: 'lgsp' } },
  },
  'rest-wrapped': {
    config: { ...REST, transport: { kind: 'rest-wrapped' } },
    variants: { 'accented names': { names: 'accented' } },
    secrets: SECRETS,
    simulator: { options: { transport: 'rest-wrapped' } },
    operations: { ...fixtures.operations, lookUpCitizen: { ...JSON_LOOK_UP, known: wrappedKnown, dates: restDates('/ngayThangNam') }, verifyCitizen: { ...restVerify, known: wrappedKnown, dates: restDates('/ngayThangNam') } },
    without: ['verifyRelatives', 'listChanges'],
    // The README is held against the whole adapter, with SOAP.
    absent: { readme: { vi: 'README nói về mọi đường truyền', en: 'the README speaks of all transports' } },
  },
  'rest-flat': {
    config: { ...REST, transport: { kind: 'rest-flat', userNameService: 'mot-cua-mau' } },
    variants: { 'dashed dates': { dates: 'dashed' } },
    secrets: SECRETS,
    simulator: { options: { transport: 'rest-flat' } },
    operations: { ...fixtures.operations, lookUpCitizen: { ...JSON_LOOK_UP, known: flatKnown, dates: restDates('/ngayThangNam') }, verifyCitizen: { ...restVerify, known: flatKnown, dates: restDates('/ngayThangNam') } },
    without: ['verifyRelatives', 'listChanges'],
    // The README is held against the whole adapter, with SOAP.
    absent: { readme: { vi: 'README nói về mọi đường truyền', en: 'the README speaks of all transports' } },
  },
} as unknown as NonNullable<AdapterFixtures<DancuConfig, (typeof dancu)['operations']>['dialects']>;
Object.assign(fixtures, { dialects });
