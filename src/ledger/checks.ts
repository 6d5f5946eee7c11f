/** What an engine refuses before it asks its database, the same on each: better here, alone, than inside a shared transaction. */
import { LedgerError } from './errors.ts';
import { HOLD_SCOPES } from './control.ts';
import type { Act, NewHold } from './control.ts';

const MOST_KEY_CHARS = 512;
const MOST_REASON_CHARS = 4_000;
const MOST_CELL_CHARS = 256 * 1024;
const ACT_KIND = /^(?:control|replay|retention|chain|citizen)\.[a-z-]{1,64}$/;

const invalid = (what: string): LedgerError => new LedgerError('LT-LEDGER-INVALID', what);
const isKey = (text: unknown): boolean => typeof text === 'string' && text !== '' && text.length <= MOST_KEY_CHARS;

/** @returns the hold as it is kept: an upstream that is held as a whole names no other one, a reason has its bound */
export function checkedHold(hold: NewHold): NewHold {
  if (!HOLD_SCOPES.includes(hold.scope) || !isKey(hold.key) || !isKey(hold.by)) throw invalid('scope, key, by');
  if (hold.upstream !== null && !isKey(hold.upstream)) throw invalid('upstream');
  if (typeof hold.reason !== 'string' || (hold.until !== null && !Number.isSafeInteger(hold.until))) throw invalid('reason, until');
  return { scope: hold.scope, key: hold.key, upstream: hold.scope === 'upstream' ? null : hold.upstream, by: hold.by, reason: hold.reason.slice(0, MOST_REASON_CHARS), until: hold.until };
}

export const checkedReason = (reason: string | undefined): string | null => reason?.slice(0, MOST_REASON_CHARS) ?? null;

export function checkAct(act: Act): void {
  if (!ACT_KIND.test(act.kind) || !isKey(act.by)) throw invalid('kind, by');
  if (act.dossierCode !== undefined && !isKey(act.dossierCode)) throw invalid('dossierCode');
}

export function checkCell(name: string, value: string, expectedVersion: number): void {
  if (!isKey(name) || typeof value !== 'string' || value.length > MOST_CELL_CHARS) throw invalid('name, value');
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) throw invalid('expectedVersion');
}
