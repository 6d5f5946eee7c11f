/** XML as a sequence of events: what the readers give and what every assembler of messages takes. No namespaces are resolved: a name loses its prefix. */

/** Bounds of everything that reads XML from outside. */
export interface XmlLimits {
  /** elements inside elements. Default 64 */
  depth?: number;
  /** characters from the end of one tag to the end of the next: text, CDATA, comments and the tag itself, as they are written. Default 4 Mi */
  text?: number;
  /** attributes of one element. Default 64 */
  attributes?: number;
  /** characters of the whole document. Default 16 Mi for `readXml`; a stream has none unless it is given */
  total?: number;
}
export const XML_LIMITS = { depth: 64, text: 4 * 1024 * 1024, attributes: 64, total: 16 * 1024 * 1024 } as const;

export interface XmlHandler {
  /** `name` without its prefix; attributes with theirs, `xsi:nil` for example */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  /** all text between two tags of an element, entities resolved, CDATA included; nothing is called for an empty one */
  text(text: string): void;
  close(name: string): void;
}

/** Why a document is not read on. `doctype` and `limit` are refusals, not faults of form. */
export type XmlFaultKind = 'not-well-formed' | 'doctype' | 'limit' | 'encoding';

/** Never holds text of the document: it may be personal. */
export class XmlFault extends Error {
  override name = 'XmlFault' as const;
  readonly kind: XmlFaultKind;
  /** from 1, where known */
  readonly line: number | undefined;
  constructor(kind: XmlFaultKind, detail: string, line?: number) {
    super(`${detail}${line === undefined ? '' : ` in line ${line}`}`);
    this.kind = kind;
    this.line = line;
  }
}
export const isXmlFault = (e: unknown): e is XmlFault => e instanceof Error && e.name === 'XmlFault';

export const localName = (name: string): string => checkName(name.slice(name.indexOf(':') + 1));

const REFUSED = new Set(['__proto__', 'constructor', 'prototype']);
/** Names that mean something else to JavaScript, and nothing to any message of ours. @throws XmlFault */
export function checkName(name: string): string {
  if (REFUSED.has(name)) throw new XmlFault('not-well-formed', 'an element has a name that is refused');
  return name;
}
