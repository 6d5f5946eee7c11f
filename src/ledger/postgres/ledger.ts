/** The PostgreSQL engine: any number of processes on one database. */
import { checkAct, checkCell, checkedHold, checkedReason } from '../checks.ts';
import { LedgerError } from '../errors.ts';
import type { LedgerKeys } from '../keys.ts';
import { FileIntake } from '../files.ts';
import { EXCHANGE_STATES } from '../ledger.ts';
import type { ExchangeState, Ledger } from '../ledger.ts';
import { LANE } from '../codes.ts';
import { flatten } from '../flat-change.ts';
import { Cells } from './cells.ts';
import { Cluster, GONE_INSTANCES } from './cluster.ts';
import { Control } from './control.ts';
import { foldCounters, foldForgotten } from './counters.ts';
import { failureOf } from './db.ts';
import { HOLD_QUERY } from './holds.ts';
import { StandingHolds, type StandingHold } from '../standing-holds.ts';
import { Feed } from './feed.ts';
import { Files } from './files.ts';
import { IntakeLine } from './intake.ts';
import { LanesLine } from './lanes.ts';
import { Reads } from './reads.ts';
import { Store } from './store.ts';
import { Upkeep } from './upkeep.ts';
import { verifyChain } from './verify.ts';

export interface PostgresLedgerOptions {
  /** postgres://user:password@host:port/database; TLS by its `sslmode` */
  url: string;
  keys: LedgerKeys;
  /** ms; the time that events and exchanges are recorded under */
  now?: () => number;
  /** appends and quarantined items waiting at once before more are refused with LT-LEDGER-BUSY; 20,000 if not given */
  maxPending?: number;
  /** largest content of one file, bytes; 20 MB if not given */
  maxFileBytes?: number;
  /** connections of this process: four that write and listen, the others read; 8 if not given */
  poolSize?: number;
  /** false: the server has no LISTEN and NOTIFY; this process then looks once a second for what others did */
  notify?: boolean;
  /** something that an operator should know and that stops nothing: a clock that is wrong, a database that does not wait for its disk */
  onWarning?: (warning: LedgerError) => void;
}

const DEFAULT_MAX_PENDING = 20_000;
const DEFAULT_POOL_SIZE = 8;
const LINES = 4;
/** A database that does not answer must not hold up the end of its process. */
const FAREWELL_MS = 5_000;

/**
 * Opens the ledger of a database, beside the other processes that have it open.
 * @throws LedgerError LT-LEDGER-DRIVER-MISSING, -OPEN-FAILED, -KEY-WRONG, -NEWER, -MIGRATION-CHANGED
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const { url, keys, now = Date.now, maxPending = DEFAULT_MAX_PENDING, poolSize = DEFAULT_POOL_SIZE, notify = true } = options;
  const store = await Store.open({ url, keys, now, notify, poolSize: Math.max(1, poolSize - LINES) });
  const { onWarning } = options;
  try {
    await store.lanesLine.transaction((tx) => foldForgotten(tx, GONE_INSTANCES));
    if (onWarning !== undefined && !(await waitsForDisk(store))) onWarning(new LedgerError('LT-LEDGER-NO-FSYNC'));
  } catch (e) {
    await store.close();
    throw failureOf(e);
  }
  const cluster = new Cluster({ database: store.db, instanceId: store.instanceId, ...(onWarning === undefined ? {} : { onWarning }) });
  return new PostgresLedger(store, cluster, maxPending, new FileIntake(options.maxFileBytes));
}

/** What is good to have done before leaving, and what others do otherwise. */
async function briefly(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => { timer = setTimeout(resolve, FAREWELL_MS); });
  await Promise.race([work.catch(() => undefined), enough]);
  clearTimeout(timer);
}

async function waitsForDisk(store: Store): Promise<boolean> {
  const [row] = await store.query<{ fsync: string }>(`SELECT current_setting('fsync') AS fsync`);
  return row?.fsync !== 'off';
}

class PostgresLedger implements Ledger {
  readonly shared = true;
  readonly #store: Store;
  readonly #cluster: Cluster;
  readonly #intake: IntakeLine;
  readonly #lanes: LanesLine;
  readonly #control: Control;
  readonly #cells: Cells;
  readonly #reads: Reads;
  readonly #feed: Feed;
  readonly #upkeep: Upkeep;
  readonly #files: Files;
  readonly #fileIntake: FileIntake;
  readonly #maxPending: number;
  #waiting = 0;
  #waitingIntake = 0;
  #closing: Promise<void> | undefined;

  constructor(store: Store, cluster: Cluster, maxPending: number, fileIntake: FileIntake) {
    this.#store = store;
    this.#cluster = cluster;
    this.#intake = new IntakeLine(store);
    this.#lanes = new LanesLine(store);
    this.#control = new Control(store, this.#intake);
    this.#cells = new Cells(store);
    this.#reads = new Reads(store);
    this.#feed = new Feed(store);
    this.#upkeep = new Upkeep(store, this.#intake);
    this.#files = new Files(store, this.#intake);
    this.#fileIntake = fileIntake;
    this.#maxPending = maxPending;
  }

  append(change: Parameters<Ledger['append']>[0]): ReturnType<Ledger['append']> { return this.#take(() => this.#intake.append(flatten(change))); }
  quarantine(item: Parameters<Ledger['quarantine']>[0]): ReturnType<Ledger['quarantine']> { return this.#take(() => this.#intake.quarantine(item)); }
  listQuarantine(options: Parameters<Ledger['listQuarantine']>[0]): ReturnType<Ledger['listQuarantine']> { return this.#call(() => this.#reads.quarantine(options)); }
  claim(options: Parameters<Ledger['claim']>[0]): ReturnType<Ledger['claim']> { return this.#call(() => this.#lanes.claim(options)); }
  update(update: Parameters<Ledger['update']>[0]): Promise<void> { return this.#call(() => this.#lanes.update(update)); }
  sweep(now: number, alive?: Parameters<Ledger['sweep']>[1]): ReturnType<Ledger['sweep']> {
    return this.#call(async () => {
      await this.#control.sweep(now);
      return this.#lanes.sweep(now, alive);
    });
  }
  retry(exchangeId: number, by: string, now: number, reason?: string, replay?: number, replaceable = false): Promise<boolean> {
    return this.#call(() => this.#intake.retry({ exchangeId, by, now, reason: checkedReason(reason), replay, replaceable }));
  }
  nextReadyAt(upstreams?: readonly string[]): Promise<number | null> { return this.#call(() => this.#nextReadyAt(upstreams)); }
  getDossier(code: string): ReturnType<Ledger['getDossier']> { return this.#call(() => this.#reads.dossier(code)); }
  findDossiers(term: Parameters<Ledger['findDossiers']>[0], limit: number): Promise<string[]> { return this.#call(() => this.#reads.find(term, limit)); }
  timeline(code: string): ReturnType<Ledger['timeline']> { return this.#call(() => this.#reads.timeline(code)); }
  listExchanges(filter: Parameters<Ledger['listExchanges']>[0]): ReturnType<Ledger['listExchanges']> { return this.#call(() => this.#reads.exchanges(filter)); }
  dossiers(codes: readonly string[], acceptance?: Parameters<Ledger['dossiers']>[1]): ReturnType<Ledger['dossiers']> { return this.#call(() => this.#feed.dossiers(codes, acceptance)); }
  listDossiers(options: Parameters<Ledger['listDossiers']>[0]): ReturnType<Ledger['listDossiers']> { return this.#call(() => this.#feed.list(options)); }
  listChanges(options: Parameters<Ledger['listChanges']>[0]): ReturnType<Ledger['listChanges']> { return this.#call(() => this.#feed.changes(options)); }
  listCalls(options: Parameters<Ledger['listCalls']>[0]): ReturnType<Ledger['listCalls']> { return this.#call(() => this.#feed.calls(options)); }
  getExchange(id: number): ReturnType<Ledger['getExchange']> { return this.#call(() => this.#reads.exchange(id)); }
  counts(now: number): ReturnType<Ledger['counts']> { return this.#call(() => this.#reads.counts(now)); }
  verify(): ReturnType<Ledger['verify']> { return this.#call(() => verifyChain(this.#store)); }
  getCursor(name: string): ReturnType<Ledger['getCursor']> { return this.#call(() => this.#reads.cursor(name)); }
  setCursor(name: string, value: string): Promise<void> {
    return this.#call(async () => {
      await this.#store.query('INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [name, value]);
    });
  }

  freeze(hold: Parameters<Ledger['freeze']>[0], now: number): ReturnType<Ledger['freeze']> { return this.#call(() => this.#control.freeze(checkedHold(hold), now)); }
  release(holdId: number, by: string, now: number, reason?: string): Promise<boolean> {
    return this.#call(() => this.#control.release(holdId, by, now, checkedReason(reason) ?? undefined));
  }
  listHolds(): ReturnType<Ledger['listHolds']> { return this.#call(() => this.#control.listHolds()); }
  listBlocked(filter: Parameters<Ledger['listBlocked']>[0]): ReturnType<Ledger['listBlocked']> { return this.#call(() => this.#control.listBlocked(filter)); }
  cancel(exchangeId: number, by: string, now: number, reason?: string, to?: 'cancelled' | 'dead'): ReturnType<Ledger['cancel']> {
    return this.#call(() => this.#control.cancel(exchangeId, by, now, checkedReason(reason) ?? undefined, to));
  }
  act(act: Parameters<Ledger['act']>[0], now: number): ReturnType<Ledger['act']> {
    return this.#call(() => {
      checkAct(act);
      return this.#control.act(act, now);
    });
  }
  replayCounts(replay: number, states: readonly ExchangeState[] = EXCHANGE_STATES): ReturnType<Ledger['replayCounts']> { return this.#call(() => this.#control.replayCounts(replay, states)); }
  listOrders(options: Parameters<Ledger['listOrders']>[0]): ReturnType<Ledger['listOrders']> { return this.#call(() => this.#control.listOrders(options)); }

  getCell(name: string): ReturnType<Ledger['getCell']> { return this.#call(() => this.#cells.getCell(name)); }
  putCell(name: string, value: string, expectedVersion: number): Promise<boolean> {
    return this.#call(() => {
      checkCell(name, value, expectedVersion);
      return this.#cells.putCell(name, value, expectedVersion);
    });
  }
  deleteCell(name: string, expectedVersion: number): Promise<boolean> { return this.#call(() => this.#cells.deleteCell(name, expectedVersion)); }
  listCells(prefix: string, limit: number): ReturnType<Ledger['listCells']> { return this.#call(() => this.#cells.listCells(prefix, limit)); }

  exportEvents(options: Parameters<Ledger['exportEvents']>[0]): ReturnType<Ledger['exportEvents']> { return this.#call(() => this.#upkeep.exportEvents(options)); }
  checkpoint(now: number): ReturnType<Ledger['checkpoint']> { return this.#call(() => this.#upkeep.checkpoint(now)); }
  listCheckpoints(limit: number): ReturnType<Ledger['listCheckpoints']> { return this.#call(() => this.#upkeep.listCheckpoints(limit)); }
  expirable(...args: Parameters<Ledger['expirable']>): ReturnType<Ledger['expirable']> { return this.#call(() => this.#upkeep.expirable(...args)); }
  expire(...args: Parameters<Ledger['expire']>): Promise<void> { return this.#call(() => this.#upkeep.expire(...args)); }
  storage(): ReturnType<Ledger['storage']> { return this.#call(() => this.#upkeep.storage()); }
  bodies(seqs: readonly number[]): ReturnType<Ledger['bodies']> { return this.#call(() => this.#upkeep.bodies(seqs)); }
  seal(digest: string): Promise<string> { return this.#call(() => this.#upkeep.seal(digest)); }

  keepFile(content: Uint8Array, { mediaType }: { mediaType: string }): Promise<string> {
    return this.#take(() => this.#fileIntake.take(content, mediaType, (file) => this.#files.keep(file)));
  }
  readFile(address: string): ReturnType<Ledger['readFile']> { return this.#call(() => this.#files.read(address)); }
  dropFiles(...args: Parameters<Ledger['dropFiles']>): ReturnType<Ledger['dropFiles']> { return this.#call(() => this.#files.drop(...args)); }

  get instanceId(): string { return this.#cluster.instanceId; }
  join(membership: Parameters<Ledger['join']>[0]): Promise<void> { return this.#call(() => this.#cluster.join(membership)); }
  fresh(...since: Parameters<Ledger['fresh']>): boolean { return this.#cluster.fresh(...since); }
  leads(): boolean { return this.#cluster.leads(); }
  instances(): ReturnType<Ledger['instances']> { return this.#call(() => this.#cluster.instances()); }
  onNotice(listener: Parameters<Ledger['onNotice']>[0]): () => void { return this.#cluster.onNotice(listener); }

  pending(): number { return this.#waiting; }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Finishes what was taken, gives back what is held, and leaves. Out of reach: the others find out by the beats. */
  async #close(): Promise<void> {
    this.#cells.close();
    await this.#control.close();
    await this.#intake.close();
    await briefly(this.#lanes.giveBack(this.#store.now()));
    await briefly(this.#lanes.close());
    await this.#cluster.close();
    await briefly(this.#store.lanesLine.transaction((tx) => foldCounters(tx, [this.#store.instanceId])));
    await this.#store.close();
  }

  /** Intake, bounded: it sheds before memory suffers. */
  #take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing === undefined && this.#waitingIntake >= this.#maxPending) return Promise.reject(new LedgerError('LT-LEDGER-BUSY'));
    this.#waitingIntake += 1;
    return this.#call(work).finally(() => { this.#waitingIntake -= 1; });
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new LedgerError('LT-LEDGER-CLOSED');
    this.#waiting += 1;
    try {
      return await work();
    } catch (e) {
      throw failureOf(e);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** A held upstream's lanes do not become ready, even those that the hold has not reached yet. */
  async #nextReadyAt(upstreams?: readonly string[]): Promise<number | null> {
    const holds = new StandingHolds(await this.#store.query<StandingHold & Record<string, unknown>>(HOLD_QUERY));
    const rows = await this.#store.query<{ name: string; at: number | null }>(
      `SELECT u.name, (SELECT l.ready_at FROM lanes l WHERE l.state = ${LANE.ready} AND l.upstream_no = u.no ORDER BY l.ready_at LIMIT 1) AS at FROM upstreams u
       WHERE $1::text[] IS NULL OR u.name = ANY($1::text[])`, [upstreams ?? null],
    );
    const times = rows.flatMap(({ name, at }) => (at === null || holds.upstreamHeld(name) ? [] : at));
    return times.length === 0 ? null : Math.min(...times);
  }
}
