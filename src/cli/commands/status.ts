import { callGateway, print, printJson, type ApiOptions } from '../gateway-api.ts';
import { EXIT, table } from '../output.ts';

/** What a person is needed for: these states do not end by themselves. */
const NEEDS_A_PERSON = new Set(['rejected', 'dead', 'doubtful']);
const WARN_AT = 0.8;

interface Summary {
  dossiers: number; events: number; quarantined: number; doubts: number; lanesBlocked: number; lanesHeld: number; oldestPendingSeconds: number | null;
  exchanges: { upstream: string; operation: string; state: string; count: number }[];
  limits: { limit: string; ratio: number }[];
}
interface Words { vi: string; en: string }
interface Alerts { current: { kind: string; since: string; title: Words }[] }
interface Upstreams { items: { upstream: string; open: boolean; breaker: { state: string }; waits: { reason: string; until: string | null }[] }[] }
interface Holds { items: unknown[] }
interface Instances { items: { leads: boolean }[] }

/** One look at a running gateway: figures, alerts, upstreams, holds, processes, limits. Exit code 1 when something is wrong or waits for a person. */
export async function status(options: ApiOptions): Promise<void> {
  const get = <T>(path: string): Promise<T> => callGateway<T>(options, 'GET', path);
  const [summary, alerts, upstreams, holds, instances] = await Promise.all([
    get<Summary>('/v1/summary'), get<Alerts>('/v1/alerts'), get<Upstreams>('/v1/upstreams'), get<Holds>('/v1/holds'), get<Instances>('/v1/instances'),
  ]);
  const exchanges = summary.exchanges.filter((e) => e.count > 0);
  if (summary.quarantined > 0 || alerts.current.length > 0 || exchanges.some((e) => NEEDS_A_PERSON.has(e.state))) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson({ ...summary, alerts: alerts.current, upstreams: upstreams.items, holds: holds.items, instances: instances.items });
  const n = (value: number) => value.toLocaleString('en-US');
  print(`dossiers / hồ sơ ${n(summary.dossiers)} · events ${n(summary.events)} · quarantined / cách ly ${n(summary.quarantined)} · doubts / nghi vấn ${n(summary.doubts)} · oldest waiting / chờ lâu nhất ${summary.oldestPendingSeconds === null ? '–' : `${n(summary.oldestPendingSeconds)} s`}`);
  print(`holds / lệnh tạm giữ ${n(holds.items.length)} · held / đang giữ ${n(summary.lanesHeld)} · blocked / bị chặn ${n(summary.lanesBlocked)} · processes / tiến trình ${n(instances.items.length)}${instances.items.some((i) => i.leads) ? '' : ' (none leads / chưa có dẫn đầu)'}`);
  print(`limits / giới hạn ${summary.limits.map((l) => `${l.limit} ${Math.round(l.ratio * 100)} %${l.ratio >= WARN_AT ? ' (!)' : ''}`).join(' · ')}`);
  print('', table(['upstream', 'operation', 'state', 'exchanges'], exchanges.map((e) => [e.upstream, e.operation, e.state, e.count])));
  const waiting = upstreams.items.filter((u) => !u.open || u.breaker.state !== 'closed');
  if (waiting.length > 0) print('', ...waiting.map((u) => `${u.upstream}: ${u.open ? 'open / gửi được' : 'no calls now / chưa gửi được'} · breaker / cầu dao ${u.breaker.state}${u.waits.map((w) => ` · ${w.reason}${w.until === null ? '' : ` → ${w.until}`}`).join('')}`));
  if (alerts.current.length > 0) print('', ...alerts.current.map((a) => `${a.since}  ${a.kind}: ${a.title.vi} / ${a.title.en}`));
}
