import { describe, expect, it } from 'vitest';
import { computeReport, DEFINITION_SETS, factsOf, Population, type Query, type Register } from '../../src/indicators/index.ts';
import { dossier } from './fixtures.ts';

const counts = DEFINITION_SETS['province-counts'];
const YEAR = { from: '2024-01-01', to: '2024-12-31' };
/** agency, receipt, how many: Hậu Giang (old 93), Cần Thơ (old and new 92), Sóc Trăng (old 94), and the new Cần Thơ. */
const GIVEN: [agency: string, day: string, count: number][] = [
  ['H30.05', '2024-03-04', 3], ['H13.02', '2024-03-04', 5], ['000.00.07.H51', '2024-08-01', 7], ['H13.02', '2025-08-04', 11], ['H30.05', '2025-08-04', 13], ['H20.01', '2024-05-06', 2],
];
const population = new Population();
let n = 0;
for (const [agency, day, count] of GIVEN) {
  for (let i = 0; i < count; i += 1) population.put(factsOf(dossier(`D-${(n += 1)}`, { agency: { code: agency, name: agency }, dates: { acceptedAt: `${day}T02:00:00Z` } }), null));
}
const by = (query: Partial<Query>) => computeReport(population, { definitions: counts, period: YEAR, by: 'province', ...query }).groups.map(({ key, name, dossiers }) => [key, name, dossiers]);

describe('reports over merged provinces', () => {
  it('show a report of 2024 under the provinces of 2024', () => {
    expect(by({})).toEqual([['87@2025-06-30', 'Tỉnh Đồng Tháp', 2], ['92@2025-06-30', 'Thành phố Cần Thơ', 5], ['93@2025-06-30', 'Tỉnh Hậu Giang', 3], ['94@2025-06-30', 'Tỉnh Sóc Trăng', 7]]);
  });

  it('add the merged ones in the same area today; a code that moved is followed', () => {
    expect(by({ area: 'same-area-today' })).toEqual([['82', 'Tỉnh Đồng Tháp', 2], ['92', 'Thành phố Cần Thơ', 15]]);
    const filtered = computeReport(population, { definitions: counts, period: YEAR, area: 'same-area-today', filter: { provinces: ['92'] } });
    expect(filtered.whole.dossiers).toBe(15);
    expect(computeReport(population, { definitions: counts, period: YEAR, filter: { provinces: ['93@2025-06-30'] } }).whole.dossiers).toBe(3);
  });

  it('keep the two meanings of one code apart in a period that spans the day of the mergers', () => {
    const period = { from: '2024-01-01', to: '2025-12-31' };
    expect(by({ period })).toEqual([['87@2025-06-30', 'Tỉnh Đồng Tháp', 2], ['92', 'Thành phố Cần Thơ', 24], ['92@2025-06-30', 'Thành phố Cần Thơ', 5], ['93@2025-06-30', 'Tỉnh Hậu Giang', 3], ['94@2025-06-30', 'Tỉnh Sóc Trăng', 7]]);
  });

  it('take successors of agencies and communes from the register, and never the first of several', () => {
    // Old commune 31336 (Hoả Lựu) went to 31338 whole; old 31207 (Thốt Nốt) was divided.
    const register: Register = { agencies: [
      { code: 'H30.05', commune: '31336', province: '93', asOf: '2025-06-30', successor: 'H13.150', name: 'UBND xã Hoả Lựu' }, { code: 'H13.150', commune: '31338', name: 'UBND xã Hỏa Lựu' },
      { code: 'H13.02', commune: '31207', asOf: '2025-06-30' },
    ] };
    const units = computeReport(population, { definitions: counts, period: YEAR, by: 'unit', area: 'same-area-today', register }).groups.map(({ key, name, dossiers }) => [key, name, dossiers]);
    expect(units).toEqual([['H13.02', 'H13.02', 5], ['H13.150', 'UBND xã Hỏa Lựu', 3], ['H20.01', 'H20.01', 2], ['H51.07', '000.00.07.H51', 7]]);
    expect(computeReport(population, { definitions: counts, period: YEAR, area: 'same-area-today', register, filter: { units: ['H13.150'] } }).whole.dossiers).toBe(3);
    const communes = (area: Query['area'] & string) => computeReport(population, { definitions: counts, period: YEAR, by: 'commune', area, register }).groups.map(({ key, dossiers }) => [key, dossiers]);
    expect(communes('as-it-was')).toEqual([['', 9], ['31207@2025-06-30', 5], ['31336@2025-06-30', 3]]);
    expect(communes('same-area-today')).toEqual([['', 9], ['31207@2025-06-30', 5], ['31338', 3]]);
  });
});
