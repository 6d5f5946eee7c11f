/** Every operation, by name. Of one change they are planned in this order: DVCLT hears of the acceptance before the dossier is handed over, however long that takes. */
import { acknowledge } from './operations/acknowledge.ts';
import { pushCivilStatus } from './operations/push.ts';
import { listDossiers, readDossier, readResults } from './operations/read.ts';
import { reportStatus } from './operations/report.ts';

export const operations = { listDossiers, readDossier, acknowledge, reportStatus, pushCivilStatus, readResults };
