/** What people ordered, in words: who, when, about what, and why. */
import type { OrderRow } from '../ledger/control.ts';
import type { Ledger, Timeline } from '../ledger/ledger.ts';
import { instantFromEpoch } from '../model/time.ts';

export type OrderSource = Pick<Ledger, 'bodies'>;
export interface OrderView {
  seq: number;
  kind: string;
  by: string;
  at: string;
  title: { vi: string; en: string };
  /** null when none was given, or when retention has let it go */
  reason: string | null;
  /** what it was about; null once retention has let it go */
  about: Record<string, unknown> | null;
}

const TITLES: Readonly<Record<string, { vi: string; en: string }>> = {
  'control.frozen': { vi: 'Tạm giữ', en: 'Held back' },
  'control.released': { vi: 'Gỡ tạm giữ', en: 'Released' },
  'control.breaker-open': { vi: 'Mở cầu dao bằng tay', en: 'Breaker opened by hand' },
  'control.breaker-reset': { vi: 'Đóng cầu dao bằng tay', en: 'Breaker closed by hand' },
  'control.drift-acknowledged': { vi: 'Xác nhận một điểm khác lược đồ', en: 'Difference from a schema acknowledged' },
  'citizen.asked': { vi: 'Hỏi cơ sở dữ liệu dân cư', en: 'Population database asked' },
  'citizen.answered': { vi: 'Kết quả lần hỏi', en: 'What became of the question' },
  'exchange.retried': { vi: 'Gửi lại một lượt', en: 'Sent again' },
  'exchange.cancelled': { vi: 'Huỷ một lượt', en: 'Cancelled' },
  'replay.started': { vi: 'Bắt đầu gửi lại hàng loạt', en: 'Replay started' },
  'replay.cancelled': { vi: 'Dừng gửi lại hàng loạt', en: 'Replay cancelled' },
  'replay.done': { vi: 'Gửi lại hàng loạt đã xong', en: 'Replay done' },
};
/** Fields that hold a moment, in an order or in the filter of a replay. */
const MOMENTS = new Set(['until', 'settledFrom', 'settledBefore']);

export function orderView({ seq, kind, by, at, content }: OrderRow): OrderView {
  const { reason = null, ...about } = content ?? {};
  return {
    seq, kind, by, at: instantFromEpoch(at), title: TITLES[kind] ?? { vi: kind, en: kind },
    reason: typeof reason === 'string' ? reason : null, about: content === null ? null : (withInstants(about) as Record<string, unknown>),
  };
}

/** The orders of one dossier, oldest first: events of its timeline with what they hold. */
export async function ordersOf(source: OrderSource, { events }: Timeline): Promise<OrderView[]> {
  const given = events.filter((event) => event.via === 'operator');
  if (given.length === 0) return [];
  const contents = new Map((await source.bodies(given.map((event) => event.seq))).map(({ seq, body }) => [seq, JSON.parse(body) as Record<string, unknown>]));
  return given.map(({ seq, kind, actor, recordedAt }) => orderView({ seq, kind, by: actor ?? 'unknown', at: recordedAt, content: contents.get(seq) ?? null }));
}

function withInstants(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, MOMENTS.has(name) && typeof inner === 'number' ? instantFromEpoch(inner) : withInstants(inner)]));
}
