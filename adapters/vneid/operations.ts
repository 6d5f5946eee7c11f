/** Every operation of judicial records by its name. */
import { pushToBackend } from './operations/push-to-backend.ts';
import { readResult } from './operations/read-result.ts';
import { reportStatus } from './operations/report-status.ts';

export const operations = {
  // The order of the plans: VNeID hears that a dossier was received before it is handed over.
  reportStatus,
  pushToBackend,
  readResult,
};
