/**
 * Holds what goes through a mock against the upstream's OpenAPI document: the caller's requests, and the simulator's own answers,
 * because a mock that lies is worse than none. The document is opened when it is first needed.
 */
import type { SimulatorRequest, SimulatorResponse } from '../../adapter/types.ts';
import type { CallVerdict, Contract } from '../../contract/openapi.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { contractOf } from '../contracts.ts';

/**
 * `observe`: the simulator answers as ever, what is wrong is only said. `refuse`: a wrong request is answered with 400 and the
 * list of what is wrong, and is not applied. `off`: nothing is looked at.
 */
export const VALIDATION_MODES = ['observe', 'refuse', 'off'] as const;
export type ValidationMode = (typeof VALIDATION_MODES)[number];
export const isValidationMode = (value: unknown): value is ValidationMode => VALIDATION_MODES.includes(value as ValidationMode);

/** A caller says here how this one request is to be looked at. */
export const VALIDATE_HEADER = 'x-lienthong-validate';

export interface Inspector {
  /** what applies to requests that do not say it themselves; always `off` without a document */
  mode: ValidationMode;
  /** is there a document? */
  readonly documented: boolean;
  /** opens the document and prepares it, so that the first request does not wait for it */
  warm(): void;
  modeFor(request: SimulatorRequest): ValidationMode;
  request(request: SimulatorRequest): CallVerdict;
  /** what is wrong with the simulator's own answer */
  answer(request: SimulatorRequest, answer: SimulatorResponse): Issue[];
  /** the document, opened; undefined without one */
  contract(): Contract | undefined;
  counts(): { checked: number; withIssues: number; breaches: number };
}

/**
 * @param source the document, or where its text lies; undefined: nothing can be checked
 * @throws what opening the document fails with, from the first call that needs it
 */
export function createInspector(source: Contract | URL | undefined, mode: ValidationMode): Inspector {
  const counts = { checked: 0, withIssues: 0, breaches: 0 };
  let current = source === undefined ? 'off' : mode;
  const contract = (): Contract | undefined => (source instanceof URL ? contractOf({ contract: source }) : source);
  const needed = (): Contract => {
    const found = contract();
    if (found === undefined) throw new Error('this upstream has no OpenAPI document');
    return found;
  };
  return {
    get mode() {
      return current;
    },
    set mode(next) {
      current = source === undefined ? 'off' : next;
    },
    documented: source !== undefined,
    warm() {
      if (source === undefined) return;
      const [first] = needed().operations;
      if (first !== undefined) needed().checkRequest({ method: first.method, path: first.path, headers: { 'content-type': 'application/json' }, body: '{}' });
    },
    modeFor(request) {
      const asked = source === undefined ? undefined : request.headers[VALIDATE_HEADER];
      return isValidationMode(asked) ? asked : current;
    },
    request(request) {
      const verdict = needed().checkRequest(request);
      counts.checked += 1;
      if (verdict.issues.length > 0) counts.withIssues += 1;
      return verdict;
    },
    answer(request, answer) {
      // Documents describe what a call that is understood brings back; refusals by HTTP status, which they mostly leave open, are no lie.
      const isRefusal = answer.status >= 400 && answer.status < 500;
      const issues = needed().checkResponse(request, answer).issues.filter(({ pointer }) => !(isRefusal && pointer === '/status'));
      if (issues.length > 0) counts.breaches += 1;
      return issues;
    },
    contract,
    counts: () => ({ ...counts }),
  };
}
