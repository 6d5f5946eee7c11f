import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeReport, DEFINITION_SETS, factsOf, fraction, listDossiers, multiply, Population, type DefinitionSet, type DossierFacts, type Fraction, type Register, type Report,
} from '../../src/indicators/index.ts';
import { DOSSIER_STATUSES, type Dossier } from '../../src/model/index.ts';
import { validateDossier } from '../../src/contract/canonical.ts';
import { plainFigures, type PlainInput, type PlainProcedure } from './plain.ts';
import { dossier } from './fixtures.ts';

const PROCEDURES: PlainProcedure[] = [
  { code: '1.000001', online: true, fee: true, document: true, citizens: true, maximumHours: 72 },
  { code: '1.000002', online: true, fee: false, document: false, citizens: true },
  { code: '1.000003', online: false, fee: true, document: true, citizens: false, maximumHours: 1 },
];
const REGISTER: Register = {
  procedures: PROCEDURES.map(({ code, online, fee, document, citizens, maximumHours }) => ({
    code, level: online ? 'FULL' : 'INFO', fee, returnsDocument: document, forCitizens: citizens, ...(maximumHours === undefined ? {} : { maximum: { amount: maximumHours, unit: 'hour' } }),
  })),
};
const PERIOD = { from: '2025-07-01', to: '2025-07-31' };

// Few different instants, many of them on the edges of the period and of each other.
const instant = fc.constantFrom(
  '2025-06-30T16:59:59Z', '2025-06-30T17:00:00Z', '2025-07-01T01:00:00Z', '2025-07-02T02:00:00.900Z', '2025-07-02T02:00:00Z', '2025-07-03T03:00:00Z', '2025-07-04T01:00:00Z',
  '2025-07-10T10:00:00Z', '2025-07-31T16:59:59Z', '2025-07-31T17:00:00Z', '2025-08-02T03:00:00Z',
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const present = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
const status = fc.constantFrom(...DOSSIER_STATUSES);
const file = fc.record({ name: fc.constant('t.pdf'), url: maybe(fc.constantFrom('', 'https://kho.example.vn/t.pdf')), id: maybe(fc.constantFrom('f1')), deleted: maybe(fc.boolean()) }).map(present);
const files = fc.array(file, { maxLength: 2 });
const arbitraryDossier = fc.record({
  status, source: fc.constantFrom('PORTAL_NATIONAL', 'PORTAL_LOCAL', 'COUNTER'), channel: fc.constantFrom('ONLINE', 'COUNTER', 'POSTAL'),
  procedure: fc.constantFrom('1.000001', '1.000002', '1.000003.H13.101', '1.000009'), unit: fc.constantFrom('H13.101', 'H13.102', '000.00.01.H13'),
  dates: fc.record({ submittedAt: maybe(instant), acceptedAt: fc.option(instant, { nil: undefined, freq: 8 }), dueAt: fc.option(instant, { nil: undefined, freq: 4 }), resolvedAt: maybe(instant), returnedAt: maybe(instant), rejectedAt: maybe(instant), withdrawnAt: maybe(instant) }).map(present),
  history: fc.array(fc.record({ at: instant, status, action: fc.constant('bước') }), { maxLength: 4 }).map((list) => list.sort((a, b) => (a.at < b.at ? -1 : 1))),
  supplements: fc.array(fc.record({ requestedAt: instant, reason: fc.constant('x'), completedAt: maybe(instant) }).map(present), { maxLength: 2 }),
  fees: fc.array(fc.record({ name: fc.constant('Lệ phí'), amount: fc.constantFrom(0, 8000) }), { maxLength: 2 }),
  payments: fc.array(fc.record({ amount: fc.constant(8000), method: fc.constantFrom('ONLINE', 'CASH'), status: fc.constantFrom('PAID', 'PENDING') }), { maxLength: 2 }),
  components: fc.array(fc.record({ name: fc.constant('Tờ khai'), files, digitization: maybe(fc.constantFrom('NONE', 'DIGITIZED', 'REUSED_RESULT')), nationalRepository: maybe(fc.boolean()) }).map(present), { maxLength: 2 }),
  results: fc.array(fc.record({ name: fc.constant('KQ'), code: maybe(fc.constantFrom('KQ1', '')), files }).map(present), { maxLength: 2 }),
  flags: maybe(fc.record({ vneidVerified: maybe(fc.boolean()), hasDigitizedComponents: maybe(fc.boolean()) }).map(present)),
  linkedDatabases: fc.constantFrom([], ['1'], ['7']),
  synchronised: fc.boolean(),
});

function build(list: (typeof arbitraryDossier extends fc.Arbitrary<infer T> ? T : never)[]): { dossiers: Dossier[]; synchronised: Set<string> } {
  const synchronised = new Set<string>();
  const dossiers = list.map(({ synchronised: took, unit, procedure, dates, flags, ...rest }, i) => {
    const code = `H13.101-250701-${String(i).padStart(4, '0')}`;
    if (took) synchronised.add(code);
    const base = dossier(code, { ...(rest as unknown as Partial<Dossier>), procedure: { code: procedure }, agency: { code: unit, name: unit }, ...(flags === undefined ? {} : { flags }) } as Parameters<typeof dossier>[1]);
    return { ...base, dates: dates as Dossier['dates'] };
  });
  return { dossiers, synchronised };
}

const populationOf = ({ dossiers, synchronised }: { dossiers: Dossier[]; synchronised: Set<string> }): Population => {
  const population = new Population();
  for (const each of dossiers) population.put(factsOf(each, synchronised.has(each.code) ? Date.UTC(2025, 6, 5) : null));
  return population;
};

function expectSame(report: Report['whole'], input: Omit<PlainInput, 'from' | 'to' | 'procedures'>): void {
  const expected = plainFigures({ ...input, ...PERIOD, procedures: PROCEDURES });
  for (const { id, numerator, denominator } of report.figures) {
    const pair = expected[id];
    if (pair !== undefined) expect([id, numerator, denominator]).toEqual([id, ...pair]);
  }
}

const SETS: DefinitionSet[] = [DEFINITION_SETS['qd766-2022'], DEFINITION_SETS['province-counts']];
const COMPARED = Object.keys(plainFigures({ dossiers: [], synchronised: new Set(), procedures: PROCEDURES, ...PERIOD }));

describe('an independent computation', () => {
  it('knows what it compares', () => {
    const fed = SETS.flatMap(({ indicators }) => indicators).filter(({ input }) => input === 'dossiers').map(({ id }) => id);
    const elsewhere = ['3.1-full', 'carried-over', 'ended', 'ended-in-time', 'in-processing-in-time', 'in-processing-late'];
    expect(fed.filter((id) => !COMPARED.includes(id)).sort()).toEqual(elsewhere.sort());
  });

  it('makes dossiers that the model accepts', () => {
    fc.assert(fc.property(fc.array(arbitraryDossier, { minLength: 1, maxLength: 10 }), (list) => {
      for (const each of build(list).dossiers) {
        const checked = validateDossier(each);
        expect(checked.ok ? [] : checked.issues).toEqual([]);
      }
    }), { numRuns: 10, seed: 766 });
  });

  it('agrees on 100 random populations, as a whole and for each unit', () => {
    fc.assert(fc.property(fc.array(arbitraryDossier, { minLength: 1, maxLength: 40 }), (list) => {
      const input = build(list);
      const population = populationOf(input);
      for (const definitions of SETS) {
        expectSame(computeReport(population, { definitions, period: PERIOD, register: REGISTER }).whole, input);
        // Figures of procedures need to know who applies them, so units are compared where dossiers are counted.
        const byUnit = computeReport(population, { definitions: { ...definitions, indicators: definitions.indicators.filter(({ numerator, denominator }) => [numerator, denominator].every((spec) => spec?.count !== 'registered')) }, period: PERIOD, register: REGISTER, by: 'unit' });
        for (const group of byUnit.groups) {
          const own = input.dossiers.filter(({ agency }) => (agency.code === '000.00.01.H13' ? 'H13.01' : agency.code) === group.key);
          expectSame(group, { dossiers: own, synchronised: input.synchronised });
        }
      }
    }), { numRuns: 100, seed: 20_250_701 });
  });

  it('agrees on a large one, with more different dossiers than any table begins with', () => {
    const list = fc.sample(arbitraryDossier, { numRuns: 3000, seed: 5 });
    const input = build(list);
    const population = populationOf(input);
    for (const definitions of SETS) expectSame(computeReport(population, { definitions, period: PERIOD, register: REGISTER }).whole, input);
    const { codes } = listDossiers(population, { definitions: DEFINITION_SETS['province-counts'], period: PERIOD }, { indicator: 'received', part: 'numerator', limit: 10 });
    expect(codes).toEqual([...codes].sort());
    const all = listDossiers(population, { definitions: DEFINITION_SETS['province-counts'], period: PERIOD }, { indicator: 'received', part: 'numerator', limit: 10_000 });
    expect(all.codes.slice(0, 10)).toEqual(codes);
    // Taken away and put back: codes are found through whatever was removed beside them.
    const kept = input.dossiers.filter((_, i) => i % 3 !== 0);
    for (const [i, { code }] of input.dossiers.entries()) if (i % 3 === 0) population.delete(code);
    expect(kept.filter(({ code }) => !population.has(code))).toEqual([]);
    expect(input.dossiers.filter(({ code }, i) => i % 3 === 0 && population.has(code))).toEqual([]);
    expectSame(computeReport(population, { definitions: DEFINITION_SETS['qd766-2022'], period: PERIOD, register: REGISTER }).whole, { dossiers: kept, synchronised: input.synchronised });
  });

  it('scores exactly: maximum × min(1, rate ÷ threshold), 3.3 multiplied with 1.4', () => {
    fc.assert(fc.property(fc.array(arbitraryDossier, { minLength: 1, maxLength: 40 }), (list) => {
      const { figures, scores, total } = computeReport(populationOf(build(list)), { definitions: DEFINITION_SETS['qd766-2022'], period: PERIOD, register: REGISTER }).whole;
      const figure = (id: string) => figures.find((each) => each.id === id);
      for (const { id, rate, score, maximum } of figures) {
        const threshold = DEFINITION_SETS['qd766-2022'].indicators.find((each) => each.id === id)?.threshold ?? '1';
        if (rate === null || maximum === null) { expect(score).toBeNull(); continue; }
        const tenths = BigInt(Math.round(Number(threshold) * 10));
        const reached = rate.n * 10n >= rate.d * tenths;
        expect(score).toEqual(reached ? maximum : fraction(rate.n * 10n * maximum.n, rate.d * tenths * maximum.d));
      }
      const [sync, online] = [figure('1.4'), figure('3.3')];
      if (sync?.rate != null && online?.rate != null) expect(online.rate).toEqual(multiply(fraction(online.numerator ?? 0, online.denominator ?? 1), sync.rate));
      const sum = (list: (Fraction | null)[]): number => list.reduce((all, each) => all + (each === null ? 0 : Number(each.n) / Number(each.d)), 0);
      expect(sum([total.score])).toBeCloseTo(sum(figures.map(({ score }) => score)), 9);
      expect(sum(scores.map(({ score }) => score))).toBeCloseTo(sum([total.score]), 9);
    }), { numRuns: 30, seed: 7 });
  });

  it('groups add up to the whole, and every figure lists exactly its dossiers', () => {
    fc.assert(fc.property(fc.array(arbitraryDossier, { minLength: 1, maxLength: 40 }), fc.constantFrom('unit', 'field', 'procedure', 'channel', 'day', 'month') as fc.Arbitrary<'unit'>, (list, by) => {
      const population = populationOf(build(list));
      const query = { definitions: DEFINITION_SETS['province-counts'], period: PERIOD };
      const { whole, groups } = computeReport(population, { ...query, by });
      // Judged at the end of the day by day, at the end of the month for the whole: open dossiers may differ.
      const timed = (by as string) === 'day' ? ['in-time', 'late', 'in-processing-in-time', 'in-processing-late', 'online-in-time'] : [];
      for (const [i, figure] of whole.figures.entries()) {
        if (figure.id !== 'carried-over' && !timed.includes(figure.id)) expect([figure.id, groups.reduce((sum, group) => sum + (group.figures[i]?.numerator ?? 0), 0)]).toEqual([figure.id, figure.numerator]);
        const listed: string[] = [];
        for (let after: string | undefined; ;) {
          const page = listDossiers(population, query, { indicator: figure.id, part: 'numerator', limit: 3, ...(after === undefined ? {} : { after }) });
          listed.push(...page.codes);
          if (page.next === null) break;
          after = page.next;
        }
        expect([figure.id, listed.length]).toEqual([figure.id, figure.numerator]);
        expect(listed).toEqual([...new Set(listed)].sort());
        if (figure.denominator === null) continue;
        const missing = listDossiers(population, query, { indicator: figure.id, part: 'missing', limit: 1000 });
        expect(missing.codes.length).toBe(figure.denominator - (figure.numerator ?? 0));
      }
    }), { numRuns: 30, seed: 11 });
  });

  it('a population gives back what was put, whatever came in between', () => {
    const change = fc.record({ no: fc.nat({ max: 15 }), kind: fc.constantFrom('put', 'put', 'put', 'delete', 'synchronise'), dossier: arbitraryDossier });
    fc.assert(fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const population = new Population();
      const model = new Map<string, DossierFacts>();
      for (const { no, kind, dossier: raw } of changes) {
        const code = `D-${no}`;
        if (kind === 'put') {
          const facts = { ...factsOf(build([raw]).dossiers[0] as Dossier, null), code };
          population.put(facts);
          model.set(code, facts);
        } else if (kind === 'delete') {
          expect(population.delete(code)).toBe(model.delete(code));
        } else {
          const known = model.get(code);
          expect(population.synchronised(code, 5500)).toBe(known !== undefined);
          if (known !== undefined) model.set(code, { ...known, synchronisedAt: 5000 });
        }
      }
      expect(population.size).toBe(model.size);
      const plain = ({ names: _names, ...facts }: DossierFacts) => facts;
      for (const [code, facts] of model) expect(plain(population.get(code) as DossierFacts)).toEqual(plain(facts));
      expect([...population.occupied()].map((row) => population.code(row)).sort()).toEqual([...model.keys()].sort());
    }), { numRuns: 50, seed: 3 });
  });
});
