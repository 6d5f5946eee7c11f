/**
 * What dossiers cannot tell and a report needs: the procedures under a province's authority, which agency is which administrative unit and what
 * became of it, and how many dossiers were reported nationally. A file of the installation; where it is silent a figure is null with a reason.
 */
import { civilServiceCalendar, currentAgencyCode, dateFromDayNumber, endOfLocalDay, epochFromInstant, procedureBase, type ServiceLevel } from '../model/index.ts';
import { dayOf } from './population.ts';

export interface RegisteredProcedure {
  /** national code, any local suffix is passed over */
  code: string;
  name?: string;
  sector?: { code: string; name?: string };
  level: ServiceLevel;
  /** it could be done wholly online; the denominator of the full-only rate. Absent: as `level` says */
  fullEligible?: boolean;
  /** there is a fee */
  fee: boolean;
  /** the result is a document */
  returnsDocument: boolean;
  /** citizens apply */
  forCitizens: boolean;
  /** longest time allowed, for dossiers without a due date */
  maximum?: { amount: number; unit: 'hour' | 'day' | 'working-day' };
  /** codes of the agencies that apply it, with everything below them; absent: not known, then figures by unit that need it are null */
  agencies?: string[];
}
export interface RegisteredAgency {
  /** an agency, or with `below` everything beneath this code too */
  code: string;
  below?: boolean;
  name?: string;
  /** code of the province that it belongs to */
  province?: string;
  /** code of the commune that it is the committee of */
  commune?: string;
  /** the day at which `province` and `commune` are meant, `YYYY-MM-DD`; absent: since 1 July 2025 */
  asOf?: string;
  kind?: 'centre' | 'reception-point' | 'department' | 'commune' | 'other';
  /** the agency that does its work today */
  successor?: string;
}
export interface NationalCount {
  /** agency; absent: the whole installation */
  agency?: string;
  from: string;
  to: string;
  /** dossiers received in the period as the national reporting system has them */
  received: number;
}
export interface Register {
  source?: string;
  procedures?: RegisteredProcedure[];
  agencies?: RegisteredAgency[];
  nationalReceived?: NationalCount[];
}

const HOUR_MS = 3_600_000;

/** A register made ready for questions. */
export class RegisterIndex {
  readonly given: Register;
  readonly #procedures = new Map<string, RegisteredProcedure>();
  readonly #exact = new Map<string, RegisteredAgency>();
  readonly #below: RegisteredAgency[];

  constructor(register: Register = {}) {
    this.given = register;
    for (const procedure of register.procedures ?? []) this.#procedures.set(procedureBase(procedure.code) ?? procedure.code, procedure);
    for (const agency of register.agencies ?? []) this.#exact.set(keyOf(agency.code), agency);
    this.#below = (register.agencies ?? []).filter(({ below }) => below === true).sort((a, b) => keyOf(b.code).length - keyOf(a.code).length);
  }

  get hasProcedures(): boolean { return this.given.procedures !== undefined; }
  procedures(): RegisteredProcedure[] { return [...this.#procedures.values()]; }
  procedure(base: string): RegisteredProcedure | undefined { return this.#procedures.get(base); }

  /** What is registered for an agency itself, else for the nearest one above it that speaks for all below. */
  agency(code: string): RegisteredAgency | undefined {
    const key = keyOf(code);
    return this.#exact.get(key) ?? this.#below.find((above) => key.startsWith(`${keyOf(above.code)}.`));
  }

  /** The agency that does its work today; itself where nothing is registered. Only an exact entry has a successor: none is made up. */
  successor(code: string): string {
    const seen = new Set<string>();
    let present = code;
    for (let next = this.#exact.get(keyOf(present))?.successor; next !== undefined && !seen.has(next); next = this.#exact.get(keyOf(present))?.successor) {
      seen.add(next);
      present = next;
    }
    return present;
  }

  /** When the statutory maximum of a procedure runs out, counted from `acceptedAt` (ms); null when it is not known. */
  statutoryEnd(base: string, acceptedAt: number): number | null {
    const maximum = this.#procedures.get(base)?.maximum;
    if (maximum === undefined) return null;
    if (maximum.unit === 'hour') return acceptedAt + maximum.amount * HOUR_MS;
    const received = dateFromDayNumber(dayOf(acceptedAt));
    // The receipt day is not counted, and a term ends at the end of its last day (Civil Code 2015 art. 147, 148).
    const due = maximum.unit === 'day' ? dateFromDayNumber(dayOf(acceptedAt) + maximum.amount) : workingDue(received, maximum.amount);
    return epochFromInstant(endOfLocalDay(due) ?? '') ?? null;
  }

  /** Dossiers reported nationally for exactly this period. */
  nationalReceived(period: { from: string; to: string }, agency?: string): number | undefined {
    return this.given.nationalReceived?.find((count) => count.from === period.from && count.to === period.to && (agency === undefined ? count.agency === undefined : count.agency !== undefined && keyOf(count.agency) === keyOf(agency)))?.received;
  }
}

function workingDue(received: string, days: number): string {
  const due = civilServiceCalendar.addWorkingDays(received, days, { missingYear: 'provisional' });
  return due.ok ? due.due : '';
}

/** One spelling for both ways of writing an agency code. */
export const keyOf = (code: string): string => currentAgencyCode(code) ?? code;
