/** The comparison of published documents with their last release: each kind of change by a pair of its own, then versions and changelog. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Node as Json } from '../../src/contract/json-node.ts';
import { checkAll, nextVersion, readChangelog } from '../../.ci/schema-diff/check.ts';
import { compareDocuments } from '../../.ci/schema-diff/compare-document.ts';
import { publishedIn, release, releasedIn, type Published } from '../../.ci/schema-diff/documents.ts';
import { KINDS, type Kind, type Level } from '../../.ci/schema-diff/levels.ts';

const object = (properties: Json, required: string[] = [], more: Json = {}): Json => ({ type: 'object', properties, required, ...more });
const S = { type: 'string' };

/** name, before, after, what is told, and what it means to those who write by it, read by it, and to us who read tolerantly */
type Row = [name: string, before: Json, after: Json, kind: Kind, written: Level, read: Level, inbound: Level];
const SCHEMA_PAIRS: Row[] = [
  ['an optional field comes', object({ a: S }), object({ a: S, b: S }), 'field added', 'minor', 'minor', 'patch'],
  ['a required field comes', object({ a: S }), object({ a: S, b: S }, ['b']), 'required field added', 'major', 'minor', 'major'],
  ['a field goes', object({ a: S, b: S }), object({ a: S }), 'field removed', 'major', 'major', 'major'],
  ['a required field goes', object({ a: S, b: S }, ['b']), object({ a: S }), 'field removed', 'major', 'major', 'major'],
  ['a field becomes required', object({ a: S }), object({ a: S }, ['a']), 'field became required', 'major', 'minor', 'major'],
  ['a field may be missing', object({ a: S }, ['a']), object({ a: S }), 'field no longer required', 'minor', 'major', 'minor'],
  ['a code comes', { enum: ['1'] }, { enum: ['1', '2'] }, 'value added', 'minor', 'minor', 'minor'],
  ['a code goes', { enum: ['1', '2'] }, { enum: ['2'] }, 'value removed', 'major', 'minor', 'major'],
  ['one value becomes two', { const: 'x' }, { enum: ['x', 'y'] }, 'value added', 'minor', 'minor', 'minor'],
  ['any text becomes a list of codes', S, { ...S, enum: ['1'] }, 'value removed', 'major', 'minor', 'major'],
  ['null is no longer a value', { type: ['string', 'null'] }, S, 'type narrowed', 'major', 'minor', 'major'],
  ['a number becomes a whole one', { type: 'number' }, { type: 'integer' }, 'type narrowed', 'major', 'minor', 'major'],
  ['a whole number may have a fraction', { type: 'integer' }, { type: 'number' }, 'type widened', 'minor', 'major', 'minor'],
  ['null becomes a value', S, { type: ['string', 'null'] }, 'type widened', 'minor', 'major', 'minor'],
  ['a text becomes a number', S, { type: 'number' }, 'type changed', 'major', 'major', 'major'],
  ['a text is shorter', { ...S, maxLength: 50 }, { ...S, maxLength: 40 }, 'bound tightened', 'major', 'minor', 'major'],
  ['a text gets a length', S, { ...S, minLength: 1 }, 'bound tightened', 'major', 'minor', 'major'],
  ['a list is longer', { maxItems: 5 }, { maxItems: 6 }, 'bound loosened', 'minor', 'minor', 'minor'],
  ['a number loses its bound', { minimum: 0 }, {}, 'bound loosened', 'minor', 'minor', 'minor'],
  ['a pattern comes', S, { ...S, pattern: '^a' }, 'rule added', 'major', 'minor', 'major'],
  ['a pattern goes', { ...S, pattern: '^a' }, S, 'rule removed', 'minor', 'minor', 'minor'],
  ['a pattern is another', { ...S, pattern: '^a' }, { ...S, pattern: '^b' }, 'rule changed', 'major', 'minor', 'major'],
  ['unknown fields are refused', object({}), object({}, [], { additionalProperties: false }), 'unknown fields refused', 'major', 'minor', 'major'],
  ['unknown fields pass', object({}, [], { additionalProperties: false }), object({}), 'unknown fields allowed', 'minor', 'minor', 'minor'],
  ['a variant comes', { oneOf: [object({ a: S })] }, { oneOf: [object({ a: S }), { type: 'null' }] }, 'variant added', 'minor', 'major', 'minor'],
  ['a variant goes', { anyOf: [object({ a: S }), { type: 'null' }] }, { anyOf: [object({ a: S })] }, 'variant removed', 'major', 'minor', 'major'],
  ['another default', { default: 1 }, { default: 2 }, 'default changed', 'minor', 'minor', 'minor'],
  ['on its way out', {}, { deprecated: true }, 'deprecated', 'minor', 'minor', 'minor'],
  ['no longer personal', { 'x-sensitive': 'name' }, {}, 'protection changed', 'minor', 'minor', 'minor'],
  ['the other direction', { 'x-direction': 'inbound' }, { 'x-direction': 'outbound' }, 'direction changed', 'major', 'major', 'major'],
  ['a code is explained', { 'x-meaning': {} }, { 'x-meaning': { 1: { vi: 'mới', en: 'new' } } }, 'code explained', 'patch', 'patch', 'patch'],
  ['a code means another thing', { 'x-meaning': { 1: { vi: 'mới', en: 'new' } } }, { 'x-meaning': { 1: { vi: 'cũ', en: 'old' } } }, 'meaning of a code changed', 'minor', 'minor', 'minor'],
  ['other words', { description: 'a' }, { description: 'b' }, 'wording', 'patch', 'patch', 'patch'],
  ['other words inside of a rule', { allOf: [{ description: 'a', maxLength: 1 }] }, { allOf: [{ description: 'b', maxLength: 1 }] }, 'wording', 'patch', 'patch', 'patch'],
];

describe('one change of a schema', () => {
  it.each(SCHEMA_PAIRS)('%s', (_name, before, after, kind, written, read, inbound) => {
    const at = (role: 'written' | 'read' | 'inbound') => compareDocuments({ title: 'T', ...before }, { title: 'T', ...after }, [role]).map(({ kind: k, level }) => `${k}: ${level}`);
    expect(at('written')).toEqual([`${kind}: ${written}`]);
    expect(at('read')).toEqual([`${kind}: ${read}`]);
    expect(at('inbound')).toEqual([`${kind}: ${inbound}`]);
  });

  it('counts for the strictest of those who stand behind a schema', () => {
    expect(compareDocuments({ ...S, maxLength: 5 }, S, ['written', 'read']).map((c) => c.level)).toEqual(['minor']);
    expect(compareDocuments(object({ a: S }, ['a']), object({ a: S }), ['written', 'read']).map((c) => c.level)).toEqual(['major']);
  });

  it('is told where it is: fields, lists, variants, definitions', () => {
    const before = { title: 'Dossier', ...object({ fees: { type: 'array', items: object({ amount: { type: 'integer' } }) }, kind: { oneOf: [{ $ref: '#/$defs/A' }] } }), $defs: { A: object({ x: S }), Old: S } };
    const after = { title: 'Dossier', ...object({ fees: { type: 'array', items: object({ amount: S }) }, kind: { oneOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }] } }), $defs: { A: object({ x: { type: 'null' } }), B: S } };
    expect(compareDocuments(before, after, ['written']).map(({ kind, where, detail }) => [kind, where, detail])).toEqual([
      ['type changed', 'Dossier.fees[].amount', 'integer → string'],
      ['variant added', 'Dossier.kind', 'B'],
      ['type changed', 'A.x', 'string → null'],
      ['schema removed', 'Old', ''],
      ['schema added', 'B', ''],
    ]);
  });

  it('does not tell a rename of what stays the same, nor the order of names', () => {
    const node = (name: string) => ({ $ref: `#/$defs/${name}`, $defs: { [name]: object({ next: { $ref: `#/$defs/${name}` }, a: S }, ['a', 'next']) } });
    expect(compareDocuments(node('Old'), node('New'), ['written']).map(({ kind }) => kind).sort()).toEqual(['schema added', 'schema removed']);
    expect(compareDocuments(object({ a: S, b: S }, ['a', 'b']), object({ b: S, a: S }, ['b', 'a']), ['written'])).toEqual([]);
  });
});

const api = (operation: Json, more: Json = {}): Json => ({ openapi: '3.1.0', info: { title: 'T', version: '1.0.0' }, paths: { '/a': { get: { responses: { 200: { description: 'x' } }, ...operation } } }, ...more });
const media = (schema: Json, type = 'application/json'): Json => ({ content: { [type]: { schema } } });
const parameter = (required: boolean): Json => ({ name: 'q', in: 'query', required, schema: S });

const API_PAIRS: [string, Json, Json, Kind, Level][] = [
  ['an operation comes', api({}), { ...api({}), paths: { ...(api({})['paths'] as Json), '/b': { post: {} } } }, 'operation added', 'minor'],
  ['an operation goes', api({}), { ...api({}), paths: {} }, 'operation removed', 'major'],
  ['a parameter comes', api({}), api({ parameters: [parameter(false)] }), 'parameter added', 'minor'],
  ['a parameter that must be given comes', api({}), api({ parameters: [parameter(true)] }), 'required parameter added', 'major'],
  ['a parameter goes', api({ parameters: [parameter(false)] }), api({}), 'parameter removed', 'major'],
  ['a parameter must be given', api({ parameters: [parameter(false)] }), api({ parameters: [parameter(true)] }), 'parameter became required', 'major'],
  ['a parameter may be left out', api({ parameters: [parameter(true)] }), api({ parameters: [parameter(false)] }), 'parameter no longer required', 'minor'],
  ['a body comes', api({}), api({ requestBody: media(S) }), 'body added', 'minor'],
  ['a body that must be there comes', api({}), api({ requestBody: { ...media(S), required: true } }), 'required body added', 'major'],
  ['a body goes', api({ requestBody: media(S) }), api({}), 'body removed', 'major'],
  ['a media type comes', api({ responses: { 200: media(S) } }), api({ responses: { 200: { content: { ...(media(S)['content'] as Json), 'text/csv': {} } } } }), 'media type added', 'minor'],
  ['a media type is another', api({ responses: { 200: media(S, 'text/csv') } }), api({ responses: { 200: media(S, 'text/plain') } }), 'media type removed', 'major'],
  ['an answer comes', api({}), api({ responses: { 200: { description: 'x' }, 202: { description: 'y' } } }), 'answer added', 'minor'],
  ['an answer goes', api({ responses: { 200: { description: 'x' }, 202: { description: 'y' } } }), api({}), 'answer removed', 'major'],
  ['another key is asked for', api({ security: [{ a: [] }] }), api({ security: [{ b: [] }] }), 'authentication changed', 'major'],
  ['a schema comes', api({}), api({}, { components: { schemas: { A: S } } }), 'schema added', 'minor'],
  ['a schema goes', api({}, { components: { schemas: { A: S } } }), api({}), 'schema removed', 'major'],
  ['another summary', api({ summary: 'a' }), api({ summary: 'b' }), 'wording', 'patch'],
  ['another description of the whole', api({}), api({}, { info: { title: 'U', version: '1.0.0' } }), 'wording', 'patch'],
];

describe('one change of an API', () => {
  it.each(API_PAIRS)('%s', (_name, before, after, kind, level) => {
    expect(compareDocuments(before, after).map((c) => [c.kind, c.level])).toContainEqual([kind, level]);
  });

  it('is looked at from the side of the caller: what is asked may become looser, what is answered stricter', () => {
    const both = (request: Json, response: Json) => api({ requestBody: media(request), responses: { 200: media(response) } });
    const strict = object({ a: S }, ['a']);
    const loose = object({ a: S });
    expect(compareDocuments(both(strict, loose), both(loose, strict)).map((c) => c.level)).toEqual(['minor', 'minor']);
    expect(compareDocuments(both(loose, strict), both(strict, loose)).map((c) => c.level)).toEqual(['major', 'major']);
  });

  it('takes the direction of a component from where it is used, or from x-direction, through what it refers to', () => {
    const used = (inner: Json, mark?: string) => api({ responses: { 200: media({ $ref: '#/components/schemas/Reply' }) } }, { components: { schemas: { Reply: { ...object({ inner: { $ref: '#/components/schemas/Inner' } }), ...(mark === undefined ? {} : { 'x-direction': mark }) }, Inner: inner } } });
    const levels = (mark?: string) => compareDocuments(used(object({ a: S }), mark), used(object({ a: S, b: S }), mark)).map((c) => [c.where, c.level]);
    expect(levels()).toEqual([['Inner.b', 'minor']]);
    expect(levels('outbound')).toEqual([['Inner.b', 'minor']]);
    expect(levels('inbound')).toEqual([['Inner.b', 'patch']]);
  });
});

it('every kind of change has a pair above', () => {
  expect([...KINDS].sort()).toEqual([...new Set([...SCHEMA_PAIRS.map((row) => row[3]), ...API_PAIRS.map((row) => row[3])])].sort());
});

const published = (version: string, schema: Json): Published => ({ id: 'thing', path: '', roles: ['written'], document: { title: 'Thing', 'x-version': version, ...schema } });
const RELEASED = new Map([['thing', published('1.2.3', object({ a: S })).document]]);
const verdict = (version: string, schema: Json, changelog: string) => checkAll([published(version, schema)], RELEASED, changelog)[0]?.faults;
const STRICTER = object({ a: S }, ['a']);
const WIDER = object({ a: S, b: S });

describe('version and changelog', () => {
  it('want nothing where nothing changed, and no version for nothing', () => {
    expect(verdict('1.2.3', object({ a: S }), '')).toEqual([]);
    expect(verdict('1.2.4', object({ a: S }), '## thing 1.2.4 · not breaking\n- x')).toEqual(['nothing changed, but the version went from 1.2.3 to 1.2.4']);
  });

  it('must say that a change breaks', () => {
    expect(verdict('1.3.0', STRICTER, '## thing 1.3.0 · not breaking\n- x')).toEqual(['a breaking change wants version 2.0.0 or higher; it is 1.3.0', "the changelog calls 1.3.0 'not breaking', but it is: '## thing 1.3.0 · BREAKING'"]);
    expect(verdict('2.0.0', STRICTER, '')).toEqual(["the changelog lacks '## thing 2.0.0 · BREAKING'"]);
    expect(verdict('2.0.0', STRICTER, '## thing 2.0.0 · BREAKING\n')).toEqual(["the changelog says nothing below '## thing 2.0.0 · BREAKING'"]);
    expect(verdict('2.0.0', STRICTER, '## thing 2.0.0 · BREAKING\n- a is required')).toEqual([]);
  });

  it('must keep up with smaller changes too', () => {
    expect(verdict('1.2.3', WIDER, '')).toEqual(['a minor change wants version 1.3.0 or higher; it is 1.2.3', "the changelog lacks '## thing 1.2.3 · not breaking'"]);
    expect(verdict('1.2.4', WIDER, '## thing 1.2.4 · not breaking\n- x')).toEqual(['a minor change wants version 1.3.0 or higher; it is 1.2.4']);
    expect(verdict('1.10.0', WIDER, '## thing 1.10.0 · not breaking\n- x')).toEqual([]);
    expect(verdict('1.2.4', { ...object({ a: S }), description: 'new words' }, '## thing 1.2.4 · not breaking\n- x')).toEqual([]);
    expect([nextVersion('1.2.3', 'patch'), nextVersion('1.2.3', 'minor'), nextVersion('1.2.3', 'major')]).toEqual(['1.2.4', '1.3.0', '2.0.0']);
  });

  it('tell of documents that are new or gone', () => {
    expect(checkAll([published('1.0.0', {})], new Map(), '')[0]?.faults).toEqual(["the changelog lacks '## thing 1.0.0 · not breaking'"]);
    expect(checkAll([], RELEASED, '')[0]).toMatchObject({ level: 'major', faults: ["the document is gone; the changelog lacks '## thing 2.0.0 · BREAKING'"] });
    expect(checkAll([], RELEASED, '## thing 2.0.0 · BREAKING\n- gone')[0]?.faults).toEqual([]);
  });

  it('must be readable', () => {
    expect(() => readChangelog('## thing 1.0.0 - breaking')).toThrow("'## thing 1.0.0 - breaking'");
    expect(() => checkAll([published('1', {})], new Map(), '')).toThrow('MAJOR.MINOR.PATCH');
  });
});

describe('the documents of a folder', () => {
  it('are found where they are, and come back from their release as they were', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-schemas-'));
    try {
      for (const sub of ['canonical', 'upstream']) mkdirSync(join(folder, sub));
      writeFileSync(join(folder, 'config.schema.json'), '{"x-version":"1.0.0"}');
      writeFileSync(join(folder, 'canonical/dossier.schema.json'), '{"x-version":"1.0.0"}');
      writeFileSync(join(folder, 'upstream/emc.openapi.yaml'), 'openapi: 3.1.0\ninfo: { title: Đất đai, version: 1.0.0 }\n');
      const documents = publishedIn(folder);
      expect(documents.map(({ id, roles }) => [id, ...roles])).toEqual([['config', 'written'], ['dossier', 'written', 'read'], ['emc', 'written', 'read']]);
      release(folder, documents);
      expect(releasedIn(folder)).toEqual(new Map(documents.map(({ id, document }) => [id, document])));
      expect(publishedIn(folder)).toHaveLength(3);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
