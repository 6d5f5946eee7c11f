/** Level 3 of the detail (fact sheet 3.3): the first element `hoTich` anywhere in a document, with flat children that are text. */
import { isXmlFault, type XmlHandler } from '../../src/contract/xml/events.ts';
import { readXml } from '../../src/contract/xml/stream.ts';
import { xmlText } from '../../src/contract/xml/write.ts';
import type { CivilStatus } from '../../src/model/canonical.ts';
import { DECLARED, writeField } from './fields.ts';

const LIMITS = { depth: 16, text: 256 * 1024, attributes: 16, total: 4 * 1024 * 1024 };
const MOST_FIELDS = 500;
const ELEMENT = 'hoTich';

/** Why it could not be read; never holds text of the document. */
export type HoTichFault = 'doctype' | 'limit' | 'not-well-formed' | 'encoding' | 'no-hotich' | 'twice' | 'nested' | 'too-many';
export type HoTichRead = { ok: true; fields: Record<string, string> } | { ok: false; fault: HoTichFault };

class Stop extends Error {
  readonly fault: HoTichFault;
  constructor(fault: HoTichFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The names and texts of the children; DOCTYPE and external entities are refused. Total. */
export function readHoTich(xml: string): HoTichRead {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let depth = 0;
  let state: 'before' | 'inside' | 'after' = 'before';
  let inside = 0;
  let name: string | undefined;
  const handler: XmlHandler = {
    open(element) {
      depth += 1;
      if (state === 'before' && element === ELEMENT) {
        state = 'inside';
        inside = depth;
      } else if (state === 'inside') {
        if (depth > inside + 1) throw new Stop('nested');
        if (Object.hasOwn(fields, element)) throw new Stop('twice');
        if (Object.keys(fields).length >= MOST_FIELDS) throw new Stop('too-many');
        name = element;
        fields[element] = '';
      }
    },
    text(text) {
      if (state === 'inside' && name !== undefined) fields[name] += text;
    },
    close() {
      if (state === 'inside' && depth === inside) state = 'after';
      if (depth === inside + 1) name = undefined;
      depth -= 1;
    },
  };
  try {
    readXml(xml, handler, LIMITS);
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault };
    if (isXmlFault(error)) return { ok: false, fault: error.kind };
    throw error;
  }
  // TypeScript does not see that the handler has set it.
  return (state as string) === 'before' ? { ok: false, fault: 'no-hotich' } : { ok: true, fields };
}

/** The declared event as DVCLT would send it: what `readHoTich` and the tables read back as the same event. @throws TypeError for what XML cannot say */
export function writeHoTich(event: CivilStatus): string {
  const children = DECLARED[event.kind].flatMap((field) => {
    const value = writeField(field, event);
    return value === null ? [] : [`<${field.wire}>${xmlText(value)}</${field.wire}>`];
  });
  return `<root><${ELEMENT}>${children.join('')}</${ELEMENT}></root>`;
}
