/**
 * The standing holds as a process knows them. They are few and asked for every lane that would move, so they are kept in memory; each
 * transaction asks first whether they are still the same, so that a hold made anywhere keeps back whatever is claimed after it.
 */
import type { Hold, HoldScope, NewHold } from '../control.ts';
import type { Tx } from './db.ts';

/** What a lane is matched by. */
export interface LaneSubject { code: string; procedureCode: string; upstream: string }
export type KnownHold = Omit<Hold, 'reason'>;
type Ask = Pick<Tx, 'query'>;

/** Ids grow for ever, so the same number of rows with the same newest is the same set. What a renewal changes keeps nothing back. */
const SIGNATURE = 'SELECT count(*) AS n, coalesce(max(id), 0) AS newest FROM holds';
const ALL = 'SELECT id, scope, key, upstream, author AS "by", ends_at AS until, created_at AS "createdAt" FROM holds ORDER BY id';

export class HoldSet {
  readonly #all: readonly KnownHold[];
  readonly #bySubject = new Map<string, KnownHold[]>();

  /** oldest first */
  constructor(holds: readonly KnownHold[]) {
    this.#all = holds;
    for (const hold of holds) {
      const subject = subjectKey(hold.scope, hold.key);
      this.#bySubject.set(subject, [...(this.#bySubject.get(subject) ?? []), hold]);
    }
  }

  get any(): boolean { return this.#all.length > 0; }
  get signature(): string { return signatureOf(this.#all.length, this.#all.at(-1)?.id ?? 0); }

  /** The oldest hold that keeps such a lane back. */
  match({ code, procedureCode, upstream }: LaneSubject): number | undefined {
    const found = [subjectKey('dossier', code), subjectKey('procedure', procedureCode), subjectKey('upstream', upstream)]
      .flatMap((subject) => this.#bySubject.get(subject) ?? [])
      .filter((hold) => hold.upstream === null || hold.upstream === upstream)
      .map(({ id }) => id);
    return found.length === 0 ? undefined : Math.min(...found);
  }

  /** Nothing leaves for this upstream, whatever the dossier. */
  upstreamHeld(upstream: string): boolean { return this.#bySubject.has(subjectKey('upstream', upstream)); }

  same({ scope, key, upstream }: Pick<NewHold, 'scope' | 'key' | 'upstream'>): KnownHold | undefined {
    return this.#bySubject.get(subjectKey(scope, key))?.find((hold) => hold.upstream === upstream);
  }
}

export class Holds {
  #known = new HoldSet([]);

  /** As they stand now, as far as `ask` can see. */
  async current(ask: Ask): Promise<HoldSet> {
    const [row] = await ask.query<{ n: number; newest: number }>(SIGNATURE);
    if (row !== undefined && signatureOf(row.n, row.newest) === this.#known.signature) return this.#known;
    const holds = new HoldSet(await readHolds(ask));
    this.#known = holds;
    return holds;
  }
}

export const readHolds = (ask: Ask): Promise<KnownHold[]> => ask.query<KnownHold & Record<string, unknown>>(ALL);

const signatureOf = (n: number, newest: number): string => `${n} ${newest}`;
const subjectKey = (scope: HoldScope, key: string): string => `${scope}\0${key}`;
