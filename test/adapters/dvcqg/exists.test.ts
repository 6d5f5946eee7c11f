/** "It exists already", from a portal that says so whatever is asked: nothing is left to correct, a person must look. */
import { describe, expect, it } from 'vitest';
import { errorEntry } from '../../../src/contract/errors/catalogue.ts';
import { operations } from '../../../adapters/dvcqg/operations.ts';
import { answered, config, context, dossier, verdict } from './fixtures.ts';

const cfg = config();
const exists = answered({ error_code: 1, message: 'Hồ sơ H92.14-250701-0042 đã tồn tại trên hệ thống' });
const create = operations.syncDossier.encode([dossier()], context(cfg));
const update = { ...create, isUpdating: 'True' as const };

describe('LT-DVCQG-EXISTS', () => {
  it('refuses a write for the operator, with the code of the portal and not its words', () => {
    for (const request of [create, update]) {
      const outcome = operations.syncDossier.classify(exists, request);
      expect(outcome).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-DVCQG-EXISTS' }] });
      expect(JSON.stringify(outcome)).toContain('error_code 1');
      expect(JSON.stringify(outcome)).not.toContain('H92.14');
    }
    // An update cannot be turned into an update: the same answer again is the end.
    expect(operations.syncDossier.amend?.(exists, update)).toBeUndefined();
    expect(errorEntry('LT-DVCQG-EXISTS')?.who).toBe('operator');
  });

  it('proves nothing to a question whether the dossier is there', () => {
    expect(verdict(operations.findDossier, exists, operations.findDossier.encode([{ code: 'A' }], context(cfg)))).toBe('unknown LT-DVCQG-EXISTS');
  });
});
