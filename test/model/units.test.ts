import { describe, expect, it } from 'vitest';
import {
  communeEdges, findCommunes, listUnits, lookupCommune, lookupProvince, lookupUnit, predecessorsOf, provincePredecessors, provinceSuccessor, resolveSuccessor, searchKey,
  successorsOf, successorsOfDistrict,
} from '../../src/model/index.ts';
import amendments from './vectors/amendments-2026.json' with { type: 'json' };
import provinces from './vectors/provinces-2025.json' with { type: 'json' };

const BEFORE = '2025-06-30';
const AFTER = '2025-07-01';
const oldCommunes = listUnits('commune', BEFORE);
const communes = listUnits('commune', AFTER);
const kinds = (units: { kind: string }[], kind: string) => units.filter((unit) => unit.kind === kind).length;

describe('lists', () => {
  it('have the published sizes and no code twice', () => {
    expect(listUnits('province', BEFORE)).toHaveLength(63);
    expect(listUnits('district', BEFORE)).toHaveLength(696);
    expect(listUnits('district', AFTER)).toHaveLength(0);
    for (const [units, size] of [[oldCommunes, 10_035], [communes, 3321]] as const) expect(new Set(units.map(({ code }) => code)).size).toBe(size);
    expect([kinds(communes, 'xa'), kinds(communes, 'phuong'), kinds(communes, 'dac_khu')]).toEqual([2621, 687, 13]);
  });

  it.each(provinces)('$code $name is what it was made from, with its communes', ({ code, name, formedFrom, communes: counts, history }) => {
    const mine = communes.filter(({ provinceCode }) => provinceCode === code);
    expect(mine).toHaveLength(counts.total);
    expect(kinds(mine, 'phuong')).toBe(counts.phuong);
    expect(kinds(mine, 'xa')).toBe(counts.xa);
    expect(provincePredecessors(code)).toEqual(formedFrom);
    for (const old of formedFrom) expect(provinceSuccessor(old)).toBe(code);
    for (const { type, validFrom } of history) {
      expect(lookupProvince(code, validFrom)).toMatchObject({ name, kind: type === 'tinh' ? 'tinh' : 'thanh_pho', from: validFrom });
    }
  });

  it('give Cần Thơ 103 communes and Đồng Tháp 102', () => {
    const of = (code: string) => communes.filter(({ provinceCode }) => provinceCode === code);
    expect([of('92').length, kinds(of('92'), 'phuong'), kinds(of('92'), 'xa')]).toEqual([103, 31, 72]);
    expect([of('82').length, kinds(of('82'), 'phuong'), kinds(of('82'), 'xa')]).toEqual([102, 20, 82]);
  });
});

describe('a code on a day', () => {
  it('names what it named then', () => {
    expect(lookupCommune('31338', '2025-07-01')).toEqual({ level: 'commune', code: '31338', name: 'Hỏa Lựu', kind: 'xa', fullName: 'Xã Hỏa Lựu', provinceCode: '92', from: '2025-07-01' });
    expect(lookupCommune('31338', '2025-06-30')).toMatchObject({ name: 'Tân Tiến', provinceCode: '93', until: '2025-06-30' });
    expect(lookupProvince('87', '2024-05-01')).toMatchObject({ name: 'Đồng Tháp' });
    expect(lookupProvince('87', '2025-07-01')).toBeUndefined();
    expect(lookupProvince('82', '2025-07-01')).toMatchObject({ name: 'Đồng Tháp' });
    expect(lookupUnit('district', '930', BEFORE)).toMatchObject({ provinceCode: '93' });
    expect(lookupUnit('district', '930', AFTER)).toBeUndefined();
  });
  it('is text and wants a real day', () => {
    expect(lookupCommune('4', AFTER)).toBeUndefined();
    expect(lookupCommune('00004', '2025-02-30')).toBeUndefined();
    expect(lookupCommune('00004', '')).toBeUndefined();
    expect(listUnits('commune', 'x')).toEqual([]);
  });
  it('is a reused code for 3,316 of the new communes, and for 2,175 of them with another name or kind', () => {
    const reused = communes.filter(({ code }) => lookupCommune(code, BEFORE) !== undefined);
    expect(reused).toHaveLength(3316);
    expect(reused.filter(({ code, name, kind }) => { const old = lookupCommune(code, BEFORE); return old?.name !== name || old.kind !== kind; })).toHaveLength(2175);
  });
  it('moves for the seven provinces that kept their name', () => {
    expect(['10', '27', '45', '64', '72', '87', '89'].map(provinceSuccessor)).toEqual(['15', '24', '44', '52', '80', '82', '91']);
  });
});

describe('changes of 2026', () => {
  it.each(amendments.communes)('$name becomes a phường on $effective', ({ code, name, province_code, effective }) => {
    expect(lookupCommune(code, AFTER)).toMatchObject({ kind: 'xa', provinceCode: province_code, from: AFTER });
    expect(lookupCommune(code, effective)).toMatchObject({ kind: 'phuong', name, fullName: `Phường ${name}`, from: effective });
    const eve = lookupCommune(code, AFTER)?.until ?? '';
    expect(lookupCommune(code, eve)).toMatchObject({ kind: 'xa' });
    expect(Date.parse(effective) - Date.parse(eve)).toBe(86_400_000);
  });
  it.each(amendments.totalsByDate)('the totals of $asOf', ({ asOf, provinces: total, centrallyRunCities, communes: all, phuong, xa, dac_khu }) => {
    const top = listUnits('province', asOf);
    const units = listUnits('commune', asOf);
    expect([top.length, kinds(top, 'thanh_pho'), units.length]).toEqual([total, centrallyRunCities, all]);
    expect([kinds(units, 'phuong'), kinds(units, 'xa'), kinds(units, 'dac_khu')]).toEqual([phuong, xa, dac_khu]);
  });
});

describe('the map from old to new', () => {
  it('begins and ends in known communes and leaves none out', () => {
    const edges = communeEdges();
    expect(edges).toHaveLength(10_565);
    const unknown = edges.filter(({ from, to }) => lookupCommune(from, BEFORE) === undefined || lookupCommune(to, AFTER) === undefined);
    expect(unknown).toEqual([]);
    expect(oldCommunes.filter(({ code }) => successorsOf(code).length === 0)).toEqual([]);
    const islands = new Set(listUnits('district', BEFORE).flatMap(({ code }) => successorsOfDistrict(code).map((successor) => successor.code)));
    expect(islands.size).toBe(6);
    expect(communes.filter(({ code }) => predecessorsOf(code).length === 0 && !islands.has(code))).toEqual([]);
    expect(new Set(edges.map(({ from, to }) => `${from} ${to}`)).size).toBe(10_565);
  });

  it('gives one answer for 9,595 old communes, one for the people of 58 more, and asks about 382', () => {
    const count = { only: 0, 'all-population': 0, ambiguous: 0 };
    for (const { code } of oldCommunes) {
      const result = resolveSuccessor(code);
      if (result.ok) count[result.basis] += 1;
      else {
        count.ambiguous += 1;
        expect(result.code).toBe('LT-MODEL-UNIT-AMBIGUOUS');
        if ('candidates' in result) expect(result.candidates.length).toBeGreaterThan(1);
      }
    }
    expect(count).toEqual({ only: 9595, 'all-population': 58, ambiguous: 382 });
    expect(resolveSuccessor('99999')).toMatchObject({ ok: false, code: 'LT-MODEL-UNIT-UNKNOWN' });
  });

  it('asks in the pilot provinces only about the six that were split', () => {
    const pilots = new Set(['82', '87', '92', '93', '94']);
    const open = oldCommunes.filter(({ code, provinceCode }) => pilots.has(provinceCode ?? '') && successorsOf(code).length > 1).map(({ code }) => code);
    expect(open.sort()).toEqual(['29995', '30079', '30157', '31178', '31183', '31207']);
  });

  it.each([
    ['28261', 'Mỹ Tho', ['1', '2', 'Tân Long']], ['28273', 'Mỹ Phong', ['9', 'Mỹ Phong', 'Tân Mỹ Chánh']], ['28270', 'Thới Sơn', ['6', 'Thới Sơn']],
    ['31338', 'Hỏa Lựu', ['Hoả Lựu', 'Tân Tiến', 'Hoả Tiến']], ['31333', 'Vị Tân', ['IV', 'V', 'Vị Tân']], ['31321', 'Vị Thanh', ['I', 'III', 'VII']],
  ])('%s %s was made from %j', (code, name, parts) => {
    expect(lookupCommune(code, AFTER)?.name).toBe(name);
    const names = predecessorsOf(code).map((part) => searchKey(lookupCommune(part.code, BEFORE)?.name ?? ''));
    expect(names.sort()).toEqual(parts.map(searchKey).sort());
  });
});

describe('names', () => {
  it('find a commune in any spelling habit', () => {
    for (const written of ['Hỏa Lựu', 'xã Hoả Lựu', 'XÃ HOẢ LỰU', 'Hỏa Lựu'.normalize('NFD')]) {
      expect(findCommunes(written, AFTER).exact.map(({ code }) => code)).toEqual(['31338']);
    }
  });
  it('suggest, and do not decide, where only accents agree', () => {
    const found = findCommunes('Mỹ Tho', AFTER, { provinceCode: '82' });
    expect(found.exact.map(({ code }) => code)).toEqual(['28261']);
    expect(found.similar.map(({ code }) => code)).toEqual(['30076']);
    expect(findCommunes('my tho', AFTER, { provinceCode: '82' })).toMatchObject({ exact: [] });
  });
  it('repeat across provinces', () => {
    expect(findCommunes('phường Thới Sơn', AFTER).exact.map(({ code }) => code).sort()).toEqual(['28270', '30502']);
  });
  it("are also known as the official workbook spells them", () => {
    expect(findCommunes('Sà Phìn', BEFORE).exact.map(({ code }) => code)).toContain('00736');
    expect(findCommunes('Sà Phìn', AFTER).exact.map(({ code }) => code)).not.toContain('00736');
  });
  it('never repeat with their kind inside a province, but do in eight pairs without accents', () => {
    const seen = new Set(communes.map(({ provinceCode, fullName }) => `${provinceCode} ${fullName}`));
    expect(seen.size).toBe(3321);
    expect(new Set(communes.map(({ provinceCode, fullName }) => `${provinceCode} ${searchKey(fullName)}`)).size).toBe(3321 - 8);
  });
});
