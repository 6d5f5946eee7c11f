/** The `delivery` section: how each upstream is treated, checked against what is configured and what the adapters can do. */
import { issue } from '../../contract/errors/issue.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { pointerPart } from '../../contract/pointer.ts';
import { BREAKER_DEFAULTS } from '../../delivery/breaker.ts';
import { nextOpening } from '../../delivery/calendar.ts';
import type { BreakerPolicy, CalendarPolicy, DailyWindow, OperationPolicy, RatePolicy, UpstreamPolicy } from '../../delivery/policy.ts';
import type { RetryPolicy } from '../../delivery/retry.ts';
import type { UpstreamBinding } from '../config.ts';

export interface DeliveryConfig {
  concurrency: number;
  retry: RetryPolicy;
  urgentWithinHours: number;
  /** by the upstream's name; those that are not named have the defaults */
  upstreams: Readonly<Record<string, UpstreamPolicy>>;
}

interface RawRate { perSecond: number; burst?: number }
interface RawUpstream extends Omit<UpstreamPolicy, 'rate' | 'breaker' | 'calendar' | 'operations'> {
  rate?: RawRate;
  breaker?: Partial<BreakerPolicy> | boolean;
  calendar?: Omit<CalendarPolicy, 'maintenance'> & { maintenance?: { from: string; to: string; why?: string }[] };
  operations?: Record<string, { rate?: RawRate; concurrency?: number }>;
}
/** As the schema has let it through, with its defaults. */
export type RawDelivery = Omit<DeliveryConfig, 'upstreams'> & { upstreams?: Record<string, RawUpstream> };

/** What is not said of an operation is as its adapter says. */
export function readDelivery(raw: RawDelivery, bound: readonly Pick<UpstreamBinding, 'id' | 'adapter'>[]): DeliveryConfig {
  const upstreams = Object.fromEntries(Object.entries(raw.upstreams ?? {}).map(([id, policy]) => [id, upstreamPolicy(policy)]));
  for (const { id, adapter } of bound) {
    for (const { id: operation, concurrency } of Object.values(adapter.operations)) {
      if (concurrency === undefined) continue;
      const { operations, ...policy } = upstreams[id] ?? {};
      upstreams[id] = { ...policy, operations: { ...operations, [operation]: { concurrency, ...operations?.[operation] } } };
    }
  }
  return { ...raw, upstreams };
}

/** @param named the names under `upstreams`, also of those whose own section is faulty; `bound` are the good ones */
export function deliveryIssues(raw: RawDelivery, named: readonly string[], bound: readonly UpstreamBinding[], now: number): Issue[] {
  const issues: Issue[] = [];
  for (const [id, policy] of Object.entries(raw.upstreams ?? {})) {
    const at = `/delivery/upstreams/${id}`;
    if (!named.includes(id)) issues.push(issue('LT-CONFIG-UPSTREAM-UNKNOWN', at, named.join(', ') || undefined));
    const operations = bound.find((binding) => binding.id === id)?.adapter.operations;
    for (const operation of Object.keys(policy.operations ?? {})) {
      if (operations !== undefined && !Object.hasOwn(operations, operation)) issues.push(issue('LT-CONFIG-OPERATION-UNKNOWN', `${at}/operations/${pointerPart(operation)}`, Object.keys(operations).join(', ')));
    }
    if (policy.calendar !== undefined) issues.push(...calendarIssues(policy.calendar, `${at}/calendar`, now));
    const breaker = { ...BREAKER_DEFAULTS, ...(typeof policy.breaker === 'object' ? policy.breaker : {}) };
    if (breaker.openMs > breaker.mostOpenMs) issues.push(issue('LT-CONFIG-VALUE', `${at}/breaker/mostOpenMs`, 'mostOpenMs < openMs'));
  }
  return issues;
}

function calendarIssues(calendar: NonNullable<RawUpstream['calendar']>, at: string, now: number): Issue[] {
  const issues: Issue[] = [];
  const windows = (key: 'hours' | 'closed', list: readonly DailyWindow[] = []): void => {
    list.forEach((window, i) => {
      if (window.from === window.to) issues.push(issue('LT-CONFIG-VALUE', `${at}/${key}/${i}/to`, 'from = to'));
    });
  };
  windows('hours', calendar.hours);
  windows('closed', calendar.closed);
  (calendar.maintenance ?? []).forEach(({ from, to }, i) => {
    for (const [key, text] of [['from', from], ['to', to]] as const) if (Number.isNaN(Date.parse(text))) issues.push(issue('LT-CONFIG-VALUE', `${at}/maintenance/${i}/${key}`, text));
    if (Date.parse(from) >= Date.parse(to)) issues.push(issue('LT-CONFIG-VALUE', `${at}/maintenance/${i}/to`, 'to ≤ from'));
  });
  if (issues.length === 0 && nextOpening(calendarPolicy(calendar), now) === null) issues.push(issue('LT-CONFIG-CALENDAR-NEVER-OPEN', at));
  return issues;
}

const calendarPolicy = ({ maintenance, ...rest }: NonNullable<RawUpstream['calendar']>): CalendarPolicy =>
  ({ ...rest, ...(maintenance === undefined ? {} : { maintenance: maintenance.map((stretch) => ({ ...stretch, from: Date.parse(stretch.from), to: Date.parse(stretch.to) })) }) });

// Objects that are absent come from the schema's walk as empty ones.
const isEmpty = (value: object | undefined): value is undefined => value === undefined || Object.keys(value).length === 0;

const ratePolicy = ({ perSecond, burst }: RawRate): RatePolicy => ({ perSecond, burst: burst ?? Math.max(1, Math.ceil(perSecond)) });

/** What is not said stays away: a call that nothing is configured for takes the short way. */
function upstreamPolicy({ retry, rate, breaker, calendar, operations, ...rest }: RawUpstream): UpstreamPolicy {
  return {
    ...rest,
    ...(isEmpty(retry) ? {} : { retry }),
    ...(rate === undefined ? {} : { rate: ratePolicy(rate) }),
    ...(breaker === undefined || breaker === true ? {} : { breaker }),
    ...(isEmpty(calendar) ? {} : { calendar: calendarPolicy(calendar) }),
    ...(operations === undefined ? {} : {
      operations: Object.fromEntries(Object.entries(operations).map(([id, own]): [string, OperationPolicy] => [id, {
        ...(own.rate === undefined ? {} : { rate: ratePolicy(own.rate) }),
        ...(own.concurrency === undefined ? {} : { concurrency: own.concurrency }),
      }])),
    }),
  };
}
