import { createReadStream, statSync } from 'node:fs';
import { CommandError, EXIT } from '../output.ts';
import { BROKEN_OFF, importLines } from '../ndjson-client.ts';
import { progress } from '../progress.ts';

export interface ImportOptions { from: string; to: string; keyEnv: string; json?: boolean; failures?: boolean }

/** The status of a line that the gateway could not record; it takes no further ones. */
const FAILED = 'failed';

/**
 * Streams an NDJSON export to a running gateway. Lines that are refused are named, kept in quarantine there, and the rest goes on.
 * @throws CommandError with exit code 3 when the gateway did not take the whole file
 */
export async function importFile(file: string, options: ImportOptions): Promise<void> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) throw new CommandError(`no such file / không có tệp: ${file}`, EXIT.usage);
  const key = process.env[options.keyEnv];
  const target = { url: options.to, ...(key === undefined ? {} : { key }) };
  const stream = createReadStream(file, { highWaterMark: 256 * 1024 });
  let sent = 0;
  stream.on('data', (chunk) => (sent += chunk.length));
  const bar = options.json === true ? undefined : progress('import', found.size);
  const counts: Record<string, number> = {};
  let complete = false;
  let endedBy: string | undefined;
  for await (const result of importLines(target, options.from, stream)) {
    if (result.summary !== undefined) {
      complete = result.summary.complete === true;
      endedBy ??= result.summary.code;
      continue;
    }
    const status = result.status ?? 'unknown';
    counts[status] = (counts[status] ?? 0) + 1;
    if (status === FAILED) endedBy ??= result.code;
    if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (status === 'quarantined' && options.failures !== false) {
      process.stderr.write(`\nline ${result.line ?? '?'} ${result.code ?? ''} quarantine ${result.quarantineId ?? '?'}\n${(result.issues ?? []).map((i) => `  ${i.code} ${i.pointer ?? ''} ${i.message.vi} / ${i.message.en}`).join('\n')}\n`);
    }
    bar?.to(sent, `${Object.values(counts).reduce((a, b) => a + b, 0)} dossiers`);
  }
  bar?.done();
  if (options.json !== true) process.stdout.write(`${Object.entries(counts).map(([status, n]) => `${status} ${n.toLocaleString('en-US')}`).join(' · ') || 'nothing'}\n`);
  // A failed line was not recorded, whatever the summary says: the file is not in yet.
  if (!complete || (counts[FAILED] ?? 0) > 0) throw new CommandError(endedBy === undefined ? BROKEN_OFF : `${BROKEN_OFF}: ${endedBy}`, EXIT.unavailable);
  if ((counts['quarantined'] ?? 0) > 0 || (counts['conflict'] ?? 0) > 0) process.exitCode = EXIT.findings;
}
