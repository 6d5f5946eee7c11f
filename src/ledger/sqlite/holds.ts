/** The standing holds: few, so all of them are kept in memory and asked for every lane that would move. */
import type { StatementSync } from 'node:sqlite';
import type { Hold, HoldScope, NewHold } from '../control.ts';
import type { Store } from './store.ts';

interface HoldRow { id: number; scope: HoldScope; key: string; upstream: string | null; by: string; reason: Uint8Array; until: number | null; createdAt: number }
/** What a lane is matched by. */
export interface LaneSubject { code: string; procedureCode: string; upstream: string }

export class Holds {
  readonly #store: Store;
  readonly #standing = new Map<number, Omit<HoldRow, 'reason'>>();
  readonly #bySubject = new Map<string, { id: number; upstream: string | null }[]>();
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

  get any(): boolean { return this.#standing.size > 0; }

  /** The oldest hold that keeps such a lane back. */
  match({ code, procedureCode, upstream }: LaneSubject): number | undefined {
    let oldest: number | undefined;
    for (const subject of [subjectKey('dossier', code), subjectKey('procedure', procedureCode), subjectKey('upstream', upstream)]) {
      for (const hold of this.#bySubject.get(subject) ?? []) {
        if (hold.upstream !== null && hold.upstream !== upstream) continue;
        if (oldest === undefined || hold.id < oldest) oldest = hold.id;
      }
    }
    return oldest;
  }

  /** Nothing leaves for this upstream, whatever the dossier. */
  upstreamHeld(upstream: string): boolean { return this.#bySubject.has(subjectKey('upstream', upstream)); }

  get(id: number): Omit<Hold, 'reason'> | undefined { return this.#standing.get(id); }
  same({ scope, key, upstream }: NewHold): number | undefined {
    return this.#bySubject.get(subjectKey(scope, key))?.find((hold) => hold.upstream === upstream)?.id;
  }
  /** Those whose end has come. */
  ended(now: number): Omit<Hold, 'reason'>[] { return [...this.#standing.values()].filter(({ until }) => until !== null && until <= now); }
  ids(): number[] { return [...this.#standing.keys()]; }

  list(): Hold[] {
    return (this.#sql.all.all() as unknown as HoldRow[]).map((row) => ({ ...row, reason: this.#store.sealer.open(row.reason, `holds:${row.id}`) }));
  }

  add(id: number, hold: NewHold, now: number): void {
    this.#sql.insert.run(id, hold.scope, hold.key, hold.upstream, hold.by, this.#sealed(id, hold.reason), hold.until, now);
    this.#keep({ id, scope: hold.scope, key: hold.key, upstream: hold.upstream, by: hold.by, until: hold.until, createdAt: now });
  }

  renew(id: number, hold: NewHold): void {
    this.#sql.renew.run(hold.by, this.#sealed(id, hold.reason), hold.until, id);
    const known = this.#standing.get(id);
    if (known !== undefined) this.#standing.set(id, { ...known, by: hold.by, until: hold.until });
  }

  remove(id: number): void {
    this.#sql.delete.run(id);
    this.#reload();
  }

  #sealed(id: number, reason: string): Buffer { return this.#store.sealer.seal(Buffer.from(reason), `holds:${id}`); }

  #keep(hold: Omit<HoldRow, 'reason'>): void {
    this.#standing.set(hold.id, hold);
    const subject = subjectKey(hold.scope, hold.key);
    const others = this.#bySubject.get(subject) ?? [];
    this.#bySubject.set(subject, [...others, { id: hold.id, upstream: hold.upstream }]);
  }

  #reload(): void {
    this.#standing.clear();
    this.#bySubject.clear();
    for (const { id, scope, key, upstream, by, until, createdAt } of this.#sql.all.all() as unknown as HoldRow[]) this.#keep({ id, scope, key, upstream, by, until, createdAt });
  }
}

const subjectKey = (scope: HoldScope, key: string): string => `${scope}\0${key}`;
