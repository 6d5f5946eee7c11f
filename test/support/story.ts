/**
 * A gateway between simulated systems and the simulated portal, all of them over sockets, for whole lives of dossiers. Calls of the systems to the gateway are
 * made twice, and all clocks begin together and move by hand, so that every time is known.
 */
import { vi } from 'vitest';
import type { DvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { createDvcqgSimulator, dvcqgJournalReader } from '../../adapters/dvcqg/simulator.ts';
import type { Adapter, JournalEntry } from '../../src/adapter/types.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { startSimulator, waitFor, type HostedSimulator, type RunningSimulator } from '../../src/testing/index.ts';
import { drained, sceneConfig } from '../faults/scene.ts';
import { bodyOf, httpLoopback } from './loopback.ts';
import { freshFolder } from './process.ts';

export const BEGIN = Date.parse('2026-03-02T01:00:00Z');
const MINUTE = 60_000;

export interface Exchange { upstream: string; operation: string; state: string; itemKey: string }
export interface Told { method?: string; path: string; body: string; status: number; answer: string }
export interface Closing { add(close: () => Promise<unknown>): void }

export interface StoryOptions<S extends HostedSimulator> {
  agency: string;
  /** upstream whose calls come in, and whose clock is the story's */
  inbound: string;
  /** starts the system that calls, with the desk that its calls go to */
  system(deskUrl: string): Promise<RunningSimulator<S>>;
  /** the upstreams beside the portal, by name, now that the system stands */
  upstreams(system: RunningSimulator<S>, closing: Closing): Promise<Record<string, Record<string, unknown>>> | Record<string, Record<string, unknown>>;
  /** calls that mean something else each time (a new number), and are made once. Default none */
  once?: (method: string, path: string) => boolean;
  /** over the configuration of the gateway */
  overrides?: Record<string, unknown>;
  folder?: string;
  /** in the place of ours of the same name: one whose rounds go more often than a configuration may say */
  adapters?: Readonly<Record<string, Adapter>>;
}

export interface Story<S extends HostedSimulator> {
  system: RunningSimulator<S>;
  portal: RunningSimulator<DvcqgSimulator>;
  url: string;
  /** what the gateway keeps its data in */
  folder: string;
  /** calls to the gateway in the order in which they were made, each once */
  told: Told[];
  /** the clock of the story, moved on by some minutes */
  later(minutes?: number): string;
  /** lets the system do what is due, until the dossier is as it is waited for and all that follows from it has gone out */
  until(code: string, is: (dossier: Dossier) => boolean, what: string): Promise<Dossier>;
  /** the province's system sends a dossier */
  send(dossier: Dossier): Promise<void>;
  /** an upstream calls: status and text of the answer */
  call(path: string, body: unknown): Promise<{ status: number; answer: string }>;
  held(code: string): Promise<Dossier>;
  /** the gateway keeps a file, as if it had come in a message: its address */
  keepFile(content: Uint8Array): Promise<string>;
  exchanges(code: string): Promise<Exchange[]>;
  /** nothing goes on by itself any more */
  settled(): Promise<void>;
  /** what the portal's simulator has applied of a dossier: steps as “status action”, and its snapshots' statuses */
  atPortal(code: string): { steps: string[]; snapshots: string[] };
  close(): Promise<void>;
}

export const isOf = (code: string) => ({ key }: Pick<JournalEntry, 'key'>): boolean => key === code;

/** A busy machine makes the gateway ask for patience: whoever calls it comes again, as real systems do. */
async function knock(url: string, method: string, text: string): Promise<{ status: number; answer: string }> {
  return waitFor(async () => {
    const answer = await fetch(url, method === 'GET' ? {} : { method, headers: { 'content-type': 'application/json' }, body: text });
    const said = { status: answer.status, answer: await answer.text() };
    return said.status !== 503 && said;
  }, { timeoutMs: 20_000, describe: () => 'the gateway to take a call' });
}

export async function startStory<S extends HostedSimulator & { now(): number; advance(ms: number): void }>(options: StoryOptions<S>): Promise<Story<S>> {
  const { agency, inbound, once = () => false, folder = freshFolder() } = options;
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
  const closes: (() => Promise<unknown>)[] = [() => Promise.resolve(vi.useRealTimers())];
  const closing: Closing = { add: (close) => void closes.push(close) };
  const told: Told[] = [];
  let gateway = '';
  const tell = (path: string, text: string, method = 'POST'): Promise<{ status: number; answer: string }> => knock(`${gateway}/inbound/${inbound}${path}`, method, text);
  const desk = await httpLoopback((request, response) => void (async () => {
    const [path, method] = [request.url ?? '', request.method ?? 'POST'];
    const body = await bodyOf(request);
    const first = await tell(path, body, method);
    const again = once(method, path) ? first : await tell(path, body, method);
    told.push({ method, path, body, ...first });
    response.writeHead(again.status === first.status && again.answer === first.answer ? first.status : 599).end(first.answer);
  })());
  closing.add(() => Promise.resolve(desk[Symbol.asyncDispose]()));
  const system = await options.system(desk.url);
  closing.add(() => system.close());
  const portal = await startSimulator(createDvcqgSimulator({ seed: 'three', agencies: [agency] }));
  closing.add(() => portal.close());
  const scene = sceneConfig({ folder, portal, upstream: { agencyCode: agency } }) as { upstreams: Record<string, unknown> };
  const app = await startApp(loadConfig({ overrides: { ...scene, ...options.overrides, upstreams: { ...scene.upstreams, ...(await options.upstreams(system, closing)) } }, adapters: { ...ADAPTERS, ...options.adapters } }));
  closing.add(() => app.close());
  gateway = app.url;
  const view = async (code: string) => (await (await fetch(`${app.url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier; exchanges: Exchange[] };
  const held = async (code: string): Promise<Dossier> => (await view(code)).dossier;

  return {
    system, portal, url: app.url, folder, told, held, keepFile: (content) => app.ledger.keepFile(content, { mediaType: 'application/pdf' }), call: (path, body) => tell(path, typeof body === 'string' ? body : JSON.stringify(body)),
    later(minutes = 1) {
      system.simulator.advance(minutes * MINUTE);
      vi.setSystemTime(system.simulator.now());
      return instantFromEpoch(system.simulator.now());
    },
    async until(code, is, what) {
      let last: Dossier | undefined;
      const found = await waitFor(async () => {
        // What is due is told with the next call that the simulator gets.
        await fetch(`${system.url}/`);
        last = await held(code);
        return last !== undefined && is(last) && last;
      }, { timeoutMs: 15_000, describe: () => `${what}: ${last?.status ?? ''} ${JSON.stringify(last?.landCase ?? last?.judicialRecord?.backend ?? last?.civilStatus?.backend)}` });
      // A snapshot that still waits when the next change comes is superseded, rightly; a story that counts statuses lets each go out first.
      await drained(app.url, 30_000);
      return found;
    },
    async send(dossier) {
      const { status, answer } = await knock(`${app.url}/v1/dossiers`, 'POST', JSON.stringify(dossier));
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
    async close() {
      for (const close of closes.splice(0).reverse()) await close();
    },
  };
}
