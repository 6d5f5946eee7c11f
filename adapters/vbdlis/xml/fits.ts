/** Whether a value from outside, JSON for instance, is a typed land file: what would be lost or broken on its way to XML is said instead. */
import { isRecord } from '../../../src/contract/is-record.ts';
import { leafValue } from './assemble.ts';
import { HO_SO_XML, ROOT, type ElementShape, type LeafType } from './shape.ts';

/** One value that does not fit: a JSON pointer, without the value. */
export interface Misfit { pointer: string; kind: 'unknown' | 'type'; /** what is expected there */ expected?: string }

/** Beyond these it is another file altogether. */
const MOST = 100;
const EXPECTED: Readonly<Record<LeafType, string>> = { str: 'text', int: 'whole number', dec: 'digits as text, “212.50”', bool: 'true, false', dt: 'xs:dateTime as text' };
const at = (pointer: string, key: string | number): string => `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** @returns what does not fit, at most a hundred; none: the value is a `LandFile` */
export function misfitsOf(value: unknown): Misfit[] {
  const found: Misfit[] = [];
  const tell = (pointer: string, kind: Misfit['kind'], expected?: string): void => {
    if (found.length < MOST) found.push({ pointer, kind, ...(expected === undefined ? {} : { expected }) });
  };
  const listed = (list: unknown, pointer: string, each: (item: unknown, pointer: string) => void): void => {
    if (Array.isArray(list)) list.forEach((item, i) => each(item, at(pointer, i)));
    else tell(pointer, 'type', 'list');
  };
  function unplaced(raw: unknown, pointer: string): void {
    if (!isRecord(raw) || typeof raw['name'] !== 'string') return tell(pointer, 'type', '{name, text?, children?}');
    if (raw['text'] !== undefined && typeof raw['text'] !== 'string') tell(at(pointer, 'text'), 'type', EXPECTED.str);
    if (raw['children'] !== undefined) listed(raw['children'], at(pointer, 'children'), unplaced);
  }
  function node(of: unknown, shape: ElementShape, pointer: string): void {
    if (!isRecord(of)) return tell(pointer, 'type', 'object');
    for (const [key, inner] of Object.entries(of)) {
      const here = at(pointer, key);
      const type = Object.hasOwn(shape.leaves, key) ? shape.leaves[key] : undefined;
      const child = Object.hasOwn(shape.children, key) ? shape.children[key] : undefined;
      if (type !== undefined) {
        if (inner !== null && leafValue(type, String(inner)) !== inner) tell(here, 'type', EXPECTED[type]);
      } else if (child !== undefined) {
        if (Object.keys(child.leaves).length === 0) node(inner, child, here);
        else listed(inner, here, (item, place) => node(item, child, place));
      } else if (key === shape.files) {
        if (isRecord(inner)) listed(inner[ROOT] ?? [], at(here, ROOT), (file, place) => node(file, HO_SO_XML, place));
        else tell(here, 'type', 'object');
      } else if (key === 'unplaced') listed(inner, here, unplaced);
      else tell(here, 'unknown');
    }
  }
  node(value, HO_SO_XML, '');
  return found;
}
