/** docs/adapter-suite: its tables are the code's, its example runs. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/testing/index.ts';
import { LAND_MUTANTS } from '../adapters/vbdlis/mutants.ts';
import { MUTANTS } from '../testing/mutants.ts';
import { codeBlocks, read, ROOT, tableUnder } from './documents.ts';

const PAGES = [
  { file: 'docs/adapter-suite.md', language: 'en', check: 'check', copy: 'broken copy', land: 'copy of the land adapter' },
  { file: 'docs/adapter-suite.vi.md', language: 'vi', check: 'kiểm tra', copy: 'bản hỏng', land: 'bản của hệ thống đất đai' },
] as const;

describe.each(PAGES)('$file', ({ file, language, check, copy, land }) => {
  const text = read(file);
  it('lists every check', () => {
    expect(tableUnder(text, check)).toEqual(Object.entries(CHECKS).map(([id, title]) => [`\`${id}\``, title[language]]));
  });
  it('lists every broken copy, with the checks that catch it', () => {
    expect(tableUnder(text, copy)).toEqual(MUTANTS.map((m) => [`\`${m.adapter}/${m.id}\``, m.what[language], m.caughtBy.map((id) => `\`${id}\``).join(', ')]));
    expect(tableUnder(text, land)).toEqual(LAND_MUTANTS.map((m) => [`\`${m.id}\``, m.what[language], m.caughtBy.map((id) => `\`${id}\``).join(', ')]));
  });
});

it('the example runs', async () => {
  const [english, vietnamese] = PAGES.map(({ file }) => codeBlocks(read(file)).find((block) => block.mark === 'test: checks')?.text);
  expect(vietnamese).toBe(english);
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache/docs-suite-'));
  try {
    writeFileSync(join(folder, 'checks.ts'), english ?? '');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', join(ROOT, 'test/docs/self-reference.ts'), join(folder, 'checks.ts')], { cwd: ROOT, timeout: 60_000, env: { PATH: process.env['PATH'] ?? '' } });
    expect(stdout).toBe('tables.total holds\nplan.once does not apply: no operation subscribes to changes of dossiers\nsource.known holds\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
