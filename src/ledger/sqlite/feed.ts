/** What followers read: see ../feed.ts. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { STATE, laneId, upstreamOfLane } from '../codes.ts';
import { MOST_FOLLOWED, MOST_SLICE_BYTES, type Acceptance, type FollowedDossier, type LedgerFeed } from '../feed.ts';
import { LedgerError } from '../errors.ts';
import { columnsOf, type ReadableStore } from './reads.ts';

type Row = Record<string, SQLOutputValue>;
const MOST_ROWS = 10_000;
const FROM = 'SELECT d.*, e.body FROM dossiers d LEFT JOIN events e ON e.seq = d.last_seq';

export class Feed {
  readonly #store: ReadableStore;
  readonly #byCode;
  readonly #after;
  readonly #changes;
  readonly #calls;
  readonly #newestChange;
  readonly #newestCall;
  readonly #firstDone;

  constructor(store: ReadableStore) {
    this.#store = store;
    const { db } = store;
    this.#byCode = db.prepare(`${FROM} WHERE d.code = ?`);
    this.#after = db.prepare(`${FROM} WHERE d.id > ? ORDER BY d.id LIMIT ?`);
    this.#changes = db.prepare('SELECT e.seq, d.code FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id WHERE e.seq > ? ORDER BY e.seq LIMIT ?');
    this.#calls = db.prepare(`SELECT a.id, a.lane_id, a.operation, a.outcome, a.ended_at, d.code FROM attempts a JOIN dossiers d ON d.id = a.lane_id / 1024
      WHERE a.id > ? ORDER BY a.id LIMIT ?`);
    this.#newestChange = db.prepare('SELECT max(seq) AS seq FROM events');
    this.#newestCall = db.prepare('SELECT max(id) AS id FROM attempts');
    // The unary plus keeps the index by state away: it would look through everything that was ever done.
    this.#firstDone = db.prepare(`SELECT min(settled_at) AS at FROM exchanges WHERE lane_id = ? AND operation_no = ? AND +state = ${STATE.done}`);
  }

  dossiers(codes: readonly string[], acceptance: Acceptance | undefined): FollowedDossier[] {
    if (codes.length > MOST_FOLLOWED) throw new LedgerError('LT-LEDGER-INVALID', `more than ${MOST_FOLLOWED} codes`);
    return codes.flatMap((code) => {
      const row = this.#byCode.get(code) as Row | undefined;
      return row === undefined ? [] : [this.#dossier(row, acceptance)];
    });
  }

  list(options: Parameters<LedgerFeed['listDossiers']>[0]): FollowedDossier[] {
    const found: FollowedDossier[] = [];
    let bytes = 0;
    for (const row of this.#after.iterate(options.afterId, clamp(options.limit)) as Iterable<Row>) {
      const dossier = this.#dossier(row, options.acceptance);
      found.push(dossier);
      bytes += dossier.body.length;
      if (bytes > MOST_SLICE_BYTES) break;
    }
    return found;
  }

  changes({ afterSeq, limit }: Parameters<LedgerFeed['listChanges']>[0]): Awaited<ReturnType<LedgerFeed['listChanges']>> {
    const rows = this.#changes.all(afterSeq, clamp(limit)) as Row[];
    return {
      changes: rows.flatMap((row) => (row['code'] === null ? [] : [{ seq: Number(row['seq']), dossierCode: String(row['code']) }])),
      through: Number(rows.at(-1)?.['seq'] ?? afterSeq),
      newest: Number((this.#newestChange.get() as Row)['seq'] ?? 0),
    };
  }

  calls({ afterId, limit }: Parameters<LedgerFeed['listCalls']>[0]): Awaited<ReturnType<LedgerFeed['listCalls']>> {
    const rows = this.#calls.all(afterId, clamp(limit)) as Row[];
    return {
      calls: rows.map((row) => ({
        id: Number(row['id']), upstream: this.#store.names.upstreamName(upstreamOfLane(Number(row['lane_id']))), operation: String(row['operation']),
        dossierCode: String(row['code']), outcome: String(row['outcome']), endedAt: Number(row['ended_at']),
      })),
      newest: Number((this.#newestCall.get() as Row)['id'] ?? 0),
    };
  }

  #dossier(row: Row, acceptance: Acceptance | undefined): FollowedDossier {
    const [id, seq] = [Number(row['id']), Number(row['last_seq'])];
    const cell = row['body'];
    return {
      id, code: String(row['code']),
      // An expired body is an empty one.
      body: cell instanceof Uint8Array && cell.length > 0 ? this.#store.sealer.open(cell, `events:${seq}`) : '',
      columns: columnsOf(row), version: Number(row['version']), updatedAt: Number(row['updated_at']), lastEventSeq: seq,
      doneAt: acceptance === undefined ? null : this.#doneAt(id, acceptance),
    };
  }

  #doneAt(id: number, { upstream, operation }: Acceptance): number | null {
    const upstreamNo = this.#store.names.knownUpstream(upstream);
    if (upstreamNo === undefined) return null;
    let first: number | null = null;
    for (const no of this.#store.names.operationsNamed(operation)) {
      const at = (this.#firstDone.get(laneId(id, upstreamNo), no as SQLInputValue) as Row | undefined)?.['at'];
      if (at != null) first = Math.min(first ?? Number.POSITIVE_INFINITY, Number(at));
    }
    return first;
  }
}

const clamp = (limit: number): number => Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
