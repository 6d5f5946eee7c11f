import { callGateway, momentOf, more, print, printJson, query, type ApiOptions } from '../gateway-api.ts';
import { EXIT, table } from '../output.ts';

export interface FilterOptions { state?: string; upstream?: string; operation?: string; dossier?: string; procedure?: string; code?: string; from?: string; before?: string }
export interface Exchange { id: number; upstream: string; operation: string; dossierCode: string; state: string; attempts: number; settledAt: string | null; code: string | null; who?: string; title?: { vi: string; en: string } }

/** What a person may send again. */
const NEEDS_A_PERSON = 'rejected,dead,doubtful';

export function exchangesTable(items: readonly Exchange[]): string {
  return table(['exchange', 'dossier', 'upstream', 'operation', 'state', 'code', 'attempts', 'ended', 'who'], items.map((x) => [x.id, x.dossierCode, x.upstream, x.operation, x.state, x.code ?? '', x.attempts, x.settledAt ?? '', x.who ?? '']));
}

/** Dead letters, by any filter. Exit code 1 when there are some. */
export async function dead(options: ApiOptions & FilterOptions & { limit: string; after?: string }): Promise<void> {
  const found = await callGateway<{ items: Exchange[]; next: number | null }>(options, 'GET', `/v1/exchanges${query({
    state: options.state ?? NEEDS_A_PERSON, upstream: options.upstream, operation: options.operation, dossier: options.dossier, procedure: options.procedure, code: options.code,
    settledFrom: options.from === undefined ? undefined : momentOf(options.from, 'start'), settledBefore: options.before === undefined ? undefined : momentOf(options.before, 'start'),
    limit: options.limit, after: options.after,
  })}`);
  if (found.items.length > 0) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(found);
  print(exchangesTable(found.items), ...more(found.next));
  for (const [code, one] of new Map(found.items.flatMap((x) => (x.code === null ? [] : [[x.code, x] as const])))) {
    if (one.title !== undefined) print('', `${code}: ${one.title.vi} / ${one.title.en}`);
  }
}

export async function retry(exchange: string, options: ApiOptions & { reason: string }): Promise<void> {
  await order(exchange, 'retry', options);
}

export async function cancel(exchange: string, options: ApiOptions & { reason: string }): Promise<void> {
  await order(exchange, 'cancel', options);
}

async function order(exchange: string, what: 'retry' | 'cancel', options: ApiOptions & { reason: string }): Promise<void> {
  const done = await callGateway<{ id: number; state: string }>(options, 'POST', `/v1/exchanges/${encodeURIComponent(exchange)}:${what}`, { reason: options.reason });
  if (options.json === true) printJson(done);
  else print(`exchange ${done.id}: ${done.state}`);
}
