/** Which calls a dossier makes: one for each change of EMC's own state, each once, whichever snapshot brings it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emc, stepsOf } from '../../../adapters/emc/adapter.ts';
import { STATE_CODES } from '../../../adapters/emc/codes.ts';
import type { Dossier, DossierStatus, HistoryEntry } from '../../../src/model/canonical.ts';
import { DOSSIER_STATUSES } from '../../../src/model/canonical.ts';
import { config, emcDossier } from './fixtures.ts';

const { subscribe } = emc.operations.trackDossier;
const keys = (dossier: Dossier, more = {}): string[] => (subscribe?.plan(dossier, config(more)) ?? []).map(({ itemKey }) => itemKey);
const day = (n: number): string => `2025-07-${String(n).padStart(2, '0')}T02:00:00Z`;
const entry = (n: number, status: DossierStatus, more: Partial<HistoryEntry> = {}): HistoryEntry => ({ id: String(n), at: day(n), status, action: 'Bước', ...more });
const story = (history: HistoryEntry[], more: Partial<Dossier> = {}): Dossier => emcDossier({ history, dates: {}, status: history.at(-1)?.status ?? 'UNKNOWN', ...more });

describe('a dossier as EMC sees it', () => {
  it('a late first snapshot reports the states passed through, in order', () => {
    expect(stepsOf(emcDossier(), config()).map(({ state, at }) => [state, at])).toEqual([
      ['RECEIVED', '2025-07-01T02:00:00Z'], ['ASSIGNED', '2025-07-02T02:00:00Z'], ['PROCESSING', '2025-07-03T02:00:00Z'], ['RETURNED', '2025-07-09T08:00:00Z'],
    ]);
    expect(keys(emcDossier())).toEqual(['1#1', '4#1', '2#1', '3#1']);
  });
  it('or the latest alone, where that is wanted', () => {
    expect(keys(emcDossier(), { steps: 'latest' })).toEqual(['3#1']);
  });
  it('snapshot by snapshot plans the same as all at once, each state once', () => {
    const { history } = emcDossier();
    const seen = new Set<string>();
    const planned = history.flatMap((_, i) => {
      const part = story(history.slice(0, i + 1));
      // Twice, as an overlapping poll brings it.
      return [...keys(part), ...keys(part)].filter((key) => !seen.has(key) && seen.add(key));
    });
    expect(planned).toEqual(['1#1', '4#1', '2#1', '3#1']);
  });
  it('a state that comes back is reported again', () => {
    expect(keys(story([entry(1, 'ACCEPTED'), entry(2, 'PROCESSING'), entry(3, 'STOPPED'), entry(4, 'PROCESSING')]))).toEqual(['1#1', '2#1', '0#1', '2#2']);
  });
  it('from one officer to the next nothing is said; supplement and payment are part of the processing', () => {
    expect(keys(story([entry(1, 'ACCEPTED'), entry(2, 'PROCESSING'), entry(3, 'SUPPLEMENT_REQUIRED'), entry(4, 'PROCESSING'), entry(5, 'PAYMENT_REQUIRED')]))).toEqual(['1#1', '2#1']);
  });
  it('the order of the history does not matter, its times do', () => {
    const { history } = emcDossier();
    expect(keys(emcDossier({ history: [...history].reverse() }))).toEqual(keys(emcDossier()));
  });
  it('a time that is told late or moved makes no second call', () => {
    const before = keys(story([entry(1, 'ACCEPTED')], { status: 'PROCESSING' }));
    expect(before).toEqual(['1#1', '2#1']);
    expect(keys(story([entry(1, 'ACCEPTED'), entry(3, 'PROCESSING')]))).toEqual(before);
    expect(keys(story([entry(1, 'ACCEPTED'), entry(2, 'PROCESSING'), entry(3, 'PROCESSING')]))).toEqual(before);
  });
  it('a source without a history is followed by its dates and its status', () => {
    expect(keys(story([], { status: 'ACCEPTED', dates: { acceptedAt: day(1) } }))).toEqual(['1#1']);
    expect(keys(story([], { status: 'STOPPED', dates: { acceptedAt: day(1) } }))).toEqual(['1#1', '0#1']);
    expect(keys(story([], { status: 'RETURNED', dates: { acceptedAt: day(1), resolvedAt: day(2), returnedAt: day(3) } }))).toEqual(['1#1', '3#1']);
  });
  it('drafts and submissions make no call, unless submissions are counted', () => {
    expect(keys(story([entry(1, 'DRAFT'), entry(2, 'SUBMITTED')]))).toEqual([]);
    expect(keys(story([entry(1, 'SUBMITTED'), entry(2, 'ACCEPTED')], { dates: {} }), { statuses: { SUBMITTED: 'RECEIVED' } })).toEqual(['1#1']);
  });
  it.each([['as TD has it', 'never', ['1#1', '2#1']], ['as the sheet has it', 'first-handover', ['1#1', '4#1', '2#1']]] as const)('assignment, %s', (_, assignment, expected) => {
    const history = [entry(1, 'ACCEPTED'), entry(2, 'PROCESSING', { to: 'Trần Văn Thử' }), entry(3, 'PROCESSING'), entry(4, 'PROCESSING', { to: 'Lê Thị Ví Dụ' })];
    expect(keys(story(history), { assignment })).toEqual(expected);
  });
  it('a hand-over in the midst of the processing is no assignment', () => {
    expect(keys(story([entry(1, 'ACCEPTED'), entry(2, 'PROCESSING'), entry(3, 'PROCESSING', { to: 'Trần Văn Thử' })]))).toEqual(['1#1', '2#1']);
  });
  it('what was assigned needs no second word for being in process', () => {
    expect(keys(story([entry(1, 'ACCEPTED'), entry(2, 'PROCESSING', { to: 'Trần Văn Thử' })]))).toEqual(['1#1', '4#1']);
  });
  it('assignment by a sub-status', () => {
    expect(keys(story([entry(1, 'ACCEPTED'), entry(2, 'PROCESSING', { subStatus: 'processing_200' }), entry(3, 'PROCESSING')]), { assignedSubStatuses: ['processing_200'] })).toEqual(['1#1', '4#1', '2#1']);
  });
  it('nothing older than the connection is reported, and what comes then keeps its key', () => {
    expect(keys(emcDossier(), { notBefore: '2025-07-03' })).toEqual(['2#1', '3#1']);
    expect(keys(emcDossier(), { notBefore: '2026-01-01' })).toEqual([]);
  });
  it('a site has its own agencies', () => {
    expect([keys(emcDossier(), { agencies: ['H99'] }).length, keys(emcDossier(), { agencies: ['H99.1'] }).length, keys(emcDossier(), { agencies: ['H99.14'] }).length]).toEqual([4, 0, 4]);
  });
  it('gives no input for what it never planned', () => {
    expect(subscribe?.input(emcDossier(), '9#1')).toBeUndefined();
  });
});

it('a history that grows loses no key and repeats none (random histories)', () => {
  const entries = fc.array(fc.record({ gap: fc.nat(3), status: fc.constantFrom(...DOSSIER_STATUSES), to: fc.constantFrom('', 'Trần Văn Thử') }), { maxLength: 12 });
  fc.assert(fc.property(entries, fc.nat(12), (drawn, cut) => {
    let minute = 0;
    const history = drawn.map(({ gap, status, to }, i): HistoryEntry => {
      minute += gap + 1; // steps of one system have an order
      return { id: String(i), at: new Date(Date.UTC(2025, 6, 1, 0, minute)).toISOString().replace('.000Z', 'Z'), status, action: 'Bước', to };
    });
    const [part, whole] = [keys(story(history.slice(0, cut))), keys(story(history))];
    expect(new Set(whole).size).toBe(whole.length);
    expect(whole.slice(0, part.length)).toEqual(part);
    // Never the same state twice in a row: that would be a call for nothing.
    whole.forEach((key, i) => expect(key[0]).not.toBe(whole[i - 1]?.[0]));
    for (const key of whole) expect(STATE_CODES.decode(key[0] ?? '')).toBe(subscribe?.input(story(history), key)?.emcState);
  }), { seed: 6, numRuns: 300 });
});
