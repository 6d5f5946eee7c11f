import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepKey, stepKeys, type HistoryEntry } from '../../src/model/index.ts';

const CODE = 'H99.14-250701-0001';
const step = (changes: Partial<HistoryEntry> = {}): HistoryEntry => ({ at: '2025-07-01T01:30:00Z', status: 'ACCEPTED', action: 'Tiếp nhận hồ sơ', actor: 'Trần Văn Thử', unit: 'UBND phường Thử', ...changes });
const keys = (...history: HistoryEntry[]) => stepKeys({ code: CODE, history }).map(({ key }) => key);

const entries = fc.record({
  at: fc.constantFrom('2025-07-01T01:30:00Z', '2025-07-01T01:30:01Z'), status: fc.constantFrom('ACCEPTED' as const, 'PROCESSING' as const), action: fc.constantFrom('a', 'b', ''),
  id: fc.constantFrom('', '1', '2'), actor: fc.constantFrom('', 'x', '1:x'), note: fc.string(),
});

describe('step key', () => {
  it("is the source's id where there is one", () => {
    expect(stepKey(CODE, step({ id: '4711' }))).toBe('id:4711');
    expect(keys(step({ id: '4711' }), step({ id: '4712' }))).toEqual(['id:4711', 'id:4712']);
  });

  it('never shows an id that is free text', () => {
    const key = stepKey(CODE, step({ id: 'Nguyễn Văn Ví Dụ 099099000001' }));
    expect(key).toMatch(/^ih:[\w-]{22}$/);
    expect(stepKey(CODE, step({ id: 'x'.repeat(100_000) }))).toHaveLength(25);
  });

  it('follows the content otherwise, and only what identifies it', () => {
    const key = stepKey(CODE, step());
    expect(key).toMatch(/^h:[\w-]{22}$/);
    expect(stepKey(CODE, step({ note: 'sửa ghi chú', title: 'Chuyên viên', dueAt: '2025-07-08T10:00:00Z', id: '' }))).toBe(key);
    for (const change of [{ at: '2025-07-01T01:30:01Z' }, { status: 'PROCESSING' }, { action: 'x' }, { actor: 'x' }, { unit: 'x' }, { from: 'x' }, { to: 'x' }] as Partial<HistoryEntry>[]) {
      expect(stepKey(CODE, step(change))).not.toBe(key);
    }
    expect(stepKey('H99.14-250701-0002', step())).not.toBe(key);
  });

  it('does not confuse neighbouring fields', () => {
    expect(stepKey(CODE, step({ actor: 'a', unit: 'b' }))).not.toBe(stepKey(CODE, step({ actor: 'ab', unit: '' })));
    expect(stepKey(CODE, step({ from: 'a' }))).not.toBe(stepKey(CODE, step({ to: 'a' })));
  });

  it('is the same tomorrow: a change here would send every step again', () => {
    expect(stepKey(CODE, step())).toBe('h:1fxe0audGf1Ej_TaMDo4ef');
  });
});

describe('keys of a history', () => {
  it('count indistinguishable steps', () => {
    const [first] = keys(step());
    expect(keys(step(), step(), step())).toEqual([first, `${first}~2`, `${first}~3`]);
  });

  it('drop a step that comes twice with its id, and keep one that only shares the id', () => {
    expect(keys(step({ id: '7' }), step({ id: '7' }))).toEqual(['id:7']);
    const [a, b, ...rest] = keys(step({ id: '0' }), step({ id: '0', action: 'x' }), step({ id: '0', action: 'x' }), step({ id: '0' }));
    expect(a).toBe('id:0');
    expect(b).toMatch(/^id:0~[\w-]{22}$/);
    expect(rest).toEqual([]);
  });

  it('are all different, and stay as they are when steps are added behind', () => {
    fc.assert(fc.property(fc.array(entries, { maxLength: 30 }), fc.array(entries, { maxLength: 10 }), (before, after) => {
      const first = keys(...before);
      const later = keys(...before, ...after);
      expect(new Set(later).size).toBe(later.length);
      expect(later.slice(0, first.length)).toEqual(first);
    }));
  });
});
