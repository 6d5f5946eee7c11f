/** Indicators as data: `definitions/*.json`, one file for each set of rules, and sets that an installation brings itself. */
import type { Text } from '../contract/errors/types.ts';
import emc from './definitions/emc.json' with { type: 'json' };
import provinceCounts from './definitions/province-counts.json' with { type: 'json' };
import qd766 from './definitions/qd766-2022.json' with { type: 'json' };
import { fractionOf } from './fraction.ts';
import { NEED_REGISTER, PREDICATES, PROCEDURE_PREDICATES, bare } from './predicates.ts';

/** What is counted on one side of an indicator. */
export interface CountSpec {
  /**
   * dossiers: those where `where` holds · procedures: different procedures among such dossiers · registered: procedures of the register where
   * `procedures` holds · handling-seconds: handling time of the dossiers where `where` holds, pauses taken off
   */
  count: 'dossiers' | 'procedures' | 'registered' | 'handling-seconds';
  /** names of predicates (predicates.ts), all of them; `!` before a name is its opposite */
  where?: string[];
  /** names of predicates of registered procedures */
  procedures?: string[];
  /** which dossiers a period holds: received in it (default), ended in it, or received before it and not ended then */
  when?: 'received' | 'ended' | 'carried-over';
  /** the larger one of this count and what was reported nationally for the period */
  orMore?: 'national-received';
}
export interface IndicatorDefinition {
  id: string;
  /** id of the group */
  group: string;
  name: Text;
  /** rate: numerator ÷ denominator · count: the numerator alone · mean: seconds ÷ dossiers */
  kind: 'rate' | 'count' | 'mean';
  unit: 'dossier' | 'procedure' | 'service' | 'petition' | 'copy' | 'second';
  /** `external`: no dossier feeds it; figures come from elsewhere by `Query.external` */
  input: 'dossiers' | 'external';
  numerator?: CountSpec;
  denominator?: CountSpec;
  /** id of an indicator whose rate this one is multiplied with */
  factor?: string;
  /** rate for full marks, decimal text; absent: 1 */
  threshold?: string;
  /** points, decimal text; absent: informative only */
  maximum?: string;
  /** name in the national portal's report (A.6.2) */
  portalMetric?: string;
  source: string;
  note?: Text;
}
export interface DefinitionSet {
  id: string;
  version: string;
  name: Text;
  /** the act, and where its rules were read */
  basis: string;
  /** dates of force; `until` absent while it holds */
  from?: string;
  until?: string;
  groups: { id: string; name: Text; maximum?: string }[];
  indicators: IndicatorDefinition[];
}

export const DEFINITION_SETS = {
  'qd766-2022': qd766 as DefinitionSet,
  emc: emc as DefinitionSet,
  'province-counts': provinceCounts as DefinitionSet,
} as const;
export type DefinitionSetId = keyof typeof DEFINITION_SETS;

/** Does it need a register of procedures? */
export function needsRegister({ numerator, denominator }: IndicatorDefinition): boolean {
  return [numerator, denominator].some((spec) => spec?.count === 'registered' || (spec?.where ?? []).some((term) => NEED_REGISTER.has(bare(term))));
}

/** What is wrong with a set of definitions, as sentences for its author; empty when it can be computed. */
export function checkDefinitions(set: DefinitionSet): string[] {
  const wrong: string[] = [];
  const ids = new Set(set.indicators.map(({ id }) => id));
  if (ids.size !== set.indicators.length) wrong.push('an indicator id occurs twice');
  for (const indicator of set.indicators) {
    const say = (what: string): void => { wrong.push(`${indicator.id}: ${what}`); };
    if (!set.groups.some(({ id }) => id === indicator.group)) say('its group is not listed');
    if (indicator.factor !== undefined && !ids.has(indicator.factor)) say('its factor is no indicator of this set');
    if (indicator.input === 'dossiers' && indicator.numerator === undefined) say('it has no numerator');
    if (indicator.input === 'dossiers' && indicator.kind !== 'count' && indicator.denominator === undefined) say('it has no denominator');
    for (const text of [indicator.threshold, indicator.maximum]) {
      if (text === undefined) continue;
      try { fractionOf(text); } catch { say('threshold and maximum are decimal texts'); }
    }
    for (const spec of [indicator.numerator, indicator.denominator]) {
      for (const term of spec?.where ?? []) if (!Object.hasOwn(PREDICATES, bare(term))) say(`there is no predicate '${bare(term)}'`);
      for (const name of spec?.procedures ?? []) if (!Object.hasOwn(PROCEDURE_PREDICATES, name)) say(`there is no predicate of procedures '${name}'`);
      if (spec?.count === 'registered' && spec.where !== undefined) say('registered procedures have no dossiers to ask');
    }
  }
  return wrong;
}
