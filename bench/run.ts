/** `npm run bench [-- part …]`: prints hardware, settings, figures and ratios; exit 1 when a goal is missed. */
import { benchCosts } from './costs.ts';
import { benchDeliverPostgres, benchDeliverSqlite } from './deliver.ts';
import { benchEncode } from './encode.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchIndicators } from './indicators.ts';
import { benchIntakeLatency } from './intake-latency.ts';
import { benchAccept, benchImport } from './intake.ts';
import { benchLandCases } from './land-cases.ts';
import { benchLandMemory } from './land-memory.ts';
import { benchLandXml } from './land-xml.ts';
import { benchLatency } from './latency.ts';
import { benchBacklogMemory, benchGrowth, benchRestart } from './ledger-size.ts';
import { benchObserve } from './observe.ts';
import { benchWake } from './wake.ts';
import { hardware, print, type Result } from './lib/report.ts';

const BENCHES: Record<string, [title: string, run: () => Promise<Result> | Result]> = {
  encode: ['Validate and encode', benchEncode],
  accept: ['HTTP accept', benchAccept],
  import: ['NDJSON import', benchImport],
  'end-to-end': ['Import of the Cần Thơ fortnight to delivered and settled', benchEndToEnd],
  'deliver-sqlite': ['Accept to delivered and settled, SQLite', benchDeliverSqlite],
  'deliver-postgres': ['Accept to delivered and settled, PostgreSQL', benchDeliverPostgres],
  costs: ['What a change costs', benchCosts],
  observe: ['Answers held against their shapes', benchObserve],
  wake: ['A second queue beside the lanes', benchWake],
  latency: ['A slow upstream', benchLatency],
  'intake-latency': ['Waiting for the acknowledgement', benchIntakeLatency],
  indicators: ['Indicators over a million dossiers', benchIndicators],
  growth: ['A million dossiers in the ledger', benchGrowth],
  'land-xml': ['Land files as XML', benchLandXml],
  'land-cases': ['Land cases, there and back', benchLandCases],
  'land-memory': ['Memory with attachments in flight', benchLandMemory],
  restart: ['Restart with a backlog', benchRestart],
  backlog: ['A million deliveries waiting', benchBacklogMemory],
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`no benchmark '${unknown}'; there is: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
console.log(hardware());
let met = true;
for (const [name, [title, run]] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stderr.write(`… ${title}\n`);
  const { rows, settings } = await run();
  met = print(title, settings, rows) && met;
}
process.exitCode = met ? 0 : 1;
