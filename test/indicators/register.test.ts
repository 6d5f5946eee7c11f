import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRegister, computeReport, DEFINITION_SETS, factsOf, loadRegister, Population, RegisterIndex, type RegisteredProcedure } from '../../src/indicators/index.ts';
import { dossier } from './fixtures.ts';
import { isValidationError } from '../../src/contract/validate.ts';
import { PROCEDURES } from '../../examples/can-tho-2025-07/lib/procedures.ts';
import { units } from '../../examples/can-tho-2025-07/lib/units.ts';

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lt-register-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

const procedure = { code: '1.000105', level: 'FULL', fee: true, returnsDocument: true, forCitizens: true };
const issuesOf = (value: unknown): [string, string | undefined][] => {
  const checked = checkRegister(value);
  return checked.ok ? [] : checked.issues.map(({ code, pointer }) => [code, pointer]);
};

describe('register', () => {
  it('counts a procedure by its own code, not by one that begins with it, and passes local suffixes over', () => {
    const register = { procedures: [{ ...procedure, code: 'TT1' }, { ...procedure, code: 'TT10' }, procedure] as RegisteredProcedure[] };
    const population = new Population();
    for (const [i, code] of ['TT1', 'TT10', '1.000105'].entries()) population.put(factsOf(dossier(`D-${i}`, { procedure: { code, name: 'x', sector: { code: 'S' } } }), null));
    const offered = (filter: readonly string[]) => {
      const { whole } = computeReport(population, { definitions: DEFINITION_SETS['qd766-2022'], period: { from: '2025-07-01', to: '2025-07-31' }, filter: { procedures: filter }, register });
      return [whole.dossiers, whole.figures.find(({ id }) => id === '3.1')?.denominator];
    };
    expect([offered(['TT1']), offered(['TT10']), offered(['1.000105.000.00.00.H13']), offered(['1.0001'])]).toEqual([[1, 1], [1, 1], [1, 1], [0, 0]]);
  });

  it('tells every fault at once', () => {
    expect(issuesOf({})).toEqual([]);
    expect(issuesOf({ procedures: [procedure, { ...procedure, code: '1.000105.H13' }], agencies: [{ code: 'H30', province: '93' }, { code: 'H30', province: '92' }, { code: 'A', asOf: '2025-02-30' }, { code: 'H01', successor: 'H02' }, { code: 'H02', successor: '000.00.00.H01' }], nationalReceived: [{ from: '2025-07-31', to: '2025-07-01', received: 1 }] })).toEqual([
      ['LT-INDICATORS-REGISTER-TWICE', '/procedures/1'], ['LT-INDICATORS-REGISTER-TWICE', '/agencies/1'], ['LT-INDICATORS-REGISTER-UNIT', '/agencies/0/province'], ['LT-INDICATORS-REGISTER-DATE', '/agencies/2/asOf'],
      ['LT-INDICATORS-REGISTER-CIRCLE', '/agencies/3/successor'], ['LT-INDICATORS-REGISTER-CIRCLE', '/agencies/4/successor'], ['LT-INDICATORS-REGISTER-DATE', '/nationalReceived/0'],
    ]);
    expect(issuesOf({ procedures: [{ code: '1.1' }], agencies: [{}], extra: 1 }).length).toBeGreaterThan(5);
  });

  it('is read from a file, or the file is named', async () => {
    const file = join(folder, 'register.json');
    await writeFile(file, JSON.stringify({ procedures: [procedure] }));
    expect(loadRegister(file).procedures).toEqual([procedure]);
    const codeOf = (path: string): string => { try { loadRegister(path); } catch (error) { if (isValidationError(error)) return error.issues[0]?.code ?? ''; } return ''; };
    expect(codeOf(join(folder, 'none.json'))).toBe('LT-INDICATORS-REGISTER-UNREADABLE');
    await writeFile(file, '{"procedures": [], "procedures": []}');
    expect(codeOf(file)).toBe('LT-INPUT-DUPLICATE-FIELD');
  });

  it('counts a statutory maximum from the receipt, in its own unit', () => {
    const index = new RegisterIndex({ procedures: [
      { ...procedure, level: 'FULL', maximum: { amount: 8, unit: 'hour' } }, { ...procedure, level: 'FULL', code: '1.000002', maximum: { amount: 3, unit: 'day' } },
      { ...procedure, level: 'FULL', code: '1.000003', maximum: { amount: 5, unit: 'working-day' } }, { ...procedure, level: 'FULL', code: '1.000004' },
    ] });
    const received = Date.parse('2025-08-28T16:00:00+07:00');
    const end = (code: string) => { const at = index.statutoryEnd(code, received); return at === null ? null : new Date(at + 7 * 3_600_000).toISOString().slice(0, 19); };
    expect(end('1.000105')).toBe('2025-08-29T00:00:00');
    expect(end('1.000002')).toBe('2025-08-31T23:59:59');
    // 29/08, then the national holidays 30/08–02/09, then 03, 04, 05 and 08/09.
    expect(end('1.000003')).toBe('2025-09-08T23:59:59');
    expect([end('1.000004'), end('9.999999')]).toEqual([null, null]);
  });

  it('finds an agency itself, else the nearest above it that speaks for all below, in either spelling', () => {
    const index = new RegisterIndex({ agencies: [{ code: 'H13', below: true, name: 'Cần Thơ' }, { code: 'H13.10', below: true, name: 'Sở' }, { code: '000.00.11.H13', name: 'Chi cục' }] });
    expect([index.agency('H13.11')?.name, index.agency('000.01.10.H13')?.name, index.agency('H13.99')?.name, index.agency('H14')?.name]).toEqual(['Chi cục', 'Sở', 'Cần Thơ', undefined]);
  });

  it('of the example says what its generator knows', () => {
    const register = loadRegister(fileURLToPath(new URL('../../examples/can-tho-2025-07/register.json', import.meta.url)));
    expect(register.procedures?.map(({ code, name, fee, level, maximum, sector }) => ({ code, name, fee, level, term: maximum?.amount, sector }))).toEqual(
      PROCEDURES.map(({ code, name, fee, level, term, sector }) => ({ code, name, fee: fee > 0, level: level === 4 ? 'FULL' : 'PARTIAL', term, sector })));
    expect(register.agencies?.map(({ code, name, commune }) => [code, name, commune])).toEqual(units().map(({ code, name, communeCode }) => [code, name, communeCode]));
  });
});
