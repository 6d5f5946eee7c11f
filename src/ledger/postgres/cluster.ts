/**
 * Who is alive, who leads, and who must hear of a change, over one connection that nothing else uses: a long transaction never delays
 * a beat, and a beat finds out that the line to the notices is dead. All decisions are made by the database's clock.
 *
 * The leader holds a lease in one row, so that two cannot take it at once. It stops leading by itself (`FRESH_FOR_MS`) well before
 * another can take over (`DEAD_AFTER_MS`). A lost beat is harmless, so beats do not wait for the disk.
 */
import { hostname } from 'node:os';
import { BEAT_EVERY_MS, DEAD_AFTER_MS, FRESH_FOR_MS } from '../cluster.ts';
import type { Instance, LedgerCluster, Membership, Notice } from '../cluster.ts';
import { LedgerError } from '../errors.ts';
import { failureOf } from './db.ts';
import type { Database, Line } from './db.ts';

export const NOTICE_CHANNEL = 'lienthong';
/** The database's clock, epoch ms. */
export const DATABASE_NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
/** Instances that have stopped beating: what they had leased is anybody's. */
export const GONE_INSTANCES = `SELECT id FROM instances WHERE beat_at < ${DATABASE_NOW} - ${DEAD_AFTER_MS}`;

const LEADER_ROLE = 'schedule';
const BEAT_TIMEOUT_MS = 2_000;
const RETRY_MS = 250;
const FORGET_AFTER_MS = 24 * 60 * 60 * 1000;
const FORGET_EVERY_MS = 60 * 60 * 1000;
const MOST_SKEW_MS = 5_000;
const WARN_EVERY_MS = 60_000;
const MOST_INSTANCES = 1_000;

const ENTER = `INSERT INTO instances (id, host, pid, version, roles, started_at, beat_at)
  SELECT $1, $2, $3, $4, $5::text[], n, n FROM (SELECT ${DATABASE_NOW} AS n) clock
  ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, roles = EXCLUDED.roles, beat_at = EXCLUDED.beat_at`;
/** A vacant lead goes to the oldest that lives; the row itself decides between two that both think they are. */
const BEAT = `WITH clock AS MATERIALIZED (SELECT ${DATABASE_NOW} AS n),
  mine AS (UPDATE instances i SET beat_at = n, clock_skew_ms = $2 FROM clock WHERE i.id = $1 RETURNING i.started_at, i.roles),
  lead AS (
    UPDATE leader l SET instance = $1, until = n + ${DEAD_AFTER_MS} FROM clock, mine
    WHERE '${LEADER_ROLE}' = ANY (mine.roles) AND (l.instance = $1 OR l.until < n AND NOT EXISTS (
      SELECT FROM instances o WHERE o.id <> $1 AND '${LEADER_ROLE}' = ANY (o.roles) AND o.beat_at >= n - ${DEAD_AFTER_MS} AND (o.started_at, o.id) < (mine.started_at, $1)))
    RETURNING l.instance)
  SELECT n AS now, EXISTS (SELECT FROM lead) AS leads FROM clock, mine`;
const STEP_DOWN = 'UPDATE leader SET until = 0 WHERE instance = $1';
const LEAVE = 'DELETE FROM instances WHERE id = $1';
const FORGET = `DELETE FROM instances WHERE beat_at < ${DATABASE_NOW} - ${FORGET_AFTER_MS}`;
const LIST = `SELECT i.id, i.host, i.pid, i.version, i.roles, i.started_at AS "startedAt", i.beat_at AS "beatAt", i.clock_skew_ms AS "clockSkewMs",
  EXISTS (SELECT FROM leader l WHERE l.instance = i.id AND l.until >= ${DATABASE_NOW}) AS leads
  FROM (SELECT * FROM instances ORDER BY beat_at DESC LIMIT ${MOST_INSTANCES}) i ORDER BY i.started_at, i.id`;

export interface ClusterOptions {
  database: Database;
  instanceId: string;
  /** something that an operator should know and that stops nothing: LT-LEDGER-CLOCK */
  onWarning?: (warning: LedgerError) => void;
}

export class Cluster implements LedgerCluster {
  readonly shared = true;
  readonly instanceId: string;
  readonly #database: Database;
  readonly #line: Line;
  readonly #onWarning: (warning: LedgerError) => void;
  readonly #listeners = new Set<(notice: Notice) => void>();
  #listening: unknown;
  #membership: Membership | undefined;
  #isEntered = false;
  /** start of the last confirmed beat: by a clock that nobody sets, and by the one that also runs while a machine is suspended */
  #beatAt: { steady: number; wall: number } | undefined;
  #unbrokenSince = Number.POSITIVE_INFINITY;
  #leads = false;
  #skewMs = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #forgotAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #endPause: (() => void) | undefined;

  constructor(options: ClusterOptions) {
    this.instanceId = options.instanceId;
    this.#database = options.database;
    this.#line = options.database.line();
    this.#onWarning = options.onWarning ?? (() => undefined);
  }

  async join(membership: Membership): Promise<void> {
    if (this.#isClosed) throw new LedgerError('LT-LEDGER-CLOSED');
    this.#membership = membership;
    this.#isEntered = false;
    try {
      await this.#beat(membership);
    } catch (e) {
      throw failureOf(e);
    } finally {
      this.#run();
    }
  }

  fresh(since?: number): boolean {
    if (this.#beatAt === undefined) return false;
    const steady = performance.now() - this.#beatAt.steady;
    const wall = Date.now() - this.#beatAt.wall;
    return steady < FRESH_FOR_MS && wall < FRESH_FOR_MS && (since === undefined || since >= this.#unbrokenSince);
  }

  leads(): boolean { return this.#leads && this.fresh(); }

  async instances(): Promise<Instance[]> {
    try {
      return await this.#database.query<Instance & Record<string, unknown>>(LIST);
    } catch (e) {
      throw failureOf(e);
    }
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#isClosed) this.#run();
    return () => { this.#listeners.delete(listener); };
  }

  /** Leaves the list at once, so that nobody waits for the beats to run out. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#endPause?.();
    await this.#running;
    this.#beatAt = undefined;
    if (!this.#isEntered) return;
    try {
      for (const text of [STEP_DOWN, LEAVE]) await this.#query(text, [this.instanceId]);
    } catch {
      // Out of reach: the others find out by the beats.
    }
  }

  #run(): void {
    this.#running ??= this.#loop();
  }

  async #loop(): Promise<void> {
    while (!this.#isClosed) {
      const startedAt = performance.now();
      const isWell = await this.#turn();
      const wait = isWell ? BEAT_EVERY_MS - (performance.now() - startedAt) : RETRY_MS;
      if (!this.#isClosed) await this.#pause(Math.max(0, wait));
    }
  }

  async #turn(): Promise<boolean> {
    try {
      if (this.#membership === undefined) await this.#query('SELECT 1', []);
      else await this.#beat(this.#membership);
      if (!this.#database.notifies) for (const notice of ['control', 'work']) this.#tell(notice);
      return true;
    } catch {
      this.#line.drop();
      return false;
    }
  }

  async #beat(membership: Membership): Promise<void> {
    if (!this.#isEntered) await this.#enter(membership);
    const started = { steady: performance.now(), wall: Date.now() };
    const [beat] = await this.#query<{ now: number; leads: boolean }>(BEAT, [this.instanceId, this.#skewMs]);
    const endedAt = performance.now();
    if (beat === undefined) {
      // Forgotten after a very long pause: a new member.
      this.#isEntered = false;
      this.#leads = false;
      return;
    }
    // The database may have seen no beat for this long, and given our lanes away.
    const silence = this.#beatAt === undefined ? Number.POSITIVE_INFINITY : Math.max(endedAt - this.#beatAt.steady, Date.now() - this.#beatAt.wall);
    if (silence >= DEAD_AFTER_MS) this.#unbrokenSince = endedAt;
    this.#beatAt = started;
    this.#leads = beat.leads;
    this.#compareClocks(beat.now, started, endedAt);
    await this.#forget(endedAt);
  }

  async #enter(membership: Membership): Promise<void> {
    await this.#query(ENTER, [this.instanceId, hostname(), process.pid, membership.version, [...membership.roles]]);
    if (!membership.roles.includes(LEADER_ROLE)) await this.#query(STEP_DOWN, [this.instanceId]);
    this.#isEntered = true;
  }

  #compareClocks(databaseNow: number, started: { steady: number; wall: number }, endedAt: number): void {
    const half = (endedAt - started.steady) / 2;
    this.#skewMs = Math.round(databaseNow - started.wall - half);
    if (Math.abs(this.#skewMs) - half <= MOST_SKEW_MS || endedAt - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = endedAt;
    this.#onWarning(new LedgerError('LT-LEDGER-CLOCK', `${this.#skewMs} ms`));
  }

  async #forget(now: number): Promise<void> {
    if (!this.#leads || now - this.#forgotAt < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    await this.#query(FORGET, []);
  }

  async #query<R>(text: string, values: unknown[]): Promise<R[]> {
    const client = await this.#line.client();
    const limits = { query_timeout: BEAT_TIMEOUT_MS };
    if (this.#listening !== client) {
      this.#listening = client;
      client.on('notification', ({ payload }) => { this.#tell(payload); });
      await client.query({ text: 'SET synchronous_commit = off', ...limits });
      if (this.#database.notifies) await client.query({ text: `LISTEN ${NOTICE_CHANNEL}`, ...limits });
      // What was said while nobody listened.
      this.#tell('control');
      this.#tell('work');
    }
    return (await client.query({ text, values, ...limits })).rows as R[];
  }

  #tell(payload: string | undefined): void {
    if (payload !== 'work' && payload !== 'control') return;
    for (const listener of this.#listeners) listener(payload);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
