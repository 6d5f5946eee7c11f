/** Upstreams and operations as small numbers. Read once, kept in memory, written when first seen. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LedgerError } from '../errors.ts';

const MOST_UPSTREAMS = 1023;

export interface OperationName { no: number; upstreamNo: number; upstream: string; name: string }

export class Names {
  readonly #db: DatabaseSync;
  readonly #insertUpstream: StatementSync;
  readonly #insertOperation: StatementSync;
  readonly #upstreams = new Map<string, number>();
  readonly #upstreamNames = new Map<number, string>();
  readonly #operations = new Map<number, Map<string, OperationName>>();
  readonly #byNo = new Map<number, OperationName>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insertUpstream = db.prepare('INSERT INTO upstreams (no, name) VALUES (?, ?)');
    this.#insertOperation = db.prepare('INSERT INTO operations (no, upstream_no, name) VALUES (?, ?, ?)');
    this.reload();
  }

  /** After a rollback: numbers given inside the lost transaction are forgotten. */
  reload(): void {
    for (const map of [this.#upstreams, this.#upstreamNames, this.#operations, this.#byNo]) map.clear();
    for (const row of this.#db.prepare('SELECT no, name FROM upstreams ORDER BY no').all() as unknown as { no: number; name: string }[]) {
      this.#keepUpstream(row.no, row.name);
    }
    const rows = this.#db.prepare('SELECT no, upstream_no AS upstreamNo, name FROM operations ORDER BY no').all();
    for (const row of rows as unknown as { no: number; upstreamNo: number; name: string }[]) this.#keepOperation(row);
  }

  /** Number of an upstream, given now if it is new. Call inside a write transaction. */
  upstream(name: string): number {
    const known = this.#upstreams.get(name);
    if (known !== undefined) return known;
    const no = this.#upstreams.size + 1;
    if (no > MOST_UPSTREAMS) throw new LedgerError('LT-LEDGER-INVALID', `more than ${MOST_UPSTREAMS} upstreams`);
    this.#insertUpstream.run(no, name);
    this.#keepUpstream(no, name);
    return no;
  }

  /** Number of an operation, given now if it is new. Call inside a write transaction. */
  operation(upstreamNo: number, name: string): number {
    const known = this.#operations.get(upstreamNo)?.get(name);
    if (known !== undefined) return known.no;
    const no = this.#byNo.size + 1;
    this.#insertOperation.run(no, upstreamNo, name);
    this.#keepOperation({ no, upstreamNo, name });
    return no;
  }

  knownUpstream(name: string): number | undefined { return this.#upstreams.get(name); }
  upstreamName(no: number): string { return this.#upstreamNames.get(no) ?? ''; }
  upstreamNumbers(): number[] { return [...this.#upstreamNames.keys()]; }
  operationByNo(no: number): OperationName { return this.#byNo.get(no) ?? { no, upstreamNo: 0, upstream: '', name: '' }; }
  /** Numbers of all operations of that name, whichever the upstream. */
  operationsNamed(name: string): number[] { return [...this.#byNo.values()].filter((operation) => operation.name === name).map((operation) => operation.no); }

  #keepUpstream(no: number, name: string): void {
    this.#upstreams.set(name, no);
    this.#upstreamNames.set(no, name);
    this.#operations.set(no, new Map());
  }

  #keepOperation(row: { no: number; upstreamNo: number; name: string }): void {
    const operation = { ...row, upstream: this.upstreamName(row.upstreamNo) };
    this.#operations.get(row.upstreamNo)?.set(row.name, operation);
    this.#byNo.set(row.no, operation);
  }
}
