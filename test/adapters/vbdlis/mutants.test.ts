/** The stories catch every broken copy of what the land adapter does with calls to us and with files, and hold for a faithful one. */
import { describe, expect, it } from 'vitest';
import { copyOf, type Copy } from '../../testing/mutant-copy.ts';
import { LAND_MUTANTS } from './mutants.ts';
import { STORIES, type StoryId } from './stories.ts';

describe('broken copies of the land adapter', () => {
  it('have names of their own, and each story catches one', () => {
    expect(LAND_MUTANTS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(LAND_MUTANTS.map(({ id }) => id)).size).toBe(LAND_MUTANTS.length);
    expect([...new Set(LAND_MUTANTS.flatMap(({ caughtBy }) => caughtBy))].sort()).toEqual(Object.keys(STORIES).sort());
  });

  let faithful: Promise<Copy> | undefined;
  it.each(Object.keys(STORIES) as StoryId[])('“%s” holds for a faithful copy', async (id) => {
    faithful ??= copyOf('vbdlis', 'faithful', []);
    await STORIES[id](await faithful);
  });

  it.each(LAND_MUTANTS.map((one) => [one.id, one] as const))('%s is caught', async (id, { edits, caughtBy }) => {
    const broken = await copyOf('vbdlis', `land-${id}`, edits);
    for (const story of caughtBy) await expect(STORIES[story](broken), `“${story}” lets it pass`).rejects.toThrow();
  });
});
