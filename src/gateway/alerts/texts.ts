/** Alerts in words: what happened, since when, who must act, what to do. In both languages; never a dossier, never a person. */
import type { Text, WhoActs } from '../../contract/errors/types.ts';
import { instantFromEpoch } from '../../model/time.ts';
import type { AlertKind, Change } from './conditions.ts';

interface Words {
  who: WhoActs;
  title: (subject: string, figure: number) => Text;
  cleared: (subject: string) => Text;
  action: Text;
}

const span = (seconds: number): Text => {
  const [n, vi, en] = seconds < 120 ? [seconds, 'giây', 's'] : seconds < 7200 ? [Math.round(seconds / 60), 'phút', 'min'] : [Math.round(seconds / 3600), 'giờ', 'h'];
  return { vi: `${n} ${vi}`, en: `${n} ${en}` };
};
const LIMIT_NAMES: Readonly<Record<string, Text>> = {
  disk: { vi: 'đĩa chứa sổ cái', en: 'the ledger’s disk' },
  'ledger-size': { vi: 'dung lượng cho phép của sổ cái', en: 'the ledger’s allowed size' },
  backlog: { vi: 'số lượt trao đổi chưa xong', en: 'messages not yet settled' },
  memory: { vi: 'bộ nhớ của tiến trình', en: 'the memory of the process' },
};
const limitName = (limit: string): Text => LIMIT_NAMES[limit] ?? { vi: limit, en: limit };

const WORDS: Readonly<Record<AlertKind, Words>> = {
  'upstream-down': {
    who: 'ministry',
    title: (s, n) => ({ vi: `${s}: có việc chờ nhưng ${span(n).vi} chưa lời gọi nào thành công`, en: `${s}: work waits, but no call has succeeded for ${span(n).en}` }),
    cleared: (s) => ({ vi: `${s}: đã hoạt động lại, hoặc không còn việc chờ`, en: `${s}: works again, or nothing waits any more` }),
    action: { vi: 'Kiểm tra đường truyền, tài khoản và thông báo bảo trì của hệ thống đích; hồ sơ vẫn được giữ và sẽ tự gửi tiếp.', en: 'Check the line, the account and the upstream’s maintenance notices; the dossiers are kept and go on by themselves.' },
  },
  'breaker-open': {
    who: 'ministry',
    title: (s) => ({ vi: `${s}: cầu dao mở, tạm ngừng gọi`, en: `${s}: the breaker is open, calls are paused` }),
    cleared: (s) => ({ vi: `${s}: đã gọi lại bình thường`, en: `${s}: calls go out as usual again` }),
    action: { vi: 'Nếu không phải mở bằng tay (xem lienthong orders) thì hệ thống đích lỗi liên tiếp; cổng tự thử lại. Báo cho đơn vị vận hành hệ thống đích nếu kéo dài.', en: 'Unless it was opened by hand (see lienthong orders) the upstream fails again and again; the gateway tries by itself. Tell those who run the upstream if it lasts.' },
  },
  'dead-letters': {
    who: 'operator',
    title: (s, n) => ({ vi: `${s}: ${n} lượt trao đổi đã bỏ cuộc (dead)`, en: `${s}: ${n} messages were given up (dead)` }),
    cleared: (s) => ({ vi: `${s}: không còn lượt bỏ cuộc`, en: `${s}: no given-up messages are left` }),
    action: { vi: 'Xem /v1/exchanges?state=dead, sửa nguyên nhân rồi gửi lại (replay).', en: 'See /v1/exchanges?state=dead, mend the cause, then replay.' },
  },
  rejected: {
    who: 'province',
    title: (s, n) => ({ vi: `${s}: ${n} lượt trao đổi bị từ chối`, en: `${s}: ${n} messages were rejected` }),
    cleared: (s) => ({ vi: `${s}: không còn lượt bị từ chối`, en: `${s}: no rejected messages are left` }),
    action: { vi: 'Xem /v1/exchanges?state=rejected, sửa hồ sơ ở hệ thống nguồn rồi gửi lại.', en: 'See /v1/exchanges?state=rejected, correct the dossiers in their source and send them again.' },
  },
  doubts: {
    who: 'operator',
    title: (s, n) => ({ vi: `${s}: ${n} lượt mất câu trả lời, chưa rõ đã được nhận hay chưa`, en: `${s}: ${n} messages lost their reply, and it is not known whether they were taken` }),
    cleared: (s) => ({ vi: `${s}: không còn lượt nghi vấn`, en: `${s}: no doubtful messages are left` }),
    action: { vi: 'Đối chiếu trên hệ thống đích; chỉ gửi lại khi chắc chắn thiếu.', en: 'Look at the upstream; retry only what is really missing there.' },
  },
  'backlog-age': {
    who: 'operator',
    title: (s, n) => ({ vi: `${s}: việc đến hạn gửi đã chờ ${span(n).vi}`, en: `${s}: work that is due has waited for ${span(n).en}` }),
    cleared: (s) => ({ vi: `${s}: việc chờ đã được gửi kịp`, en: `${s}: what waited has been caught up with` }),
    action: { vi: 'Kiểm tra hệ thống đích, giới hạn tốc độ và số tiến trình gửi (vai trò deliver).', en: 'Check the upstream, its rate limit, and how many processes deliver.' },
  },
  'nothing-sent': {
    who: 'operator',
    title: (_s, n) => ({ vi: `Không gửi được gì trong giờ cao điểm; trong lúc đó nhận ${n} thay đổi`, en: `Nothing was sent in a busy hour; ${n} changes came in meanwhile` }),
    cleared: () => ({ vi: 'Đã gửi trở lại', en: 'Sending goes on' }),
    action: { vi: 'Nếu không nhận được thay đổi nào: kiểm tra hệ thống nguồn. Nếu có: kiểm tra hệ thống đích và các lệnh tạm giữ.', en: 'If nothing came in: check the source. If changes came in: check the upstreams and the holds.' },
  },
  'limit-near': {
    who: 'operator',
    title: (s, n) => ({ vi: `Đã dùng ${n} % giới hạn: ${limitName(s).vi}`, en: `${n} % of a limit is used: ${limitName(s).en}` }),
    cleared: (s) => ({ vi: `Đã xa giới hạn: ${limitName(s).vi}`, en: `Far from the limit again: ${limitName(s).en}` }),
    action: { vi: 'Thêm đĩa hoặc bộ nhớ, giảm việc tồn, hoặc nâng giới hạn nếu máy chịu được.', en: 'Add disk or memory, let the backlog shrink, or raise the limit where the machine can bear it.' },
  },
  'limit-reached': {
    who: 'operator',
    title: (s) => ({ vi: `Ngừng nhận hồ sơ: tới giới hạn ${limitName(s).vi}`, en: `Intake has stopped: the limit is reached, ${limitName(s).en}` }),
    cleared: (s) => ({ vi: `Nhận hồ sơ trở lại: ${limitName(s).vi}`, en: `Intake goes on: ${limitName(s).en}` }),
    action: { vi: 'Bên gửi nhận 503 và sẽ gửi lại; xử lý ngay giới hạn đã tới.', en: 'Callers get 503 and come again; deal with the limit at once.' },
  },
  'clock-skew': {
    who: 'operator',
    title: (_s, n) => ({ vi: `Đồng hồ của một tiến trình lệch ${n} giây so với cơ sở dữ liệu`, en: `The clock of a process differs from the database’s by ${n} s` }),
    cleared: () => ({ vi: 'Đồng hồ đã khớp', en: 'The clocks agree again' }),
    action: { vi: 'Bật đồng bộ giờ (NTP) trên máy bị lệch.', en: 'Turn on time synchronisation (NTP) on that machine.' },
  },
  drift: {
    who: 'vendor',
    title: (s, n) => ({ vi: `${s}: ${n} điểm trong câu trả lời khác với lược đồ đã ghim`, en: `${s}: answers differ from their pinned schema in ${n} ways` }),
    cleared: (s) => ({ vi: `${s}: không còn điểm khác nào chưa xác nhận`, en: `${s}: no difference is left that nobody has acknowledged` }),
    action: { vi: 'Xem lienthong drift; hỏi đơn vị vận hành hệ thống đó, cập nhật lược đồ, rồi xác nhận. Việc gửi vẫn tiếp tục.', en: 'See lienthong drift; ask those who run that system, update the schema, then acknowledge. Delivery goes on.' },
  },
  'round-failing': {
    who: 'operator',
    title: (s, n) => ({ vi: `${s}: ${span(n).vi} chưa lượt hỏi định kỳ nào trọn vẹn`, en: `${s}: no round has ended without a failure for ${span(n).en}` }),
    cleared: (s) => ({ vi: `${s}: các lượt hỏi định kỳ lại trọn vẹn`, en: `${s}: rounds end without a failure again` }),
    action: { vi: 'Xem /v1/upstreams (rounds), nhật ký và khu cách ly: cả lượt không thành thì kiểm tra đường truyền và tài khoản, từng dòng lỗi thì xem dòng đó; không có gì bị mất.', en: 'See /v1/upstreams (rounds), the log and the quarantine: where whole rounds fail check the line and the account, where single rows fail look at those; nothing is lost.' },
  },
  'evidence-unwritable': {
    who: 'operator',
    title: () => ({ vi: 'Không ghi được sổ cái: cổng ngừng trao đổi', en: 'The ledger cannot be written: the gateway has stopped exchanging' }),
    cleared: () => ({ vi: 'Sổ cái ghi được trở lại, cổng trao đổi tiếp', en: 'The ledger can be written again, and exchanging goes on' }),
    action: { vi: 'Kiểm tra đĩa (hoặc PostgreSQL) và nhật ký; những gì đã xác nhận vẫn còn nguyên.', en: 'Check the disk (or PostgreSQL) and the log; everything acknowledged is still there.' },
  },
};

export interface AlertView { kind: AlertKind; subject: string | null; change: Change['change']; at: string; since: string; figure: number; who: WhoActs; title: Text; action: Text }

export function alertView({ kind, subject, change, at, since, figure }: Change): AlertView {
  const words = WORDS[kind];
  return {
    kind, subject: subject === '' ? null : subject, change, at: instantFromEpoch(at), since: instantFromEpoch(since), figure, who: words.who,
    title: change === 'cleared' ? words.cleared(subject) : words.title(subject, figure),
    action: change === 'cleared' ? { vi: 'Không cần làm gì thêm.', en: 'Nothing more to do.' } : words.action,
  };
}
