/** The suite catches every broken copy of our adapters, and finds nothing wrong with a faithful one. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** The files of an adapter, and which of them each one imports. */
function importsOf(from: string): Map<string, string[]> {
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('generated'));
  return new Map(files.map((file) => [file, [...readFileSync(join(from, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map((m) => join(dirname(file), m[1] ?? ''))]));
}

/** Everything that an edit reaches; what it does not reach stays one and the same module for all copies, which saves most of the time. */
function reachedBy(edited: readonly string[], imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set(edited);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const [file, uses] of imports) if (uses.some((used) => reached.has(used))) reached.add(file);
  }
  return reached;
}

/** A copy of an adapter with these edits; `src` and the generated validators are the project's own. */
async function copyOf(id: UpstreamId, name: string, edits: readonly Edit[]): Promise<{ adapter: Adapter; fixtures: AdapterFixtures }> {
  const home = join(folder, `${id}-${name}`);
  const adapters = join(home, 'adapters', id);
  const from = join(root, 'adapters', id);
  const imports = importsOf(from);
  const reached = reachedBy(edits.length === 0 ? [...imports.keys()] : edits.map((edit) => edit.file), imports);
  for (const file of imports.keys()) {
    mkdirSync(dirname(join(adapters, file)), { recursive: true });
    if (reached.has(file)) copyFileSync(join(from, file), join(adapters, file));
    else symlinkSync(join(from, file), join(adapters, file));
  }
  symlinkSync(join(from, 'generated'), join(adapters, 'generated'));
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
