/** The XML reader against another one, against itself in pieces, and against documents that mean harm. */
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isXmlFault, type XmlHandler, type XmlLimits } from '../../src/contract/xml/events.ts';
import { readXml, xmlPieces } from '../../src/contract/xml/stream.ts';
import { xmlText } from '../../src/contract/xml/write.ts';

interface Element { name: string; attributes: Record<string, string>; content: (Element | string)[] }

/** The tree that the events tell of, texts next to one another joined. */
function gather(): { handler: XmlHandler; root(): Element | undefined } {
  const document: Element = { name: '', attributes: {}, content: [] };
  const open = [document];
  const handler: XmlHandler = {
    open(name, attributes) {
      const element = { name, attributes: { ...attributes }, content: [] };
      open.at(-1)?.content.push(element);
      open.push(element);
    },
    text: (text) => void open.at(-1)?.content.push(text),
    close: () => void open.pop(),
  };
  return { handler, root: () => document.content[0] as Element | undefined };
}
function whole(document: string, limits?: XmlLimits): Element | undefined {
  const { handler, root } = gather();
  readXml(document, handler, limits);
  return root();
}
function inPieces(document: string, sizes: readonly number[], limits?: XmlLimits): Element | undefined {
  const { handler, root } = gather();
  const reader = xmlPieces(handler, limits);
  for (let at = 0, i = 0; at < document.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    reader.write(document.slice(at, at + size));
    at += size;
  }
  reader.end();
  return root();
}
/** What becomes of a document: the tree, or the kind of the fault; whole and in pieces alike. */
function outcome(document: string, limits?: XmlLimits): unknown {
  const of = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      if (!isXmlFault(error)) throw error;
      return error.kind;
    }
  };
  const result = of(() => whole(document, limits));
  for (const sizes of [[1], [7, 1, 2], [65_536], [100_000]]) {
    if (document.length / (sizes[0] ?? 1) < 200_000) expect(of(() => inPieces(document, sizes, limits))).toEqual(result);
  }
  return result;
}

/** The same through fast-xml-parser, which has nothing in common with ours. */
function byAnother(document: string): Element {
  type Ordered = Record<string, unknown>;
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, parseAttributeValue: false, trimValues: false, ignoreDeclaration: true, ignorePiTags: true });
  const elementOf = (item: Ordered): Element | string => {
    if ('#text' in item) return String(item['#text']);
    const [name = ''] = Object.keys(item).filter((key) => key !== ':@');
    const content: (Element | string)[] = [];
    for (const part of (item[name] as Ordered[]).map(elementOf)) {
      if (typeof part !== 'string') content.push(part);
      else if (typeof content.at(-1) === 'string') content.push(`${String(content.pop())}${part}`);
      else if (part !== '') content.push(part);
    }
    return { name: name.slice(name.indexOf(':') + 1), attributes: { ...(item[':@'] as Record<string, string> | undefined) }, content };
  };
  const items = (parser.parse(document) as Ordered[]).map(elementOf).filter((item) => typeof item !== 'string');
  return items[0] as Element;
}

const name = fc.constantFrom('a', 'DC_ThuaDat', 'dienTich', 'x:maXa', 'Tên', '_1');
const piece = fc.oneof(
  fc.constantFrom('Nguyễn', 'Thôn Ví Dụ'.normalize('NFD'), '00123', '\u{1F3E0}', '  ', 'x\ny', 'A & B < C > "D"', '007', '1e3', 'true'),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((s) => !/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/.test(s) && s.isWellFormed()),
);
const written = fc.oneof(
  { weight: 5, arbitrary: piece.map(xmlText) },
  fc.constantFrom('<![CDATA[a < b & c]]>', '<![CDATA[<x>]]>', '<!-- một <chú> thích -->', '<?pi x?>', '&amp;lt;'),
);
const attributes = fc.uniqueArray(fc.tuple(fc.constantFrom('Trang', 'GhiChu', 'xsi:nil'), piece.filter((text) => !/[\n\t]/.test(text))), { selector: ([key]) => key, maxLength: 3 });
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.tuple(name, attributes, fc.array(fc.oneof({ maxDepth: 4 }, written, tie('element')), { maxLength: 4 })).map(([tag, list, content]) =>
    `<${tag}${list.map(([key, value]) => ` ${key}="${xmlText(value)}"`).join('')}>${content.join('')}</${tag}>`),
}));

describe('the reader', () => {
  it('reads what another parser reads, whole and cut anywhere', () => {
    fc.assert(fc.property(element, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }), (inner, sizes) => {
      const document = `<?xml version="1.0" encoding="utf-8"?>\n<!-- đầu -->\n${inner}\n<!-- cuối -->\n`;
      const read = whole(document);
      expect(read).toEqual(byAnother(document));
      expect(inPieces(document, sizes)).toEqual(read);
    }), { numRuns: 300 });
  });

  it('takes a byte order mark, any declared encoding of a text that is already text, and leaves letters as they were composed', () => {
    const nfd = 'Đất ở'.normalize('NFD');
    for (const start of ['\ufeff', '', '<?xml version="1.0" encoding="utf-16"?>', '\ufeff<?xml version="1.0" encoding="windows-1258" standalone="yes"?>\r\n']) {
      expect(outcome(`${start}<a>${nfd}</a>`)).toEqual({ name: 'a', attributes: {}, content: [nfd] });
    }
  });

  it('resolves the five entities of XML and numbers of characters', () => {
    expect(outcome('<a b="&#x1EA1;&quot;">&#7841;&amp;&lt;&gt;&apos;&quot;&#x1F3E0;&#13;</a>')).toEqual({ name: 'a', attributes: { b: 'ạ"' }, content: ['ạ&<>\'"\u{1F3E0}\r'] });
  });

  it('passes on what the handler throws', () => {
    class Mine extends Error {}
    const handler: XmlHandler = { open: () => { throw new Mine('x'); }, text: () => undefined, close: () => undefined };
    expect(() => readXml('<a/>', handler)).toThrow(Mine);
  });

  it('says where, and never what', () => {
    const secret = 'Trần Thị Ví Dụ 099199000001';
    for (const broken of [`<a>\n<b>${secret}</c></a>`, `<a>\n&${secret};</a>`, `<a>\n</a>${secret}`, `<a>\n<${secret.replaceAll(' ', '')}:x</a>`]) {
      expect(() => whole(broken)).toThrow(expect.objectContaining({ kind: 'not-well-formed', line: 2, message: expect.not.stringMatching(/Trần|0991/) as string }) as Error);
    }
  });
});

describe('documents that mean harm', () => {
  it.each<[string, string, unknown]>([
    ['a document type', '<!DOCTYPE a><a/>', 'doctype'],
    ['one that grows', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>', 'doctype'],
    ['one of the machine', '<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', 'doctype'],
    ['parameter entities', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>', 'doctype'],
    ['one behind a comment', '<!-- x --><!DOCTYPE a><a/>', 'doctype'],
    ['one inside', '<a><!DOCTYPE b></a>', 'not-well-formed'],
    ['one in small letters', '<!doctype a><a/>', 'not-well-formed'],
    ['an entity of HTML', '<a>&nbsp;</a>', 'not-well-formed'],
    ['a character that XML does not have', '<a>\u0001</a>', 'not-well-formed'],
    ['the same as a number', '<a>&#1;</a>', 'not-well-formed'],
    ['the same in XML 1.1', '<?xml version="1.1"?><a>&#1;</a>', 'not-well-formed'],
    ['half a character', '<a>x\ud800y</a>', 'not-well-formed'],
    ['half a character as a number', '<a>&#xD800;</a>', 'not-well-formed'],
    ['text behind the end', '<a/>b', 'not-well-formed'],
    ['two roots', '<a/><b/>', 'not-well-formed'],
    ['an attribute twice', '<a b="1" b="2"/>', 'not-well-formed'],
    ['an end of CDATA in a text', '<a>]]></a>', 'not-well-formed'],
    ['an open tag at the end', '<a', 'not-well-formed'],
    ['names of JavaScript', '<a><constructor/></a>', 'not-well-formed'],
  ])('%s', (_what, document, expected) => {
    expect(outcome(document)).toEqual(expected);
  });

  it('a document type that is only spoken of is none', () => {
    expect(outcome('<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>')).toEqual({ name: 'a', attributes: {}, content: ['<!DOCTYPE a>'] });
  });

  it('names of JavaScript as attributes are attributes', () => {
    const { attributes: given = {} } = whole('<a __proto__="x" constructor="y"/>') ?? {};
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(Object.keys(given)).toContain('constructor');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('limits', () => {
  const L = { text: 1_000, depth: 5, attributes: 3, total: 100_000 };
  const run = (n: number): string => 'x'.repeat(n);
  it.each<[string, string, string]>([
    ['a text', `<a>${run(990)}</a>`, `<a>${run(1_001)}</a>`],
    ['an attribute', `<a b="${run(980)}"/>`, `<a b="${run(1_001)}"/>`],
    ['a name', `<${run(990)}/>`, `<${run(1_001)}/>`],
    ['a comment', `<a><!--${run(980)}--></a>`, `<a><!--${'x<'.repeat(501)}--></a>`],
    ['a CDATA section', `<a><![CDATA[${run(980)}]]></a>`, `<a><![CDATA[${'x<'.repeat(501)}]]></a>`],
    ['a text in many sections', `<a>${'<![CDATA[xx]]>'.repeat(70)}</a>`, `<a>${'<![CDATA[xx]]>'.repeat(72)}</a>`],
    ['a text cut by comments', `<a>${'xx<!-- -->'.repeat(98)}</a>`, `<a>${'xx<!-- -->'.repeat(101)}</a>`],
    ['an instruction', `<a><?p ${run(980)}?></a>`, `<a><?p ${'x<'.repeat(501)}?></a>`],
    ['spaces before the root', `${' '.repeat(900)}<a/>`, `${' '.repeat(1_001)}<a/>`],
    ['depth', '<a><a><a><a><a/></a></a></a></a>', '<a><a><a><a><a><a/></a></a></a></a></a>'],
    ['attributes', '<a b="1" c="1" d="1"/>', '<a b="1" c="1" d="1" e="1"/>'],
    ['all of it', `<a>${'<b/>'.repeat(20_000)}</a>`, `<a>${'<b/>'.repeat(26_000)}</a>`],
  ])('%s', (_what, allowed, refused) => {
    expect(outcome(allowed, L)).toMatchObject({ attributes: {} });
    expect(outcome(refused, L)).toBe('limit');
  });

  it.each<[string, string, string]>([
    ['a text', '<a>', 'x'], ['a comment', '<a><!--', 'x<'], ['a CDATA section', '<a><![CDATA[', 'x<'], ['many sections', '<a>', '<![CDATA[x]]>'], ['many comments', '<a>x', '<!-- -->'],
    ['an instruction', '<a><?p ', 'x<'], ['a name', '<', 'a'], ['an attribute', '<a b="', 'x'], ['attributes without end', '<a ', 'a="" '], ['spaces in a tag', '<a', ' '], ['a document type', '<!DOCTYPE a [', '<!-- -->'],
  ])('%s that never ends is given up within its bound', (_what, start, again) => {
    const reader = xmlPieces(gather().handler);
    const block = again.repeat(Math.ceil((1024 * 1024) / again.length));
    let sent = 0;
    expect(() => {
      reader.write(start);
      for (; sent < 1_024; sent += 1) reader.write(block);
    }).toThrow(expect.objectContaining({ name: 'XmlFault' }) as Error);
    expect(sent).toBeLessThan(8);
  });

  it('much white space between elements costs time, not memory', () => {
    let calls = 0;
    const reader = xmlPieces({ open: () => void (calls += 1), text: () => undefined, close: () => undefined });
    const block = `${' '.repeat(1024 * 1024)}<b/>`;
    reader.write('<a>');
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    for (let i = 0; i < 48; i += 1) {
      reader.write(block);
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    reader.write('</a>');
    reader.end();
    expect(calls).toBe(49);
    expect(most).toBeLessThan(40 * 1024 * 1024);
  });
});
