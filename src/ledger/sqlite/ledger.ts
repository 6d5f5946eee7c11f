/** The SQLite engine as the gateway sees it: calls go to the ledger's thread in batches and come back after the commit. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { checkAct, checkCell, checkedHold, checkedReason } from '../checks.ts';
import type { LedgerCluster } from '../cluster.ts';
import { LedgerError } from '../errors.ts';
import type { LedgerKeys } from '../keys.ts';
import { FileIntake } from '../files.ts';
import { EXCHANGE_STATES } from '../ledger.ts';
import type { ExchangeState, Ledger } from '../ledger.ts';
import { LocalCluster } from './local-cluster.ts';
import { lockFolder } from './lock.ts';
import type { FolderLock } from './lock.ts';
import type { StoreOptions } from './store.ts';
import { flatten } from '../flat-change.ts';
import { APPENDED_CELLS } from './wire.ts';
import type { Call, CallArguments, CallBatch, CallName, CallResult, Failure, FromWorker } from './wire.ts';

export interface SqliteLedgerOptions {
  /** data folder, made if missing; holds ledger.db, its WAL and the lock */
  folder: string;
  keys: LedgerKeys;
  /** ms; the time that events and exchanges are recorded under */
  now?: () => number;
  /** appends and quarantined items waiting at once before more are refused with LT-LEDGER-BUSY; 20,000 if not given */
  maxPending?: number;
  /** upper bound of the database file; writes beyond it fail as on a full disk */
  maxBytes?: number;
  /** largest content of one file, bytes; 20 MB if not given */
  maxFileBytes?: number;
}

const DEFAULT_MAX_PENDING = 20_000;
/** Room for the messages of a few groups; a larger nursery would only enlarge the process. */
const YOUNG_GENERATION_MB = 32;
const DATABASE_FILE = 'ledger.db';

/**
 * Opens the ledger of a folder, for this process alone.
 * @throws LedgerError LT-LEDGER-LOCKED (another gateway), -KEY-WRONG, -NEWER, -MIGRATION-CHANGED, -OPEN-FAILED
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const folder = prepareFolder(options.folder);
  const lock = lockFolder(folder);
  const now = options.now ?? Date.now;
  const workerData: StoreOptions = {
    file: join(folder, DATABASE_FILE), keys: options.keys, now: now(),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  };
  try {
    const worker = new Worker(workerFile(), { workerData, name: 'ledger', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
    await ready(worker);
    return new SqliteLedger(worker, lock, now, options.maxPending ?? DEFAULT_MAX_PENDING, new FileIntake(options.maxFileBytes));
  } catch (e) {
    lock.release();
    throw e;
  }
}

function prepareFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return realpathSync(folder);
  } catch (e) {
    throw new LedgerError('LT-LEDGER-OPEN-FAILED', folder, e);
  }
}

/** Beside this file: TypeScript when run from source, JavaScript when built. */
function workerFile(): URL {
  const source = new URL('./worker.ts', import.meta.url);
  return import.meta.url.endsWith('.ts') && existsSync(source) ? source : new URL('./worker.js', import.meta.url);
}

/** Named listeners, taken off by name: `removeAllListeners` on a Worker also cuts its own line. */
function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    let refusal: Failure | undefined;
    const onMessage = (message: FromWorker): void => {
      if (message.kind === 'refused') refusal = message.failure;
      else settle(resolve);
    };
    const onError = (e: unknown): void => { settle(() => { reject(new LedgerError('LT-LEDGER-OPEN-FAILED', undefined, e)); }); };
    // A refusal counts when the thread has ended: only then has it let go of the file.
    const onExit = (): void => { settle(() => { reject(refusal === undefined ? new LedgerError('LT-LEDGER-OPEN-FAILED') : errorOf(refusal)); }); };
    const settle = (then: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      then();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

const errorOf = (failure: Failure): LedgerError => new LedgerError(failure.code, failure.detail);

interface Waiting { resolve: (value: never) => void; reject: (error: LedgerError) => void; isIntake: boolean }

class SqliteLedger implements Ledger {
  readonly #worker: Worker;
  readonly #lock: FolderLock;
  readonly #now: () => number;
  readonly #maxPending: number;
  readonly #files: FileIntake;
  readonly #cluster: LocalCluster;
  readonly #waiting = new Map<number, Waiting>();
  #intake = 0;
  #nextId = 1;
  #outbox: Call[] = [];
  #isScheduled = false;
  #ended: Failure | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, lock: FolderLock, now: () => number, maxPending: number, files: FileIntake) {
    this.#worker = worker;
    this.#lock = lock;
    this.#now = now;
    this.#maxPending = maxPending;
    this.#files = files;
    this.#cluster = new LocalCluster(now);
    worker.on('message', (message: FromWorker) => { this.#receive(message); });
    worker.on('error', (e) => { this.#end({ code: 'LT-LEDGER-BROKEN', detail: e instanceof Error ? e.message : undefined }); });
    worker.on('exit', (code) => { this.#end({ code: 'LT-LEDGER-BROKEN', detail: `thread ended with ${code}` }); });
    // A process with nothing else to do may end without closing; everything acknowledged is on disk.
    worker.unref();
  }

  append(change: Parameters<Ledger['append']>[0]): ReturnType<Ledger['append']> {
    try {
      return this.#call('append', flatten(change), true);
    } catch (e) {
      return Promise.reject(e as LedgerError);
    }
  }

  quarantine(item: Parameters<Ledger['quarantine']>[0]): ReturnType<Ledger['quarantine']> { return this.#call('quarantine', item, true); }
  listQuarantine(options: Parameters<Ledger['listQuarantine']>[0]): ReturnType<Ledger['listQuarantine']> { return this.#call('listQuarantine', options); }
  claim(options: Parameters<Ledger['claim']>[0]): ReturnType<Ledger['claim']> { return this.#call('claim', options); }
  async update(update: Parameters<Ledger['update']>[0]): Promise<void> { await this.#call('update', update); }
  sweep(now: number, alive: Parameters<Ledger['sweep']>[1] = []): ReturnType<Ledger['sweep']> { return this.#call('sweep', { now, alive }); }
  retry(exchangeId: number, by: string, now: number, reason?: string, replay?: number, replaceable = false): Promise<boolean> {
    return this.#call('retry', { exchangeId, by, now, reason: checkedReason(reason), replay: replay ?? null, replaceable });
  }
  nextReadyAt(upstreams?: readonly string[]): Promise<number | null> { return this.#call('nextReadyAt', upstreams ?? null); }
  getDossier(code: string): ReturnType<Ledger['getDossier']> { return this.#call('getDossier', code); }
  findDossiers(term: Parameters<Ledger['findDossiers']>[0], limit: number): Promise<string[]> { return this.#call('findDossiers', { term, limit }); }
  timeline(code: string): ReturnType<Ledger['timeline']> { return this.#call('timeline', code); }
  listExchanges(filter: Parameters<Ledger['listExchanges']>[0]): ReturnType<Ledger['listExchanges']> { return this.#call('listExchanges', filter); }
  getExchange(id: number): ReturnType<Ledger['getExchange']> { return this.#call('getExchange', id); }
  counts(now: number): ReturnType<Ledger['counts']> { return this.#call('counts', now); }
  verify(): ReturnType<Ledger['verify']> { return this.#call('verify', null); }
  getCursor(name: string): ReturnType<Ledger['getCursor']> { return this.#call('getCursor', name); }
  async setCursor(name: string, value: string): Promise<void> { await this.#call('setCursor', { name, value }); }

  // Async where an argument is checked first: a refusal is a rejection like any other.
  async freeze(hold: Parameters<Ledger['freeze']>[0], now: number): ReturnType<Ledger['freeze']> { return this.#call('freeze', { hold: checkedHold(hold), now }); }
  release(holdId: number, by: string, now: number, reason?: string): Promise<boolean> { return this.#call('release', { holdId, by, now, reason: checkedReason(reason) }); }
  listHolds(): ReturnType<Ledger['listHolds']> { return this.#call('listHolds', null); }
  listBlocked(filter: Parameters<Ledger['listBlocked']>[0]): ReturnType<Ledger['listBlocked']> { return this.#call('listBlocked', filter); }
  cancel(exchangeId: number, by: string, now: number, reason?: string, to: 'cancelled' | 'dead' = 'cancelled'): ReturnType<Ledger['cancel']> {
    return this.#call('cancel', { exchangeId, by, now, reason: checkedReason(reason), to });
  }
  async act(act: Parameters<Ledger['act']>[0], now: number): ReturnType<Ledger['act']> {
    checkAct(act);
    return this.#call('act', { act, now });
  }
  replayCounts(replay: number, states: readonly ExchangeState[] = EXCHANGE_STATES): ReturnType<Ledger['replayCounts']> { return this.#call('replayCounts', { replay, states }); }
  listOrders(options: Parameters<Ledger['listOrders']>[0]): ReturnType<Ledger['listOrders']> { return this.#call('listOrders', options); }

  dossiers(codes: readonly string[], acceptance?: Parameters<Ledger['dossiers']>[1]): ReturnType<Ledger['dossiers']> { return this.#call('dossiers', { codes, acceptance: acceptance ?? null }); }
  listDossiers(options: Parameters<Ledger['listDossiers']>[0]): ReturnType<Ledger['listDossiers']> { return this.#call('listDossiers', options); }
  listChanges(options: Parameters<Ledger['listChanges']>[0]): ReturnType<Ledger['listChanges']> { return this.#call('listChanges', options); }
  listCalls(options: Parameters<Ledger['listCalls']>[0]): ReturnType<Ledger['listCalls']> { return this.#call('listCalls', options); }

  getCell(name: string): ReturnType<Ledger['getCell']> { return this.#call('getCell', name); }
  async putCell(name: string, value: string, expectedVersion: number): Promise<boolean> {
    checkCell(name, value, expectedVersion);
    return this.#call('putCell', { name, value, expectedVersion });
  }
  deleteCell(name: string, expectedVersion: number): Promise<boolean> { return this.#call('deleteCell', { name, expectedVersion }); }
  listCells(prefix: string, limit: number): ReturnType<Ledger['listCells']> { return this.#call('listCells', { prefix, limit }); }

  keepFile(content: Uint8Array, { mediaType }: { mediaType: string }): Promise<string> { return this.#files.take(content, mediaType, (file) => this.#call('keepFile', file, true)); }
  readFile(address: string): ReturnType<Ledger['readFile']> { return this.#call('readFile', address); }
  dropFiles({ before, limit, after }: Parameters<Ledger['dropFiles']>[0], now: number): ReturnType<Ledger['dropFiles']> { return this.#call('dropFiles', { before, limit, after: after ?? null, now }); }

  get shared(): boolean { return this.#cluster.shared; }
  get instanceId(): string { return this.#cluster.instanceId; }
  join(membership: Parameters<LedgerCluster['join']>[0]): Promise<void> { return this.#cluster.join(membership); }
  fresh(): boolean { return this.#cluster.fresh(); }
  leads(): boolean { return this.#cluster.leads(); }
  instances(): ReturnType<LedgerCluster['instances']> { return this.#cluster.instances(); }
  onNotice(listener: Parameters<LedgerCluster['onNotice']>[0]): () => void { return this.#cluster.onNotice(listener); }

  exportEvents(options: Parameters<Ledger['exportEvents']>[0]): ReturnType<Ledger['exportEvents']> { return this.#call('exportEvents', options); }
  checkpoint(now: number): ReturnType<Ledger['checkpoint']> { return this.#call('checkpoint', now); }
  listCheckpoints(limit: number): ReturnType<Ledger['listCheckpoints']> { return this.#call('listCheckpoints', limit); }
  expirable(policy: Parameters<Ledger['expirable']>[0], limit: number, after?: Parameters<Ledger['expirable']>[2]): ReturnType<Ledger['expirable']> {
    return this.#call('expirable', { policy, limit, after: after ?? null });
  }
  async expire(slice: Parameters<Ledger['expire']>[0], archive: Parameters<Ledger['expire']>[1], now: number): Promise<void> { await this.#call('expire', { slice, archive, now }); }
  storage(): ReturnType<Ledger['storage']> { return this.#call('storage', null); }
  bodies(seqs: readonly number[]): ReturnType<Ledger['bodies']> { return this.#call('bodies', seqs); }
  seal(digest: string): Promise<string> { return this.#call('seal', digest); }

  pending(): number { return this.#waiting.size; }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#ended === undefined) {
      const exited = new Promise<void>((resolve) => { this.#worker.once('exit', () => { resolve(); }); });
      const last = this.#call('close', null);
      this.#ended = { code: 'LT-LEDGER-CLOSED', detail: undefined };
      await last.catch(() => undefined);
      this.#worker.ref();
      // The thread ends by itself once the file is checkpointed and closed.
      await exited;
    } else {
      await this.#worker.terminate();
    }
    this.#lock.release();
  }

  #call<N extends CallName>(name: N, args: CallArguments[N], isIntake = false): Promise<CallResult<N>> {
    if (this.#ended !== undefined) return Promise.reject(errorOf(this.#ended));
    if (isIntake && this.#intake >= this.#maxPending) return Promise.reject(new LedgerError('LT-LEDGER-BUSY'));
    return new Promise<CallResult<N>>((resolve, reject) => {
      const id = this.#nextId++;
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject, isIntake });
      if (isIntake) this.#intake += 1;
      this.#outbox.push([id, name, args] as Call);
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // After the callbacks of this turn of the loop: the calls of all sockets that were readable leave in one message.
      setImmediate(() => { this.#flush(); });
    });
  }

  #flush(): void {
    this.#isScheduled = false;
    const calls = this.#outbox;
    this.#outbox = [];
    if (calls.length === 0) return;
    const batch: CallBatch = { at: this.#now(), calls };
    try {
      this.#worker.postMessage(batch);
    } catch {
      // One argument that cannot be cloned (a function, say) must not take the others of its batch with it.
      for (const call of calls) this.#postAlone(call, batch.at);
    }
  }

  #postAlone(call: Call, at: number): void {
    try {
      this.#worker.postMessage({ at, calls: [call] } satisfies CallBatch);
    } catch (e) {
      this.#settle(call[0])?.reject(new LedgerError('LT-LEDGER-INVALID', call[1], e));
    }
  }

  #receive(message: FromWorker): void {
    if (message.kind !== 'replies') return;
    const { appended } = message;
    for (let i = 0; i < appended.length; i += APPENDED_CELLS) {
      const [id, status, eventId, eventSeq, exchanges] = appended.slice(i, i + APPENDED_CELLS);
      this.#settle(id as number)?.resolve({ status, eventId, eventSeq, exchanges } as never);
    }
    for (const [id, failure, value] of message.replies) {
      const waiting = this.#settle(id);
      if (failure === null) waiting?.resolve(value as never);
      else waiting?.reject(errorOf(failure));
    }
    if (message.broken !== null) this.#end(message.broken);
    // After the replies: who is told of a change finds it acknowledged.
    this.#cluster.tell(message.notices);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    if (waiting.isIntake) this.#intake -= 1;
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  /** Nothing more comes from the thread: whoever waits is told so, and so is everyone who calls later. */
  #end(failure: Failure): void {
    this.#ended ??= failure;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(errorOf(this.#ended.code === 'LT-LEDGER-CLOSED' ? this.#ended : failure));
  }
}
