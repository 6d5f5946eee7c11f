import type { ErrorEntry } from './types.ts';

/** What can go wrong around mocks, conformance runs and recordings. */
export const kitErrors = [
  {
    code: 'LT-KIT-SUITE-UNKNOWN',
    who: 'vendor',
    title: { vi: 'Không có bộ kiểm tra này', en: 'There is no such conformance suite' },
    cause: { vi: 'Tên sau --upstream không phải tên của bộ kiểm tra nào.', en: 'The name after --upstream is the name of no suite.' },
    action: { vi: 'Dùng một trong các tên được liệt kê.', en: 'Use one of the names that are listed.' },
  },
  {
    code: 'LT-KIT-TARGET',
    who: 'vendor',
    title: { vi: 'Địa chỉ cần kiểm tra không dùng được', en: 'The address to be tested cannot be used' },
    cause: { vi: 'Không phải địa chỉ http(s), hoặc có kèm tài khoản hay tham số: báo cáo in địa chỉ này ra.', en: 'It is no http(s) address, or carries an account or a query: the report prints this address.' },
    action: { vi: 'Ghi địa chỉ gốc; tài khoản để trong biến môi trường.', en: 'Give the base address; accounts belong in environment variables.' },
  },
  {
    code: 'LT-KIT-CHECK-BROKE',
    who: 'vendor',
    title: { vi: 'Kiểm tra bị lỗi, chưa kết luận được', en: 'The check broke, so that it has no result' },
    cause: { vi: 'Lỗi của bộ kiểm tra, không phải kết luận về hệ thống được kiểm tra.', en: 'A fault of the suite, which says nothing about the system under test.' },
    action: { vi: 'Báo cho người viết bộ kiểm tra, kèm báo cáo.', en: 'Tell the author of the suite, with the report.' },
  },
  {
    code: 'LT-KIT-OPENAPI-UNREADABLE', who: 'vendor',
    title: { vi: 'Không đọc được tài liệu OpenAPI', en: 'The OpenAPI document cannot be read' },
    cause: { vi: 'Tệp không có, quá lớn, lồng quá sâu, hoặc không phải YAML/JSON đúng cú pháp.', en: 'The file is not there, is too large, is nested too deeply, or is neither valid YAML nor JSON.' },
    action: { vi: 'Sửa tại chỗ được báo; tài liệu quá lớn thì tách riêng phần cần dùng.', en: 'Mend it at the place reported; of a document that is too large, take out the part that is needed.' },
  },
  {
    code: 'LT-KIT-OPENAPI-VERSION', who: 'vendor',
    title: { vi: 'Không phải OpenAPI 3.0 hoặc 3.1', en: 'Not OpenAPI 3.0 or 3.1' },
    cause: { vi: 'Chỉ đọc được OpenAPI 3.0 và 3.1.', en: 'Only OpenAPI 3.0 and 3.1 are read.' },
    action: { vi: 'Chuyển tài liệu sang OpenAPI 3.0 hoặc 3.1 rồi chạy lại.', en: 'Convert the document to OpenAPI 3.0 or 3.1 and run again.' },
  },
  {
    code: 'LT-KIT-OPENAPI-REFERENCE', who: 'vendor',
    title: { vi: 'Tham chiếu ($ref) không dùng được', en: 'A reference ($ref) that cannot be followed' },
    cause: { vi: 'Tham chiếu trỏ sang tệp khác, không trỏ vào đâu, hoặc trỏ vòng.', en: 'It leads to another file, to nothing, or in a circle.' },
    action: { vi: 'Gộp tài liệu thành một tệp (npx @redocly/cli bundle) và sửa tham chiếu hỏng.', en: 'Make one file of the document (npx @redocly/cli bundle) and mend broken references.' },
  },
  {
    code: 'LT-KIT-OPENAPI-OPERATION', who: 'vendor',
    title: { vi: 'Không tạo được thao tác từ lời gọi này', en: 'No operation can be made of this call' },
    cause: { vi: 'Lời gọi không có trong tài liệu, hoặc dùng phương thức hay kiểu nội dung mà đường truyền HTTP không gửi được (ví dụ multipart), hoặc có quá nhiều lời gọi.', en: 'The document does not have the call, or it uses a method or a kind of body that the HTTP line does not send (multipart, for one), or there are too many calls.' },
    action: { vi: 'Chọn các lời gọi cần dùng bằng --operations.', en: 'Choose the calls that are needed with --operations.' },
  },
  {
    code: 'LT-KIT-OPENAPI-EXAMPLE', who: 'vendor',
    title: { vi: 'Không tạo được giá trị mẫu đúng lược đồ', en: 'No example that fits the schema could be made' },
    cause: { vi: 'Lược đồ có ràng buộc mà bộ tạo mẫu không đáp ứng được, và tài liệu không có "example" hợp lệ.', en: 'The schema has a rule that the example maker cannot meet, and the document has no valid "example".' },
    action: { vi: 'Thêm "example" hợp lệ vào lược đồ được chỉ ra, hoặc bỏ lời gọi đó bằng --operations.', en: 'Add a valid "example" to the schema that is named, or leave the call out with --operations.' },
  },
  {
    code: 'LT-KIT-PEER-MISSING', who: 'vendor',
    title: { vi: 'Thiếu một thư viện mà bộ công cụ kiểm thử cần', en: 'A library that the test kit needs is not installed' },
    cause: { vi: 'Thư viện là phụ thuộc tuỳ chọn của gói lienthong: chỉ cài khi dùng phần này của bộ công cụ kiểm thử.', en: 'It is an optional peer dependency of lienthong: only those who use this part of the test kit install it.' },
    action: { vi: 'Chạy lệnh ghi trong thông báo (npm i -D …) rồi chạy lại kiểm thử.', en: 'Run the command that the message names (npm i -D …), then the tests again.' },
  },
  {
    code: 'LT-KIT-UNEXPECTED-CALL', who: 'vendor',
    title: { vi: 'Lần gọi không có trong hợp đồng, hoặc không đúng hợp đồng', en: 'A call that the contract does not know, or does not allow' },
    cause: { vi: 'Phần mềm đang kiểm thử đã gọi hệ thống đích giả lập bằng địa chỉ, phương thức hoặc nội dung khác với tài liệu OpenAPI của hệ thống đó, hoặc đã gọi ra ngoài. Lần gọi không được thực hiện.', en: 'The software under test called the mocked upstream by an address, method or content that its OpenAPI document does not have, or called some other host. The call was not carried out.' },
    action: { vi: 'Sửa theo từng dòng của thông báo (trường, điều cần có, điều đã nhận). Nếu cố ý gọi sai, đặt strict: false; nếu cố ý gọi máy khác, đặt otherHosts: "allow".', en: 'Correct it line by line as the message says (field, what is expected, what was there). Set strict: false to let wrong calls through to the double, otherHosts: "allow" to let calls to other hosts out.' },
  },
  {
    code: 'LT-KIT-REQUEST-NOT-ALLOWED', http: 400, who: 'vendor',
    title: { vi: 'Yêu cầu không đúng hợp đồng của hệ thống đích', en: 'The upstream’s contract does not allow this request' },
    cause: { vi: 'Máy chủ giả lập đang chạy ở chế độ từ chối (--validate refuse) và yêu cầu không đúng tài liệu OpenAPI của hệ thống đích. Yêu cầu chưa được thực hiện.', en: 'The mock server runs with --validate refuse, and the request does not fit the upstream’s OpenAPI document. Nothing was applied.' },
    action: { vi: 'Sửa các chỗ nêu trong issues; muốn hệ thống giả lập trả lời như thật thì dùng --validate observe.', en: 'Mend what is listed in issues; to be answered as the upstream would answer, use --validate observe.' },
  },
] as const satisfies readonly ErrorEntry[];
