import type { ErrorEntry } from './types.ts';

/** What is particular to the national public-service portal (DVCQG). */
export const dvcqgErrors = [
  {
    code: 'LT-DVCQG-FIELD-MISSING', who: 'province',
    title: { vi: 'Thiếu thông tin mà Cổng DVCQG bắt buộc', en: 'Something that the national portal requires is missing' },
    cause: { vi: 'Hồ sơ chưa có giá trị cho một trường bắt buộc của dịch vụ đồng bộ.', en: 'The dossier has no value for a field that the synchronisation service requires.' },
    action: { vi: 'Bổ sung thông tin ở hệ thống tỉnh rồi gửi lại.', en: 'Complete the dossier in the province system and send it again.' },
  },
  {
    code: 'LT-DVCQG-DATES-ORDER', who: 'province',
    title: { vi: 'Thứ tự ngày không hợp lý', en: 'Dates in an impossible order' },
    cause: { vi: 'Ngày kết thúc xử lý đứng trước ngày tiếp nhận.', en: 'The end of processing lies before the reception.' },
    action: { vi: 'Sửa ngày ở hệ thống tỉnh rồi gửi lại.', en: 'Correct the dates in the province system and send again.' },
  },
  {
    code: 'LT-DVCQG-TIME-INVALID', who: 'province',
    title: { vi: 'Thời điểm không đọc được', en: 'A time that cannot be read' },
    cause: { vi: 'Giá trị không phải thời điểm RFC 3339 trong khoảng năm 1800–2199.', en: 'The value is not an RFC 3339 instant of the years 1800–2199.' },
    action: { vi: 'Sửa ngày ở hệ thống tỉnh rồi gửi lại.', en: 'Correct the date in the province system and send again.' },
  },
  {
    code: 'LT-DVCQG-IDENTIFIER-LENGTH', who: 'province',
    title: { vi: 'Mã dài hơn giới hạn của Cổng DVCQG', en: 'An identifier is longer than the portal takes' },
    cause: { vi: 'Mã định danh không được cắt ngắn, vì cắt là thành mã khác.', en: 'Identifiers are never cut: a cut one is another one.' },
    action: { vi: 'Kiểm tra mã ở hệ thống tỉnh.', en: 'Check the identifier in the province system.' },
  },
  {
    code: 'LT-DVCQG-STATUS-HELD', who: 'province',
    title: { vi: 'Trạng thái này cần người quyết định', en: 'This status waits for a person' },
    cause: { vi: 'Bảng ánh xạ trạng thái đặt giá trị "hold": không rõ mã nào của Cổng DVCQG là đúng.', en: 'The status map says "hold": it is not clear which code of the portal is right.' },
    action: { vi: 'Xác định trạng thái ở hệ thống tỉnh, hoặc bổ sung dòng ánh xạ (statusMap) rồi gửi lại.', en: 'Settle the status in the province system, or add a line to statusMap, then send again.' },
  },
  {
    code: 'LT-DVCQG-STATUS-MAP', who: 'operator',
    title: { vi: 'Bảng ánh xạ trạng thái chưa đúng', en: 'The status map is not right' },
    cause: { vi: 'Thiếu một trạng thái, có trạng thái lạ, hoặc có mã không được phép gửi ("", "0", "11").', en: 'A status is missing or unknown, or a code is given that is never sent ("", "0", "11").' },
    action: { vi: 'Sửa statusMap: mỗi trạng thái một giá trị "1".."10", "hold" hoặc "skip".', en: 'Mend statusMap: every status has "1".."10", "hold" or "skip".' },
  },
  {
    code: 'LT-DVCQG-RESULT-INCOMPLETE', who: 'province',
    title: { vi: 'Giấy tờ kết quả thiếu mã hoặc đường dẫn tệp', en: 'A result lacks its code or its file link' },
    cause: { vi: 'Không có mã kết quả và đường dẫn thì kết quả không được tính là bản điện tử.', en: 'Without result code and link the result does not count as electronic.' },
    action: { vi: 'Bổ sung mã kết quả (MAKETQUA của thủ tục) và đường dẫn tệp.', en: 'Add the result code (MAKETQUA of the procedure) and the file’s link.' },
  },
  {
    code: 'LT-DVCQG-FILE-LINK', who: 'province',
    title: { vi: 'Tệp không có đường dẫn tải về', en: 'A file without a download link' },
    cause: { vi: 'Dịch vụ đồng bộ chỉ nhận đường dẫn http(s) mà phía quốc gia tải được, không nhận nội dung tệp.', en: 'The service takes http(s) links that the national side can fetch, never contents.' },
    action: { vi: 'Cấu hình đường dẫn tải tệp của hệ thống tỉnh.', en: 'Configure the province system’s download links.' },
  },
  {
    code: 'LT-DVCQG-SECOND-SUPPLEMENT', who: 'province',
    title: { vi: 'Yêu cầu bổ sung lần thứ hai', en: 'A second supplement request' },
    cause: { vi: 'Theo Quyết định 766, hồ sơ có từ hai lần yêu cầu bổ sung bị tính là trễ hạn.', en: 'Under Decision 766 a dossier with more than one supplement request counts as late.' },
    action: { vi: 'Kiểm tra xem lần yêu cầu này có bị ghi trùng không.', en: 'Check whether this request was recorded twice.' },
  },
  {
    code: 'LT-DVCQG-IDENTITY-DROPPED', who: 'province',
    title: { vi: 'Giấy tờ tùy thân không gửi được', en: 'An identity paper that cannot be sent' },
    cause: { vi: 'Loại giấy tờ không có mã trên Cổng DVCQG, hoặc số không đủ 12 chữ số (căn cước) hay 9 chữ số (CMND). Không gửi số giả thay thế.', en: 'The kind of paper has no code at the portal, or the number has not 12 digits (CCCD) or 9 (CMND). No placeholder is sent instead.' },
    action: { vi: 'Sửa số giấy tờ ở hệ thống tỉnh, hoặc khai mã loại giấy tờ trong identityTypes.', en: 'Correct the number in the province system, or give the kind a code in identityTypes.' },
  },
  {
    code: 'LT-DVCQG-AMOUNT', who: 'province',
    title: { vi: 'Số tiền không hợp lệ', en: 'An amount that is not valid' },
    cause: { vi: 'Số tiền phải là số nguyên đồng, không âm.', en: 'Amounts are whole dong, not negative.' },
    action: { vi: 'Sửa mức thu ở hệ thống tỉnh.', en: 'Correct the fee in the province system.' },
  },
  {
    code: 'LT-DVCQG-PROCEDURE-CODE', who: 'province',
    title: { vi: 'Mã thủ tục không phải mã quốc gia', en: 'The procedure code is not a national one' },
    cause: { vi: 'Cổng DVCQG chỉ nhận mã dạng n.nnnnnn, có thể kèm đuôi mã cơ quan.', en: 'The portal takes codes of the form n.nnnnnn, with an agency suffix at most.' },
    action: { vi: 'Ánh xạ mã địa phương sang mã quốc gia ở hệ thống tỉnh hoặc ở bộ kết nối nguồn.', en: 'Map the local code to the national one in the province system or in the source adapter.' },
  },
  {
    code: 'LT-DVCQG-DATABASE-CODE', who: 'operator',
    title: { vi: 'Chưa có mã cho cơ sở dữ liệu đã khai thác', en: 'A linked database without a code' },
    cause: { vi: 'MaCSDL là số; tên này chưa được ánh xạ trong cấu hình databases.', en: 'MaCSDL is a number; this name has no line in the setting databases.' },
    action: { vi: 'Bổ sung tên vào cấu hình databases.', en: 'Add the name to the setting databases.' },
  },
  {
    code: 'LT-DVCQG-BATCH', who: 'vendor',
    title: { vi: 'Lô bước xử lý không hợp lệ', en: 'A batch of steps that is not valid' },
    cause: { vi: 'Mỗi lời gọi chỉ gồm các bước của một hồ sơ, từ 1 đến 10 bước.', en: 'One call holds steps of one dossier only, 1 to 10 of them.' },
    action: { vi: 'Chia lại lô theo hồ sơ.', en: 'Split the batch by dossier.' },
  },
  {
    code: 'LT-DVCQG-EXISTS', who: 'operator',
    title: { vi: 'Cổng DVCQG báo hồ sơ đã tồn tại', en: 'The portal says that the dossier exists already' },
    cause: { vi: 'Đã thử thêm mới rồi cập nhật mà vẫn nhận câu trả lời mâu thuẫn.', en: 'Both create and update were tried and the answers contradict each other.' },
    action: { vi: 'Tra cứu mã hồ sơ trên Cổng DVCQG; kiểm tra mã có bị hệ thống khác dùng không.', en: 'Look the number up at the portal; check whether another system uses it.' },
  },
  {
    code: 'LT-DVCQG-ABSENT', who: 'operator',
    title: { vi: 'Cổng DVCQG chưa có hồ sơ này', en: 'The portal does not have this dossier' },
    cause: { vi: 'Bước xử lý hoặc cập nhật đến trước khi hồ sơ được đồng bộ.', en: 'A step or an update came before the dossier itself.' },
    action: { vi: 'Hệ thống tự gửi lại; nếu kéo dài, xem vì sao hồ sơ chưa đồng bộ được.', en: 'Delivery tries again; if it lasts, see why the dossier was not synchronised.' },
  },
  {
    code: 'LT-DVCQG-REFUSED', who: 'province',
    title: { vi: 'Cổng DVCQG từ chối', en: 'The portal refused' },
    cause: { vi: 'Cổng trả mã kết quả khác 0. Không có danh mục mã lỗi công bố; lý do nằm trong nội dung trả lời được lưu (mã hóa).', en: 'The portal answered with a result code other than 0. No list of codes is published; the reason is in the stored (encrypted) answer.' },
    action: { vi: 'Đọc câu trả lời trong dòng thời gian của hồ sơ, sửa dữ liệu rồi gửi lại.', en: 'Read the answer in the dossier’s timeline, correct the data and send again.' },
  },
  {
    code: 'LT-DVCQG-HTTP', who: 'operator',
    title: { vi: 'Địa chỉ hoặc quyền truy cập Cổng DVCQG không đúng', en: 'The address of the portal, or the access to it, is not right' },
    cause: { vi: 'Trục kết nối trả mã HTTP 4xx.', en: 'The exchange adapter answered an HTTP 4xx.' },
    action: { vi: 'Kiểm tra baseUrl, đường dẫn, dstcode và quyền của đơn vị.', en: 'Check baseUrl, the paths, dstcode and the agency’s rights.' },
  },
  {
    code: 'LT-DVCQG-ANSWER-SHAPE', who: 'ministry',
    title: { vi: 'Không đọc được câu trả lời của Cổng DVCQG', en: 'The portal’s answer cannot be read' },
    cause: { vi: 'Nội dung không phải JSON đã biết: trang HTML, nội dung trống, hoặc thiếu mã kết quả.', en: 'The body is none of the known JSON: an HTML page, nothing, or no result code.' },
    action: { vi: 'Kiểm tra thiết bị trung gian; báo đơn vị vận hành nếu kéo dài.', en: 'Look at what stands in between; tell the portal’s operator if it lasts.' },
  },
  {
    code: 'LT-DVCQG-LOOKUP-UNCLEAR', who: 'operator',
    title: { vi: 'Tra cứu không cho biết hồ sơ có hay không', en: 'The look-up does not tell whether the dossier exists' },
    cause: { vi: 'Câu trả lời không có danh sách kết quả, hoặc kết quả là của hồ sơ khác.', en: 'The answer has no list of results, or the results are of other dossiers.' },
    action: { vi: 'Không cần làm gì ngay: hệ thống đợi rồi hỏi lại.', en: 'Nothing at once: delivery waits and asks again.' },
  },
  {
    code: 'LT-DVCQG-NOT-OFFERED', who: 'operator',
    title: { vi: 'Cổng trung gian của tỉnh không có dịch vụ này', en: 'The provincial façade does not offer this service' },
    cause: { vi: 'facade.paths không có đường dẫn cho dịch vụ.', en: 'facade.paths has no path for the service.' },
    action: { vi: 'Khai đường dẫn nếu cổng trung gian có, hoặc kết nối trực tiếp.', en: 'Give the path if the façade has one, or connect directly.' },
  },
  {
    code: 'LT-DVCQG-NOT-FOUND', who: 'ministry',
    title: { vi: 'Không tìm thấy', en: 'Not found' },
    cause: { vi: 'Cổng DVCQG không có bản ghi cho mã được hỏi.', en: 'The portal has no record for the code that was asked for.' },
    action: { vi: 'Kiểm tra mã; danh mục quốc gia có thể đã đổi.', en: 'Check the code; the national catalogue may have changed.' },
  },
] as const satisfies readonly ErrorEntry[];
