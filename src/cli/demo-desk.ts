/**
 * The one-stop desk of the demo's province, for dossiers that other systems brought. Its system has read who applies for what, and knows what its officers
 * wrote: papers, results, and all else that other systems told, the gateway puts back.
 */
import type { Dossier, DossierDates, DossierStatus, HistoryEntry, Supplement } from '../model/canonical.ts';
import { instantFromEpoch } from '../model/time.ts';
import { importLines } from './ndjson-client.ts';

/** What an officer decides. */
export interface Decision {
  status: DossierStatus;
  action: string;
  /** of a refusal, or of a request for papers */
  reason?: string;
  /** said beside it */
  more?: Partial<Dossier>;
}
interface Written { history: HistoryEntry[]; dates: DossierDates; supplements: Supplement[] }

const DATES: Readonly<Partial<Record<DossierStatus, keyof DossierDates>>> = {
  ACCEPTED: 'acceptedAt', REJECTED: 'rejectedAt', SUPPLEMENT_REQUIRED: 'supplementRequestedAt', RETURNED: 'returnedAt',
};
const OFFICER = 'Cán bộ một cửa 01';
const SYSTEM = 'mot-cua';

export interface Desk {
  /** @param dossier as the gateway holds it @returns the desk's own snapshot of it; one that decides nothing new says `action` under the same status */
  decide(dossier: Dossier, decision: Decision): Dossier;
}

export function createDesk(now: () => number = Date.now): Desk {
  const written = new Map<string, Written>();
  return {
    decide({ code, status: before, source, channel, procedure, agency, applicant }, { status, action, reason, more }) {
      const at = instantFromEpoch(now());
      const known = written.get(code) ?? { history: [], dates: {}, supplements: [] };
      const date = DATES[status];
      const isNew = status !== before;
      const mine: Written = !isNew ? known : {
        history: [...known.history, { id: `${SYSTEM}:${known.history.length + 1}`, at, status, action, actor: OFFICER, ...(reason === undefined ? {} : { note: reason }) }],
        // A refusal is a reception, too: the national portal wants its day.
        dates: { ...(status === 'REJECTED' ? { acceptedAt: at } : {}), ...known.dates, ...(date === undefined ? {} : { [date]: at }) },
        supplements: status === 'SUPPLEMENT_REQUIRED' ? [...known.supplements, { id: `${SYSTEM}:${known.supplements.length + 1}`, requestedAt: at, reason: reason ?? action }] : known.supplements,
      };
      written.set(code, mine);
      return {
        schemaVersion: '1', code, sourceSystem: SYSTEM, sourceId: code, sourceUpdatedAt: at, source, channel, procedure, agency, applicant, status, ...(reason === undefined ? {} : { statusReason: reason }),
        components: [], results: [], fees: [], payments: [], linkedDatabases: [], ...mine, ...more,
      };
    },
  };
}

/** The desk's snapshots go to the gateway. @returns how many it refused */
export async function sendDecisions(gateway: string, snapshots: readonly Dossier[]): Promise<number> {
  let refused = 0;
  for await (const { line, status } of importLines({ url: gateway }, undefined, snapshots.map((one) => `${JSON.stringify(one)}\n`))) {
    if (line !== undefined && status !== 'accepted' && status !== 'duplicate') refused += 1;
  }
  return refused;
}
