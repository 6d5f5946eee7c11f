/** What the commands print: tables and facts for people, JSON for scripts. */

/** Exit codes, the same for every command; `--help` lists them. */
export const EXIT = {
  ok: 0,
  /** it ran, and what it found is not good: dead letters, failed lines, a broken chain */
  findings: 1,
  /** wrong usage or a configuration that cannot be accepted */
  usage: 2,
  /** something that is needed was not there: the gateway, the ledger's lock, a port */
  unavailable: 3,
} as const;

export const EXIT_HELP = `
Exit codes / Mã thoát: 0 ok · 1 findings (có lỗi cần xử lý) · 2 usage or configuration (sai tham số, cấu hình) · 3 unavailable (không kết nối được)`;

/** A failure that ends a command with its own exit code and without a stack. */
export class CommandError extends Error {
  override name = 'CommandError' as const;
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export type Cell = string | number;

/** Columns padded to their widest cell; numbers stand right. */
export function table(head: string[], rows: Cell[][]): string {
  const text = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)));
  const widths = head.map((title, i) => Math.max(title.length, ...text.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[], pad: (cell: string, i: number) => string) => cells.map(pad).join('  ').trimEnd();
  const padded = (i: number, row: Cell[] | undefined) => (cell: string) => (typeof row?.[i] === 'number' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0));
  return [
    line(head, (cell, i) => padded(i, rows[0])(cell)),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...text.map((cells, r) => line(cells, (cell, i) => padded(i, rows[r])(cell))),
  ].join('\n');
}
