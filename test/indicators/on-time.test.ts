import { describe, expect, it } from 'vitest';
import { BRANCHES, factsOf, onTime, progressOf, type Branch, type Progress } from '../../src/indicators/index.ts';
import { dossier, steps } from './fixtures.ts';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const HOUR = 3_600_000;
const PERIOD_END = at('2025-07-31T23:59:59');
const DUE = at('2025-07-08T17:00:00');
const ACCEPTED = at('2025-07-01T08:00:00');

const NOTHING: Progress = { resolvedAt: null, returnedAt: null, stoppedAt: null, rejectedAt: null, withdrawnAt: null, wasReceived: true, supplementsAsked: 0, openSupplementAt: null, pausedMs: 0 };
interface Vector { what: string; progress: Partial<Progress>; due?: number | null; limit?: number | null; branch: Branch; end: number | null; onTime: boolean | null }

/** Every line of A.6.3, both ways where it has two. */
const VECTORS: Vector[] = [
  { what: 'resolved before the due date', progress: { resolvedAt: at('2025-07-07T10:00:00') }, branch: 'resolved', end: at('2025-07-07T10:00:00'), onTime: true },
  { what: 'resolved at the due second', progress: { resolvedAt: DUE }, branch: 'resolved', end: DUE, onTime: true },
  { what: 'resolved a second late', progress: { resolvedAt: DUE + 1000 }, branch: 'resolved', end: DUE + 1000, onTime: false },
  { what: '9 wins over 10: resolved in time, handed over late', progress: { resolvedAt: DUE - HOUR, returnedAt: DUE + 48 * HOUR }, branch: 'resolved', end: DUE - HOUR, onTime: true },
  { what: '9 wins over 10 also where 10 is earlier', progress: { resolvedAt: DUE + HOUR, returnedAt: DUE - HOUR }, branch: 'resolved', end: DUE + HOUR, onTime: false },
  { what: 'no 9: the hand-over counts', progress: { returnedAt: DUE + HOUR }, branch: 'returned', end: DUE + HOUR, onTime: false },
  { what: 'handed over in time', progress: { returnedAt: DUE - HOUR }, branch: 'returned', end: DUE - HOUR, onTime: true },
  { what: 'stopped', progress: { stoppedAt: DUE - HOUR }, branch: 'stopped', end: DUE - HOUR, onTime: true },
  { what: 'stopped late', progress: { stoppedAt: DUE + HOUR }, branch: 'stopped', end: DUE + HOUR, onTime: false },
  { what: 'refused', progress: { rejectedAt: DUE - HOUR }, branch: 'rejected', end: DUE - HOUR, onTime: true },
  { what: 'withdrawn after it was received', progress: { withdrawnAt: DUE - HOUR }, branch: 'withdrawn', end: DUE - HOUR, onTime: true },
  { what: 'a withdrawal before it was received ends nothing', progress: { withdrawnAt: DUE - HOUR, wasReceived: false }, branch: 'in-progress', end: PERIOD_END, onTime: false },
  { what: 'one open request stops the clock at the request', progress: { supplementsAsked: 1, openSupplementAt: DUE - HOUR }, branch: 'supplement-open', end: DUE - HOUR, onTime: true },
  { what: 'an open request after the due date', progress: { supplementsAsked: 1, openSupplementAt: DUE + HOUR }, branch: 'supplement-open', end: DUE + HOUR, onTime: false },
  { what: 'more than one request, not ended: late whatever the dates say', progress: { supplementsAsked: 2, openSupplementAt: ACCEPTED + HOUR }, due: at('2025-12-31T17:00:00'), branch: 'supplement-repeated', end: null, onTime: false },
  { what: 'more than one request, both answered, not ended', progress: { supplementsAsked: 2, pausedMs: 5 * HOUR }, due: at('2025-12-31T17:00:00'), branch: 'supplement-repeated', end: null, onTime: false },
  { what: 'more than one request, and resolved: by its end', progress: { supplementsAsked: 2, resolvedAt: DUE - HOUR }, branch: 'resolved', end: DUE - HOUR, onTime: true },
  { what: 'open, due after the period', progress: {}, due: at('2025-08-05T17:00:00'), branch: 'in-progress', end: PERIOD_END, onTime: true },
  { what: 'open, due in the period', progress: {}, branch: 'in-progress', end: PERIOD_END, onTime: false },
  { what: 'open with an answered request: nothing is taken off before it has ended', progress: { supplementsAsked: 1, pausedMs: 60 * 24 * HOUR }, branch: 'in-progress', end: PERIOD_END, onTime: false },
  { what: 'ended late, but the answered request is taken off', progress: { supplementsAsked: 1, pausedMs: 2 * HOUR, resolvedAt: DUE + HOUR }, branch: 'resolved', end: DUE - HOUR, onTime: true },
  { what: 'no due date: the statutory maximum', progress: { resolvedAt: DUE }, due: null, limit: DUE, branch: 'resolved', end: DUE, onTime: true },
  { what: 'no due date: beyond the statutory maximum', progress: { resolvedAt: DUE + 1000 }, due: null, limit: DUE, branch: 'resolved', end: DUE + 1000, onTime: false },
  { what: 'no due date: the supplement is taken off also of an open dossier', progress: { pausedMs: 30 * 24 * HOUR, supplementsAsked: 1 }, due: null, limit: DUE, branch: 'in-progress', end: PERIOD_END - 30 * 24 * HOUR, onTime: true },
  { what: 'neither due date nor maximum', progress: { resolvedAt: DUE }, due: null, limit: null, branch: 'resolved', end: DUE, onTime: null },
];

describe('on-time rule', () => {
  it.each(VECTORS)('$what', ({ progress, due = DUE, limit = null, branch, end, onTime: expected }) => {
    const answer = onTime({ ...NOTHING, ...progress }, { dueAt: due, statutoryEnd: () => limit, periodEnd: PERIOD_END });
    expect(answer).toMatchObject({ branch, end, onTime: expected });
  });

  it('has a vector for every branch', () => {
    expect(new Set(VECTORS.map(({ branch }) => branch))).toEqual(new Set(BRANCHES));
  });
});

describe('progress of a dossier', () => {
  const branchOf = (...args: Parameters<typeof dossier>) => factsOf(dossier(...args), null).branch;

  it('takes steps before dates, and dates where the progress has no such step', () => {
    const both = progressOf(dossier('D-1', { status: 'RETURNED', dates: { resolvedAt: '2025-07-04T03:00:00Z', returnedAt: '2025-07-05T03:00:00Z' }, history: steps(['ACCEPTED', '2025-07-01T01:00:00Z'], ['RESOLVED', '2025-07-03T02:00:00.750Z'], ['RETURNED', '2025-07-05T03:00:00Z']) }));
    // Cut to the second: the portal gets no finer time.
    expect(both.resolvedAt).toBe(Date.parse('2025-07-03T02:00:00Z'));
    const dated = progressOf(dossier('D-1', { status: 'RESOLVED', dates: { resolvedAt: '2025-07-04T03:00:00Z' } }));
    expect(dated.resolvedAt).toBe(Date.parse('2025-07-04T03:00:00Z'));
  });

  it('does not take NgayKetThucXuLy of a stop or refusal for status 9', () => {
    const dates = { resolvedAt: '2025-07-04T03:00:00Z' };
    expect(branchOf('D-1', { status: 'STOPPED', dates })).toBe('stopped');
    expect(branchOf('D-1', { status: 'REJECTED', dates })).toBe('rejected');
    expect(branchOf('D-1', { status: 'WITHDRAWN', dates })).toBe('withdrawn');
  });

  it('a withdrawal before acceptance is neither an end nor received', () => {
    const { acceptedAt: _accepted, ...unaccepted } = dossier('x').dates;
    const facts = factsOf({ ...dossier('D-1', { status: 'WITHDRAWN' }), dates: unaccepted, history: steps(['SUBMITTED', '2025-07-01T00:30:00Z'], ['WITHDRAWN', '2025-07-01T00:50:00Z']) }, null);
    expect(facts).toMatchObject({ branch: 'in-progress', marks: { received: false } });
    expect(factsOf(dossier('D-1', { status: 'WITHDRAWN', history: steps(['WITHDRAWN', '2025-07-02T00:50:00Z']) }), null)).toMatchObject({ branch: 'withdrawn', marks: { received: true } });
  });

  it('counts requests by the list and by the progress, whichever knows more', () => {
    const request = { requestedAt: '2025-07-02T02:00:00Z', reason: 'thiếu giấy tờ' };
    expect(factsOf(dossier('D-1', { status: 'SUPPLEMENT_REQUIRED', supplements: [request] }), null)).toMatchObject({ branch: 'supplement-open', endedAt: Date.parse('2025-07-02T02:00:00Z'), supplementsAsked: 1 });
    expect(factsOf(dossier('D-1', { status: 'SUPPLEMENT_REQUIRED', supplements: [{ ...request, completedAt: '2025-07-03T02:00:00Z' }, { ...request, requestedAt: '2025-07-04T02:00:00Z' }] }), null)).toMatchObject({ branch: 'supplement-repeated', supplementsAsked: 2 });
    const answered = factsOf(dossier('D-1', { supplements: [{ ...request, completedAt: '2025-07-03T02:00:00Z' }] }), null);
    expect(answered).toMatchObject({ branch: 'in-progress', supplementsAsked: 1, pausedMs: 24 * HOUR });
    const byProgress = factsOf(dossier('D-1', { history: steps(['ACCEPTED', '2025-07-01T01:00:00Z'], ['SUPPLEMENT_REQUIRED', '2025-07-02T01:00:00Z'], ['PROCESSING', '2025-07-02T03:00:00Z']) }), null);
    expect(byProgress).toMatchObject({ branch: 'in-progress', supplementsAsked: 1, pausedMs: 2 * HOUR });
    const open = factsOf(dossier('D-1', { status: 'SUPPLEMENT_REQUIRED', history: steps(['ACCEPTED', '2025-07-01T01:00:00Z'], ['SUPPLEMENT_REQUIRED', '2025-07-02T01:00:00Z']) }), null);
    expect(open).toMatchObject({ branch: 'supplement-open', endedAt: Date.parse('2025-07-02T01:00:00Z') });
    // The list has no answer, the progress went on: it was answered.
    const wentOn = factsOf(dossier('D-1', { supplements: [request], history: steps(['SUPPLEMENT_REQUIRED', '2025-07-02T02:00:00Z'], ['PROCESSING', '2025-07-03T02:00:00Z']) }), null);
    expect(wentOn.branch).toBe('in-progress');
  });
});
