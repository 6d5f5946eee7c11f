/**
 * The indicators a second time: plain loops over whole dossiers, from the text of the rules (fact sheet A.6.2, A.6.3, A.6.6), sharing nothing with
 * src/indicators: no facts, no columns, no definitions, no fractions.
 */
import type { Dossier } from '../../src/model/index.ts';

const VN = 7 * 3_600_000;
const ms = (text: string | undefined): number | undefined => (text === undefined ? undefined : Math.floor(Date.parse(text) / 1000) * 1000);
const dayText = (time: number): string => new Date(time + VN).toISOString().slice(0, 10);

export interface PlainProcedure { code: string; online: boolean; fee: boolean; document: boolean; citizens: boolean; maximumHours?: number }
export interface PlainInput { dossiers: Dossier[]; synchronised: Set<string>; procedures: PlainProcedure[]; from: string; to: string }
type Pair = [numerator: number, denominator: number | null];

/** Late or not by A.6.3; undefined where there is nothing to measure by. `early`: ended before the due second. */
export function plainTiming(d: Dossier, endOfPeriod: number, maximumHours: number | undefined): { onTime: boolean | undefined; early: boolean; exact: boolean; ended: boolean; handling: number } {
  const lastStep = (status: string): number | undefined => {
    let found: number | undefined;
    for (const step of d.history) if (step.status === status) found = ms(step.at);
    return found;
  };
  const finished = d.status === 'RESOLVED' || d.status === 'RETURNED';
  const received = d.dates.acceptedAt !== undefined || d.history.some((s) => ['ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'STOPPED', 'RESOLVED', 'RETURNED'].includes(s.status));
  let end = lastStep('RESOLVED') ?? (finished ? ms(d.dates.resolvedAt) : undefined);
  end ??= lastStep('RETURNED') ?? (d.status === 'RETURNED' ? ms(d.dates.returnedAt) : undefined);
  end ??= lastStep('STOPPED') ?? (d.status === 'STOPPED' ? ms(d.dates.resolvedAt) : undefined);
  end ??= lastStep('REJECTED') ?? (d.status === 'REJECTED' ? ms(d.dates.rejectedAt ?? d.dates.resolvedAt) : undefined);
  if (received) end ??= lastStep('WITHDRAWN') ?? (d.status === 'WITHDRAWN' ? ms(d.dates.withdrawnAt ?? d.dates.resolvedAt) : undefined);

  // requests for supplement, and how long the answered ones took
  let stepsAsked = 0;
  let stepsOpen = 0;
  let lastAsked: number | undefined;
  let stepPause = 0;
  for (let i = 0; i < d.history.length; i += 1) {
    if (d.history[i]?.status !== 'SUPPLEMENT_REQUIRED') continue;
    stepsAsked += 1;
    lastAsked = ms(d.history[i]?.at);
    let answer: number | undefined;
    for (let j = i + 1; j < d.history.length && answer === undefined; j += 1) if (d.history[j]?.status !== 'SUPPLEMENT_REQUIRED') answer = ms(d.history[j]?.at);
    if (answer === undefined) stepsOpen += 1;
    else stepPause += Math.max(0, answer - (lastAsked ?? answer));
  }
  let pause = 0;
  let listOpen = false;
  for (const s of d.supplements) {
    const [asked, answered] = [ms(s.requestedAt) ?? 0, ms(s.completedAt)];
    if (answered === undefined) listOpen = true;
    else pause += Math.max(0, answered - asked);
  }
  if (d.supplements.length === 0) {
    pause = stepPause;
    listOpen = stepsOpen > 0;
  } else lastAsked = ms(d.supplements[d.supplements.length - 1]?.requestedAt);
  const waiting = d.status === 'SUPPLEMENT_REQUIRED';
  const asked = Math.max(d.supplements.length, stepsAsked, waiting ? 1 : 0);
  const open = waiting || (listOpen && stepsOpen === stepsAsked);

  const due = ms(d.dates.dueAt);
  const hasEnded = end !== undefined;
  const handling = end === undefined ? 0 : (end - pause - (ms(d.dates.acceptedAt) ?? end)) / 1000;
  if (!hasEnded && asked > 1) return { onTime: false, early: false, exact: false, ended: false, handling };
  if (!hasEnded && asked === 1 && open && lastAsked !== undefined) end = lastAsked;
  end ??= endOfPeriod;
  if (due !== undefined) {
    const measured = hasEnded ? end - pause : end;
    return { onTime: measured <= due, early: hasEnded && measured < due, exact: hasEnded && measured === due, ended: hasEnded, handling };
  }
  const accepted = ms(d.dates.acceptedAt);
  if (maximumHours === undefined || accepted === undefined) return { onTime: undefined, early: false, exact: false, ended: hasEnded, handling };
  const elapsed = end - pause - accepted;
  const limit = maximumHours * 3_600_000;
  return { onTime: elapsed <= limit, early: hasEnded && elapsed < limit, exact: hasEnded && elapsed === limit, ended: hasEnded, handling };
}

/** Numerator and denominator of every indicator that dossiers feed, by id. */
export function plainFigures({ dossiers, synchronised, procedures, from, to }: PlainInput): Record<string, Pair> {
  const endOfPeriod = Date.parse(`${to}T23:59:59+07:00`);
  const n: Record<string, number> = {};
  const add = (name: string, yes = true): void => { n[name] = (n[name] ?? 0) + (yes ? 1 : 0); };
  const used: Record<string, Set<string>> = { onlineServices: new Set(), feeSynced: new Set(), feePaid: new Set(), feeAny: new Set(), population: new Set() };
  for (const d of dossiers) {
    const when = ms(d.dates.acceptedAt) ?? ms(d.dates.submittedAt);
    if (when === undefined || dayText(when) < from || dayText(when) > to) continue;
    const everReceived = d.dates.acceptedAt !== undefined || d.history.some((s) => !['DRAFT', 'SUBMITTED', 'REJECTED', 'WITHDRAWN', 'UNKNOWN'].includes(s.status));
    const isReceived = ['ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'STOPPED', 'RESOLVED', 'RETURNED'].includes(d.status) || (d.status === 'WITHDRAWN' && everReceived);
    if (!isReceived) { add('not-received'); continue; }
    const p = procedures.find(({ code }) => d.procedure.code.startsWith(code));
    const dated = d.dates.acceptedAt !== undefined;
    const sync = synchronised.has(d.code);
    const link = (f: { url?: string; id?: string; deleted?: boolean }): boolean => !f.deleted && ((f.url ?? '') !== '' || (f.id ?? '') !== '');
    const resultFile = d.results.some((r) => r.files.some(link));
    const electronic = d.results.some((r) => (r.code ?? '') !== '' && r.files.some(link));
    const digital = d.components.some((c) => c.digitization !== undefined && c.digitization !== 'NONE');
    const flag = d.flags?.hasDigitizedComponents ?? digital;
    const repository = d.components.some((c) => c.nationalRepository);
    const people = d.flags?.vneidVerified === true || repository || d.linkedDatabases.includes('1');
    const owed = d.fees.some((f) => f.amount > 0);
    const zero = d.fees.length > 0 && !owed;
    const paid = d.payments.some((x) => x.method === 'ONLINE' && x.status === 'PAID');
    const timing = plainTiming(d, endOfPeriod, p?.maximumHours);
    const online = d.channel === 'ONLINE';
    const open = ['ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED'].includes(d.status);
    const completed = d.status === 'RESOLVED' || d.status === 'RETURNED';
    if (completed && d.dates.acceptedAt !== undefined) {
      add('handled');
      n['handling'] = (n['handling'] ?? 0) + Math.max(0, timing.handling);
    }

    add('received'); add('online', online); add('direct', !online); add('counter', d.channel === 'COUNTER'); add('postal', d.channel === 'POSTAL');
    add('in-processing', open); add('completed', completed); add('returned', d.status === 'RETURNED'); add('stopped', d.status === 'STOPPED' || d.status === 'WITHDRAWN');
    add('in-time', timing.onTime === true); add('late', timing.onTime === false); add('not-judged', timing.onTime === undefined);
    add('early', completed && timing.early); add('on-time', completed && timing.exact); add('completed-late', completed && timing.ended && timing.onTime === false);
    add('supplement', d.supplements.length > 0 || d.history.some((s) => s.status === 'SUPPLEMENT_REQUIRED') || d.status === 'SUPPLEMENT_REQUIRED');
    add('waiting-papers', d.status === 'SUPPLEMENT_REQUIRED'); add('waiting-payment', d.status === 'PAYMENT_REQUIRED'); add('online-in-time', online && timing.onTime === true);
    add('dated', dated); add('1.4', dated && sync);
    add('3.3', online && (p?.document !== true || electronic));
    add('feeDossiers', p?.fee === true && !zero); add('3.6', p?.fee === true && !zero && paid);
    add('documentDossiers', p?.document === true); add('4.1', p?.document === true && resultFile);
    add('4.2', resultFile && d.components.some((c) => c.files.some(link)));
    add('4.3', dated && (flag || (d.source === 'PORTAL_NATIONAL' && digital)));
    add('4.4', dated && repository);
    add('citizenDossiers', p?.citizens === true); add('4.5b', p?.citizens === true && people);
    const key = p?.code ?? d.procedure.code;
    if (online && p?.online === true) used['onlineServices']?.add(key);
    if (sync && owed && p?.fee === true) used['feeSynced']?.add(key);
    if (owed) used['feeAny']?.add(key);
    if (owed && paid) used['feePaid']?.add(key);
    if (p?.citizens === true && people) used['population']?.add(key);
  }
  const of = (name: string): number => n[name] ?? 0;
  const all = of('received');
  const share = (name: string): Pair => [of(name), all];
  const size = (name: string): number => used[name]?.size ?? 0;
  return {
    received: [all, null], 'not-received': [of('not-received'), null],
    ...Object.fromEntries(['online', 'direct', 'counter', 'postal', 'in-processing', 'completed', 'returned', 'stopped', 'in-time', 'late', 'not-judged', 'supplement', 'waiting-papers', 'waiting-payment'].map((name) => [name, share(name)])),
    early: [of('early'), of('completed')], 'on-time': [of('on-time'), of('completed')], 'completed-late': [of('completed-late'), of('completed')], 'online-in-time': [of('online-in-time'), of('online')],
    '1.4': [of('1.4'), of('dated')], '2.1': share('in-time'), '2.2': [of('handling'), of('handled')],
    '3.1': [procedures.filter((p) => p.online).length, procedures.length], '3.2': [size('onlineServices'), procedures.filter((p) => p.online).length], '3.3': share('3.3'),
    '3.5a': [size('feeSynced'), procedures.filter((p) => p.fee).length], '3.5b': [size('feePaid'), size('feeAny')], '3.6': [of('3.6'), of('feeDossiers')],
    '4.1': [of('4.1'), of('documentDossiers')], '4.2': share('4.2'), '4.3': [of('4.3'), of('dated')], '4.4': [of('4.4'), of('dated')],
    '4.5a': [size('population'), procedures.filter((p) => p.citizens).length], '4.5b': [of('4.5b'), of('citizenDossiers')], '5.4-late': share('late'),
  };
}
