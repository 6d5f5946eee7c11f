import { describe, expect, it } from 'vitest';
import { createDvcqgSimulator, dvcqgJournalReader as reader } from '../../adapters/dvcqg/simulator.ts';
import { checkDelivery } from '../../src/testing/index.ts';
import type { DeliveryInput, DeliveryReport, ExpectedDossier, JournalEntry, LedgerExchange, LostReply } from '../../src/testing/index.ts';
import { snapshot, step } from './portal.ts';

const A = 'H99.14-250715-0001';
const B = 'H99.14-250715-0002';
const HISTORY = [['2', '20250715083000'], ['4', '20250715090000'], ['5', '20250715100000'], ['9', '20250716101500']] as const;

/** A faultless run: two dossiers, created, four steps each, one update at the end. */
function goodRun() {
  const simulator = createDvcqgSimulator({ seed: 'check', now: () => 0 });
  const call = (params: Record<string, unknown>) => simulator.handle({ method: 'POST', path: '/mapi/g', query: {}, headers: { dstcode: simulator.dstcode }, body: JSON.stringify({ session, madonvi: simulator.agencies[0], ...params }) });
  const login = simulator.handle({ method: 'POST', path: '/mapi/login', query: {}, headers: {}, body: JSON.stringify(simulator.accounts[0]) });
  const { session } = JSON.parse(login.body) as { session: string };
  const expected = new Map<string, ExpectedDossier>();
  const exchanges: LedgerExchange[] = [];
  for (const code of [A, B]) {
    call({ service: 'DongBoHoSoMC', isUpdating: 'False', data: [snapshot(code)] });
    const steps = HISTORY.map(([status, at], i) => {
      call({ service: 'CapNhatTienDoHoSoMC', data: [step(status, at, code)] });
      exchanges.push({ dossierCode: code, operation: 'step', itemKey: `step-${i}`, state: 'done', lostReplies: 0, doubt: null });
      return { identity: reader.stepIdentity(step(status, at)), itemKey: `step-${i}` };
    });
    call({ service: 'DongBoHoSoMC', isUpdating: 'True', data: [snapshot(code, { TrangThaiHoSo: '9', NgayKetThucXuLy: '20250716101500' })] });
    exchanges.push({ dossierCode: code, operation: 'dossier', itemKey: 'e1', state: 'superseded', lostReplies: 0, doubt: null, eventSeq: 1 }, { dossierCode: code, operation: 'dossier', itemKey: 'e2', state: 'done', lostReplies: 0, doubt: null, eventSeq: 2 });
    expected.set(code, { status: '9', steps });
  }
  return { expected, exchanges, journal: [...simulator.journal()], lostReplies: [] as LostReply[] };
}
type Run = ReturnType<typeof goodRun>;

function check(mutate: (run: Run) => void = () => undefined, options: Partial<DeliveryInput> = {}): DeliveryReport {
  const run = goodRun();
  mutate(run);
  return checkDelivery({ ...run, reader, operations: { snapshot: 'dossier', step: 'step' }, ...options });
}
const isStep = (e: JournalEntry, code: string, status: string) => e.effect === 'append' && e.key === code && (e.item as { TrangThai: string }).TrangThai === status;
const indexOfStep = (run: Run, code: string, status: string) => run.journal.findIndex((e) => isStep(e, code, status));
/** the step arrives once more, right after itself */
function double(run: Run, status: string): JournalEntry {
  const at = indexOfStep(run, A, status);
  const entry = { ...run.journal[at] } as JournalEntry;
  run.journal.splice(at + 1, 0, entry);
  return entry;
}
const rowOf = (run: Run, itemKey: string) => run.exchanges.find((x) => x.dossierCode === A && x.itemKey === itemKey) as LedgerExchange;
const problems = (report: DeliveryReport) => Object.entries(report).filter(([, v]) => Array.isArray(v) && v.length > 0).map(([k]) => k);

describe('checkDelivery', () => {
  it('passes a faultless run', () => {
    const report = check();
    expect(report).toMatchObject({ ok: true, figures: { dossiers: 2, steps: 8, doubledAccounted: 0, flagged: 0, waiting: 0 } });
    expect(problems(report)).toEqual([]);
  });

  it('catches a dropped step, unless the ledger shows or still holds it', () => {
    const drop = (run: Run) => { run.journal.splice(indexOfStep(run, A, '5'), 1); };
    expect(check(drop)).toMatchObject({ ok: false, missingUnflagged: [{ dossier: A, itemKey: 'step-2' }] });
    for (const state of ['doubtful', 'dead', 'rejected', 'pending']) {
      const report = check((run) => { drop(run); rowOf(run, 'step-2').state = state; });
      expect([state, report.ok, problems(report)]).toEqual([state, true, []]);
    }
    expect(check((run) => { drop(run); run.exchanges = run.exchanges.filter((x) => x.itemKey !== 'step-2'); }).ok).toBe(false);
  });

  it('never excuses a doubled supplement request', () => {
    expect(problems(check((run) => { double(run, '5'); }))).toEqual(['doubledSupplement']);
    const report = check((run) => {
      const entry = double(run, '5');
      run.lostReplies.push({ why: 'reset-after', service: 'step', effects: [entry] });
      Object.assign(rowOf(run, 'step-2'), { lostReplies: 1, doubt: 'resent-after-lost-reply' });
    });
    expect(report).toMatchObject({ ok: false, doubledSupplement: [{ dossier: A, itemKey: 'step-2' }] });
  });

  it('catches any other doubled step without a lost reply', () => {
    expect(check((run) => { double(run, '4'); })).toMatchObject({ ok: false, unaccountedDoubledSteps: [{ dossier: A, itemKey: 'step-1', why: 'no lost reply' }] });
  });

  it('excuses a doubled step that a lost reply caused and the ledger flags, and only that one', () => {
    const lostAndFlagged = (status: string, flagged: boolean) => (run: Run) => {
      const entry = double(run, '4');
      run.lostReplies.push({ why: 'reset-after', service: 'step', effects: [status === '4' ? entry : (run.journal[indexOfStep(run, A, status)] as JournalEntry)] });
      if (flagged) Object.assign(rowOf(run, 'step-1'), { lostReplies: 1, doubt: 'resent-after-lost-reply' });
    };
    expect(check(lostAndFlagged('4', true))).toMatchObject({ ok: true, figures: { doubledAccounted: 1, flagged: 1 } });
    expect(check(lostAndFlagged('4', false))).toMatchObject({ ok: false, unaccountedDoubledSteps: [{ why: 'not flagged' }] });
    expect(check(lostAndFlagged('9', true))).toMatchObject({ ok: false, unaccountedDoubledSteps: [{ why: 'no lost reply' }] });
  });

  it('excuses no step that arrived more often than its declared decision allows, however many replies were lost', () => {
    const lostTwice = (most: number) => (run: Run) => {
      const entry = double(run, '4');
      run.lostReplies.push({ why: 'reset-after', service: 'step', effects: [entry] }, { why: 'reset-after', service: 'step', effects: [entry] });
      Object.assign(rowOf(run, 'step-1'), { lostReplies: 2, doubt: 'resent-after-lost-reply' });
      const wanted = run.expected.get(A) as ExpectedDossier;
      run.expected.set(A, { ...wanted, steps: wanted.steps.map((s) => (s.itemKey === 'step-1' ? { ...s, most } : s)) });
    };
    expect(check(lostTwice(1))).toMatchObject({ ok: false, tooOften: [{ dossier: A, itemKey: 'step-1', times: 2, most: 1 }], unaccountedDoubledSteps: [] });
    expect(check(lostTwice(2))).toMatchObject({ ok: true, tooOften: [] });
  });

  it('wants one lost reply for each extra copy', () => {
    const report = check((run) => {
      const entry = double(run, '4');
      double(run, '4');
      run.lostReplies.push({ why: 'reset-after', service: 'step', effects: [entry] });
      Object.assign(rowOf(run, 'step-1'), { lostReplies: 1, doubt: 'resent-after-lost-reply' });
    });
    expect(report).toMatchObject({ ok: false, unaccountedDoubledSteps: [{ why: 'no lost reply' }] });
  });

  it("takes the ledger's own count as evidence only when told so", () => {
    const killed = (run: Run) => {
      double(run, '9');
      Object.assign(rowOf(run, 'step-3'), { lostReplies: 1, doubt: 'resent-after-lost-reply' });
    };
    expect(check(killed).ok).toBe(false);
    expect(check(killed, { evidence: 'host-or-ledger' })).toMatchObject({ ok: true, figures: { doubledAccounted: 1 } });
  });

  it('catches steps in the wrong order, and a repeat that came too late', () => {
    const swap = (run: Run) => {
      const [i, j] = [indexOfStep(run, A, '4'), indexOfStep(run, A, '9')];
      [run.journal[i], run.journal[j]] = [run.journal[j] as JournalEntry, run.journal[i] as JournalEntry];
    };
    expect(problems(check(swap))).toEqual(['outOfOrder']);
    const late = check((run) => {
      const entry = { ...run.journal[indexOfStep(run, A, '4')] } as JournalEntry;
      run.journal.push(entry);
      run.lostReplies.push({ why: 'hang-after', service: 'step', effects: [entry] });
      Object.assign(rowOf(run, 'step-1'), { lostReplies: 1, doubt: 'resent-after-lost-reply' });
    });
    expect(problems(late)).toEqual(['outOfOrder']);
  });

  it('takes a lost call that is repeated as a whole for one doubt, not for disorder', () => {
    /** 4 and 9 travelled together, their reply was lost, and both came again; `between` came after the first time */
    const repeated = (between?: string) => (run: Run) => {
      const travelled = ['4', '9'].map((status) => run.journal[indexOfStep(run, A, status)] as JournalEntry);
      run.journal.splice(indexOfStep(run, A, '5'), 1);
      for (const entry of travelled) entry.call = 90;
      const again = travelled.map((entry) => ({ ...entry, call: 92 }));
      const late = between === undefined ? [] : [{ ...(travelled[0] as JournalEntry), call: 91, item: step(between, '20250715100000') }];
      run.journal.splice(indexOfStep(run, A, '9') + 1, 0, ...late, ...again);
      rowOf(run, 'step-2').state = 'doubtful';
      for (const key of ['step-1', 'step-3']) Object.assign(rowOf(run, key), { lostReplies: 1, doubt: 'resent-after-lost-reply' });
      run.lostReplies.push({ why: 'reset-after', service: 'step', effects: travelled });
    };
    expect(check(repeated())).toMatchObject({ ok: true, figures: { doubledAccounted: 2 } });
    // 5 happened between the two, and came after the first 9: that is disorder, whatever was lost
    expect(problems(check(repeated('5')))).toEqual(['outOfOrder']);
  });

  it('catches a second create', () => {
    const report = check((run) => {
      const at = run.journal.findIndex((e) => e.effect === 'create' && e.key === A);
      run.journal.splice(at + 1, 0, { ...run.journal[at] } as JournalEntry);
    });
    expect(report).toMatchObject({ ok: false, doubledDossiers: [A] });
  });

  it('catches a dossier that never arrived and one that stayed behind', () => {
    const absent = check((run) => { run.journal = run.journal.filter((e) => e.key !== B); });
    expect(absent).toMatchObject({ ok: false, lost: [{ dossier: B, why: 'absent' }] });
    const noUpdate = (run: Run) => { run.journal = run.journal.filter((e) => !(e.effect === 'update' && e.key === A)); };
    expect(check(noUpdate)).toMatchObject({ ok: false, lost: [{ dossier: A, why: 'wrong status' }] });
    expect(check((run) => { noUpdate(run); rowOf(run, 'e2').state = 'dead'; }).ok).toBe(true);
    // an older refusal excuses nothing
    expect(check((run) => { noUpdate(run); rowOf(run, 'e1').state = 'rejected'; })).toMatchObject({ ok: false, lost: [{ dossier: A }] });
  });

  it('catches what nobody expected', () => {
    expect(check((run) => { run.expected.delete(B); })).toMatchObject({ ok: false, unexpected: [{ dossier: B }] });
    const foreign = check((run) => {
      const at = indexOfStep(run, A, '4');
      run.journal.splice(at, 0, { ...(run.journal[at] as JournalEntry), item: { ...step('4', '20250101000000') } });
    });
    expect(problems(foreign)).toEqual(['unexpected']);
  });

  it('knows that a history may hold two equal steps', () => {
    const twice = (run: Run, copies: number) => {
      for (let i = 0; i < copies; i += 1) double(run, '4');
      const wanted = run.expected.get(A) as ExpectedDossier;
      const second = { ...(wanted.steps[1] as ExpectedDossier['steps'][number]), itemKey: 'step-1b' };
      run.expected.set(A, { ...wanted, steps: [...wanted.steps.slice(0, 2), second, ...wanted.steps.slice(2)] });
      run.exchanges.push({ dossierCode: A, operation: 'step', itemKey: 'step-1b', state: 'done', lostReplies: 0, doubt: null });
    };
    expect(check((run) => { twice(run, 1); }).ok).toBe(true);
    expect(problems(check((run) => { twice(run, 0); }))).toEqual(['missingUnflagged']);
    expect(problems(check((run) => { twice(run, 2); }))).toEqual(['unaccountedDoubledSteps']);
    expect(check((run) => { twice(run, 0); rowOf(run, 'step-1').state = 'doubtful'; }).ok).toBe(true);
  });

  it('counts what still waits', () => {
    expect(check((run) => { rowOf(run, 'step-3').state = 'pending'; }).figures.waiting).toBe(1);
  });
});
