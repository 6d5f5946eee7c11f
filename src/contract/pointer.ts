/** JSON pointers (RFC 6901). */

/** A name longer than this is not repeated in a pointer; the pointer then ends at its parent. */
const MAX_NAME = 100;

/** Pointer to the field or item `name` of what `parent` points at. */
export function childPointer(parent: string, name: string | number): string {
  if (typeof name === 'number') return `${parent}/${name}`;
  if (name.length > MAX_NAME) return parent;
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
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
