import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { evidenceBundle, type EvidenceBundle } from '../../gateway/bundle.ts';
import { evidenceText } from '../../gateway/bundle-text.ts';
import { DurableFile } from '../../ledger/audit/durable.ts';
import { brokenEvidence } from '../../ledger/audit/evidence.ts';
import { getJson } from '../ndjson-client.ts';
import { CommandError, EXIT } from '../output.ts';
import { openReader, readConfig } from './ledger-source.ts';

interface Options { to: string; keyEnv: string; config?: string; out?: string }

/**
 * Writes one dossier's evidence: one JSON file, or a folder with the same file, its parts, and a report to be read as it is. The names say when,
 * never who; what is inside is what the operator API shows, personal data included.
 */
export async function evidence(code: string, options: Options): Promise<void> {
  const bundle = options.config === undefined ? await overHttp(code, options) : await fromLedger(code, options.config);
  const out = resolve(options.out ?? `evidence-${bundle.madeAt.replace(/[-:.]/g, '')}`);
  const single = out.endsWith('.json');
  if (!single) mkdirSync(out, { recursive: true, mode: 0o700 });
  // One line, so that `verify` knows it by its first.
  await write(single ? out : join(out, 'evidence.json'), JSON.stringify(bundle));
  if (!single) {
    const { dossier, events, exchanges, attempts } = bundle.timeline;
    const parts = { dossier, events, exchanges, attempts, orders: bundle.orders, chain: bundle.chain, checkpoints: bundle.checkpoints, versions: bundle.versions };
    for (const [name, part] of Object.entries(parts)) await write(join(out, `${name}.json`), JSON.stringify(part, null, 2));
    await write(join(out, 'report.txt'), evidenceText(bundle));
  }
  const broken = brokenEvidence(bundle.chain);
  const last = bundle.chain.at(-1);
  process.stdout.write(`${out}\nevents / sự kiện ${bundle.chain.length}${last === undefined ? '' : ` · last / cuối cùng ${last.seq}:${last.hash}`}\n`);
  if (broken !== null) {
    process.stdout.write(`✗ event / sự kiện ${broken.seq}: ${broken.why}\n`);
    process.exitCode = EXIT.findings;
  }
}

function overHttp(code: string, { to, keyEnv }: Options): Promise<EvidenceBundle> {
  const key = process.env[keyEnv];
  return getJson<EvidenceBundle>({ url: to, ...(key === undefined ? {} : { key }) }, `/v1/dossiers/${encodeURIComponent(code)}/evidence`);
}

async function fromLedger(code: string, file: string): Promise<EvidenceBundle> {
  const reader = await openReader(readConfig(file));
  try {
    const bundle = await evidenceBundle(reader, code, Date.now());
    if (bundle === undefined) throw new CommandError('the ledger knows no such dossier / sổ cái không có hồ sơ này', EXIT.usage);
    return bundle;
  } finally {
    await reader.close();
  }
}

async function write(path: string, text: string): Promise<void> {
  const file = new DurableFile(path, false);
  await file.line(text);
  await file.finish();
}
