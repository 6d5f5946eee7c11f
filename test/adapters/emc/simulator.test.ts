/** The double of EMC: takes everything, counts it, and shows what a province would never hear. */
import { afterEach, describe, expect, it } from 'vitest';
import { createEmcSimulator, type EmcSimulatorOptions } from '../../../adapters/emc/simulator.ts';
import { emc } from '../../../adapters/emc/adapter.ts';
import { connect } from '../../../src/index.ts';
import { mockUpstream, startMockServer } from '../../../src/testing/index.ts';
import { emcDossier } from './fixtures.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));

const FIELDS = { codeProfile: 'H99.14-250701-0042', siteId: '4711', codeTTHC: '1.004227', nameTTHC: 'Thủ tục mẫu', status: '1', formsReception: '1', formsPayments: '0', level: '4', isFromDVCQG: '0', isDVCBC: '0', data: '' };
const START = Date.UTC(2025, 6, 1, 16, 59); // 23:59 in Vietnam
const make = (options: EmcSimulatorOptions = {}) => {
  const simulator = createEmcSimulator({ now: () => START, ...options });
  return {
    simulator,
    form: (more: Record<string, string> = {}) => simulator.handle({ method: 'POST', path: '/TrackingMCDT', query: {}, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ ...FIELDS, ...more }).toString() }),
    json: (body: unknown) => simulator.handle({ method: 'POST', path: '/TrackingMCDT', query: {}, headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
};

describe('counting', () => {
  it('by site, Vietnamese day and state, from both dialects', () => {
    const { simulator, form, json } = make();
    form();
    json({ ...FIELDS, siteId: 4711, data: null, user: null, codeProfile: 'H99.14-250701-0043' });
    form({ siteId: '5', status: '3' });
    simulator.advance(60_000);
    form({ status: '2' });
    expect(simulator.counts()).toEqual([
      { siteId: '4711', day: '2025-07-01', status: '1', count: 2 }, { siteId: '4711', day: '2025-07-02', status: '2', count: 1 }, { siteId: '5', day: '2025-07-01', status: '3', count: 1 },
    ]);
    expect([simulator.count(), simulator.count({ siteId: '4711' }), simulator.count({ day: '2025-07-02' }), simulator.count({ status: '3', siteId: '4711' })]).toEqual([4, 3, 1, 0]);
    expect(simulator.summary()).toEqual({ taken: 4, nonsense: 0, repeats: 0, refused: 0 });
    simulator.reset();
    expect(simulator.counts()).toEqual([]);
  });
  it('nonsense and doubles are answered like everything else, and counted apart', () => {
    const { simulator, form, json } = make();
    expect([form().status, form().status, form({ status: '9' }).status, json('{"').status, json([]).status]).toEqual([204, 204, 204, 204, 204]);
    expect(simulator.summary()).toEqual({ taken: 5, nonsense: 3, repeats: 2, refused: 0 });
  });
  it('nobody’s identity number stands in what it shows', () => {
    const { simulator, json } = make();
    json({ ...FIELDS, siteId: 4711, data: null, user: JSON.stringify({ ID_local: '099199000001', ID_QG: '099199000001', TYPE: '2', LOCATION: '99' }) });
    expect(JSON.stringify([simulator.state(), simulator.journal()])).not.toContain('099199000001');
  });
});

describe('answers', () => {
  it.each([['no-content', 204, ''], ['empty', 200, ''], ['json', 200, '{"success":true}']] as const)('%s', (answer, status, body) => {
    expect(make({ answer }).form()).toMatchObject({ status, body });
  });
  it('refuses what it is told to refuse, and counts nothing', () => {
    for (const [options, more, status] of [[{ closed: true }, {}, 403], [{ unknownSites: 'refuse' }, { siteId: '5' }, 400], [{ nonsense: 'refuse' }, { status: '9' }, 400], [{ requiredHeaders: { 'X-Khoa': 'a' } }, {}, 403]] as const) {
      const { simulator, form } = make(options as EmcSimulatorOptions);
      expect([form(more).status, simulator.count(), simulator.summary()['refused']]).toEqual([status, 0, 1]);
    }
  });
  it.each([[{ siteIds: [] }, 'siteIds'], [{ answer: 'maybe' }, 'answer'], [{ sites: [1] }, 'sites']])('names a wrong option: %j', (options, name) => {
    expect(() => createEmcSimulator(options)).toThrow(new RegExp(`simulator option "${name}"`));
  });
});

it('inside a test, by name', async () => {
  const mock = await mockUpstream('emc');
  open.push({ close: () => mock.restore() });
  const connection = connect(emc, mock.config());
  open.push(connection);
  expect(await connection.run('trackDossier', emcDossier())).toMatchObject({ kind: 'done', value: { code: 'H99.14-250701-0042', status: 204 } });
});

it('as a server, with its counts under the admin API', async () => {
  const server = await startMockServer('emc', { scenario: 'json' });
  open.push(server);
  const connection = connect(emc, server.simulator.clientConfig?.(server.url));
  open.push(connection);
  expect(await connection.run('trackDossier', emcDossier())).toMatchObject({ kind: 'done', value: { status: 200 } });
  const { state } = (await (await fetch(`${server.url}/__admin/state`)).json()) as { state: { counts: unknown[]; taken: number } };
  expect(state).toMatchObject({ taken: 1, counts: [{ siteId: '4711', status: '3', count: 1 }] });
});
