/**
 * The judge of a run: what the upstream really did (a simulator's journal) against what should have arrived and what the
 * ledger says about it. Pure; tests, bench and demo share it. It knows no upstream's words: a reader that comes with the
 * simulator tells two steps apart.
 *
 * What it holds (issue "lost replies"): nothing is lost unseen, no dossier is created twice, no supplement request is sent
 * twice, no step arrives more often than its declared decision allows, and any doubled step was caused by a lost reply and is
 * flagged in the ledger.
 */
import type { JournalEntry } from '../adapter/types.ts';
import type { LostReply } from './faults.ts';

/** Reads the items of one simulator's journal. */
export interface JournalReader {
  /** the status that a create or update left behind */
  status(item: unknown): string;
  /** equal for two steps that the upstream cannot tell apart */
  stepIdentity(item: unknown): string;
  /** steps whose doubling is never excused */
  isSupplement(item: unknown): boolean;
}
export interface ExpectedStep {
  /** as the reader's `stepIdentity` would give it */
  identity: string;
  /** the ledger's key of the exchange that carries it */
  itemKey: string;
  /** how often it may arrive whatever reply was lost, by the declared decision of its operation. Absent: any number of lost replies excuses as many repeats */
  most?: number;
}
export interface ExpectedDossier {
  /** the status that the upstream must hold at the end, in the upstream's code */
  status: string;
  /** in the order in which they happened */
  steps: readonly ExpectedStep[];
}
/** One row of the ledger per exchange; `ExchangeRow` fits. */
export interface LedgerExchange {
  dossierCode: string;
  operation: string;
  itemKey: string;
  state: string;
  lostReplies: number;
  doubt: string | null;
  /** orders the snapshots of one dossier; without it the order of the rows does */
  eventSeq?: number;
}

export interface DeliveryInput {
  expected: ReadonlyMap<string, ExpectedDossier>;
  journal: Iterable<JournalEntry>;
  /** the ledger's exchanges of this upstream */
  exchanges: Iterable<LedgerExchange>;
  lostReplies: Iterable<LostReply>;
  reader: JournalReader;
  /** the operation that carries snapshots and the one that carries steps, as the ledger names them */
  operations: { snapshot: string; step: string };
  /**
   * Whose word excuses a doubled step. `host` (default): only a reply that the host saw being lost. `host-or-ledger`: also the ledger's own
   * count, for runs in which the sender is killed: a reply that died with its reader was delivered as far as the host can see.
   */
  evidence?: 'host' | 'host-or-ledger';
}

export interface StepFinding { dossier: string; identity: string; itemKey?: string }
export interface DeliveryReport {
  /** nothing in the lists below */
  ok: boolean;
  /** not at the upstream, or there with another status, although the ledger neither waits nor shows it to a person */
  lost: { dossier: string; why: 'absent' | 'wrong status' }[];
  /** created more than once */
  doubledDossiers: string[];
  /** a supplement request that arrived more often than it happened; never excused */
  doubledSupplement: StepFinding[];
  unaccountedDoubledSteps: (StepFinding & { why: 'no lost reply' | 'not flagged' })[];
  /** a step that arrived more often than its declared decision allows (`most`); no lost reply excuses it */
  tooOften: (StepFinding & { times: number; most: number })[];
  /** a step that arrived after one that happened later */
  outOfOrder: StepFinding[];
  /** a step that never arrived and that the ledger neither waits with nor shows to a person */
  missingUnflagged: StepFinding[];
  /** arrived, but nobody expected it */
  unexpected: { dossier: string; identity?: string }[];
  /** figures for a person; they do not decide `ok` */
  figures: { dossiers: number; steps: number; doubledAccounted: number; /** steps that did not arrive and that the ledger still waits with or shows to a person */ missingShown: number; flagged: number; waiting: number };
}

const WAITING = new Set(['pending', 'sending', 'unknown']);
const SHOWN = new Set(['rejected', 'dead', 'doubtful']);
const keyOf = (...parts: string[]): string => parts.join('\u0000');

interface Arrived { creates: number; status: string | undefined; steps: JournalEntry[] }

function readJournal(journal: Iterable<JournalEntry>, reader: JournalReader): Map<string, Arrived> {
  const arrived = new Map<string, Arrived>();
  for (const entry of journal) {
    if (entry.key === undefined || (entry.effect !== 'create' && entry.effect !== 'update' && entry.effect !== 'append')) continue;
    let at = arrived.get(entry.key);
    if (at === undefined) arrived.set(entry.key, (at = { creates: 0, status: undefined, steps: [] }));
    if (entry.effect === 'append') at.steps.push(entry);
    else {
      at.status = reader.status(entry.item);
      if (entry.effect === 'create') at.creates += 1;
    }
  }
  return arrived;
}

const tally = (identities: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const id of identities) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
};

/** Compares a run's end with what should be. Call it when the ledger has come to rest; what still waits is counted, not judged. */
export function checkDelivery(input: DeliveryInput): DeliveryReport {
  const { expected, reader, operations, evidence = 'host' } = input;
  const report: DeliveryReport = {
    ok: true, lost: [], doubledDossiers: [], doubledSupplement: [], unaccountedDoubledSteps: [], tooOften: [], outOfOrder: [], missingUnflagged: [], unexpected: [],
    figures: { dossiers: 0, steps: 0, doubledAccounted: 0, missingShown: 0, flagged: 0, waiting: 0 },
  };
  const { figures } = report;

  const stepRows = new Map<string, LedgerExchange>();
  const newestSnapshot = new Map<string, LedgerExchange>();
  for (const row of input.exchanges) {
    if (WAITING.has(row.state)) figures.waiting += 1;
    if (SHOWN.has(row.state) || row.doubt !== null) figures.flagged += 1;
    if (row.operation === operations.step) stepRows.set(keyOf(row.dossierCode, row.itemKey), row);
    else if (row.operation === operations.snapshot) {
      const known = newestSnapshot.get(row.dossierCode);
      if (known === undefined || (row.eventSeq ?? Number.POSITIVE_INFINITY) >= (known.eventSeq ?? 0)) newestSnapshot.set(row.dossierCode, row);
    }
  }
  const lostSteps = new Map<string, number>();
  for (const reply of input.lostReplies) {
    for (const entry of reply.effects) {
      if (entry.effect !== 'append' || entry.key === undefined) continue;
      const key = keyOf(entry.key, reader.stepIdentity(entry.item));
      lostSteps.set(key, (lostSteps.get(key) ?? 0) + 1);
    }
  }

  const arrived = readJournal(input.journal, reader);
  for (const [code, at] of arrived) {
    if (at.creates > 1) report.doubledDossiers.push(code);
    if (!expected.has(code)) report.unexpected.push({ dossier: code });
  }

  for (const [dossier, wanted] of expected) {
    const at = arrived.get(dossier);
    if (at !== undefined) {
      figures.dossiers += 1;
      figures.steps += at.steps.length;
    }
    if (at?.status !== wanted.status) {
      // what still waits or is shown to a person is late or refused, but not lost; an older row excuses nothing
      const state = newestSnapshot.get(dossier)?.state ?? '';
      if (!WAITING.has(state) && !SHOWN.has(state)) report.lost.push({ dossier, why: at?.status === undefined ? 'absent' : 'wrong status' });
    }
    checkSteps(dossier, wanted.steps, at?.steps ?? []);
  }

  function checkSteps(dossier: string, steps: readonly ExpectedStep[], entries: readonly JournalEntry[]): void {
    const got = entries.map((entry) => ({ identity: reader.stepIdentity(entry.item), supplement: reader.isSupplement(entry.item) }));
    const gotCounts = tally(got.map((g) => g.identity));
    const wantedCounts = tally(steps.map((s) => s.identity));
    const rowsOf = (identity: string): { step: ExpectedStep; row: LedgerExchange | undefined }[] =>
      steps.filter((s) => s.identity === identity).map((step) => ({ step, row: stepRows.get(keyOf(dossier, step.itemKey)) }));

    // two equal steps of the history are two exchanges: positions, not identities, say what is in order
    let position = 0;
    const firsts = new Map<string, number[]>();
    for (const [index, { identity }] of got.entries()) {
      const wanted = wantedCounts.get(identity);
      if (wanted === undefined) {
        report.unexpected.push({ dossier, identity });
        continue;
      }
      const earlier = firsts.get(identity) ?? [];
      if (earlier.length < wanted) firsts.set(identity, [...earlier, index]);
      else if (isRepeatInTurn(index, earlier)) continue;
      const at = steps.findIndex((s, i) => i >= position && s.identity === identity);
      if (at < 0) report.outOfOrder.push({ dossier, identity });
      else position = at;
    }

    /**
     * A lost call of several steps is repeated after all of them: its first step comes again behind its last one. That is in order
     * as long as nothing but that call, and other repeats, stands between the step and its repeat.
     */
    function isRepeatInTurn(index: number, earlier: readonly number[]): boolean {
      const isFirst = (i: number): boolean => firsts.get(got[i]?.identity ?? '')?.includes(i) === true;
      return earlier.some((original) => {
        const call = entries[original]?.call;
        return call !== undefined && got.every((_, i) => i <= original || i >= index || entries[i]?.call === call || !isFirst(i));
      });
    }

    for (const [identity, wanted] of wantedCounts) {
      const times = gotCounts.get(identity) ?? 0;
      if (times < wanted) {
        const held = rowsOf(identity).filter(({ row }) => row !== undefined && (WAITING.has(row.state) || SHOWN.has(row.state)));
        figures.missingShown += Math.min(wanted - times, held.length);
        for (const { step } of rowsOf(identity).filter((r) => !held.includes(r)).slice(0, Math.max(0, wanted - times - held.length))) {
          report.missingUnflagged.push({ dossier, identity, itemKey: step.itemKey });
        }
        continue;
      }
      const extra = times - wanted;
      if (extra === 0) continue;
      const itemKey = steps.find((s) => s.identity === identity)?.itemKey;
      const finding: StepFinding = { dossier, identity, ...(itemKey === undefined ? {} : { itemKey }) };
      if (got.some((g) => g.supplement && g.identity === identity)) {
        report.doubledSupplement.push(finding);
        continue;
      }
      const most = steps.reduce((sum, s) => (s.identity === identity ? sum + (s.most ?? Number.POSITIVE_INFINITY) : sum), 0);
      if (times > most) {
        report.tooOften.push({ ...finding, times, most });
        continue;
      }
      const rows = rowsOf(identity).map((r) => r.row);
      const byLedger = rows.reduce((n, row) => n + (row?.lostReplies ?? 0), 0);
      const byHost = lostSteps.get(keyOf(dossier, identity)) ?? 0;
      const excused = evidence === 'host' ? byHost : Math.max(byHost, byLedger);
      if (excused < extra) report.unaccountedDoubledSteps.push({ ...finding, why: 'no lost reply' });
      else if (!rows.some((row) => row !== undefined && row.doubt !== null)) report.unaccountedDoubledSteps.push({ ...finding, why: 'not flagged' });
      else figures.doubledAccounted += extra;
    }
  }

  report.ok = [report.lost, report.doubledDossiers, report.doubledSupplement, report.unaccountedDoubledSteps, report.tooOften, report.outOfOrder, report.missingUnflagged, report.unexpected].every((list) => list.length === 0);
  return report;
}
