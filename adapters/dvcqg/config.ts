/**
 * Configuration of one connection to the portal. What no source proves is a setting here, with the reason for its default
 * beside it in README.md.
 */
import type { TlsFiles } from '../../src/adapter/tls.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { configIssue } from '../../src/contract/config-issue.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { pointerPart } from '../../src/contract/pointer.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { DOSSIER_STATUSES, type DossierSource, type IdentityType, type PartyKind } from '../../src/model/canonical.ts';
import { FILING_TABLE, IDENTITY_TABLE, NATIONAL_STATUSES, PARTY_TABLE, STATUS_TABLE, type NationalStatus } from './codes.ts';
import { PROFILE_IDS, type ProfileId } from './profiles.ts';
import { SERVICE_NAMES, type Endpoint, type ServiceName } from './services.ts';

/** `hold`: planned, and refused with a visible issue, so that a person decides. `skip`: the portal never hears of it. */
export type StatusTarget = NationalStatus | 'hold' | 'skip';

export interface FacadeConfig {
  /** paths below baseUrl; `{madonvi}` and `{isUpdating}` are filled in */
  paths: { create: string; update: string; progress: string; status: string } & Partial<Record<ServiceName, string>>;
  /** sent with every call, for façades that want a key */
  headers: Record<string, string>;
}

export interface DvcqgConfig {
  baseUrl: string;
  mode: 'direct' | 'facade';
  agencyCode: string;
  username: string;
  password: string;
  dstcode: string;
  dstcodeIn: 'header' | 'query';
  providerUrl: string;
  paths: { login: string; share: string; integration: string };
  endpoints: Partial<Record<ServiceName, Endpoint>>;
  facade: FacadeConfig;
  /** ms */
  sessionTtlMs: number;
  connectTimeoutMs: number;
  readTimeoutMs: number;
  connections: number;
  maxResponseBytes: number;
  tls?: TlsFiles;
  profile: ProfileId;
  /** canonical status, or `STATUS/subStatus`, to national code */
  statusMap: Readonly<Record<string, StatusTarget>>;
  beforeReception: 'hold-back' | 'report';
  incompleteResults: 'warn' | 'refuse';
  partyKinds: Readonly<Record<PartyKind, string>>;
  identityTypes: Readonly<Partial<Record<IdentityType, string>>>;
  filingPlaces: Readonly<Record<DossierSource, string>>;
  databases: Readonly<Record<string, string>>;
  onlinePaymentPlatform: 'NATIONAL' | 'PROVINCE';
  unpaidFeeCode: '0' | '3';
  componentCodes: 'send' | 'omit';
  /** download link for files that have an id but no link; `{id}` is filled in */
  fileLink: string;
  /** download link for files whose content the gateway keeps; `{id}` is filled in with the id of `GET /v1/files/{id}` */
  keptFileLink: string;
  officerFallback: string;
  stepNote: 'append' | 'omit';
  lookupReturnForm: 'online-flag' | 'return-form';
}

const table = <K extends string>(rows: readonly { canonical: K; wire: string; direction?: string }[]): Record<K, string> =>
  Object.assign(Object.create(null) as Record<K, string>, Object.fromEntries(rows.filter((r) => r.direction !== 'decode').map((r) => [r.canonical, r.wire])));

export const DEFAULT_STATUS_MAP: Readonly<Record<string, StatusTarget>> = {
  ...(table(STATUS_TABLE.rows()) as Record<string, NationalStatus>),
  DRAFT: 'skip',
  UNKNOWN: 'hold',
};

/** Everything that need not be given. */
export const DEFAULTS: Omit<DvcqgConfig, 'baseUrl' | 'agencyCode'> = {
  mode: 'direct',
  username: '',
  password: '',
  dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider', // the only destination seen for the portal (fact sheet 1.1)
  dstcodeIn: 'header', // uncertainty 3: one code base sends the header, two others the query
  providerUrl: '',
  paths: { login: '/mapi/login', share: '/mapi/g', integration: '/mapi/g' }, // 1.2: uncertainty 2
  endpoints: {},
  facade: {
    paths: {
      create: '/ThemMoi',
      update: '/CapNhat',
      progress: '/DongBoTienTrinh',
      status: '/KetNoiMotCuaQuocGia/DongBoTrangThaiHoSoKM',
      LayDanhSachTTHC: '/KetNoiMotCuaQuocGia/LayDanhSachTTHC',
      LayThuTuc: '/KetNoiMotCuaQuocGia/LayThuTuc',
      LayQDCB: '/KetNoiMotCuaQuocGia/LayQDCB',
      LayDanhMucLinhVuc: '/KetNoiMotCuaQuocGia/LayDanhMucLinhVuc',
      LayDanhMucLoaiThuTuc: '/KetNoiMotCuaQuocGia/LayDanhMucLoaiThuTuc',
      LayDanhMucNhomThuTuc: '/KetNoiMotCuaQuocGia/LayDanhMucNhomThuTuc',
      LayDanhMucThuTucThuocLoai: '/KetNoiMotCuaQuocGia/LayDanhMucThuTucThuocLoai',
      TraCuuTechID: '/KetNoiMotCuaQuocGia/TraCuuTechID',
    },
    headers: {},
  },
  sessionTtlMs: 10 * 60 * 1000, // a client's choice (1.4); the portal's own lifetime is unknown
  connectTimeoutMs: 5_000,
  readTimeoutMs: 60_000, // 1.5: 60 s; the later 6 s only spared that client's queue thread, and makes doubts
  connections: 256,
  maxResponseBytes: 20 * 1024 * 1024,
  profile: '2023+',
  statusMap: Object.assign(Object.create(null) as object, DEFAULT_STATUS_MAP),
  beforeReception: 'hold-back',
  incompleteResults: 'warn',
  partyKinds: table(PARTY_TABLE.rows()),
  identityTypes: table(IDENTITY_TABLE.rows()),
  filingPlaces: table(FILING_TABLE.rows()),
  databases: {},
  onlinePaymentPlatform: 'NATIONAL',
  unpaidFeeCode: '0',
  componentCodes: 'send',
  fileLink: '',
  keptFileLink: '',
  officerFallback: 'Chuyên viên',
  stepNote: 'append',
  lookupReturnForm: 'online-flag',
};

const path = { type: 'string', pattern: '^/', maxLength: 500 };
const codeMap = (keys: readonly string[], pattern: string) =>
  ({ type: 'object', additionalProperties: false, properties: Object.fromEntries(keys.map((k) => [k, { type: 'string', pattern }])) });
const described = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });

/** JSON Schema of the configuration; secrets are writeOnly. */
export const dvcqgConfigSchema: Record<string, unknown> = {
  type: 'object',
  additionalProperties: false,
  required: ['baseUrl', 'agencyCode'],
  properties: {
    baseUrl: described('Địa chỉ gốc của trục kết nối (…/VXPAdapter/RestService/forward) hoặc của cổng trung gian.', 'Base of the exchange adapter (…/VXPAdapter/RestService/forward) or of the façade.', { type: 'string', format: 'http-url', maxLength: 500 }),
    mode: described('Kết nối trực tiếp qua trục, hoặc qua cổng trung gian của tỉnh.', 'Straight through the exchange adapter, or through a provincial façade.', { type: 'string', enum: ['direct', 'facade'], default: DEFAULTS.mode }),
    agencyCode: described('madonvi: mã định danh đơn vị.', 'madonvi: the agency identifier sent in every body.', { type: 'string', pattern: '^(\\d{3}\\.\\d{2}\\.\\d{2}\\.)?[A-Z]\\d{2}(\\.\\d{1,3}){0,3}$' }),
    username: described('Tài khoản do Văn phòng Chính phủ cấp.', 'Account issued by the Government Office.', { type: 'string', minLength: 1, maxLength: 200 }),
    password: described('Mật khẩu.', 'Password.', { type: 'string', minLength: 1, maxLength: 200, writeOnly: true }),
    dstcode: described('Đích trên trục; "" là không gửi.', 'Destination on the exchange; "" sends none.', { type: 'string', maxLength: 200, default: DEFAULTS.dstcode }),
    dstcodeIn: described('Gửi dstcode ở header hay query.', 'Where dstcode goes.', { type: 'string', enum: ['header', 'query'], default: DEFAULTS.dstcodeIn }),
    providerUrl: described('providerurl, khi một đích có nhiều hệ thống phía sau.', 'providerurl, where one destination fronts several back ends.', { type: 'string', maxLength: 500 }),
    paths: described('Đường dẫn đăng nhập và hai nhóm dịch vụ.', 'Paths of login and of the two service families.', { type: 'object', additionalProperties: false, properties: { login: path, share: path, integration: path } }),
    endpoints: described('Chuyển riêng một dịch vụ sang nhóm khác.', 'Moves a service to the other family.', { type: 'object', additionalProperties: false, properties: Object.fromEntries(SERVICE_NAMES.map((n) => [n, { type: 'string', enum: ['share', 'integration'] }])) }),
    facade: described('Cổng trung gian: đường dẫn ({madonvi}, {isUpdating} được điền) và header.', 'Façade: paths ({madonvi} and {isUpdating} are filled in) and headers.', {
      type: 'object', additionalProperties: false,
      properties: {
        paths: { type: 'object', additionalProperties: false, properties: Object.fromEntries([...Object.keys(DEFAULTS.facade.paths), ...SERVICE_NAMES].map((n) => [n, path])) },
        headers: { type: 'object', writeOnly: true, additionalProperties: { type: 'string', maxLength: 2000 } },
      },
    }),
    sessionTtlMs: described('Thời gian giữ phiên (ms).', 'How long a session is kept (ms).', { type: 'integer', minimum: 1000, maximum: 86_400_000, default: DEFAULTS.sessionTtlMs }),
    connectTimeoutMs: described('Hạn kết nối (ms).', 'Connect timeout (ms).', { type: 'integer', minimum: 50, maximum: 600_000, default: DEFAULTS.connectTimeoutMs }),
    readTimeoutMs: described('Hạn chờ trả lời (ms).', 'Read timeout (ms).', { type: 'integer', minimum: 50, maximum: 600_000, default: DEFAULTS.readTimeoutMs }),
    connections: described('Số kết nối giữ mở.', 'Sockets kept open.', { type: 'integer', minimum: 1, maximum: 1024, default: DEFAULTS.connections }),
    maxResponseBytes: described('Kích thước trả lời tối đa (byte).', 'Largest answer (bytes).', { type: 'integer', minimum: 1024, maximum: 1_073_741_824, default: DEFAULTS.maxResponseBytes }),
    tls: described('Chứng thư.', 'TLS material.', { type: 'object', additionalProperties: false, properties: { caFile: { type: 'string' }, certFile: { type: 'string' }, keyFile: { type: 'string' }, serverName: { type: 'string' } } }),
    profile: described('Phiên bản gói tin.', 'Generation of the message.', { type: 'string', enum: [...PROFILE_IDS], default: DEFAULTS.profile }),
    statusMap: described('Bảng trạng thái, thay toàn bộ bảng mặc định. Khoá: TRẠNG_THÁI hoặc TRẠNG_THÁI/trạng thái phụ.', 'Status map; replaces the default one as a whole. Keys: STATUS or STATUS/subStatus.', { type: 'object', maxProperties: 1000, additionalProperties: { type: 'string', maxLength: 10 } }),
    beforeReception: described('Hồ sơ chưa tiếp nhận: chờ, hoặc báo lỗi ra.', 'Dossiers not yet received: wait, or be reported as an issue.', { type: 'string', enum: ['hold-back', 'report'], default: DEFAULTS.beforeReception }),
    incompleteResults: described('Kết quả thiếu mã hoặc đường dẫn: cảnh báo, hoặc từ chối gửi.', 'Results without code or link: warn, or refuse to send.', { type: 'string', enum: ['warn', 'refuse'], default: DEFAULTS.incompleteResults }),
    partyKinds: described('LoaiDoiTuong theo loại chủ hồ sơ.', 'LoaiDoiTuong by kind of party.', codeMap(['CITIZEN', 'BUSINESS', 'STATE_BODY', 'ORGANIZATION', 'OTHER'], '^[1-4]$')),
    identityTypes: described('LoaiDinhDanh theo loại giấy tờ.', 'LoaiDinhDanh by kind of paper.', codeMap(['CCCD', 'CMND', 'PASSPORT', 'TAX_CODE', 'OTHER'], '^\\d{1,2}$')),
    filingPlaces: described('NoiNopHoSo theo nguồn hồ sơ.', 'NoiNopHoSo by source.', codeMap(['PORTAL_NATIONAL', 'PORTAL_LOCAL', 'COUNTER', 'POSTAL', 'INTERCONNECTED', 'VNEID'], '^\\d{1,2}$')),
    databases: described('MaCSDL theo tên cơ sở dữ liệu; tên là số thì gửi nguyên.', 'MaCSDL by database name; a name that is a number is sent as it is.', { type: 'object', maxProperties: 1000, additionalProperties: { type: 'string', pattern: '^\\d{1,3}$' } }),
    onlinePaymentPlatform: described('Cổng của khoản thanh toán trực tuyến không ghi rõ.', 'Platform of an online payment that does not name one.', { type: 'string', enum: ['NATIONAL', 'PROVINCE'], default: DEFAULTS.onlinePaymentPlatform }),
    unpaidFeeCode: described('DuocThanhToanTrucTuyen khi có phí nhưng chưa trả trực tuyến.', 'DuocThanhToanTrucTuyen where a fee exists and was not paid online.', { type: 'string', enum: ['0', '3'], default: DEFAULTS.unpaidFeeCode }),
    componentCodes: described('Gửi mã thành phần, hoặc để trống khi mã của tỉnh không phải mã quốc gia.', 'Send component codes, or leave them empty where they are not national ones.', { type: 'string', enum: ['send', 'omit'], default: DEFAULTS.componentCodes }),
    fileLink: described('Mẫu đường dẫn tải cho tệp chỉ có mã: …/downloadfile/{id}.', 'Download link for files that only have an id: …/downloadfile/{id}.', { type: 'string', pattern: '^https?://\\S+\\{id\\}\\S*$', maxLength: 500 }),
    keptFileLink: described('Mẫu đường dẫn công khai tới tệp mà cổng giữ: …/{id}; tỉnh tự mở đường dẫn này tới GET /v1/files/{id}. Bỏ trống: tệp đó không gửi.', 'Public link to files whose content the gateway keeps: …/{id}; the province leads it to GET /v1/files/{id} itself. Empty: such files are not sent.', { type: 'string', pattern: '^https?://\\S+\\{id\\}\\S*$', maxLength: 500 }),
    officerFallback: described('NguoiXuLy khi nguồn không ghi tên cán bộ.', 'NguoiXuLy where the source names no officer.', { type: 'string', minLength: 1, maxLength: 50, default: DEFAULTS.officerFallback }),
    stepNote: described('Ghi chú của bước: nối vào NoiDungXuLy, hoặc bỏ.', 'Note of a step: appended to NoiDungXuLy, or left out.', { type: 'string', enum: ['append', 'omit'], default: DEFAULTS.stepNote }),
    lookupReturnForm: described('Ý nghĩa HinhThuc trong trả lời tra cứu.', 'Meaning of HinhThuc in look-up answers.', { type: 'string', enum: ['online-flag', 'return-form'], default: DEFAULTS.lookupReturnForm }),
  },
};

type Raw = Partial<DvcqgConfig> & { facade?: Partial<FacadeConfig> };
let check: ReturnType<typeof compileSchema<Raw>> | undefined;

const TARGETS: ReadonlySet<string> = new Set([...NATIONAL_STATUSES, 'hold', 'skip']);
const STATUSES: ReadonlySet<string> = new Set(DOSSIER_STATUSES);

const bare = <T extends object>(...parts: (Partial<T> | undefined)[]): T => Object.assign(Object.create(null) as object, ...parts) as T;

/** Total over the canonical statuses; nothing but codes that may be sent (fact sheet 4.1 and section 9). */
function checkStatusMap(map: Readonly<Record<string, string>>): Issue[] {
  const issues: Issue[] = [];
  for (const status of DOSSIER_STATUSES) {
    if (!Object.hasOwn(map, status)) issues.push(issue('LT-DVCQG-STATUS-MAP', '/statusMap', { vi: `thiếu ${status}`, en: `${status} is missing` }));
  }
  for (const [key, target] of Object.entries(map)) {
    const pointer = `/statusMap/${pointerPart(key)}`;
    const status = key.includes('/') ? key.slice(0, key.indexOf('/')) : key;
    if (!STATUSES.has(status) || key.endsWith('/')) issues.push(issue('LT-DVCQG-STATUS-MAP', pointer, { vi: 'không có trạng thái này', en: 'no such status' }));
    if (!TARGETS.has(target)) issues.push(issue('LT-DVCQG-STATUS-MAP', pointer, { vi: 'giá trị không được gửi', en: 'a value that is never sent' }));
  }
  return issues;
}

/**
 * Checks a configuration and fills the defaults.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configure(raw: unknown): DvcqgConfig {
  check ??= compileSchema<Raw>(dvcqgConfigSchema);
  const checked = check(raw);
  const issues: Issue[] = checked.ok ? [] : checked.issues.map(configIssue);
  const given = checked.ok ? checked.value : undefined;
  if (given !== undefined && (given.mode ?? DEFAULTS.mode) === 'direct') {
    for (const key of ['username', 'password'] as const) {
      if (given[key] === undefined) issues.push(issue('LT-CONFIG-REQUIRED', `/${key}`));
    }
  }
  if (given?.statusMap !== undefined) issues.push(...checkStatusMap(given.statusMap));
  if (given === undefined || issues.length > 0) throw new ValidationError(issues);
  return {
    ...DEFAULTS,
    ...given,
    baseUrl: given.baseUrl ?? '',
    agencyCode: given.agencyCode ?? '',
    paths: { ...DEFAULTS.paths, ...given.paths },
    facade: { paths: { ...DEFAULTS.facade.paths, ...given.facade?.paths }, headers: { ...given.facade?.headers } },
    // Without a prototype: words of the data are looked up in these.
    statusMap: bare(given.statusMap ?? DEFAULT_STATUS_MAP),
    partyKinds: bare(DEFAULTS.partyKinds, given.partyKinds),
    identityTypes: bare(DEFAULTS.identityTypes, given.identityTypes),
    filingPlaces: bare(DEFAULTS.filingPlaces, given.filingPlaces),
    databases: bare(given.databases),
  };
}

/** What the map says of a status; the sub-status' own line comes first. */
export function statusTarget(config: Pick<DvcqgConfig, 'statusMap'>, status: string, subStatus: string | undefined): StatusTarget | undefined {
  if (subStatus !== undefined) {
    const own = config.statusMap[`${status}/${subStatus}`];
    if (own !== undefined) return own;
  }
  return config.statusMap[status];
}
