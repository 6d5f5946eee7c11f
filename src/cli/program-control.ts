/** The commands of whoever operates a running gateway: hold back, let go, give up, send again. All of them go over its HTTP API. */
import type { Command } from './program.ts';

/** What every group of commands is made with. */
export interface Parts {
  command: (words: string, text: string) => Command;
  lazy: <Args extends unknown[]>(load: () => Promise<(...args: Args) => unknown>) => (...args: Args) => Promise<void>;
  gateway: string;
  keyEnv: string;
}

export function controlCommands({ command, lazy, gateway, keyEnv }: Parts): void {
  const toGateway = (made: Command): Command => made
    .option('--to <url>', 'the gateway / địa chỉ cổng', gateway)
    .option('--key-env <name>', 'environment variable that holds the API key / biến môi trường chứa khóa', keyEnv)
    .option('--json', 'JSON');
  const reasoned = (made: Command): Command => made.requiredOption('--reason <text>', 'why; kept encrypted in the ledger, no personal data / lý do, lưu mã hoá, không ghi thông tin cá nhân');
  const paged = (made: Command, limit: string): Command => made
    .option('--limit <number>', 'most lines / số dòng tối đa', limit)
    .option('--after <id>', 'go on after this one / lấy tiếp sau số này');
  const filtered = (made: Command): Command => made
    .option('--upstream <id>', 'towards this upstream / hệ thống đích')
    .option('--operation <id>', 'operation of the adapter / thao tác')
    .option('--dossier <code>', 'dossier number / mã hồ sơ')
    .option('--procedure <code>', 'procedure code / mã thủ tục')
    .option('--code <LT-…>', 'code of the last outcome / mã lỗi lần gửi cuối')
    .option('--from <time>', 'ended at or after: 2026-03-01 or an instant / kết thúc từ lúc')
    .option('--before <time>', 'ended before / kết thúc trước lúc');
  const anyState = ['--state <list>', 'comma-separated: rejected, dead, doubtful, cancelled / trạng thái'] as const;

  toGateway(reasoned(command('freeze <scope> <key>', 'Hold back a dossier, a procedure or an upstream; scope: dossier, procedure, upstream / Tạm giữ một hồ sơ, thủ tục hoặc hệ thống đích')
    .option('--upstream <id>', 'towards this upstream only / chỉ chiều gửi tới hệ thống đích này')
    .option('--for <time>', 'ends by itself: 30m, 8h, 2d / tự hết hiệu lực sau')
    .option('--until <time>', 'ends by itself: an instant, or the end of a day / tự hết hiệu lực lúc')))
    .action(lazy(async () => (await import('./commands/holds.ts')).freeze));
  toGateway(reasoned(command('release <hold>', 'Let go what a hold keeps back / Gỡ một lệnh tạm giữ')))
    .action(lazy(async () => (await import('./commands/holds.ts')).release));
  toGateway(command('holds', 'The standing holds / Các lệnh tạm giữ đang có hiệu lực'))
    .action(lazy(async () => (await import('./commands/holds.ts')).holds));
  toGateway(paged(command('blocked', 'Dossiers that do not go on by themselves: why, who must act, what to do / Hồ sơ không tự đi tiếp: vì sao, ai xử lý, làm gì')
    .option('--upstream <id>', 'towards this upstream / hệ thống đích')
    .option('--why <reason>', 'hold, refused, failed / lý do'), '100'))
    .action(lazy(async () => (await import('./commands/holds.ts')).blocked));

  toGateway(paged(filtered(command('dead', 'Dead letters: exchanges that need a person / Các lượt trao đổi cần người xử lý')
    .option(...anyState)), '100'))
    .action(lazy(async () => (await import('./commands/exchanges.ts')).dead));
  toGateway(reasoned(command('retry <exchange>', 'Send one exchange again / Gửi lại một lượt trao đổi')))
    .action(lazy(async () => (await import('./commands/exchanges.ts')).retry));
  toGateway(reasoned(command('cancel <exchange>', 'Give one exchange up; what stands behind it goes on / Huỷ một lượt trao đổi, các lượt sau đi tiếp')))
    .action(lazy(async () => (await import('./commands/exchanges.ts')).cancel));

  toGateway(paged(filtered(command('replay preview', 'What would happen if these were sent again now; sends nothing / Xem trước việc gửi lại, không gửi gì')
    .requiredOption(...anyState)), '50'))
    .action(lazy(async () => (await import('./commands/replay.ts')).previewReplay));
  toGateway(reasoned(filtered(command('replay start', 'Send many again, in slices behind live traffic / Gửi lại hàng loạt, sau việc đang chạy')
    .requiredOption(...anyState)
    .option('--wait', 'stay until it has ended / chờ đến khi xong'))))
    .action(lazy(async () => (await import('./commands/replay.ts')).startReplay));
  toGateway(paged(command('replay status <replay>', 'How far a replay has come / Tiến độ của một lượt gửi lại')
    .option('--result', 'list what became of its exchanges / liệt kê kết quả từng lượt')
    .option('--state <state>', 'with --result: only these / chỉ trạng thái này'), '100'))
    .action(lazy(async () => (await import('./commands/replay.ts')).replayStatus));
  toGateway(reasoned(command('replay cancel <replay>', 'Stop a replay; what was not sent yet is a dead letter again / Dừng một lượt gửi lại, phần chưa gửi trở lại như cũ')))
    .action(lazy(async () => (await import('./commands/replay.ts')).cancelReplay));
  toGateway(command('replay list', 'The replays, newest first / Các lượt gửi lại hàng loạt, mới trước'))
    .action(lazy(async () => (await import('./commands/replay.ts')).listReplays));

  toGateway(command('orders', 'Orders given: who, when, why; without --dossier those about procedures, upstreams, breakers, replays / Các lệnh đã ra: ai, khi nào, vì sao')
    .option('--dossier <code>', 'orders about this dossier / các lệnh về hồ sơ này')
    .option('--citizens', 'who asked a population database about citizens instead / thay vào đó: ai đã hỏi cơ sở dữ liệu dân cư')
    .option('--limit <number>', 'most lines / số dòng tối đa', '100')
    .option('--before <order>', 'older than this one / lấy các lệnh trước số này'))
    .action(lazy(async () => (await import('./commands/orders.ts')).orders));
  toGateway(command('alerts', 'What is wrong now, who must act, what to do / Cảnh báo hiện tại, ai xử lý, làm gì')
    .option('--recent', 'what changed lately, too / kèm các thay đổi gần đây'))
    .action(lazy(async () => (await import('./commands/alerts.ts')).alerts));
  toGateway(command('instances', 'The processes on this ledger, and which of them leads / Các tiến trình trên sổ cái, tiến trình nào dẫn đầu'))
    .action(lazy(async () => (await import('./commands/alerts.ts')).instances));

  toGateway(command('drift list', 'What upstreams answer otherwise than their pinned schemas say; drift alone does the same / Câu trả lời của hệ thống đích khác lược đồ đã ghim ở đâu; chỉ gõ drift cũng được')
    .option('--upstream <id>', 'of this upstream or source / của hệ thống đích hoặc nguồn này')
    .option('--operation <id>', 'of this operation / của thao tác này')
    .option('--all', 'acknowledged ones, too / kèm những điểm đã xác nhận'))
    .action(lazy(async () => (await import('./commands/drift.ts')).drift));
  toGateway(reasoned(command('drift acknowledge <id>', 'Say that a difference is known: no alert any more until it changes / Xác nhận đã biết một điểm khác, không cảnh báo nữa cho đến khi thay đổi')))
    .action(lazy(async () => (await import('./commands/drift.ts')).acknowledge));

  toGateway(command('upstreams', 'How each upstream stands: breaker, limits, what waits / Tình trạng từng hệ thống đích: cầu dao, giới hạn, việc chờ'))
    .action(lazy(async () => (await import('./commands/upstreams.ts')).upstreams));
  toGateway(reasoned(command('breaker <upstream> <action>', 'Open or close the breaker of an upstream; action: open, close / Mở hoặc đóng cầu dao của một hệ thống đích')
    .option('--for <time>', 'with open: 30m, 8h, 2d / khi mở: trong bao lâu')))
    .action(lazy(async () => (await import('./commands/upstreams.ts')).breaker));
}
