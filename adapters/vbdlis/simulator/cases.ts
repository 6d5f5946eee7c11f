/** What the simulated land system holds and does: cases that move along their scripts, its own calls in line, and the journal of every applied effect. */
import { dueQueue } from '../../../src/adapter/due-queue.ts';
import type { Random } from '../../../src/adapter/random.ts';
import type { JournalEntry, SimulatorCallback } from '../../../src/adapter/types.ts';
import { VIETNAM_OFFSET_MS } from '../../../src/model/time.ts';
import type { ReceivedFile } from './checks.ts';
import type { LandProcedure, Settings } from './options.ts';
import { drawScript, TAX_STEP } from './script.ts';
import type { Script, StepKind } from './script.ts';
import { createVoice } from './voice.ts';
import type { About, CallName, OfferedFile } from './voice.ts';

export type Phase = 'working' | 'waiting-supplement' | 'paused' | 'waiting-payment' | 'waiting-resubmission' | 'finished' | 'returned';

export interface LandCase {
  receipt: string;
  /** `tax-step`: came through ILIS for the tax step alone (5.1) */
  origin: 'province' | 'tax-step' | 'land';
  phase: Phase;
  procedure: LandProcedure;
  /** the dossier was said to be of the wrong procedure, and waits for another one */
  wrongProcedure: boolean;
  /** how often it has ended; more than once after a wrong result */
  ended: number;
  wrongResults: number;
  submissions: number;
  files: number;
  parcels: number;
  /** ms */
  acceptedAt: number;
  dueAt: number;
  changedAt: number;
}
/** With what only the engine needs. */
interface Work extends LandCase {
  taxpayer: string;
  script: Script;
  step: number;
  /** what was scheduled in an earlier turn is void */
  turn: number;
  handler: number;
  offered: number;
  random: Random;
}
interface Due { work: Work; turn: number; what: 'step' | 'received' }

/** What a submission tells, as far as it is kept. */
export interface Submission { receipt: string; procedure: LandProcedure; taxpayer: string; dueAt: number | undefined; files: readonly ReceivedFile[]; parcels: number }

const DEFAULT_TERM_MS = 15 * 24 * 3_600_000;
const SHOWN_CASES = 200;
const SURNAMES = ['Trần', 'Lê', 'Phạm', 'Ngô'];
const GIVEN_NAMES = ['Ví Dụ', 'Mẫu', 'Giả Định', 'Minh Họa'];
/** Clearly nobody. */
const inventedName = (random: Random): string => `${random.pick(SURNAMES)} Thị ${random.pick(GIVEN_NAMES)}`;

/**
 * @param now the clock that things happen by, ms
 * @param skew how wrong the land system's own clock is: in what it writes
 * @param address before every absolute link
 */
export function createCases(settings: Settings, now: () => number, skew: () => number, address: () => string) {
  const cases = new Map<string, Work>();
  const taxSteps = new Map<string, Work>();
  const files = new Map<string, OfferedFile>();
  const journal: JournalEntry[] = [];
  const due = dueQueue<Due>();
  let waiting: SimulatorCallback[] = [];
  let call = 0;
  let originated = 0;
  const counts = { submitted: 0, resubmitted: 0, duplicatesRefused: 0, supplements: 0, payments: 0, handedOver: 0, wrongResults: 0, doubledWrongResults: 0, refused: 0, logins: 0, loginsRefused: 0, tokensRefused: 0, filesServed: 0, told: 0, repeatedFiles: 0, foldersInNames: 0 };
  const drift = { unknownFields: 0 };

  const voice = createVoice(settings, (link, file) => {
    files.set(link, file);
    return settings.profile === 'ilis' ? `${address()}${settings.basePath}${settings.downloadPath}${link}` : link;
  });

  const write = (service: string, effect: JournalEntry['effect'], key?: string, item?: unknown, note?: string, at = now()): void => {
    const entry: JournalEntry = { seq: journal.length + 1, at: at + skew(), service, effect, call };
    if (key !== undefined) entry.key = key;
    if (item !== undefined) entry.item = item;
    if (note !== undefined) entry.note = note;
    journal.push(entry);
  };

  // The first officer is the province's reception; a land system with nobody else makes do with that one.
  const desk = settings.officers.length > 1 ? settings.officers.slice(1) : settings.officers;
  const officerOf = (n: number): string => desk[n % desk.length]?.code ?? '';

  /** of what begins here */
  const anyProcedure: LandProcedure = Object.values(settings.procedures)[0] ?? { code: 'TH-MAU-000', name: 'Thủ tục minh họa' };

  function aboutOf(work: Work, at: number): About {
    return {
      receipt: work.receipt, at: at + skew(), random: work.random, from: officerOf(work.handler), to: officerOf(work.handler + 1), taxpayer: work.taxpayer,
      procedure: work.procedure, dueAt: work.dueAt, nextFile: () => (work.offered += 1),
    };
  }

  function tell(work: Work, at: number, name: CallName, how: Parameters<typeof voice.say>[2] = {}): void {
    call += 1;
    counts.told += 1;
    work.changedAt = at;
    waiting.push(voice.say(name, aboutOf(work, at), how));
    write(name, 'update', work.receipt, { phase: work.phase, ...how }, undefined, at);
  }

  function drawn(work: Work): number {
    const [least, most] = settings.stepMs;
    return least + Math.round(work.random.next() * (most - least));
  }
  function schedule(work: Work, since: number): void {
    const step = work.script[work.step];
    if (step === undefined) return;
    const afterMs = typeof step === 'string' ? undefined : step.afterMs;
    due.put(since + (afterMs ?? drawn(work)), { work, turn: work.turn, what: 'step' });
  }
  /** Whatever it waited for has come. */
  function resume(work: Work, since: number): void {
    work.phase = 'working';
    work.turn += 1;
    schedule(work, since);
  }
  /** The land system says that it has the papers, and goes on. */
  function received(work: Work, since: number): void {
    work.turn += 1;
    due.put(since + drawn(work), { work, turn: work.turn, what: 'received' });
  }

  /** @returns true when the next step follows by itself */
  function perform(work: Work, kind: StepKind, at: number): boolean {
    const tax: CallName = work.origin === 'tax-step' || settings.taxVia === 'KetQuaThue' ? 'ilisTaxNotices' : 'taxNotices';
    switch (kind) {
      case 'move':
      case 'move-back':
        tell(work, at, 'moved', { isBack: kind === 'move-back' });
        work.handler += 1;
        return true;
      case 'supplement':
        work.phase = 'waiting-supplement';
        tell(work, at, 'supplementRequested');
        return false;
      case 'pause':
        work.phase = 'paused';
        tell(work, at, 'supplementRequested', { isPause: true });
        return false;
      case 'tax':
        work.phase = 'waiting-payment';
        if (settings.announcePayment) tell(work, at, 'supplementRequested', { isPause: true });
        tell(work, at, tax);
        return false;
      case 'tax-untold':
        tell(work, at, tax);
        return true;
      case 'tax-return':
        tell(work, at, 'returnedByTax');
        return true;
      case 'send-back':
      case 'wrong-procedure':
        work.phase = 'waiting-resubmission';
        work.wrongProcedure = kind === 'wrong-procedure';
        tell(work, at, kind === 'send-back' ? 'sentBack' : 'wrongProcedure');
        return false;
      case 'finish':
      case 'return':
        work.phase = 'finished';
        work.ended += 1;
        tell(work, at, 'finished', { isResult: kind === 'finish' });
        return true;
    }
  }
  function happen({ work, turn, what }: Due, at: number): void {
    if (turn !== work.turn) return;
    if (what === 'received') {
      work.phase = 'working';
      tell(work, at, 'supplementReceived');
      schedule(work, at);
      return;
    }
    const step = work.script[work.step] as Script[number];
    work.step += 1;
    const { phase } = work;
    const goesOn = perform(work, typeof step === 'string' ? step : step.do, at);
    // what a script has after the end is told late, and changes nothing any more
    const isLate = phase === 'finished' || phase === 'returned';
    if (isLate) work.phase = phase;
    if (goesOn || isLate) schedule(work, at);
    else if (work.phase === 'paused') received(work, at);
  }
  /** Does what is due by now, the earliest first. */
  function work(): void {
    const until = now();
    for (let next = due.take(until); next !== undefined; next = due.take(until)) happen(next.item, next.at);
  }

  function open(origin: Work['origin'], { receipt, procedure, taxpayer, dueAt, files: given, parcels }: Submission): Work {
    const at = now();
    // of the case alone: what else arrives, and when, changes nothing in it
    const random = settings.random.fork(`${origin}:${receipt}`);
    const forced = Object.hasOwn(settings.scripts, receipt) ? settings.scripts[receipt] : settings.script;
    const made: Work = {
      receipt, origin, phase: 'working', procedure, wrongProcedure: false, ended: 0, wrongResults: 0, submissions: 1, files: given.length, parcels,
      acceptedAt: at, dueAt: dueAt ?? at + DEFAULT_TERM_MS, changedAt: at, taxpayer: taxpayer || inventedName(random),
      script: origin === 'tax-step' ? TAX_STEP : (forced ?? drawScript(random, settings.chances)), step: 0, turn: 0, handler: 0, offered: 0, random,
    };
    (origin === 'tax-step' ? taxSteps : cases).set(receipt, made);
    schedule(made, at);
    return made;
  }

  return {
    journal, counts, drift, files, write, work, voice,
    /** what is written from now on belongs to another call */
    nextCall: (): void => void (call += 1),
    /** ms of what happens next; Infinity when everything waits for the province, or is done */
    nextAt: (): number => due.next(),
    takeCallbacks(): SimulatorCallback[] {
      work();
      const taken = waiting;
      waiting = [];
      return taken;
    },
    find: (receipt: string): LandCase | undefined => cases.get(receipt),
    findTaxStep: (receipt: string): LandCase | undefined => taxSteps.get(receipt),
    all: (): IterableIterator<LandCase> => cases.values(),

    submit: (submission: Submission): void => void open('province', submission),
    submitTax: (submission: Submission): void => void open('tax-step', submission),
    /** the dossier comes again after it was sent back. @param data undefined: only the work goes on */
    resubmit(receipt: string, data: Submission | undefined): void {
      const known = cases.get(receipt) as Work;
      if (data !== undefined) {
        known.procedure = data.procedure;
        known.files = data.files.length;
        known.parcels = data.parcels;
        known.submissions += 1;
        known.taxpayer = data.taxpayer || known.taxpayer;
        known.dueAt = data.dueAt ?? known.dueAt;
      }
      resume(known, now());
    },
    /** O2. @returns what it was that the case waited for; undefined when it waits for nothing */
    supplementDone(receipt: string, dueAt: number | undefined): 'supplement' | 'payment' | undefined {
      const known = cases.get(receipt) as Work;
      const { phase } = known;
      if (phase !== 'waiting-supplement' && phase !== 'waiting-payment' && phase !== 'paused') return undefined;
      known.dueAt = dueAt ?? known.dueAt;
      if (phase === 'waiting-payment') {
        resume(known, now());
        return 'payment';
      }
      known.phase = 'working';
      received(known, now());
      return 'supplement';
    },
    /** O3 */
    handedOver: (receipt: string): void => void ((cases.get(receipt) as Work).phase = 'returned'),
    /** O4. @returns false when it was reported before and is being put right */
    reportWrong(receipt: string): boolean {
      const known = cases.get(receipt) as Work;
      known.wrongResults += 1;
      if (known.phase !== 'finished' && known.phase !== 'returned') return false;
      known.script = settings.reworkScript;
      known.step = 0;
      resume(known, now());
      return true;
    },
    /** a dossier that begins here (I6). @returns its receipt number */
    originate(receipt?: string): string {
      const day = new Date(now() + VIETNAM_OFFSET_MS).toISOString().slice(2, 10).replaceAll('-', '');
      const number = receipt ?? `H99.99-${day}-9${String((originated += 1)).padStart(3, '0')}`;
      if (cases.has(number)) throw new TypeError('there is a case with this receipt number');
      tell(open('land', { receipt: number, procedure: anyProcedure, taxpayer: '', dueAt: undefined, files: [], parcels: 1 }), now(), 'originatesInLand');
      return number;
    },
    /** facts for a call that a person asks for; of the case where there is one, else invented */
    aboutFor(receipt: string, name: string): About {
      const random = settings.random.fork(`asked:${name}:${receipt}`);
      const known = cases.get(receipt) ?? taxSteps.get(receipt);
      if (known !== undefined) return { ...aboutOf(known, now()), random };
      let offered = 0;
      return {
        receipt, at: now() + skew(), random, from: officerOf(0), to: officerOf(1), taxpayer: inventedName(random), dueAt: now() + DEFAULT_TERM_MS,
        procedure: anyProcedure, nextFile: () => (offered += 1),
      };
    },

    /** for a person to look at: no names, no contents */
    overview() {
      const time = (ms: number): string => new Date(ms).toISOString();
      const newest = [...cases.values()].slice(-SHOWN_CASES).reverse();
      return {
        cases: newest.map(({ receipt, origin, phase, procedure, submissions, files: given, parcels, ended, wrongResults, acceptedAt, dueAt, changedAt, script, step }) => ({
          receipt, origin, phase, procedure: procedure.code, submissions, files: given, parcels, ended, wrongResults, stepsLeft: script.length - step, acceptedAt: time(acceptedAt), dueAt: time(dueAt), changedAt: time(changedAt),
        })),
        casesInAll: cases.size, taxSteps: taxSteps.size, nextAt: Number.isFinite(due.next()) ? time(due.next()) : null,
      };
    },
    summary(): Record<string, number> {
      const byPhase: Record<string, number> = {};
      for (const { phase } of cases.values()) byPhase[`phase.${phase}`] = (byPhase[`phase.${phase}`] ?? 0) + 1;
      return { cases: cases.size, taxSteps: taxSteps.size, ...counts, unknownFields: drift.unknownFields, filesOffered: files.size, due: due.size, journal: journal.length, ...byPhase };
    },
  };
}
export type LandCases = ReturnType<typeof createCases>;
