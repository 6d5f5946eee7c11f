/** The slow searches behind `parseJson`: they run only when a fault is certain, or when an escape makes one possible. */
import { pointerTo } from './pointer.ts';

type Path = (string | number)[];

/** Pointer to the first field that is named `__proto__`. The tree is no deeper than the parser's limit. */
export function forbiddenField(value: unknown): string | undefined {
  const path = find(value, (key) => key === '__proto__', () => false);
  return path && pointerTo([...path, '__proto__']);
}

/** Pointer to the first text with a NUL or with half of a surrogate pair; to the object, where a name has one. */
export function badText(value: unknown): string | undefined {
  const path = find(value, broken, broken);
  return path && pointerTo(path);
}
const broken = (text: string): boolean => text.includes('\0') || !text.isWellFormed();

/** Path to the first object with such a name or to the first such text. Built on the way back: most trees have none. */
function find(value: unknown, inName: (key: string) => boolean, inText: (text: string) => boolean): Path | undefined {
  if (typeof value === 'string') return inText(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const path = find(value[i], inName, inText);
      if (path) return [i, ...path];
    }
    return undefined;
  }
  for (const key in value) {
    if (inName(key)) return [];
    const path = find((value as Record<string, unknown>)[key], inName, inText);
    if (path) return [key, ...path];
  }
  return undefined;
}

/**
 * Pointer to the first field whose name occurs a second time in its object.
 * @param text JSON that parses
 */
export function duplicateField(text: string): string {
  /** one per open object (remembers its names) or list (counts its items) */
  const open: { names?: Set<string>; at: string | number }[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    const place = open.at(-1);
    if (c === '{') open.push({ names: new Set(), at: '' });
    else if (c === '[') open.push({ at: 0 });
    else if (c === '}' || c === ']') open.pop();
    else if (c === ',') {
      if (typeof place?.at === 'number') place.at++;
    } else if (c === '"') {
      const from = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      const end = i + 1;
      while (text[i + 1] === ' ' || text[i + 1] === '\n' || text[i + 1] === '\r' || text[i + 1] === '\t') i++;
      if (!place?.names || text[i + 1] !== ':') continue;
      const name = JSON.parse(text.slice(from, end)) as string;
      place.at = name;
      if (place.names.has(name)) return pointerTo(open.map((p) => p.at));
      place.names.add(name);
    }
  }
  return '';
}
