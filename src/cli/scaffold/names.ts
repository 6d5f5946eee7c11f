/** Names for code out of names that people gave: Vietnamese, with blanks, reserved words, twice the same. */

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_ID = 40;
const LONGEST_NAME = 60;

/** Words that may not name a variable, and those that a generated file uses itself. */
const TAKEN = new Set(`abstract any arguments as async await boolean break case catch class config const constructor continue debugger declare default delete do else
enum eval export extends false finally for from function get if implements import in infer instanceof interface is keyof let module namespace never new null number
object of override package private protected prototype public readonly require return satisfies set static string super switch symbol this throw true try type
typeof undefined unknown using var void while with yield
answered addressOf classify common component configSchema configure createSimulator defineAdapter defineOperation describe describeAdapter dossier failed fixtures it key
normalizeStrings open operations read requestOf smallest structuredClone write`.split(/\s+/));
/** Types that generated files use beside those of the document. */
const TAKEN_TYPES = `AdapterRuntime AnswerKind AnyOperation Array Config Dossier DossierStatus FixturesOf HttpRequest JournalEntry Map Object Operation Parameters Partial Pick Promise Readonly
Record Required Route Service Set Simulator Spec String Text Wire`.split(/\s+/);

/** The id of an adapter: lower case, digits, single dashes. It also names a folder, so nothing else is let through. */
export const isAdapterId = (id: string): boolean => id.length <= LONGEST_ID && ID.test(id);

/** `Nộp hồ sơ` → ['Nop', 'ho', 'so'] */
function words(text: string): string[] {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, (d) => (d === 'đ' ? 'd' : 'D'))
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
}

const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A type's name: `HoSoMoi`. */
export function pascalCase(text: string, fallback: string): string {
  const name = words(text).map(upper).join('').slice(0, LONGEST_NAME);
  if (name === '') return fallback;
  return /^\d/.test(name) ? `N${name}` : name;
}

/** A variable's name: `hoSoMoi`. @param suffix stands behind a word that is taken */
export function camelCase(text: string, fallback: string, suffix: string): string {
  const [first = '', ...rest] = words(text);
  const shortened = /^[A-Z0-9]+$/.test(first) ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1);
  const name = (shortened + rest.map(upper).join('')).slice(0, LONGEST_NAME);
  if (name === '') return fallback;
  if (/^\d/.test(name)) return `n${name}`;
  return TAKEN.has(name) ? `${name}${suffix}` : name;
}

/** Remembers what it gave: the second `find` is `find2`. */
export function uniqueNames(taken: Iterable<string> = []): (wanted: string) => string {
  const given = new Set(taken);
  return (wanted) => {
    let name = wanted;
    for (let n = 2; given.has(name); n += 1) name = `${wanted}${n}`;
    given.add(name);
    return name;
  };
}

/** Names for types: none of those that generated files use themselves. */
export const uniqueTypeNames = (): ((wanted: string) => string) => uniqueNames(TAKEN_TYPES);

/** A property as it stands in a type or a literal: quoted where it is no identifier. */
export const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : quoted(name));

/** A text as a literal in single quotes. Letters that end lines, or that mark templates, are written as escapes. */
export const quoted = (text: string): string =>
  `'${text.replace(/[\\'⟦⟧‹›\u0000-\u001f\u007f\u2028\u2029]/g, (c) => (c === '\\' || c === "'" ? `\\${c}` : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`))}'`;

/** A text that may stand inside a comment. */
export const commentText = (text: string): string => text.replace(/[⟦⟧‹›\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').replaceAll('*/', '*∕').trim().slice(0, 200);
