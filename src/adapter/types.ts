/**
 * What an adapter is: a value that declares how one upstream is spoken to. The rooms above (delivery, gateway, SDK,
 * test kit) know nothing but these shapes.
 */
import type { Dossier } from '../model/canonical.ts';
import type { Issue, Text } from '../contract/errors/types.ts';
import type { ShapeTable } from '../contract/shape.ts';
import type { Validate } from '../contract/validate.ts';
import type { ConformanceSuite } from './conformance.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** What one try on the wire brought back. */
export type WireResult =
  | {
      kind: 'response';
      status: number;
      headers: Record<string, string>;
      /** parsed JSON; `undefined` when the text is not JSON */
      body: unknown;
      text: string;
      durationMs: number;
    }
  | {
      kind: 'failure';
      /** `before`: certainly nothing reached the upstream (connect refused, DNS, TLS). `after`: it may have. */
      sent: 'before' | 'after';
      /** short machine word: ECONNREFUSED, READ_TIMEOUT, RESET, TOO_LARGE, ABORTED … */
      code: string;
      durationMs: number;
    };

/** How an upstream's answer is understood. */
export type Outcome<Out = unknown> =
  /** it took effect (or, for a read, was answered) */
  | { kind: 'done'; value: Out; warnings?: Issue[] }
  /** refused: a person must change the data or the configuration */
  | { kind: 'rejected'; issues: Issue[] }
  /** certainly not applied; the same call may be sent again */
  | { kind: 'retry'; issue: Issue; retryAfterMs?: number }
  /** it may have taken effect: never a blind retry */
  | { kind: 'unknown'; issue: Issue };

/** Answer of a probe: did the earlier attempt take effect? `remote` is what it learned of the dossier beside that. */
export type ProbeAnswer = { kind: 'applied' | 'not-applied'; remote?: RemoteState } | { kind: 'unknown'; issue: Issue };

/** What we know about one dossier at one upstream; kept in the ledger with the lane, owned by the adapter. */
export interface RemoteState { exists?: boolean; [key: string]: unknown }

/** What is right after a lost reply when the upstream cannot be asked. Decided by which harm is worse. */
export interface LostReplyDecision { then: 'resend-once' | 'never-resend'; why: Text }

export interface OperationContext<Config = unknown> {
  config: Config;
  /** what the ledger knows of this dossier at this upstream; {} when unknown (SDK use) */
  remote: RemoteState;
  /** run another operation of the same connection (a probe asks with a read) */
  run: <In, Out>(operation: Operation<In, never, never, Out, Config> | AnyOperation, inputs: In[], remote?: RemoteState) => Promise<Outcome<Out>>;
  now: () => number;
  /** encode tells here what it lets pass all the same: a left-out file, a cut text. Reaches the outcome's warnings and the timeline */
  warn?: (warning: Issue) => void;
}

/**
 * One kind of call to an upstream. `inputs` always belong to one dossier when `ordering` is 'dossier';
 * there is exactly one input unless `batch.max > 1`.
 */
export interface Operation<In = unknown, Req = unknown, Res = unknown, Out = unknown, Config = unknown> {
  id: string;
  title: Text;
  access: 'read' | 'write';
  idempotency: { kind: 'natural-key' | 'upsert' | 'none'; why: Text };
  ordering: 'dossier' | 'none';
  /** 'snapshot': a newer one replaces older unsent ones. 'never': every one is sent. */
  coalesce: 'snapshot' | 'never';
  /** inputs in one call. `alone`: never shares a call, where a half-applied batch would do harm that nobody could see */
  batch: { max: number; alone?(input: In, config: Config): boolean };
  timeouts?: { connectMs?: number; readMs?: number };
  /** calls at the same time in each process, where the gateway's configuration does not say: for messages that carry papers of tens of MB. Absent: as many as there are lanes */
  concurrency?: number;
  /** strict: what leaves must pass. Absent only where the request has no body. */
  request: Validate<Req>;
  /** tolerant: unknown fields pass and are reported as drift */
  response: Validate<Res>;
  /** @throws ValidationError with every issue, before anything is sent */
  encode(inputs: In[], ctx: OperationContext<Config>): Req;
  /** turns the upstream's way of answering into an outcome; must be total. `config`: where the answer's words are settings; absent, the defaults hold */
  classify(result: WireResult, request: Req, config?: Config): { kind: 'accepted'; response: Res } | Exclude<Outcome<never>, { kind: 'done' }>;
  decode(response: Res, inputs: In[], ctx: OperationContext<Config>): Out;
  /** after an answer that proves nothing was applied, one corrected request (create ⇄ update); asked once per attempt */
  amend?(result: WireResult, request: Req): Req | undefined;
  /** what the answer that led to `amend` has proved about the dossier, whatever becomes of the amended call */
  remoteAmended?(request: Req, remote: RemoteState): RemoteState;
  /** what is known of the dossier at the upstream after this succeeded. @param value what `decode` made of the answer */
  remoteAfter?(request: Req, remote: RemoteState, value: Out): RemoteState;
  /**
   * What its success tells of the dossier itself: the dossier as it is now with that put in, undefined when there is nothing new in it. Pure. Told
   * before the exchange is done, and told again where that was not written any more; not told where a probe settles what was in doubt. A detail
   * (status, finer status and history stay as they are) sends nobody a snapshot; what moves the dossier on is planned for everybody, as any change is.
   */
  learn?(dossier: Dossier, input: In, value: Out, now: number): Dossier | undefined;
  /** false while the upstream is not ready for this call (a step before its dossier); the lane waits, visibly */
  needs?(remote: RemoteState): boolean;
  /** how to learn whether an earlier attempt took effect */
  probe?(input: In, ctx: OperationContext<Config>): Promise<ProbeAnswer>;
  /** without a probe: the decision per input, with its reason */
  lostReply?(input: In, ctx: { config: Config }): LostReplyDecision;
  /** which exchanges a change of a dossier makes for this operation */
  subscribe?: {
    /** `itemKey` identifies the thing to be sent: the same key is never planned twice ('snapshot' keys are per change) */
    plan(dossier: Dossier, config: Config): { itemKey: string }[];
    /** what is planned follows from how the dossier stands, not from a step of its history: a change that comes late, older than what is known, makes none */
    newestOnly?: true;
    /**
     * Asked for what an earlier change planned, before each call while none before may have arrived: is it to go now that the dossier stands like this? Where not (withdrawn, gone
     * to another system), it is refused in front of a person and not sent; a later change that plans the same key sets it going again. Absent: always
     */
    isStillDue?(newest: Dossier, config: Config): boolean;
    /** the input for one planned item, from the change that planned it */
    input(dossier: Dossier, itemKey: string): In | undefined;
  };
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the one place where operations of different types meet in a table
export type AnyOperation = Operation<any, any, any, any, any>;

export type InputOf<O> = O extends Operation<infer In, infer _Q, infer _S, infer _O, infer _C> ? In : never;
export type OutputOf<O> = O extends Operation<infer _I, infer _Q, infer _S, infer Out, infer _C> ? Out : never;

/** The open line to one upstream: envelope, endpoint, session. Business-free. */
export interface Wire {
  call(operation: AnyOperation, request: unknown, options: { signal?: AbortSignal }): Promise<WireResult>;
  close(): Promise<void>;
}

export interface AdapterRuntime {
  now: () => number;
  /**
   * The content of a file that the ledger keeps (src/model/file-address.ts), for messages that carry content. undefined: it is not there any more.
   * Absent where there is no ledger (SDK): such an address cannot be sent then.
   */
  readFile?: (address: string) => Promise<Uint8Array | undefined>;
  /** makes the HTTP transport; a seam so that tests and the recorder can stand in between */
  transport: (options: TransportOptions) => Transport;
}

/** A call of an upstream to us, as it came. */
export interface InboundCall {
  /** parsed JSON; the text where it is none; the query of a GET */
  body: unknown;
  /** the body as text, for what must know the same call again */
  text: string;
  /** of a path with `:name` in it */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** names in lower case */
  headers: Readonly<Record<string, string>>;
}
export interface InboundReply {
  status: number;
  body: unknown;
  /** refused for its secret, which only `handle` could see; never sent. Counts against the caller as a wrong key does */
  isUnauthorized?: true;
}

/** What a call changed: `unchanged` when there was nothing to change, `duplicate` when the same call has changed it before. */
export type DossierChanged = { status: 'changed' | 'duplicate' | 'unchanged'; dossier: Dossier } | { status: 'no-dossier' };

/** What the same news is known again by when it is told twice: the words of the call, or of the answer. */
export interface Origin { text: string; query?: Readonly<Record<string, string>> }

/**
 * What became of a dossier that an upstream brought. `duplicate`: the same was brought before · `known`: it is here already, and nothing was to be put
 * in its place · `refused`: put aside with every issue, for a person.
 */
export type DossierTaken = { status: 'accepted' | 'duplicate' | 'stale' | 'known' } | { status: 'refused'; issues: Issue[] };

/** A number of ours that is asked for: `series` and `day` name the counter, which begins at `first`. */
export interface CodeAsked {
  /** e.g. the agency's code */
  series: string;
  /** Vietnamese day, YYYY-MM-DD: each has a counter of its own */
  day: string;
  /** first number of a day. @default 1 */
  first?: number;
  format: (n: number) => string;
  /** what the number is for, where it may be asked for again: the same key always gets the same number, whatever series it would count in by now. Absent: a new one each time */
  key?: string;
}

/** What the gateway does for whoever tells it of dossiers: an upstream that calls, or a round that asks one. */
export interface DossierDeps<Config = unknown> {
  config: Config;
  findDossier(code: string): Promise<Dossier | undefined>;
  /**
   * Changes a dossier that is known, durably, and plans what follows from it. `change` is called with the dossier as it is, again when
   * somebody else was faster; it is pure, and gives undefined when nothing is to be changed.
   * @param origin the same again (its text) is known by this. @throws ValidationError when what comes out is no valid dossier
   */
  changeDossier(code: string, origin: Origin, change: (dossier: Dossier) => Dossier | undefined): Promise<DossierChanged>;
  /**
   * Takes a dossier that is new here, or the whole of one that is to be replaced: durable before it resolves. What is no valid dossier goes to
   * quarantine with `origin.text`.
   * @param origin the same again for this dossier, however late, is a duplicate: what may mean something new when it is said again (a second answer
   * to a second question) needs another text
   * @param replace asked when the dossier is here already, in its turn: what is to stand in its place, undefined for nothing (`known`). Pure, and
   * asked again when somebody else was faster. Absent: `dossier` does
   */
  acceptDossier(dossier: Dossier, origin: Origin, replace?: (known: Dossier) => Dossier | undefined): Promise<DossierTaken>;
  /** Puts words aside that could not be read as a dossier, encrypted, so that a person can find them. The same words of a round: once, until a restart. */
  putAside(origin: Origin, issues: Issue[], code?: string): Promise<void>;
  /**
   * Durable before it resolves; never the same number twice, and none that a dossier has already. Numbers that nobody used leave gaps.
   * @throws RangeError for a day that is not near today's
   */
  issueCode(asked: CodeAsked): Promise<string>;
  /** Keeps the content of a file, encrypted. @returns its address for `FileRef.url`; the same content has the same address. @throws ValidationError when it is too large */
  keepFile(content: Uint8Array, mediaType: string): Promise<string>;
  now(): number;
}
export type InboundDeps<Config = unknown> = DossierDeps<Config>;

export interface RoundDeps<Config = unknown> extends DossierDeps<Config> {
  /** runs one operation of the same upstream, once: protection holds for it, a read is repeated in the call as everywhere */
  run<In, Out>(operation: Operation<In, never, never, Out, Config> | AnyOperation, inputs: In[]): Promise<Outcome<Out>>;
  /**
   * Dossiers for which this operation of the upstream was done (or settled as doubtful) at `sinceMs` or later, an instant in ms since 1970; as they are
   * now, each once, in no order. As far back as the ledger keeps attempts.
   */
  dossiersAfter(operation: string, sinceMs: number): AsyncIterable<Dossier>;
  /** the gateway is about to stop: begin nothing more */
  signal: AbortSignal;
}
/** What an upstream is asked by the clock: new dossiers that wait there, results of those that were handed over. One process of a gateway does it. */
export interface Round<Config = unknown> {
  id: string;
  title: Text;
  /** ms from the end of one to the beginning of the next */
  everyMs(config: Config): number;
  /** One row's failure is its own: the others go on. @returns how many dossiers it brought news of, and how many rows failed */
  run(deps: RoundDeps<Config>): Promise<{ told: number; failed: number }>;
}

/** One kind of call that an upstream makes to us. */
export interface InboundRoute<Config = unknown> {
  id: string;
  title: Text;
  method: 'GET' | 'POST';
  /** below the adapter's inbound prefix, e.g. `search/call` or `ChuyenHoSo/:securityCode`; upper and lower case are the same */
  path: string;
  request: Validate<unknown>;
  /** a body as the document describes it, where it may come otherwise (names in any case): what drift is looked for in. Total */
  unpack?(body: unknown): unknown;
  /**
   * The upstream's own way of showing who calls, where it cannot send an API key: undefined lets the call in, a reply refuses it.
   * Asked before the body is looked at; compares secrets in constant time. Absent: an API key with the scope `inbound`.
   */
  guard?(call: Omit<InboundCall, 'body' | 'text'>, config: Config): InboundReply | undefined;
  /**
   * Largest body, bytes, of a call that brings papers inside of it. Where it is more than the gateway's own `server.bodyLimit`, a few such bodies are
   * taken at a time. Absent, or less: the gateway's
   */
  bodyLimit?(config: Config): number;
  /** the reply, in the upstream's form, to a body beyond the limit, of which nothing was read. Absent: problem details with 413 */
  tooLarge?(): InboundReply;
  /** replies exactly as the upstream expects it, quirks included */
  handle(call: InboundCall, deps: InboundDeps<Config>): Promise<InboundReply>;
  /** the reply, in the upstream's form, while the gateway can keep no evidence of the call, or has no room for it: "come again". Absent: problem details with 503 */
  unavailable?(): InboundReply;
}

/** How dossiers are read out of a province system. */
export interface SourceSpec<Config = unknown> {
  /** one record of an export file or a page → canonical. @throws ValidationError with every issue */
  decode(record: unknown, config: Config): { dossier: Dossier; warnings: Issue[] };
  /** pages of changed records since the cursor, with an overlap; the last page's cursor is kept by the caller */
  poll?(connection: { wire: Wire; config: Config; now: () => number }, cursor: string | undefined): AsyncIterable<{ records: unknown[]; cursor: string }>;
}

/** A call as it went over the wire. `body` is parsed JSON, or `undefined`. */
export interface WireCall { method: string; path: string; query: Readonly<Record<string, string>>; body: unknown }
/** Which operation a call was, and inputs that make the same call again, as far as the wire tells them. */
export interface ReadCall { operation: string; inputs: unknown[]; remote?: RemoteState }

/** Shapes by name, and the checks that were generated beside them under the same names. */
export interface PinnedShapes { shapes: ShapeTable; checks: Readonly<Record<string, unknown>> }

export interface Adapter<Config = unknown, Ops extends Record<string, AnyOperation> = Record<string, AnyOperation>, Double extends Simulator = Simulator> {
  id: string;
  title: Text;
  /** version of the mapping, kept with every attempt: another one whenever the same dossier, with the same configuration, would be sent differently */
  version: string;
  /** JSON Schema of `config`; secrets carry writeOnly */
  configSchema: Record<string, unknown>;
  /** checks beyond the schema (code tables total …) and fills defaults. @throws ValidationError */
  configure(raw: unknown): Config;
  /** what is allowed and yet worth a second look by a person: warnings that point into the configuration. Told by `config check` */
  advise?(config: Config): Issue[];
  operations: Ops;
  inbound: InboundRoute<Config>[];
  /**
   * What this upstream has told of a dossier must outlive the next snapshot of the province's own system, which knows nothing of it:
   * gives the snapshot with that put back in. Pure. Absent: snapshots are taken as they come.
   */
  keep?(known: Dossier, incoming: Dossier): Dossier;
  open(config: Config, runtime: AdapterRuntime): Wire;
  /** what is asked by the clock */
  rounds?: Round<Config>[];
  /** names of the operations by which citizens are looked up and verified here (see CitizenQuestion in src/adapter/citizens.ts) */
  citizens?: { lookUp?: string; verify?: string };
  source?: SourceSpec<Config>;
  /** the OpenAPI 3.1 document of what goes over the wire, both directions: for mocks, drift and conformance */
  contract?: URL;
  /** the pinned shapes of what comes in (`generated/shapes.js`), loaded when a gateway observes its answers */
  shapes?: () => Promise<PinnedShapes>;
  /** an answer as the document describes it, where it may come packed as text. Total, and cheap where nothing is packed */
  unpack?: (body: unknown) => unknown;
  /** the way back from a recorded call, for fixtures and shadow runs; `undefined` for a login and whatever it cannot read */
  readCall?(call: WireCall, config: Config): ReadCall | undefined;
  /** checks for somebody else's implementation of this upstream, or of the province's side of it; loaded when a run asks */
  conformance?: () => Promise<readonly ConformanceSuite[]>;
  simulator?: (options: SimulatorOptions) => Double;
  /** states that tests ask the double for by name */
  scenarios?: Readonly<Record<string, SimulatorScenario<Double>>>;
}

// ---- simulators -----------------------------------------------------------------------------------------------

export interface SimulatorOptions { seed?: string; now?: () => number; [option: string]: unknown }
export interface SimulatorRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
  /** the bytes of the body were no UTF-8: `body` is what could be read of them */
  notUtf8?: true;
}
export interface SimulatorResponse { status: number; headers?: Record<string, string>; body: string }
export interface JournalEntry {
  seq: number;
  /** ms since epoch on the simulator's clock */
  at: number;
  service: string;
  /** what really changed inside the simulator; 'refused' and 'read' changed nothing */
  effect: 'create' | 'update' | 'append' | 'login' | 'read' | 'refused';
  /** equal for the entries of one call, so that what travelled together can be told from what followed */
  call?: number;
  /** dossier number where the call concerns one */
  key?: string;
  /** the item as applied (steps: one entry each) */
  item?: unknown;
  note?: string;
}
/** A call that a simulated upstream makes to us. It says what to call; the host makes it, and keeps the answer in its journal. */
export interface SimulatorCallback {
  /** what kind of call it is, as `SimulatorCallKind.name`: for fault rules and people */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** what the call is about: those of one subject reach us in order, whatever is called beside them. Absent: nothing in particular */
  subject?: string;
  /** below the address that the host was given, e.g. `/search/call` */
  path: string;
  /** the path as it may be shown and kept, where a secret stands in it. Absent: as it is */
  shownPath?: string;
  /** kept nowhere: secrets travel here */
  query?: Readonly<Record<string, string>>;
  headers?: Record<string, string>;
  body?: string;
  /** further tries, when nothing was answered or the answer was 429 or 5xx. Absent: none */
  retry?: { attempts: number; delayMs: number };
  /** Told what was answered to each try, for an upstream that goes on from it (a number that it asked for). What it wants to call then is asked for right after */
  answered?(status: number, body: string): void;
}
/** A kind of call that a person may ask a simulator for, to try their own endpoint. */
export interface SimulatorCallKind {
  name: string;
  title: Text;
  /** what has to be said for it; every value is text */
  params: readonly { name: string; title: Text }[];
}
/** A state that a double starts from. */
export interface SimulatorScenario<Double extends Simulator = Simulator> {
  title: Text;
  /** of the double; what the test gives itself goes first */
  options?: SimulatorOptions;
  /** brings it about, right after the double was made */
  given?(simulator: Double): void;
}
/** A stateful double of one upstream. No sockets: `src/testing` hosts it. */
export interface Simulator {
  id: string;
  handle(request: SimulatorRequest): SimulatorResponse;
  /** everything it applied, in order. A call that it cannot place at all (no such address) leaves no entry */
  journal(): readonly JournalEntry[];
  /** a raw configuration of the adapter, with an account, that reaches this double under the base URL (no slash at its end) */
  clientConfig?(baseUrl: string): Record<string, unknown>;
  /** counts and state for a person: dossiers, steps … */
  summary(): Record<string, number>;
  /** what the host should provoke for this request, decided by the simulator's own scenario (optional) */
  reset(): void;
}
