/** A dossier for which a population database was asked says so in `linkedDatabases`, and goes on saying so: the indicators count it. */
import type { Dossier } from '../../model/canonical.ts';

/** @returns the dossier with the database's code, undefined when it has it already. Pure */
export const marked = (dossier: Dossier, databaseCode: string): Dossier | undefined =>
  (dossier.linkedDatabases.includes(databaseCode) ? undefined : { ...dossier, linkedDatabases: [...dossier.linkedDatabases, databaseCode] });

/** For snapshots of the province's system, which may know nothing of what was asked through the gateway. */
export const keepMark = (databaseCode: string) => (known: Dossier, incoming: Dossier): Dossier =>
  (known.linkedDatabases.includes(databaseCode) ? (marked(incoming, databaseCode) ?? incoming) : incoming);
