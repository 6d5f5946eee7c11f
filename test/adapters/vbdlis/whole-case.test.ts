/** One case through a running gateway and the simulated land system, both ways: submitted, worked on, finished, its files fetched, handed over. */
import { afterEach, expect, it } from 'vitest';
import { fullLandDossier } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import { fixtures } from '../../../adapters/vbdlis/fixtures.ts';
import { ADAPTERS } from '../../../src/cli/adapters.ts';
import { startApp } from '../../../src/cli/app.ts';
import { loadConfig } from '../../../src/gateway/config.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startMockServer, waitFor } from '../../../src/testing/index.ts';
import { drained, sceneConfig } from '../../faults/scene.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';
import { endEverything, freshFolder } from '../../support/process.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
  endEverything();
});

it.each(['vbdlis', 'ilis'] as const)('%s: a case goes there and comes back', { timeout: 60_000 }, async (profile) => {
  const script = ['move', 'supplement', 'finish'].map((step) => ({ do: step, afterMs: 0 }));
  // The gateway's address is known only later: the land system calls one that leads there.
  const told: string[] = [];
  let gateway = '';
  const desk = await httpLoopback((request, response) => void (async () => {
    const answer = await fetch(`${gateway}/inbound/dat-dai${request.url ?? ''}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: await bodyOf(request) });
    told.push(`${(request.url ?? '').split('/').at(-2) ?? ''} ${answer.status}`);
    response.writeHead(answer.status).end(await answer.text());
  })());
  open.push({ close: () => Promise.resolve(desk[Symbol.asyncDispose]()) });
  const land = await startMockServer('vbdlis', { seed: 'case', callbacks: { url: desk.url }, simulator: { ...fixtures.simulator?.options, profile, script, scripts: {}, taxSteps: [] } as never });
  open.push(land);
  const raw = fixtures.simulator?.config?.(land.url, land.simulator as never) ?? {};
  const scene = sceneConfig({ folder: freshFolder(), portal: land as never });
  const app = await startApp(loadConfig({ overrides: { ...scene, upstreams: { 'dat-dai': { adapter: 'vbdlis', ...raw } } }, adapters: ADAPTERS }));
  open.push(app);
  gateway = app.url;
  const send = async (dossier: Dossier): Promise<void> => {
    const answer = await fetch(`${app.url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(dossier) });
    expect(answer.status, await answer.clone().text()).toBe(202);
  };
  const held = async (): Promise<Dossier> => ((await (await fetch(`${app.url}/v1/dossiers/${dossier.code}`)).json()) as { dossier: Dossier }).dossier;
  const dossier = fullLandDossier();
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const exchanges = async (): Promise<string[]> =>
    ((await (await fetch(`${app.url}/v1/dossiers/${dossier.code}`)).json()) as { exchanges: { operation: string; state: string }[] }).exchanges.map(({ operation, state }) => `${operation} ${state}`).sort();

  await send(dossier);
  await waitFor(async () => (await held()).status === 'SUPPLEMENT_REQUIRED');
  const { landCase: _, ...province } = dossier;
  await send({ ...province, sourceUpdatedAt: at(5), supplements: [{ requestedAt: at(0), reason: 'Theo yêu cầu', completedAt: at(5), newDueAt: '2027-03-21T10:00:00Z' }], history: [...dossier.history, { at: at(5), status: 'PROCESSING', action: 'Đã nhận bổ sung' }] });
  await waitFor(async () => {
    // Its clock goes on by hand; what is due is told with the next call that it gets.
    land.simulator.advance(600_000);
    await fetch(`${land.url}/`);
    return (await held()).landCase?.state === 'FINISHED_WITH_RESULT';
  });
  expect(await held()).toMatchObject({ status: 'RESOLVED', landCase: { results: [{ extension: '.pdf' }] } });
  const resolved = await held();
  await send({ ...resolved, sourceUpdatedAt: at(30 * 86_400), status: 'RETURNED', dates: { ...resolved.dates, returnedAt: at(30 * 86_400) } });
  await drained(app.url, 30_000);
  expect(await exchanges()).toEqual(['downloadFile done', 'downloadFile done', 'resultReturned done', 'submit done', 'supplementDone done']);
  expect(told).toEqual(['ChuyenHoSo 200', 'YeuCauBoSungHoSo 200', 'NhanBoSungHoSo 200', 'KetThucHoSo 200']);
  expect(land.validation.counts()).toMatchObject({ breaches: 0 });
});
