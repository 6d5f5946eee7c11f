/**
 * The processes on one ledger. SQLite has exactly one, which is always fresh and always leads; PostgreSQL any number.
 * A process beats once a second by the database's clock; one that has not beaten for `DEAD_AFTER_MS` counts as gone: its lanes
 * are taken back within seconds, whatever their lease says, and another process leads.
 */
export interface Membership {
  /** what this process does: intake, deliver, schedule, console */
  roles: readonly string[];
  /** version of the package */
  version: string;
}
export interface Instance extends Membership {
  /** unique for each start of a process; the `owner` of its claims */
  id: string;
  host: string;
  pid: number;
  startedAt: number;
  beatAt: number;
  /** the one that runs schedules: the oldest living process with the role `schedule` */
  leads: boolean;
  /** the database's clock minus that of the process, ms; absent where they are the same */
  clockSkewMs?: number;
}
/** `work`: a lane became ready · `control`: a hold, a cell or another order changed */
export type Notice = 'work' | 'control';

export const BEAT_EVERY_MS = 1_000;
export const DEAD_AFTER_MS = 6_000;
/** Without a confirmed beat for this long a process begins no further call: others may hold its lanes soon. */
export const FRESH_FOR_MS = 3_000;

export interface LedgerCluster {
  /** other processes may use the same ledger */
  readonly shared: boolean;
  /** this process's id; claims carry it as their owner */
  readonly instanceId: string;
  /** enters the list of processes and begins to beat; a second call changes the roles */
  join(membership: Membership): Promise<void>;
  /**
   * false: no call may begin, our lanes may be someone else's (paused process, database out of reach). Cheap: asked before every call.
   * `since` (performance.now() before a claim): also false when a silence after it was so long that what was claimed may have been taken back
   */
  fresh(since?: number): boolean;
  /** true: this process runs the schedules. As of the last beat */
  leads(): boolean;
  /** oldest first; one that has gone without a word stays in the list for a day, see `living` */
  instances(): Promise<Instance[]>;
  /** tells of changes that other processes (or this one) made; may come late or twice, never instead of looking regularly. @returns stops telling */
  onNotice(listener: (notice: Notice) => void): () => void;
}

/** Those of a list that still beat. Compared among themselves, since beats are by the database's clock; the list is read by one that lives. */
export function living<T extends Pick<Instance, 'beatAt'>>(instances: readonly T[]): T[] {
  const last = Math.max(...instances.map(({ beatAt }) => beatAt));
  return instances.filter(({ beatAt }) => beatAt >= last - DEAD_AFTER_MS);
}
