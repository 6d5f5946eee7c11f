/** What a caller asks of the indicators, over HTTP or on a command line: read in one place, every fault told at once. */
import { issue } from '../../contract/errors/issue.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { ValidationError } from '../../contract/validate.ts';
import { DEFINITION_SETS, DIMENSIONS, daysOf, monthPeriod, parsePeriod, period as periodOf, type Area, type DefinitionSet, type Dimension, type Filter, type Period } from '../../indicators/index.ts';
import { epochFromInstant, localParts, type Channel } from '../../model/index.ts';

/** As it comes: texts. */
export interface RawAsk { period?: string; from?: string; to?: string; by?: string; set?: string; area?: string; asOf?: string; unit?: string; field?: string; procedure?: string; channel?: string }
export interface Ask { set: DefinitionSet; period: Period; by: Dimension | undefined; area: Area; asOf: number | undefined; filter: Filter }

export const SET_IDS = Object.keys(DEFINITION_SETS);
export const AREAS = ['as-it-was', 'same-area-today'] as const;
export const CHANNEL_IDS = ['COUNTER', 'ONLINE', 'POSTAL'] as const;
/** Ten years; by day somewhat more than one: a page of more columns is read by nobody. */
export const MOST_DAYS = 3_660;
export const MOST_DAY_GROUPS = 400;
/** Codes in one list of a filter. */
export const MOST_CODES = 200;
const isOneOf = <T extends string>(list: readonly T[], text: string): text is T => (list as readonly string[]).includes(text);

/** @param at prefix of the pointers. @throws ValidationError with every issue */
export function readAsk(raw: RawAsk, now: number, at = '/query'): Ask {
  const issues: Issue[] = [];
  const wrong = (name: string, code: 'LT-INPUT-ENUM' | 'LT-INPUT-DATE' | 'LT-INDICATORS-PERIOD' | 'LT-INDICATORS-TOO-MANY', detail?: string): undefined => void issues.push(issue(code, `${at}/${name}`, detail));
  const period = readPeriod(raw, now) ?? wrong(raw.period === undefined ? 'from' : 'period', 'LT-INDICATORS-PERIOD');
  const set = isOneOf(SET_IDS as (keyof typeof DEFINITION_SETS)[], raw.set ?? 'qd766-2022') ? DEFINITION_SETS[(raw.set ?? 'qd766-2022') as keyof typeof DEFINITION_SETS] : wrong('set', 'LT-INPUT-ENUM', SET_IDS.join(', '));
  const by = raw.by === undefined ? undefined : isOneOf(DIMENSIONS, raw.by) ? raw.by : wrong('by', 'LT-INPUT-ENUM', DIMENSIONS.join(', '));
  const area = isOneOf(AREAS, raw.area ?? 'as-it-was') ? ((raw.area ?? 'as-it-was') as Area) : wrong('area', 'LT-INPUT-ENUM', AREAS.join(', '));
  const asOf = raw.asOf === undefined ? undefined : (epochFromInstant(raw.asOf.replace(' ', '+')) ?? wrong('asOf', 'LT-INPUT-DATE'));
  const list = (name: 'unit' | 'field' | 'procedure'): string[] | undefined => {
    const codes = raw[name]?.split(',').map((code) => code.trim()).filter((code) => code !== '');
    // Nothing but commas is no list, rather than a list that nothing is in.
    if (codes?.length === 0) return undefined;
    return (codes?.length ?? 0) > MOST_CODES ? wrong(name, 'LT-INDICATORS-TOO-MANY', `${MOST_CODES}`) : codes;
  };
  const channel = raw.channel === undefined ? undefined : isOneOf(CHANNEL_IDS, raw.channel) ? raw.channel : wrong('channel', 'LT-INPUT-ENUM', CHANNEL_IDS.join(', '));
  if (period !== undefined) {
    const { first, last } = daysOf(period);
    if (last - first >= MOST_DAYS || (by === 'day' && last - first >= MOST_DAY_GROUPS)) wrong(raw.period === undefined ? 'from' : 'period', 'LT-INDICATORS-TOO-MANY', `${by === 'day' ? MOST_DAY_GROUPS : MOST_DAYS}`);
  }
  const [units, fields, procedures] = [list('unit'), list('field'), list('procedure')];
  if (issues.length > 0 || period === undefined || set === undefined || area === undefined) throw new ValidationError(issues);
  return {
    set, period, by, area, asOf,
    filter: { ...(units === undefined ? {} : { units }), ...(fields === undefined ? {} : { fields }), ...(procedures === undefined ? {} : { procedures }), ...(channel === undefined ? {} : { channels: [channel as Channel] }) },
  };
}

/** Without any word of it: the present month. */
function readPeriod({ period, from, to }: RawAsk, now: number): Period | undefined {
  if (period !== undefined) return from === undefined && to === undefined ? parsePeriod(period) : undefined;
  if (from === undefined && to === undefined) {
    const { year, month } = localParts(now);
    return monthPeriod(year, month);
  }
  try {
    return from === undefined || to === undefined ? undefined : periodOf(from, to);
  } catch {
    return undefined;
  }
}
