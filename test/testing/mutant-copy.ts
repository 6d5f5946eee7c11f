/** Copies of our adapters with faults in them, to be run beside the real ones. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect } from 'vitest';
import type { AdapterFixtures } from '../../src/adapter/fixtures.ts';
import type { Adapter } from '../../src/adapter/types.ts';
import type { UpstreamId } from '../../src/testing/index.ts';
import type { Edit } from './mutants.ts';

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

export interface Copy { adapter: Adapter; fixtures: AdapterFixtures; /** one of its files */ module(file: string): Promise<Record<string, unknown>> }

/** A copy of an adapter with these edits; `src` and the generated validators are the project's own. */
export async function copyOf(id: UpstreamId, name: string, edits: readonly Edit[]): Promise<Copy> {
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
  // What is no code: pages, tables, files that go along. Copied, since an adapter may refuse a link out of a folder.
  for (const one of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const file = relative(from, join(one.parentPath, one.name));
    if (!one.isFile() || file.endsWith('.ts') || file.startsWith('generated')) continue;
    mkdirSync(dirname(join(adapters, file)), { recursive: true });
    copyFileSync(join(from, file), join(adapters, file));
  }
  symlinkSync(join(root, 'src'), join(home, 'src'));
  for (const { file, find, replace } of edits) {
    const path = join(adapters, file);
    const text = readFileSync(path, 'utf8');
    expect(text.split(find).length - 1, `${name}: how often ${file} holds what is to be changed`).toBe(1);
    writeFileSync(path, text.replace(find, () => replace));
  }
  const module = async (file: string): Promise<Record<string, unknown>> => (await import(/* @vite-ignore */ pathToFileURL(join(adapters, file)).href)) as Record<string, unknown>;
  return { adapter: (await module('adapter.ts'))[id] as Adapter, fixtures: (await module('fixtures.ts'))['fixtures'] as AdapterFixtures, module };
}

