/**
 * Faults that a simulator's host provokes on purpose. A plan is data and seeded: the same plan and the same order of
 * requests give the same faults. Every fault is counted, and every reply that was lost after its request had been applied
 * is kept with what was applied, so that a checker can account for each thing that was sent twice.
 */
import { randomFrom } from '../adapter/random.ts';
import type { Random } from '../adapter/random.ts';
import type { JournalEntry } from '../adapter/types.ts';

export const FAULT_KINDS = [
  /** the answer comes late; with `apply: 'last'` the request is applied late too */
  'latency',
  /** nothing is applied, nothing is answered */
  'hang',
  /** applied, nothing is answered */
  'hang-after',
  /** the connection is reset, nothing is applied */
  'reset-before',
  /** applied, then the connection is reset */
  'reset-after',
  /** a proxy's HTML page with 502, nothing is applied */
  'html-502',
  /** applied, but a proxy answers with an HTML page and 502 */
  'html-502-after',
  /** HTTP 200 with the upstream's own way of saying that it broke, nothing is applied */
  'error-200',
  /** applied; half of the answer, then the connection is closed */
  'truncated',
  /** applied; HTTP 200 with bytes that mean nothing */
  'garbage',
  /** applied and answered in full, labelled as HTML */
  'wrong-content-type',
  /** 429 with Retry-After, nothing is applied */
  'http-429',
  /** 503 with Retry-After when it is set, nothing is applied */
  'http-503',
  /** applied and answered in full, a few bytes at a time */
  'dribble',
  /** nothing is applied, nothing is answered, and nothing is read from this connection any more: what follows on it hangs as well */
  'half-open',
  /** every session of the upstream ends just before this request */
  'expire-session',
  /** the upstream's clock is wrong for this request: its `Date` header and all that it does by the clock */
  'clock-skew',
  /** a call of the upstream to us is never made */
  'callback-lost',
  /** it is made twice */
  'callback-duplicate',
  /** it is made after the one that follows it; when none follows in time, late */
  'callback-reorder',
  /** it is made late, and those behind it with it */
  'callback-delay',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
/** Kinds that concern the calls which the upstream makes; all others concern those which it gets. */
export type CallbackFaultKind = Extract<FaultKind, `callback-${string}`>;
export const isCallbackFault = (kind: FaultKind): kind is CallbackFaultKind => kind.startsWith('callback-');

/** Milliseconds: always the same, evenly between two bounds, or log-normal around a median (cut at `max`, default 60 s). */
export type Delay = { fixed: number } | { uniform: [number, number] } | { lognormal: { median: number; sigma: number; max?: number } };

export interface FaultSpec {
  kind: FaultKind;
  /** latency: how late; dribble: pause between pieces; callback-delay: how late; callback-reorder: how long it waits for another. Default 100 ms, 20 ms, 1 s, 1 s */
  delay?: Delay;
  /** latency only. `first` (default): applied on arrival, answered late. `last`: applied after the wait as well */
  apply?: 'first' | 'last';
  /** http-429 (default 1) and http-503 (default: header left out) */
  retryAfterSeconds?: number;
  /** clock-skew: ms ahead, negative for behind. Default five minutes ahead */
  skewMs?: number;
}
export interface FaultMatch {
  service?: string | readonly string[];
  method?: string;
  /** the request path contains this */
  path?: string;
}
export interface FaultRule extends FaultSpec {
  /** share of the matching requests, 0 … 1. Default 1 */
  rate?: number;
  match?: FaultMatch;
  /** at most this many times */
  limit?: number;
}
export interface FaultPlan {
  /** default '' */
  seed?: string;
  rules?: readonly FaultRule[];
  /** one entry for each request that `sequenceMatch` covers, in order of arrival; afterwards none */
  sequence?: readonly (FaultKind | FaultSpec | 'none')[];
  sequenceMatch?: FaultMatch;
}
export interface RequestFacts {
  service?: string;
  method: string;
  path: string;
  /** a call that the upstream makes to us: only faults of callbacks apply to it, and to nothing else */
  callback?: boolean;
}

/** What is to happen to one request: a delay, another fault, or both. */
export interface FaultDecision { latency?: { ms: number; apply: 'first' | 'last' }; fault?: FaultSpec }

export interface LostReply {
  /** `client-gone`: no fault of ours, the caller hung up before it had the whole answer */
  why: FaultKind | 'client-gone';
  service: string;
  /** what the request had changed at the upstream */
  effects: readonly JournalEntry[];
}

export interface Faults {
  /** false lets every request through untouched; draws are not consumed */
  enabled: boolean;
  /** the next matching request gets this fault; several wait in line and go before every plan */
  once(fault: FaultKind | FaultSpec, match?: FaultMatch): void;
  /** replaces the plan, not the counts. @throws TypeError on a plan that cannot be followed */
  set(plan: FaultPlan): void;
  /** no plan, nothing in line, counts and lost replies forgotten */
  reset(): void;
  /** the plan that is followed now */
  plan(): FaultPlan;
  /** faults that wait in line for a matching request */
  waiting(): number;
  /** how often each kind was provoked; kinds that never were are absent */
  counts(): Partial<Record<FaultKind, number>>;
  /** every reply that a caller cannot have read although something was applied */
  lostReplies(): readonly LostReply[];
  /** for hosts: what to do with this request */
  decide(facts: RequestFacts): FaultDecision;
  /** for hosts: a reply got lost */
  recordLost(reply: LostReply): void;
  /** for hosts: milliseconds drawn from a delay */
  draw(delay: Delay): number;
  /** for hosts: bytes that mean nothing */
  noise(): string;
}

/** Faults that somebody holds already, and not the plan of some. */
export const isFaults = (given: FaultPlan | Faults): given is Faults => 'decide' in given;

function matches(match: FaultMatch | undefined, facts: RequestFacts): boolean {
  if (match === undefined) return true;
  if (match.method !== undefined && match.method !== facts.method) return false;
  if (match.path !== undefined && !facts.path.includes(match.path)) return false;
  if (match.service === undefined) return true;
  if (facts.service === undefined) return false;
  return typeof match.service === 'string' ? match.service === facts.service : match.service.includes(facts.service);
}

const specOf = (fault: FaultKind | FaultSpec): FaultSpec => (typeof fault === 'string' ? { kind: fault } : fault);
/** Goes together with another fault: it moves a call, it does not change it. */
const isLate = ({ kind }: FaultSpec): boolean => kind === 'latency' || kind === 'callback-delay';
const isAmount = (n: unknown): n is number => typeof n === 'number' && Number.isFinite(n) && n >= 0;

function checkDelay(delay: Delay | undefined): void {
  if (delay === undefined) return;
  const ok =
    'fixed' in delay ? isAmount(delay.fixed)
    : 'uniform' in delay ? Array.isArray(delay.uniform) && isAmount(delay.uniform[0]) && isAmount(delay.uniform[1]) && delay.uniform[0] <= delay.uniform[1]
    : 'lognormal' in delay && isAmount(delay.lognormal.median) && isAmount(delay.lognormal.sigma) && (delay.lognormal.max === undefined || isAmount(delay.lognormal.max));
  if (!ok) throw new TypeError('a delay is {fixed}, {uniform: [low, high]} or {lognormal: {median, sigma, max?}} in ms');
}
function checkSpec(spec: FaultSpec): void {
  if (!FAULT_KINDS.includes(spec.kind)) throw new TypeError(`no such fault: ${String(spec.kind).slice(0, 40)}; known are ${FAULT_KINDS.join(', ')}`);
  checkDelay(spec.delay);
  if (spec.skewMs !== undefined && !Number.isFinite(spec.skewMs)) throw new TypeError('skewMs of a fault is a number of milliseconds');
  if (spec.retryAfterSeconds !== undefined && !isAmount(spec.retryAfterSeconds)) throw new TypeError('retryAfterSeconds of a fault is a number of seconds');
}
function checkMatch(match: FaultMatch | undefined): void {
  if (match === undefined) return;
  const isText = (v: unknown): boolean => v === undefined || typeof v === 'string';
  const services = Array.isArray(match.service) ? (match.service as unknown[]) : [match.service];
  if (!isText(match.method) || !isText(match.path) || !services.every(isText)) throw new TypeError('a match is {service?, method?, path?} of texts');
}
/** Plans also arrive as JSON through the admin API, so their types cannot be trusted. */
function checkPlan(plan: FaultPlan): void {
  if (typeof plan !== 'object' || plan === null) throw new TypeError('a fault plan is an object');
  for (const rule of plan.rules ?? []) {
    checkSpec(rule);
    checkMatch(rule.match);
    if (rule.rate !== undefined && !(isAmount(rule.rate) && rule.rate <= 1)) throw new TypeError('the rate of a fault rule lies between 0 and 1');
    if (rule.limit !== undefined && !isAmount(rule.limit)) throw new TypeError('the limit of a fault rule is a count');
  }
  checkMatch(plan.sequenceMatch);
  for (const entry of plan.sequence ?? []) {
    if (entry === 'none') continue;
    checkSpec(specOf(entry));
    if (isCallbackFault(specOf(entry).kind)) throw new TypeError('a sequence is for requests; a fault of callbacks is a rule');
  }
}

/** Lost replies kept at most; a run that loses more has long failed, and memory must not grow without end. */
const MAX_LOST = 200_000;

/** @throws TypeError on a plan that cannot be followed */
export function createFaults(plan: FaultPlan = {}): Faults {
  let current: { plan: FaultPlan; streams: Random[]; hits: number[]; at: number } = { plan: {}, streams: [], hits: [], at: 0 };
  let delays = randomFrom('delays');
  let line: { spec: FaultSpec; match: FaultMatch | undefined }[] = [];
  let counts: Partial<Record<FaultKind, number>> = {};
  let lost: LostReply[] = [];

  function set(next: FaultPlan): void {
    checkPlan(next);
    const seed = randomFrom(`faults:${next.seed ?? ''}`);
    // a stream for each rule: changing one rule does not move the others
    current = { plan: next, streams: (next.rules ?? []).map((_, i) => seed.fork(String(i))), hits: (next.rules ?? []).map(() => 0), at: 0 };
    delays = seed.fork('delays');
  }

  function draw(delay: Delay): number {
    if ('fixed' in delay) return delay.fixed;
    if ('uniform' in delay) return delay.uniform[0] + delays.next() * (delay.uniform[1] - delay.uniform[0]);
    const { median, sigma, max = 60_000 } = delay.lognormal;
    return Math.min(max, median * Math.exp(sigma * delays.normal()));
  }

  function decide(facts: RequestFacts): FaultDecision {
    if (!faults.enabled) return {};
    const decision: FaultDecision = {};
    const take = (spec: FaultSpec): void => {
      if (isLate(spec) ? decision.latency !== undefined : decision.fault !== undefined) return;
      counts[spec.kind] = (counts[spec.kind] ?? 0) + 1;
      if (isLate(spec)) decision.latency = { ms: draw(spec.delay ?? { fixed: spec.kind === 'latency' ? 100 : 1_000 }), apply: spec.apply ?? 'first' };
      else decision.fault = spec;
    };
    const concerns = ({ kind }: FaultSpec, match: FaultMatch | undefined): boolean => isCallbackFault(kind) === (facts.callback === true) && matches(match, facts);

    const waiting = line.findIndex((entry) => concerns(entry.spec, entry.match));
    const [first] = waiting < 0 ? [] : line.splice(waiting, 1);
    if (first !== undefined) take(first.spec);

    const { sequence, sequenceMatch, rules = [] } = current.plan;
    if (sequence !== undefined && facts.callback !== true && current.at < sequence.length && matches(sequenceMatch, facts)) {
      const entry = sequence[current.at] ?? 'none';
      current.at += 1;
      if (entry !== 'none') take(specOf(entry));
    }
    rules.forEach((rule, i) => {
      if (!concerns(rule, rule.match)) return;
      // drawn before anything else is looked at: what other rules did must not shift this rule's stream
      const hit = (current.streams[i]?.next() ?? 1) < (rule.rate ?? 1);
      const taken = isLate(rule) ? decision.latency : decision.fault;
      const hits = current.hits[i] ?? 0;
      if (!hit || taken !== undefined || hits >= (rule.limit ?? Number.POSITIVE_INFINITY)) return;
      current.hits[i] = hits + 1;
      take(rule);
    });
    return decision;
  }

  const faults: Faults = {
    enabled: true,
    once(fault, match) {
      const spec = specOf(fault);
      checkSpec(spec);
      checkMatch(match);
      line.push({ spec, match });
    },
    set,
    reset() {
      line = [];
      counts = {};
      lost = [];
      set({});
    },
    plan: () => current.plan,
    waiting: () => line.length,
    counts: () => ({ ...counts }),
    lostReplies: () => lost,
    decide,
    recordLost(reply) {
      if (lost.length < MAX_LOST) lost.push(reply);
    },
    draw,
    noise: () => `\u0000<<${delays.hex(64)}>>`,
  };
  set(plan);
  return faults;
}
