/** docs/indicators.md in both languages, and the report that stands beside them: what is written is what the code does. */
import { describe, expect, it } from 'vitest';
import { demoReports } from '../../.ci/indicators-demo.ts';
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import { SET_IDS } from '../../src/gateway/indicators/ask.ts';
import { IOC_NAMES } from '../../src/gateway/indicators/service.ts';
import { DIMENSIONS, POPULATION_DATABASES } from '../../src/indicators/index.ts';
import { bare, headings, inlineCode, read, tableUnder } from './documents.ts';

const PAGES = { en: { text: read('docs/indicators.md'), setting: 'setting', what: 'what' }, vi: { text: read('docs/indicators.vi.md'), setting: 'thiết lập', what: 'điều' } } as const;

describe.each(['en', 'vi'] as const)('the page on indicators (%s)', (language) => {
  const { text, setting, what } = PAGES[language];

  it('lists every setting with its default', () => {
    const properties = configSchema.properties.indicators.properties as Record<string, { default?: unknown }>;
    const rows = tableUnder(text, setting);
    expect(rows.map(([name]) => bare(name))).toEqual(Object.keys(properties).map((name) => `indicators.${name}`));
    for (const [name = '', shown] of rows) {
      const known = properties[bare(name).slice('indicators.'.length)]?.default;
      if (known !== undefined) expect([name, shown]).toEqual([name, String(known)]);
    }
    expect(rows.find(([name]) => name?.includes('populationDatabases'))?.[1]).toBe(POPULATION_DATABASES.join(', '));
  });

  it('names every dimension, every set and every list of the operation centre', () => {
    const rows = tableUnder(text, what);
    expect(rows.find(([name]) => name === 'by')?.[1]?.split(', ')).toEqual([...DIMENSIONS]);
    expect(bare(rows.find(([name]) => name === 'set')?.[1]).split(', ').map(bare).sort()).toEqual([...SET_IDS].sort());
    for (const name of IOC_NAMES) expect(inlineCode(text)).toContain(name);
  });

  it('has the chapters of the other language', () => {
    expect(headings(text).map(({ level }) => level)).toEqual(headings(PAGES[language === 'en' ? 'vi' : 'en'].text).map(({ level }) => level));
  });
});

it('the report of the fortnight is what the code writes today', { timeout: 60_000 }, () => {
  for (const [name, page] of demoReports()) expect(read(`docs/indicators/${name}`) === page, `node .ci/indicators-demo.ts writes ${name} again`).toBe(true);
});
