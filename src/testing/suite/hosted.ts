/** An adapter connected to its own simulator over loopback HTTP, with what went over the wire and what it did over there. */
import { openConnection, type Connection, type Execution } from '../../adapter/client.ts';
import type { AnyOperation, JournalEntry, RemoteState, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../adapter/types.ts';
import { fileIdIn } from '../../model/file-address.ts';
import type { Faults } from '../faults.ts';
import { startSimulator } from '../host.ts';
import type { OperationCase, Suite } from './kit.ts';

export interface Exchange { request: SimulatorRequest; response: SimulatorResponse }
export interface Hosted {
  simulator: Simulator;
  connection: Connection;
  config: unknown;
  faults: Faults;
  /** every call that reached the simulator */
  exchanges: Exchange[];
  /** runs an operation's example, with the calls that must come before it */
  execute(op: OperationCase, inputs: unknown[], remote?: RemoteState): Promise<Execution>;
  /** makes the calls that must come before, and opens a session if there are any: what comes next is the operation alone */
  prepare(op: OperationCase): Promise<void>;
  /** what was changed for this key since the simulator had so many entries; '' is any key */
  effects(key: string, since?: number): JournalEntry[];
}

const CHANGES: ReadonlySet<JournalEntry['effect']> = new Set(['create', 'update', 'append']);

/** Short waits: everything is on this machine, and a fault test must not wait for a minute. */
const READ_TIMEOUT_MS = 2_000;

/** Whatever address is asked for, as if a ledger kept it. */
const readFile = async (address: string): Promise<Uint8Array | undefined> => (fileIdIn(address) === undefined ? undefined : Buffer.from('%PDF-1.7\n%%EOF'));

const operationCase = (suite: Suite, id: string): OperationCase => {
  const found = suite.operations.find((op) => op.id === id);
  if (found === undefined) throw new Error(`the fixtures have no operation ${id}`);
  return found;
};

/**
 * Hosts the adapter's simulator, connects, and closes both when `body` is done.
 * @param more options of the simulator beside those of the fixtures
 */
export async function hosted<T>(suite: Suite, body: (host: Hosted) => Promise<T>, more: SimulatorOptions = {}): Promise<T> {
  const { adapter, fixtures } = suite;
  if (adapter.simulator === undefined) throw new Error('the adapter has no simulator; if so, say why in absent.simulator');
  const simulator = adapter.simulator({ seed: 'conformance', ...fixtures.simulator?.options, ...more });
  const exchanges: Exchange[] = [];
  const running = await startSimulator(Object.assign(Object.create(simulator) as Simulator, {
    handle(request: SimulatorRequest): SimulatorResponse {
      const response = simulator.handle(request);
      exchanges.push({ request, response });
      return response;
    },
  }));
  try {
    const raw = fixtures.simulator?.config?.(running.url, simulator) ?? simulator.clientConfig?.(running.url);
    if (raw === undefined) throw new Error('the simulator has no clientConfig and the fixtures have no simulator.config');
    const timeouts = Object.hasOwn((adapter.configSchema['properties'] ?? {}) as object, 'readTimeoutMs') ? { readTimeoutMs: READ_TIMEOUT_MS } : {};
    const config = adapter.configure({ ...fixtures.config, ...timeouts, ...raw });
    const connection = openConnection(adapter, config, { readFile }) as unknown as Connection;
    const execute = (op: OperationCase, inputs: unknown[], remote: RemoteState = op.fixtures.remote ?? {}): Promise<Execution> => connection.execute(op.operation as AnyOperation, inputs, { remote });
    try {
      return await body({
        simulator, connection, config, faults: running.faults, exchanges, execute,
        async prepare(op) {
          for (const { operation, input } of op.fixtures.before ?? []) await execute(operationCase(suite, operation), [input], {});
          if ((op.fixtures.before ?? []).length > 0) return;
          const read = suite.operations.find(({ operation }) => operation.access === 'read');
          if (read !== undefined) await execute(read, [read.fixtures.inputs[0]]);
        },
        effects: (key, since = 0) => simulator.journal().slice(since).filter((e) => CHANGES.has(e.effect) && (key === '' || e.key === key)),
      });
    } finally {
      await connection.close();
    }
  } finally {
    await running.close();
  }
}
