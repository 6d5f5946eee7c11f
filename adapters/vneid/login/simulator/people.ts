/** Invented people of the login simulator, and their claims as each style words them. */
import type { SignInStyle } from '../config.ts';

export interface LoginPerson {
  /** 12 digits */
  citizenId: string;
  oldId9?: string;
  fullName: string;
  /** `yyyyMMdd` */
  birth: string;
  /** 1 citizen, 2 enterprise, 3 organisation */
  accountType: '1' | '2' | '3';
  /** whatever the provider calls it */
  level?: string;
  taxCode?: string;
  enterpriseName?: string;
}

/** As 7.1 of the fact sheet: the prefix 099 belongs to no province. */
export const INVENTED_PEOPLE: readonly LoginPerson[] = [
  { citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birth: '19900214', accountType: '1', level: '2' },
  { citizenId: '099085000456', oldId9: '990000456', fullName: 'Trần Văn Thử', birth: '19850000', accountType: '1', level: '1' },
  { citizenId: '099078000789', fullName: 'Phạm Thị "Ví & Dụ"', birth: '19781130', accountType: '2', taxCode: '9300000014', enterpriseName: 'Công ty TNHH Ví Dụ & Con' },
];

const uuid = (index: number): string => `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`;

/**
 * @param full VNConnect only: the long claim set instead of the nine that arrive when VNeID is behind it (1.2)
 * @param links of VNeID, with a token in their query
 */
export function claimsOf(style: SignInStyle, person: LoginPerson, index: number, full: boolean, links: { profile: string; logout: string }): Record<string, unknown> {
  const { citizenId, oldId9 = '', fullName, birth, accountType, level, taxCode = '', enterpriseName = '' } = person;
  if (style === 'vneid-oidc') return { citizenPid: citizenId, fullName, birthDate: birth, accountType, ...(level === undefined ? {} : { accountLevel: level }) };
  const nine = {
    sub: uuid(index), TechID: uuid(index), LoaiTaiKhoan: style === 'vneid-direct' ? Number(accountType) : accountType, SoDinhDanh: citizenId, HoVaTen: fullName, NgayThangNamSinh: birth,
    userProfileUri: links.profile, logoutUri: links.logout,
  };
  const company = accountType === '1' ? {} : { MaSoThue: taxCode, MaSoDoanhNghiep: taxCode, TenDoanhNghiep: enterpriseName, DiaChi: 'Số 1 đường Ví Dụ' };
  if (style === 'vneid-direct') return { ...nine, loAs: level ?? null, IAL: level === undefined ? null : Number(level), ...company };
  if (!full) return { ...nine, loginIdp: 'BCA', ...company };
  return {
    ...nine, ...company, SoCMND: oldId9, HoChieu: '', MaBHXH: '', GioiTinh: 2, DanToc: '01', TonGiao: '', QuocTich: 'VN', TinhTrangHonNhan: 1, NhomMau: '',
    NoiDangKyKhaiSinh: '', QueQuan: 'Tỉnh Mẫu', ThuongTru: 'Thôn Một, Xã Ví Dụ, Tỉnh Mẫu', NoiOHienNay: '', Cha: '', Me: '', VoChong: '', NguoiDaiDien: '', ChuHo: '',
    ThuDienTu: 'mau@mail.example', SoDienThoai: '0900000123', SoDienThoaiBan: '', TrangThai: '1', loAs: 'LoA1',
  };
}
