/** Validators of the canonical documents. */
import { checkWith } from './check.ts';
import { Dossier, LedgerEvent } from './generated/canonical.js';

/** A dossier of the canonical model (`schemas/canonical/dossier.schema.json`): the value, typed, or every issue at once. */
export const validateDossier = checkWith(Dossier);
/** An event of the ledger as the HTTP API shows it (`schemas/canonical/event.schema.json`). */
export const validateLedgerEvent = checkWith(LedgerEvent);
