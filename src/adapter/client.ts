/**
 * One operation, from canonical input to understood outcome. The SDK, the delivery room and the test kit all run
 * operations through here: three ways in, one core.
 */
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import { isValidationError } from '../contract/validate.ts';
import { createTransport } from './http.ts';
import { retryReads, type ReadRetryOptions } from './read-retry.ts';
import type {
  Adapter, AdapterRuntime, AnyOperation, InputOf, OperationContext, Outcome, OutputOf, ProbeAnswer, RemoteState, Wire, WireResult,
} from './types.ts';
import { watchWire, type AnswerObserver } from './watch.ts';

/** An outcome with what a ledger wants to keep of it. */
export interface Execution<Out = unknown> {
  outcome: Outcome<Out>;
  /** what is known of the dossier at the upstream afterwards */
  remote: RemoteState;
  /** null when nothing was sent or nothing came back */
  httpStatus: number | null;
  /** the machine word of a transport failure, or the first issue's code; null when done */
  code: string | null;
  /** start of the upstream's answer. Personal data: store encrypted, never log */
  answer: string | null;
}

const ANSWER_KEPT = 2_000;

/** The open connection to one upstream. */
export interface Connection<A extends Adapter<never> | Adapter = Adapter> {
  readonly adapter: A;
  readonly config: unknown;
  /**
   * Run one operation and understand its answer. Never throws for what the upstream does: see `Outcome`.
   * Reads that failed in a repeatable way are tried again in the call (see `ReadRetryOptions`); writes never are.
   */
  run<K extends keyof A['operations'] & string>(operation: K, input: InputOf<A['operations'][K]>, options?: RunOptions): Promise<Outcome<OutputOf<A['operations'][K]>>>;
  /** one try for inputs of one dossier, with the evidence; what the delivery room uses */
  execute(operation: AnyOperation, inputs: unknown[], options?: RunOptions): Promise<Execution>;
  probe(operation: AnyOperation, input: unknown, options?: RunOptions): Promise<ProbeAnswer>;
  close(): Promise<void>;
}
export interface RunOptions { remote?: RemoteState; signal?: AbortSignal }
export interface ConnectOptions extends Partial<AdapterRuntime> { readRetry?: ReadRetryOptions; /** told of everything that comes back */ observe?: AnswerObserver | undefined }

const failed = (outcome: Exclude<Outcome<never>, { kind: 'done' }>): string =>
  (outcome.kind === 'rejected' ? outcome.issues[0]?.code : outcome.issue.code) ?? 'LT-UPSTREAM-REFUSED';

/** @throws ValidationError when `config` is not acceptable, with every issue at once */
export function connect<Config, Ops extends Record<string, AnyOperation>>(
  adapter: Adapter<Config, Ops>,
  rawConfig: unknown,
  options: ConnectOptions = {},
): Connection<Adapter<Config, Ops>> {
  return openConnection(adapter, adapter.configure(rawConfig), options);
}

/** As `connect`, for a configuration that `adapter.configure` has already checked and completed. */
export function openConnection<Config, Ops extends Record<string, AnyOperation>>(
  adapter: Adapter<Config, Ops>,
  config: Config,
  options: ConnectOptions = {},
): Connection<Adapter<Config, Ops>> {
  const { readFile } = options;
  const runtime: AdapterRuntime = { now: options.now ?? Date.now, transport: options.transport ?? createTransport, ...(readFile === undefined ? {} : { readFile }) };
  const wire = watchWire(adapter.open(config, runtime), options.observe);

  const contextFor = (remote: RemoteState, signal?: AbortSignal): OperationContext<Config> => ({
    config,
    remote,
    now: runtime.now,
    run: async <Out>(operation: AnyOperation, inputs: unknown[], other: RemoteState = remote) =>
      (await execute(wire, operation, inputs, contextFor(other, signal), signal)).outcome as Outcome<Out>,
  });

  const connection: Connection<Adapter<Config, Ops>> = {
    adapter,
    config,
    async run(id, input, runOptions = {}) {
      const operation = adapter.operations[id];
      if (operation === undefined) throw new TypeError(`adapter ${adapter.id} has no operation '${id}'`);
      const once = async () => (await execute(wire, operation, [input], contextFor(runOptions.remote ?? {}, runOptions.signal), runOptions.signal)).outcome;
      const outcome = operation.access === 'read' ? await retryReads(once, options.readRetry) : await once();
      return outcome as Outcome<OutputOf<Ops[typeof id]>>;
    },
    execute: (operation, inputs, runOptions = {}) => execute(wire, operation, inputs, contextFor(runOptions.remote ?? {}, runOptions.signal), runOptions.signal),
    async probe(operation, input, runOptions = {}) {
      if (operation.probe === undefined) return { kind: 'unknown', issue: issue('LT-UPSTREAM-NO-PROBE') };
      try {
        return (await operation.probe(input, contextFor(runOptions.remote ?? {}, runOptions.signal))) as ProbeAnswer;
      } catch (error) {
        // A probe that fails in any way proves nothing; the caller waits and asks again.
        return { kind: 'unknown', issue: issue('LT-UPSTREAM-PROBE-FAILED', undefined, error instanceof Error ? error.name : undefined) };
      }
    },
    close: () => wire.close(),
  };
  // It holds the secrets: whoever prints a connection must not print them.
  return Object.defineProperty(connection, 'config', { enumerable: false });
}

async function execute(wire: Wire, operation: AnyOperation, inputs: unknown[], context: OperationContext, signal?: AbortSignal): Promise<Execution> {
  const warnings: Issue[] = [];
  const ctx: OperationContext = { ...context, warn: (warning) => void warnings.push(warning) };
  const prepared = prepare(operation, inputs, ctx);
  if (!prepared.ok) return refusedHere(prepared.issues, ctx.remote);

  let request = prepared.request;
  let remote = ctx.remote;
  let result = await wire.call(operation, request, signal === undefined ? {} : { signal });
  try {
    return await afterTheWire();
  } catch (error) {
    // Our own code stumbled over the answer. The call has been made: for a write that is a doubt, never "nothing was sent".
    const found = issue('LT-UPSTREAM-ANSWER-UNREAD', undefined, error instanceof Error ? error.name : undefined);
    const outcome: Outcome = operation.access === 'write' ? { kind: 'unknown', issue: found } : { kind: 'rejected', issues: [found] };
    return { outcome, remote, httpStatus: result.kind === 'response' ? result.status : null, code: found.code, answer: answerText(result) };
  }

  async function afterTheWire(): Promise<Execution> {
    let answer = operation.classify(result, request, ctx.config);
    // One corrected resend, and only on an answer that proves that nothing was applied (create ⇄ update).
    const amended = operation.amend?.(result, request) as unknown;
    if (amended !== undefined) {
      const checked = operation.request(amended);
      if (!checked.ok) return refusedHere(checked.issues, ctx.remote);
      request = amended;
      remote = operation.remoteAmended?.(amended, remote) ?? remote;
      result = await wire.call(operation, request, signal === undefined ? {} : { signal });
      answer = operation.classify(result, request, ctx.config);
    }

    const outcome = understand(operation, answer, inputs, ctx, warnings);
    return {
      outcome,
      remote: outcome.kind === 'done' ? (operation.remoteAfter?.(request, remote, outcome.value) ?? remote) : remote,
      httpStatus: result.kind === 'response' ? result.status : null,
      code: outcome.kind === 'done' ? null : failed(outcome),
      answer: outcome.kind === 'done' ? null : answerText(result),
    };
  }
}

/** Builds the request and checks it; nothing is sent. @throws what the adapter’s own mistakes throw */
export function prepare(operation: AnyOperation, inputs: unknown[], ctx: OperationContext): { ok: true; request: unknown } | { ok: false; issues: Issue[] } {
  let request: unknown;
  try {
    request = operation.encode(inputs, ctx);
  } catch (error) {
    if (isValidationError(error)) return { ok: false, issues: error.issues };
    throw error;
  }
  // What leaves is valid against the upstream's own schema (law 4), whatever encode thought.
  const checked = operation.request(request);
  return checked.ok ? { ok: true, request } : { ok: false, issues: [issue('LT-UPSTREAM-OUTBOUND-INVALID'), ...checked.issues] };
}

const refusedHere = (issues: Issue[], remote: RemoteState): Execution => ({
  outcome: { kind: 'rejected', issues },
  remote,
  httpStatus: null,
  code: issues[0]?.code ?? 'LT-UPSTREAM-OUTBOUND-INVALID',
  answer: null,
});

function understand(operation: AnyOperation, answer: ReturnType<AnyOperation['classify']>, inputs: unknown[], ctx: OperationContext, warnings: Issue[]): Outcome {
  if (answer.kind !== 'accepted') return answer;
  const checked = operation.response(answer.response);
  if (!checked.ok && operation.access === 'read') {
    return { kind: 'rejected', issues: [issue('LT-UPSTREAM-RESPONSE-INVALID'), ...checked.issues] };
  }
  const value: unknown = operation.decode(answer.response, inputs, ctx);
  // A write that the upstream says it applied stays done even when its answer looks odd; the drift is told, not acted on.
  if (!checked.ok) warnings.push(issue('LT-UPSTREAM-RESPONSE-INVALID', undefined, undefined, 'warning'));
  return warnings.length === 0 ? { kind: 'done', value } : { kind: 'done', value, warnings };
}

function answerText(result: WireResult): string | null {
  return result.kind === 'response' ? result.text.slice(0, ANSWER_KEPT) : null;
}
