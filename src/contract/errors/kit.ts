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
] as const satisfies readonly ErrorEntry[];
