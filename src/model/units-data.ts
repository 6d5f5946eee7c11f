/**
 * The unit lists as they are packed in `data/units.json` (format: data/README.md), unpacked on first use: most programs
 * never ask for a unit, and 14,000 objects should not cost them a start-up.
 */
import packed from './data/units.json' with { type: 'json' };
import { dateFromDayNumber, dayNumberFromDate } from './civil-date.ts';
import type { UnitKind } from './units.ts';

/** How much of an old unit went to a new one. All but the partial ones mean the whole of it. */
export type Extent = 'full' | 'unchanged' | 'renamed' | 'type_changed' | 'partial' | 'partial_area' | 'partial_area_all_population' | 'partial_population';
export interface Edge { from: string; to: string; extent: Extent }
export interface UnitRecord { code: string; name: string; kind: UnitKind; parent: string | undefined }
interface Amendment { kind: UnitKind; from: string; lastDayBefore: string; basis: string }
interface Link { code: string; extent: Extent }

export interface UnitData {
  provinces: ReadonlyMap<string, UnitRecord>;
  communes: ReadonlyMap<string, UnitRecord>;
  oldProvinces: ReadonlyMap<string, UnitRecord>;
  oldDistricts: ReadonlyMap<string, UnitRecord>;
  oldCommunes: ReadonlyMap<string, UnitRecord>;
  edges: readonly Edge[];
  successors: ReadonlyMap<string, readonly Link[]>;
  predecessors: ReadonlyMap<string, readonly Link[]>;
  districtSuccessors: ReadonlyMap<string, readonly Link[]>;
  provinceSuccessor: ReadonlyMap<string, string>;
  provincePredecessors: ReadonlyMap<string, readonly string[]>;
  /** by code; no code changed more than once so far */
  amendments: ReadonlyMap<string, Amendment>;
  /** old commune → how the official conversion workbook spells its name */
  otherSpellings: ReadonlyMap<string, string>;
}

const KINDS: Readonly<Record<string, UnitKind>> = {
  t: 'tinh', c: 'thanh_pho', q: 'quan', h: 'huyen', s: 'thi_xa', x: 'xa', p: 'phuong', n: 'thi_tran', d: 'dac_khu',
};
const EXTENTS: Readonly<Record<string, Extent>> = {
  '': 'full', u: 'unchanged', r: 'renamed', t: 'type_changed', p: 'partial', a: 'partial_area', A: 'partial_area_all_population', P: 'partial_population',
};

let data: UnitData | undefined;

/** The unpacked lists; built once. */
export function unitData(): UnitData {
  data ??= unpack();
  return data;
}

function unpack(): UnitData {
  const provinces = new Map<string, UnitRecord>();
  const provinceSuccessor = new Map<string, string>();
  const provincePredecessors = new Map<string, readonly string[]>();
  for (const line of packed.provinces.split('\n')) {
    const [unit = '', formedFrom = ''] = line.split(':');
    const record = readUnit(unit, 2, undefined);
    const old = formedFrom.split(',');
    provinces.set(record.code, record);
    provincePredecessors.set(record.code, old);
    for (const code of old) provinceSuccessor.set(code, record.code);
  }
  const edges = packed.edges.split('\n').flatMap((line) => {
    const [to = '', from = ''] = line.split(':');
    return from.split(',').map((item): Edge => ({ from: item.slice(0, 5), to, extent: EXTENTS[item.slice(5)] ?? 'partial' }));
  });
  const districtEdges = packed.districtEdges.split('\n').map((line): Edge => ({ from: line.slice(0, 3), to: line.slice(4), extent: 'full' }));
  return {
    provinces, provinceSuccessor, provincePredecessors, edges,
    communes: readGroups(packed.communes, 5),
    oldProvinces: new Map(packed.oldProvinces.split(';').map((unit) => [unit.slice(0, 2), readUnit(unit, 2, undefined)])),
    oldDistricts: readGroups(packed.oldDistricts, 3),
    oldCommunes: readGroups(packed.oldCommunes, 5),
    successors: links(edges, 'from', 'to'),
    predecessors: links(edges, 'to', 'from'),
    districtSuccessors: links(districtEdges, 'from', 'to'),
    amendments: new Map(packed.amendments.map(([code = '', kind = '', from = '', basis = '']) => [code, { kind: kindOf(kind), from, lastDayBefore: dayBefore(from), basis }])),
    otherSpellings: new Map(packed.otherSpellings.split('\n').map((line) => [line.slice(0, 5), line.slice(6).replace(/^(?:Xã|Phường|Thị trấn) /, '')])),
  };
}

function kindOf(letter: string): UnitKind {
  const kind = KINDS[letter];
  if (kind === undefined) throw new TypeError('unit list: unknown kind');
  return kind;
}

/** Code, one letter for the kind, name: `00004pBa Đình`. */
function readUnit(text: string, codeLength: number, parent: string | undefined): UnitRecord {
  return { code: text.slice(0, codeLength), kind: kindOf(text.charAt(codeLength)), name: text.slice(codeLength + 1), parent };
}

/** One line per parent: `01:00004pBa Đình;00008pNgọc Hà`. */
function readGroups(text: string, codeLength: number): Map<string, UnitRecord> {
  const units = new Map<string, UnitRecord>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const parent = line.slice(0, colon);
    for (const item of line.slice(colon + 1).split(';')) {
      const record = readUnit(item, codeLength, parent);
      units.set(record.code, record);
    }
  }
  return units;
}

function links(edges: readonly Edge[], by: 'from' | 'to', other: 'from' | 'to'): Map<string, Link[]> {
  const found = new Map<string, Link[]>();
  for (const edge of edges) {
    const link = { code: edge[other], extent: edge.extent };
    const list = found.get(edge[by]);
    if (list === undefined) found.set(edge[by], [link]);
    else list.push(link);
  }
  return found;
}

function dayBefore(date: string): string {
  const day = dayNumberFromDate(date);
  if (day === undefined) throw new TypeError('unit list: a change on a day that does not exist');
  return dateFromDayNumber(day - 1);
}
