/**
 * The one-stop desk of the demo's province, for dossiers that other systems brought. Its system has read who applies for what, and knows what its officers
 * wrote: papers, results, and all else that other systems told, the gateway puts back.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from '../ledger/ledger.ts';
import type { Dossier, DossierDates, DossierStatus, FileRef, HistoryEntry, Supplement } from '../model/canonical.ts';
import { instantFromEpoch } from '../model/time.ts';
import { readDossiers } from './demo-land.ts';
import { askMock, tellMock, untilReady } from './demo-mocks.ts';
import { importLines } from './ndjson-client.ts';
import { progress } from './progress.ts';

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

interface Desk {
  /** @param dossier as the gateway holds it @returns the desk's own snapshot of it; one that decides nothing new says `action` under the same status */
  decide(dossier: Dossier, decision: Decision): Dossier;
}

function createDesk(tickMs: number): Desk {
  const written = new Map<string, Written>();
  return {
    decide({ code, status: before, source, channel, procedure, agency, applicant }, { status, action, reason, more }) {
      const at = instantFromEpoch(Date.now() - (Date.now() % tickMs));
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
async function sendDecisions(gateway: string, snapshots: readonly Dossier[]): Promise<number> {
  let refused = 0;
  await untilReady(gateway);
  for await (const { line, status } of importLines({ url: gateway }, undefined, snapshots.map((one) => `${JSON.stringify(one)}\n`))) {
    if (line !== undefined && status !== 'accepted' && status !== 'duplicate') refused += 1;
  }
  return refused;
}

// ---- the weeks -----------------------------------------------------------------------------------------------------

const MOST_ROUNDS = 8;
/** What has not come by then is lost. */
export const PATIENCE_MS = 60_000;

/** Somebody else is to move: the citizen, or a system that was handed the dossier. */
const ELSEWHERE: ReadonlySet<DossierStatus> = new Set(['ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED']);
export const isElsewhere = ({ status }: Dossier): boolean => ELSEWHERE.has(status);

/** Until no call of a simulated system is under way. */
export async function calm(url: string): Promise<void> {
  while ((await askMock(url)).callbacks.waiting > 0) await pause(30);
}

export interface DeskWork<Story> {
  /** of the progress */
  name: string;
  gateway: string;
  ledger: Ledger;
  /** address of the simulated system that brought the dossiers */
  system: string;
  /** the clock of that system is moved on by this after each round of decisions; 0: it goes as ours does */
  advanceMs: number;
  /** how fine the desk's times are: as those of the system beside it, so that what follows in one second still follows */
  tickMs: number;
  /** number → what becomes of it */
  stories: ReadonlyMap<string, Story>;
  /** undefined: nothing, or not yet */
  decide(dossier: Dossier, story: Story): Decision | undefined | Promise<Decision | undefined>;
  /** somebody else is to move */
  waits(dossier: Dossier): boolean;
  /** until all that the gateway has to tell has gone out */
  drained(): Promise<void>;
}

/**
 * Decides, lets the other systems' clock go on, and decides again, until nothing is left to do.
 * @returns what the gateway refused of the decisions
 */
export async function workDesk<Story>({ name, gateway, ledger, system, advanceMs, tickMs, stories, decide, waits, drained }: DeskWork<Story>): Promise<number> {
  const open = new Map(stories);
  const desk = createDesk(tickMs);
  const bar = progress(name, stories.size);
  let refused = 0;
  for (let round = 0; round < MOST_ROUNDS && open.size > 0; round += 1) {
    const snapshots: Dossier[] = [];
    for (const [code, dossier] of await readDossiers(ledger, open.keys())) {
      const decision = await decide(dossier, open.get(code) as Story);
      if (decision !== undefined) snapshots.push(desk.decide(dossier, decision));
      else if (!waits(dossier)) open.delete(code);
    }
    refused += await sendDecisions(gateway, snapshots);
    // Every state goes out before the next one comes: a snapshot that still waited would be superseded, rightly, and counted once.
    await drained();
    if (advanceMs > 0) await tellMock(system, 'clock', { advanceMs });
    await calm(system);
    await othersMoved(ledger, [...open.keys()], waits);
    await drained();
    bar.to(stories.size - open.size);
  }
  bar.done();
  return refused;
}

/** Until it is the desk's turn everywhere. */
async function othersMoved(ledger: Ledger, codes: readonly string[], waits: (dossier: Dossier) => boolean): Promise<void> {
  let waiting = codes;
  for (const end = performance.now() + PATIENCE_MS; waiting.length > 0 && performance.now() < end; await pause(waiting.length > 0 ? 200 : 0)) {
    waiting = [...(await readDossiers(ledger, waiting))].filter(([, dossier]) => waits(dossier)).map(([code]) => code);
  }
}

/** SHA-256 of one file of each dossier as the gateway keeps it, by the dossier's number. */
export async function keptHashes(dossiers: Iterable<Dossier>, ledger: Ledger, fileOf: (dossier: Dossier) => FileRef | undefined): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (const dossier of dossiers) {
    const url = fileOf(dossier)?.url;
    const file = url === undefined ? undefined : await ledger.readFile(url);
    if (file !== undefined) kept.set(dossier.code, createHash('sha256').update(file.content).digest('hex'));
  }
  return kept;
}

/** Those that the portal gets to hear of: what the desk has not received is none of its business yet. */
export const received = (dossiers: Iterable<Dossier>): Dossier[] => [...dossiers].filter(({ dates }) => dates.acceptedAt !== undefined);
