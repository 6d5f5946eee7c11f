/**
 * What an installation needs, computed from what was measured. `npm exec -- node bench/lib/sizing.ts` writes the table into docs/scaling.md;
 * a test holds both equal.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** From `npm run bench -- costs` on 2 cores (docs/performance.md). A change here is a new state of a dossier: one snapshot and one progress step, two calls. */
export const MEASURED = {
  /** CPU of the gateway for a change, from the NDJSON line to the settled calls, µs */
  gatewayMicros: { sqlite: 760, postgres: 830 },
  /** CPU of the database server for a change, µs */
  databaseMicros: 370,
  /** what a change leaves on the disk, indexes included, bytes */
  bytes: { sqlite: 4_100, postgres: 6_500 },
} as const;

/** Cần Thơ, 1–13 July 2025: published figures of the first days after the merger (reference scenario), and what the example's logs hold. */
const CAN_THO = { dossiers: 16_581, days: 13, communes: 103, steps: 63_381 };
/** Systems were only just joined in those days: three times as many dossiers are planned for. */
const GROWTH = 3;
/** Share of a day's changes that falls into its busiest hour, and how far its busiest minute lies above that hour's mean. */
const BUSIEST_HOUR = 0.2;
const PEAK = 2;
/** No core is planned for more than half. */
const LOAD = 0.5;
/** What an upstream may take to answer a call, s. */
const LATENCY = 1;

export const changesPerDossier = (CAN_THO.dossiers + CAN_THO.steps) / CAN_THO.dossiers;
const perCommuneAndDay = CAN_THO.dossiers / CAN_THO.days / CAN_THO.communes;

export interface Site { name: string; dossiersPerDay: number; engine: 'sqlite' | 'postgres' }
export const SITES: readonly Site[] = [
  { name: 'the province with the most communes (168)', dossiersPerDay: 168 * perCommuneAndDay * GROWTH, engine: 'sqlite' },
  { name: 'all 34 provinces (3,321 communes) in one installation', dossiersPerDay: 3_321 * perCommuneAndDay * GROWTH, engine: 'postgres' },
  { name: 'the country: one dossier per inhabitant and year (101 million)', dossiersPerDay: 101_000_000 / 365, engine: 'postgres' },
];

const round = (n: number, digits = 2): string => Number(n.toPrecision(digits)).toLocaleString('en-US');
const atLeast = (n: number): string => (n < 0.1 ? '< 0.1' : round(n));

export function sizingTable(): string {
  const head = '| | dossiers a day | changes/s at the peak | calls/s at the peak | lanes at a time | cores, gateway | cores, database | disk a year | memory |';
  const rule = `|${'---|'.repeat(9)}`;
  const rows = SITES.map(({ name, dossiersPerDay, engine }) => {
    const changes = dossiersPerDay * changesPerDossier;
    const peak = ((changes * BUSIEST_HOUR) / 3_600) * PEAK;
    const processes = Math.max(1, Math.ceil((peak * MEASURED.gatewayMicros[engine]) / 1e6 / LOAD / 1.5));
    const disk = (changes * 365 * MEASURED.bytes[engine]) / 1e9;
    return [
      name, round(dossiersPerDay), round(peak), round(peak * 2), round(Math.ceil(peak * 2 * LATENCY)),
      `${atLeast((peak * MEASURED.gatewayMicros[engine]) / 1e6 / LOAD)}${engine === 'postgres' ? `, ${processes + 1} processes` : ', 1 process'}`,
      engine === 'sqlite' ? '–' : atLeast((peak * MEASURED.databaseMicros) / 1e6 / LOAD),
      disk < 1_000 ? `${round(disk)} GB` : `${round(disk / 1_000)} TB`,
      engine === 'sqlite' ? '300 MB' : `${round((processes + 1) * 0.3)} GB`,
    ].join(' | ');
  });
  return [head, rule, ...rows.map((row) => `| ${row} |`)].join('\n');
}

const MARK = /(<!-- sizing -->\n)[\s\S]*?(\n<!-- \/sizing -->)/;
export const withSizing = (text: string): string => text.replace(MARK, (_all, before: string, after: string) => `${before}${sizingTable()}${after}`);

if (import.meta.main) {
  const file = new URL('../../docs/scaling.md', import.meta.url);
  writeFileSync(file, withSizing(readFileSync(file, 'utf8')));
}
