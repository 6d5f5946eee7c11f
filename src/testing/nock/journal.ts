/** What a mock remembers of the calls it got. */
import type { SimulatorResponse } from '../../adapter/types.ts';
import type { Issue } from '../../contract/errors/types.ts';
import type { FaultKind } from '../faults.ts';

/** One call, in the order of arrival. Holds what was sent, personal data and passwords of tests included: not for logs. */
export interface MockedCall {
  /** from 1, without gaps */
  seq: number;
  /** ms since epoch, the machine's clock */
  at: number;
  method: string;
  url: string;
  /** without the mock's base URL and without the query */
  path: string;
  query: Record<string, string>;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
  /** of the OpenAPI document; undefined when it knows no such address */
  operation: string | undefined;
  /** what the upstream calls it, where one address serves many: `DongBoHoSoMC` */
  service: string | undefined;
  /** the component that the body was held against */
  schema: string | undefined;
  /** what is wrong with the request by the document; pointers into `/body`, `/query`, `/headers`, `/path`, `/method` */
  issues: readonly Issue[];
  /** what is wrong with the answer by the document; empty while there is none */
  answerIssues: readonly Issue[];
  faults: readonly FaultKind[];
  /**
   * `pending`: on its way, or hanging by a fault. `answered`: by the double, or by a fault that answers instead of it. `lost`: a fault lost
   * the connection or the answer, or the caller hung up. `unexpected`: refused by the mock, the double never saw it.
   */
  state: 'pending' | 'answered' | 'lost' | 'unexpected';
  /** what the caller got, or what it would have got had the answer not been lost */
  answer: Required<SimulatorResponse> | undefined;
}

/** Calls kept at most; the oldest are forgotten first. */
const MOST_CALLS = 10_000;

export interface CallJournal { readonly calls: MockedCall[]; add(call: Omit<MockedCall, 'seq' | 'at'>): MockedCall }

export function createJournal(): CallJournal {
  const calls: MockedCall[] = [];
  let seq = 0;
  return {
    calls,
    add(call) {
      seq += 1;
      const entry: MockedCall = { seq, at: Date.now(), ...call };
      calls.push(entry);
      if (calls.length > MOST_CALLS) calls.shift();
      return entry;
    },
  };
}
