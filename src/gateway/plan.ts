/** Which exchanges a change makes: asked of every configured upstream's operations. */
import { randomBytes } from 'node:crypto';
import type { PlannedExchange } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import type { UpstreamBinding } from './config.ts';

/**
 * Makes the planner for the configured upstreams.
 *
 * A snapshot's key must be new for every change, or the ledger would take the second change of a dossier for a repeat
 * of the first. So the adapter's key gets a unique, time-ordered ending (`snapshot~mabc123-1`). Whether a change is a
 * repeat as a whole is the ledger's question, asked before any plan is recorded. Other keys are the adapter's own and
 * stay as they are: a progress step is sent once, whichever change brings it.
 */
export function createPlanner(upstreams: readonly Pick<UpstreamBinding, 'id' | 'adapter' | 'config'>[]): (dossier: Dossier) => PlannedExchange[] {
  const subscribed = upstreams.flatMap(({ id, adapter, config }) =>
    Object.values(adapter.operations).flatMap((operation) => (operation.subscribe === undefined ? [] : [{ upstream: id, config, operation: operation.id, subscribe: operation.subscribe, coalesce: operation.coalesce === 'snapshot', newestOnly: operation.subscribe.newestOnly === true }])),
  );
  // Two processes that start in the same millisecond still differ.
  const run = `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;
  let count = 0;
  return (dossier) => {
    const plans: PlannedExchange[] = [];
    for (const s of subscribed) {
      for (const { itemKey } of s.subscribe.plan(dossier, s.config)) {
        plans.push({ upstream: s.upstream, operation: s.operation, itemKey: s.coalesce ? `${itemKey}~${run}-${(count++).toString(36)}` : itemKey, coalesce: s.coalesce, ...(s.newestOnly ? { newestOnly: true } : {}) });
      }
    }
    return plans;
  };
}
