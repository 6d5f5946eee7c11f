import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import * as kit from '../../src/testing/index.ts';
import type { ConformanceReport } from '../../src/testing/index.ts';
import { bare, codeBlocks, inlineCode, read, ROOT, tableUnder } from './documents.ts';

const DOCUMENTS = ['docs/conformance.md', 'docs/conformance.vi.md'];
const demo = (id: string): ConformanceReport => JSON.parse(read(`docs/conformance/${id}.json`)) as ConformanceReport;
const IDS = ['dvcqg', 'province-callbacks'];

describe('the page on conformance', () => {
  it('lists every check of every suite as the code has it', async () => {
    const text = read('docs/conformance.md');
    const suites = await kit.conformanceSuites();
    expect(tableUnder(text, 'suite (`--upstream`)').map(([id]) => bare(id))).toEqual(suites.map(({ suite }) => suite.id));
    for (const { suite } of suites) {
      const part = text.slice(text.indexOf(`### \`${suite.id}\``));
      expect(tableUnder(part, 'check')).toEqual(suite.checks.map(({ id, title, rule, access }) => [`\`${id}\``, `${title.en} / ${title.vi}`, rule, access]));
    }
  });

  it('names options, settings and fields that there are, and every field of a report', async () => {
    const command = program().commands.find((made) => made.name() === 'conformance');
    const options = command?.options.map(({ long }) => long) ?? [];
    for (const document of DOCUMENTS) {
      const text = read(document);
      for (const option of [...inlineCode(text), ...codeBlocks(text).map((block) => block.text)].flatMap((code) => code.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [])) expect(options, `${document}: ${option}`).toContain(option);
    }
    const text = read('docs/conformance.md');
    const suites = await kit.conformanceSuites();
    const settings = new Set(suites.flatMap(({ suite }) => Object.keys(suite.settingsSchema['properties'] as object)));
    for (const [names = ''] of tableUnder(text, 'setting')) for (const [, name = ''] of names.matchAll(/`(\w+)`/g)) expect(settings, name).toContain(name);
    const rows = tableUnder(text, 'field');
    const listed = (row: string[] | undefined): string[] => [...(row?.[0] ?? '').matchAll(/`([\w[\].]+)`/g)].map(([, name = '']) => name.replace('[]', ''));
    const report = demo('dvcqg');
    expect(rows.slice(0, -2).flatMap(listed).concat('checks', 'reportVersion').sort()).toEqual(Object.keys(report).sort());
    const quoted = (row: string[] | undefined): string[] => [...(row?.[1] ?? '').matchAll(/`(\w+)(?:\[\])?`/g)].map(([, name = '']) => name);
    expect(quoted(rows.at(-2))).toEqual(Object.keys(report.checks[0] ?? {}));
    const [call] = report.checks.flatMap(({ evidence }) => evidence);
    expect(quoted(rows.at(-1))).toEqual(Object.keys(call ?? {}));
    expect(quoted(rows.find(([name]) => name === '`summary`'))).toEqual(Object.keys(report.summary));
  });

  it('imports what the kit exports', () => {
    const [block] = codeBlocks(read('docs/conformance.md')).filter(({ language }) => language === 'ts');
    const names = /import \{ ([^}]+) \} from 'lienthong\/testing'/.exec(block?.text ?? '')?.[1]?.split(', ') ?? [];
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(Object.keys(kit)).toContain(name);
  });
});

describe.each(IDS)('the report of the demo, %s', (id) => {
  it('passed with writing, has no unclear result, and is of the checks that there are today', async () => {
    const report = demo(id);
    expect(report).toMatchObject({ reportVersion: '1', suite: { id }, outcome: 'passed', mode: 'read-write', stopped: null, summary: { fail: 0, unclear: 0 }, tool: { name: 'lienthong' } });
    const { suite } = await kit.conformanceSuite(id);
    expect(report.checks.map((check) => [check.id, check.title, check.rule]), 'npm run docs:conformance writes it again').toEqual(suite.checks.map((check) => [check.id, check.title, check.rule]));
    expect(report.checks.filter(({ verdict }) => verdict === 'skipped').map(({ id: check }) => check)).toEqual(expect.arrayContaining(['line.tls']));
  });

  it('is the same in HTML and in JSON, and neither holds a person', () => {
    const bytes = readFileSync(`${ROOT}/docs/conformance/${id}.json`);
    const html = read(`docs/conformance/${id}.html`);
    expect(html).toContain(createHash('sha256').update(bytes).digest('hex'));
    expect(html).toContain(bytes.toString('utf8'));
    expect(kit.conformanceHtml(demo(id)) === html, 'npm run docs:conformance writes it again').toBe(true);
    expect(html).not.toMatch(/(?<![\da-f])(?:0[35789]\d{8}|\d{12})(?![\da-f])|Nguyễn|Trần|Bearer lt_/);
  });
});
