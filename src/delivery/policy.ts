/** How each upstream is treated: what configuration says under `delivery.upstreams.<id>`, and what an operator sees of it. Times in ms unless named otherwise. */
import type { RetryPolicy } from './retry.ts';

/** At most `perSecond` calls on the long run, at most `burst` at once; shared by all processes. */
export interface RatePolicy { perSecond: number; burst: number }
/** Opens when, of at least `minimumCalls` calls within `windowMs`, the share `failureRate` (0–1) got no answer or a failure of the upstream. */
export interface BreakerPolicy {
  minimumCalls: number;
  failureRate: number;
  windowMs: number;
  /** pause before one call is let through as a trial; doubles with every failed trial up to `mostOpenMs` */
  openMs: number;
  mostOpenMs: number;
}
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
/** Local time of Vietnam (+07:00), `HH:MM`; `to` before `from` runs past midnight. Without `days`: every day. */
export interface DailyWindow { days?: readonly Weekday[]; from: string; to: string }
/** One stretch of planned downtime, instants. */
export interface MaintenanceWindow { from: number; to: number; why?: string }
export interface CalendarPolicy {
  /** calls are made inside these only; absent: always */
  hours?: readonly DailyWindow[];
  /** no calls on days that the working-day calendar does not count */
  workingDaysOnly?: boolean;
  /** regular downtime */
  closed?: readonly DailyWindow[];
  maintenance?: readonly MaintenanceWindow[];
}
export interface OperationPolicy { rate?: RatePolicy; concurrency?: number }
export interface UpstreamPolicy {
  retry?: Partial<RetryPolicy>;
  /** lanes worked on at the same time, by all processes together */
  concurrency?: number;
  rate?: RatePolicy;
  /** false: none */
  breaker?: Partial<BreakerPolicy> | false;
  /** a call that takes longer is cut and counts as a lost reply, whatever the adapter allows */
  callTimeoutMs?: number;
  calendar?: CalendarPolicy;
  /** by operation id; concurrency here is per process */
  operations?: Readonly<Record<string, OperationPolicy>>;
}

export const BREAKER_STATES = ['closed', 'open', 'half-open'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];
export type WaitReason = 'held' | 'breaker' | 'throttled' | 'calendar' | 'rate' | 'concurrency' | 'not-fresh';

/** One upstream as it stands now, the same seen from every process. */
export interface UpstreamView {
  upstream: string;
  /** a call could go out now */
  open: boolean;
  /** why not, the longest obstacle first */
  waits: { reason: WaitReason; until: number | null }[];
  breaker: { state: BreakerState; since: number; until: number | null; trips: number };
  /** the upstream's own word (Retry-After), ms since epoch */
  throttledUntil: number | null;
  rate: RatePolicy | null;
  concurrency: number | null;
}
