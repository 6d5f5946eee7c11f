import { writeFile } from 'node:fs/promises';
import { shadow as run, type ShadowReport } from '../../testing/recorder/shadow.ts';
import { adapterNamed, settingsOf, withSettings } from '../adapter-module.ts';
import { CommandError, EXIT, table } from '../output.ts';
import { recordingOf } from './record.ts';
import { shadowHtml } from '../shadow-html.ts';

export interface ShadowCommandOptions { recording: string; adapter: string; against?: string; config: string; againstConfig?: string; report?: string; json?: boolean }

const PROGRESS_EVERY = 1_000;

/** Holds another version of an adapter against a recording. Exit code 1 when something would be sent or understood otherwise. */
export async function shadow(options: ShadowCommandOptions): Promise<void> {
  if (options.report !== undefined && !/\.(html|json)$/.test(options.report)) throw new CommandError('--report: a file that ends in .html or .json / tệp .html hoặc .json', EXIT.usage);
  const adapter = await adapterNamed(options.adapter, '--adapter');
  const against = options.against === undefined ? undefined : await adapterNamed(options.against, '--against');
  for (const one of [adapter, against]) {
    if (one !== undefined && one.readCall === undefined) throw new CommandError(`${one.id} has no readCall, so that recorded calls cannot be read back / chưa có readCall nên không đọc lại được lượt gọi đã ghi`, EXIT.usage);
  }
  const report = await withSettings(() => run(recordingOf(options.recording), {
    adapter, config: settingsOf(options.config, adapter),
    ...(against === undefined ? {} : { against, againstConfig: settingsOf(options.againstConfig ?? options.config, against) }),
    onProgress: (exchanges) => {
      if (exchanges % PROGRESS_EVERY === 0) process.stderr.write(`${exchanges} …\n`);
    },
  }));
  if (report.compared === 0) throw new CommandError('nothing to compare: the recording has no call that this adapter reads and, with these settings, sends / không có gì để so sánh: bản ghi không có lượt gọi nào mà bộ kết nối đọc được và, với thiết lập này, gửi đi', EXIT.usage);
  if (report.differing > 0) process.exitCode = EXIT.findings;
  if (options.report?.endsWith('.json') === true) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  else if (options.report !== undefined) await writeFile(options.report, shadowHtml(report, { recording: options.recording, adapter: `${adapter.id} ${adapter.version}`, against: against === undefined ? undefined : `${against.id} ${against.version}` }));
  process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : `${words(report)}\n`);
}

/** The report for people. */
function words({ exchanges, compared, differing, passedOver, fields, more }: ShadowReport): string {
  const rows = fields.map(({ operation, part, field, kind, count, samples: [first] }) => [operation, part, field === '' ? '/' : field, kind, count, first === undefined ? '' : `${first.seq}: ${first.before} → ${first.after}`]);
  return [
    ...(rows.length === 0 ? [] : [table(['operation / thao tác', 'part', 'field / trường', 'kind', 'times / số lần', 'first / ví dụ'], rows), '']),
    ...(more === 0 ? [] : [`${more} more differences are not listed / còn ${more} khác biệt không liệt kê`]),
    `${exchanges} exchanges, ${compared} compared, ${differing} differ, ${passedOver} passed over / ${exchanges} lượt, so sánh ${compared}, khác ${differing}, bỏ qua ${passedOver}`,
  ].join('\n');
}
