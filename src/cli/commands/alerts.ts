import { callGateway, print, printJson, type ApiOptions } from '../gateway-api.ts';
import { EXIT, table } from '../output.ts';

interface Alert { kind: string; subject: string | null; change: string; at: string; since: string; who: string; title: { vi: string; en: string }; action: { vi: string; en: string } }
interface Instance { id: string; host: string; pid: number; version: string; roles: string[]; startedAt: string; beatAt: string; leads: boolean }

/** What is wrong now. Exit code 1 when anything is. */
export async function alerts(options: ApiOptions & { recent?: boolean }): Promise<void> {
  const found = await callGateway<{ current: Alert[]; recent: Alert[] }>(options, 'GET', '/v1/alerts');
  if (found.current.length > 0) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(found);
  if (found.current.length === 0) print('none / không có');
  for (const alert of found.current) print(`${alert.since}  ${alert.kind} · ${alert.who}`, `  ${alert.title.vi} → ${alert.action.vi}`, `  ${alert.title.en} → ${alert.action.en}`);
  if (options.recent === true) print('', table(['at', 'alert', 'about', 'change', 'what'], found.recent.map((a) => [a.at, a.kind, a.subject ?? '', a.change, `${a.title.vi} / ${a.title.en}`])));
}

/** Which processes live on this ledger. */
export async function instances(options: ApiOptions): Promise<void> {
  const found = await callGateway<{ items: Instance[] }>(options, 'GET', '/v1/instances');
  if (options.json === true) return printJson(found);
  print(table(['instance', 'host', 'pid', 'version', 'roles', 'started', 'last beat', 'leads'], found.items.map((i) => [i.id, i.host, String(i.pid), i.version, i.roles.join(','), i.startedAt, i.beatAt, i.leads ? 'yes / có' : ''])));
}
