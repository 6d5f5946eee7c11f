import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_STATUS_MAP, dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { fullDossier } from '../../adapters/dvcqg/fixtures.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';
import { connect } from '../../src/adapter/client.ts';
import type { Adapter, AnyOperation, Outcome } from '../../src/adapter/types.ts';
import type { KnownAnswer } from '../../src/adapter/fixtures.ts';
import { startSimulator } from '../../src/testing/host.ts';
import { examplesOf, writeFixtures } from '../../src/testing/recorder/fixtures.ts';
import { createInventor } from '../../src/testing/recorder/invent.ts';
import type { RecordedExchange } from '../../src/testing/recorder/recording.ts';
import { replayUpstream } from '../../src/testing/recorder/replay.ts';
import { masked, shadow } from '../../src/testing/recorder/shadow.ts';
import { callOnce } from '../support/call-once.ts';
import { CONFIG, KEY, lines, recordPortal, recordSource } from './recorder-support.ts';

const portal = dvcqg as unknown as Adapter;
let folder: string;
let recording: RecordedExchange[];
let outcomes: Outcome[];
let config: Record<string, unknown>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lt-shadow-'));
  const made = await recordPortal(folder);
  recording = await lines(made.file);
  ({ outcomes } = made);
  config = { ...CONFIG, agencyCode: made.agency };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of the adapter with one operation changed. */
const changed = (operation: string, change: (own: AnyOperation) => Partial<AnyOperation>): Adapter =>
  ({ ...portal, operations: { ...portal.operations, [operation]: { ...(portal.operations[operation] as AnyOperation), ...change(portal.operations[operation] as AnyOperation) } } });

describe('a shadow run', () => {
  it('finds nothing between a version and itself, and reads every operation of the recording', async () => {
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['done', 'done', 'done', 'retry', 'done', 'done']);
    const report = await shadow(recording, { adapter: portal, against: portal, config });
    expect(report).toMatchObject({ exchanges: 8, compared: 7, differing: 0, passedOver: 1, fields: [], more: 0 });
  });

  it('sends again what was really sent', async () => {
    const report = await shadow(recording, { adapter: portal, config });
    expect(report.fields).toEqual([]);
    expect(report.compared).toBe(7);
  });

  it('a refused login among the recorded ones does not end the work of those that follow', async () => {
    const [login, ...rest] = recording as [RecordedExchange, ...RecordedExchange[]];
    expect(login.request.path).toMatch(/login$/);
    const refused: RecordedExchange = { ...login, response: { status: 200, headers: {}, body: '{"session":"","error_code":"1","message":"Sai tài khoản"}' } };
    expect(await shadow([login, refused, ...rest], { adapter: portal, config })).toMatchObject({ compared: 7, differing: 0, passedOver: 2 });
  });

  it('what neither version sends is passed over, it is not called equal', async () => {
    const held = { ...config, statusMap: Object.fromEntries(Object.keys(DEFAULT_STATUS_MAP).map((status) => [status, 'hold'])) };
    const { compared, passedOver, differing } = await shadow(recording, { adapter: portal, against: portal, config: held });
    expect({ compared, passedOver, differing }).toEqual({ compared: 2, passedOver: 6, differing: 0 });
  });

  it('says which field another version would send otherwise, how often, with masked samples', async () => {
    const against = changed('syncDossier', (own) => ({
      encode(inputs: unknown[], ctx: never) {
        const request = own.encode(inputs, ctx) as { data: { TrangThaiHoSo: string; ChuHoSo: string }[] };
        return { ...request, data: request.data.map((hoSo) => ({ ...hoSo, TrangThaiHoSo: '4', ChuHoSo: hoSo.ChuHoSo.toUpperCase() })) };
      },
    }));
    const { fields, differing } = await shadow(recording, { adapter: portal, against, config });
    expect(differing).toBe(3);
    const name = fields.find(({ field }) => field === '/body/data/*/ChuHoSo');
    expect(name).toMatchObject({ operation: 'syncDossier', part: 'sends', kind: 'changed', count: 3 });
    expect(name?.samples[0]?.before).toMatch(/^[Xx ]+$/);
    expect(fields.find(({ field }) => field === '/body/data/*/TrangThaiHoSo')?.samples.map(({ after }) => after)).toContain('4');
    expect(fields.every(({ part }) => part === 'sends')).toBe(true);
  });

  it('says which answers another version would understand otherwise', async () => {
    const against = changed('appendProgress', (own) => ({
      classify(result: never, request: unknown) {
        const answer = own.classify(result, request);
        return answer.kind === 'retry' ? { kind: 'rejected', issues: [answer.issue] } : answer;
      },
    }));
    const { fields, differing } = await shadow(recording, { adapter: portal, against, config });
    expect(differing).toBe(1);
    expect(fields.find(({ field }) => field === '/kind')).toMatchObject({ operation: 'appendProgress', part: 'understands', count: 1, samples: [{ before: 'retry', after: 'rejected' }] });
  });

  it('a version that refuses what was sent is told by its issue', async () => {
    const held = Object.fromEntries(Object.keys(DEFAULT_STATUS_MAP).map((status) => [status, 'hold']));
    const { fields } = await shadow(recording, { adapter: portal, against: portal, config, againstConfig: { ...config, statusMap: held } });
    expect(fields).toContainEqual(expect.objectContaining({ operation: 'syncDossier', part: 'sends', field: '', kind: 'removed', count: 3 }));
    expect(fields.find(({ operation, field }) => operation === 'syncDossier' && field === '/kind')?.samples[0]).toMatchObject({ before: 'done', after: 'rejected' });
  });

  it('a version that no longer corrects a call is told by the request that is missing', async () => {
    const { fields } = await shadow(recording, { adapter: portal, against: changed('syncDossier', () => ({ amend: () => undefined })), config });
    expect(fields).toContainEqual(expect.objectContaining({ operation: 'syncDossier', part: 'sends', field: '/corrected', kind: 'removed', count: 1 }));
  });

  it('a source is shadowed as well: its reads and what it makes of the answers', async () => {
    const source = opencps as unknown as Adapter;
    const own = await lines(await recordSource(folder));
    const settings = { baseUrl: 'http://127.0.0.1:9', token: 'invented-token', groupId: '55301' };
    // Declared fields without a mark stay as they are, items of lists included; people do not.
    expect(JSON.stringify(own)).toContain('Thay đổi hộ tịch');
    expect(JSON.stringify(own)).not.toContain('Nguyễn Thị Thử');
    const same = await shadow(own, { adapter: source, config: settings });
    expect(same.compared).toBeGreaterThan(3);
    expect(same.fields).toEqual([]);
    const other = await shadow(own, { adapter: source, against: source, config: settings, againstConfig: { ...settings, poll: { sort: 'dossierId' } } });
    expect(other.fields).toEqual([expect.objectContaining({ operation: 'listDossiers', part: 'sends', field: '/query/sort' })]);
  });

  it('long values are shown by their form alone', () => {
    expect(masked('Nguyễn Văn An')).toBe('Xxxxxx Xxx Xx');
    expect(masked('092085999123')).toBe('000000000000');
    expect(masked('10')).toBe('10');
    expect(masked(undefined)).toBe('–');
  });
});

describe('a recording served back', () => {
  const invented = createInventor(KEY);
  const code = invented.invent('dossier', fullDossier().code);

  it('answers the recorded calls inside the process, and says what differs about others', async () => {
    const replay = replayUpstream(recording);
    const connection = connect(dvcqg, config, { transport: replay.transport, readRetry: { retries: 0 } });
    expect(await connection.run('findDossier', { code })).toMatchObject({ kind: 'done', value: { exists: true } });
    expect(await connection.run('findDossier', { code })).toMatchObject({ kind: 'done' });
    expect((await connection.run('findDossier', { code: 'H99.14-250701-0001' })).kind).not.toBe('done');
    expect(replay.unmatched()).toEqual([{ method: 'POST', path: '/forward/mapi/g', nearest: 4, differs: ['/body/mahoso'] }]);
    expect(replay.left()).toBe(6);
    await connection.close();
  });

  it('keeps the order of the recording where that is asked for', async () => {
    const replay = replayUpstream(recording, { order: 'strict' });
    const connection = connect(dvcqg, config, { transport: replay.transport, readRetry: { retries: 0 } });
    expect((await connection.run('listAgencies', undefined)).kind).not.toBe('done');
    replay.reset();
    expect(replay.left()).toBe(8);
    await connection.close();
  });

  it('plays failures of the line', async () => {
    const [login] = recording as [RecordedExchange];
    const { response: _response, ...rest } = login;
    const replay = replayUpstream([{ ...rest, failure: { sent: 'before', code: 'ECONNREFUSED' } }]);
    const connection = connect(dvcqg, config, { transport: replay.transport, readRetry: { retries: 0 } });
    expect(await connection.run('listAgencies', undefined)).toMatchObject({ kind: 'retry', issue: { code: 'LT-UPSTREAM-UNREACHABLE' } });
    await connection.close();
  });

  it('stands behind HTTP like any simulator', async () => {
    const running = await startSimulator(replayUpstream(recording));
    const found = await callOnce({ baseUrl: running.url }, { method: 'POST', path: '/mapi/login', headers: { 'content-type': 'application/json' }, body: '{"username":"a","password":"b"}' });
    expect(found).toMatchObject({ status: 200, body: { session: 'dropped' } });
    const unknown = await callOnce({ baseUrl: running.url }, { method: 'GET', path: '/khac' });
    expect(unknown).toMatchObject({ status: 501, body: { detail: { en: 'the recording has no call to this address' } } });
    await running.close();
  });
});

describe('fixtures of a recording', () => {
  it('are inputs and answers as the conformance suite takes them', async () => {
    const out = join(folder, 'fixtures');
    const files = await writeFixtures(out, await examplesOf(recording, portal, config));
    expect(files).toEqual(await readdir(out).then((names) => [...names].sort((a, b) => files.indexOf(a) - files.indexOf(b))));
    expect(files).toContain('syncDossier.inputs.json');
    const answers = JSON.parse(await readFile(join(out, 'appendProgress.answers.json'), 'utf8')) as KnownAnswer[];
    expect(answers.map(({ means }) => means)).toEqual(['accepted', 'retry LT-DVCQG-ABSENT']);
    // The law of the suite, for each of them: the adapter says what the fixture says.
    const { classify } = dvcqg.operations.appendProgress;
    for (const { answer, means } of answers) {
      const found = classify(answer, {} as never);
      expect(found.kind === 'retry' ? `retry ${found.issue.code}` : found.kind).toBe(means);
    }
    const sync = JSON.parse(await readFile(join(out, 'syncDossier.answers.json'), 'utf8')) as KnownAnswer[];
    expect(sync.map(({ means }) => means)).toEqual(['accepted', 'rejected LT-DVCQG-EXISTS', 'accepted']);
    const inputs = JSON.parse(await readFile(join(out, 'syncDossier.inputs.json'), 'utf8')) as { code: string; applicant: { name: string } }[];
    expect(inputs).toHaveLength(2);
    expect(inputs.map((input) => input.applicant.name)).not.toContain(fullDossier().applicant.name);
  });
});
