/** From what came back to an outcome. Only the HTTP status is known to mean anything (fact sheet A.4.1). Total: every WireResult has an outcome. */
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { Outcome, WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { DEFAULTS, type EmcConfig } from './config.ts';
import type { TrackingAnswer } from './contract.ts';

type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;
export type Classified = { kind: 'accepted'; response: TrackingAnswer } | Unaccepted;

const BUSY_PAUSE_MS = 5_000;
/** No credential is known: who is not let in comes from the wrong address or shows the wrong header, and needs a person. Until then, slowly. */
const CLOSED_PAUSE_MS = 60_000;

const later = (code: string, detail: string, retryAfterMs?: number): Unaccepted => ({ kind: 'retry', issue: issue(code, undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const lost = (code: string, detail: string): Unaccepted => ({ kind: 'unknown', issue: issue(code, undefined, detail) });

export function classify(result: WireResult, config: Pick<EmcConfig, 'success' | 'pages'> = DEFAULTS): Classified {
  if (result.kind === 'failure') return result.sent === 'before' ? later('LT-UPSTREAM-UNREACHABLE', result.code) : lost('LT-UPSTREAM-LOST-REPLY', result.code);
  const { status, headers } = result;
  const detail = `HTTP ${status}`;
  if (status === 204) return { kind: 'accepted', response: { status } };
  if (status >= 200 && status < 300) {
    // A gateway on the way may answer for EMC with a page of its own.
    const isPage = config.pages === 'doubt' && (headers['content-type'] ?? '').toLowerCase().includes('html');
    return config.success === '204' || isPage ? lost('LT-EMC-ANSWER', detail) : { kind: 'accepted', response: { status } };
  }
  if (status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers) ?? BUSY_PAUSE_MS);
  if (status === 401 || status === 403) return later('LT-EMC-CLOSED', detail, CLOSED_PAUSE_MS);
  // What a proxy says about the system behind it proves nothing about what that system did.
  if (status >= 500 || status === 408 || status < 400) return lost('LT-UPSTREAM-LOST-REPLY', detail);
  return { kind: 'rejected', issues: [issue('LT-EMC-REFUSED', undefined, detail)] };
}
