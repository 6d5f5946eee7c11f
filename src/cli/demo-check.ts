/**
 * What must have arrived, computed from the export itself, and the judge's comparison with what the simulated portal
 * really did. The expectation does not pass through the ledger, so a fault there cannot excuse itself.
 */
import { opencps } from '../../adapters/opencps/adapter.ts';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { dvcqgJournalReader } from '../../adapters/dvcqg/simulator.ts';
import type { JournalEntry } from '../adapter/types.ts';
import { connect } from '../adapter/client.ts';
import type { ExchangeRow, Ledger } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import { checkDelivery, type DeliveryReport, type ExpectedDossier, type LostReply } from '../testing/index.ts';
import { readLines, readPages } from './demo-mocks.ts';

/** The export's records, as the source's adapter reads them. */
export function* decodedExport(lines: Iterable<string>): Generator<Dossier> {
  const source = opencps.source;
  if (source === undefined) throw new TypeError('the source adapter reads no export');
  const sourceConfig = opencps.configure({});
  for (const text of lines) yield source.decode(JSON.parse(text), sourceConfig as never).dossier as Dossier;
}

/** @param lines the export's records @param upstream raw configuration of the portal's connection */
export const expectedAtPortal = (lines: Iterable<string>, upstream: Record<string, unknown>): Map<string, ExpectedDossier> => expectedOf(decodedExport(lines), upstream);

/** The same for dossiers as they should stand there. */
export function expectedOf(dossiers: Iterable<Dossier>, upstream: Record<string, unknown>): Map<string, ExpectedDossier> {
  const line = connect(dvcqg, upstream);
  const { syncDossier, appendProgress } = dvcqg.operations;
  const expected = new Map<string, ExpectedDossier>();
  const ctx = { config: line.config as never, remote: {}, now: Date.now, run: () => Promise.reject(new Error('not used')) };
  for (const dossier of dossiers) {
    const [snapshot] = syncDossier.encode([dossier], ctx as never).data;
    const steps = (appendProgress.subscribe?.plan(dossier, line.config as never) ?? []).map(({ itemKey }) => {
      const input = appendProgress.subscribe?.input(dossier, itemKey);
      const [step] = appendProgress.encode([input as never], ctx as never).data;
      const most = appendProgress.lostReply?.(input as never, { config: line.config as never }).then === 'resend-once' ? 2 : 1;
      return { itemKey, identity: dvcqgJournalReader.stepIdentity(step), most };
    });
    expected.set(dossier.code, { status: dvcqgJournalReader.status(snapshot), steps });
  }
  void line.close();
  return expected;
}

/** What is known of a run's deliveries to one upstream; the second comparison reads on where the first one stopped. */
export interface Deliveries { journal: JournalEntry[]; exchanges: ExchangeRow[]; lastSeq: number; lastId: number }

/** Where a run's two sides are read: the ledger's exchanges of the upstream, and the simulator. */
export interface Sides { ledger: Ledger; upstream: string; adminUrl: string }

/** The same of some dossiers only: a run is large. */
export const deliveriesOf = ({ journal, exchanges, ...read }: Deliveries, only: ReadonlyMap<string, unknown>): Deliveries =>
  ({ ...read, journal: journal.filter(({ key }) => key !== undefined && only.has(key)), exchanges: exchanges.filter(({ dossierCode }) => only.has(dossierCode)) });

/**
 * @param known of a first comparison: its rows are kept as they were, so nothing may have been open then
 * @param only the dossiers that matter; all when absent
 */
export async function readDeliveries(options: Sides, known?: Deliveries, only?: ReadonlyMap<string, unknown>): Promise<Deliveries> {
  const matters = (code: string | undefined): boolean => only === undefined || (code !== undefined && only.has(code));
  const read: Deliveries = { journal: [...known?.journal ?? []], exchanges: [...known?.exchanges ?? []], lastSeq: known?.lastSeq ?? 0, lastId: known?.lastId ?? 0 };
  for (;;) {
    const page = await options.ledger.listExchanges({ upstream: options.upstream, afterId: read.lastId, limit: 5_000 });
    read.exchanges.push(...page.filter(({ dossierCode }) => matters(dossierCode)));
    const last = page.at(-1);
    if (last === undefined) break;
    read.lastId = last.id;
  }
  for await (const entry of readPages<JournalEntry>(`${options.adminUrl}/journal?limit=10000`, read.lastSeq)) {
    read.lastSeq = entry.seq;
    if (matters(entry.key)) read.journal.push(entry);
  }
  return read;
}

/** @param options.deliveries absent: they are read now */
export async function compareWithPortal(options: Sides & { expected: ReadonlyMap<string, ExpectedDossier>; deliveries?: Deliveries }): Promise<DeliveryReport> {
  const { journal, exchanges } = options.deliveries ?? (await readDeliveries(options));
  return checkDelivery({
    expected: options.expected,
    journal,
    exchanges,
    lostReplies: await readLines<LostReply>(`${options.adminUrl}/lost-replies`),
    reader: dvcqgJournalReader,
    operations: { snapshot: 'syncDossier', step: 'appendProgress' },
  });
}
