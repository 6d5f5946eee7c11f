/** Published figures (rules §7.2): every expected number, from the examples' export decoded by the OpenCPS adapter. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { configure } from '../../adapters/opencps/config.ts';
import { decodeRecord } from '../../adapters/opencps/decode.ts';
import { generateExport } from '../../examples/can-tho-2025-07/generate.ts';
import {
  checkPublished, computeReport, decimal, DEFINITION_SETS, factsOf, findInconsistencies, fraction, loadRegister, percent, Population, type DossierFacts, type Figure, type GroupFigures,
} from '../../src/indicators/index.ts';
import cells from '../model/vectors/population-cells.json' with { type: 'json' };
import scenarios from '../model/vectors/scenarios.json' with { type: 'json' };

const register = loadRegister(fileURLToPath(new URL('../../examples/can-tho-2025-07/register.json', import.meta.url)));
const counts = DEFINITION_SETS['province-counts'];
const FORTNIGHT = { from: '2025-07-01', to: '2025-07-13' };
const config = configure({});
type Line = Record<string, unknown> & { dossierStatus: string };

const population = new Population();
/** one record of each final status, for the second scenario */
const models = new Map<string, Line>();
const notReceived: DossierFacts[] = [];

beforeAll(() => {
  let n = 0;
  for (const text of generateExport({ withNotReceived: true })) {
    const line = JSON.parse(text) as Line;
    if (!models.has(line.dossierStatus)) models.set(line.dossierStatus, line);
    const facts = factsOf(decodeRecord(line, config).dossier, null);
    population.put(facts);
    if ((n += 1) > 16_581) notReceived.push(facts);
  }
}, 60_000);

const figure = (group: GroupFigures, id: string): Figure => group.figures.find((each) => each.id === id) as Figure;
const count = (group: GroupFigures, id: string) => figure(group, id).numerator;
const share = (group: GroupFigures, id: string) => { const { rate } = figure(group, id); return rate === null ? null : percent(rate); };

describe('the Cần Thơ fortnight', () => {
  it('gives every published and expected figure', () => {
    const { whole } = computeReport(population, { definitions: counts, period: FORTNIGHT });
    const expected = cells.populations[0]?.expected;
    expect({
      received: count(whole, 'received'), online: count(whole, 'online'), direct: count(whole, 'direct'), inProcessing: count(whole, 'in-processing'), stopped: count(whole, 'stopped'),
      completed: count(whole, 'completed'), late: count(whole, 'late'), onTimeOrInTime: count(whole, 'in-time'), onlinePercent: share(whole, 'online'), completedPercent: share(whole, 'completed'),
      inProcessingPercent: share(whole, 'in-processing'), stoppedPercent: share(whole, 'stopped'), onTimePercent: share(whole, 'in-time'),
    }).toEqual({
      received: 16_581, online: 9075, direct: 7506, inProcessing: 7121, stopped: 26, completed: 9434, late: 165, onTimeOrInTime: 16_416, onlinePercent: '54.73', completedPercent: '56.90',
      inProcessingPercent: '42.95', stoppedPercent: '0.16', onTimePercent: '99.00',
    });
    expect(expected).toMatchObject({ received: count(whole, 'received'), late: count(whole, 'late'), onTimePercent: share(whole, 'in-time') });
    // 449 more in states 1 and 3 are there, and in no figure but their own.
    expect(notReceived).toHaveLength(449);
    expect(population.size).toBe(17_030);
    expect(count(whole, 'not-received')).toBe(449);
  });

  it('does not force shares to 100', () => {
    const { whole } = computeReport(population, { definitions: counts, period: FORTNIGHT });
    const shares = ['completed', 'in-processing', 'stopped'].map((id) => share(whole, id) ?? '0');
    expect(shares.reduce((sum, text) => sum + Math.round(Number(text) * 100), 0)).toBe(10_001);
    // The published ones are the same and no contradiction: rounding explains the hundredth.
    expect(checkPublished({
      counts: { received: 16_581, online: 9075, direct: 7506, inProcessing: 7121, stopped: 26, completed: 9434 },
      shares: { completed: '56.90', inProcessing: '42.95', stopped: '0.16', online: '54.73' },
    })).toEqual([]);
  });

  it('has 120 units, 103 of them communes, that add up', () => {
    const { groups, whole } = computeReport(population, { definitions: counts, period: FORTNIGHT, by: 'unit', register });
    expect(groups.filter((group) => (count(group, 'received') ?? 0) > 0)).toHaveLength(120);
    expect(groups.reduce((sum, group) => sum + (count(group, 'received') ?? 0), 0)).toBe(count(whole, 'received'));
    const communes = computeReport(population, { definitions: counts, period: FORTNIGHT, by: 'commune', register }).groups.filter(({ key }) => key !== '');
    expect(communes).toHaveLength(103);
    expect(communes.find(({ code }) => code === '31338')).toMatchObject({ name: 'Xã Hỏa Lựu' });
    expect(count(communes.find(({ code }) => code === '31338') as GroupFigures, 'received')).toBe(92);
    expect(computeReport(population, { definitions: counts, period: FORTNIGHT, by: 'day' }).groups).toHaveLength(13);
  });

  it('scores 3.3 with a share of 1, times the synchronisation rate', () => {
    const qd766 = DEFINITION_SETS['qd766-2022'];
    const none = computeReport(population, { definitions: qd766, period: FORTNIGHT, register }).whole;
    expect(figure(none, '1.4')).toMatchObject({ numerator: 0, denominator: 16_581 });
    expect(figure(none, '3.3').rate).toEqual(fraction(0));
    // Everything is taken: first all, then three quarters of it.
    const copy = new Population();
    for (const row of population.occupied()) copy.put({ ...population.factsAt(row), synchronisedAt: 1_752_000_000_000, marks: { ...population.factsAt(row).marks, electronicResult: true } });
    const full = computeReport(copy, { definitions: qd766, period: FORTNIGHT, register }).whole;
    expect(figure(full, '1.4').rate).toEqual(fraction(1));
    expect(figure(full, '3.3')).toMatchObject({ numerator: 9075, denominator: 16_581, rate: fraction(9075, 16_581), score: fraction(6) });
    let dropped = 0;
    for (const row of copy.occupied()) if (copy.factsAt(row).marks.received && (dropped += 1) <= 8291) copy.synchronised(copy.code(row), null);
    const half = figure(computeReport(copy, { definitions: qd766, period: FORTNIGHT, register }).whole, '3.3');
    // 9075/16581 × 8290/16581 ÷ 50 % × 6, exact to the end
    expect(half.score).toEqual(fraction(BigInt(9075) * 8290n * 6n * 2n, 16_581n * 16_581n));
    expect(decimal(half.score ?? fraction(0))).toBe('3.28');
    // 2.1 of 20 points
    expect(figure(full, '2.1').score).toEqual(fraction(16_416 * 20, 16_581));
  });

  it('finds nothing contradictory in its dossiers', () => {
    expect(findInconsistencies(population, { period: FORTNIGHT })).toEqual([]);
  });
});

describe('Hỏa Lựu', () => {
  const WORDS: Record<string, string> = { 4: 'processing', 5: 'waiting', 9: 'releasing', 10: 'done' };

  it('gives 99 received, 80 completed, 19 in processing, in 5 fields', () => {
    const commune = new Population();
    let n = 0;
    const agency = register.agencies?.find(({ commune: code }) => code === '31338');
    for (const [field, byStatus] of Object.entries(cells.populations[1]?.matrix ?? {})) {
      for (const [status, amount] of Object.entries(byStatus as Record<string, number>)) {
        for (let i = 0; i < amount; i += 1) {
          const line = { ...models.get(WORDS[status] ?? ''), dossierId: (n += 1), dossierNo: `H13.${agency?.code.split('.')[1] ?? ''}-250714-${String(n).padStart(4, '0')}`, govAgencyCode: agency?.code, domainCode: field, domainName: field };
          commune.put(factsOf(decodeRecord(line, config).dossier, null));
        }
      }
    }
    const query = { definitions: counts, period: { from: '2025-07-01', to: '2025-07-14' }, register };
    const { whole, groups } = computeReport(commune, { ...query, by: 'field' });
    expect(groups).toHaveLength(5);
    expect([count(whole, 'received'), count(whole, 'completed'), count(whole, 'in-processing')]).toEqual([99, 80, 19]);
    expect([share(whole, 'completed'), share(whole, 'in-processing')]).toEqual(['80.81', '19.19']);
    // State 9 is completed; without it only those handed over would count.
    expect([count(whole, 'returned'), share(whole, 'returned')]).toEqual([74, '74.75']);
    const byCommune = computeReport(commune, { ...query, by: 'commune' });
    expect(byCommune.groups.map(({ code, name }) => [code, name])).toEqual([['31338', 'Xã Hỏa Lựu']]);
    expect(Object.fromEntries(groups.map((group) => [group.key, count(group, 'received')]))).toEqual(scenarios.scenarios[2]?.syntheticSplit?.fields);
  });
});

describe('Cần Thơ in July', () => {
  it('raises an inconsistency for shares that add up to 101.29, and rescales nothing', () => {
    const given = scenarios.scenarios[1]?.given as { onlinePercent: string; onTimePercent: string; latePercent: string; inProcessingPercent: string };
    const found = checkPublished({ shares: { online: given.onlinePercent, onTime: given.onTimePercent, late: given.latePercent, inProcessing: given.inProcessingPercent } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: 'shares-sum', rows: ['onTime', 'late', 'inProcessing'], found: fraction(10_129, 100) });
    expect(found[0]?.text.vi).toContain('101.29 %');
    expect(found[0]?.text.en).toContain('101.29 %');
  });

  it('sees parts that miss their whole and shares that are not theirs', () => {
    expect(checkPublished({ counts: { received: 100, online: 60, direct: 41 }, shares: { online: '61.00' } }).map(({ code }) => code)).toEqual(['parts-sum', 'share-of-count']);
  });
});

it('rounds only at the end: 701 of 712', () => {
  expect(decimal(fraction(701, 712), 4)).toBe('0.9846');
});
