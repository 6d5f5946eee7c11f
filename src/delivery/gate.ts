/**
 * The way to one upstream: asked before every call, told after it. Knows the shared state (breaker, Retry-After, rate) as of the
 * last look, so that a call that nothing stands against is let through without waiting for anyone.
 */
import { randomUUID } from 'node:crypto';
import type { Transport, TransportOptions } from '../adapter/transport.ts';
import type { Outcome, ProbeAnswer } from '../adapter/types.ts';
import { living } from '../ledger/cluster.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { afterTrial, beginTrial, BREAKER_DEFAULTS, closeByHand, CLOSED, createSamples, mayTry, openByHand, throttle, trip, withoutStale, type Breaker, type Samples } from './breaker.ts';
import { nextOpening } from './calendar.ts';
import { createLimiter, PATIENCE_MS, type Limiter } from './limiter.ts';
import { createMeter, type Meter } from './meter.ts';
import type { RateClock } from './rate.ts';
import type { BreakerPolicy, UpstreamPolicy, UpstreamView, WaitReason } from './policy.ts';
import { createSlots, type Slots } from './slots.ts';
import { changeCell } from './shared-cell.ts';

/** What a call brought; null: it was not made after all. */
export type CallResult = Outcome | ProbeAnswer | null;
export type Admission =
  /** `done` must be called once, whatever becomes of the call */
  | { go: true; done(result: CallResult): void }
  | { go: false; waitUntil: number; reason: WaitReason };

/** Something about an upstream has changed, here or in another process. */
export interface ProtectionChange {
  upstream: string;
  what: 'breaker' | 'throttled';
  state: Breaker['state'];
  /** open, half-open or throttled until, ms */
  until: number | null;
  trips: number;
  at: number;
  /** changed by this process; the others see the same change as not their own */
  own: boolean;
}

export interface GateDeps {
  ledger: Ledger;
  now: () => number;
  /** longest Retry-After that is taken at its word, ms */
  retryAfterCapMs: number;
  onChange: (change: ProtectionChange) => void;
  onError: (error: unknown) => void;
}

/** A trial that takes longer than its own timeout and this was lost with its process. */
const TRIAL_GRACE_MS = 10_000;
const LONGEST_CALL_MS = 60_000;
/** Where nothing says when: look again. */
const LOOK_AGAIN_MS = 1_000;
/** A calendar without any opening. */
const NEVER_MS = 24 * 60 * 60 * 1000;

const SAME_WORD_MS = 250;

interface OperationGate { rate: Limiter | undefined; slots: Slots | undefined }

export const breakerCell = (upstream: string): string => `breaker/${upstream}`;
export const rateCell = (upstream: string): string => `rate/${upstream}`;

export class Gate {
  readonly #upstream: string;
  readonly #policy: UpstreamPolicy;
  readonly #deps: GateDeps;
  readonly #breakerPolicy: BreakerPolicy;
  readonly #samples: Samples | undefined;
  readonly #rate: Limiter | undefined;
  readonly #operations = new Map<string, OperationGate>();
  readonly #isPlain: boolean;
  readonly #meter: Meter | undefined;
  readonly #go: Admission = { go: true, done: (result) => { this.#finished(result); } };
  #breaker: Breaker = CLOSED;
  #version = 0;
  /** changes of ours that are not written yet: what is read meanwhile is older than what we know */
  #writing = 0;

  constructor(upstream: string, policy: UpstreamPolicy, deps: GateDeps) {
    this.#upstream = upstream;
    this.#policy = policy;
    this.#deps = deps;
    this.#breakerPolicy = { ...BREAKER_DEFAULTS, ...(policy.breaker === false ? {} : policy.breaker) };
    this.#samples = policy.breaker === false ? undefined : createSamples(this.#breakerPolicy);
    this.#rate = policy.rate === undefined ? undefined : createLimiter(deps.ledger, rateCell(upstream), policy.rate, deps.now);
    this.#meter = this.#rate === undefined ? undefined : createMeter(this.#rate, deps.now);
    for (const [id, own] of Object.entries(policy.operations ?? {})) {
      this.#operations.set(id, {
        rate: own.rate === undefined ? undefined : createLimiter(deps.ledger, `rate/${upstream}/${id}`, own.rate, deps.now),
        slots: own.concurrency === undefined ? undefined : createSlots(own.concurrency),
      });
    }
    this.#isPlain = policy.calendar === undefined && this.#rate === undefined && this.#operations.size === 0;
  }

  /** May a call go out? At once where nothing is limited; waits for a slot for at most `PATIENCE_MS`. */
  admit(operation: string, signal: AbortSignal): Admission | Promise<Admission> {
    if (this.#isPlain && this.#breaker.state === 'closed' && this.#breaker.throttledUntil === null) return this.#go;
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) return this.#refuse(obstacle.until, obstacle.reason);
    const own = this.#operations.get(operation);
    if (own === undefined && this.#breaker.state === 'closed' && this.#rate?.take() !== false) return this.#let(this.#go);
    return this.#admitLimited(own, signal).catch((error: unknown): Admission => {
      this.#deps.onError(error);
      return { go: false, waitUntil: this.#deps.now() + LOOK_AGAIN_MS, reason: 'not-fresh' };
    });
  }

  /** How many lanes may be claimed now; `until` says when to look again where it is none. */
  room(): { room: number; until: number | null } {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) return { room: 0, until: obstacle.until };
    if (this.#breaker.state !== 'closed') return { room: 1, until: null };
    if (this.#rate === undefined) return { room: Infinity, until: null };
    const room = this.#rate.room();
    return { room, until: room > 0 ? null : Math.max(this.#deps.now() + 1, this.#rate.nextAt() - PATIENCE_MS) };
  }

  /** What the cell holds, as just read. */
  learn(breaker: Breaker, version: number): void {
    if (breaker.state === 'half-open' && breaker.trial !== null) void this.#freeTrialOfTheDead(breaker.trial).catch(this.#deps.onError);
    if (this.#writing > 0 || version <= this.#version) return;
    this.#version = version;
    this.#become(breaker, false);
  }

  /** Lines made by it keep the rate with every request. */
  metered(make: (options: TransportOptions) => Transport): (options: TransportOptions) => Transport { return this.#meter?.wrap(make) ?? make; }

  learnRate(clock: RateClock): void { this.#rate?.learn(clock); }

  view(): UpstreamView {
    const now = this.#deps.now();
    const { state, since, until, trips, throttledUntil } = withoutStale(this.#breaker, this.#deps.retryAfterCapMs, now);
    const waits: UpstreamView['waits'] = [];
    if (state !== 'closed' && !mayTry(this.#breaker, now)) waits.push({ reason: 'breaker', until });
    if (throttledUntil !== null && throttledUntil > now) waits.push({ reason: 'throttled', until: throttledUntil });
    const opening = nextOpening(this.#policy.calendar, now);
    if (opening !== now) waits.push({ reason: 'calendar', until: opening });
    const slot = this.#rate?.nextAt() ?? now;
    // The clock may have moved on since `now`.
    if (slot > this.#deps.now()) waits.push({ reason: 'rate', until: slot });
    waits.sort((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity));
    return {
      upstream: this.#upstream, open: waits.length === 0, waits, breaker: { state, since, until, trips },
      throttledUntil: throttledUntil !== null && throttledUntil > now ? throttledUntil : null,
      rate: this.#policy.rate ?? null, concurrency: this.#policy.concurrency ?? null,
    };
  }

  close(): Promise<void> { return this.#change(() => closeByHand(this.#deps.now())); }
  open(until: number): Promise<void> { return this.#change((breaker) => openByHand(breaker, until, this.#deps.now())); }
  get mostOpenMs(): number { return this.#breakerPolicy.mostOpenMs; }

  /** What stands against any call now, the longest. */
  #obstacle(): { reason: WaitReason; until: number } | undefined {
    const now = this.#deps.now();
    this.#breaker = withoutStale(this.#breaker, this.#deps.retryAfterCapMs, now);
    const { state, until, throttledUntil } = this.#breaker;
    let found: { reason: WaitReason; until: number } | undefined;
    if (state !== 'closed' && !mayTry(this.#breaker, now)) found = { reason: 'breaker', until: until ?? now + LOOK_AGAIN_MS };
    if (throttledUntil !== null && throttledUntil > (found?.until ?? 0)) found = { reason: 'throttled', until: throttledUntil };
    if (this.#policy.calendar !== undefined) {
      const opening = nextOpening(this.#policy.calendar, now) ?? now + NEVER_MS;
      if (opening > now && opening > (found?.until ?? 0)) found = { reason: 'calendar', until: opening };
    }
    return found;
  }

  async #admitLimited(own: OperationGate | undefined, signal: AbortSignal): Promise<Admission> {
    const { now } = this.#deps;
    if (own?.slots !== undefined && !(await own.slots.take(PATIENCE_MS))) return { go: false, waitUntil: now() + LOOK_AGAIN_MS, reason: 'concurrency' };
    let admission: Admission | undefined;
    try {
      admission = await this.#afterSlots(own, signal);
      return admission;
    } finally {
      if (admission?.go !== true) own?.slots?.free();
    }
  }

  async #afterSlots(own: OperationGate | undefined, signal: AbortSignal): Promise<Admission> {
    const { now } = this.#deps;
    for (const limiter of [own?.rate, this.#rate]) {
      if (limiter === undefined || limiter.take()) continue;
      const later = await limiter.wait(signal);
      if (later !== null) return { go: false, waitUntil: later, reason: 'rate' };
    }
    // While we waited, the upstream may have been closed.
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) return this.#refuse(obstacle.until, obstacle.reason);
    const slots = own?.slots;
    if (this.#breaker.state === 'closed') return this.#let(slots === undefined ? this.#go : { go: true, done: (result) => { slots.free(); this.#finished(result); } });
    const trial = await this.#beginTrial();
    if (trial !== undefined) return this.#let({ go: true, done: (result) => { slots?.free(); this.#tried(trial, result); } });
    return this.#refuse(this.#isClosed() ? now() + 1 : (this.#breaker.until ?? Infinity), 'breaker');
  }

  /**
   * A breaker may close, and a Retry-After be forgotten, before their time; and no lane is claimed while they stand. What is given back
   * for them is therefore ready again soon, instead of waiting out a time that no longer counts.
   */
  #refuse(until: number, reason: WaitReason): Admission {
    const now = this.#deps.now();
    return { go: false, waitUntil: Math.max(now + 1, reason === 'calendar' ? until : Math.min(until, now + LOOK_AGAIN_MS)), reason };
  }

  #let(admission: Admission): Admission {
    this.#meter?.begin();
    return admission;
  }

  // Asked anew after every wait: the compiler would keep what it knew before.
  #isClosed(): boolean { return this.#breaker.state === 'closed'; }

  /** One of all processes gets it. @returns its name; undefined: someone else was faster, or there is nothing to try any more */
  async #beginTrial(): Promise<string | undefined> {
    const { ledger, now } = this.#deps;
    const trial = `${ledger.instanceId}/${randomUUID()}`;
    this.#writing += 1;
    try {
      const { value, version } = await changeCell<Breaker>(ledger, breakerCell(this.#upstream), (held) =>
        held !== undefined && mayTry(held, now()) ? beginTrial(held, trial, (this.#policy.callTimeoutMs ?? LONGEST_CALL_MS) + TRIAL_GRACE_MS, now()) : held);
      this.#version = version;
      this.#become(value ?? CLOSED, value?.trial === trial);
      return value?.trial === trial ? trial : undefined;
    } finally {
      this.#writing -= 1;
    }
  }

  /** A process that died with the trial must not keep the upstream shut for as long as a call may take. */
  async #freeTrialOfTheDead(trial: string): Promise<void> {
    const { ledger, now } = this.#deps;
    const owner = trial.slice(0, trial.indexOf('/'));
    if (owner === ledger.instanceId) return;
    if (living(await ledger.instances()).some(({ id }) => id === owner)) return;
    await this.#change((breaker) => afterTrial(breaker, trial, 'not-made', this.#breakerPolicy, now()));
  }

  #tried(trial: string, result: CallResult): void {
    this.#meter?.end();
    this.#throttled(result);
    const learned = result === null ? 'not-made' : isFailure(result) ? 'failed' : 'worked';
    void this.#change((breaker) => afterTrial(breaker, trial, learned, this.#breakerPolicy, this.#deps.now()));
  }

  #finished(result: CallResult): void {
    this.#meter?.end();
    if (result === null || this.#throttled(result) || this.#samples === undefined || this.#breaker.state !== 'closed') return;
    const now = this.#deps.now();
    if (this.#samples.add(isFailure(result), now)) void this.#change((breaker) => trip(breaker, this.#breakerPolicy, now));
  }

  /** The upstream has said when it wants to be called again. That it is busy is no failure. */
  #throttled(result: CallResult): boolean {
    if (result?.kind !== 'retry' || result.retryAfterMs === undefined) return false;
    const { now, retryAfterCapMs } = this.#deps;
    const until = now() + Math.min(result.retryAfterMs, retryAfterCapMs);
    // Many calls get the same answer within the same moment; it is written once.
    if (until > (this.#breaker.throttledUntil ?? 0) + SAME_WORD_MS) void this.#change((breaker) => throttle(withoutStale(breaker, retryAfterCapMs, now()), until));
    return true;
  }

  /** Here at once, for the others as soon as it is written. */
  async #change(change: (breaker: Breaker) => Breaker): Promise<void> {
    this.#writing += 1;
    this.#become(change(this.#breaker), true);
    try {
      const { value, version } = await changeCell<Breaker>(this.#deps.ledger, breakerCell(this.#upstream), (held) => {
        const next = change(held ?? CLOSED);
        return next === CLOSED ? undefined : next;
      });
      this.#version = version;
      if (this.#writing === 1 && value !== undefined) this.#become(value, true);
    } catch (error) {
      // Not written: the next look at the cell tells what is true for all.
      this.#deps.onError(error);
    } finally {
      this.#writing -= 1;
    }
  }

  #become(next: Breaker, own: boolean): void {
    const before = this.#breaker;
    this.#breaker = next;
    const { upstream, at } = { upstream: this.#upstream, at: this.#deps.now() };
    if (next.state !== before.state) this.#samples?.clear();
    if (next.state !== before.state || next.until !== before.until) this.#deps.onChange({ upstream, what: 'breaker', state: next.state, until: next.until, trips: next.trips, at, own });
    if (next.throttledUntil !== before.throttledUntil && (next.throttledUntil ?? 0) > at) this.#deps.onChange({ upstream, what: 'throttled', state: next.state, until: next.throttledUntil, trips: next.trips, at, own });
  }
}

/** No answer, or one that says that the upstream itself does not work. A refusal is an answer: the upstream works. */
const isFailure = (result: NonNullable<CallResult>): boolean => result.kind === 'unknown' || (result.kind === 'retry' && result.retryAfterMs === undefined);
