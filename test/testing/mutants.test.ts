/** The suite catches every broken copy of our adapters, and finds nothing wrong with a faithful one. */
import { describe, expect, it } from 'vitest';
import { adapterChecks, UPSTREAM_IDS } from '../../src/testing/index.ts';
import { copyOf, type Copy } from './mutant-copy.ts';
import { MUTANTS } from './mutants.ts';

/** What the checks find, by id; '' is nothing. */
async function found(copy: Copy, only: readonly string[]): Promise<Record<string, string>> {
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
