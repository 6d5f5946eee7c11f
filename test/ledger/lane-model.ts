/**
 * A tiny reference of what a ledger must do with lanes: plain lists, no indexes, no transactions. The property test runs it
 * beside the engine and compares every claim and every state.
 */
import type { ExchangeState, PlannedExchange } from '../../src/ledger/ledger.ts';

export interface ModelExchange { itemKey: string; operation: string; lane: string; state: ExchangeState; attempts: number; lost: number; nextAt: number | null; place: number; order: number }
interface ModelLane { state: 'idle' | 'ready' | 'leased' | 'blocked' | 'held'; readyAt: number; woken: boolean; until: number }

const OPEN: readonly ExchangeState[] = ['pending', 'unknown'];
const REPLACEABLE: readonly ExchangeState[] = ['pending', 'rejected', 'dead', 'cancelled'];
const RETRYABLE: readonly ExchangeState[] = ['rejected', 'dead', 'doubtful', 'cancelled'];
const OVER: readonly ExchangeState[] = ['done', 'superseded', 'cancelled'];

export class LaneModel {
  readonly lanes = new Map<string, ModelLane>();
  readonly exchanges: ModelExchange[] = [];
  readonly known = new Map<string, number>();
  /** dossiers held, `code` or `upstream|code` */
  readonly held = new Set<string>();

  append(code: string, at: number, plans: PlannedExchange[], now: number): 'accepted' | 'stale' {
    const newest = this.known.get(code);
    const stale = newest !== undefined && at < newest;
    if (!stale) this.known.set(code, at);
    const woken = new Set<string>();
    for (const plan of plans) {
      const lane = `${plan.upstream}|${code}`;
      if (stale && plan.coalesce) continue;
      const same = this.exchanges.find((exchange) => exchange.lane === lane && exchange.operation === plan.operation && exchange.itemKey === plan.itemKey);
      if (same !== undefined) {
        // What was refused gets its correction; everything else stays as it is.
        if (stale || (same.state !== 'rejected' && same.state !== 'dead')) continue;
        Object.assign(same, { state: 'pending', attempts: 0, nextAt: null });
        woken.add(lane);
        continue;
      }
      const order = this.exchanges.length + 1;
      const added: ModelExchange = { itemKey: plan.itemKey, operation: plan.operation, lane, state: 'pending', attempts: 0, lost: 0, nextAt: null, place: order, order };
      if (plan.coalesce) {
        for (const older of this.exchanges) {
          if (older.lane !== lane || older.operation !== plan.operation || !REPLACEABLE.includes(older.state)) continue;
          older.state = 'superseded';
          older.nextAt = null;
          added.place = Math.min(added.place, older.place);
        }
      }
      this.exchanges.push(added);
      woken.add(lane);
    }
    for (const lane of woken) this.#wake(lane, now);
    return stale ? 'stale' : 'accepted';
  }

  /** What a claim of everything must hand out: per lane the keys in order. */
  claim(now: number, perLane: number, leaseMs: number, beginFirst: ReadonlySet<string>): Map<string, string[]> {
    const claimed = new Map<string, string[]>();
    for (const [name, lane] of this.lanes) {
      if (lane.state !== 'ready' || lane.readyAt > now) continue;
      const open = this.open(name).slice(0, perLane);
      const later = open.findIndex((exchange) => exchange.nextAt !== null && exchange.nextAt > now);
      const due = later < 0 ? open : open.slice(0, later);
      if (due.length > 0) {
        Object.assign(lane, { state: 'leased', woken: false, until: now + leaseMs });
        claimed.set(name, due.map((exchange) => exchange.itemKey));
        const [first] = due;
        if (first?.state === 'pending' && beginFirst.has(first.operation)) Object.assign(first, { state: 'sending', nextAt: null });
      } else if (open[0] === undefined) {
        lane.state = 'idle';
      } else {
        lane.readyAt = open[0].nextAt ?? now;
      }
    }
    return claimed;
  }

  /** @returns whether the exchanges go out; if not, the lane is given back */
  begin(name: string, exchanges: ModelExchange[], now: number): boolean {
    const fresh = exchanges.filter((exchange) => exchange.state !== 'sending');
    const may = fresh.every((exchange) => OPEN.includes(exchange.state)) && (fresh.length === 0 || !this.isHeld(name));
    if (may) {
      for (const exchange of exchanges) Object.assign(exchange, { state: 'sending', nextAt: null });
      return true;
    }
    for (const exchange of exchanges) if (exchange.state === 'sending') exchange.state = 'pending';
    this.release(name, { nextAt: now, blocked: false }, now);
    return false;
  }

  settle(exchange: ModelExchange, state: ExchangeState, nextAt: number | null): void {
    exchange.state = state;
    exchange.nextAt = OPEN.includes(state) ? nextAt : null;
    exchange.attempts += 1;
    if (state === 'unknown') exchange.lost += 1;
  }

  release(name: string, how: { nextAt: number | null; blocked: boolean }, now: number): void {
    const lane = this.lane(name);
    const interrupted = this.#interrupt(name);
    const head = this.open(name)[0];
    if (lane.woken || interrupted) this.#ready(name, now);
    else if (how.nextAt !== null) this.#ready(name, how.nextAt);
    else if (how.blocked) lane.state = 'blocked';
    else if (head?.nextAt != null) this.#ready(name, head.nextAt);
    else lane.state = 'idle';
  }

  sweep(now: number): { woken: number; expired: number } {
    let [woken, expired] = [0, 0];
    for (const [name, lane] of this.lanes) {
      const head = this.open(name)[0];
      if (lane.state === 'leased' && lane.until < now) {
        this.#interrupt(name);
        this.#ready(name, now);
        expired += 1;
      } else if (lane.state === 'idle' && head !== undefined && (head.nextAt === null || head.nextAt <= now)) {
        this.#ready(name, now);
        woken += 1;
      }
    }
    return { woken, expired };
  }

  crash(now: number): void {
    for (const [name, lane] of this.lanes) {
      this.#interrupt(name);
      if (lane.state === 'leased') this.#ready(name, now);
    }
  }

  retry(exchange: ModelExchange, now: number): boolean {
    if (!RETRYABLE.includes(exchange.state)) return false;
    exchange.state = 'pending';
    exchange.attempts = 0;
    exchange.nextAt = null;
    this.#wake(exchange.lane, now);
    return true;
  }

  cancel(exchange: ModelExchange, now: number): 'cancelled' | 'in-flight' | 'settled' {
    if (exchange.state === 'sending') return 'in-flight';
    if (OVER.includes(exchange.state)) return 'settled';
    Object.assign(exchange, { state: 'cancelled', nextAt: null });
    const lane = this.lane(exchange.lane);
    if (lane.state === 'leased' || this.open(exchange.lane).length > 0) this.#wake(exchange.lane, now);
    else lane.state = 'idle';
    return 'cancelled';
  }

  freeze(subject: string): void {
    this.held.add(subject);
    for (const [name, lane] of this.lanes) if (lane.state === 'ready') this.#ready(name, lane.readyAt);
  }

  letGo(subject: string): void {
    this.held.delete(subject);
    for (const [name, lane] of this.lanes) if (lane.state === 'held') this.#ready(name, lane.readyAt);
  }

  isHeld(name: string): boolean { return this.held.has(name) || this.held.has(name.split('|')[1] ?? ''); }

  lane(name: string): ModelLane {
    const lane = this.lanes.get(name);
    if (lane === undefined) throw new Error(`no lane ${name}`);
    return lane;
  }

  /** What waits in a lane, in its order. */
  open(name: string): ModelExchange[] {
    return this.exchanges.filter((exchange) => exchange.lane === name && OPEN.includes(exchange.state)).sort((a, b) => a.place - b.place || a.order - b.order);
  }

  #wake(name: string, now: number): void {
    const lane = this.lanes.get(name);
    if (lane?.state === 'leased') {
      lane.woken = true;
      return;
    }
    if (lane === undefined) this.lanes.set(name, { state: 'idle', readyAt: now, woken: false, until: 0 });
    const hasTime = lane?.state === 'ready' || lane?.state === 'held';
    this.#ready(name, hasTime ? Math.min(lane.readyAt, now) : now);
  }

  #interrupt(name: string): boolean {
    const flying = this.exchanges.filter((exchange) => exchange.lane === name && exchange.state === 'sending');
    for (const exchange of flying) Object.assign(exchange, { state: 'unknown', nextAt: null, attempts: exchange.attempts + 1, lost: exchange.lost + 1 });
    return flying.length > 0;
  }

  /** Ready, or held back from it. */
  #ready(name: string, at: number): void {
    Object.assign(this.lane(name), { state: this.isHeld(name) ? 'held' : 'ready', readyAt: at, woken: false });
  }
}
