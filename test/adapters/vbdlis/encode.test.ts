/** What goes to the land system, field by field of 2.1 to 2.4 and 5.1, and when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vbdlis, type LandConfig } from '../../../adapters/vbdlis/adapter.ts';
import { decodeSubmit, LOSSES, withLosses } from '../../../adapters/vbdlis/decode.ts';
import { returnRequest, submitRequest, supplementRequest, taxRequest, wrongResultRequest } from '../../../adapters/vbdlis/contract.ts';
import { encodeReturn, encodeSubmit, encodeSupplement, encodeTax, encodeWrongResult } from '../../../adapters/vbdlis/encode.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { arbitraryDossier } from '../../../src/testing/suite/dossiers.ts';
import { CODE } from './inbound-desk.ts';
import { config, land, landCase, login, OFFICERS } from './fixtures.ts';

const ILIS = { profile: 'ilis', login, tax: { url: 'http://127.0.0.1:9/thue', steps: ['THUE'] } };

function faultsOf(write: () => unknown): string[] {
  try {
    write();
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
}
const with_ = (change: (dossier: Dossier) => void): Dossier => {
  const dossier = structuredClone(land());
  change(dossier);
  return dossier;
};

describe('O1', () => {
  it('is the example of the sheet, with codes as numbers and nulls written', () => {
    expect(validateDossier(land())).toMatchObject({ ok: true });
    expect(encodeSubmit(land(), config())).toEqual({
      LaQuyTrinhCapTinh: true, TinhId: 1, HuyenId: 9, XaId: 367, SoBienNhan: CODE, MaHoSoMotCua: null, NguoiTiepNhan: 'motcua.vidu01',
      NgayTiepNhan: '2025-03-04T08:15:00', NgayHenTra: '2025-03-18T17:00:00', DiaChiTaiSan: 'Thôn Ví Dụ, xã Minh Họa',
      ThongTinNguoiNopDon: { HoTen: 'Trần Thị Ví Dụ', SoChungMinh: '001199000001', DiaChiChiTiet: 'Số 1, thôn Ví Dụ, xã Minh Họa', SoDienThoai: '0900000001', Email: 'vidu@example.vn' },
      ThongTinQuyTrinh: { MaQuyTrinh: 'TH-DEMO-001', TenQuyTrinh: 'Chuyển nhượng toàn bộ thửa_Đăng ký biến động (minh họa)' },
      ThongTinThuaDat: [
        { SoThuTuThua: '125', SoHieuBanDo: '17', DienTich: '212.5', DiaChiChiTiet: 'Thôn Ví Dụ' },
        { SoThuTuThua: '126', SoHieuBanDo: null, DienTich: null, DiaChiChiTiet: null },
      ],
      // Defect 1 of the reference: each file stands for itself. Defect 10: no folders.
      DanhSachGiayToDinhKem: [
        { TenGiayTo: 'Đơn đăng ký biến động', SoBanChinh: 1, SoBanSao: 0, TapTin: { name: 'don-dang-ky.pdf', data: 'lienthong-file:https://tep.example.vn/tai/don-dang-ky.pdf' } },
        { TenGiayTo: 'Giấy chứng nhận đã cấp', SoBanChinh: 1, SoBanSao: 1, TapTin: { name: 'gcn-1.pdf', data: 'lienthong-file:https://tep.example.vn/tai/gcn.pdf' } },
        { TenGiayTo: 'Giấy chứng nhận đã cấp', SoBanChinh: 1, SoBanSao: 1, TapTin: { name: 'gcn-2.pdf', data: 'lienthong-file:https://tep.example.vn/tai/gcn.pdf' } },
      ],
    });
  });

  it('of a dossier that says little writes null and "", and lists nothing', () => {
    const bare = with_((d) => {
      d.applicant = { kind: 'CITIZEN', name: 'Trần Thị Ví Dụ', ids: [] };
      d.components = [];
      d.dates = {};
      d.landCase = landCase({ area: { provinceCode: '66', communeCode: '24133' }, parcels: [] });
      delete d.landCase.propertyAddress;
    });
    const message = encodeSubmit(bare, config());
    expect(message).toMatchObject({
      HuyenId: 0, NgayTiepNhan: null, NgayHenTra: null, DiaChiTaiSan: null, ThongTinThuaDat: null, DanhSachGiayToDinhKem: [],
      ThongTinNguoiNopDon: { SoChungMinh: '', DiaChiChiTiet: '', SoDienThoai: '', Email: '' },
    });
    expect(submitRequest(message).ok).toBe(true);
    expect(encodeSubmit(bare, config({ noDistrict: 99_999 })).HuyenId).toBe(99_999);
  });

  it('for the tax step has codes as text, zeros kept, and the officer’s GUID', () => {
    const message = encodeTax(land(), config(ILIS));
    expect(message).toMatchObject({ TinhId: '01', HuyenId: '009', XaId: '00367', NguoiTiepNhan: OFFICERS[0]?.id });
    expect(taxRequest(message).ok).toBe(true);
    const { TinhId: _t, HuyenId: _h, XaId: _x, NguoiTiepNhan: _n, ...rest } = message;
    const { TinhId: _1, HuyenId: _2, XaId: _3, NguoiTiepNhan: _4, ...same } = encodeSubmit(land(), config());
    expect(rest).toEqual(same);
    expect(encodeTax(with_((d) => delete d.landCase?.area?.districtCode), config(ILIS)).HuyenId).toBe('');
  });

  it.each([
    ['2025-03-03T17:00:00Z', '2025-03-04T00:00:00'],
    ['2024-12-31T16:59:59Z', '2024-12-31T23:59:59'],
    ['2024-12-31T17:00:00Z', '2025-01-01T00:00:00'],
    ['2024-02-28T20:30:00.120Z', '2024-02-29T03:30:00'],
  ])('writes %s as Vietnam’s %s', (instant, wire) => {
    expect(encodeSubmit(with_((d) => (d.dates.acceptedAt = instant)), config()).NgayTiepNhan).toBe(wire);
    expect(encodeSubmit(with_((d) => (d.dates.acceptedAt = instant)), config({ outboundTime: 'utc' })).NgayTiepNhan).toBe(instant.slice(0, 19));
  });

  it.each<[string, (dossier: Dossier) => void, Record<string, unknown>, string]>([
    ['a number that is too long', (d) => (d.code = `H99-${'1'.repeat(47)}`), {}, 'LT-VBDLIS-RECEIPT-LENGTH /code'],
    ['an unknown procedure', (d) => (d.procedure.code = '1.000001'), {}, 'LT-VBDLIS-PROCEDURE /procedure/code'],
    ['no commune', (d) => delete d.landCase?.area?.communeCode, {}, 'LT-VBDLIS-AREA /landCase/area/communeCode'],
    ['a name in a code’s place', (d) => Object.assign(d.landCase?.area ?? {}, { districtCode: 'Quận Mẫu' }), {}, 'LT-VBDLIS-AREA /landCase/area/districtCode'],
    ['nobody who received it', (d) => (d.history = []), {}, 'LT-VBDLIS-OFFICER /history'],
    ['an officer whom the catalogue does not know', (d) => Object.assign(d.history[0] ?? {}, { actor: 'Người Lạ' }), {}, 'LT-VBDLIS-OFFICER /history'],
    ['two officers of one name', () => undefined, { officers: [...OFFICERS, { code: 'khac', name: 'lê thị tiếp nhận' }] }, 'LT-VBDLIS-OFFICER /history'],
    ['no name', (d) => (d.applicant.name = ''), {}, 'LT-VBDLIS-FIELD-MISSING /applicant/name'],
    ['no time', (d) => (d.dates.dueAt = 'mai'), {}, 'LT-VBDLIS-TIME /dates/dueAt'],
    ['a file on another host', (d) => Object.assign(d.components[0]?.files[0] ?? {}, { url: 'https://khac.example.vn/a.pdf' }), {}, 'LT-VBDLIS-FILE-SOURCE /components/0/files/0'],
    ['a file on that host behind a name', (d) => Object.assign(d.components[0]?.files[0] ?? {}, { url: 'https://tep.example.vn@khac.example.vn/a.pdf' }), {}, 'LT-VBDLIS-FILE-SOURCE /components/0/files/0'],
    ['a program', (d) => Object.assign(d.components[1]?.files[0] ?? {}, { name: 'gcn.pdf.exe' }), {}, 'LT-VBDLIS-FILE-TYPE /components/1/files/0/name'],
    ['a large file', (d) => Object.assign(d.components[0]?.files[0] ?? {}, { size: 2_000_000 }), { attachments: { hosts: ['tep.example.vn'], maxFileBytes: 1_000_000 } }, 'LT-VBDLIS-FILE-SIZE /components/0/files/0/size'],
    ['too many files', () => undefined, { attachments: { hosts: ['tep.example.vn'], maxFiles: 2 } }, 'LT-VBDLIS-FILE-SIZE /components'],
  ])('is refused for %s', (_what, change, more, fault) => {
    expect(faultsOf(() => encodeSubmit(with_(change), config(more)))).toEqual([fault]);
  });

  it('finds every fault at once, and leaves files out where that is configured', () => {
    const broken = with_((d) => {
      d.history = [];
      d.landCase = landCase({ area: {} });
      d.components[0]?.files.push({ name: 'x.exe', url: 'https://tep.example.vn/x' }, { name: 'khong-co-dau' });
    });
    expect(faultsOf(() => encodeSubmit(broken, config())).sort()).toEqual([
      'LT-VBDLIS-AREA /landCase/area/communeCode', 'LT-VBDLIS-AREA /landCase/area/provinceCode', 'LT-VBDLIS-FILE-SOURCE /components/0/files/2',
      'LT-VBDLIS-FILE-TYPE /components/0/files/1/name', 'LT-VBDLIS-OFFICER /history',
    ]);
    const warnings: Issue[] = [];
    const mended = { ...broken, history: land().history, landCase: landCase() };
    const message = encodeSubmit(mended, config({ attachments: { hosts: ['tep.example.vn'], incomplete: 'leave-out' } }), (warning) => void warnings.push(warning));
    expect(message.DanhSachGiayToDinhKem).toHaveLength(3);
    expect(warnings.map(({ code, severity }) => [code, severity])).toEqual([['LT-VBDLIS-FILE-TYPE', 'warning'], ['LT-VBDLIS-FILE-SOURCE', 'warning']]);
  });

  it('takes the area of the longest agency, and the applicant’s where that is configured', () => {
    const silent = with_((d) => {
      d.landCase = landCase({ area: {} });
      d.applicant.address = { provinceCode: '92', communeCode: '31117' };
    });
    const areas = { 'H99': { provinceCode: '99', communeCode: '99000' }, 'H99.99': { provinceCode: '99', districtCode: '990', communeCode: '99001' }, 'H99.9': { provinceCode: '99', communeCode: '99009' } };
    expect(encodeSubmit(silent, config({ areas }))).toMatchObject({ TinhId: 99, HuyenId: 990, XaId: 99001 });
    expect(encodeSubmit(silent, config({ areaFallback: 'applicant' }))).toMatchObject({ TinhId: 92, HuyenId: 0, XaId: 31117 });
  });

  it('gives a file that is named without an extension the one that its link has', () => {
    const file = (name: string, url: string) => encodeSubmit(with_((d) => (d.components = [{ name: 'Đơn', files: [{ name, url }] }])), config()).DanhSachGiayToDinhKem[0]?.TapTin?.name;
    expect(file('Đơn đăng ký', 'https://tep.example.vn/9/TP1.PDF')).toBe('Đơn đăng ký.pdf');
    expect(file('anh.jpg', 'https://tep.example.vn/9/TP1.pdf')).toBe('anh.jpg');
    expect(() => file('Đơn đăng ký', 'https://tep.example.vn/9/TP1')).toThrow();
  });

  it('reads files from a folder by their id, and never from beside it', () => {
    const attachments = { folder: '/srv/tep', path: '{code}/{id}' };
    const one = (id: string) => with_((d) => (d.components = [{ name: 'Đơn', files: [{ id, name: 'đơn #1.pdf' }] }]));
    expect(encodeSubmit(one('kho/tệp 1.pdf'), config({ attachments })).DanhSachGiayToDinhKem[0]?.TapTin).toEqual({ name: 'đơn #1.pdf', data: `lienthong-file:folder:${CODE}/kho/t%E1%BB%87p%201.pdf` });
    for (const id of ['../x.pdf', '/etc/passwd', 'a/../../b', 'a\\..\\b', 'C:x', '', 'a\0b']) expect(faultsOf(() => encodeSubmit(one(id), config({ attachments }))), id).toEqual(['LT-VBDLIS-FILE-SOURCE /components/0/files/0']);
  });
});

describe('O2, O3 and O4', () => {
  it('write every field, papers and notes too (defect 4)', () => {
    const papers = [{ name: 'Bản sao giấy tờ', originals: 1, files: [{ name: 'a/b.pdf', url: 'https://tep.example.vn/1' }] }];
    const attachment = { TenGiayTo: 'Bản sao giấy tờ', SoBanChinh: 1, SoBanSao: null, TapTin: { name: 'b.pdf', data: 'lienthong-file:https://tep.example.vn/1' } };
    const supplement = encodeSupplement({ code: CODE, newDueAt: '2025-03-21T10:00:00Z', note: 'Đã đủ', papers }, config());
    expect(supplement).toEqual({ SoBienNhan: CODE, NgayHenTraMoi: '2025-03-21T17:00:00', GhiChu: 'Đã đủ', DanhSachGiayToBoSung: [attachment] });
    expect(supplementRequest(supplement).ok).toBe(true);
    expect(encodeSupplement({ code: CODE, newDueAt: '2025-03-21T10:00:00Z' }, config())).toMatchObject({ GhiChu: '', DanhSachGiayToBoSung: null });
    const returned = encodeReturn({ code: CODE, returnedAt: '2025-03-20T18:00:00Z' }, config());
    expect(returned).toEqual({ SoBienNhan: CODE, NgayTra: '2025-03-21T01:00:00' });
    expect(returnRequest(returned).ok).toBe(true);
    // Papers without a name are counted, as the reference means to and does not.
    const wrong = encodeWrongResult({ code: CODE, content: 'Sai diện tích', papers: [...papers, { name: '', files: [{ name: 'c.pdf', url: 'https://tep.example.vn/2' }] }] }, config());
    expect(wrong).toMatchObject({ NoiDung: 'Sai diện tích', DanhSachGiayToDinhKem: [attachment, { TenGiayTo: 'Giấy tờ 2' }] });
    expect(wrongResultRequest(wrong).ok).toBe(true);
    expect(encodeWrongResult({ code: CODE, content: 'Sai' }, config()).DanhSachGiayToDinhKem).toEqual([]);
  });

  it('are refused without what they must say', () => {
    expect(faultsOf(() => encodeSupplement({ code: '', newDueAt: '' }, config()))).toContain('LT-VBDLIS-FIELD-MISSING /newDueAt');
    expect(faultsOf(() => encodeReturn({ code: CODE, returnedAt: 'x' }, config()))).toEqual(['LT-VBDLIS-TIME /returnedAt']);
    expect(faultsOf(() => encodeWrongResult({ code: CODE, content: '' }, config()))).toEqual(['LT-VBDLIS-FIELD-MISSING /content']);
  });
});

describe('laws', () => {
  const own: LandConfig = config({
    ...ILIS, procedures: { '1.012781': { code: 'TH-DEMO-001', tax: true } }, receivingOfficer: 'motcua.vidu01', areas: { 'H99.99': { provinceCode: '04', districtCode: '040', communeCode: '01273' } },
    attachments: { hosts: ['tep.example.vn'], link: 'https://tep.example.vn/{id}', incomplete: 'leave-out', maxFiles: 1000, extensions: ['.pdf', '.jpg'] },
  });
  const any = arbitraryDossier(fc).map((given): Dossier => {
    const { landCase: theirs, ...dossier } = given;
    return {
      ...dossier, code: dossier.code.slice(0, 50), procedure: { ...dossier.procedure, code: '1.012781' }, agency: { ...dossier.agency, code: 'H99.99.01' },
      applicant: { ...dossier.applicant, name: dossier.applicant.name || 'Trần Thị Ví Dụ' },
      components: dossier.components.map((paper) => ({ ...paper, files: paper.files.map((file, i) => ({ ...file, name: i % 2 === 0 ? `${file.name}.pdf` : file.name, size: 1 })) })),
      ...(theirs === undefined ? {} : { landCase: { ...theirs, area: {} } }),
    };
  });

  it('whatever comes out passes the strict schema, and reads back with the declared losses', () => {
    fc.assert(fc.property(any, (dossier) => {
      const message = encodeSubmit(dossier, own);
      expect(submitRequest(message)).toMatchObject({ ok: true });
      expect(decodeSubmit(message, own)).toEqual(withLosses(dossier, own));
      const tax = encodeTax(dossier, own);
      expect(taxRequest(tax)).toMatchObject({ ok: true });
      expect(decodeSubmit(tax, own)).toEqual(withLosses(dossier, own));
    }), { seed: 5, numRuns: 300 });
  });

  it('names each loss once, with its reason', () => {
    expect(new Set(LOSSES.map(({ name }) => name)).size).toBe(LOSSES.length);
    for (const { why } of LOSSES) expect(why.length).toBeGreaterThan(20);
  });

  it('plans without throwing, the same again, and gives an input for every key', () => {
    fc.assert(fc.property(arbitraryDossier(fc), fc.boolean(), (given, isHere) => {
      const dossier = isHere ? { ...given, procedure: { ...given.procedure, code: '1.012781' } } : given;
      for (const operation of Object.values(vbdlis.operations)) {
        const plan = operation.subscribe?.plan(dossier, own) ?? [];
        expect(plan).toEqual(operation.subscribe?.plan(structuredClone(dossier), own));
        expect(new Set(plan.map(({ itemKey }) => itemKey)).size).toBe(plan.length);
        for (const { itemKey } of plan) {
          expect(operation.subscribe?.input(dossier, itemKey), itemKey).toBeDefined();
          expect(itemKey.length).toBeLessThan(200);
        }
      }
    }), { seed: 6, numRuns: 300 });
  });
});
