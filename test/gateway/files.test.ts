/** Files that the ledger keeps, as the province's system gets them: over a real ledger, through the route. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { createLogger } from '../../src/gateway/log.ts';
import type { Problem } from '../../src/gateway/problem.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { dailyRetention, filesBefore, type RetentionOptions } from '../../src/gateway/retention.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';

const PDF = Buffer.from('%PDF-1.7 phiếu của bà Ất');
const DAY = 86_400_000;
const T0 = Date.UTC(2025, 6, 1, 1, 30);

let folder = '';
let clock = { now: T0 };
let ledger: Ledger;
let gateway: Gateway;
const open = (): Promise<Ledger> => openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }), now: () => clock.now });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-files-'));
  clock = { now: T0 };
  ledger = await open();
  gateway = await gatewayWith({ ledger });
});
afterEach(async () => {
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});
const get = (url: string, headers: Record<string, string> = {}) => gateway.app.inject({ method: 'GET', url, headers });

describe('GET /v1/files/{id}', () => {
  it('gives the bytes as they were kept, as an attachment that no browser shows or guesses at', async () => {
    const address = await ledger.keepFile(PDF, { mediaType: 'text/html' });
    const reply = await get(`/v1/files/${fileIdIn(address)}`);
    expect(reply.statusCode).toBe(200);
    expect(Buffer.compare(reply.rawPayload, PDF)).toBe(0);
    expect(reply.headers).toMatchObject({ 'content-type': 'text/html', 'content-disposition': 'attachment', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-length': String(PDF.length) });
  });

  it('what a dossier names is found by its address; the answer about the dossier says no more than the address', async () => {
    const url = await ledger.keepFile(PDF, { mediaType: 'application/pdf' });
    const sent = dossier(1, { components: [{ name: 'Tờ khai', files: [{ name: 'to-khai.pdf', url }] }] });
    expect((await gateway.app.inject({ method: 'POST', url: '/v1/dossiers', headers: { 'content-type': 'application/json' }, payload: JSON.stringify(sent) })).statusCode).toBe(202);
    const shown = (await get(`/v1/dossiers/${sent.code}`)).json<{ dossier: typeof sent }>().dossier;
    expect(shown).toEqual(sent);
    expect((await get(`/v1/files/${fileIdIn(shown.components[0]?.files[0]?.url)}`)).rawPayload.toString()).toBe(PDF.toString());
  });

  it('says what it does not have, and what is no id', async () => {
    const unknown = await get(`/v1/files/${'0'.repeat(64)}`);
    expect([unknown.statusCode, unknown.json<Problem>().code]).toEqual([404, 'LT-GATEWAY-FILE-UNKNOWN']);
    for (const id of ['1', `${'0'.repeat(63)}G`, '..%2f..%2fledger.db', 'lienthong-file:1']) expect((await get(`/v1/files/${id}`)).json<Problem>().code).toBe('LT-GATEWAY-PARAMETER');
  });

  it('does not give out what was tampered with', async () => {
    const id = fileIdIn(await ledger.keepFile(PDF, { mediaType: 'application/pdf' })) ?? '';
    const db = new DatabaseSync(join(folder, 'ledger.db'));
    db.exec(`UPDATE files SET media_type = 'text/html'`);
    db.close();
    const reply = await get(`/v1/files/${id}`);
    expect([reply.statusCode, reply.json<Problem>().code]).toEqual([410, 'LT-GATEWAY-FILE-UNREADABLE']);
    expect(reply.body).not.toContain('%PDF');
  });

  it('is for keys that may read', async () => {
    const keys = { reader: 'r'.repeat(40), sender: 's'.repeat(40) };
    const apiKeys = Object.entries(keys).map(([name, key]) => ({ name, sha256: createHash('sha256').update(key).digest('hex'), scopes: [name === 'reader' ? 'read' : 'intake'] }));
    await gateway.close();
    gateway = await gatewayWith({ ledger, config: testConfig({ apiKeys }) });
    const url = `/v1/files/${fileIdIn(await ledger.keepFile(PDF, { mediaType: 'application/pdf' }))}`;
    expect((await get(url)).statusCode).toBe(401);
    expect((await get(url, { 'x-api-key': keys.sender })).statusCode).toBe(403);
    expect((await get(url, { 'x-api-key': keys.reader })).statusCode).toBe(200);
  });
});

describe('daily retention of files', () => {
  const config = { payloadMonths: 24, finishedPayloadMonths: null, attemptMonths: 24, quarantineMonths: 6, checkpointAt: '00:30' };
  const options = (over: Partial<RetentionOptions> = {}): RetentionOptions => ({ ledger, config, folder, logger: createLogger({ level: 'silent' }), now: () => clock.now, share: 1, rowsPerSlice: 1, ...over });
  const running = new AbortController().signal;

  it('lets go of what no dossier names once the shortest time is over, and of nothing that one names', async () => {
    const addresses = await Promise.all(['một', 'hai', 'ba'].map((text) => ledger.keepFile(Buffer.from(text), { mediaType: 'application/pdf' })));
    const named = dossier(1, { components: [{ name: 'Tờ khai', files: [{ name: 'a.pdf', url: addresses[0] ?? '' }] }] });
    await gateway.intake.take({ raw: Buffer.from(JSON.stringify(named)), via: 'api', actor: null });
    const left = async (): Promise<number[]> => (await Promise.all(addresses.map(async (address, i) => ((await ledger.readFile(address)) === undefined ? [] : [i])))).flat();
    clock.now = T0 + 100 * DAY;
    await dailyRetention(options(), running);
    expect(await left()).toEqual([0, 1, 2]);
    clock.now = T0 + 200 * DAY;
    await dailyRetention(options(), running);
    expect(await left()).toEqual([0]);
    expect((await ledger.exportEvents({ afterSeq: 0, limit: 50, bodies: false })).filter((event) => event.kind === 'retention.files-dropped').length).toBeGreaterThan(0);
    expect((await ledger.verify()).brokenAt).toBeNull();
  });

  it('the shortest time counts; where content is kept for ever, so are files', () => {
    expect(filesBefore(config, T0)).toBe(filesBefore({ ...config, payloadMonths: 6, quarantineMonths: null }, T0));
    expect(filesBefore({ ...config, payloadMonths: null, quarantineMonths: null }, T0)).toBeNull();
  });
});
