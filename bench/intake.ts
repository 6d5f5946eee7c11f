/** HTTP accept → validated → committed with fsync, and NDJSON import; delivery off, so that one thing is measured. */
import { generateExport } from '../examples/can-tho-2025-07/generate.ts';
import { load, sendFile } from './lib/load.ts';
import { endlessBodies } from './lib/payloads.ts';
import { peakMemoryMb, startBaseline, startGateway } from './lib/processes.ts';
import type { Result } from './lib/report.ts';

const CONNECTIONS = 64;
const REQUESTS = 24_000;
const MEMORY_MB = 300;

function bodies(prefix: string): string[] {
  const out: string[] = [];
  for (const body of endlessBodies(prefix)) {
    out.push(body);
    if (out.length === REQUESTS + 2_000) return out;
  }
  return out;
}

export async function benchAccept(): Promise<Result> {
  const made = bodies('B');
  const bare = await startBaseline('bare-server.ts');
  await load(bare.url, '/v1/dossiers', made.slice(0, 2_000).values(), { connections: CONNECTIONS, requests: 2_000 });
  const baseline = await load(bare.url, '/v1/dossiers', made.slice(2_000).values(), { connections: CONNECTIONS, requests: REQUESTS });
  await bare.stop();

  const gateway = await startGateway({ roles: 'intake' });
  await load(gateway.url, '/v1/dossiers', made.slice(0, 2_000).values(), { connections: CONNECTIONS, requests: 2_000 });
  const ours = await load(gateway.url, '/v1/dossiers', made.slice(2_000).values(), { connections: CONNECTIONS, requests: REQUESTS });
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  if (ours.failed > 0) throw new Error(`${ours.failed} requests were not accepted`);
  return {
    settings: `${REQUESTS.toLocaleString('en-US')} POST /v1/dossiers, ${CONNECTIONS} connections, load generator on the same cores; SQLite WAL, synchronous=FULL; every answer after fsync`,
    rows: [
      { what: 'bare fastify: parse, answer, keep nothing (baseline)', value: baseline.perSecond, unit: '/s', ratio: 1 },
      { what: 'accept, validate, plan, encrypt, commit', value: ours.perSecond, unit: '/s', ratio: ours.perSecond / baseline.perSecond, goal: { atLeast: 3_000 } },
      { what: '  latency p50', value: ours.p50, unit: 'ms' },
      { what: '  latency p99', value: ours.p99, unit: 'ms', goal: { below: 150 } },
      { what: '  gateway memory, highest', value: memory, unit: 'MB', goal: { below: MEMORY_MB } },
    ],
  };
}

export async function benchImport(): Promise<Result> {
  const lines = [...generateExport()].map((line) => `${line}\n`);
  const text = Buffer.from(lines.join(''));
  const parseStarted = performance.now();
  for (const line of text.toString('utf8').split('\n')) if (line !== '') JSON.parse(line);
  const parsePerSecond = lines.length / ((performance.now() - parseStarted) / 1000);

  const gateway = await startGateway({ roles: 'intake' });
  const rates: number[] = [];
  // Files of the same size with other numbers: dossiers that the ledger knows already would only measure the look-up.
  for (const round of ['0', '1', '2', '4']) {
    const file = Buffer.from(text.toString('utf8').replaceAll('"dossierNo":"H13', `"dossierNo":"H1${round}`));
    const started = performance.now();
    const summary = await sendFile(gateway.url, '/v1/dossiers:import?source=opencps', file);
    if (summary['accepted'] !== lines.length) throw new Error(`not all lines were accepted: ${JSON.stringify(summary)}`);
    if (round !== '0') rates.push(lines.length / ((performance.now() - started) / 1000));
  }
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  rates.sort((a, b) => a - b);
  const rate = rates[1] ?? Number.NaN;
  return {
    settings: `POST /v1/dossiers:import, ${lines.length.toLocaleString('en-US')} OpenCPS records of ${(text.length / lines.length / 1024).toFixed(1)} KB with their logs, median of 3 files after a warm-up; sender on the same cores; acknowledged after fsync`,
    rows: [
      { what: 'JSON.parse of the lines alone, in memory (baseline)', value: parsePerSecond, unit: '/s', ratio: 1 },
      { what: 'import: parse, decode, validate, plan, encrypt, commit', value: rate, unit: '/s', ratio: rate / parsePerSecond, goal: { atLeast: 8_000 } },
      { what: '  gateway memory, highest', value: memory, unit: 'MB', goal: { below: MEMORY_MB } },
    ],
  };
}
