/** Files whose content the ledger keeps. Everything that writes runs inside a write transaction. */
import type { StatementSync } from 'node:sqlite';
import { fileAddress, fileIdIn, fileIdsIn } from '../../model/file-address.ts';
import { droppedOrder, fileIdOf, filePlace, nextAfter } from '../files.ts';
import type { DroppedFiles, FileCall, KeptFile } from '../files.ts';
import { recordOrder } from './orders.ts';
import type { Store } from './store.ts';

interface FileRow { mediaType: string; bytes: number; content: Uint8Array }
interface Looked { id: Uint8Array; bytes: number; goes: number }

const MOST_LOOKED_AT = 10_000;

export class Files {
  readonly #store: Store;
  readonly #sql: Record<'again' | 'insert' | 'get' | 'use' | 'look' | 'drop' | 'dropUses', StatementSync>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#sql = {
      again: db.prepare('UPDATE files SET kept_at = max(kept_at, ?) WHERE id = ?'),
      insert: db.prepare('INSERT INTO files (id, media_type, bytes, kept_at, content) VALUES (?, ?, ?, ?, ?)'),
      get: db.prepare('SELECT media_type AS mediaType, bytes, content FROM files WHERE id = ?'),
      // An address that somebody made up is no use of anything.
      use: db.prepare('INSERT OR IGNORE INTO file_uses (file_id, event_seq) SELECT id, ? FROM files WHERE id = ?'),
      // length() of a blob is read from the row's head: bodies and contents are not touched.
      look: db.prepare(`SELECT id, bytes, kept_at < ? AND NOT EXISTS (SELECT 1 FROM file_uses u JOIN events e ON e.seq = u.event_seq WHERE u.file_id = files.id AND length(e.body) > 0) AS goes
        FROM files WHERE id > ? ORDER BY id LIMIT ?`),
      drop: db.prepare('DELETE FROM files WHERE id = ?'),
      dropUses: db.prepare('DELETE FROM file_uses WHERE file_id = ?'),
    };
  }

  keep({ content, mediaType }: FileCall, now: number): string {
    const id = fileIdOf(this.#store.indexer, content);
    const key = Buffer.from(id, 'hex');
    if (this.#sql.again.run(now, key).changes === 0) {
      this.#sql.insert.run(key, mediaType, content.byteLength, now, this.#store.sealer.seal(content, filePlace(id, mediaType)));
    }
    return fileAddress(id);
  }

  read(address: string): KeptFile | undefined {
    const id = fileIdIn(address);
    const row = id === undefined ? undefined : (this.#sql.get.get(Buffer.from(id, 'hex')) as unknown as FileRow | undefined);
    if (id === undefined || row === undefined) return undefined;
    return { content: this.#store.sealer.openBytes(row.content, filePlace(id, row.mediaType)), mediaType: row.mediaType, bytes: row.bytes };
  }

  /** What the body of an event names. */
  use(body: string, seq: number): void {
    for (const id of fileIdsIn(body)) this.#sql.use.run(seq, Buffer.from(id, 'hex'));
  }

  drop({ before, limit, after }: { before: number; limit: number; after: string | null }, now: number): DroppedFiles {
    const bound = Math.max(1, Math.min(MOST_LOOKED_AT, Math.floor(limit)));
    const seen = this.#sql.look.all(before, Buffer.from(after ?? '', 'hex'), bound) as unknown as Looked[];
    const gone = seen.filter((file) => file.goes === 1);
    for (const { id } of gone) {
      this.#sql.drop.run(id);
      this.#sql.dropUses.run(id);
    }
    const bytes = gone.reduce((sum, file) => sum + file.bytes, 0);
    if (gone.length > 0) recordOrder(this.#store, droppedOrder(gone, bytes, now));
    return { files: gone.length, bytes, next: nextAfter(seen, bound) };
  }
}
