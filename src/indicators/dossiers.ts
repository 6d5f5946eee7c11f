/** The dossiers behind a figure: the same conditions, asked of each row instead of counted. */
import { testOf, type Query } from './compute.ts';
import { conditionOf } from './predicates.ts';
import type { Population } from './population.ts';
import { RegisterIndex } from './register.ts';
import { prepareScan } from './scan.ts';

export interface DossierQuery {
  /** id of an indicator of the query's definitions that counts dossiers */
  indicator: string;
  /** missing: in the denominator and not in the numerator, so what costs points */
  part: 'numerator' | 'denominator' | 'missing';
  /** key of a group of the query; absent: the whole */
  group?: string;
  /** codes behind this one, in the order of their characters */
  after?: string;
  limit: number;
}
export interface DossierPage { codes: string[]; /** `after` of the next page; null at the end */ next: string | null }

const MOST_LISTED = 10_000;

/**
 * @throws RangeError for an indicator that is not in the definitions or does not count dossiers: figures of procedures are listed through the
 * dossiers of their numerator
 */
export function listDossiers(population: Population, query: Query, wanted: DossierQuery): DossierPage {
  const indicator = query.definitions.indicators.find(({ id }) => id === wanted.indicator);
  const { numerator, denominator } = indicator ?? {};
  if (numerator === undefined || numerator.count === 'registered') throw new RangeError('no indicator that is fed by dossiers');
  const above = testOf(numerator);
  const below = denominator === undefined || denominator.count === 'registered' ? () => false : testOf(denominator);
  const holds = { numerator: above, denominator: below, missing: (word: number, scan: number) => below(word, scan) && !above(word, scan) }[wanted.part];
  return collect(population, query, wanted, holds);
}

/** Dossiers in which all of these predicates hold (predicates.ts), received in the query's period. */
export function findDossiers(population: Population, query: Omit<Query, 'definitions'>, where: readonly string[], page: Omit<DossierQuery, 'indicator' | 'part'>): DossierPage {
  return collect(population, query, page, conditionOf(where));
}

function collect(population: Population, query: Omit<Query, 'definitions'>, { group, after, limit }: Omit<DossierQuery, 'indicator' | 'part'>, holds: (word: number, scan: number) => boolean): DossierPage {
  const register = query.register instanceof RegisterIndex ? query.register : new RegisterIndex(query.register);
  const scan = prepareScan(population, query, register);
  const wantedGroup = group === undefined ? -1 : scan.groups.findIndex(({ key }) => key === group);
  if (group !== undefined && wantedGroup < 0) return { codes: [], next: null };
  const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
  const first = new FirstCodes(most + 1);
  scan.run((row, no, word, bits) => {
    if ((wantedGroup >= 0 && no !== wantedGroup) || !holds(word, bits)) return;
    const code = population.code(row);
    if (after === undefined || code > after) first.add(code);
  });
  const codes = first.sorted();
  return codes.length > most ? { codes: codes.slice(0, most), next: codes[most - 1] ?? null } : { codes, next: null };
}

/** Keeps the first of many codes without holding all of them. */
class FirstCodes {
  readonly #most: number;
  #codes: string[] = [];
  #bound: string | undefined;

  constructor(most: number) { this.#most = most; }

  add(code: string): void {
    if (this.#bound !== undefined && code > this.#bound) return;
    this.#codes.push(code);
    if (this.#codes.length >= this.#most * 4 + 1000) this.#cut();
  }

  sorted(): string[] {
    this.#cut();
    return this.#codes;
  }

  #cut(): void {
    // A dossier that ended in the period it was received in stands in two pieces of a report by time.
    this.#codes = [...new Set(this.#codes)].sort((a, b) => (a < b ? -1 : 1)).slice(0, this.#most);
    if (this.#codes.length === this.#most) this.#bound = this.#codes.at(-1);
  }
}
