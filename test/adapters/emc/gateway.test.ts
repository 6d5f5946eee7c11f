/** Through a running gateway: what a land system tells goes on to EMC, each state once; EMC's troubles are nobody else's. */
import { afterEach, describe, expect, it } from 'vitest';
import { fixtures as landFixtures } from '../../../adapters/vbdlis/fixtures.ts';
import { fullLandDossier } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import { ADAPTERS } from '../../../src/cli/adapters.ts';
import { startApp } from '../../../src/cli/app.ts';
import { loadConfig } from '../../../src/gateway/config.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startMockServer, waitFor } from '../../../src/testing/index.ts';
import { drained, sceneConfig } from '../../faults/scene.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';
import { endEverything, freshFolder } from '../../support/process.ts';
import { emcDossier } from './fixtures.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
  endEverything();
});

const startEmc = async (options: Record<string, unknown> = {}) => {
  const server = await startMockServer('emc', { simulator: options as never });
  open.push(server);
  return server;
};
/** A gateway before these upstreams. */
async function startGateway(upstreams: Record<string, Record<string, unknown>>) {
  const scene = sceneConfig({ folder: freshFolder(), portal: { url: 'http://127.0.0.1:9', simulator: { accounts: [{}] } } as never });
  const app = await startApp(loadConfig({ overrides: { ...scene, upstreams }, adapters: ADAPTERS }));
  open.push(app);
  return {
    url: app.url,
    get: async (code: string) => (await (await fetch(`${app.url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier; exchanges: { upstream: string; state: string }[] },
    async send(dossier: Dossier, status = 202): Promise<void> {
      const answer = await fetch(`${app.url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(dossier) });
      expect(answer.status, await answer.clone().text()).toBe(status);
    },
  };
}
const emcUpstream = (server: { url: string; simulator: { clientConfig?(url: string): Record<string, unknown> } }, more = {}) => ({ adapter: 'emc', ...server.simulator.clientConfig?.(server.url), ...more });

it('a land system moves a dossier, and EMC hears each of its states once', { timeout: 60_000 }, async () => {
  const emc = await startEmc();
  let gateway = '';
  const desk = await httpLoopback((request, response) => void (async () => {
    const answer = await fetch(`${gateway}/inbound/dat-dai${request.url ?? ''}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: await bodyOf(request) });
    response.writeHead(answer.status).end(await answer.text());
  })());
  open.push({ close: () => Promise.resolve(desk[Symbol.asyncDispose]()) });
  const script = ['move', 'supplement', 'move', 'finish'].map((step) => ({ do: step, afterMs: 0 }));
  const land = await startMockServer('vbdlis', { seed: 'case', callbacks: { url: desk.url }, simulator: { ...landFixtures.simulator?.options, script, scripts: {}, taxSteps: [] } as never });
  open.push(land);
  const raw = landFixtures.simulator?.config?.(land.url, land.simulator as never) ?? {};
  const app = await startGateway({ 'dat-dai': { adapter: 'vbdlis', ...raw }, emc: emcUpstream(emc) });
  gateway = app.url;

  const dossier = fullLandDossier();
  await app.send(dossier);
  await waitFor(async () => (await app.get(dossier.code)).dossier.status === 'SUPPLEMENT_REQUIRED');
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const { landCase: _, ...province } = dossier;
  await app.send({ ...province, sourceUpdatedAt: at(5), supplements: [{ requestedAt: at(0), reason: 'Theo yêu cầu', completedAt: at(5), newDueAt: '2027-03-21T10:00:00Z' }], history: [...dossier.history, { at: at(5), status: 'PROCESSING', action: 'Đã nhận bổ sung' }] });
  await waitFor(async () => {
    land.simulator.advance(600_000);
    await fetch(`${land.url}/`);
    return (await app.get(dossier.code)).dossier.status === 'RESOLVED';
  });
  await drained(app.url, 30_000);

  // The province said that it was received and sent on, the land system everything else: moves and a supplement are no news to EMC.
  expect(emc.simulator.journal().map(({ key, item }) => [key, (item as { status: string }).status])).toEqual([[dossier.code, '1'], [dossier.code, '2'], [dossier.code, '3']]);
  expect(emc.simulator.summary()).toMatchObject({ taken: 3, nonsense: 0, repeats: 0 });
  expect(emc.validation.counts()).toMatchObject({ breaches: 0 });
  const { exchanges } = await app.get(dossier.code);
  expect(exchanges.filter(({ upstream }) => upstream === 'emc').map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

describe.each(['form', 'json'] as const)('%s', (encoding) => {
  it('snapshot after snapshot, each state goes once and in order', { timeout: 30_000 }, async () => {
    const emc = await startEmc({ encoding });
    const app = await startGateway({ emc: emcUpstream(emc) });
    const { history } = emcDossier();
    for (let n = 1; n <= history.length; n += 1) {
      await app.send(emcDossier({ history: history.slice(0, n), dates: {}, status: history[n - 1]?.status ?? 'UNKNOWN', sourceUpdatedAt: `2025-07-10T03:00:0${n}Z` }));
    }
    await drained(app.url, 20_000);
    expect(emc.simulator.journal().map(({ item }) => (item as { status: string }).status)).toEqual(['1', '4', '2', '3']);
  });

  it.each([['give-up', 4, 1], ['resend-once', 5, 2]] as const)('a lost reply, %s: counted as configured, and the next state goes all the same', { timeout: 30_000 }, async (unknownOutcome, taken, first) => {
    const emc = await startEmc({ encoding });
    const app = await startGateway({ emc: emcUpstream(emc, { unknownOutcome }) });
    emc.faults.once('reset-after');
    await app.send(emcDossier());
    await drained(app.url, 20_000);
    const statuses = emc.simulator.journal().map(({ item }) => (item as { status: string }).status);
    expect([statuses.length, statuses.filter((status) => status === '1').length, statuses.at(-1)]).toEqual([taken, first, '3']);
    const states = (await app.get('H99.14-250701-0042')).exchanges.map(({ state }) => state).sort();
    expect(states).toEqual(unknownOutcome === 'give-up' ? ['done', 'done', 'done', 'doubtful'] : ['done', 'done', 'done', 'done']);
  });
});

it('what certainly did not arrive goes again', { timeout: 30_000 }, async () => {
  const emc = await startEmc();
  const app = await startGateway({ emc: emcUpstream(emc) });
  emc.faults.once({ kind: 'http-429', retryAfterSeconds: 0.05 } as never);
  await app.send(emcDossier());
  await drained(app.url, 20_000);
  expect(emc.simulator.summary()).toMatchObject({ taken: 4, repeats: 0 });
});

it('a site that is down holds neither the dossier nor another site up', { timeout: 30_000 }, async () => {
  const emc = await startEmc();
  const app = await startGateway({ emc: emcUpstream(emc), 'emc-khac': { adapter: 'emc', baseUrl: 'http://127.0.0.1:9', siteId: 1 } });
  await app.send(emcDossier());
  await waitFor(() => emc.simulator.count() === 4);
  expect((await app.get('H99.14-250701-0042')).exchanges.filter(({ upstream }) => upstream === 'emc-khac').map(({ state }) => state)).not.toContain('done');
});
