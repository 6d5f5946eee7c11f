/** Upstreams and operations as small numbers: kept in memory, given out under the chain's lock, read again when another process gave one out. */
import { LedgerError } from '../errors.ts';
import type { Tx } from './db.ts';

const MOST_UPSTREAMS = 1023;

export interface OperationName { no: number; upstreamNo: number; upstream: string; name: string }
type Ask = Pick<Tx, 'query'>;
interface UpstreamRow { no: number; name: string }
interface OperationRow { no: number; upstreamNo: number; name: string }

export class Names {
  #upstreams = new Map<string, number>();
  #upstreamNames = new Map<number, string>();
  #operations = new Map<string, OperationName>();
  #byNo = new Map<number, OperationName>();

  /** Reads all of them; numbers once given never change. */
  async reload(ask: Ask): Promise<void> {
    const [upstreams, operations] = await Promise.all([
      ask.query<UpstreamRow>('SELECT no, name FROM upstreams ORDER BY no'),
      ask.query<OperationRow>('SELECT no, upstream_no AS "upstreamNo", name FROM operations ORDER BY no'),
    ]);
    this.keep(upstreams, operations);
  }

  /** Reads them again when one of the operations is not known here. */
  async know(operationNos: Iterable<number>, ask: Ask): Promise<void> {
    for (const no of operationNos) if (!this.#byNo.has(no)) return this.reload(ask);
  }

  keep(upstreams: readonly UpstreamRow[], operations: readonly OperationRow[]): void {
    for (const { no, name } of upstreams) {
      this.#upstreams.set(name, no);
      this.#upstreamNames.set(no, name);
    }
    for (const row of operations) {
      const operation = { ...row, upstream: this.upstreamName(row.upstreamNo) };
      this.#operations.set(`${row.upstreamNo} ${row.name}`, operation);
      this.#byNo.set(row.no, operation);
    }
  }

  knownUpstream(name: string): number | undefined { return this.#upstreams.get(name); }
  knownOperation(upstreamNo: number, name: string): number | undefined { return this.#operations.get(`${upstreamNo} ${name}`)?.no; }
  upstreamName(no: number): string { return this.#upstreamNames.get(no) ?? ''; }
  upstreamNumbers(): number[] { return [...this.#upstreamNames.keys()]; }
  operationNumbers(): number[] { return [...this.#byNo.keys()]; }
  operationByNo(no: number): OperationName { return this.#byNo.get(no) ?? { no, upstreamNo: 0, upstream: '', name: '' }; }
  /** Numbers of all operations of that name, whichever the upstream. */
  operationsNamed(name: string): number[] { return [...this.#byNo.values()].filter((operation) => operation.name === name).map((operation) => operation.no); }
}

/** Numbers given out inside one transaction, under the chain's lock; everyone learns them once it is durable. */
export class NewNames {
  readonly #names: Names;
  readonly #upstreams: UpstreamRow[] = [];
  readonly #operations: OperationRow[] = [];

  constructor(names: Names) {
    this.#names = names;
  }

  upstream(name: string): number {
    const known = this.#names.knownUpstream(name) ?? this.#upstreams.find((row) => row.name === name)?.no;
    if (known !== undefined) return known;
    const no = Math.max(0, ...this.#names.upstreamNumbers(), ...this.#upstreams.map((row) => row.no)) + 1;
    if (no > MOST_UPSTREAMS) throw new LedgerError('LT-LEDGER-INVALID', `more than ${MOST_UPSTREAMS} upstreams`);
    this.#upstreams.push({ no, name });
    return no;
  }

  operation(upstreamNo: number, name: string): number {
    const known = this.#names.knownOperation(upstreamNo, name) ?? this.#operations.find((row) => row.upstreamNo === upstreamNo && row.name === name)?.no;
    if (known !== undefined) return known;
    const no = Math.max(0, ...this.#names.operationNumbers(), ...this.#operations.map((row) => row.no)) + 1;
    this.#operations.push({ no, upstreamNo, name });
    return no;
  }

  upstreamName(no: number): string { return this.#upstreams.find((row) => row.no === no)?.name ?? this.#names.upstreamName(no); }

  save(tx: Tx): void {
    for (const { no, name } of this.#upstreams) tx.save('INSERT INTO upstreams (no, name) VALUES ($1, $2)', [no, name]);
    for (const { no, upstreamNo, name } of this.#operations) tx.save('INSERT INTO operations (no, upstream_no, name) VALUES ($1, $2, $3)', [no, upstreamNo, name]);
  }

  committed(): void { this.#names.keep(this.#upstreams, this.#operations); }
}
