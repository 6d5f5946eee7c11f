/**
 * The population behind the indicators in a running gateway: from its cache file or from the ledger, then kept in step with it. It lives in memory of each
 * process with the role `console`; the ledger is the truth, and whatever fails here is tried again and is nobody else's failure.
 */
import { join } from 'node:path';
import { checkFollowed, createFollower, loadSnapshot, PORTAL, recompute, saveSnapshot, type FactOptions, type Follower, type FollowOptions } from '../../indicators/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { IndicatorsConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import type { FigureSource, RecomputeView } from './service.ts';

export interface FiguresOptions {
  ledger: Pick<Ledger, 'dossiers' | 'listDossiers' | 'listChanges' | 'listCalls' | 'exportEvents'>;
  config: IndicatorsConfig;
  /** where the cache file lies; absent: none is kept */
  folder?: string;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}
export interface Figures extends FigureSource {
  /** begins to read; does not wait for it */
  start(): void;
  /** reads to the end, for whoever has no gateway running */
  load(): Promise<void>;
  /** stops, and keeps what was read for the next start */
  close(): Promise<void>;
}

const SNAPSHOT_FILE = 'indicators.cache';
const SAVE_MS = 10 * 60_000;
const RETRY_MS = 15_000;
const MOST_ROWS = 100;

export function createFigures({ ledger, config, folder, logger }: FiguresOptions): Figures {
  const facts: FactOptions = { ...(config.populationDatabases === undefined ? {} : { populationDatabases: config.populationDatabases }), ...(config.onlinePaymentPlatform === undefined ? {} : { onlinePaymentPlatform: config.onlinePaymentPlatform }) };
  const following: FollowOptions = { ledger, acceptance: { ...PORTAL, upstream: config.portal }, facts };
  const snapshot = { ledger, salt: JSON.stringify([following.acceptance, facts]) };
  const file = folder === undefined ? undefined : join(folder, SNAPSHOT_FILE);
  let follower: Follower | undefined;
  let loading: Promise<void> | undefined;
  let moves = 0;
  let saved = 0;
  let savedAt = performance.now();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let checking = false;

  async function read(): Promise<void> {
    const begun = performance.now();
    const kept = file === undefined ? undefined : await loadSnapshot(file, snapshot).catch(() => undefined);
    const fresh = kept === undefined ? await recompute(following) : createFollower(following, kept);
    await fresh.catchUp();
    follower = fresh;
    moves += 1;
    logger.info({ count: fresh.population.size, durationMs: Math.round(performance.now() - begun), seq: fresh.cursor.seq }, 'indicators read');
  }
  const load = (): Promise<void> => (loading ??= read().catch((error: unknown) => {
    loading = undefined;
    throw error;
  }));

  /** One at a time, as the follower sees to: two small questions to the ledger when nothing has happened. */
  async function refresh(): Promise<void> {
    const caught = await follower?.catchUp();
    if (caught !== undefined && caught.dossiers > 0) moves += 1;
    if (performance.now() - savedAt > SAVE_MS) await save();
  }
  async function save(): Promise<void> {
    savedAt = performance.now();
    if (file === undefined || follower === undefined || saved === moves) return;
    const { population, cursor } = follower;
    const at = moves;
    await follower.quietly(() => saveSnapshot(file, population, cursor, snapshot));
    saved = at;
  }
  const again = (ms: number): void => {
    if (!closed) timer = setTimeout(() => void turn(), ms).unref();
  };
  async function turn(): Promise<void> {
    try {
      if (follower === undefined) await load();
      else await refresh();
      again(config.everySeconds * 1_000);
    } catch (error) {
      logger.warn({ err: error }, 'indicators could not be read');
      again(RETRY_MS);
    }
  }

  return {
    population: () => follower?.population,
    state: () => ({ seq: follower?.cursor.seq ?? 0, moves }),
    refresh,
    load,
    start: () => again(0),
    async recompute(replace) {
      if (checking) return undefined;
      checking = true;
      const begun = performance.now();
      try {
        await load();
        const present = follower as Follower;
        if (!replace) {
          const { dossiers, differing, rows } = await checkFollowed(present, following);
          return view(dossiers, differing, rows, false);
        }
        const fresh = await recompute(following);
        follower = fresh;
        moves += 1;
        return view(fresh.population.size, 0, [], true);
      } finally {
        checking = false;
      }
      function view(dossiers: number, differing: number, rows: RecomputeView['rows'], replaced: boolean): RecomputeView {
        return { equal: differing === 0, replaced, dossiers, differing, rows: rows.slice(0, MOST_ROWS), durationMs: Math.round(performance.now() - begun) };
      }
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await save().catch((error: unknown) => logger.warn({ err: error }, 'indicators could not be kept'));
    },
  };
}
