/** The commands of the contract kit: mocks, conformance, recordings, drift. None of them needs a gateway of its own. */
import type { Parts } from './program-control.ts';

export function kitCommands({ command, lazy }: Parts): void {
  command('mock <upstream>', 'Run a simulated upstream / Chạy hệ thống đích giả lập')
    .option('-p, --port <number>', 'port; 0 takes a free one / cổng', '0')
    .option('--host <address>', 'address to listen on / địa chỉ', '127.0.0.1')
    .option('--seed <text>', 'repeats a run: accounts, sessions, faults / hạt giống')
    .option('--records <file>', 'dossiers that a source holds, an NDJSON export / hồ sơ có sẵn trong nguồn, tệp NDJSON')
    .option('--faults <file>', 'fault plan, JSON / kế hoạch lỗi')
    .option('-o, --option <name=value...>', 'an option of the simulator, see its README / tùy chọn của bộ giả lập')
    .option('--json', 'one line of JSON for a script; ends when stdin does / in một dòng JSON')
    .action(lazy(async () => (await import('./commands/mock.ts')).mock));
}
