/** What the ledger's tests share: invented changes, storages that can be opened again, short cuts for a lane's worker. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { LedgerKeys } from '../../src/ledger/keys.ts';
import type { ClaimOptions, ClaimedLane, ExchangeState, Ledger, LaneUpdate, NewChange, PlannedExchange } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { SqliteLedgerOptions } from '../../src/ledger/sqlite/ledger.ts';

/** A place that survives closing: what a restart finds again. */
export interface Storage {
  open(): Promise<Ledger>;
  dispose(): Promise<void>;
}
export interface Clock { now: number }

export const T0 = Date.UTC(2025, 6, 1, 1, 30);

export interface SqliteStorage extends Storage { folder: string; file: string; keys: LedgerKeys }

/** A fresh folder; every ledger opened from it is closed on dispose, whatever the test did. */
export async function sqliteStorage(clock: Clock = { now: T0 }, options: Partial<SqliteLedgerOptions> = {}): Promise<SqliteStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'lt-ledger-'));
  const keys = options.keys ?? keysFromMasters([randomBytes(32)]);
  const opened: Ledger[] = [];
  return {
    folder,
    keys,
    file: join(folder, 'ledger.db'),
    async open() {
      const ledger = await openSqliteLedger({ now: () => clock.now, ...options, folder, keys });
      opened.push(ledger);
      return ledger;
    },
    async dispose() {
      await Promise.all(opened.map((ledger) => ledger.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const SNAPSHOT = 'sync-dossier';
export const STEP = 'report-step';

export const snapshot = (itemKey: string, upstream = 'portal'): PlannedExchange => ({ upstream, operation: SNAPSHOT, itemKey, coalesce: true });
export const step = (itemKey: string, upstream = 'portal'): PlannedExchange => ({ upstream, operation: STEP, itemKey, coalesce: false });

/** An invented change; `over` replaces parts of it. */
export function change(code: string, over: Partial<NewChange> & { status?: string } = {}): NewChange {
  const { status = 'PROCESSING', ...rest } = over;
  return {
    kind: 'dossier.snapshot',
    dossierCode: code,
    sourceSystem: 'opencps',
    sourceId: `src-${code}`,
    sourceUpdatedAt: null,
    via: 'api',
    actor: 'key-1',
    body: JSON.stringify({ code, applicant: 'Nguyễn Văn Ất', status }),
    columns: {
      status, subStatus: null, procedureCode: '1.004194', sectorCode: 'LT01', agencyCode: 'H29.12', channel: 'ONLINE',
      submittedAt: T0 - 1000, acceptedAt: T0, dueAt: null, resolvedAt: null, returnedAt: null,
    },
    terms: [],
    warnings: [],
    plans: [],
    ...rest,
  };
}

export const claimOptions = (now: number, over: Partial<ClaimOptions> = {}): ClaimOptions => ({ now, limit: 100, leaseMs: 60_000, owner: 'w1', perLane: 32, ...over });

/** The one lane that is expected to be claimable. */
export async function claimOne(ledger: Ledger, now: number, over: Partial<ClaimOptions> = {}): Promise<ClaimedLane> {
  const lanes = await ledger.claim(claimOptions(now, over));
  const [lane] = lanes;
  if (lane === undefined || lanes.length !== 1) throw new Error(`expected one lane, claimed ${lanes.length}`);
  return lane;
}

export const held = (lane: ClaimedLane): Pick<LaneUpdate, 'upstream' | 'dossierCode' | 'lease'> => ({ upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease });

/** Settles exchanges of a claimed lane with one state. */
export function settle(lane: ClaimedLane, ids: number[], state: ExchangeState, more: Partial<LaneUpdate> = {}): LaneUpdate {
  return { ...held(lane), exchanges: ids.map((id) => ({ id, state, attempts: 1, lostReplies: 0, code: null })), ...more };
}

export const ids = (lane: ClaimedLane): number[] => lane.exchanges.map((exchange) => exchange.id);
