/**
 * Field names of calls to us come in any case (fact sheet 1.7): they are brought to the case that schemas/upstream/vbdlis.openapi.yaml declares.
 * The table is made of the shapes that are generated from that document.
 */
import { isRecord } from '../../src/contract/is-record.ts';
import type { Shape } from '../../src/contract/shape.ts';
import { shapes } from './generated/shapes.js';

/** What the document leaves open: one parcel in I6, a list in O1. */
const PARCEL: Shape = { types: ['object', 'array', 'null'], fields: { SoThuTuThua: {}, SoHieuBanDo: {}, DienTich: {}, DiaChiChiTiet: {} } };
const OPEN: Readonly<Record<string, Shape>> = { ThongTinThuaDat: { ...PARCEL, items: PARCEL } };
const MOST_DEEP = 16;

/** lower case → as declared, with what is below */
type Names = ReadonlyMap<string, readonly [name: string, shape: Shape]>;
const tables = new WeakMap<Shape, Names>();

function namesOf(shape: Shape): Names {
  let names = tables.get(shape);
  if (names === undefined) {
    names = new Map(Object.entries(shape.fields ?? {}).map(([name, below]) => [name.toLowerCase(), [name, OPEN[name] ?? below]]));
    tables.set(shape, names);
  }
  return names;
}

/**
 * @param component name in the document, `ChuyenHoSoRequest` for example
 * @param body parsed JSON of any kind; it is not changed
 * @returns the same with declared names. Names that are not declared stay as they came; of two that differ by their case only, the one in
 *   the declared case counts, else the first
 */
export function inDeclaredCase(component: string, body: unknown): unknown {
  return renamed(shapes[component] ?? {}, body, MOST_DEEP);
}

function renamed(given: Shape, value: unknown, depth: number): unknown {
  const shape = given.ref === undefined ? given : (shapes[given.ref] ?? given);
  if (depth === 0) return value;
  if (Array.isArray(value)) return shape.items === undefined ? value : value.map((item) => renamed(shape.items ?? {}, item, depth - 1));
  if (!isRecord(value) || shape.fields === undefined) return value;
  const names = namesOf(shape);
  const out = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const [declared, below] = names.get(name.toLowerCase()) ?? [name, undefined];
    if (out.has(declared) && name !== declared) continue;
    out.set(declared, below === undefined ? item : renamed(below, item, depth - 1));
  }
  return Object.fromEntries(out);
}
