/** What every fault run is made of: a slice of the export, a simulated portal, a gateway's configuration, the judge. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createDvcqgSimulator, dvcqgJournalReader, type DvcqgSimulator, type DvcqgSimulatorOptions } from '../../adapters/dvcqg/simulator.ts';
import { generateExport } from '../../examples/can-tho-2025-07/generate.ts';
import { expectedAtPortal } from '../../src/cli/demo-check.ts';
import { importLines, type ImportSummary, type ResultLine } from '../../src/cli/ndjson-client.ts';
import { CommandError, EXIT } from '../../src/cli/output.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { ExchangeRow, Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { checkDelivery, randomFrom, startSimulator, waitFor, type DeliveryReport, type FaultPlan, type Random, type RunningSimulator } from '../../src/testing/index.ts';

export const AGENCY = '000.00.00.H13';

/** Fixed by default, so that a run can be compared with the one before; `LIENTHONG_FAULT_SEED` tries another, `random` a new one. */
export function seedOf(name: string): { seed: string; random: Random } {
  const given = process.env['LIENTHONG_FAULT_SEED'];
  const seed = `${name}:${given === 'random' ? randomBytes(6).toString('hex') : (given ?? '1')}`;
  return { seed, random: randomFrom(seed) };
}

/** The first lines of the Cần Thơ export. */
export function exportLines(count: number): string[] {
  const lines: string[] = [];
  for (const line of generateExport()) {
    if (lines.length === count) break;
    lines.push(line);
  }
  return lines;
}

interface Rec { dossierStatus: string; modifiedDate: number; releaseDate: number; finishDate: number; cancellingDate: number; actions: { createDate: string; dossierStatus: string }[]; dossierFiles: { dossierPartType: number }[]; [key: string]: unknown }

/** The same dossier as it stood before its last steps, or nothing when it has too few of them. */
export function earlierVersion(line: string, stepsBack: number): string | undefined {
  const record = JSON.parse(line) as Rec;
  const actions = record.actions.slice(0, -stepsBack);
  const last = actions.at(-1);
  if (last === undefined || actions.length < 2) return undefined;
  return JSON.stringify({
    ...record,
    actions,
    dossierStatus: last.dossierStatus,
    modifiedDate: record.modifiedDate - 3_600_000 * stepsBack,
    dossierFiles: record.dossierFiles.filter((file) => file.dossierPartType !== 2),
    ...(last.dossierStatus === 'done' ? {} : { finishDate: 0 }),
    ...(['done', 'releasing'].includes(last.dossierStatus) ? {} : { releaseDate: 0 }),
    cancellingDate: 0,
  });
}

export const codeOf = (line: string): string => (JSON.parse(line) as { dossierNo: string }).dossierNo;

export type Portal = RunningSimulator<DvcqgSimulator>;
export const startPortal = (seed: string, faults: FaultPlan = {}, options: DvcqgSimulatorOptions = {}): Promise<Portal> =>
  startSimulator(createDvcqgSimulator({ seed, agencies: [AGENCY], ...options }), { faults: { seed, ...faults } });

export interface SceneConfig { folder: string; portal: Portal; upstream?: Record<string, unknown>; delivery?: Record<string, unknown>; server?: Record<string, unknown> }

/** Everything on loopback; pauses short enough for a test, long enough that they are pauses. */
export function sceneConfig({ folder, portal, upstream, delivery, server }: SceneConfig): Record<string, unknown> {
  return {
    server: { port: 0, rateLimit: { max: 1_000_000 }, ...server },
    ledger: { folder: join(folder, 'data') },
    delivery: { concurrency: 16, retry: { baseMs: 20, capMs: 400, maxAttempts: 60, retryAfterCapMs: 250, probeDelayMs: 10 }, ...delivery },
    upstreams: { dvcqg: { adapter: 'dvcqg', ...connectionTo(portal), ...upstream } },
    sources: { opencps: { adapter: 'opencps', mode: 'push' } },
    logging: { level: 'error', requests: 'none' },
  };
}

export function connectionTo(portal: Portal): Record<string, unknown> {
  const [account] = portal.simulator.accounts;
  return { baseUrl: portal.url, agencyCode: AGENCY, ...account };
}

export interface Acknowledged { line: number; result: ResultLine }

/**
 * Sends lines and hands back every result line that arrived, in order. Never more than `window` lines are without an answer,
 * so that an import lasts as long as the test wants it to. A connection that breaks ends it without a summary.
 */
export async function sendLines(
  url: string,
  lines: readonly string[],
  options: { window?: number; source?: string | undefined; onAnswer?: (answered: number) => void } = {},
): Promise<{ results: ResultLine[]; summary: ImportSummary | undefined; sent: number }> {
  const { window = 256, onAnswer } = options;
  const results: ResultLine[] = [];
  let sent = 0;
  let over = false;
  let wake: (() => void) | undefined;
  async function* paced(): AsyncGenerator<string> {
    for (const line of lines) {
      while (sent - results.length >= window && !over) await new Promise<void>((resolve) => (wake = resolve));
      if (over) return;
      sent += 1;
      yield `${line}\n`;
    }
  }
  let summary: ImportSummary | undefined;
  try {
    for await (const result of importLines({ url }, options.source ?? 'opencps', paced())) {
      if (result.summary !== undefined) summary = result.summary;
      else {
        results.push(result);
        onAnswer?.(results.length);
        wake?.();
      }
    }
  } catch (error) {
    // What a client sees when the gateway dies; anything else is a fault of the test.
    if (!(error instanceof CommandError && error.exitCode === EXIT.unavailable)) throw error;
  } finally {
    over = true;
    wake?.();
  }
  return { results, summary, sent };
}

export interface Summary { dossiers: number; events: number; quarantined: number; doubts: number; byStatusAndChannel: Record<string, number>; exchanges: { upstream: string; operation: string; state: string; count: number }[] }
export async function summaryOf(url: string, headers: Record<string, string> = {}): Promise<Summary> {
  return (await (await fetch(`${url}/v1/summary`, { headers })).json()) as Summary;
}

const OPEN = new Set(['pending', 'sending', 'unknown']);
export const openExchanges = (summary: Summary): number => summary.exchanges.filter((e) => OPEN.has(e.state)).reduce((sum, e) => sum + e.count, 0);

/** Waits until nothing is left in the gateway that goes on by itself. */
export async function drained(url: string, timeoutMs: number, headers: Record<string, string> = {}): Promise<Summary> {
  let last: Summary | undefined;
  return waitFor(async () => {
    last = await summaryOf(url, headers);
    return openExchanges(last) === 0 && last;
  }, { timeoutMs, intervalMs: 100, describe: () => `every exchange to be settled: ${JSON.stringify(last?.exchanges)}` });
}

/** Opens the ledger that a gateway has left, and closes it again. */
export async function inLedger<T>(folder: string, look: (ledger: Ledger) => Promise<T>): Promise<T> {
  const data = join(folder, 'data');
  const ledger = await openSqliteLedger({ folder: data, keys: loadKeys({ envVar: 'LIENTHONG_NO_SUCH_VARIABLE', keyFile: join(data, 'ledger.key') }) });
  try {
    return await look(ledger);
  } finally {
    await ledger.close();
  }
}

export async function exchangesOf(ledger: Ledger): Promise<ExchangeRow[]> {
  const rows: ExchangeRow[] = [];
  for (;;) {
    const page = await ledger.listExchanges({ upstream: 'dvcqg', afterId: rows.at(-1)?.id ?? 0, limit: 5_000 });
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

/** What really arrived at the portal against the lines themselves and what the ledger says of it. */
export function judge(options: { portal: Portal; lines: Iterable<string>; exchanges: readonly ExchangeRow[]; evidence: 'host' | 'host-or-ledger' }): DeliveryReport {
  const { portal, lines, exchanges, evidence } = options;
  return checkDelivery({
    expected: expectedAtPortal(lines, connectionTo(portal)),
    journal: portal.simulator.journal(),
    exchanges,
    lostReplies: portal.faults.lostReplies(),
    reader: dvcqgJournalReader,
    operations: { snapshot: 'syncDossier', step: 'appendProgress' },
    evidence,
  });
}

/** The seed and, for the first dossiers that something is wrong with, what the portal saw and what the ledger says: the message of a failure. */
export function evidence(seed: string, report: DeliveryReport, portal: Portal, exchanges: readonly ExchangeRow[]): string {
  const codes = new Set(Object.values(findings(report)).flat().map((found) => (typeof found === 'string' ? found : found.dossier)));
  return [seed, ...[...codes].slice(0, 3).map((code) => JSON.stringify({
    code,
    journal: portal.simulator.journal().filter((entry) => entry.key === code).map(({ call, effect, item }) => ({ call, effect, item })),
    lost: portal.faults.lostReplies().flatMap(({ why, effects }) => (effects.some((entry) => entry.key === code) ? [{ why, calls: effects.map((entry) => entry.call) }] : [])),
    exchanges: exchanges.filter((row) => row.dossierCode === code).map(({ id, operation, itemKey, eventSeq, state, attempts, lostReplies, doubt }) => ({ id, operation, itemKey, eventSeq, state, attempts, lostReplies, doubt })),
  }))].join('\n');
}

/** The lists of a report that must be empty: an `expect` on this shows what was found. */
export function findings(report: DeliveryReport): Omit<DeliveryReport, 'figures' | 'ok'> {
  const { lost, doubledDossiers, doubledSupplement, unaccountedDoubledSteps, tooOften, outOfOrder, missingUnflagged, unexpected } = report;
  return { lost, doubledDossiers, doubledSupplement, unaccountedDoubledSteps, tooOften, outOfOrder, missingUnflagged, unexpected };
}
export const NO_FINDINGS: ReturnType<typeof findings> = { lost: [], doubledDossiers: [], doubledSupplement: [], unaccountedDoubledSteps: [], tooOften: [], outOfOrder: [], missingUnflagged: [], unexpected: [] };
