/** The facts of a dossier whose body has expired: what the ledger keeps in the clear. Papers, fees and progress are no longer known. */
import type { DossierColumns } from '../ledger/ledger.ts';
import { isDossierStatus, isReceived, procedureBase, type Channel } from '../model/index.ts';
import { MARKS, type DossierFacts, type Mark } from './facts.ts';
import { CHANNELS } from './word.ts';

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000) * 1000);

/** @param doneAt when the national portal took it, ms */
export function factsOfColumns(code: string, columns: DossierColumns, doneAt: number | null): DossierFacts {
  const status = isDossierStatus(columns.status) ? columns.status : 'UNKNOWN';
  const [resolvedAt, returnedAt] = [seconds(columns.resolvedAt), seconds(columns.returnedAt)];
  const marks = Object.fromEntries(MARKS.map((mark) => [mark, false])) as Record<Mark, boolean>;
  marks.accepted = columns.acceptedAt !== null;
  marks.received = isReceived(status);
  const branch = resolvedAt !== null ? (status === 'STOPPED' ? 'stopped' : status === 'WITHDRAWN' ? 'withdrawn' : 'resolved') : returnedAt !== null ? 'returned' : 'in-progress';
  return {
    code, agency: columns.agencyCode, receivingAgency: columns.agencyCode, procedure: procedureBase(columns.procedureCode) ?? columns.procedureCode, sector: columns.sectorCode,
    level: null, channel: (CHANNELS as readonly string[]).includes(columns.channel) ? (columns.channel as Channel) : 'COUNTER', status,
    submittedAt: seconds(columns.submittedAt), acceptedAt: seconds(columns.acceptedAt), dueAt: seconds(columns.dueAt),
    branch, endedAt: branch === 'in-progress' ? null : (resolvedAt ?? returnedAt), pausedMs: 0, supplementsAsked: 0, paidOnline: null, synchronisedAt: seconds(doneAt),
    marks, names: { agency: '', receivingAgency: '', procedure: '', sector: '' },
  };
}
