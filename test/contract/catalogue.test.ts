import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { docsUrl, ERROR_AREAS, ERROR_CATALOGUE, errorEntry } from '../../src/contract/errors/catalogue.ts';
import { issue } from '../../src/contract/errors/issue.ts';

const root = new URL('../..', import.meta.url).pathname;
const CODE = /LT-[A-Z0-9]+(?:-[A-Z0-9]+)+/g;

/** Sources that may emit a code: everything hand-written in src and adapters, without the catalogue itself. */
function emitters(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : emitters(path);
    return /\.(ts|tsx)$/.test(entry.name) && !path.startsWith('src/contract/errors/') ? [path] : [];
  });
}

describe('error catalogue', () => {
  it('has each code once, in the area that its name says', () => {
    const codes = ERROR_CATALOGUE.map((e) => e.code);
    expect(codes.filter((c, i) => codes.indexOf(c) !== i)).toEqual([]);
    for (const [area, entries] of Object.entries(ERROR_AREAS)) {
      for (const { code } of entries) {
        expect(code).toMatch(/^LT-[A-Z0-9]+(-[A-Z0-9]+)+$/);
        expect(code.toLowerCase(), `is in the file of ${area}`).toContain(`lt-${area}-`);
      }
    }
  });

  it('says title, cause and action of each code in Vietnamese and in English', () => {
    for (const e of ERROR_CATALOGUE) {
      for (const text of [e.title, e.cause, e.action]) {
        expect(text.en.trim().length, e.code).toBeGreaterThan(3);
        expect(text.vi.trim().length, e.code).toBeGreaterThan(3);
        expect(text.vi, e.code).not.toBe(text.en);
        expect(text.vi, e.code).toBe(text.vi.normalize('NFC'));
      }
      // A Vietnamese sentence without a single accent is a forgotten translation.
      expect(e.cause.vi, e.code).toMatch(/[à-ỹđ]/i);
      if (e.http !== undefined) expect(e.http, e.code).toBeGreaterThanOrEqual(400);
    }
  });

  it('is documented code by code, and the document has no other', () => {
    const document = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const headings = [...document.matchAll(/^### (LT-\S+)$/gm)].map((m) => m[1]);
    expect(headings).toEqual(ERROR_CATALOGUE.map((e) => e.code));
    const rows = [...document.matchAll(/^\| \[(LT-\S+)\]\(#(\S+)\)/gm)];
    expect(rows.map((m) => m[1])).toEqual(headings);
    for (const [, code, anchor] of rows) expect(`docs/errors.md#${anchor}`).toBe(docsUrl(code ?? ''));
    for (const e of ERROR_CATALOGUE) {
      for (const text of [e.title.vi, e.title.en, e.cause.vi, e.cause.en, e.action.vi, e.action.en]) expect(document).toContain(text);
    }
  });

  it('knows every code that the source names, and each of its codes is named by the source', () => {
    const named = new Map<string, string>();
    for (const path of [...emitters('src'), ...emitters('adapters')]) {
      for (const [code] of readFileSync(join(root, path), 'utf8').matchAll(CODE)) if (!named.has(code)) named.set(code, path);
    }
    const unknown = [...named].filter(([code]) => errorEntry(code) === undefined).map(([code, path]) => `${code} in ${path}`);
    expect(unknown).toEqual([]);
    expect(ERROR_CATALOGUE.map((e) => e.code).filter((code) => !named.has(code))).toEqual([]);
  });
});

describe('issue', () => {
  it('takes its sentence from the catalogue and adds the detail', () => {
    expect(issue('LT-INPUT-REQUIRED', '/a')).toEqual({ code: 'LT-INPUT-REQUIRED', pointer: '/a', message: { vi: 'Thiếu trường bắt buộc', en: 'A required field is missing' } });
    expect(issue('LT-INPUT-TYPE', undefined, { vi: 'cần số', en: 'expected a number' }, 'warning')).toEqual({ code: 'LT-INPUT-TYPE', message: { vi: 'Sai kiểu dữ liệu: cần số', en: 'Wrong type of value: expected a number' }, severity: 'warning' });
    expect(issue('LT-INPUT-TYPE', '', 'UTF-8').message).toEqual({ vi: 'Sai kiểu dữ liệu: UTF-8', en: 'Wrong type of value: UTF-8' });
    expect(issue('LT-INPUT-TYPE', '', { en: 'only English' }).message.vi).toBe('Sai kiểu dữ liệu: only English');
  });
  it('still speaks when a code was forgotten', () => {
    const made = issue(['LT', 'NO', 'SUCH'].join('-'), '/x');
    expect(made).toMatchObject({ code: 'LT-NO-SUCH', pointer: '/x' });
    expect(made.message.en).not.toBe('');
  });
});
