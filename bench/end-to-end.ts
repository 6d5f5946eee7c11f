/** Accept to delivered and settled at a zero-latency simulator, everything on the same cores. */
import { generateExport } from '../examples/can-tho-2025-07/generate.ts';
import { getJson } from '../src/cli/ndjson-client.ts';
import { load, sendFile } from './lib/load.ts';
import { peakMemoryMb, startGateway, startSimulator, type Running } from './lib/processes.ts';
import type { Result } from './lib/report.ts';

const OPEN = new Set(['pending', 'sending', 'unknown']);

interface Summary { exchanges: { state: string; count: number }[] }

export async function benchEndToEnd(): Promise<Result> {
  const portal = await startSimulator();
  const ceiling = await simulatorCeiling(portal);
  const gateway = await startGateway({ roles: 'intake,deliver,console', portal });
  const lines = [...generateExport()].map((line) => `${line}\n`);
  const file = Buffer.from(lines.join(''));
  const started = performance.now();
  const accepted = await sendFile(gateway.url, '/v1/dossiers:import?source=opencps', file);
  if (accepted['accepted'] !== lines.length) throw new Error(`not all lines were accepted: ${JSON.stringify(accepted)}`);
  const imported = performance.now() - started;
  for (;;) {
    const { exchanges } = await getJson<Summary>({ url: gateway.url }, '/v1/summary');
    if (exchanges.every((e) => !OPEN.has(e.state) || e.count === 0)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const total = performance.now() - started;
  const { summary } = await getJson<{ summary: Record<string, number> }>({ url: portal.url }, '/__admin/summary');
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  await portal.stop();
  if (summary['dossiers'] !== lines.length) throw new Error(`the portal holds ${String(summary['dossiers'])} of ${lines.length} dossiers`);
  const perSecond = lines.length / (total / 1000);
  return {
    settings: `${lines.length.toLocaleString('en-US')} dossiers, ${(summary['steps'] ?? 0).toLocaleString('en-US')} steps; import at full speed (done after ${(imported / 1000).toFixed(1)} s), delivery with 32 lanes at a time; gateway, simulator and sender on the same cores`,
    rows: [
      { what: 'lookups that the simulator answers to a bare client (baseline)', value: ceiling, unit: '/s', ratio: 1 },
      { what: 'dossiers accepted, delivered and settled', value: perSecond, unit: '/s', ratio: perSecond / ceiling, goal: { atLeast: 800 } },
      { what: '  dossiers and steps arrived', value: (lines.length + (summary['steps'] ?? 0)) / (total / 1000), unit: '/s' },
      { what: '  gateway memory, highest', value: memory, unit: 'MB', goal: { below: 300 } },
    ],
  };
}

/** What the simulator answers to a client that does nothing else: the ceiling of this machine. */
async function simulatorCeiling(portal: Running): Promise<number> {
  const { accounts } = JSON.parse(portal.firstLine) as { accounts: { username: string; password: string }[] };
  const login = (await (await fetch(`${portal.url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(accounts[0]) })).json()) as { session: string };
  const body = JSON.stringify({ session: login.session, madonvi: '000.00.00.H13', service: 'TraCuuHoSo', mahoso: 'H13.01-250701-0001' });
  const headers = { dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' };
  const again = function* () {
    for (;;) yield body;
  };
  await load(portal.url, '/mapi/g', again(), { connections: 32, requests: 2_000, headers });
  return (await load(portal.url, '/mapi/g', again(), { connections: 32, requests: 20_000, headers })).perSecond;
}
