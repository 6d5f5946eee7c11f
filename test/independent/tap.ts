/** Stands between a caller and Prism: passes everything on as it is, counts calls and keeps what Prism had to object. */
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** One objection, and how often it was made. Pointers of lists are folded (`data.*.MaHoSo`), so that a thousand dossiers are one line. */
export interface Violation { operation: string; side: 'request' | 'response' | 'other'; where: string; message: string; count: number }
export interface Tap {
  url: string;
  /** calls by `POST /mapi/g DongBoHoSoMC` */
  calls(): ReadonlyMap<string, number>;
  total(): number;
  violations(): Violation[];
  /** calls that Prism's own line broke off (it closes connections that were idle): nobody objected to them, and the caller sees a lost reply */
  unanswered(): number;
  close(): Promise<void>;
}

interface Objection { location?: string[]; severity?: string; code?: string; message?: string }
export interface Problem { type?: string; title?: string; validation?: Objection[] }

/** @param isTheirs tells a problem document of the one behind Prism from one of Prism. Default: all are Prism's */
export async function startTap(target: string, isTheirs: (problem: Problem) => boolean = () => false): Promise<Tap> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const calls = new Map<string, number>();
  const found = new Map<string, Violation>();
  let unanswered = 0;

  function note(operation: string, objection: Objection): void {
    const [side = 'other', ...rest] = objection.location ?? [];
    const where = rest.map((part) => (/^\d+$/.test(part) ? '*' : part)).join('.');
    const message = (objection.message ?? '').replace(/\.\d+(?=\.|\s)/g, '.*');
    const key = [operation, side, where, message].join('\n');
    const known = found.get(key);
    if (known === undefined) found.set(key, { operation, side: side === 'request' || side === 'response' ? side : 'other', where, message, count: 1 });
    else known.count += 1;
  }

  /** Prism objects by an answer of its own, and for what is only a warning by a header. */
  function look(operation: string, answer: IncomingMessage, body: Buffer): void {
    const kind = String(answer.headers['content-type'] ?? '');
    const problem = kind.startsWith('application/problem+json') ? (parsed<Problem>(body.toString('utf8')) ?? {}) : undefined;
    if (problem !== undefined && !isTheirs(problem)) {
      const side = problem.type?.endsWith('#UNPROCESSABLE_ENTITY') === true ? 'request' : undefined;
      if (problem.validation === undefined) note(operation, { message: `${problem.type ?? ''} ${problem.title ?? ''}`.trim() });
      for (const objection of problem.validation ?? []) note(operation, side === undefined ? objection : { ...objection, location: [side, ...(objection.location ?? []).filter((part) => part !== 'request')] });
      return;
    }
    const header = answer.headers['sl-violations'];
    if (header === undefined) return;
    for (const objection of parsed<Objection[]>(String(header)) ?? [{ message: 'too many violations for a header' }]) note(operation, objection);
  }

  function pass(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
    const path = (req.url ?? '/').split('?')[0] ?? '';
    const service = parsed<{ service?: unknown }>(body.toString('utf8'))?.service;
    const operation = [req.method ?? 'GET', path, ...(typeof service === 'string' ? [service] : [])].join(' ');
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const out = request({ hostname, port, agent, method: req.method, path: req.url, headers: req.headers }, (answer) => {
      read(answer, (text) => {
        look(operation, answer, text);
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        res.end(text);
      });
      answer.once('error', () => res.destroy());
    });
    out.once('error', () => {
      unanswered += 1;
      res.destroy();
    });
    out.end(body);
  }

  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (req, res) => read(req, (body) => pass(req, res, body))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    total: () => [...calls.values()].reduce((sum, n) => sum + n, 0),
    unanswered: () => unanswered,
    violations: () => [...found.values()].sort((a, b) => b.count - a.count),
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

function read(stream: IncomingMessage, then: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.once('end', () => then(Buffer.concat(pieces)));
}

function parsed<T>(text: string): T | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return value === null ? undefined : (value as T);
  } catch {
    return undefined;
  }
}
