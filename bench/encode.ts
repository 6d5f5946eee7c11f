/** validate + encode of one dossier to DongBoHoSoMC, against JSON.parse + JSON.stringify of the same payload alone. */
import { dvcqg } from '../adapters/dvcqg/adapter.ts';
import { validateDossier } from '../src/contract/canonical.ts';
import type { Dossier } from '../src/model/canonical.ts';
import { canonicalDossiers } from './lib/payloads.ts';
import type { Result } from './lib/report.ts';
import { interleaved } from './lib/rounds.ts';

/** The first dossier whose canonical JSON is nearest to 3 KB. */
function sample(): { dossier: Dossier; text: string } {
  let best: { dossier: Dossier; text: string } | undefined;
  let seen = 0;
  for (const dossier of canonicalDossiers()) {
    const text = JSON.stringify(dossier);
    if (best === undefined || Math.abs(Buffer.byteLength(text) - 3000) < Math.abs(Buffer.byteLength(best.text) - 3000)) best = { dossier, text };
    if ((seen += 1) === 2_000) break;
  }
  if (best === undefined) throw new Error('no sample');
  return best;
}

export function benchEncode(): Result {
  const { dossier, text } = sample();
  const config = dvcqg.configure({ baseUrl: 'http://127.0.0.1:9', agencyCode: '000.00.00.H13', username: 'bench', password: 'nothing-is-sent-here' });
  const ctx = { config, remote: {}, now: Date.now, run: () => Promise.reject(new Error('not used')) } as never;
  const { syncDossier } = dvcqg.operations;
  let sink = 0;
  const ours = () => {
    const checked = validateDossier(dossier);
    if (!checked.ok) throw new Error('the sample is not valid');
    const request = syncDossier.encode([checked.value], ctx);
    const out = syncDossier.request(request);
    if (!out.ok) throw new Error('the request is not valid');
    sink += out.ok ? 1 : 0;
  };
  const baseline = () => {
    sink += JSON.stringify(JSON.parse(text)).length;
  };
  const { ours: o, baseline: b } = interleaved({ baseline, ours });
  return {
    settings: `dossier of ${Buffer.byteLength(text)} bytes; medians of interleaved rounds; one thread (${sink > 0 ? 'kept' : 'lost'})`,
    rows: [
      { what: 'JSON.parse + JSON.stringify of the payload (baseline)', value: b, unit: '/s', ratio: 1 },
      { what: 'validate + encode + validate outbound', value: o, unit: '/s', ratio: o / b, goal: { atLeast: 0.5, of: 'ratio' } },
    ],
  };
}
