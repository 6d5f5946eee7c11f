import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { upstream } from '../../src/testing/upstreams.ts';
import { conformanceSuite, conformanceSuites, runConformance, UPSTREAM_IDS, type ConformanceReport } from '../../src/testing/index.ts';
import { AGENCY, json, portalUnderTest, runPortal, withVerdict, type Body, type PortalUnderTest, type Twist } from './conformance-portal.ts';

let portal: PortalUnderTest | undefined;
afterEach(async () => {
  await portal?.running.close();
  portal = undefined;
});
async function under(options: Parameters<typeof portalUnderTest>[0] = {}): Promise<PortalUnderTest> {
  portal = await portalUnderTest(options);
  return portal;
}

describe('the portal suite against an honest portal', () => {
  it('passes everything when it may write, and every check says where its rule is from', async () => {
    const { simulator, ...rest } = await under({ simulator: { sessionTtlMs: 700, keepPayloads: true } });
    simulator.plant({ MaHoSo: 'H99.14-250715-0042', MaTTHC: '1.009999', TrangThaiHoSo: '4' });
    const report = await runPortal({ simulator, ...rest }, { write: true, settings: { dossier: 'H99.14-250715-0042', sessionWaitSeconds: 1, sessionTtlMs: 1_000, procedure: '1.009999' } });
    expect(withVerdict(report, 'fail').concat(withVerdict(report, 'unclear'))).toEqual([]);
    expect(withVerdict(report, 'skipped')).toEqual(['line.tls']);
    expect(report).toMatchObject({ outcome: 'passed', mode: 'read-write', stopped: null, seed: 'test' });
    for (const check of report.checks) expect(check.rule, check.id).toMatch(/\d\.\d|^5 .*\[[ABC]\]$/);
    // Exactly one test dossier is left, under the prefix, with the steps that were appended once.
    expect(report.written).toEqual([expect.stringMatching(/^KIEMTHU-[0-9a-f]{8}-0001$/)]);
    const [code = ''] = report.written;
    expect([...simulator.dossiers()].map((d) => d.code).sort()).toEqual(['H99.14-250715-0042', code].sort());
    expect(simulator.summary()).toMatchObject({ creates: 1, updates: 2, steps: 2 });
  });

  it('writes nothing unless it is told to, and shows what it left out', async () => {
    const one = await under();
    const report = await runPortal(one);
    expect(report).toMatchObject({ outcome: 'passed', mode: 'read-only', written: [] });
    const writes = report.checks.filter(({ access }) => access === 'write');
    expect(writes.length).toBeGreaterThan(10);
    for (const { verdict, note, evidence } of writes) expect({ verdict, note: note.en, calls: evidence.length }).toEqual({ verdict: 'skipped', note: expect.stringContaining('--write'), calls: 0 });
    expect(one.simulator.journal().filter(({ effect }) => effect === 'create' || effect === 'update' || effect === 'append')).toEqual([]);
    // What is not asked for is not a pass.
    expect(withVerdict(report, 'skipped')).toEqual(expect.arrayContaining(['session.expired', 'lookup.known']));
    expect(report.summary).toMatchObject({ pass: report.checks.length - withVerdict(report, 'skipped').length, fail: 0, unclear: 0, total: report.checks.length });
  });

  it('run again with the same seed says that its dossier is there, and blames nobody', async () => {
    const one = await under();
    expect((await runPortal(one, { write: true })).outcome).toBe('passed');
    const again = await runPortal(one, { write: true });
    expect([withVerdict(again, 'fail'), withVerdict(again, 'unclear'), again.written]).toEqual([[], ['write.create'], []]);
    expect(withVerdict(again, 'skipped')).toEqual(expect.arrayContaining(['write.create-shown', 'write.create-repeated', 'write.once', 'write.update', 'write.progress']));
    expect(again.checks.find(({ id }) => id === 'write.create')?.note.en).toContain('--seed');
  });

  it('asks the same questions for the same seed, and never more often than agreed', async () => {
    const one = await under();
    const asked = async (): Promise<string[]> => (await runPortal(one)).checks.flatMap(({ evidence }) => evidence.map((call) => `${call.method} ${call.path} ${call.requestBody}`));
    expect(await asked()).toEqual(await asked());
    const slow = await runPortal(one, { callsPerSecond: 20, totalTimeoutMs: 1_000 });
    expect(slow).toMatchObject({ stopped: 'time-limit', outcome: 'incomplete' });
    expect(slow.summary.calls).toBeGreaterThan(0);
    expect(slow.summary.calls).toBeLessThanOrEqual(21);
    expect(slow.checks.at(-1)).toMatchObject({ verdict: 'skipped' });
  });
});

const rewritten = (body: Body, honest: (body?: Body) => ReturnType<Twist>, change: Body): ReturnType<Twist> => honest({ ...body, ...change });
const serviceIs = (body: Body, name: string): boolean => body['service'] === name;
/** The session of the last login that went through. */
function sessions(): { see(answer: ReturnType<Twist>): ReturnType<Twist>; last: () => string } {
  let last = '';
  return { see(answer) {
    const session = (JSON.parse(answer.body) as Body)['session'];
    if (typeof session === 'string') last = session;
    return answer;
  }, last: () => last };
}

const held = sessions();
const doubles = new Set<string>();
const FAULTY: [vendor: string, twist: Twist, fails: string[]][] = [
  ['lets everybody in', ({ request, honest }) => (request.path.endsWith('/login') && !honest().body.includes('session') ? json({ session: 'x'.repeat(32), error_code: 0 }) : honest()), ['login.wrong-account', 'login.not-json']],
  ['ignores the session', ({ request, body, honest }) => (request.path.endsWith('/login') ? held.see(honest()) : request.body.endsWith('}') ? rewritten(body, honest, { session: held.last() }) : honest()), ['session.empty', 'session.invented', 'write.session-invented']],
  ['ends a session after one call', ({ request, honest, simulator }) => {
    const answer = honest();
    if (!request.path.endsWith('/login')) simulator.expireSessions();
    return answer;
  }, ['session.reused']],
  ['ignores the agency', ({ request, body, honest }) => (request.path.endsWith('/g') && request.body.endsWith('}') ? rewritten(body, honest, { madonvi: AGENCY }) : honest()), ['agency.wrong']],
  ['answers 0 to any service', ({ body, honest }) => (serviceIs(body, 'LayDuLieuKhongCo') ? json({ error_code: 0, result: [] }) : honest()), ['service.unknown']],
  ['serves a catalogue as an HTML page', ({ body, honest }) => (serviceIs(body, 'LayDanhMucCoQuan') ? { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>ok</html>' } : honest()), ['catalogue.agencies']],
  ['labels JSON as HTML', ({ body, honest }) => (serviceIs(body, 'LayDVC') ? { ...honest(), headers: { 'content-type': 'text/html' } } : honest()), ['catalogue.online-services']],
  ['answers 500 to broken JSON', ({ request, honest }) => (request.method === 'POST' && !request.body.endsWith('}') ? { status: 500, headers: { 'content-type': 'text/plain' }, body: 'NullReferenceException' } : honest()), ['login.not-json', 'body.not-json']],
  ['gives items without their code', ({ body, honest }) => (serviceIs(body, 'LayDanhMucLinhVuc') && honest().body.includes('MALINHVUC') ? json({ error_code: 0, result: [{ TENLINHVUC: 'Hộ tịch' }] }) : honest()), ['catalogue.sectors']],
  ['has no error_code', ({ body, honest }) => (serviceIs(body, 'LayDanhSachTTHC') ? json({ result: [] }) : honest()), ['catalogue.procedures']],
  ['writes its error_code in words', ({ body, honest }) => (serviceIs(body, 'LayDanhSachTTHC') ? json({ error_code: 'OK', result: [] }) : honest()), ['catalogue.procedures']],
  ['has a list where an object is', ({ body, honest }) => (serviceIs(body, 'LayDVC') ? json({ error_code: 0, result: [['MADVC']] }) : honest()), ['catalogue.online-services']],
  ['answers another procedure', ({ body, honest }) => (serviceIs(body, 'LayThuTuc') ? honest({ ...body, maTTHC: '1.009998' }) : honest()), ['catalogue.procedure', 'catalogue.procedure-unknown']],
  ['lists everything for a wildcard', ({ body, honest }) => (body['mahoso'] === '%' ? json({ error_code: 0, result: [{ MaHoSo: 'H99.14-250715-0042' }] }) : honest()), ['lookup.wildcard']],
  ['breaks at a quotation mark', ({ body, honest }) => (String(body['mahoso']).includes("'") ? { status: 500, body: 'ORA-01756: quoted string not properly terminated' } : honest()), ['lookup.quote']],
  ['takes GET for a call', ({ request, honest }) => (request.method === 'GET' ? json({ error_code: 0, result: [] }) : honest()), ['method.get']],
  ['takes a create twice and has two of it', ({ body, honest }) => {
    const [item] = (body['data'] ?? []) as Body[];
    const answer = honest();
    const code = String(item?.['MaHoSo'] ?? body['mahoso']);
    if (serviceIs(body, 'DongBoHoSoMC') && body['isUpdating'] === 'False' && answer.body.includes('đã tồn tại')) {
      doubles.add(code);
      return json({ error_code: 0, message: 'Đồng bộ thành công' });
    }
    if (!serviceIs(body, 'TraCuuHoSo') || !doubles.has(code)) return answer;
    const found = JSON.parse(answer.body) as { result: Body[] };
    return json({ ...found, result: [...found.result, ...found.result] });
  }, ['write.create-repeated', 'write.once', 'write.update']],
  ['creates what is to be updated', ({ body, honest }) => {
    const answer = honest();
    return serviceIs(body, 'DongBoHoSoMC') && answer.body.includes('không tồn tại') ? rewritten(body, honest, { isUpdating: 'False' }) : answer;
  }, ['write.update-absent']],
  ['takes steps of dossiers that it does not have', ({ body, honest }) => (serviceIs(body, 'CapNhatTienDoHoSoMC') ? json({ error_code: 0, message: 'ok' }) : honest()), ['write.progress-absent']],
  ['forgets updates', ({ body, honest, simulator }) => (body['isUpdating'] === 'True' && simulator.dossier(String((body['data'] as Body[])[0]?.['MaHoSo'])) !== undefined ? json({ error_code: 0, message: 'Đồng bộ thành công' }) : honest()), ['write.update']],
  ['never finds anything', ({ body, honest }) => (serviceIs(body, 'TraCuuHoSo') ? json({ error_code: 0, result: [] }) : honest()), ['write.create-shown', 'write.once', 'write.update', 'lookup.known']],
  ['finds another dossier', ({ body, honest }) => {
    const found = JSON.parse(serviceIs(body, 'TraCuuHoSo') ? honest().body : '{}') as { result?: Body[] };
    return found.result?.length ? json({ ...found, result: found.result.map((item) => ({ ...item, MaHoSo: 'H99.14-250715-0043' })) }) : honest();
  }, ['write.create-shown', 'write.once', 'write.update', 'lookup.known']],
  ['refuses, and stores all the same', ({ body, honest, simulator }) => {
    const [item] = (body['data'] ?? []) as Body[];
    if (serviceIs(body, 'DongBoHoSoMC') && item?.['TrangThaiHoSo'] === '99') simulator.plant({ ...item, TrangThaiHoSo: '2' });
    return honest();
  }, ['write.status-wrong']],
  ['checks no fields', ({ body, honest }) => {
    const [item] = (body['data'] ?? []) as Body[];
    return serviceIs(body, 'DongBoHoSoMC') && item !== undefined && (item['MaTTHC'] === undefined || item['NgayTiepNhan'] === '2025-02-30') ? json({ error_code: 0, message: 'Thành công' }) : honest();
  }, ['write.field-missing', 'write.date-wrong']],
];

describe('the portal suite against an implementation with a fault', () => {
  it.each(FAULTY)('that %s: the right checks fail, and no other', async (_vendor, twist, fails) => {
    const one = await under({ twist });
    one.simulator.plant({ MaHoSo: 'H99.14-250715-0042', MaTTHC: '1.009999', TrangThaiHoSo: '4' });
    const report = await runPortal(one, { write: true, settings: { dossier: 'H99.14-250715-0042' } });
    expect(withVerdict(report, 'fail').sort()).toEqual([...fails].sort());
    expect(report.outcome).toBe('failed');
    for (const check of report.checks.filter(({ verdict }) => verdict === 'fail')) {
      expect(check.note.vi).not.toBe(check.note.en);
      expect(check.evidence.length).toBeGreaterThan(0);
    }
  });

  it('that accepts a catalogue and lists nothing: that is not clear, and no pass', async () => {
    const report = await runPortal(await under({ twist: ({ body, honest }) => (serviceIs(body, 'LayDanhMucDanToc') ? json({ error_code: 0, result: 'OK' }) : honest()) }));
    expect([withVerdict(report, 'fail'), withVerdict(report, 'unclear')]).toEqual([[], ['catalogue.LayDanhMucDanToc']]);
  });

  it('that hangs: what hangs fails within the time limit of a call, everything else is asked', async () => {
    const report = await runPortal(await under({ faults: { rules: [{ kind: 'hang', match: { service: 'LayDVC' } }] } }), { callTimeoutMs: 400 });
    expect(withVerdict(report, 'fail')).toEqual(['catalogue.online-services']);
    expect(report.checks.find(({ id }) => id === 'catalogue.online-services')?.evidence).toMatchObject([{ status: null, failure: 'READ_TIMEOUT', responseSha256: null }]);
  });

  it('that loses the answers to writes: what may have been stored is listed', async () => {
    const one = await under({ faults: { rules: [{ kind: 'reset-after', match: { service: 'DongBoHoSoMC' } }] } });
    const report = await runPortal(one, { write: true });
    expect(withVerdict(report, 'fail')).toEqual(['write.create']);
    expect([...one.simulator.dossiers()].map(({ code }) => code)).toEqual(report.written);
    expect(report.written).toHaveLength(1);
  });

  it('that answers without end: it is read up to the limit', async () => {
    const report = await runPortal(await under({ twist: ({ body, honest }) => (serviceIs(body, 'LayDVC') ? json({ error_code: 0, result: 'x'.repeat(50_000) }) : honest()) }), { maxResponseBytes: 20_000 });
    expect(report.checks.find(({ id }) => id === 'catalogue.online-services')).toMatchObject({ verdict: 'fail', evidence: [{ failure: 'TOO_LARGE' }] });
  });

  it('that does not know the account: nothing is asked that needs a session, and the account is tried once', async () => {
    const one = await under();
    const report = await runPortal({ ...one, account: { username: one.account.username, password: 'khong-dung-mat-khau' } }, { write: true });
    expect(withVerdict(report, 'fail')).toEqual(['login.accepted']);
    expect(report).toMatchObject({ outcome: 'failed', summary: { calls: 1 }, written: [] });
    expect(report.checks.find(({ id }) => id === 'session.reused')?.note.en).toContain('Log in with the agency’s account');
  });

  it('that refuses a session in words which a caller does not understand: unclear, and no failure', async () => {
    const report = await runPortal(await under({ twist: ({ honest }) => (honest().body.includes('Phiên làm việc') ? json({ error_code: 99, message: 'E-0099' }) : honest()) }));
    expect(withVerdict(report, 'unclear')).toEqual(['session.empty', 'session.invented']);
    expect(report.outcome).toBe('passed');
  });

  it('that is not there', async () => {
    const one = await under();
    await one.running.close();
    const report = await runPortal(one);
    expect(report).toMatchObject({ outcome: 'unreachable', summary: { pass: 0, fail: 1, calls: 1 } });
    expect(report.checks.find(({ id }) => id === 'login.accepted')?.note.en).toContain('ECONNREFUSED');
  });
});

describe('a run', () => {
  it('that is interrupted keeps what it has', async () => {
    const one = await under();
    const stop = new AbortController();
    const report = await runPortal(one, { signal: stop.signal, onCheck: ({ check }) => check.id === 'catalogue.agencies' && stop.abort() });
    expect(report).toMatchObject({ stopped: 'interrupted', outcome: 'incomplete' });
    const at = report.checks.findIndex(({ id }) => id === 'catalogue.agencies');
    expect(report.checks[at]?.verdict).toBe('pass');
    expect(report.checks.slice(at + 1).every(({ verdict, note }) => verdict === 'skipped' && note.en.includes('stopped'))).toBe(true);
    expect(report.checks).toHaveLength((await conformanceSuite('dvcqg')).suite.checks.length);
  });

  it('that is interrupted while a call hangs ends at once', async () => {
    const one = await under({ faults: { rules: [{ kind: 'hang', match: { service: 'LayDanhMucCoQuan' } }] } });
    const stop = new AbortController();
    const report = await runPortal(one, { signal: stop.signal, callTimeoutMs: 60_000, onCheck: ({ check }) => void (check.id === 'method.get' && setTimeout(() => stop.abort(), 50)) });
    expect(report.checks.find(({ id }) => id === 'catalogue.agencies')).toMatchObject({ verdict: 'skipped', evidence: [] });
  });

  it('refuses settings, targets and limits that cannot be meant, before anything is sent', async () => {
    const one = await under();
    const pointers = (options: Parameters<typeof runPortal>[1]): Promise<string[]> => runPortal(one, options).then(() => ['accepted'], (error: { issues?: { pointer: string }[] }) => error.issues?.map(({ pointer }) => pointer).sort() ?? ['threw']);
    expect(await pointers({ target: 'ftp://may-chu.example.vn' })).toEqual(['/target']);
    expect(await pointers({ target: 'http://ten:matkhau@may-chu.example.vn/' })).toEqual(['/target']);
    expect(await pointers({ target: 'http://may-chu.example.vn/?key=1' })).toEqual(['/target']);
    expect(await pointers({ callsPerSecond: 0, maxResponseBytes: 1 })).toEqual(['/callsPerSecond', '/maxResponseBytes']);
    expect(await pointers({ settings: { agencyCode: 'x', prefix: '%', bogus: 1, mode: 'facade' } })).toEqual(['/agencyCode', '/bogus', '/mode', '/prefix']);
    expect(await pointers({ caFile: '/khong/co/ca.pem' })).toEqual(['/tls/caFile']);
    expect(await pointers({ settings: { tls: { certFile: '/khong/co/cert.pem' } } })).toEqual(['/tls/certFile']);
    expect(one.simulator.journal()).toEqual([]);
  });

  it('does not follow a redirect: the account stays with the target', async () => {
    let asked = 0;
    const elsewhere = createServer((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => void elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const report = await runPortal(await under({ twist: () => ({ status: 307, headers: { location: `http://127.0.0.1:${port}/` }, body: '' }) }));
    await new Promise((resolve) => void elsewhere.close(resolve));
    expect([asked, withVerdict(report, 'fail')]).toEqual([0, ['login.accepted']]);
  });
});

describe('suites', () => {
  it('have ids of their own, checks with ids of their own, needs that come before, and texts in both languages', async () => {
    const all = await conformanceSuites();
    expect(all.map(({ suite }) => suite.id)).toEqual(expect.arrayContaining(['dvcqg', 'province-callbacks']));
    expect(new Set(all.map(({ suite }) => suite.id)).size).toBe(all.length);
    for (const { adapter, suite } of all) {
      expect(UPSTREAM_IDS).toContain(adapter.id);
      const ids = suite.checks.map(({ id }) => id);
      expect(new Set(ids).size, suite.id).toBe(ids.length);
      suite.checks.forEach((check, i) => {
        for (const needed of check.needs ?? []) expect(ids.slice(0, i), `${check.id} needs ${needed}`).toContain(needed);
        expect([check.title.vi, check.title.en].every((text) => text.length > 5), check.id).toBe(true);
        expect(check.title.vi, check.id).not.toBe(check.title.en);
      });
      for (const name of suite.account) expect(Object.keys(suite.settingsSchema['properties'] as object)).toContain(name);
    }
    await expect(conformanceSuite('atlantis')).rejects.toMatchObject({ issues: [{ code: 'LT-KIT-SUITE-UNKNOWN', message: { en: expect.stringContaining('dvcqg, province-callbacks') } }] });
  });

  it('a check that breaks is unclear, tells the kind of the fault and nothing else', async () => {
    const { adapter, suite } = await conformanceSuite('dvcqg');
    const passing = { id: 'fine', title: { vi: 'Được', en: 'Fine' }, rule: '', access: 'read' as const, run: () => Promise.resolve({ kind: 'pass' as const, note: { vi: 'Được', en: 'Fine' } }) };
    const broken = { ...suite, checks: [passing, { id: 'broken', title: { vi: 'Hỏng', en: 'Broken' }, rule: '', access: 'read' as const, run: () => Promise.reject(new TypeError('Nguyễn Văn Lộ 0900000009')) }] };
    const report: ConformanceReport = await runConformance({ adapter, suite: broken, target: 'http://127.0.0.1:9', settings: { agencyCode: AGENCY, username: 'a', password: 'b' } });
    expect(report).toMatchObject({ outcome: 'incomplete', checks: [{ verdict: 'pass' }, { verdict: 'unclear', issues: [{ code: 'LT-KIT-CHECK-BROKE' }] }] });
    expect(JSON.stringify(report)).not.toMatch(/Lộ|0900000009/);
  });

  it('name the contract that they were run against', async () => {
    const report = await runPortal(await under(), { settings: {} });
    const { contract } = await upstream('dvcqg');
    expect(report.contract?.sha256).toBe(createHash('sha256').update(readFileSync(contract as URL)).digest('hex'));
  });
});
