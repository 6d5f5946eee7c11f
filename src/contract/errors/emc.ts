import type { ErrorEntry } from './types.ts';

/** What can be wrong with a dossier on its way to EMC, and with what EMC answers. */
export const emcErrors = [
  {
    code: 'LT-EMC-FIELD-MISSING',
    who: 'province',
    title: { vi: 'Thiếu trường mà EMC bắt buộc', en: 'A field that EMC requires is missing' },
    cause: { vi: 'Hồ sơ không có giá trị ở chỗ con trỏ chỉ tới.', en: 'The dossier has nothing where the pointer points.' },
    action: { vi: 'Bổ sung ở hệ thống một cửa rồi cho gửi lại lượt trao đổi này.', en: 'Complete it in the one-stop system, then retry this exchange.' },
  },
  {
    code: 'LT-EMC-NOT-REPORTED',
    who: 'operator',
    title: { vi: 'Trạng thái này không báo cho EMC', en: 'This status is not reported to EMC' },
    cause: { vi: 'Theo cấu hình statuses, hồ sơ chưa qua trạng thái nào được báo.', en: 'By the setting statuses the dossier has not come into a state that is reported.' },
    action: { vi: 'Không phải làm gì, hoặc sửa statuses nếu trạng thái này cần được đếm.', en: 'Nothing, or change statuses where this status is to be counted.' },
  },
  {
    code: 'LT-EMC-REFUSED',
    who: 'operator',
    title: { vi: 'EMC từ chối lời gọi', en: 'EMC refused the call' },
    cause: { vi: 'EMC trả mã HTTP 4xx; không có tài liệu nào nói rõ hơn.', en: 'EMC answered with an HTTP 4xx; no document says more.' },
    action: { vi: 'Kiểm tra baseUrl, path, encoding và siteId với đơn vị vận hành EMC.', en: 'Check baseUrl, path, encoding and siteId with the operator of EMC.' },
  },
  {
    code: 'LT-EMC-CLOSED',
    who: 'operator',
    title: { vi: 'EMC không cho vào', en: 'EMC lets nobody in' },
    cause: { vi: 'EMC trả 401 hoặc 403. Không biết EMC có dùng tài khoản hay không; có thể EMC lọc theo địa chỉ nguồn.', en: 'EMC answered 401 or 403. No credential of EMC is known; it may filter on source addresses.' },
    action: { vi: 'Đăng ký địa chỉ ra Internet của cổng với đơn vị vận hành, hoặc khai báo headers, tls. Lời gọi được thử lại.', en: 'Have the gateway’s public address registered by the operator, or configure headers, tls. The call is tried again.' },
  },
  {
    code: 'LT-EMC-ANSWER',
    who: 'ministry',
    title: { vi: 'Câu trả lời 2xx không chắc là của EMC', en: 'An answer with 2xx that may not be EMC’s' },
    cause: { vi: 'Đó là một trang HTML, hoặc không phải 204 trong khi cấu hình success chỉ nhận 204.', en: 'It is an HTML page, or no 204 where the setting success takes 204 alone.' },
    action: { vi: 'Hỏi đơn vị vận hành EMC trả lời thế nào khi thành công, rồi đặt success và pages.', en: 'Ask the operator of EMC how a success is answered, then set success and pages.' },
  },
  {
    code: 'LT-EMC-USER-RAW',
    who: 'operator',
    title: { vi: 'Số định danh của người nộp được gửi nguyên cho EMC', en: 'The applicant’s identity number goes to EMC as it is' },
    cause: { vi: 'Cấu hình user là raw. Không văn bản nào đã biết yêu cầu điều này.', en: 'The setting user is raw. No known document asks for it.' },
    action: { vi: 'Xác nhận căn cứ pháp lý, nếu không thì dùng omit (mặc định) hoặc hash.', en: 'Make sure of the legal basis; otherwise use omit (the default) or hash.' },
  },
  {
    code: 'LT-EMC-USER-HASH',
    who: 'operator',
    title: { vi: 'Giá trị băm của số định danh được gửi cho EMC', en: 'A hash of the applicant’s identity number goes to EMC' },
    cause: { vi: 'Cấu hình user là hash: cùng một người có cùng một giá trị, nên vẫn là dữ liệu cá nhân (đã thay tên).', en: 'The setting user is hash: one person has one value, so that it is personal data still (pseudonymous).' },
    action: { vi: 'Xác nhận căn cứ pháp lý và giữ kín userKey, nếu không thì dùng omit (mặc định).', en: 'Make sure of the legal basis and keep userKey secret; otherwise use omit (the default).' },
  },
] as const satisfies readonly ErrorEntry[];
