/**
 * The canonical dossier. These names are what every adapter translates to and from; their one source is
 * `schemas/canonical/dossier.schema.json`, from which types and value lists are generated.
 * Instants are RFC 3339 strings in UTC (`2025-07-01T01:30:00Z`); amounts are whole VND.
 * Source of the fields: mapping table C.5 and status machine C.6 (emc-lgsp-province fact sheet).
 */
export * from './generated/enums.ts';
export type * from './generated/dossier.ts';
export type { EventWarning, LedgerEvent } from './generated/event.ts';
export type * from './generated/citizen-verification.ts';
export type * from './generated/civil-status.ts';
export type * from './generated/judicial-record.ts';
export type * from './generated/land-case.ts';
export type { VerifiedAccountType, VerifiedIdentityProvider } from './generated/verified-person.ts';
export type { VerifiedPerson } from './verified-person.ts';
