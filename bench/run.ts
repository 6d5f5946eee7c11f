/** `npm run bench [-- encode accept import end-to-end]`: prints hardware, settings, figures and ratios; exit 1 when a goal is missed. */
import { benchEncode } from './encode.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchAccept, benchImport } from './intake.ts';
import { hardware, print, type Row } from './lib/report.ts';

const BENCHES: Record<string, [title: string, run: () => Promise<{ rows: Row[]; settings: string }> | { rows: Row[]; settings: string }]> = {
  encode: ['Validate and encode', benchEncode],
  accept: ['HTTP accept', benchAccept],
  import: ['NDJSON import', benchImport],
  'end-to-end': ['Accept to delivered and settled', benchEndToEnd],
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
