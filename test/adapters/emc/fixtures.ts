/** Configurations of the EMC adapter and its invented dossier under short names. */
import { configure, type EmcConfig } from '../../../adapters/emc/adapter.ts';

export { emcDossier } from '../../../adapters/emc/fixtures/dossiers.ts';

export const rawConfig = { baseUrl: 'https://emc.example.vn', siteId: 4711 };
export const config = (more: Record<string, unknown> = {}): EmcConfig => configure({ ...rawConfig, ...more });
