/** The land system's calls as somebody who means harm would make them, to a gateway in a process of its own: sockets, its files, its log. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ILIS_TAX, PORTAL_NOTICES, PORTAL_VOUCHER } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { configFile, endEverything, freshFolder, serveGateway, type GatewayProcess } from '../../support/process.ts';
import { rawConfig } from './fixtures.ts';
import { CALLS, CODE, dossier } from './inbound-desk.ts';

const SECRETS = { securityCode: 'Ma-Bi-Mat-Dat-Dai-01', codeGet: 'Ma-Thue-Ilis-Mau-01', taxSecurityKey: 'Khoa+Thue/Cong=Mau!01' } as const;
const KEY = 'khoa-ky-noi-dung-goi-tin-0123456789';
const OFFICERS = [...rawConfig.officers, { code: 'vpdk.vidu01', name: 'Phạm Văn Giả Định' }, { code: 'vpdk.vidu02', name: 'Ngô Thị Giả Định' }, { code: 'vpdk.vidu03', name: 'Bùi Văn Minh Họa' }];
/** Whoever is named in a call or in the dossier. */
const PEOPLE = ['Trần Thị Ví Dụ', 'Lê Văn Mẫu', '099199000001', '0900000001', 'Sai số tờ bản đồ', 'TB-DEMO-00001'];
const LIMIT = 300_000;

const land = (more: Record<string, unknown> = {}) => ({ adapter: 'vbdlis', ...rawConfig, ...SECRETS, officers: OFFICERS, unknownOfficers: 'refuse', ...more });
const configOf = (folder: string) => ({
  server: { host: '127.0.0.1', port: 0, bodyLimit: LIMIT, rateLimit: { max: 0, authFailures: 100_000 } },
  ledger: { folder: join(folder, 'data'), keyFile: join(folder, 'key') },
  logging: { level: 'debug', requests: 'all' },
  upstreams: { 'dat-dai': land(), 'co-ky': land({ signature: { header: 'X-Chu-Ky', key: KEY } }), 'dong-cua': { adapter: 'vbdlis', ...rawConfig } },
});

interface Answer { status: number; body: string }
let folder = '';
let gateway: GatewayProcess;
const answers: string[] = [];
/** of processes that were killed */
const logs: string[] = [];

/** Bytes to an address, as they are. */
function raw(method: string, path: string, body: string | Buffer = '', headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    const call = request({ hostname, port, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => {
        answers.push(text);
        resolve({ status: response.statusCode ?? 0, body: text });
      }).on('error', reject);
    });
    call.on('error', reject).end(body);
  });
}
const api = 'api/v1/VBDLISs';
const post = (path: string, body: unknown, upstream = 'dat-dai', headers?: Record<string, string>): Promise<Answer> =>
  raw('POST', `/inbound/${upstream}/${path}`, typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), { 'content-type': 'application/json', ...headers });
const moved = (body: unknown = CALLS.moved[1], secret: string = SECRETS.securityCode, headers?: Record<string, string>) => post(`${api}/ChuyenHoSo/${secret}`, body, 'dat-dai', headers);
const get = (name: string, query: string) => raw('GET', `/inbound/dat-dai/${api}/${name}${query}`);

const send = async (one: Dossier): Promise<void> => void expect((await raw('POST', '/v1/dossiers', JSON.stringify(one))).status).toBeLessThan(300);
/** Not among what was answered to those who mean harm. */
async function held(code = CODE): Promise<Dossier> {
  const timeline = (await (await fetch(`${gateway.url}/v1/dossiers/${code}`)).json()) as { dossier: Dossier };
  return timeline.dossier;
}
const OK = { status: 200, body: '{"result":1,"message":null}' };
const NO = { status: 500, body: 'Mã bảo mật không chính xác' };
const NO_KEY = { status: 201, body: JSON.stringify({ succeeded: false, failed: true, message: '401 Unauthorized - Error Security Code', data: null }) };

beforeAll(async () => {
  folder = freshFolder();
  gateway = await serveGateway(configFile(folder, configOf(folder)));
});
afterAll(endEverything);
afterEach(async () => expect((await fetch(`${gateway.url}/healthz`)).status, 'the gateway is well').toBe(200));

let number = 0;
/** A dossier of its own for a test. */
async function fresh(over: Partial<Dossier> = {}): Promise<string> {
  number += 1;
  const code = `H99.99.01-250304-1${String(number).padStart(3, '0')}`;
  await send(dossier({ code, sourceId: code, ...over }));
  return code;
}

describe('secrets', () => {
  it('are let in as they are and in no other form', async () => {
    await send(dossier());
    const near = [SECRETS.securityCode.toLowerCase(), SECRETS.securityCode.toUpperCase(), SECRETS.securityCode.slice(0, -1), `${SECRETS.securityCode}1`, `${SECRETS.securityCode}%20`, SECRETS.codeGet, 'undefined', 'null', '%E0%B8', '..', '*'];
    for (const secret of near) expect(['moved', secret, (await moved(CALLS.moved[1], secret)).status]).toEqual(['moved', secret, secret === '%E0%B8' ? 400 : 500]);
    expect((await post(`${api}/ChuyenHoSo/`, CALLS.moved[1])).status).not.toBe(200);
    for (const path of [`${api}/ChuyenHoSo?SecurityCode=${SECRETS.securityCode}`, `${api}/ChuyenHoSo/x?SecurityCode=${SECRETS.securityCode}`]) expect((await post(path, { ...CALLS.moved[1], SecurityCode: SECRETS.securityCode })).status).not.toBe(200);
    expect((await held()).landCase).toBeUndefined();
    expect(await post(`API/V1/vbdliss/chuyenhoso/${SECRETS.securityCode.replaceAll('-', '%2D')}`, CALLS.moved[1])).toEqual(OK);
  });

  it('of the query and of the body cannot be said twice to get past one of them', async () => {
    for (const query of ['', '?SecurityCode=', `?SecurityCode=x&SecurityCode=${SECRETS.securityCode}`, `?SecurityCode=${SECRETS.securityCode}x`, `?SecurityCode=${SECRETS.securityCode.toLowerCase()}`, `?SecurityCode[]=${SECRETS.securityCode}`]) {
      expect([query, [400, 500].includes((await get('GetDanhMucNguoiDung', query)).status)]).toEqual([query, true]);
    }
    expect((await get('GetDanhMucNguoiDung', `?securitycode=${SECRETS.securityCode}`)).status).toBe(200);
    for (const query of ['', `?CodeGet=x&CodeGet=${SECRETS.codeGet}`, `?CodeGet=${SECRETS.securityCode}`]) expect((await post(`KetQuaThue${query}`, ILIS_TAX)).status).toBe(400);
    const import_ = 'api/v1/LienThongNVTCDVCQuocGias/ImportThongBaoThueFromDVCQG';
    const { SecurityKey: _, ...keyless } = PORTAL_NOTICES;
    const right = JSON.stringify(SECRETS.taxSecurityKey);
    const rest = JSON.stringify(keyless).slice(1);
    for (const body of [`{${rest}`, `{"SecurityKey":"x",${rest}`, `{"securitykey":${right},"SecurityKey":"x",${rest}`, `{"SecurityKey":"x","SecurityKey":${right},${rest}`, `{"SecurityKey":[${right}],${rest}`, `{"SecurityKey":${right.slice(0, -2)}",${rest}`, '', 'null', '[]']) {
      expect([body.slice(0, 60), await post(import_, body)]).toEqual([body.slice(0, 60), NO_KEY]);
    }
    expect(JSON.parse((await post(import_, `{"SECURITYKEY":${right},${rest}`)).body)).toMatchObject({ succeeded: true });
    expect(await post(`${api}/ChuyenHoSo/`, {}, 'dong-cua')).not.toEqual(OK);
    expect([await post(`${api}/ChuyenHoSo/undefined`, CALLS.moved[1], 'dong-cua'), await post(import_, PORTAL_NOTICES, 'dong-cua'), (await post('KetQuaThue?CodeGet=undefined', ILIS_TAX, 'dong-cua')).status]).toEqual([NO, NO_KEY, 400]);
  });

  it('a signature is asked for byte by byte, and a call that is played again changes nothing', async () => {
    const code = await fresh();
    const body = JSON.stringify({ ...CALLS.moved[1], SoBienNhan: code });
    const mac = (text: string | Buffer, key = KEY) => createHmac('sha256', key).update(text).digest('hex');
    const signed = (text: string | Buffer, signature?: string) => post(`${api}/ChuyenHoSo/${SECRETS.securityCode}`, text, 'co-ky', signature === undefined ? {} : { 'x-chu-ky': signature });
    const bytes = Buffer.from([...Buffer.from(body.slice(0, -1)), ...Buffer.from(',"x":"'), 0xff, ...Buffer.from('"}')]);
    for (const [text, signature] of [[body, undefined], [body, ''], [body, mac(body, `${KEY}x`)], [`${body} `, mac(body)], [body.replace('vidu01', 'vidu03'), mac(body)], [body, mac(body).slice(0, 32)], [body, `${mac(body)}00`], [body, 'sha256='], ['', mac(body)], [bytes, mac(body)]] as const) {
      expect(await signed(text, signature)).toEqual(NO);
    }
    expect((await held(code)).landCase).toBeUndefined();
    for (let i = 0; i < 3; i += 1) expect(await signed(body, mac(body))).toEqual(OK);
    expect((await held(code)).landCase?.events).toHaveLength(1);
  });
});

describe('bodies', () => {
  it('of any size and kind are answered, and change nothing they should not', async () => {
    const code = await fresh();
    const before = JSON.stringify(await held(code));
    const filler = 'x'.repeat(LIMIT);
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const bodies: [string | Buffer, number][] = [
      ['', 400], ['null', 400], ['[]', 400], ['"x"', 400], ['{', 400], [deep, 400], [`{"SoBienNhan":${deep}}`, 400], [Buffer.from([0xff, 0xfe, 0x7b, 0x00]), 400],
      [`{"SoBienNhan":"${code}","MaCanBoChuyen":"vpdk.vidu01","MaCanBoNhan":"vpdk.vidu02","GhiChu":"${filler}"}`, 413],
      [`{"SoBienNhan":"${code}","SoBienNhan":"${code}","MaCanBoChuyen":"vpdk.vidu01","MaCanBoNhan":"vpdk.vidu02"}`, 400],
      [`{"__proto__":{"x":1},"SoBienNhan":"${code}","MaCanBoChuyen":"vpdk.vidu01","MaCanBoNhan":"vpdk.vidu02"}`, 400],
      [`{"SoBienNhan":"${code}\\u0000","MaCanBoChuyen":"vpdk.vidu01","MaCanBoNhan":"vpdk.vidu02"}`, 400],
      [`{"SoBienNhan":["${code}"],"MaCanBoChuyen":"vpdk.vidu01","MaCanBoNhan":"vpdk.vidu02"}`, 200],
      [`{"SoBienNhan":{"toString":"${code}"},"MaCanBoChuyen":"vpdk.vidu01","MaCanBoNhan":"vpdk.vidu02"}`, 200],
      [`{"SoBienNhan":"${code}","MaCanBoChuyen":"la","MaCanBoNhan":"vpdk.vidu02"}`, 500],
      [`{"SoBienNhan":"${code}","MaCanBoChuyen":"__proto__","MaCanBoNhan":"constructor"}`, 500],
    ];
    for (const [body, status] of bodies) expect([String(body).slice(0, 50), (await moved(body)).status]).toEqual([String(body).slice(0, 50), status]);
    expect(JSON.stringify(await held(code))).toBe(before);
    const { hostname, port } = new URL(gateway.url);
    const endless = await new Promise<number>((resolve) => {
      const call = request({ hostname, port, method: 'POST', path: `/inbound/dat-dai/${api}/ChuyenHoSo/${SECRETS.securityCode}`, headers: { 'content-type': 'application/json' }, agent: false }, (response) => {
        resolve(response.statusCode ?? 0);
        call.destroy();
      });
      call.on('error', () => resolve(-1)); // cut while we were still writing
      const more = (): void => { if (!call.destroyed) call.write('x'.repeat(65_536), () => setImmediate(more)); };
      more();
    });
    expect([413, -1]).toContain(endless);
  });

  it('in Vietnamese of either form, with names in any case, are one and the same call', async () => {
    const code = await fresh();
    const body = { ...CALLS.requested[1], SoBienNhan: code };
    const other = Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toUpperCase(), typeof value === 'string' ? value.normalize('NFD') : value]));
    for (const one of [body, other, other, body]) expect(await post(`${api}/YeuCauBoSungHoSo/${SECRETS.securityCode}`, one, 'dat-dai', { 'content-type': 'text/plain' })).toEqual(OK);
    const { landCase, supplements } = await held(code);
    expect([landCase?.events.length, supplements.map(({ reason }) => reason)]).toEqual([1, ['Thiếu bản sao giấy tờ']]);
  });

  it('that come at once, many times, are one event', async () => {
    const code = await fresh();
    const all = await Promise.all(Array.from({ length: 24 }, () => moved({ ...CALLS.moved[1], SoBienNhan: code })));
    expect(all).toEqual(all.map(() => OK));
    const { landCase, history } = await held(code);
    expect([landCase?.events.length, history.length]).toEqual([1, 3]);
  });

  it('with times that cannot be never bring a dossier out of order', async () => {
    const times = ['0001-01-01T00:00:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.9999999', '9999-12-31T23:59:59Z', '1899-12-30', '2199-12-31T23:59:59Z', '20250305', 'Infinity', '-1', '2025-02-30T00:00:00Z', '/Date(1741140000000)/', '', 'x'.repeat(10_000)];
    for (const time of times) {
      const code = await fresh();
      expect(await post(`${api}/NhanBoSungHoSo/${SECRETS.securityCode}`, { SoBienNhan: code, NgayNhanBoSung: time, NgayHenTraMoi: time })).toEqual(OK);
      const { dates, landCase } = await held(code);
      expect([time, Date.parse(landCase?.events[0]?.at ?? '') <= Date.now() + 86_400_000, Date.parse(dates.dueAt ?? '') < Date.parse('2200-01-01')]).toEqual([time, true, true]);
    }
  });

  it('of the portal with a document that would read files or grow are no notices', async () => {
    const code = await fresh();
    const row = `<ROW_LIST><MA_HSO>${code}</MA_HSO><LIST><MA_SO_THUE>1</MA_SO_THUE><SO_QUYET_DINH>2</SO_QUYET_DINH><SO_TIEN>3</SO_TIEN></LIST></ROW_LIST>`;
    const bad = [
      `<!DOCTYPE DATA [<!ENTITY x SYSTEM "file:///etc/passwd">]><DATA><BODY>${row.replace('<SO_TIEN>3', '<TEN_TIEUMUC>&x;</TEN_TIEUMUC><SO_TIEN>3')}</BODY></DATA>`,
      `<!DOCTYPE DATA [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><DATA><BODY>${row}</BODY></DATA>`,
      `<!DOCTYPE DATA SYSTEM "http://127.0.0.1:1/x.dtd"><DATA><BODY>${row}</BODY></DATA>`,
      `<DATA><BODY>${'<a>'.repeat(2_000)}${row}${'</a>'.repeat(2_000)}</BODY></DATA>`, `<DATA><BODY>${row.slice(0, -10)}`, `${row}${row}`, `<DATA>&khong;${row}</DATA>`, 'x', '',
    ];
    const push = (bytes: Buffer) => post('api/v1/LienThongNVTCDVCQuocGias/ImportThongBaoThueFromDVCQG', { SecurityKey: SECRETS.taxSecurityKey, Data: { FileThongBaoThue: bytes.toString('base64') } });
    for (const xml of [...bad.map((text) => Buffer.from(text)), Buffer.from(`<DATA><BODY>${row}</BODY></DATA>`, 'utf16le')]) {
      expect([xml.toString().slice(0, 40), JSON.parse((await push(xml)).body)]).toEqual([xml.toString().slice(0, 40), expect.objectContaining({ succeeded: false, message: 'Không có thông tin thông báo thuế' })]);
    }
    expect((await held(code)).landCase).toBeUndefined();
    expect(JSON.parse((await push(Buffer.from(`\ufeff<DATA><BODY>${row}</BODY></DATA>`))).body)).toMatchObject({ succeeded: true });
  });

  it.each(['ChuyenHoSo', 'YeuCauBoSungHoSo', 'NhanBoSungHoSo', 'GuiKetQuaThue', 'KetThucHoSo', 'TiepNhanHoSoChoMotCua', 'YeuCauCapNhatHoSo', 'ThongBaoNhapSaiThuTuc', 'ThueChuyenTraHoSoDoSai'])('%s of nobody, with an empty number, or without one is answered as the reference does', async (name) => {
    const who = { MaCanBoChuyen: 'vpdk.vidu01', MaCanBoNhan: 'vpdk.vidu02', MaCanBoXuLy: 'vpdk.vidu01' };
    const told = { status: 200, body: '{"result":0,"message":"Không tìm thấy hồ sơ!"}' };
    const ask = (body: object) => post(`${api}/${name}/${SECRETS.securityCode}`, body);
    expect(await ask({ ...who, SoBienNhan: 'H99-KHONG-CO' })).toEqual(name === 'TiepNhanHoSoChoMotCua' ? OK : told);
    const hasWords = ['GuiKetQuaThue', 'TiepNhanHoSoChoMotCua', 'YeuCauCapNhatHoSo'].includes(name);
    expect(await ask({ ...who, SoBienNhan: '' })).toEqual(hasWords ? { status: 500, body: 'Không có số biên nhận' } : told);
    expect((await ask(who)).status).toBe(400);
    expect((await ask({})).status).toBe(400);
  });
});

describe('kill -9', () => {
  it('what was answered is there afterwards, once', async () => {
    const code = await fresh();
    const call = (n: number) => moved({ ...CALLS.moved[1], SoBienNhan: code, NgayChuyen: undefined, NoiDungXuLy: `Việc ${n}` });
    const answered = new Set<number>();
    let next = 0;
    for (let round = 0; round < 3; round += 1) {
      let stopped = false;
      const enough = answered.size + 15;
      const line = async (): Promise<void> => {
        while (!stopped) {
          const n = (next += 1);
          try {
            if ((await call(n)).status === 200) answered.add(n);
          } catch {
            return; // cut: nobody was told anything
          }
          if (answered.size >= enough && !stopped) {
            stopped = true;
            await gateway.kill();
            logs.push(gateway.stdout(), gateway.stderr());
          }
        }
      };
      await Promise.all([line(), line(), line()]);
      gateway = await serveGateway(join(folder, 'lienthong.yaml'));
      const told = (await held(code)).landCase?.events.map(({ text }) => Number(text?.slice(5))) ?? [];
      expect(new Set(told).size).toBe(told.length);
      expect([...answered].filter((n) => !told.includes(n)), `answered before kill ${round}, and lost`).toEqual([]);
    }
    for (const n of answered) expect(await call(n)).toEqual(OK);
    expect((await held(code)).landCase?.events.length).toBeGreaterThanOrEqual(answered.size);
  });
});

describe('everything that the run has written', () => {
  it('holds no secret and nobody’s name in the clear: log, answers, metrics, ledger', async () => {
    await post(`${api}/YeuCauCapNhatHoSo/${SECRETS.securityCode}`, { SoBienNhan: CODE, MaCanBoXuLy: 'vpdk.vidu02', GhiChu: 'Sai số tờ bản đồ' });
    await post(`KetQuaThue?CodeGet=${SECRETS.codeGet}`, ILIS_TAX);
    await post('api/v1/LienThongNVTCDVCQuocGias/ImportChungTuThueFromDVCQG', { ...PORTAL_VOUCHER, SecurityKey: SECRETS.taxSecurityKey });
    await post(`${api}/KhongCo/${SECRETS.securityCode}`, {});
    await post(`${api}/ChuyenHoSo/${SECRETS.securityCode}/${'x'.repeat(300)}`, {});
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((name) => statSync(name).isFile() && !name.endsWith('.yaml'));
    const written: [string, string][] = [...files.map((name): [string, string] => [name, readFileSync(name, 'latin1')]), ['log', Buffer.from([...logs, gateway.stdout(), gateway.stderr()].join('\n')).toString('latin1')], ['metrics', Buffer.from(metrics).toString('latin1')], ['answers', Buffer.from(answers.join('\n')).toString('latin1')]];
    expect(files.some((name) => name.endsWith('.db'))).toBe(true);
    expect(logs.join('\n').split('\n').length).toBeGreaterThan(10);
    const latin = (text: string): string => Buffer.from(text).toString('latin1');
    const secret = [...Object.values(SECRETS), KEY].flatMap((one) => [one, one.toLowerCase(), encodeURIComponent(one)]);
    const found = written.flatMap(([where, text]) => [...secret, ...PEOPLE].filter((one) => text.includes(latin(one))).map((one) => `${where}: ${one}`));
    expect(found).toEqual([]);
    // What may stand there does: the search finds what it looks for.
    expect(written.filter(([where, text]) => where.includes('ledger.db') && text.includes(CODE)).length).toBeGreaterThan(0);
    expect((await held()).landCase?.obligations.length).toBeGreaterThan(0);
  });
});
