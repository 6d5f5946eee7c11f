/** One published document as one page: operations with what they ask and answer, then every schema. */
import { node as json, list, pointed, text, type Node as Json } from '../../src/contract/json-node.ts';
import { METHODS } from '../../src/contract/openapi.ts';
import { escapeMarkup } from '../../src/contract/markup.ts';
import { anchor, both, described, label, page } from './html.ts';
import { fieldTable, rules, schemaSection, typeOf, type Lookup } from './schema.ts';

interface Operation { id: string; method: string; path: string; node: Json; shared: unknown[]; tag: string }

function operationsOf(document: Json): Operation[] {
  return Object.entries(json(document['paths'])).flatMap(([path, item]) =>
    METHODS.flatMap((method): Operation[] => {
      if (json(item)[method] === undefined) return [];
      const node = json(json(item)[method]);
      return [{ id: text(node['operationId']) || `${method}-${path}`, method: method.toUpperCase(), path, node, shared: list(json(item)['parameters']), tag: text(list(node['tags'])[0]) }];
    }));
}

const lookupIn = (document: Json): Lookup => (ref) => json(pointed(document, ref));

const dereferenced = (lookup: Lookup, value: unknown): Json => (typeof json(value)['$ref'] === 'string' ? lookup(text(json(value)['$ref'])) : json(value));

/** Media types with what they carry; the fields of a schema that has no name stand here, nowhere else. */
function contents(lookup: Lookup, node: Json): string {
  return Object.entries(json(node['content'])).map(([media, content]) => {
    const { schema } = json(content);
    return `<div><code>${escapeMarkup(media)}</code>${schema === undefined ? '' : ` ${typeOf(schema)}${fieldTable(schema, lookup)}`}</div>`;
  }).join('');
}

function operationSection(lookup: Lookup, operation: Operation): string {
  const { node } = operation;
  const parameters = [...operation.shared, ...list(node['parameters'])].map((p) => dereferenced(lookup, p));
  const asked = parameters.map((p) => `<tr><td><code>${escapeMarkup(text(p['name']))}</code> ${p['required'] === true ? `<span class="mark">${label('bắt buộc', 'required')}</span>` : ''}</td><td>${escapeMarkup(text(p['in']))}</td><td>${typeOf(p['schema'])}${rules(json(p['schema']))}</td><td>${described({ ...json(p['schema']), ...p })}</td></tr>`);
  const body = node['requestBody'] === undefined ? undefined : dereferenced(lookup, node['requestBody']);
  const answers = Object.entries(json(node['responses'])).map(([status, answer]) => {
    const told = dereferenced(lookup, answer);
    return `<tr><td><code>${escapeMarkup(status)}</code></td><td>${described(told)}</td><td>${contents(lookup, told)}</td></tr>`;
  });
  const scope = text(node['x-scope']);
  const question = text(node['x-open-question']);
  return [
    `<section><h3 id="${anchor('op', operation.id)}"><span class="method">${operation.method}</span><code>${escapeMarkup(operation.path)}</code></h3>`,
    both(text(node['x-summary-vi']), text(node['summary'])), described(node),
    scope === '' ? '' : `<p>${label('quyền của khóa', 'scope of the key')}: <code>${escapeMarkup(scope)}</code></p>`,
    question === '' ? '' : `<div class="rule warn">${label('chưa rõ', 'open question')}: ${escapeMarkup(question)}</div>`,
    asked.length === 0 ? '' : `<table><tr><th>${label('tham số', 'parameter')}</th><th>${label('ở đâu', 'in')}</th><th>${label('kiểu', 'type')}</th><th>${label('mô tả', 'description')}</th></tr>${asked.join('')}</table>`,
    body === undefined ? '' : `<p>${label('Gửi', 'Request')}${body['required'] === true ? ` <span class="mark">${label('bắt buộc', 'required')}</span>` : ''}</p>${contents(lookup, body)}`,
    `<table><tr><th>HTTP</th><th>${label('trả lời', 'answer')}</th><th>${label('nội dung', 'content')}</th></tr>${answers.join('')}</table></section>`,
  ].join('');
}

export interface PageInput { id: string; document: Json; version: string; /** the document itself, beside the page */ file: string }

export function documentPage({ id, document, version, file }: PageInput): string {
  const info = json(document['info']);
  const isApi = 'openapi' in document;
  const titled = isApi ? info : document;
  const title = text(titled['title']) || id;
  const lookup = lookupIn(document);
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const told = new Map(list(document['tags']).map((tag) => [text(json(tag)['name']), json(tag)]));
  const schemas: [string, unknown][] = isApi
    ? Object.entries(json(json(document['components'])['schemas']))
    : [['root', Object.fromEntries(Object.entries(document).filter(([key]) => !['$defs', '$schema', '$id', '$comment', 'description', 'x-description-vi'].includes(key)))], ...Object.entries(json(document['$defs']))];
  const shown = (name: string): string => (isApi || name !== 'root' ? name : title);
  const nav = [
    `<a href="index.html">← ${label('mọi tài liệu', 'all documents')}</a><b>${escapeMarkup(title)} ${escapeMarkup(version)}</b>`,
    ...tags.map((tag) => `<b>${escapeMarkup(tag || 'API')}</b><ul>${operations.filter((o) => o.tag === tag).map((o) => `<li><a href="#${anchor('op', o.id)}">${o.method} ${escapeMarkup(o.path)}</a></li>`).join('')}</ul>`),
    `<b>${label('Lược đồ', 'Schemas')}</b><ul>${schemas.map(([name]) => `<li><a href="#${anchor('schema', name)}">${escapeMarkup(shown(name))}</a></li>`).join('')}</ul>`,
  ];
  const servers = list(document['servers']).map((server) => `<li><code>${escapeMarkup(text(json(server)['url']))}</code> ${described(json(server))}</li>`);
  const main = [
    `<h1>${both(text(titled['x-title-vi']), title)}</h1><p>${label('phiên bản', 'version')} <b>${escapeMarkup(version)}</b> · <a href="${escapeMarkup(file)}">${escapeMarkup(file)}</a></p>`,
    described(isApi ? info : document),
    servers.length === 0 ? '' : `<ul>${servers.join('')}</ul>`,
    ...tags.flatMap((tag) => [`<h2>${escapeMarkup(tag || 'API')}</h2>`, described(told.get(tag) ?? {}), ...operations.filter((o) => o.tag === tag).map((o) => operationSection(lookup, o))]),
    `<h2>${label('Lược đồ', 'Schemas')}</h2>`,
    ...schemas.map(([name, schema]) => schemaSection(name, schema, lookup, shown(name))),
  ];
  return page(`${title} ${version}`, nav.join(''), main.join('\n'));
}
