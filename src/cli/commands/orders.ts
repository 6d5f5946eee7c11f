import { callGateway, print, printJson, query, type ApiOptions } from '../gateway-api.ts';
import { table } from '../output.ts';

interface Order { seq: number; kind: string; by: string; at: string; title: { vi: string; en: string }; reason: string | null; about: Record<string, unknown> | null }

/** Who ordered what, when and why; newest first. */
export async function orders(options: ApiOptions & { dossier?: string; limit: string; before?: string }): Promise<void> {
  const found = await callGateway<{ items: Order[]; next: number | null }>(options, 'GET', `/v1/orders${query({ dossier: options.dossier, limit: options.limit, before: options.before })}`);
  if (options.json === true) return printJson(found);
  print(table(['order', 'at', 'by', 'what', 'about', 'reason'], found.items.map((o) => [String(o.seq), o.at, o.by, `${o.title.vi} / ${o.title.en}`, aboutOf(o.about), o.reason ?? ''])));
  if (found.next !== null) print(`… --before ${found.next}`);
}

/** `scope procedure · key 1.009999`; what is not set is not shown. */
function aboutOf(about: Record<string, unknown> | null): string {
  if (about === null) return '–';
  const parts = Object.entries(about).filter(([, value]) => value !== null && value !== undefined);
  return parts.map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(' · ');
}
