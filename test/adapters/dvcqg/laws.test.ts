/** The list of losses itself; that `decode(encode(x))` is `x` less these is a check of the conformance suite. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOSSES, withLosses } from '../../../adapters/dvcqg/adapter.ts';
import { sendable } from '../../../adapters/dvcqg/fixtures.ts';
import { PROFILE_IDS } from '../../../adapters/dvcqg/profiles.ts';
import type { Draw } from '../../../src/adapter/fixtures.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { dossierArbitrary } from '../../contract/dossier-arbitrary.ts';
import { config, dossier } from './fixtures.ts';

const sendables = sendable({ ...fc, dossier: dossierArbitrary } as unknown as Draw) as fc.Arbitrary<Dossier>;

describe('the list of losses', () => {
  it('names each once, with a reason', () => {
    expect(new Set(LOSSES.map((l) => l.name)).size).toBe(LOSSES.length);
    for (const loss of LOSSES) expect(loss.why.length, loss.name).toBeGreaterThan(10);
  });

  it('has no loss that never takes anything', () => {
    // Over the fullest dossiers every loss must change the view at least once, or it is not one.
    const idle = new Set(LOSSES.map((l) => l.name));
    const samples = [...fc.sample(sendables, { numRuns: 150, seed: 7 }), dossier({ summary: 'Đề nghị' })];
    for (const profile of PROFILE_IDS) {
      const cfg = config({ profile, databases: { 'dan-cu': '1' } });
      for (const x of samples) {
        for (const loss of LOSSES) {
          if (!idle.has(loss.name)) continue;
          const view = structuredClone(x);
          const before = JSON.stringify(view);
          loss.apply(view, cfg, x);
          if (JSON.stringify(view) !== before) idle.delete(loss.name);
        }
      }
    }
    // A status only changes under a map that joins two.
    expect([...idle]).toEqual(['status-code']);
    const joined = config({ statusMap: { ...config().statusMap, STOPPED: '9' } });
    expect(withLosses(dossier({ status: 'STOPPED' }), joined).status).toBe('RESOLVED');
  });
});
