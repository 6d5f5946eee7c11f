/** The database's codes (fact sheet 4.5, 4.6) and what they are here. A code that no table has is kept as it came and told. */
import type { CitizenBloodType, CitizenMaritalStatus, Gender } from '../../src/model/canonical.ts';
import { defineCodeTable, type CodeTable } from '../../src/model/code-table.ts';

/** Our word for a code; read only, nothing of it is ever written. */
const readTable = <C extends string>(id: string, words: Readonly<Record<string, C>>): CodeTable<C> =>
  defineCodeTable<C>({ id, rows: Object.entries(words).map(([wire, canonical]) => ({ wire, canonical, direction: 'decode' as const })) });

export const SEX_CODES = readTable<Gender>('dancu.GioiTinh', { 1: 'MALE', 2: 'FEMALE' });
export const BLOOD_CODES = readTable<CitizenBloodType>('dancu.NhomMau', { '00': 'UNKNOWN', '01': 'A', '02': 'B', '03': 'AB', '04': 'O' });

const MARITAL = { 0: 'UNKNOWN', 1: 'NEVER_MARRIED', 2: 'MARRIED', 4: 'WIDOWED' } as const;
/** The sources disagree on 3 (6.5). */
export const MARITAL_CODES: Readonly<Record<'divorced' | 'divorced-or-widowed', CodeTable<CitizenMaritalStatus>>> = {
  divorced: readTable<CitizenMaritalStatus>('dancu.TinhTrangHonNhan', { ...MARITAL, 3: 'DIVORCED' }),
  'divorced-or-widowed': readTable<CitizenMaritalStatus>('dancu.TinhTrangHonNhan', { ...MARITAL, 3: 'DIVORCED_OR_WIDOWED' }),
};

/** In the order of their codes, from 01. 20 and 21 are Ra-glai and MNông in the fact sheet's source, the other way round in several other lists: both names are shown. */
const ETHNIC_GROUPS = [
  'Kinh', 'Tày', 'Thái', 'Hoa', 'Khơ-me', 'Mường', 'Nùng', 'HMông', 'Dao', 'Gia-rai', 'Ngái', 'Ê-đê', 'Ba-na', 'Xơ-đăng', 'Sán Chay', 'Cơ-ho', 'Chăm', 'Sán Dìu', 'Hrê', 'Ra-glai / MNông', 'MNông / Ra-glai',
  'Xtiêng', 'Bru-Vân Kiều', 'Thổ', 'Giáy', 'Cơ-tu', 'Gié-Triêng', 'Mạ', 'Khơ-mú', 'Co', 'Tà-ôi', 'Chơ-ro', 'Kháng', 'Xinh-mun', 'Hà Nhì', 'Chu-ru', 'Lào', 'La Chí', 'La Ha', 'Phù Lá', 'La Hủ',
  'Lự', 'Lô Lô', 'Chứt', 'Mảng', 'Pà Thẻn', 'Cơ Lao', 'Cống', 'Bố Y', 'Si La', 'Pu Péo', 'Brâu', 'Ơ Đu', 'Rơ-măm',
];
/** In the order of their codes, from 00. 14 looks like 06 under another name: both are read, neither is made the other. */
const RELIGIONS = [
  'Không tôn giáo', 'Phật giáo', 'Công giáo', 'Tin Lành', 'Cao Đài', 'Hồi giáo', 'Hòa Hảo', 'Tịnh Độ Cư Sĩ Phật Hội Việt Nam', 'Bửu Sơn Kỳ Hương', 'Tứ Ân Hiếu Nghĩa', 'Đạo Tâm', 'Minh Sư Đạo',
  'Minh Lý Đạo', 'Mặc Môn', 'Phật giáo Hòa Hảo', 'Phật giáo Tịnh Độ Tông', 'Phật giáo Nam Tông', 'Phật giáo Khất Sĩ',
];
const numbered = (names: readonly string[], from: number): Record<string, string> => Object.fromEntries(names.map((name, i) => [String(i + from).padStart(2, '0'), name]));

/** Names of codes that stay codes here. */
export const ETHNIC_NAMES = readTable('dancu.DanToc', numbered(ETHNIC_GROUPS, 1));
export const RELIGION_NAMES = readTable('dancu.TonGiao', numbered(RELIGIONS, 0));
/** Relation to the head of a household: only the form of the codes is known. */
export const KINSHIP = /^CH\d{2}$/;
/** Two or three letters of a country. */
export const COUNTRY = /^[A-Z]{2,3}$/;

/** What an answer's code means. */
export const CODE_MEANINGS = ['service-not-licensed', 'officer-not-allowed', 'failed'] as const;
export type CodeMeaning = (typeof CODE_MEANINGS)[number];
export const ANSWER_CODES: Readonly<Record<string, CodeMeaning>> = { '004': 'service-not-licensed', '005': 'officer-not-allowed', '01': 'failed' };
