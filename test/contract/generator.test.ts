import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWith, type CompiledCheck } from '../../src/contract/check.ts';

const repository = new URL('../..', import.meta.url).pathname;
const DOCUMENT = `
openapi: 3.1.0
info: { title: A test upstream, version: '1' }
paths:
  /hoso:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/HoSo' } } } }
      responses: { '200': { description: ok } }
components:
  schemas:
    HoSo:
      type: object
      additionalProperties: false
      required: [MaHoSo, description]
      properties:
        MaHoSo: { type: string, minLength: 1, description: code, x-sensitive: none, example: H99 }
        description: { type: string, description: a field with the name of a keyword }
        NgayNop: { type: string, format: vn-datetime-or-empty }
        TrangThai: { type: string, enum: ['1', '2'], x-meaning: { '1': { vi: a, en: b } } }
        GiayTo: { type: array, uniqueItems: true, items: { $ref: '#/components/schemas/GiayTo' } }
    GiayTo: { type: object, properties: { SoLuong: { type: [integer, 'null'], format: int32 } } }
`;

describe('.ci/generate.ts', () => {
  let root: string;
  const document = (): string => join(root, 'schemas/upstream/thu.openapi.yaml');
  const run = (...args: string[]): { code: number | null; out: string } => {
    const done = spawnSync(process.execPath, [join(repository, '.ci/generate.ts'), '--root', root, '--only', 'thu', ...args], { encoding: 'utf8' });
    return { code: done.status, out: done.stdout + done.stderr };
  };
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'lt-generate-'));
    mkdirSync(join(root, 'schemas/upstream'), { recursive: true });
    writeFileSync(document(), DOCUMENT);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('writes types and validators, then finds nothing to do, then notices a change', () => {
    expect(run('--check')).toMatchObject({ code: 1, out: expect.stringContaining('adapters/thu/generated/validators.js') as string });
    expect(run().code).toBe(0);
    expect(run('--check').code).toBe(0);
    expect(run().out).toContain('nothing to do');
    const types = join(root, 'adapters/thu/generated/types.ts');
    const before = readFileSync(types, 'utf8');
    writeFileSync(types, `${before} `);
    expect(run('--check')).toMatchObject({ code: 1, out: expect.stringMatching(/Out of date[^]*adapters\/thu\/generated\/types\.ts/) as string });
    expect(run().code).toBe(0);
    expect(readFileSync(types, 'utf8')).toBe(before);
  });

  it('makes validators that need nothing but themselves and point at the field', async () => {
    expect(run().code).toBe(0);
    const module = (await import(pathToFileURL(join(root, 'adapters/thu/generated/validators.js')).href)) as Record<string, CompiledCheck<unknown>>;
    expect(Object.keys(module).sort()).toEqual(['GiayTo', 'HoSo']);
    const check = module['HoSo'];
    if (check === undefined) throw new Error('not exported');
    const validate = checkWith(check);
    expect(validate({ MaHoSo: 'H99', description: '', NgayNop: '', TrangThai: '1', GiayTo: [{ SoLuong: null, khac: 1 }] }).ok).toBe(true);
    const bad = validate({ MaHoSo: '', NgayNop: '20250230000000', TrangThai: '11', GiayTo: [{ SoLuong: 1 }, { SoLuong: 1 }, { SoLuong: 'x' }], la: 1 });
    expect(bad.ok ? [] : bad.issues.map((i) => `${i.code} ${i.pointer}`).sort()).toEqual([
      'LT-INPUT-COUNT /GiayTo', 'LT-INPUT-DATE /NgayNop', 'LT-INPUT-ENUM /TrangThai', 'LT-INPUT-LENGTH /MaHoSo', 'LT-INPUT-REQUIRED /description', 'LT-INPUT-TYPE /GiayTo/2/SoLuong', 'LT-INPUT-UNKNOWN-FIELD /la',
    ]);
  });

  it('refuses a schema that ajv would read loosely, and says where', () => {
    for (const [from, to, said] of [['minLength: 1', 'minLenght: 1', 'minLenght'], ['format: vn-datetime-or-empty', 'format: vn-dattime', 'vn-dattime'], ["'#/components/schemas/GiayTo'", "'other.yaml#/GiayTo'", 'other.yaml']] as const) {
      writeFileSync(document(), DOCUMENT.replace(from, to));
      const done = run();
      expect(done.code).toBe(1);
      expect(done.out).toContain(said);
      expect(done.out).toContain('thu');
    }
    writeFileSync(document(), DOCUMENT);
  });

  it('does not know other names', () => {
    expect(spawnSync(process.execPath, [join(repository, '.ci/generate.ts'), '--only', 'no-such'], { encoding: 'utf8' }).status).toBe(2);
  });
});
