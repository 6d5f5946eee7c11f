/** docs/schemas.md: its blocks run, its table is the set of published documents, its sample of the comparison is what the comparison prints. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDocument, readChangelog } from '../../.ci/schema-diff/check.ts';
import { publishedIn } from '../../.ci/schema-diff/documents.ts';
import { tell } from '../../.ci/schema-diff/tell.ts';
import { bare, codeBlocks, read, ROOT, tableUnder } from './documents.ts';

const page = read('docs/schemas.md');
const run = promisify(execFile);

it('lists every published document', () => {
  const listed = tableUnder(page, 'document').map(([id, file]) => [bare(id), /\]\(\.\.\/(.+)\)/.exec(file ?? '')?.[1]]);
  expect(listed.sort()).toEqual(publishedIn(join(ROOT, 'schemas')).map(({ id, path }) => [id, path.slice(ROOT.length)]).sort());
});

it('shows what the comparison prints', () => {
  const published = publishedIn(join(ROOT, 'schemas')).find(({ id }) => id === 'dvcqg');
  if (published === undefined) throw new Error('dvcqg is published');
  const document = structuredClone(published.document) as { info: { version: string }; components: { schemas: Record<string, { required: string[]; enum: string[] }> } };
  const released = structuredClone(document);
  released.info.version = '1.0.0';
  document.info.version = '1.1.0';
  document.components.schemas['HoSo2023']?.required.push('SoGiayToChuHoSo');
  document.components.schemas['MaHinhThuc']?.enum.push('9');
  const verdict = checkDocument({ ...published, document: document as never }, released as never, readChangelog('## dvcqg 1.1.0 · not breaking\n- x'));
  expect(codeBlocks(page).find((block) => block.language === 'text')?.text).toBe(`${tell(verdict)}\n`);
});

describe('a block', () => {
  const folder = join(ROOT, '.cache/docs-schemas');
  const blocks = codeBlocks(page).filter((block) => block.mark?.startsWith('test: '));
  const expected: Readonly<Record<string, string>> = {
    validate: "false\nmust have required property 'sourceSystem'\n",
    path: `${join(ROOT, 'schemas/upstream/dvcqg.openapi.yaml')}\n`,
  };
  beforeAll(() => mkdir(folder, { recursive: true }));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(Object.keys(expected))('%s', async (name) => {
    const file = join(folder, `${name}.ts`);
    await writeFile(file, blocks.find((block) => block.mark === `test: ${name}`)?.text ?? '');
    expect((await run(process.execPath, [file], { cwd: ROOT })).stdout).toBe(expected[name]);
  });

  it('leaves none out', () => {
    expect(blocks.map((block) => block.mark?.slice('test: '.length)).sort()).toEqual(Object.keys(expected).sort());
  });
});
