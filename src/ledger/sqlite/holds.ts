/** The standing holds as the ledger's thread keeps them, through rollbacks too. */
import type { StatementSync } from 'node:sqlite';
import type { Hold, HoldScope, NewHold } from '../control.ts';
import { StandingHolds, type LaneSubject } from '../standing-holds.ts';
import type { Store } from './store.ts';

interface HoldRow { id: number; scope: HoldScope; key: string; upstream: string | null; by: string; reason: Uint8Array; until: number | null; createdAt: number }

export class Holds {
  readonly #store: Store;
  readonly #byId = new Map<number, Omit<HoldRow, 'reason'>>();
  #index = new StandingHolds();
  readonly #sql: Record<'all' | 'insert' | 'renew' | 'delete', StatementSync>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#sql = {
      all: db.prepare('SELECT id, scope, key, upstream, author AS "by", reason, ends_at AS until, created_at AS createdAt FROM holds ORDER BY id'),
      insert: db.prepare('INSERT INTO holds (id, scope, key, upstream, author, reason, ends_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
      renew: db.prepare('UPDATE holds SET author = ?, reason = ?, ends_at = ? WHERE id = ?'),
      delete: db.prepare('DELETE FROM holds WHERE id = ?'),
    };
    this.#reload();
    store.onRollback(() => { this.#reload(); });
  }

  get any(): boolean { return this.#byId.size > 0; }
  match(lane: LaneSubject): number | undefined { return this.#index.match(lane); }
  upstreamHeld(upstream: string): boolean { return this.#index.upstreamHeld(upstream); }
  get(id: number): Omit<Hold, 'reason'> | undefined { return this.#byId.get(id); }
  same(hold: NewHold): number | undefined { return this.#index.same(hold); }
  /** Those whose end has come. */
  ended(now: number): Omit<Hold, 'reason'>[] { return [...this.#byId.values()].filter(({ until }) => until !== null && until <= now); }
  ids(): number[] { return [...this.#byId.keys()]; }

  list(): Hold[] {
    return (this.#sql.all.all() as unknown as HoldRow[]).map((row) => ({ ...row, reason: this.#store.sealer.open(row.reason, `holds:${row.id}`) }));
  }

  add(id: number, hold: NewHold, now: number): void {
    this.#sql.insert.run(id, hold.scope, hold.key, hold.upstream, hold.by, this.#sealed(id, hold.reason), hold.until, now);
    this.#keep({ id, scope: hold.scope, key: hold.key, upstream: hold.upstream, by: hold.by, until: hold.until, createdAt: now });
  }

  renew(id: number, hold: NewHold): void {
    this.#sql.renew.run(hold.by, this.#sealed(id, hold.reason), hold.until, id);
    const known = this.#byId.get(id);
    if (known !== undefined) this.#byId.set(id, { ...known, by: hold.by, until: hold.until });
  }

  remove(id: number): void {
    this.#sql.delete.run(id);
    this.#reload();
  }

  #sealed(id: number, reason: string): Buffer { return this.#store.sealer.seal(Buffer.from(reason), `holds:${id}`); }

  #keep(hold: Omit<HoldRow, 'reason'>): void {
    this.#byId.set(hold.id, hold);
    this.#index.add(hold);
  }

  #reload(): void {
    this.#byId.clear();
    this.#index = new StandingHolds();
    for (const { id, scope, key, upstream, by, until, createdAt } of this.#sql.all.all() as unknown as HoldRow[]) this.#keep({ id, scope, key, upstream, by, until, createdAt });
  }
}
