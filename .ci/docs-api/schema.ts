/** A JSON Schema as tables: its fields with type, rules and marks, its codes with their meanings, its examples. */
import { node as json, list, text, type Node as Json } from '../../src/contract/json-node.ts';
import { escapeMarkup } from '../../src/contract/markup.ts';
import { anchor, described, label } from './html.ts';

const REF = /^#\/(?:components\/schemas|\$defs)\/([^/]+)$/;
const BOUNDS = ['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'multipleOf', 'uniqueItems', 'format', 'contentMediaType', 'contentEncoding'];
const MOST_EXAMPLE = 6_000;
const MOST_DEPTH = 12;

const nameOf = (ref: unknown): string | undefined => (ref === '#' ? 'root' : REF.exec(text(ref))?.[1]);
const linkTo = (ref: string): string => {
  const name = nameOf(ref);
  return name === undefined ? `<code>${escapeMarkup(ref)}</code>` : `<a href="#${anchor('schema', name)}">${escapeMarkup(name)}</a>`;
};
/** What a reference points at, for the words that a field leaves to its type. */
export type Lookup = (ref: string) => Json;
const value = (v: unknown): string => `<code>${escapeMarkup(JSON.stringify(v))}</code>`;

/** In one line: `list of HoSo2023`, `string or null`. */
export function typeOf(schema: unknown): string {
  if (schema === true) return label('bất kỳ', 'anything');
  if (schema === false) return label('không gì cả', 'nothing');
  const node = json(schema);
  if (typeof node['$ref'] === 'string') return linkTo(node['$ref']);
  for (const [word, vi, en] of [['oneOf', 'một trong', 'one of'], ['anyOf', 'bất kỳ', 'any of'], ['allOf', 'tất cả', 'all of']] as const) {
    if (Array.isArray(node[word])) return `${label(vi, en)}: ${list(node[word]).map(typeOf).join(', ')}`;
  }
  if ('const' in node) return value(node['const']);
  const types = typeof node['type'] === 'string' ? [node['type']] : list(node['type']).map(String);
  if (types.includes('array') || (types.length === 0 && 'items' in node)) {
    const inner = node['items'] === undefined || Object.keys(json(node['items'])).length === 0 ? '' : ` [ ${typeOf(node['items'])} ]`;
    return `${escapeMarkup(types.length === 0 ? 'array' : types.join(' | '))}${inner}`;
  }
  return types.length === 0 ? label('bất kỳ', 'anything') : escapeMarkup(types.join(' | '));
}

export function rules(node: Json): string {
  const out: string[] = [];
  if (Array.isArray(node['enum'])) out.push(list(node['enum']).map(value).join(' '));
  if (typeof node['pattern'] === 'string') out.push(`<code>/${escapeMarkup(node['pattern'])}/</code>`);
  for (const word of BOUNDS) if (node[word] !== undefined) out.push(`${word} ${escapeMarkup(String(node[word]))}`);
  if (node['default'] !== undefined) out.push(`${label('mặc định', 'default')} ${value(node['default'])}`);
  if (node['additionalProperties'] === false) out.push(label('không nhận trường lạ', 'no other fields'));
  return out.length === 0 ? '' : `<div class="rule">${out.join(' · ')}</div>`;
}

function marks(node: Json): string {
  const out: string[] = [];
  const mark = (content: string, warn = false): void => void out.push(`<span class="mark${warn ? ' warn' : ''}">${content}</span>`);
  if (node['x-secret'] === true || node['writeOnly'] === true) mark(label('bí mật', 'secret'), true);
  if (typeof node['x-sensitive'] === 'string') mark(`${label('dữ liệu cá nhân', 'personal')} (${escapeMarkup(node['x-sensitive'])})`, true);
  if (node['deprecated'] === true) mark(label('sắp bỏ', 'deprecated'), true);
  if (node['x-direction'] === 'outbound') mark(label('ta gửi đi', 'what we send'));
  if (node['x-direction'] === 'inbound') mark(label('ta nhận về', 'what we receive'));
  if (typeof node['x-profile'] === 'string') mark(escapeMarkup(node['x-profile']));
  if (node['x-row'] !== undefined) mark(`${label('dòng', 'row')} ${escapeMarkup(String(node['x-row']))}`);
  if (typeof node['x-code-table'] === 'string') mark(`${label('bảng mã', 'codes')}: ${linkTo(`#/components/schemas/${node['x-code-table']}`)}`);
  if (typeof node['x-confidence'] === 'string') mark(`${label('độ tin cậy', 'confidence')} ${escapeMarkup(node['x-confidence'])}`);
  const source = text(node['x-source']);
  const question = text(node['x-open-question']);
  return `${out.join('')}${source === '' ? '' : `<div class="rule">${label('nguồn', 'source')}: ${escapeMarkup(source)}</div>`}${question === '' ? '' : `<div class="rule warn">${label('chưa rõ', 'open question')}: ${escapeMarkup(question)}</div>`}`;
}

function codes(node: Json): string {
  const meanings = Object.entries(json(node['x-meaning']));
  if (meanings.length === 0) return '';
  const rows = meanings.map(([code, meaning]) => `<tr><td><code>${escapeMarkup(code)}</code></td><td>${escapeMarkup(text(json(meaning)['vi']))}</td><td>${escapeMarkup(text(json(meaning)['en']))}</td></tr>`);
  return `<table><tr><th>${label('mã', 'code')}</th><th>Tiếng Việt</th><th>English</th></tr>${rows.join('')}</table>`;
}

/** Inline objects and lists of them are told below their field, as `data[].MaHoSo`. */
function fieldRows(lookup: Lookup, schema: unknown, prefix: string, depth = 0): string[] {
  const node = json(schema);
  const required = new Set(list(node['required']));
  const rows: string[] = [];
  for (const [name, field] of Object.entries(json(node['properties']))) {
    const inner = json(field);
    const ref = text(inner['$ref']);
    const told = described(inner) || (ref === '' ? '' : described(lookup(ref)));
    const must = required.has(name) ? ` <span class="mark">${label('bắt buộc', 'required')}</span>` : '';
    rows.push(`<tr><td><code>${escapeMarkup(prefix)}${escapeMarkup(name)}</code>${must}</td><td>${typeOf(field)}${rules(inner)}${codes(inner)}</td><td>${told}${marks(inner)}</td></tr>`);
    if (depth < MOST_DEPTH && ref === '') rows.push(...inside(lookup, inner, `${prefix}${name}`, depth + 1));
  }
  return rows;
}
function inside(lookup: Lookup, node: Json, path: string, depth: number): string[] {
  const below = (schema: unknown, at: string): string[] => {
    const inner = json(schema);
    return depth >= MOST_DEPTH || typeof inner['$ref'] === 'string' || Object.keys(inner).length === 0 ? [] : inside(lookup, inner, at, depth + 1);
  };
  return [
    ...fieldRows(lookup, node, path === '' ? '' : `${path}.`, depth),
    ...below(node['items'], `${path}[]`),
    ...below(node['additionalProperties'], `${path}.*`),
    ...['oneOf', 'anyOf', 'allOf'].flatMap((word) => list(node[word]).flatMap((variant) => below(variant, path))),
  ];
}

/** The fields of a schema as a table, '' when it has none. */
export function fieldTable(schema: unknown, lookup: Lookup): string {
  const rows = typeof json(schema)['$ref'] === 'string' ? [] : inside(lookup, json(schema), '', 0);
  return rows.length === 0 ? '' : `<table><tr><th>${label('trường', 'field')}</th><th>${label('kiểu', 'type')}</th><th>${label('mô tả', 'description')}</th></tr>${rows.join('')}</table>`;
}

function examples(node: Json): string {
  return list(node['examples']).map((example) => {
    const shown = JSON.stringify(example, null, 2);
    return `<details><summary>${label('ví dụ', 'example')}</summary><pre>${escapeMarkup(shown.length > MOST_EXAMPLE ? `${shown.slice(0, MOST_EXAMPLE)}\n…` : shown)}</pre></details>`;
  }).join('');
}

/**
 * One named schema with everything that is known of it.
 * @param shown its name for readers, where that is another one
 */
export function schemaSection(name: string, schema: unknown, lookup: Lookup, shown = name): string {
  const node = json(schema);
  return `<section><h3 id="${anchor('schema', name)}">${escapeMarkup(shown)}</h3>${described(node)}<p>${typeOf(schema)}</p>${rules(node)}${marks(node)}${codes(node)}${fieldTable(schema, lookup)}${examples(node)}</section>`;
}
