import { expect, it } from 'vitest';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { DEVIATION_KINDS } from '../../src/contract/shape.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { MOST_FOUND, MOST_FOUND_PER_OPERATION } from '../../src/gateway/drift/record.ts';
import { bare, read, tableUnder } from './documents.ts';

const text = read('docs/drift.md');

it('the page on drift names the kinds, bounds and settings that there are, in both languages', () => {
  expect(tableUnder(text, 'kind').map(([kind]) => bare(kind))).toEqual([...DEVIATION_KINDS]);
  expect(tableUnder(text, 'loại').map(([kind]) => bare(kind))).toEqual([...DEVIATION_KINDS]);
  const { drift } = loadConfig({ env: {}, adapters: ADAPTERS });
  expect(tableUnder(text, 'setting').map(([name, value]) => [bare(name), value])).toEqual(Object.entries(drift).map(([name, value]) => [`drift.${name}`, String(value)]));
  expect(text).toContain(`At most ${MOST_FOUND_PER_OPERATION} differences of one operation and ${MOST_FOUND} of one upstream`);
});
