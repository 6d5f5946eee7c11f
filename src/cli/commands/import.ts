import { createReadStream, statSync } from 'node:fs';
import { CommandError, EXIT } from '../output.ts';
import { BROKEN_OFF, importLines } from '../ndjson-client.ts';
import { progress } from '../progress.ts';

export interface ImportOptions { from: string; to: string; keyEnv: string; json?: boolean; failures?: boolean }

/** Streams an NDJSON export to a running gateway. Lines that are refused are named, kept in quarantine there, and the rest goes on. */
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
  for await (const result of importLines(target, options.from, stream)) {
    if (result.summary !== undefined) {
      complete = true;
      continue;
    }
    const status = result.status ?? 'unknown';
    counts[status] = (counts[status] ?? 0) + 1;
    if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (status === 'quarantined' && options.failures !== false) {
      process.stderr.write(`\nline ${result.line ?? '?'} ${result.code ?? ''} quarantine ${result.quarantineId ?? '?'}\n${(result.issues ?? []).map((i) => `  ${i.code} ${i.pointer ?? ''} ${i.message.vi} / ${i.message.en}`).join('\n')}\n`);
    }
    bar?.to(sent, `${Object.values(counts).reduce((a, b) => a + b, 0)} dossiers`);
  }
  bar?.done();
  if (options.json !== true) process.stdout.write(`${Object.entries(counts).map(([status, n]) => `${status} ${n.toLocaleString('en-US')}`).join(' · ') || 'nothing'}\n`);
  if (!complete) throw new CommandError(BROKEN_OFF, EXIT.unavailable);
  if ((counts['quarantined'] ?? 0) > 0 || (counts['conflict'] ?? 0) > 0) process.exitCode = EXIT.findings;
}
