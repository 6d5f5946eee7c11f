/**
 * Replays: a person sends many dead letters again. They go back into their lanes in slices, so that live traffic is not
 * starved, and leave through the same limits as everything else. The ledger is the truth: a replay only moves a cursor over
 * what its filter selected, in a cell that survives restarts and a change of leader. A crash between waking and saving the
 * cursor does no harm: what was woken names its replay and is passed over.
 */
import type { Connection } from '../adapter/client.ts';
import type { Cell } from '../ledger/cells.ts';
import { isLedgerError, LedgerError } from '../ledger/errors.ts';
import { EXCHANGE_STATES } from '../ledger/ledger.ts';
import type { ExchangeState, Ledger } from '../ledger/ledger.ts';
import type { UpstreamView } from './policy.ts';
import { createPreview, type Preview } from './replay-preview.ts';
import { cellName, exchangeFilter, readRecord, REPLAY_CELLS, type ReplayFilter, type ReplayRecord } from './replay-record.ts';

export interface ReplayOptions {
  ledger: Ledger;
  /** by upstream id, as the exchanges name it */
  connections: ReadonlyMap<string, Connection>;
  /** how each upstream stands; absent: nothing protects them, and previews say nothing of it */
  protection?: { view(upstream: string): Promise<UpstreamView> };
  /** lanes that delivery drains at the same time, for the estimate. @default 32 */
  concurrency?: number;
  /** woken by one replay and not yet settled at the same time: one whose upstream is closed does not stop the others. @default 200 */
  mostOpen?: number;
  /** exchanges that one replay may select. @default 1000000 */
  mostSelected?: number;
  /** how often `tick` is called, ms; with `mostOpen` it bounds how fast a replay is. @default 1000 */
  turnMs?: number;
  now?: () => number;
  /** something was woken: delivery should look now */
  onWoken?: () => void;
  onError?: (error: unknown, where: { replay: number }) => void;
}

/** A replay as it stands now. `open`: woken and not yet settled; `states`: what became of the woken ones so far. */
export interface ReplayProgress extends ReplayRecord { open: number; states: Partial<Record<ExchangeState, number>> }

export type StartResult =
  | { status: 'started'; replay: ReplayProgress }
  /** the filter selects nothing */
  | { status: 'nothing' }
  | { status: 'too-many'; most: number };
export type CancelReplayResult = { status: 'cancelled'; replay: ReplayProgress; givenBack: number } | { status: 'unknown' } | { status: 'ended' };

export interface Replays {
  /** Records the order on the chain; `tick` carries it out. Resolves when that is durable. */
  start(filter: ReplayFilter, by: string, reason: string): Promise<StartResult>;
  /** Nothing more is woken; what was woken and waits goes back to `dead`. What is on the wire or in doubt finishes. */
  cancel(id: number, by: string, reason: string): Promise<CancelReplayResult>;
  get(id: number): Promise<ReplayProgress | undefined>;
  /** newest first; ended ones are kept for a while, the chain keeps them for ever */
  list(): Promise<ReplayProgress[]>;
  /** What each selected exchange would do if it were sent again now. Changes nothing, calls nobody. */
  preview(filter: ReplayFilter, page: { after?: number; limit: number }): Promise<Preview>;
  /** One slice of every running replay; does nothing unless this process leads. @returns true while one is running */
  tick(): Promise<boolean>;
}

export const MOST_OPEN = 200;
export const MOST_SELECTED = 1_000_000;
export const TURN_MS = 1_000;
const MOST_CELLS = 1_000;
const ENDED_KEPT = 200;
const MOST_LISTED = 100;
/** Rows of one look while counting: a few milliseconds of the ledger's time. */
const COUNT_ROWS = 1_000;
/** Orders that share one commit of the ledger. */
const WOKEN_AT_ONCE = 50;
const MOST_TRIES = 20;
const OPEN: readonly ExchangeState[] = ['pending', 'sending', 'unknown'];

export function createReplays(options: ReplayOptions): Replays {
  const { ledger, mostOpen = MOST_OPEN, mostSelected = MOST_SELECTED, turnMs = TURN_MS, now = Date.now } = options;
  const preview = createPreview({ ...options, now, count, mostOpen, turnMs });

  /** @returns at most `most` + 1 counted, and the last id of those */
  async function count(filter: ReplayFilter, most: number, each?: (row: { upstream: string }) => void): Promise<{ total: number; last: number }> {
    let total = 0;
    let last = 0;
    for (;;) {
      const rows = await ledger.listExchanges(exchangeFilter(filter, { afterId: last, limit: Math.min(COUNT_ROWS, most + 1 - total) }));
      total += rows.length;
      if (each !== undefined) for (const row of rows) each(row);
      last = rows.at(-1)?.id ?? last;
      if (rows.length < COUNT_ROWS || total > most) return { total, last };
    }
  }

  async function load(id: number): Promise<{ version: number; record: ReplayRecord } | undefined> {
    const cell = await ledger.getCell(cellName(id));
    return cell === undefined ? undefined : { version: cell.version, record: readRecord(cell.value) };
  }

  const save = (record: ReplayRecord, version: number): Promise<boolean> => ledger.putCell(cellName(record.id), JSON.stringify(record), version);

  async function progressOf(record: ReplayRecord): Promise<ReplayProgress> {
    const states = await ledger.replayCounts(record.id);
    // The cursor's count is behind after a crash; what carries the replay's number cannot be.
    return { ...record, states, open: sumOf(states, OPEN), woken: Math.max(record.woken, sumOf(states, EXCHANGE_STATES)) };
  }

  /** What still waits goes back to where it came from; what is on the wire or in doubt is left to its end. */
  async function giveBack(record: ReplayRecord): Promise<number> {
    const { by, reason } = record.cancelled ?? { by: record.by, reason: '' };
    let given = 0;
    let afterId = 0;
    for (;;) {
      const rows = await ledger.listExchanges({ replay: record.id, states: ['pending'], afterId, limit: mostOpen });
      const results = await Promise.all(rows.map(({ id }) => ledger.cancel(id, by, now(), reason, 'dead')));
      given += results.filter((result) => result === 'cancelled').length;
      afterId = rows.at(-1)?.id ?? afterId;
      if (rows.length < mostOpen) return given;
    }
  }

  /** One slice. */
  async function wakeSlice(record: ReplayRecord, version: number, room: number): Promise<void> {
    const rows = (await ledger.listExchanges(exchangeFilter(record.filter, { afterId: record.cursor, limit: room }))).filter((row) => row.id <= record.upTo);
    let woken = 0;
    let looked = 0;
    while (looked < rows.length && ledger.leads()) {
      const slice = rows.slice(looked, looked + WOKEN_AT_ONCE);
      const done = await Promise.all(slice
        // Woken before a crash that lost the cursor, and settled again since; or of an upstream that is gone, where it would wait for ever.
        .filter((row) => row.replay !== record.id && options.connections.has(row.upstream))
        .map((row) => ledger.retry(row.id, record.by, now(), record.reason, record.id, options.connections.get(row.upstream)?.adapter.operations[row.operation]?.coalesce === 'snapshot')));
      woken += done.filter(Boolean).length;
      looked += slice.length;
    }
    if (woken > 0) options.onWoken?.();
    // Another process leads by now: it goes on from the old place and finds what was woken here marked with the replay's number.
    if (!ledger.leads()) return;
    const isLast = looked === rows.length && rows.length < room;
    const cursor = isLast ? record.upTo : (rows[looked - 1]?.id ?? record.cursor);
    if (!(await save({ ...record, cursor, woken: record.woken + woken, lastError: null }, version))) await undoIfCancelled(record.id);
  }

  /** A cancel came in while a slice was being woken. */
  async function undoIfCancelled(id: number): Promise<void> {
    const loaded = await load(id);
    if (loaded?.record.state === 'cancelled') await giveBack(loaded.record);
  }

  async function finish(record: ReplayRecord, version: number, states: ReplayProgress['states']): Promise<void> {
    const endedAt = now();
    // The chain first: told twice after a crash is better than never.
    await ledger.act({ kind: 'replay.done', by: record.by, content: { replay: record.id, selected: record.selected, woken: record.woken, states } }, endedAt);
    await save({ ...record, state: 'done', endedAt, lastError: null }, version);
  }

  async function advance({ version, value }: Cell): Promise<void> {
    const record = readRecord(value);
    if (record.state === 'cancelled') {
      await giveBack(record);
      await save({ ...record, loose: false }, version);
      return;
    }
    const open = sumOf(await ledger.replayCounts(record.id, OPEN), OPEN);
    if (record.cursor < record.upTo) {
      if (open < mostOpen) await wakeSlice(record, version, mostOpen - open);
    } else if (open === 0) {
      const { states, woken } = await progressOf(record);
      await finish({ ...record, woken }, version, states);
    }
  }

  async function noteError(id: number, error: unknown): Promise<void> {
    options.onError?.(error, { replay: id });
    const code = isLedgerError(error) ? error.code : 'LT-DELIVERY-INTERNAL';
    const loaded = await load(id).catch(() => undefined);
    if (loaded !== undefined) await save({ ...loaded.record, lastError: { code, at: now() } }, loaded.version).catch(() => false);
  }

  async function forgetOld(cells: readonly Cell[]): Promise<void> {
    const ended = cells.filter(({ value }) => isOver(readRecord(value)));
    for (const { name, version } of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) await ledger.deleteCell(name, version);
  }

  return {
    async start(filter, by, reason) {
      const startedAt = now();
      // Nobody has seen in a preview what ends badly after this moment.
      const own: ReplayFilter = { ...filter, states: [...new Set(filter.states)], settledBefore: Math.min(filter.settledBefore ?? Infinity, startedAt + 1) };
      const { total, last } = await count(own, mostSelected);
      if (total === 0) return { status: 'nothing' };
      if (total > mostSelected) return { status: 'too-many', most: mostSelected };
      const { seq } = await ledger.act({ kind: 'replay.started', by, content: { filter: own, selected: total, upTo: last, reason } }, startedAt);
      const record: ReplayRecord = {
        id: seq, state: 'running', filter: own, by, reason, startedAt, endedAt: null, selected: total, upTo: last, cursor: 0, woken: 0, lastError: null, cancelled: null, loose: false,
      };
      await save(record, 0);
      return { status: 'started', replay: { ...record, open: 0, states: {} } };
    },

    async cancel(id, by, reason) {
      const at = now();
      for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
        const loaded = await load(id);
        if (loaded === undefined) return { status: 'unknown' };
        if (loaded.record.state !== 'running') return { status: 'ended' };
        // The order first, as every order: whatever happens to us now, the chain says who wanted it to stop.
        if (attempt === 0) await ledger.act({ kind: 'replay.cancelled', by, content: { replay: id, reason } }, at);
        // `loose` until the leader has looked once more: it may be in the middle of a slice.
        const record: ReplayRecord = { ...loaded.record, state: 'cancelled', endedAt: at, cancelled: { by, reason, at }, loose: true };
        if (await save(record, loaded.version)) return { status: 'cancelled', givenBack: await giveBack(record), replay: await progressOf(record) };
      }
      throw new LedgerError('LT-LEDGER-BUSY');
    },

    async get(id) {
      const loaded = await load(id);
      return loaded === undefined ? undefined : progressOf(loaded.record);
    },

    async list() {
      const cells = await ledger.listCells(REPLAY_CELLS, MOST_CELLS);
      return Promise.all(cells.slice(-MOST_LISTED).reverse().map(({ value }) => progressOf(readRecord(value))));
    },

    preview,

    async tick() {
      if (!ledger.leads()) return false;
      const cells = await ledger.listCells(REPLAY_CELLS, MOST_CELLS);
      let running = false;
      for (const cell of cells) {
        const record = readRecord(cell.value);
        if (isOver(record)) continue;
        running = true;
        try {
          await advance(cell);
        } catch (error) {
          await noteError(record.id, error);
        }
      }
      await forgetOld(cells);
      return running;
    },
  };
}

const sumOf = (states: ReplayProgress['states'], of: readonly ExchangeState[]): number => of.reduce((n, state) => n + (states[state] ?? 0), 0);
const isOver = (record: ReplayRecord): boolean => record.state !== 'running' && !record.loose;
