/** The people of the simulated database: invented, with the unassigned prefix 099, so that none of them can be anybody. */
import { isRecord } from '../../../src/contract/is-record.ts';
import { xmlText } from '../../../src/contract/xml/write.ts';
import { badOption } from '../../../src/adapter/simulator-options.ts';
import type { CongDan } from '../contract.ts';
import { REPLY_NAMESPACE, SOAP_NAMESPACE } from '../elements.ts';
import { compactName } from '../names.ts';

const place = (commune: string, detail: string) => ({ MaTinhThanh: '99', MaPhuongXa: commune, ChiTiet: detail, QuocGia: 'VN' });

/** In the database's own words. */
export const PEOPLE: readonly CongDan[] = [
  {
    SoDinhDanh: '099190000123', SoCMND: '099000123', HoVaTen: { Ten: 'Lê Thị Mẫu' }, GioiTinh: '2', DanToc: '01', TonGiao: '00', TinhTrangHonNhan: '3', NhomMau: '04', NgayThangNamSinh: { NgayThangNam: '19900214' },
    NoiDangKyKhaiSinh: place('99001', 'Xã Mẫu'), QueQuan: { ...place('99002', 'Thôn Hai'), MaQuanHuyen: '990' }, ThuongTru: place('99001', 'Số 1, Thôn Một'), NoiOHienTai: place('99003', 'Tổ 3'), QuocTich: 'VN',
    Cha: { HoVaTen: { Ho: 'Lê', ChuDem: 'Văn', Ten: 'Giả' }, QuocTich: 'VN', SoDinhDanh: '099060000124' }, Me: { HoVaTen: { Ten: 'Phạm Thị Không' }, QuocTich: 'VN', SoCMND: '099000125' },
    ChuHo: { QuanHe: 'CH01', HoVaTen: { Ten: 'Lê Văn Giả' }, SoDinhDanh: '099060000124' }, SoSoHoKhau: '990000001',
  },
  // Day and month of birth were never recorded.
  { SoDinhDanh: '099060000124', HoVaTen: { Ho: 'Lê', ChuDem: 'Văn', Ten: 'Giả' }, GioiTinh: '1', DanToc: '54', TonGiao: '14', TinhTrangHonNhan: '2', NhomMau: '00', NgayThangNamSinh: { Nam: '1960' }, QuocTich: 'VN', ThuongTru: place('99001', 'Thôn Một') },
  { SoCMND: '099000125', HoVaTen: { Ten: 'Phạm Thị Không' }, GioiTinh: '2', NgayThangNamSinh: { NgayThangNam: '19620930' }, QuocTich: 'VN' },
  { SoDinhDanh: '099201000126', HoVaTen: { Ten: 'Đặng "Tý" & Sửu <x>' }, GioiTinh: '1', DanToc: '02', NgayThangNamSinh: { NgayThangNam: '20010101' }, QuocTich: 'VN' },
];

/** @throws TypeError naming the option */
export function readPeople(given: unknown): readonly CongDan[] {
  if (given === undefined) return PEOPLE;
  return Array.isArray(given) && given.every(isRecord) ? (given as CongDan[]) : badOption('citizens', 'a list of records in the words of the database');
}

export const nameOf = ({ HoVaTen }: CongDan): string => (isRecord(HoVaTen) ? [HoVaTen.Ho, HoVaTen.ChuDem, HoVaTen.Ten].filter((part) => part !== undefined && part !== '').join(' ') : String(HoVaTen ?? ''));

/** What is asked about a person, by element name; absent or empty: not asked. */
export interface Asked { soDinhDanh?: string | undefined; soCMND?: string | undefined; hoVaTen?: string | undefined; nam?: string | undefined; ngayThangNam?: string | undefined }

const isGiven = (text: string | undefined): text is string => text !== undefined && text !== '';

/** Number, name and birth belong together, as far as they are said. */
export function matches(person: CongDan, asked: Asked): boolean {
  const birth = person.NgayThangNamSinh?.NgayThangNam ?? '';
  const year = birth === '' ? (person.NgayThangNamSinh?.Nam ?? '') : birth.slice(0, 4);
  if (!isGiven(asked.soDinhDanh) && !isGiven(asked.soCMND)) return false;
  if (isGiven(asked.soDinhDanh) && person.SoDinhDanh !== asked.soDinhDanh && person.SoCMND !== asked.soDinhDanh) return false;
  if (isGiven(asked.soCMND) && person.SoCMND !== asked.soCMND) return false;
  if (compactName(nameOf(person)) !== compactName(asked.hoVaTen ?? '')) return false;
  if (isGiven(asked.nam) && asked.nam !== year) return false;
  return !isGiven(asked.ngayThangNam) || (birth === '' ? asked.ngayThangNam.slice(0, 4) === year : asked.ngayThangNam.replaceAll('-', '') === birth);
}

const element = (name: string, value: unknown): string => {
  const inner = isRecord(value) ? Object.entries(value).map(([below, text]) => element(below, text)).join('') : xmlText(String(value ?? ''));
  return inner === '' ? `<ns1:${name}/>` : `<ns1:${name}>${inner}</ns1:${name}>`;
};

/** What a record is written with: the name in parts, as one text, or whole in `Ten`. */
export type NameStyle = 'as-given' | 'text' | 'whole';
const written = (person: CongDan, names: NameStyle): unknown => (names === 'as-given' ? person : { ...person, HoVaTen: names === 'text' ? nameOf(person) : { Ten: nameOf(person) } });

export const envelope = (inner: string): string => `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE}"><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;

export const collectionXml = (people: readonly CongDan[], names: NameStyle, more = ''): string =>
  envelope(`<ns1:CongdanCollection xmlns:ns1="${REPLY_NAMESPACE}" SoCongDan="${people.length}">${people.map((person) => element('CongDan', written(person, names))).join('')}${more}</ns1:CongdanCollection>`);

export const relativesXml = ({ Cha, Me, VoChong, NguoiDaiDien, ChuHo }: CongDan): string =>
  envelope(`<ns1:ThongTinNhanThan xmlns:ns1="${REPLY_NAMESPACE}">${Object.entries({ Cha, Me, VoChong, NguoiDaiDien, ChuHo }).map(([name, value]) => element(name, value)).join('')}</ns1:ThongTinNhanThan>`);

export const existsXml = (wrapper: string, exists: boolean): string => envelope(`<${wrapper}><TonTai>${String(exists)}</TonTai></${wrapper}>`);

export const faultXml = (side: 'Client' | 'Server'): string => envelope(`<soapenv:Fault><faultcode>soapenv:${side}</faultcode><faultstring>${side === 'Client' ? 'Unmarshalling Error' : 'Internal Error'}</faultstring></soapenv:Fault>`);
