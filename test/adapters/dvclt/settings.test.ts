/** Configuration, deadlines and codes (fact sheet 3.1, 3.8, Appendix B). */
import { describe, expect, it } from 'vitest';
import { advise, configure, unitOf } from '../../../adapters/dvclt/config.ts';
import { BTP_TABLE, btpStatus, DEFAULT_PROCEDURES, DVCLT, stateOf } from '../../../adapters/dvclt/codes.ts';
import { intakeDue, supplementDue } from '../../../adapters/dvclt/deadlines.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { config, rawConfig } from './fixtures.ts';

const wrong = (raw: unknown): string[] => {
  try {
    configure(raw);
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
};

describe('a configuration', () => {
  it('has defaults for everything that no source proves', () => {
    expect(config()).toMatchObject({ variant: 'three-level', bodyOnGet: false, responsibleAgency: 5, intakeEveryMs: 600_000, resultsEveryMs: 900_000, emptyDeathResult: 'wait', modules: { BIRTH: 'LTKS' }, system: 'dvclt' });
  });
  it.each<[string, Record<string, unknown>, string[]]>([
    ['no TLS', { baseUrl: 'http://dvclt.example.vn' }, ['LT-CONFIG-VALUE /baseUrl']],
    ['no TLS behind the LGSP', { civilStatus: { baseUrl: 'http://hotich.example.vn', gateway: { kind: 'none' } } }, ['LT-CONFIG-VALUE /civilStatus/baseUrl']],
    ['a login without its account', { gateway: { kind: 'password', tokenUrl: 'https://x.example.vn/t' } }, ['LT-CONFIG-REQUIRED /gateway/user', 'LT-CONFIG-REQUIRED /gateway/password']],
    ['an agency that makes no number', { units: { 99001: { code: 'x', name: 'X' } } }, ['LT-CONFIG-VALUE /units/99001/code']],
    ['a path without its place', { paths: { detail: '/x' } }, ['LT-CONFIG-VALUE /paths/detail']],
    ['an unknown key', { colour: 'red' }, ['LT-CONFIG-UNKNOWN-KEY /colour']],
  ])('%s is refused', (_name, more, issues) => expect(wrong({ ...rawConfig, ...more })).toEqual(issues));
  it('tells what is worth a second look', () => {
    const { civilStatus: _c, ...bare } = rawConfig;
    expect(advise(configure({ ...bare, units: { ...rawConfig.units, 990: { code: 'H99.45', name: 'Huyện' } } })).map(({ code }) => code)).toEqual(['LT-DVCLT-NO-CIVIL-STATUS', 'LT-DVCLT-DISTRICT-UNIT']);
    expect(advise(config())).toEqual([]);
  });
  it('adds procedures to the table, and changes rows of it', () => {
    const { procedures } = config({ procedures: { '2.000986': { kind: 'BIRTH', commune: '1.001193', resultCode: 'KQ.X' }, '3.1': { kind: 'DEATH', name: 'Khai tử mẫu' } } });
    expect([procedures['2.000986'], procedures['3.1']?.name, Object.keys(procedures).length]).toMatchObject([{ commune: '1.001193', resultCode: 'KQ.X', name: DEFAULT_PROCEDURES['2.000986']?.name }, 'Khai tử mẫu', 7]);
    // The national table's district row of 1.006714 is a birth mapped to a death: it is not taken over.
    expect(procedures['1.006714']?.district).toBeUndefined();
  });
  it('finds units whose number has lost its zeros', () => {
    const settings = config({ units: { '00123': { code: 'H99.1', name: 'A' }, 124: { code: 'H99.2', name: 'B' } } });
    expect([unitOf(123, settings), unitOf('00123', settings), unitOf('123', settings), unitOf(124, settings), unitOf(0, settings), unitOf(null, settings)].map((one) => (one.ok ? `${one.code} ${one.level}` : one.code))).toEqual([
      '00123 commune', '00123 commune', '00123 commune', '124 district', 'LT-DVCLT-UNIT', 'LT-DVCLT-UNIT',
    ]);
  });
});

it('the two vocabularies are total, and the same digit means two things', () => {
  expect(BTP_TABLE.wireCodes()).toEqual(['1', '2', '3', '4', '6']);
  expect(['5', '', 'x'].map((code) => stateOf(btpStatus(code)))).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
  expect([DVCLT.ACCEPTED, stateOf(btpStatus(3))]).toEqual([3, 'PROCESSING']);
});

describe('deadlines', () => {
  const { deadlines } = config({ daysOff: ['2025-01-13'] });
  it.each([
    ['2025-01-10T07:59:59Z', '2025-01-10T10:00:00Z', 'before 15:00 on a Friday'],
    ['2025-01-10T08:00:00Z', '2025-01-14T10:00:00Z', 'from 15:00: the next working day, past the weekend and a day off of the province'],
    ['2025-01-11T01:00:00Z', '2025-01-14T10:00:00Z', 'on a Saturday'],
    ['2025-04-29T09:00:00Z', '2025-05-05T10:00:00Z', 'before public holidays'],
  ])('%s → %s (%s)', (at, due) => expect(intakeDue(at, deadlines)).toBe(due));
  it('a supplement has seven working days', () => {
    expect([supplementDue('2025-01-10T02:00:00Z', config().deadlines), supplementDue('2025-01-10T02:00:00Z', config({ supplementWorkingDays: 1 }).deadlines)]).toEqual(['2025-01-21T10:00:00Z', '2025-01-13T10:00:00Z']);
  });
});
