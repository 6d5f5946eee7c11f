import { afterEach, describe, expect, it } from 'vitest';
import { createSimulator, opencps, PollError, type OpencpsSimulator, type OpencpsSimulatorOptions } from '../../../adapters/opencps/adapter.ts';
import { createTransport } from '../../../src/adapter/http.ts';
import { connect } from '../../../src/adapter/client.ts';
import type { SimulatorRequest, SimulatorResponse } from '../../../src/adapter/types.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { record, type AnyRecord } from './record.ts';
import { serve, type Served } from './server.ts';

const T0 = Date.parse('2025-07-10T08:00:00+07:00');
const MINUTE = 60_000;
const dossier = (id: number, modified: number, more: AnyRecord = {}): AnyRecord =>
  record({ dossierId: id, dossierNo: `H13.101-250701-${String(id).padStart(4, '0')}`, modifiedDate: modified, ...more });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Setup { simulator: OpencpsSimulator; served: Served; read: (cursor?: string, now?: number) => Promise<{ records: AnyRecord[]; cursor: string; cursors: string[] }> }

async function setup(options: OpencpsSimulatorOptions, poll: AnyRecord = {}, between?: (request: SimulatorRequest, number: number, simulator: OpencpsSimulator) => SimulatorResponse | undefined): Promise<Setup> {
  const simulator = createSimulator({ token: 'invented-token', groupId: '55301', ...options });
  const served = await serve((request, number) => between?.(request, number, simulator) ?? simulator.handle(request));
  closing.push(() => served.close());
  const config = opencps.configure({ baseUrl: served.url, token: 'invented-token', groupId: 55_301, poll: { pageSize: 4, read: 'list', ...poll } });
  return {
    simulator,
    served,
    async read(cursor, now = T0 + 1000 * MINUTE) {
      const wire = opencps.open(config, { now: () => now, transport: createTransport });
      const records: AnyRecord[] = [];
      const cursors: string[] = [];
      try {
        for await (const page of opencps.source?.poll?.({ wire, config, now: () => now }, cursor) ?? []) {
          records.push(...(page.records as AnyRecord[]));
          cursors.push(page.cursor);
        }
      } finally {
        await wire.close();
      }
      return { records, cursor: cursors.at(-1) ?? '', cursors };
    },
  };
}
const idsOf = (records: AnyRecord[]): number[] => records.map((r) => Number(r['dossierId']));
const unique = (records: AnyRecord[]): number[] => [...new Set(idsOf(records))].sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const minutesApart = (n: number): AnyRecord[] => upTo(n).map((id) => dossier(id, T0 + id * MINUTE));

describe('reading everything', () => {
  it('sends the token and the site, asks upwards, and brings each dossier once', async () => {
    const { read, served } = await setup({ records: minutesApart(11) });
    const { records, cursor } = await read();
    expect(idsOf(records)).toEqual(upTo(11));
    expect(cursor).toBe(new Date(T0 + 11 * MINUTE).toISOString().replace('.000Z', 'Z'));
    expect(served.requests[0]).toMatchObject({ path: '/o/rest/v2/dossiers', query: { start: '0', end: '4', sort: 'modifiedDate', order: 'false' } });
    expect(served.requests[0]?.query).not.toHaveProperty('modifiedSince');
    // Pages are cut by value: positions stay small however long the list is.
    expect(served.requests.map((r) => r.query['start'])).toEqual(served.requests.map(() => '0'));
    expect(served.requests.slice(1).map((r) => r.query['modifiedSince'])).toEqual(['20250710080400', '20250710080700', '20250710081000']);
    expect(served.requests.every((r) => r.headers['authorization'] === 'Bearer invented-token' && r.headers['groupid'] === '55301')).toBe(true);
  });

  it('moves the cursor only with the last page', async () => {
    const { read } = await setup({ records: minutesApart(11) });
    const { cursors } = await read();
    expect(cursors.length).toBeGreaterThan(3);
    expect(cursors.slice(0, -1).every((c) => c === '')).toBe(true);
    expect(cursors.at(-1)).not.toBe('');
  });

  it('puts records together that decode as an export line does', async () => {
    const source = dossier(1, T0);
    const { read } = await setup({ records: [source] }, { read: 'detail' });
    const { records } = await read();
    const config = opencps.configure({});
    const decode = (value: unknown) => opencps.source?.decode(value, config).dossier;
    expect(decode(records[0])).toEqual(decode(source));
  });

  it('keeps what the list said of a dossier that was deleted meanwhile', async () => {
    const { read } = await setup({ records: minutesApart(3) }, { read: 'detail' }, (request, _, simulator) => {
      if (request.path.endsWith('/dossiers')) return undefined;
      simulator.remove('2');
      return undefined;
    });
    expect(unique((await read()).records)).toEqual([1, 2, 3]);
  });

  it('reads nothing from an empty installation and stays where it was', async () => {
    const { read } = await setup({});
    expect(await read()).toMatchObject({ records: [], cursor: '' });
  });
});

describe('the cursor', () => {
  it('begins before itself, inclusive, so that a late commit and a tie at the border are not lost', async () => {
    const { read, simulator, served } = await setup({ records: minutesApart(30) }, { overlapMinutes: 5 });
    const first = await read();
    // Committed only now, with the time of when its transaction began; and one with the very moment of the cursor.
    simulator.put(dossier(31, T0 + 28 * MINUTE));
    simulator.put(dossier(32, T0 + 30 * MINUTE));
    const asked = served.requests.length;
    const second = await read(first.cursor);
    expect(served.requests[asked]?.query['modifiedSince']).toBe('20250710082500');
    expect(unique(second.records)).toEqual([25, 26, 27, 28, 29, 30, 31, 32]);
    expect(second.cursor).toBe(first.cursor);
  });

  it('without overlap still takes its own moment again', async () => {
    const { read, simulator } = await setup({ records: minutesApart(3) }, { overlapMinutes: 0 });
    const { cursor } = await read();
    simulator.put(dossier(4, T0 + 3 * MINUTE));
    expect(unique((await read(cursor)).records)).toEqual([3, 4]);
  });

  it('cuts the bound to the second, never past a millisecond', async () => {
    const { read, simulator } = await setup({ records: [dossier(1, T0 + 250)] }, { overlapMinutes: 0 });
    const { cursor } = await read();
    expect(cursor).toBe('2025-07-10T01:00:00.250Z');
    simulator.put(dossier(2, T0 + 100));
    expect(unique((await read(cursor)).records)).toEqual([1, 2]);
  });

  it('does not follow a source whose clock runs ahead', async () => {
    const now = T0 + 5 * MINUTE;
    const { read } = await setup({ records: [dossier(1, T0), dossier(2, T0 + 600 * MINUTE)] });
    expect((await read(undefined, now)).cursor).toBe('2025-07-10T01:05:00Z');
  });

  it('refuses a cursor that is not its own', async () => {
    const { read } = await setup({});
    await expect(read('yesterday')).rejects.toSatisfy((e) => isValidationError(e) && e.issues[0]?.code === 'LT-OPENCPS-CURSOR');
  });

  it.each([['iso', '2025-07-10T08:00:00+07:00'], ['epoch', String(T0)], ['dd/MM/yyyy HH:mm:ss', '10/07/2025 08:00:00']])('writes the bound as %s', async (sinceFormat, expected) => {
    const { read, served } = await setup({ records: [dossier(1, T0)], sinceParam: 'tuNgay' }, { sinceParam: 'tuNgay', sinceFormat, overlapMinutes: 0 });
    const { records } = await read('2025-07-10T01:00:00Z');
    expect(served.requests[0]?.query['tuNgay']).toBe(expected);
    expect(unique(records)).toEqual([1]);
  });
});

describe('ties and restless lists', () => {
  it('reads a bulk update, far larger than a page, completely', async () => {
    const records = [...minutesApart(3), ...upTo(23).map((n) => dossier(100 + n, T0 + 10 * MINUTE)), ...upTo(5).map((n) => dossier(200 + n, T0 + (10 + n) * MINUTE))];
    const { read } = await setup({ records });
    const { records: got } = await read();
    expect(unique(got)).toEqual(idsOf(records).sort((a, b) => a - b));
    expect(got).toHaveLength(records.length);
  });

  it('finds every dossier of a tie although its order changes from answer to answer', async () => {
    const tied = upTo(21).map((id) => dossier(id, T0));
    const { read } = await setup({ records: tied }, {}, (request, number) => {
      if (!request.path.endsWith('/dossiers')) return undefined;
      const turned = [...tied.slice((number * 5) % 21), ...tied.slice(0, (number * 5) % 21)];
      return { status: 200, body: JSON.stringify({ total: 21, data: turned.slice(Number(request.query['start']), Number(request.query['end'])) }) };
    });
    expect(unique((await read()).records)).toEqual(upTo(21));
  });

  it('loses nothing when dossiers change while it reads', async () => {
    // Before each further page an already read dossier is changed: in a list cut by position everything would shift by one.
    const { read, simulator } = await setup({ records: minutesApart(24) }, {}, (_, number, sim) => {
      if (number > 1 && number < 8) sim.put(dossier(number - 1, T0 + (100 + number) * MINUTE));
      return undefined;
    });
    const { records, cursor } = await read();
    expect(unique(records)).toEqual(upTo(24));
    // The changed ones come again in their new state, now or at the latest with the next poll.
    const next = await read(cursor);
    const newest = new Map([...records, ...next.records].map((r) => [`${String(r['dossierId'])}@${String(r['modifiedDate'])}`, r]));
    for (let id = 1; id <= 6; id += 1) expect(newest.has(`${id}@${T0 + (101 + id) * MINUTE}`)).toBe(true);
    expect(simulator.summary()['dossiers']).toBe(24);
  });

  it.each([['a list in another order', { sorting: 'ignored' as const }], ['a list without a total', { withoutTotal: true }], ['a server that gives shorter pages than asked', { maxPage: 3 }]])('reads %s to its end', async (_, options) => {
    const shuffled = upTo(17).map((id) => dossier(id, T0 + ((id * 7) % 17) * MINUTE));
    const { read } = await setup({ records: shuffled, ...options });
    const { records, cursor } = await read();
    expect(unique(records)).toEqual(upTo(17));
    expect(cursor).toBe(new Date(T0 + 16 * MINUTE).toISOString().replace('.000Z', 'Z'));
  });

  it('notices by the total when a page only looked as if the list ascended', async () => {
    // In the order of ids, with times that rise on the first page and fall behind it.
    const records = [1, 2, 3, 50, 4, 5, 6, 7, 8, 9].map((at, i) => dossier(i + 1, T0 + at * MINUTE));
    const { read } = await setup({ records, sorting: 'ignored' });
    expect(unique((await read()).records)).toEqual(upTo(10));
  });

  it('reads everything each time when there is no filter', async () => {
    const { read, served } = await setup({ records: minutesApart(9), sinceParam: '' }, { sinceParam: '' });
    const { cursor } = await read();
    const again = await read(cursor);
    expect(unique(again.records)).toEqual(upTo(9));
    expect(served.requests.every((r) => Object.keys(r.query).every((k) => ['start', 'end', 'sort', 'order'].includes(k)))).toBe(true);
  });

  it('says so when the filter is ignored', async () => {
    const { read } = await setup({ records: minutesApart(30), sinceParam: 'other' });
    await expect(read('2025-07-10T01:20:00Z')).rejects.toSatisfy((e) => e instanceof PollError && e.issues[0]?.code === 'LT-OPENCPS-FILTER-IGNORED');
  });

  it.each([['with', { total: 40 }], ['without', {}]])('notices that positions are ignored, %s a total', async (_, total) => {
    const { read } = await setup({}, {}, () => ({ status: 200, body: JSON.stringify({ ...total, data: upTo(4).map((id) => dossier(id, T0)) }) }));
    await expect(read()).rejects.toSatisfy((e) => e instanceof PollError && e.issues[0]?.code === 'LT-OPENCPS-LIST-UNSTABLE');
  });

  it('is content with a list that names a dossier twice', async () => {
    const rows = [1, 2, 2, 3, 4, 5, 6].map((id) => dossier(id, T0 + id * MINUTE));
    const { read } = await setup({}, { pageSize: 3 }, (request) => {
      const since = request.query['modifiedSince'];
      const left = since === undefined ? rows : rows.filter((r) => Number(r['modifiedDate']) >= Date.parse(`2025-07-10T${since.slice(8, 10)}:${since.slice(10, 12)}:${since.slice(12)}+07:00`));
      return { status: 200, body: JSON.stringify({ total: left.length, data: left.slice(Number(request.query['start']), Number(request.query['end'])) }) };
    });
    expect(unique((await read()).records)).toEqual(upTo(6));
  });

  it('gives up on a list that never comes to rest, and leaves the cursor', async () => {
    let serial = 0;
    const { read } = await setup({}, {}, () => ({ status: 200, body: JSON.stringify({ total: 100, data: upTo(4).map(() => dossier((serial += 1), T0)) }) }));
    await expect(read('2025-07-10T01:00:00Z')).rejects.toSatisfy((e) => e instanceof PollError && e.issues[0]?.code === 'LT-OPENCPS-LIST-UNSTABLE');
  });
});

describe('what the upstream may answer', () => {
  const failing = (answer: SimulatorResponse, at = 2) => (_: SimulatorRequest, number: number): SimulatorResponse | undefined => (number === at ? answer : undefined);
  it.each([
    ['a wrong token', { status: 401, body: '{}' }, 'LT-UPSTREAM-LOGIN-FAILED'],
    ['an overloaded server', { status: 503, headers: { 'retry-after': '7' }, body: '' }, 'LT-UPSTREAM-BUSY'],
    ['an HTML error page', { status: 502, body: '<html>Bad Gateway</html>' }, 'LT-UPSTREAM-SERVER-ERROR'],
    ['a login page with status 200', { status: 200, body: '<html>login</html>' }, 'LT-UPSTREAM-RESPONSE-INVALID'],
    ['a cut answer', { status: 200, body: '{"total": 11, "data": [{' }, 'LT-UPSTREAM-RESPONSE-INVALID'],
    ['another shape', { status: 200, body: '{"total": 11, "data": "none"}' }, 'LT-UPSTREAM-RESPONSE-INVALID'],
    ['a refusal', { status: 400, body: '{}' }, 'LT-UPSTREAM-REFUSED'],
  ])('stops at %s with what was complete before', async (_, answer, code) => {
    const { read } = await setup({ records: minutesApart(11) }, {}, failing(answer));
    await expect(read()).rejects.toSatisfy((e) => {
      if (!(e instanceof PollError)) return false;
      if (answer.status === 503) expect(e.retryAfterMs).toBe(7000);
      return e.issues[0]?.code === 'LT-OPENCPS-READ-FAILED' && e.issues.some((i) => i.code === code);
    });
    expect(unique((await read()).records)).toEqual(upTo(11));
  });

  it.each(['actions', 'logs', 'files', 'payments'])('stops when %s holds fewer rows than its total says', async (part) => {
    let cut = true;
    const { read } = await setup({ records: minutesApart(2) }, { read: 'detail' }, (request, _, simulator) => {
      if (!cut || !request.path.endsWith(`/1/${part}`)) return undefined;
      const answer = JSON.parse(String(simulator.handle(request).body)) as { data: unknown[] };
      return { status: 200, body: JSON.stringify({ data: answer.data, total: answer.data.length + 1 }) };
    });
    await expect(read()).rejects.toSatisfy((e) => e instanceof PollError && e.issues.map((i) => i.code).join() === 'LT-OPENCPS-READ-FAILED,LT-UPSTREAM-RESPONSE-INVALID' && e.issues[1]?.pointer === '/total');
    cut = false;
    expect(unique((await read()).records)).toEqual([1, 2]);
  });

  it('lets a broken row through to decoding, where a person sees it', async () => {
    const { read } = await setup({}, {}, () => ({ status: 200, body: JSON.stringify({ total: 3, data: [dossier(1, T0), { nonsense: true }, dossier(2, T0 + MINUTE)] }) }));
    expect((await read()).records).toHaveLength(3);
  });

  it('reads single parts as operations of the SDK', async () => {
    const { served } = await setup({ records: minutesApart(2) });
    const connection = connect(opencps, { baseUrl: served.url, token: 'invented-token', groupId: '55301' });
    closing.push(() => connection.close());
    expect(await connection.run('getDossier', { id: '2' })).toMatchObject({ kind: 'done', value: { dossierNo: 'H13.101-250701-0002' } });
    const actions = await connection.run('listActions', { id: '2' });
    expect(actions.kind === 'done' ? actions.value : []).toHaveLength(7);
    expect(await connection.run('listDossiers', { start: 0, end: 1 })).toMatchObject({ kind: 'done', value: { total: 2 } });
    expect(await connection.run('getDossier', { id: '77' })).toMatchObject({ kind: 'rejected' });
    expect(await connection.run('getDossier', { id: '../users' })).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-UPSTREAM-OUTBOUND-INVALID' }, {}] });
  });
});
