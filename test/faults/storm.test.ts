import { describe, expect, it } from 'vitest';
import { seedOf } from './scene.ts';
import { ENGINES } from './schedule.ts';
import { againWith, storm } from './storm.ts';

/** As the runner takes it, without the name of the test. */
const seed = seedOf('storm').seed.slice('storm:'.length);
const SECONDS = 28;

describe.each(ENGINES)('a storm over processes, lines and the upstream, on %s', (engine) => {
  it('loses nothing, doubles nothing that is not declared, keeps the order, and brings everything to an end', { timeout: 300_000 }, async () => {
    const again = againWith({ engine, seed, seconds: SECONDS });
    console.info(again);
    const { violations, figures, progress } = await storm({ engine, seed, seconds: SECONDS });
    console.info(JSON.stringify({ seconds: Math.round(progress.seconds), ...figures, blows: progress.blows, faults: progress.faults }));
    expect(violations, `again: ${again}`).toEqual([]);
  });
});
