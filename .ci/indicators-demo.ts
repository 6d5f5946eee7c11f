/**
 * Writes the printable report of the Cần Thơ fortnight to docs/indicators: the example's export through the OpenCPS adapter, counted by the engine, every
 * received dossier taken as synchronised when it was received. The same bytes each time.
 *
 *   node .ci/indicators-demo.ts [--picture]   # also a picture of its head, by the Chromium of this machine
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configure } from '../adapters/opencps/config.ts';
import { decodeRecord } from '../adapters/opencps/decode.ts';
import { generateExport } from '../examples/can-tho-2025-07/generate.ts';
import { readAsk } from '../src/gateway/indicators/ask.ts';
import { createIndicatorService } from '../src/gateway/indicators/service.ts';
import { factsOf, loadRegister, Population } from '../src/indicators/index.ts';
import { htmlOf } from '../src/indicators/report/html.ts';
import { epochFromInstant } from '../src/model/index.ts';

const OUT = new URL('../docs/indicators/', import.meta.url);
const MADE_AT = Date.parse('2025-07-14T01:00:00Z');

/** @returns file name → page */
export function demoReports(): Map<string, string> {
  const config = configure({});
  const population = new Population();
  for (const line of generateExport()) {
    const { dossier } = decodeRecord(JSON.parse(line), config);
    const { acceptedAt } = dossier.dates;
    population.put(factsOf(dossier, acceptedAt === undefined ? null : (epochFromInstant(acceptedAt) ?? null)));
  }
  const service = createIndicatorService({
    source: { population: () => population, state: () => ({ seq: population.size, moves: 1 }), refresh: () => Promise.resolve(), recompute: () => Promise.resolve(undefined) },
    register: loadRegister(fileURLToPath(new URL('../examples/can-tho-2025-07/register.json', import.meta.url))), authority: 'UBND thành phố Cần Thơ (dữ liệu mẫu, người và hồ sơ là hư cấu)', now: () => MADE_AT,
  });
  const document = service.document(readAsk({ period: '2025-07-01..2025-07-13', by: 'unit' }, MADE_AT));
  return new Map([['can-tho-2025-07-01_13.html', htmlOf(document, 'vi')]]);
}

if (import.meta.main) {
  mkdirSync(OUT, { recursive: true });
  for (const [name, page] of demoReports()) {
    const file = new URL(name, OUT);
    writeFileSync(file, page);
    if (!process.argv.includes('--picture')) continue;
    const picture = fileURLToPath(file).replace(/html$/, 'png');
    execFileSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--window-size=1000,1300', `--screenshot=${picture}`, file.href], { stdio: 'ignore', timeout: 60_000 });
  }
}
