import { connect, type Dossier } from 'lienthong';
import { dvcqg } from 'lienthong/adapters/dvcqg';
import dossier from './dossier.json' with { type: 'json' };

const { DVCQG_URL: baseUrl, DVCQG_AGENCY: agencyCode, DVCQG_USERNAME: username, DVCQG_PASSWORD: password } = process.env;
const portal = connect(dvcqg, { baseUrl, agencyCode, username, password });

const outcome = await portal.run('syncDossier', dossier as Dossier);
if (outcome.kind === 'done') console.log(`synchronised ${outcome.value.code}`);
else console.error(outcome.kind, outcome.kind === 'rejected' ? outcome.issues : outcome.issue);

await portal.close();
process.exitCode = outcome.kind === 'done' ? 0 : 1;
