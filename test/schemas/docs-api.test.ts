/** The static reference site, built from the published documents as they are, and from one that means harm. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outsideOf } from '../../.ci/docs-api/html.ts';
import { escapeMarkup } from '../../src/contract/markup.ts';
import { buildSite } from '../../.ci/docs-api/site.ts';
import { publishedIn } from '../../.ci/schema-diff/documents.ts';
import { anyUpstream, UPSTREAM_IDS } from '../../src/testing/upstreams.ts';
import { openContract } from '../../src/contract/openapi.ts';

const SCHEMAS = new URL('../../schemas/', import.meta.url).pathname;
const documents = publishedIn(SCHEMAS);
let folder = '';
let site = '';
const html = (file: string): string => readFileSync(join(site, file), 'utf8');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-site-'));
  site = join(folder, 'site');
  buildSite(documents, readFileSync(join(SCHEMAS, 'CHANGELOG.md'), 'utf8'), site);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the reference site', () => {
  it('has a page for every document, and an index that leads to it, to the file and to the changelog', () => {
    const index = html('index.html');
    expect(documents.map(({ id }) => id).sort()).toEqual(['citizen-verification', 'civil-status', 'config', 'dossier', 'event', 'gateway', 'judicial-record', 'land-case', 'verified-person', ...UPSTREAM_IDS].sort());
    for (const { id } of documents) {
      expect(index).toContain(`href="${id}.html"`);
      expect(index).toContain(`${id} 1.`);
      expect(existsSync(join(site, `${id}.html`))).toBe(true);
    }
    expect(index).toContain('not breaking');
  });

  it('leads nowhere outside of itself, and every link arrives', () => {
    for (const file of readdirSync(site).filter((f) => f.endsWith('.html'))) {
      const page = html(file);
      expect(outsideOf(page), file).toEqual([]);
      const targets = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]));
      for (const link of new Set([...page.matchAll(/ href="([^"]+)"/g)].map((m) => m[1] ?? ''))) {
        if (link.startsWith('#')) expect(targets.has(link.slice(1)), `${file} ${link}`).toBe(true);
        else expect(existsSync(join(site, link.split('#')[0] ?? '')), `${file} ${link}`).toBe(true);
      }
    }
  });

  it.each(UPSTREAM_IDS)('tells every operation, schema and code of %s in both languages', async (id) => {
    const { contract } = await anyUpstream(id);
    if (contract === undefined) throw new Error(`${id} has no document`);
    const page = html(`${id}.html`);
    const { operations } = openContract(readFileSync(contract, 'utf8'));
    for (const operation of operations) {
      expect(page).toContain(`id="op-${operation.id}"`);
      expect(page).toContain(`class="vi">${escapeMarkup(operation.title.vi)}`);
      expect(page).toContain(escapeMarkup(operation.title.en));
    }
    const published = documents.find((d) => d.id === id)?.document as { components: { schemas: Record<string, { 'x-description-vi'?: string; 'x-meaning'?: Record<string, { vi: string; en: string }> }> } };
    for (const [name, schema] of Object.entries(published.components.schemas)) {
      expect(page, name).toContain(`id="schema-${name}"`);
      for (const [code, { vi, en }] of Object.entries(schema['x-meaning'] ?? {})) expect(page, `${name} ${code}`).toContain(`<td><code>${escapeMarkup(code)}</code></td><td>${escapeMarkup(vi)}</td><td>${escapeMarkup(en)}</td>`);
    }
  });

  it('shows fields inside of fields, rules and what is personal', () => {
    const config = html('config.html');
    expect(config).toContain('<code>server.port</code>');
    expect(config).toContain('maximum 65535');
    const dossier = html('dossier.html');
    expect(dossier).toMatch(/<code>summary<\/code>.*?dữ liệu cá nhân.*?free-text/);
    expect(dossier).toMatch(/<code>code<\/code> <span class="mark">.*?bắt buộc/);
  });

  it('shows a text that means harm as text', () => {
    const evil = join(folder, 'evil');
    mkdirSync(join(evil, 'upstream'), { recursive: true });
    const bad = '<script src="https://example.vn/x.js"></script>"\'><img src=x onerror=alert(1)>';
    writeFileSync(join(evil, 'upstream/evil.openapi.yaml'), JSON.stringify({
      openapi: '3.1.0', info: { title: bad, version: '1.0.0', description: bad }, tags: [{ name: bad }],
      paths: { [`/${bad}`]: { get: { operationId: bad, summary: bad, tags: [bad], parameters: [{ name: bad, in: 'query', schema: { enum: [bad], pattern: bad } }], responses: { 200: { description: bad, content: { [bad]: { schema: { $ref: `#/components/schemas/${bad}` } } } } } } } },
      components: { schemas: { [bad]: { description: bad, properties: { [bad]: { type: bad, default: bad, 'x-open-question': bad, 'x-meaning': { [bad]: { vi: bad, en: bad } } } }, examples: [bad] } } },
    }));
    const out = join(folder, 'evil-site');
    expect(() => buildSite(publishedIn(evil), `## ${bad}\n- ${bad}`, out)).not.toThrow();
    for (const file of ['evil.html', 'index.html']) expect(readFileSync(join(out, file), 'utf8')).not.toMatch(/<(script|img)/);
  });

  it('notices a page that would load something', () => {
    const page = html('index.html');
    for (const piece of ['<script>1</script>', '<link rel="stylesheet" href="x">', '<img alt="x">', '<p onclick="x">', '<div style="x">', '<a src="x">']) expect(outsideOf(page.replace('</main>', `${piece}</main>`)), piece).toHaveLength(1);
    expect(outsideOf(page.replace('<style>', '<style>@import "x";'))).toHaveLength(1);
  });
});
