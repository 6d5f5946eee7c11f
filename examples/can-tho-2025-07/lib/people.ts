/**
 * Invented applicants. No person, firm, number or address is real: citizen numbers carry 999 where the random part
 * begins, phones lie in 0900000000–0900009999, tax codes start with 93–95 (rules §7.1).
 */
import type { Population } from './population.ts';
import type { Random } from './random.ts';
import { communesOf, type Commune } from './units.ts';

export interface Applicant {
  kind: 'citizen' | 'business';
  name: string;
  idNo: string;
  /** epoch ms, 00:00 in Vietnam, of the day the paper was issued */
  idDate: number;
  phone: string;
  email: string;
  address: string;
  commune: Commune;
}

const SURNAMES = [
  'Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Phan', 'Võ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý', 'Trương', 'Lâm', 'Mai', 'Đinh', 'Thạch', 'Sơn', 'Kim', 'Danh',
] as const;
const MIDDLES = {
  M: ['Văn', 'Hữu', 'Minh', 'Quốc', 'Thanh', 'Hoàng', 'Đức', 'Công', 'Trọng', ''],
  F: ['Thị', 'Thị Ngọc', 'Thị Kim', 'Ngọc', 'Thị Mỹ', 'Thị Bích', 'Thu', 'Thị Hồng', 'Thùy', ''],
} as const;
const GIVEN = {
  M: ['An', 'Bảo', 'Cường', 'Dũng', 'Đạt', 'Hải', 'Hiếu', 'Hòa', 'Khang', 'Khôi', 'Lộc', 'Nghĩa', 'Nhựt', 'Phúc', 'Quý', 'Sang', 'Tài', 'Thịnh', 'Tuấn', 'Vũ'],
  F: ['Anh', 'Châu', 'Diễm', 'Dung', 'Giang', 'Hạnh', 'Hiền', 'Hương', 'Lan', 'Linh', 'Loan', 'Mai', 'Ngân', 'Nhung', 'Phượng', 'Thảo', 'Trinh', 'Tuyền', 'Uyên', 'Yến'],
} as const;
/** Names that no rule of surname, middle and given name fits; some are one word, some hold hyphens or apostrophes. */
const UNUSUAL = {
  M: ['Y Đức Ê-ban', 'K’Brêu Rơ-chăm', 'Thạch Sóc-Kha', 'Danh Sà-Rương', 'Kim Sa-Ruông', 'Ama H\'Rin', 'Sơn Chanh-Đa-Ra', 'Đinh'],
  F: ['H\'Lan Niê', 'Thạch Thị Sa-Phon', 'Lý Sà-Rết', 'H’Bia Ê-nuôl', 'Sơn Thị Chanh-Đa', 'Ka\' Dung', 'Danh Thị Sa-Mươl', 'Ngân'],
} as const;
const FIRM_FORMS = ['Công ty TNHH', 'Công ty TNHH MTV', 'Công ty Cổ phần', 'Hợp tác xã'] as const;
const FIRM_WORDS = ['Sông Hậu Xanh', 'Lúa Vàng Thử Nghiệm', 'Cầu Tre Mẫu', 'Bến Nước Ví Dụ', 'Phù Sa Giả Định', 'Hoa Sen Mẫu', 'Chợ Nổi Ví Dụ', 'Vườn Cò Thử Nghiệm'] as const;
const AREAS = ['khu vực Thạnh Mỹ', 'ấp Phú Lễ', 'khu vực 3', 'ấp Tân Thành', 'khóm 5', 'ấp Đông Bình', 'khu vực Bình An', 'ấp Mỹ Hòa'] as const;

const OFFSET = 7 * 3_600_000;

/** 12 digits `PPP G YY 999nnn`; the century digit carries the sex. */
function citizenNumber(random: Random, births: readonly string[], sex: 'M' | 'F', birthYear: number): string {
  const century = (birthYear >= 2000 ? 2 : 0) + (sex === 'F' ? 1 : 0);
  return `${random.pick(births)}${century}${String(birthYear % 100).padStart(2, '0')}999${String(random.below(1000)).padStart(3, '0')}`;
}

const TAX_WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3] as const;

/** 10 digits on an unused prefix with the right check digit; numbers that would need "10" are never issued. */
function taxCode(random: Random): string {
  for (;;) {
    const nine = `${random.between(93, 95)}${String(random.below(10_000_000)).padStart(7, '0')}`;
    const check = 10 - (TAX_WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(nine[i]), 0) % 11);
    if (check !== 10) return `${nine}${check}`;
  }
}

function personName(random: Random, sex: 'M' | 'F'): string {
  if (random.chance(4)) return random.pick<string>(UNUSUAL[sex]);
  return [random.pick(SURNAMES), random.pick<string>(MIDDLES[sex]), random.pick<string>(GIVEN[sex])].filter((part) => part !== '').join(' ');
}

/** Makes the next applicant. `home` is the commune of a commune's own office: most of its applicants live there. */
export type Applicants = (home: Commune | undefined) => Applicant;

/** Applicants of one export; no two share a number. */
export function applicants(population: Population, random: Random): Applicants {
  const from: Origins = { births: population.birthProvinces, communes: communesOf(population) };
  const taken = new Set<string>();
  let serial = 0;
  const unique = (make: () => string): string => {
    let number = make();
    while (taken.has(number)) number = make();
    taken.add(number);
    return number;
  };
  return (home) => applicant(random, (serial += 1), home, from, unique);
}

interface Origins { births: readonly string[]; communes: readonly Commune[] }

function applicant(random: Random, serial: number, home: Commune | undefined, { births, communes }: Origins, unique: (make: () => string) => string): Applicant {
  const business = random.chance(6);
  const sex = random.chance(50) ? 'M' : 'F';
  const birthYear = random.between(1950, 2006);
  const contactNo = random.below(10_000);
  return {
    kind: business ? 'business' : 'citizen',
    name: business ? `${random.pick(FIRM_FORMS)} ${random.pick(FIRM_WORDS)} ${random.between(1, 99)}` : personName(random, sex),
    idNo: unique(() => (business ? taxCode(random) : citizenNumber(random, births, sex, birthYear))),
    idDate: Date.UTC(random.between(2021, 2024), random.below(12), random.between(1, 28)) - OFFSET,
    phone: `090000${String(contactNo).padStart(4, '0')}`,
    email: random.chance(60) ? `nguoidan.${serial}@example.vn` : '',
    address: `Số ${random.between(1, 480)}, ${random.pick(AREAS)}`,
    commune: home !== undefined && random.chance(85) ? home : random.pick(communes),
  };
}
