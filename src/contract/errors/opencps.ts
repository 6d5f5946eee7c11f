import type { ErrorEntry, Text } from './types.ts';

const FIX_AT_SOURCE: Text = {
  vi: 'Sửa hồ sơ trong hệ thống một cửa; lần đọc hoặc lần xuất sau sẽ đi tiếp.',
  en: 'Correct the dossier in the one-stop system; the next read or export brings it again.',
};

/** What is wrong with a record of OpenCPS, or with reading it. */
export const opencpsErrors = [
  {
    code: 'LT-OPENCPS-NOT-A-RECORD', http: 422, who: 'province',
    title: { vi: 'Không phải bản ghi hồ sơ', en: 'Not a dossier record' },
    cause: { vi: 'Dòng hoặc phần tử không phải một đối tượng JSON chứa các trường của hồ sơ OpenCPS.', en: 'The line or item is not a JSON object with the fields of an OpenCPS dossier.' },
    action: { vi: 'Kiểm tra chương trình xuất: mỗi dòng là một hồ sơ.', en: 'Check the export: one dossier on each line.' },
  },
  {
    code: 'LT-OPENCPS-NO-NUMBER', http: 422, who: 'province',
    title: { vi: 'Hồ sơ chưa có mã', en: 'The dossier has no number yet' },
    cause: { vi: 'dossierNo trống: OpenCPS cấp mã khi tiếp nhận, hồ sơ nháp hoặc chưa tiếp nhận có thể chưa có.', en: 'dossierNo is empty: OpenCPS issues it on reception, so a draft or a dossier not yet received may lack it.' },
    action: { vi: 'Không cần làm gì nếu hồ sơ chưa được tiếp nhận; bản ghi sẽ đến lại khi có mã.', en: 'Nothing, if it has not been received; the record comes again when it has its number.' },
  },
  {
    code: 'LT-OPENCPS-NUMBER-FORM', who: 'province',
    title: { vi: 'Mã hồ sơ không theo quy tắc', en: 'The dossier number does not follow the rule' },
    cause: { vi: 'Mã không có dạng mã định danh-ngày-số thứ tự (TT 03/2025/TT-VPCP), hoặc mã cấp 1 chưa có trong danh mục.', en: 'It is not agency-date-sequence (TT 03/2025/TT-VPCP), or its level-1 code is not in the catalogue.' },
    action: { vi: 'Mã được giữ nguyên. Kiểm tra dossierNoPattern của quy trình trong OpenCPS.', en: 'The number is kept as it is. Check dossierNoPattern of the process in OpenCPS.' },
  },
  {
    code: 'LT-OPENCPS-NO-ID', http: 422, who: 'province',
    title: { vi: 'Bản ghi không có định danh', en: 'The record has no id' },
    cause: { vi: 'Thiếu cả dossierId và referenceUid nên không biết đây là bản ghi nào của hệ thống nguồn.', en: 'Neither dossierId nor referenceUid is given, so it cannot be told which record of the source this is.' },
    action: { vi: 'Đưa dossierId vào tệp xuất.', en: 'Include dossierId in the export.' },
  },
  {
    code: 'LT-OPENCPS-MISSING', http: 422, who: 'province',
    title: { vi: 'Thiếu thông tin bắt buộc của hồ sơ', en: 'Something every dossier needs is missing' },
    cause: { vi: 'Trường được chỉ ra trống hoặc không có.', en: 'The field that the pointer names is empty or absent.' },
    action: FIX_AT_SOURCE,
  },
  {
    code: 'LT-OPENCPS-NO-SECTOR', http: 422, who: 'operator',
    title: { vi: 'Không biết lĩnh vực của thủ tục', en: 'The sector of the procedure is not known' },
    cause: { vi: 'Bản ghi không có domainCode và bảng procedures trong cấu hình không nêu lĩnh vực của thủ tục này.', en: 'The record has no domainCode, and the procedures table of the configuration gives none for this procedure.' },
    action: { vi: 'Xuất thêm domainCode/domainName, hoặc thêm thủ tục vào bảng procedures.', en: 'Export domainCode and domainName, or add the procedure to the procedures table.' },
  },
  {
    code: 'LT-OPENCPS-DATE', http: 422, who: 'province',
    title: { vi: 'Thời điểm không hợp lệ', en: 'An impossible date or time' },
    cause: { vi: 'Giá trị không phải thời điểm có thật ở dạng Liferay dùng (mili giây, dd/MM/yyyy HH:mm:ss, yyyyMMddHHmmss, ISO), hoặc trước năm 2000 (thường là giây thay vì mili giây).', en: 'Not a time that exists in a form that Liferay uses (milliseconds, dd/MM/yyyy HH:mm:ss, yyyyMMddHHmmss, ISO), or before 2000 (mostly seconds instead of milliseconds).' },
    action: FIX_AT_SOURCE,
  },
  {
    code: 'LT-OPENCPS-DATE-ORDER', who: 'province',
    title: { vi: 'Các mốc thời gian mâu thuẫn', en: 'Dates that contradict each other' },
    cause: { vi: 'Mốc được chỉ ra sớm hơn mốc phải có trước nó (nộp, tiếp nhận, xong, trả).', en: 'The date that the pointer names lies before the one that must come first (submitted, received, finished, returned).' },
    action: { vi: 'Hồ sơ vẫn được nhận; hệ thống đích có thể từ chối. Sửa mốc thời gian trong hệ thống một cửa.', en: 'The dossier is taken; an upstream may refuse it. Correct the date in the one-stop system.' },
  },
  {
    code: 'LT-OPENCPS-DATE-DERIVED', who: 'province',
    title: { vi: 'Mốc thời gian lấy từ tiến độ', en: 'A date was taken from the progress' },
    cause: { vi: 'Trạng thái của hồ sơ đòi hỏi mốc này nhưng trường trống; đã lấy thời điểm của bước tương ứng.', en: 'The status asks for this date and the field is empty; the time of the matching step was taken.' },
    action: { vi: 'Không bắt buộc. Nên sửa quy trình trong OpenCPS để ghi mốc thời gian.', en: 'Nothing must be done. Better let the process in OpenCPS write the date.' },
  },
  {
    code: 'LT-OPENCPS-DATE-MISSING', who: 'province',
    title: { vi: 'Thiếu mốc thời gian mà trạng thái đòi hỏi', en: 'A date that the status asks for is missing' },
    cause: { vi: 'Cả trường lẫn tiến độ đều không cho biết mốc này.', en: 'Neither the field nor the progress tells it.' },
    action: { vi: 'Hồ sơ vẫn được nhận; Cổng DVCQG sẽ từ chối. Bổ sung mốc trong hệ thống một cửa.', en: 'The dossier is taken; the national portal will refuse it. Add the date in the one-stop system.' },
  },
  {
    code: 'LT-OPENCPS-STATUS-UNMAPPED', who: 'operator',
    title: { vi: 'Trạng thái chưa được ánh xạ', en: 'A status word that no rule maps' },
    cause: { vi: 'dossierStatus là từ riêng của nơi cài đặt. Hồ sơ mang trạng thái UNKNOWN, từ gốc được giữ trong sourceStatus.', en: 'dossierStatus is a word of this installation. The dossier becomes UNKNOWN and keeps the word in sourceStatus.' },
    action: { vi: 'Thêm từ đó vào statusMap của cấu hình rồi đọc lại.', en: 'Add the word to statusMap in the configuration and read again.' },
  },
  {
    code: 'LT-OPENCPS-SUBSTATUS-UNMAPPED', who: 'operator',
    title: { vi: 'Trạng thái phụ chưa được ánh xạ', en: 'A sub-status that no rule maps' },
    cause: { vi: 'Cặp trạng thái/trạng thái phụ không có trong statusMap; đã dùng riêng trạng thái chính.', en: 'The pair is not in statusMap; the main status alone was used.' },
    action: { vi: 'Nếu trạng thái phụ có ý nghĩa khác, thêm khóa "trạng thái/trạng thái phụ" vào statusMap.', en: 'If the sub-status means something else, add a key "status/subStatus" to statusMap.' },
  },
  {
    code: 'LT-OPENCPS-CODE-UNMAPPED', who: 'operator',
    title: { vi: 'Mã không có trong bảng', en: 'A code that its table does not know' },
    cause: { vi: 'Trường được chỉ ra mang mã mà adapter không biết; trường bị bỏ qua hoặc nhận giá trị an toàn nhất.', en: 'The field holds a code that the adapter does not know; it is left out or takes the safest reading.' },
    action: { vi: 'Báo nhà cung cấp kèm phiên bản OpenCPS.', en: 'Tell the vendor, with the version of OpenCPS.' },
  },
  {
    code: 'LT-OPENCPS-PROCEDURE-UNMAPPED', who: 'operator',
    title: { vi: 'Mã thủ tục không phải mã quốc gia', en: 'The procedure code is not a national one' },
    cause: { vi: 'serviceCode không có dạng n.nnnnnn và không có trong bảng procedures; mã địa phương được dùng nguyên.', en: 'serviceCode is not of the form n.nnnnnn and not in the procedures table; the local code is used as it is.' },
    action: { vi: 'Thêm mã quốc gia tương ứng vào bảng procedures.', en: 'Add its national code to the procedures table.' },
  },
  {
    code: 'LT-OPENCPS-AGENCY-CODE', who: 'province',
    title: { vi: 'Mã cơ quan không theo quy tắc', en: 'The agency code does not follow the rule' },
    cause: { vi: 'govAgencyCode không có dạng H26.19 (QĐ 20/2020/QĐ-TTg) hay 000.00.19.H26, hoặc mã cấp 1 chưa có trong danh mục.', en: 'govAgencyCode is neither H26.19 (QĐ 20/2020/QĐ-TTg) nor 000.00.19.H26, or its level-1 code is not in the catalogue.' },
    action: { vi: 'Mã được giữ nguyên. Kiểm tra danh mục cơ quan trong OpenCPS.', en: 'The code is kept as it is. Check the list of agencies in OpenCPS.' },
  },
  {
    code: 'LT-OPENCPS-IDENTITY', who: 'province',
    title: { vi: 'Số giấy tờ cần xem lại', en: 'An identity number to look at' },
    cause: { vi: 'Thiếu số, hoặc số không đúng dạng của loại giấy tờ (CCCD 12 số, CMND 9 số, mã số thuế có chữ số kiểm tra).', en: 'It is missing, or not of the form of its paper (12 digits, 9 digits, tax code with check digit).' },
    action: { vi: 'Số được giữ nguyên. Đối chiếu với giấy tờ của người nộp.', en: 'The number is kept as it is. Compare it with the applicant’s paper.' },
  },
  {
    code: 'LT-OPENCPS-PHONE', who: 'province',
    title: { vi: 'Số điện thoại cần xem lại', en: 'A phone number to look at' },
    cause: { vi: 'Không đọc được là một số điện thoại của Việt Nam, hoặc có nhiều số trong một trường.', en: 'It does not read as one Vietnamese phone number, or the field holds several.' },
    action: { vi: 'Số được giữ nguyên. Hỏi lại người nộp khi có dịp.', en: 'The number is kept as it is. Ask the applicant when there is an occasion.' },
  },
  {
    code: 'LT-OPENCPS-AMOUNT', http: 422, who: 'province',
    title: { vi: 'Số tiền không hợp lệ', en: 'Not an amount of money' },
    cause: { vi: 'Số tiền phải là số nguyên đồng, không âm.', en: 'An amount is a whole number of đồng, at least zero.' },
    action: FIX_AT_SOURCE,
  },
  {
    code: 'LT-OPENCPS-FILE-ADDRESS', who: 'operator',
    title: { vi: 'Tệp không có địa chỉ tải được', en: 'A file without an address to fetch it from' },
    cause: { vi: 'fileUrl không phải địa chỉ http(s) tuyệt đối và cấu hình không có fileUrl để tạo địa chỉ.', en: 'fileUrl is no absolute http(s) address, and the configuration has no fileUrl to make one from.' },
    action: { vi: 'Đặt fileUrl trong cấu hình, ví dụ https://…/dossiers/{dossierId}/files/{referenceUid}.', en: 'Set fileUrl in the configuration, for example https://…/dossiers/{dossierId}/files/{referenceUid}.' },
  },
  {
    code: 'LT-OPENCPS-NO-HISTORY', who: 'operator',
    title: { vi: 'Hồ sơ không có tiến độ', en: 'The dossier has no progress' },
    cause: { vi: 'Bản ghi không có actions/logs dù hồ sơ đã qua bước nộp, nên không gửi được tiến độ.', en: 'The record has no actions or logs although the dossier is past submission, so no progress can be sent.' },
    action: { vi: 'Xuất kèm DossierAction, hoặc thêm "actions" vào poll.parts.', en: 'Export DossierAction with it, or add "actions" to poll.parts.' },
  },
  {
    code: 'LT-OPENCPS-STEP-NO-STATUS', who: 'operator',
    title: { vi: 'Bước tiến độ không cho biết trạng thái', en: 'A step that does not tell the status after it' },
    cause: { vi: 'Thao tác không có dossierStatus và bước đến (toStepCode) không có trong stepStatusMap.', en: 'The action has no dossierStatus, and its target step (toStepCode) is not in stepStatusMap.' },
    action: { vi: 'Thêm bước vào stepStatusMap theo bảng ProcessStep của OpenCPS.', en: 'Add the step to stepStatusMap, from the table ProcessStep of OpenCPS.' },
  },
  {
    code: 'LT-OPENCPS-STEP-NO-TIME', who: 'province',
    title: { vi: 'Bước tiến độ không có thời điểm', en: 'A step without its time' },
    cause: { vi: 'Thao tác không có createDate nên không xếp được vào tiến độ và bị bỏ qua.', en: 'The action has no createDate, cannot be placed in the progress and is left out.' },
    action: FIX_AT_SOURCE,
  },
  {
    code: 'LT-OPENCPS-CONFIG', who: 'operator',
    title: { vi: 'Cấu hình kết nối OpenCPS không hợp lệ', en: 'The configuration of the OpenCPS connection is not valid' },
    cause: { vi: 'Khóa lạ, sai kiểu, hoặc giá trị không dùng được ở vị trí được chỉ ra.', en: 'An unknown key, a wrong type, or a value that cannot be used at the place named.' },
    action: { vi: 'Sửa cấu hình theo adapters/opencps/README.md.', en: 'Correct the configuration; see adapters/opencps/README.md.' },
  },
  {
    code: 'LT-OPENCPS-NO-ENDPOINT', who: 'operator',
    title: { vi: 'Chưa cấu hình địa chỉ OpenCPS', en: 'No address of OpenCPS is configured' },
    cause: { vi: 'Đọc qua REST cần baseUrl, token và groupId; chỉ nhập tệp thì không cần.', en: 'Reading by REST needs baseUrl, token and groupId; importing a file does not.' },
    action: { vi: 'Bổ sung baseUrl, token, groupId vào cấu hình.', en: 'Add baseUrl, token and groupId to the configuration.' },
  },
  {
    code: 'LT-OPENCPS-CURSOR', who: 'operator',
    title: { vi: 'Con trỏ đọc không hợp lệ', en: 'The cursor is not valid' },
    cause: { vi: 'Con trỏ đã lưu không phải do adapter này ghi.', en: 'The stored cursor was not written by this adapter.' },
    action: { vi: 'Xóa con trỏ để đọc lại từ đầu; bản ghi trùng được sổ cái nhận ra.', en: 'Delete the cursor to read from the beginning; the ledger recognises what it has.' },
  },
  {
    code: 'LT-OPENCPS-FILTER-IGNORED', who: 'operator',
    title: { vi: 'OpenCPS không lọc theo thời điểm sửa', en: 'OpenCPS does not filter by the time of change' },
    cause: { vi: 'Danh sách trả về có hồ sơ cũ hơn mốc đã hỏi: tên hoặc dạng tham số không đúng với bản cài đặt này.', en: 'The list holds dossiers older than was asked for: the parameter’s name or form is not that of this installation.' },
    action: { vi: 'Đặt poll.sinceParam và poll.sinceFormat theo bản cài đặt, hoặc poll.sinceParam = "" để luôn đọc toàn bộ.', en: 'Set poll.sinceParam and poll.sinceFormat as the installation wants them, or poll.sinceParam = "" to read everything each time.' },
  },
  {
    code: 'LT-OPENCPS-LIST-UNSTABLE', who: 'operator',
    title: { vi: 'Danh sách thay đổi liên tục khi đang đọc', en: 'The list keeps changing while it is read' },
    cause: { vi: 'Sau nhiều lượt đọc vẫn xuất hiện hồ sơ mới ở cùng một mốc, nên không chắc đã đọc đủ.', en: 'After several passes new dossiers still appear at the same moment, so it is not certain that all were read.' },
    action: { vi: 'Đọc lại sau; nếu lặp lại, tăng poll.pageSize.', en: 'Read again later; if it happens again, raise poll.pageSize.' },
  },
  {
    code: 'LT-OPENCPS-READ-FAILED', who: 'operator',
    title: { vi: 'Không đọc được từ OpenCPS', en: 'Reading from OpenCPS failed' },
    cause: { vi: 'OpenCPS không trả lời đúng hợp đồng ở lần gọi này. Con trỏ không tiến, không mất hồ sơ nào.', en: 'OpenCPS did not answer this call as agreed. The cursor does not move and nothing is lost.' },
    action: { vi: 'Hệ thống tự đọc lại theo lịch. Nếu kéo dài, kiểm tra token, groupId và đường truyền.', en: 'It is read again on schedule. If it lasts, check the token, groupId and the line.' },
  },
] as const satisfies readonly ErrorEntry[];
