/**
 * A national system that dossiers wait at, in small: it is asked by the clock for new ones and for their results, told that they have arrived, and
 * what its answers tell moves the dossier on. Beside it a portal that wants a snapshot of every change. Over HTTP, on the loopback.
 */
import type { IncomingMessage } from 'node:http';
import { defineAdapter, defineOperation } from '../../src/adapter/define.ts';
import type { Adapter, AnyOperation, Operation, RoundDeps, WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { dossier } from '../gateway/fixtures.ts';
import { bodyOf, httpLoopback, type Loopback } from './loopback.ts';

export interface MailboxServer extends AsyncDisposable {
  url: string;
  /** ids of what waits; `bad` cannot be read as a dossier */
  rows: Map<string, 'good' | 'bad'>;
  /** by dossier number: what came of it */
  results: Map<string, string>;
  mode: 'ok' | 'down' | 'hang';
  /** calls by path */
  calls: string[];
  acked: string[];
  /** what the portal was told, `code status` */
  snapshots: string[];
}

export async function startMailbox(): Promise<MailboxServer> {
  const server: Omit<MailboxServer, 'url' | typeof Symbol.asyncDispose> = { rows: new Map(), results: new Map(), mode: 'ok', calls: [], acked: [], snapshots: [] };
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const [, what = '', id = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
    server.calls.push(`${what}/${id}`);
    if (what === 'rows') return id === '' ? [...server.rows.keys()] : { id, state: server.rows.get(id) ?? 'good' };
    if (what === 'results') return { result: server.results.get(id) ?? null };
    const { code, status } = JSON.parse(await bodyOf(request)) as { code: string; status: string };
    if (what === 'ack') server.acked.push(code);
    else server.snapshots.push(`${code} ${status}`);
    return {};
  };
  const loopback: Loopback = await httpLoopback((request, response) => {
    const { mode } = server;
    if (mode !== 'ok') server.calls.push(mode);
    if (mode === 'down') response.writeHead(500).end('{}');
    if (mode === 'ok') void answer(request).then((body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  return Object.assign(server, { url: loopback.url, [Symbol.asyncDispose]: () => loopback[Symbol.asyncDispose]() });
}

interface Call { method: 'GET' | 'POST'; path: string; body?: unknown }
export interface MailboxConfig { baseUrl: string; everyMs: number }
const any = <T>(value: unknown) => ({ ok: true as const, value: value as T });
const NO_TEXT = { vi: 'Mẫu', en: 'Sample' };

const classify = (result: WireResult) => {
  if (result.kind === 'failure') return result.sent === 'before' ? { kind: 'retry' as const, issue: issue('LT-UPSTREAM-UNREACHABLE') } : { kind: 'unknown' as const, issue: issue('LT-UPSTREAM-LOST-REPLY') };
  return result.status === 200 ? { kind: 'accepted' as const, response: result.body } : { kind: 'retry' as const, issue: issue('LT-UPSTREAM-SERVER-ERROR') };
};
function read<Out>(id: string, path: (key: string) => string): Operation<string, Call, unknown, Out, MailboxConfig> {
  return defineOperation({
    id, title: NO_TEXT, access: 'read', idempotency: { kind: 'natural-key', why: NO_TEXT }, ordering: 'none', coalesce: 'never', batch: { max: 1 }, request: any<Call>, response: any, classify,
    encode: ([key]) => ({ method: 'GET', path: path(key ?? '') }), decode: (response) => response as Out,
  });
}
function write(id: string, more: Pick<Operation<Dossier, Call, unknown, null, MailboxConfig>, 'coalesce' | 'subscribe' | 'learn'>): Operation<Dossier, Call, unknown, null, MailboxConfig> {
  return defineOperation({
    id, title: NO_TEXT, access: 'write', idempotency: { kind: 'upsert', why: NO_TEXT }, ordering: 'dossier', batch: { max: 1 }, request: any<Call>, response: any, classify,
    encode: ([one]) => ({ method: 'POST', path: `/${id}`, body: { code: one?.code, status: one?.status } }), decode: () => null, lostReply: () => ({ then: 'resend-once', why: NO_TEXT }), ...more,
  });
}
const open: Adapter<MailboxConfig>['open'] = ({ baseUrl }, { transport }) => {
  const line = transport({ baseUrl });
  return {
    call: (_operation, request, options) => {
      const { method, path, body } = request as Call;
      return line.request({ method, path, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }), ...options });
    },
    close: () => line.close(),
  };
};

const list = read<string[]>('list', () => '/rows');
const detail = read<{ id: string; state: string }>('detail', (id) => `/rows/${id}`);
const result = read<{ result: string | null }>('result', (code) => `/results/${encodeURIComponent(code)}`);
export const MAILBOX = 'mailbox';

async function takeRow(id: string, deps: RoundDeps<MailboxConfig>): Promise<boolean> {
  const found = await deps.run(detail, [id]);
  if (found.kind !== 'done') throw new Error('no detail');
  if (found.value.state === 'bad') throw new Error('unreadable');
  const now = deps.now();
  const code = await deps.issueCode({ series: 'H99.14', day: new Date(now + 7 * 3_600_000).toISOString().slice(0, 10), format: (n) => `H99.14-990101-${String(n).padStart(4, '0')}`, key: id });
  const at = new Date(now).toISOString();
  const { sourceUpdatedAt: _time, ...timeless } = dossier(1, { code, sourceSystem: MAILBOX, sourceId: id, channel: 'ONLINE', status: 'SUBMITTED', history: [], dates: { submittedAt: at } });
  return (await deps.acceptDossier(timeless, { text: `row ${id}` }, () => undefined)).status === 'accepted';
}

/** Counts rows one by one: one that fails leaves the others. */
async function each<T>(rows: Iterable<T> | AsyncIterable<T>, work: (row: T) => Promise<boolean>): Promise<{ told: number; failed: number }> {
  const counts = { told: 0, failed: 0 };
  for await (const row of rows) await work(row).then((isNew) => { counts.told += isNew ? 1 : 0; }, () => { counts.failed += 1; });
  return counts;
}

const common = { title: NO_TEXT, version: '1', configSchema: { type: 'object', properties: { baseUrl: { type: 'string' }, everyMs: { type: 'integer' } } }, configure: (raw: unknown) => ({ everyMs: 1_000, ...(raw as { baseUrl: string }) }), inbound: [], open };

export const mailbox = defineAdapter<MailboxConfig, Record<string, AnyOperation>>({
  ...common, id: MAILBOX,
  operations: {
    list, detail, result,
    ack: write('ack', {
      coalesce: 'never',
      subscribe: { plan: (one) => (one.sourceSystem === MAILBOX ? [{ itemKey: 'ack' }] : []), input: (one) => one },
      learn: (one, _input, _value, now) => (one.status === 'SUBMITTED' ? { ...one, status: 'PROCESSING', history: [...one.history, { at: new Date(now).toISOString(), status: 'PROCESSING', action: 'Đã nhận' }] } : undefined),
    }),
  },
  rounds: [
    {
      id: 'new', title: NO_TEXT, everyMs: ({ everyMs }) => everyMs,
      async run(deps) {
        const found = await deps.run(list, ['']);
        if (found.kind !== 'done') throw new Error('no list');
        return each(found.value, (id) => takeRow(id, deps));
      },
    },
    {
      id: 'results', title: NO_TEXT, everyMs: ({ everyMs }) => everyMs,
      run: (deps) => each(deps.dossiersAfter('ack', deps.now() - 86_400_000), async ({ code, status }) => {
        if (status === 'RESOLVED') return false;
        const answered = await deps.run(result, [code]);
        if (answered.kind !== 'done') throw new Error('no result');
        const { result: text } = answered.value;
        if (text === null) return false;
        const at = new Date(deps.now()).toISOString();
        const { status: how } = await deps.changeDossier(code, { text: `result ${text}` }, (known) => ({ ...known, status: 'RESOLVED', history: [...known.history, { at, status: 'RESOLVED', action: text }] }));
        return how === 'changed';
      }),
    },
  ],
});

export const snapshotPortal = defineAdapter<MailboxConfig, Record<string, AnyOperation>>({
  ...common, id: 'snapshots',
  operations: { snap: write('snap', { coalesce: 'snapshot', subscribe: { plan: () => [{ itemKey: 'snapshot' }], input: (one) => one } }) },
});
