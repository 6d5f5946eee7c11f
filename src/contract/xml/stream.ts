/** XML that comes in pieces, in bounded memory. `saxes` is imported here only; it knows no DOCTYPE entities and checks well-formedness. */
import { SaxesParser } from 'saxes';
import { localName, XML_LIMITS, XmlFault, type XmlHandler, type XmlLimits } from './events.ts';

export interface XmlWriter {
  /** @throws XmlFault; whatever the handler throws passes through */
  write(piece: string): void;
  /** @throws XmlFault when the document is not whole */
  end(): void;
}

/**
 * Takes pieces of text and calls the handler as soon as something is known.
 * A document type declaration is refused: nothing of ours has one, and entities are how a small file becomes a large one.
 */
export function xmlPieces(handler: XmlHandler, limits: XmlLimits = {}): XmlWriter {
  const { depth: mostDeep = XML_LIMITS.depth, text: mostText = XML_LIMITS.text, attributes: mostAttributes = XML_LIMITS.attributes, total: mostTotal = Number.POSITIVE_INFINITY } = limits;
  const parser = new SaxesParser();
  let depth = 0;
  let attributes = 0;
  let total = 0;
  let sinceTag = 0;
  let text = '';

  const flush = (): void => {
    if (text === '') return;
    const whole = text;
    text = '';
    handler.text(whole);
  };
  parser.on('doctype', () => {
    throw new XmlFault('doctype', 'a document type declaration is refused', parser.line);
  });
  parser.on('opentagstart', () => {
    attributes = 0;
    if (depth >= mostDeep) throw new XmlFault('limit', `more than ${mostDeep} elements inside one another`, parser.line);
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > mostAttributes) throw new XmlFault('limit', `more than ${mostAttributes} attributes`, parser.line);
  });
  parser.on('opentag', (tag) => {
    flush();
    depth += 1;
    handler.open(localName(tag.name), tag.attributes as Record<string, string>);
  });
  parser.on('text', (piece) => {
    if (depth > 0) text += piece;
  });
  parser.on('cdata', (piece) => { text += piece; });
  parser.on('closetag', (tag) => {
    flush();
    depth -= 1;
    handler.close(localName(tag.name));
  });
  parser.on('error', (error) => {
    if (error instanceof XmlFault) throw error;
    // Its message may quote the document.
    throw new XmlFault('not-well-formed', 'the XML is not well-formed', parser.line);
  });

  return {
    write(piece) {
      total += piece.length;
      if (total > mostTotal) throw new XmlFault('limit', `more than ${mostTotal} characters`);
      // The parser keeps a run of text until the next tag: the bound must be on what goes in.
      const first = piece.indexOf('<');
      sinceTag += first < 0 ? piece.length : first;
      let longest = sinceTag;
      if (first >= 0) {
        let at = first;
        for (let next = piece.indexOf('<', at + 1); next >= 0; next = piece.indexOf('<', at + 1)) {
          longest = Math.max(longest, next - at);
          at = next;
        }
        sinceTag = piece.length - at;
        longest = Math.max(longest, sinceTag);
      }
      if (longest > mostText) throw new XmlFault('limit', `more than ${mostText} characters without a tag`, parser.line);
      parser.write(piece);
    },
    end: () => void parser.close(),
  };
}
