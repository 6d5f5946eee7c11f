/** The line to the land system: paths by dialect, the token of ILIS, files read in while a message goes out, downloads. */
import { guardedSessions, notSent, withSession } from '../../src/adapter/login.ts';
import type { SessionProvider } from '../../src/adapter/session.ts';
import type { HttpRequest, Transport } from '../../src/adapter/transport.ts';
import type { AdapterRuntime, AnyOperation, Wire, WireResult } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { bodyOf } from './body.ts';
import { NOT_OFFERED, readReply } from './classify.ts';
import { WRITE_IDS, type WriteId } from './codes.ts';
import type { LandConfig, Login } from './config.ts';
import { attachmentReader, download, downloadUrl, fileLines, partsOf, type DownloadRequest, type FileLines } from './files.ts';

/** A token is renewed this long before its end. */
const RENEW_BEFORE_MS = 30_000;

interface Lines {
  main: Transport;
  /** to addresses that are configured as a whole */
  other: FileLines;
  files: FileLines;
  session: SessionProvider | undefined;
  taxSession: SessionProvider | undefined;
  readFile: AdapterRuntime['readFile'];
}

export function openWire(config: LandConfig, runtime: AdapterRuntime): Wire {
  const common = { connectTimeoutMs: config.connectTimeoutMs, readTimeoutMs: config.readTimeoutMs, connections: config.connections, ...(config.tls === undefined ? {} : { tls: config.tls }) };
  const options = { ...common, maxResponseBytes: config.maxResponseBytes };
  const other = fileLines(runtime.transport, options);
  const session = config.login === undefined ? undefined : sessionsOf(config.login, config, other, runtime.now);
  const taxLogin = config.tax?.login;
  const lines: Lines = {
    main: runtime.transport({ ...options, baseUrl: config.baseUrl }),
    other,
    // Ours and theirs on one line: the larger of the two limits holds here, each file's own where it is read.
    files: fileLines(runtime.transport, { ...common, maxResponseBytes: Math.max(config.attachments.maxFileBytes, config.downloads.maxFileBytes) + 1 }),
    session,
    taxSession: taxLogin === undefined ? session : sessionsOf(taxLogin, config, other, runtime.now),
    readFile: runtime.readFile,
  };
  return {
    async call(operation, request, { signal }) {
      if (operation.id === 'downloadFile') return fetchFile(config, lines, request as DownloadRequest, signal);
      return send(config, lines, operation, request, signal);
    },
    close: async () => void (await Promise.all([lines.main.close(), lines.other.close(), lines.files.close()])),
  };
}

const isWriteId = (id: string): id is WriteId => (WRITE_IDS as readonly string[]).includes(id);

function send(config: LandConfig, lines: Lines, operation: AnyOperation, request: unknown, signal: AbortSignal | undefined): Promise<WireResult> {
  const { tax } = config;
  let line: Transport;
  let where: Pick<HttpRequest, 'path'>;
  if (isWriteId(operation.id)) {
    line = lines.main;
    where = { path: config.paths[operation.id] };
  } else if (operation.id === 'submitTax' && tax !== undefined) {
    const url = new URL(tax.url);
    line = lines.other.to(url.origin);
    where = partsOf(url);
  } else {
    return Promise.resolve(notSent(NOT_OFFERED));
  }
  return withToken(operation.id === 'submitTax' ? lines.taxSession : lines.session, signal, (authorization) => {
    // Made anew for each try: what is read in pieces is read once.
    const body = bodyOf(request, attachmentReader(config, lines.files, signal, lines.readFile));
    return line.request({
      method: 'POST', ...where, body,
      headers: { 'content-type': 'application/json; charset=utf-8', ...config.headers, ...authorization },
      readTimeoutMs: config.readTimeoutMs + (typeof body === 'string' ? 0 : config.uploadTimeoutMs),
      ...(signal === undefined ? {} : { signal }),
    });
  });
}

function fetchFile(config: LandConfig, lines: Lines, request: DownloadRequest, signal: AbortSignal | undefined): Promise<WireResult> {
  const url = downloadUrl(request.link, config);
  if (url === undefined) return Promise.resolve(notSent('LINK_REFUSED'));
  const { headers, tokenHosts } = config.downloads;
  // The token goes to the land system's own host, and to no other that is not named: a link is theirs, the token is ours. Nor does a
  // link take it from TLS to the open.
  const own = new URL(config.baseUrl);
  const isTrusted = url.origin === own.origin || (tokenHosts.includes(url.host) && (url.protocol === 'https:' || own.protocol === 'http:'));
  return withToken(isTrusted ? lines.session : undefined, signal, (authorization) => download(request, url, { ...headers, ...authorization }, config, lines.files, signal));
}

function withToken(sessions: SessionProvider | undefined, signal: AbortSignal | undefined, call: (authorization: Record<string, string>) => Promise<WireResult>): Promise<WireResult> {
  return sessions === undefined ? call({}) : withSession(sessions, signal, (token) => call({ authorization: `Bearer ${token}` }), isTokenRefused);
}

const isTokenRefused = (result: WireResult): boolean => result.kind === 'response' && (result.status === 401 || result.status === 403) && readReply(result.body) === undefined;

/** The token, kept until shortly before its end. The reference fetches one before each call and goes on without. */
function sessionsOf(login: Login, config: LandConfig, lines: FileLines, now: () => number): SessionProvider {
  const url = new URL(login.tokenUrl);
  const body = new URLSearchParams({ grant_type: 'password', username: login.username, password: login.password, client_id: login.clientId, client_secret: login.clientSecret }).toString();
  return guardedSessions({
    ttlMs: config.sessionTtlMs,
    now,
    ask: () => lines.to(url.origin).request({ method: 'POST', ...partsOf(url), headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }),
    read(answer) {
      const given = answer.status >= 200 && answer.status < 300 && isRecord(answer.body) ? answer.body : {};
      const token = given['access_token'];
      // What cannot stand in a header is no token, and must not become a line of its own there.
      if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return { session: token, ttlMs: lifeOf(given['expires_in']) };
      return [400, 401, 403].includes(answer.status) ? 'refused' : undefined;
    },
  });
}

/** `expires_in` in seconds, as a number or text; Infinity where it is not said, so that the configured time holds. */
function lifeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' ? Number(expiresIn.trim() === '' ? 'x' : expiresIn) : expiresIn;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? Math.max(0, seconds * 1000 - RENEW_BEFORE_MS) : Number.POSITIVE_INFINITY;
}
