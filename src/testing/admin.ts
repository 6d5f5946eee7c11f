/**
 * The host's admin API: look at a running simulator and steer it, from a shell, another process or its own page. Loopback only, and
 * not from somebody else's web page: a browser that is tricked into calling it names another origin or another host.
 *
 *   GET    /__admin/                page for people
 *   GET    /__admin/health          is it up
 *   GET    /__admin/summary         the simulator's counts, faults, lost replies, what was held against the document
 *   GET    /__admin/state           what the simulator holds, where it can tell
 *   GET    /__admin/journal         what the simulator applied, NDJSON; ?after=SEQ&limit=N (default 1000, at most 10000); X-Next-After names the next page
 *   GET    /__admin/requests        what went through, NDJSON without bodies; ?after=ID&limit=N&issues=only
 *   GET    /__admin/requests/ID     one of them with bodies; personal data only with ?personal=show, secrets never
 *   GET    /__admin/lost-replies    NDJSON
 *   GET    /__admin/validation      how requests are held against the document
 *   POST   /__admin/validation      {"mode": "observe" | "refuse" | "off"}
 *   POST   /__admin/clock           {"advanceMs": 600000} moves it forward; {"skewMs": -300000} makes it wrong, 0 puts it right
 *   POST   /__admin/sessions:expire
 *   GET    /__admin/faults          the plan, what waits in line, counts, the kinds that there are
 *   POST   /__admin/faults          a fault plan; {"enabled": false} switches faults off, true on again
 *   POST   /__admin/faults/once     {"fault": kind or {kind, …}, "match"?, "times"?}: for the next matching requests
 *   DELETE /__admin/faults          no faults, counts forgotten
 *   GET    /__admin/callbacks       the upstream's own calls, NDJSON; ?after=ID&limit=N (default 100)&personal=show
 *   POST   /__admin/callbacks       {"url": "http://…"}: where they go from now on; null: nowhere
 *   GET    /__admin/calls           which of them a person may ask for
 *   POST   /__admin/call            {"name", "params"}: makes one and answers what became of it
 *   GET    /__admin/figures         figures of reports that were set by hand, where the simulator has reports
 *   POST   /__admin/figures         {"endpoint", "department"?, "code"?, "values"}: these instead of what was counted
 *   DELETE /__admin/figures         what was counted again
 *   POST   /__admin/reset           the simulator is as it was at the start, and the lists are empty; faults stay
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord } from '../contract/is-record.ts';
import { FAULT_KINDS } from './faults.ts';
import type { FaultKind, FaultMatch, FaultPlan, Faults, FaultSpec } from './faults.ts';
import type { HostedSimulator } from './host.ts';
import { CALLBACK_URL, isCallbackUrl, type Callbacks } from './server/callbacks.ts';
import type { HostClock } from './server/clock.ts';
import type { ExchangeLog } from './server/exchange-log.ts';
import { isValidationMode, VALIDATION_MODES, type Inspector } from './server/inspector.ts';
import { adminPage } from './server/page.ts';
import { callbackOf, detailOf, rowOf, type ViewOptions } from './server/views.ts';

export interface AdminDeps { simulator: HostedSimulator; faults: Faults; exchanges: ExchangeLog; validation: Inspector; clock: HostClock; callbacks: Callbacks; given?: () => void }

const MOST_ROWS = 10_000;
const MOST_ONCE = 1_000;

const isLoopback = (address: string | undefined): boolean => address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1');
/** A name that an attacker could let point here is refused, or a page of theirs could read along. */
const isLoopbackHost = (host: string | undefined): boolean => host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);

function isOurs(req: IncomingMessage): boolean {
  const { host, origin } = req.headers;
  if (!isLoopback(req.socket.remoteAddress) || !isLoopbackHost(host)) return false;
  return origin === undefined || origin === `http://${host ?? ''}` || origin === `https://${host ?? ''}`;
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
function reply(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' }).end(`${JSON.stringify(body)}\n`);
}
function lines(res: ServerResponse, rows: readonly unknown[], headers: Record<string, string> = {}): void {
  res.writeHead(200, { ...HEADERS, 'content-type': 'application/x-ndjson; charset=utf-8', ...headers }).end(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
const count = (text: string | null, fallback: number): number => {
  const n = Number(text ?? fallback);
  return Number.isSafeInteger(n) && n >= 0 ? n : fallback;
};
const said = (error: unknown, otherwise: string): { error: string } => ({ error: error instanceof Error ? error.message : otherwise });

/** @param body the request's whole body as text */
export function handleAdmin(req: IncomingMessage, res: ServerResponse, body: string, deps: AdminDeps): void {
  const { simulator, faults, exchanges, validation, clock, callbacks } = deps;
  if (!isOurs(req)) return reply(res, 403, { error: 'the admin API answers on loopback only / giao diện quản trị chỉ dùng được trên chính máy này' });
  const url = new URL(req.url ?? '/', 'http://admin');
  const path = url.pathname.slice('/__admin'.length);
  let input: unknown = {};
  if (body !== '') {
    try {
      input = JSON.parse(body);
    } catch {
      return reply(res, 400, { error: 'the body is not JSON / thân gói tin không phải JSON' });
    }
  }
  const asked = isRecord(input) ? input : {};
  const view = (): ViewOptions => ({ contract: validation.contract(), personal: url.searchParams.get('personal') === 'show' });

  const one = /^\/requests\/(\d{1,15})$/.exec(path);
  if (req.method === 'GET' && one !== null) {
    const exchange = exchanges.get(Number(one[1]));
    return exchange === undefined ? reply(res, 404, { error: 'no such exchange, or not kept any more / không có lượt này hoặc không còn được giữ' }) : reply(res, 200, detailOf(exchange, view()));
  }

  switch (`${req.method ?? ''} ${path}`) {
    case 'GET ':
      res.writeHead(308, { location: '/__admin/' }).end();
      return;
    case 'GET /': {
      const { html, policy } = adminPage();
      res.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' }).end(html);
      return;
    }
    case 'GET /health':
      return reply(res, 200, { ok: true, simulator: simulator.id });
    case 'GET /summary':
      return reply(res, 200, {
        simulator: simulator.id, now: clock.now(), skewMs: clock.skewMs(), summary: simulator.summary(), effects: simulator.journal().length,
        faults: { enabled: faults.enabled, counts: faults.counts(), lostReplies: faults.lostReplies().length },
        validation: { mode: validation.mode, documented: validation.documented, ...validation.counts() },
        exchanges: exchanges.last(), callbacks: { made: callbacks.last(), waiting: callbacks.waiting() },
      });
    case 'GET /state':
      return reply(res, 200, { simulator: simulator.id, now: clock.now(), summary: simulator.summary(), state: simulator.state?.() ?? null });
    case 'GET /journal': {
      const after = count(url.searchParams.get('after'), 0);
      const limit = Math.min(MOST_ROWS, count(url.searchParams.get('limit'), 1000));
      // entries are numbered from 1 without gaps
      const page = simulator.journal().slice(after, after + limit);
      return lines(res, page, { 'x-next-after': String(page.at(-1)?.seq ?? after) });
    }
    case 'GET /requests': {
      const after = count(url.searchParams.get('after'), 0);
      const page = exchanges.list(after, Math.min(MOST_ROWS, count(url.searchParams.get('limit'), 1000)));
      const rows = url.searchParams.get('issues') === 'only' ? page.filter((e) => e.issues.length > 0 || e.breaches.length > 0) : page;
      const options: ViewOptions = { contract: undefined, personal: url.searchParams.get('personal') === 'show' };
      return lines(res, rows.map((exchange) => rowOf(exchange, options)), { 'x-next-after': String(page.at(-1)?.id ?? after) });
    }
    case 'GET /lost-replies':
      return lines(res, faults.lostReplies());
    case 'GET /validation':
      return reply(res, 200, { mode: validation.mode, documented: validation.documented, ...validation.counts() });
    case 'POST /validation': {
      const { mode } = asked;
      if (!isValidationMode(mode)) return reply(res, 400, { error: `mode: ${VALIDATION_MODES.join(', ')}` });
      if (!validation.documented) return reply(res, 409, { error: 'this upstream has no OpenAPI document / hệ thống này không có tài liệu OpenAPI' });
      validation.mode = mode;
      return reply(res, 200, { mode: validation.mode });
    }
    case 'POST /clock': {
      const { advanceMs, skewMs } = asked;
      if (advanceMs === undefined && skewMs === undefined) return reply(res, 400, { error: 'advanceMs or skewMs is needed / cần advanceMs hoặc skewMs' });
      if (skewMs !== undefined && (typeof skewMs !== 'number' || !Number.isFinite(skewMs))) return reply(res, 400, { error: 'skewMs must be a number of milliseconds / skewMs là số mili giây' });
      if (advanceMs !== undefined) {
        if (typeof advanceMs !== 'number' || !(advanceMs >= 0) || !Number.isFinite(advanceMs)) return reply(res, 400, { error: 'advanceMs must be a number of milliseconds, not negative / advanceMs là số mili giây không âm' });
        if (simulator.advance === undefined) return reply(res, 409, { error: 'this simulator has no clock of its own / bộ giả lập này không có đồng hồ riêng' });
        clock.advance(advanceMs);
      }
      if (skewMs !== undefined) clock.setSkew(skewMs);
      return reply(res, 200, { now: clock.now(), skewMs: clock.skewMs() });
    }
    case 'POST /sessions:expire':
      simulator.expireSessions?.();
      return reply(res, 200, { ok: true });
    case 'GET /faults':
      return reply(res, 200, { enabled: faults.enabled, kinds: FAULT_KINDS, plan: faults.plan(), waiting: faults.waiting(), counts: faults.counts() });
    case 'POST /faults': {
      if (!isRecord(input)) return reply(res, 400, { error: 'a fault plan is an object / kế hoạch lỗi là một đối tượng' });
      const { enabled, ...plan } = input;
      try {
        if (Object.keys(plan).length > 0) faults.set(plan as FaultPlan);
      } catch (error) {
        return reply(res, 400, said(error, 'the plan cannot be followed / không theo được kế hoạch này'));
      }
      if (typeof enabled === 'boolean') faults.enabled = enabled;
      return reply(res, 200, { enabled: faults.enabled });
    }
    case 'POST /faults/once': {
      const { fault, match, times = 1 } = asked;
      if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > MOST_ONCE) return reply(res, 400, { error: `times: 1 … ${MOST_ONCE}` });
      if (typeof fault !== 'string' && !isRecord(fault)) return reply(res, 400, { error: 'fault must be a kind, or an object with a kind / fault là một loại lỗi hoặc đối tượng có kind' });
      try {
        for (let i = 0; i < times; i += 1) faults.once(fault as FaultKind | FaultSpec, match as FaultMatch | undefined);
      } catch (error) {
        return reply(res, 400, said(error, 'no such fault / không có loại lỗi này'));
      }
      return reply(res, 200, { waiting: faults.waiting() });
    }
    case 'DELETE /faults':
      faults.reset();
      return reply(res, 200, { ok: true });
    case 'GET /callbacks': {
      const after = count(url.searchParams.get('after'), 0);
      const page = callbacks.journal().filter(({ id }) => id > after).slice(0, count(url.searchParams.get('limit'), 100));
      return lines(res, page.map((record) => callbackOf(record, view())), { 'x-next-after': String(page.at(-1)?.id ?? after) });
    }
    case 'POST /callbacks': {
      const { url: address } = asked;
      if (address !== null && (typeof address !== 'string' || !isCallbackUrl(address))) return reply(res, 400, { error: `url: ${CALLBACK_URL}` });
      callbacks.to(address ?? undefined);
      return reply(res, 200, { ok: true });
    }
    case 'GET /calls':
      return reply(res, 200, simulator.calls?.() ?? []);
    case 'POST /call': {
      const { name, params = {} } = asked;
      if (simulator.call === undefined) return reply(res, 409, { error: 'this simulator makes no calls / bộ giả lập này không gọi đi đâu' });
      if (typeof name !== 'string' || !isRecord(params) || !Object.values(params).every((v) => typeof v === 'string')) return reply(res, 400, { error: 'name and params of texts are needed / cần name và params dạng chuỗi' });
      try {
        void callbacks.make(simulator.call(name, params as Record<string, string>)).then((record) => reply(res, 200, callbackOf(record, view())));
      } catch (error) {
        return reply(res, 400, said(error, 'no such call / không có lời gọi này'));
      }
      return;
    }
    case 'GET /figures':
      return reply(res, 200, simulator.figures?.all() ?? null);
    case 'POST /figures':
    case 'DELETE /figures':
      if (simulator.figures === undefined) return reply(res, 409, { error: 'this simulator reports no figures / bộ giả lập này không có báo cáo' });
      try {
        if (req.method === 'POST') simulator.figures.set(input);
        else simulator.figures.clear();
      } catch (error) {
        return reply(res, 400, said(error, 'no such figure / không có số liệu này'));
      }
      return reply(res, 200, simulator.figures.all());
    case 'POST /reset':
      simulator.reset();
      deps.given?.();
      clock.setSkew(0);
      exchanges.clear();
      callbacks.clear();
      return reply(res, 200, { ok: true });
    default:
      return reply(res, 404, { error: 'no such admin path / không có địa chỉ quản trị này' });
  }
}
