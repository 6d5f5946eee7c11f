/**
 * The reads of OpenCPS's REST API (fact sheet C.3). All are reads: each may be repeated at any time, so a lost reply is only
 * a call to make again (README.md, Lost replies).
 */
import { defineOperation } from '../../src/adapter/define.ts';
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { AnyOperation, Outcome, ReadCall, WireCall, WireResult } from '../../src/adapter/types.ts';
import { checkWith, type CompiledCheck } from '../../src/contract/check.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Text } from '../../src/contract/errors/types.ts';
import type { OpencpsConfig, Part } from './config.ts';
import type { Fields } from './fields.ts';
import type { components } from './generated/types.ts';
import { Dossier, DossierActionPage, DossierFilePage, DossierLogPage, DossierPage, ListRequest, PartRequest, PaymentFilePage } from './generated/validators.js';

type Schemas = components['schemas'];

/** One page of a list, and how many there are in all when the installation says so. */
export interface Page { items: unknown[]; total: number | undefined }

type Classified<Res> = { kind: 'accepted'; response: Res } | Exclude<Outcome<never>, { kind: 'done' }>;

/** How OpenCPS's answers to reads are understood; total over every way of answering or failing. */
export function classifyRead<Res>(result: WireResult): Classified<Res> {
  if (result.kind === 'failure') {
    // A read has no effect, so it does not matter whether it was received.
    return { kind: 'retry', issue: issue(result.sent === 'before' ? 'LT-UPSTREAM-UNREACHABLE' : 'LT-UPSTREAM-LOST-REPLY', undefined, result.code) };
  }
  const { status, body } = result;
  if (status === 401 || status === 403) return { kind: 'rejected', issues: [issue('LT-UPSTREAM-LOGIN-FAILED', undefined, `HTTP ${status}`)] };
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfterOf(result.headers);
    return { kind: 'retry', issue: issue('LT-UPSTREAM-BUSY', undefined, `HTTP ${status}`), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 500) return { kind: 'retry', issue: issue('LT-UPSTREAM-SERVER-ERROR', undefined, `HTTP ${status}`) };
  if (status >= 400) return { kind: 'rejected', issues: [issue('LT-UPSTREAM-REFUSED', undefined, `HTTP ${status}`)] };
  // A redirect, a login page or a proxy's page instead of JSON: the session or the line, not the data.
  if (status < 200 || status > 299 || typeof body !== 'object' || body === null) return { kind: 'retry', issue: issue('LT-UPSTREAM-RESPONSE-INVALID') };
  return { kind: 'accepted', response: body as Res };
}

function pageOf(response: { total?: unknown; data?: unknown[] | null }): Page {
  const total = Number(response.total);
  return { items: response.data ?? [], total: response.total === undefined || response.total === null || !Number.isInteger(total) || total < 0 ? undefined : total };
}

/** A part is read in one call, so an answer that holds less than its own total is refused: a step left out would be lost for good. */
function whole<Res extends { total?: unknown; data?: unknown[] | null }>(answer: Classified<Res>): Classified<Res> {
  // What is no list is the contract check's to find, after this.
  if (answer.kind !== 'accepted' || !Array.isArray(answer.response.data)) return answer;
  const { items, total } = pageOf(answer.response);
  if (total === undefined || total <= items.length) return answer;
  const detail = { vi: `chỉ có ${items.length} trên ${total} dòng`, en: `only ${items.length} of ${total} rows` };
  return { kind: 'rejected', issues: [issue('LT-UPSTREAM-RESPONSE-INVALID', '/total', detail)] };
}

const REPEATABLE = { kind: 'natural-key' as const, why: { vi: 'Chỉ đọc, gọi lại không thay đổi gì.', en: 'A read; repeating it changes nothing.' } };

interface ReadSpec<Req, Res, Out> { id: string; title: Text; request: CompiledCheck<Req>; response: CompiledCheck<Res>; decode: (response: Res) => Out; classify?: (result: WireResult) => Classified<Res> }

const read = <Req, Res, Out>(spec: ReadSpec<Req, Res, Out>) =>
  defineOperation<Req, Req, Res, Out, OpencpsConfig>({
    id: spec.id,
    title: spec.title,
    access: 'read',
    idempotency: REPEATABLE,
    ordering: 'none',
    coalesce: 'never',
    batch: { max: 1 },
    request: checkWith(spec.request),
    response: checkWith(spec.response),
    encode: (inputs) => inputs[0] as Req,
    classify: spec.classify ?? ((result) => classifyRead<Res>(result)),
    decode: spec.decode,
  });

const part = <Res extends { total?: unknown; data?: unknown[] | null }>(id: string, title: Text, response: CompiledCheck<Res>) =>
  read<Schemas['PartRequest'], Res, unknown[]>({ id, title, request: PartRequest, response, classify: (result) => whole(classifyRead<Res>(result)), decode: (r) => pageOf(r).items });

export const operations = {
  listDossiers: read<Schemas['ListRequest'], Schemas['DossierPage'], Page>({
    id: 'listDossiers', title: { vi: 'Đọc một trang hồ sơ', en: 'Read a page of dossiers' }, request: ListRequest, response: DossierPage, decode: pageOf,
  }),
  getDossier: read<Schemas['PartRequest'], Schemas['Dossier'], Fields>({
    id: 'getDossier', title: { vi: 'Đọc một hồ sơ', en: 'Read one dossier' }, request: PartRequest, response: Dossier, decode: (response) => response,
  }),
  listActions: part('listActions', { vi: 'Đọc tiến độ của hồ sơ', en: 'Read the progress of a dossier' }, DossierActionPage),
  listLogs: part('listLogs', { vi: 'Đọc nhật ký của hồ sơ', en: 'Read the log of a dossier' }, DossierLogPage),
  listFiles: part('listFiles', { vi: 'Đọc danh sách tệp của hồ sơ', en: 'Read the files of a dossier' }, DossierFilePage),
  listPayments: part('listPayments', { vi: 'Đọc yêu cầu thanh toán của hồ sơ', en: 'Read the payment requests of a dossier' }, PaymentFilePage),
};

/** Which operation reads which part, and under which name the part stands in a record. */
export const PART_READS: Readonly<Record<Part, { operation: AnyOperation; tail: string; field: string }>> = {
  actions: { operation: operations.listActions, tail: 'actions', field: 'actions' },
  logs: { operation: operations.listLogs, tail: 'logs', field: 'logs' },
  files: { operation: operations.listFiles, tail: 'files', field: 'dossierFiles' },
  payments: { operation: operations.listPayments, tail: 'payments', field: 'payments' },
};

/** Path and query of an operation's request below the REST base. */
export function routeOf(operationId: string, request: unknown, config: OpencpsConfig): { path: string; query: Record<string, string> } {
  if (operationId === 'listDossiers') {
    const { start, end, since } = request as Schemas['ListRequest'];
    const { sort, order, sinceParam } = config.poll;
    return {
      path: '/dossiers',
      query: {
        start: String(start), end: String(end),
        ...(sort === '' ? {} : { sort }), ...(order === '' ? {} : { order }),
        ...(since === undefined || sinceParam === '' ? {} : { [sinceParam]: since }),
      },
    };
  }
  const tail = Object.values(PART_READS).find((p) => p.operation.id === operationId)?.tail;
  const id = encodeURIComponent((request as Schemas['PartRequest']).id);
  return { path: `/dossiers/${id}${tail === undefined ? '' : `/${tail}`}`, query: {} };
}

/** The way back from an address to its operation. */
export function readCall({ method, path, query }: WireCall, config: OpencpsConfig): ReadCall | undefined {
  const below = /\/dossiers(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(path);
  if (method !== 'GET' || below === null) return undefined;
  const [, id, tail] = below;
  if (id === undefined) {
    const since = config.poll.sinceParam === '' ? undefined : query[config.poll.sinceParam];
    return { operation: 'listDossiers', inputs: [{ start: Number(query['start']), end: Number(query['end']), ...(since === undefined ? {} : { since }) }] };
  }
  const operation = tail === undefined ? 'getDossier' : Object.values(PART_READS).find((part) => part.tail === tail)?.operation.id;
  return operation === undefined ? undefined : { operation, inputs: [{ id: decodeURIComponent(id) }] };
}
