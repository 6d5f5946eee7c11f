/** JSON Schema of the configuration, as an operator writes it. Secrets are writeOnly. Which key of `transport` belongs to which kind: config.ts. */
import { gatewayAuthSchema } from '../../src/adapter/lgsp/index.ts';
import { CODE_MEANINGS } from './codes.ts';
import { NAMESPACES, VERIFY_ELEMENT } from './elements.ts';
import { NAME_FORMS } from './names.ts';

export const TRANSPORT_KINDS = ['x-road', 'lgsp', 'rest-wrapped', 'rest-flat'] as const;
export type TransportKind = (typeof TRANSPORT_KINDS)[number];
export const PATH_IDS = ['lookUpCitizen', 'verifyCitizen', 'verifyRelatives', 'listChanges'] as const;
export type PathId = (typeof PATH_IDS)[number];

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const object = (properties: Record<string, unknown>, required: string[] = []) => ({ type: 'object', additionalProperties: false, required, properties });
const oneOf = (...words: readonly string[]) => ({ type: 'string', enum: [...words] });
const ms = { type: 'integer', minimum: 50, maximum: 600_000 };
const file = { type: 'string', minLength: 1, maxLength: 1000 };
/** What stands in a header or between two tags without further care. */
const word = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength, pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$' });
const secret = (maxLength: number) => ({ ...word(maxLength), writeOnly: true });
const elementName = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,99}$' };
const path = { type: 'string', pattern: '^/[^?#]*$', maxLength: 500 };

const transport = said('Đường truyền.', 'Transport.', object({
  kind: said('x-road: SOAP thẳng tới NDXP; lgsp: SOAP qua LGSP của tỉnh; rest-wrapped: JSON có SOAP trong trả lời; rest-flat: JSON một cấp.', 'x-road: SOAP straight to NDXP; lgsp: SOAP through the province’s LGSP; rest-wrapped: JSON with SOAP in its answer; rest-flat: JSON on one level.', oneOf(...TRANSPORT_KINDS)),
  authenticationUrl: said('x-road: địa chỉ xác thực đưa vào chữ ký; có thể khác địa chỉ gọi.', 'x-road: the authentication URL that is signed; it may differ from the address that is called.', word(500)),
  user: said('x-road: tài khoản.', 'x-road: user.', word(200)),
  secretKey: said('x-road: khóa ký.', 'x-road: key of the signature.', secret(500)),
  timestampUnit: said('x-road: đơn vị của Timestamp (mặc định ms).', 'x-road: unit of Timestamp (default ms).', oneOf('ms', 's')),
  client: said('x-road: header X-Road-Client.', 'x-road: header X-Road-Client.', word(300)),
  apiKey: said('x-road: header ApiKey.', 'x-road: header ApiKey.', secret(500)),
  esb: said('x-road: header của trục ESB cũ.', 'x-road: headers of the older ESB.', object({ sourceType: said('ESB_SOURCE_TYPE.', 'ESB_SOURCE_TYPE.', word(100)), sourceUsername: said('ESB_SOURCE_USERNAME.', 'ESB_SOURCE_USERNAME.', word(200)) }, ['sourceType', 'sourceUsername'])),
  officerKeys: said('lgsp: khóa AuthHash theo cán bộ; "*" cho những người còn lại.', 'lgsp: keys of AuthHash by officer; "*" for all others.', {
    type: 'object', writeOnly: true, maxProperties: 5000, additionalProperties: object({ keyName: word(200), keyPass: secret(500) }, ['keyName', 'keyPass']),
  }),
  userNameService: said('rest-flat: tài khoản tại dịch vụ.', 'rest-flat: account at the wrapper.', word(200)),
}, ['kind']));

export const dancuConfigSchema: Record<string, unknown> = {
  ...object({
    baseUrl: said('Địa chỉ của dịch vụ; https, trừ máy chủ giả trên cùng máy.', 'Address of the service; https, except for a mock on this machine.', { type: 'string', format: 'http-url', maxLength: 500 }),
    transport,
    gateway: gatewayAuthSchema,
    headers: said('Tiêu đề bổ sung, có thể chứa bí mật.', 'Further headers; may hold secrets.', { type: 'object', writeOnly: true, maxProperties: 20, propertyNames: { pattern: '^[A-Za-z0-9_-]{1,100}$' }, additionalProperties: { type: 'string', maxLength: 2000, pattern: '^[\\x20-\\x7e]*$' } }),
    tls: said('Chứng thư cho kết nối; kiểm tra TLS luôn bật.', 'Certificates of the line; the check of TLS is always on.', object({
      caFile: said('Tổ chức chứng thực.', 'Authority.', file), certFile: said('Chứng thư của ta (mTLS).', 'Our certificate (mTLS).', file),
      keyFile: said('Khóa của chứng thư.', 'Its key.', file), serverName: said('Tên máy chủ trong chứng thư.', 'Server name in the certificate.', { type: 'string', minLength: 1, maxLength: 255 }),
    })),
    connectTimeoutMs: said('Thời gian chờ kết nối. Mặc định 5000.', 'Connect timeout. Default 5000.', ms),
    readTimeoutMs: said('Thời gian chờ trả lời. Mặc định 20000.', 'Time for an answer. Default 20000.', ms),
    connections: said('Số kết nối giữ mở. Mặc định 8.', 'Sockets kept open. Default 8.', { type: 'integer', minimum: 1, maximum: 1000 }),
    maxResponseBytes: said('Câu trả lời dài nhất được đọc. Mặc định 2 MiB.', 'Longest answer that is read. Default 2 MiB.', { type: 'integer', minimum: 1024, maximum: 33_554_432 }),
    paths: said('Đường dẫn theo thao tác, khi khác mặc định.', 'Paths by operation, where they differ from the default.', object(Object.fromEntries(PATH_IDS.map((id) => [id, path])))),
    contentType: said('Content-Type của SOAP. Mặc định application/xml.', 'Content-Type of SOAP. Default application/xml.', oneOf('application/xml', 'text/xml')),
    namespace: said('Không gian tên của lời gọi: hiện hành (mặc định) hoặc cũ.', 'Namespace of the request: current (default) or older.', oneOf(...Object.keys(NAMESPACES))),
    prefix: said('Tiền tố của không gian tên. Mặc định dan.', 'Prefix of the namespace. Default dan.', { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,19}$' }),
    serviceAccount: said('MaDVC: mã được cấp khi đăng ký khai thác.', 'MaDVC: the code given at registration.', word(100)),
    requestPrefix: said('Tiền tố của MaYeuCau.', 'Prefix of MaYeuCau.', { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,19}$' }),
    officer: said('MaCanBo khi câu hỏi không nêu cán bộ.', 'MaCanBo where the question names no officer.', word(100)),
    organisation: said('MaDonVi, TaiKhoan, SoDienThoai; chỉ gửi khi có.', 'MaDonVi, TaiKhoan, SoDienThoai; sent only where given.', object({
      unit: said('MaDonVi.', 'MaDonVi.', word(100)), account: said('TaiKhoan.', 'TaiKhoan.', word(100)), phone: said('SoDienThoai; có hệ thống luôn gửi 0.', 'SoDienThoai; one client always sends 0.', word(20)),
    })),
    services: said('Mã dịch vụ: tra cứu 037, xác thực 033 hoặc 003; nhân thân và biến động chỉ bật khi có mã.', 'Service codes: look-up 037, verification 033 or 003; relatives and changes are switched on by giving one.', object({
      lookUp: said('Tra cứu. Mặc định 037.', 'Look-up. Default 037.', word(20)), verify: said('Xác thực. Mặc định 033, hoặc 003 với verification.form integration-code.', 'Verification. Default 033, or 003 with verification.form integration-code.', word(20)),
      relatives: said('Nhân thân. Không có: không dùng.', 'Relatives. Absent: not offered.', word(20)), changes: said('Biến động. Không có: không dùng.', 'Changes. Absent: not offered.', word(20)),
    })),
    verification: said('Cách xác thực.', 'How is verified.', object({
      by: said('Dịch vụ riêng (mặc định với SOAP), hoặc tra cứu rồi so (mặc định với JSON).', 'The service of its own (default with SOAP), or a look-up that is compared (default with JSON).', oneOf('service', 'look-up')),
      form: said('service-code: MaDichVu (CV 761, mặc định); integration-code: MaDVC và MaTichHop.', 'service-code: MaDichVu (CV 761, default); integration-code: MaDVC and MaTichHop.', oneOf('service-code', 'integration-code')),
      element: said('Tên phần tử của lời gọi.', 'Name of the request element.', oneOf(VERIFY_ELEMENT, `${VERIFY_ELEMENT}Request`)),
    })),
    names: said('Dạng họ tên: không dấu liền (mặc định) hoặc có dấu, chữ hoa.', 'Form of a name: without accents and blanks (default), or accented capitals.', oneOf(...NAME_FORMS)),
    dates: said('Ngày sinh: yyyyMMdd (mặc định) hoặc yyyy-MM-dd.', 'Birth: yyyyMMdd (default) or yyyy-MM-dd.', oneOf('compact', 'dashed')),
    maritalStatus3: said('Nghĩa của mã hôn nhân 3: ly hôn (mặc định), hoặc ly hôn hay góa.', 'Meaning of marital status 3: divorced (default), or divorced or widowed.', oneOf('divorced', 'divorced-or-widowed')),
    pagingElement: said('Phần tử bao Trang và SoBanGhi của biến động. Mặc định không có.', 'Element around Trang and SoBanGhi of the changes. Default none.', elementName),
    answerCodes: said('Nghĩa của mã trả lời khác, thêm vào 004, 005, 01.', 'Meanings of further answer codes, beside 004, 005 and 01.', { type: 'object', maxProperties: 100, propertyNames: { pattern: '^[A-Za-z0-9_-]{1,20}$' }, additionalProperties: oneOf(...CODE_MEANINGS) }),
  }, ['baseUrl', 'transport', 'serviceAccount']),
};
