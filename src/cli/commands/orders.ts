import { callGateway, print, printJson, query, type ApiOptions } from '../gateway-api.ts';
import { table } from '../output.ts';

interface Order { seq: number; kind: string; by: string; at: string; title: { vi: string; en: string }; reason: string | null; about: Record<string, unknown> | null }

interface Page { items: Order[]; next: number | null }
interface Options extends ApiOptions { dossier?: string; limit: string; before?: string; citizens?: boolean }

/** Who ordered what, when and why; or who asked about citizens. Newest first. */
export async function orders(options: Options): Promise<void> {
  const found = await (options.citizens === true ? citizenQueries(options) : callGateway<Page>(options, 'GET', `/v1/orders${query({ dossier: options.dossier, limit: options.limit, before: options.before })}`));
  if (options.json === true) return printJson(found);
  print(table(['order', 'at', 'by', 'what', 'about', 'reason'], found.items.map((o) => [String(o.seq), o.at, o.by, `${o.title.vi} / ${o.title.en}`, aboutOf(o.about), o.reason ?? ''])));
  if (found.next !== null) print(`… --before ${found.next}`);
}

const citizenQueries = (options: Options): Promise<Page> => (options.dossier === undefined
  ? callGateway(options, 'GET', `/v1/citizens/queries${query({ limit: options.limit, before: options.before })}`)
  : callGateway(options, 'POST', '/v1/citizens/queries:search', { dossierCode: options.dossier, limit: Number(options.limit), ...(options.before === undefined ? {} : { before: Number(options.before) }) }));

/** `scope procedure · key 1.009999`; what is not set is not shown. */
function aboutOf(about: Record<string, unknown> | null): string {
  if (about === null) return '–';
  const parts = Object.entries(about).filter(([, value]) => value !== null && value !== undefined);
  return parts.map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(' · ');
}
