/** Lanes that do not go on by themselves, and what to look at in each. */
import type { BlockedLane, LedgerControl } from '../control.ts';
import { LANE, STATE } from '../codes.ts';
import type { Store } from './store.ts';

const MOST_ROWS = 1_000;
const WAITING = `x.state < 5 AND x.state IN (${STATE.pending}, ${STATE.unknown})`;
const FAILED = `x.state IN (${STATE.rejected}, ${STATE.dead})`;

interface BlockedRow extends Omit<BlockedLane, 'upstream' | 'operation'> { upstreamNo: number; operationNo: number | null }

/** Lanes of `source` (columns id, why), with the first exchange of each that `look` picks. $1: after this lane, $2: upstream or null, $3: at most. */
const list = (source: string, look: string, where = 'true'): string => `
  SELECT l.id AS lane, l.upstream_no AS "upstreamNo", d.code AS "dossierCode", d.procedure_code AS "procedureCode", s.why,
    CASE WHEN s.why = 'hold' THEN l.hold_id END AS "holdId", f.id AS "exchangeId", f.operation_no AS "operationNo", f.code, coalesce(f.since, 0) AS since, w.n AS waiting
  FROM (${source}) s JOIN lanes l ON l.id = s.id JOIN dossiers d ON d.id = l.id / 1024
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM exchanges x WHERE x.lane_id = l.id AND ${WAITING}) w
  LEFT JOIN LATERAL (SELECT x.id, x.operation_no, x.code, coalesce(x.settled_at, x.created_at) AS since FROM exchanges x
    WHERE x.lane_id = l.id AND x.state < 5 AND ${look} LIMIT 1) f ON true
  WHERE ($2::int IS NULL OR l.upstream_no = $2) AND ${where} ORDER BY l.id LIMIT $3`;

const TURN = 'coalesce(x.place, x.id), x.id';
/** the failure if there is one, else what waits */
const FAILURE_FIRST = `(${FAILED} OR ${WAITING}) ORDER BY ${FAILED} DESC, ${TURN}`;

/** Page by page for each hold; a hold that is gone lets go of its lanes by itself. */
const HELD = list(
  `SELECT p.id, 'hold' AS why FROM holds h CROSS JOIN LATERAL (
     SELECT l.id FROM lanes l WHERE l.state = ${LANE.held} AND l.hold_id = h.id AND l.id > $1 AND ($2::int IS NULL OR l.upstream_no = $2) ORDER BY l.id LIMIT $3) p`,
  `${WAITING} ORDER BY ${TURN}`,
);
/** Given back as blocked: with work behind the refusal, or with none left. */
const SET_ASIDE = (why: 'refused' | 'failed'): string => list(
  `SELECT l.id, '${why}' AS why FROM lanes l WHERE l.state = ${LANE.blocked} AND l.id > $1`,
  FAILURE_FIRST,
  why === 'refused' ? 'w.n > 0' : `w.n = 0 AND f.id IS NOT NULL`,
);
/** At rest, with a failure in it. */
const AT_REST = list(
  `SELECT DISTINCT x.lane_id AS id, 'failed' AS why FROM exchanges x WHERE ${FAILED} AND x.lane_id > $1`,
  FAILURE_FIRST,
  `l.state NOT IN (${LANE.held}, ${LANE.blocked}) AND w.n = 0`,
);
const LISTS: Readonly<Record<BlockedLane['why'], readonly string[]>> = { hold: [HELD], refused: [SET_ASIDE('refused')], failed: [SET_ASIDE('failed'), AT_REST] };

/** By lane, ascending. */
export async function listBlocked(store: Store, { upstream, why, afterLane = 0, limit }: Parameters<LedgerControl['listBlocked']>[0]): Promise<BlockedLane[]> {
  const { names } = store;
  if (upstream !== undefined && names.knownUpstream(upstream) === undefined) await names.reload(store);
  const no = upstream === undefined ? null : names.knownUpstream(upstream);
  if (no === undefined) return [];
  const bound = Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
  const texts = why === undefined ? Object.values(LISTS).flat() : LISTS[why];
  const rows = (await Promise.all(texts.map((text) => store.query<BlockedRow & Record<string, unknown>>(text, [afterLane, no, bound])))).flat();
  await names.know(rows.flatMap(({ operationNo }) => operationNo ?? []), store);
  return rows
    .sort((a, b) => a.lane - b.lane)
    .slice(0, bound)
    .map(({ upstreamNo, operationNo, ...row }) => ({ ...row, upstream: names.upstreamName(upstreamNo), operation: operationNo === null ? null : names.operationByNo(operationNo).name }));
}
