import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { program } from '../../src/cli/program.ts';
import { bare, codeBlocks, DOCUMENTS, headings, inlineCode, read, tableUnder } from './documents.ts';

const READMES = { en: 'README.md', vi: 'README.vi.md' } as const;
const TABLES = { en: { commands: 'command', exports: 'import', api: 'call' }, vi: { commands: 'lệnh', exports: 'import', api: 'lời gọi' } } as const;
const LANGUAGES = ['en', 'vi'] as const;

/** `config check` and its like come out as one name; a command above others counts where it has options of its own, as `record` does. */
function commandsOf(root: Command): Map<string, Command> {
  const all = new Map<string, Command>();
  for (const command of root.commands) {
    if (command.commands.length === 0 || command.options.length > 0) all.set(command.name(), command);
    for (const below of command.commands) all.set(`${command.name()} ${below.name()}`, below);
  }
  return all;
}
const commands = commandsOf(program());

describe.each(LANGUAGES)('README (%s)', (language) => {
  const text = read(READMES[language]);

  it('names the two commands that set everything up, each in a block of its own', () => {
    const blocks = codeBlocks(text).map((block) => block.text.trim());
    expect(blocks).toContain('npm ci && npm start');
    expect(blocks).toContain('npm ci && npm test');
  });

  it('lists exactly the commands that there are', () => {
    const listed = tableUnder(text, TABLES[language].commands).map(([name]) => bare(name).replace(/^lienthong /, ''));
    expect(listed.sort()).toEqual([...commands.keys()].sort());
  });

  it('lists exactly the exports of the package', () => {
    const listed = tableUnder(text, TABLES[language].exports).map(([name]) => bare(name).replace(/^lienthong/, '.'));
    expect(listed.sort()).toEqual(Object.keys(manifest.exports).filter((name) => name !== './package.json').sort());
  });
});

it('both READMEs have the same outline, the same code and the same calls', () => {
  const en = read(READMES.en);
  const vi = read(READMES.vi);
  expect(headings(vi).map((h) => h.level)).toEqual(headings(en).map((h) => h.level));
  const code = (text: string) => codeBlocks(text).filter((b) => b.language !== 'mermaid' && b.language !== 'ts' || b.mark !== undefined);
  expect(code(vi)).toEqual(code(en));
  const api = (text: string, head: string) => tableUnder(text, head).map((row) => row.slice(0, 2));
  expect(api(vi, TABLES.vi.api)).toEqual(api(en, TABLES.en.api));
});

/** Command lines of all documents: in blocks and inline, with what follows on continued lines. */
function commandLines(): { document: string; line: string }[] {
  return DOCUMENTS.flatMap((document) => {
    const text = read(document);
    const shell = codeBlocks(text).filter((b) => ['sh', 'bash', ''].includes(b.language)).flatMap((b) => b.text.replaceAll('\\\n', ' ').split('\n'));
    return [...shell, ...inlineCode(text)].map((line) => ({ document, line: line.trim() }));
  });
}

it('every lienthong command line in the documents uses a command and options that exist', () => {
  const used = commandLines().flatMap(({ document, line }) => {
    const words = /^(?:sudo -u \S+ )?(?:npm run (?:-s )?lienthong --|(?:\S*\/)?lienthong) (.+)$/.exec(line)?.[1]?.match(/'[^']*'|\S+/g);
    return words === undefined || words === null || words[0]?.startsWith('<') || words[0]?.startsWith('-') ? [] : [{ document, line, words }];
  });
  expect(used.length).toBeGreaterThan(10);
  for (const { document, line, words } of used) {
    const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((candidate) => commands.has(candidate));
    expect(name, `${document}: ${line}`).toBeDefined();
    const known = commands.get(name ?? '')?.options.flatMap((option) => [option.short, option.long]) ?? [];
    for (const word of words.filter((w) => /^--?[a-z]/.test(w))) expect([...known, '--help'], `${document}: ${line}`).toContain(word);
  }
});

it('every npm script in the documents exists', () => {
  const scripts: readonly string[] = Object.keys(manifest.scripts);
  const used = commandLines().flatMap(({ line }) => [...line.matchAll(/npm run (?:-s )?([\w:]+)/g)].map((m) => m[1] ?? ''));
  expect(used.length).toBeGreaterThan(0);
  for (const script of used) expect(scripts).toContain(script);
});
