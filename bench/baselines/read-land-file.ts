/** Reads one large land file in a process of its own, by the streaming reader with its check or by fast-xml-parser alone, and prints what it cost. */
import { createReadStream, readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { createLandChecker } from '../../adapters/vbdlis/xml/check.ts';
import { streamLandXml } from '../../adapters/vbdlis/xml/read.ts';
import { keepHeapSmall } from '../../src/cli/memory.ts';

const [how, file = ''] = process.argv.slice(2);
const status = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;

async function stream(): Promise<Record<string, number>> {
  const checker = createLandChecker();
  const counts = { files: 0, entities: 0, findings: 0 };
  for await (const piece of streamLandXml(createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 }), () => void (counts.findings += 1))) {
    if (piece.kind === 'entity') {
      counts.entities += 1;
      checker.entity(piece);
    } else {
      counts.files += 1;
      counts.findings += checker.file(piece.file).length;
    }
  }
  return counts;
}
function tree(): Record<string, number> {
  const read = new XMLParser().parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return { files: 'HoSoXml' in read ? 1 : 0 };
}

keepHeapSmall();
const startMb = status('VmRSS');
const started = performance.now();
const counts = how === 'stream' ? await stream() : tree();
process.stdout.write(JSON.stringify({ seconds: (performance.now() - started) / 1000, aboveStartMb: status('VmHWM') - startMb, ...counts }));
