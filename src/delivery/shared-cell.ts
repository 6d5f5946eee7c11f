/** A cell of the ledger as a value that processes change together. */
import type { LedgerCells } from '../ledger/cells.ts';

/** Losing this often in a row means that others change it all the time: whoever asks may come back later. */
const MOST_TRIES = 8;

/**
 * Reads, changes and writes, again when someone else was faster.
 * @param change gets what the cell holds now; the same object (or undefined) back leaves the cell alone
 * @returns what the cell holds afterwards; `written` is false when nothing was to be changed or others were always faster
 * @throws LedgerError
 */
export async function changeCell<T>(cells: LedgerCells, name: string, change: (value: T | undefined) => T | undefined): Promise<{ value: T | undefined; version: number; written: boolean }> {
  for (let tries = 1; ; tries += 1) {
    const cell = await cells.getCell(name);
    const value = cell === undefined ? undefined : (JSON.parse(cell.value) as T);
    const version = cell?.version ?? 0;
    const next = change(value);
    if (next === undefined || next === value) return { value, version, written: false };
    if (await cells.putCell(name, JSON.stringify(next), version)) return { value: next, version: version + 1, written: true };
    if (tries === MOST_TRIES) return { value, version, written: false };
  }
}
