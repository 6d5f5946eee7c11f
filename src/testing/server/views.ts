/** What the admin API shows of exchanges and of the upstream's own calls. Personal data only when it was asked for, secrets never. */
import type { CallVerdict, Contract } from '../../contract/openapi.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { isSecretName, maskByShape, maskPayload, namesCredential } from '../../contract/mask.ts';
import type { CallbackRecord } from './callbacks.ts';
import type { LoggedBody, LoggedExchange } from './exchange-log.ts';

/** Headers that name nobody and open nothing. */
const PLAIN_HEADERS = new Set(['accept', 'accept-encoding', 'accept-language', 'connection', 'content-length', 'content-type', 'date', 'host', 'retry-after', 'transfer-encoding', 'user-agent', 'x-lienthong-validate']);

export interface ViewOptions {
  contract: Contract | undefined;
  /** true shows everything but secrets */
  personal: boolean;
}

/** @returns one line of the list: no bodies */
export function rowOf(exchange: LoggedExchange, { personal }: ViewOptions) {
  const { request: _request, response: _response, service, path, query, issues, breaches, ...rest } = exchange;
  // The caller says which service is meant, so that anything may stand there.
  return { ...rest, ...(service === undefined ? {} : { service: personal ? service : maskByShape(service) }), path: personal ? path : maskedPath(path), query: queryOf(query, personal), issues: issuesOf(issues, personal), breaches: issuesOf(breaches, personal) };
}

const maskedPath = (path: string): string => path.split('/').map(maskByShape).join('/');
/** Names of fields that the document does not know may be names of people. */
const issuesOf = (issues: readonly Issue[], personal: boolean): Issue[] =>
  issues.map((issue) => (personal || issue.pointer === undefined ? issue : { ...issue, pointer: maskedPath(issue.pointer) }));

/** @returns everything that is known of one exchange */
export function detailOf(exchange: LoggedExchange, options: ViewOptions) {
  const { request, response } = exchange;
  const { contract } = options;
  const call = { method: exchange.method, path: exchange.address ?? exchange.path, query: exchange.query, headers: request.headers, body: request.body.text };
  const asked: CallVerdict | undefined = contract?.checkRequest(call);
  const answered = response === undefined ? undefined : contract?.checkResponse(call, { status: exchange.status ?? 0, headers: response.headers, body: response.body.text });
  return {
    ...rowOf(exchange, options),
    request: { headers: headersOf(request.headers, options.personal), body: bodyOf(request.body, asked?.schema, options) },
    ...(response === undefined ? {} : { response: { headers: headersOf(response.headers, options.personal), body: bodyOf(response.body, answered?.schema, options) } }),
  };
}

export function callbackOf(record: CallbackRecord, options: ViewOptions) {
  const { contract } = options;
  const call = { method: record.method, path: record.path, headers: record.request.headers, body: record.request.body };
  const answered = record.response === undefined ? undefined : contract?.checkResponse(call, record.response);
  const whole = (text: string): LoggedBody => ({ text, length: text.length });
  return {
    ...record, issues: issuesOf(record.issues, options.personal), breaches: issuesOf(record.breaches, options.personal),
    request: { headers: headersOf(record.request.headers, options.personal), body: bodyOf(whole(record.request.body), contract?.checkRequest(call).schema, options) },
    ...(record.response === undefined ? {} : { response: { status: record.response.status, headers: headersOf(record.response.headers, options.personal), body: bodyOf(whole(record.response.body), answered?.schema, options) } }),
  };
}

function headersOf(headers: Readonly<Record<string, string>>, personal: boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => {
    if (namesCredential(name)) return [name, '[secret]'];
    return [name, personal || PLAIN_HEADERS.has(name.toLowerCase()) ? value : maskByShape(value)];
  }));
}

const queryOf = (query: Readonly<Record<string, string>>, personal: boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, isSecretName(name) ? '[secret]' : personal ? value : maskByShape(value)]));

/** JSON as JSON; other text as it is or as its length. */
function bodyOf(body: LoggedBody, schema: string | undefined, { contract, personal }: ViewOptions): unknown {
  if (body.length === 0) return '';
  let value: unknown;
  try {
    value = body.text.length === body.length ? (JSON.parse(body.text) as unknown) : undefined;
  } catch {
    // not JSON: below
  }
  if (value === undefined) return personal && !namesCredential(body.text) ? body.text : `[${body.length} characters]`;
  return maskPayload(contract, schema, value, personal ? 'personal' : 'codes');
}
