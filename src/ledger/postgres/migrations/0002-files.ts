/**
 * Files whose content the ledger keeps: the tables of the SQLite ledger after its migration 0003 (the reasons stand there). It only adds; a
 * program that does not know it takes no dossier that names a file, since it has no adapter that keeps any.
 */
export const sql = `
CREATE TABLE files (id bytea PRIMARY KEY, media_type text NOT NULL, bytes bigint NOT NULL, kept_at bigint NOT NULL, content bytea NOT NULL);
-- Ciphertext does not compress: trying would only cost time.
ALTER TABLE files ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE file_uses (file_id bytea NOT NULL, event_seq bigint NOT NULL, PRIMARY KEY (file_id, event_seq));
`;
