/**
 * `mockUpstream`: an upstream inside the process of a test. Its stateful double answers every HTTP client of the process (the
 * adapters, axios, fetch, node:http) at an invented address, without a socket; every call is held against the OpenAPI document,
 * and what the document does not allow fails the test in words. For vitest, jest and node:test alike.
 */
// Not the global one: a test may have put a clock of its own there.
import { setImmediate as turn } from 'node:timers/promises';
import type { SimulatorOptions, SimulatorRequest, SimulatorScenario } from '../adapter/types.ts';
import { issue } from '../contract/errors/issue.ts';
import { contractOf } from './contracts.ts';
import { createFaults, type FaultKind, type FaultPlan, type Faults, type FaultSpec } from './faults.ts';
import { openDoor, type CaughtCall, type DoorReply } from './nock/door.ts';
import { createJournal, type MockedCall } from './nock/journal.ts';
import { carryOut, checkPlayable } from './nock/play.ts';
import { UnexpectedCallsError, wordsOf } from './nock/words.ts';
import { doubleOf, mockableFor, type Mockable, type SimulatorOf } from './mockable.ts';
import { createClock } from './server/clock.ts';
import type { UpstreamId } from './upstreams.ts';

export { PLAYABLE_FAULTS } from './nock/play.ts';
export { UnexpectedCallsError } from './nock/words.ts';
export type { MockedCall } from './nock/journal.ts';

export interface MockOptions<Of extends UpstreamId | Mockable = UpstreamId> {
  /** the state to start from: a name of the upstream's (`scenariosOf(id)` lists them), or one of the test's own. Default: empty */
  scenario?: string | Partial<SimulatorScenario<SimulatorOf<Of>>>;
  /** repeats a run: accounts, sessions, mixed answers, faults. Default `mock` */
  seed?: string;
  /** faults to begin with; kinds that only a real socket can play are refused (`PLAYABLE_FAULTS` lists the others) */
  faults?: FaultPlan;
  /** what the mock answers for, path included. Default `https://<id>.mock.example.vn`; two mocks at once need two */
  baseUrl?: string;
  /** true (default): a call that the contract does not allow fails on the wire and at the end. false: it is only written down */
  strict?: boolean;
  /** HTTP calls to other hosts. `loopback` (default): to this machine only. `refuse`: none. `allow`: all. A refused one is unexpected, strict or not */
  otherHosts?: 'loopback' | 'refuse' | 'allow';
  /** of the double, beside those of the scenario: `{ accounts, agencies, sessionTtlMs … }`; see its README */
  options?: SimulatorOptions;
}

export interface MockUpstream<Of extends UpstreamId | Mockable = UpstreamId> extends AsyncDisposable {
  /** of the adapter */
  readonly id: string;
  /** no slash at the end */
  readonly url: string;
  readonly simulator: SimulatorOf<Of>;
  readonly faults: Faults;
  /** every call so far, oldest first; at most the last 10,000. Holds what was sent: not for logs */
  readonly journal: readonly MockedCall[];
  /** a raw configuration of the adapter that reaches this mock, account included */
  config(): Record<string, unknown>;
  /** @throws UnexpectedCallsError naming every unexpected call that no earlier `verify` has named */
  verify(): void;
  /** Ends the mock: nothing is intercepted any more, hanging calls end. @throws UnexpectedCallsError as `verify` does. Again: does nothing */
  restore(): Promise<void>;
}

/** Unexpected calls whose words are kept; the others are counted. */
const MOST_WORDS = 50;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Addresses that a living mock answers for. */
const taken = new Set<string>();

/**
 * Starts a mock. End it with `restore()` in an after-hook, or declare it with `await using`.
 * @param of `dvcqg`, `opencps` …, or an adapter of your own that has a simulator
 * @throws TypeError on an option that cannot be followed; KitError LT-KIT-PEER-MISSING without nock
 */
export async function mockUpstream<const Of extends UpstreamId | Mockable>(of: Of, options: MockOptions<Of> = {}): Promise<MockUpstream<Of>> {
  const { seed = 'mock', strict = true, otherHosts = 'loopback' } = options;
  const adapter = await mockableFor(of);
  const { id } = adapter;
  const base = baseOf(options.baseUrl ?? `https://${id}.mock.example.vn`);
  const { simulator, given } = doubleOf<Of>(adapter, { seed }, options.scenario, options.options);
  given?.();
  const contract = contractOf(adapter);
  const faults = playable(createFaults(), { seed, ...options.faults });
  const clock = createClock(simulator);
  const journal = createJournal();
  const words: string[] = [];
  const unexpected: MockedCall[] = [];
  let total = 0;
  const over = new AbortController();

  const isOurs = (url: URL): boolean => url.origin === base.origin;
  const refusesHost = (url: URL): boolean => otherHosts !== 'allow' && !taken.has(url.origin) && !(otherHosts === 'loopback' && LOOPBACK.test(url.hostname));

  /** Writes the call down and makes the failure that the caller sees: like a host that nobody answers at, so that nothing was applied. */
  function refuse(call: MockedCall): never {
    call.state = 'unexpected';
    total += 1;
    const said = wordsOf(total, call, contract);
    if (unexpected.length < MOST_WORDS) {
      unexpected.push(call);
      words.push(said);
    }
    throw Object.assign(new Error(`LT-KIT-UNEXPECTED-CALL\n${said}`), { code: 'ECONNREFUSED' });
  }

  async function answer(caught: CaughtCall): Promise<DoorReply> {
    const call = journal.add({
      method: caught.method, url: caught.url.href, path: pathBelow(base, caught.url) ?? caught.url.pathname, query: Object.fromEntries(caught.url.searchParams), headers: caught.headers, body: caught.body,
      operation: undefined, service: undefined, schema: undefined, issues: [], answerIssues: [], faults: [], state: 'pending', answer: undefined,
    });
    if (!isOurs(caught.url)) {
      call.issues = [issue('LT-INPUT-ENUM', '/host', { vi: `mô phỏng chỉ trả lời cho ${base.origin}; xem otherHosts`, en: `the mock answers for ${base.origin} only; see otherHosts` })];
      return refuse(call);
    }
    const request: SimulatorRequest = { method: call.method, path: call.path, query: call.query, headers: call.headers, body: call.body, ...(caught.isText ? {} : { notUtf8: true as const }) };
    const { service, address, undocumented } = simulator.describe?.(request) ?? {};
    const document = undocumented === true ? undefined : contract;
    const documented = address === undefined ? request : { ...request, path: address };
    const verdict = document?.checkRequest(documented);
    call.operation = verdict?.operation?.id;
    call.schema = verdict?.schema;
    call.issues = verdict?.issues ?? [];
    call.service = service;
    if (pathBelow(base, caught.url) === undefined) call.issues = [...call.issues, issue('LT-INPUT-ENUM', '/path', { vi: `cần địa chỉ dưới ${base.href}`, en: `expected an address below ${base.href}` })];
    if (strict && call.issues.length > 0) return refuse(call);
    const notServed = (): void => {
      call.issues = [...call.issues, issue('LT-INPUT-ENUM', '/path', { vi: 'hệ thống này không phục vụ địa chỉ đó (chiều gọi ngược lại, hoặc sai tiền tố)', en: 'this upstream does not serve that address (a call of the other direction, or a wrong prefix)' })];
      if (strict) refuse(call);
    };
    return carryOut({ call, request, documented, simulator, clock, faults, contract: document, caller: caught.signal, over: over.signal, notServed });
  }

  if (taken.has(base.origin)) throw new TypeError(`a mock already answers for ${base.origin}; give this one another baseUrl`);
  taken.add(base.origin);
  let close: () => void;
  try {
    close = await openDoor({ owns: isOurs, refuses: refusesHost, answer });
  } catch (error) {
    taken.delete(base.origin);
    throw error;
  }

  const mock: MockUpstream<Of> = {
    id,
    url: base.href,
    simulator,
    faults,
    journal: journal.calls,
    config() {
      const config = simulator.clientConfig?.(base.href);
      if (config === undefined) throw new TypeError(`the double of ${id} does not say how it is reached`);
      return config;
    },
    verify() {
      if (total === 0) return;
      const error = new UnexpectedCallsError(unexpected.splice(0), total, id, words.splice(0));
      total = 0;
      throw error;
    },
    async restore() {
      if (over.signal.aborted) return;
      over.abort();
      close();
      taken.delete(base.origin);
      // A turn of the loop: hanging calls end, and clients see it, before the test goes on.
      await turn();
      mock.verify();
    },
    [Symbol.asyncDispose]: () => mock.restore(),
  };
  return mock;
}

interface Base { origin: string; /** '' or `/a/b` */ prefix: string; href: string }

function baseOf(text: string): Base {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') throw new TypeError('baseUrl is an http(s) address without account, query or fragment');
  const prefix = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, prefix, href: url.origin + prefix };
}

function pathBelow(base: Base, url: URL): string | undefined {
  if (url.origin !== base.origin || !(url.pathname === base.prefix || url.pathname.startsWith(`${base.prefix}/`))) return undefined;
  return url.pathname.slice(base.prefix.length) || '/';
}

/** Faults that refuse at once what a mock inside the process cannot play: a test that waits for it would wait in vain. */
function playable(faults: Faults, plan: FaultPlan): Faults {
  const { once, set } = faults;
  const kindOf = (fault: FaultKind | FaultSpec): FaultKind => (typeof fault === 'string' ? fault : fault.kind);
  faults.once = (fault, match) => {
    checkPlayable([kindOf(fault)]);
    once(fault, match);
  };
  faults.set = (next) => {
    checkPlayable([...(next.rules ?? []).map((rule) => rule.kind), ...(next.sequence ?? []).flatMap((entry) => (entry === 'none' ? [] : [kindOf(entry)]))]);
    set(next);
  };
  faults.set(plan);
  return faults;
}
