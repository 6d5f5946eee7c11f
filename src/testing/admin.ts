/**
 * The host's admin API: look at a running simulator and steer it, from a shell or another process. Loopback only, and not
 * from a web page: a browser that is tricked into calling it names an origin.
 *
 *   GET    /__admin/health          is it up
 *   GET    /__admin/summary         the simulator's counts, fault counts, number of lost replies
 *   GET    /__admin/journal         NDJSON; ?after=SEQ&limit=N (default 1000, at most 10000); X-Next-After names the next page
 *   GET    /__admin/lost-replies    NDJSON
 *   POST   /__admin/clock           {"advanceMs": 600000}
 *   POST   /__admin/sessions:expire
 *   POST   /__admin/faults          a fault plan; {"enabled": false} switches faults off, true on again
 *   DELETE /__admin/faults          no faults, counts forgotten
 *   POST   /__admin/reset           the simulator forgets everything
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord } from '../contract/is-record.ts';
import type { FaultPlan, Faults } from './faults.ts';
import type { HostedSimulator } from './host.ts';

const isLoopback = (address: string | undefined): boolean => address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1');

function reply(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(`${JSON.stringify(body)}\n`);
}
function lines(res: ServerResponse, rows: readonly unknown[], headers: Record<string, string> = {}): void {
  res.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', ...headers }).end(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
const count = (text: string | null, fallback: number): number => {
  const n = Number(text ?? fallback);
  return Number.isSafeInteger(n) && n >= 0 ? n : fallback;
};

/** @param body the request's whole body as text */
export function handleAdmin(req: IncomingMessage, res: ServerResponse, body: string, deps: { simulator: HostedSimulator; faults: Faults }): void {
  const { simulator, faults } = deps;
  if (!isLoopback(req.socket.remoteAddress) || req.headers.origin !== undefined) return reply(res, 403, { error: 'the admin API answers on loopback only' });
  const url = new URL(req.url ?? '/', 'http://admin');
  let input: unknown = {};
  if (body !== '') {
    try {
      input = JSON.parse(body);
    } catch {
      return reply(res, 400, { error: 'the body is not JSON' });
    }
  }

  switch (`${req.method ?? ''} ${url.pathname.slice('/__admin'.length)}`) {
    case 'GET /health':
      return reply(res, 200, { ok: true, simulator: simulator.id });
    case 'GET /summary':
      return reply(res, 200, { simulator: simulator.id, now: simulator.now?.() ?? Date.now(), summary: simulator.summary(), faults: { enabled: faults.enabled, counts: faults.counts(), lostReplies: faults.lostReplies().length } });
    case 'GET /journal': {
      const after = count(url.searchParams.get('after'), 0);
      const limit = Math.min(10_000, count(url.searchParams.get('limit'), 1000));
      // entries are numbered from 1 without gaps
      const page = simulator.journal().slice(after, after + limit);
      return lines(res, page, { 'x-next-after': String(page.at(-1)?.seq ?? after) });
    }
    case 'GET /lost-replies':
      return lines(res, faults.lostReplies());
    case 'POST /clock': {
      const ms = isRecord(input) ? input['advanceMs'] : undefined;
      if (typeof ms !== 'number' || !(ms >= 0) || !Number.isFinite(ms)) return reply(res, 400, { error: 'advanceMs must be a number of milliseconds, not negative' });
      if (simulator.advance === undefined) return reply(res, 409, { error: 'this simulator has no clock of its own' });
      simulator.advance(ms);
      return reply(res, 200, { now: simulator.now?.() ?? null });
    }
    case 'POST /sessions:expire':
      simulator.expireSessions?.();
      return reply(res, 200, { ok: true });
    case 'POST /faults': {
      if (!isRecord(input)) return reply(res, 400, { error: 'a fault plan is an object' });
      const { enabled, ...plan } = input;
      try {
        if (Object.keys(plan).length > 0) faults.set(plan as FaultPlan);
      } catch (error) {
        return reply(res, 400, { error: error instanceof Error ? error.message : 'the plan cannot be followed' });
      }
      if (typeof enabled === 'boolean') faults.enabled = enabled;
      return reply(res, 200, { enabled: faults.enabled });
    }
    case 'DELETE /faults':
      faults.reset();
      return reply(res, 200, { ok: true });
    case 'POST /reset':
      simulator.reset();
      return reply(res, 200, { ok: true });
    default:
      return reply(res, 404, { error: 'no such admin path' });
  }
}
