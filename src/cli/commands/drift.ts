import { callGateway, print, printJson, query, type ApiOptions } from '../gateway-api.ts';
import { EXIT, table } from '../output.ts';

interface Text { vi: string; en: string }
interface Deviation {
  id: string; upstream: string; operation: string; kind: string; pointer: string; basis: string; found: Text | null; code: string | null; text: Text;
  count: number; observed: number; first: string; last: string; acknowledged: { by: string; reason: string; at: string } | null;
}
interface Report { enabled: boolean; items: Deviation[]; observed: { upstream: string; operation: string; observed: number; last: string }[]; unobserved: { upstream: string; operation: string }[]; more: number }

const seenAs = ({ found, code }: Deviation): string => (code !== null ? `'${code}'` : found === null ? '–' : `${found.vi} / ${found.en}`);

/** What upstreams answer otherwise than their pinned schemas say. Exit code 1 while something is not acknowledged. */
export async function drift(options: ApiOptions & { upstream?: string; operation?: string; all?: boolean }): Promise<void> {
  const found = await callGateway<Report>(options, 'GET', `/v1/drift${query({ upstream: options.upstream, operation: options.operation })}`);
  const open = found.items.filter(({ acknowledged }) => acknowledged === null);
  if (open.length > 0) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(found);
  if (!found.enabled) print('not observed: drift.enabled is false / không theo dõi: drift.enabled là false');
  const shown = options.all === true ? found.items : open;
  if (shown.length === 0) print('none / không có');
  else {
    print(table(['id', 'upstream', 'operation', 'kind', 'where', 'found', 'times', 'of', 'first', 'last', 'known by'], shown.map((one) => [
      one.id, one.upstream, one.operation, one.kind, one.pointer === '' ? '/' : one.pointer, seenAs(one), one.count, one.observed, one.first, one.last, one.acknowledged?.by ?? '',
    ])));
    for (const text of new Set(shown.map(({ kind, text: { vi, en } }) => `${kind}: ${vi} / ${en}`))) print(text);
  }
  if (found.more > 0) print(`${found.more} more sightings were not kept / lần gặp khác không được giữ`);
  const count = found.observed.reduce((sum, { observed }) => sum + observed, 0);
  print(`${count} answers of ${found.observed.length} operations observed; ${found.unobserved.length} operations have no pinned shape / đã xem ${count} câu trả lời của ${found.observed.length} thao tác; ${found.unobserved.length} thao tác chưa có cấu trúc ghim`);
}

/** A person says that a difference is known. */
export async function acknowledge(id: string, options: ApiOptions & { reason: string }): Promise<void> {
  const one = await callGateway<Deviation>(options, 'POST', `/v1/drift/${encodeURIComponent(id)}:acknowledge`, { reason: options.reason });
  if (options.json === true) printJson(one);
  else print(`${one.upstream} ${one.operation} ${one.pointer}: known / đã biết`);
}
