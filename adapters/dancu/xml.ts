/** A small XML message as a tree, by local names: prefixes and namespaces differ between installations and are not looked at. */
import { XmlFault } from '../../src/contract/xml/events.ts';
import { readXml } from '../../src/contract/xml/stream.ts';

export interface XmlElement {
  name: string;
  /** without prefix; declarations of namespaces are left out */
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** of the element itself, edges trimmed */
  text: string;
}

/** A record has four levels below its envelope; a page of the change feed may be long. */
const LIMITS = { depth: 24, text: 64 * 1024, attributes: 32, total: 8 * 1024 * 1024 };
const MOST_ELEMENTS = 400_000;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** @throws XmlFault for what is not well-formed, has a document type, or is beyond the limits */
export function readTree(document: string): XmlElement {
  const stack: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  readXml(document, {
    open(name, attributes) {
      count += 1;
      if (count > MOST_ELEMENTS) throw new XmlFault('limit', `more than ${MOST_ELEMENTS} elements`);
      const own = Object.entries(attributes).filter(([key]) => key !== 'xmlns' && !key.startsWith('xmlns:')).map(([key, value]) => [local(key), value]);
      const element: XmlElement = { name, attributes: Object.fromEntries(own) as Record<string, string>, children: [], text: '' };
      stack.at(-1)?.children.push(element);
      root ??= element;
      stack.push(element);
    },
    text(text) {
      const top = stack.at(-1);
      if (top !== undefined) top.text += text;
    },
    close() {
      const top = stack.pop();
      if (top !== undefined) top.text = top.text.trim();
    },
  }, LIMITS);
  if (root === undefined) throw new XmlFault('not-well-formed', 'no element');
  return root;
}

/** The first element of a name, the element itself included, in the order of the document. */
export function firstNamed(at: XmlElement, names: readonly string[]): XmlElement | undefined {
  if (names.includes(at.name)) return at;
  for (const child of at.children) {
    const found = firstNamed(child, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Text where there are no elements inside, else an object by name. An empty element says nothing and is left out; of several of one name the first counts. */
export function valueOf(at: XmlElement): string | Record<string, unknown> {
  if (at.children.length === 0) return at.text;
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const child of at.children) {
    if (child.children.length > 0 || child.text !== '') out[child.name] ??= valueOf(child);
  }
  return { ...out };
}
