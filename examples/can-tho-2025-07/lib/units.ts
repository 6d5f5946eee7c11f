/**
 * The units of a population: a centre, reception points, departments and communes. Names of departments and communes are
 * real; the agency codes below the province's are invented, because no citable list of the codes in force after 1 July 2025
 * was found. For Cần Thơ: 1 + 2 + 14 + 103.
 */
import { CAN_THO, type Population } from './population.ts';
import { largestRemainder } from './random.ts';

export type UnitKind = 'centre' | 'point' | 'department' | 'commune';
export interface Unit { kind: UnitKind; code: string; name: string; communeCode?: string; count: number }
export interface Commune { code: string; name: string }

const DEPARTMENTS = [
  'Sở Nội vụ', 'Sở Tư pháp', 'Sở Tài chính', 'Sở Công Thương', 'Sở Nông nghiệp và Môi trường', 'Sở Xây dựng',
  'Sở Khoa học và Công nghệ', 'Sở Văn hóa, Thể thao và Du lịch', 'Sở Giáo dục và Đào tạo', 'Sở Y tế',
  'Sở Dân tộc và Tôn giáo', 'Thanh tra thành phố', 'Văn phòng Ủy ban nhân dân thành phố',
  'Ban Quản lý các khu chế xuất và công nghiệp',
] as const;

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** All communes of the province with their full names, for addresses. */
export const communesOf = ({ area }: Population): readonly Commune[] => area.communes.map(({ code, fullName }) => ({ code, name: fullName }));

/** Every unit with the number of received dossiers that the population gives it; those without one are left out. */
export function units(population: Population = CAN_THO): Unit[] {
  const { units: totals, agency, area: { province, communes } } = population;
  // Departments are named after Cần Thơ's; a province is not a city.
  const kind = province.kind === 'thanh_pho' ? 'thành phố' : 'tỉnh';
  const own = (no: number): string => `${agency}.${String(no).padStart(2, '0')}`;
  const list: Unit[] = [{ kind: 'centre', code: own(1), name: `Trung tâm Phục vụ hành chính công ${lower(province.fullName)}`, count: totals.centre }];
  totals.receptionPoints.forEach(({ count }, i) => {
    list.push({ kind: 'point', code: own(2 + i), name: `Điểm tiếp nhận hồ sơ số ${i + 1}`, count });
  });

  const departments = DEPARTMENTS.slice(0, totals.departments).map((name, i) => ({ name: name.replace('thành phố', kind), code: own(2 + totals.receptionPoints.length + i), weight: 60 + ((i * 37) % 90) }));
  const perDepartment = largestRemainder(totals.departmentsTotal, departments);
  for (const { code, name } of departments) list.push({ kind: 'department', code, name, count: perDepartment.get(code) ?? 0 });

  const rest = Object.entries(totals.communeShare).find(([code]) => code.startsWith('other'))?.[1] ?? 0;
  const named = (code: string): boolean => Object.hasOwn(totals.communeShare, code);
  // Wards are denser than rural communes: more work. The small term keeps neighbours from being equal.
  const others = communes.filter(({ code }) => !named(code)).map((c) => ({ code: c.code, weight: (c.kind === 'phuong' ? 160 : 100) + (Number(c.code) % 41) }));
  const perCommune = largestRemainder(rest, others);
  communes.forEach((c, i) => {
    list.push({ kind: 'commune', code: `${agency}.${101 + i}`, name: `Ủy ban nhân dân ${lower(c.fullName)}`, communeCode: c.code, count: totals.communeShare[c.code] ?? perCommune.get(c.code) ?? 0 });
  });
  return list.filter(({ count }) => count > 0);
}
