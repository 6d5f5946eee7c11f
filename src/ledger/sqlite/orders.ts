/** Orders of people, and of the gateway itself (`system`), as events on the chain. */
import type { OrderRow } from '../control.ts';
import { OWN_KINDS } from '../expiry.ts';
import type { Order } from '../order.ts';
import type { Store } from './store.ts';

const OWN_KIND_LIST = OWN_KINDS.map((kind) => `'${kind}'`).join(', ');

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

/** Those without a dossier, newest first. They are few: without the index all events would be read for them. */
export function listOrders(store: Store, { beforeSeq, limit, citizens = false }: { beforeSeq?: number; limit: number; citizens?: boolean }): OrderRow[] {
  const rows = store.db.prepare(
    `SELECT seq, kind, actor, recorded_at AS at, body FROM events INDEXED BY events_of_dossier
     WHERE dossier_id = 0 AND kind NOT IN (${OWN_KIND_LIST}) AND kind ${citizens ? '' : 'NOT '}LIKE 'citizen.%' AND seq < ? ORDER BY seq DESC LIMIT ?`,
  ).all(beforeSeq ?? Number.MAX_SAFE_INTEGER, limit) as unknown as { seq: number; kind: string; actor: string; at: number; body: Uint8Array }[];
  return rows.map(({ seq, kind, actor, at, body }) => ({
    seq, kind, by: actor, at, content: body.length === 0 ? null : (JSON.parse(store.sealer.open(body, `events:${seq}`)) as Record<string, unknown>),
  }));
}
