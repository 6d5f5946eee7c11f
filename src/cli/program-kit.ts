/** The commands of the contract kit: mocks, conformance, recordings. None of them needs a gateway of its own. */
import type { Parts } from './program-control.ts';

export function kitCommands({ command, lazy }: Parts): void {
  command('mock [upstreams...]', 'Run simulated upstreams, one, several or all, with faults, contract checks and a page / Chạy máy chủ giả lập của một, nhiều hoặc mọi hệ thống đích')
    .option('-p, --port <number>', 'port of the first one, the others follow; 0 takes free ones / cổng của máy chủ đầu tiên, các máy sau nối tiếp', '0')
    .option('--host <address>', 'address to listen on / địa chỉ', '127.0.0.1')
    .option('--seed <text>', 'repeats a run: accounts, sessions, faults / hạt giống')
    .option('--records <file>', 'dossiers that a source holds, an NDJSON export / hồ sơ có sẵn trong nguồn, tệp NDJSON')
    .option('--faults <file>', 'fault plan, YAML or JSON; for all upstreams or in sections / kế hoạch lỗi, YAML hoặc JSON')
    .option('-o, --option <name=value...>', 'an option of the simulator, see its README; upstream.name=value when several run / tùy chọn của bộ giả lập')
    .option('--validate <mode>', 'observe: say what breaks the contract (default) · refuse: answer 400 · off / đối chiếu hợp đồng: ghi nhận, từ chối, tắt')
    .option('--no-validation', 'the same as --validate off / không đối chiếu hợp đồng')
    .option('--tls', 'HTTPS with a certificate made now; prints the CA file for clients / HTTPS với chứng thư tạo tại chỗ')
    .option('--ca-file <file>', 'where --tls writes the CA (default: a temporary file) / nơi ghi chứng thư CA')
    .option('--tls-cert <file>', 'HTTPS with this certificate, PEM / chứng thư có sẵn')
    .option('--tls-key <file>', 'and its key, PEM / khóa của chứng thư')
    .option('--record <file>', 'write every exchange to a recording, personal data replaced / ghi lại mọi lượt gọi, dữ liệu cá nhân được thay thế')
    .option('--callback-url <url>', 'where the upstream’s own calls go / địa chỉ nhận lời gọi của hệ thống giả lập')
    .option('--callback-header <name: value...>', 'sent with them, a key for instance / tiêu đề gửi kèm')
    .option('--callback-ca <file>', 'CA of that address, PEM / chứng thư CA của địa chỉ đó')
    .option('--keep <number>', 'exchanges kept for the page and the admin API / số lượt gọi giữ lại', '10000')
    .option('--json', 'one line of JSON for each mock; ends when stdin does / mỗi máy chủ một dòng JSON')
    .action(lazy(async () => (await import('./commands/mock.ts')).mock));
}
