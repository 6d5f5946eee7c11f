/**
 * A stranger reads our document: Prism as a proxy between our gateway and the simulated portal, a bounded slice of the demo (`npm run test:prism` sends all of it).
 * Prism says nothing about a schema that it cannot compile (stoplightio/prism#2442), and was seen to let shared and composed ones through (#2574, #2575), hence the first
 * tests; and it must object where something is wrong, hence the last ones.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import type { DvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { generateExport } from '../../examples/can-tho-2025-07/generate.ts';
import { openContract, type Contract } from '../../src/contract/openapi.ts';
import { parseYaml } from '../../src/contract/yaml.ts';
import { anyUpstream, UPSTREAM_IDS } from '../../src/testing/upstreams.ts';
import { documentOf, exchangeThroughPrism } from './exchange.ts';
import { startPrism } from './prism.ts';

const SLICE = 200;
const lines: string[] = [];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-prism-test-'));
  for (const line of generateExport()) if (lines.push(line) === SLICE) break;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Schema { $ref?: string; oneOf?: Schema[]; anyOf?: Schema[]; properties: Record<string, unknown>; required?: string[]; examples?: unknown[] }
interface Body { content?: Record<string, { schema?: Schema }> }
interface Document { paths: Record<string, Record<string, { requestBody?: Body }>>; components: { schemas: Record<string, Schema> } }

function read(): { document: Document; contract: Contract } {
  const text = readFileSync(documentOf(dvcqg), 'utf8');
  const parsed = parseYaml(text, 1_000);
  if (!parsed.ok) throw new Error('the document is not YAML');
  return { document: parsed.value as Document, contract: openContract(text) };
}

/** What a body may be, unions laid flat. */
function branches(document: Document, schema: Schema | undefined): Schema[] {
  if (schema === undefined) return [];
  if (schema.$ref !== undefined) return branches(document, document.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  const union = schema.oneOf ?? schema.anyOf;
  return union === undefined ? [schema] : union.flatMap((branch) => branches(document, branch));
}

/** The published document with one thing changed. */
function mutated(change: (schemas: Document['components']['schemas']) => void): string {
  const { document } = read();
  change(document.components.schemas);
  const file = join(folder, 'mutated.openapi.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

describe('what Prism makes of a document', () => {
  it.each(UPSTREAM_IDS)('has a check for every body of %s', async (id) => {
    // As Prism sets ajv up; what does not compile there is let through without a word.
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, allowMatchingProperties: true, strict: false, validateFormats: false });
    const file = documentOf(await anyUpstream(id));
    const operations = await getHttpOperationsFromSpec(file);
    expect(operations.length).toBeGreaterThan(0);
    expect(operations.length).toBe(openContract(readFileSync(file, 'utf8')).operations.length);
    let checks = 0;
    for (const operation of operations) {
      const bundled = (operation as unknown as Record<string, unknown>)['__bundled__'];
      for (const { schema } of [...(operation.request?.body?.contents ?? []), ...operation.responses.flatMap((response) => response.contents ?? [])]) {
        if (schema === undefined) continue;
        expect(schema.$schema, operation.path).toMatch(/2020-12/);
        expect(() => ajv.compile({ ...schema, __bundled__: bundled } as Record<string, unknown>), `${operation.method} ${operation.path}`).not.toThrow();
        checks += 1;
      }
    }
    expect(checks).toBeGreaterThanOrEqual(operations.length);
  });

  it('refuses every documented request once a field is taken out of it', async () => {
    const { document, contract } = read();
    const answering = createServer((req, res) => req.resume().once('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end('{}'))).listen(0, '127.0.0.1');
    await once(answering, 'listening');
    const prism = await startPrism(documentOf(dvcqg), `http://127.0.0.1:${(answering.address() as AddressInfo).port}`);
    try {
      const objections = async (method: string, path: string, body: unknown): Promise<number> => {
        const answer = await fetch(prism.url + path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        const { validation = [] } = (await answer.json()) as { validation?: { location: string[] }[] };
        return answer.status === 422 ? validation.filter(({ location }) => location[0] === 'body').length : 0;
      };
      const tried: string[] = [];
      for (const { method, path } of contract.operations) {
        const schemas = branches(document, document.paths[path]?.[method.toLowerCase()]?.requestBody?.content?.['application/json']?.schema);
        for (const { examples = [], required = [] } of schemas) {
          const [example] = examples;
          const [first] = required;
          if (typeof example !== 'object' || example === null || first === undefined) continue;
          const { [first]: _gone, ...broken } = example as Record<string, unknown>;
          const name = [path, (example as { service?: string }).service ?? ''].join(' ').trim();
          expect(await objections(method, path, example), `${name} as it is`).toBe(0);
          expect(await objections(method, path, broken), `${name} without ${first}`).toBeGreaterThan(0);
          tried.push(name);
        }
      }
      expect(tried).toEqual(expect.arrayContaining(['/mapi/login', '/mapi/g DongBoHoSoMC', '/mapi/g CapNhatTienDoHoSoMC', '/search/call TraCuuHoSo']));
    } finally {
      await prism.stop();
      answering.close();
    }
  });
});

describe('the demo through Prism', { timeout: 90_000 }, () => {
  it('has nothing to object to, and everything arrives', async () => {
    const report = await exchangeThroughPrism({ lines });
    expect(report.violations).toEqual([]);
    expect(report.judged).toMatchObject({ ok: true, figures: { dossiers: SLICE } });
    expect([...report.calls.keys()].sort()).toEqual(['POST /mapi/g CapNhatTienDoHoSoMC', 'POST /mapi/g DongBoHoSoMC', 'POST /mapi/login']);
    expect(report.calls.get('POST /mapi/g DongBoHoSoMC')).toBe(SLICE);
  });

  it('holds for the older message generation, and where the gateway fetches the dossiers itself', async () => {
    const report = await exchangeThroughPrism({ lines: lines.slice(0, 15), polled: true, upstream: { profile: 'v1.4-2020' } });
    expect(report.violations).toEqual([]);
    expect(report.judged).toMatchObject({ ok: true, figures: { dossiers: 15 } });
    expect([...report.calls.keys()].filter((call) => call.startsWith('GET /dossiers/')).length, 'details and their parts').toBeGreaterThanOrEqual(30);
  });

  it('would object to a field that the document does not know', async () => {
    const document = mutated((schemas) => {
      const dossier = schemas['HoSo2023'];
      if (dossier === undefined) throw new Error('HoSo2023 is missing');
      delete dossier.properties['NgayTiepNhan'];
      dossier.required = (dossier.required ?? []).filter((name) => name !== 'NgayTiepNhan');
    });
    const { violations } = await exchangeThroughPrism({ lines: lines.slice(0, 3), document, until: (n) => n > 0 });
    expect(violations[0]).toMatchObject({ operation: 'POST /mapi/g DongBoHoSoMC', side: 'request' });
    expect(violations.map((v) => v.message).join('\n')).toContain('NgayTiepNhan');
  });

  it('would object to an answer that is not as documented', async () => {
    const wrap = (simulator: DvcqgSimulator): DvcqgSimulator => ({
      ...simulator,
      handle(request) {
        const answer = simulator.handle(request);
        return request.path.endsWith('/login') ? answer : { ...answer, body: JSON.stringify([JSON.parse(answer.body)]) };
      },
    });
    const { violations } = await exchangeThroughPrism({ lines: lines.slice(0, 3), wrap, until: (n) => n > 0 });
    expect(violations).toContainEqual(expect.objectContaining({ operation: 'POST /mapi/g DongBoHoSoMC', side: 'response', where: 'body', message: expect.stringContaining('must be object') }));
  });
});
