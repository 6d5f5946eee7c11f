/** What holds of every life: whatever the province says in whatever order, nothing that VNeID or the software told is lost, and VNeID hears no state twice for one reason. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keep } from '../../../adapters/vneid/keep.ts';
import { supplemented } from '../../../adapters/vneid/inbound/dossier.ts';
import { resolved } from '../../../adapters/vneid/heard.ts';
import { operations } from '../../../adapters/vneid/operations.ts';
import { PLACE } from '../../../adapters/vneid/codes.ts';
import { stepsOf } from '../../../adapters/vneid/steps.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import type { Dossier, DossierStatus, HistoryEntry } from '../../../src/model/canonical.ts';
import { fileAddress } from '../../../src/model/file-address.ts';
import { bodyOf, config, NOW, taken } from './samples.ts';

/** Every state is told, so that none is between two that are the same. */
const CONFIG = config({ reported: ['SUBMITTED', 'ACCEPTED', 'REJECTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'WITHDRAWN', 'RESOLVED', 'RETURNED'], withoutCertificate: 'send' });
const at = (minute: number): string => new Date(NOW + minute * 60_000).toISOString().replace('.000Z', 'Z');
const FILE = { name: 'PhieuLLTP.pdf', url: fileAddress('c'.repeat(64)), size: 15 };

const event = fc.oneof(
  fc.record({ kind: fc.constant('province' as const), status: fc.constantFrom<DossierStatus>('ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'RESOLVED', 'RETURNED', 'REJECTED', 'WITHDRAWN') }),
  fc.record({ kind: fc.constantFrom('repeat' as const, 'push' as const, 'supplement' as const, 'result' as const) }),
);

it('over any order of events', async () => {
  const first = await taken();
  fc.assert(fc.property(fc.array(event, { maxLength: 14 }), (events) => {
    let known = first;
    const own: HistoryEntry[] = [];
    let status: DossierStatus = 'SUBMITTED';
    const told = new Set<string>();
    const order: string[] = [];
    events.forEach((one, i) => {
      const minute = i + 1;
      if (one.kind === 'province' || one.kind === 'repeat') {
        if (one.kind === 'province') {
          status = one.status;
          own.push({ at: at(minute), status, action: status });
        }
        const snapshot: Dossier = { ...first, sourceSystem: 'mot-cua', source: 'PORTAL_LOCAL', applicant: { kind: 'CITIZEN', name: 'X', ids: [] }, components: [], payments: [], fees: [], status, history: [...own], dates: {} };
        delete snapshot.judicialRecord;
        const kept = keep(known, snapshot);
        expect(keep(known, kept)).toBe(kept);
        expect(keep(kept, snapshot)).toEqual(kept);
        // An end that the province decides is an end; a status never goes back but by the citizen or the province's own news.
        if (one.kind === 'province' && ['RETURNED', 'REJECTED', 'WITHDRAWN'].includes(status)) expect(kept.status).toBe(status);
        if (one.kind === 'repeat') expect((PLACE[kept.status] ?? 9) >= (PLACE[known.status] ?? 9) || kept.status === known.status || PLACE[known.status] === undefined).toBe(true);
        known = kept;
      } else if (one.kind === 'push') {
        if (operations.pushToBackend.subscribe?.isStillDue?.(known, CONFIG) === true) known = operations.pushToBackend.learn?.(known, known, { code: known.code, system: 'btp', wasThere: false }, NOW + minute * 60_000) ?? known;
      } else if (one.kind === 'supplement') {
        if (known.status === 'SUPPLEMENT_REQUIRED') known = supplemented(known, { code: known.code, body: bodyOf({ soLuongCap: minute }), sha256: String(minute).padStart(64, '0'), kept: [], at: at(minute) }, CONFIG);
      } else {
        known = resolved(known, { meaning: 'result', state: '9', certificate: { number: '1/2025', issuedOn: '2025-01-21' } }, FILE, at(minute)) ?? known;
      }
      const checked = validateDossier(known);
      expect(checked.ok ? [] : checked.issues).toEqual([]);
      const plans = operations.reportStatus.subscribe?.plan(known, CONFIG) ?? [];
      for (const { itemKey } of plans) {
        if (told.has(itemKey)) continue;
        told.add(itemKey);
        order.push(itemKey);
        expect(operations.reportStatus.subscribe?.input(known, itemKey)).toMatchObject({ code: known.code });
      }
      // Nothing that was planned is forgotten by a later state of the same dossier.
      const now = new Set(stepsOf(known).map(({ key }) => key));
      expect([...told].filter((key) => !now.has(key))).toEqual([]);
    });
    expect(known).toMatchObject({ source: 'VNEID', judicialRecord: { system: 'vneid', declaration: { father: { name: 'Lê Văn Giả' } } } });
    expect(known.payments).toEqual(first.payments);
    expect(known.history.filter(({ id }) => id === 'vneid:submit:1')).toHaveLength(1);
    // Forward only, between one submission and the next: no state is told again before something began it anew.
    const digits = order.map((key) => key.split('#')[0]);
    digits.forEach((digit, i) => i > 0 && expect(digit).not.toBe(digits[i - 1]));
  }), { numRuns: 200 });
});
