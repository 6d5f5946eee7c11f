/** The documents as text, and the pieces of Markdown that the tests look at. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
export const exists = (path: string): boolean => existsSync(join(ROOT, path));

/** Every document that people write; docs/errors.md is generated and has a test of its own. */
export const DOCUMENTS: readonly string[] = [
  'README.md', 'README.vi.md', 'CHANGELOG.md', 'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'errors.md').map((name) => `docs/${name}`),
];

export interface Block { language: string; text: string; /** of an HTML comment right before it: `file: …` of the repository, `test: …`, or `input: …` of the reader's own */ mark: string | undefined }

export function codeBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/(?:<!-- ((?:file|test|input): [^\n]*?) -->\n)?```(\w*)\n([\s\S]*?)```/g)].map((m) => ({ mark: m[1], language: m[2] ?? '', text: m[3] ?? '' }));
}

export const withoutCode = (markdown: string): string => markdown.replace(/```[\s\S]*?```/g, '');

export interface Heading { level: number; text: string }
export const headings = (markdown: string): Heading[] =>
  [...withoutCode(markdown).matchAll(/^(#{1,6}) (.+)$/gm)].map((m) => ({ level: (m[1] ?? '').length, text: m[2] ?? '' }));

/** The anchor that a heading gets: lower case, spaces to hyphens, everything else but letters, digits, - and _ dropped. */
export const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');

export const links = (markdown: string): string[] => [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] ?? '');

/** `inline code` outside of code blocks. */
export const inlineCode = (markdown: string): string[] => [...withoutCode(markdown).matchAll(/`([^`\n]+)`/g)].map((m) => m[1] ?? '');

/** Cells of the table whose first head cell is this; without head and rule. */
export function tableUnder(markdown: string, firstHead: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHead} |`));
  if (start < 0) throw new Error(`no table '${firstHead}'`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
  }
  return rows;
}

/** The text of a cell that is one piece of `code`. */
export const bare = (cell: string | undefined): string => (cell ?? '').replace(/^`|`$/g, '');
