/** What the drift radar costs for each answer, against JSON.parse of the same answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dvcqg } from '../adapters/dvcqg/adapter.ts';
import { opencps } from '../adapters/opencps/adapter.ts';
import { generateExport } from '../examples/can-tho-2025-07/generate.ts';
import type { Adapter, AnyOperation, WireResult } from '../src/adapter/types.ts';
import { createDrift } from '../src/gateway/drift/radar.ts';
import { createLogger } from '../src/gateway/log.ts';
import { openSqliteLedger } from '../src/ledger/sqlite/ledger.ts';
import { loadKeys } from '../src/ledger/keys.ts';
import type { Result } from './lib/report.ts';

const ROUNDS = 7;
const ROUND_MS = 300;
const LIST = 50;

/** µs for each call over one round. */
function cost(work: () => void): number {
  const started = performance.now();
  let n = 0;
  while (performance.now() - started < ROUND_MS) {
    for (let i = 0; i < 20; i += 1) work();
    n += 20;
  }
  return ((performance.now() - started) * 1000) / n;
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function benchObserve(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
  const ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'ledger.key'), createIfMissing: true }) });
  const drift = createDrift({ cells: ledger, config: { enabled: true, every: 1, habitAfter: 200 }, systems: [{ id: 'dvcqg', adapter: dvcqg as unknown as Adapter }, { id: 'opencps', adapter: opencps as unknown as Adapter }], logger: createLogger({ level: 'silent' }) });
  await drift.start();
  const parts = new Set(['dossierFiles', 'payments', 'actions', 'logs']);
  const rows: unknown[] = [];
  for (const line of generateExport()) {
    if (rows.push(Object.fromEntries(Object.entries(JSON.parse(line) as object).filter(([name]) => !parts.has(name)))) === LIST) break;
  }
  const cases: [what: string, system: string, operation: AnyOperation, text: string, goal?: { below: number }][] = [
    ['answer to a write at the portal', 'dvcqg', dvcqg.operations.syncDossier as AnyOperation, JSON.stringify({ error_code: '0', message: 'Đồng bộ thành công' }), { below: 5 }],
    [`page of ${LIST} dossiers from a source`, 'opencps', opencps.operations.listDossiers as AnyOperation, JSON.stringify({ total: LIST, data: rows })],
  ];
  const result: Result = { settings: `medians of ${ROUNDS} interleaved rounds of ${ROUND_MS} ms; one thread; nothing differs`, rows: [] };
  for (const [what, system, operation, text, goal] of cases) {
    const observe = drift.observer(system);
    const answer: WireResult = { kind: 'response', status: 200, headers: {}, body: JSON.parse(text), text, durationMs: 1 };
    const observed: number[] = [];
    const parsed: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const [b, o] = [cost(() => void JSON.parse(text)), cost(() => observe?.(operation, answer))];
      if (round >= 0) {
        parsed.push(b);
        observed.push(o);
      }
    }
    const [b, o] = [median(parsed), median(observed)];
    result.rows.push(
      { what: `JSON.parse: ${what} (${Buffer.byteLength(text).toLocaleString('en-US')} bytes; baseline)`, value: b, unit: 'µs', ratio: 1 },
      { what: `held against its shape: ${what}`, value: o, unit: 'µs', ratio: o / b, ...(goal === undefined ? {} : { goal }) },
    );
  }
  const found = (await drift.report()).reduce((sum, record) => sum + Object.keys(record.found).length, 0);
  if (found > 0) throw new Error(`${found} differences where there are none`);
  await drift.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
  return result;
}
