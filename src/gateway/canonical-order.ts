/** One text for one content: field names in order, so that two senders' habits do not make two changes of one. */

/**
 * Brings the fields of every object in the order of their names (UTF-16 units, as RFC 8785 has it). Objects that are in
 * order already are kept; others are replaced. For trees as `JSON.parse` makes them, within the depth limit.
 */
export function inCanonicalOrder<T>(value: T): T {
  return (typeof value === 'object' && value !== null ? ordered(value as object) : value) as T;
}

function ordered(value: object): object {
  if (Array.isArray(value)) {
    const list = value as unknown[];
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (typeof item === 'object' && item !== null) list[i] = ordered(item);
    }
    return list;
  }
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields);
  let inOrder = true;
  for (let i = 1; i < names.length && inOrder; i++) inOrder = (names[i - 1] as string) < (names[i] as string);
  const out: Record<string, unknown> = inOrder ? fields : {};
  if (!inOrder) names.sort();
  for (const name of names) {
    const item = fields[name];
    out[name] = typeof item === 'object' && item !== null ? ordered(item) : item;
  }
  return out;
}
