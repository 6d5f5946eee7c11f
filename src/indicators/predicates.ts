/**
 * The conditions that definitions are made of, by name. Each is a function of a dossier's word and of what a scan adds to it: the verdict of the
 * on-time rule, what the register says of the procedure, and how the dossier lies in the period.
 */
import { isCompleted, isInProcessing, isStopped } from '../model/index.ts';
import type { RegisteredProcedure } from './register.ts';
import { channelOf, hasMark, isSynchronised, levelOf, paidOf, statusOf } from './word.ts';

/** Verdicts of the on-time rule, as numbers in the scan's word. `none`: not judged, or neither due date nor maximum is known. */
export const VERDICT = { none: 0, early: 1, onTheDot: 2, late: 3, openInTime: 4, openLate: 5, repeated: 6 } as const;

// The scan's word: verdict 0–2, then what the register says, then how the dossier lies in the period.
const REGISTERED = 1 << 3;
const FEE = 1 << 4;
const DOCUMENT = 1 << 5;
const CITIZENS = 1 << 6;
const ONLINE_SERVICE = 1 << 7;
export const RECEIVED_IN_PERIOD = 1 << 8;
export const ENDED_IN_PERIOD = 1 << 9;
export const CARRIED_OVER = 1 << 10;

/** What the register says of a procedure, as bits. */
export function registerBits(procedure: RegisteredProcedure | undefined): number {
  if (procedure === undefined) return 0;
  return REGISTERED | (procedure.fee ? FEE : 0) | (procedure.returnsDocument ? DOCUMENT : 0) | (procedure.forCitizens ? CITIZENS : 0) | (procedure.level === 'INFO' ? 0 : ONLINE_SERVICE);
}

type Predicate = (word: number, scan: number) => boolean;
const verdictIn = (...verdicts: number[]): Predicate => (_word, scan) => verdicts.includes(scan & 7);

/** Of a dossier. */
export const PREDICATES = {
  received: (word) => hasMark(word, 'received'),
  accepted: (word) => hasMark(word, 'accepted'),
  synchronised: (word) => isSynchronised(word),
  online: (word) => channelOf(word) === 'ONLINE',
  counter: (word) => channelOf(word) === 'COUNTER',
  postal: (word) => channelOf(word) === 'POSTAL',
  inProcessing: (word) => isInProcessing(statusOf(word)),
  completed: (word) => isCompleted(statusOf(word)),
  returned: (word) => statusOf(word) === 'RETURNED',
  stopped: (word) => isStopped(statusOf(word)),
  withdrawn: (word) => statusOf(word) === 'WITHDRAWN',
  justAccepted: (word) => statusOf(word) === 'ACCEPTED',
  waitingForPapers: (word) => statusOf(word) === 'SUPPLEMENT_REQUIRED',
  waitingForPayment: (word) => statusOf(word) === 'PAYMENT_REQUIRED',
  submittedOnly: (word) => statusOf(word) === 'SUBMITTED',
  rejected: (word) => statusOf(word) === 'REJECTED',
  /** a request for supplement was made */
  supplementAsked: (word) => ((word >>> 10) & 3) > 0,
  fullService: (word) => levelOf(word) === 'FULL',
  partialService: (word) => levelOf(word) === 'PARTIAL',
  fromPortal: (word) => hasMark(word, 'fromPortal'),
  electronicResult: (word) => hasMark(word, 'electronicResult'),
  resultFile: (word) => hasMark(word, 'resultFile'),
  componentFile: (word) => hasMark(word, 'componentFile'),
  /** HoSoCoThanhPhanSoHoa = 1, or for dossiers born at the portal DuocSoHoa = 1 of a component */
  reusesDigitised: (word) => hasMark(word, 'digitisedFlag') || (hasMark(word, 'fromPortal') && hasMark(word, 'componentDigitised')),
  componentReused: (word) => hasMark(word, 'componentReused'),
  fromRepository: (word) => hasMark(word, 'fromRepository'),
  /** TaiKhoanDuocXacThucVoiVNeID = 1, a component from the national repository, or MaCSDL of the population database */
  usesPopulationData: (word) => hasMark(word, 'vneidVerified') || hasMark(word, 'fromRepository') || hasMark(word, 'populationDatabase'),
  feeOwed: (word) => hasMark(word, 'feeOwed'),
  /** every fee that is listed is zero; a dossier without any fee listed is not meant: the portal then knows of none that is zero */
  feesAllZero: (word) => hasMark(word, 'feesAllZero'),
  paidOnline: (word) => paidOf(word) !== null,
  /** the rule 2.1 says on time, ended or not */
  inTime: verdictIn(VERDICT.early, VERDICT.onTheDot, VERDICT.openInTime),
  early: verdictIn(VERDICT.early),
  onTheDot: verdictIn(VERDICT.onTheDot),
  late: verdictIn(VERDICT.late, VERDICT.openLate, VERDICT.repeated),
  endedLate: verdictIn(VERDICT.late),
  openInTime: verdictIn(VERDICT.openInTime),
  openLate: verdictIn(VERDICT.openLate, VERDICT.repeated),
  /** neither due date nor statutory maximum: the rule has no answer */
  notJudged: verdictIn(VERDICT.none),
  /** the register knows the procedure */
  registered: (_word, scan) => (scan & REGISTERED) !== 0,
  procedureHasFee: (_word, scan) => (scan & FEE) !== 0,
  procedureReturnsDocument: (_word, scan) => (scan & DOCUMENT) !== 0,
  procedureForCitizens: (_word, scan) => (scan & CITIZENS) !== 0,
  procedureOnline: (_word, scan) => (scan & ONLINE_SERVICE) !== 0,
  /** 3.3: an electronic result where the procedure returns a document */
  resultAsRequired: (word, scan) => (scan & DOCUMENT) === 0 || hasMark(word, 'electronicResult'),
} as const satisfies Record<string, Predicate>;
export type PredicateName = keyof typeof PREDICATES;
/** a condition, or with `!` its opposite */
export type Term = PredicateName | `!${PredicateName}`;

/** Predicates that have no answer without a register of procedures. */
export const NEED_REGISTER: ReadonlySet<string> = new Set<PredicateName>(['registered', 'procedureHasFee', 'procedureReturnsDocument', 'procedureForCitizens', 'procedureOnline', 'resultAsRequired']);

/** Of a procedure in the register. */
export const PROCEDURE_PREDICATES = {
  offeredOnline: ({ level }) => level !== 'INFO',
  offeredInFull: ({ level }) => level === 'FULL',
  fullEligible: ({ level, fullEligible }) => fullEligible ?? level === 'FULL',
  hasFee: ({ fee }) => fee,
  returnsDocument: ({ returnsDocument }) => returnsDocument,
  forCitizens: ({ forCitizens }) => forCitizens,
} as const satisfies Record<string, (procedure: RegisteredProcedure) => boolean>;
export type ProcedurePredicateName = keyof typeof PROCEDURE_PREDICATES;

export const bare = (term: string): string => (term.startsWith('!') ? term.slice(1) : term);

/** All terms together. @throws TypeError on an unknown name */
export function conditionOf(terms: readonly string[]): Predicate {
  const parts = terms.map((term): Predicate => {
    const name = bare(term);
    if (!Object.hasOwn(PREDICATES, name)) throw new TypeError(`there is no predicate '${name}'`);
    const test: Predicate = PREDICATES[name as PredicateName];
    return term === name ? test : (word, scan) => !test(word, scan);
  });
  return (word, scan) => parts.every((part) => part(word, scan));
}
