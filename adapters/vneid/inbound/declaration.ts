/** What stands in a dossier of VNeID, field by field (fact sheet 2.3): the part that becomes the judicial-record request. Pure; asked only after `faultsOf`. */
import type { Address, Gender, IdentityDocument, Party } from '../../../src/model/canonical.ts';
import type { JudicialAddress, JudicialAuthorisation, JudicialCode, JudicialDeclaration, JudicialPayment, JudicialPerson, JudicialPersonalCode, JudicialReceipt, JudicialRecord, JudicialRelative, JudicialResidence } from '../../../src/model/generated/judicial-record.ts';
import { birthOf, codeOf, dateOf, fieldsOf, itemsOf, lineOf, present, some, textOf, type Fields } from '../values.ts';
import { isAuthorised, moneyOf } from './check.ts';

const NAME = 500;
const LINE = 1000;

const pairOf = (fields: Fields, code: string, name: string): JudicialCode & JudicialPersonalCode | undefined => some({ code: codeOf(fields[code]), name: lineOf(fields[name], LINE) });

/** `DiaChi` and `nycNoiSinh`, whose detail has two names. */
export function addressOf(value: unknown): JudicialAddress | undefined {
  const given = fieldsOf(value);
  const unit = (name: string): string | undefined => lineOf(given[name], 20);
  const called = (name: string): string | undefined => lineOf(given[name], 200);
  return some({
    detail: lineOf(given['chiTiet'], LINE) ?? lineOf(given['dcChiTiet'], LINE),
    provinceCode: unit('maTinhThanh'), provinceName: called('tenTinhThanh'), districtCode: unit('maQuanHuyen'), districtName: called('tenQuanHuyen'),
    communeCode: unit('maPhuongXa'), communeName: called('tenPhuongXa'), countryCode: unit('maQuocGia'), countryName: called('tenQuocGia'),
  });
}

/** An address on one line: "detail, commune, district, province, country" (2.6). */
export const lineOfAddress = ({ detail, communeName, districtName, provinceName, countryName }: JudicialAddress): string =>
  [detail, communeName, districtName, provinceName, countryName].filter((part) => part !== undefined && part !== '').join(', ');

/** The dossier's own form of it. */
function dossierAddress(given: JudicialAddress | undefined): Address | undefined {
  if (given === undefined) return undefined;
  const { detail: _detail, countryCode: _code, countryName: _country, ...units } = given;
  const text = lineOfAddress({ ...given, countryName: '' }).slice(0, LINE);
  return some({ ...units, text: text === '' ? undefined : text });
}

const GENDERS: Readonly<Record<string, Gender>> = { '1': 'MALE', '2': 'FEMALE' };
/** By its digits, since the catalogue of `nycLoaiGiayTo` is not known (U2); a name that says passport counts. */
function identityOf(fields: Fields, p: 'nyc' | 'nuq'): IdentityDocument[] {
  const number = lineOf(fields[`${p}SoGiayTo`], 50);
  if (number === undefined) return [];
  const isPassport = /hộ chiếu|passport/i.test(lineOf(fields[`${p}TenLoaiGiayTo`], LINE) ?? '');
  const type = isPassport ? 'PASSPORT' : /^\d{12}$/.test(number) ? 'CCCD' : /^\d{9}$/.test(number) ? 'CMND' : 'OTHER';
  return [{ type, number, ...present({ issuedOn: dateOf(fields[`${p}NgayCapGiayTo`]), issuedBy: lineOf(fields[`${p}NoiCapGiayTo`], NAME) }) }];
}

function partyOf(fields: Fields, p: 'nyc' | 'nuq', residence: JudicialAddress | undefined): Party {
  return {
    kind: 'CITIZEN', name: lineOf(fields[`${p}HoTen`], NAME) ?? '', ids: identityOf(fields, p),
    ...present({
      birthDate: birthOf(fields[`${p}NgaySinh`]), gender: GENDERS[codeOf(fields[`${p}GioiTinh`]) ?? ''],
      phone: lineOf(fields[`${p}DienThoai`], 50), email: lineOf(fields[`${p}Email`], 254), address: dossierAddress(residence),
    }),
  };
}

const personOf = (fields: Fields, p: 'nyc' | 'nuq', places: Pick<JudicialPerson, 'residence' | 'temporaryResidence' | 'birthPlace'>): JudicialPerson | undefined => some({
  otherName: p === 'nyc' ? lineOf(fields['nycTenGoiKhac'], NAME) : undefined,
  genderName: lineOf(fields[`${p}TenGioiTinh`], 50),
  identityType: pairOf(fields, `${p}LoaiGiayTo`, `${p}TenLoaiGiayTo`),
  nationality: pairOf(fields, `${p}QuocTich`, `${p}TenQuocTich`),
  ethnicity: pairOf(fields, `${p}DanToc`, `${p}TenDanToc`),
  ...places,
});

const relativeOf = (fields: Fields, name: string, year: string): JudicialRelative | undefined => some({ name: lineOf(fields[name], NAME), birthYear: lineOf(fields[year], 20) });

function residenceOf(value: unknown): JudicialResidence {
  const given = fieldsOf(value);
  // MM-yyyy is written as MM/yyyy is (2.3); the software behind knows only the latter (2.6).
  const month = (name: string): string | undefined => lineOf(given[name], 20)?.replaceAll('-', '/');
  return present({
    from: month('tuThangNam'), until: month('denThangNam'), kind: codeOf(given['loaiCuTru']), address: addressOf(given['diaChiCuTru']),
    occupation: lineOf(given['ngheNghiep'], LINE), workplace: lineOf(given['noiLamViec'], LINE),
  });
}

function receiptOf(value: unknown): JudicialReceipt | undefined {
  const given = fieldsOf(value);
  const items = itemsOf(given['dSKhoanNop']).slice(0, 100).map((one) => {
    const { NoiDung, SoTien } = fieldsOf(one);
    return present({ content: lineOf(NoiDung, LINE), amount: lineOf(SoTien, 30) });
  });
  return some({
    service: codeOf(given['maDichVu']), portalService: pairOf(given, 'maDVC', 'tenDVC'), procedure: pairOf(given, 'maTTHC', 'tenTTHC'), unit: pairOf(given, 'maDonVi', 'tenDonVi'),
    account: lineOf(given['tkThuHuong'], 100), bank: lineOf(given['maNhThuHuong'], 100), accountName: lineOf(given['tenTkThuHuong'], NAME),
    items: items.length === 0 ? undefined : items, transaction: pairOf(given, 'trangThaiGD', 'tenTrangThaiGD'), url: lineOf(given['urlBienLai'], 4000),
  });
}

/** What a dossier says; money and files are the dossier's own. */
export interface Read { record: JudicialRecord; applicant: Party; delegate?: Party; payment: Fields }

export function readDeclaration(body: Fields): Read {
  const fields = fieldsOf(body['toKhai']);
  const payment = fieldsOf(fields['thongTinThanhToan']);
  const residence = addressOf(fields['nycThuongTru']);
  const person = personOf(fields, 'nyc', present({ residence, temporaryResidence: addressOf(fields['nycTamTru']), birthPlace: addressOf(fields['nycNoiSinh']) }));
  const residences = itemsOf(fields['quaTrinhCTNNNLV']).map(residenceOf);
  const declaration: JudicialDeclaration = present({
    person, father: relativeOf(fields, 'nycHoTenCha', 'chaNamSinh'), mother: relativeOf(fields, 'nycHoTenMe', 'meNamSinh'), spouse: relativeOf(fields, 'nycHoTenVoChong', 'voChongNamSinh'),
    feeClass: pairOf(fields, 'nycDoiTuongNopPhi', 'nycTenDoiTuongNopPhi'), convictions: textOf(fields['thongTinAnTich'], 10_000), residences: residences.length === 0 ? undefined : residences,
  });
  const told: JudicialPayment = present({
    feeGroup: pairOf(payment, 'nhomDoiTuong', 'tenNhomDoiTuong'), exempt: moneyOf(payment['tongPhi']) === 0 || undefined,
    delivery: pairOf(payment, 'hinhThucNhanBanGiay', 'tenHinhThucNhanBanGiay'), receipt: receiptOf(body['thongTinBienLai']),
  });
  const authorised = isAuthorised(fields) ? fieldsOf(fields['thongTinUyQuyen']) : undefined;
  const theirs = authorised === undefined ? undefined : addressOf(authorised['nuqNoiOHienTai']);
  const copies = moneyOf(fields['soLuongCap']);
  const withProhibitions = codeOf(fields['yeuCauCDNCV']);
  return {
    applicant: partyOf(fields, 'nyc', residence),
    payment,
    ...(authorised === undefined ? {} : { delegate: partyOf(authorised, 'nuq', theirs) }),
    record: {
      form: codeOf(fields['loaiPhieu']) === '2' ? '2' : '1',
      ...present({
        province: pairOf(body, 'maTinh', 'tenTinh'), channel: pairOf(body, 'nguonDangKy', 'tenNguonDangKy'), receivedOn: dateOf(body['ngayTiepNhan']),
        withProhibitions: withProhibitions === undefined ? undefined : withProhibitions === '1',
        purpose: some({ code: codeOf(fields['maMucDich']), name: lineOf(fields['tenMucDich'], LINE), other: textOf(fields['mucDichKhac'], 4000) }),
        copies: copies === undefined || copies > 1000 ? undefined : copies,
        authorisation: authorised === undefined ? undefined : authorisationOf(authorised, theirs),
      }),
      declaration,
      payment: told,
    },
  };
}

function authorisationOf(given: Fields, residence: JudicialAddress | undefined): JudicialAuthorisation {
  return present({
    person: personOf(given, 'nuq', present({ residence, birthPlace: addressOf(given['nuqNoiDKKS']) })),
    relation: pairOf(fieldsOf(given['nuqQuanHe']), 'ma', 'ten'),
    signedOn: dateOf(given['nuqNgayKyVanBanUyQuyen']),
  });
}
