/** In a real gateway on a real ledger: what it sends, in which order, and what is kept of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import type { Adapter } from '../../../src/adapter/types.ts';
import { startApp, type App } from '../../../src/cli/app.ts';
import { loadConfig } from '../../../src/gateway/config.ts';
import { createLogger } from '../../../src/gateway/log.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { waitFor } from '../../../src/testing/wait.ts';
import { BIRTH_RESULT, detail, PDF, rawConfig, resultRow, row, snapshot } from './fixtures.ts';
import { world, type World } from './world.ts';

let folder = '';
let app: App | undefined;
let w: World;
const logged: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-dvclt-'));
  w = await world();
  logged.length = 0;
});
afterEach(async () => {
  await app?.close();
  await w[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Rounds as often as a test wants them: their own shortest is ten seconds. */
const quick = { ...dvclt, rounds: dvclt.rounds?.map((round) => ({ ...round, everyMs: () => 50 })) } as unknown as Adapter;

async function begin(): Promise<App> {
  const url = w.url;
  app = await startApp(loadConfig({
    env: {}, adapters: { dvclt: quick },
    overrides: {
      server: { port: 0, maxEventLoopDelayMs: 0, maxRssBytes: 0 }, ledger: { folder }, indicators: { enabled: false },
      upstreams: { dvclt: { ...rawConfig, adapter: 'dvclt', baseUrl: url, civilStatus: { baseUrl: url, gateway: { kind: 'none' } } } },
    },
  }), { logger: createLogger({ level: 'debug', stream: { write: (line: string) => void logged.push(line) } }) });
  return app;
}
const held = async (code: string): Promise<Dossier> => JSON.parse((await (app as App).ledger.getDossier(code))?.body ?? '{}') as Dossier;
const events = (): number[] => w.of('POST', 'DVCLTHoTich').map(({ body }) => (JSON.parse(body) as { trangThai: number }).trangThai);

it('does not hand over what was withdrawn while the civil-status system took nothing', { timeout: 60_000 }, async () => {
  w.rows = [row()];
  w.details = { 77: detail() };
  w.answers.push = () => ({ status: 429, body: '' });
  await begin();
  await waitFor(() => events().length === 1);
  const code = (JSON.parse(w.of('POST', 'DVCLTHoTich')[0]?.body ?? '{}') as { maHoSo: string }).maHoSo;
  const say = async (status: Dossier['status']): Promise<number> =>
    (await fetch(`${app?.url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(snapshot(await held(code), status, new Date().toISOString())) })).status;
  const push = async () => (await (app as App).ledger.timeline(code))?.exchanges.find(({ operation }) => operation === 'pushCivilStatus');
  expect(await say('ACCEPTED')).toBeLessThan(300);
  await waitFor(async () => ((await push())?.attempts ?? 0) > 0);
  expect(await say('WITHDRAWN')).toBeLessThan(300);
  delete w.answers.push;
  await waitFor(async () => (await push())?.state === 'rejected', { timeoutMs: 50_000 });
  expect(await push()).toMatchObject({ code: 'LT-DELIVERY-OVERTAKEN' });
  expect((await held(code)).status).toBe('WITHDRAWN');
});

it('takes a birth over, hands it over with its file, tells every event in order and brings the number back', { timeout: 30_000 }, async () => {
  w.rows = [row()];
  w.details = { 77: detail() };
  await begin();
  await waitFor(() => w.of('PUT', '').length > 0);
  w.rows = [];
  await waitFor(() => events().length === 1);
  const code = (JSON.parse(w.of('POST', 'DVCLTHoTich')[0]?.body ?? '{}') as { maHoSo: string }).maHoSo;
  const say = async (status: Dossier['status']): Promise<void> => {
    const reply = await fetch(`${app?.url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(snapshot(await held(code), status, new Date().toISOString())) });
    expect([reply.status, await reply.text()]).toEqual([expect.toSatisfy((status: number) => status < 300), expect.anything()]);
  };
  w.answers.results = (body) => ({ body: { status: 1, value: (body as { maDinhDanhHoSo: string[] }).maDinhDanhHoSo.map((one) => resultRow(one, { trangThai: '3', ketQuaXuLy: null })) } });
  await say('ACCEPTED');
  await waitFor(() => events().length === 3);
  expect(JSON.parse(w.of('POST', '/nhanHoSoDKHT')[0]?.body ?? '{}')).toMatchObject({ maHoSoMCDT: code, fileDinhKem: [{ duLieuTepDinhKem: PDF }] });
  w.answers.results = (body) => ({ body: { status: 1, value: (body as { maDinhDanhHoSo: string[] }).maDinhDanhHoSo.map((one) => resultRow(one)) } });
  await waitFor(() => events().length === 4);
  expect((await held(code)).civilStatus?.result?.citizenNumber).toBe(BIRTH_RESULT.soDinhDanh);
  await say('RETURNED');
  await waitFor(() => events().length === 5);
  expect(events()).toEqual([1, 3, 7, 4, 5]);
  expect(JSON.parse((JSON.parse(w.of('POST', 'DVCLTHoTich')[3]?.body ?? '{}') as { ketQuaXuLy: string }).ketQuaXuLy)).toMatchObject({ soDinhDanh: BIRTH_RESULT.soDinhDanh, giayKhaiSinh: PDF });
  expect(w.of('POST', '/nhanHoSoDKHT')).toHaveLength(1);
  expect((await held(code)).status).toBe('RETURNED');
  expect((await app?.ledger.counts(Date.now()))?.dossiers).toBe(1);
  expect((await app?.ledger.verify())?.brokenAt).toBeNull();
  expect(logged.join('')).not.toMatch(/099225000031|Minh Thử|099093000789/);
});
