/** Every operation, by name. */
import { acknowledge } from './operations/acknowledge.ts';
import { pushCivilStatus } from './operations/push.ts';
import { listDossiers, readDossier, readResults } from './operations/read.ts';
import { reportStatus } from './operations/report.ts';

export const operations = { listDossiers, readDossier, acknowledge, pushCivilStatus, readResults, reportStatus };
