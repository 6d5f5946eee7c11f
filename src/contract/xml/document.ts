/** Small XML documents, whole in memory. `fast-xml-parser` is imported here only. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { localName, XML_LIMITS, XmlFault, type XmlHandler, type XmlLimits } from './events.ts';

type Ordered = Record<string, unknown>;
const ATTRIBUTES = ':@';
const TEXT = '#text';
const CDATA = '#cdata';

const parser = new XMLParser({
  preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, parseAttributeValue: false, trimValues: false, cdataPropName: CDATA,
  // Entities are resolved here: the library passes over unknown ones and knows no numbers without HTML's two thousand names.
  processEntities: false, ignoreDeclaration: true, ignorePiTags: true, htmlEntities: false,
});

/** Calls the handler for a whole document, as `xmlPieces` does for one in pieces. @throws XmlFault */
export function readXml(document: string, handler: XmlHandler, limits: XmlLimits = {}): void {
  const { depth: mostDeep = XML_LIMITS.depth, text: mostText = XML_LIMITS.text, attributes: mostAttributes = XML_LIMITS.attributes, total: mostTotal = XML_LIMITS.total } = limits;
  if (document.length > mostTotal) throw new XmlFault('limit', `more than ${mostTotal} characters`);
  // Anywhere: the parser would take one in the middle too. Comments and CDATA may speak of it.
  if (/<!DOCTYPE/i.test(document) && /<!DOCTYPE/i.test(document.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, ''))) throw new XmlFault('doctype', 'a document type declaration is refused');
  const text = document.charCodeAt(0) === 0xfeff ? document.slice(1) : document;
  if (NO_CHARACTERS.test(text)) throw malformed();
  tooDeep(text, mostDeep);
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new XmlFault('not-well-formed', 'the XML is not well-formed', valid.err.line);

  let parsed: Ordered[];
  try {
    parsed = parser.parse(text) as Ordered[];
  } catch {
    throw malformed();
  }
  const walk = (nodes: Ordered[]): void => {
    let run = '';
    const flush = (): void => {
      if (run === '') return;
      if (run.length > mostText) throw new XmlFault('limit', `more than ${mostText} characters without a tag`);
      const whole = run;
      run = '';
      handler.text(whole);
    };
    for (const item of nodes) {
      for (const [name, value] of Object.entries(item)) {
        if (name === ATTRIBUTES) continue;
        if (name === TEXT) run += resolved(String(value));
        else if (name === CDATA) run += String((value as Ordered[])[0]?.[TEXT] ?? '');
        else {
          flush();
          const attributes = (item[ATTRIBUTES] ?? {}) as Record<string, string>;
          if (Object.keys(attributes).length > mostAttributes) throw new XmlFault('limit', `more than ${mostAttributes} attributes`);
          handler.open(localName(name), Object.fromEntries(Object.entries(attributes).map(([key, of]) => [key, resolved(of)])));
          walk(value as Ordered[]);
          handler.close(localName(name));
        }
      }
    }
    flush();
  };
  walk(parsed.filter((item) => !(TEXT in item)));
}

const malformed = (): XmlFault => new XmlFault('not-well-formed', 'the XML is not well-formed');

/** Characters that XML 1.0 does not have. */
const NO_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws XmlFault on an entity that is none, as any parser that checks would */
function resolved(text: string): string {
  if (text.includes(']]>')) throw malformed();
  return text.includes('&') ? text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,10}));|&/gi, (_all, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
    if (name !== undefined && Object.hasOwn(ENTITIES, name)) return ENTITIES[name] ?? '';
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : -1;
    if (code < 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) throw malformed();
    const character = String.fromCodePoint(code);
    if (NO_CHARACTERS.test(character)) throw malformed();
    return character;
  }) : text;
}

/** The parser and its validator descend by recursion or by long lists: depth is counted before they see the text. */
function tooDeep(text: string, most: number): void {
  let depth = 0;
  for (const [tag] of text.matchAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<\/?[^\s<>/!?][^<>]*>/g)) {
    if (tag.startsWith('<!') || tag.startsWith('<?') || tag.endsWith('/>')) continue;
    depth += tag.startsWith('</') ? -1 : 1;
    if (depth > most) throw new XmlFault('limit', `more than ${most} elements inside one another`);
  }
}
