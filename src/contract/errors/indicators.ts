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
] as const satisfies readonly ErrorEntry[];
