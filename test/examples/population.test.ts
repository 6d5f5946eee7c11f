/** Another province's figures from nothing but a population file; and what is wrong with a file is told at once. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../adapters/opencps/decode.ts';
import { configure } from '../../adapters/opencps/config.ts';
import { CAN_THO, generateExport, landAreas, landPlanOf, landStart, readPopulation, registerOf, units, type LandRecord, type Population } from '../../examples/can-tho-2025-07/generate.ts';
import { Dossier as isCanonical } from '../../src/contract/generated/canonical.js';
import { checkRegister, computeReport, DEFINITION_SETS, factsOf, percent, Population as Columns, RegisterIndex } from '../../src/indicators/index.ts';

/** Invented figures of a province that has no centre: Quảng Trị, the last days of August 2026 with the holiday after them. */
const FILE = {
  id: 'thu-nghiem-2026-08', province: '44', agency: 'H50', period: ['2026-08-10', '2026-08-31'],
  given: { received: 321, online: 200, completed: 250 },
  cells: [
    { status: 2, channel: 2, count: 20 }, { status: 4, channel: 2, count: 20, late: 3 }, { status: 4, channel: 1, count: 22, late: 1 }, { status: 5, channel: 1, count: 5 },
    { status: 6, channel: 1, count: 2 }, { status: 8, channel: 1, count: 2 }, { status: 9, channel: 2, count: 40, late: 2 }, { status: 10, channel: 2, count: 120, late: 4 },
    { status: 10, channel: 1, count: 80, late: 5, field: 'G15-CT99' }, { status: 9, channel: 1, count: 10, field: 'G15-HT99' },
  ],
  units: { departments: 0, communes: 78, communesTotal: 321, communeShare: { other78: 321 } },
  extraNotReceived: [{ status: 1, count: 7 }, { status: 3, count: 4 }],
  expected: { received: 321, late: 15, onlinePercent: '62.31', completedPercent: '77.88', inProcessingPercent: '21.50', stoppedPercent: '0.62', onTimePercent: '95.33' },
};
const config = configure({});
const read = (file: string): Population => readPopulation(JSON.parse(readFileSync(new URL(`../../examples/can-tho-2025-07/${file}`, import.meta.url), 'utf8')));

/** The engine's figures of a population, from its export. */
function figuresOf(population: Population, by?: 'unit' | 'field') {
  const columns = new Columns();
  for (const line of generateExport({ population, withNotReceived: true })) {
    const { dossier, warnings } = decodeRecord(JSON.parse(line), config);
    expect(warnings).toEqual([]);
    if (!isCanonical(dossier)) expect.fail(JSON.stringify((isCanonical as { errors?: unknown }).errors));
    columns.put(factsOf(dossier, null));
  }
  const [from, to] = population.period;
  const report = computeReport(columns, { definitions: DEFINITION_SETS['province-counts'], period: { from, to }, register: new RegisterIndex(registerOf(population) as never), ...(by === undefined ? {} : { by }) });
  const of = (id: string) => report.whole.figures.find((figure) => figure.id === id);
  const count = (id: string) => of(id)?.numerator;
  const share = (id: string) => { const rate = of(id)?.rate; return rate == null ? null : percent(rate); };
  return {
    report, size: columns.size,
    expected: {
      received: count('received'), online: count('online'), direct: count('direct'), inProcessing: count('in-processing'), stopped: count('stopped'), completed: count('completed'), late: count('late'), onTimeOrInTime: count('in-time'),
      onlinePercent: share('online'), completedPercent: share('completed'), inProcessingPercent: share('in-processing'), stoppedPercent: share('stopped'), onTimePercent: share('in-time'),
    },
  };
}

describe('a population file', () => {
  it('gives another province’s published figures exactly', () => {
    const population = readPopulation(structuredClone(FILE));
    const { expected, report, size } = figuresOf(population, 'unit');
    expect(expected).toEqual(population.expected);
    expect(expected).toMatchObject(FILE.expected);
    expect(size).toBe(332);
    expect(report.groups.filter((group) => (group.figures[0]?.numerator ?? 0) > 0)).toHaveLength(78);

    const lines = [...generateExport({ population })];
    expect([...generateExport({ population })]).toEqual(lines);
    expect(lines[0]).toMatch(/"dossierNo":"H50\.\d{3}-260810-0001"/);
    for (const line of lines) {
      expect(line).toContain('"cityCode":"44","cityName":"Tỉnh Quảng Trị"');
      expect(line).toContain('https://tep.quangtri.example.vn/');
      expect(line).not.toMatch(/H13|"92"|cantho|Cần Thơ/);
    }
  });

  it('gives its land dossiers a place in the land weeks too', () => {
    const population = readPopulation(structuredClone(FILE));
    const plans = [...generateExport({ population })].flatMap((line) => landPlanOf(JSON.parse(line) as LandRecord) ?? []);
    expect(plans.length).toBeGreaterThan(0);
    expect(landStart(population)).toBe('2026-09-03T01:00:00.000Z');
    expect(Object.values(landAreas(population)).every(({ provinceCode }) => provinceCode === '44')).toBe(true);
  });

  it('of one commune: Hỏa Lựu, 99 dossiers in five fields', () => {
    const population = read('hoa-luu.json');
    const { expected, report } = figuresOf(population, 'field');
    expect(expected).toMatchObject({ received: 99, completed: 80, inProcessing: 19, completedPercent: '80.81', inProcessingPercent: '19.19', late: 0 });
    expect(Object.fromEntries(report.groups.map((group) => [group.code, group.figures[0]?.numerator]))).toEqual({ 'G15-HT99': 38, 'G15-CT99': 31, 'G10-DD99': 17, 'G18-BT99': 8, 'G05-KD99': 5 });
    expect(units(population)).toEqual([expect.objectContaining({ code: units().find(({ communeCode }) => communeCode === '31338')?.code, name: 'Ủy ban nhân dân xã Hỏa Lựu', count: 99 })]);
  });

  it('is what the page says: its sample is read and told', () => {
    const page = readFileSync(new URL('../../examples/can-tho-2025-07/README.md', import.meta.url), 'utf8');
    const sample = readPopulation(JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? ''));
    expect(figuresOf(sample).expected).toEqual(sample.expected);
  });

  it('stands beside the register of the example, made by the same tables', () => {
    const kept = JSON.parse(readFileSync(new URL('../../examples/can-tho-2025-07/register.json', import.meta.url), 'utf8')) as unknown;
    expect(registerOf(CAN_THO)).toEqual(kept);
    expect(() => checkRegister(registerOf(readPopulation(structuredClone(FILE))))).not.toThrow();
  });
});

describe('a file with faults', () => {
  const faults = (change: (file: Record<string, any>) => void): string[] => { // eslint-disable-line @typescript-eslint/no-explicit-any -- it is broken on purpose
    const file = structuredClone(FILE) as Record<string, unknown>;
    change(file);
    try {
      readPopulation(file);
    } catch (error) {
      return (error as Error).message.split('\n').map((line) => line.split(':')[0] ?? '');
    }
    return [];
  };

  it.each<[what: string, change: (file: any) => void, where: string[]]>([ // eslint-disable-line @typescript-eslint/no-explicit-any -- see above
    ['a published count that the cells do not give', (f) => { f.given.received = 320; }, ['given.received']],
    ['a published share of another rounding', (f) => { f.expected.onlinePercent = '62.30'; }, ['expected.onlinePercent']],
    ['units that do not add up', (f) => { f.units.communesTotal = 320; f.units.communeShare = { other78: 320 }; }, ['units']],
    ['a commune of another province', (f) => { f.units.communeShare = { 31338: 21, other77: 300 }; }, ['units.communeShare.31338']],
    ['more late ones than there are', (f) => { f.cells[1].late = 21; }, ['cells[1].late', 'expected.late', 'expected.onTimePercent']],
    ['late ones that cannot be late', (f) => { f.cells[0].late = 1; }, ['cells[0].late', 'expected.late', 'expected.onTimePercent']],
    ['what is not received among the cells', (f) => { f.cells[0].status = 1; }, ['cells[0].status', 'expected.inProcessingPercent']],
    ['an unknown field', (f) => { f.cells[9].field = 'hộ tịch'; }, ['cells[9].field']],
    ['a period that ends before it begins', (f) => { f.period = ['2026-08-31', '2026-08-10']; }, ['period']],
    ['a time of other units', (f) => { f.period = ['2025-06-01', '2025-06-13']; }, ['period']],
    ['nothing in it', (f) => { for (const name of Object.keys(f)) delete f[name]; }, ['id', 'agency', 'province', 'period', 'cells', 'birthProvinces']],
  ])('tells: %s', (_what, change, where) => {
    expect(faults(change)).toEqual(where);
  });

  it('that asks for what cannot happen is refused by the generator', () => {
    const file = { ...structuredClone(FILE), period: ['2026-08-10', '2026-08-11'] };
    expect(() => [...generateExport({ population: readPopulation(file) })]).toThrow(/no procedure and day of the period fit status \d+, late/);
  });
});
