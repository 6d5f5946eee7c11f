/**
 * Changed dossiers since a cursor. OpenCPS has no webhooks and no change feed, only a list with a total that can be sorted by
 * modifiedDate, so what may be lost is decided here (README.md, Cursor):
 *
 * - the lower bound is always inclusive and begins `overlap` before the cursor: a transaction that took long to commit, or a
 *   clock that is a little off, shows up on the next poll;
 * - pages are cut by value, not by position: the next request asks from the last moment seen. A dossier that is changed
 *   while we read moves behind us in the list and shifts nothing past the border;
 * - dossiers with the same moment (a bulk update) are read by position, and again until a pass brings nothing new;
 * - a list that does not come in ascending order, or gives no total, is read by position to its end, in the same way;
 * - at the end there must be as many dossiers as the first answer promised, else everything is read again by position;
 * - the cursor moves only when all this is done: an interrupted poll begins again where it began.
 *
 * What comes twice is recognised by the ledger. Nothing here decides that a record is "old".
 */
import { hash } from 'node:crypto';
import type { AnyOperation, Wire } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { epochFromInstant, formatTime, instantFromEpoch } from '../../src/model/time.ts';
import type { OpencpsConfig, SinceFormat } from './config.ts';
import { Findings, idOf, isFields, momentOf, type Fields } from './fields.ts';
import { operations, PART_READS, type Page } from './operations.ts';

/** Reading stopped; what was yielded is complete up to its cursor. */
export class PollError extends Error {
  override name = 'PollError' as const;
  readonly issues: Issue[];
  /** ms, when OpenCPS asked for a pause */
  readonly retryAfterMs: number | undefined;
  readonly httpStatus: number | undefined;
  constructor(issues: Issue[], seen: { retryAfterMs?: number | undefined; httpStatus?: number | undefined } = {}) {
    super(issues.map((i) => i.code).join('; '));
    this.issues = issues;
    this.retryAfterMs = seen.retryAfterMs;
    this.httpStatus = seen.httpStatus;
  }
}

export interface PollConnection { wire: Wire; config: OpencpsConfig; now: () => number }
export interface PolledPage { records: unknown[]; cursor: string }

/** Passes over one moment before it is given up as too restless to be read. */
const MOST_PASSES = 6;
const SECOND = 1000;

async function ask<Out>(connection: PollConnection, operation: AnyOperation, request: unknown): Promise<Out> {
  const result = await connection.wire.call(operation, request, {});
  const answer = operation.classify(result, request);
  if (answer.kind !== 'accepted') {
    const why = answer.kind === 'rejected' ? answer.issues : [answer.issue];
    throw new PollError([issue('LT-OPENCPS-READ-FAILED', undefined, operation.id), ...why], {
      retryAfterMs: answer.kind === 'retry' ? answer.retryAfterMs : undefined,
      httpStatus: result.kind === 'response' ? result.status : undefined,
    });
  }
  const checked = operation.response(answer.response);
  if (!checked.ok) throw new PollError([issue('LT-OPENCPS-READ-FAILED', undefined, operation.id), issue('LT-UPSTREAM-RESPONSE-INVALID'), ...checked.issues]);
  return operation.decode(checked.value, [request], { config: connection.config, remote: {}, now: connection.now, run: () => Promise.reject(new TypeError('a read runs no other operation')) }) as Out;
}

function boundText(ms: number, format: SinceFormat): string {
  return format === 'epoch' ? String(ms) : formatTime(instantFromEpoch(ms), format);
}

/** Text forms have no milliseconds: the bound is cut to the whole second before, so that it never skips. */
const toBound = (ms: number): number => Math.floor(ms / SECOND) * SECOND;

const modifiedOf = (item: unknown): number | undefined => (isFields(item) ? momentOf(item, 'modifiedDate', new Findings(), '') : undefined);

function cursorFrom(cursor: string | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const ms = epochFromInstant(cursor);
  if (ms === undefined) throw new ValidationError([issue('LT-OPENCPS-CURSOR')]);
  return ms;
}

interface Row { key: string; id: string; modified: number | undefined }

/** Recognises a row that this poll has had already: same dossier, same moment. A row without an id is known by its content. */
function rowOf(item: unknown): Row {
  const modified = modifiedOf(item);
  const none = new Findings();
  const id = (isFields(item) ? (idOf(item, 'dossierId', 200, none, '') ?? idOf(item, 'referenceUid', 200, none, '')) : undefined) ?? `?${hash('sha256', JSON.stringify(item) ?? '')}`;
  return { key: `${id}@${modified ?? ''}`, id, modified };
}

/** What one poll knows so far. */
interface Reading {
  connection: PollConnection;
  /** where the poll began; `undefined` reads everything */
  first: number | undefined;
  /** rows had at the current moment or later; older rows cannot come again when pages are cut by value */
  rows: Map<string, number>;
  /** every dossier had, to hold against the total */
  ids: Set<string>;
  promised: number | undefined;
  reached: number | undefined;
  /** a page held only what the same pass had read before: the list turned under us, or positions are ignored */
  repeated: boolean;
}

type Fetched = AsyncGenerator<unknown[], void, undefined>;

function fresh(items: readonly unknown[], reading: Reading): unknown[] {
  return items.filter((item) => {
    const { key, id, modified } = rowOf(item);
    if (reading.rows.has(key)) return false;
    reading.rows.set(key, modified ?? Number.POSITIVE_INFINITY);
    reading.ids.add(id);
    if (modified !== undefined && (reading.reached === undefined || modified > reading.reached)) reading.reached = modified;
    return true;
  });
}

/** Moments of a page when every row has one and they ascend. */
function ascending(items: readonly unknown[], after: number): number | undefined {
  let last = after;
  for (const item of items) {
    const modified = modifiedOf(item);
    if (modified === undefined || modified < last) return undefined;
    last = modified;
  }
  return last;
}

/**
 * Reads what the list holds from `bound` on, by position.
 * @returns the next bound when the list proved to ascend past this one; `undefined` when its end was reached
 */
async function* readFrom(reading: Reading, bound: number | undefined, byValue: boolean): AsyncGenerator<unknown[], number | undefined, undefined> {
  const { connection } = reading;
  const { pageSize, sinceFormat } = connection.config.poll;
  const since = bound === undefined ? {} : { since: boundText(bound, sinceFormat) };
  for (let pass = 1; ; pass += 1) {
    let next: number | undefined;
    let pages = 0;
    let news = 0;
    const had = new Set<string>();
    reading.repeated = false;
    let last: number | undefined = Number.NEGATIVE_INFINITY;
    for (let position = 0; ; ) {
      const page = await ask<Page>(connection, operations.listDossiers, { start: position, end: position + pageSize, ...since });
      if (bound === reading.first && position === 0) reading.promised ??= page.total;
      if (page.items.length === 0) break;
      pages += 1;
      if (bound !== undefined && page.items.some((item) => (modifiedOf(item) ?? bound) < bound)) throw new PollError([issue('LT-OPENCPS-FILTER-IGNORED')]);
      const before = had.size;
      for (const item of page.items) had.add(rowOf(item).key);
      if (position > 0 && had.size === before) {
        // Without a total nothing would tell that the rest was never shown.
        if (page.total === undefined) throw new PollError([issue('LT-OPENCPS-LIST-UNSTABLE')]);
        reading.repeated = true;
        break;
      }
      const found = fresh(page.items, reading);
      news += found.length;
      if (found.length > 0) yield found;
      position += page.items.length;
      if (page.total !== undefined && position >= page.total) break;
      if (last !== undefined) last = ascending(page.items, last);
      if (byValue && last !== undefined && page.total !== undefined && toBound(last) > (bound ?? Number.NEGATIVE_INFINITY)) {
        next = toBound(last);
        break;
      }
    }
    // One page is one answer and whole in itself; several may have shifted against each other, or put equal moments in another order.
    if (pages <= 1 || news === 0) return next;
    if (pass === MOST_PASSES) throw new PollError([issue('LT-OPENCPS-LIST-UNSTABLE')]);
  }
}

async function* rowsOf(reading: Reading, filtered: boolean): Fetched {
  let bound = reading.first;
  for (;;) {
    const next = yield* readFrom(reading, bound, filtered);
    if (next === undefined) break;
    bound = next;
    for (const [key, modified] of reading.rows) if (modified < next) reading.rows.delete(key);
  }
  if (!tooFew(reading)) return;
  reading.promised = undefined;
  yield* readFrom(reading, reading.first, false);
  // A list may name a dossier twice, so fewer than promised is no proof of loss once every position was read.
  if (reading.repeated && tooFew(reading)) throw new PollError([issue('LT-OPENCPS-LIST-UNSTABLE')]);
}

const tooFew = (reading: Reading): boolean => reading.promised !== undefined && reading.ids.size < reading.promised;

/** One row of the list with its parts, in the form of the export. */
async function recordOf(row: unknown, connection: PollConnection): Promise<unknown> {
  const { read, parts } = connection.config.poll;
  const none = new Findings();
  const id = isFields(row) ? (idOf(row, 'dossierId', 200, none, '') ?? idOf(row, 'referenceUid', 200, none, '')) : undefined;
  if (read === 'list' || id === undefined || !operations.getDossier.request({ id }).ok) return row;
  try {
    // The dossier before its parts: a change in between makes the parts newer than its modifiedDate, never older, and the
    // next poll brings that change with a later date.
    const record: Record<string, unknown> = { ...(row as Fields), ...(await ask<Fields>(connection, operations.getDossier, { id })) };
    for (const part of parts) {
      const { operation, field } = PART_READS[part];
      record[field] = await ask<unknown[]>(connection, operation, { id });
    }
    return record;
  } catch (error) {
    // Deleted since the list was made: what the list said of it still stands.
    if (error instanceof PollError && error.httpStatus === 404) return row;
    throw error;
  }
}

async function recordsOf(rows: readonly unknown[], connection: PollConnection): Promise<unknown[]> {
  const records = new Array<unknown>(rows.length);
  let taken = 0;
  const worker = async (): Promise<void> => {
    while (taken < rows.length) {
      const i = taken;
      taken += 1;
      records[i] = await recordOf(rows[i], connection);
    }
  };
  await Promise.all(Array.from({ length: Math.min(connection.config.poll.concurrency, rows.length) }, worker));
  return records;
}

/**
 * @param cursor what an earlier poll ended with; `undefined` or '' reads everything
 * @returns pages of records in the form of the export. All but the last carry the cursor that the poll began with; the last,
 *   which is empty, carries the new one
 * @throws PollError when OpenCPS cannot be read on; ValidationError for a cursor that is not ours
 */
export async function* poll(connection: PollConnection, cursor: string | undefined): AsyncGenerator<PolledPage, void, undefined> {
  const { poll: settings } = connection.config;
  const began = connection.now();
  const from = cursorFrom(cursor);
  const filtered = settings.sinceParam !== '';
  const reading: Reading = {
    connection, first: from === undefined || !filtered ? undefined : toBound(from - settings.overlapMs),
    rows: new Map(), ids: new Set(), promised: undefined, reached: from, repeated: false,
  };
  for await (const rows of rowsOf(reading, filtered)) yield { records: await recordsOf(rows, connection), cursor: cursor ?? '' };
  // A source whose clock runs ahead would otherwise hide everything that it writes until we catch up.
  yield { records: [], cursor: reading.reached === undefined ? (cursor ?? '') : instantFromEpoch(Math.min(reading.reached, began)) };
}
