/** How the standing holds are read. */
export const HOLD_QUERY = 'SELECT id, scope, key, upstream, ends_at AS until FROM holds ORDER BY id';
