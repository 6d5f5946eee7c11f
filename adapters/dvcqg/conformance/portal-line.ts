/** How the suite speaks to the portal: raw calls, so that sessions, agencies and bodies can be wrong on purpose. */
import { failed, type ConformanceCall, type ConformanceContext } from '../../../src/adapter/conformance.ts';
import type { SyncRequest } from '../contract.ts';
import { SERVICE_ENDPOINTS, type ServiceName } from '../services.ts';
import { directHead, sessionOf, sessionRefused } from '../wire.ts';
import { answered, ask, stop, type Answer } from './answers.ts';
import type { PortalSettings } from './settings.ts';

export interface AskOptions { session?: string; agency?: string }

/** What the checks of one run share. */
export interface Portal {
  ctx: ConformanceContext<PortalSettings>;
  /** one login call. @param body instead of the account's */
  login(body?: string): Promise<Answer>;
  /** the session of this run, fetched when first needed. @throws ConformanceStop without one */
  session(): Promise<string>;
  /** takes a session that a login check already has */
  keep(session: string): void;
  ask(service: string, params?: Record<string, unknown>, options?: AskOptions): Promise<Answer>;
  /** any call to the address of the services */
  raw(call: Pick<ConformanceCall, 'method' | 'body' | 'headers'>): Promise<Answer>;
  /** number of a test dossier of this run */
  code(n: number): string;
  /** the first procedure of the catalogue, once it was read */
  procedure: string | undefined;
  /** the create that the write checks begin with */
  created?: SyncRequest['data'][number];
}

export function openPortal(ctx: ConformanceContext<PortalSettings>): Portal {
  const { connection, prefix, procedure } = ctx.settings;
  const { headers, query } = directHead(connection);
  const run = ctx.random.hex(8);
  let current: { session: string; until: number } | undefined;

  const login = (body = JSON.stringify({ username: connection.username, password: connection.password })): Promise<Answer> =>
    ask(ctx, { method: 'POST', path: connection.paths.login, contractPath: '/mapi/login', query, headers, body });
  const pathOf = (service: string): string => {
    const known = Object.hasOwn(SERVICE_ENDPOINTS, service) ? (service as ServiceName) : undefined;
    return connection.paths[known === undefined ? 'integration' : (connection.endpoints[known] ?? SERVICE_ENDPOINTS[known])];
  };

  const portal: Portal = {
    ctx,
    login,
    keep: (session) => {
      ctx.hide(session);
      current = { session, until: ctx.now() + connection.sessionTtlMs };
    },
    async session() {
      if (current !== undefined && ctx.now() < current.until) return current.session;
      const response = answered(await login());
      const session = sessionOf(response.body);
      if (session === undefined) return stop(failed('Không đăng nhập được để lấy phiên.', 'There is no session: the login was refused.'));
      portal.keep(session);
      return session;
    },
    async ask(service, params = {}, options = {}) {
      const send = (session: string): Promise<Answer> =>
        ask(ctx, { method: 'POST', path: pathOf(service), contractPath: '/mapi/g', query, headers, body: JSON.stringify({ session, madonvi: options.agency ?? connection.agencyCode, service, ...params }) });
      if (options.session !== undefined) return send(options.session);
      const answer = await send(await portal.session());
      // How long a session lives is nobody's promise: one that ended during the run is renewed, as every caller would.
      if (!sessionRefused(answer.result)) return answer;
      current = undefined;
      return send(await portal.session());
    },
    raw: (call) => ask(ctx, { path: connection.paths.share, contractPath: '/mapi/g', query, ...call, headers: { ...headers, ...call.headers } }),
    code: (n) => `${prefix}-${run}-${String(n).padStart(4, '0')}`,
    procedure,
  };
  return portal;
}
