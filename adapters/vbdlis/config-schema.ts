/** JSON Schema of the land configuration, as an operator writes it. Secrets are writeOnly. */
import { DOSSIER_STATUSES } from '../../src/model/canonical.ts';
import { DEFAULT_EXTENSIONS, DEFAULT_PHRASES, PROFILE_IDS, WRITE_IDS } from './codes.ts';
import { inboundConfigProperties } from './inbound-config.ts';

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const object = (properties: Record<string, unknown>, required: readonly string[] = []) => ({ type: 'object', additionalProperties: false, ...(required.length === 0 ? {} : { required }), properties });
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const secret = (maxLength: number) => ({ ...text(maxLength), writeOnly: true });
const url = { type: 'string', format: 'http-url', maxLength: 500 };
const path = { type: 'string', pattern: '^/', maxLength: 500 };
const hosts = { type: 'array', maxItems: 50, items: { type: 'string', pattern: '^[A-Za-z0-9.-]+(:\\d{1,5})?$', maxLength: 260 } };
const extensions = { type: 'array', minItems: 1, maxItems: 50, items: { type: 'string', pattern: '^\\.[A-Za-z0-9]{1,10}$' } };
const headers = { type: 'object', writeOnly: true, maxProperties: 20, additionalProperties: { type: 'string', maxLength: 2000 } };
const bytes = (maximum: number) => ({ type: 'integer', minimum: 1024, maximum });
const code = { type: 'string', pattern: '^\\d{1,10}$' };
const phrases = { type: 'array', maxItems: 50, items: text(200) };
const ms = { type: 'integer', minimum: 50, maximum: 3_600_000 };

const login = said('Đăng nhập OAuth2 (password grant); bắt buộc với ILIS.', 'OAuth2 login (password grant); required for ILIS.', object({
  tokenUrl: said('Địa chỉ lấy mã truy cập.', 'Where the token is fetched.', url),
  username: said('Tài khoản.', 'User.', text(200)),
  password: said('Mật khẩu.', 'Password.', secret(200)),
  clientId: said('Mã ứng dụng.', 'Client.', text(200)),
  clientSecret: said('Bí mật của ứng dụng.', 'Its secret.', secret(500)),
}, ['tokenUrl', 'username', 'password', 'clientId', 'clientSecret']));

const area = object({
  provinceCode: said('Mã tỉnh.', 'Province.', code), districtCode: said('Mã huyện, nếu còn dùng.', 'District, where still used.', code), communeCode: said('Mã xã.', 'Commune.', code),
}, ['provinceCode', 'communeCode']);

const attachments = object({
  hosts: said('Máy chủ được đọc tệp theo đường dẫn (tên hoặc tên:cổng).', 'Hosts that files may be read from by their link (name or name:port).', hosts),
  link: said('Đường dẫn của tệp chỉ có mã: …/{id}; máy chủ cũng phải có trong hosts.', 'Link of a file that only has an id: …/{id}; its host must be in hosts too.', { type: 'string', pattern: '^https?://\\S+\\{id\\}\\S*$', maxLength: 500 }),
  headers: said('Header khi đọc tệp.', 'Headers of those reads.', headers),
  folder: said('Thư mục chứa tệp không có đường dẫn.', 'Folder with the files that have no link.', { type: 'string', maxLength: 1000 }),
  path: said('Vị trí trong thư mục; {code}, {id}, {name} được điền.', 'Place in the folder; {code}, {id} and {name} are filled in.', { type: 'string', pattern: '\\{(id|name)\\}', maxLength: 500, default: '{id}' }),
  maxFileBytes: said('Dung lượng tối đa của một tệp (U9).', 'Largest file, bytes (U9).', { ...bytes(1_073_741_824), default: 20_971_520 }),
  maxTotalBytes: said('Tổng dung lượng tối đa của một hồ sơ (U9).', 'All files of a dossier together, bytes (U9).', { ...bytes(4_294_967_296), default: 209_715_200 }),
  maxFiles: said('Số tệp tối đa.', 'Most files.', { type: 'integer', minimum: 0, maximum: 1000, default: 100 }),
  extensions: said('Đuôi tệp được gửi (U9).', 'Extensions that go out (U9).', { ...extensions, default: [...DEFAULT_EXTENSIONS] }),
  incomplete: said('Tệp không gửi được: từ chối cả hồ sơ, hoặc bỏ tệp và cảnh báo.', 'A file that cannot go: refuse the dossier, or leave it out with a warning.', { type: 'string', enum: ['refuse', 'leave-out'], default: 'refuse' }),
});
const downloads = object({
  url: said('DownloadFileUrl: ghép nguyên trước đường dẫn tương đối.', 'DownloadFileUrl: put before a relative link as it is.', url),
  hosts: said('Máy chủ mà đường dẫn tuyệt đối được trỏ tới, ngoài máy chủ của url và baseUrl.', 'Hosts that absolute links may lead to, beside those of url and baseUrl.', hosts),
  tokenHosts: said('Máy chủ tệp được nhận mã truy cập, ngoài máy chủ của baseUrl.', 'File hosts that get the token, beside that of baseUrl.', hosts),
  headers: said('Header khi tải tệp.', 'Headers of downloads.', headers),
  maxFileBytes: said('Dung lượng tối đa.', 'Largest file, bytes.', { ...bytes(1_073_741_824), default: 52_428_800 }),
  extensions: said('Đuôi tệp được nhận.', 'Extensions that are taken.', { ...extensions, default: [...DEFAULT_EXTENSIONS] }),
  results: said('Tự tải và kiểm tra tệp có tên trong hồ sơ đất đai, hoặc không.', 'Fetch and check every file that a case names, or leave them.', { type: 'string', enum: ['fetch', 'leave'], default: 'fetch' }),
});

export const vbdlisConfigSchema: Record<string, unknown> = object({
  profile: said('Biến thể: vbdlis (không đăng nhập, đường dẫn tương đối) hoặc ilis (OAuth2, đường dẫn tuyệt đối).', 'Dialect: vbdlis (no login, relative links) or ilis (OAuth2, absolute links).', { type: 'string', enum: [...PROFILE_IDS], default: 'vbdlis' }),
  system: said('Tên hệ thống đất đai ghi trong hồ sơ.', 'Name of the land system in the dossier.', { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100, default: 'vbdlis' }),
  baseUrl: said('Địa chỉ gốc (BaseUrl). Nếu có bí mật trong địa chỉ (U1) thì đặt qua biến môi trường.', 'Base address (BaseUrl). A secret inside it (U1) comes from the environment.', url),
  paths: said('Đường dẫn dưới baseUrl, khi khác mặc định của biến thể.', 'Paths below baseUrl, where not those of the dialect.', object(Object.fromEntries(WRITE_IDS.map((id) => [id, path])))),
  headers: said('Header thêm vào mọi lời gọi (U1).', 'Headers added to every call (U1).', headers),
  login,
  tax: said('Bước thuế qua ILIS (LienThongThueILIS).', 'The tax step through ILIS (LienThongThueILIS).', object({
    url: said('Địa chỉ đầy đủ (urlSendData).', 'The whole address (urlSendData).', url),
    login,
    steps: said('Mã bước hoặc trạng thái phụ bắt đầu bước thuế.', 'Step codes or sub-statuses at which the tax step begins.', { type: 'array', minItems: 1, maxItems: 50, items: text(200) }),
  }, ['url', 'steps'])),
  sessionTtlMs: said('Thời gian giữ mã truy cập tối đa (ms); expires_in ngắn hơn thì theo expires_in.', 'Longest time a token is kept (ms); a shorter expires_in counts.', { type: 'integer', minimum: 1000, maximum: 86_400_000, default: 600_000 }),
  connectTimeoutMs: said('Hạn kết nối (ms).', 'Connect timeout (ms).', { ...ms, default: 5000 }),
  readTimeoutMs: said('Hạn chờ trả lời (ms).', 'Read timeout (ms).', { ...ms, default: 100_000 }),
  uploadTimeoutMs: said('Thêm vào hạn chờ khi gửi kèm tệp (ms).', 'Added to it where files go out (ms).', { ...ms, default: 600_000 }),
  connections: said('Số kết nối giữ mở.', 'Sockets kept open.', { type: 'integer', minimum: 1, maximum: 256, default: 16 }),
  maxResponseBytes: said('Kích thước trả lời tối đa (byte).', 'Largest answer (bytes).', { ...bytes(104_857_600), default: 1_048_576 }),
  tls: said('Chứng thư.', 'TLS material.', object({ caFile: { type: 'string' }, certFile: { type: 'string' }, keyFile: { type: 'string' }, serverName: { type: 'string' } })),
  agencies: said('Cơ quan có hồ sơ đi về hệ thống này (gồm đơn vị trực thuộc); bỏ trống là tất cả.', 'Agencies whose dossiers come here (units below included); none is all.', { type: 'array', maxItems: 1000, items: text(50) }),
  communes: said('Mã xã của thửa đất đi về hệ thống này; bỏ trống là tất cả.', 'Communes whose property comes here; none is all.', { type: 'array', maxItems: 5000, items: code }),
  procedures: said('Mã thủ tục quốc gia (hoặc mã/mã trường hợp) → quy trình của hệ thống đất đai.', 'National procedure code (or code/case code) → what the land system calls it.', {
    type: 'object', maxProperties: 2000,
    additionalProperties: object({
      code: said('MaQuyTrinh.', 'MaQuyTrinh.', text(200)), name: said('TenQuyTrinh đầy đủ.', 'TenQuyTrinh as a whole.', text(1000)), caseName: said('Tên trường hợp, ghép trước tên thủ tục.', 'Name of the case, put before the procedure’s name.', text(500)),
      provincial: said('LaQuyTrinhCapTinh (U5).', 'LaQuyTrinhCapTinh (U5).', { type: 'boolean', default: true }), tax: said('Có bước thuế qua ILIS.', 'Has the tax step through ILIS.', { type: 'boolean', default: false }),
    }, ['code']),
  }),
  submitWhen: said('Trạng thái mà hồ sơ được gửi đi lần đầu.', 'Statuses at which a dossier is submitted.', { type: 'array', minItems: 1, maxItems: 12, items: { type: 'string', enum: [...DOSSIER_STATUSES] }, default: ['ACCEPTED', 'PROCESSING'] }),
  unpaidReceptionFee: said('Còn phí phải thu khi tiếp nhận: vẫn gửi, hoặc chờ.', 'A fee due at reception is unpaid: send all the same, or hold.', { type: 'string', enum: ['send', 'hold'], default: 'send' }),
  areas: said('Cơ quan → địa bàn của thửa đất, khi hồ sơ không ghi.', 'Agency → area of the property, for dossiers that do not say.', { type: 'object', maxProperties: 5000, additionalProperties: area }),
  areaFallback: said('Khi không có địa bàn: báo lỗi, hoặc lấy địa chỉ người nộp.', 'No area known: an issue, or the applicant’s address.', { type: 'string', enum: ['none', 'applicant'], default: 'none' }),
  noDistrict: said('HuyenId khi không còn cấp huyện (U8).', 'HuyenId where there is no district any more (U8).', { type: 'integer', minimum: 0, maximum: 99_999, default: 0 }),
  receivingOfficer: said('Tài khoản tiếp nhận (có trong officers) khi không rõ cán bộ.', 'Receiving account (one of officers) where the officer is not known.', text(100)),
  ...inboundConfigProperties,
  outboundTime: said('Giờ gửi đi: giờ Việt Nam không ghi múi giờ, hoặc UTC (U3).', 'Times that go out: Vietnam time without offset, or UTC (U3).', { type: 'string', enum: ['vietnam', 'utc'], default: 'vietnam' }),
  attachments: said('Đọc tệp đính kèm để gửi.', 'Reading the attachments that go out.', attachments),
  downloads: said('Tải tệp do hệ thống đất đai đưa.', 'Downloading what the land system offers.', downloads),
  wrongResultState: said('Trạng thái phụ của bước báo kết quả sai (O4).', 'Sub-status of a step that reports a wrong result (O4).', { ...text(100), default: 'WRONG_RESULT' }),
  tellReturned: said('Báo trả kết quả (O3) cho hồ sơ đã có phản hồi từ hệ thống đất đai, hoặc mọi hồ sơ đất đai.', 'Tell returned results (O3) of dossiers that the land system has spoken of, or of every land dossier.', { type: 'string', enum: ['known', 'always'], default: 'known' }),
  phrases: said('Câu chữ để hiểu câu trả lời (6.2); thay cả dòng.', 'Words that answers are understood by (6.2); a given line replaces ours.', object(Object.fromEntries(Object.entries(DEFAULT_PHRASES).map(([name, list]) => [name, { ...phrases, default: [...(list as readonly string[])] }])))),
}, ['baseUrl', 'procedures']);
