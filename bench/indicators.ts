/** The indicators over a million dossiers: following, reading from scratch, reports, snapshots, memory. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { computeReport, createFollower, DEFINITION_SETS, listDossiers, loadSnapshot, recompute, saveSnapshot, yearPeriod, type Follower } from '../src/indicators/index.ts';
import { columnsOf } from '../src/gateway/terms.ts';
import { keysFromMasters } from '../src/ledger/keys.ts';
import type { Ledger, NewChange } from '../src/ledger/ledger.ts';
import { openSqliteLedger } from '../src/ledger/sqlite/ledger.ts';
import { epochFromInstant, instantFromEpoch, type Dossier } from '../src/model/index.ts';
import { claimAndSettleAll } from './lib/fill.ts';
import { canonicalDossiers } from './lib/payloads.ts';
import { LEDGER_KEY, temporaryFolder } from './lib/processes.ts';
import type { Result } from './lib/report.ts';

const SMALL = 10_000;
const LARGE = 1_000_000;
const EVENTS = 4_000;
const ROUNDS = 5;
const REPORTS = 7;
const UNITS = 120;
/** Each eighth dossier of the fortnight is a sample: all statuses, fields and days. */
const EVERY = 8;
const AT_ONCE = 256;
const DAY_MS = 86_400_000;
const YEAR = yearPeriod(2025);

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const megabytes = (bytes: number): number => bytes / 2 ** 20;

/** Dossier number `n`: a sample of the fortnight, moved to a day of 2025 and one of 120 units. */
function dossierOf(samples: readonly Dossier[], n: number): Dossier {
  const sample = samples[n % samples.length] as Dossier;
  const shift = ((n * 37) % 360) * DAY_MS - 180 * DAY_MS;
  const moved = (instant: string): string => instantFromEpoch((epochFromInstant(instant) ?? 0) + shift);
  const unit = `H13.${String(100 + ((n * 7) % UNITS))}`;
  const code = `${unit}-250701-${String(n).padStart(7, '0')}`;
  const dates = Object.fromEntries(Object.entries(sample.dates).map(([name, value]) => [name, typeof value === 'string' ? moved(value) : value])) as Dossier['dates'];
  return { ...sample, code, sourceId: `fill/${n}`, agency: { code: unit, name: `Đơn vị ${unit}` }, dates, history: sample.history.map((step) => ({ ...step, at: moved(step.at) })) };
}

function changeOf(dossier: Dossier, version: string): NewChange {
  return {
    kind: 'dossier.snapshot', dossierCode: dossier.code, sourceSystem: 'bench', sourceId: dossier.sourceId, sourceUpdatedAt: null, via: 'import', actor: null,
    body: JSON.stringify(dossier), columns: columnsOf(dossier), terms: [], warnings: [], plans: [{ upstream: 'dvcqg', operation: 'syncDossier', itemKey: `snapshot~${version}`, coalesce: true }],
  };
}

const open = (folder: string): Promise<Ledger> => openSqliteLedger({ folder, keys: keysFromMasters([Buffer.from(LEDGER_KEY, 'base64')]) });

async function fill(ledger: Ledger, samples: readonly Dossier[], count: number): Promise<void> {
  for (let i = 0; i < count; i += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => ledger.append(changeOf(dossierOf(samples, i + k), '1'))));
    if ((i / AT_ONCE) % 16 === 15) await claimAndSettleAll(ledger);
    if ((i / AT_ONCE) % 40 === 0) process.stderr.write(`\r  filling: ${i.toLocaleString('en-US')} of ${count.toLocaleString('en-US')}   `);
  }
  await claimAndSettleAll(ledger);
  process.stderr.write('\r');
}

/** New states of dossiers spread over the whole ledger, appended and delivered; then µs for each event to take them in. */
async function follow(ledger: Ledger, follower: Follower, samples: readonly Dossier[], count: number, round: number): Promise<number> {
  const step = Math.max(1, Math.floor(count / EVENTS));
  for (let i = 0; i < EVENTS; i += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, EVENTS - i) }, (_, k) => {
      const dossier = dossierOf(samples, ((i + k) * step + round) % count);
      return ledger.append(changeOf({ ...dossier, note: `lần ${round}` }, `${round}+`));
    }));
  }
  const started = performance.now();
  const { events } = await follower.catchUp();
  const spent = ((performance.now() - started) * 1000) / events;
  await claimAndSettleAll(ledger);
  await follower.catchUp();
  return spent;
}

/** What the ledger's own columns can answer: dossiers by unit, status and channel. */
function groupByInSql(folder: string): number {
  const db = new DatabaseSync(join(folder, 'ledger.db'), { readOnly: true });
  const started = performance.now();
  const [from, to] = [Date.parse('2025-01-01T00:00:00+07:00'), Date.parse('2026-01-01T00:00:00+07:00')];
  db.prepare('SELECT agency_code, status, channel, count(*), sum(resolved_at <= due_at) FROM dossiers WHERE accepted_at >= ? AND accepted_at < ? GROUP BY 1, 2, 3').all(from, to);
  const spent = performance.now() - started;
  db.close();
  return spent;
}

const timed = (times: number, work: () => unknown): number => median(Array.from({ length: times }, () => {
  const started = performance.now();
  work();
  return performance.now() - started;
}));

export async function benchIndicators(): Promise<Result> {
  const samples: Dossier[] = [];
  let line = 0;
  for (const dossier of canonicalDossiers()) if ((line += 1) % EVERY === 0) samples.push(dossier);
  const folders = { small: temporaryFolder(), large: temporaryFolder() };
  const sizes = { small: SMALL, large: LARGE };
  const ledgers = { small: await open(folders.small), large: await open(folders.large) };
  try {
    for (const size of ['small', 'large'] as const) await fill(ledgers[size], samples, sizes[size]);

    const before = process.memoryUsage();
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    const large = await recompute({ ledger: ledgers.large });
    const recomputed = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed - before.heapUsed;
    const followers = { small: await recompute({ ledger: ledgers.small }), large };

    const costs: Record<keyof typeof folders, number[]> = { small: [], large: [] };
    // Interleaved, so that a slow moment of the machine hits both; the first round warms up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const size of ['small', 'large'] as const) {
        const cost = await follow(ledgers[size], followers[size], samples, sizes[size], round);
        if (round > 0) costs[size].push(cost);
      }
    }
    const [small, big] = [median(costs.small), median(costs.large)];

    const { population } = large;
    const qd766 = { definitions: DEFINITION_SETS['qd766-2022'], period: YEAR };
    const sql = timed(3, () => groupByInSql(folders.large));
    const byUnit = timed(REPORTS, () => computeReport(population, { ...qd766, by: 'unit' }));
    const reports = (['field', 'procedure', 'channel', 'day', 'month'] as const).map((by) => timed(3, () => computeReport(population, { ...qd766, by })));
    const counts = timed(REPORTS, () => computeReport(population, { definitions: DEFINITION_SETS['province-counts'], period: YEAR, by: 'unit' }));
    const listed = timed(REPORTS, () => listDossiers(population, qd766, { indicator: '2.1', part: 'missing', limit: 100 }));

    const file = join(folders.large, 'indicators.snapshot');
    let at = performance.now();
    await large.quietly(() => saveSnapshot(file, population, large.cursor, { ledger: ledgers.large }));
    const saved = performance.now() - at;
    at = performance.now();
    const loaded = await loadSnapshot(file, { ledger: ledgers.large });
    const restarted = createFollower({ ledger: ledgers.large }, loaded);
    await restarted.catchUp();
    const restart = (performance.now() - at) / 1000;

    return {
      settings: `${LARGE.toLocaleString('en-US')} dossiers of 2025 in a SQLite ledger, ${UNITS} units, ${EVENTS.toLocaleString('en-US')} events a round, ${ROUNDS} interleaved rounds, medians; reports of the year over QĐ 766`,
      rows: [
        { what: `one event taken in, ${SMALL.toLocaleString('en-US')} dossiers (baseline)`, value: small, unit: 'µs', ratio: 1, goal: { below: 1000 } },
        { what: `one event taken in, ${LARGE.toLocaleString('en-US')} dossiers`, value: big, unit: 'µs', ratio: big / small, goal: { below: 1.3, of: 'ratio' } },
        { what: 'everything again from the ledger', value: recomputed, unit: 's', goal: { below: 60 } },
        { what: '  CPU of it, two threads', value: (user + system) / 1e6, unit: 's' },
        { what: 'one GROUP BY over the ledger’s columns (baseline: three counts, no rule)', value: sql, unit: 'ms', ratio: 1 },
        { what: 'QĐ 766 by unit', value: byUnit, unit: 'ms', ratio: byUnit / sql, goal: { below: 500 } },
        { what: 'the counts that provinces publish, by unit', value: counts, unit: 'ms', ratio: counts / sql, goal: { below: 500 } },
        { what: 'QĐ 766 by field, procedure, channel, day, month: the slowest', value: Math.max(...reports), unit: 'ms', ratio: Math.max(...reports) / sql, goal: { below: 500 } },
        { what: 'the first 100 dossiers that cost points in 2.1', value: listed, unit: 'ms' },
        { what: 'columns and codes in memory', value: megabytes(population.bytes()), unit: 'MB', goal: { below: 150 } },
        { what: '  heap beside them', value: Math.max(0, megabytes(heap)), unit: 'MB' },
        { what: `saved (${Math.round(megabytes(statSync(file).size))} MB)`, value: saved, unit: 'ms' },
        { what: 'restart from the saved population', value: restart, unit: 's' },
      ],
    };
  } finally {
    await Promise.all(Object.values(ledgers).map((ledger) => ledger.close()));
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  }
}
