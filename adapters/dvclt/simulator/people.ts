/**
 * Births and deaths that invented citizens declare (fact sheet 3.3, 3.4, 7.5): written by hand from the sheet, on purpose not from the code that reads
 * them. Nobody is real: numbers begin with 099, a prefix that no province has, and phones with 0900 00.
 */
import { inventedPdf } from '../../../src/adapter/invented-pdf.ts';
import type { Random } from '../../../src/adapter/random.ts';
import { formatTime, instantFromEpoch } from '../../../src/model/time.ts';
import type { Settings, Spoil } from './options.ts';

export type Fields = Record<string, unknown>;
type Texts = Record<string, string>;

/** What a test or a person decides; whatever is left out is drawn. */
export interface Wish {
  kind?: 'KS' | 'KT';
  /** the whole DVCLT number. Default: the next of the day */
  number?: string;
  /** papers, one of them cancelled where there are two or more. Default 2 */
  papers?: number;
  /** national procedure. Default 2.000986 and 1.011733 */
  procedure?: string;
  spoil?: Spoil;
  /** these elements of hoTich instead; '' leaves one empty */
  fields?: Record<string, string>;
}

const SURNAMES = ['Đỗ', 'Trần', 'Lê', 'Phạm', 'Ngô', 'Nguyễn'];
const GIVEN = ['Minh Thử', 'Ví Dụ', 'Giả Định', 'Minh Họa', 'Hư Cấu'];
const two = (n: number): string => String(n).padStart(2, '0');
const name = (random: Random, isFemale: boolean, surname = random.pick(SURNAMES)): string => `${surname} ${isFemale ? 'Thị' : 'Văn'} ${random.pick(GIVEN)}`;

/** PPP G YY NNNNNN (5.1). */
export const inventedNumber = (random: Random, year: number, isFemale: boolean): string =>
  `099${(year >= 2000 ? 2 : 0) + (isFemale ? 1 : 0)}${two(year % 100)}${String(random.int(1_000_000)).padStart(6, '0')}`;

interface Adult { name: string; birth: string; number: string }
function adult(random: Random, isFemale: boolean, surname?: string): Adult {
  const year = 1970 + random.int(32);
  const birth = random.int(4) === 0 ? String(year) : `${two(1 + random.int(28))}.${two(1 + random.int(12))}.${year}`;
  return { name: name(random, isFemale, surname), birth, number: inventedNumber(random, year, isFemale) };
}

/** Day of an event some days before, `dd.MM.yyyy`. */
const dayBefore = (at: number, days: number): string => formatTime(instantFromEpoch(at - days * 86_400_000), 'dd/MM/yyyy').replaceAll('/', '.');
const compactDay = (at: number, days: number): string => formatTime(instantFromEpoch(at - days * 86_400_000), 'yyyyMMdd');

function parent(prefix: string, { name: full, birth, number }: Adult, place: string): Texts {
  return {
    [`${prefix}HoTen`]: full, [`${prefix}NgaySinh`]: birth, [`${prefix}DanToc`]: '01', [`${prefix}DanTocKhac`]: '', [`${prefix}QuocTich`]: 'VN', [`${prefix}QuocTichKhac`]: '',
    [`${prefix}LoaiCuTru`]: '1', [`${prefix}NoiCuTru`]: place, [`${prefix}LoaiGiayToTuyThan`]: '4', [`${prefix}SoGiayToTuyThan`]: number, [`${prefix}XacThucThongTin`]: '1',
  };
}
const requester = ({ name: full, number }: Adult, relation: string, random: Random): Texts => ({
  nycHoTen: full, nycQuanHe: relation, nycLoaiGiayToTuyThan: '4', nycGiayToKhac: '', nycSoGiayToTuyThan: number, nycNgayCapGiayToTuyThan: '20.05.2021', nycNoiCapGiayToTuyThan: 'Cơ quan cấp giả định',
  nycSoDienThoai: `090000${String(random.int(10_000)).padStart(4, '0')}`, nycEmail: `cong-dan-${random.hex(6)}@mail.example`, nycXacThucThongTin: '1',
});

function birth(random: Random, at: number, settings: Settings, version: number): Texts {
  const father = adult(random, false);
  const mother = adult(random, true);
  const isFemale = random.int(2) === 1;
  const place = 'Thôn Một, Xã Ví Dụ, Tỉnh Mẫu';
  return {
    maGCS: `DEMO-GCS-${random.hex(8)}`, ngayCapGCS: compactDay(at, 2), loaiDangKy: '1', noiDangKy: settings.unit, soLuongBanSao: String(1 + random.int(4)),
    nksHoTen: name(random, isFemale, father.name.split(' ')[0]), nksGioiTinh: isFemale ? '2' : '1', nksNgaySinh: dayBefore(at, 3), nksNgaySinhBangChu: `Ngày sinh viết bằng chữ, lần khai ${version}`,
    nksNoiSinh: 'Bệnh viện Ví Dụ & Minh Họa <cơ sở 2>, Tỉnh Mẫu', nksNoiSinhDVHC: settings.provinceCode, nksNoiSinhNuocNgoai: '', nksQueQuan: 'Xã Ví Dụ, Tỉnh Mẫu', nksDanToc: '01', nksDanTocKhac: '',
    nksQuocTich: 'VN', nksQuocTichKhac: '', nksLoaiKhaiSinh: '1',
    ...parent('me', mother, place), ...parent('cha', father, place), ...requester(father, 'Cha', random),
  };
}

function death(random: Random, at: number, settings: Settings, version: number): Texts {
  const isFemale = random.int(2) === 1;
  const year = 1930 + random.int(40);
  const child = adult(random, false);
  return {
    maGBT: `DEMO-GBT-${random.hex(8)}`, ngayCapGBT: compactDay(at, 1), loaiDangKy: '1', noiDangKy: settings.unit, soLuongBanSao: String(1 + random.int(4)),
    nktHoTen: name(random, isFemale), nktGioiTinh: isFemale ? '2' : '1', nktNgaySinh: String(year), nktDanToc: '01', nktDanTocKhac: '', nktQuocTich: 'VN', nktQuocTichKhac: '', nktLoaiCuTru: '1',
    nktNoiCuTru: 'Thôn Một, Xã Ví Dụ, Tỉnh Mẫu', nktLoaiGiayToTuyThan: '4', nktGiayToKhac: '', nktSoGiayToTuyThan: inventedNumber(random, year, isFemale), nktNgayCapGiayToTuyThan: '20.05.2021',
    nktNoiCapGiayToTuyThan: 'Cơ quan cấp giả định', nktNgayChet: dayBefore(at, 2), nktGioPhutChet: '05:30', nktNoiChet: 'Tại nhà riêng, Xã Ví Dụ', nktNguyenNhanChet: `Tuổi già & bệnh, lần khai ${version}`, nktXacThucThongTin: '1',
    gbtLoai: '1', gbtSo: `GBT-${1 + random.int(900)}/2025`, gbtNgay: dayBefore(at, 1), gbtCoQuanCap: 'Trạm y tế Xã Ví Dụ', ...requester(child, 'Con', random),
  };
}

const xmlOf = (fields: Texts): string =>
  `<root><hoTich>${Object.entries(fields).map(([element, value]) => `<${element}>${value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</${element}>`).join('')}</hoTich></root>`;

function papers(number: string, version: number, kind: 'KS' | 'KT', count: number, settings: Settings): Fields[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1, loaiGiayTo: i === 0 ? 1 : 8, tenGiayTo: i === 0 ? (kind === 'KS' ? 'Giấy chứng sinh' : 'Giấy báo tử') : `Giấy tờ kèm theo ${i}`, tenTepDinhKem: `giay-to-${i + 1}.pdf`,
    // The last of several was taken back by the citizen.
    huyGiayTo: i > 0 && i === count - 1 ? 1 : 0,
    duLieuTepDinhKem: Buffer.from(inventedPdf(`Giay to minh hoa ${number} ${i} v${version}`, settings.paperBytes), 'latin1').toString('base64'),
  }));
}

const UNIT_THAT_NOBODY_HAS = 98765;
const PROCEDURE_THAT_NOBODY_HAS = '9.999999';
const PROCEDURES = { KS: '2.000986', KT: '1.011733' } as const;

/** One declaration of one citizen: the row of the list (K2) without its id, and the detail (K3) as text inside text. */
export interface Declaration { row: Fields; detail: Fields; fields: Texts }

/**
 * @param random of this citizen: the same person each time
 * @param version 1 for the first; a supplement has other papers and other words
 * @param at ms of the submission
 */
export function declare(number: string, kind: 'KS' | 'KT', random: Random, version: number, at: number, wish: Wish, settings: Settings): Declaration {
  const spell = (text: string): string => text.normalize(settings.letters);
  const spoil = wish.spoil ?? settings.spoil;
  const fields: Texts = { ...(kind === 'KS' ? birth : death)(random, at, settings, version), ...wish.fields };
  if (spoil === 'day') fields[kind === 'KS' ? 'nksNgaySinh' : 'nktNgayChet'] = '31.02.2025';
  const files = papers(number, version, kind, wish.papers ?? 2, settings);
  if (spoil === 'file' && files[0] !== undefined) files[0]['duLieuTepDinhKem'] = '§ không phải base64 §';
  const head = {
    maDonVi: spoil === 'unit' ? UNIT_THAT_NOBODY_HAS : Number(settings.unit), maTTHC: spoil === 'procedure' ? PROCEDURE_THAT_NOBODY_HAS : (wish.procedure ?? PROCEDURES[kind]), module: kind, maHoSo: number,
    ngayTiepNhan: formatTime(instantFromEpoch(at), 'dd/MM/yyyy HH:mm:ss'), techId: techId(random),
  };
  const level2 = JSON.stringify({ ...head, ...(spoil === 'number' ? { maHoSo: `${number}9` } : {}), data: spell(spoiltXml(xmlOf(fields), spoil)), fileDinhKem: files });
  return { row: head, detail: { ...head, data: spoil === 'level-2' ? level2.slice(0, -20) : spell(level2), fileDinhKem: [] }, fields };
}

function spoiltXml(xml: string, spoil: Spoil): string {
  if (spoil === 'xml') return xml.replace('</hoTich>', '');
  if (spoil === 'doctype') return `<!DOCTYPE root [<!ENTITY x "y">]>${xml}`;
  return spoil === 'no-hotich' ? xml.replaceAll('hoTich>', 'toKhai>') : xml;
}

function techId(random: Random): string {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
