/** Answers calls on the ledger's thread: groups of writes in one durable transaction, then what only looks. */
import { isLedgerError } from '../errors.ts';
import type { Notice } from '../cluster.ts';
import type { CancelResult, Hold } from '../control.ts';
import type { DroppedFiles } from '../files.ts';
import type { ClaimedLane, QuarantineItem } from '../ledger.ts';
import type { Checkpoint } from '../upkeep.ts';
import { Appender } from './append.ts';
import { Blocked } from './blocked.ts';
import { Cells } from './cells.ts';
import { Claims } from './claims.ts';
import { Control } from './control.ts';
import { Exchanges } from './exchanges.ts';
import { Feed } from './feed.ts';
import { Files } from './files.ts';
import { Holds } from './holds.ts';
import { Lanes } from './lanes.ts';
import { listOrders } from './orders.ts';
import { Reads } from './reads.ts';
import { Store, isExhausted, isFatal } from './store.ts';
import type { StoreOptions } from './store.ts';
import { Upkeep } from './upkeep.ts';
import { Verification } from './verify.ts';
import { unflatten } from '../flat-change.ts';
import type { Cell } from '../flat-change.ts';
import { isWrite } from './wire.ts';
import type { Call, Failure, Reply, WriteCall } from './wire.ts';

const MOST_RAW_CHARS = 65_536;
const MOST_ISSUES = 200;

type WriteResult = ClaimedLane[] | Hold | CancelResult | { seq: number } | { id: number } | { woken: number; expired: number } | Checkpoint | DroppedFiles | string | boolean | null;
export interface TimedCall { at: number; call: Call }
/** `appended` is flat for the same reason as the appends themselves (wire.ts). */
export interface Answers { appended: Cell[]; replies: Reply[]; notices: Set<Notice> }

interface TimedWrite { at: number; call: WriteCall }
const noAnswers = (): Answers => ({ appended: [], replies: [], notices: new Set() });

export class Engine {
  readonly #store: Store;
  readonly #appender: Appender;
  readonly #lanes: Lanes;
  readonly #claims: Claims;
  readonly #holds: Holds;
  readonly #control: Control;
  readonly #blocked: Blocked;
  readonly #cells: Cells;
  readonly #files: Files;
  readonly #reads: Reads;
  readonly #feed: Feed;
  readonly #upkeep: Upkeep;
  readonly #insertQuarantine;
  readonly #setCursor;
  #verifications: { id: number; walk: Verification }[] = [];
  #broken: Failure | null = null;

  /** Opens, migrates, and puts right what a crash left: leased lanes wait again, what was on the wire is 'unknown'. */
  constructor(options: StoreOptions) {
    this.#store = new Store(options);
    const { db } = this.#store;
    const exchanges = new Exchanges(this.#store);
    this.#holds = new Holds(this.#store);
    this.#lanes = new Lanes(this.#store, exchanges, this.#holds);
    this.#claims = new Claims(this.#store, exchanges, this.#lanes);
    this.#control = new Control(this.#store, this.#lanes, this.#holds);
    this.#blocked = new Blocked(this.#store, this.#holds);
    this.#cells = new Cells(this.#store);
    this.#files = new Files(this.#store);
    this.#appender = new Appender(this.#store, this.#lanes, this.#files);
    this.#reads = new Reads(this.#store);
    this.#feed = new Feed(this.#store);
    this.#upkeep = new Upkeep(this.#store);
    this.#insertQuarantine = db.prepare('INSERT INTO quarantine VALUES (?, ?, ?, ?)');
    this.#setCursor = db.prepare('INSERT INTO cursors VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
    this.#store.transact(() => { this.#lanes.recover(options.now); });
  }

  get broken(): Failure | null { return this.#broken; }
  get hasBackgroundWork(): boolean { return this.#verifications.length > 0 || this.#control.hasWork; }

  /** Answers every call but the running verifications, which answer through `background`. Nothing is answered before the commit. */
  run(group: TimedCall[]): Answers {
    const answers = noAnswers();
    const writes = group.filter((timed): timed is TimedWrite => isWrite(timed.call));
    if (writes.length > 0) this.#writeGroup(writes, answers);
    for (const { call } of group) {
      if (!isWrite(call)) this.#read(call, answers.replies);
    }
    return answers;
  }

  /** One slice of whatever runs beside the calls. `now` in ms. */
  background(now: number): Answers {
    const answers = noAnswers();
    this.#goOnWithHolds(now, answers);
    answers.replies.push(...this.#goOnVerifying());
    return answers;
  }

  /** A slice that fails is left: claims keep to the hold all the same, and the next sweep finds what was not let go. */
  #goOnWithHolds(now: number, answers: Answers): void {
    if (!this.#control.hasWork || this.#broken !== null) return;
    try {
      if (this.#store.transact(() => this.#control.step(now))) answers.notices.add('work');
    } catch (e) {
      if (isFatal(e)) this.#breakDown(e);
    }
  }

  #goOnVerifying(): Reply[] {
    const running = this.#verifications.shift();
    if (running === undefined) return [];
    try {
      const result = this.#broken === null ? running.walk.step() : undefined;
      if (this.#broken !== null) return [[running.id, this.#broken, null]];
      if (result !== undefined) return [[running.id, null, result]];
      this.#verifications.push(running);
      return [];
    } catch (e) {
      return [[running.id, this.#failure(e, 'LT-LEDGER-BROKEN'), null]];
    }
  }

  close(): void { this.#store.close(); }

  /**
   * All in one transaction. Only a refusal that wrote nothing may fail alone inside it; anything else undoes the group, and then
   * each write gets a transaction of its own, so that one bad record does not spoil its neighbours.
   */
  #writeGroup(writes: TimedWrite[], answers: Answers): void {
    if (this.#broken !== null) return refuse(writes, this.#broken, answers);
    const done = noAnswers();
    try {
      this.#store.transact(() => { for (const write of writes) this.#writeOrRefuse(write, done); });
      answers.appended.push(...done.appended);
      answers.replies.push(...done.replies);
      for (const notice of done.notices) answers.notices.add(notice);
    } catch (e) {
      if (!isExhausted(e) && writes.length > 1) return writes.forEach((write) => { this.#writeGroup([write], answers); });
      const failure = this.#failure(e, 'LT-LEDGER-WRITE-FAILED');
      if (isFatal(e)) this.#breakDown(e);
      refuse(writes, this.#broken ?? failure, answers);
    }
  }

  #breakDown(e: unknown): void {
    const failure = this.#failure(e, 'LT-LEDGER-BROKEN');
    this.#broken = isLedgerError(e) ? failure : { code: 'LT-LEDGER-BROKEN', detail: failure.detail };
  }

  #writeOrRefuse({ call, at }: TimedWrite, done: Answers): void {
    const [id, name] = call;
    if (name === 'append') {
      const result = this.#appender.append(unflatten(call[2]), at);
      done.appended.push(id, result.status, result.eventId, result.eventSeq, result.exchanges);
      return;
    }
    try {
      const value = this.#write(call, at, done.notices);
      // A step that was kept but for what it wanted to send: its worker is told to let go.
      done.replies.push(name === 'update' && value === false ? [id, { code: 'LT-LEDGER-LEASE-LOST', detail: undefined }, null] : [id, null, value]);
    } catch (e) {
      // `update` checks the lease and its exchanges before it writes, `act` its dossier.
      const isCleanRefusal = (name === 'update' || name === 'act') && isLedgerError(e) && (e.code === 'LT-LEDGER-LEASE-LOST' || e.code === 'LT-LEDGER-INVALID');
      if (!isCleanRefusal) throw e;
      done.replies.push([id, this.#failure(e, e.code), null]);
    }
  }

  #write(call: Exclude<WriteCall, [number, 'append', unknown]>, at: number, notices: Set<Notice>): WriteResult {
    switch (call[1]) {
      case 'quarantine': return this.#quarantine(call[2], at);
      case 'claim': return this.#claims.claim(call[2]);
      case 'update': return this.#lanes.update(call[2], at) ? null : false;
      case 'sweep':
        if (this.#control.sweep(call[2].now)) notices.add('control').add('work');
        return this.#lanes.sweep(call[2].now, call[2].alive);
      case 'retry': return telling(this.#control.retry(call[2]), notices, 'work');
      case 'freeze':
        notices.add('control');
        return this.#control.freeze(call[2].hold, call[2].now);
      case 'release': return telling(this.#control.release(call[2].holdId, call[2].by, call[2].now, call[2].reason), notices, 'control', 'work');
      case 'cancel': {
        const { exchangeId, by, now, reason, to } = call[2];
        const result = this.#control.cancel(exchangeId, by, now, reason, to);
        telling(result === 'cancelled', notices, 'work');
        return result;
      }
      case 'act': return this.#control.act(call[2].act, call[2].now);
      case 'putCell': return telling(this.#cells.put(call[2].name, call[2].value, call[2].expectedVersion), notices, 'control');
      case 'deleteCell': return telling(this.#cells.delete(call[2].name, call[2].expectedVersion), notices, 'control');
      case 'checkpoint': return this.#upkeep.checkpoint(call[2]);
      case 'expire':
        this.#upkeep.expire(call[2].slice, call[2].archive, call[2].now);
        return null;
      case 'keepFile': return this.#files.keep(call[2], at);
      case 'dropFiles': return this.#files.drop(call[2], call[2].now);
      case 'setCursor':
        this.#setCursor.run(call[2].name, call[2].value);
        return null;
    }
  }

  /** Pointers and codes of hostile input may hold anything, so all of it is sealed, not the raw text alone. */
  #quarantine(item: QuarantineItem, at: number): { id: number } {
    const id = this.#store.nextQuarantineId();
    const content = {
      raw: item.raw.slice(0, MOST_RAW_CHARS),
      issues: item.issues.slice(0, MOST_ISSUES),
      dossierCode: item.dossierCode ?? null,
      line: item.line ?? null,
    };
    this.#insertQuarantine.run(id, at, item.via, this.#store.sealer.seal(Buffer.from(JSON.stringify({ ...content, actor: item.actor })), `quarantine:${id}`));
    this.#store.counters.add('quarantined', 1);
    return { id };
  }

  #read(call: Exclude<Call, WriteCall>, replies: Reply[]): void {
    const [id] = call;
    try {
      if (this.#broken !== null) replies.push([id, this.#broken, null]);
      else if (call[1] === 'verify') this.#verifications.push({ id, walk: new Verification(this.#store) });
      else replies.push([id, null, this.#look(call)]);
    } catch (e) {
      replies.push([id, this.#failure(e, 'LT-LEDGER-BROKEN'), null]);
    }
  }

  #look(call: Exclude<Call, WriteCall | [number, 'verify', null]>): unknown {
    switch (call[1]) {
      case 'getDossier': return this.#reads.dossier(call[2]);
      case 'findDossiers': return this.#reads.find(call[2].term, call[2].limit);
      case 'timeline': return this.#reads.timeline(call[2]);
      case 'listExchanges': return this.#reads.exchanges(call[2]);
      case 'getExchange': return this.#reads.exchange(call[2]);
      case 'listQuarantine': return this.#reads.quarantine(call[2]);
      case 'counts': return this.#reads.counts(call[2]);
      case 'getCursor': return this.#reads.cursor(call[2]);
      case 'nextReadyAt': return this.#lanes.nextReadyAt(call[2] ?? undefined);
      case 'listHolds': return this.#holds.list();
      case 'listBlocked': return this.#blocked.list(call[2]);
      case 'replayCounts': return this.#control.replayCounts(call[2].replay, call[2].states);
      case 'listOrders': return listOrders(this.#store, call[2]);
      case 'getCell': return this.#cells.get(call[2]);
      case 'listCells': return this.#cells.list(call[2].prefix, call[2].limit);
      case 'dossiers': return this.#feed.dossiers(call[2].codes, call[2].acceptance ?? undefined);
      case 'listDossiers': return this.#feed.list(call[2]);
      case 'listChanges': return this.#feed.changes(call[2]);
      case 'listCalls': return this.#feed.calls(call[2]);
      case 'exportEvents': return this.#upkeep.exportEvents(call[2]);
      case 'listCheckpoints': return this.#upkeep.listCheckpoints(call[2]);
      case 'expirable': return this.#upkeep.expirable(call[2].policy, call[2].limit, call[2].after ?? undefined);
      case 'storage': return this.#upkeep.storage();
      case 'readFile': return this.#files.read(call[2]);
      case 'bodies': return this.#reads.bodies(call[2]);
      case 'seal': return this.#reads.seal(call[2]);
      case 'close': return null;
    }
  }

  #failure(e: unknown, otherwise: Failure['code']): Failure {
    if (isLedgerError(e)) return { code: e.code, detail: e.detail?.en };
    // SQLite's own sentence names tables and constraints, never values.
    const { errcode, errstr } = e as { errcode?: unknown; errstr?: unknown };
    return { code: otherwise, detail: typeof errstr === 'string' ? `${errstr} (${String(errcode)})` : undefined };
  }
}

/** Tells of a change that was made. */
function telling(isDone: boolean, notices: Set<Notice>, ...what: Notice[]): boolean {
  if (isDone) for (const notice of what) notices.add(notice);
  return isDone;
}

function refuse(writes: TimedWrite[], failure: Failure, answers: Answers): void {
  for (const { call } of writes) answers.replies.push([call[0], failure, null]);
}
