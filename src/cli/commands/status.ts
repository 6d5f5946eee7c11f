import { getJson } from '../ndjson-client.ts';
import { EXIT, table } from '../output.ts';

/** What a person is needed for: these states do not end by themselves. */
const NEEDS_A_PERSON = new Set(['rejected', 'dead', 'doubtful']);

interface Summary { dossiers: number; events: number; quarantined: number; doubts: number; oldestPendingSeconds: number | null; exchanges: { upstream: string; operation: string; state: string; count: number }[] }

/** One look at a running gateway. Exit code 1 when something waits for a person. */
export async function status(options: { to: string; keyEnv: string; json?: boolean }): Promise<void> {
  const key = process.env[options.keyEnv];
  const summary = await getJson<Summary>({ url: options.to, ...(key === undefined ? {} : { key }) }, '/v1/summary');
  const exchanges = summary.exchanges.filter((e) => e.count > 0);
  if (options.json === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    const n = (value: number) => value.toLocaleString('en-US');
    process.stdout.write(`dossiers / hồ sơ ${n(summary.dossiers)} · events ${n(summary.events)} · quarantined / cách ly ${n(summary.quarantined)} · doubts / nghi vấn ${n(summary.doubts)} · oldest waiting / chờ lâu nhất ${summary.oldestPendingSeconds === null ? '–' : `${n(summary.oldestPendingSeconds)} s`}\n\n`);
    process.stdout.write(`${table(['upstream', 'operation', 'state', 'exchanges'], exchanges.map((e) => [e.upstream, e.operation, e.state, e.count]))}\n`);
  }
  if (summary.quarantined > 0 || exchanges.some((e) => NEEDS_A_PERSON.has(e.state))) process.exitCode = EXIT.findings;
}
