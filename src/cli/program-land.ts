/** Files of the land data exchange. No gateway is needed. */
import type { Parts } from './program-control.ts';

export function landCommands({ command, lazy }: Parts): void {
  command('land validate <file>', 'Say everything that is odd about a HoSoXml file, of any size / Kiểm tra tệp trao đổi dữ liệu đất đai HoSoXml')
    .option('--codes <file>', 'codes beside the built-in lists, JSON: {"land-use": ["ABC"]} / mã bổ sung vào danh mục')
    .option('--json', 'JSON')
    .action(lazy(async () => (await import('./commands/land.ts')).landValidate));
  command('land convert <file>', 'HoSoXml to JSON, to NDJSON (any size), or JSON to HoSoXml / Chuyển đổi HoSoXml và JSON')
    .requiredOption('-o, --out <file>', 'new file; its ending tells the format / tệp mới, đuôi tệp cho biết định dạng')
    .option('--to <format>', 'json, ndjson, xml / định dạng')
    .option('--force', 'write over an existing file / ghi đè tệp đã có')
    .action(lazy(async () => (await import('./commands/land.ts')).landConvert));
}
