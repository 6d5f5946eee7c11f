/** The facts of a TLS line, asked for by a handshake of its own: the calls say only that they failed. */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { TlsFacts } from '../../adapter/conformance.ts';
import { tlsMaterial, type TlsFiles } from '../../adapter/tls.ts';
import { instantFromEpoch } from '../../model/time.ts';

const DAY_MS = 86_400_000;

/** @returns `undefined` for a target without TLS, `failed` with Node's word when no handshake came about */
export function tlsFacts(target: string, tls: TlsFiles, options: { timeoutMs: number; now: number; signal: AbortSignal }): Promise<TlsFacts | { failed: string } | undefined> {
  const url = new URL(target);
  if (url.protocol !== 'https:') return Promise.resolve(undefined);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({
      host, port: url.port === '' ? 443 : Number(url.port), rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}), ...tlsMaterial(tls),
    });
    const end = (facts: TlsFacts | { failed: string }): void => {
      options.signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(facts);
    };
    const stop = (): void => end({ failed: 'ABORTED' });
    options.signal.addEventListener('abort', stop, { once: true });
    socket.setTimeout(options.timeoutMs, () => end({ failed: 'CONNECT_TIMEOUT' }));
    socket.once('error', (error: NodeJS.ErrnoException) => end({ failed: error.code ?? 'TLS' }));
    socket.once('secureConnect', () => end(factsOf(socket, options.now)));
  });
}

function factsOf(socket: TLSSocket, now: number): TlsFacts {
  const { valid_to: validTo, fingerprint256 } = socket.getPeerCertificate();
  const ends = Date.parse(validTo);
  // Node's type says Error; what it holds is the word itself, or an Error with a code.
  const why = socket.authorizationError as unknown as string | (Error & { code?: string }) | null;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName ?? socket.getCipher().name,
    trusted: socket.authorized,
    ...(socket.authorized || why === null ? {} : { why: typeof why === 'string' ? why : (why.code ?? 'UNTRUSTED') }),
    ...(Number.isNaN(ends) ? {} : { validTo: instantFromEpoch(ends), daysLeft: Math.floor((ends - now) / DAY_MS) }),
    ...(fingerprint256 === undefined ? {} : { sha256: fingerprint256.replaceAll(':', '').toLowerCase() }),
  };
}
