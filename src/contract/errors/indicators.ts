import type { ErrorEntry } from './types.ts';

/** What can go wrong around the indicators. */
export const indicatorErrors = [
  {
    code: 'LT-INDICATORS-REGISTER-UNREADABLE', who: 'operator',
    title: { vi: 'Không đọc được danh mục cho chỉ số', en: 'The register for the indicators cannot be read' },
    cause: { vi: 'Tệp không có, không đọc được hoặc quá lớn.', en: 'The file is not there, cannot be read or is too large.' },
    action: { vi: 'Sửa đường dẫn hoặc quyền đọc của tệp danh mục.', en: 'Correct the path of the register or the rights on the file.' },
  },
  {
    code: 'LT-INDICATORS-REGISTER-TWICE', who: 'operator',
    title: { vi: 'Một mục được khai hai lần trong danh mục', en: 'An entry of the register occurs twice' },
    cause: { vi: 'Cùng mã thủ tục (phần 7 số), cùng cơ quan hoặc cùng kỳ báo cáo.', en: 'The same procedure (by its base code), agency or reporting period.' },
    action: { vi: 'Giữ lại một mục.', en: 'Keep one of them.' },
  },
  {
    code: 'LT-INDICATORS-REGISTER-DATE', who: 'operator',
    title: { vi: 'Ngày trong danh mục không dùng được', en: 'A date of the register cannot be used' },
    cause: { vi: 'Ngày không tồn tại, hoặc ngày cuối trước ngày đầu.', en: 'The day does not exist, or the last day lies before the first.' },
    action: { vi: 'Ghi ngày dạng YYYY-MM-DD.', en: 'Write the day as YYYY-MM-DD.' },
  },
  {
    code: 'LT-INDICATORS-REGISTER-UNIT', who: 'operator',
    title: { vi: 'Mã đơn vị hành chính không có vào ngày đó', en: 'There is no administrative unit of this code on that day' },
    cause: { vi: 'Mã tỉnh, xã được hiểu theo asOf; không có asOf là theo danh mục từ 01/07/2025.', en: 'Codes are meant at asOf; without it, by the list since 1 July 2025.' },
    action: { vi: 'Sửa mã, hoặc thêm asOf cho đơn vị cũ (ví dụ 2025-06-30).', en: 'Correct the code, or add asOf for an old unit (for example 2025-06-30).' },
  },
  {
    code: 'LT-INDICATORS-REGISTER-CIRCLE', who: 'operator',
    title: { vi: 'Cơ quan kế thừa chỉ vòng về chính nó', en: 'The successors of an agency lead back to it' },
    cause: { vi: 'Chuỗi successor khép vòng.', en: 'The chain of successors is a circle.' },
    action: { vi: 'Bỏ successor của cơ quan đang hoạt động.', en: 'Take the successor away from the agency that works today.' },
  },
  {
    code: 'LT-INDICATORS-OFF', http: 503, who: 'operator',
    title: { vi: 'Tiến trình này không tính chỉ số', en: 'This process does not compute indicators' },
    cause: { vi: 'indicators.enabled là false, hoặc cổng được tạo không kèm bộ tính chỉ số.', en: 'indicators.enabled is false, or the gateway was made without them.' },
    action: { vi: 'Bật indicators.enabled rồi khởi động lại.', en: 'Set indicators.enabled and start again.' },
  },
  {
    code: 'LT-INDICATORS-LOADING', http: 503, who: 'operator',
    title: { vi: 'Chỉ số đang được đọc từ sổ cái', en: 'The indicators are being read from the ledger' },
    cause: { vi: 'Cổng vừa khởi động và chưa đọc hết sổ cái; sổ cái một triệu hồ sơ cần khoảng một phút khi chưa có tệp đệm.', en: 'The gateway has just started and has not read the ledger to its end; a million dossiers take about a minute where there is no cache file.' },
    action: { vi: 'Gọi lại sau thời gian trong Retry-After. Nếu kéo dài, xem nhật ký của cổng.', en: 'Call again after Retry-After. If it lasts, see the gateway’s log.' },
  },
  {
    code: 'LT-INDICATORS-UNKNOWN', http: 404, who: 'operator',
    title: { vi: 'Không có chỉ tiêu này, hoặc không hồ sơ nào tạo ra nó', en: 'There is no such indicator, or no dossier feeds it' },
    cause: { vi: 'Bộ định nghĩa được chọn không có số này, hoặc chỉ tiêu lấy số liệu từ nguồn khác.', en: 'The chosen set of definitions does not have it, or its figures come from elsewhere.' },
    action: { vi: 'Xem danh sách trong câu trả lời của GET /v1/indicators.', en: 'Look at the list in the answer of GET /v1/indicators.' },
  },
  {
    code: 'LT-INDICATORS-PERIOD', who: 'operator',
    title: { vi: 'Kỳ báo cáo không dùng được', en: 'The reporting period cannot be used' },
    cause: { vi: 'Không phải năm, quý, tháng, ngày hoặc hai ngày; hoặc dùng period cùng với from, to.', en: 'It is no year, quarter, month, day or pair of days; or period was given together with from and to.' },
    action: { vi: 'Ghi 2025, 2025-Q3, 2025-07, 2025-07-01 hoặc 2025-07-01..2025-07-13.', en: 'Write 2025, 2025-Q3, 2025-07, 2025-07-01 or 2025-07-01..2025-07-13.' },
  },
  {
    code: 'LT-INDICATORS-TOO-MANY', who: 'operator',
    title: { vi: 'Yêu cầu quá rộng', en: 'More was asked for than one answer holds' },
    cause: { vi: 'Kỳ báo cáo quá dài (theo ngày thì ngắn hơn), hoặc danh sách mã quá nhiều.', en: 'The period is too long (by day it may be less long), or a list has too many codes.' },
    action: { vi: 'Chia thành nhiều lần hỏi; giới hạn nằm trong thông báo.', en: 'Ask in parts; the message says the bound.' },
  },
  {
    code: 'LT-INDICATORS-RECOMPUTING', http: 409, who: 'operator',
    title: { vi: 'Đang tính lại', en: 'A recomputation is under way' },
    cause: { vi: 'Mỗi tiến trình chỉ tính lại một lần một lúc.', en: 'A process recomputes once at a time.' },
    action: { vi: 'Chờ lần trước xong.', en: 'Wait for the other one.' },
  },
] as const satisfies readonly ErrorEntry[];
