/** 10,000 land cases through the gateway and the simulated land system, there and back; and how fast a call of the land system is answered. */
import { getJson } from '../src/cli/ndjson-client.ts';
import type { Dossier } from '../src/model/canonical.ts';
import { asLines, codeOf, landDossiers, startLand, type LandPair } from './lib/land.ts';
import { load, sendFile } from './lib/load.ts';
import { allDone, arrived, openExchanges, until0 } from './lib/progress.ts';
import { peakMemoryMb } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const CASES = 10_000;
const AT_ONCE = 64;
const LINES = 32;
/** Handed to an officer, tax notices, the result. */
const SCRIPT = ['move', 'tax-untold', 'finish'].map((step) => ({ do: step, afterMs: 0 }));
const MOST_MS = 600_000;

export async function benchLandCases(): Promise<Result> {
  const pair = await startLand(['-o', `script=${JSON.stringify(SCRIPT)}`, '-o', 'maxNotices=1', '--callback-lines', String(LINES)], { roles: 'intake,deliver,schedule,console', concurrency: AT_ONCE });
  const rows: Row[] = [];
  try {
    rows.push(...(await wholeCases(pair)));
  } finally {
    await pair.gateway.stop();
    await pair.land.stop();
  }
  rows.push(...(await calls()));
  return {
    settings: `${CASES.toLocaleString('en-US')} land dossiers: submitted, handed to an officer, tax notices, result, files fetched, result handed over; ${AT_ONCE} lanes and ${LINES} of the land system's calls at a time; SQLite; gateway, land system and sender on the same cores`,
    rows,
  };
}

async function wholeCases({ land, gateway }: LandPair): Promise<Row[]> {
  const dossiers = landDossiers(CASES);
  const started = performance.now();
  await take(gateway.url, dossiers);
  await until0(async () => CASES - ((await arrived(land))['phase.finished'] ?? 0), MOST_MS);
  await until0(async () => (await getJson<{ callbacks: { waiting: number } }>({ url: land.url }, '/__admin/summary')).callbacks.waiting, MOST_MS);
  const told = (performance.now() - started) / 1000;
  await until0(() => openExchanges(gateway.url), MOST_MS);
  const resolved = (performance.now() - started) / 1000;
  const returnedAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  await take(gateway.url, dossiers.map((dossier): Dossier => ({ ...dossier, sourceUpdatedAt: returnedAt, status: 'RETURNED', dates: { ...dossier.dates, returnedAt } })));
  await until0(() => openExchanges(gateway.url), MOST_MS);
  const seconds = (performance.now() - started) / 1000;
  await allDone(gateway.url);
  const memory = peakMemoryMb(gateway.child);
  const summary = await arrived(land);
  const { lost, doubled } = await judged(gateway.url, summary);
  return [
    { what: 'cases from the counter to the result handed over', value: CASES / seconds, unit: 'cases/s' },
    { what: '  until every result is in the dossier and its files are fetched', value: CASES / resolved, unit: 'cases/s' },
    { what: '  calls of the land system answered meanwhile', value: (summary['told'] ?? Number.NaN) / told, unit: 'calls/s' },
    { what: '  calls in both directions', value: ((summary['told'] ?? 0) + (summary['submitted'] ?? 0) + (summary['filesServed'] ?? 0) + (summary['handedOver'] ?? 0)) / seconds, unit: 'calls/s' },
    { what: '  lost', value: lost, unit: 'cases', goal: { below: 1 } },
    { what: '  doubled', value: doubled, unit: 'cases', goal: { below: 1 } },
    { what: '  gateway memory, highest', value: memory, unit: 'MB', goal: { below: 350 } },
  ];
}

async function take(url: string, dossiers: readonly Dossier[]): Promise<void> {
  const summary = await sendFile(url, '/v1/dossiers:import', asLines(dossiers));
  if (summary['accepted'] !== dossiers.length) throw new Error(`not all dossiers were accepted: ${JSON.stringify(summary)}`);
}

/** Every case is held against what happened to it: three calls, one notice, one result, each file fetched, handed over once. */
async function judged(url: string, land: Record<string, number>): Promise<{ lost: number; doubled: number }> {
  let lost = 0;
  let doubled = (land['duplicatesRefused'] ?? 0) + Math.max(0, (land['submitted'] ?? 0) - CASES);
  for (let n = 0; n < CASES; n += LINES) {
    await Promise.all(Array.from({ length: Math.min(LINES, CASES - n) }, async (_, i) => {
      const { dossier } = await getJson<{ dossier: Dossier }>({ url }, `/v1/dossiers/${codeOf(n + i)}`);
      const { events = [], obligations = [], results = [], state } = dossier.landCase ?? {};
      const counts = [events.length - SCRIPT.length, obligations.length - 1, results.length - 1];
      if (dossier.status !== 'RETURNED' || state === undefined || counts.some((count) => count < 0)) lost += 1;
      if (counts.some((count) => count > 0)) doubled += 1;
    }));
  }
  if (land['handedOver'] !== CASES || land['phase.returned'] !== CASES) lost += CASES - (land['phase.returned'] ?? 0);
  return { lost, doubled };
}

/** Calls of the land system alone, in closed loop: each moves a dossier of its own and is answered after an fsync. */
async function calls(): Promise<Row[]> {
  const { land, gateway, secrets } = await startLand([], { roles: 'intake,console' });
  await take(gateway.url, landDossiers(CASES));
  const at = new Date().toISOString();
  const bodies = Array.from({ length: CASES }, (_, n) => JSON.stringify({ SoBienNhan: codeOf(n), MaCanBoChuyen: 'vpdk.mau01', MaCanBoNhan: 'vpdk.mau02', MaTrangThai: '4', NgayChuyen: at, NoiDungXuLy: 'Thẩm tra', HanXuLy: 8 }));
  const { perSecond, p50, p99, failed } = await load(gateway.url, `/inbound/dat-dai/api/v1/VBDLISs/ChuyenHoSo/${secrets.securityCode}`, bodies.values(), { connections: LINES, requests: CASES });
  const moved = (await getJson<{ dossier: Dossier }>({ url: gateway.url }, `/v1/dossiers/${codeOf(CASES - 1)}`)).dossier.landCase?.events.length;
  await gateway.stop();
  await land.stop();
  if (failed > 0 || moved !== 1) throw new Error(`${failed} calls of the land system were not answered`);
  return [
    { what: `calls of the land system, ${LINES} at a time, nothing else`, value: perSecond, unit: 'calls/s' },
    { what: '  our answer, p50', value: p50, unit: 'ms' },
    { what: '  our answer, p99', value: p99, unit: 'ms', goal: { below: 150 } },
  ];
}
