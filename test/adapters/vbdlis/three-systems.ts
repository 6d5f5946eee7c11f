/** A gateway between a simulated land system and the simulated portal, all of them over sockets; every call of the land system is made twice. */
import { vi } from 'vitest';
import type { DvcqgSimulator } from '../../../adapters/dvcqg/simulator.ts';
import { createDvcqgSimulator, dvcqgJournalReader } from '../../../adapters/dvcqg/simulator.ts';
import { INBOUND_SECRETS } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import { fixtures } from '../../../adapters/vbdlis/fixtures.ts';
import type { VbdlisSimulator } from '../../../adapters/vbdlis/simulator.ts';
import { ADAPTERS } from '../../../src/cli/adapters.ts';
import { startApp } from '../../../src/cli/app.ts';
import { loadConfig } from '../../../src/gateway/config.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { startMockServer, startSimulator, waitFor, type RunningSimulator } from '../../../src/testing/index.ts';
import { drained, sceneConfig } from '../../faults/scene.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';
import { freshFolder } from '../../support/process.ts';

export type Profile = 'vbdlis' | 'ilis';
/** All clocks of a run begin here and move by hand, so that every time is known. */
export const BEGIN = Date.parse('2026-03-02T01:00:00Z');
const AGENCY = 'H99.99.01';
const MINUTE = 60_000;

export interface Exchange { upstream: string; operation: string; state: string; itemKey: string }
export interface Told { path: string; body: string; status: number; answer: string }
export interface ThreeSystems {
  land: RunningSimulator<VbdlisSimulator>;
  portal: RunningSimulator<DvcqgSimulator>;
  url: string;
  /** the land system's calls in the order in which they were made, each once */
  told: Told[];
  /** the clock of the story, moved on by some minutes */
  later(minutes?: number): string;
  /** lets the land system do what is due, until the dossier is as it is waited for and all that follows from it has gone out */
  until(is: (dossier: Dossier) => boolean, what: string): Promise<Dossier>;
  /** the province's system sends a dossier */
  send(dossier: Dossier): Promise<void>;
  /** an upstream calls: status and text of the answer */
  call(path: string, body: unknown): Promise<{ status: number; answer: string }>;
  held(code: string): Promise<Dossier>;
  /** the gateway keeps a file, as if it had come in a message: its address */
  keepFile(content: Uint8Array): Promise<string>;
  exchanges(code: string): Promise<Exchange[]>;
  /** nothing goes on by itself any more, and all of it went well */
  settled(): Promise<void>;
  /** what the portal's simulator has applied of a dossier: steps as “status action”, and its snapshots' statuses */
  atPortal(code: string): { steps: string[]; snapshots: string[] };
  /** what the land system has applied of a dossier, as `service effect` */
  atLand(code: string): string[];
  close(): Promise<void>;
}

/** A busy machine makes the gateway ask for patience: whoever calls it comes again, as real systems do. */
async function post(url: string, text: string): Promise<{ status: number; answer: string }> {
  return waitFor(async () => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
    const said = { status: answer.status, answer: await answer.text() };
    return said.status !== 503 && said;
  }, { timeoutMs: 20_000, describe: () => 'the gateway to take a call' });
}

/**
 * @param simulator options of the simulated land system
 * @param config of the land adapter, over what the simulator asks for
 */
export async function threeSystems(profile: Profile, watched: string, simulator: Record<string, unknown>, config: Record<string, unknown> = {}): Promise<ThreeSystems> {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
  const closing: (() => Promise<unknown>)[] = [() => Promise.resolve(vi.useRealTimers())];
  const told: Told[] = [];
  let gateway = '';
  const knock = (path: string, text: string): Promise<{ status: number; answer: string }> => post(`${gateway}/inbound/dat-dai${path}`, text);
  const desk = await httpLoopback((request, response) => void (async () => {
    const path = request.url ?? '';
    const body = await bodyOf(request);
    const first = await knock(path, body);
    const again = await knock(path, body);
    told.push({ path, body, ...first });
    response.writeHead(again.status === first.status && again.answer === first.answer ? first.status : 599).end(first.answer);
  })());
  closing.push(() => Promise.resolve(desk[Symbol.asyncDispose]()));
  const land = (await startMockServer('vbdlis', {
    seed: 'two-notices', callbacks: { url: desk.url },
    simulator: { ...fixtures.simulator?.options, profile, scripts: {}, taxSteps: [], now: () => BEGIN, ...simulator } as never,
  })) as RunningSimulator<VbdlisSimulator>;
  closing.push(() => land.close());
  const portal = await startSimulator(createDvcqgSimulator({ seed: 'three', agencies: [AGENCY] }));
  closing.push(() => portal.close());
  const raw = { ...fixtures.simulator?.config?.(land.url, land.simulator as never), taxSecurityKey: INBOUND_SECRETS.taxSecurityKey, ...config };
  const scene = sceneConfig({ folder: freshFolder(), portal, upstream: { agencyCode: AGENCY } }) as { upstreams: Record<string, unknown> };
  const app = await startApp(loadConfig({ overrides: { ...scene, upstreams: { ...scene.upstreams, 'dat-dai': { adapter: 'vbdlis', ...raw } } }, adapters: ADAPTERS }));
  closing.push(() => app.close());
  gateway = app.url;
  const view = async (code: string) => (await (await fetch(`${app.url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier; exchanges: Exchange[] };
  const held = async (code: string): Promise<Dossier> => (await view(code)).dossier;
  const isOf = (code: string) => ({ key }: { key?: string }): boolean => key === code;

  return {
    land, portal, url: app.url, told, held, keepFile: (content) => app.ledger.keepFile(content, { mediaType: 'application/pdf' }), call: (path, body) => knock(path, JSON.stringify(body)),
    later(minutes = 1) {
      land.simulator.advance(minutes * MINUTE);
      vi.setSystemTime(land.simulator.now());
      return instantFromEpoch(land.simulator.now());
    },
    async until(is, what) {
      let last: Dossier | undefined;
      const found = await waitFor(async () => {
        // What is due is told with the next call that the simulator gets.
        await fetch(`${land.url}/`);
        last = await held(watched);
        return is(last) && last;
      }, { timeoutMs: 15_000, describe: () => `${what}: ${last?.status ?? ''} ${JSON.stringify(last?.landCase)}` });
      // A snapshot that still waits when the next change comes is superseded, rightly; a story that counts statuses lets each go out first.
      await drained(app.url, 30_000);
      return found;
    },
    async send(dossier) {
      const { status, answer } = await post(`${app.url}/v1/dossiers`, JSON.stringify(dossier));
      if (status !== 202) throw new Error(answer);
    },
    exchanges: async (code) => (await view(code)).exchanges,
    settled: async () => void (await drained(app.url, 30_000)),
    atPortal(code) {
      const entries = portal.simulator.journal().filter(isOf(code));
      const item = (entry: { item?: unknown }) => entry.item as Record<string, string>;
      return {
        steps: entries.filter(({ effect }) => effect === 'append').map((entry) => `${item(entry)['TrangThai'] ?? ''} ${(item(entry)['NoiDungXuLy'] ?? '').split(' - ')[0] ?? ''}`),
        snapshots: entries.filter(({ effect }) => effect === 'create' || effect === 'update').map((entry) => `${entry.effect} ${dvcqgJournalReader.status(entry.item)}`),
      };
    },
    atLand: (code) => land.simulator.journal().filter(isOf(code)).map(({ service, effect, note }) => `${service} ${effect}${effect === 'refused' ? ` ${note ?? ''}` : ''}`),
    async close() {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}
