/** Changes for the delivery benchmarks: canonical dossiers that make one call each, or a call and its progress step. */
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { canonicalDossiers } from './payloads.ts';
import { AGENCY } from './processes.ts';

export interface Change { code: string; text: string }

/**
 * @param steps progress steps that each dossier keeps: 0 makes one call (the whole dossier), 1 makes two
 * @param prefix makes the numbers of one run differ from those of another
 */
export function changes(count: number, steps: 0 | 1, prefix: string): Change[] {
  const out: Change[] = [];
  for (let round = 0; out.length < count; round += 1) {
    for (const dossier of canonicalDossiers()) {
      if (out.length === count) break;
      const code = `${dossier.code}-${prefix}${round}`;
      out.push({ code, text: JSON.stringify({ ...dossier, code, sourceId: `${prefix}${round}/${dossier.sourceId}`, history: (dossier.history ?? []).slice(0, steps) }) });
    }
  }
  return out;
}

/** What the baselines send: our own encoder's message, so that they differ from us in delivery alone. */
export function wireEncoder(portalUrl: string, account: { username: string; password: string }): (dossier: Dossier, session: string) => unknown {
  const config = dvcqg.configure({ baseUrl: portalUrl, agencyCode: AGENCY, ...account });
  const ctx = { config, remote: {}, now: Date.now, run: () => Promise.reject(new Error('not used')) } as never;
  return (dossier, session) => ({ ...(dvcqg.operations.syncDossier.encode([dossier], ctx) as object), session });
}
