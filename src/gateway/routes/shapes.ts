/** Parts that the operator's routes share in what they take and what they answer. */
import { issue } from '../../contract/errors/issue.ts';
import { EXCHANGE_STATES } from '../../ledger/ledger.ts';
import { epochFromInstant } from '../../model/time.ts';
import { component } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';

type Json = Record<string, unknown>;

/** Larger numbers are rounded on their way here, and are no number to a database. */
export const MOST_ID = Number.MAX_SAFE_INTEGER;
export const PAGE = {
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'Most items', 'x-description-vi': 'Số mục tối đa' },
  after: { type: 'integer', minimum: 0, maximum: MOST_ID, description: 'Continue after this id', 'x-description-vi': 'Lấy tiếp sau số này' },
};
export const OPEN_OBJECT = { type: 'object', additionalProperties: true };
export const EXCHANGE = {
  type: 'object',
  additionalProperties: true,
  required: ['id', 'upstream', 'operation', 'dossierCode', 'state', 'attempts'],
  properties: {
    id: { type: 'integer' }, upstream: { type: 'string' }, operation: { type: 'string' }, dossierCode: { type: 'string' }, itemKey: { type: 'string' }, eventSeq: { type: 'integer' },
    state: { type: 'string', enum: [...EXCHANGE_STATES] }, attempts: { type: 'integer' }, lostReplies: { type: 'integer' }, createdAt: { type: 'string' }, settledAt: { type: ['string', 'null'] },
    nextAt: { type: ['string', 'null'] }, code: { type: ['string', 'null'] }, doubt: { type: ['string', 'null'], description: 'How a lost reply was settled', 'x-description-vi': 'Cách xử lý câu trả lời bị mất' },
    replay: { type: ['integer', 'null'], description: 'The replay that sent it again last', 'x-description-vi': 'Lượt gửi lại hàng loạt gần nhất' },
    title: component('Text'), who: { type: 'string' }, action: component('Text'),
  },
};
export const page = (item: Json): Json => ({ type: 'object', required: ['items', 'next'], properties: { items: { type: 'array', items: item }, next: { type: ['integer', 'null'] } } });

/** What was asked for with one row more: that row tells whether there is another page. */
export function cut<Row>(rows: readonly Row[], limit: number, cursor: (row: Row) => number): { rows: Row[]; next: number | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}

export const REASON = { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S', description: 'Kept encrypted in the ledger; no personal data', 'x-description-vi': 'Lưu mã hoá trong sổ cái; không ghi thông tin cá nhân' };
export const REASON_BODY = { type: 'object', required: ['reason'], additionalProperties: false, properties: { reason: REASON } };
export const ID_PARAMS = { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1 } } };
export const INSTANT = { type: 'string', minLength: 10, maxLength: 40, description: 'Instant with offset, e.g. 2026-03-01T07:00:00+07:00', 'x-description-vi': 'Thời điểm kèm múi giờ, ví dụ 2026-03-01T07:00:00+07:00' };

/** @throws ProblemError that points at the parameter */
export function instantIn(text: string, pointer: string): number {
  // A plus that was not escaped arrives as a space; an instant has none of its own.
  const ms = epochFromInstant(text.replace(' ', '+'));
  if (ms === undefined) throw new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-DATE', pointer)] });
  return ms;
}
