/** Progress of a dossier from its actions, and what follows from it: supplements and the dates that OpenCPS does not keep. */
import type { DossierStatus, HistoryEntry, Supplement } from '../../src/model/canonical.ts';
import { checkHistory, isTerminal } from '../../src/model/status.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { ACTION_NOT_YET_DONE, type StatusMeaning } from './codes.ts';
import type { OpencpsConfig } from './config.ts';
import { Findings, idOf, isFields, itemPointer, listOf, momentOf, textOf, type Fields } from './fields.ts';

export interface Progress { history: HistoryEntry[]; supplements: Supplement[] }

interface Found { entry: HistoryEntry; ms: number; at: string; known: boolean }

/** A log line is progress when it is an action; messages to people (author, content) are not. */
const isAction = (item: Fields): boolean =>
  item['dossierActionId'] !== undefined || item['actionCode'] !== undefined || (item['dossierStatus'] !== undefined && item['dossierStatus'] !== null);

function collect(record: Fields, config: OpencpsConfig, found: Findings): Found[] {
  const all: Found[] = [];
  const both = listOf(record, 'actions').length > 0 && listOf(record, 'logs').length > 0;
  const seen = new Set<string>();
  for (const list of ['actions', 'logs'] as const) {
    listOf(record, list).forEach((item, i) => {
      if (!isFields(item) || (list === 'logs' && !isAction(item))) return;
      // Beside actions, a log line repeats one of them, perhaps a second later and in other words. Without an id nothing tells
      // which, and a step that is sent twice cannot be taken back: only lines with an id of their own add something.
      const id = both ? idOf(item, 'dossierActionId', 500, new Findings(), '') : undefined;
      if (both && list === 'logs' && (id === undefined || seen.has(id))) return;
      const at = itemPointer(list, i);
      const step = stepOf(item, config, found, at);
      if (step === undefined) return;
      if (id !== undefined) seen.add(id);
      all.push(step);
    });
  }
  return all;
}

function stepOf(item: Fields, config: OpencpsConfig, found: Findings, at: string): Found | undefined {
  if (textOf(item, 'state', 20, found, at) === ACTION_NOT_YET_DONE) return undefined;
  const ms = momentOf(item, 'createDate', found, at);
  if (ms === undefined) {
    found.warn('LT-OPENCPS-STEP-NO-TIME', at);
    return undefined;
  }
  const to = idOf(item, 'toStepCode', 500, found, at) ?? idOf(item, 'stepCode', 500, found, at);
  const meaning = meaningOf(item, to, config, found, at);
  const name = textOf(item, 'actionName', 500, found, at);
  const code = textOf(item, 'actionCode', 500, found, at);
  const entry: HistoryEntry = { at: instantFromEpoch(ms), status: meaning?.status ?? 'UNKNOWN', action: name ?? code ?? textOf(item, 'stepName', 500, found, at) ?? '' };
  if (meaning?.subStatus !== undefined) entry.subStatus = meaning.subStatus;
  const id = idOf(item, 'dossierActionId', 500, found, at);
  if (id !== undefined) entry.id = id;
  const actor = textOf(item, 'actionUser', 500, found, at);
  if (actor !== undefined) entry.actor = actor;
  const unit = textOf(item, 'department', 500, found, at);
  if (unit !== undefined) entry.unit = unit;
  const title = textOf(item, 'role', 500, found, at);
  if (title !== undefined) entry.title = title;
  const note = textOf(item, 'actionNote', 10_000, found, at);
  if (note !== undefined) entry.note = note;
  const from = idOf(item, 'fromStepCode', 500, found, at);
  if (from !== undefined) entry.from = from;
  if (to !== undefined) entry.to = to;
  const due = momentOf(item, 'dueDate', found, at);
  if (due !== undefined) entry.dueAt = instantFromEpoch(due);
  return { entry, ms, at, known: meaning !== undefined };
}

function meaningOf(item: Fields, to: string | undefined, config: OpencpsConfig, found: Findings, at: string): StatusMeaning | undefined {
  const word = textOf(item, 'dossierStatus', 200, found, at);
  if (word !== undefined) {
    const sub = textOf(item, 'dossierSubStatus', 200, found, at);
    const meaning = lookUp(word, sub, config);
    if (meaning === undefined) {
      found.warn('LT-OPENCPS-STATUS-UNMAPPED', `${at}/dossierStatus`);
      return { status: 'UNKNOWN' };
    }
    return meaning;
  }
  return to === undefined ? undefined : config.stepStatusMap.get(to);
}

/** The pair before the single word; `undefined` when neither is known. */
export function lookUp(status: string, subStatus: string | undefined, config: OpencpsConfig): StatusMeaning | undefined {
  return (subStatus === undefined ? undefined : config.statusMap.get(`${status}/${subStatus}`)) ?? config.statusMap.get(status);
}

/** Oldest first. Newest-first lists are turned round before the stable sort, so that equal seconds keep their true order. */
function inOrder(steps: Found[]): Found[] {
  const first = steps[0];
  const last = steps[steps.length - 1];
  if (first === undefined || last === undefined) return steps;
  if (first.ms > last.ms) steps.reverse();
  for (let i = 1; i < steps.length; i += 1) {
    if ((steps[i] as Found).ms < (steps[i - 1] as Found).ms) return steps.sort((a, b) => a.ms - b.ms);
  }
  return steps;
}

/**
 * @param current the dossier's own status: what the last action led to, where the action does not say
 */
export function progressOf(record: Fields, current: StatusMeaning, config: OpencpsConfig, found: Findings): Progress {
  const steps = inOrder(collect(record, config, found));
  steps.forEach((step, i) => {
    if (step.known) return;
    if (i === steps.length - 1) {
      step.entry.status = current.status;
      if (current.subStatus !== undefined) step.entry.subStatus = current.subStatus;
    } else found.warn('LT-OPENCPS-STEP-NO-STATUS', step.at);
  });
  const history = steps.map((step) => step.entry);
  for (const finding of checkHistory(history)) found.warn(finding.code, steps[finding.index]?.at ?? '', finding.why);
  return { history, supplements: supplementsOf(history) };
}

/** One supplement per stay in SUPPLEMENT_REQUIRED; it is complete when the dossier moves on, not when it ends. */
export function supplementsOf(history: readonly HistoryEntry[]): Supplement[] {
  const supplements: Supplement[] = [];
  let open: Supplement | undefined;
  for (const entry of history) {
    if (entry.status === 'SUPPLEMENT_REQUIRED') {
      if (open !== undefined) continue;
      open = { requestedAt: entry.at, reason: entry.note ?? entry.action };
      if (entry.id !== undefined) open.id = entry.id.slice(0, 200);
      if (entry.actor !== undefined) open.requestedBy = entry.actor;
      if (entry.dueAt !== undefined) open.deadline = entry.dueAt;
      supplements.push(open);
      continue;
    }
    if (open === undefined || entry.status === 'UNKNOWN') continue;
    if (!isTerminal(entry.status) && entry.status !== 'STOPPED') {
      open.completedAt = entry.at;
      if (entry.actor !== undefined) open.receivedBy = entry.actor;
      if (entry.note !== undefined) open.receivedNote = entry.note;
    }
    open = undefined;
  }
  return supplements;
}

/** The last time the dossier came into a status; a stay of several steps counts from its first. */
export function lastEntered(history: readonly HistoryEntry[], status: DossierStatus): HistoryEntry | undefined {
  let entered: HistoryEntry | undefined;
  let before: DossierStatus | undefined;
  for (const entry of history) {
    if (entry.status === status && before !== status) entered = entry;
    before = entry.status;
  }
  return entered;
}

/** The first time it came into a status. */
export function firstEntered(history: readonly HistoryEntry[], status: DossierStatus): HistoryEntry | undefined {
  return history.find((entry) => entry.status === status);
}
