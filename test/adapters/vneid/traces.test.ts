/**
 * A gateway as a process of its own that is killed while VNeID waits for an answer; and what it leaves behind: nothing of a citizen and no secret in the ledger's
 * folder, the logs, the metrics, the names of files or the addresses that were called.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { VneidSimulator } from '../../../adapters/vneid/simulator.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startMockServer, waitFor, type RunningSimulator } from '../../../src/testing/index.ts';
import { drained, sceneConfig, startPortal } from '../../faults/scene.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';
import { configFile, endEverything, freshFolder, serveGateway, type GatewayProcess } from '../../support/process.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  endEverything();
});
const AGENCY = 'H99.14';
/** How long after a dossier has come the gateway dies, ms; `answer`: with the answer ready, which VNeID never sees. */
const DEATHS = [5, 'answer'] as const;

function everythingIn(folder: string): { name: string; content: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile()).map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}

it('killed between a dossier and its answer: the same again is 00, one dossier; and nothing personal is left anywhere', { timeout: 120_000 }, async () => {
  const [folder, settings] = [freshFolder(), freshFolder()];
  let gateway: GatewayProcess | undefined;
  let death: (typeof DEATHS)[number] | undefined;
  const printed: string[] = [];
  const bury = async (): Promise<void> => {
    if (gateway === undefined) return;
    printed.push(gateway.stdout(), gateway.stderr());
    await gateway.kill();
    gateway = undefined;
  };
  // Stands between VNeID and the gateway, and kills it at the agreed moment.
  const door = await httpLoopback((request, response) => void (async () => {
    const body = await bodyOf(request);
    const how = request.method === 'POST' ? death : undefined;
    const alive = gateway;
    if (alive === undefined) return void response.destroy();
    const call = fetch(`${alive.url}/inbound/vneid${request.url ?? ''}`, request.method === 'GET' ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (how !== undefined) {
      death = undefined;
      if (how === 'answer') await call;
      else await Promise.race([call.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, how))]);
      await bury();
      await call.catch(() => undefined);
      return void response.destroy();
    }
    const answer = await call;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  })().catch(() => response.destroy()));
  open.push({ close: () => Promise.resolve(door[Symbol.asyncDispose]()) });
  const vneid = (await startMockServer('vneid', { seed: 'traces', callbacks: { url: door.url }, simulator: { agencyCode: AGENCY, gateway: 'lgsp-header', wantsToken: true, resultAfterMs: [0, 0], chances: { authorised: 1, convicted: 1 }, retry: { attempts: 0, delayMs: 1 } } })) as RunningSimulator<VneidSimulator>;
  open.push(vneid);
  const portal = await startPortal('traces', {}, { agencies: [AGENCY] });
  open.push(portal);
  const { simulator } = vneid;
  const raw = simulator.clientConfig?.(vneid.url) as { backend: object };
  const scene = sceneConfig({ folder, portal, upstream: { agencyCode: AGENCY } }) as { upstreams: Record<string, unknown> };
  const file = configFile(settings, { ...scene, logging: { level: 'debug', requests: 'all' }, upstreams: { ...scene.upstreams, vneid: { adapter: 'vneid', ...raw, backend: { ...raw.backend, pollEveryMs: 1_000 } } } });
  const start = async (): Promise<string> => (gateway = await serveGateway(file)).url;

  // ---- killed, and asked again
  const codes: string[] = [];
  let url = await start();
  for (const how of DEATHS) {
    death = how;
    const { citizen } = simulator.apply();
    const application = () => simulator.applications().find((one) => one.citizen === citizen);
    await fetch(`${vneid.url}/`);
    await waitFor(() => gateway === undefined && vneid.callbacks.waiting() === 0, { timeoutMs: 20_000, describe: () => `the end of the gateway, ${how}` });
    const code = application()?.code ?? '';
    expect(application()).toMatchObject({ phase: 'sent', answers: [] });
    url = await start();
    for (let again = 0; again < 2; again += 1) {
      // A gateway that has only just come up on a busy machine may ask for patience.
      const { response } = await waitFor(async () => {
        const record = await vneid.callbacks.make(simulator.call('repeat', { maHoSo: code }));
        return record.state === 'answered' && record;
      }, { timeoutMs: 20_000, describe: () => JSON.stringify(vneid.callbacks.journal().at(-1)?.tries) });
      expect(response?.body).toBe('{"statusCode":"00","data":null,"errorDetail":null}');
    }
    const { dossier } = (await (await fetch(`${url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier };
    expect(dossier).toMatchObject({ status: 'SUBMITTED', judicialRecord: { submissions: [{}] } });
    expect(dossier.judicialRecord?.submissions).toHaveLength(1);
    expect(dossier.history).toHaveLength(1);
    codes.push(code);
  }
  expect(new Set(codes).size).toBe(DEATHS.length);

  // ---- a life and its troubles, with everything logged
  const [code = ''] = codes;
  const { dossier } = (await (await fetch(`${url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier };
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const accepted: Dossier = { ...dossier, status: 'ACCEPTED', sourceUpdatedAt: at, dates: { ...dossier.dates, acceptedAt: at }, history: [...dossier.history, { at, status: 'ACCEPTED', action: 'Tiếp nhận' }] };
  expect((await fetch(`${url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(accepted) })).status).toBe(202);
  await waitFor(() => simulator.application(code)?.state === '9', { timeoutMs: 30_000, describe: () => JSON.stringify(simulator.application(code)) });
  const { codeGet, authKey } = simulator.secrets;
  const post = (path: string, body: string) => fetch(`${url}/inbound/vneid/api/v1/hosos/LLTP/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const bodies = vneid.callbacks.journal().filter(({ name }) => name === 'createDossier').map(({ request }) => JSON.parse(request.body) as { toKhai: Record<string, unknown> });
  const [first] = bodies;
  // Refused and put aside, with everything personal in it; the wrong secret; no JSON at all.
  expect(await (await post(`TaoHoSo?CodeGet=${codeGet}`, JSON.stringify({ ...first, toKhai: { ...first?.toKhai, nycNgaySinh: 'x' } }))).json()).toMatchObject({ statusCode: '01' });
  expect((await post(`TaoHoSo?CodeGet=${codeGet}x`, JSON.stringify(first))).status).toBe(400);
  await post(`TaoHoSo?CodeGet=${codeGet}`, `{"toKhai": ${JSON.stringify(first?.toKhai)}`);
  await drained(url, 30_000);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const alive = gateway as unknown as GatewayProcess;
  await alive.stop();
  printed.push(alive.stdout(), alive.stderr());

  // ---- what must be nowhere
  const words = new Map<string, string>([[codeGet, 'CodeGet'], [authKey, 'authKey'], ['demo-secret', 'the platform’s secret']]);
  const personal = ['HoTen', 'SoGiayTo', 'DienThoai', 'Email', 'HoTenCha', 'HoTenMe'];
  for (const { toKhai } of bodies) {
    for (const [holder, p] of [[toKhai, 'nyc'], [toKhai['thongTinUyQuyen'] as Record<string, unknown>, 'nuq']] as const) for (const name of personal) if (typeof holder[`${p}${name}`] === 'string') words.set(holder[`${p}${name}`] as string, `${p}${name}`);
  }
  words.delete('');
  expect(words.size).toBeGreaterThan(20);
  const left = everythingIn(folder);
  expect(left.length).toBeGreaterThan(1);
  const urls = [...vneid.exchanges.list(0, 1_000), ...portal.exchanges.list(0, 1_000)].map(({ path, query }) => `${path}?${JSON.stringify(query)}`).join('\n');
  const log = printed.join('\n');
  expect(log.length).toBeGreaterThan(1_000);
  expect(metrics).toContain('lienthong_');
  // The search finds what is there: the operator's own file has the secret.
  expect(everythingIn(settings).some(({ content }) => content.includes(codeGet))).toBe(true);
  for (const [word, what] of words) {
    for (const form of new Set([word, word.normalize('NFD')])) {
      for (const { name, content } of left) expect([name, content.includes(form)], what).toEqual([name, false]);
      for (const [where, text] of [['log', log], ['metrics', metrics], ['addresses', urls], ['file names', left.map(({ name }) => name).join('\n')]] as const) expect([where, text.includes(form)], what).toEqual([where, false]);
    }
  }
});
