/**
 * A ledger in memory, for tests that need to hold writes back or to make them fail. Only what the gateway asks of a
 * ledger; the behaviour of the real one has its own suite.
 */
import { createHash } from 'node:crypto';
import type { Cell } from '../../src/ledger/cells.ts';
import type { AppendResult, Ledger, NewChange, QuarantineItem, Timeline } from '../../src/ledger/ledger.ts';

export interface MemoryLedger extends Ledger {
  changes: NewChange[];
  quarantined: QuarantineItem[];
  /** writes wait while held */
  hold(): void;
  letGo(): void;
  /** every write fails from now on */
  fail(error: Error | undefined): void;
  setPending(n: number | undefined): void;
}

const unused = (): never => {
  throw new Error('the gateway does not use this');
};

export function memoryLedger(): MemoryLedger {
  const changes: NewChange[] = [];
  const quarantined: QuarantineItem[] = [];
  const keys = new Map<string, { hash: string; result: AppendResult }>();
  const cursors = new Map<string, string>();
  const cells = new Map<string, Cell>();
  let held: Promise<void> | undefined;
  let open: (() => void) | undefined;
  let failure: Error | undefined;
  let pending: number | undefined;
  let waiting = 0;
  const write = async <T>(work: () => T): Promise<T> => {
    waiting += 1;
    try {
      await held;
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure;
      return work();
    } finally {
      waiting -= 1;
    }
  };
  return {
    changes,
    quarantined,
    hold() {
      held = new Promise((resolve) => (open = resolve));
    },
    letGo() {
      held = undefined;
      open?.();
    },
    fail(error) {
      failure = error;
    },
    setPending(n) {
      pending = n;
    },
    append: (change) => write<AppendResult>(() => {
      const hash = createHash('sha256').update(change.body).digest('hex');
      const key = change.idempotencyKey === undefined ? `${change.sourceSystem}/${change.sourceId}/${hash}` : `key/${change.idempotencyKey}`;
      const known = keys.get(key);
      if (known !== undefined) {
        if (known.hash !== hash) return { status: 'conflict', eventId: known.result.eventId, eventSeq: known.result.eventSeq, exchanges: 0 };
        return { status: 'duplicate', eventId: known.result.eventId, eventSeq: known.result.eventSeq, exchanges: 0 };
      }
      changes.push(change);
      const result: AppendResult = { status: 'accepted', eventId: `e${changes.length}`, eventSeq: changes.length, exchanges: change.plans.length };
      keys.set(key, { hash, result });
      return result;
    }),
    quarantine: (item) => write(() => ({ id: quarantined.push(item) })),
    listQuarantine: async ({ afterId = 0, limit }) =>
      quarantined.map((q, i) => ({ id: i + 1, at: 0, via: q.via, issues: q.issues, dossierCode: q.dossierCode ?? null, line: q.line ?? null, raw: q.raw })).filter((q) => q.id > afterId).slice(0, limit),
    getDossier: async (code) => {
      const change = changes.findLast((c) => c.dossierCode === code);
      return change === undefined ? undefined : { code, body: change.body, columns: change.columns, version: 1, updatedAt: 0, lastEventSeq: 1 };
    },
    timeline: async (code): Promise<Timeline | undefined> => {
      const change = changes.findLast((c) => c.dossierCode === code);
      if (change === undefined) return undefined;
      return { dossier: { code, body: change.body, columns: change.columns, version: 1, updatedAt: 0, lastEventSeq: 1 }, events: [], exchanges: [], attempts: [] };
    },
    counts: async () => ({ dossiers: changes.length, events: changes.length, quarantined: quarantined.length, byStatusAndChannel: {}, exchanges: { 'toy/push/pending': changes.length }, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null }),
    listExchanges: async () => [],
    getExchange: async () => undefined,
    retry: async () => false,
    findDossiers: async () => [],
    getCursor: async (name) => cursors.get(name),
    setCursor: (name, value) => write(() => void cursors.set(name, value)),
    pending: () => pending ?? waiting,
    verify: async () => ({ events: changes.length, brokenAt: null }),
    close: async () => undefined,
    getCell: async (name) => cells.get(name),
    putCell: (name, value, expected) => write(() => {
      if ((cells.get(name)?.version ?? 0) !== expected) return false;
      cells.set(name, { name, value, version: expected + 1 });
      return true;
    }),
    deleteCell: (name, expected) => write(() => cells.get(name)?.version === expected && cells.delete(name)),
    listCells: async (prefix, limit) => [...cells.values()].filter((c) => c.name.startsWith(prefix)).slice(0, limit),
    shared: false,
    instanceId: 'memory',
    join: async () => undefined,
    fresh: () => true,
    leads: () => true,
    instances: async () => [],
    onNotice: () => () => undefined,
    listHolds: async () => [],
    listOrders: async () => [],
    storage: async () => ({ usedBytes: 1, freeBytes: null, limitBytes: null }),
    claim: unused,
    update: unused,
    sweep: unused,
    nextReadyAt: unused,
    freeze: unused, release: unused, listBlocked: unused, cancel: unused, act: unused, replayCounts: unused,
    dossiers: unused, listDossiers: unused, listChanges: unused, listCalls: unused,
    exportEvents: unused, checkpoint: unused, listCheckpoints: unused, expirable: unused, expire: unused, bodies: unused, seal: unused,
    keepFile: unused, readFile: unused, dropFiles: unused,
  };
}
