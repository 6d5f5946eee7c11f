import type { ErrorEntry } from './types.ts';

/** What the delivery room reports of its own. */
export const deliveryErrors = [
  {
    code: 'LT-DELIVERY-GAVE-UP',
    who: 'operator',
    title: { vi: 'Đã thử hết số lần cho phép', en: 'Every allowed attempt was used' },
    cause: { vi: 'Hệ thống đích không nhận được trong suốt thời gian thử lại.', en: 'The upstream did not take it during the whole retry period.' },
    action: { vi: 'Xem các lần gửi trong dòng thời gian; khi nguyên nhân đã hết, gửi lại bằng lệnh retry.', en: 'Read the attempts in the timeline; when the cause is gone, send again with retry.' },
  },
  {
    code: 'LT-DELIVERY-NEVER-RESENT',
    who: 'province',
    title: { vi: 'Mất câu trả lời, không gửi lại', en: 'Reply lost, not sent again' },
    cause: { vi: 'Không hỏi lại được và gửi trùng có hại hơn gửi thiếu (ví dụ bước “Yêu cầu bổ sung”).', en: 'It cannot be asked about, and a double does more harm than a gap (a second “supplement requested”, say).' },
    action: { vi: 'Tra cứu hồ sơ trên Cổng DVCQG; nếu thiếu, gửi lại bằng lệnh retry; nếu đã có, không cần làm gì.', en: 'Look the dossier up on the national portal; if it is missing there, send it with retry; otherwise leave it.' },
  },
  {
    code: 'LT-DELIVERY-OVERTAKEN',
    who: 'province',
    title: { vi: 'Hồ sơ đã đổi trước khi gửi, không gửi nữa', en: 'The dossier changed before it was sent; not sent' },
    cause: { vi: 'Trong lúc chờ gửi, hồ sơ đã rút, đã kết thúc hoặc đã chuyển sang hệ thống khác.', en: 'While it waited to be sent, the dossier was withdrawn, ended or given to another system.' },
    action: { vi: 'Thường không cần làm gì. Nếu vẫn phải gửi, sửa hồ sơ ở hệ thống của tỉnh: thay đổi mới sẽ gửi lại.', en: 'Mostly nothing. If it is to go all the same, correct the dossier in the province’s system: the new change sends it.' },
  },
  {
    code: 'LT-DELIVERY-RESENT-IN-DOUBT',
    who: 'operator',
    title: { vi: 'Đã gửi lại sau khi mất câu trả lời', en: 'Sent again after a lost reply' },
    cause: { vi: 'Không hỏi lại được và gửi thiếu có hại hơn gửi trùng; hệ thống đích có thể giữ bước này hai lần.', en: 'It cannot be asked about, and a gap does more harm than a double; the upstream may hold this step twice.' },
    action: { vi: 'Không cần làm gì; nghi vấn được ghi trong dòng thời gian.', en: 'Nothing; the doubt is kept in the timeline.' },
  },
  {
    code: 'LT-DELIVERY-BLOCKED',
    who: 'province',
    title: { vi: 'Đợi hồ sơ được hệ thống đích nhận', en: 'Waits until the upstream has the dossier' },
    cause: { vi: 'Bản tin hồ sơ trước đó bị từ chối nên các bước tiến độ phía sau chưa được gửi.', en: 'The dossier’s own message was refused, so the progress steps behind it are not sent.' },
    action: { vi: 'Sửa lỗi của bản tin hồ sơ; các bước sẽ tự đi tiếp.', en: 'Mend what the dossier’s message was refused for; the steps then go on by themselves.' },
  },
  {
    code: 'LT-DELIVERY-OPERATION-UNKNOWN',
    who: 'vendor',
    title: { vi: 'Adapter không còn thao tác này', en: 'The adapter no longer has this operation' },
    cause: { vi: 'Sổ cái giữ một bản tin do phiên bản adapter khác tạo ra.', en: 'The ledger holds an exchange that another version of the adapter planned.' },
    action: { vi: 'Dùng phiên bản adapter phù hợp hoặc gửi lại thay đổi của hồ sơ.', en: 'Run the matching adapter version, or send the dossier’s change again.' },
  },
  {
    code: 'LT-DELIVERY-INTERNAL',
    who: 'vendor',
    title: { vi: 'Lỗi chương trình khi chuẩn bị bản tin', en: 'A program error while the message was prepared' },
    cause: { vi: 'Mã của adapter gặp lỗi không lường trước; chưa có gì được gửi.', en: 'The adapter’s code failed unexpectedly; nothing was sent.' },
    action: { vi: 'Gửi mã yêu cầu và nhật ký cho nhà cung cấp.', en: 'Send the log and the exchange number to the vendor.' },
  },
  {
    code: 'LT-DELIVERY-HELD',
    who: 'operator',
    title: { vi: 'Đang bị tạm giữ', en: 'Held back' },
    cause: { vi: 'Người vận hành đã tạm giữ hồ sơ, thủ tục hoặc hệ thống đích này; những gì phải gửi vẫn được ghi nhận và chờ.', en: 'An operator holds this dossier, procedure or upstream back; what is to be sent is recorded and waits.' },
    action: { vi: 'Khi lý do tạm giữ đã hết, gỡ bằng lệnh release; lệnh có thời hạn tự hết hiệu lực.', en: 'When the reason is gone, release the hold; one with an end lets go by itself.' },
  },
  {
    code: 'LT-DELIVERY-CANCELLED',
    who: 'operator',
    title: { vi: 'Đã huỷ theo lệnh của người vận hành', en: 'Cancelled by a person' },
    cause: { vi: 'Người vận hành quyết định không gửi lượt này nữa; lý do được lưu mã hoá trong chuỗi sự kiện.', en: 'An operator gave this exchange up; the reason is kept, encrypted, in the chain of events.' },
    action: { vi: 'Không cần làm gì; nếu vẫn cần gửi, dùng lệnh retry.', en: 'Nothing; if it is to be sent after all, retry it.' },
  },
  {
    code: 'LT-DELIVERY-REPLAY-CANCELLED',
    who: 'operator',
    title: { vi: 'Lượt gửi lại bị dừng trước khi đến phiên', en: 'The replay was cancelled before its turn came' },
    cause: { vi: 'Lượt trao đổi đã được xếp hàng gửi lại, rồi người vận hành dừng cả lượt gửi lại.', en: 'It waited to be sent again when an operator cancelled the replay.' },
    action: { vi: 'Khi nguyên nhân đã hết, gửi lại bằng lệnh retry hoặc một lượt gửi lại mới.', en: 'When the cause is gone, send it with retry or with a new replay.' },
  },
] as const satisfies readonly ErrorEntry[];
