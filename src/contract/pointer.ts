/** JSON pointers (RFC 6901). */

/** A name longer than this is not repeated in a pointer; the pointer then ends at its parent. */
const MAX_NAME = 100;

/** A name as it stands between two slashes of a pointer. */
export const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
/** The names along a pointer, outermost first. What stands before its first slash (`#`) is passed over. */
export const pointerNames = (pointer: string): string[] => pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Pointer to the field or item `name` of what `parent` points at. */
export function childPointer(parent: string, name: string | number): string {
  if (typeof name === 'number') return `${parent}/${name}`;
  if (name.length > MAX_NAME) return parent;
  return `${parent}/${pointerPart(name)}`;
}

/** Pointer along a path from the root. Ends at the parent of the first name that is too long to be shown. */
export function pointerTo(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const name of path) {
    if (typeof name === 'string' && name.length > MAX_NAME) return pointer;
    pointer = childPointer(pointer, name);
  }
  return pointer;
}
