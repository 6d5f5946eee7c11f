import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { conformanceHtml, conformanceJson, conformanceJunit, startSimulator, type ConformanceReport } from '../../src/testing/index.ts';
import { createAuthority } from '../../src/testing/server/certificate.ts';
import { AGENCY, json, portalUnderTest, runPortal, type Twist } from './conformance-portal.ts';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
async function reportOf(twist?: Twist, options: Parameters<typeof runPortal>[1] = {}): Promise<ConformanceReport> {
  const portal = await portalUnderTest(twist === undefined ? {} : { twist });
  closing.push(() => portal.running.close());
  return runPortal(portal, options);
}
const everyForm = (report: ConformanceReport): string[] => [conformanceJson(report), conformanceHtml(report), conformanceHtml(report, 'en'), conformanceJunit(report)];

/** What stands in the embedded block is the text itself, not markup. */
const embedded = (html: string): string => /<script type="application\/json" id="report">\n([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';

describe('what a report shows', () => {
  const MARKERS = ['Nguyễn Thị Rò Rỉ', '099188888777', '0900007777', 'ro.ri@example.vn', 'phien-bi-mat-48151623', 'SQLSTATE-NoiBo', '092077776666', '092.077.776.665', '0900-007-776'];
  const person = { HoTenNguoiNop: MARKERS[0], truongLa: MARKERS[0], '092077776666': 'x', SoDinhDanh: MARKERS[1], TrangThaiHoSo: '4', MaHoSo: `${MARKERS[1]}`, MaTTHC: MARKERS[7], MaDVC: MARKERS[8], DonViXuLy: `UBND ${MARKERS[2]} ${MARKERS[3]}` };
  const leaky: Twist = ({ request, body, honest }) => {
    if (request.path.endsWith('/login')) return json({ ...(JSON.parse(honest().body) as object), message: `Xin chào ${MARKERS[0]}`, thongTin: { soDinhDanh: MARKERS[1] } }, { headers: { 'content-type': 'application/json', 'set-cookie': `id=${MARKERS[4]}`, 'x-nguoi-dung': MARKERS[1] ?? '', 'retry-after': MARKERS[2] ?? '' } });
    switch (body['service']) {
      case 'TraCuuHoSo': return json({ error_code: 0, message: `Hồ sơ của ${MARKERS[0]}, ${MARKERS[2]}`, result: [person, [MARKERS[0]], MARKERS[1], 92077776666] });
      case 'LayDVC': return { status: 200, headers: { 'content-type': 'text/html' }, body: `<html>${MARKERS.join(' ')}</html>` };
      case 'LayDanhMucCoQuan': return { status: 500, headers: { 'content-type': 'text/plain' }, body: MARKERS.join(' ') };
      case 'LayThuTuc': return json(`${MARKERS[0]} ${MARKERS[1]}`);
      case 'LayDanhSachTTHC': return json({ error_code: MARKERS[0], message: { ten: MARKERS[0] }, result: { [MARKERS[0] ?? '']: MARKERS[1], data: [MARKERS[0]] } });
      case 'LayDanhMucLePhi': return json([MARKERS[0], { ten: MARKERS[1] }]);
      default: return honest();
    }
  };

  it('holds no personal data and no secret that the target answered with, wherever it put them', async () => {
    const report = await reportOf(leaky, { write: true, settings: { dossier: 'H99.14-250715-0042' } });
    expect(report.outcome).toBe('failed');
    const leaks = everyForm(report).flatMap((form) => MARKERS.flatMap((marker) => (form.includes(marker) ? [form.slice(Math.max(0, form.indexOf(marker) - 80), form.indexOf(marker) + 40)] : [])));
    expect(leaks).toEqual([]);
    // It would prove nothing if the answers had not been kept at all.
    expect(report.checks.flatMap(({ evidence }) => evidence).filter(({ responseSha256 }) => responseSha256 !== null).length).toBeGreaterThan(30);
  });

  it('holds no account, no session and no hash of them', async () => {
    let session = '';
    const portal = await portalUnderTest({ twist: ({ request, honest }) => {
      const answer = honest();
      if (request.path.endsWith('/login')) session = String((JSON.parse(answer.body) as { session?: string }).session ?? session);
      return answer;
    } });
    closing.push(() => portal.running.close());
    const report = await runPortal(portal, { write: true });
    const { username, password } = portal.account;
    const sent = JSON.stringify({ username, password });
    for (const form of everyForm(report)) for (const secret of [username, password, session, createHash('sha256').update(sent).digest('hex'), createHash('sha256').update(password).digest('hex')]) expect(form).not.toContain(secret);
    expect(session.length).toBeGreaterThan(10);
  });

  it('shows codes, status and size, and hashes the answer as it came', async () => {
    const text = '{"error_code":0,"result":[{"MALINHVUC":"G99-HT01","TENLINHVUC":"Hộ tịch (mẫu)","MANGANH":"G99"}]}';
    const report = await reportOf(({ body, honest }) => (body['service'] === 'LayDanhMucLinhVuc' && honest().body.includes('MALINHVUC') ? { status: 200, headers: { 'content-type': 'application/json' }, body: text } : honest()));
    expect(report.checks.find(({ id }) => id === 'catalogue.sectors')?.evidence).toMatchObject([{
      method: 'POST', path: '/mapi/g', status: 200, responseBody: text.replace('Hộ tịch (mẫu)', '[text 13]'), responseBytes: Buffer.byteLength(text), responseSha256: createHash('sha256').update(text).digest('hex'),
      requestBody: `{"session":"[secret]","madonvi":"${AGENCY}","service":"LayDanhMucLinhVuc"}`,
    }]);
  });
});

describe('the HTML report', () => {
  it('is one file without scripts or anything to load, in both languages, with times, sums and places to sign', async () => {
    const report = await reportOf(undefined, { operator: 'Trần Văn Mẫu <b>', now: () => Date.parse('2025-12-31T18:30:05Z') });
    const html = conformanceHtml(report);
    expect(html).toMatch(/^<!doctype html>\n<html lang="vi">/);
    expect(html).toContain('01/01/2026 01:30:05 (UTC+7) · 2025-12-31T18:30:05Z (UTC)');
    expect(html).toContain('Trần Văn Mẫu &lt;b&gt;');
    expect(html).toMatch(/Đại diện đơn vị chủ quản[\s\S]*Đại diện nhà cung cấp[\s\S]*Người thực hiện kiểm tra/);
    for (const check of report.checks) for (const words of [check.title.vi, check.title.en]) expect(html).toContain(words.replaceAll("'", '&#39;').replaceAll('"', '&quot;'));
    expect(html.replace(embedded(html), '')).not.toMatch(/<script(?! type="application\/json")|<link|<img|<iframe|\s(src|href|on\w+)=|@import|url\(/i);
    // The JSON inside is the JSON beside, and its sum is the one that is printed.
    expect(embedded(html)).toBe(conformanceJson(report));
    expect(JSON.parse(embedded(html))).toEqual(report);
    expect(html).toContain(createHash('sha256').update(conformanceJson(report)).digest('hex'));
    expect(conformanceHtml(report, 'en')).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<span lang="en">Conformance report<\/span>/);
  });

  it('opens the evidence of what failed, and keeps the rest folded', async () => {
    const html = conformanceHtml(await reportOf(({ body, honest }) => (body['service'] === 'LayDVC' ? json({ error_code: 7, message: 'x' }) : honest())));
    expect(html).toMatch(/<tr class="fail">[\s\S]*?<details open>/);
    expect(html).toMatch(/<tr class="pass">[\s\S]*?<details>/);
  });
});

/** Enough of an XML reader to refuse what is not well formed: tags nest, attributes are quoted, entities are known. */
function wellFormed(xml: string): string | true {
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(xml)) return 'a character that XML does not have';
  if (xml !== xml.toWellFormed()) return 'half a character';
  const open: string[] = [];
  const token = /<\?xml [^?]*\?>|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/gy;
  let at = 0;
  for (let m = token.exec(xml); m !== null; m = token.exec(xml)) {
    at = token.lastIndex;
    const [text, slash, name, , empty] = m;
    if (/&(?!(amp|lt|gt|quot|apos|#\d+);)/.test(text)) return `an unknown entity at ${m.index}`;
    if (name === undefined) continue;
    if (slash === '/') {
      if (open.pop() !== name) return `</${name}> at ${m.index}`;
    } else if (empty !== '/') open.push(name);
  }
  return at === xml.length && open.length === 0 ? true : `stops at ${at} of ${xml.length}`;
}

describe('the JUnit report', () => {
  it('counts as CI does, and says what is unclear', async () => {
    const report = await reportOf(({ body, honest }) => (body['service'] === 'LayDVC' ? json({ error_code: 0, result: 5 }) : honest().body.includes('Phiên làm việc') ? json({ error_code: 99, message: 'E' }) : honest()));
    const xml = conformanceJunit(report);
    expect(wellFormed(xml)).toBe(true);
    const { summary } = report;
    expect(xml).toContain(`tests="${summary.total}" failures="1" errors="0" skipped="${summary.skipped + summary.unclear}"`);
    expect(xml.match(/<testcase /g)).toHaveLength(summary.total);
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toMatch(/<skipped message="unclear: /);
  });

  it('and the page stay well formed whatever stands in a report', async () => {
    const report = await reportOf();
    const [first] = report.checks;
    if (first === undefined) throw new Error('no check');
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '<script>', ']]>', '&', '"', '</script><script>', '\u0000\uFFFF\uD800', '<!--'), (a, b) => {
      const text = `${a}${b}${a}`;
      const hostile: ConformanceReport = { ...report, target: text, operator: text, seed: text, checks: [{ ...first, id: text, verdict: 'fail', title: { vi: text, en: text }, note: { vi: text, en: text }, issues: [{ code: text, pointer: text, message: { vi: text, en: text } }], evidence: [] }] };
      expect(wellFormed(conformanceJunit(hostile))).toBe(true);
      const html = conformanceHtml(hostile);
      expect(html.match(/<script/g)).toHaveLength(1);
      expect(html.match(/<\/script>/g)).toHaveLength(1);
      expect(html.match(/<tr class="fail">/g)).toHaveLength(1);
      expect(embedded(html)).toBe(conformanceJson(hostile));
      expect(html).not.toContain('<!--');
    }), { numRuns: 25, seed: 7 });
  });
});

describe('a TLS line', () => {
  it('is told with its facts when the root is known, and fails when it is not', async () => {
    const authority = await createAuthority();
    const simulator = createDvcqgSimulator({ seed: 'tls', agencies: [AGENCY] });
    const running = await startSimulator(simulator, { tls: await authority.issue([]) });
    closing.push(() => running.close());
    const folder = mkdtempSync(join(tmpdir(), 'lt-conformance-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, authority.ca);
    const [account] = simulator.accounts;
    if (account === undefined) throw new Error('no account');
    const known = await runPortal({ running, simulator, account }, { caFile });
    expect(known).toMatchObject({ outcome: 'passed', tls: { protocol: 'TLSv1.3', trusted: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(known.checks.find(({ id }) => id === 'line.tls')?.verdict).toBe('pass');
    const unknown = await runPortal({ running, simulator, account });
    expect(unknown.checks.find(({ id }) => id === 'line.tls')).toMatchObject({ verdict: 'fail', note: { en: expect.stringContaining('not trusted') } });
    // Nothing is sent over a line that is not trusted.
    expect(unknown).toMatchObject({ outcome: 'unreachable', tls: { trusted: false } });
    const renewed = await runPortal({ running, simulator, account }, { caFile, now: () => Date.now() + 20 * 86_400_000 });
    expect(renewed.checks.find(({ id }) => id === 'line.tls')).toMatchObject({ verdict: 'unclear', note: { en: expect.stringMatching(/ends in 9 days/) } });
  });
});
