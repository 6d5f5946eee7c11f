/**
 * The sign-in as a fastify plugin. It keeps one short cookie while a sign-in is under way and hands the person to the application, whose
 * session is its own. Fastify's types are all that is used of it: the application brings the library.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusalPage } from './pages.ts';
import type { SignedIn, SignInSecrets } from './person.ts';
import type { SignIn } from './sign-in.ts';
import { isSignInError, SignInError } from './sign-in-error.ts';

export interface SignInPluginOptions {
  signIn: SignIn;
  /** begins a sign-in; takes `?returnTo=/path`. Default `/login/vneid`. The callback is the path of `redirectUri` */
  loginPath?: string;
  /** POST: ends the application's session and the provider's. Default `/logout/vneid`; there only with `onSignOut` */
  logoutPath?: string;
  /** POST: where the province's SSO application hands over (style 1A with `handover`). Default `/users/KiemTraNguoiDungVneid` */
  handoverPath?: string;
  /** makes the application's session. May answer by itself; otherwise the browser goes to `returnTo` */
  onSignedIn(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): unknown;
  /** told why somebody was not signed in, for its log: the error holds no value from outside. May answer by itself; otherwise a page does */
  onRefused?(error: SignInError, request: FastifyRequest, reply: FastifyReply): unknown;
  /** ends the application's session. @returns what it kept of the sign-in's secrets, for the provider's logout */
  onSignOut?(request: FastifyRequest, reply: FastifyReply): SignInSecrets | undefined | Promise<SignInSecrets | undefined>;
}

const MOST_COOKIE_BYTES = 16_384;
const MOST_HANDOVER_BYTES = 128 * 1024;

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').slice(0, MOST_COOKIE_BYTES).split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Register with `app.register(signInPlugin, options)`, without a prefix: the paths are whole ones. */
export async function signInPlugin(app: FastifyInstance, options: SignInPluginOptions): Promise<void> {
  const { signIn, loginPath = '/login/vneid', logoutPath = '/logout/vneid', handoverPath = '/users/KiemTraNguoiDungVneid', onSignedIn, onRefused, onSignOut } = options;
  const callback = new URL(signIn.config.redirectUri);
  const isSecure = callback.protocol === 'https:';
  // The prefix makes browsers refuse the cookie from anywhere but this very host.
  const name = isSecure ? '__Host-lienthong-signin' : 'lienthong-signin';
  const cookie = (value: string, seconds: number): string => `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

  /** Codes and tokens stand in these addresses: nobody keeps them, and no other site hears of them. */
  const quiet = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');

  async function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!isSignInError(error)) throw error;
    await onRefused?.(error, request, reply);
    return reply.sent ? reply : reply.code(error.status).type('text/html; charset=utf-8').send(refusalPage(error.code, loginPath));
  }

  app.get(loginPath, { logLevel: 'silent', exposeHeadRoute: false }, async (request, reply) => {
    quiet(reply);
    try {
      const { returnTo } = request.query as { returnTo?: unknown };
      if (returnTo !== undefined && typeof returnTo !== 'string') throw new SignInError('LT-VNEID-LOGIN-RETURN');
      const { url, transaction } = await signIn.begin(returnTo === undefined ? {} : { returnTo });
      return await reply.header('set-cookie', cookie(transaction, signIn.config.transactionMinutes * 60)).redirect(url);
    } catch (error) {
      return refuse(error, request, reply);
    }
  });

  // Looking must not use the sign-in up, and fastify would write the address of a route that is none.
  app.head(callback.pathname, { logLevel: 'silent' }, async (_request, reply) => quiet(reply).code(405).header('allow', 'GET').send());
  // Silent: fastify's own log would write the address, and the code in it.
  app.get(callback.pathname, { logLevel: 'silent', exposeHeadRoute: false }, async (request, reply) => {
    quiet(reply);
    try {
      // `request.query` has lost the `+` by now; the address as it came has not.
      const signedIn = await signIn.finish({ rawQuery: request.raw.url ?? '', transaction: cookieOf(request.headers.cookie, name) });
      reply.header('set-cookie', cookie('', 0));
      await onSignedIn(signedIn, request, reply);
      return reply.sent ? reply : await reply.redirect(signedIn.returnTo);
    } catch (error) {
      return refuse(error, request, reply);
    }
  });

  if (onSignOut !== undefined) {
    await app.register(async (inner) => {
      // A form without fields: fastify has no parser for one and would answer 415.
      inner.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 1_024 }, (_request, _body, done) => done(null, undefined));
      // POST alone: a link or a picture on another page must not sign anybody out (SameSite keeps the session's cookie from its forms).
      inner.post(logoutPath, { logLevel: 'silent' }, async (request, reply) => {
        const secrets = await onSignOut(request, reply);
        if (reply.sent) return reply;
        return quiet(reply).redirect((secrets === undefined ? undefined : signIn.logoutUrl(secrets)) ?? '/', 303);
      });
    });
  }

  if (signIn.config.handover === undefined) return;
  await app.register(async (inner) => {
    // The signature is over the bytes.
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_HANDOVER_BYTES }, (_request, body, done) => done(null, body));
    inner.post(handoverPath, { logLevel: 'silent', bodyLimit: MOST_HANDOVER_BYTES }, async (request, reply) => {
      quiet(reply).type('text/plain; charset=utf-8');
      try {
        return await signIn.receiveHandover({ body: Buffer.isBuffer(request.body) ? request.body : '', headers: request.headers });
      } catch (error) {
        if (!isSignInError(error)) throw error;
        await onRefused?.(error, request, reply);
        // The original says nothing to whom it does not believe (1.1).
        return reply.sent ? reply : reply.code(error.status).send('');
      }
    });
  });
}
