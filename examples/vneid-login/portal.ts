/** The portal: a page, three ways to sign in, a session of its own. What concerns VNeID is `createSignIn`, `signInPlugin` and what is done in `enter` and `leave`. */
import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { createLoginSimulator, createSignIn, localAccountKey, signInPlugin, type SignedIn, type SignInSecrets, type SignInStyle } from '../../adapters/vneid/login/index.ts';
import { startSimulator } from '../../src/testing/index.ts';
import { homePage, personPage } from './pages.ts';

export const STYLES: readonly { style: SignInStyle; title: string }[] = [
  { style: 'vneid-direct', title: 'VNeID' },
  { style: 'vnconnect', title: 'Cổng Dịch vụ công quốc gia (VNConnect)' },
  { style: 'vneid-oidc', title: 'VNeID OIDC, có mã hóa / encrypted' },
];
const SESSION_MINUTES = 30;
const MOST_SESSIONS = 1_000;

interface Session { signedIn: SignedIn; until: number }
export interface Portal { url: string; close(): Promise<void> }

/** @param port of the portal; the simulated providers take a free one */
export async function startPortal({ port }: { port: number }): Promise<Portal> {
  const providers = await startSimulator(createLoginSimulator({ codeLifetimeMs: 60_000 }));
  const url = `http://127.0.0.1:${port}`;
  const app = Fastify({ logger: false });
  const sessions = new Map<string, Session>();

  const idOf = (request: FastifyRequest): string => /(?:^|; *)session=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  /** A number that nobody guesses, and a new one for each sign-in: a number from before the sign-in is never used on. */
  const session = (value: string, seconds: number): string => `session=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
  const find = (request: FastifyRequest): Session | undefined => {
    const found = sessions.get(idOf(request));
    return found !== undefined && found.until > Date.now() ? found : undefined;
  };

  function enter(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): void {
    sessions.delete(idOf(request));
    if (sessions.size >= MOST_SESSIONS) sessions.delete(sessions.keys().next().value ?? '');
    const id = randomBytes(32).toString('base64url');
    sessions.set(id, { signedIn, until: Date.now() + SESSION_MINUTES * 60_000 });
    reply.header('set-cookie', session(id, SESSION_MINUTES * 60));
  }
  function leave(request: FastifyRequest, reply: FastifyReply): SignInSecrets | undefined {
    const found = find(request);
    sessions.delete(idOf(request));
    reply.header('set-cookie', session('', 0));
    return found?.signedIn.secrets;
  }

  // A real portal has one style, and its secret in the environment.
  const transactionSecret = randomBytes(32).toString('base64');
  const signIns = STYLES.map(({ style }) => createSignIn({ ...providers.simulator.settings(style, providers.url, `${url}/callback/${style}`), transactionSecret }));
  for (const [i, signIn] of signIns.entries()) {
    await app.register(signInPlugin, { signIn, loginPath: `/login/${signIn.config.style}`, onSignedIn: enter, ...(i === 0 ? { logoutPath: '/logout', onSignOut: leave } : {}) });
  }

  app.addHook('onSend', async (_request, reply) => void reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'").header('x-content-type-options', 'nosniff'));
  app.get('/', (request, reply) => {
    const found = find(request);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(found === undefined ? homePage(STYLES) : personPage(found.signedIn.person, localAccountKey(found.signedIn.person)));
  });

  await app.listen({ port, host: '127.0.0.1' });
  return {
    url,
    async close() {
      await app.close();
      for (const signIn of signIns) await signIn.close();
      await providers.close();
    },
  };
}
