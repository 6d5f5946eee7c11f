/** Orders of people, and of the gateway itself (`system`), as events on the chain. */
import type { Store } from './store.ts';

export interface Order {
  kind: string;
  /** name of a key, or `system` */
  by: string;
  /** ms */
  now: number;
  /** what it concerns, `exchange:7` or `hold:12`; nothing personal */
  subject: string;
  /** absent: it concerns no single dossier */
  dossier?: { id: number; code: string } | undefined;
  /** may name a person: sealed with the event's body (law 6) */
  content: Record<string, unknown>;
}

export function recordOrder(store: Store, order: Order): { seq: number; id: string } {
  return store.appendEvent(
    {
      kind: order.kind, dossierId: order.dossier?.id ?? 0, dossierCode: order.dossier?.code ?? '', sourceSystem: 'lienthong', sourceId: order.subject, recordedAt: order.now,
      sourceUpdatedAt: null, via: 'operator', actor: order.by, stale: false, exchanges: 0, warnings: undefined,
      // Nothing repeats an order: its place on the chain is all that tells it apart.
      fingerprint: store.indexer.hash('order', String(store.head.seq + 1)),
    },
    Buffer.from(JSON.stringify(order.content)),
  );
}
