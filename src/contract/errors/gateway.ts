import type { ErrorEntry, Text } from './types.ts';

const READ_DOCS: Text = {
  vi: 'Đối chiếu với /openapi.json của cổng rồi gửi lại.',
  en: 'Compare with the gateway’s /openapi.json and send it again.',
};

/** What our own HTTP service answers. `who` is whoever must act before the same call can succeed. */
export const gatewayErrors = [
  {
    code: 'LT-GATEWAY-REFUSED', http: 422, who: 'province',
    title: { vi: 'Hồ sơ không hợp lệ, đã đưa vào khu cách ly', en: 'The dossier is not valid and was put in quarantine' },
    cause: { vi: 'Dữ liệu gửi đến có ít nhất một lỗi; tất cả các lỗi được liệt kê trong "issues".', en: 'What was sent has at least one error; every error is listed in "issues".' },
    action: { vi: 'Sửa theo từng con trỏ trong "issues" rồi gửi lại; bản gốc được giữ mã hoá trong khu cách ly.', en: 'Mend what each pointer in "issues" names and send it again; the original is kept, encrypted, in quarantine.' },
  },
  {
    code: 'LT-GATEWAY-CONFLICT', http: 409, who: 'province',
    title: { vi: 'Khoá chống trùng đã dùng cho nội dung khác', en: 'The idempotency key was used for other content' },
    cause: { vi: 'Cùng một Idempotency-Key đã được ghi nhận với nội dung khác, nên không biết nội dung nào đúng.', en: 'The same Idempotency-Key was recorded with other content, so that it cannot be known which one is meant.' },
    action: { vi: 'Dùng khoá mới cho thay đổi mới; chỉ gửi lại khoá cũ với đúng nội dung cũ.', en: 'Use a new key for a new change; repeat an old key only with exactly the old content.' },
  },
  {
    code: 'LT-GATEWAY-IDEMPOTENCY-KEY', http: 400, who: 'province',
    title: { vi: 'Idempotency-Key sai dạng', en: 'Idempotency-Key of the wrong form' },
    cause: { vi: 'Khoá phải dài từ 1 đến 200 ký tự ASCII in được.', en: 'The key must be 1 to 200 printable ASCII characters.' },
    action: { vi: 'Dùng UUID hoặc mã hồ sơ kèm số phiên bản làm khoá.', en: 'Use a UUID, or the dossier number with a revision number.' },
  },
  {
    code: 'LT-GATEWAY-SOURCE-UNKNOWN', http: 400, who: 'province',
    title: { vi: 'Hệ thống nguồn chưa được khai báo', en: 'The source system is not configured' },
    cause: { vi: 'Tham số "source" không trùng với nguồn nào trong cấu hình của cổng.', en: 'The "source" parameter names none of the sources in the gateway’s configuration.' },
    action: { vi: 'Dùng đúng tên nguồn, hoặc bỏ tham số nếu gửi theo mô hình chuẩn.', en: 'Use the configured name, or leave the parameter out when sending the canonical form.' },
  },
  {
    code: 'LT-GATEWAY-DECODE-FAILED', http: 422, who: 'vendor',
    title: { vi: 'Bộ đọc của hệ thống nguồn gặp lỗi', en: 'The source’s decoder failed' },
    cause: { vi: 'Dữ liệu gây ra một lỗi lập trình trong bộ chuyển đổi; dữ liệu đã được giữ lại trong khu cách ly.', en: 'The input made the adapter fail in a way that it did not foresee; the input is kept in quarantine.' },
    action: { vi: 'Gửi mã cách ly và requestId cho nhà cung cấp cổng.', en: 'Give the quarantine id and the requestId to the vendor of the gateway.' },
  },
  {
    code: 'LT-GATEWAY-PLAN-FAILED', http: 422, who: 'vendor',
    title: { vi: 'Không lập được kế hoạch gửi cho hệ thống đích', en: 'The exchanges for an upstream could not be planned' },
    cause: { vi: 'Bộ kết nối của hệ thống đích gặp lỗi lập trình với hồ sơ này; hồ sơ đã được giữ trong khu cách ly.', en: 'An upstream’s adapter failed on this dossier in a way that it did not foresee; the dossier is kept in quarantine.' },
    action: { vi: 'Gửi mã cách ly và requestId cho nhà cung cấp cổng.', en: 'Give the quarantine id and the requestId to the vendor of the gateway.' },
  },
  {
    code: 'LT-GATEWAY-PARAMETER', http: 400, who: 'province',
    title: { vi: 'Tham số không hợp lệ', en: 'A parameter is not valid' },
    cause: { vi: 'Đường dẫn, chuỗi truy vấn hoặc phần thân của lời gọi có tham số sai hoặc không được biết đến.', en: 'The path, the query or the body of the call has a parameter that is wrong or unknown.' },
    action: READ_DOCS,
  },
  {
    code: 'LT-GATEWAY-BAD-REQUEST', http: 400, who: 'province',
    title: { vi: 'Lời gọi HTTP sai dạng', en: 'A malformed HTTP request' },
    cause: { vi: 'Đường dẫn, tiêu đề hoặc độ dài nội dung của lời gọi không đúng chuẩn HTTP.', en: 'The path, a header or the content length of the call does not follow HTTP.' },
    action: { vi: 'Kiểm tra thư viện HTTP và proxy ở giữa.', en: 'Check the HTTP library and any proxy in between.' },
  },
  {
    code: 'LT-GATEWAY-BODY-MISSING', http: 400, who: 'province',
    title: { vi: 'Lời gọi không có nội dung', en: 'The call has no body' },
    cause: { vi: 'Đường dẫn này cần nội dung JSON hoặc NDJSON.', en: 'This path needs a JSON or NDJSON body.' },
    action: READ_DOCS,
  },
  {
    code: 'LT-GATEWAY-NOT-FOUND', http: 404, who: 'province',
    title: { vi: 'Không có đường dẫn này', en: 'There is no such path' },
    cause: { vi: 'Đường dẫn không thuộc giao diện của cổng.', en: 'The path is not part of the gateway’s interface.' },
    action: READ_DOCS,
  },
  {
    code: 'LT-GATEWAY-DOSSIER-UNKNOWN', http: 404, who: 'province',
    title: { vi: 'Không có hồ sơ này', en: 'No such dossier' },
    cause: { vi: 'Cổng chưa ghi nhận thay đổi nào của mã hồ sơ này.', en: 'The gateway has recorded no change of this dossier number.' },
    action: { vi: 'Kiểm tra mã hồ sơ, hoặc gửi hồ sơ vào cổng trước.', en: 'Check the number, or send the dossier to the gateway first.' },
  },
  {
    code: 'LT-GATEWAY-EXCHANGE-UNKNOWN', http: 404, who: 'operator',
    title: { vi: 'Không có lượt trao đổi này', en: 'No such exchange' },
    cause: { vi: 'Sổ cái không có lượt trao đổi mang số này.', en: 'The ledger holds no exchange of this number.' },
    action: { vi: 'Lấy số từ GET /v1/exchanges.', en: 'Take the number from GET /v1/exchanges.' },
  },
  {
    code: 'LT-GATEWAY-NOT-RETRYABLE', http: 409, who: 'operator',
    title: { vi: 'Lượt trao đổi không ở trạng thái gửi lại được', en: 'The exchange is not in a state that can be retried' },
    cause: { vi: 'Chỉ gửi lại được lượt bị từ chối (rejected), bỏ cuộc (dead) hoặc còn nghi vấn (doubtful).', en: 'Only an exchange that was rejected, is dead or doubtful can be retried by a person.' },
    action: { vi: 'Xem lại trạng thái hiện tại trong dòng thời gian của hồ sơ.', en: 'Look at its present state in the dossier’s timeline.' },
  },
  {
    code: 'LT-GATEWAY-METHOD', http: 405, who: 'province',
    title: { vi: 'Phương thức HTTP không được hỗ trợ ở đường dẫn này', en: 'This path does not take that HTTP method' },
    cause: { vi: 'Đường dẫn tồn tại nhưng với phương thức khác; xem tiêu đề Allow.', en: 'The path exists, but with another method; see the Allow header.' },
    action: READ_DOCS,
  },
  {
    code: 'LT-GATEWAY-MEDIA-TYPE', http: 415, who: 'province',
    title: { vi: 'Kiểu nội dung không được hỗ trợ', en: 'Unsupported media type' },
    cause: { vi: 'Hồ sơ đơn lẻ gửi bằng application/json, lô lớn gửi bằng application/x-ndjson, không nén.', en: 'One dossier is sent as application/json and a batch as application/x-ndjson, both uncompressed.' },
    action: { vi: 'Đặt đúng Content-Type và bỏ Content-Encoding.', en: 'Set the right Content-Type and leave Content-Encoding out.' },
  },
  {
    code: 'LT-GATEWAY-UNAUTHENTICATED', http: 401, who: 'province',
    title: { vi: 'Thiếu khoá API hoặc khoá không đúng', en: 'The API key is missing or wrong' },
    cause: { vi: 'Lời gọi không mang khoá API mà cổng biết.', en: 'The call carries no API key that the gateway knows.' },
    action: { vi: 'Gửi khoá trong "Authorization: Bearer …" hoặc "X-Api-Key".', en: 'Send the key as "Authorization: Bearer …" or "X-Api-Key".' },
  },
  {
    code: 'LT-GATEWAY-FORBIDDEN', http: 403, who: 'operator',
    title: { vi: 'Khoá API không có quyền này', en: 'The API key lacks this right' },
    cause: { vi: 'Khoá hợp lệ nhưng phạm vi (scopes) của khoá không gồm việc này.', en: 'The key is valid, but its scopes do not cover this call.' },
    action: { vi: 'Bổ sung phạm vi cho khoá trong cấu hình, hoặc dùng khoá khác.', en: 'Add the scope to the key in the configuration, or use another key.' },
  },
  {
    code: 'LT-GATEWAY-HOST', http: 403, who: 'operator',
    title: { vi: 'Tên máy chủ không được chấp nhận', en: 'The host name is not accepted' },
    cause: { vi: 'Cổng chạy không khoá trên địa chỉ nội bộ nên chỉ nhận lời gọi đến localhost; tên khác có thể là tấn công DNS rebinding.', en: 'The gateway runs without keys on a loopback address and takes only calls to localhost; another name may be a DNS rebinding attack.' },
    action: { vi: 'Gọi bằng 127.0.0.1 hoặc localhost, hoặc khai báo khoá API.', en: 'Call it as 127.0.0.1 or localhost, or configure API keys.' },
  },
  {
    code: 'LT-GATEWAY-PROXIED', http: 403, who: 'operator',
    title: { vi: 'Cổng không có khoá không nhận lời gọi qua proxy', en: 'A gateway without keys takes no call through a proxy' },
    cause: { vi: 'Lời gọi mang tiêu đề của proxy (Forwarded, X-Forwarded-*, X-Real-IP hoặc Via), còn cổng chạy không khoá nên chỉ phục vụ chính máy này; người gọi thật có thể ở bất cứ đâu.', en: 'The call carries a proxy’s header (Forwarded, X-Forwarded-*, X-Real-IP or Via), and the gateway runs without keys, for this machine only; the real caller may be anywhere.' },
    action: { vi: 'Khai báo khoá API rồi mới đặt proxy phía trước, hoặc gọi thẳng từ máy này.', en: 'Configure API keys before a proxy is put in front, or call from this machine directly.' },
  },
  {
    code: 'LT-GATEWAY-RATE-LIMIT', http: 429, who: 'province',
    title: { vi: 'Gọi quá nhanh', en: 'Too many requests' },
    cause: { vi: 'Số lời gọi trong khoảng thời gian vượt giới hạn đã cấu hình.', en: 'More calls were made in the time window than the configuration allows.' },
    action: { vi: 'Chờ theo tiêu đề Retry-After; lô lớn nên dùng /v1/dossiers:import.', en: 'Wait as Retry-After says; use /v1/dossiers:import for batches.' },
  },
  {
    code: 'LT-GATEWAY-BUSY', http: 503, who: 'operator',
    title: { vi: 'Cổng đang quá tải', en: 'The gateway is busy' },
    cause: { vi: 'Số việc đang chờ ghi sổ, bộ nhớ hoặc số lượt nhập đồng thời đã tới giới hạn; chưa có gì được ghi nhận.', en: 'Work waiting for the ledger, memory or the number of imports has reached its bound; nothing was recorded.' },
    action: { vi: 'Gửi lại sau thời gian trong tiêu đề Retry-After.', en: 'Send again after the time in the Retry-After header.' },
  },
  {
    code: 'LT-GATEWAY-STOPPING', http: 503, who: 'operator',
    title: { vi: 'Cổng đang dừng', en: 'The gateway is stopping' },
    cause: { vi: 'Cổng nhận lệnh dừng và đang hoàn tất các việc dở dang.', en: 'The gateway was told to stop and is finishing what it had begun.' },
    action: { vi: 'Gửi lại khi cổng khởi động xong.', en: 'Send again when the gateway is back.' },
  },
  {
    code: 'LT-GATEWAY-NOT-READY', http: 503, who: 'operator',
    title: { vi: 'Cổng chưa sẵn sàng', en: 'The gateway is not ready' },
    cause: { vi: 'Sổ cái không ghi được, bộ phận chuyển gửi không chạy hoặc cổng đang từ chối bớt tải.', en: 'The ledger cannot be written, delivery does not run, or the gateway is shedding load.' },
    action: { vi: 'Xem phần "checks" của câu trả lời và nhật ký của cổng.', en: 'See "checks" in the answer, and the gateway’s log.' },
  },
  {
    code: 'LT-GATEWAY-LEDGER', http: 503, who: 'operator',
    title: { vi: 'Không ghi được vào sổ cái', en: 'The ledger could not be written' },
    cause: { vi: 'Sổ cái báo lỗi khi ghi; thay đổi chưa được xác nhận.', en: 'The ledger failed while writing; the change is not acknowledged.' },
    action: { vi: 'Kiểm tra đĩa và nhật ký, rồi gửi lại với cùng Idempotency-Key.', en: 'Check the disk and the log, then send again with the same Idempotency-Key.' },
  },
  {
    code: 'LT-GATEWAY-TIMEOUT', http: 408, who: 'province',
    title: { vi: 'Lời gọi kéo dài quá lâu', en: 'The call took too long' },
    cause: { vi: 'Nội dung không tới đủ, hoặc việc xử lý không xong, trong thời gian cho phép.', en: 'The body did not arrive, or the work did not end, within the time allowed.' },
    action: { vi: 'Kiểm tra đường truyền rồi gửi lại với cùng Idempotency-Key.', en: 'Check the line, then send again with the same Idempotency-Key.' },
  },
  {
    code: 'LT-GATEWAY-HEADERS-TOO-LARGE', http: 431, who: 'province',
    title: { vi: 'Tiêu đề HTTP quá lớn', en: 'The HTTP headers are too large' },
    cause: { vi: 'Tổng kích thước tiêu đề của lời gọi vượt giới hạn.', en: 'The headers of the call are above the limit.' },
    action: { vi: 'Bỏ bớt cookie và tiêu đề thừa.', en: 'Drop cookies and other headers that are not needed.' },
  },
  {
    code: 'LT-GATEWAY-IMPORT-STOPPED', who: 'province',
    title: { vi: 'Lượt nhập dừng trước khi hết tệp', en: 'The import ended before the end of the file' },
    cause: { vi: 'Cổng đang dừng, hoặc luồng dữ liệu bị đứt; các dòng có kết quả đã được ghi, các dòng còn lại thì chưa.', en: 'The gateway is stopping, or the stream broke; lines with a result are recorded, the others are not.' },
    action: { vi: 'Gửi lại cả tệp: những dòng đã ghi sẽ được báo là trùng.', en: 'Send the whole file again: recorded lines are answered as duplicates.' },
  },
  {
    code: 'LT-GATEWAY-INTERNAL', http: 500, who: 'vendor',
    title: { vi: 'Lỗi bên trong cổng', en: 'An error inside the gateway' },
    cause: { vi: 'Cổng gặp một lỗi chưa được lường trước; chi tiết nằm trong nhật ký theo requestId.', en: 'The gateway met an error that it did not foresee; the log has the details under the requestId.' },
    action: { vi: 'Gửi requestId cho nhà cung cấp cổng.', en: 'Give the requestId to the vendor of the gateway.' },
  },
] as const satisfies readonly ErrorEntry[];
