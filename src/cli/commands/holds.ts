import { callGateway, minutesOf, momentOf, more, print, printJson, query, type ApiOptions } from '../gateway-api.ts';
import { CommandError, EXIT, table } from '../output.ts';

interface Hold { id: number; scope: string; key: string; upstream: string | null; by: string; reason: string; createdAt: string; until: string | null }
interface Blocked { lane: number; upstream: string; dossierCode: string; why: string; holdId: number | null; hold: { by: string; reason: string; until: string | null } | null; exchangeId: number | null; code: string | null; since: string; waiting: number; who?: string; title?: { vi: string; en: string }; action?: { vi: string; en: string } }

const ALL = '–';
const FOREVER = 'released / gỡ';

/** Holds a dossier, a procedure or an upstream back. */
export async function freeze(scope: string, key: string, options: ApiOptions & { reason: string; upstream?: string; for?: string; until?: string }): Promise<void> {
  if (options.for !== undefined && options.until !== undefined) throw new CommandError('either --for or --until / chỉ dùng --for hoặc --until', EXIT.usage);
  const hold = await callGateway<Hold>(options, 'POST', '/v1/holds', {
    scope, key, reason: options.reason, upstream: options.upstream,
    ...(options.for === undefined ? {} : { forHours: minutesOf(options.for, '--for') / 60 }),
    ...(options.until === undefined ? {} : { until: momentOf(options.until, 'end') }),
  });
  if (options.json === true) printJson(hold);
  else print(`hold ${hold.id}: ${hold.scope} ${hold.key} → ${hold.upstream ?? ALL} · until / đến ${hold.until ?? FOREVER}`);
}

export async function release(id: string, options: ApiOptions & { reason: string }): Promise<void> {
  const released = await callGateway<{ id: number }>(options, 'POST', `/v1/holds/${encodeURIComponent(id)}:release`, { reason: options.reason });
  if (options.json === true) printJson(released);
  else print(`hold ${released.id} released / đã gỡ`);
}

export async function holds(options: ApiOptions): Promise<void> {
  const found = await callGateway<{ items: Hold[] }>(options, 'GET', '/v1/holds');
  if (options.json === true) return printJson(found);
  print(table(['hold', 'scope', 'key', 'upstream', 'since', 'until', 'by', 'reason'], found.items.map((h) => [h.id, h.scope, h.key, h.upstream ?? ALL, h.createdAt, h.until ?? FOREVER, h.by, h.reason])));
}

/** What does not go on by itself, why, who must act and what to do. Exit code 1 when there is anything. */
export async function blocked(options: ApiOptions & { upstream?: string; why?: string; limit: string; after?: string }): Promise<void> {
  const found = await callGateway<{ items: Blocked[]; next: number | null }>(options, 'GET', `/v1/blocked${query({ upstream: options.upstream, why: options.why, limit: options.limit, after: options.after })}`);
  if (found.items.length > 0) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(found);
  print(table(['dossier', 'upstream', 'why', 'hold', 'exchange', 'code', 'since', 'waiting', 'who'], found.items.map((b) => [b.dossierCode, b.upstream, b.why, b.holdId === null ? '' : String(b.holdId), b.exchangeId === null ? '' : String(b.exchangeId), b.code ?? '', b.since, b.waiting, b.who ?? ''])), ...more(found.next));
  // Each hold and each code once: who holds back and why, what a code means and what to do.
  for (const [id, { hold }] of new Map(found.items.map((b) => [b.holdId, b]))) {
    if (id !== null && hold !== null) print('', `hold ${id}: ${hold.reason} · ${hold.by} · until / đến ${hold.until ?? FOREVER}`);
  }
  for (const [code, one] of new Map(found.items.map((b) => [b.code ?? b.why, b]))) {
    if (one.title !== undefined && one.action !== undefined) print('', code, `  ${one.title.vi} → ${one.action.vi}`, `  ${one.title.en} → ${one.action.en}`);
  }
}
