/** Land files (HoSoXml): small ones read, checked and written, and one of 100 MB read as it comes, against fast-xml-parser in the same run. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { buildLandFile } from '../adapters/vbdlis/xml/build.ts';
import { checkLandFile } from '../adapters/vbdlis/xml/check.ts';
import { parseLandXml } from '../adapters/vbdlis/xml/read.ts';
import { landFile } from './lib/land-files.ts';
import { temporaryFolder } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';
import { interleaved } from './lib/rounds.ts';

const SMALL_PARCELS = 9;
const LARGE_PARCELS = 51_500;

export async function benchLandXml(): Promise<Result> {
  const small = buildLandFile(landFile(SMALL_PARCELS));
  const large = await readLarge();
  return {
    settings: `dossier file of ${Buffer.byteLength(small).toLocaleString('en-US')} bytes, medians of interleaved rounds, one thread; ${large.settings}`,
    rows: [...smallRows(small), ...large.rows],
  };
}

function smallRows(document: string): Row[] {
  const megabytes = Buffer.byteLength(document) / 1e6;
  const plain = new XMLParser();
  const builder = new XMLBuilder();
  const tree: unknown = plain.parse(document);
  const [typed] = parseLandXml(document).files;
  if (typed === undefined) throw new Error('no land file was read');
  const rate = interleaved({
    'plain read': () => plain.parse(document) as unknown,
    read: () => {
      const { files, findings } = parseLandXml(document);
      const [file] = files;
      if (file === undefined || findings.length + checkLandFile(file).length > 0) throw new Error('the file is not sound');
      return file;
    },
    'plain write': () => builder.build(tree),
    write: () => buildLandFile(typed),
  });
  const row = (what: string, name: keyof typeof rate, baseline: keyof typeof rate, goal?: Row['goal']): Row =>
    ({ what, value: rate[name] * megabytes, unit: 'MB/s', ratio: rate[name] / rate[baseline], note: `${Math.round(rate[name]).toLocaleString('en-US')} /s`, ...(goal === undefined ? {} : { goal }) });
  return [
    row('fast-xml-parser: text to a tree without types (baseline)', 'plain read', 'plain read'),
    row('read: well-formed, bounded, typed, codes and references checked', 'read', 'plain read', { atLeast: 1, of: 'ratio' }),
    row('fast-xml-parser: tree to text (baseline)', 'plain write', 'plain write'),
    row('write: typed file to text', 'write', 'plain write', { atLeast: 1, of: 'ratio' }),
  ];
}

interface Cost { seconds: number; aboveStartMb: number; files: number; entities?: number; findings?: number }

async function readLarge(): Promise<Result> {
  const folder = temporaryFolder();
  try {
    const path = join(folder, 'large.xml');
    const text = buildLandFile(landFile(LARGE_PARCELS));
    const bytes = Buffer.byteLength(text);
    writeFileSync(path, text);
    const stream = await cost('stream', path);
    if (stream?.files !== 1 || stream.findings !== 0) throw new Error('the large file was not read as it was written');
    const tree = await cost('tree', path);
    const perSecond = (of: Cost): number => bytes / 1e6 / of.seconds;
    return {
      settings: `one file of ${Math.round(bytes / 1e6)} MB with ${(stream.entities ?? 0).toLocaleString('en-US')} entities at its root, each reader in a process of its own`,
      rows: [
        ...(tree === undefined ? [{ what: '100 MB, fast-xml-parser: does not take it', value: Number.NaN, unit: 'MB/s' }] : [
          { what: '100 MB, fast-xml-parser (baseline)', value: perSecond(tree), unit: 'MB/s', ratio: 1 },
          { what: '  memory above its start, highest', value: tree.aboveStartMb, unit: 'MB' },
        ]),
        { what: '100 MB as it comes: read and checked', value: perSecond(stream), unit: 'MB/s', ...(tree === undefined ? {} : { ratio: perSecond(stream) / perSecond(tree), goal: { atLeast: 1, of: 'ratio' as const } }) },
        { what: '  memory above its start, highest', value: stream.aboveStartMb, unit: 'MB', goal: { below: 150 } },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns undefined when the process died of it */
function cost(how: 'stream' | 'tree', path: string): Promise<Cost | undefined> {
  return new Promise((resolve, reject) => {
    // The flags of the command, so that memory means what it means there.
    const child = spawn(process.execPath, ['--max-semi-space-size=16', '--no-parallel-scavenge', new URL('./baselines/read-land-file.ts', import.meta.url).pathname, how, path], { stdio: ['ignore', 'pipe', 'ignore'] });
    let told = '';
    child.stdout.on('data', (piece: Buffer) => (told += piece.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? (JSON.parse(told) as Cost) : undefined));
  });
}
