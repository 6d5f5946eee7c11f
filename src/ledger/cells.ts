/**
 * Small named values that all processes on one ledger share and that survive a restart: a breaker's state, a rate limit's
 * clock, an alert's state, a replay's progress. Changed by compare-and-swap, so that two processes cannot undo each other.
 * Values are JSON text of a few kB and are encrypted at rest. Names are `area/thing`, never a person's data.
 */
export interface Cell { name: string; version: number; value: string }

export interface LedgerCells {
  getCell(name: string): Promise<Cell | undefined>;
  /**
   * Writes when the cell still has `expectedVersion` (0: does not exist yet). The version grows by one.
   * @returns false when someone else was faster: read again
   */
  putCell(name: string, value: string, expectedVersion: number): Promise<boolean>;
  /** false when it is not there at that version */
  deleteCell(name: string, expectedVersion: number): Promise<boolean>;
  /** cells whose name starts with `prefix`, by name */
  listCells(prefix: string, limit: number): Promise<Cell[]>;
}
