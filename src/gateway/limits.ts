/**
 * What the gateway may use up, and how much of it is used. Intake ends before memory or disk suffers; at 80 % somebody is told.
 * Figures of the disk and the ledger are read every few seconds, never per call.
 */
import type { Ledger, LedgerCounts } from '../ledger/ledger.ts';
import type { LedgerSettings } from '../ledger/open.ts';
import type { ServerConfig } from './config.ts';

/** disk, ledger-size and backlog are the same for all processes on a ledger; memory, ledger-queue and imports are one process's own */
export const LIMITS = ['disk', 'ledger-size', 'backlog', 'memory', 'ledger-queue', 'imports'] as const;
export type LimitName = (typeof LIMITS)[number];
export interface LimitReading {
  limit: LimitName;
  /** in the limit's own unit: bytes, messages, callers, imports */
  used: number;
  bound: number;
  /** 1 is the limit */
  ratio: number;
}
export const WARN_AT = 0.8;
/** Below this a warning ends: a figure that sways about the mark must not raise it again and again. */
export const CALM_AT = 0.75;
/** Intake leaves the rest of the ledger's room to the evidence of what it has taken already. */
export const INTAKE_SHARE = 0.95;

export interface Limits {
  /** every limit that is set, as last read */
  readings(): LimitReading[];
  /** those at or above 80 % */
  near(): LimitReading[];
  /** a limit of disk or ledger that ends intake now; a field, asked for every call */
  reached(): LimitName | undefined;
  /** reads the figures; never throws */
  look(): Promise<void>;
  start(): void;
  stop(): void;
}
export interface LimitsOptions {
  ledger: Pick<Ledger, 'storage' | 'counts' | 'pending'>;
  server: Pick<ServerConfig, 'minFreeBytes' | 'maxBacklog' | 'maxRssBytes' | 'maxPending' | 'maxImports'>;
  settings: Pick<LedgerSettings, 'maxBytes'>;
  openImports: () => number;
  now: () => number;
  /** told when a limit comes near, is reached, or is far again */
  onChange?: (change: { limit: LimitName; ratio: number; level: LimitLevel }) => void;
}
export type LimitLevel = 'far' | 'near' | 'reached';

const EVERY_MS = 5_000;
const OPEN_STATES: ReadonlySet<string> = new Set(['pending', 'sending', 'unknown']);

/** Exchanges that are not settled. */
export function openExchanges(counts: Pick<LedgerCounts, 'exchanges'>): number {
  let open = 0;
  for (const [path, n] of Object.entries(counts.exchanges)) if (OPEN_STATES.has(path.slice(path.lastIndexOf('/') + 1))) open += n;
  return open;
}

const reading = (limit: LimitName, used: number, bound: number, ratio = used / bound): LimitReading => ({ limit, used, bound, ratio });

/** The level that a ratio has, given the one before. */
export function levelOf(ratio: number, full: number, before: LimitLevel): LimitLevel {
  if (ratio >= full) return 'reached';
  if (ratio >= WARN_AT) return 'near';
  return before !== 'far' && ratio >= CALM_AT ? 'near' : 'far';
}

export function createLimits(options: LimitsOptions): Limits {
  const { ledger, server, now } = options;
  const levels = new Map<LimitName, LimitLevel>();
  let slow: LimitReading[] = [];
  let reached: LimitName | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function shared(): Promise<LimitReading[]> {
    const found: LimitReading[] = [];
    const { usedBytes, freeBytes, limitBytes } = await ledger.storage();
    const most = options.settings.maxBytes !== undefined && options.settings.maxBytes > 0 ? options.settings.maxBytes : limitBytes;
    if (most !== null) found.push(reading('ledger-size', usedBytes, most));
    if (freeBytes !== null && server.minFreeBytes > 0) {
      // Full when the reserve is touched. Near it when the ledger has taken most of what it could, or when others have.
      const bound = Math.max(1, usedBytes + freeBytes - server.minFreeBytes);
      const ratio = freeBytes <= server.minFreeBytes ? Math.max(1, usedBytes / bound) : Math.max(usedBytes / bound, server.minFreeBytes / freeBytes);
      found.push(reading('disk', usedBytes, bound, Math.min(ratio, 10)));
    }
    if (server.maxBacklog > 0) found.push(reading('backlog', openExchanges(await ledger.counts(now())), server.maxBacklog));
    return found;
  }

  function own(): LimitReading[] {
    return [
      ...(server.maxRssBytes > 0 ? [reading('memory', process.memoryUsage.rss(), server.maxRssBytes)] : []),
      reading('ledger-queue', ledger.pending(), server.maxPending),
      reading('imports', options.openImports(), server.maxImports),
    ];
  }
  const readings = (): LimitReading[] => [...slow, ...own()];

  async function look(): Promise<void> {
    try {
      slow = await shared();
    } catch {
      // The ledger does not answer: that is told elsewhere, and the last figures are the best there are.
      return;
    }
    reached = slow.find((r) => r.ratio >= fullAt(r.limit))?.limit;
    for (const { limit, ratio } of readings()) {
      const before = levels.get(limit) ?? 'far';
      const level = levelOf(ratio, fullAt(limit), before);
      levels.set(limit, level);
      if (level !== before) options.onChange?.({ limit, ratio, level });
    }
  }

  const next = (): void => {
    timer = setTimeout(() => void look().finally(() => { if (!stopped) next(); }), EVERY_MS).unref();
  };
  return {
    readings,
    near: () => readings().filter((r) => r.ratio >= WARN_AT),
    reached: () => reached,
    look,
    start() {
      if (timer !== undefined) return;
      void look();
      next();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Where a limit is reached for intake. */
export const fullAt = (limit: LimitName): number => (limit === 'ledger-size' ? INTAKE_SHARE : 1);
