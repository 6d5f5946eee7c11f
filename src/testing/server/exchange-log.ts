/** What went through a mock, newest kept: a ring that is bounded by number and by characters. In memory only. */
import type { SimulatorRequest, SimulatorResponse } from '../../adapter/types.ts';
import type { Issue } from '../../contract/errors/types.ts';
import type { FaultKind } from '../faults.ts';
import type { ValidationMode } from './inspector.ts';

export interface LoggedBody {
  text: string;
  /** characters of the whole body; `text` is shorter when it was too long to keep */
  length: number;
}
export interface LoggedExchange {
  /** from 1 in order of arrival; the caller reads it in the header `x-lienthong-exchange` */
  id: number;
  /** ms since epoch, the machine's clock */
  at: number;
  method: string;
  path: string;
  /** the path of the document that means this call, where it is another one */
  address?: string;
  query: Readonly<Record<string, string>>;
  /** of the simulator's `describe` */
  service?: string;
  /** operationId in the OpenAPI document */
  operation?: string;
  validation: ValidationMode;
  /** what is wrong with the request, by the document */
  issues: readonly Issue[];
  /** what is wrong with the simulator's own answer, by the document: a fault of the mock, not of the caller */
  breaches: readonly Issue[];
  fault?: FaultKind;
  latencyMs?: number;
  /** what the caller was sent; absent while it waits, and when it was sent nothing */
  status?: number;
  /** from the whole request to the end of the connection's part in it; absent while the caller waits */
  durationMs?: number;
  /** `answered`, or how it ended instead */
  end?: 'answered' | 'broken' | 'caller-gone';
  request: { headers: Readonly<Record<string, string>>; body: LoggedBody };
  response?: { headers: Readonly<Record<string, string>>; body: LoggedBody };
}

export interface ExchangeLogOptions {
  /** exchanges kept; 0 keeps nothing. Default 1,000 */
  max?: number;
  /** characters of one body that are kept. Default 65,536 */
  bodyChars?: number;
  /** characters of all bodies together; beyond it the oldest exchanges go. Default 64 Mi */
  totalChars?: number;
}
export interface ExchangeLog {
  /** undefined when nothing is kept */
  open(at: number, request: SimulatorRequest, facts: Pick<LoggedExchange, 'validation'> & Partial<Pick<LoggedExchange, 'service' | 'address' | 'operation' | 'issues' | 'fault' | 'latencyMs'>>): LoggedExchange | undefined;
  answered(exchange: LoggedExchange, answer: SimulatorResponse): void;
  /** exchanges with an id above `after`, oldest first */
  list(after: number, limit: number): LoggedExchange[];
  get(id: number): LoggedExchange | undefined;
  /** the id given last */
  last(): number;
  clear(): void;
}

/** The beginning of a text, as a copy: a plain cut would keep the whole text alive. */
export const beginningOf = (text: string, chars: number): string => (text.length > chars ? Buffer.from(text.slice(0, chars), 'utf16le').toString('utf16le') : text);

export function createExchangeLog(options: ExchangeLogOptions = {}): ExchangeLog {
  const { max = 1_000, bodyChars = 65_536, totalChars = 64 * 1024 * 1024 } = options;
  // ids have no gaps, so that the place of one in the list is known; the list is cut only when half of it is dead
  let kept: LoggedExchange[] = [];
  let dead = 0;
  let chars = 0;
  let last = 0;

  const bodyOf = (text: string): LoggedBody => ({ text: beginningOf(text, bodyChars), length: text.length });
  const sizeOf = (exchange: LoggedExchange): number => exchange.request.body.text.length + (exchange.response?.body.text.length ?? 0);
  function trim(): void {
    while (kept.length - dead > max || (chars > totalChars && kept.length - dead > 1)) {
      chars -= sizeOf(kept[dead] as LoggedExchange);
      dead += 1;
    }
    if (dead > 256 && dead * 2 > kept.length) {
      kept = kept.slice(dead);
      dead = 0;
    }
  }
  const placeOf = (id: number): number => kept.length - (last - id) - 1;

  return {
    open(at, request, facts) {
      if (max === 0) return undefined;
      const exchange: LoggedExchange = {
        id: (last += 1), at, method: request.method, path: request.path, query: request.query, issues: [], breaches: [], ...facts,
        request: { headers: request.headers, body: bodyOf(request.body) },
      };
      kept.push(exchange);
      chars += sizeOf(exchange);
      trim();
      return exchange;
    },
    answered(exchange, answer) {
      exchange.status = answer.status;
      exchange.response = { headers: answer.headers ?? {}, body: bodyOf(answer.body) };
      // one that has fallen out meanwhile is counted no more
      if (placeOf(exchange.id) < dead) return;
      chars += exchange.response.body.text.length;
      trim();
    },
    list: (after, limit) => kept.slice(Math.max(dead, placeOf(after) + 1)).slice(0, limit),
    get: (id) => (placeOf(id) < dead ? undefined : kept[placeOf(id)]),
    last: () => last,
    clear() {
      kept = [];
      dead = 0;
      chars = 0;
    },
  };
}
