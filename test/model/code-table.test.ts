import { describe, expect, it } from 'vitest';
import { checkTotal, decodeTableFrom, defineCodeTable } from '../../src/model/index.ts';

const channel = defineCodeTable<'COUNTER' | 'ONLINE' | 'POSTAL', '1' | '2' | '3' | ''>({
  id: 'channel',
  rows: [{ canonical: 'COUNTER', wire: '1' }, { canonical: 'ONLINE', wire: '2' }, { canonical: 'POSTAL', wire: '3' }, { canonical: 'COUNTER', wire: '', direction: 'decode' }],
});

describe('code table', () => {
  it('translates both ways, and one way where declared', () => {
    expect(channel.encode('ONLINE')).toBe('2');
    expect(channel.decode('2')).toBe('ONLINE');
    expect(channel.decode(' 3 ')).toBe('POSTAL');
    expect(channel.decode('')).toBe('COUNTER');
    expect(channel.encode('COUNTER')).toBe('1');
    expect(channel.decode('9')).toBeUndefined();
    expect(channel.decode('toString')).toBeUndefined();
    expect(channel.wireCodes()).toEqual(['1', '2', '3', '']);
  });

  it('reads a code as it was meant on its day', () => {
    const table = defineCodeTable({
      id: 'subject',
      versions: [{ rows: [{ canonical: 'CITIZEN', wire: '1' }] }, { from: '2023-01-01', rows: [{ canonical: 'CITIZEN', wire: '0' }, { canonical: 'BUSINESS', wire: '1' }] }],
    });
    expect(table.decode('1', '2022-12-31')).toBe('CITIZEN');
    expect(table.decode('1', '2023-01-01')).toBe('BUSINESS');
    expect(table.decode('1')).toBe('BUSINESS');
    expect(table.encode('BUSINESS', '2020-01-01')).toBeUndefined();
    expect(table.rows('2020-01-01')).toHaveLength(1);
  });

  it('refuses to contradict itself', () => {
    expect(() => defineCodeTable({ id: 't', rows: [{ canonical: 'A', wire: '1' }, { canonical: 'A', wire: '2' }] })).toThrow('"A" has two codes');
    expect(() => defineCodeTable({ id: 't', rows: [{ canonical: 'A', wire: '1' }, { canonical: 'B', wire: '1' }] })).toThrow('code "1" has two meanings');
    expect(() => defineCodeTable({ id: 't', rows: [{ canonical: 'A', wire: '1' }], withheld: { A: 'x' } })).toThrow('withheld');
    expect(() => defineCodeTable({ id: 't', versions: [{ from: '2025-01-01', rows: [] }, { from: '2024-01-01', rows: [] }] })).toThrow('one after the other');
    expect(() => defineCodeTable({ id: 't', versions: [{ from: '2025-02-30', rows: [] }] })).toThrow('does not exist');
    expect(() => defineCodeTable({ id: 't', versions: [] })).toThrow('no version');
    expect(defineCodeTable({ id: 't', rows: [{ canonical: 'A', wire: '1' }, { canonical: 'B', wire: '1', direction: 'encode' }] }).encode('B')).toBe('1');
  });

  it('is total when every key is answered or deliberately not', () => {
    const table = defineCodeTable<string>({ id: 'status', rows: [{ canonical: 'ACCEPTED', wire: '2' }], withheld: { DRAFT: 'a draft is nobody else’s business' } });
    expect(checkTotal(['ACCEPTED', 'DRAFT'], table)).toEqual({ ok: true });
    expect(checkTotal(['ACCEPTED', 'DRAFT', 'UNKNOWN'], table)).toMatchObject({ ok: false, code: 'LT-MODEL-CODE-TABLE-GAP', missing: ['UNKNOWN'] });
    expect(checkTotal(['2', '11'], table, { direction: 'decode' })).toMatchObject({ missing: ['11'] });
    expect(table.withheld('DRAFT')).toContain('draft');
  });

  it('comes from configuration, whatever the words are', () => {
    const words = decodeTableFrom('words', { receiving: 'SUBMITTED', ['__proto__']: 'ACCEPTED', constructor: 'ACCEPTED' });
    expect(words.decode('receiving')).toBe('SUBMITTED');
    expect(words.decode('constructor')).toBe('ACCEPTED');
    expect(words.decode('valueOf')).toBeUndefined();
    expect(words.encode('SUBMITTED')).toBeUndefined();
  });
});
