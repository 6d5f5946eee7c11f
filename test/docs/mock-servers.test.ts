/** docs/mock-servers.md in both languages: tables, settings and examples are what the code does. */
import { afterAll, describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { FAULT_KINDS, startMockServer, UPSTREAM_IDS, VALIDATION_MODES } from '../../src/testing/index.ts';
import { readFaultFile } from '../../src/testing/server/fault-file.ts';
import { bare, codeBlocks, headings, read, tableUnder } from './documents.ts';

const PAGES = {
  en: { text: read('docs/mock-servers.md'), kind: 'kind', call: 'call' },
  vi: { text: read('docs/mock-servers.vi.md'), kind: 'loại', call: 'lời gọi' },
} as const;
const mock = await startMockServer('dvcqg', { seed: 'docs' });
afterAll(() => mock.close());

describe.each(['en', 'vi'] as const)('mock servers (%s)', (language) => {
  const { text, kind, call } = PAGES[language];

  it('every kind of fault, in the order of the code', () => {
    expect(tableUnder(text, kind).map(([name]) => bare(name))).toEqual([...FAULT_KINDS]);
  });

  it('every call of the admin API, and no other', () => {
    const source = read('src/testing/admin.ts');
    const inCode = [...source.matchAll(/case '([A-Z]+) (\/[^']*)'/g)].map((m) => `${m[1] ?? ''} /__admin${m[2] ?? ''}`);
    expect(tableUnder(text, call).map(([name]) => bare(name)).sort()).toEqual([...inCode, 'GET /__admin/requests/ID'].sort());
    // the head of the code lists them as well
    for (const [name = ''] of tableUnder(text, call)) expect(source, name).toContain(` *   ${bare(name).replace(/^(\w+) /, (_, m: string) => `${m.padEnd(6)} `)}`);
  });

  it('every way of checking, and only flags that there are', () => {
    expect(tableUnder(text, '`--validate`').map(([name = '']) => bare(name.split(',')[0]?.split(' (')[0]))).toEqual([...VALIDATION_MODES]);
    const flags = new Set(program().commands.find((c) => c.name() === 'mock')?.options.flatMap((o) => [o.long]));
    const used = [...text.matchAll(/(?:mock[^\n|]*?|`)(--[a-z][a-z-]+)/g)].map((m) => m[1]).filter((flag) => flag !== '--help');
    expect(used.length).toBeGreaterThan(10);
    for (const flag of used) expect(flags, flag).toContain(flag);
  });

  it('a fault file that is accepted', () => {
    const [example] = codeBlocks(text).filter((block) => block.language === 'yaml');
    expect(readFaultFile(example?.text ?? '', UPSTREAM_IDS).planFor('dvcqg')?.rules?.length).toBeGreaterThanOrEqual(3);
  });

  it('the same chapters as in the other language', () => {
    expect(headings(text).map((h) => h.level)).toEqual(headings(PAGES[language === 'en' ? 'vi' : 'en'].text).map((h) => h.level));
  });
});

it('the call that is wrong in three ways', async () => {
  const answer = await fetch(`${mock.url}/mapi/g`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"service":"TraCuuHoSo"}' });
  const shown = PAGES.en.text.match(/# (x-lienthong-\w+: \d+)/g)?.map((line) => line.slice(2)) ?? [];
  expect(shown).toEqual(['x-lienthong-exchange', 'x-lienthong-issues'].map((name) => `${name}: ${answer.headers.get(name) ?? ''}`));
});
