/**
 * What the author of an adapter gives the conformance suite (`adapterChecks`, `describeAdapter` of `lienthong/testing`): examples,
 * and what is known of them from elsewhere than the adapter's own code. Invented data only.
 */
import type { Text } from '../contract/errors/types.ts';
import type { Dossier } from '../model/canonical.ts';
import type { Adapter, AnyOperation, InputOf, Operation, OutputOf, RemoteState, Simulator, SimulatorOptions, WireResult } from './types.ts';

/** JSON pointers to values, put into a copy of an example. `undefined` takes the field away. */
export type Changes = Readonly<Record<string, unknown>>;

/** An arbitrary of fast-check, as far as fixtures touch it: spelt out, so that the types hold where fast-check is not installed. */
export interface Arbitrary<T> {
  map<U>(mapper: (value: T) => U): Arbitrary<U>;
  filter(keep: (value: T) => boolean): Arbitrary<T>;
  chain<U>(chainer: (value: T) => Arbitrary<U>): Arbitrary<U>;
}
/** What random inputs are drawn with: fast-check, and dossiers that are valid under the canonical schema. */
export interface Draw {
  dossier: Arbitrary<Dossier>;
  constantFrom<T>(...values: T[]): Arbitrary<T>;
  nat(max?: number): Arbitrary<number>;
  integer(range?: { min?: number; max?: number }): Arbitrary<number>;
  boolean(): Arbitrary<boolean>;
  string(constraints?: { minLength?: number; maxLength?: number }): Arbitrary<string>;
  tuple<T extends unknown[]>(...arbitraries: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T>;
  record<T>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T>;
  array<T>(item: Arbitrary<T>, constraints?: { minLength?: number; maxLength?: number }): Arbitrary<T[]>;
  oneof<T>(...arbitraries: Arbitrary<T>[]): Arbitrary<T>;
}

/** The first example with these changes is written with these values in the request. */
export interface KnownValue { what: string; set: Changes; gives: Changes }
/** A code or number that must reach the request letter by letter, leading zeros included. */
export interface Verbatim { from: string; to: string; values: readonly string[] }
/** An input that may not be sent: the code, and where it points. */
export interface RefusedInput { what: string; set: Changes; code: string; pointer: string }
/**
 * An answer that is documented, and what it means: `accepted`, or the kind of outcome and the code of its first issue,
 * `retry LT-UPSTREAM-BUSY`.
 */
export interface KnownAnswer { what: string; answer: WireResult; means: string; retryAfterMs?: number }

export interface OperationFixtures<In = unknown, Req = unknown, Out = unknown, Config = unknown> {
  /** valid inputs, at least one, the first the fullest. A write sends each of them to the simulator, so they differ in what the journal knows them by */
  inputs: readonly In[];
  /** more of them, at random; without it the encode laws are checked on `inputs` alone */
  arbitrary?(draw: Draw): Arbitrary<In>;
  /** which component of the contract document the request is; absent: the document has none for it */
  component?: string | ((request: Req) => string);
  /** the way back: what `decode` reads from a request must be what `expected` says is left of the input */
  roundTrip?: { decode(request: Req, config: Config): unknown; expected(input: In, config: Config): unknown };
  /** instants and what the wire says for them, midnight and the turn of a year among them */
  dates?: readonly KnownValue[];
  verbatim?: readonly Verbatim[];
  /** anything else whose writing is known: codes above all */
  known?: readonly KnownValue[];
  refused?: readonly RefusedInput[];
  answers: readonly KnownAnswer[];
  /** what the first input's answer from the simulator is decoded to; absent: any value */
  answered?(value: Out): boolean;
  /** calls that must have been made at the simulator before this one */
  before?: readonly { operation: string; input: unknown }[];
  /** what the ledger would know of the dossier by then */
  remote?: RemoteState;
  /** by which key the simulator's journal knows the input; default: its `code` */
  key?(input: In): string;
  /** pointers to personal data in an input that is not a dossier */
  personal?: readonly string[];
  /** why its probe asks nothing: a repeat is known at the upstream and does no harm, so that the call just goes again */
  asksNothing?: Text;
  /** how many changes one input makes at the simulator. Default 1 */
  effects?: number;
  /** plans one item for each entry of a dossier's history, except those that this says are not sent */
  entries?: { skipped?(entry: Dossier['history'][number], config: Config): boolean };
  /** plans as many items as this says for a dossier, where they are not the entries of its history */
  items?(dossier: Dossier, config: Config): number;
}
type FixturesFor<O, Config> = O extends Operation<infer _I, infer Req, infer _S, infer _O, infer _C> ? OperationFixtures<InputOf<O>, Req, OutputOf<O>, Config> : never;

/** One table of codes, held against a second listing of it that was written by hand, and against the contract document. */
export interface TableFixtures<Config = unknown> {
  name: string;
  /** component of the contract document that lists the codes (`enum`, `examples` or the keys of `x-meaning`) */
  component?: string;
  /** every word of ours that there is */
  words?: readonly string[];
  /** words that deliberately have no code */
  withheld?: readonly string[];
  encode?(word: string, config: Config): string | undefined;
  /** word → code */
  writes?: Readonly<Record<string, string>>;
  /** must answer `undefined` for a code that it does not know */
  decode?(code: string, config: Config): string | undefined;
  /** code → word */
  reads?: Readonly<Record<string, string>>;
  /** codes of the contract that deliberately are not read */
  unread?: readonly string[];
}

/** A record that is read with these values in the dossier. */
export interface KnownRecord { what: string; set: Changes; gives: Changes }
/** A record that is read with a warning; what was not understood is kept. */
export interface FlaggedRecord { what: string; set: Changes; warning: string; pointer: string; keeps?: Changes }
export interface RefusedRecord { what: string; set: Changes; code: string; pointer: string }

export interface SourceFixtures {
  /** valid records, at least one, the first the fullest */
  records: readonly unknown[];
  known: readonly KnownRecord[];
  /** unknown words and codes, at least one */
  flagged: readonly FlaggedRecord[];
  refused: readonly RefusedRecord[];
  /** a record with this many steps of progress, all different, in any order */
  withSteps?(count: number): unknown;
  poll?: {
    /** the n-th record, last changed at this instant (ms) */
    record(n: number, changedAt: number): unknown;
    /** options of a simulator that holds these records */
    options(records: readonly unknown[]): SimulatorOptions;
    /** puts a new or changed record into the running simulator */
    put(simulator: Simulator, record: unknown): void;
    /** by what a record is known, whether polled or put */
    id(record: unknown): string;
  };
}

/** Calls that the upstream makes to us. */
export interface InboundFixtures {
  known: readonly InboundExample[];
}
/** A call, the dossier that is found for it if any, and what must stand in the answer. */
export interface InboundExample {
  what: string;
  body: unknown;
  /** as the call carries them: the route's guard is asked with them first, and what it refuses is the answer. Headers in lower case */
  query?: Readonly<Record<string, string>>;
  params?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  dossier?: Dossier;
  /** @default 200 */
  status?: number;
  gives: Changes;
  /** what the same call is answered when it comes once more: a reply that was lost. It must leave every dossier as it was */
  again?: { status?: number; gives: Changes };
}

/** What a round finds at the adapter's simulator, and what it brings. */
export interface RoundFixtures {
  /** brings it about */
  given?(simulator: Simulator): void;
  /** known to the gateway from the beginning */
  dossiers?: readonly Dossier[];
  /** by operation: the numbers of those for which it is done. @default all of them */
  after?: Readonly<Record<string, readonly string[]>>;
  /** how many dossiers it brings news of the first time, at least one; the second time there are none */
  told: number;
  /** rows that fail. @default 0 */
  failed?: number;
}

/** A table of the README, and what its rows must be. */
export interface ReadmeTable {
  /** text of the heading above it */
  heading: string;
  /** which rows, and what of them: default the first code word of the first cell. `undefined` passes a row over */
  row?(cells: readonly string[]): string | readonly string[] | undefined;
  expected: readonly string[] | (() => readonly string[]);
}

/** Parts that an adapter may do without, each only with a reason: the check is then skipped, visibly. `http-status`: the upstream's HTTP status says nothing of its answer. */
export type OptionalPart = 'contract' | 'simulator' | 'readme' | 'tables' | 'steps' | 'http-status';

export interface AdapterFixtures<Config = unknown, Ops extends Record<string, AnyOperation> = Record<string, AnyOperation>> {
  /** as an operator writes it, complete, with an invented value for every secret */
  config: Record<string, unknown>;
  /** further settings under which the encode laws must hold as well, by name; laid over `config` */
  variants?: Readonly<Record<string, Record<string, unknown>>>;
  /** other ways in which the same upstream is spoken to, by name: laid over these fixtures, and every check runs for each as well. `without`: operations that it does not have */
  dialects?: Readonly<Record<string, Partial<Omit<AdapterFixtures<Config, Ops>, 'dialects'>> & { without?: readonly (keyof Ops & string)[] }>>;
  /** pointers to the secrets in `config` */
  secrets: readonly string[];
  /** every operation */
  operations: { readonly [K in keyof Ops]: FixturesFor<Ops[K], Config> };
  tables?: readonly TableFixtures<Config>[];
  simulator?: {
    options?: SimulatorOptions;
    /** settings that lead to a simulator at this address; default: its `clientConfig` */
    config?(url: string, simulator: Simulator): Record<string, unknown>;
  };
  source?: SourceFixtures;
  /** every inbound route, by its id */
  inbound?: Readonly<Record<string, InboundFixtures>>;
  /** every round, by its id */
  rounds?: Readonly<Record<string, RoundFixtures>>;
  /** README of the adapter with its tables of operations (heading `Operations`) and settings (`Configuration`) */
  readme?: { file: URL; operations?: string; settings?: string; tables?: readonly ReadmeTable[] };
  absent?: Readonly<Partial<Record<OptionalPart, Text>>>;
}
/** `const fixtures: FixturesOf<typeof myAdapter> = { … }` */
export type FixturesOf<A> = A extends Adapter<infer Config, infer Ops, infer _Double> ? AdapterFixtures<Config, Ops> : never;

/** An answer as the transport gives it. A body that is text is no JSON. */
export function answered(body: unknown, status = 200, headers: Record<string, string> = {}): WireResult {
  return typeof body === 'string'
    ? { kind: 'response', status, headers, body: undefined, text: body, durationMs: 1 }
    : { kind: 'response', status, headers, body, text: JSON.stringify(body), durationMs: 1 };
}
/** A call without an answer. @param sent whether the upstream may have had it */
export const failed = (sent: 'before' | 'after', code: string): WireResult => ({ kind: 'failure', sent, code, durationMs: 1 });
/** What an answer was understood as, in the words of `KnownAnswer.means`. */
export const meaningOf = (answer: ReturnType<AnyOperation['classify']>): string =>
  answer.kind === 'accepted' ? 'accepted' : `${answer.kind} ${(answer.kind === 'rejected' ? answer.issues[0]?.code : answer.issue.code) ?? ''}`.trim();
