import type { ErrorEntry, Text } from './types.ts';

/** What a sender can do about any malformed field; the differing part is the title and the cause. */
const FIX_FIELD: Text = {
  vi: 'Sửa trường được chỉ ra theo tài liệu lược đồ rồi gửi lại.',
  en: 'Correct the field that the pointer names, following the schema document, and send it again.',
};

/** Input that does not have the form that its schema asks for. `who` is the sender of the input: the province's system. */
export const inputErrors = [
  {
    code: 'LT-INPUT-TYPE', http: 422, who: 'province',
    title: { vi: 'Sai kiểu dữ liệu', en: 'Wrong type of value' },
    cause: { vi: 'Trường có giá trị thuộc kiểu khác với kiểu mà lược đồ quy định (ví dụ chuỗi thay vì số).', en: 'The field holds a value of another type than the schema asks for (for example text instead of a number).' },
    action: FIX_FIELD,
  },
  {
    code: 'LT-INPUT-REQUIRED', http: 422, who: 'province',
    title: { vi: 'Thiếu trường bắt buộc', en: 'A required field is missing' },
    cause: { vi: 'Đối tượng không có trường mà lược đồ bắt buộc phải có.', en: 'The object lacks a field that the schema requires.' },
    action: { vi: 'Bổ sung trường được chỉ ra rồi gửi lại.', en: 'Add the field that the pointer names and send it again.' },
  },
  {
    code: 'LT-INPUT-UNKNOWN-FIELD', http: 422, who: 'province',
    title: { vi: 'Trường không có trong lược đồ', en: 'A field that the schema does not know' },
    cause: { vi: 'Đối tượng có trường mà lược đồ không định nghĩa; thường do viết sai tên trường.', en: 'The object has a field that the schema does not define; most often a misspelt name.' },
    action: { vi: 'Sửa tên trường hoặc bỏ trường đó; dữ liệu riêng của hệ thống nguồn đặt trong "raw".', en: 'Correct the name or leave the field out; data private to the source system belongs in "raw".' },
  },
  {
    code: 'LT-INPUT-ENUM', http: 422, who: 'province',
    title: { vi: 'Giá trị nằm ngoài danh mục', en: 'A value outside its code list' },
    cause: { vi: 'Trường chỉ nhận một số giá trị cố định và giá trị đã gửi không thuộc danh sách đó.', en: 'The field takes one of a fixed list of values, and the one sent is not on it.' },
    action: { vi: 'Dùng một trong các giá trị của danh mục, hoặc bổ sung ánh xạ mã của hệ thống nguồn.', en: 'Use one of the listed values, or add the source system’s code to the mapping.' },
  },
  {
    code: 'LT-INPUT-PATTERN', http: 422, who: 'province',
    title: { vi: 'Sai khuôn dạng', en: 'Text of the wrong form' },
    cause: { vi: 'Chuỗi không đúng khuôn dạng mà lược đồ quy định.', en: 'The text does not follow the pattern that the schema sets.' },
    action: FIX_FIELD,
  },
  {
    code: 'LT-INPUT-DATE', http: 422, who: 'province',
    title: { vi: 'Ngày giờ không hợp lệ', en: 'Not a valid date or time' },
    cause: { vi: 'Chuỗi không phải ngày giờ đúng khuôn dạng, hoặc là ngày không tồn tại (ví dụ 30 tháng 2).', en: 'The text is not a date or time of the expected form, or names a day that does not exist (such as 30 February).' },
    action: { vi: 'Gửi thời điểm theo giờ UTC dạng 2025-07-01T01:30:00Z và ngày dạng 2025-07-01.', en: 'Send instants in UTC as 2025-07-01T01:30:00Z and days as 2025-07-01.' },
  },
  {
    code: 'LT-INPUT-LENGTH', http: 422, who: 'province',
    title: { vi: 'Chuỗi quá ngắn hoặc quá dài', en: 'Text too short or too long' },
    cause: { vi: 'Độ dài của chuỗi nằm ngoài giới hạn của lược đồ; trường bắt buộc không được để trống.', en: 'The length of the text is outside the limits of the schema; a required text may not be empty.' },
    action: FIX_FIELD,
  },
  {
    code: 'LT-INPUT-COUNT', http: 422, who: 'province',
    title: { vi: 'Quá ít hoặc quá nhiều phần tử', en: 'Too few or too many items' },
    cause: { vi: 'Số phần tử của mảng hoặc số trường của đối tượng nằm ngoài giới hạn, hoặc có phần tử trùng nhau.', en: 'The number of items in the list or of fields in the object is outside the limits, or items repeat.' },
    action: FIX_FIELD,
  },
  {
    code: 'LT-INPUT-RANGE', http: 422, who: 'province',
    title: { vi: 'Số nằm ngoài khoảng cho phép', en: 'A number out of range' },
    cause: { vi: 'Giá trị số nhỏ hơn mức tối thiểu, lớn hơn mức tối đa hoặc không phải bội số quy định.', en: 'The number is below the minimum, above the maximum, or not a multiple of the step.' },
    action: FIX_FIELD,
  },
  {
    code: 'LT-INPUT-SHAPE', http: 422, who: 'province',
    title: { vi: 'Cấu trúc không khớp lược đồ', en: 'A structure that does not fit the schema' },
    cause: { vi: 'Phần dữ liệu không khớp với bất kỳ dạng nào mà lược đồ cho phép ở vị trí này.', en: 'The data fits none of the forms that the schema allows at this place.' },
    action: FIX_FIELD,
  },
  {
    code: 'LT-INPUT-NOT-JSON', http: 400, who: 'province',
    title: { vi: 'Nội dung không phải JSON', en: 'The content is not JSON' },
    cause: { vi: 'Nội dung không phân tích được theo chuẩn JSON, hoặc không được mã hoá UTF-8.', en: 'The content cannot be parsed as JSON, or is not encoded in UTF-8.' },
    action: { vi: 'Kiểm tra mã hoá UTF-8 và cú pháp tại vị trí được báo rồi gửi lại.', en: 'Check the UTF-8 encoding and the syntax at the reported place, then send it again.' },
  },
  {
    code: 'LT-INPUT-TRUNCATED', http: 400, who: 'province',
    title: { vi: 'Nội dung bị cắt cụt', en: 'The content is cut short' },
    cause: { vi: 'Dữ liệu JSON kết thúc giữa chừng: tệp hoặc dòng chưa được ghi hết, hoặc kết nối bị ngắt.', en: 'The JSON ends in the middle: the file or line was not written to its end, or the connection broke.' },
    action: { vi: 'Xuất lại tệp cho đến khi hoàn tất rồi gửi lại phần còn thiếu.', en: 'Let the export finish and send the missing part again.' },
  },
  {
    code: 'LT-INPUT-TOO-LARGE', http: 413, who: 'province',
    title: { vi: 'Nội dung quá lớn', en: 'The content is too large' },
    cause: { vi: 'Số byte vượt quá giới hạn đã cấu hình.', en: 'The number of bytes is above the configured limit.' },
    action: { vi: 'Chia nhỏ lô gửi; tệp đính kèm gửi bằng đường dẫn, không nhúng trong JSON.', en: 'Send smaller batches; attach files by link, never inside the JSON.' },
  },
  {
    code: 'LT-INPUT-TOO-DEEP', http: 400, who: 'province',
    title: { vi: 'Cấu trúc lồng quá sâu', en: 'Nested too deeply' },
    cause: { vi: 'Số tầng lồng nhau của mảng và đối tượng vượt quá giới hạn.', en: 'Arrays and objects are nested in more levels than the limit allows.' },
    action: { vi: 'Gửi dữ liệu theo đúng cấu trúc của lược đồ.', en: 'Send the data in the structure of the schema.' },
  },
  {
    code: 'LT-INPUT-DUPLICATE-FIELD', http: 400, who: 'province',
    title: { vi: 'Tên trường bị lặp', en: 'A field name occurs twice' },
    cause: { vi: 'Cùng một đối tượng có hai trường trùng tên, nên không biết giá trị nào đúng.', en: 'One object has the same field name twice, so that it cannot be known which value is meant.' },
    action: { vi: 'Chỉ gửi mỗi tên trường một lần trong một đối tượng.', en: 'Send each field name once in an object.' },
  },
  {
    code: 'LT-INPUT-FORBIDDEN-FIELD', http: 400, who: 'province',
    title: { vi: 'Tên trường bị cấm', en: 'A forbidden field name' },
    cause: { vi: 'Tên trường "__proto__" không được chấp nhận ở bất kỳ tầng nào vì có thể bị lợi dụng để tấn công.', en: 'The field name "__proto__" is refused at every level, because it can be used for an attack.' },
    action: { vi: 'Bỏ trường này. Nếu không phải do hệ thống của đơn vị tạo ra, hãy báo bộ phận an toàn thông tin.', en: 'Remove the field. If your own system did not create it, tell your security team.' },
  },
  {
    code: 'LT-INPUT-BAD-TEXT', http: 422, who: 'province',
    title: { vi: 'Chuỗi chứa ký tự không hợp lệ', en: 'Text with invalid characters' },
    cause: { vi: 'Chuỗi chứa ký tự NUL hoặc nửa cặp thay thế Unicode, nên không lưu và không chuẩn hoá được.', en: 'The text holds a NUL character or half of a Unicode surrogate pair, and can be neither stored nor normalised.' },
    action: { vi: 'Kiểm tra cách hệ thống nguồn mã hoá tiếng Việt rồi gửi lại.', en: 'Check how the source system encodes Vietnamese text and send it again.' },
  },
  {
    code: 'LT-INPUT-MORE-ISSUES', http: 422, who: 'province',
    title: { vi: 'Còn nhiều lỗi khác không được liệt kê', en: 'More issues than are listed' },
    cause: { vi: 'Số lỗi vượt quá giới hạn liệt kê cho một lần kiểm tra.', en: 'There were more issues than one check lists.' },
    action: { vi: 'Sửa các lỗi đã liệt kê rồi kiểm tra lại.', en: 'Correct those that are listed and check again.' },
  },
] as const satisfies readonly ErrorEntry[];
