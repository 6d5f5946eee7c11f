/** The description of our own API, built from the routes themselves: a route that exists is described. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import dossierSchema from '../../../schemas/canonical/dossier.schema.json' with { type: 'json' };
import citizenVerificationSchema from '../../../schemas/canonical/citizen-verification.schema.json' with { type: 'json' };
import civilStatusSchema from '../../../schemas/canonical/civil-status.schema.json' with { type: 'json' };
import judicialRecordSchema from '../../../schemas/canonical/judicial-record.schema.json' with { type: 'json' };
import landCaseSchema from '../../../schemas/canonical/land-case.schema.json' with { type: 'json' };
import type { Text } from '../../contract/errors/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import type { ApiScope } from '../keys.ts';

type Json = Record<string, unknown>;

/** Stands in a route's schema where the document shall say `$ref` to a component. */
export const component = (name: string): Json => ({ 'x-component': name });

const TEXT = { type: 'object', required: ['vi', 'en'], properties: { vi: { type: 'string' }, en: { type: 'string' } } };
const INFO = {
  title: 'lienthong gateway',
  // Of the published document schemas/gateway.openapi.json; see Versions in schemas/README.md.
  version: '1.2.0',
  description: 'Carries dossiers between a province and the national systems. Nothing is acknowledged before it is durable.',
  'x-description-vi': 'Chuyển hồ sơ giữa hệ thống của tỉnh và các hệ thống quốc gia. Chỉ xác nhận sau khi đã ghi bền vững.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};
const COMPONENTS: Json = {
  Text: TEXT,
  Issue: {
    type: 'object',
    description: 'One thing that is wrong. Never carries the offending value.',
    'x-description-vi': 'Một lỗi. Không bao giờ chứa giá trị sai.',
    required: ['code', 'message'],
    properties: { code: { type: 'string', pattern: '^LT-' }, pointer: { type: 'string', description: 'JSON pointer into what was sent', 'x-description-vi': 'Con trỏ JSON vào dữ liệu đã gửi' }, message: component('Text'), severity: { type: 'string', enum: ['error', 'warning'] } },
  },
  Problem: {
    type: 'object',
    description: 'Problem details (RFC 9457)',
    'x-description-vi': 'Chi tiết lỗi theo RFC 9457',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'who', 'requestId', 'messages'],
    properties: {
      type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, instance: { type: 'string' }, code: { type: 'string', pattern: '^LT-' },
      who: { type: 'string', enum: ['province', 'operator', 'vendor', 'ministry'] }, requestId: { type: 'string' }, messages: component('Text'), issues: { type: 'array', items: component('Issue') }, quarantineId: { type: 'integer' },
    },
  },
};

const RETRY_AFTER = { 'Retry-After': { type: 'integer', description: 'With 429 and 503: seconds to stay away / Với 429 và 503: số giây cần chờ' } };
/** Answers of a route; every other status is a problem document. */
export const answers = (own: Record<number, Json>): Json => ({ ...own, default: { description: 'Problem details / Chi tiết lỗi', headers: RETRY_AFTER, content: { 'application/problem+json': { schema: component('Problem') } } } });

/** What a route says of itself in both languages. `scope` null: no key needed. */
export function describeRoute(id: string, tag: string, summary: Text, scope: ApiScope | null, schema: FastifySchema, description?: Text): FastifySchema {
  return {
    ...schema,
    operationId: id,
    tags: [tag],
    summary: summary.en,
    ...(description === undefined ? {} : { description: description.en }),
    'x-summary-vi': summary.vi,
    ...(description === undefined ? {} : { 'x-description-vi': description.vi }),
    ...(scope === null ? { security: [] } : { security: [{ bearer: [] }, { apiKey: [] }], 'x-scope': scope }),
  } as unknown as FastifySchema;
}

export async function useOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      servers: [{ url: '/', description: 'The gateway that serves this document / Chính cổng liên thông phục vụ tài liệu này' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'API key' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'API key' },
        },
      },
    },
    transformObject: (document) => ('openapiObject' in document ? (finish(document.openapiObject as unknown as Json) as typeof document.openapiObject) : document.swaggerObject),
  });
}

/** Puts the components in and turns every stand-in into a reference. */
function finish(document: Json): Json {
  const components = isRecord(document['components']) ? document['components'] : {};
  const own = isRecord(components['schemas']) ? components['schemas'] : {};
  return resolve({ ...document, components: { ...components, schemas: { ...own, ...COMPONENTS, ...dossierComponents() } } }) as Json;
}

/** The canonical schemas, and their `$defs`, as components of their own: OpenAPI resolves references from the document's root. */
function dossierComponents(): Json {
  return Object.assign({}, ...CANONICAL.map(([name, schema]) => componentsOf(schema as CanonicalSchema, name))) as Json;
}

type CanonicalSchema = Json & { $id: string; $defs: Json };

function componentsOf({ $defs, $schema: _schema, $id: _id, 'x-version': _version, $comment: _comment, ...root }: CanonicalSchema, name: string): Json {
  return relocate({ [name]: root, ...$defs }, name) as Json;
}

/** The dossier and the documents of its parts, and what a population database answers; the names of their `$defs` are all different. */
const CANONICAL = [['Dossier', dossierSchema], ['LandCase', landCaseSchema], ['JudicialRecord', judicialRecordSchema], ['CivilStatus', civilStatusSchema], ['CitizenVerification', citizenVerificationSchema]] as const;
const COMPONENT_OF: Readonly<Record<string, string>> = Object.fromEntries(CANONICAL.map(([name, { $id }]) => [$id, name]));

/** @param own what a reference without a document means */
function relocate(node: unknown, own: string): unknown {
  if (Array.isArray(node)) return node.map((item) => relocate(item, own));
  if (!isRecord(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === '$ref' && typeof value === 'string' ? inComponents(value, own) : relocate(value, own)]));
}

function inComponents(reference: string, own: string): string {
  const [document = '', place = ''] = reference.split('#');
  return `#/components/schemas/${place === '' ? (COMPONENT_OF[document] ?? own) : place.replace(/^\/\$defs\//, '')}`;
}

function resolve(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(resolve);
  if (!isRecord(node)) return node;
  if (typeof node['x-component'] === 'string') return { $ref: `#/components/schemas/${node['x-component']}` };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
}
