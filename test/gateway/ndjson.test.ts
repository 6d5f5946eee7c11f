import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, type Line } from '../../src/gateway/ndjson.ts';

function split(chunks: Buffer[], limit = 1000): Line[] {
  const splitter = new LineSplitter(limit);
  const lines = chunks.flatMap((c) => [...splitter.push(c)]);
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}
const texts = (lines: Line[]): string[] => lines.map((l) => ('tooLong' in l ? `#${l.number} too long` : l.bytes.toString()));

function cutAt(bytes: Buffer, places: number[]): Buffer[] {
  const at = [...new Set(places.map((p) => p % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

describe('lines out of a byte stream', () => {
  it('are the same wherever the stream is cut, also inside a letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).map((s) => `${s.replace(/[\r\n]/g, '')}ệ`), { minLength: 1 }), fc.array(fc.nat(), { maxLength: 20 }), fc.constantFrom('\n', '\r\n'), (input, cuts, end) => {
        const lines = split(cutAt(Buffer.from(input.join(end) + end), cuts), 10_000);
        expect(texts(lines)).toEqual(input.map((s, i) => (i === 0 ? s.replace(/^\uFEFF/, '') : s)));
        expect(lines.every((l) => !('tooLong' in l) && !l.unterminated)).toBe(true);
      }),
    );
  });

  it('pass over a byte-order mark and blank lines, but count them', () => {
    const lines = split([Buffer.from('\ufeff{"a":1}\n\n  \r\n{"b":2}')]);
    expect(lines.map((l) => l.number)).toEqual([1, 4]);
    expect(texts(lines)).toEqual(['{"a":1}', '{"b":2}']);
    expect(lines[1]).toMatchObject({ unterminated: true });
  });

  it('that are too long are skipped without being held, and the next line is right', () => {
    const chunk = Buffer.alloc(64, 'x');
    const splitter = new LineSplitter(100);
    const lines: Line[] = [];
    for (let i = 0; i < 1000; i++) lines.push(...splitter.push(chunk));
    lines.push(...splitter.push(Buffer.from('\nshort\n')));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ number: 1, tooLong: true });
    expect('tooLong' in (lines[0] as Line) && (lines[0] as { head: Buffer }).head.length).toBeLessThanOrEqual(4096);
    expect(texts(lines)[1]).toBe('short');
  });

  it('of exactly the limit pass, with either line end', () => {
    const full = 'y'.repeat(100);
    expect(texts(split([Buffer.from(`${full}\r\n`), Buffer.from(full), Buffer.from('\n'), Buffer.from(`${full}\r`), Buffer.from('\n')], 100))).toEqual([full, full, full]);
    expect(texts(split([Buffer.from(`${full}z\n`)], 100))).toEqual(['#1 too long']);
  });

  it('end with nothing when there is nothing', () => {
    expect(split([])).toEqual([]);
    expect(split([Buffer.from('a\n')])).toHaveLength(1);
  });
});
