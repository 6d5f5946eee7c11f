import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulator } from '../../adapters/opencps/adapter.ts';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { watchWire } from '../../src/adapter/watch.ts';
import type { Adapter, AnyOperation, SimulatorRequest, SimulatorResponse, WireResult } from '../../src/adapter/types.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp, type App } from '../../src/cli/app.ts';
import { compileComponents, compileSchema } from '../../src/contract/compile.ts';
import type { Form } from '../../src/contract/shape-form.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { GONE_AFTER } from '../../src/gateway/drift/habits.ts';
import { createDrift, type Drift } from '../../src/gateway/drift/radar.ts';
import { emptyRecord, mergeRecord, MOST_FOUND_PER_OPERATION } from '../../src/gateway/drift/record.ts';
import { createLogger } from '../../src/gateway/log.ts';
import { startSimulator, type HostedSimulator, type RunningSimulator } from '../../src/testing/host.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { record } from '../adapters/opencps/record.ts';
import { AGENCY, exportLines, sendLines } from '../faults/scene.ts';
import { memoryCells } from '../support/cells.ts';
import { endEverything, freshFolder } from '../support/process.ts';
import { quiet } from './fixtures.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  endEverything();
});

const SETTINGS = { enabled: true, every: 1, habitAfter: 20 };
const NEVER = { usual: 3_600_000, soon: 3_600_000 };
const { syncDossier } = dvcqg.operations;
const answered = (body: unknown, status = 200): WireResult => ({ kind: 'response', status, headers: {}, body, text: '', durationMs: 1 });
const OK = { error_code: '0', message: 'Đồng bộ thành công' };

async function radar(cells = memoryCells(), over: Partial<Parameters<typeof createDrift>[0]> = {}): Promise<{ drift: Drift; say: (body: unknown, times?: number, operation?: AnyOperation) => void; told: () => Promise<string[]> }> {
  const drift = createDrift({ cells, config: SETTINGS, systems: [{ id: 'dvcqg', adapter: dvcqg as unknown as Adapter }], logger: quiet, flushMs: NEVER, ...over });
  closing.push(() => drift.close());
  await drift.start();
  return {
    drift,
    say(body, times = 1, operation = syncDossier as AnyOperation) {
      for (let i = 0; i < times; i += 1) drift.observer('dvcqg')?.(operation, answered(body));
    },
    told: async () => (await drift.report()).flatMap(({ found }) => Object.values(found)).map(({ operation, basis, kind, pointer, code, count }) => `${operation} ${basis} ${kind} ${pointer}${code === undefined ? '' : ` '${code}'`} ×${count}`).sort(),
  };
}

describe('the radar', () => {
  it('counts each difference by operation, with the answers that were looked at', async () => {
    const { drift, say, told } = await radar();
    say(OK, 5);
    say({ ...OK, maHoSoQuocGia: 'G22' }, 3);
    say({ ...OK, error_code: 99 });
    say(JSON.stringify({ ...OK, result: 7 }), 2);
    say({ error_code: 0, result: [{ MADONVI: 'A', TENDONVI: 'B', CAPDONVI: '1', MOI: 1 }] }, 1, dvcqg.operations.listAgencies as AnyOperation);
    expect(await told()).toEqual([
      'listAgencies schema new /result/[]/MOI ×1', 'syncDossier schema new /maHoSoQuocGia ×3', 'syncDossier schema retyped /result ×2', "syncDossier schema unseen-code /error_code '99' ×1",
    ]);
    expect((await drift.report())[0]?.observed).toMatchObject({ syncDossier: { count: 11 }, listAgencies: { count: 1 } });
    expect(drift.unobserved()).toEqual([]);
  });

  it('looks at answers only: not at failures, refusals by status or pages', async () => {
    const { drift } = await radar();
    const look = drift.observer('dvcqg');
    look?.(syncDossier as AnyOperation, { kind: 'failure', sent: 'after', code: 'RESET', durationMs: 1 });
    look?.(syncDossier as AnyOperation, answered({ fault: 'x' }, 502));
    look?.(syncDossier as AnyOperation, answered(undefined));
    look?.(syncDossier as AnyOperation, answered('no JSON'));
    expect(drift.observedHere()).toEqual([]);
  });

  it('knows what was always there: gone for good is told, now and then is not; another type is told at once', async () => {
    const { say, told } = await radar();
    say(OK, 20);
    say({ error_code: '0' }, GONE_AFTER - 1);
    expect(await told()).toEqual([]);
    say({ error_code: '0' }, 3);
    expect(await told()).toEqual(['syncDossier habit missing /message ×3']);
    say({ error_code: '3', result: [] }, 40);
    say({ ...OK, message: 15 }, 2);
    expect(await told()).toEqual(['syncDossier habit missing /message ×3', 'syncDossier habit retyped /message ×2']);

    const other = await radar();
    for (let i = 0; i < 30; i += 1) other.say(i % 7 === 0 ? { error_code: '0' } : OK);
    other.say({ error_code: '0' }, 50);
    expect(await other.told()).toEqual([]);
  });

  it('a refusal may have other fields than a success', async () => {
    const { say, told } = await radar();
    say({ ...OK, result: [] }, 30);
    say({ error_code: '-3', message: 'đã tồn tại' }, 30);
    expect(await told()).toEqual([]);
  });

  it('keeps what it knows over a restart and shares it between processes; nothing is counted twice', async () => {
    const cells = memoryCells();
    const [one, two] = [await radar(cells), await radar(cells)];
    one.say(OK, 25);
    one.say({ ...OK, moi: 1 }, 2);
    two.say({ ...OK, moi: 1 }, 3);
    await Promise.all([one.drift.flush(), two.drift.flush()]);
    two.say({ ...OK, moi: 1 });
    await two.drift.flush();
    await one.drift.flush();
    const after = await radar(cells);
    expect(await after.told()).toEqual(['syncDossier schema new /moi ×6']);
    expect((await after.drift.report())[0]?.observed).toMatchObject({ syncDossier: { count: 31 } });
    // What was a habit before the restart still is one.
    after.say({ error_code: '0' }, GONE_AFTER);
    expect(await after.told()).toContain('syncDossier habit missing /message ×1');
  });

  it('writes seldom, and a ledger that takes nothing costs no count', async () => {
    const cells = memoryCells();
    const { drift, say, told } = await radar(cells);
    say({ ...OK, moi: 1 }, 500);
    expect(cells.writes).toBe(0);
    const { putCell } = cells;
    cells.putCell = () => Promise.reject(new Error('the disk is full'));
    await drift.flush();
    say({ ...OK, moi: 1 }, 5);
    expect(await told()).toEqual(['syncDossier schema new /moi ×505']);
    cells.putCell = putCell;
    await drift.flush();
    expect(await told()).toEqual(['syncDossier schema new /moi ×505']);
    expect(cells.writes).toBe(1);
  });

  it('writes something new soon, by itself', async () => {
    const cells = memoryCells();
    const { say } = await radar(cells, { flushMs: { usual: 3_600_000, soon: 1 } });
    say(OK, 10);
    say({ ...OK, moi: 1 });
    await waitFor(() => cells.writes === 1);
  });

  it('an acknowledged difference stays known until it changes', async () => {
    const { drift, say } = await radar();
    say({ error_code: '17' });
    const open = async () => (await drift.report()).flatMap(({ found }) => Object.entries(found)).filter(([, { ack }]) => ack === undefined);
    const [[id] = ['']] = await open();
    expect(await drift.acknowledge('0123456789ab', 'a', 'b')).toBeUndefined();
    expect(await drift.acknowledge(id, 'truong-ca', 'cổng đã báo')).toMatchObject({ upstream: 'dvcqg', entry: { ack: { by: 'truong-ca', reason: 'cổng đã báo' }, code: '17' } });
    say({ error_code: '17' }, 4);
    await drift.flush();
    expect(await open()).toEqual([]);
    say({ error_code: '18' });
    expect((await open()).map(([, entry]) => entry.code)).toEqual(['18']);
  });

  it('is bounded: an upstream that turns everything over fills neither memory nor ledger', async () => {
    const { drift, say } = await radar();
    for (let i = 0; i < 300; i += 1) say({ ...OK, [`f${'abcdefghij'[i % 10] ?? ''}${'klmnopqrst'[Math.floor(i / 10) % 10] ?? ''}${'uvw'[Math.floor(i / 100)] ?? ''}`]: 1 });
    for (let i = 100; i < 200; i += 1) say({ error_code: i });
    const [known] = await drift.report();
    expect(Object.keys(known?.found ?? {})).toHaveLength(MOST_FOUND_PER_OPERATION);
    expect(known?.more).toBe(300 + 100 - MOST_FOUND_PER_OPERATION);
    const codes = await radar();
    for (let i = 100; i < 200; i += 1) codes.say({ error_code: i });
    expect(await codes.told()).toHaveLength(11);
    expect((await codes.told()).at(-1)).toBe('syncDossier schema unseen-code /error_code ×90');
  });

  it('forgets what has not been seen for half a year', () => {
    const form: Form = { type: 'string', size: 1, of: 'text' };
    const base = mergeRecord({ observed: {}, found: {}, habits: {}, more: 0 }, { observed: {}, found: { a: { operation: 'x', kind: 'new', pointer: '/a', basis: 'schema', found: form, first: 0, last: 0, count: 1 } }, habits: {}, more: 0 }, 0);
    expect(Object.keys(mergeRecord(base, { observed: {}, found: {}, habits: {}, more: 0 }, 179 * 86_400_000).found)).toEqual(['a']);
    expect(mergeRecord(base, { observed: {}, found: {}, habits: {}, more: 0 }, 181 * 86_400_000).found).toEqual({});
  });

  it('a cell of another version is written over, and habits of a boundless schema never fill the cell', async () => {
    const cells = memoryCells();
    await cells.putCell('drift/dvcqg', '{"observed":{},"found":{}}', 0);
    const { drift, say } = await radar(cells);
    say({ ...OK, moi: 1 }, 25);
    await drift.flush();
    expect(JSON.parse((await cells.getCell('drift/dvcqg'))?.value ?? '{}')).toMatchObject({ observed: { syncDossier: { count: 25 } }, habits: { 'syncDossier 0;': {} } });
    const long = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`/${'x'.repeat(250)}${i}`, ['string']]));
    const merged = mergeRecord(emptyRecord(), { ...emptyRecord(), habits: { a: long, b: long, c: { '/id': ['string'] } } }, 0);
    expect(Object.keys(merged.habits)).toEqual(['a', 'c']);
  });

  it('looks at each nth answer, at none when it is off, and never disturbs the call', async () => {
    const third = await radar(memoryCells(), { config: { ...SETTINGS, every: 3 } });
    third.say(OK, 9);
    expect(third.drift.observedHere()).toEqual([{ upstream: 'dvcqg', operation: 'syncDossier', count: 3 }]);
    expect((await radar(memoryCells(), { config: { ...SETTINGS, enabled: false } })).drift.observer('dvcqg')).toBeUndefined();
    const wire = watchWire({ call: () => Promise.resolve(answered(OK)), close: () => Promise.resolve() }, () => { throw new Error('a mistake of ours'); });
    expect(await wire.call(syncDossier as AnyOperation, {}, {})).toEqual(answered(OK));
  });

  it('an adapter without pinned shapes is observed where it compiles its schemas, and named where it does not', async () => {
    const operation = { ...(syncDossier as AnyOperation), id: 'own', response: compileSchema({ type: 'object', required: ['ok'], properties: { ok: { type: 'boolean' } } }) };
    const component = compileComponents({ components: { schemas: { Answer: { type: 'object', properties: { code: { $ref: '#/components/schemas/Code' } } }, Code: { type: 'string', enum: ['a'] } } } });
    const shipped = { ...operation, id: 'shipped', response: component('Answer') };
    const blind = { ...operation, id: 'blind', response: (value: unknown) => ({ ok: true as const, value }) };
    const { drift, told } = await radar(memoryCells(), { systems: [{ id: 'dvcqg', adapter: { ...(dvcqg as unknown as Adapter), shapes: undefined, operations: { own: operation, shipped, blind }, inbound: [] } as unknown as Adapter }] });
    for (const one of [operation, blind]) drift.observer('dvcqg')?.(one, answered({ good: 1 }));
    drift.observer('dvcqg')?.(shipped, answered({ code: 'b' }));
    expect(await told()).toEqual(['own schema missing /ok ×1', 'own schema new /good ×1', "shipped schema unseen-code /code 'b' ×1"]);
    expect(drift.unobserved()).toEqual([{ upstream: 'dvcqg', operation: 'blind' }]);
  });
});

// ---- a whole gateway -------------------------------------------------------------------------------------------------

const PERSON = { name: 'Nguyễn Thị Đánh Dấu', id: '092199999017', phone: '0900001234', mail: 'danhdau@example.vn' };
type Change = (answer: Record<string, unknown>, request: SimulatorRequest) => Record<string, unknown>;

/** A simulator whose answers are changed on their way out. */
async function changed<S extends HostedSimulator>(simulator: S): Promise<{ running: RunningSimulator<S>; change: { by: Change } }> {
  const change: { by: Change } = { by: (answer) => answer };
  const handle = (request: SimulatorRequest): SimulatorResponse => {
    const answer = simulator.handle(request);
    return { ...answer, body: JSON.stringify(change.by(JSON.parse(answer.body) as Record<string, unknown>, request)) };
  };
  const running = await startSimulator<S>({ ...simulator, handle });
  closing.push(() => running.close());
  return { running, change };
}

describe('in a running gateway', () => {
  it('is silent over a slice of the export and polls as pinned; tells every kind of change, without a personal value, and keeps it', { timeout: 60_000 }, async () => {
    const portal = await changed(createDvcqgSimulator({ seed: 'drift', agencies: [AGENCY], errorCodeStyle: 'string' }));
    const source = await changed(createSimulator({ token: 'invented-token', groupId: '55301', records: Array.from({ length: 30 }, (_, i) => record({ dossierId: i + 1, dossierNo: `H13.101-250701-${1000 + i}`, modifiedDate: Date.parse('2025-07-07T09:30:00+07:00') + i * 60_000 })) }));
    const [account] = portal.running.simulator.accounts;
    const folder = freshFolder();
    const logged: string[] = [];
    const config = loadConfig({
      adapters: ADAPTERS, env: {},
      overrides: {
        server: { port: 0, maxEventLoopDelayMs: 0, maxRssBytes: 0 }, ledger: { folder: join(folder, 'data') }, drift: { habitAfter: 20 }, alerts: { everySeconds: 1 },
        upstreams: { dvcqg: { adapter: 'dvcqg', baseUrl: portal.running.url, agencyCode: AGENCY, ...account } },
        sources: {
          opencps: { adapter: 'opencps', mode: 'push' },
          'opencps-rest': { adapter: 'opencps', mode: 'poll', pollSeconds: 1, baseUrl: source.running.url, token: 'invented-token', groupId: 55301, poll: { sinceParam: '', read: 'detail' } },
        },
      },
    });
    const begin = async (): Promise<App> => {
      const app = await startApp(config, { logger: createLogger({ level: 'debug', stream: { write: (line: string) => void logged.push(line) } }) });
      closing.push(() => app.close());
      return app;
    };
    let app = await begin();
    const ask = async (path: string, body?: unknown): Promise<{ status: number; text: string; json: () => never }> => {
      const reply = await fetch(app.url + path, { method: body === undefined ? 'GET' : 'POST', ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
      const text = await reply.text();
      return { status: reply.status, text, json: () => JSON.parse(text) as never };
    };
    interface Item { id: string; upstream: string; operation: string; kind: string; pointer: string; basis: string; found: { vi: string; en: string } | null; code: string | null; count: number; observed: number; acknowledged: { by: string; reason: string } | null }
    const report = async (query = '') => (await ask(`/v1/drift${query}`)).json() as { items: Item[]; observed: { upstream: string; operation: string; observed: number }[]; unobserved: unknown[] };
    const line = ({ upstream, operation, basis, kind, pointer, found, code }: Item) => `${upstream} ${operation} ${basis} ${kind} ${pointer} ${code ?? found?.en ?? '–'}`;
    const told = async (query?: string) => (await report(query)).items.map(line).sort();
    const lookedAt = async (upstream: string, operation: string) => (await report()).observed.find((o) => o.upstream === upstream && o.operation === operation)?.observed ?? 0;
    const drained = () => waitFor(async () => {
      const { exchanges } = await app.ledger.counts(Date.now());
      return Object.entries(exchanges).every(([key, n]) => n === 0 || key.endsWith('/done'));
    }, { timeoutMs: 20_000 });
    const lines = exportLines(60);
    const take = async (part: readonly string[], isOver: () => Promise<unknown> = drained) => {
      expect((await sendLines(app.url, part, { source: 'opencps' })).summary).toMatchObject({ accepted: part.length });
      await isOver();
    };

    await take(lines.slice(0, 40));
    await waitFor(async () => (await lookedAt('opencps-rest', 'getDossier')) >= 30);
    expect((await ask('/inbound/dvcqg/search/call', { madonvi: AGENCY, service: 'x', masohoso: 'H13.1-250701-0001' })).status).toBe(200);
    expect(await lookedAt('dvcqg', 'syncDossier')).toBeGreaterThanOrEqual(40);
    expect(await lookedAt('dvcqg', 'searchCall')).toBe(1);
    expect(await told()).toEqual([]);
    expect((await report()).unobserved).toEqual([]);

    // Everything personal that a changed answer could bring along.
    portal.change.by = (answer) => ({ ...answer, error_code: Number(answer['error_code']), message: `${String(answer['message'])} ${PERSON.name}`, nguoiNop: PERSON.name, [PERSON.id]: 1, soDienThoai: [PERSON.phone], result: 7 });
    await take(lines.slice(40, 50));
    portal.change.by = (answer, request) => (request.path.includes('login') ? answer : { ...answer, error_code: '77', message: `Từ chối ${PERSON.id}` });
    await take(lines.slice(50), () => waitFor(async () => (await told('?operation=syncDossier')).some((one) => one.endsWith('/error_code 77'))));
    source.change.by = (answer) => {
      const { dossierNo: _gone, ...rest } = answer;
      return 'dossierId' in answer ? { ...rest, dossierStatus: 'da-moi', applicantIdNo: { so: PERSON.id }, contactName: 12, lienHe: PERSON.mail } : answer;
    };
    await waitFor(async () => (await told('?upstream=opencps-rest')).some((one) => one.includes('habit missing')), { timeoutMs: 20_000 });
    expect((await ask('/inbound/dvcqg/search/call', { madonvi: AGENCY, ten: PERSON.name })).status).toBe(200);

    const sync = await told('?operation=syncDossier');
    expect(sync).toEqual(expect.arrayContaining([
      'dvcqg syncDossier schema new /* whole number of 1 digits', 'dvcqg syncDossier schema new /nguoiNop text of 19 characters', 'dvcqg syncDossier schema new /soDienThoai list of 1',
      'dvcqg syncDossier schema retyped /result whole number of 1 digits', 'dvcqg syncDossier schema unseen-code /error_code 77', 'dvcqg syncDossier habit retyped /error_code whole number of 1 digits',
    ]));
    expect(await told('?operation=searchCall')).toEqual(['dvcqg searchCall schema missing /masohoso –', 'dvcqg searchCall schema new /ten text of 19 characters']);
    const polled = await told('?upstream=opencps-rest&operation=getDossier');
    expect(polled).toEqual([
      'opencps-rest getDossier habit missing /dossierNo –', 'opencps-rest getDossier habit retyped /contactName whole number of 2 digits', 'opencps-rest getDossier schema new /lienHe text of 18 characters',
      'opencps-rest getDossier schema retyped /applicantIdNo object with 1 fields', 'opencps-rest getDossier schema unseen-code /dossierStatus da-moi',
    ]);

    // One alert for each system, however many answers showed it.
    const alerts = await waitFor(async () => {
      const { current } = (await ask('/v1/alerts')).json() as { current: { kind: string; subject: string }[] };
      const drift = current.filter(({ kind }) => kind === 'drift').map(({ subject }) => subject);
      return drift.length === 2 && drift.sort();
    });
    expect(alerts).toEqual(['dvcqg', 'opencps-rest']);
    const raised = logged.map((text) => JSON.parse(text) as { event: string; alert?: string; subject?: string }).filter(({ event, alert }) => event === 'alert' && alert === 'drift');
    expect(raised.length).toBeLessThanOrEqual(2);

    // A person knows: quiet, and still there.
    const open = (await report('?acknowledged=false')).items;
    for (const { id } of open) expect((await ask(`/v1/drift/${id}:acknowledge`, { reason: 'đã báo nhà cung cấp' })).status).toBe(200);
    expect(await ask('/v1/drift/0123456789ab:acknowledge', { reason: 'x' })).toMatchObject({ status: 404, text: expect.stringContaining('LT-GATEWAY-DRIFT-UNKNOWN') as string });
    await waitFor(async () => ((await ask('/v1/alerts')).json() as { current: { kind: string }[] }).current.every(({ kind }) => kind !== 'drift'));
    expect((await ask('/v1/orders')).json()).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ kind: 'control.drift-acknowledged', by: 'loopback', reason: 'đã báo nhà cung cấp' })]) as unknown });
    expect((await report('?acknowledged=true')).items[0]?.acknowledged).toMatchObject({ by: 'loopback', reason: 'đã báo nhà cung cấp' });

    // A restart keeps it, and nobody's data is in anything that was written or said.
    const counted = (await report()).items.find(({ code }) => code === '77')?.count ?? 0;
    const said = [(await ask('/v1/drift')).text, (await ask('/metrics')).text];
    expect(said[1]).toMatch(/lienthong_drift_observed_total\{upstream="dvcqg",operation="syncDossier"\} \d\d/);
    await app.close();
    app = await begin();
    expect((await report('?acknowledged=false')).items).toEqual([]);
    expect((await report()).items.find(({ code }) => code === '77')?.count).toBe(counted);
    const cells = (await app.ledger.listCells('drift/', 10)).map(({ name, value }) => name + value);
    expect(cells).toHaveLength(2);
    const everything = [...said, ...cells, ...logged].join('\n');
    for (const value of Object.values(PERSON)) expect(everything).not.toContain(value);
  });
});
