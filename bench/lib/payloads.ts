import { generateExport } from '../../examples/can-tho-2025-07/generate.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';
import type { Dossier } from '../../src/model/canonical.ts';

const config = opencps.configure({});

export function* canonicalDossiers(): Generator<Dossier> {
  for (const line of generateExport()) {
    const decoded = opencps.source?.decode(JSON.parse(line), config as never);
    if (decoded !== undefined) yield decoded.dossier;
  }
}

/** The example's dossiers in canonical form; in later rounds the same ones under further numbers. */
export function* endlessBodies(prefix: string): Generator<string> {
  for (let round = 0; ; round += 1) {
    for (const dossier of canonicalDossiers()) yield JSON.stringify({ ...dossier, code: `${prefix}${round}.${dossier.code}`.slice(0, 50), sourceId: `${round}/${dossier.sourceId}` });
  }
}
