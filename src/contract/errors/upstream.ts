import type { ErrorEntry } from './types.ts';

/** What an upstream, or the line to it, can do to us. */
export const upstreamErrors = [
  {
    code: 'LT-UPSTREAM-OUTBOUND-INVALID',
    who: 'vendor',
    title: { vi: 'Bản tin gửi đi không đúng hợp đồng của hệ thống đích', en: 'The outgoing message breaks the upstream’s contract' },
    cause: { vi: 'Dữ liệu của hồ sơ hoặc bảng mã tạo ra bản tin mà lược đồ của hệ thống đích không cho phép.', en: 'The dossier or a code table yields a message that the upstream’s schema does not allow.' },
    action: { vi: 'Xem các con trỏ đi kèm, sửa dữ liệu ở hệ thống tỉnh hoặc bảng ánh xạ, rồi gửi lại thay đổi.', en: 'Follow the pointers, correct the data in the province system or the mapping, then send the change again.' },
  },
  {
    code: 'LT-UPSTREAM-RESPONSE-INVALID',
    who: 'ministry',
    title: { vi: 'Câu trả lời của hệ thống đích khác với hợp đồng', en: 'The upstream’s answer differs from its contract' },
    cause: { vi: 'Hệ thống đích đã đổi cấu trúc trả lời, hoặc một thiết bị trung gian đã trả lời thay.', en: 'The upstream changed the shape of its answer, or something in between answered instead.' },
    action: { vi: 'Đối chiếu với tài liệu kết nối mới nhất; báo đơn vị vận hành hệ thống đích.', en: 'Compare with the newest connection guide and tell the operator of the upstream.' },
  },
  {
    code: 'LT-UPSTREAM-REFUSED',
    who: 'province',
    title: { vi: 'Hệ thống đích từ chối', en: 'The upstream refused' },
    cause: { vi: 'Hệ thống đích đã xử lý yêu cầu và không chấp nhận dữ liệu.', en: 'The upstream processed the request and did not accept the data.' },
    action: { vi: 'Đọc câu trả lời được lưu trong dòng thời gian của hồ sơ, sửa dữ liệu rồi gửi lại.', en: 'Read the answer kept in the dossier’s timeline, correct the data and send again.' },
  },
  {
    code: 'LT-UPSTREAM-UNREACHABLE',
    who: 'operator',
    title: { vi: 'Không kết nối được tới hệ thống đích', en: 'The upstream cannot be reached' },
    cause: { vi: 'Sai địa chỉ, tường lửa, chứng thư, hoặc hệ thống đích đang dừng. Chưa có gì được gửi đi.', en: 'Wrong address, firewall, certificate, or the upstream is down. Nothing was sent.' },
    action: { vi: 'Kiểm tra đường truyền và cấu hình; hệ thống tự gửi lại theo lịch.', en: 'Check the line and the configuration; delivery goes on by itself.' },
  },
  {
    code: 'LT-UPSTREAM-LOST-REPLY',
    who: 'operator',
    title: { vi: 'Đã gửi nhưng không nhận được câu trả lời', en: 'Sent, but the reply was lost' },
    cause: { vi: 'Quá hạn đọc, đứt kết nối hoặc trang lỗi của thiết bị trung gian sau khi đã gửi: có thể đã có hiệu lực.', en: 'A read timeout, a cut line or a proxy’s error page after sending: it may have taken effect.' },
    action: { vi: 'Không gửi lại mù: hệ thống hỏi lại hệ thống đích, hoặc theo bảng quyết định về mất câu trả lời. Theo dõi số nghi vấn.', en: 'Nothing is repeated blindly: the upstream is asked, or the table of lost replies decides. Watch the number of doubts.' },
  },
  {
    code: 'LT-UPSTREAM-BUSY',
    who: 'ministry',
    title: { vi: 'Hệ thống đích đang bận', en: 'The upstream is busy' },
    cause: { vi: 'Hệ thống đích trả 429 hoặc 503, hoặc báo quá tải.', en: 'The upstream answered 429 or 503, or said that it is overloaded.' },
    action: { vi: 'Hệ thống tự đợi theo Retry-After. Nếu kéo dài, báo đơn vị vận hành hệ thống đích.', en: 'Delivery waits as Retry-After says. If it lasts, tell the upstream’s operator.' },
  },
  {
    code: 'LT-UPSTREAM-SERVER-ERROR',
    who: 'ministry',
    title: { vi: 'Lỗi hệ thống ở phía đích', en: 'System error at the upstream' },
    cause: { vi: 'Hệ thống đích báo lỗi nội bộ và chưa áp dụng yêu cầu.', en: 'The upstream reported an internal error and did not apply the request.' },
    action: { vi: 'Hệ thống tự gửi lại; nếu kéo dài, báo đơn vị vận hành hệ thống đích.', en: 'Delivery tries again; if it lasts, tell the upstream’s operator.' },
  },
  {
    code: 'LT-UPSTREAM-LOGIN-FAILED',
    who: 'operator',
    title: { vi: 'Đăng nhập hệ thống đích không được', en: 'Logging in to the upstream failed' },
    cause: { vi: 'Sai tài khoản, mật khẩu hết hạn hoặc tài khoản bị khóa.', en: 'Wrong account, an expired password or a locked account.' },
    action: { vi: 'Kiểm tra tài khoản tích hợp do đơn vị vận hành hệ thống đích cấp.', en: 'Check the integration account that the upstream’s operator issued.' },
  },
  {
    code: 'LT-UPSTREAM-SESSION-REFUSED',
    who: 'operator',
    title: { vi: 'Hệ thống đích từ chối phiên làm việc', en: 'The upstream refused the session' },
    cause: { vi: 'Phiên hết hạn sớm hoặc bị hủy; đăng nhập lại một lần vẫn không được chấp nhận.', en: 'The session expired early or was revoked; one fresh login did not help.' },
    action: { vi: 'Kiểm tra tài khoản có bị dùng chung ở nơi khác; hệ thống tự gửi lại.', en: 'Check whether the account is shared with another system; delivery tries again.' },
  },
  {
    code: 'LT-UPSTREAM-ANSWER-UNREAD',
    who: 'vendor',
    title: { vi: 'Đã gửi, nhưng chương trình không đọc được câu trả lời', en: 'Sent, but our program failed on the answer' },
    cause: { vi: 'Mã của adapter gặp lỗi không lường trước khi đọc câu trả lời của hệ thống đích.', en: 'The adapter’s code failed unexpectedly while it read the upstream’s answer.' },
    action: { vi: 'Gửi dòng thời gian của hồ sơ cho nhà cung cấp; lời gọi ghi được coi là nghi vấn, không gửi lại mù.', en: 'Send the dossier’s timeline to the vendor; a write counts as a doubt and is not repeated blindly.' },
  },
  {
    code: 'LT-UPSTREAM-NO-PROBE',
    who: 'vendor',
    title: { vi: 'Hệ thống đích không có cách hỏi lại', en: 'The upstream offers nothing to ask with' },
    cause: { vi: 'Thao tác này không có dịch vụ tra cứu tương ứng.', en: 'No look-up exists for this operation.' },
    action: { vi: 'Theo bảng quyết định về mất câu trả lời trong tài liệu của adapter.', en: 'Follow the table of lost replies in the adapter’s documentation.' },
  },
  {
    code: 'LT-UPSTREAM-PROBE-FAILED',
    who: 'operator',
    title: { vi: 'Chưa hỏi lại được hệ thống đích', en: 'The upstream could not be asked' },
    cause: { vi: 'Lệnh tra cứu cũng gặp lỗi nên chưa biết lần gửi trước có hiệu lực hay không.', en: 'The look-up failed too, so it is not known whether the earlier call took effect.' },
    action: { vi: 'Không cần làm gì ngay: hệ thống đợi rồi hỏi lại.', en: 'Nothing at once: delivery waits and asks again.' },
  },
] as const satisfies readonly ErrorEntry[];
