import { describe, expect, it } from 'vitest';
import {
  checkDefinitions, computeReport, decimal, DEFINITION_SETS, explainWithin, factsOf, findDossiers, findInconsistencies, fraction, listDossiers, lostPoints, parsePeriod, percent, Population, REASONS,
  type Figure, type GroupFigures, type Query, type Register,
} from '../../src/indicators/index.ts';
import { dossier, steps, type Over } from './fixtures.ts';

const qd766 = DEFINITION_SETS['qd766-2022'];
const counts = DEFINITION_SETS['province-counts'];
const JULY = { from: '2025-07-01', to: '2025-07-31' };
const REGISTER: Register = { procedures: [{ code: '1.000105', level: 'FULL', fee: true, returnsDocument: true, forCitizens: true }, { code: '1.000106', level: 'PARTIAL', fee: false, returnsDocument: false, forCitizens: false }] };
const figure = (group: GroupFigures, id: string): Figure => group.figures.find((each) => each.id === id) as Figure;

function populationOf(...list: [code: string, over?: Over, synchronised?: boolean][]): Population {
  const population = new Population();
  for (const [code, over, synchronised] of list) population.put(factsOf(dossier(code, over), synchronised === true ? 0 : null));
  return population;
}

describe('definitions', () => {
  it.each(Object.values(DEFINITION_SETS))('$id can be computed, and its points are those of its groups', (set) => {
    expect(checkDefinitions(set)).toEqual([]);
    for (const group of set.groups.filter(({ maximum }) => maximum !== undefined)) {
      const points = set.indicators.filter((each) => each.group === group.id).reduce((sum, { maximum }) => sum + Number(maximum ?? 0), 0);
      expect([group.id, points]).toEqual([group.id, Number(group.maximum)]);
    }
    for (const { name, source } of set.indicators) expect([name.vi, name.en, source].every((text) => text !== '')).toBe(true);
  });

  it('QĐ 766 gives 100 points', () => {
    expect(qd766.groups.reduce((sum, { maximum }) => sum + Number(maximum), 0)).toBe(100);
  });

  it('refuses what it cannot compute, all at once', () => {
    const wrong = { ...qd766, indicators: [{ ...qd766.indicators[3], id: 'x', group: 'none', factor: 'y', threshold: '0,8', numerator: { count: 'dossiers', where: ['no-such', '!received'] } }] } as typeof qd766;
    expect(checkDefinitions(wrong)).toHaveLength(4);
    expect(() => computeReport(new Population(), { definitions: wrong, period: JULY })).toThrow(TypeError);
  });
});

describe('figures', () => {
  it('are null with a reason where the denominator is zero or the register silent, never a number', () => {
    const whole = computeReport(new Population(), { definitions: qd766, period: JULY, register: REGISTER }).whole;
    expect(figure(whole, '2.1')).toMatchObject({ numerator: 0, denominator: 0, rate: null, score: null, why: 'zero-denominator' });
    expect(figure(whole, '1.1')).toMatchObject({ rate: null, why: 'external' });
    const without = computeReport(populationOf(['D-1']), { definitions: qd766, period: JULY }).whole;
    expect(figure(without, '3.6')).toMatchObject({ rate: null, why: 'register' });
    // 3.3 hangs on 1.4: no rate there, none here.
    expect(figure(computeReport(new Population(), { definitions: qd766, period: JULY, register: REGISTER }).whole, '3.3').why).toBe('zero-denominator');
  });

  it('take what no dossier feeds from outside, for the whole', () => {
    const report = computeReport(populationOf(['D-1']), { definitions: qd766, period: JULY, by: 'unit', external: { '5.2': { numerator: 9, denominator: 10 }, '5.3': { numerator: 0, denominator: 0 } } });
    expect(figure(report.whole, '5.2')).toMatchObject({ rate: fraction(9, 10), score: fraction(54, 10) });
    expect(figure(report.whole, '5.3').why).toBe('zero-denominator');
    expect(report.groups.map((group) => figure(group, '5.2').why)).toEqual(['external']);
  });

  it('raise the denominator of 1.4 to what was reported nationally for exactly this period', () => {
    const population = populationOf(['D-1', {}, true], ['D-2']);
    const register: Register = { ...REGISTER, nationalReceived: [{ ...JULY, received: 5 }, { from: '2025-07-01', to: '2025-07-13', received: 9 }, { ...JULY, agency: '000.00.01.H13', received: 1 }] };
    const query: Query = { definitions: qd766, period: JULY, register };
    expect(figure(computeReport(population, query).whole, '1.4')).toMatchObject({ numerator: 1, denominator: 5, nationalCount: 5, rate: fraction(1, 5) });
    const [unit] = computeReport(population, { ...query, by: 'unit' }).groups;
    expect(figure(unit as GroupFigures, '1.4')).toMatchObject({ numerator: 1, denominator: 2 });
    expect(figure(computeReport(population, { ...query, filter: { channels: ['ONLINE'] } }).whole, '1.4').denominator).toBe(2);
  });

  it('count a period by the Vietnamese day of receipt, else of submission', () => {
    const population = populationOf(
      ['in-1', { dates: { acceptedAt: '2025-06-30T17:00:00Z' } }], ['out-1', { dates: { acceptedAt: '2025-06-30T16:59:59Z' } }],
      ['in-2', { dates: { acceptedAt: '2025-07-31T16:59:59Z', dueAt: '2025-08-08T10:00:00Z' } }], ['out-2', { dates: { acceptedAt: '2025-07-31T17:00:00Z' } }],
    );
    const { acceptedAt: _none, ...dates } = dossier('x').dates;
    population.put(factsOf({ ...dossier('in-3', { status: 'SUBMITTED' }), dates }, null));
    population.put(factsOf({ ...dossier('never'), dates: {} }, null));
    const query: Query = { definitions: counts, period: JULY };
    const received = listDossiers(population, query, { indicator: 'received', part: 'numerator', limit: 10 });
    expect(received).toEqual({ codes: ['in-1', 'in-2'], next: null });
    expect(figure(computeReport(population, query).whole, 'not-received').numerator).toBe(1);
    // Received in June and not ended: carried over. Without any date: in no period, and told.
    expect(figure(computeReport(population, query).whole, 'carried-over').numerator).toBe(1);
    expect(findInconsistencies(population, { period: JULY }).map(({ code, rows }) => [code, rows])).toEqual([['without-any-date', ['never']]]);
  });

  it('judge open dossiers at the end of each piece of the period, or at an earlier instant', () => {
    const population = populationOf(['D-1', { dates: { dueAt: '2025-07-20T10:00:00Z' } }], ['D-2', { dates: { acceptedAt: '2025-08-01T02:00:00Z', dueAt: '2025-08-20T10:00:00Z' } }], ['D-3', { dates: { dueAt: '2025-08-05T10:00:00Z' } }]);
    const late = (query: Partial<Query>): (number | null)[] => computeReport(population, { definitions: counts, period: { from: '2025-07-01', to: '2025-08-10' }, ...query }).groups.map((group) => figure(group, 'late').numerator);
    expect(late({ by: 'month' })).toEqual([1, 0]);
    expect(late({ by: 'month', asOf: Date.parse('2025-07-20T10:00:00Z') })).toEqual([0, 0]);
    // D-3 is due after July and before the end of the whole.
    expect(late({ by: 'quarter' })).toEqual([2]);
    expect(late({ by: 'year' })).toEqual([2]);
    expect(figure(computeReport(population, { definitions: counts, period: { from: '2025-07-01', to: '2025-08-10' }, by: 'month' }).whole, 'late').numerator).toBe(2);
  });

  it('of handling time are seconds without pauses', () => {
    const population = populationOf(['D-1', { status: 'RESOLVED', dates: { resolvedAt: '2025-07-01T05:00:00Z' }, supplements: [{ requestedAt: '2025-07-01T02:00:00Z', completedAt: '2025-07-01T03:00:00Z', reason: 'x' }] }], ['D-2', { status: 'RETURNED', dates: { resolvedAt: '2025-07-01T02:00:00Z' } }], ['D-3']);
    expect(figure(computeReport(population, { definitions: qd766, period: JULY }).whole, '2.2')).toMatchObject({ numerator: 4 * 3600, denominator: 2, rate: fraction(7200) });
  });

  it('of procedures count each once, and by unit only where the register says who applies them', () => {
    const population = populationOf(['D-1'], ['D-2'], ['D-3', { channel: 'COUNTER', procedure: { code: '1.000106' } }], ['D-4', { procedure: { code: '1.000105.H13.101' } }]);
    const query: Query = { definitions: qd766, period: JULY, register: REGISTER, by: 'unit' };
    const report = computeReport(population, query);
    expect(figure(report.whole, '3.2')).toMatchObject({ numerator: 1, denominator: 2 });
    expect(figure(report.groups[0] as GroupFigures, '3.2')).toMatchObject({ rate: null, why: 'register' });
    const applied: Register = { procedures: REGISTER.procedures?.map((each) => ({ ...each, agencies: ['H13'] })) ?? [] };
    expect(figure(computeReport(population, { ...query, register: applied }).groups[0] as GroupFigures, '3.2')).toMatchObject({ numerator: 1, denominator: 2 });
    const others: Register = { procedures: REGISTER.procedures?.map((each) => ({ ...each, agencies: ['H13.1'] })) ?? [] };
    expect(figure(computeReport(population, { ...query, register: others }).groups[0] as GroupFigures, '3.2').why).toBe('zero-denominator');
    const exact: Register = { procedures: REGISTER.procedures?.map((each) => ({ ...each, agencies: ['H13.101'] })) ?? [] };
    expect(figure(computeReport(population, { ...query, register: exact }).groups[0] as GroupFigures, '3.2')).toMatchObject({ numerator: 1, denominator: 2 });
    // A procedure that the register lacks is in no denominator, and told.
    const unknown = computeReport(populationOf(['D-9', { procedure: { code: '1.999999' } }]), { ...query, definitions: qd766 });
    expect(figure(unknown.whole, '4.1')).toMatchObject({ denominator: 0, unregistered: 1, why: 'zero-denominator' });
  });

  it('filter by units with what lies below, field, channel, status, level and synchronisation', () => {
    const population = populationOf(['D-1', {}, true], ['D-2', { agency: { code: '000.00.102.H13', name: 'x' }, channel: 'POSTAL' }], ['D-3', { agency: { code: 'H13.10', name: 'y' }, status: 'RETURNED' }], ['D-4', { agency: { code: 'H14.101', name: 'z' }, procedure: { level: 'PARTIAL' } }]);
    const received = (filter: Query['filter']) => listDossiers(population, { definitions: counts, period: JULY, ...(filter === undefined ? {} : { filter }) }, { indicator: 'received', part: 'numerator', limit: 10 }).codes;
    expect(received({ units: ['H13'] })).toEqual(['D-1', 'D-3']);
    expect(received({ units: ['H13.10'] })).toEqual(['D-3']);
    expect(received({ channels: ['POSTAL'] })).toEqual(['D-2']);
    expect(received({ statuses: ['RETURNED'] })).toEqual(['D-3']);
    expect(received({ levels: ['PARTIAL'] })).toEqual(['D-4']);
    expect(received({ synchronised: true })).toEqual(['D-1']);
    expect(received({ fields: ['HT'], procedures: ['1.000105'] })).toHaveLength(4);
    expect(received({ fields: ['none'] })).toEqual([]);
  });
});

describe('periods', () => {
  it('are read as people write them', () => {
    expect(parsePeriod('2024')).toEqual({ from: '2024-01-01', to: '2024-12-31' });
    expect(parsePeriod('2024-Q1')).toEqual({ from: '2024-01-01', to: '2024-03-31' });
    expect(parsePeriod('2025-Q4')).toEqual({ from: '2025-10-01', to: '2025-12-31' });
    expect(parsePeriod('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(parsePeriod('2025-12')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(parsePeriod('2025-07-01..2025-07-13')).toEqual({ from: '2025-07-01', to: '2025-07-13' });
    for (const wrong of ['', '2025-13', '2025-02-30', '2025-Q5', '2025-07-02..2025-07-01', '2025-07-01..', 'July']) expect(parsePeriod(wrong)).toBeUndefined();
  });

  it('show percentages half up, by whole numbers', () => {
    expect([percent(fraction(1, 8), 0), percent(fraction(1, 3)), decimal(fraction(-1, 8), 2), decimal(fraction(1, 200)), decimal(fraction(0))]).toEqual(['13', '33.33', '-0.13', '0.01', '0.00']);
  });
});

describe('lost points', () => {
  const DATES = { dueAt: '2025-07-08T10:00:00Z' };
  const query: Query = { definitions: qd766, period: JULY, register: REGISTER };
  const reasons = (over: Over, indicator: string, synchronised = false) => lostPoints(factsOf(dossier('D-1', over), synchronised ? 0 : null), query).find((each) => each.indicator === indicator)?.reasons.map(({ code }) => code);

  it('say why, in both languages, with the repair', () => {
    expect(reasons({ status: 'RETURNED', dates: { ...DATES, returnedAt: '2025-07-10T03:00:00Z' } }, '2.1')).toEqual(['needs-end-date']);
    expect(reasons({ status: 'RESOLVED', history: steps(['PROCESSING', '2025-07-01T01:00:00Z']) }, '2.1')).toEqual(['needs-end-date']);
    const request = { requestedAt: '2025-07-02T02:00:00Z', completedAt: '2025-07-03T02:00:00Z', reason: 'x' };
    expect(reasons({ supplements: [request, request] }, '2.1')).toEqual(['second-supplement']);
    expect(reasons({ status: 'RESOLVED', dates: { ...DATES, resolvedAt: '2025-07-10T03:00:00Z' } }, '2.1')).toEqual(['ended-late']);
    expect(reasons({}, '2.1')).toEqual(['open-late']);
    expect(reasons({ status: 'SUPPLEMENT_REQUIRED', supplements: [{ requestedAt: '2025-07-09T02:00:00Z', reason: 'x' }] }, '2.1')).toEqual(['supplement-late']);
    const { dueAt: _due, ...undated } = dossier('x').dates;
    expect(lostPoints(factsOf({ ...dossier('D-1'), dates: undated }, null), query).find(({ indicator }) => indicator === '2.1')?.reasons.map(({ code }) => code)).toEqual(['needs-due-date']);
    expect(reasons({}, '1.4')).toEqual(['not-synchronised']);
    expect(reasons({}, '1.4', true)).toBeUndefined();
    expect(reasons({ channel: 'COUNTER' }, '3.3')).toEqual(['not-online', 'needs-electronic-result']);
    expect(reasons({}, '3.3')).toEqual(['needs-electronic-result']);
    expect(reasons({ fees: [{ name: 'Lệ phí', amount: 8000 }] }, '3.6')).toEqual(['not-paid-online']);
    expect(reasons({ fees: [{ name: 'Lệ phí', amount: 0 }] }, '3.6')).toBeUndefined();
    expect(reasons({}, '4.2')).toEqual(['needs-component-file', 'needs-result-file']);
    expect([reasons({}, '4.3'), reasons({}, '4.4'), reasons({}, '4.5b')]).toEqual([['no-digitised-data'], ['not-from-repository'], ['no-population-data']]);
    for (const { text, repair } of Object.values(REASONS)) expect([text.vi, text.en, repair.vi, repair.en].every((each) => each.length > 5)).toBe(true);
  });

  it('cost exactly what the score would gain', () => {
    const results = [{ name: 'KQ', code: 'KQ1', files: [{ name: 'kq.pdf', url: 'https://kho.example.vn/kq.pdf' }] }];
    const population = populationOf(['D-1', {}, true], ['D-2', { dates: { dueAt: '2025-09-01T10:00:00Z' } }], ['D-3', { dates: { dueAt: '2025-09-01T10:00:00Z' }, results }, true], ['D-4', { channel: 'COUNTER', procedure: { code: '1.000106' } }]);
    const before = computeReport(population, query).whole;
    const [explained] = explainWithin(population, ['D-2'], query);
    const sync = explained?.indicators.find(({ indicator }) => indicator === '1.4');
    population.synchronised('D-2', 0);
    const after = computeReport(population, query).whole;
    // Being synchronised is worth points of its own, and more through 3.3, which is multiplied with it.
    const gained = (id: string) => Number(figure(after, id).score?.n ?? 0) / Number(figure(after, id).score?.d ?? 1) - Number(figure(before, id).score?.n ?? 0) / Number(figure(before, id).score?.d ?? 1);
    expect(gained('3.3')).toBeGreaterThan(0);
    expect(Number(sync?.points?.n) / Number(sync?.points?.d)).toBeCloseTo(gained('1.4') + gained('3.3'), 12);
    const [late] = explainWithin(population, ['D-1'], query);
    expect(late?.indicators.find(({ indicator }) => indicator === '2.1')).toMatchObject({ state: 'lost', points: fraction(20, 4) });
    expect(explainWithin(population, ['none'], query)).toEqual([]);
  });

  it('are nothing for a dossier of another period', () => {
    const facts = factsOf(dossier('D-1', { dates: { acceptedAt: '2025-08-01T02:00:00Z' } }), null);
    expect(lostPoints(facts, query)).toEqual([]);
  });
});

describe('contradictions in dossiers', () => {
  it('come with the rows behind them', () => {
    const population = populationOf(
      ['fine'], ['early-end', { status: 'RESOLVED', dates: { resolvedAt: '2025-06-01T01:00:00Z' } }], ['other-step', { history: steps(['RETURNED', '2025-07-02T01:00:00Z']) }],
      ['no-end', { status: 'RETURNED' }], ['unmapped', { status: 'UNKNOWN' }],
    );
    expect(Object.fromEntries(findInconsistencies(population, { period: JULY }).map(({ code, rows, count }) => [code, [count, ...rows]]))).toEqual({
      'ends-before-receipt': [1, 'early-end'], 'finished-without-end': [1, 'no-end'], 'history-contradicts-status': [1, 'other-step'], reopened: [1, 'other-step'], 'status-unknown': [1, 'unmapped'],
    });
    expect(findDossiers(population, { period: JULY }, ['received', '!completed'], { limit: 5 }).codes).toEqual(['fine', 'other-step']);
  });
});
