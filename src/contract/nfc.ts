/** Vietnamese text to NFC: "Hoà" typed on a Mac is five code points there and three elsewhere, and must compare equal. */

/**
 * Anything outside these ranges may be changed by NFC. Inside them nothing is: Latin up to U+02FF, Latin Extended
 * Additional (all Vietnamese letters), and the punctuation that word processors put in. Checked by a test, code point by code point.
 */
const MAYBE_NOT_NFC = /[^\u0000-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20ab]/;

/** False when the text may have to be normalised; true is certain. */
export const isNfc = (text: string): boolean => !MAYBE_NOT_NFC.test(text);

/**
 * Brings every text value of a tree to NFC, in place; a text itself is returned anew. Names of fields stay as they are.
 * @param value a tree as `JSON.parse` makes it: no cycles
 */
export function normalizeStrings<T>(value: T): T {
  if (typeof value === 'string') return (isNfc(value) ? value : value.normalize('NFC')) as T;
  if (typeof value !== 'object' || value === null) return value;
  const open: object[] = [value];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) {
      const list = node as unknown[];
      for (let i = 0; i < list.length; i++) {
        const item = list[i];
        if (typeof item === 'string') {
          if (!isNfc(item)) list[i] = item.normalize('NFC');
        } else if (typeof item === 'object' && item !== null) open.push(item);
      }
      continue;
    }
    const fields = node as Record<string, unknown>;
    for (const key in fields) {
      const item = fields[key];
      if (typeof item === 'string') {
        if (!isNfc(item)) fields[key] = item.normalize('NFC');
      } else if (typeof item === 'object' && item !== null) open.push(item);
    }
  }
  return value;
}
