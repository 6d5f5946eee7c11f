/** DVCLT and the civil-status system as a loopback server that answers what a test says, and the gateway in small against it. */
import { connect, type Connection } from '../../../src/adapter/client.ts';
import { dvclt, type DvcltConfig } from '../../../adapters/dvclt/adapter.ts';
import { DEFAULTS } from '../../../adapters/dvclt/config.ts';
import type { RoundDeps } from '../../../src/adapter/types.ts';
import { createDossierDesk, roundDeps, type DossierDesk } from '../../support/dossier-deps.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';
import { config, NOW, rawConfig } from './fixtures.ts';

export interface Asked { method: string; path: string; body: string; headers: Readonly<Record<string, unknown>> }
export interface World extends AsyncDisposable {
  url: string;
  asked: Asked[];
  /** rows of K2, details by id, answers of the others; a function is asked anew each time */
  rows: unknown[];
  details: Record<string, unknown>;
  answers: Partial<Record<'acknowledge' | 'push' | 'results' | 'status', (body: unknown) => { status?: number; body: unknown }>>;
  desk: DossierDesk<DvcltConfig>;
  connection: Connection;
  deps: RoundDeps<DvcltConfig>;
  now: number;
  /** calls of one kind, by method and the end of the path */
  of(method: string, end: string): Asked[];
}

export async function world(more: Record<string, unknown> = {}): Promise<World> {
  const made = { asked: [], rows: [], details: {}, answers: {}, now: NOW } as unknown as World;
  const answer = (kind: keyof World['answers'], body: string, otherwise: unknown): { status?: number; body: unknown } => made.answers[kind]?.(JSON.parse(body)) ?? { body: otherwise };
  const reply = (method: string, path: string, body: string): { status?: number; body: unknown } => {
    if (path === DEFAULTS.paths.list) return { body: { data: made.rows } };
    if (method === 'GET') return { body: made.details[decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))] ?? { data: null } };
    if (method === 'PUT') return answer('acknowledge', body, { message: 'Cập nhật thành công' });
    if (path === DEFAULTS.paths.status) return answer('status', body, { title: 'Cập nhật trạng thái thành công', status: 200, errors: null });
    if (path === DEFAULTS.civilPaths.results) return answer('results', body, { status: 1, statusDescription: 'Thành công', value: [] });
    return answer('push', body, { status: '1', statusDescription: 'Thành công', errorCode: null, errorDescription: null });
  };
  const server = await httpLoopback((request, response) => {
    void bodyOf(request).then((body) => {
      const path = request.url ?? '';
      made.asked.push({ method: request.method ?? '', path, body, headers: request.headers });
      const said = reply(request.method ?? '', path, body);
      response.writeHead(said.status ?? 200, { 'content-type': 'application/json' }).end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body));
    });
  });
  made.url = server.url;
  const { civilStatus = {}, ...others } = more;
  const raw = { ...rawConfig, ...others, baseUrl: server.url, civilStatus: { baseUrl: server.url, gateway: { kind: 'none' }, ...(civilStatus as object) } };
  const settings = config(raw);
  const now = (): number => made.now;
  made.desk = createDossierDesk<DvcltConfig>({ config: settings, now });
  made.connection = connect(dvclt, raw, { now, readFile: made.desk.readFile, readRetry: { retries: 0 } }) as unknown as Connection;
  made.deps = roundDeps(made.desk, { connection: made.connection });
  made.of = (method, end) => made.asked.filter((one) => one.method === method && one.path.endsWith(end));
  made[Symbol.asyncDispose] = async () => {
    await made.connection.close();
    await server[Symbol.asyncDispose]();
  };
  return made;
}
