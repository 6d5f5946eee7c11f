/**
 * The demo's line to EMC: each state of some units' dossiers is to be counted there once. EMC gives no answer that could be looked at, so its
 * own journal is held against what the dossiers say.
 */
import { emc } from '../../adapters/emc/adapter.ts';
import { connect } from '../adapter/client.ts';
import type { JournalEntry } from '../adapter/types.ts';
import type { Dossier } from '../model/canonical.ts';
import { readPages } from './demo-mocks.ts';

export const EMC_ID = 'emc';
export interface EmcReport { expected: number; counted: number; lost: number; doubled: number }

/**
 * @param upstream raw configuration of the connection
 * @param adminUrl of the simulated EMC
 * @param isOf only what it counted of these dossiers; all of it when absent
 */
export async function compareWithEmc(dossiers: Iterable<Dossier>, upstream: Record<string, unknown>, adminUrl: string, isOf: (code: string) => boolean = () => true): Promise<EmcReport> {
  const line = connect(emc, upstream);
  const { plan } = emc.operations.trackDossier.subscribe ?? {};
  if (plan === undefined) throw new TypeError('the adapter reports no states');
  const expected = new Map<string, number>();
  const report: EmcReport = { expected: 0, counted: 0, lost: 0, doubled: 0 };
  for (const dossier of dossiers) {
    for (const { itemKey } of plan(dossier, line.config as never)) {
      const state = `${dossier.code} ${itemKey.split('#')[0] ?? ''}`;
      expected.set(state, (expected.get(state) ?? 0) + 1);
      report.expected += 1;
    }
  }
  void line.close();
  const counted = new Map<string, number>();
  for await (const { effect, key, item } of readPages<JournalEntry>(`${adminUrl}/journal?limit=10000`)) {
    if (effect !== 'append' || key === undefined || !isOf(key)) continue;
    const state = `${key} ${(item as { status: string }).status}`;
    counted.set(state, (counted.get(state) ?? 0) + 1);
    report.counted += 1;
  }
  for (const state of new Set([...expected.keys(), ...counted.keys()])) {
    const by = (counted.get(state) ?? 0) - (expected.get(state) ?? 0);
    if (by < 0) report.lost -= by;
    else report.doubled += by;
  }
  return report;
}
