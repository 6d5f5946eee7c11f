import { callGateway, minutesOf, print, printJson, type ApiOptions } from '../gateway-api.ts';
import { CommandError, EXIT, table } from '../output.ts';

interface Upstream { upstream: string; open: boolean; waits: { reason: string; until: string | null }[]; breaker: { state: string; until: string | null; trips: number }; rate: { perSecond: number; burst: number } | null; concurrency: number | null; counts?: Record<string, number> }

const waitsOf = (u: Upstream): string => u.waits.map(({ reason, until }) => (until === null ? reason : `${reason} → ${until}`)).join(', ');
const waiting = (counts: Record<string, number> = {}): number => (counts['pending'] ?? 0) + (counts['sending'] ?? 0) + (counts['unknown'] ?? 0);
const failed = (counts: Record<string, number> = {}): number => (counts['rejected'] ?? 0) + (counts['dead'] ?? 0) + (counts['doubtful'] ?? 0);

/** How each upstream stands. Exit code 1 when no call can go out to one of them now. */
export async function upstreams(options: ApiOptions): Promise<void> {
  const found = await callGateway<{ items: Upstream[] }>(options, 'GET', '/v1/upstreams');
  if (found.items.some((u) => !u.open)) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(found);
  print(table(['upstream', 'open', 'breaker', 'waits for', 'rate/s', 'at once', 'waiting', 'failed'], found.items.map((u) => [
    u.upstream, u.open ? 'yes / có' : 'no / không', u.breaker.state, waitsOf(u), u.rate === null ? '–' : String(u.rate.perSecond), u.concurrency === null ? '–' : String(u.concurrency), waiting(u.counts), failed(u.counts),
  ])));
}

/** Opens or closes the breaker by hand. */
export async function breaker(upstream: string, action: string, options: ApiOptions & { reason: string; for?: string }): Promise<void> {
  if (action !== 'open' && action !== 'close') throw new CommandError(`'${action}': open, close`, EXIT.usage);
  const now = await callGateway<Upstream>(options, 'POST', `/v1/upstreams/${encodeURIComponent(upstream)}/breaker`, {
    state: action === 'open' ? 'open' : 'closed', reason: options.reason, ...(options.for === undefined ? {} : { forMinutes: minutesOf(options.for, '--for') }),
  });
  if (options.json === true) printJson(now);
  else print(`${now.upstream}: breaker / cầu dao ${now.breaker.state}${now.breaker.until === null ? '' : ` → ${now.breaker.until}`}`);
}
