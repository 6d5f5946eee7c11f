/**
 * What must have arrived, computed from the export itself, and the judge's comparison with what the simulated portal
 * really did. The expectation does not pass through the ledger, so a fault there cannot excuse itself.
 */
import { opencps } from '../../adapters/opencps/adapter.ts';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { dvcqgJournalReader } from '../../adapters/dvcqg/simulator.ts';
import type { JournalEntry } from '../adapter/types.ts';
import { connect } from '../adapter/client.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { checkDelivery, type DeliveryReport, type ExpectedDossier, type LostReply } from '../testing/index.ts';

/** @param lines the export's records @param upstream raw configuration of the portal's connection */
export function expectedAtPortal(lines: Iterable<string>, upstream: Record<string, unknown>): Map<string, ExpectedDossier> {
  const line = connect(dvcqg, upstream);
  const { syncDossier, appendProgress } = dvcqg.operations;
  const source = opencps.source;
  if (source === undefined) throw new TypeError('the source adapter reads no export');
  const sourceConfig = opencps.configure({});
  const expected = new Map<string, ExpectedDossier>();
  const ctx = { config: line.config as never, remote: {}, now: Date.now, run: () => Promise.reject(new Error('not used')) };
  for (const text of lines) {
    const { dossier } = source.decode(JSON.parse(text), sourceConfig as never);
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

export async function compareWithPortal(options: { expected: ReadonlyMap<string, ExpectedDossier>; ledger: Ledger; upstream: string; adminUrl: string }): Promise<DeliveryReport> {
  const exchanges = [];
  for (let afterId = 0; ; ) {
    const page = await options.ledger.listExchanges({ upstream: options.upstream, afterId, limit: 5_000 });
    exchanges.push(...page);
    const last = page.at(-1);
    if (last === undefined) break;
    afterId = last.id;
  }
  return checkDelivery({
    expected: options.expected,
    journal: await readPages<JournalEntry>(`${options.adminUrl}/journal?limit=10000`),
    exchanges,
    lostReplies: await readLines<LostReply>(`${options.adminUrl}/lost-replies`),
    reader: dvcqgJournalReader,
    operations: { snapshot: 'syncDossier', step: 'appendProgress' },
  });
}

async function readLines<T>(url: string): Promise<T[]> {
  const text = await (await fetch(url)).text();
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

async function readPages<T extends { seq: number }>(url: string): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await readLines<T>(`${url}&after=${all.at(-1)?.seq ?? 0}`);
    if (page.length === 0) return all;
    for (const entry of page) all.push(entry);
  }
}
