/** The line to the land system over real sockets: paths, files on their way, the token of ILIS, downloads. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { base64 } from '../../../adapters/vbdlis/body.ts';
import type { SubmitRequest } from '../../../adapters/vbdlis/contract.ts';
import { downloadUrl } from '../../../adapters/vbdlis/files.ts';
import { randomFrom } from '../../../src/adapter/random.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { fileAddress } from '../../../src/model/file-address.ts';
import { CODE } from './inbound-desk.ts';
import { config, land, login } from './fixtures.ts';
import { client, closeAll, OK, server, type Answer, type Server } from './land-servers.ts';

afterEach(closeAll);

/** The dossier with its files in this store. */
function inStore(store: Server, names: readonly string[] = ['don.pdf', 'gcn-1.pdf', 'gcn-2.pdf']): Dossier {
  return { ...land(), components: names.map((name) => ({ name: `Giấy ${name}`, files: [{ name, url: `${store.url}/tep/${name}?v=1` }] })) };
}
const attachments = (store: Server, more: object = {}) => ({ hosts: [store.host], ...more });
const contentOf: Answer = ({ path }, response) => void response.writeHead(200, { 'content-type': 'application/pdf' }).end(`%PDF ${path} é`);
const bytesOf = (length: number, seed = 'bytes'): Buffer => Buffer.from(randomFrom(seed).hex(2 * length), 'hex');
const sent = (system: Server): SubmitRequest => JSON.parse(system.seen.find(({ path }) => !path.includes('token'))?.body ?? '{}') as SubmitRequest;

describe('VBDLIS', () => {
  it('takes each operation at its own path, without a login', async () => {
    const system = await server();
    const store = await server(contentOf);
    const c = client({ baseUrl: `${system.url}/api/?k=1`, headers: { 'x-duong-truyen': 'tinh' }, attachments: attachments(store) });
    expect(await c.run('submit', inStore(store))).toEqual({ kind: 'done', value: { code: CODE, meaning: 'ACCEPTED' } });
    await c.run('supplementDone', { code: CODE, newDueAt: '2025-03-21T10:00:00Z' });
    await c.run('resultReturned', { code: CODE, returnedAt: '2025-03-21T10:00:00Z' });
    await c.run('wrongResult', { code: CODE, content: 'Sai diện tích' });
    expect(system.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['tiepnhan', 'capnhattrangthaibosunghoso', 'capnhattrangthaitraketquahoso', 'phanhoihososaiketqua'].map((path) => `POST /api/${path}?k=1`));
    for (const { headers } of system.seen) expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-duong-truyen': 'tinh' });
    for (const { headers } of system.seen) expect(headers.authorization).toBeUndefined();
    expect(await c.run('submitTax', inStore(store))).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-NOT-OFFERED' }] });
  });

  it('gets every file with its own content (defect 1), read from the store as it goes', async () => {
    const system = await server();
    const store = await server(contentOf);
    const c = client({ baseUrl: system.url, attachments: attachments(store, { headers: { 'x-khoa': 'k' } }) });
    expect(await c.run('submit', inStore(store))).toMatchObject({ kind: 'done' });
    const papers = sent(system).DanhSachGiayToDinhKem;
    expect(papers.map(({ TapTin }) => [TapTin?.name, Buffer.from(TapTin?.data ?? '', 'base64').toString()])).toEqual(['don.pdf', 'gcn-1.pdf', 'gcn-2.pdf'].map((name) => [name, `%PDF /tep/${name}?v=1 é`]));
    expect(store.seen.map(({ headers }) => headers['x-khoa'])).toEqual(['k', 'k', 'k']);
    const { DanhSachGiayToDinhKem: _, ...rest } = sent(system);
    expect(rest).toMatchObject({ SoBienNhan: CODE, DiaChiTaiSan: 'Thôn Ví Dụ, xã Minh Họa' });
  });

  it('gets files that the ledger keeps, by their address, and nothing whole where one is gone or cannot be read', async () => {
    const system = await server();
    const bytes = bytesOf(200_001);
    const [kept, gone, away] = ['1', '2', '3'].map((digit) => fileAddress(digit.repeat(64)));
    const readFile = async (address: string): Promise<Uint8Array | undefined> => {
      if (address === away) throw new Error('no answer');
      return address === kept ? bytes : undefined;
    };
    const c = client({ baseUrl: system.url }, { readFile });
    const naming = (url = ''): Dossier => ({ ...land(), components: [{ name: 'Đơn', files: [{ name: 'don.pdf', url }] }] });
    expect(await c.run('submit', naming(kept))).toMatchObject({ kind: 'done' });
    expect(Buffer.from(sent(system).DanhSachGiayToDinhKem[0]?.TapTin?.data ?? '', 'base64').equals(bytes)).toBe(true);
    expect(await c.run('submit', naming(gone))).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-UNREADABLE' }] });
    expect(await c.run('submit', naming(away))).toMatchObject({ kind: 'retry', issue: { code: 'LT-VBDLIS-FILE-UNREADABLE' } });
    expect(await client({ baseUrl: system.url }).run('submit', naming(kept)), 'without a ledger').toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-UNREADABLE' }] });
    expect(system.seen.filter(({ isWhole }) => isWhole)).toHaveLength(1);
    expect(system.seen.some(({ body }) => body.includes('lienthong-file:'))).toBe(false);
  });

  it('gets files from a folder, and nothing from outside it', async () => {
    const system = await server();
    const folder = mkdtempSync(join(tmpdir(), 'lt-land-'));
    const outside = mkdtempSync(join(tmpdir(), 'lt-outside-'));
    try {
      mkdirSync(join(folder, CODE));
      const bytes = bytesOf(200_001);
      writeFileSync(join(folder, CODE, 'tệp 1'), bytes);
      writeFileSync(join(outside, 'mat'), 'x');
      symlinkSync(join(outside, 'mat'), join(folder, CODE, 'loi'));
      const c = client({ baseUrl: system.url, attachments: { folder, path: '{code}/{id}' } });
      const one = (id: string): Dossier => ({ ...land(), components: [{ name: 'Đơn', files: [{ id, name: 'don.pdf' }] }] });
      expect(await c.run('submit', one('tệp 1'))).toMatchObject({ kind: 'done' });
      expect(Buffer.from(sent(system).DanhSachGiayToDinhKem[0]?.TapTin?.data ?? '', 'base64').equals(bytes)).toBe(true);
      for (const id of ['loi', 'khong-co']) expect(await c.run('submit', one(id)), id).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-UNREADABLE' }] });
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(outside, { recursive: true });
    }
  });

  it.each<[string, Answer, object, string, string]>([
    ['is gone', (_s, r) => void r.writeHead(404).end('x'), {}, 'rejected', 'LT-VBDLIS-FILE-UNREADABLE'],
    ['is behind a redirect', (_s, r) => void r.writeHead(302, { location: '/khac' }).end(), {}, 'rejected', 'LT-VBDLIS-FILE-UNREADABLE'],
    ['is not there just now', (_s, r) => void r.writeHead(503).end('x'), {}, 'retry', 'LT-VBDLIS-FILE-UNREADABLE'],
    ['breaks off', (_s, r) => void r.writeHead(200, { 'content-length': 9999 }).write('x', () => r.destroy()), {}, 'retry', 'LT-VBDLIS-FILE-UNREADABLE'],
    ['is a login page', (_s, r) => void r.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>'), {}, 'rejected', 'LT-VBDLIS-FILE-TYPE'],
    ['is empty', (_s, r) => void r.end(), {}, 'rejected', 'LT-VBDLIS-FILE-UNREADABLE'],
    ['is larger than it said', (_s, r) => void r.end('x'.repeat(5000)), { maxFileBytes: 4096 }, 'rejected', 'LT-VBDLIS-FILE-SIZE'],
    ['makes it too much together', (_s, r) => void r.end('x'.repeat(3000)), { maxFileBytes: 4096, maxTotalBytes: 5000 }, 'rejected', 'LT-VBDLIS-FILE-SIZE'],
  ])('receives nothing whole when a file %s', async (_what, answer, more, kind, code) => {
    const system = await server();
    const store = await server((seen, response, n) => (n === 1 && kind !== 'x' && !code.endsWith('SIZE') ? contentOf(seen, response, n) : answer(seen, response, n)));
    const outcome = await client({ baseUrl: system.url, attachments: attachments(store, more) }).run('submit', inStore(store));
    expect(outcome).toMatchObject(kind === 'retry' ? { kind, issue: { code } } : { kind, issues: [{ code }] });
    expect(system.seen.every(({ isWhole }) => !isWhole)).toBe(true);
  });

  it('is not asked again in doubt, and says so', async () => {
    const system = await server((_seen, response) => response.destroy());
    expect(await client({ baseUrl: system.url }).run('resultReturned', { code: CODE, returnedAt: '2025-03-21T10:00:00Z' })).toMatchObject({ kind: 'unknown', issue: { code: 'LT-UPSTREAM-LOST-REPLY' } });
    expect(system.seen).toHaveLength(1);
  });
});

it('base64 is the same however the bytes are cut', async () => {
  const random = randomFrom('base64');
  for (let n = 0; n < 30; n += 1) {
    const bytes = bytesOf(random.int(200_000), `${n}`);
    async function* cut(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length;) yield await Promise.resolve(bytes.subarray(at, (at += 1 + random.int(70_000))));
    }
    let text = '';
    for await (const piece of base64(cut())) text += piece;
    expect(text).toBe(bytes.toString('base64'));
  }
});

describe('ILIS', () => {
  /** Gives out tokens, and lets in whoever shows the newest. */
  async function ilis(life: unknown = 3600, business: Answer = OK) {
    let tokens = 0;
    const system = await server((seen, response, n) => {
      if (seen.path === '/oauth/token') {
        tokens += 1;
        return void response.end(JSON.stringify({ access_token: `ma-${tokens}`, expires_in: life, token_type: 'Bearer' }));
      }
      if (seen.headers.authorization !== `Bearer ma-${tokens}`) return void response.writeHead(401).end('{}');
      business(seen, response, n);
    });
    const raw = { baseUrl: `${system.url}/ilis`, profile: 'ilis', login: { ...login, tokenUrl: `${system.url}/oauth/token` }, tax: { url: `${system.url}/thue/nhan?x=1`, steps: ['THUE'] } };
    return { system, raw, tokens: () => tokens, expire: () => (tokens += 1), calls: () => system.seen.filter(({ path }) => path !== '/oauth/token') };
  }
  const back = { code: CODE, returnedAt: '2025-03-21T10:00:00Z' };

  it('logs in once for everybody, by form, and uses its own paths', async () => {
    const { system, raw, tokens, calls } = await ilis();
    const store = await server(contentOf);
    const c = client({ ...raw, attachments: attachments(store) });
    const all = await Promise.all([c.run('submit', inStore(store)), c.run('supplementDone', { code: CODE, newDueAt: '2025-03-21T10:00:00Z' }), c.run('resultReturned', back), c.run('wrongResult', { code: CODE, content: 'Sai' }), c.run('submitTax', inStore(store))]);
    for (const outcome of all) expect(outcome).toMatchObject({ kind: 'done' });
    expect(tokens()).toBe(1);
    expect(calls().map(({ path }) => path).sort()).toEqual(['/ilis/BoSungHoSo', '/ilis/CapNhatTrangThaiHoSo', '/ilis/TiepNhanHoSo', '/ilis/phanhoihososaiketqua', '/thue/nhan?x=1']);
    const asked = system.seen.find(({ path }) => path === '/oauth/token');
    expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({ grant_type: 'password', username: login.username, password: login.password, client_id: login.clientId, client_secret: login.clientSecret });
    const tax = JSON.parse(calls().find(({ path }) => path.startsWith('/thue'))?.body ?? '{}') as Record<string, unknown>;
    expect(tax).toMatchObject({ TinhId: '01', XaId: '00367', NguoiTiepNhan: '00000000-0000-4000-8000-000000000001' });
  });

  it('gets a new token when the old one is refused or ends, and the files again with it', async () => {
    const { raw, tokens, expire } = await ilis();
    const store = await server(contentOf);
    let now = 0;
    const c = client({ ...raw, attachments: attachments(store) }, { now: () => now });
    await c.run('resultReturned', back);
    expire();
    expect(await c.run('submit', inStore(store))).toMatchObject({ kind: 'done' });
    expect([tokens(), store.seen.length]).toEqual([3, 6]);
    now = 599_000;
    await c.run('resultReturned', back);
    expect(tokens()).toBe(3);
    now = 601_000;
    await c.run('resultReturned', back);
    expect(tokens(), 'longer than it is kept').toBe(4);
  });

  it.each([[60, 29_000, 31_000], ['60', 29_000, 31_000], [null, 599_000, 600_001], ['', 599_000, 600_001], [-1, 599_000, 600_001]])('keeps a token of %j s until shortly before its end', async (life, before, after) => {
    const { raw, tokens } = await ilis(life);
    let now = 0;
    const c = client(raw, { now: () => now });
    for (now of [0, before]) await c.run('resultReturned', back);
    expect(tokens()).toBe(1);
    now = after;
    await c.run('resultReturned', back);
    expect(tokens()).toBe(2);
  });

  it.each<[string, Answer, string]>([
    ['the account is refused', (_s, r) => void r.writeHead(400).end('{"error":"invalid_grant"}'), 'LT-UPSTREAM-LOGIN-FAILED'],
    ['the login is down', (_s, r) => void r.writeHead(502).end('<html>'), 'LT-UPSTREAM-UNREACHABLE'],
    ['no token comes', (_s, r) => void r.end('{"access_token":""}'), 'LT-UPSTREAM-UNREACHABLE'],
    ['the token is two lines', (_s, r) => void r.end('{"access_token":"a\\r\\nx-other: b"}'), 'LT-UPSTREAM-UNREACHABLE'],
  ])('sends nothing when %s', async (_what, answer, code) => {
    const system = await server(answer);
    const c = client({ baseUrl: system.url, profile: 'ilis', login: { ...login, tokenUrl: `${system.url}/oauth/token` } });
    for (let n = 0; n < 3; n += 1) expect(await c.run('resultReturned', back)).toMatchObject({ kind: 'retry', issue: { code } });
    expect(system.seen.every(({ path }) => path === '/oauth/token')).toBe(true);
    expect(system.seen, 'a refused account is left alone for a while').toHaveLength(code === 'LT-UPSTREAM-LOGIN-FAILED' ? 1 : 3);
    expect(JSON.stringify(await c.run('resultReturned', back))).not.toContain(login.password);
  });
});

describe('a file that the land system offers', () => {
  const PDF = Buffer.concat([Buffer.from('%PDF-1.4\n'), bytesOf(100_000)]);
  const pdf: Answer = (_seen, response) => void response.writeHead(200, { 'content-type': 'application/pdf; x=1' }).end(PDF);

  it('is read by its relative link, hashed, and kept only when asked', async () => {
    const store = await server(pdf);
    const c = client({ downloads: { url: `${store.url}/kho?duongdan=` } });
    const file = { sha256: createHash('sha256').update(PDF).digest('hex'), bytes: PDF.length, mediaType: 'application/pdf' };
    expect(await c.run('downloadFile', { link: 'demo/gcn', extension: '.PDF' })).toEqual({ kind: 'done', value: file });
    expect(await c.run('downloadFile', { link: 'demo/gcn', keep: true })).toEqual({ kind: 'done', value: { ...file, content: PDF } });
    expect(store.seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/kho?duongdan=demo/gcn', undefined], ['/kho?duongdan=demo/gcn', undefined]]);
  });

  it('is read from an allowed host only, and the token goes to the land system’s own', async () => {
    const store = await server(pdf);
    const other = await server(pdf);
    const system = await server((seen, response, n) => (seen.path === '/oauth/token' ? void response.end('{"access_token":"ma"}') : pdf(seen, response, n)));
    const raw = { baseUrl: system.url, profile: 'ilis', login: { ...login, tokenUrl: `${system.url}/oauth/token` } };
    const c = client({ ...raw, downloads: { hosts: [store.host] } });
    expect(await c.run('downloadFile', { link: `${store.url}/a.pdf` })).toMatchObject({ kind: 'done' });
    expect(await c.run('downloadFile', { link: `${system.url}/a.pdf` })).toMatchObject({ kind: 'done' });
    const refused = [`${other.url}/a.pdf`, `//${other.host}/a.pdf`, `http://${store.host}@${other.host}/a.pdf`, 'file:///etc/passwd', 'demo/a.pdf', 'javascript:1', 'http://', `${store.url.replace('http', 'ftp')}/a.pdf`];
    for (const link of refused) expect(await c.run('downloadFile', { link }), link).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-LINK' }] });
    expect(other.seen).toEqual([]);
    expect([store.seen[0]?.headers.authorization, system.seen.find(({ path }) => path === '/a.pdf')?.headers.authorization]).toEqual([undefined, 'Bearer ma']);
    await client({ ...raw, downloads: { hosts: [store.host], tokenHosts: [store.host] } }).run('downloadFile', { link: `${store.url}/a.pdf` });
    expect(store.seen[1]?.headers.authorization).toBe('Bearer ma');
  });

  it('cannot leave its host by a trick in a relative link', async () => {
    const store = await server(pdf);
    const other = await server(pdf);
    const c = client({ downloads: { url: store.url } });
    expect(await c.run('downloadFile', { link: `@${other.host}/a.pdf` })).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-LINK' }] });
    expect(await c.run('downloadFile', { link: '/a.pdf' })).toMatchObject({ kind: 'done' });
    const below = client({ downloads: { url: `${store.url}/kho/` } });
    for (const link of ['../quan-tri', 'a/../../quan-tri', '%2e%2e/quan-tri', '//x/../../../quan-tri']) expect(await below.run('downloadFile', { link }), link).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-VBDLIS-LINK' }] });
    expect(await below.run('downloadFile', { link: 'a/../gcn.pdf?ky=a%20b+c&ky=d' })).toMatchObject({ kind: 'done' });
    expect(store.seen.map(({ path }) => path)).toEqual(['/a.pdf', '/kho/gcn.pdf?ky=a%20b+c&ky=d']);
    expect(other.seen).toEqual([]);
  });

  it('never takes the way from TLS to the open, and no other spelling of a host is that host', () => {
    const land = config({ baseUrl: 'https://dat.example.vn/lien-thong', downloads: { url: 'https://tep.example.vn/', hosts: ['kho.example.vn', '10.1.2.3:8080'] } });
    const isTaken = (link: string): boolean => downloadUrl(link, land) !== undefined;
    for (const link of ['https://dat.example.vn/x.pdf', 'HTTPS://DAT.EXAMPLE.VN:443/x.pdf', 'https://tep.example.vn/x', 'https://kho.example.vn/x', 'http://kho.example.vn/x', 'http://10.1.2.3:8080/x', 'http://0x0a010203:8080/x', 'x', 'thư mục/giấy.pdf']) expect(isTaken(link), link).toBe(true);
    for (const link of [
      'http://dat.example.vn/x.pdf', 'http://tep.example.vn/x', 'https://dat.example.vn:8443/x', 'https://dat.example.vn./x', 'https://xdat.example.vn/x', 'https://dat.example.vn.xyz/x', 'https://127.0.0.1/x', 'http://2130706433/x',
      'http://[::1]/x', 'http://[::ffff:10.1.2.3]:8080/x', 'http://10.1.2.3/x', 'http://169.254.169.254/latest', 'https://a@kho.example.vn/x', 'https://kho.example.vn@127.0.0.1/x', 'data:application/pdf,x', 'file:///etc/passwd', '//127.0.0.1/x', 'https:127.0.0.1',
    ]) expect(isTaken(link), link).toBe(false);
  });

  it.each<[string, Answer, object, object]>([
    ['a page', (_s, r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), {}, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-TYPE' }] }],
    ['another kind than it says', (_s, r) => void r.end('MZ program'), {}, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-TYPE' }] }],
    ['a kind that is not taken', (_s, r) => void r.end('%PDF-1.4'), { extensions: ['.png'] }, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-TYPE' }] }],
    ['too large', pdf, { maxFileBytes: 2048 }, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-SIZE' }] }],
    ['empty', (_s, r) => void r.end(), {}, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-UNREADABLE' }] }],
    ['gone', (_s, r) => void r.writeHead(404).end('x'), {}, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-DOWNLOAD' }] }],
    ['elsewhere', (_s, r) => void r.writeHead(301, { location: 'http://127.0.0.1:1/' }).end(), {}, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-DOWNLOAD' }] }],
    ['not there just now', (_s, r) => void r.writeHead(503, { 'retry-after': '3' }).end('x'), {}, { kind: 'retry', retryAfterMs: 3000 }],
    ['without an end', (_s, r) => void r.on('close', () => undefined).writeHead(200).write('%PDF-', function more(): void { if (!r.destroyed) setImmediate(() => void r.write(Buffer.alloc(16_384), more)); }), { maxFileBytes: 200_000 }, { kind: 'rejected', issues: [{ code: 'LT-VBDLIS-FILE-SIZE' }] }],
    ['cut', (_s, r) => void r.writeHead(200, { 'content-length': 9999 }).write('%PDF-', () => r.destroy()), {}, { kind: 'retry' }],
  ])('is refused when it is %s', async (_what, answer, more, expected) => {
    const store = await server(answer);
    expect(await client({ downloads: { url: `${store.url}/`, ...more } }).run('downloadFile', { link: 'gcn', extension: '.pdf' })).toMatchObject(expected);
  });
});
