import { callGateway, momentOf, more, print, printJson, query, type ApiOptions } from '../gateway-api.ts';
import { CommandError, EXIT, table } from '../output.ts';
import { progress } from '../progress.ts';
import { exchangesTable, type Exchange, type FilterOptions } from './exchanges.ts';

interface Replay { id: number; state: 'running' | 'done' | 'cancelled'; by: string; startedAt: string; endedAt: string | null; selected: number; woken: number; open: number; states: Record<string, number>; lastError: { code: string } | null; givenBack?: number }
interface Preview {
  selected: number | null; more: boolean; examined: number; counts: Record<string, number>; estimatedSeconds: number | null; next: number | null;
  upstreams: { upstream: string; selected: number | null; open?: boolean; waits?: { reason: string; until: string | null }[]; breaker?: { state: string }; rate?: { perSecond: number } | null; averageMs: number | null; estimatedSeconds: number | null }[];
  items: { id: number; dossierCode: string; upstream: string; operation: string; verdict: string; mapping: { then: string | null; now: string | null; changed: boolean }; newer: number | null; holdId: number | null; mayDouble: boolean; issues: { code: string; pointer?: string }[] }[];
}

const LOOK_EVERY_MS = 1_000;
const UNKNOWN = '?';

function filterOf(options: FilterOptions): Record<string, unknown> {
  const states = (options.state ?? '').split(',').map((state) => state.trim()).filter((state) => state !== '');
  if (states.length === 0) throw new CommandError('--state: rejected, dead, doubtful, cancelled', EXIT.usage);
  const { upstream, operation, dossier, procedure, code, from, before } = options;
  return { states, upstream, operation, dossier, procedure, code, ...(from === undefined ? {} : { settledFrom: momentOf(from, 'start') }), ...(before === undefined ? {} : { settledBefore: momentOf(before, 'start') }) };
}

/** What would happen. Exit code 1 when some of what was looked at could not be sent. */
export async function previewReplay(options: ApiOptions & FilterOptions & { limit: string; after?: string }): Promise<void> {
  const preview = await callGateway<Preview>(options, 'POST', '/v1/replays:preview', { filter: filterOf(options), limit: Number(options.limit), ...(options.after === undefined ? {} : { after: Number(options.after) }) });
  if ((preview.counts['invalid'] ?? 0) + (preview.counts['gone'] ?? 0) > 0) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(preview);
  const seconds = (value: number | null): string => (value === null ? UNKNOWN : `${value} s`);
  print(
    `selected / chọn ${preview.selected === null ? UNKNOWN : preview.selected.toLocaleString('en-US')}${preview.more ? '+' : ''} · examined / đã xét ${preview.examined} · ${Object.entries(preview.counts).filter(([, n]) => n > 0).map(([verdict, n]) => `${verdict} ${n}`).join(' · ')} · estimated / ước tính ${seconds(preview.estimatedSeconds)}`,
    '',
    table(['upstream', 'selected', 'open', 'breaker', 'waits for', 'rate/s', 'mean ms', 'estimated'], preview.upstreams.map((u) => [
      u.upstream, u.selected ?? UNKNOWN, u.open === undefined ? UNKNOWN : u.open ? 'yes / có' : 'no / không', u.breaker?.state ?? UNKNOWN, (u.waits ?? []).map((w) => w.reason).join(', '), u.rate == null ? '–' : String(u.rate.perSecond), u.averageMs ?? UNKNOWN, seconds(u.estimatedSeconds),
    ])),
    '',
    table(['exchange', 'dossier', 'upstream', 'operation', 'would', 'mapping', 'why'], preview.items.map((x) => [
      x.id, x.dossierCode, x.upstream, x.operation, x.mayDouble ? `${x.verdict} (may double / có thể trùng)` : x.verdict, x.mapping.changed ? `${x.mapping.then ?? UNKNOWN} → ${x.mapping.now ?? UNKNOWN}` : (x.mapping.now ?? ''),
      x.holdId === null ? x.newer === null ? x.issues.map((i) => `${i.code} ${i.pointer ?? ''}`.trim()).join(', ') : `exchange ${x.newer}` : `hold ${x.holdId}`,
    ])),
    ...more(preview.next),
  );
}

/** @throws CommandError; exit code 1 when, with `--wait`, not everything that was woken is done */
export async function startReplay(options: ApiOptions & FilterOptions & { reason: string; wait?: boolean }): Promise<void> {
  const started = await callGateway<Replay>(options, 'POST', '/v1/replays', { filter: filterOf(options), reason: options.reason });
  if (options.wait !== true) {
    if (options.json === true) printJson(started);
    else print(`replay ${started.id}: ${started.selected} selected / được chọn`);
    return;
  }
  const bar = options.json === true ? undefined : progress(`replay ${started.id}`, started.selected);
  let now = started;
  while (now.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    now = await callGateway<Replay>(options, 'GET', `/v1/replays/${started.id}`);
    bar?.to(now.woken - now.open, `${now.open} open${now.lastError === null ? '' : ` · ${now.lastError.code}`}`);
  }
  bar?.done(now.state);
  tell(now, options);
}

export async function replayStatus(id: string, options: ApiOptions & { result?: boolean; state?: string; limit: string; after?: string }): Promise<void> {
  const replay = await callGateway<Replay>(options, 'GET', `/v1/replays/${encodeURIComponent(id)}`);
  if (options.result !== true) return tell(replay, options);
  const result = await callGateway<{ items: Exchange[]; next: number | null }>(options, 'GET', `/v1/replays/${encodeURIComponent(id)}/result${query({ state: options.state, limit: options.limit, after: options.after })}`);
  if (options.json === true) return printJson({ ...replay, result });
  tell(replay, options);
  print('', exchangesTable(result.items), ...more(result.next));
}

export async function cancelReplay(id: string, options: ApiOptions & { reason: string }): Promise<void> {
  const replay = await callGateway<Replay>(options, 'POST', `/v1/replays/${encodeURIComponent(id)}:cancel`, { reason: options.reason });
  if (options.json === true) printJson(replay);
  else print(`replay ${replay.id}: ${replay.state}, ${replay.givenBack ?? 0} given back / trả lại`);
}

export async function listReplays(options: ApiOptions): Promise<void> {
  const { items } = await callGateway<{ items: Replay[] }>(options, 'GET', '/v1/replays');
  if (options.json === true) return printJson({ items });
  print(table(['replay', 'state', 'by', 'started', 'ended', 'selected', 'woken', 'open', 'done'], items.map((r) => [r.id, r.state, r.by, r.startedAt, r.endedAt ?? '', r.selected, r.woken, r.open, r.states['done'] ?? 0])));
}

/** Exit code 1 when it has ended and not everything that it woke is done. */
function tell(replay: Replay, options: ApiOptions): void {
  const good = (replay.states['done'] ?? 0) + (replay.states['superseded'] ?? 0);
  if (replay.state !== 'running' && good < replay.woken) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(replay);
  const states = Object.entries(replay.states).map(([state, n]) => `${state} ${n.toLocaleString('en-US')}`).join(' · ');
  print(`replay ${replay.id}: ${replay.state} · selected / chọn ${replay.selected.toLocaleString('en-US')} · woken / xếp hàng ${replay.woken.toLocaleString('en-US')} · ${states}${replay.lastError === null ? '' : ` · ${replay.lastError.code}`}`);
}
