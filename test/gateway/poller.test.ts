import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, opencps, type OpencpsSimulator } from '../../adapters/opencps/adapter.ts';
import type { Adapter, SimulatorRequest, SimulatorResponse, SourceSpec } from '../../src/adapter/types.ts';
import { loadConfig, type SourceBinding } from '../../src/gateway/config.ts';
import type { Intake, IntakeResult } from '../../src/gateway/intake.ts';
import { createLogger, type Logger } from '../../src/gateway/log.ts';
import { createPoller, TAKE_WINDOW, type Poller } from '../../src/gateway/poller.ts';
import { createGateway } from '../../src/gateway/server.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { record, type AnyRecord } from '../adapters/opencps/record.ts';
import { serve, type Served } from '../adapters/opencps/server.ts';
import { httpLoopback } from '../support/loopback.ts';
import { quiet } from './fixtures.ts';
import { memoryLedger } from './memory-ledger.ts';

const T0 = Date.parse('2025-07-10T08:00:00+07:00');
const MINUTE = 60_000;
const codeOf = (id: number): string => `H13.101-250701-${String(id).padStart(4, '0')}`;
const dossier = (id: number, modified = T0 + id * MINUTE, more: AnyRecord = {}): AnyRecord => record({ dossierId: id, dossierNo: codeOf(id), modifiedDate: modified, ...more });
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const at = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
const CURSOR = 'source:mcdt';

let folder = '';
let ledger: Ledger;
let simulator: OpencpsSimulator;
let served: Served;
/** what stands between the gateway and the province system, when a test wants it */
let between: (request: SimulatorRequest) => SimulatorResponse | undefined;
let poller: Poller | undefined;

const openLedger = (): Promise<Ledger> => openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-poller-'));
  ledger = await openLedger();
  between = () => undefined;
  simulator = createSimulator({ token: 'invented-token', groupId: '55301', records: upTo(11).map((id) => dossier(id)) });
  served = await serve((request) => between(request) ?? simulator.handle(request));
});
afterEach(async () => {
  vi.useRealTimers();
  await poller?.stop();
  poller = undefined;
  await served.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Line { level: string; event: string; source?: string; read?: number; quarantined?: number; codes?: string[]; errorName?: string }
interface Started { results: IntakeResult['status'][]; lines: Line[]; polled(): Line[]; failures(): Line[] }

/** A poller into a real gateway. @param pollSeconds one round only, unless told */
async function begin(options: { pollSeconds?: number; ledger?: Ledger; url?: string } = {}): Promise<Started> {
  const own = options.ledger ?? ledger;
  const config = loadConfig({
    env: {}, adapters: { opencps: opencps as unknown as Adapter },
    overrides: { server: { port: 0 }, logging: { level: 'silent' }, sources: { mcdt: { adapter: 'opencps', mode: 'poll', baseUrl: options.url ?? served.url, token: 'invented-token', groupId: 55_301, poll: { pageSize: 4, read: 'list', overlapMinutes: 3 } } } },
  });
  const gateway = await createGateway({ config, ledger: own, logger: quiet });
  const results: IntakeResult['status'][] = [];
  const intake: Intake = {
    ...gateway.intake,
    async take(input) {
      const result = await gateway.intake.take(input);
      results.push(result.status);
      return result;
    },
  };
  const lines: Line[] = [];
  const logger: Logger = createLogger({ level: 'debug', stream: { write: (line: string) => void lines.push(JSON.parse(line) as Line) } });
  const sources = config.sources.map((source) => ({ ...source, pollSeconds: options.pollSeconds ?? 3600 }));
  poller = createPoller({ sources, intake, ledger: own, logger, now: () => T0 + 1000 * MINUTE });
  poller.start();
  return { results, lines, polled: () => lines.filter((l) => l.event === 'polled'), failures: () => lines.filter((l) => l.event === 'polling a source failed') };
}
/** One round from beginning to end, as a process would do it that is started and stopped. */
async function oneRound(options: { ledger?: Ledger } = {}): Promise<Started> {
  const started = await begin(options);
  await waitFor(() => started.polled().length + started.failures().length > 0);
  await poller?.stop();
  return started;
}
const dossiers = async (): Promise<number> => (await ledger.counts(T0)).dossiers;
const count = (results: readonly string[]): Record<string, number> => Object.fromEntries([...new Set(results)].sort().map((status) => [status, results.filter((r) => r === status).length]));

describe('what is read', () => {
  it('is everything at first; then what changed, with the overlap known as duplicates; a restart goes on from the kept cursor', async () => {
    const first = await oneRound();
    expect(count(first.results)).toEqual({ accepted: 11 });
    expect(await ledger.getCursor(CURSOR)).toBe(at(T0 + 11 * MINUTE));
    expect((await ledger.timeline(codeOf(1)))?.events).toMatchObject([{ via: 'poll', actor: 'mcdt', sourceSystem: 'opencps' }]);

    simulator.put(dossier(2, T0 + 12 * MINUTE, { dossierName: 'Thay đổi hộ tịch, đã sửa' }));
    simulator.put(dossier(12, T0 + 10 * MINUTE)); // committed late: older than the cursor, inside the overlap
    await ledger.close();
    ledger = await openLedger();
    const asked = served.requests.length;
    const second = await oneRound();
    expect(served.requests[asked]?.query['modifiedSince']).toBe('20250710080800');
    expect(count(second.results)).toEqual({ accepted: 2, duplicate: 4 });
    expect(await dossiers()).toBe(12);
    expect(await ledger.getCursor(CURSOR)).toBe(at(T0 + 12 * MINUTE));
  });

  it('comes round after round by itself', async () => {
    const { results, polled } = await begin({ pollSeconds: 0.005 });
    await waitFor(() => polled().length >= 2);
    simulator.put(dossier(40, T0 + 40 * MINUTE));
    await waitFor(() => ledger.getDossier(codeOf(40)));
    await poller?.stop();
    expect(count(results)['accepted']).toBe(12);
  });

  it('a record that is refused is put aside, stops neither its page nor the cursor', async () => {
    simulator.put(dossier(2, T0 + 2 * MINUTE, { serviceCode: '', submitDate: '32/13/2025 00:00:00' }));
    const { results, polled } = await oneRound();
    expect(count(results)).toEqual({ accepted: 10, quarantined: 1 });
    expect(await ledger.getCursor(CURSOR)).toBe(at(T0 + 11 * MINUTE));
    expect((await ledger.listQuarantine({ limit: 10 })).map((item) => item.via)).toEqual(['poll']);
    // A person has to see it: nobody called, so nobody was answered.
    expect(polled()).toMatchObject([{ level: 'warn', source: 'mcdt', read: 11, quarantined: 1 }]);
  });
});

describe('what fails', () => {
  it('an upstream that breaks off between two pages: the cursor stays, the next round misses nothing', async () => {
    let broken = true;
    between = (request) => (broken && request.query['modifiedSince'] !== undefined ? { status: 503, body: '' } : undefined);
    const { results, failures } = await begin({ pollSeconds: 0.005 });
    await waitFor(() => failures().length >= 2);
    expect(await ledger.getCursor(CURSOR)).toBeUndefined();
    expect(await dossiers()).toBe(4);
    expect(failures()[0]).toMatchObject({ level: 'warn', source: 'mcdt', errorName: 'PollError', codes: ['LT-OPENCPS-READ-FAILED', 'LT-UPSTREAM-BUSY'] });
    broken = false;
    expect(await waitFor(() => ledger.getCursor(CURSOR))).toBe(at(T0 + 11 * MINUTE));
    expect(await dossiers()).toBe(11);
    expect(count(results)['accepted']).toBe(11);
  });

  it('a ledger that refuses one record: the page is not counted as read, and comes again', async () => {
    let refusing = true;
    const flaky = new Proxy(ledger, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (key === 'append') return (change: { dossierCode: string }) => (refusing && change.dossierCode === codeOf(6) ? Promise.reject(new Error('SQLITE_BUSY')) : target.append(change as never));
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    const failed = await oneRound({ ledger: flaky });
    expect(failed.failures()).toHaveLength(1);
    expect(await ledger.getCursor(CURSOR)).toBeUndefined();
    expect(await ledger.getDossier(codeOf(6))).toBeUndefined();
    refusing = false;
    const second = await oneRound({ ledger: flaky });
    expect(count(second.results)).toMatchObject({ accepted: 11 - failed.results.length, duplicate: failed.results.length });
    expect(await dossiers()).toBe(11);
    expect(await ledger.getCursor(CURSOR)).toBe(at(T0 + 11 * MINUTE));
  });

  it('a kept cursor that is not the adapter’s own is named in the log', async () => {
    await ledger.setCursor(CURSOR, 'yesterday');
    const { failures } = await oneRound();
    expect(failures()).toMatchObject([{ codes: ['LT-OPENCPS-CURSOR'] }]);
    expect(await ledger.getCursor(CURSOR)).toBe('yesterday');
  });
});

describe('stopping', () => {
  it('does not wait for an upstream that never answers, and leaves no call open', async () => {
    let ended = 0;
    await using silent = await httpLoopback((request) => void request.socket.once('close', () => (ended += 1)));
    const { failures } = await begin({ url: silent.url });
    await waitFor(() => silent.requests === 1);
    await poller?.stop();
    await waitFor(() => ended === 1);
    expect(failures(), 'being stopped is no failure').toEqual([]);
  });

  it('does not wait for an adapter that hangs in itself, nor for its wire', async () => {
    let polls = 0;
    const never = new Promise<never>(() => undefined);
    poller = createPoller({
      sources: [toy(() => ({ [Symbol.asyncIterator]: () => ({ next: () => { polls += 1; return never; } }) }), { close: () => never })],
      intake: { take: () => never }, ledger: memoryLedger(), logger: quiet,
    });
    poller.start();
    poller.start();
    await waitFor(() => polls > 0);
    await poller.stop();
    expect(polls).toBe(1);
  });

  it('in the middle of a page keeps what was taken and reads that page again', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => { letGo = resolve; });
    let taken = 0;
    const own = memoryLedger();
    poller = createPoller({
      sources: [toy(async function* () { yield { records: upTo(1000), cursor: 'after' }; })],
      intake: intakeOf(async () => { taken += 1; await held; }), ledger: own, logger: quiet,
    });
    poller.start();
    await waitFor(() => taken > 0);
    const stopped = poller.stop();
    letGo();
    await stopped;
    expect(taken).toBe(TAKE_WINDOW);
    expect(await own.getCursor('source:toy')).toBeUndefined();
  });
});

describe('pace', () => {
  it('puts no more than a window of a page before the ledger at once', async () => {
    let now = 0;
    let most = 0;
    let taken = 0;
    const own = memoryLedger();
    poller = createPoller({
      sources: [toy(async function* () { yield { records: upTo(1000), cursor: 'after' }; })], ledger: own, logger: quiet,
      intake: intakeOf(async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        taken += 1;
      }),
    });
    poller.start();
    await waitFor(() => own.getCursor('source:toy'));
    expect({ most, taken }).toEqual({ most: TAKE_WINDOW, taken: 1000 });
  });

  it('leaves an upstream alone for as long as it asks, and never comes sooner than configured', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asks = [300_000, 5_000, undefined];
    let polls = 0;
    poller = createPoller({
      sources: [toy(() => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(Object.assign(new Error('busy'), { retryAfterMs: asks[polls++] })) }) }))],
      intake: intakeOf(() => Promise.resolve()), ledger: memoryLedger(), logger: quiet,
    });
    poller.start();
    const seen: number[] = [];
    for (const ms of [0, 299_999, 1, 59_999, 1, 59_999, 1]) {
      await vi.advanceTimersByTimeAsync(ms);
      seen.push(polls);
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4]);
  });
});

function toy(poll: NonNullable<SourceSpec['poll']>, wire: { close?: () => Promise<void> } = {}): SourceBinding {
  const source: SourceSpec = { decode: () => { throw new TypeError('not called'); }, poll };
  const adapter: Adapter = {
    id: 'toy', title: { vi: '', en: '' }, version: '1', configSchema: {}, configure: (raw) => raw, operations: {}, inbound: [], source,
    open: () => ({ call: () => Promise.reject(new TypeError('not called')), close: wire.close ?? (() => Promise.resolve()) }),
  };
  return { id: 'toy', adapter, source, config: {}, mode: 'poll', pollSeconds: 60 };
}
function intakeOf(take: () => Promise<void>): Pick<Intake, 'take'> {
  return {
    async take() {
      await take();
      return { status: 'accepted', eventId: 'e', eventSeq: 1, exchanges: 0, dossierCode: 'H', warnings: [] };
    },
  };
}
