import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelOf } from '../../src/cli/scaffold/openapi/model.ts';
import { openDocument } from '../../src/cli/scaffold/openapi/read.ts';
import { openContract } from '../../src/contract/openapi.ts';
import { isValidationError } from '../../src/contract/validate.ts';

const junk = fc.jsonValue({ maxDepth: 2 });
const WORDS = [
  'type', 'properties', 'required', 'items', 'enum', 'const', 'nullable', 'allOf', 'anyOf', 'oneOf', 'not', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern', 'format',
  'additionalProperties', 'patternProperties', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', '$ref', 'default', 'example', 'examples', 'readOnly', 'if', 'then', 'discriminator', 'minProperties', 'x-foo', 'dependentRequired', 'unevaluatedProperties',
];
/** Schemas that make sense, schemas that contradict themselves, and things that are no schemas. */
const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>({}, { type: 'string' }, { type: ['integer', 'null'] }, { $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B b' }, true, { type: 'string', nullable: true, enum: ['x'] }),
    fc.record({
      type: fc.constantFrom<unknown>('object', 'string', 'array', 'number', 'integer', 'boolean', ['object', 'null'], 'file'), properties: fc.dictionary(fc.constantFrom('a', 'đ', '__proto__', 'constructor', 'x y'), tie('schema'), { maxKeys: 3 }),
      required: fc.subarray(['a', 'đ', 'z', 'constructor']), items: tie('schema'), minimum: fc.integer(), exclusiveMinimum: fc.oneof(fc.boolean(), fc.integer()), minLength: fc.nat(5), format: fc.constantFrom('date', 'uuid', 'weird', 'int32'),
      pattern: fc.constantFrom('^\\d+$', '(', '[a-z]{2,}', '^(?<n>x)\\k<n>$', '\\p{L}+'), enum: fc.array(junk, { maxLength: 3 }), nullable: fc.boolean(), additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
      allOf: fc.array(tie('schema'), { maxLength: 2 }), oneOf: fc.array(tie('schema'), { maxLength: 2 }), not: tie('schema'), default: junk, example: junk, readOnly: fc.boolean(), minItems: fc.nat(3), maxItems: fc.nat(3),
    }, { requiredKeys: [] }),
    fc.dictionary(fc.constantFrom(...WORDS), junk, { maxKeys: 4 }),
  ),
}));
const json = (schemaOf: unknown): object => ({ content: { 'application/json': { schema: schemaOf } } });
const documents = fc.record({ version: fc.constantFrom('3.0.3', '3.1.0'), A: schema, B: schema, body: schema, answer: schema, parameter: schema, method: fc.constantFrom('get', 'post', 'put') }).map(({ version, A, B, body, answer, parameter, method }) => JSON.stringify({
  openapi: version, info: { title: 't', version: '1' },
  paths: { '/x/{id}': { [method]: { parameters: [{ name: 'id', in: 'path', required: true, schema: parameter }, { name: 'q', in: 'query', schema: parameter }], requestBody: json(body), responses: { 200: { description: 'd', ...json(answer) } } } } },
  components: { schemas: { A, 'B b': B } },
}));

describe('any document', () => {
  it('is refused in words, or gives a contract that compiles and examples that are valid under it', { timeout: 60_000 }, () => {
    let made = 0;
    fc.assert(fc.property(documents, (source) => {
      let model;
      try {
        model = modelOf(openDocument(source));
      } catch (error) {
        if (!isValidationError(error)) throw error;
        expect(error.issues.every(({ code, message }) => code.startsWith('LT-KIT-OPENAPI-') && message.vi !== message.en)).toBe(true);
        return;
      }
      made += 1;
      const contract = openContract(JSON.stringify(model.contract));
      for (const name of contract.schemaNames()) contract.checkAgainst(name, {});
      for (const { requestName, responseName, input, output } of model.operations) {
        expect(contract.checkAgainst(requestName, input)).toEqual([]);
        expect(contract.checkAgainst(responseName, output)).toEqual([]);
      }
    }), { numRuns: 25, seed: 3 });
    expect(made).toBeGreaterThan(12);
  });

  it('may say nothing but itself, or ask for more values than there can be: it ends all the same', () => {
    const made = (schemas: object, answer: unknown): ReturnType<typeof modelOf> => modelOf(openDocument(JSON.stringify({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths: { '/x': { get: { responses: { 200: { description: 'd', ...json(answer) } } } } }, components: { schemas } })));
    const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
    expect(made({ A: { oneOf: [ref('B')] }, B: { allOf: [ref('A')] } }, ref('A')).notes.map(({ pointer }) => pointer)).toContain('/components/schemas/A');
    // Each of twenty levels holds the next one ten times.
    const levels = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`L${n}`, { type: 'object', properties: Object.fromEntries(Array.from({ length: 10 }, (_p, i) => [`p${i}`, n === 19 ? { type: 'string' } : ref(`L${n + 1}`)])) }]));
    const { operations } = made(levels, ref('L0'));
    expect(JSON.stringify(operations[0]?.output).length).toBeLessThan(200_000);
  });
});
