/** The suite catches every broken copy of our adapters, and finds nothing wrong with a faithful one. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { AdapterFixtures } from '../../src/adapter/fixtures.ts';
import type { Adapter } from '../../src/adapter/types.ts';
import { adapterChecks, UPSTREAM_IDS, type UpstreamId } from '../../src/testing/index.ts';
import { MUTANTS, type Edit } from './mutants.ts';

const root = new URL('../..', import.meta.url).pathname;
mkdirSync(join(root, '.cache'), { recursive: true });
// Inside the project, so that the copies find its libraries.
const folder = mkdtempSync(join(root, '.cache/mutants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of an adapter with these edits; `src` and the generated validators are the project's own. */
async function copyOf(id: UpstreamId, name: string, edits: readonly Edit[]): Promise<{ adapter: Adapter; fixtures: AdapterFixtures }> {
  const home = join(folder, `${id}-${name}`);
  const adapters = join(home, 'adapters', id);
  const from = join(root, 'adapters', id);
  mkdirSync(adapters, { recursive: true });
  cpSync(from, adapters, { recursive: true, filter: (path) => ![join(from, 'generated'), join(from, 'conformance')].includes(path) });
  for (const part of ['generated', 'conformance'].filter((name) => existsSync(join(from, name)))) symlinkSync(join(from, part), join(adapters, part));
  symlinkSync(join(root, 'src'), join(home, 'src'));
  for (const { file, find, replace } of edits) {
    const path = join(adapters, file);
    const text = readFileSync(path, 'utf8');
    expect(text.split(find).length - 1, `${name}: how often ${file} holds what is to be changed`).toBe(1);
    writeFileSync(path, text.replace(find, () => replace));
  }
  const module = async (file: string): Promise<Record<string, unknown>> => (await import(/* @vite-ignore */ pathToFileURL(join(adapters, file)).href)) as Record<string, unknown>;
  return { adapter: (await module('adapter.ts'))[id] as Adapter, fixtures: (await module('fixtures.ts'))['fixtures'] as AdapterFixtures };
}

/** What the checks find, by id; '' is nothing. */
async function found(copy: { adapter: Adapter; fixtures: AdapterFixtures }, only: readonly string[]): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const check of adapterChecks(copy.adapter, copy.fixtures, { runs: 25, only })) {
    out[check.id] = await check.run().then(() => '', (error: Error) => error.message);
  }
  return out;
}

describe('broken copies of our adapters', () => {
  it('are twenty or more, with names of their own, ten or more of the portal', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
    expect(MUTANTS.filter((m) => m.adapter === 'dvcqg').length).toBeGreaterThanOrEqual(10);
    expect(new Set(MUTANTS.map((m) => `${m.adapter}/${m.id}`)).size).toBe(MUTANTS.length);
  });

  it.each(UPSTREAM_IDS.map((id) => [id]))('a faithful copy of %s passes every check that catches one', async (id) => {
    const only = [...new Set(MUTANTS.filter((m) => m.adapter === id).flatMap((m) => m.caughtBy))];
    if (only.length === 0) return;
    expect(await found(await copyOf(id, 'faithful', []), only)).toEqual(Object.fromEntries(only.map((check) => [check, ''])));
  });

  it.each(MUTANTS.map((m) => [`${m.adapter}/${m.id}`, m] as const))('%s is caught', async (_name, { adapter, id, edits, caughtBy }) => {
    const result = await found(await copyOf(adapter, id, edits), caughtBy);
    expect(Object.entries(result).filter(([, message]) => message === '').map(([check]) => check), 'checks that let it pass').toEqual([]);
    expect(Object.keys(result).sort()).toEqual([...caughtBy].sort());
  });
});
