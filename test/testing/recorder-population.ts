/** Invented people with every kind of identifier, and messages that hold them in every place and spelling. */
import { randomFrom, type Random } from '../../src/adapter/random.ts';
import { taxCheckDigit } from '../../src/model/tax-code.ts';

export interface Person { name: string; cccd: string; cmnd: string; tax: string; phone: string; email: string; birth: string; address: string; dossier: string; tech: string; session: string; password: string }

const SURNAMES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hồ', 'Lý', 'Thạch', 'Danh', 'Đỗ', 'Dương'];
const MIDDLES = ['Văn', 'Thị', 'Hữu', 'Ngọc', 'Quốc', 'Mỹ', 'Đức', 'Kim', 'Thùy', 'Bích'];
const GIVEN = ['An', 'Bảo', 'Cường', 'Diễm', 'Đạt', 'Hạnh', 'Khôi', 'Lộc', 'Ngân', 'Phượng', 'Quý', 'Thảo', 'Uyên', 'Vũ', 'Yến', 'Ánh'];

function taxCode(random: Random): string {
  for (;;) {
    const nine = `93${String(random.int(10_000_000)).padStart(7, '0')}`;
    const check = taxCheckDigit(nine);
    if (check !== undefined) return `${nine}${check}`;
  }
}

/** Names differ from one another, so that a hit is one person's. */
export function population(size: number, seed = 'recorder'): Person[] {
  const random = randomFrom(seed);
  return Array.from({ length: size }, (_, i) => {
    const year = 1950 + random.int(56);
    const name = [SURNAMES[i % 10], MIDDLES[Math.floor(i / 10) % 10], GIVEN[(Math.floor(i / 100) + i) % 16], i >= 160 ? GIVEN[(i * 7) % 16] : ''].filter((word) => word !== '').join(' ');
    const serial = String(i).padStart(4, '0');
    return {
      name,
      cccd: `0${92 + random.int(3)}${(year >= 2000 ? 2 : 0) + random.int(2)}${String(year % 100).padStart(2, '0')}999${serial.slice(1)}`,
      cmnd: `36${String(1_000_000 + random.int(8_000_000))}`,
      tax: taxCode(random),
      phone: `090000${serial}`,
      email: `nguoidan.${i}@example.vn`,
      birth: `${String(1 + random.int(28)).padStart(2, '0')}/${String(1 + random.int(12)).padStart(2, '0')}/${year}`,
      address: `Số ${i + 101}, khu vực Thạnh Mỹ ${serial}`,
      dossier: `H21.129-25081${random.int(10)}-${serial}`,
      tech: `TECH-${random.hex(10)}`,
      session: `SESSION-${random.hex(20)}`,
      password: `MatKhau#${random.hex(8)}`,
    };
  });
}

const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');

/** Every spelling under which a value may be found in a file, JSON escapes included. */
export function spellings(value: string): string[] {
  const forms = [value, value.normalize('NFD'), value.toUpperCase(), value.toUpperCase().normalize('NFD'), value.toLowerCase(), bare(value), bare(value).toUpperCase(), bare(value).toLowerCase()];
  const all = forms.flatMap((form) => [
    form, encodeURIComponent(form), encodeURIComponent(form).replaceAll('%20', '+'), form.replaceAll(' ', '+'),
    Buffer.from(form).toString('base64').replace(/=+$/, ''), Buffer.from(form).toString('base64url'),
    [...form].map((letter) => (letter.charCodeAt(0) > 127 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter)).join(''),
    [...form].map((letter) => (letter.charCodeAt(0) > 127 ? `&#${letter.codePointAt(0)};` : letter)).join(''),
  ]);
  return [...new Set(all)];
}

/** What identifies a person: letters, digits and spellings of them. Days of birth are shared by many, and tested by themselves. */
export const identifiersOf = (person: Person): string[] => [
  person.name, person.cccd, person.cccd.replace(/^0/, ''), person.cmnd, person.tax, person.phone, `+84${person.phone.slice(1)}`, person.phone.slice(1), `${person.phone.slice(0, 4)} ${person.phone.slice(4, 7)} ${person.phone.slice(7)}`,
  `${person.cccd.slice(0, 3)} ${person.cccd.slice(3, 6)} ${person.cccd.slice(6, 9)} ${person.cccd.slice(9)}`, person.email, person.address, person.dossier, person.tech, person.session, person.password,
];

export interface Message { method: string; path: string; headers: Record<string, string>; body: string; answer: { status: number; headers: Record<string, string>; body: string | Buffer } }

/** A dossier of the portal: marked fields, fields that nobody declares, personal data in declared fields that carry no mark. */
export function messagesOf(person: Person, i: number): Message[] {
  const json = { 'content-type': 'application/json' };
  const nfd = person.name.normalize('NFD');
  const packed = JSON.stringify({ HoTen: person.name, ghiChu: `CCCD ${person.cccd}`, con: [{ ten: bare(person.name), dt: person.phone }] });
  const hoSo = {
    MaHoSo: person.dossier, MaTTHC: '1.001193', TenTTHC: `Đăng ký khai sinh cho ${person.name}`, MaLinhVuc: 'HT', TenLinhVuc: 'Hộ tịch', KenhThucHien: '1', SoBienNhan: `BN ${person.cccd}`,
    SoGiayToChuHoSo: person.cccd, ChuHoSo: person.name, LoaiDoiTuong: '1', MaDoiTuong: person.tech, ThongTinKhac: '', Email: person.email, Fax: '', SoDienThoai: person.phone,
    TrichYeuHoSo: `Ông/bà ${person.name.toUpperCase()} sinh ${person.birth}, CMND ${person.cmnd}, địa chỉ ${person.address}`, NgayTiepNhan: '20250812090000', NgayHenTra: '20250815090000', TrangThaiHoSo: '2',
    DonViXuLy: `UBND phường Ninh Kiều (${bare(person.name)})`, GhiChu: `gọi +84${person.phone.slice(1)}, MST ${person.tax}`, TaiLieuNop: [{ TepDinhKemId: String(i), TenTepDinhKem: `CCCD ${bare(person.name)} ${person.cccd}.pdf`, DuongDanTaiTepTin: `https://mc.example.vn/f/${person.cccd}?ten=${encodeURIComponent(person.name)}` }],
    DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: person.cccd }],
    truongMoi: { nguoiNop: nfd, soGiay: Number(person.cccd), soCu: person.cmnd, [person.cccd]: 'khoá', maSoThue: person.tax, lienHe: `${person.email}; ${person.phone}`, noiO: person.address, sinhNgay: person.birth },
    ban_sao: Buffer.from(`${person.name} ${person.cccd}`).toString('base64'), goi: packed, ten_khong_dau: bare(person.name).toUpperCase(),
  };
  const escaped = [...person.name].map((letter) => (letter.charCodeAt(0) > 127 ? `&#${letter.codePointAt(0)};` : letter)).join('');
  return [
    { method: 'POST', path: '/VXPAdapter/RestService/forward/mapi/login', headers: json, body: JSON.stringify({ username: person.email, password: person.password }), answer: { status: 200, headers: { ...json, 'set-cookie': `JSESSIONID=${person.session}; Path=/` }, body: JSON.stringify({ session: person.session, error_code: 0, message: 'Thành công' }) } },
    { method: 'POST', path: `/VXPAdapter/RestService/forward/mapi/g?nguoi=${encodeURIComponent(person.name)}&so=${person.cccd}`, headers: { ...json, 'x-nguoi-dung': bare(person.name), authorization: `Bearer ${person.session}`, cookie: `JSESSIONID=${person.session}` }, body: JSON.stringify({ session: person.session, madonvi: 'H21', service: 'DongBoHoSoMC', isUpdating: 'False', data: [hoSo] }), answer: { status: 200, headers: { ...json, 'x-trace': `${person.cccd}/${person.dossier}` }, body: JSON.stringify({ error_code: -3, message: `Hồ sơ ${person.dossier} của ${nfd} (${person.cccd}) đã tồn tại trên hệ thống`, result: packed }) } },
    { method: 'POST', path: '/VXPAdapter/RestService/forward/mapi/g', headers: json, body: JSON.stringify({ session: person.session, madonvi: 'H21', service: 'TraCuuHoSo', mahoso: person.dossier }), answer: { status: 500, headers: { 'content-type': 'text/html; charset=utf-8' }, body: `<html><!-- ${person.cccd} --><head><title>500 Internal Server Error</title></head><body title="${person.name}"><h1>Lỗi hệ thống</h1><p>${escaped} - ${person.phone} - ${person.email}</p><script>var a="${person.cmnd}"</script></body></html>` } },
    { method: 'GET', path: `/khong-co-trong-hop-dong/${person.cccd}/${encodeURIComponent(person.name)}/${person.dossier}`, headers: { 'x-forwarded-user': person.email }, body: '', answer: { status: 200, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?><ns:KetQua xmlns:ns="urn:x"><HoTen>${escaped}</HoTen><ns:dong ma="${person.tax}"><![CDATA[${bare(person.name)} ${person.birth}]]></ns:dong><moi>${person.cmnd}</moi></ns:KetQua>` } },
    { method: 'POST', path: '/khong-co-trong-hop-dong/bieu-mau', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ ho_ten: person.name, sdt: person.phone, khac: `${person.name} ${person.cmnd}`, token: person.session }).toString(), answer: { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `java.lang.IllegalArgumentException: ${person.name} / ${person.cccd.slice(0, 3)} ${person.cccd.slice(3, 6)} ${person.cccd.slice(6, 9)} ${person.cccd.slice(9)} tại ${person.address}` } },
    { method: 'GET', path: '/khong-co-trong-hop-dong/tep', headers: {}, body: '', answer: { status: 200, headers: { 'content-type': 'application/pdf', 'content-disposition': `attachment; filename="${bare(person.name)}.pdf"` }, body: Buffer.from(`%PDF-1.4 ${person.name} ${person.cccd}`) } },
  ];
}
