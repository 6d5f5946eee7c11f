import type { LedgerCells } from '../../src/ledger/cells.ts';

/** Cells in memory, each write a turn of the loop later, so that several users of them are like several processes. */
export function memoryCells(): LedgerCells & { writes: number } {
  const held = new Map<string, { version: number; value: string }>();
  const cells = {
    writes: 0,
    getCell: (name: string) => Promise.resolve(held.has(name) ? { name, ...(held.get(name) as { version: number; value: string }) } : undefined),
    async putCell(name: string, value: string, expected: number) {
      await new Promise((resolve) => setImmediate(resolve));
      if ((held.get(name)?.version ?? 0) !== expected) return false;
      cells.writes += 1;
      held.set(name, { version: expected + 1, value });
      return true;
    },
    deleteCell: () => Promise.resolve(false),
    listCells: (prefix: string, limit: number) => Promise.resolve([...held].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit).map(([name, cell]) => ({ name, ...cell }))),
  };
  return cells;
}
