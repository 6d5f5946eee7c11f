/** The one error class of this room. Codes and sentences come from the catalogue. */
import { ledgerErrors } from '../contract/errors/ledger.ts';
import type { ErrorEntry, Text } from '../contract/errors/types.ts';

export type LedgerErrorCode = (typeof ledgerErrors)[number]['code'];

const entries = new Map<string, ErrorEntry>(ledgerErrors.map((entry) => [entry.code, entry]));

/**
 * A refusal or failure of the ledger. `code` is stable, `text` is for people in both languages.
 * `detail` names technical things only (a pid, a folder, a migration number), never a person's data.
 */
export class LedgerError extends Error {
  override name = 'LedgerError' as const;
  readonly code: LedgerErrorCode;
  readonly text: Text;
  readonly detail: Text | undefined;

  constructor(code: LedgerErrorCode, detail?: Text | string, cause?: unknown) {
    const entry = entries.get(code);
    const extra = typeof detail === 'string' ? { vi: detail, en: detail } : detail;
    const text = {
      vi: `${entry?.title.vi ?? code}${extra ? `: ${extra.vi}` : ''}`,
      en: `${entry?.title.en ?? code}${extra ? `: ${extra.en}` : ''}`,
    };
    super(`${code} ${text.en}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.text = text;
    this.detail = extra;
  }
}

/** True for errors of this room, also when two copies of the module are loaded. */
export const isLedgerError = (e: unknown): e is LedgerError =>
  e instanceof Error && e.name === 'LedgerError' && typeof (e as LedgerError).code === 'string';
