/** Lanes that do not go on by themselves, and what to look at in each. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { BlockedLane, LedgerControl } from '../control.ts';
import { LANE, STATE, dossierOfLane, upstreamOfLane } from '../codes.ts';
import type { Holds } from './holds.ts';
import type { Store } from './store.ts';

const MOST_ROWS = 1_000;
/** Pages of lanes with failures that one call goes through: most of them may be on their way again. */
const MOST_PAGES = 50;
const PAGE_ROWS = 200;

interface LaneRow { id: number; state: number; holdId: number | null }
interface Looked { id: number; operationNo: number; code: string | null; since: number }

export class Blocked {
  readonly #store: Store;
  readonly #holds: Holds;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(store: Store, holds: Holds) {
    this.#store = store;
    this.#holds = holds;
  }

  /** By lane, ascending. */
  list({ upstream, why, afterLane = 0, limit }: Parameters<LedgerControl['listBlocked']>[0]): BlockedLane[] {
    const no = upstream === undefined ? undefined : this.#store.names.knownUpstream(upstream);
    if (upstream !== undefined && no === undefined) return [];
    const bound = Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
    const wanted = (kind: BlockedLane['why']): boolean => why === undefined || why === kind;
    const found = [
      ...(wanted('hold') ? this.#held(afterLane, no, bound) : []),
      ...(wanted('refused') || wanted('failed') ? this.#setAside(afterLane, no, bound, why) : []),
      ...(wanted('failed') ? this.#failed(afterLane, no, bound) : []),
    ];
    return found.sort((a, b) => a.lane - b.lane).slice(0, bound);
  }

  #held(after: number, no: number | undefined, limit: number): BlockedLane[] {
    return this.#holds.ids().flatMap((id) => this.#lanes(`lanes INDEXED BY lanes_held WHERE state = ${LANE.held} AND hold_id = ? AND id > ?`, [id, after], no, limit)
      .map((lane) => this.#describe(lane, 'hold')));
  }

  /** Given back as blocked: with work behind the refusal, or with none left. */
  #setAside(after: number, no: number | undefined, limit: number, why: BlockedLane['why'] | undefined): BlockedLane[] {
    const page = (from: number): LaneRow[] => this.#lanes(`lanes INDEXED BY lanes_blocked WHERE state = ${LANE.blocked} AND id > ?`, [from], no, PAGE_ROWS);
    return this.#pages(limit, after, page, (lane) => {
      const blocked = this.#describe(lane, 'refused');
      if (blocked.waiting === 0) blocked.why = 'failed';
      if (why !== undefined && blocked.why !== why) return undefined;
      return blocked.why === 'failed' && this.#failure(lane.id) === undefined ? undefined : blocked;
    });
  }

  /** At rest, with a failure in it. */
  #failed(after: number, no: number | undefined, limit: number): BlockedLane[] {
    const sql = `SELECT l.id, l.state, l.hold_id AS holdId FROM (
        SELECT DISTINCT lane_id FROM exchanges INDEXED BY exchanges_failed WHERE state IN (3, 4) AND lane_id > ?${ofUpstream('lane_id', no)} ORDER BY lane_id LIMIT ${PAGE_ROWS}
      ) f CROSS JOIN lanes l ON l.id = f.lane_id ORDER BY l.id`;
    const page = (from: number): LaneRow[] => this.#prepare(sql).all(from, ...(no === undefined ? [] : [no])) as unknown as LaneRow[];
    return this.#pages(limit, after, page, (lane) => {
      if (lane.state === LANE.held || lane.state === LANE.blocked || this.#waiting(lane.id) > 0) return undefined;
      return this.#describe(lane, 'failed');
    });
  }

  #pages(limit: number, after: number, page: (from: number) => LaneRow[], describe: (lane: LaneRow) => BlockedLane | undefined): BlockedLane[] {
    const found: BlockedLane[] = [];
    let from = after;
    for (let turn = 0; turn < MOST_PAGES && found.length < limit; turn++) {
      const lanes = page(from);
      found.push(...lanes.map(describe).filter((lane) => lane !== undefined));
      if (lanes.length < PAGE_ROWS) break;
      from = lanes.at(-1)?.id ?? from;
    }
    return found;
  }

  #describe(lane: LaneRow, why: BlockedLane['why']): BlockedLane {
    const dossier = this.#one('SELECT code, procedure_code AS procedureCode FROM dossiers WHERE id = ?', dossierOfLane(lane.id)) as { code: string; procedureCode: string } | undefined;
    const first = (why === 'hold' ? undefined : this.#failure(lane.id)) ?? this.#head(lane.id);
    return {
      lane: lane.id,
      upstream: this.#store.names.upstreamName(upstreamOfLane(lane.id)),
      dossierCode: dossier?.code ?? '',
      procedureCode: dossier?.procedureCode ?? '',
      why,
      holdId: why === 'hold' ? lane.holdId : null,
      exchangeId: first?.id ?? null,
      operation: first === undefined ? null : this.#store.names.operationByNo(first.operationNo).name,
      code: first?.code ?? null,
      since: first?.since ?? 0,
      waiting: this.#waiting(lane.id),
    };
  }

  #failure(lane: number): Looked | undefined { return this.#first(lane, `${STATE.rejected}, ${STATE.dead}`); }
  #head(lane: number): Looked | undefined { return this.#first(lane, `${STATE.pending}, ${STATE.unknown}`); }

  #first(lane: number, states: string): Looked | undefined {
    return this.#one(`SELECT id, operation_no AS operationNo, code, coalesce(settled_at, created_at) AS since FROM exchanges INDEXED BY exchanges_open
      WHERE lane_id = ? AND state < 5 AND state IN (${states}) ORDER BY coalesce(place, id), id LIMIT 1`, lane) as Looked | undefined;
  }

  #waiting(lane: number): number {
    const row = this.#one(`SELECT count(*) AS n FROM exchanges INDEXED BY exchanges_open WHERE lane_id = ? AND state < 5 AND state IN (${STATE.pending}, ${STATE.unknown})`, lane);
    return (row as { n: number } | undefined)?.n ?? 0;
  }

  #lanes(from: string, values: SQLInputValue[], upstreamNo: number | undefined, limit: number): LaneRow[] {
    const sql = `SELECT id, state, hold_id AS holdId FROM ${from}${ofUpstream('id', upstreamNo)} ORDER BY id LIMIT ?`;
    return this.#prepare(sql).all(...values, ...(upstreamNo === undefined ? [] : [upstreamNo]), limit) as unknown as LaneRow[];
  }

  #one(sql: string, value: SQLInputValue): unknown { return this.#prepare(sql).get(value); }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#store.db.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

const ofUpstream = (column: string, upstreamNo: number | undefined): string => (upstreamNo === undefined ? '' : ` AND ${column} % 1024 = ?`);
