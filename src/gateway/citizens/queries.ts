/** Finds records of questions again: about whom, for which dossier, by which officer. Their contents are sealed, so that they are read one by one. */
import { isRecord } from '../../contract/is-record.ts';
import type { OrderRow } from '../../ledger/control.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { citizenHash } from './desk.ts';

/** All that is given must fit. */
export interface QueryFilter { citizenId?: string; oldId?: string; dossierCode?: string; officer?: string }

const AT_ONCE = 500;
/** A call opens no more than this many; the next one goes on from there. */
const MOST_OPENED = 5_000;

/** @returns newest first, and where to go on: null when there is nothing older; a page may hold less than `limit`, or nothing, and yet have a next one */
export async function findQueries(ledger: Pick<Ledger, 'listOrders' | 'seal'>, filter: QueryFilter, limit: number, before?: number): Promise<{ rows: OrderRow[]; next: number | null }> {
  const fits = await filterOf(ledger, filter);
  const rows: OrderRow[] = [];
  let cursor = before;
  for (let opened = 0; opened < MOST_OPENED; opened += AT_ONCE) {
    const some = await ledger.listOrders({ limit: AT_ONCE, citizens: true, ...(cursor === undefined ? {} : { beforeSeq: cursor }) });
    rows.push(...some.filter(fits));
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]?.seq ?? null };
    if (some.length < AT_ONCE) return { rows, next: null };
    cursor = some.at(-1)?.seq;
  }
  return { rows, next: cursor ?? null };
}

async function filterOf(ledger: Pick<Ledger, 'seal'>, { citizenId, oldId, dossierCode, officer }: QueryFilter): Promise<(row: OrderRow) => boolean> {
  const hashes = await Promise.all([citizenId, oldId].filter((number) => number !== undefined).map((number) => citizenHash(ledger, number)));
  return ({ content }) => {
    if (content === null) return false;
    const { citizen } = content;
    return (dossierCode === undefined || content['dossierCode'] === dossierCode) && (officer === undefined || content['officer'] === officer)
      && (hashes.length === 0 || (isRecord(citizen) && hashes.includes(String(citizen['hash']))));
  };
}
