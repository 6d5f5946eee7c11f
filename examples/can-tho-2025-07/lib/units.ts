/**
 * The 120 units of the fortnight: 1 centre, 2 reception points, 14 departments, 103 communes. Names of departments and
 * communes are real; the agency codes below H13 are invented for this example, because no citable list of the codes in
 * force after 1 July 2025 was found.
 */
import communes from '../communes.json' with { type: 'json' };
import population from '../population.json' with { type: 'json' };
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
const POINTS = ['Điểm tiếp nhận hồ sơ số 1', 'Điểm tiếp nhận hồ sơ số 2'] as const;

const typeWord = (type: string): string => (type === 'phuong' ? 'phường' : 'xã');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** All communes with their full names, for addresses. */
export const COMMUNES: readonly Commune[] = communes.map((c) => ({ code: c.code, name: `${capital(typeWord(c.type))} ${c.name}` }));

/** Every unit with the number of received dossiers that the population gives it. */
export function units(): Unit[] {
  const { units: totals } = population;
  const list: Unit[] = [{ kind: 'centre', code: 'H13.01', name: 'Trung tâm Phục vụ hành chính công thành phố Cần Thơ', count: totals.centre }];
  totals.receptionPoints.forEach((point, i) => {
    list.push({ kind: 'point', code: `H13.0${2 + i}`, name: POINTS[i] ?? point.id, count: point.count });
  });

  const departments = DEPARTMENTS.map((name, i) => ({ name, code: `H13.${String(4 + i).padStart(2, '0')}`, weight: 60 + ((i * 37) % 90) }));
  const perDepartment = largestRemainder(totals.departmentsTotal, departments);
  for (const { code, name } of departments) list.push({ kind: 'department', code, name, count: perDepartment.get(code) ?? 0 });

  const fixed = totals.communeShare['31338'];
  // Wards are denser than rural communes: more work. The small term keeps neighbours from being equal.
  const others = communes
    .filter((c) => c.code !== '31338')
    .map((c) => ({ code: c.code, weight: (c.type === 'phuong' ? 160 : 100) + (Number(c.code) % 41) }));
  const perCommune = largestRemainder(totals.communeShare.other102, others);
  communes.forEach((c, i) => {
    list.push({
      kind: 'commune', code: `H13.${101 + i}`, name: `Ủy ban nhân dân ${typeWord(c.type)} ${c.name}`, communeCode: c.code,
      count: perCommune.get(c.code) ?? fixed,
    });
  });
  return list;
}
