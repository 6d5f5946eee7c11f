import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorEntry } from '../../src/contract/errors/catalogue.ts';
import { anchorOf, DOCUMENTS, exists, headings, inlineCode, links, read } from './documents.ts';

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('links only to files and headings that exist', () => {
    for (const link of links(text)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : posix.join(posix.dirname(document), path);
      expect(exists(target), `${link} → ${target}`).toBe(true);
      if (anchor !== undefined && target.endsWith('.md')) expect(headings(read(target)).map((h) => anchorOf(h.text)), link).toContain(anchor);
    }
  });

  it('names only files of this repository that exist', () => {
    const paths = inlineCode(text).filter((code) => /^(?:src|adapters|examples|schemas|test|docs|bench|\.ci)\/[\w./-]+$/.test(code));
    for (const path of paths) expect(exists(path), path).toBe(true);
  });

  it('names only error codes that are in the catalogue', () => {
    for (const code of text.match(/\bLT-[A-Z]+(?:-[A-Z0-9]+)+\b/g) ?? []) expect(errorEntry(code), code).toBeDefined();
  });

  it('holds no address, person or path of ours', () => {
    expect(text).not.toMatch(/\/(?:work|tmp|root)\//);
    for (const [host] of text.matchAll(/https?:\/\/[^\s/)>'"`:]+/g)) expect(host, 'invented hosts or public references only').toMatch(/(?:example\.vn|127\.0\.0\.1|localhost|keepachangelog\.com|semver\.org|nodejs\.org|github\.com)$/);
  });
});
