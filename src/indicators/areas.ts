/**
 * Agencies → administrative units at a day. "As it was" tells a dossier of 2024 under the province of 2024; "same area today" under the unit that
 * holds the area now. Codes were given a second meaning on 1 July 2025 (92 was and is Cần Thơ, but not the same land), so a key of an old unit says so.
 */
import { level1Agency, listUnits, lookupUnit, provinceSuccessor, resolveSuccessor, TWO_LEVEL_SINCE } from '../model/index.ts';
import { keyOf, type RegisterIndex } from './register.ts';

export type Area = 'as-it-was' | 'same-area-today';
export interface PlacedUnit { key: string; code: string; name: string }

const LAST_DAY_BEFORE = '2025-06-30';
const NOWHERE: PlacedUnit = { key: '', code: '', name: '' };

/** Key of a unit: its code, for units of before 1 July 2025 with the last day on which it meant that. */
const unitKey = (code: string, old: boolean): string => (old ? `${code}@${LAST_DAY_BEFORE}` : code);

/** Old province code by the name behind a level-1 agency code. */
const provinceByName: { map?: ReadonlyMap<string, string> } = {};
function oldProvinceOf(agency: string): string | undefined {
  provinceByName.map ??= new Map(listUnits('province', LAST_DAY_BEFORE).map(({ name, code }) => [name, code]));
  const name = level1Agency(keyOf(agency).slice(0, 3))?.name;
  return name === undefined ? undefined : provinceByName.map.get(name);
}

/** The province or commune of an agency for dossiers received before (`old`) or since 1 July 2025; an empty key where it is not known. */
export function placeOf(agency: string, level: 'province' | 'commune', old: boolean, area: Area, register: RegisterIndex): PlacedUnit {
  const entry = register.agency(agency);
  const registered = level === 'province' ? entry?.province : entry?.commune;
  const registeredOld = registered !== undefined && entry?.asOf !== undefined && entry.asOf < TWO_LEVEL_SINCE;
  const before = registered === undefined ? (level === 'province' ? oldProvinceOf(agency) : undefined) : registeredOld ? registered : undefined;
  const current = registered !== undefined && !registeredOld ? registered : before === undefined ? undefined : successorOf(level, before);
  // An old commune that was divided has no one successor: it stays what it was rather than being given to the first.
  const useOld = before !== undefined && ((old && area === 'as-it-was') || current === undefined);
  const code = useOld ? before : current;
  if (code === undefined) return NOWHERE;
  return { key: unitKey(code, useOld), code, name: lookupUnit(level, code, useOld ? LAST_DAY_BEFORE : TODAY)?.fullName ?? '' };
}

/** Later than every change in the list of units. */
const TODAY = '2099-12-31';

function successorOf(level: 'province' | 'commune', code: string): string | undefined {
  if (level === 'province') return provinceSuccessor(code);
  const found = resolveSuccessor(code);
  return found.ok ? found.code : undefined;
}
