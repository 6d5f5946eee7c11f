import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkHistory, checkTransition, clockOf, DOSSIER_STATUSES, isCompleted, isDossierStatus, isInProcessing, isReceived, isStopped, isTerminal, nextStatuses, STATUS_INFO,
  type DossierStatus,
} from '../../src/model/index.ts';
import codelists from './vectors/dvcqg-codelists.json' with { type: 'json' };

const BY_NATIONAL_CODE: Readonly<Record<number, DossierStatus>> = {
  1: 'SUBMITTED', 2: 'ACCEPTED', 3: 'REJECTED', 4: 'PROCESSING', 5: 'SUPPLEMENT_REQUIRED', 6: 'PAYMENT_REQUIRED', 7: 'WITHDRAWN', 8: 'STOPPED', 9: 'RESOLVED', 10: 'RETURNED',
};
// The machine as C.6 prints it, read independently of the source; DRAFT is ours.
const C6: Partial<Record<DossierStatus, string>> = {
  SUBMITTED: 'ACCEPTED REJECTED SUPPLEMENT_REQUIRED WITHDRAWN',
  ACCEPTED: 'PROCESSING SUPPLEMENT_REQUIRED PAYMENT_REQUIRED RESOLVED STOPPED WITHDRAWN',
  PROCESSING: 'PROCESSING SUPPLEMENT_REQUIRED PAYMENT_REQUIRED STOPPED RESOLVED WITHDRAWN',
  SUPPLEMENT_REQUIRED: 'SUBMITTED ACCEPTED PROCESSING REJECTED STOPPED WITHDRAWN',
  PAYMENT_REQUIRED: 'PROCESSING ACCEPTED STOPPED WITHDRAWN',
  STOPPED: 'PROCESSING ACCEPTED',
  RESOLVED: 'RETURNED PROCESSING',
  RETURNED: '', REJECTED: '', WITHDRAWN: '', DRAFT: 'SUBMITTED ACCEPTED', UNKNOWN: '',
};
const statuses = fc.constantFrom(...DOSSIER_STATUSES);
const at = (day: number) => `2025-07-${String(day).padStart(2, '0')}T01:00:00Z`;

describe('status list', () => {
  it.each(codelists.status)('national code $code ($vi) has its name, its clock and its place in the figures', ({ code, vi, received, clock, terminal }) => {
    const status = BY_NATIONAL_CODE[code];
    expect(status).toBeDefined();
    if (status === undefined) return;
    expect(STATUS_INFO[status].name.vi).toBe(vi);
    expect(isReceived(status)).toBe(received);
    expect(clockOf(status)).toBe(clock);
    // C.6 lets a stopped dossier be taken up again; the code list calls it final.
    expect(isTerminal(status)).toBe(status === 'STOPPED' ? false : terminal);
  });

  it('puts every status into one group at most', () => {
    for (const status of DOSSIER_STATUSES) {
      const groups = [isInProcessing(status), isStopped(status), isCompleted(status)].filter(Boolean).length;
      expect(groups).toBe(isReceived(status) ? 1 : 0);
      expect(STATUS_INFO[status].status).toBe(status);
      for (const text of [STATUS_INFO[status].name, STATUS_INFO[status].meaning]) expect(text.vi && text.en).toBeTruthy();
    }
    expect(DOSSIER_STATUSES.filter(isTerminal).sort()).toEqual(['REJECTED', 'RETURNED', 'WITHDRAWN']);
  });

  it('knows its words', () => {
    for (const status of DOSSIER_STATUSES) expect(isDossierStatus(status)).toBe(true);
    for (const other of ['', 'accepted', 'toString', 4, null, undefined, {}]) expect(isDossierStatus(other)).toBe(false);
  });
});

describe('transitions', () => {
  it('are those of C.6, no more and no fewer', () => {
    for (const from of DOSSIER_STATUSES) expect([...nextStatuses(from)].sort()).toEqual((C6[from] ?? '?').split(' ').filter(Boolean).sort());
  });

  it('that are not listed are warnings in history and errors in commands', () => {
    fc.assert(fc.property(statuses, statuses, (from, to) => {
      const imported = checkTransition(from, to, { mode: 'import' });
      const commanded = checkTransition(from, to, { mode: 'command' });
      const unknown = from === 'UNKNOWN' || to === 'UNKNOWN';
      const listed = nextStatuses(from).includes(to);
      expect(imported.ok).toBe(listed || unknown || from === to);
      expect(commanded.ok).toBe(listed && !unknown);
      if (!imported.ok) expect(imported.severity).toBe('warning');
      if (!commanded.ok) expect(commanded.severity).toBe('error');
    }));
  });

  it('say which rule was broken', () => {
    expect(checkTransition('RETURNED', 'PROCESSING', { mode: 'command' })).toMatchObject({ code: 'LT-MODEL-STATUS-FINAL', from: 'RETURNED', to: 'PROCESSING' });
    expect(checkTransition('SUBMITTED', 'RETURNED', { mode: 'command' })).toMatchObject({ code: 'LT-MODEL-STATUS-TRANSITION', why: { en: 'from "Submitted" to "Result returned"' } });
    expect(checkTransition('ACCEPTED', 'UNKNOWN', { mode: 'command' })).toMatchObject({ code: 'LT-MODEL-STATUS-UNKNOWN' });
    expect(checkTransition(undefined, 'RETURNED', { mode: 'import' })).toMatchObject({ code: 'LT-MODEL-STATUS-TRANSITION', severity: 'warning' });
    for (const first of ['DRAFT', 'SUBMITTED', 'ACCEPTED'] as const) expect(checkTransition(undefined, first, { mode: 'command' }).ok).toBe(true);
  });
});

describe('imported history', () => {
  it('of an ordinary dossier is fine, repeated statuses and unknown words included', () => {
    const statusesInOrder: DossierStatus[] = ['SUBMITTED', 'SUBMITTED', 'ACCEPTED', 'UNKNOWN', 'PROCESSING', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PROCESSING', 'RESOLVED', 'RETURNED', 'RETURNED'];
    expect(checkHistory(statusesInOrder.map((status, day) => ({ status, at: at(day + 1) })))).toEqual([]);
    expect(checkHistory([])).toEqual([]);
  });

  it('is warned about once per oddity, with its place', () => {
    const findings = checkHistory([
      { status: 'ACCEPTED', at: at(2) }, { status: 'SUPPLEMENT_REQUIRED', at: at(1) }, { status: 'PROCESSING', at: at(3) }, { status: 'SUPPLEMENT_REQUIRED', at: at(4) },
      { status: 'RETURNED', at: at(5) }, { status: 'PROCESSING', at: at(6) },
    ]);
    expect(findings.map(({ code, index }) => [code, index])).toEqual([
      ['LT-MODEL-HISTORY-ORDER', 1], ['LT-MODEL-HISTORY-SECOND-SUPPLEMENT', 3], ['LT-MODEL-STATUS-TRANSITION', 4], ['LT-MODEL-STATUS-FINAL', 5],
    ]);
    expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('compares times, not their text', () => {
    expect(checkHistory([{ status: 'ACCEPTED', at: '2025-07-01T01:00:00Z' }, { status: 'PROCESSING', at: '2025-07-01T01:00:00.500Z' }])).toEqual([]);
    expect(checkHistory([{ status: 'ACCEPTED', at: '2025-07-01T01:00:00.500Z' }, { status: 'PROCESSING', at: '2025-07-01T01:00:00Z' }])).toHaveLength(1);
  });
});
