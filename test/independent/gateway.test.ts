/** The gateway's own document read by a stranger: Prism between a caller and the gateway, over every route that a run can reach, good answers and bad ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import dossier from '../../examples/sdk/dossier.json' with { type: 'json' };
import gatewayDocument from '../../schemas/gateway.openapi.json' with { type: 'json' };
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { startMockServer, startSimulator } from '../../src/testing/index.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { startPrism } from './prism.ts';
import { startTap, type Tap } from './tap.ts';

const DOCUMENT = fileURLToPath(new URL('../../schemas/gateway.openapi.json', import.meta.url));
const AGENCY = '000.00.00.H13';
const reason = 'invented, for a test';
const closing: (() => unknown)[] = [];
let tap: Tap;
/** past Prism */
let direct = '';
/** of a file that the ledger keeps */
let fileId = '';

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-prism-gateway-'));
  closing.unshift(() => rmSync(folder, { recursive: true, force: true }));
  const simulator = createDvcqgSimulator({ seed: 'independent', agencies: [AGENCY] });
  const portal = await startSimulator(simulator);
  closing.unshift(() => portal.close());
  const people = await startMockServer('dancu', { seed: 'independent' });
  closing.unshift(() => people.close());
  const app = await startApp(loadConfig({ adapters: ADAPTERS, overrides: {
    server: { host: '127.0.0.1', port: 0 }, ledger: { engine: 'sqlite', folder }, logging: { level: 'silent', requests: 'none' },
    upstreams: { dvcqg: { adapter: 'dvcqg', agencyCode: AGENCY, ...simulator.accounts[0], baseUrl: portal.url }, 'dan-cu': { adapter: 'dancu', ...people.simulator.clientConfig?.(people.url) } },
    citizens: { purposes: { 'HT-01': { legalBasis: 'Điều 9 (mẫu)' } } },
    sources: { opencps: { adapter: 'opencps', mode: 'push' } },
  } }));
  closing.unshift(() => app.close());
  direct = app.url;
  fileId = fileIdIn(await app.ledger.keepFile(Buffer.from('%PDF-1.7'), { mediaType: 'application/pdf' })) ?? '';
  const prism = await startPrism(DOCUMENT, app.url);
  closing.unshift(() => prism.stop());
  tap = await startTap(prism.url, ({ type = '' }) => type.startsWith('docs/errors.md#'));
  closing.unshift(() => tap.close());
});
afterAll(async () => {
  for (const close of closing) await close();
});

// A gateway on loopback asks for no key; Prism wants to see one because the document says so.
const call = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(tap.url + path, { method, headers: { authorization: 'Bearer not-looked-at', ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

describe('the gateway through Prism', () => {
  it('answers as its document says', async () => {
    expect((await call('POST', '/v1/dossiers', dossier)).status).toBe(202);
    expect((await call('POST', '/v1/dossiers', dossier)).status).toBe(202);
    await waitFor(async () => ((await (await call('GET', `/v1/exchanges?state=done&dossier=${dossier.code}`)).json()) as { items: unknown[] }).items.length > 0, { timeoutMs: 20_000, describe: 'the dossier to arrive' });
    // Prism would refuse it, and the list of what was refused would stay empty.
    expect((await fetch(`${direct}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"code":"H99"}' })).status).toBe(422);
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/metrics', '/v1/summary', `/v1/dossiers/${dossier.code}`, `/v1/dossiers/${dossier.code}/evidence`, `/v1/files/${fileId}`, '/v1/exchanges?limit=5', '/v1/quarantine', '/v1/alerts', '/v1/blocked', '/v1/orders', '/v1/replays', '/v1/upstreams', '/v1/instances', '/v1/drift', '/v1/indicators?by=unit', '/v1/indicators/2.1', '/v1/indicators/2.1/dossiers', '/v1/indicators/findings', '/v1/indicators/forecast', `/v1/dossiers/${dossier.code}/indicators`, '/v1/indicators?format=csv', '/v1/indicators?format=html', '/v1/ioc/ThongKeThang']) {
      expect([path, (await call('GET', path)).status]).toEqual([path, 200]);
    }
    const hold = (await (await call('POST', '/v1/holds', { scope: 'dossier', key: dossier.code, reason })).json()) as { id: number };
    expect((await call('GET', '/v1/holds')).status).toBe(200);
    expect((await call('POST', `/v1/holds/${hold.id}:release`, { reason })).status).toBe(200);
    expect((await call('POST', '/v1/upstreams/dvcqg/breaker', { state: 'closed', reason })).status).toBe(200);
    const question = { citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', purpose: 'HT-01', officer: 'canbo.demo' };
    for (const act of ['verify', 'look-up']) expect(await (await call('POST', `/v1/citizens/${act}`, question)).json()).toMatchObject({ answer: { outcome: 'MATCH' } });
    expect((await call('GET', '/v1/citizens/queries?limit=5')).status).toBe(200);
    expect(((await (await call('POST', '/v1/citizens/queries:search', { citizenId: question.citizenId })).json()) as { items: unknown[] }).items).toHaveLength(4);
    expect((await call('POST', '/v1/indicators:recompute', {})).status).toBe(200);
    expect((await call('POST', '/v1/replays:preview', { filter: { states: ['dead'] } })).status).toBe(200);
    expect(tap.violations()).toEqual([]);
  });

  it('refuses as its document says', async () => {
    const statuses = [
      await call('GET', '/v1/dossiers/none'), await call('GET', `/v1/files/${'0'.repeat(64)}`), await call('GET', '/v1/replays/999'), await call('POST', '/v1/holds/999:release', { reason }),
      await call('POST', '/v1/upstreams/nowhere/breaker', { state: 'open', reason }), await call('POST', '/v1/exchanges/999:retry', { reason }),
      await call('POST', '/v1/dossiers?source=nowhere', dossier),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 400]);
    expect(tap.violations()).toEqual([]);
  });

  it('was asked on almost every operation of the document', () => {
    const operations = Object.entries(gatewayDocument.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    const called = [...tap.calls().keys()];
    const missing = operations.filter((operation) => !called.some((one) => new RegExp(`^${operation.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/:]+')}$`).test(one)));
    // A stream of lines, and what needs an exchange that failed: their own tests hold them.
    expect(missing.sort()).toEqual(['GET /v1/replays/{id}/result', 'POST /v1/dossiers:import', 'POST /v1/drift/{id}:acknowledge', 'POST /v1/exchanges/{id}:cancel', 'POST /v1/replays', 'POST /v1/replays/{id}:cancel']);
  });
  it('would be told on for a call that its document does not know', async () => {
    await call('POST', '/v1/holds', { scope: 'everything', key: 'x', reason });
    expect(tap.violations()).toContainEqual(expect.objectContaining({ operation: 'POST /v1/holds', side: 'request', where: 'body.scope' }));
  });
});
