/**
 * Connections to PostgreSQL: the one place that loads the driver. It is an optional peer, so it is loaded when a ledger is opened.
 *
 * When the connection is lost: before COMMIT was sent nothing can have happened, so the transaction is done again on a new
 * connection. After it was sent, nobody knows; the call fails with LT-LEDGER-UNREACHABLE and is never repeated from here:
 * - an append is repeated by its caller, and found again by its fingerprint or its idempotency key;
 * - a claim that did happen leaves lanes leased that nobody works on: the lease runs out, what was begun becomes 'unknown' and is asked about;
 * - an update that did happen is fenced by its lease, so its repetition is refused; one that did not happen leaves the exchange
 *   'sending', which becomes 'unknown' in the same way;
 * - an order of a person shows in the list of holds or of events; given again it changes nothing more.
 */
import type * as Driver from 'pg';
import type { Client, ClientConfig, Pool, QueryResult, QueryResultRow } from 'pg';
import { LedgerError, isLedgerError } from '../errors.ts';

/** Whatever the server's default: what is acknowledged is on disk. */
const DURABLE = '-c synchronous_commit=on';
/**
 * Statements of a group go from a few ids to rows by index, always. The planner would choose so too, but from statistics: in a
 * young ledger they say that the tables are empty, and the plan of that moment is kept while the tables grow.
 */
const BY_INDEX = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

/** Reads are planned for their values, each time: filters differ too much for one plan. */
const BY_VALUES = '-c plan_cache_mode=force_custom_plan -c jit=off';

export type Value = unknown;

const INT8 = 20;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 10_000;
/** The client gives up later than the server: a half-open line must not hang its callers for ever. */
const ANSWER_MS = 12_000;
/** A migration may rewrite a large table. */
const PATIENT = { query_timeout: 24 * 60 * 60 * 1000 };
/** A process that is paused in the middle of a transaction must not hold its locks: the others wait for the chain's head. */
const IDLE_IN_TRANSACTION_MS = 5_000;
const MOST_TRIES = 6;
const RETRY_PAUSE_MS = 20;
const MOST_STATEMENTS = 1_000;
/** Serialization failure, deadlock: the server undid everything and asks for another try. */
const AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);
/** Connection failures, shutdown, crash, start-up, too many connections. */
const GONE = /^(08|57P0|53300)/;

/** The connection failed; whether the last statement took effect is not known. */
class ConnectionLost extends Error {
  override name = 'ConnectionLost';
  constructor(cause: unknown) { super('connection lost', { cause }); }
}

const sqlState = (e: unknown): string | undefined => {
  const { severity, code } = (e ?? {}) as { severity?: unknown; code?: unknown };
  return typeof severity === 'string' && typeof code === 'string' ? code : undefined;
};

/** The connection is lost: found out by us, or said by the server on its way out. */
const isGone = (e: unknown): boolean => e instanceof ConnectionLost || GONE.test(sqlState(e) ?? '');

/** What callers get for a failure of the database. The server's sentences may hold values, so only the SQLSTATE goes on. */
export function failureOf(e: unknown): LedgerError {
  if (isLedgerError(e)) return e;
  const state = sqlState(e);
  if (isGone(e)) return new LedgerError('LT-LEDGER-UNREACHABLE', state, e);
  return new LedgerError('LT-LEDGER-WRITE-FAILED', state === undefined ? undefined : `SQLSTATE ${state}`, e);
}

/** True when trying the next write of a failed group alone is pointless: out of reach, disk full, read-only, out of memory, closed. */
export function isExhausted(e: unknown): boolean {
  if (isGone(e)) return true;
  if (isLedgerError(e)) return e.code === 'LT-LEDGER-CLOSED' || e.code === 'LT-LEDGER-UNREACHABLE';
  const state = sqlState(e);
  return state !== undefined && /^(53|25006|58|XX)/.test(state);
}

/** The driver would hand out bigints as text; every number of the ledger is exact below 2^53. */
function parseInt8(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new LedgerError('LT-LEDGER-UNREADABLE', 'integer beyond 2^53');
  return n;
}

async function loadDriver(): Promise<typeof Driver> {
  try {
    const module = await import('pg');
    return (module as unknown as { default?: typeof Driver }).default ?? module;
  } catch (e) {
    throw new LedgerError('LT-LEDGER-DRIVER-MISSING', 'pg', e);
  }
}

/** Statements are prepared once on each connection, under a name for each text. The texts are few: filters never enter them as values. */
const statementNames = new Map<string, string>();
function statementName(text: string): string | undefined {
  const known = statementNames.get(text);
  if (known !== undefined || statementNames.size >= MOST_STATEMENTS) return known;
  const name = `lt${statementNames.size + 1}`;
  statementNames.set(text, name);
  return name;
}

type Runner = Pick<Client, 'query'>;
async function run<R extends QueryResultRow>(runner: Runner, text: string, values: readonly Value[]): Promise<QueryResult<R>> {
  try {
    const name = statementName(text);
    return await runner.query<R>({ text, values: [...values], ...(name === undefined ? {} : { name }) });
  } catch (e) {
    if (isLedgerError(e) || sqlState(e) !== undefined) throw e;
    throw new ConnectionLost(e);
  }
}

/** Statements inside one transaction. Not awaited ones travel together: order is kept. */
export interface Tx {
  query<R extends QueryResultRow>(text: string, values?: readonly Value[]): Promise<R[]>;
  /** a change whose result nobody needs: sent at once, awaited with the commit */
  save(text: string, values?: readonly Value[]): void;
  /** several statements in one text, without values: migrations */
  script(text: string): Promise<void>;
}

/** A connection that one caller uses, one transaction at a time; connects by itself, again and again. */
export class Line {
  readonly #connect: () => Promise<Client>;
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;
  #isClosed = false;

  constructor(connect: () => Promise<Client>) {
    this.#connect = connect;
  }

  /** One statement outside a transaction. */
  async query<R extends QueryResultRow>(text: string, values: readonly Value[] = []): Promise<R[]> {
    const client = await this.client();
    try {
      return (await run<R>(client, text, values)).rows;
    } catch (e) {
      this.drop();
      throw e;
    }
  }

  /**
   * All of `work` or nothing, durable when it resolves. `work` may run several times: deadlock, serialization failure, connection
   * lost before COMMIT. It must not touch memory that outlives it before this has resolved.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const progress = { commitSent: false };
      try {
        return await this.#once(work, progress);
      } catch (e) {
        const again = AGAIN.has(sqlState(e) ?? '') || (isGone(e) && !progress.commitSent && attempt === 1);
        if (!again || attempt >= MOST_TRIES || this.#isClosed) throw e;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * RETRY_PAUSE_MS * attempt));
      }
    }
  }

  async #once<T>(work: (tx: Tx) => Promise<T>, progress: { commitSent: boolean }): Promise<T> {
    const client = await this.client();
    const saves: Promise<unknown>[] = [];
    const later = (promise: Promise<unknown>): void => {
      // Awaited with the commit; until then a failure must not count as unhandled.
      promise.catch(() => undefined);
      saves.push(promise);
    };
    try {
      later(run(client, 'BEGIN', []));
      const result = await work({
        query: async (text, values = []) => (await run<never>(client, text, values)).rows,
        save: (text, values = []) => { later(run(client, text, values)); },
        script: async (text) => { await client.query({ text, ...PATIENT }); },
      });
      progress.commitSent = true;
      const commit = run(client, 'COMMIT', []);
      await Promise.all([...saves, commit]);
      // A transaction that has failed answers COMMIT with ROLLBACK.
      if ((await commit).command !== 'COMMIT') throw new LedgerError('LT-LEDGER-WRITE-FAILED', 'rolled back');
      return result;
    } catch (e) {
      if (isLedgerError(e) && !progress.commitSent) await this.#rollback(client, saves);
      else this.drop();
      throw e;
    }
  }

  /** A refusal of ours: the connection itself is well. */
  async #rollback(client: Client, saves: Promise<unknown>[]): Promise<void> {
    try {
      await Promise.all([...saves, run(client, 'ROLLBACK', [])]);
    } catch {
      this.drop();
    }
  }

  /** The open connection, for what only a connection can do (LISTEN). It may be another one after each failure. */
  async client(): Promise<Client> {
    if (this.#isClosed) throw new LedgerError('LT-LEDGER-CLOSED');
    if (this.#client !== undefined) return this.#client;
    this.#connecting ??= this.#open().finally(() => { this.#connecting = undefined; });
    return this.#connecting;
  }

  async #open(): Promise<Client> {
    const client = await this.#connect();
    if (this.#isClosed) {
      await end(client);
      throw new LedgerError('LT-LEDGER-CLOSED');
    }
    this.#client = client;
    client.on('error', () => { this.#forget(client); });
    client.on('end', () => { this.#forget(client); });
    return client;
  }

  /** Cuts the connection: what was open on it is undone by the server. */
  drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) void end(client);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await end(client);
  }

  #forget(client: Client): void {
    if (this.#client === client) this.#client = undefined;
  }
}

/** Says good-bye when the server still listens, and does not wait for it when it does not. */
async function end(client: Client): Promise<void> {
  const socket = (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
  const timer = setTimeout(() => { socket.destroy(); }, 1_000);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database; TLS by its `sslmode` */
  url: string;
  /** shown by the server's list of sessions */
  applicationName: string;
  /** connections for reading, beside those of the lines */
  poolSize: number;
  /** false: the server has no LISTEN and NOTIFY (CockroachDB); true if not given */
  notify?: boolean;
}

export class Database {
  readonly #driver: typeof Driver;
  readonly #options: DatabaseOptions;
  readonly #pool: Pool;
  readonly #lines: Line[] = [];
  #isClosed = false;

  private constructor(driver: typeof Driver, options: DatabaseOptions) {
    this.#driver = driver;
    this.#options = options;
    this.#pool = new driver.Pool({ ...this.#config(), max: options.poolSize, idleTimeoutMillis: 30_000 });
    // An idle connection that breaks is replaced by the next caller.
    this.#pool.on('error', () => undefined);
  }

  /** processes can tell one another; else each looks by itself, once a second */
  get notifies(): boolean { return this.#options.notify ?? true; }

  /**
   * Connects, and makes sure that a commit means what it says.
   * @throws LedgerError LT-LEDGER-DRIVER-MISSING, -OPEN-FAILED
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const driver = await loadDriver();
    let database: Database | undefined;
    try {
      database = new Database(driver, options);
      const [row] = await database.query<{ level: string }>(`SELECT current_setting('synchronous_commit') AS level`);
      if (row?.level === 'off') throw new LedgerError('LT-LEDGER-OPEN-FAILED', 'synchronous_commit = off');
      return database;
    } catch (e) {
      await database?.close();
      if (isLedgerError(e)) throw e;
      const { code } = ((e as Error).cause ?? e) as { code?: unknown };
      throw new LedgerError('LT-LEDGER-OPEN-FAILED', typeof code === 'string' ? `PostgreSQL: ${code}` : 'PostgreSQL', e);
    }
  }

  /** A read: sees everything committed before it. */
  async query<R extends QueryResultRow>(text: string, values: readonly Value[] = []): Promise<R[]> {
    if (this.#isClosed) throw new LedgerError('LT-LEDGER-CLOSED');
    // A connection that broke while nobody used it is found out by its next user; reading twice is harmless.
    for (let attempt = 1; ; attempt++) {
      try {
        return (await run<R>(this.#pool as unknown as Runner, text, values)).rows;
      } catch (e) {
        if (!isGone(e) || attempt === 2 || this.#isClosed) throw e;
      }
    }
  }

  /** A connection of one's own. Closed with the database. */
  line(): Line {
    const line = new Line(() => this.#connect());
    this.#lines.push(line);
    return line;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#lines.map((line) => line.close()), this.#pool.end()]);
  }

  async #connect(): Promise<Client> {
    const client = new this.#driver.Client({ ...this.#config(), options: `${DURABLE} ${BY_INDEX}`, pipeline: true } as ClientConfig);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (e) {
      void end(client);
      throw new ConnectionLost(e);
    }
  }

  #config(): ClientConfig {
    const { types } = this.#driver;
    return {
      connectionString: this.#options.url,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: ANSWER_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      options: `${DURABLE} ${BY_VALUES}`,
      types: { getTypeParser: (oid: number, format?: never) => (oid === INT8 ? parseInt8 : (types.getTypeParser(oid, format) as never)) } as NonNullable<ClientConfig['types']>,
    };
  }
}
