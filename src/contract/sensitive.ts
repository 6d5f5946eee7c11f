/** What of a canonical document may be shown. Derived from the `x-sensitive` marks: a field without a place in the schema is never shown. */

/**
 * The schema as a tree of what may be shown: `true` keeps a value, a word masks it (the kind of personal data),
 * an object goes into the named fields, `{ '*': … }` into the items of a list.
 */
export type Shown = true | string | { readonly [field: string]: Shown };
