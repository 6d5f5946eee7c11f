/** JSON Schema of the EMC configuration, as an operator writes it. Secrets are writeOnly. */
import { DOSSIER_SOURCES, DOSSIER_STATUSES } from '../../src/model/canonical.ts';
import { EMC_STATES, LEVELS } from './codes.ts';

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const object = (properties: Record<string, unknown>) => ({ type: 'object', additionalProperties: false, properties });
const oneOf = (...words: string[]) => ({ type: 'string', enum: words });
const ms = { type: 'integer', minimum: 50, maximum: 3_600_000 };
const file = { type: 'string', minLength: 1, maxLength: 1000 };
const each = (words: readonly string[], schema: unknown) => object(Object.fromEntries(words.map((word) => [word, schema])));

export const emcConfigSchema: Record<string, unknown> = {
  type: 'object',
  additionalProperties: false,
  required: ['baseUrl', 'siteId'],
  properties: {
    baseUrl: said('Địa chỉ của EMC; https, trừ máy chủ giả trên cùng máy.', 'Address of EMC; https, except for a mock on this machine.', { type: 'string', format: 'http-url', maxLength: 500 }),
    path: said('Đường dẫn của TrackingMCDT. Mặc định /TrackingMCDT.', 'Path of TrackingMCDT. Default /TrackingMCDT.', { type: 'string', pattern: '^/[^?#]*$', maxLength: 500 }),
    siteId: said('Mã site do đơn vị vận hành EMC cấp.', 'Site number, given out by the operator of EMC.', { type: 'integer', minimum: 1, maximum: 2_147_483_647 }),
    encoding: said('Biến thể: form (OpenCPS, mặc định) hoặc json.', 'Dialect: form (OpenCPS, default) or json.', oneOf('form', 'json')),
    success: said('Mã HTTP nào là thành công: mọi 2xx (mặc định) hay chỉ 204.', 'Which HTTP status is a success: any 2xx (default) or 204 alone.', oneOf('any-2xx', '204')),
    pages: said('Câu trả lời 2xx dạng trang HTML: nghi vấn (mặc định) hay thành công.', 'An HTML page with 2xx: in doubt (default) or a success.', oneOf('doubt', 'accept')),
    unknownOutcome: said('Khi mất câu trả lời: bỏ qua (mặc định) hoặc gửi lại một lần.', 'After a lost reply: give up (default) or send once more.', oneOf('give-up', 'resend-once')),
    headers: said('Tiêu đề bổ sung, có thể chứa bí mật.', 'Further headers; may hold secrets.', { type: 'object', writeOnly: true, maxProperties: 20, additionalProperties: { type: 'string', maxLength: 2000 } }),
    tls: said('Chứng thư cho kết nối; kiểm tra TLS luôn bật.', 'Certificates of the line; the check of TLS is always on.', object({
      caFile: said('Tổ chức chứng thực.', 'Authority.', file),
      certFile: said('Chứng thư của ta (mTLS).', 'Our certificate (mTLS).', file),
      keyFile: said('Khóa của chứng thư.', 'Its key.', file),
      serverName: said('Tên máy chủ trong chứng thư.', 'Server name in the certificate.', { type: 'string', minLength: 1, maxLength: 255 }),
    })),
    connectTimeoutMs: said('Thời gian chờ kết nối. Mặc định 5000.', 'Connect timeout. Default 5000.', ms),
    readTimeoutMs: said('Thời gian chờ trả lời. Mặc định 30000.', 'Time for an answer. Default 30000.', ms),
    connections: said('Số kết nối giữ mở. Mặc định 8.', 'Sockets kept open. Default 8.', { type: 'integer', minimum: 1, maximum: 1000 }),
    maxResponseBytes: said('Câu trả lời dài nhất được đọc. Mặc định 65536.', 'Longest answer that is read. Default 65536.', { type: 'integer', minimum: 1024, maximum: 10_485_760 }),
    agencies: said('Cơ quan có hồ sơ được báo, gồm đơn vị dưới; bỏ trống: tất cả.', 'Agencies whose dossiers are reported, units below included; empty: all.', { type: 'array', maxItems: 500, items: { type: 'string', minLength: 1, maxLength: 100 } }),
    notBefore: said('Không báo những gì xảy ra trước ngày này (giờ Việt Nam).', 'Nothing that happened before this day is reported (Vietnam time).', { type: 'string', format: 'date' }),
    steps: said('Báo mọi trạng thái đã qua theo thứ tự (mặc định) hay chỉ trạng thái mới nhất.', 'Reports every state passed through, in order (default), or the latest alone.', oneOf('all', 'latest')),
    statuses: said('Trạng thái hồ sơ thành trạng thái EMC, chỗ nào khác mặc định.', 'Status of the dossier to state of EMC, where it differs from the default.', each(DOSSIER_STATUSES, oneOf(...EMC_STATES, 'NOT_REPORTED'))),
    assignment: said('Bước xử lý đầu tiên có chuyển cho người khác là phân công (mặc định), hay không bao giờ.', 'The first step of the processing is an assignment where it hands over to somebody (default), or none ever is.', oneOf('first-handover', 'never')),
    assignedSubStatuses: said('Trạng thái chi tiết nghĩa là phân công xử lý.', 'Sub-statuses that mean an assignment.', { type: 'array', maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 100 } }),
    postalReception: said('Nộp qua bưu chính tính là trực tiếp (mặc định) hay trực tuyến.', 'Filed by post counts as in person (default) or online.', oneOf('in-person', 'online')),
    unpaidFee: said('Có phí mà chưa nộp: không thanh toán (mặc định) hay trực tiếp.', 'A fee that is not paid: no payment (default) or in person.', oneOf('none', 'in-person')),
    levels: said('Mức độ dịch vụ thành mã EMC, chỗ nào khác mặc định.', 'Service level to code of EMC, where it differs from the default.', each(['FULL', 'PARTIAL', 'INFO', 'ABSENT'], oneOf(...LEVELS))),
    nationalSources: said('Nguồn được tính là từ Cổng DVCQG. Mặc định PORTAL_NATIONAL.', 'Sources that count as the national portal. Default PORTAL_NATIONAL.', { type: 'array', maxItems: 20, items: oneOf(...DOSSIER_SOURCES) }),
    repeatCode: said('Gửi thêm maHoSo, lặp lại mã hồ sơ. Mặc định không.', 'Also sends maHoSo, the dossier number again. Default no.', { type: 'boolean' }),
    user: said('Người nộp: không gửi (mặc định), giá trị băm có khóa, hoặc số thật.', 'The applicant: not sent (default), a keyed hash, or the number itself.', oneOf('omit', 'hash', 'raw')),
    userKey: said('Khóa của giá trị băm, ít nhất 20 ký tự.', 'Key of the hash, at least 20 characters.', { type: 'string', minLength: 20, maxLength: 500, writeOnly: true }),
    userLocation: said('Mã tỉnh ghi trong user.', 'Province code in user.', { type: 'string', minLength: 1, maxLength: 20 }),
  },
};
