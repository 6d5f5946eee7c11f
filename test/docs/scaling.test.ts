import { expect, it } from 'vitest';
import { sizingTable, withSizing } from '../../bench/lib/sizing.ts';
import { read } from './documents.ts';

it('holds the table as it is computed (else run bench/lib/sizing.ts)', () => {
  const text = read('docs/scaling.md');
  expect(text).toContain(sizingTable());
  expect(withSizing(text)).toBe(text);
});
