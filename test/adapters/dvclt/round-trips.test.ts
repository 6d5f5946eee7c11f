/** The tables in both directions: the event through XML, K5 and K7 and back (property tests), and recorded calls back to their inputs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import { compact, dotted, readDay, slashed } from '../../../adapters/dvclt/dates.ts';
import { encodePush } from '../../../adapters/dvclt/encode-push.ts';
import { encodeStatus } from '../../../adapters/dvclt/encode-status.ts';
import { DECLARED, readFields } from '../../../adapters/dvclt/fields.ts';
import { readHoTich, writeHoTich } from '../../../adapters/dvclt/hotich.ts';
import { eventsOf } from '../../../adapters/dvclt/events.ts';
import type { CivilStatus, Dossier } from '../../../src/model/canonical.ts';
import { received, registered, said } from './dossiers.ts';
import { config } from './fixtures.ts';

const RUNS = { seed: 31, numRuns: 150 };
/** Vietnamese, marks that XML and JSON escape, and blanks inside. */
const text = fc.array(fc.constantFrom('Đỗ', 'Nguyễn', 'Ễ', '&', '<b>', '"', "'", ']]>', '\\', 'n', '1'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '));
const name = fc.array(fc.constantFrom('Đỗ', 'Văn', 'Thị', 'Mẫu', 'Thử'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '));
const whole = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));
const day = fc.oneof(whole, whole.map((one) => one.slice(0, 7)), whole.map((one) => one.slice(0, 4)));
const number = fc.nat(999_999_999).map((n) => `099${String(n).padStart(9, '0')}`);
const some = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => fc.record(shape, { requiredKeys: [] }).filter((one) => Object.keys(one).length > 0);
const place = text.map((line) => ({ text: line }));
const paper = some({ kindCode: fc.constantFrom('1', '4', '8'), number, otherName: text, issuedOn: day, issuedBy: text });
const parent = some({ name, birthDate: day, ethnicityCode: text, nationalityCode: text, nationalityOther: text, residenceKindCode: fc.constantFrom('0', '1', '2'), residence: place, identityPaper: some({ kindCode: fc.constantFrom('1', '4'), number }), verifiedCode: text });
const requester = some({ name, relation: text, identityPaper: paper, phone: text, email: text, verifiedCode: text });
const base = { registrationTypeCode: fc.constantFrom('1', '4'), registrationPlace: fc.constant('99001'), copies: fc.nat(20) };
const birth = fc.record({
  kind: fc.constant('BIRTH'), ...base,
  facts: some({
    child: some({ name, gender: fc.constantFrom('MALE', 'FEMALE', 'OTHER'), birthDate: day, birthDateInWords: text, birthPlace: fc.record({ text, provinceCode: fc.constant('99') }), birthPlaceAbroad: text, homeTown: place, ethnicityCode: text, nationalityOther: text }),
    mother: parent, father: parent, requester, birthKindCode: fc.constant('1'), birthCertificate: some({ number: text, issuedOn: whole }),
  }),
}) as unknown as fc.Arbitrary<CivilStatus>;
const death = fc.record({
  kind: fc.constant('DEATH'), ...base,
  facts: some({ deceased: some({ name, gender: fc.constantFrom('MALE', 'FEMALE'), birthDate: day, residence: place, identityPaper: paper }), diedOn: day, diedAtTime: text, deathPlace: place, deathCause: text, deathNotice: some({ number: text, issuedOn: whole }), deathProof: some({ kindCode: text, number: text, issuedOn: day, issuedBy: text }), requester }),
}) as unknown as fc.Arbitrary<CivilStatus>;

describe('the event', () => {
  it.each([['a birth', birth], ['a death', death]] as const)('of %s goes through XML and comes back', (_name, events) => {
    fc.assert(fc.property(events, (event) => {
      const read = readHoTich(writeHoTich(event));
      expect(read.ok).toBe(true);
      const { told, issues } = readFields(DECLARED[event.kind], read.ok ? read.fields : {}, '');
      expect(issues).toEqual([]);
      expect({ kind: event.kind, ...told }).toEqual(event);
    }), RUNS);
  });
  it.each([['three-level', birth], ['three-level', death], ['two-level', birth], ['two-level', death]] as const)('in K5, %s, is read back as the call that makes the same message', async (variant, events) => {
    const settings = config({ variant });
    const accepted = said(await received(settings), 'ACCEPTED', '08:30:00');
    fc.assert(fc.property(events, (event) => {
      const dossier: Dossier = { ...accepted, civilStatus: { ...event, interconnectedNumber: 'G22.99.99-250110-0031' } };
      const sent = encodePush(dossier, settings);
      const back = dvclt.readCall?.({ method: 'POST', path: '/apiLienThongKSKT/1.0/nhanHoSoDKHT', query: {}, body: sent }, settings);
      expect(back?.operation).toBe('pushCivilStatus');
      const again = encodePush(back?.inputs[0] as Dossier, settings);
      expect(again).toEqual(sent);
    }), { ...RUNS, numRuns: 60 });
  });
  it('in K7, every event of a whole life', async () => {
    const done = said(await registered(), 'RETURNED', '16:00:00');
    for (const event of eventsOf(done)) {
      const sent = encodeStatus({ ...done, event }, config());
      const back = dvclt.readCall?.({ method: 'POST', path: '/api/lienthongDVCLT/capNhatTrangThaiHoSoDVCLTHoTich', query: {}, body: sent }, config());
      expect(encodeStatus(back?.inputs[0] as never, config())).toEqual(sent);
    }
  });
});

it('days are read in every form that is in use', () => {
  fc.assert(fc.property(day, (one) => {
    expect(readDay(dotted(one))).toBe(one);
    expect(readDay(slashed(one))).toBe(one);
    if (one.length !== 7) expect(readDay(compact(one))).toBe(one);
  }), RUNS);
  for (const wrong of ['31.02.2025', '13.2025', '20251301', '1', 'x', '7.1', '01.01.0001']) expect(readDay(wrong)).toBeUndefined();
});

describe('hoTich', () => {
  it.each<[string, string]>([
    ['<root><hoTich><a>1</a><a>2</a></hoTich></root>', 'twice'], ['<root><hoTich><a><b/></a></hoTich></root>', 'nested'], ['<root/>', 'no-hotich'],
    ['<!DOCTYPE r><root><hoTich/></root>', 'doctype'], ['<root><hoTich>', 'not-well-formed'], [`<root><hoTich>${Array.from({ length: 501 }, (_, i) => `<a${i}/>`).join('')}</hoTich></root>`, 'too-many'],
    [`${'<a>'.repeat(20)}`, 'limit'], [`<r><hoTich><a>${'x'.repeat(300_000)}</a></hoTich></r>`, 'limit'],
  ])('%# is refused', (xml, fault) => expect(readHoTich(xml)).toEqual({ ok: false, fault }));
  it('is found wherever it stands, and only the first counts', () => {
    expect(readHoTich('<x><y><hoTich><a> 1 &amp; 2 </a></hoTich></y><hoTich><a>3</a></hoTich></x>')).toEqual({ ok: true, fields: { a: ' 1 & 2 ' } });
  });
});

it('other calls are read back, and what is none of ours is not', () => {
  const read = (method: string, path: string, body?: unknown) => dvclt.readCall?.({ method, path, query: {}, body }, config());
  expect(read('GET', '/api/lienthongdvclt/danhsachhoso')).toEqual({ operation: 'listDossiers', inputs: [{}] });
  expect(read('GET', '/api/lienthongdvclt/hosolienthong/7%207')).toEqual({ operation: 'readDossier', inputs: [{ id: '7 7' }] });
  expect(read('PUT', '/api/lienthongdvclt/capnhatdanhanhoso', { maHoSo: 'G', daNhan: true })).toEqual({ operation: 'acknowledge', inputs: [{ number: 'G' }] });
  expect(read('POST', '/apiLienThongKSKT/1.0/layKetQua', { maDinhDanhHoSo: ['a'], maTinh: '99', module: 'LTKS' })).toEqual({ operation: 'readResults', inputs: [{ codes: ['a'], module: 'LTKS' }] });
  expect([read('POST', '/token', {}), read('GET', '/other'), read('PUT', '/api/lienthongdvclt/capnhatdanhanhoso', {}), read('DELETE', '/x')]).toEqual([undefined, undefined, undefined, undefined]);
});
