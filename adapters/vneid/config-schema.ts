/** JSON Schema of the judicial-record configuration, as an operator writes it. Secrets are writeOnly. */
import { gatewayAuthSchema } from '../../src/adapter/lgsp/index.ts';
import { DOSSIER_STATUSES, PAYMENT_STATUSES } from '../../src/model/canonical.ts';
import { ANSWER_MEANINGS, DEFAULT_ANSWERS, DEFAULT_PUSH_PHRASES, PUSH_WHEN, REPORT_PATH, REPORTED_STATUSES, TERM_DAYS } from './codes.ts';

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const object = (properties: Record<string, unknown>, required: readonly string[] = []) => ({ type: 'object', additionalProperties: false, ...(required.length === 0 ? {} : { required }), properties });
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const secret = (maxLength: number) => ({ ...text(maxLength), writeOnly: true });
const url = { type: 'string', format: 'http-url', maxLength: 500 };
const path = (preset?: string) => ({ type: 'string', pattern: '^/', maxLength: 500, ...(preset === undefined ? {} : { default: preset }) });
/** In the query of a URL it must need no escaping. */
const codeGet = { type: 'string', minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._~-]+$', writeOnly: true };
const ms = (preset: number) => ({ type: 'integer', minimum: 50, maximum: 3_600_000, default: preset });
const bytes = (maximum: number, preset: number) => ({ type: 'integer', minimum: 1024, maximum, default: preset });
const statuses = (preset: readonly string[]) => ({ type: 'array', maxItems: DOSSIER_STATUSES.length, uniqueItems: true, items: { type: 'string', enum: [...DOSSIER_STATUSES] }, default: [...preset] });
const phrases = (preset: readonly string[]) => ({ type: 'array', maxItems: 50, items: text(200), default: [...preset] });
const codeName = object({ code: said('Mã.', 'Code.', text(100)), name: said('Tên.', 'Name.', text(1000)) }, ['code', 'name']);
const agencyCode = { type: 'string', pattern: '^[A-Z]\\d{2}(\\.\\d{1,3})*$', maxLength: 30 };

const backend = object({
  kind: said('Phần mềm lý lịch tư pháp: btp (biến thể đã biết), hoặc none (chưa nối; tỉnh tự cập nhật). Từ 1/3/2025 việc cấp phiếu chuyển về Bộ Công an (U4).', 'Judicial-record software: btp (the known one), or none (not connected; the province updates by itself). Issuing has moved to the Ministry of Public Security since 1 March 2025 (U4).', { type: 'string', enum: ['btp', 'none'] }),
  baseUrl: said('Địa chỉ gốc, khi khác baseUrl.', 'Base address, where it is not baseUrl.', url),
  gateway: gatewayAuthSchema,
  pushPath: said('Đường dẫn gửi hồ sơ (UrlAPIDVC_BTP).', 'Path of L4 (UrlAPIDVC_BTP).', path()),
  resultPath: said('Đường dẫn hỏi kết quả (UrlNhanTrangThai).', 'Path of L5 (UrlNhanTrangThai).', path()),
  authKey: said('Khóa authKey.', 'authKey.', secret(500)),
  pushWhen: said('Trạng thái mà hồ sơ được chuyển sang.', 'Statuses at which a dossier is handed over.', { ...statuses(PUSH_WHEN), minItems: 1 }),
  pollEveryMs: said('Hỏi kết quả cách nhau bao lâu (ms).', 'From one round of questions to the next (ms).', { type: 'integer', minimum: 1000, maximum: 86_400_000, default: 900_000 }),
  giveUpAfterDays: said('Sau bao nhiêu ngày chưa có kết quả thì ngừng hỏi và báo cho người vận hành.', 'Days without a result after which nothing is asked any more and a person is told.', { type: 'integer', minimum: 1, maximum: 3650, default: 90 }),
  refusals: said('Khi phần mềm báo 3 hoặc 5 (U13): bỏ qua (chỉ ghi lại), hoặc theo.', 'A 3 or 5 of the software (U13): ignore it (it is noted only), or take it over.', { type: 'string', enum: ['ignore', 'take-over'], default: 'ignore' }),
  declaredConvictions: said('Gửi án tích tự khai: chỉ khi có ủy quyền (như hệ thống gốc), hoặc luôn gửi.', 'Declared convictions are sent: only with an authorisation (as the reference does), or always.', { type: 'string', enum: ['authorised-only', 'always'], default: 'authorised-only' }),
  relation: said('Quan hệ ủy quyền gửi bằng tên, hoặc bằng mã.', 'The relation of the authorised person goes out by name, or by code.', { type: 'string', enum: ['name', 'code'], default: 'name' }),
  phrases: said('Câu chữ để hiểu câu trả lời; thay cả dòng.', 'Words that answers are understood by; a given line replaces ours.', object(Object.fromEntries(Object.entries(DEFAULT_PUSH_PHRASES).map(([name, list]) => [name, said('Câu chữ.', 'Words.', phrases(list as readonly string[]))])))),
}, ['kind']);

export const vneidConfigSchema: Record<string, unknown> = object({
  system: said('Tên kết nối ghi trong hồ sơ.', 'Name of this connection in the dossier.', { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100, default: 'vneid' }),
  baseUrl: said('Địa chỉ gốc của dịch vụ VNeID, thường là LGSP.', 'Base address of VNeID’s service, as a rule the integration platform.', url),
  reportPath: said('Đường dẫn báo trạng thái (L6).', 'Path of the status report (L6).', path(REPORT_PATH)),
  gateway: gatewayAuthSchema,
  getToken: said('Bước GetToken trước L6, khi bên kia đòi (U1): Authorization: Bearer.', 'A GetToken step before L6, where it is asked for (U1): Authorization: Bearer.', { ...object({
    path: said('Đường dẫn.', 'Path.', path()),
    fields: said('Các trường gửi đi.', 'Fields that are sent.', { type: 'object', writeOnly: true, minProperties: 1, maxProperties: 20, additionalProperties: { type: 'string', maxLength: 1000 } }),
    ttlMs: said('Giữ mã truy cập bao lâu (ms).', 'How long a token is kept (ms).', { type: 'integer', minimum: 1000, maximum: 86_400_000, default: 600_000 }),
  }, ['path', 'fields']), writeOnly: true }),
  codeGet: said('Mã CodeGet của lời gọi từ VNeID (L1, L2). Không có thì từ chối.', 'Secret CodeGet of VNeID’s calls (L1, L2). Without it they are refused.', codeGet),
  previousCodeGet: said('CodeGet cũ, vẫn nhận trong lúc chuyển đổi.', 'The old CodeGet, taken as well while the other side changes over.', codeGet),
  signature: said('Chữ ký HMAC-SHA-256 trên nội dung lời gọi, khi có hệ thống ký ở phía trước.', 'HMAC-SHA-256 over the body of each call, where something in front signs.', object({
    header: said('Tên header.', 'Name of the header.', { type: 'string', pattern: '^[A-Za-z0-9-]{1,100}$' }), key: said('Khóa.', 'The key.', { type: 'string', minLength: 32, maxLength: 500, writeOnly: true }),
  }, ['header', 'key'])),
  codes: said('Cách cấp mã hồ sơ (L1).', 'How numbers are issued (L1).', object({
    agencyCode: said('Mã định danh đứng đầu mã hồ sơ.', 'Agency code at the beginning of each number.', agencyCode),
    first: said('Số đầu tiên của mỗi ngày.', 'First number of a day.', { type: 'integer', minimum: 1, maximum: 9_999_999, default: 1 }),
    unknown: said('Mã không theo dạng của tỉnh: từ chối, hoặc nhận.', 'A number that is none of this form: refuse it, or accept it.', { type: 'string', enum: ['refuse', 'accept'], default: 'refuse' }),
  }, ['agencyCode'])),
  province: said('Tỉnh trong bản tin (maTinh, tenTinh).', 'Province of the messages (maTinh, tenTinh).', object({ code: said('Mã.', 'Code.', { type: 'string', pattern: '^\\d{2}$' }), name: said('Tên.', 'Name.', text(200)) }, ['code', 'name'])),
  agency: said('Cơ quan nhận hồ sơ từ VNeID.', 'Agency that dossiers of VNeID belong to.', object({ code: said('Mã.', 'Code.', agencyCode), name: said('Tên.', 'Name.', text(500)) }, ['code', 'name'])),
  procedure: said('Thủ tục của hồ sơ.', 'Procedure of the dossiers.', object({
    code: said('Mã TTHC quốc gia.', 'National code.', text(100)), name: said('Tên.', 'Name.', text(2000)), sector: said('Lĩnh vực.', 'Sector.', codeName),
    selfCase: said('Mã trường hợp khi tự nộp.', 'Case code of those who submit themselves.', text(100)), authorisedCase: said('Mã trường hợp khi ủy quyền.', 'Case code with an authorisation.', text(100)),
  }, ['code', 'name', 'sector'])),
  termDays: said('Số ngày làm việc của ngày hẹn trả đề xuất.', 'Working days of the proposed due date.', { type: 'integer', minimum: 1, maximum: 365, default: TERM_DAYS }),
  limits: said('Giới hạn của một hồ sơ gửi đến.', 'Limits of a dossier that comes in.', object({
    maxBodyBytes: said('Cả bản tin; thay cho server.bodyLimit của cổng khi lớn hơn.', 'The whole message; takes the place of the gateway\'s server.bodyLimit where it is larger.', bytes(268_435_456, 67_108_864)), maxFiles: said('Số tệp.', 'Files.', { type: 'integer', minimum: 0, maximum: 500, default: 100 }),
    maxFileBytes: said('Một tệp.', 'One file.', bytes(104_857_600, 10_485_760)), maxTotalBytes: said('Mọi tệp.', 'All files.', bytes(201_326_592, 50_331_648)),
  })),
  payment: said('Nghĩa của trangThaiGD, chưa rõ danh mục (U2).', 'What trangThaiGD means; the catalogue is unknown (U2).', object({
    statuses: said('Mã → tình trạng thanh toán.', 'Code → payment status.', { type: 'object', maxProperties: 50, additionalProperties: { type: 'string', enum: [...PAYMENT_STATUSES] } }),
    otherwise: said('Với mã khác và khi không có mã.', 'For other codes and for none.', { type: 'string', enum: [...PAYMENT_STATUSES], default: 'PAID' }),
  })),
  reported: said('Trạng thái được báo cho VNeID (L6). 6–8 chưa từng thấy theo chiều này (U12).', 'Statuses that VNeID is told of (L6). 6 to 8 were never seen in this direction (U12).', statuses(REPORTED_STATUSES)),
  withoutCertificate: said('Hồ sơ xong mà chưa có phiếu: chờ phiếu rồi mới báo 9, hoặc báo không kèm phiếu.', 'Resolved without a certificate: 9 waits for it, or goes out without one.', { type: 'string', enum: ['wait', 'send'], default: 'wait' }),
  answers: said('Bảng hiểu câu trả lời L6; thay cả bảng. Dòng đầu tiên khớp được dùng, không khớp là từ chối.', 'How answers to L6 are understood; replaces our table. The first row that holds counts, none is a refusal.', {
    type: 'array', minItems: 1, maxItems: 50, default: DEFAULT_ANSWERS.map((row) => ({ ...row })),
    items: object({ code: said('statusCode.', 'statusCode.', text(20)), words: said('Một trong các câu chữ ở errorDetail.', 'One of these words in errorDetail.', { type: 'array', minItems: 1, maxItems: 50, items: text(200) }), meaning: said('Nghĩa.', 'Meaning.', { type: 'string', enum: [...ANSWER_MEANINGS] }) }, ['code', 'meaning']),
  }),
  interruptedRetryMs: said('Gửi lại sau khi bị gián đoạn (03), ms.', 'Sent again after an interruption (03), ms.', { type: 'integer', minimum: 1000, maximum: 86_400_000, default: 420_000 }),
  backend: said('Phần mềm lý lịch tư pháp.', 'Judicial-record software.', backend),
  files: said('Đọc tệp mà tỉnh đưa bằng đường dẫn (quyết định thu hồi, phiếu).', 'Reading files that the province names by a link (decisions, certificates).', object({
    hosts: said('Máy chủ được đọc (tên hoặc tên:cổng).', 'Hosts that may be read from (name or name:port).', { type: 'array', maxItems: 50, items: { type: 'string', pattern: '^[A-Za-z0-9.-]+(:\\d{1,5})?$', maxLength: 260 } }),
    headers: said('Header khi đọc.', 'Headers of those reads.', { type: 'object', writeOnly: true, maxProperties: 20, additionalProperties: { type: 'string', maxLength: 2000 } }),
    maxFileBytes: said('Dung lượng tối đa.', 'Largest file, bytes.', bytes(104_857_600, 10_485_760)),
  })),
  connectTimeoutMs: said('Hạn kết nối (ms).', 'Connect timeout (ms).', ms(5_000)),
  readTimeoutMs: said('Hạn chờ trả lời (ms).', 'Read timeout (ms).', ms(60_000)),
  connections: said('Số kết nối giữ mở.', 'Sockets kept open.', { type: 'integer', minimum: 1, maximum: 256, default: 8 }),
  maxResponseBytes: said('Kích thước trả lời tối đa (byte); phiếu PDF nằm trong trả lời L5.', 'Largest answer (bytes); the PDF is inside the answer to L5.', bytes(104_857_600, 33_554_432)),
  tls: said('Chứng thư.', 'TLS material.', object({ caFile: { type: 'string' }, certFile: { type: 'string' }, keyFile: { type: 'string' }, serverName: { type: 'string' } })),
}, ['baseUrl', 'codes', 'province', 'agency', 'procedure']);
