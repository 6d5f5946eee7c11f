/** The gateway before a mock server that looks at every word: what our adapters send, and what the doubles answer, is what the documents say. */
import { afterEach, expect, it } from 'vitest';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { startMockServer } from '../../src/testing/index.ts';
import { AGENCY, drained, exportLines, sceneConfig, sendLines } from '../faults/scene.ts';
import { endEverything, freshFolder } from '../support/process.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
  endEverything();
});

it('a slice of the Cần Thơ export reaches the portal without one issue or breach', { timeout: 60_000 }, async () => {
  const portal = await startMockServer('dvcqg', { seed: 'slice', simulator: { agencies: [AGENCY] }, log: { max: 5_000 } });
  open.push(portal);
  const app = await startApp(loadConfig({ overrides: sceneConfig({ folder: freshFolder(), portal }), adapters: ADAPTERS }));
  open.push(app);
  const lines = exportLines(60);
  expect((await sendLines(app.url, lines)).summary).toMatchObject({ accepted: lines.length });
  await drained(app.url, 30_000);
  const wrong = portal.exchanges.list(0, 5_000).filter((e) => e.issues.length + e.breaches.length > 0);
  expect(wrong.map((e) => [e.service, e.issues, e.breaches])).toEqual([]);
  expect(portal.validation.counts()).toMatchObject({ withIssues: 0, breaches: 0 });
  expect(portal.validation.counts().checked).toBeGreaterThan(2 * lines.length);
  expect(portal.simulator.summary()['dossiers']).toBe(lines.length);
});
