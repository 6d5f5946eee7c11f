/**
 * A value for every schema, so that a new adapter has something to send and its simulator something to answer. What the document
 * itself gives as an example is taken where it fits; the rest is invented, the same every time.
 */
import { checksWithin } from '../../../contract/compile.ts';
import { issuesOf } from '../../../contract/check.ts';
import type { Issue } from '../../../contract/errors/types.ts';
import { list, node, text, type Node } from '../../../contract/json-node.ts';
import { referredName, referenceTo } from './schemas.ts';
import { textFor } from './pattern.ts';

const DEEPEST = 12;
/** Values in one example: schemas that name one another can ask for any number of them. */
const MOST_VALUES = 5_000;
/** Below this only what is required is filled in. */
const FULL_DEPTH = 8;
/** How much of a schema is filled in: everything, what is required, or that without the document's own examples. */
type Fill = 'all' | 'required' | 'invented';
interface Run { fill: Fill; components: Readonly<Record<string, Node>>; left: number }

export interface Examples {
  /** the example of a component, and what is wrong with it; no issues: it is valid */
  of(name: string): { value: unknown; issues: Issue[] };
  /** why a component cannot be compiled at all */
  broken(name: string): string | undefined;
}

export function examplesOf(components: Readonly<Record<string, Node>>): Examples {
  const checkAt = checksWithin({ components: { schemas: components } });
  const pointer = (name: string): string => `#/components/schemas/${name}`;
  const issuesAt = (name: string, value: unknown): Issue[] => {
    const check = checkAt(pointer(name));
    return check(value) ? [] : issuesOf(check.errors ?? [], { max: 5 });
  };
  return {
    broken(name) {
      try {
        checkAt(pointer(name));
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    of(name) {
      let best: { value: unknown; issues: Issue[] } | undefined;
      for (const fill of ['all', 'required', 'invented'] as const) {
        const value = said(exampleOf(referenceTo(name), { fill, components, left: MOST_VALUES }, new Map(), 0));
        const issues = issuesAt(name, value);
        if (issues.length === 0) return { value, issues };
        if (best === undefined || issues.length < best.issues.length) best = { value, issues };
      }
      return best as { value: unknown; issues: Issue[] };
    },
  };
}

function exampleOf(schema: Node, run: Run, open: ReadonlyMap<string, number>, depth: number): unknown {
  const { fill, components } = run;
  const inside = (part: unknown, more = open): unknown => exampleOf(node(part), run, more, depth + 1);
  run.left -= 1;
  if (depth > DEEPEST || run.left < 0) return null;
  const name = referredName(schema);
  if (name !== undefined) return inside(components[name], new Map([...open, [name, (open.get(name) ?? 0) + 1]]));
  if ('const' in schema) return schema['const'];
  if (fill !== 'invented') {
    const given = schema['example'] !== undefined ? schema['example'] : list(schema['examples'])[0];
    if (given !== undefined) return given;
    if (schema['default'] !== undefined && schema['default'] !== null) return schema['default'];
  }
  const values = list(schema['enum']);
  if (values.length > 0) return values[0];
  const [branch] = list(schema['oneOf']).concat(list(schema['anyOf']));
  const parts = [...(branch === undefined ? [] : [branch]), ...list(schema['allOf'])].map((part) => inside(part));
  const own = ownExample(schema, run, open, depth, inside);
  const all = own === undefined ? parts : [...parts, own];
  const objects = all.filter((part): part is Node => typeof part === 'object' && part !== null && !Array.isArray(part));
  return objects.length > 0 ? merged(objects) : all.length > 0 ? all.at(-1) : UNSAID;
}

/** Stands where a schema says nothing at all: a part of an `allOf` that only requires a field must not overrule the one that describes it. */
const UNSAID = Symbol('unsaid');

function merged(objects: readonly Node[]): Node {
  const all: Node = {};
  for (const object of objects) for (const [name, value] of Object.entries(object)) if (value !== UNSAID || !Object.hasOwn(all, name)) all[name] = value;
  return all;
}

/** What nobody described may be anything. */
function said(value: unknown): unknown {
  if (value === UNSAID) return 'x';
  if (Array.isArray(value)) return value.map(said);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, said(item)])) : value;
}

function ownExample(schema: Node, { fill, components }: Run, open: ReadonlyMap<string, number>, depth: number, inside: (part: unknown) => unknown): unknown {
  const type = typeof schema['type'] === 'string' ? schema['type'] : list(schema['type']).find((one) => one !== 'null');
  const size = (word: string, otherwise: number): number => (typeof schema[word] === 'number' ? (schema[word] as number) : otherwise);
  switch (type) {
    case 'string': return textExample(schema, size('minLength', 0), size('maxLength', 200));
    case 'integer': case 'number': return numberExample(schema, type === 'integer');
    case 'boolean': return true;
    case 'null': return null;
    case 'array': {
      const item = node(schema['items']);
      const wanted = leadsBack(item, components, open) && fill !== 'all' ? size('minItems', 0) : Math.max(size('minItems', 0), leadsBack(item, components, open) ? 0 : Math.min(1, size('maxItems', 1)));
      return Array.from({ length: Math.min(wanted, 20) }, (_, n) => differing(inside(schema['items'] ?? {}), schema['uniqueItems'] === true ? n : 0));
    }
    case 'object': {
      const required = list(schema['required']);
      // A field that leads back into a schema that is being filled already is left out where it may be.
      return Object.fromEntries(Object.entries(node(schema['properties']))
        .filter(([name, value]) => required.includes(name) || (fill === 'all' && depth < FULL_DEPTH && !leadsBack(node(value), components, open)))
        .map(([name, value]) => [name, inside(value)]));
    }
    default: return undefined;
  }
}

function leadsBack(schema: Node, components: Readonly<Record<string, Node>>, open: ReadonlyMap<string, number>): boolean {
  const seen = new Set<string>();
  const walk = (part: unknown, depth: number): boolean => {
    const name = referredName(part);
    if (name !== undefined) {
      if (open.has(name)) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      return walk(components[name], depth + 1);
    }
    if (depth > DEEPEST) return false;
    const { items, allOf, anyOf, oneOf } = node(part);
    return [items, ...list(allOf), ...list(anyOf), ...list(oneOf)].some((one) => one !== undefined && walk(one, depth + 1));
  };
  return walk(schema, 0);
}

const FORMAT_EXAMPLES: Readonly<Record<string, string>> = {
  'date-time': '2026-01-05T08:30:00+07:00', instant: '2026-01-05T01:30:00Z', date: '2026-01-05', 'partial-date': '2026', 'http-url': 'https://example.vn/1',
  uuid: '00000000-0000-4000-8000-000000000001', email: 'mau@example.vn', uri: 'https://example.vn/1', 'uri-reference': '/1', time: '08:30:00', ipv4: '192.0.2.1', hostname: 'example.vn', byte: 'bWF1', binary: 'bWF1',
};

function textExample(schema: Node, least: number, most: number): string {
  const pattern = text(schema['pattern']);
  if (pattern !== '' && !(new RegExp(pattern).test('mau') && least <= 3 && most >= 3)) return textFor(pattern, least) ?? 'x';
  const known = FORMAT_EXAMPLES[text(schema['format']) || text(schema['x-format'])];
  return known ?? 'mau'.slice(0, most).padEnd(Math.min(least, 10_000), 'x');
}

function numberExample(schema: Node, whole: boolean): number {
  const number = (word: string): number | undefined => (typeof schema[word] === 'number' ? (schema[word] as number) : undefined);
  const step = number('multipleOf') ?? (whole ? 1 : 0.5);
  const low = number('minimum') ?? (number('exclusiveMinimum') === undefined ? undefined : (number('exclusiveMinimum') as number) + step);
  const high = number('maximum') ?? (number('exclusiveMaximum') === undefined ? undefined : (number('exclusiveMaximum') as number) - step);
  const near = Math.min(Math.max(1, low ?? 1), high ?? Number.POSITIVE_INFINITY);
  const fitted = Math.ceil(near / step) * step;
  return high !== undefined && fitted > high ? Math.floor(high / step) * step : fitted;
}

/** The n-th of several that must not be equal. */
function differing(value: unknown, n: number): unknown {
  if (n === 0) return value;
  if (typeof value === 'string') return `${value}${n}`;
  return typeof value === 'number' ? value + n : value;
}
