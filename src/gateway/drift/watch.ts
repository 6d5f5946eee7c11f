/** One upstream under observation: which shape belongs to which operation, and what an answer has that it should not. */
import type { Adapter } from '../../adapter/types.ts';
import { checkBehind } from '../../contract/check.ts';
import { componentBehind } from '../../contract/compile.ts';
import { isRecord } from '../../contract/is-record.ts';
import { shapesOf, shapesOfSchema } from '../../contract/shape-of.ts';
import { formOf } from '../../contract/shape-form.ts';
import { compareShape, openShape, type Deviation, type Place, type ShapeTable } from '../../contract/shape.ts';
import type { Validate } from '../../contract/validate.ts';
import { Habits, type KnownHabits } from './habits.ts';
import type { Basis } from './record.ts';

export interface Found { deviation: Deviation; basis: Basis }

/** Kinds of answer of one operation that are told apart by their outcome: a refusal has other fields than a success. */
const MOST_VARIANTS = 8;
/** Codes of one field that are listed one by one; the others are one entry together. */
const MOST_CODES = 10;

/** The answers of one operation. */
export class Watched {
  readonly #root: Place;
  readonly #outcomes: readonly Place[];
  readonly #habits = new Map<string, Habits>();
  readonly #seenCodes = new Map<string, Set<string>>();
  readonly #after: number;
  readonly #known: (variant: string) => KnownHabits | undefined;

  constructor(root: Place, after: number, known: (variant: string) => KnownHabits | undefined) {
    this.#root = root;
    this.#outcomes = [...(root.fields?.values() ?? [])].filter((place) => place.isOutcome);
    this.#after = after;
    this.#known = known;
  }

  look(body: unknown): Found[] {
    const habits = this.#habitsOf(body);
    let late: Found[] | undefined;
    const early = compareShape(body, this.#root, habits === undefined ? undefined : (place, type, value) => {
      const kind = habits.look(place, type);
      if (kind === undefined || late?.some(({ deviation }) => deviation.pointer === place.pointer && deviation.kind === kind) === true) return;
      late ??= [];
      late.push({ basis: 'habit', deviation: { kind, pointer: place.pointer, found: kind === 'missing' ? null : formOf(value) } });
    });
    if (early.length === 0) return late ?? [];
    const found = early.map((deviation): Found => ({ basis: 'schema', deviation: this.#bounded(deviation) }));
    return late === undefined ? found : [...found, ...late.filter((one) => !early.some(({ pointer }) => pointer === one.deviation.pointer))];
  }

  /** what has been learned since the last time this was asked */
  *learned(): Generator<[variant: string, known: KnownHabits]> {
    for (const [variant, habits] of this.#habits) {
      if (!habits.changed) continue;
      habits.changed = false;
      yield [variant, habits.known()];
    }
  }

  #habitsOf(body: unknown): Habits | undefined {
    let variant = '';
    if (isRecord(body)) for (const { name, codes } of this.#outcomes) {
      const code = String(body[name] ?? '');
      variant += codes?.has(code) === true ? `${code};` : '?;';
    }
    let habits = this.#habits.get(variant);
    if (habits === undefined && this.#habits.size < MOST_VARIANTS) this.#habits.set(variant, (habits = new Habits(this.#after, this.#known(variant))));
    return habits;
  }

  #bounded(deviation: Deviation): Deviation {
    const { kind, pointer, found, code } = deviation;
    if (kind !== 'unseen-code' || code === undefined) return deviation;
    const seen = this.#seenCodes.get(pointer) ?? new Set();
    this.#seenCodes.set(pointer, seen);
    if (seen.has(code)) return deviation;
    if (seen.size >= MOST_CODES) return { kind, pointer, found };
    seen.add(code);
    return deviation;
  }
}

export interface ShapeFinder {
  /** the shape behind a validator; undefined when nothing is pinned for it */
  rootOf(validate: Validate<unknown>): Place | undefined;
}

/** Loads the pinned shapes of an adapter. One that has none can still be observed where it compiles its schemas at run time. */
export async function findShapes(adapter: Pick<Adapter, 'shapes'>): Promise<ShapeFinder> {
  const pinned = await adapter.shapes?.();
  const names = new Map(Object.entries(pinned?.checks ?? {}).map(([name, check]) => [check, name]));
  const documents = new Map<unknown, ShapeTable>();
  return {
    rootOf(validate) {
      const component = componentBehind(validate);
      if (component !== undefined) {
        const { document, name } = component;
        let table = documents.get(document);
        if (table === undefined) documents.set(document, (table = componentsOf(document)));
        return Object.hasOwn(table, name) ? openShape(table, { ref: name }) : undefined;
      }
      const check = checkBehind(validate);
      if (check === undefined) return undefined;
      const name = names.get(check);
      const shape = name === undefined || pinned === undefined || !Object.hasOwn(pinned.shapes, name) ? undefined : pinned.shapes[name];
      if (shape !== undefined && pinned !== undefined) return openShape(pinned.shapes, shape);
      if (!isRecord(check.schema)) return undefined;
      const { table, root } = shapesOfSchema(check.schema);
      return openShape(table, root);
    },
  };
}

function componentsOf(document: Readonly<Record<string, unknown>>): ShapeTable {
  const components = isRecord(document['components']) ? document['components'] : {};
  return shapesOf(isRecord(components['schemas']) ? components['schemas'] : {}, '#/components/schemas/');
}
