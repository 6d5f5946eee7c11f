/**
 * The pinned shape of what an upstream answers, and how an answer differs from it. A shape knows less than a schema (no lengths, no
 * patterns) and finds what a tolerant schema lets pass: a new field, one that is gone, another type, a code that nobody has seen.
 * Pure, and total over anything that `JSON.parse` gives.
 */
import { childPointer } from './pointer.ts';
import { formOf, shownCode, shownName, typeOf, type Form, type JsonType } from './shape-form.ts';

/** As it stands in a generated file: made of a schema by `shapesOf`. Nothing said: anything goes, and nothing below is looked at. */
export interface Shape {
  /** another shape of the same table; what stands beside it says more */
  ref?: string;
  types?: readonly JsonType[];
  /** names that are not here are news; without this nothing inside an object is looked at */
  fields?: Readonly<Record<string, Shape>>;
  required?: readonly string[];
  /** an object is a map: any name is as good as another */
  map?: boolean;
  items?: Shape;
  /** the codes that are known */
  codes?: readonly string[];
  /** says what became of the call: a refusal has other fields than a success */
  outcome?: boolean;
  /** of a person, or a secret: no code of it is ever shown */
  personal?: boolean;
}
export type ShapeTable = Readonly<Record<string, Shape>>;

export const DEVIATION_KINDS = ['new', 'missing', 'retyped', 'unseen-code'] as const;
export type DeviationKind = (typeof DEVIATION_KINDS)[number];

export interface Deviation {
  kind: DeviationKind;
  /** `/result/[]/MaHoSo`: `[]` is any item of a list, `*` a name that is not shown */
  pointer: string;
  /** what was found, masked; null where something is missing */
  found: Form | null;
  /** the code itself, where it may be shown */
  code?: string;
}

/** Looked at, at most: what is beyond comes again in another answer. */
export const SHAPE_BOUNDS = { depth: 12, items: 20, names: 500, deviations: 50 } as const;

const BITS: Readonly<Record<JsonType, number>> = { string: 1, integer: 2, number: 4, boolean: 8, null: 16, object: 32, array: 64 };
const NUMBERS = BITS.integer | BITS.number;

/** One place in the answers of one kind. The tree grows where answers have something, so that shapes may contain themselves. */
export class Place {
  readonly pointer: string;
  readonly name: string;
  readonly isRequired: boolean;
  readonly personal: boolean;
  readonly isMap: boolean;
  readonly codes: ReadonlySet<string> | undefined;
  readonly isOutcome: boolean;
  /** of the JSON types that it may have, 0 for any */
  readonly types: number;
  readonly #table: ShapeTable;
  readonly #shape: Shape;
  #fields: ReadonlyMap<string, Place> | null | undefined;
  #items: Place | null | undefined;

  constructor(table: ShapeTable, shape: Shape, pointer: string, name: string, from: { required: boolean; personal: boolean }) {
    const own = resolve(table, shape);
    this.pointer = pointer;
    this.name = name;
    this.isRequired = from.required;
    // A mark on an outer field covers everything inside it.
    this.personal = from.personal || own.personal === true;
    this.isMap = own.map === true;
    this.codes = own.codes === undefined ? undefined : new Set(own.codes);
    this.isOutcome = own.outcome === true;
    this.types = (own.types ?? []).reduce((bits, type) => bits | (type === 'number' ? NUMBERS : BITS[type]), 0);
    this.#table = table;
    this.#shape = own;
  }

  /** undefined: nothing is known of what an object holds here */
  get fields(): ReadonlyMap<string, Place> | undefined {
    if (this.#fields === undefined) {
      const { fields, required = [] } = this.#shape;
      this.#fields = fields === undefined ? null : new Map(Object.entries(fields).map(([name, shape]) =>
        [name, new Place(this.#table, shape, childPointer(this.pointer, name), name, { required: required.includes(name), personal: this.personal })]));
    }
    return this.#fields ?? undefined;
  }

  get items(): Place | undefined {
    if (this.#items === undefined) this.#items = this.#shape.items === undefined ? null : new Place(this.#table, this.#shape.items, `${this.pointer}/[]`, '', { required: false, personal: this.personal });
    return this.#items ?? undefined;
  }
}

/** What a reference means, with what stands beside it. */
function resolve(table: ShapeTable, shape: Shape): Shape {
  let at = shape;
  for (let hops = 0; at.ref !== undefined && hops < 20; hops += 1) {
    const { ref, ...own } = at;
    at = { ...(Object.hasOwn(table, ref) ? table[ref] : {}), ...own };
  }
  return at;
}

/** The root of the answers that one shape of a table describes. */
export const openShape = (table: ShapeTable, shape: Shape): Place => new Place(table, shape, '', '', { required: false, personal: false });

/** Told of every known field of every object that is looked at; `type` is undefined where it is absent. A required one that is absent is a deviation instead. */
export type Seen = (place: Place, type: JsonType | undefined, value: unknown) => void;

/**
 * How a value differs from its shape; each kind of difference once for each place, whatever number of items shows it.
 * @param value parsed JSON
 */
export function compareShape(value: unknown, root: Place, seen?: Seen): Deviation[] {
  let found: Map<string, Deviation> | undefined;

  const add = (kind: DeviationKind, pointer: string, form: Form | null, code?: string): void => {
    found ??= new Map();
    if (found.size >= SHAPE_BOUNDS.deviations) return;
    found.set(`${kind} ${pointer} ${form?.type ?? ''} ${code ?? ''}`, { kind, pointer, found: form, ...(code === undefined ? {} : { code }) });
  };

  function visit(at: unknown, place: Place, type: JsonType, depth: number): void {
    if (place.types !== 0 && (place.types & BITS[type]) === 0) return add('retyped', place.pointer, formOf(at));
    if (type === 'object') {
      if (depth < SHAPE_BOUNDS.depth) visitObject(at as Readonly<Record<string, unknown>>, place, depth);
    } else if (type === 'array') {
      const items = place.items;
      if (items === undefined || depth >= SHAPE_BOUNDS.depth) return;
      const list = at as readonly unknown[];
      for (let i = 0; i < list.length && i < SHAPE_BOUNDS.items; i += 1) visit(list[i], items, typeOf(list[i]), depth + 1);
    } else if (place.codes !== undefined && type !== 'null' && at !== '') {
      const code = String(at);
      if (!place.codes.has(code)) add('unseen-code', place.pointer, formOf(at), place.personal ? undefined : shownCode(code, place.codes));
    }
  }

  function visitObject(at: Readonly<Record<string, unknown>>, place: Place, depth: number): void {
    const fields = place.fields;
    if (fields === undefined) return;
    let known = 0;
    for (const field of fields.values()) {
      if (Object.hasOwn(at, field.name)) {
        known += 1;
        const below = at[field.name];
        const type = typeOf(below);
        seen?.(field, type, below);
        visit(below, field, type, depth + 1);
      } else if (field.isRequired) add('missing', field.pointer, null);
      else seen?.(field, undefined, undefined);
    }
    if (place.isMap) return;
    let names = 0;
    for (const name in at) {
      if (names === known + SHAPE_BOUNDS.names) return;
      names += 1;
      if (!fields.has(name)) add('new', childPointer(place.pointer, shownName(name)), formOf(at[name]));
    }
  }

  visit(value, root, typeOf(value), 0);
  return found === undefined ? [] : [...found.values()];
}
