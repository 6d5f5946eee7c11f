/**
 * Writes the export of the Cần Thơ fortnight, or of another population, as NDJSON.
 *
 *   node examples/can-tho-2025-07/generate.ts [--population FILE] [--out FILE] [--stdout] [--with-not-received]
 */
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable, type Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { generateExport, type ExportOptions } from './lib/export.ts';
import { readPopulation } from './lib/population.ts';

export { EXPECTED, generateExport, type ExportOptions } from './lib/export.ts';
export * from './lib/land.ts';
export { CAN_THO, figuresOf, readPopulation, type Population, type PopulationFigures } from './lib/population.ts';
export { registerOf } from './lib/register.ts';
export { units } from './lib/units.ts';

const CHUNK = 256 * 1024;

/** Lines → text in larger pieces: one write per line would cost more than making the line. */
function* pieces(options: ExportOptions): Generator<string, void, undefined> {
  let held = '';
  for (const line of generateExport(options)) {
    held += `${line}\n`;
    if (held.length >= CHUNK) {
      yield held;
      held = '';
    }
  }
  if (held !== '') yield held;
}

/** Writes the whole export, with backpressure. Ends `target` unless it is the process's own output. */
export async function writeExport(target: Writable, options: ExportOptions = {}): Promise<void> {
  await pipeline(Readable.from(pieces(options)), target, { end: target !== process.stdout });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: fileURLToPath(new URL('data/export.ndjson', import.meta.url)) },
      population: { type: 'string' },
      stdout: { type: 'boolean', default: false },
      'with-not-received': { type: 'boolean', default: false },
    },
  });
  const options: ExportOptions = {
    withNotReceived: values['with-not-received'],
    ...(values.population === undefined ? {} : { population: readPopulation(JSON.parse(readFileSync(values.population, 'utf8'))) }),
  };
  if (values.stdout) return writeExport(process.stdout, options);
  const file = resolve(values.out);
  await mkdir(dirname(file), { recursive: true });
  await writeExport(createWriteStream(file), options);
  process.stderr.write(`${file}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
