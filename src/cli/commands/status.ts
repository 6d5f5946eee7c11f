import type { LedgerCounts } from '../../ledger/ledger.ts';
import { getJson } from '../ndjson-client.ts';
import { EXIT, table } from '../output.ts';

/** What a person is needed for: these states do not end by themselves. */
const NEEDS_A_PERSON = new Set(['rejected', 'dead', 'doubtful']);

/** One look at a running gateway. Exit code 1 when something waits for a person. */
export async function status(options: { to: string; keyEnv: string; json?: boolean }): Promise<void> {
  const key = process.env[options.keyEnv];
  const counts = await getJson<LedgerCounts>({ url: options.to, ...(key === undefined ? {} : { key }) }, '/v1/summary');
  const exchanges = Object.entries(counts.exchanges).filter(([, n]) => n > 0).map(([path, n]) => {
    const [upstream = '', operation = '', state = ''] = path.split('/');
    return { upstream, operation, state, n };
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify(counts)}\n`);
  else {
    process.stdout.write(`dossiers / hồ sơ ${counts.dossiers.toLocaleString('en-US')} · events ${counts.events.toLocaleString('en-US')} · quarantined / cách ly ${counts.quarantined} · doubts / nghi vấn ${counts.doubts} · oldest waiting / chờ lâu nhất ${counts.oldestPendingMs === null ? '–' : `${Math.round(counts.oldestPendingMs / 1000)} s`}\n\n`);
    process.stdout.write(`${table(['upstream', 'operation', 'state', 'exchanges'], exchanges.map((e) => [e.upstream, e.operation, e.state, e.n]))}\n`);
  }
  if (counts.quarantined > 0 || exchanges.some((e) => NEEDS_A_PERSON.has(e.state))) process.exitCode = EXIT.findings;
}
