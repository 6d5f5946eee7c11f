/** Validators of the canonical documents. */
import { checkWith } from './check.ts';
import type { VerifiedPerson as VerifiedPersonType } from '../model/verified-person.ts';
import { CitizenVerification, Dossier, LedgerEvent, VerifiedPerson } from './generated/canonical.js';
import type { Validate } from './validate.ts';

/** A dossier of the canonical model (`schemas/canonical/dossier.schema.json`): the value, typed, or every issue at once. */
export const validateDossier = checkWith(Dossier);
/** An event of the ledger as the HTTP API shows it (`schemas/canonical/event.schema.json`). */
export const validateLedgerEvent = checkWith(LedgerEvent);
/** A person who signed in (`schemas/canonical/verified-person.schema.json`), as an application keeps and reads it back. */
export const validateVerifiedPerson = checkWith(VerifiedPerson) as Validate<VerifiedPersonType>;
/** What a population database has answered (`schemas/canonical/citizen-verification.schema.json`). */
export const validateCitizenVerification = checkWith(CitizenVerification);
