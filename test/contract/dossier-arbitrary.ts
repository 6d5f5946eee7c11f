/** The canonical schema and random dossiers, as the test kit draws them. */
import fc from 'fast-check';
import { arbitraryDossier, dossierSchema as readSchema, resolve, type Schema } from '../../src/testing/suite/dossiers.ts';
import type { Dossier } from '../../src/model/canonical.ts';

export { resolve, type Schema };
export const dossierSchema = readSchema();
export const dossierArbitrary = arbitraryDossier(fc);

/** The example of the schema, as a fresh copy. */
export const exampleDossier = (): Dossier => structuredClone((dossierSchema['examples'] as Dossier[])[0] as Dossier);
