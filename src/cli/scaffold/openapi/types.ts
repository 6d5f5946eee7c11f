/** TypeScript types of the components, as text. What the schemas leave open is `unknown`, so that a reader must look before use. */
import { list, node, text, type Node } from '../../../contract/json-node.ts';
import { commentText, propertyName, quoted } from '../names.ts';
import { referredName } from './schemas.ts';

const DEEPEST = 40;

/** One declaration per component, in the order of their names. */
export function typesOf(components: Readonly<Record<string, Node>>): string {
  return Object.keys(components).sort().map((name) => {
    const schema = components[name] as Node;
    const about = commentText(text(schema['description']) || text(schema['title']));
    return `${about === '' ? '' : `/** ${about} */\n`}export type ${name} = ${typeOf(schema, 0)};`;
  }).join('\n\n');
}

function typeOf(schema: Node, depth: number): string {
  if (depth > DEEPEST) return 'unknown';
  const name = referredName(schema);
  if (name !== undefined) return name;
  if ('const' in schema) return literal(schema['const']);
  const values = list(schema['enum']);
  if (values.length > 0) return values.map(literal).join(' | ');
  const parts = [own(schema, depth), ...list(schema['allOf']).map((part) => typeOf(node(part), depth))];
  for (const word of ['oneOf', 'anyOf']) {
    const branches = [...new Set(list(schema[word]).map((part) => typeOf(node(part), depth)))];
    if (branches.length > 0) parts.push(branches.includes('unknown') ? 'unknown' : branches.join(' | '));
  }
  const telling = [...new Set(parts.filter((part): part is string => part !== undefined && part !== 'unknown'))];
  return telling.length === 0 ? 'unknown' : telling.length === 1 ? (telling[0] as string) : telling.map((part) => grouped(part, part.includes(' | '))).join(' & ');
}

const grouped = (part: string, needed: boolean): string => (needed ? `(${part})` : part);

/** What the schema says by its own `type`; nothing when it says none. */
function own(schema: Node, depth: number): string | undefined {
  const types = typeof schema['type'] === 'string' ? [schema['type']] : list(schema['type']).map(String);
  if (types.length === 0) return undefined;
  return types.map((type) => {
    switch (type) {
      case 'string': case 'boolean': case 'null': return type;
      case 'number': case 'integer': return 'number';
      case 'array': {
        const item = schema['items'] === undefined ? 'unknown' : typeOf(node(schema['items']), depth + 1);
        return `${grouped(item, / [|&] /.test(item))}[]`;
      }
      default: return objectType(schema, depth);
    }
  }).filter((type, i, all) => all.indexOf(type) === i).join(' | ');
}

function objectType(schema: Node, depth: number): string {
  const required = list(schema['required']);
  const pad = '  '.repeat(depth + 1);
  const fields = Object.entries(node(schema['properties'])).map(([name, value]) => {
    const about = commentText(text(node(value)['description']));
    return `${about === '' ? '' : `${pad}/** ${about} */\n`}${pad}${propertyName(name)}${required.includes(name) ? '' : '?'}: ${typeOf(node(value), depth + 1)};`;
  });
  const more = schema['additionalProperties'];
  if (fields.length > 0) return `{\n${fields.join('\n')}\n${'  '.repeat(depth)}}`;
  return more === false ? 'Record<string, never>' : `Record<string, ${typeof more === 'object' && more !== null ? typeOf(node(more), depth + 1) : 'unknown'}>`;
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'unknown[]' : 'Record<string, unknown>';
}
