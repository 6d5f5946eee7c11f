/** The whole site: an index, one page per document, the documents themselves and their changelog. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { node as json, text } from '../../src/contract/json-node.ts';
import { versionOf } from '../schema-diff/compare-document.ts';
import type { Published } from '../schema-diff/documents.ts';
import { documentPage } from './document.ts';
import { escapeMarkup } from '../../src/contract/markup.ts';
import { anchor, both, described, label, outsideOf, page } from './html.ts';

export interface BuiltPage { file: string; bytes: number }

/**
 * @param out emptied first
 * @throws Error when a page would load anything from outside
 */
export function buildSite(documents: readonly Published[], changelog: string, out: string, onPage: (page: BuiltPage) => void = () => undefined): BuiltPage[] {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'files'), { recursive: true });
  const built: BuiltPage[] = [];
  const write = (file: string, html: string): void => {
    const outside = outsideOf(html);
    if (outside.length > 0) throw new Error(`${file} would load something from outside: ${outside.slice(0, 3).join(' ')}`);
    writeFileSync(join(out, file), html);
    const page = { file, bytes: Buffer.byteLength(html) };
    built.push(page);
    onPage(page);
  };
  for (const { id, path, document } of documents) {
    const file = `files/${basename(path)}`;
    copyFileSync(path, join(out, file));
    // Tools that read only JSON, and everybody who wants to import it.
    if (path.endsWith('.yaml')) writeFileSync(join(out, file.replace(/\.yaml$/, '.json')), `${JSON.stringify(document, null, 2)}\n`);
    write(`${id}.html`, documentPage({ id, document, version: versionOf(document), file }));
  }
  write('index.html', indexPage(documents, changelog));
  return built;
}

function indexPage(documents: readonly Published[], changelog: string): string {
  const rows = documents.map(({ id, path, document }) => {
    const info = 'openapi' in document ? json(document['info']) : document;
    const file = `files/${basename(path)}`;
    const twin = path.endsWith('.yaml') ? ` · <a href="${escapeMarkup(file.replace(/\.yaml$/, '.json'))}">JSON</a>` : '';
    return `<tr><td><a href="${escapeMarkup(id)}.html">${both(text(info['x-title-vi']), text(info['title']) || id)}</a></td><td>${escapeMarkup(versionOf(document))}</td><td>${'openapi' in document ? 'OpenAPI 3.1' : 'JSON Schema 2020-12'}<br><a href="${escapeMarkup(file)}">${escapeMarkup(basename(path))}</a>${twin}</td><td>${described(info)}</td></tr>`;
  });
  const entries = changelog.split('\n').flatMap((line): string[] => {
    if (line.startsWith('## ')) return [`<h3 id="${anchor('change', line.slice(3))}">${escapeMarkup(line.slice(3))}</h3>`];
    return line.startsWith('- ') ? [`<p>${escapeMarkup(line.slice(2))}</p>`] : [];
  });
  const nav = `<b>lienthong</b><ul>${documents.map(({ id }) => `<li><a href="${escapeMarkup(id)}.html">${escapeMarkup(id)}</a></li>`).join('')}<li><a href="#changelog">${label('Nhật ký thay đổi', 'Changelog')}</a></li></ul>`;
  const main = [
    `<h1>${label('Tài liệu tham chiếu lược đồ', 'Schema reference')}</h1>`,
    `<p>${label('Mọi thứ dự án đọc và ghi; mỗi tài liệu một trang, xem được không cần mạng.', 'What the project reads and writes; one page per document, readable without a network.')}</p>`,
    `<table><tr><th>${label('tài liệu', 'document')}</th><th>${label('phiên bản', 'version')}</th><th>${label('tệp', 'file')}</th><th>${label('mô tả', 'description')}</th></tr>${rows.join('')}</table>`,
    `<h2 id="changelog">${label('Nhật ký thay đổi', 'Changelog')}</h2>`, ...entries,
  ];
  return page('lienthong: schemas', nav, main.join('\n'));
}
