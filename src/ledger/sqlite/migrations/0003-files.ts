/**
 * Files whose content the ledger keeps. Additive: a ledger of 0002 opens and goes on.
 *
 * - `files.id`: a keyed hash of the content (32 bytes), so that the same content is one row. `content` is sealed for the place
 *   `files:<id in hex>:<media type>`; `bytes` are those of the content in the clear. `kept_at`: when it was kept last.
 * - `file_uses`: which event's body names which file, written with the event. A use counts while that body is there.
 */
export const sql = `
CREATE TABLE files (id BLOB PRIMARY KEY, media_type TEXT NOT NULL, bytes INTEGER NOT NULL, kept_at INTEGER NOT NULL, content BLOB NOT NULL) STRICT;
CREATE TABLE file_uses (file_id BLOB NOT NULL, event_seq INTEGER NOT NULL, PRIMARY KEY (file_id, event_seq)) STRICT, WITHOUT ROWID;
`;
