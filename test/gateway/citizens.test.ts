/** Asking a population database through the gateway: over a real ledger, with a database whose behaviour is a script. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/adapter/client.ts';
import type { CitizenQuestion } from '../../src/adapter/citizens.ts';
import { defineAdapter, defineOperation } from '../../src/adapter/define.ts';
import type { Outcome, WireResult } from '../../src/adapter/types.ts';
import { createProtection, type Protection } from '../../src/delivery/protection.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { citizenHash } from '../../src/gateway/citizens/desk.ts';
import { hashApiKey } from '../../src/gateway/keys.ts';
import { createLogger } from '../../src/gateway/log.ts';
import type { Problem } from '../../src/gateway/problem.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { CitizenRecord, CitizenVerification, Dossier } from '../../src/model/canonical.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';

const NUMBER = '099190000123';
const ASKS = 'k'.repeat(43);
const LOOKS = 'l'.repeat(43);
const T0 = Date.UTC(2025, 10, 3, 2, 15, 30);
const RECORD: CitizenRecord = {
  citizenId: NUMBER, fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', sex: 'FEMALE', ethnicity: { code: '01', name: 'Kinh' }, maritalStatus: 'NEVER_MARRIED',
  permanentAddress: { provinceCode: '99', communeCode: '99001', detail: 'Thôn Bí Mật' }, householdHead: { fullName: 'Lê Văn Giả', relationship: { code: 'CH01' } },
};
const QUESTION = { citizenId: NUMBER, fullName: 'Lê Thị Mẫu', birthYear: '1990', purpose: 'HT-01', officer: 'canbo.demo' };
const PURPOSES = { 'HT-01': { legalBasis: 'Điều 9 Luật Hộ tịch (mẫu)' }, 'CT-02': { legalBasis: 'Quy chế 02 (mẫu)', dossierRequired: true } };

type Asked = CitizenQuestion & { act: 'verify' | 'lookUp' };
/** What the database does with a question. */
type Script = (asked: Asked) => Outcome<unknown> | Promise<Outcome<unknown>>;

function database(id: string, script: () => Script, withVerify = true): Connection {
  const any = <T>(value: unknown) => ({ ok: true as const, value: value as T });
  const outcomes = new WeakMap<object, Outcome<unknown>>();
  const operation = <Out>(act: Asked['act']) => defineOperation<CitizenQuestion, Asked, Outcome<unknown>, Out, object>({
    id: act, title: { vi: act, en: act }, access: 'read', idempotency: { kind: 'upsert', why: { vi: '', en: '' } }, ordering: 'none', coalesce: 'never', batch: { max: 1 },
    request: any, response: any,
    encode: ([question]) => ({ ...question as CitizenQuestion, act }),
    classify(result) {
      const outcome = outcomes.get(result);
      return outcome === undefined || outcome.kind === 'done' ? { kind: 'accepted', response: outcome as Outcome<unknown> } : outcome;
    },
    decode(outcome, _questions, { warn }) {
      if (outcome.kind === 'done') for (const warning of outcome.warnings ?? []) warn?.(warning);
      return (outcome as { value: Out }).value;
    },
  });
  const adapter = defineAdapter({
    id, title: { vi: id, en: id }, version: '1', configSchema: {}, configure: () => ({}), inbound: [],
    operations: { verify: operation<CitizenVerification>('verify'), lookUp: operation<CitizenRecord | undefined>('lookUp') },
    citizens: { lookUp: 'lookUp', ...(withVerify ? { verify: 'verify' } : {}) },
    open: () => ({
      close: () => Promise.resolve(),
      async call(_operation, request): Promise<WireResult> {
        const result: WireResult = { kind: 'response', status: 200, headers: {}, body: {}, text: '', durationMs: 1 };
        outcomes.set(result, await script()(request as Asked));
        return result;
      },
    }),
  });
  return connect(adapter, {}) as unknown as Connection;
}

let folder = '';
let clock = { now: T0 };
let ledger: Ledger;
let gateway: Gateway;
let protection: Protection;
let asked: Asked[];
let lines: string[];
let script: Script;

async function start(citizens: Record<string, unknown> = {}, names = ['dan-cu'], own: Partial<Ledger> = {}): Promise<void> {
  const connections = new Map(names.map((name) => [name, database(name, () => (question) => {
    asked.push(question);
    return script(question);
  }, name !== 'chi-tra-cuu')]));
  protection = createProtection({ ledger, upstreams: names, now: () => clock.now });
  await protection.start();
  gateway = await gatewayWith({
    ledger: new Proxy(ledger, { get: (target, name) => own[name as keyof Ledger] ?? (typeof target[name as keyof Ledger] === 'function' ? (target[name as keyof Ledger] as () => unknown).bind(target) : target[name as keyof Ledger]) }),
    now: () => clock.now, connections, protection, upstreams: [...connections].map(([id, { adapter }]) => ({ id, adapter, config: {} })),
    logger: createLogger({ level: 'debug', stream: { write: (line) => void lines.push(line) } }),
    config: testConfig({
      citizens: { purposes: PURPOSES, ...citizens }, logging: { requests: 'all' },
      apiKeys: [{ name: 'mot-cua', sha256: hashApiKey(ASKS), scopes: ['citizens', 'intake'] }, { name: 'thanh-tra', sha256: hashApiKey(LOOKS), scopes: ['read', 'metrics'] }],
    }),
  });
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-citizens-'));
  clock = { now: T0 };
  asked = [];
  lines = [];
  script = ({ act }) => ({ kind: 'done', value: act === 'verify' ? { outcome: 'MATCH' } : RECORD });
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }), now: () => clock.now });
});
afterEach(async () => {
  protection.stop();
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (url: string, body: unknown, key = ASKS) => gateway.app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, payload: JSON.stringify(body) });
const get = (url: string, key = LOOKS) => gateway.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${key}` } });
const verify = (over: Record<string, unknown> = {}) => post('/v1/citizens/verify', { ...QUESTION, ...over });
const lookUp = (over: Record<string, unknown> = {}) => post('/v1/citizens/look-up', { ...QUESTION, ...over });
const codeOf = (reply: Awaited<ReturnType<typeof post>>) => [reply.statusCode, reply.json<Problem>().code];
interface Query { seq: number; kind: string; by: string; about: Record<string, unknown> }
const queries = async (): Promise<Query[]> => (await get('/v1/citizens/queries')).json<{ items: Query[] }>().items;

describe('a question', () => {
  it('is answered, under a number of its own, and nothing is to be kept of it', async () => {
    await start();
    const known = await verify();
    expect(known.statusCode, known.body).toBe(200);
    expect(known.headers['cache-control']).toBe('no-store');
    expect(known.json()).toEqual({ requestId: asked[0]?.requestId, upstream: 'dan-cu', fromCache: false, answer: { outcome: 'MATCH' } });
    expect((await lookUp()).json()).toMatchObject({ upstream: 'dan-cu', answer: { outcome: 'MATCH', record: RECORD } });
    expect(asked).toEqual([
      { act: 'verify', requestId: expect.any(String) as string, citizenId: NUMBER, fullName: 'Lê Thị Mẫu', birth: '1990', officer: 'canbo.demo' },
      { act: 'lookUp', requestId: expect.any(String) as string, citizenId: NUMBER, fullName: 'Lê Thị Mẫu', birth: '1990', officer: 'canbo.demo' },
    ]);
    expect(asked[0]?.requestId).not.toBe(asked[1]?.requestId);
  });

  it('is answered with what the adapter noticed, also from memory, and a record of another name or birth is no match', async () => {
    await start();
    const warning = issue('LT-DANCU-NUMBER-DIFFERS', '/citizenId', undefined, 'warning');
    script = () => ({ kind: 'done', value: RECORD, warnings: [warning] });
    for (const fromCache of [false, true]) expect((await lookUp()).json()).toMatchObject({ fromCache, answer: { outcome: 'MATCH' }, warnings: [{ code: 'LT-DANCU-NUMBER-DIFFERS', pointer: '/citizenId', severity: 'warning' }] });
    const outcomes = await Promise.all([{ fullName: 'LE THI MAU' }, { birthYear: undefined }, { fullName: 'Lê Thị Khác' }, { birthYear: '1991' }].map(async (over) => (await lookUp(over)).json<{ answer: unknown }>().answer));
    expect(outcomes).toEqual(['MATCH', 'MATCH', 'MISMATCH', 'MISMATCH'].map((outcome) => ({ outcome, record: RECORD })));
  });

  it('that finds nobody says so', async () => {
    await start();
    script = ({ act }) => ({ kind: 'done', value: act === 'verify' ? { outcome: 'MISMATCH' } : undefined });
    expect((await verify()).json()).toMatchObject({ answer: { outcome: 'MISMATCH' } });
    expect((await lookUp()).json<{ answer: unknown }>().answer).toEqual({ outcome: 'NOT_FOUND' });
  });

  it('may name a card of 9 digits and a whole date; the name is sent composed', async () => {
    await start();
    expect((await verify({ citizenId: undefined, oldId: '099000123', birthYear: undefined, birthDate: '1990-02-14', fullName: ' Lê Thị Mẫu '.normalize('NFD') })).statusCode).toBe(200);
    expect(asked[0]).toMatchObject({ oldId: '099000123', birth: '1990-02-14', fullName: 'Lê Thị Mẫu'.normalize('NFC') });
    expect(asked[0]).not.toHaveProperty('citizenId');
  });

  const NONE: [Record<string, unknown>, string][] = [
    [{ citizenId: undefined }, '/citizenId'], [{ oldId: '099000123' }, '/citizenId'], [{ fullName: '12345' }, '/fullName'], [{ birthDate: '1990-02-14' }, '/birthYear'],
    [{ birthYear: undefined, birthDate: '1990-02-30' }, '/birthDate'], [{ birthYear: undefined, birthDate: '2025-11-04' }, '/birthDate'], [{ birthYear: '2026' }, '/birthYear'], [{ birthYear: '0000' }, '/birthYear'],
  ];
  const MORE_OR_LESS = [
    { url: 'https://evil.example.vn' }, { serviceCode: '037' }, { MaTichHop: '037' }, { officer: undefined }, { officer: 'a b' }, { purpose: undefined }, { citizenId: '99190000123' }, { oldId: '0991900001' }, { fullName: '' }, { birthYear: '90' },
  ];
  it('that is none is not asked; nor can one say more, or less', async () => {
    await start();
    for (const [over, pointer] of NONE) {
      const reply = await verify(over);
      expect(codeOf(reply), JSON.stringify(over)).toEqual([422, 'LT-CITIZEN-QUESTION']);
      expect(reply.json<Problem>().issues?.map((found) => found.pointer)).toContain(pointer);
    }
    for (const over of MORE_OR_LESS) expect((await lookUp(over)).statusCode, JSON.stringify(over)).toBe(400);
    expect([asked, await queries()]).toEqual([[], []]);
  });
});

describe('the record of a question', () => {
  it('is on the chain before the question goes out, and what became of it before the answer is handed out', async () => {
    await start();
    let whenAsked: Query[] = [];
    script = async () => {
      whenAsked = await queries();
      return { kind: 'done', value: RECORD };
    };
    const { requestId } = (await lookUp()).json<{ requestId: string }>();
    const about = {
      requestId, act: 'lookUp', upstream: 'dan-cu', purpose: 'HT-01', legalBasis: PURPOSES['HT-01'].legalBasis, officer: 'canbo.demo',
      citizen: { hash: await citizenHash(ledger, NUMBER), masked: '099******123' },
    };
    expect(whenAsked).toMatchObject([{ kind: 'citizen.asked', by: 'mot-cua', about }]);
    expect(await queries()).toMatchObject([
      { kind: 'citizen.answered', by: 'mot-cua', about: { requestId, asked: whenAsked[0]?.seq, outcome: 'MATCH', code: null, fromCache: false } },
      { kind: 'citizen.asked', by: 'mot-cua', about },
    ]);
    expect(await ledger.verify()).toEqual({ events: 2, brokenAt: null });
  });

  it('knows the same citizen again by a hash, and no other', async () => {
    await start();
    for (const citizenId of [NUMBER, '099190000124', NUMBER]) await verify({ citizenId, purpose: 'HT-01', officer: `o${asked.length}` });
    const hashes = (await queries()).filter(({ kind }) => kind === 'citizen.asked').map(({ about }) => (about['citizen'] as { hash: string }).hash);
    expect(hashes[0]).toBe(hashes[2]);
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('holds nothing that the database answered; nor do logs, metrics, addresses or the ledger’s files hold who was asked for', async () => {
    await start();
    await gateway.app.inject({ method: 'POST', url: '/v1/dossiers', headers: { authorization: `Bearer ${ASKS}`, 'content-type': 'application/json' }, payload: JSON.stringify(dossier(1)) });
    await lookUp({ dossierCode: dossier(1).code });
    script = () => ({ kind: 'rejected', issues: [issue('LT-UPSTREAM-REFUSED')] });
    await lookUp({ officer: 'khac' });
    await verify({ citizenId: '1' });
    expect(lines.length).toBeGreaterThan(3);
    const listed = JSON.stringify(await queries());
    const metrics = (await get('/metrics')).body;
    expect(metrics).toContain('/v1/citizens/look-up');
    for (const word of ['Lê Thị Mẫu', 'Bí Mật', 'Văn Giả', NUMBER, '1990-02-14']) for (const [where, text] of Object.entries({ lines: lines.join('\n'), metrics, listed })) expect(text.includes(word), `${where}: ${word}`).toBe(false);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    for (const word of ['Lê Thị Mẫu', 'Bí Mật', NUMBER, 'canbo.demo', PURPOSES['HT-01'].legalBasis, '099******123']) expect(files.some((bytes) => bytes.includes(word)), word).toBe(false);
  });

  it('that cannot be written means that nothing is asked', async () => {
    await start({}, ['dan-cu'], { act: () => Promise.reject(new Error('disk full')) });
    const reply = await lookUp();
    expect(codeOf(reply)).toEqual([503, 'LT-CITIZEN-AUDIT']);
    expect(reply.headers['retry-after']).toBe('10');
    expect(asked).toEqual([]);
  });

  it('that cannot be finished means that nothing is handed out', async () => {
    let writes = 0;
    await start({}, ['dan-cu'], { act: (act, now) => ((writes += 1) === 2 ? Promise.reject(new Error('disk full')) : ledger.act(act, now)) });
    const reply = await lookUp();
    expect(codeOf(reply)).toEqual([503, 'LT-CITIZEN-AUDIT']);
    expect(reply.body).not.toContain('Bí Mật');
    expect(asked).toHaveLength(1);
    // Nor later out of memory: it was never kept.
    await lookUp();
    expect(asked).toHaveLength(2);
  });

  it('is listed in pages, newest first, for keys that may read, and stands apart from orders', async () => {
    await start({ cacheSeconds: 0 });
    for (let n = 0; n < 3; n += 1) await verify();
    const first = (await get('/v1/citizens/queries?limit=4')).json<{ items: Query[]; next: number }>();
    expect(first.items).toHaveLength(4);
    const rest = (await get(`/v1/citizens/queries?limit=4&before=${first.next}`)).json<{ items: Query[]; next: null }>();
    expect([...first.items, ...rest.items].map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(rest.next).toBeNull();
    expect((await get('/v1/orders')).json<{ items: unknown[] }>().items).toEqual([]);
    expect((await get('/v1/citizens/queries', ASKS)).statusCode).toBe(403);
  });
});

describe('the records about', () => {
  const search = async (body: Record<string, unknown>) => (await post('/v1/citizens/queries:search', body, LOOKS)).json<{ items: Query[]; next: number | null }>();
  it('one citizen, one dossier or one officer are found, each by itself and together', async () => {
    await start({ cacheSeconds: 0, perMinute: 1000 });
    await post('/v1/dossiers', dossier(1));
    script = () => ({ kind: 'done', value: { outcome: 'MATCH' } });
    for (const over of [{}, { citizenId: undefined, oldId: '099000123' }, { officer: 'khac' }, { dossierCode: dossier(1).code, citizenId: '099190000124' }]) await verify(over);
    const kinds = async (body: Record<string, unknown>) => (await search(body)).items.map(({ kind, about }) => `${kind} ${String(about['officer'])} ${(about['citizen'] as { masked: string }).masked}`);
    expect(await kinds({ citizenId: NUMBER })).toEqual(['citizen.answered khac 099******123', 'citizen.asked khac 099******123', 'citizen.answered canbo.demo 099******123', 'citizen.asked canbo.demo 099******123']);
    expect(await kinds({ oldId: '099000123' })).toEqual(['citizen.answered canbo.demo 099***123', 'citizen.asked canbo.demo 099***123']);
    expect(await kinds({ dossierCode: dossier(1).code })).toEqual(['citizen.answered canbo.demo 099******124', 'citizen.asked canbo.demo 099******124']);
    expect(await kinds({ citizenId: NUMBER, officer: 'khac' })).toHaveLength(2);
    expect(await kinds({ citizenId: '099190000999' })).toEqual([]);
    expect(await kinds({})).toHaveLength(8);
    const first = await search({ citizenId: NUMBER, limit: 3 });
    const rest = await search({ citizenId: NUMBER, limit: 3, before: first.next });
    expect([first.items.length, rest.items.length, rest.next]).toEqual([3, 1, null]);
    expect((await post('/v1/citizens/queries:search', {}, ASKS)).statusCode).toBe(403);
    expect((await post('/v1/citizens/queries:search', { fullName: 'x' }, LOOKS)).statusCode).toBe(400);
  });

  it('somebody who was asked for long ago are found over several pages', async () => {
    await start();
    await verify();
    const hash = await citizenHash(ledger, '099190000999');
    await Promise.all(Array.from({ length: 5_000 }, () => ledger.act({ kind: 'citizen.asked', by: 'mot-cua', content: { citizen: { hash } } }, T0)));
    const first = await search({ citizenId: NUMBER });
    expect(first.items).toEqual([]);
    expect((await search({ citizenId: NUMBER, before: first.next })).items.map(({ kind }) => kind)).toEqual(['citizen.answered', 'citizen.asked']);
  });
});

describe('an answer in memory', () => {
  const fromCache = async (over: Record<string, unknown> = {}) => (await lookUp(over)).json<{ fromCache: boolean }>().fromCache;

  it('serves the same question of the same officer in the same matter, is recorded all the same, and ends', async () => {
    await start();
    expect([await fromCache(), await fromCache()]).toEqual([false, true]);
    expect(asked).toHaveLength(1);
    expect((await queries()).map(({ kind, about }) => `${kind} ${String(about['fromCache'] ?? '')}`)).toEqual(['citizen.answered true', 'citizen.asked ', 'citizen.answered false', 'citizen.asked ']);
    clock.now += 600_000;
    expect(await fromCache()).toBe(false);
  });

  it('serves no other officer, purpose, dossier or question', async () => {
    await start();
    await gateway.app.inject({ method: 'POST', url: '/v1/dossiers', headers: { authorization: `Bearer ${ASKS}`, 'content-type': 'application/json' }, payload: JSON.stringify(dossier(1)) });
    await fromCache();
    const { code: dossierCode } = dossier(1);
    for (const over of [{ officer: 'khac' }, { dossierCode }, { purpose: 'CT-02', dossierCode }, { fullName: 'Lê Thị Mau' }, { birthYear: '1991' }]) expect(await fromCache(over), JSON.stringify(over)).toBe(false);
    expect((await verify()).json()).toMatchObject({ fromCache: false });
  });

  it('is none where it is switched off, or where the question was not answered', async () => {
    await start({ cacheSeconds: 0 });
    expect([await fromCache(), await fromCache()]).toEqual([false, false]);
    protection.stop();
    await gateway.close();
    await start();
    script = () => ({ kind: 'retry', issue: issue('LT-UPSTREAM-BUSY') });
    await lookUp();
    script = () => ({ kind: 'done', value: undefined });
    expect([await fromCache(), await fromCache()]).toEqual([false, true]);
  });
});

describe('who may ask what', () => {
  it('is by the scope of the key, and each key no more often than is configured', async () => {
    await start({ perMinute: 2 });
    expect((await post('/v1/citizens/verify', QUESTION, LOOKS)).statusCode).toBe(403);
    expect((await post('/v1/citizens/verify', QUESTION, 'x'.repeat(43))).statusCode).toBe(401);
    expect([(await verify()).statusCode, (await verify()).statusCode, ...codeOf(await verify())]).toEqual([200, 200, 429, 'LT-GATEWAY-RATE-LIMIT']);
    expect((await lookUp()).statusCode).toBe(200);
  });

  it('is by configured purposes, with a dossier where the purpose asks for one', async () => {
    await start();
    expect(codeOf(await verify({ purpose: 'tò mò' }))).toEqual([403, 'LT-CITIZEN-PURPOSE']);
    expect(codeOf(await verify({ purpose: 'constructor' }))).toEqual([403, 'LT-CITIZEN-PURPOSE']);
    expect(codeOf(await verify({ purpose: 'CT-02' }))).toEqual([403, 'LT-CITIZEN-PURPOSE']);
    expect(codeOf(await verify({ dossierCode: 'H99-KHONG-CO' }))).toEqual([404, 'LT-GATEWAY-DOSSIER-UNKNOWN']);
    expect([asked, await queries()]).toEqual([[], []]);
  });

  it('nobody and nothing where no purpose or no database is configured', async () => {
    await start({ purposes: {} });
    expect(codeOf(await verify())).toEqual([404, 'LT-CITIZEN-OFF']);
    protection.stop();
    await gateway.close();
    await start({}, []);
    expect(codeOf(await verify())).toEqual([404, 'LT-CITIZEN-OFF']);
    expect(asked).toEqual([]);
  });

  it('which database is meant must be clear, and only configured ones are', async () => {
    await start({}, ['dan-cu', 'chi-tra-cuu']);
    expect(codeOf(await verify())).toEqual([400, 'LT-CITIZEN-UPSTREAM']);
    expect(codeOf(await verify({ upstream: 'toString' }))).toEqual([400, 'LT-CITIZEN-UPSTREAM']);
    expect(codeOf(await verify({ upstream: 'chi-tra-cuu' }))).toEqual([400, 'LT-CITIZEN-UPSTREAM']);
    expect((await verify({ upstream: 'dan-cu' })).json()).toMatchObject({ upstream: 'dan-cu' });
    expect((await lookUp({ upstream: 'chi-tra-cuu' })).json()).toMatchObject({ upstream: 'chi-tra-cuu' });
  });
});

describe('a database that', () => {
  const refusal = issue('LT-UPSTREAM-REFUSED');
  const FAILURES = [
    ['refuses', { kind: 'rejected', issues: [refusal] }, 502, 'LT-CITIZEN-REFUSED', undefined],
    ['does not answer', { kind: 'unknown', issue: refusal }, 503, 'LT-CITIZEN-UNAVAILABLE', '30'],
    ['is busy', { kind: 'retry', issue: refusal, retryAfterMs: 14_200 }, 503, 'LT-CITIZEN-UNAVAILABLE', '15'],
  ] as const;
  it('fails is told of as it is; a longer pause that it asks for comes last, since it is kept', async () => {
    await start();
    for (const [what, outcome, status, code, retryAfter] of FAILURES) {
      script = () => outcome as Outcome;
      const reply = await lookUp();
      expect(codeOf(reply), what).toEqual([status, code]);
      expect(reply.json<Problem>().issues).toEqual([refusal]);
      expect(reply.headers['retry-after']).toBe(retryAfter);
      expect((await queries())[0]).toMatchObject({ kind: 'citizen.answered', about: { code, fromCache: false } });
    }
  });

  const UNBELIEVABLE = [
    ['another citizen', { ...RECORD, citizenId: '099190000999' }], ['something that is no record', { fullName: 'Lê Thị Mẫu', extra: 1 }], ['null', null],
  ] as const;
  it('answers with what cannot be is not believed; nor does an adapter that stumbles answer anything', async () => {
    await start();
    for (const [what, value] of UNBELIEVABLE) {
      script = () => ({ kind: 'done', value });
      const reply = await lookUp();
      expect(codeOf(reply), what).toEqual([502, 'LT-CITIZEN-ANSWER']);
      expect(reply.body).not.toContain('Mẫu');
      expect((await queries())[0]).toMatchObject({ about: { code: 'LT-CITIZEN-ANSWER' } });
    }
    script = () => {
      throw new TypeError(`a mistake about ${NUMBER}`);
    };
    expect(codeOf(await lookUp())).toEqual([502, 'LT-CITIZEN-ANSWER']);
    expect((await queries()).slice(0, 2).map(({ kind }) => kind)).toEqual(['citizen.answered', 'citizen.asked']);
    expect(lines.join('\n')).not.toContain(NUMBER);
  });
});

describe('an upstream that a person holds back', () => {
  it('is not asked, and the question is on the record', async () => {
    await start();
    await ledger.freeze({ scope: 'upstream', key: 'dan-cu', upstream: null, by: 'truong-ca', reason: 'bảo trì', until: null }, clock.now);
    await waitFor(() => protection.isHeld('dan-cu', '', ''));
    const reply = await lookUp();
    expect(codeOf(reply)).toEqual([503, 'LT-CITIZEN-UNAVAILABLE']);
    expect(reply.json<Problem>().issues?.map(({ code }) => code)).toEqual(['LT-CITIZEN-WAITS']);
    expect(asked).toEqual([]);
    expect((await queries()).map(({ kind }) => kind)).toEqual(['citizen.answered', 'citizen.asked']);
  });

  it('or whose breaker is open is not asked either; what is asked shows in the metrics', async () => {
    await start();
    await verify();
    expect((await get('/metrics')).body).toContain('lienthong_attempts_total{upstream="dan-cu",operation="verify",kind="citizen",outcome="done"} 1');
    await protection.openBreaker('dan-cu', 'truong-ca', 'sự cố', 60_000);
    expect((await verify({ officer: 'khac' })).json<Problem>().issues?.map(({ code }) => code)).toEqual(['LT-CITIZEN-WAITS']);
    expect(asked).toHaveLength(1);
  });
});

describe('the dossier that was asked for', () => {
  const take = (over: Partial<Dossier> = {}) => post('/v1/dossiers', dossier(1, over));
  const linked = async () => (await get(`/v1/dossiers/${dossier(1).code}`)).json<{ dossier: Dossier }>().dossier.linkedDatabases;

  it('says which database was asked, once, and still after the next snapshot of the province', async () => {
    await start();
    await take({ linkedDatabases: ['9'] });
    for (let n = 0; n < 2; n += 1) expect((await lookUp({ dossierCode: dossier(1).code, officer: `o${n}` })).statusCode).toBe(200);
    expect(await linked()).toEqual(['9', '1']);
    await take({ linkedDatabases: [], sourceUpdatedAt: '2025-07-02T02:00:00Z', summary: 'mới' });
    expect(await linked()).toEqual(['1']);
    expect((await queries())[1]).toMatchObject({ about: { dossierCode: dossier(1).code } });
  });

  it('is not marked by a question that was not answered', async () => {
    await start();
    await take();
    script = () => ({ kind: 'rejected', issues: [issue('LT-UPSTREAM-REFUSED')] });
    await lookUp({ dossierCode: dossier(1).code });
    expect(await linked()).toEqual([]);
  });
});
