/**
 * XML, whole or in pieces, in bounded memory. `saxes` is imported here only; it checks well-formedness and knows no entities but the five of
 * XML. One reader for small messages and for files of any length: both mean the same, and it is several times as fast as building a tree
 * first (bench/land-xml.ts).
 */
import { SaxesParser } from 'saxes';
import { localName, XML_LIMITS, XmlFault, type XmlHandler, type XmlLimits } from './events.ts';

export interface XmlWriter {
  /** @throws XmlFault; whatever the handler throws passes through */
  write(piece: string): void;
  /** @throws XmlFault when the document is not whole */
  end(): void;
}

/** Of what is given at once, the parser sees so many characters: the bound on what it may hold is looked at in between. */
const STEP = 64 * 1024;

/**
 * Takes pieces of text and calls the handler as soon as something is known.
 * A document type declaration is refused: nothing of ours has one, and entities are how a small file becomes a large one.
 */
export function xmlPieces(handler: XmlHandler, limits: XmlLimits = {}): XmlWriter {
  const { depth: mostDeep = XML_LIMITS.depth, text: mostText = XML_LIMITS.text, attributes: mostAttributes = XML_LIMITS.attributes, total: mostTotal = Number.POSITIVE_INFINITY } = limits;
  // XML 1.1 would let in characters that 1.0 cannot write again.
  const parser = new SaxesParser({ forceXMLVersion: true, defaultXMLVersion: '1.0' });
  let depth = 0;
  let total = 0;
  let text = '';
  /** characters that the parser has been given; its own position is right only while it works */
  let fed = 0;
  /** end of the last tag; what comes after is held, be it text in however many parts, a comment or a tag that has begun */
  let known = 0;
  /** what is thrown now is the handler's */
  let isHandling = false;

  const limit = (detail: string): XmlFault => new XmlFault('limit', detail, parser.line);
  const bounded = (to: number): void => {
    if (to - known > mostText) throw limit(`more than ${mostText} characters without a tag`);
  };
  const mark = (): void => {
    const at = parser.position;
    bounded(at);
    known = at;
  };
  const gather = (piece: string): void => {
    if (depth > 0) text += piece;
  };
  const flush = (): void => {
    if (text === '') return;
    const whole = text;
    text = '';
    if (!whole.isWellFormed()) throw new XmlFault('not-well-formed', 'half a character', parser.line);
    handler.text(whole);
  };
  // Five listeners and no more: with eight V8 keeps the parser as a dictionary, and all of it is five times as slow.
  parser.on('doctype', () => {
    throw new XmlFault('doctype', 'a document type declaration is refused', parser.line);
  });
  parser.on('opentag', (tag) => {
    mark();
    depth += 1;
    if (depth > mostDeep) throw limit(`more than ${mostDeep} elements inside one another`);
    let attributes = 0;
    for (const _ in tag.attributes) attributes += 1;
    if (attributes > mostAttributes) throw limit(`more than ${mostAttributes} attributes`);
    const name = localName(tag.name);
    isHandling = true;
    flush();
    handler.open(name, tag.attributes as Record<string, string>);
    isHandling = false;
  });
  parser.on('closetag', (tag) => {
    mark();
    depth -= 1;
    const name = localName(tag.name);
    isHandling = true;
    flush();
    handler.close(name);
    isHandling = false;
  });
  parser.on('text', gather);
  parser.on('cdata', gather);

  /** The parser's own messages may quote the document: nothing of them is passed on. */
  const told = (error: unknown): unknown => (isHandling || error instanceof XmlFault ? error : new XmlFault('not-well-formed', 'the XML is not well-formed', parser.line));
  return {
    write(piece) {
      total += piece.length;
      if (total > mostTotal) throw new XmlFault('limit', `more than ${mostTotal} characters`);
      try {
        for (let at = 0; at < piece.length; at += STEP) {
          const step = piece.length <= STEP ? piece : piece.slice(at, at + STEP);
          parser.write(step);
          fed += step.length;
          bounded(fed);
        }
      } catch (error) {
        throw told(error);
      }
    },
    end() {
      try {
        parser.close();
      } catch (error) {
        throw told(error);
      }
    },
  };
}

/** Calls the handler for a whole document. @throws XmlFault; whatever the handler throws passes through */
export function readXml(document: string, handler: XmlHandler, limits: XmlLimits = {}): void {
  const reader = xmlPieces(handler, { total: XML_LIMITS.total, ...limits });
  reader.write(document);
  reader.end();
}
