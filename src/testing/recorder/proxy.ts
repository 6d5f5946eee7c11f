/**
 * Stands between a client and the real upstream, passes everything on byte by byte, and tells a recorder what went by. A recording
 * that fails changes nothing of what the client gets.
 */
import { Agent as HttpAgent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { tlsMaterial, type TlsFiles } from '../../adapter/tls.ts';
import { listen } from '../server/listen.ts';
import type { RawBody, Recorder } from './recording.ts';

export interface ProxyOptions {
  /** address of the real upstream, with its path prefix where it has one: what the client asks for is put behind it */
  target: string;
  recorder: Recorder;
  /** 0 (default) takes a free one */
  port?: number;
  /** default 127.0.0.1: what goes through is not encrypted on this side */
  host?: string;
  /** ms until the upstream must have begun to answer. Default 60 s */
  timeoutMs?: number;
  /** bodies are passed on whatever their size; of larger ones nothing is recorded. Default 8 MiB */
  maxRecordedBytes?: number;
  tls?: TlsFiles;
}
export interface RunningProxy {
  /** `http://127.0.0.1:port` */
  url: string;
  close(): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const MAX_RECORDED = 8 * 1024 * 1024;
/** Headers that belong to one connection (RFC 9110, 7.6.1). */
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authorization', 'proxy-authenticate']);
/** Failures before anything was sent, in the words of `WireResult`. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID']);

/** What passes by, as far as it may be kept. */
function tap(message: IncomingMessage, most: number): () => RawBody {
  const chunks: Buffer[] = [];
  let size = 0;
  message.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else chunks.length = 0;
  });
  return () => (size > most ? { tooLarge: size } : Buffer.concat(chunks));
}

function passedOn(raw: readonly string[], replaced: Record<string, string> = {}): string[] {
  const out: string[] = [];
  // A header that the message itself names as its connection's own stays behind as well.
  const own = new Set<string>();
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'connection') for (const name of (raw[i + 1] ?? '').split(',')) own.add(name.trim().toLowerCase());
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (!HOP.has(name) && !own.has(name)) out.push(raw[i] as string, replaced[name] ?? (raw[i + 1] as string));
  }
  return out;
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]])));
}

/** Starts the proxy and answers once its port is open. @throws what listening failed with; TypeError for a target that is no http(s) address */
export async function startRecordingProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { recorder, port = 0, host = '127.0.0.1', timeoutMs = TIMEOUT_MS, maxRecordedBytes = MAX_RECORDED, tls } = options;
  const target = new URL(options.target);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') throw new TypeError('the target is an http or https address');
  const secure = target.protocol === 'https:';
  const prefix = target.pathname.replace(/\/$/, '');
  const agent = secure ? new HttpsAgent({ keepAlive: true, ...tlsMaterial(tls) }) : new HttpAgent({ keepAlive: true });

  function pass(req: IncomingMessage, res: ServerResponse): void {
    const at = Date.now();
    const started = performance.now();
    const url = `${prefix}${req.url ?? '/'}`;
    const asked = tap(req, maxRecordedBytes);
    const request = () => ({ method: req.method ?? 'GET', url, headers: flat(req.headers), body: asked() });
    let told = false;
    /** once for each exchange, whatever else goes wrong */
    const tell = (rest: Pick<Parameters<Recorder['record']>[0], 'response' | 'failure'>): void => {
      if (told) return;
      told = true;
      recorder.record({ at, request: request(), ...rest, durationMs: performance.now() - started });
    };
    const onward = (secure ? httpsRequest : httpRequest)({
      agent, host: target.hostname.replace(/^\[|\]$/g, ''), port: target.port === '' ? (secure ? 443 : 80) : Number(target.port),
      method: req.method, path: url, headers: passedOn(req.rawHeaders, { host: target.host }), timeout: timeoutMs,
    });
    let late = false;
    onward.on('timeout', () => {
      late = true;
      onward.destroy();
    });
    onward.on('response', (answer) => {
      const body = tap(answer, maxRecordedBytes);
      res.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.rawHeaders));
      answer.pipe(res);
      answer.on('end', () => tell({ response: { status: answer.statusCode ?? 502, headers: flat(answer.headers), body: body() } }));
      // Cut in the middle: the client is cut as well.
      answer.on('error', () => {
        tell({ failure: { sent: 'after', code: late ? 'READ_TIMEOUT' : 'RESET' } });
        res.destroy();
      });
    });
    onward.on('error', (error: NodeJS.ErrnoException) => {
      const code = late ? 'READ_TIMEOUT' : error.code === 'ECONNRESET' ? 'RESET' : (error.code ?? 'UNKNOWN');
      tell({ failure: { sent: NEVER_SENT.has(code) ? 'before' : 'after', code } });
      if (res.headersSent || res.destroyed) res.destroy();
      // What the client would have seen of a connection that broke cannot be played; it gets the answer of a gateway instead.
      else res.writeHead(late ? 504 : 502, { 'content-type': 'text/plain; charset=utf-8', 'x-lienthong-proxy': code }).end(`lienthong record: ${code}\n`);
    });
    // The client went away: so does the call.
    res.on('close', () => {
      if (res.writableFinished) return;
      tell({ failure: { sent: 'after', code: 'ABORTED' } });
      onward.destroy();
    });
    req.pipe(onward);
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, pass);
  const address = await listen(server, port, host);
  return {
    url: `http://${address}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      agent.destroy();
    }),
  };
}
