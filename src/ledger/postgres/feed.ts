/** What followers read: see ../feed.ts. */
import { STATE, upstreamOfLane } from '../codes.ts';
import { MOST_FOLLOWED, type Acceptance, type FollowedDossier, type LedgerFeed } from '../feed.ts';
import { LedgerError } from '../errors.ts';
import type { DossierColumns } from '../ledger.ts';
import { COLUMN_FIELDS } from './reads.ts';
import type { Store } from './store.ts';

const MOST_ROWS = 10_000;
/** A dossier's body may take 2 MB; of ordinary ones this is a few MB. */
const MOST_BODIES = 500;

interface Cells extends DossierColumns { id: number; code: string; version: number; updatedAt: number; lastSeq: number; body: Uint8Array | null; doneAt: number | null }

export class Feed {
  readonly #store: Store;

  constructor(store: Store) { this.#store = store; }

  async dossiers(codes: readonly string[], acceptance: Acceptance | undefined): Promise<FollowedDossier[]> {
    if (codes.length > MOST_FOLLOWED) throw new LedgerError('LT-LEDGER-INVALID', `more than ${MOST_FOLLOWED} codes`);
    const found: FollowedDossier[] = [];
    for (let i = 0; i < codes.length; i += MOST_BODIES) {
      found.push(...await this.#read('d.code = ANY($3::text[])', [codes.slice(i, i + MOST_BODIES)], acceptance));
    }
    return found;
  }

  list({ afterId, limit, acceptance }: Parameters<LedgerFeed['listDossiers']>[0]): Promise<FollowedDossier[]> {
    return this.#read('d.id > $3 ORDER BY d.id LIMIT $4', [afterId, Math.min(MOST_BODIES, clamp(limit))], acceptance);
  }

  async changes({ afterSeq, limit }: Parameters<LedgerFeed['listChanges']>[0]): ReturnType<LedgerFeed['listChanges']> {
    const rows = await this.#store.query<{ seq: number; code: string | null }>(
      'SELECT e.seq, d.code FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id WHERE e.seq > $1 ORDER BY e.seq LIMIT $2', [afterSeq, clamp(limit)],
    );
    const [newest] = await this.#store.query<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events');
    return { changes: rows.flatMap(({ seq, code }) => (code === null ? [] : [{ seq, dossierCode: code }])), through: rows.at(-1)?.seq ?? afterSeq, newest: newest?.seq ?? 0 };
  }

  async calls({ afterId, limit }: Parameters<LedgerFeed['listCalls']>[0]): ReturnType<LedgerFeed['listCalls']> {
    const rows = await this.#store.query<{ id: number; laneId: number; operation: string; outcome: string; endedAt: number; code: string }>(
      `SELECT a.id, a.lane_id AS "laneId", a.operation, a.outcome, a.ended_at AS "endedAt", d.code FROM attempts a JOIN dossiers d ON d.id = a.lane_id / 1024
       WHERE a.id > $1 ORDER BY a.id LIMIT $2`, [afterId, clamp(limit)],
    );
    const { names } = this.#store;
    // Another process may have given an upstream its number.
    if (rows.some(({ laneId }) => names.upstreamName(upstreamOfLane(laneId)) === '')) await names.reload(this.#store);
    const [newest] = await this.#store.query<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM attempts');
    return {
      calls: rows.map(({ id, laneId, operation, outcome, endedAt, code }) => ({ id, upstream: names.upstreamName(upstreamOfLane(laneId)), operation, dossierCode: code, outcome, endedAt })),
      newest: newest?.id ?? 0,
    };
  }

  async #read(where: string, values: readonly unknown[], acceptance: Acceptance | undefined): Promise<FollowedDossier[]> {
    const rows = await this.#store.query<Cells & Record<string, unknown>>(
      `SELECT d.id, d.code, ${COLUMN_FIELDS}, d.version, d.updated_at AS "updatedAt", d.last_seq AS "lastSeq", e.body, (
         SELECT min(x.settled_at) FROM exchanges x JOIN operations o ON o.no = x.operation_no JOIN upstreams u ON u.no = x.lane_id % 1024
         WHERE x.lane_id BETWEEN d.id * 1024 AND d.id * 1024 + 1023 AND x.state + 0 = ${STATE.done} AND u.name = $1 AND o.name = $2) AS "doneAt"
       FROM dossiers d LEFT JOIN events e ON e.seq = d.last_seq WHERE ${where}`, [acceptance?.upstream ?? '', acceptance?.operation ?? '', ...values],
    );
    return rows.map(({ id, code, version, updatedAt, lastSeq, body, doneAt, ...columns }) => ({
      id, code, version, updatedAt, lastEventSeq: lastSeq, doneAt, columns,
      body: body === null || body.length === 0 ? '' : this.#store.sealer.open(body, `events:${lastSeq}`),
    }));
  }
}

const clamp = (limit: number): number => Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
