/** The commands of the indicators that a province is judged by. */
import type { Command } from './program.ts';
import type { Parts } from './program-control.ts';

export function indicatorCommands({ command, lazy, gateway, keyEnv }: Parts): void {
  const asked = (made: Command): Command => made
    .option('--period <period>', '2025, 2025-Q3, 2025-07, 2025-07-01, 2025-07-01..2025-07-13 (default: this month) / kỳ báo cáo, mặc định tháng này')
    .option('--unit <codes>', 'only these agencies and what is below them / chỉ các cơ quan này và cấp dưới')
    .option('--field <codes>', 'only these sectors / chỉ các lĩnh vực này')
    .option('--procedure <codes>', 'only these procedures / chỉ các thủ tục này')
    .option('--channel <channel>', 'COUNTER, ONLINE, POSTAL / kênh')
    .option('--set <definitions>', 'qd766-2022, province-counts, emc / bộ định nghĩa')
    .option('--area <how>', 'as-it-was, same-area-today / theo đơn vị khi đó hay địa bàn hiện nay')
    .option('--as-of <instant>', 'judge open dossiers at this instant / xét hồ sơ đang xử lý tại thời điểm này');
  const from = (made: Command): Command => made
    .option('-c, --config <file>', 'read the ledger itself, not a running gateway / đọc thẳng sổ cái')
    .option('--to <url>', 'the gateway / địa chỉ cổng', gateway)
    .option('--key-env <name>', 'environment variable that holds the API key / biến môi trường chứa khóa', keyEnv)
    .option('--json', 'JSON');

  from(asked(command('indicators report', 'The figures of a period; indicators alone does the same / Số liệu của một kỳ; chỉ gõ indicators cũng được')
    .option('--by <dimension>', 'unit, receiving-unit, commune, province, field, procedure, channel, day, month, quarter, year / theo')
    .option('--format <format>', 'table, csv, json, xlsx, html / định dạng', 'table')
    .option('-o, --out <file>', 'write to this file / ghi ra tệp')
    .option('--lang <language>', 'vi, en', 'vi')))
    .action(lazy(async () => (await import('./commands/indicators.ts')).indicators));
  from(asked(command('indicators explain <code>', 'A figure: definition, points lost and why; or a dossier: what it counts for and what it loses / Giải thích một chỉ tiêu hoặc một hồ sơ: mất điểm ở đâu, khắc phục thế nào')
    .option('--part <part>', 'which dossiers to list: missing, numerator, denominator / liệt kê hồ sơ nào', 'missing')
    .option('--limit <number>', 'most dossiers / số hồ sơ tối đa', '20')
    .option('--after <code>', 'go on after this dossier / lấy tiếp sau hồ sơ này')))
    .action(lazy(async () => (await import('./commands/indicators.ts')).explain));
  from(asked(command('indicators findings', 'Contradictions in what the figures are made of / Số liệu mâu thuẫn, kèm hồ sơ')))
    .action(lazy(async () => (await import('./commands/indicators.ts')).findings));
  from(asked(command('indicators forecast', 'Which open dossiers become late in the next working days, and what that costs / Hồ sơ sắp quá hạn và số điểm sẽ mất')
    .option('--days <number>', 'working days / số ngày làm việc', '5')
    .option('--limit <number>', 'most dossiers / số hồ sơ tối đa', '100')))
    .action(lazy(async () => (await import('./commands/indicators.ts')).forecastCommand));
  from(asked(command('indicators compare', 'Our figures beside those that the national portal reports / So số liệu với báo cáo của Cổng Dịch vụ công quốc gia')
    .option('--file <file>', 'saved answers of its report endpoints, JSON / câu trả lời đã lưu của cổng')
    .option('--url <url>', 'ask the portal there, or a mock / địa chỉ cổng để hỏi')
    .option('--department <id>', 'with --url: rootDepartmentId of the province / mã đơn vị gốc ở cổng')
    .option('--all', 'equal ones, too / kèm cả số khớp')))
    .action(lazy(async () => (await import('./commands/indicators-compare.ts')).compare));
  from(command('indicators recompute', 'Read the whole ledger anew in a running gateway / Tính lại từ đầu ở cổng đang chạy')
    .option('--check', 'only compare; exit code 1 when something differs / chỉ đối chiếu'))
    .action(lazy(async () => (await import('./commands/indicators.ts')).recompute));
}
