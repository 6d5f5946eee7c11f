/** What an installation's register would say of the example: its procedures and the units of a population. `register.json` is that of Cần Thơ. */
import { CAN_THO, type Population } from './population.ts';
import { PROCEDURES } from './procedures.ts';
import { units, type UnitKind } from './units.ts';

const KINDS = { centre: 'centre', point: 'reception-point', department: 'department', commune: 'commune' } as const satisfies Record<UnitKind, string>;
/** Procedures that only businesses apply for. */
const FOR_BUSINESSES = new Set(['1.009914', '1.009928', '1.009929']);

export const registerOf = (population: Population = CAN_THO): Record<string, unknown> => ({
  source: 'Invented with the example: procedures, codes, terms and fees are those of generate.ts; names of units are real (README.md)',
  procedures: PROCEDURES.map(({ code, name, sector, level, fee, term }) => ({
    code, name, sector, level: level === 4 ? 'FULL' : 'PARTIAL', fee: fee > 0, returnsDocument: true, forCitizens: !FOR_BUSINESSES.has(code), maximum: { amount: term, unit: 'working-day' },
  })),
  agencies: units(population).map(({ code, name, kind, communeCode }) => ({ code, name, province: population.province, ...(communeCode === undefined ? {} : { commune: communeCode }), kind: KINDS[kind] })),
});
