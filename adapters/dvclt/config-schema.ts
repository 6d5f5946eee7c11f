/** JSON Schema of the configuration, as an operator writes it. Secrets are writeOnly. */
import { gatewayAuthSchema } from '../../src/adapter/lgsp/index.ts';

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const object = (properties: Record<string, unknown>, required: readonly string[] = []) => ({ type: 'object', additionalProperties: false, ...(required.length === 0 ? {} : { required }), properties });
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const oneOf = (...words: string[]) => ({ type: 'string', enum: words });
const url = { type: 'string', format: 'http-url', maxLength: 500 };
const path = { type: 'string', pattern: '^/[^?#]*$', maxLength: 500 };
const ms = { type: 'integer', minimum: 50, maximum: 3_600_000 };
const every = { type: 'integer', minimum: 1_000, maximum: 86_400_000 };
const bytes = { type: 'integer', minimum: 1024, maximum: 268_435_456 };
const clock = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' };
const file = text(1000);

const tls = object({
  caFile: said('Tổ chức chứng thực.', 'Authority.', file), certFile: said('Chứng thư của ta (mTLS).', 'Our certificate (mTLS).', file),
  keyFile: said('Khóa của chứng thư.', 'Its key.', file), serverName: said('Tên máy chủ trong chứng thư.', 'Server name in the certificate.', text(255)),
});
const agency = object({
  code: said('Mã định danh cơ quan, đứng đầu mã hồ sơ.', 'Agency code; the dossier number begins with it.', text(50)), name: said('Tên cơ quan.', 'Name.', text(500)),
}, ['code', 'name']);
const procedure = object({
  kind: said('Khai sinh hoặc khai tử.', 'Birth or death.', oneOf('BIRTH', 'DEATH')),
  name: said('Tên thủ tục.', 'Name.', text(2000)),
  sector: said('Lĩnh vực.', 'Sector.', object({ code: said('Mã.', 'Code.', text(100)), name: said('Tên.', 'Name.', text(1000)) }, ['code', 'name'])),
  commune: said('Mã thủ tục của tỉnh ở cấp xã; bỏ trống: chính mã quốc gia.', 'Code in the province at commune level; empty: the national one.', text(100)),
  district: said('Mã thủ tục của tỉnh ở cấp huyện.', 'Code in the province at district level.', text(100)),
  resultCode: said('Mã giấy tờ kết quả.', 'Paper code of the result.', text(100)),
}, ['kind']);
const rule = object({ says: said('Cụm từ, không phân biệt hoa thường.', 'Phrase, in any case.', text(200)), means: said('Ý nghĩa.', 'Meaning.', oneOf('done', 'gone', 'order', 'retry', 'failed')) }, ['says', 'means']);

export const dvcltConfigSchema: Record<string, unknown> = object({
  system: said('Tên hệ thống liên thông ghi trong hồ sơ. Mặc định dvclt.', 'Name of the interconnection system in the dossier. Default dvclt.', { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100 }),
  baseUrl: said('Địa chỉ gốc của phần mềm DVCLT.', 'Base address of DVCLT.', url),
  gateway: said('Đăng nhập DVCLT (K1): thường là kind password, fields userName/password hoặc SecretId/SecretPass (U10).', 'How DVCLT is logged in to (K1): mostly kind password with fields userName/password or SecretId/SecretPass (U10).', gatewayAuthSchema),
  paths: said('Đường dẫn dưới baseUrl, khi khác mặc định; detail có {id}.', 'Paths below baseUrl, where not the defaults; detail has {id}.', object({ list: said('K2.', 'K2.', path), detail: said('K3.', 'K3.', { ...path, pattern: '^/[^?#]*\\{id\\}[^?#]*$' }), acknowledge: said('K4.', 'K4.', path), status: said('K7.', 'K7.', path) })),
  bodyOnGet: said('Gửi kèm thân {} với GET (K2, K3). Mặc định không.', 'Sends the body {} with a GET (K2, K3). Default no.', { type: 'boolean' }),
  civilStatus: said('Hệ thống hộ tịch điện tử (K5, K6), thường sau LGSP.', 'The civil-status system (K5, K6), mostly behind the LGSP.', object({
    baseUrl: said('Địa chỉ gốc.', 'Base address.', url),
    gateway: said('Xác thực với LGSP.', 'How the LGSP is shown who calls.', gatewayAuthSchema),
    paths: said('Đường dẫn, khi khác mặc định.', 'Paths, where not the defaults.', object({ push: said('K5 của LTKS, LTKT, LTKH.', 'K5 of LTKS, LTKT and LTKH.', path), pushOther: said('K5 của module khác.', 'K5 of the other modules.', path), results: said('K6.', 'K6.', path) })),
  }, ['baseUrl', 'gateway'])),
  variant: said('Dạng dữ liệu K5: three-level (mặc định) hoặc two-level (hai cấp, từ 07/2025) (U5).', 'Form of K5: three-level (default) or two-level, since July 2025 (U5).', oneOf('three-level', 'two-level')),
  country: said('quocGia trong địa chỉ hai cấp. Mặc định VN.', 'quocGia of a two-level address. Default VN.', text(20)),
  provinceCode: said('maTinh trong K6.', 'maTinh of K6.', { type: 'string', pattern: '^\\d{2,3}$' }),
  responsibleAgency: said('coQuanXuLy (U9). Mặc định 5: cơ quan hộ tịch.', 'coQuanXuLy (U9). Default 5: civil-status agency.', { type: 'integer', minimum: 1, maximum: 1000 }),
  units: said('maDonVi → cơ quan; mã 3 chữ số là cấp huyện. Giữ nguyên số 0 ở đầu.', 'maDonVi → agency; three digits are a district. Leading zeros kept.', { type: 'object', minProperties: 1, maxProperties: 2000, propertyNames: { pattern: '^\\d{3,10}$' }, additionalProperties: agency }),
  firstNumber: said('Số thứ tự đầu tiên mỗi ngày trong mã hồ sơ cấp ở đây. Mặc định 1; đặt cao hơn nếu hệ thống một cửa cũng tự đánh số.', 'First number of a day in the dossier codes issued here. Default 1; higher where the one-stop system numbers by itself, too.', { type: 'integer', minimum: 1, maximum: 9_999 }),
  procedures: said('Thủ tục quốc gia nhận về, thêm vào bảng mặc định.', 'National procedures that are taken, added to the default table.', { type: 'object', maxProperties: 200, propertyNames: { pattern: '^[0-9A-Z.]{3,50}$' }, additionalProperties: procedure }),
  modules: said('Module của K5, K6, khi khác mặc định.', 'Modules of K5 and K6, where not the defaults.', object(Object.fromEntries(['BIRTH', 'DEATH', 'MARRIAGE', 'COPY'].map((kind) => [kind, text(20)])))),
  intakeEveryMs: said('Chu kỳ hỏi hồ sơ mới (K2). Mặc định 10 phút.', 'How often new dossiers are asked for (K2). Default 10 minutes.', every),
  intakeMost: said('Số hồ sơ nhiều nhất mỗi lượt. Mặc định 200.', 'Most dossiers of one round. Default 200.', { type: 'integer', minimum: 1, maximum: 5000 }),
  resultsEveryMs: said('Chu kỳ hỏi kết quả (K6). Mặc định 15 phút.', 'How often results are asked for (K6). Default 15 minutes.', every),
  resultsDays: said('Hỏi kết quả trong bao nhiêu ngày sau khi gửi. Mặc định 180.', 'Days after the push in which results are asked for. Default 180.', { type: 'integer', minimum: 1, maximum: 3650 }),
  emptyDeathResult: said('Khai tử đã đăng ký mà thiếu tệp: chờ (mặc định) hoặc nhận.', 'A registered death without its file: wait (default) or take it.', oneOf('wait', 'take')),
  push: said('Gửi hồ sơ sang hộ tịch (K5) khi cán bộ tiếp nhận (mặc định) hoặc không bao giờ.', 'A dossier goes to the civil-status system (K5) when it is accepted (default), or never.', oneOf('on-acceptance', 'never')),
  report: said('Báo trạng thái cho DVCLT (K7). Mặc định có.', 'States go to DVCLT (K7). Default yes.', { type: 'boolean' }),
  texts: said('Nội dung của sự kiện 3 và 7 khi cán bộ không ghi.', 'Words of the events 3 and 7 where no officer wrote any.', object({ accepted: said('Sự kiện 3.', 'Event 3.', text(500)), handedOver: said('Sự kiện 7.', 'Event 7.', text(500)) })),
  statusRules: said('Quy tắc hiểu câu trả lời K7, xét trước bảng mặc định.', 'Rules for answers to K7, looked at before the default table.', { type: 'array', maxItems: 100, items: rule }),
  cutoff: said('Hồ sơ đến trước giờ này thì hẹn trả trong ngày. Mặc định 15:00.', 'What comes before this hour is due the same day. Default 15:00.', clock),
  dayEnd: said('Giờ hẹn trả. Mặc định 17:00.', 'Hour at which it is due. Default 17:00.', clock),
  supplementWorkingDays: said('Hạn bổ sung mặc định, ngày làm việc. Mặc định 7.', 'Deadline of a supplement, working days. Default 7.', { type: 'integer', minimum: 1, maximum: 200 }),
  daysOff: said('Ngày nghỉ thêm của tỉnh.', 'Further days off of the province.', { type: 'array', maxItems: 366, items: { type: 'string', format: 'date' } }),
  maxFileBytes: said('Dung lượng tối đa của một tệp. Mặc định 20 MB.', 'Largest file. Default 20 MB.', bytes),
  maxFiles: said('Số tệp tối đa của một hồ sơ. Mặc định 100.', 'Most files of a dossier. Default 100.', { type: 'integer', minimum: 1, maximum: 1000 }),
  maxTotalBytes: said('Tổng dung lượng tệp của một lời gọi. Mặc định 60 MB.', 'Files of one call together. Default 60 MB.', bytes),
  maxResponseBytes: said('Câu trả lời dài nhất được đọc. Mặc định 100 MB.', 'Longest answer that is read. Default 100 MB.', bytes),
  connectTimeoutMs: said('Thời gian chờ kết nối. Mặc định 5000.', 'Connect timeout. Default 5000.', ms),
  readTimeoutMs: said('Thời gian chờ trả lời. Mặc định 100000.', 'Time for an answer. Default 100000.', ms),
  connections: said('Số kết nối giữ mở. Mặc định 8.', 'Sockets kept open. Default 8.', { type: 'integer', minimum: 1, maximum: 1000 }),
  tls: said('Chứng thư cho kết nối; kiểm tra TLS luôn bật.', 'Certificates of the lines; the check of TLS is always on.', tls),
}, ['baseUrl', 'gateway', 'provinceCode', 'units']);
