/**
 * Administrative units by date (rules §1, law 8). On 01/07/2025 Viet Nam went from 63 provinces, 696 districts and 10,035
 * communes to 34 provinces and 3,321 communes without districts. Of the new commune codes 3,316 had existed before and 2,175
 * of them named something else, so a code without a date means nothing: every question here asks for the day.
 */
import { isDate } from './civil-date.ts';
import { refuse, type Refusal } from './result.ts';
import { comparisonKey, searchKey } from './text.ts';
import { unitData, type Edge, type Extent, type UnitRecord } from './units-data.ts';

export type { Extent } from './units-data.ts';

/** First day of the two-level administration (202/2025/QH15, 19/2025/QĐ-TTg). */
export const TWO_LEVEL_SINCE = '2025-07-01';

export type UnitLevel = 'province' | 'district' | 'commune';
/** Kinds as in the national catalogue; `thanh_pho` is a centrally run city at province level and a town at district level. */
export type UnitKind = 'tinh' | 'thanh_pho' | 'quan' | 'huyen' | 'thi_xa' | 'xa' | 'phuong' | 'thi_tran' | 'dac_khu';

export interface Unit {
  level: UnitLevel;
  code: string;
  name: string;
  kind: UnitKind;
  /** `Phường Mỹ Tho` */
  fullName: string;
  /** of districts and communes */
  provinceCode?: string;
  /** of communes before 01/07/2025 */
  districtCode?: string;
  /** first day on which code, name and kind hold together; absent when it lies before our list */
  from?: string;
  /** last day, absent while it still holds */
  until?: string;
}

const KIND_NAME: Readonly<Record<UnitKind, string>> = {
  tinh: 'Tỉnh', thanh_pho: 'Thành phố', quan: 'Quận', huyen: 'Huyện', thi_xa: 'Thị xã', xa: 'Xã', phuong: 'Phường', thi_tran: 'Thị trấn', dac_khu: 'Đặc khu',
};

/**
 * The unit that a code names on a Vietnamese day (`YYYY-MM-DD`); `undefined` when the code names none on that day.
 * Before 01/07/2025 the answer is that of the last list of the three-level administration; units that had been merged
 * away earlier are not in it. Codes are text with leading zeros (`00004`).
 */
export function lookupUnit(level: UnitLevel, code: string, date: string): Unit | undefined {
  const record = tableOn(level, date)?.get(code);
  return record === undefined ? undefined : toUnit(level, record, date);
}

/** `lookupUnit` for provinces. */
export function lookupProvince(code: string, date: string): Unit | undefined {
  return lookupUnit('province', code, date);
}

/** `lookupUnit` for communes. */
export function lookupCommune(code: string, date: string): Unit | undefined {
  return lookupUnit('commune', code, date);
}

/** All units of a level on a day, by code; there are no districts since 01/07/2025. */
export function listUnits(level: UnitLevel, date: string): Unit[] {
  return [...(tableOn(level, date)?.values() ?? [])].map((record) => toUnit(level, record, date));
}

function tableOn(level: UnitLevel, date: string): ReadonlyMap<string, UnitRecord> | undefined {
  if (!isDate(date)) return undefined;
  const data = unitData();
  const old = date < TWO_LEVEL_SINCE;
  if (level === 'province') return old ? data.oldProvinces : data.provinces;
  if (level === 'commune') return old ? data.oldCommunes : data.communes;
  return old ? data.oldDistricts : undefined;
}

function toUnit(level: UnitLevel, record: UnitRecord, date: string): Unit {
  const data = unitData();
  const old = date < TWO_LEVEL_SINCE;
  const districtCode = level === 'commune' && old ? record.parent : undefined;
  const provinceCode = districtCode === undefined ? record.parent : data.oldDistricts.get(districtCode)?.parent;
  let kind = record.kind;
  let from: string | undefined = old ? undefined : TWO_LEVEL_SINCE;
  let until: string | undefined = old ? '2025-06-30' : undefined;
  const change = old || level === 'district' ? undefined : data.amendments.get(record.code);
  if (change !== undefined && date >= change.from) {
    kind = change.kind;
    from = change.from;
  } else if (change !== undefined) {
    until = change.lastDayBefore;
  }
  return {
    level, code: record.code, name: record.name, kind, fullName: `${KIND_NAME[kind]} ${record.name}`,
    ...(provinceCode === undefined ? {} : { provinceCode }),
    ...(districtCode === undefined ? {} : { districtCode }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

export interface Successor { code: string; extent: Extent }

/**
 * The communes of 01/07/2025 that took over an old commune, with how much of it each took; empty for an unknown code.
 * When there are several, an address or a person must decide.
 */
export function successorsOf(oldCommune: string): readonly Successor[] {
  return unitData().successors.get(oldCommune) ?? [];
}

/** The old communes that a commune of 01/07/2025 was made from, with how much of each. */
export function predecessorsOf(newCommune: string): readonly Successor[] {
  return unitData().predecessors.get(newCommune) ?? [];
}

/** The communes of 01/07/2025 that took over a district which had no communes of its own (five islands, one coast). */
export function successorsOfDistrict(oldDistrict: string): readonly Successor[] {
  return unitData().districtSuccessors.get(oldDistrict) ?? [];
}

export interface ResolvedSuccessor {
  ok: true;
  code: string;
  /** `only`: all of it went there · `all-population`: part of the land went elsewhere, all people here */
  basis: 'only' | 'all-population';
}
export interface AmbiguousSuccessor extends Refusal { candidates: readonly Successor[] }

/**
 * The one commune of today for an old commune, where there is one for every resident: 9,653 of 10,035.
 * @returns the code, or `LT-MODEL-UNIT-AMBIGUOUS` with all candidates (382 communes; never choose the first), or
 *   `LT-MODEL-UNIT-UNKNOWN`
 */
export function resolveSuccessor(oldCommune: string): ResolvedSuccessor | Refusal | AmbiguousSuccessor {
  const candidates = successorsOf(oldCommune);
  const [first] = candidates;
  if (first === undefined) return refuse('LT-MODEL-UNIT-UNKNOWN', 'mã xã cũ không có trong danh mục', 'the old commune code is not in the list');
  if (candidates.every(({ code }) => code === first.code)) return { ok: true, code: first.code, basis: 'only' };
  const peopled = candidates.filter(({ extent }) => extent === 'partial_area_all_population');
  const [home] = peopled;
  if (home !== undefined && peopled.length === 1) return { ok: true, code: home.code, basis: 'all-population' };
  const refusal = refuse('LT-MODEL-UNIT-AMBIGUOUS', `xã cũ được chia cho ${candidates.length} đơn vị mới, cần địa chỉ cụ thể`, `the old commune was divided among ${candidates.length} new ones; an address is needed`);
  return { ...refusal, candidates };
}

/** The province of today that an old province belongs to: 87 (Đồng Tháp) → 82. `undefined` for an unknown code. */
export function provinceSuccessor(oldProvince: string): string | undefined {
  return unitData().provinceSuccessor.get(oldProvince);
}

/** The old provinces that a province of today was made from: 92 → 92, 93, 94. */
export function provincePredecessors(province: string): readonly string[] {
  return unitData().provincePredecessors.get(province) ?? [];
}

export interface CommuneMatches {
  /** same name, accents included */
  exact: Unit[];
  /** same only without accents: a suggestion, never a decision (phường Mỹ Tho, xã Mỹ Thọ) */
  similar: Unit[];
}

/**
 * Communes of a day by name. 246 names repeat in the country, and some inside a province under another kind.
 * @param name with or without its kind (`Phường Mỹ Tho`, `Mỹ Tho`); a kind in front narrows the search
 * @param options.provinceCode narrows the search to a province of that day
 */
export function findCommunes(name: string, date: string, options: { provinceCode?: string } = {}): CommuneMatches {
  const matches: CommuneMatches = { exact: [], similar: [] };
  if (!isDate(date)) return matches;
  const key = comparisonKey(name);
  const kind = COMMUNE_KINDS.find((each) => key.startsWith(`${comparisonKey(KIND_NAME[each])} `));
  const wanted = kind === undefined ? key : key.slice(comparisonKey(KIND_NAME[kind]).length + 1);
  for (const { record, names } of nameIndex(date < TWO_LEVEL_SINCE).get(searchKey(wanted)) ?? []) {
    const unit = toUnit('commune', record, date);
    if ((kind !== undefined && unit.kind !== kind) || (options.provinceCode !== undefined && unit.provinceCode !== options.provinceCode)) continue;
    matches[names.includes(wanted) ? 'exact' : 'similar'].push(unit);
  }
  return matches;
}

const COMMUNE_KINDS = ['phuong', 'xa', 'thi_tran', 'dac_khu'] as const;
interface Named { record: UnitRecord; /** comparison keys of every accepted spelling */ names: string[] }
const indexes: { old?: Map<string, Named[]>; current?: Map<string, Named[]> } = {};

/** Communes by accent-free name; built once per list, on the first search. */
function nameIndex(old: boolean): ReadonlyMap<string, readonly Named[]> {
  const era = old ? 'old' : 'current';
  return (indexes[era] ??= buildNameIndex(old));
}

function buildNameIndex(old: boolean): Map<string, Named[]> {
  const { oldCommunes, communes, otherSpellings } = unitData();
  const index = new Map<string, Named[]>();
  for (const record of (old ? oldCommunes : communes).values()) {
    const other = old ? otherSpellings.get(record.code) : undefined;
    const spellings = other === undefined ? [record.name] : [record.name, other];
    const named = { record, names: spellings.map(comparisonKey) };
    for (const key of new Set(spellings.map(searchKey))) {
      const list = index.get(key);
      if (list === undefined) index.set(key, [named]);
      else list.push(named);
    }
  }
  return index;
}

/** Every edge old commune → new commune, for checks and exports. */
export function communeEdges(): readonly Edge[] {
  return unitData().edges;
}
