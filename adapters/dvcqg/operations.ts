/** Every operation of the portal by its name. */
import { appendProgress } from './operations/append-progress.ts';
import { findTechnicalId, listAgencies, listCatalogue, listOnlineServices, listProcedures, listSectors } from './operations/catalogues.ts';
import { findDossier } from './operations/find-dossier.ts';
import { getProcedure } from './operations/procedure.ts';
import { syncDossier } from './operations/sync-dossier.ts';
import { syncStatus } from './operations/sync-status.ts';

export const operations = {
  // The order of the plans: a dossier before its steps.
  syncDossier,
  appendProgress,
  syncStatus,
  findDossier,
  getProcedure,
  listProcedures,
  listAgencies,
  listSectors,
  listOnlineServices,
  findTechnicalId,
  listCatalogue,
};
