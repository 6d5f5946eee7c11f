/** The command line: what there is, its options and its help. Each command lives in a file of its own. */
import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { EXIT, EXIT_HELP } from './output.ts';
import { controlCommands, type Parts } from './program-control.ts';
import { indicatorCommands } from './program-indicators.ts';
import { kitCommands } from './program-kit.ts';
import { landCommands } from './program-land.ts';

export type { Command };

const GATEWAY = 'http://127.0.0.1:8480';
const KEY_ENV = 'LIENTHONG_API_KEY';
/** Words that stand before others, and what they are about. */
const GROUPS: Readonly<Record<string, string>> = { config: 'Configuration / Cấu hình', keys: 'API keys / Khóa API', drift: 'What upstreams answer otherwise than their schemas say / Câu trả lời khác lược đồ', replay: 'Dead letters sent again, many at once / Gửi lại hàng loạt các lượt đã bỏ cuộc', indicators: 'The indicators that a province is judged by / Chỉ số đánh giá tỉnh', land: 'Land data exchange / Trao đổi dữ liệu đất đai', ledger: 'The ledger: export, backup, restore, move / Sổ cái: xuất, sao lưu, khôi phục, chuyển' };

/** What a group does when nothing more is said. */
const DEFAULTS: Readonly<Record<string, string>> = { drift: 'list', indicators: 'report' };

/** A command's code is loaded when it is called: help and `status` need not wait for the adapters and the HTTP service. */
const lazy = <Args extends unknown[]>(load: () => Promise<(...args: Args) => unknown>) =>
  async (...args: Args): Promise<void> => {
    await (await load())(...args);
  };

export function program(): Command {
  const root = new Command('lienthong')
    .description('Gateway and tools for the exchanges of a province’s dossiers / Cổng và công cụ liên thông hồ sơ của tỉnh')
    .version(manifest.version)
    // An option belongs to the command that it stands behind: `record --out` is a file, `record fixtures --out` a folder.
    .enablePositionalOptions()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
    .showHelpAfterError('lienthong --help: cách dùng / how to use it')
    .addHelpText('after', EXIT_HELP);
  const command = (words: string, text: string) => {
    const made = Object.hasOwn(GROUPS, words.split(' ')[0] ?? '') ? group(root, words) : root.command(words);
    return made.description(text).addHelpText('after', EXIT_HELP);
  };

  const parts: Parts = { command, lazy, gateway: GATEWAY, keyEnv: KEY_ENV };

  command('serve', 'Run the gateway / Chạy cổng')
    .requiredOption('-c, --config <file>', 'configuration, YAML or JSON / tệp cấu hình')
    .option('--roles <list>', 'what this process does: intake, deliver, schedule, console (default: all) / vai trò của tiến trình')
    .option('-p, --port <number>', 'port instead of the configured one; 0 takes a free one / cổng thay cho cấu hình')
    .action(lazy(async () => (await import('./commands/serve.ts')).serve));
  kitCommands(parts);
  landCommands(parts);
  indicatorCommands(parts);
  command('demo', 'Run the Cần Thơ fortnight, or another population, end to end: the other systems simulated, gateway, import, the province’s figures, judicial records, births and deaths / Chạy mẫu Cần Thơ (hoặc tỉnh khác) từ đầu đến cuối, hồ sơ đất đai đi và về, số liệu của tỉnh, lý lịch tư pháp, khai sinh, khai tử')
    .option('--once', 'end after the tables / kết thúc sau khi in các bảng')
    .option('--data <folder>', 'keep the ledger here (default: a fresh temporary folder) / thư mục sổ cái')
    .option('--population <file>', 'another province: its population file, see examples/can-tho-2025-07/README.md / tệp số liệu hồ sơ của tỉnh khác')
    .option('--faults', 'let the simulated systems fail now and then / bật lỗi ngẫu nhiên ở các hệ thống giả lập')
    .action(lazy(async () => (await import('./commands/demo.ts')).demo));
  command('import <file>', 'Send an NDJSON export to a running gateway / Gửi tệp NDJSON tới cổng đang chạy')
    .requiredOption('--from <source>', 'source as the gateway’s configuration names it, e.g. opencps / nguồn')
    .option('--to <url>', 'the gateway / địa chỉ cổng', GATEWAY)
    .option('--key-env <name>', 'environment variable that holds the API key / biến môi trường chứa khóa', KEY_ENV)
    .option('--no-failures', 'do not print refused lines / không in dòng bị từ chối')
    .option('--json', 'print every result line as JSON / in kết quả dạng JSON')
    .action(lazy(async () => (await import('./commands/import.ts')).importFile));
  command('status', 'What a running gateway holds, what is wrong and what waits for a person / Tình trạng cổng đang chạy')
    .option('--to <url>', 'the gateway / địa chỉ cổng', GATEWAY)
    .option('--key-env <name>', 'environment variable that holds the API key / biến môi trường chứa khóa', KEY_ENV)
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/status.ts')).status));
  controlCommands(parts);
  command('verify <files...>', 'Check exported events, archives and evidence; needs nothing else / Kiểm tra tệp đã xuất, không cần gì khác')
    .option('--from <seq:hash>', 'go on behind this event, the last of an earlier check / kiểm tiếp sau sự kiện này')
    .option('--checkpoints <file>', 'checkpoints.ndjson, kept elsewhere: shows a rewritten history and a cut tail / điểm kiểm tra giữ ở nơi khác')
    .option('-c, --config <file>', 'check the seals of checkpoints and evidence too, with the gateway’s key / kiểm cả niêm phong của điểm kiểm tra và chứng cứ, cần khóa của cổng')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/verify.ts')).verify));
  command('evidence <code>', 'Write one dossier’s evidence: timeline, hashes, links / Ghi chứng cứ của một hồ sơ')
    .option('-o, --out <path>', 'a new folder, or a file that ends in .json / thư mục mới hoặc tệp .json')
    .option('-c, --config <file>', 'read the ledger itself, not a running gateway / đọc thẳng sổ cái')
    .option('--to <url>', 'the gateway / địa chỉ cổng', GATEWAY)
    .option('--key-env <name>', 'environment variable that holds the API key / biến môi trường chứa khóa', KEY_ENV)
    .action(lazy(async () => (await import('./commands/evidence.ts')).evidence));
  const config = ['-c, --config <file>', 'configuration of the gateway / tệp cấu hình của cổng'] as const;
  command('ledger export', 'Write the events as files that verify checks; a gateway may run / Xuất sự kiện ra tệp để kiểm tra')
    .requiredOption(...config)
    .requiredOption('-o, --out <folder>', 'empty or new folder / thư mục trống hoặc mới')
    .option('--bodies', 'with the encrypted content, else its hash alone / kèm nội dung đã mã hoá')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/ledger-export.ts')).ledgerExport));
  command('ledger backup', 'Copy an embedded ledger to one checked file while its gateway runs / Sao lưu sổ cái khi cổng đang chạy')
    .requiredOption(...config)
    .requiredOption('-o, --out <file>', 'new file / tệp mới')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/ledger-backup.ts')).ledgerBackup));
  command('ledger restore', 'Check a backup and put it where no ledger is / Khôi phục sổ cái từ bản sao lưu')
    .requiredOption(...config)
    .requiredOption('--from <file>', 'a backup / bản sao lưu')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/ledger-backup.ts')).ledgerRestore));
  command('ledger move', 'Move an embedded ledger to PostgreSQL and prove that nothing changed / Chuyển sổ cái sang PostgreSQL và chứng minh không đổi')
    .requiredOption('--from-config <file>', 'configuration with the SQLite ledger; its gateway is stopped / cấu hình nguồn, cổng đã dừng')
    .requiredOption('--to-config <file>', 'configuration with the PostgreSQL ledger, an empty database / cấu hình đích, cơ sở dữ liệu trống')
    .option('--proof <file>', 'where the proof goes, JSON / nơi ghi chứng minh')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/ledger-move.ts')).ledgerMove));
  command('config check <file>', 'Check a configuration and say everything that is wrong / Kiểm tra tệp cấu hình')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/config-check.ts')).configCheck));
  command('keys new', 'Make an API key and its line for the configuration / Tạo khóa API')
    .requiredOption('--name <name>', 'who will use it / tên người dùng khóa')
    .option('--scopes <list>', 'comma-separated / phạm vi', 'intake, read')
    .action(lazy(async () => (await import('./commands/keys.ts')).newKey));
  return root;
}

/** `config check` is the command `check` below `config`. */
function group(root: Command, words: string): Command {
  const [parent = '', ...rest] = words.split(' ');
  const known = root.commands.find((c) => c.name() === parent) ?? root.command(parent).description(GROUPS[parent] ?? '');
  return known.command(rest.join(' '), { isDefault: DEFAULTS[parent] === rest[0] });
}
