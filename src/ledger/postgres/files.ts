/**
 * Files whose content the ledger keeps. Keeping takes no part in the chain and waits for nobody; letting go holds the chain's head, so that no
 * event can name a file while it is looked at.
 */
import { fileAddress, fileIdIn } from '../../model/file-address.ts';
import { droppedOrder, fileIdOf, filePlace, nextAfter } from '../files.ts';
import type { DroppedFiles, FileCall, KeptFile, LedgerFiles } from '../files.ts';
import type { ChainLine } from './chain-unit.ts';
import type { Store } from './store.ts';

const MOST_LOOKED_AT = 10_000;
/** Kept again before the same moment, or named by a body that is still there. The first is looked at again by the deletion itself. */
const NAMED = 'EXISTS (SELECT FROM file_uses u JOIN events e ON e.seq = u.event_seq WHERE u.file_id = f.id AND octet_length(e.body) > 0)';

export class Files {
  readonly #store: Store;
  readonly #chain: ChainLine;

  constructor(store: Store, chain: ChainLine) {
    this.#store = store;
    this.#chain = chain;
  }

  async keep({ content, mediaType }: FileCall): Promise<string> {
    const id = fileIdOf(this.#store.indexer, content);
    const key = Buffer.from(id, 'hex');
    const now = this.#store.now();
    // What is there already is not sent again.
    const known = await this.#store.query('UPDATE files SET kept_at = greatest(kept_at, $2) WHERE id = $1 RETURNING 1', [key, now]);
    if (known.length === 0) {
      await this.#store.query(
        `INSERT INTO files (id, media_type, bytes, kept_at, content) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET kept_at = greatest(files.kept_at, excluded.kept_at)`,
        [key, mediaType, content.byteLength, now, this.#store.sealer.seal(content, filePlace(id, mediaType))],
      );
    }
    return fileAddress(id);
  }

  async read(address: string): Promise<KeptFile | undefined> {
    const id = fileIdIn(address);
    if (id === undefined) return undefined;
    const [row] = await this.#store.query<{ mediaType: string; bytes: number; content: Uint8Array }>(
      'SELECT media_type AS "mediaType", bytes, content FROM files WHERE id = $1', [Buffer.from(id, 'hex')],
    );
    return row === undefined ? undefined : { ...row, content: this.#store.sealer.openBytes(row.content, filePlace(id, row.mediaType)) };
  }

  drop({ before, limit, after = '' }: Parameters<LedgerFiles['dropFiles']>[0], now: number): Promise<DroppedFiles> {
    const bound = Math.max(1, Math.min(MOST_LOOKED_AT, Math.floor(limit)));
    return this.#chain.order(async (unit) => {
      const seen = await unit.tx.query<{ id: Uint8Array; goes: boolean }>(
        `SELECT f.id, f.kept_at < $2 AND NOT ${NAMED} AS goes FROM files f WHERE f.id > $1 ORDER BY f.id LIMIT $3`, [Buffer.from(after, 'hex'), before, bound],
      );
      const chosen = seen.flatMap(({ id, goes }) => (goes ? [id] : []));
      const gone = chosen.length === 0 ? [] : await unit.tx.query<{ id: Uint8Array; bytes: number }>(
        'DELETE FROM files WHERE id = ANY($1::bytea[]) AND kept_at < $2 RETURNING id, bytes', [chosen, before],
      );
      if (gone.length > 0) unit.tx.save('DELETE FROM file_uses WHERE file_id = ANY($1::bytea[])', [gone.map(({ id }) => id)]);
      const bytes = gone.reduce((sum, file) => sum + file.bytes, 0);
      if (gone.length > 0) unit.recordOrder(droppedOrder(gone, bytes, now));
      return { files: gone.length, bytes, next: nextAfter(seen, bound) };
    });
  }
}
