/** A dossier's evidence as a page that needs no tool to be read: what happened when (Vietnam time), by whom, and what came of it. */
import type { ExchangeState } from '../ledger/ledger.ts';
import { epochFromInstant, localParts } from '../model/time.ts';
import type { EvidenceBundle } from './bundle.ts';

interface Words { vi: string; en: string }
interface ShownEvent { seq: number; kind: string; recordedAt: string; sourceSystem: string; via: string; actor: string | null; stale: boolean; hash: string }
interface ShownExchange { id: number; upstream: string; operation: string; state: ExchangeState; attempts: number; createdAt: string; settledAt: string | null; code: string | null; doubt: string | null; title?: Words }
interface ShownAttempt { id: number; upstream: string; operation: string; kind: 'send' | 'probe'; exchangeIds: number[]; startedAt: string; durationMs: number; outcome: string; code: string | null; httpStatus: number | null; title?: Words }
interface Shown { events: ShownEvent[]; exchanges: ShownExchange[]; attempts: ShownAttempt[]; dossier: { status?: string; procedure?: { code?: string; name?: string } } | null }

const STATES: Readonly<Record<ExchangeState, string>> = {
  pending: 'chờ gửi / waits', sending: 'đang gửi / on the wire', unknown: 'chưa rõ kết quả / its outcome is not known yet', done: 'đã được nhận / taken', rejected: 'bị từ chối / refused',
  dead: 'đã bỏ cuộc / given up after every attempt', doubtful: 'còn nghi vấn / in doubt', superseded: 'đã có bản mới hơn thay / a newer one went instead', cancelled: 'đã huỷ / cancelled',
};

export function evidenceText(bundle: EvidenceBundle): string {
  const { events, exchanges, attempts, dossier } = bundle.timeline as unknown as Shown;
  const orders = new Map(bundle.orders.map((order) => [order.seq, order]));
  const happened = [
    ...events.map((event) => ({ at: event.recordedAt, line: eventLine(event, orders.get(event.seq)) })),
    ...attempts.map((attempt) => ({ at: attempt.startedAt, line: attemptLine(attempt) })),
  ].map((one) => ({ ...one, ms: epochFromInstant(one.at) ?? 0 })).sort((a, b) => a.ms - b.ms);
  return [
    'CHỨNG CỨ TRAO ĐỔI HỒ SƠ / EVIDENCE OF A DOSSIER’S EXCHANGES',
    '',
    `Mã hồ sơ / dossier            ${bundle.code}`,
    ...(dossier === null ? ['Nội dung / content            đã hết thời hạn lưu / no longer kept'] : [
      `Thủ tục / procedure           ${dossier.procedure?.code ?? ''} ${dossier.procedure?.name ?? ''}`.trimEnd(),
      `Trạng thái / status           ${dossier.status ?? ''}`,
    ]),
    `Lập lúc / made at             ${local(bundle.madeAt)}`,
    `Phiên bản / versions          lienthong ${bundle.versions.package}${bundle.versions.mappings.map((mapping) => `, ${mapping}`).join('')}`,
    `Chuỗi băm / hash chain        ${bundle.verification.whole ? 'toàn vẹn / whole' : `KHÔNG TOÀN VẸN / NOT WHOLE: ${bundle.verification.broken.join(', ')}`}`,
    '',
    'DIỄN BIẾN, giờ Việt Nam / WHAT HAPPENED, Vietnam time',
    '',
    ...happened.map(({ at, line }) => `${local(at)}  ${line}`),
    '',
    'KẾT QUẢ TỪNG LƯỢT TRAO ĐỔI / WHAT CAME OF EACH EXCHANGE',
    '',
    ...exchanges.map(exchangeLine),
    '',
    'CÁCH KIỂM TRA / HOW TO CHECK',
    '',
    bundle.verification.statement.vi,
    '',
    bundle.verification.statement.en,
  ].join('\n');
}

function eventLine(event: ShownEvent, order: EvidenceBundle['orders'][number] | undefined): string {
  const by = event.actor === null ? '' : ` · ${event.actor}`;
  const number = `[${event.seq}]`;
  if (order !== undefined) return `${number} lệnh / order: ${both(order.title)}${by}${order.reason === null ? '' : ` · “${order.reason}”`}`;
  return `${number} nhận thay đổi / change received: ${event.sourceSystem}, ${event.via}${by}${event.stale ? ' · cũ hơn bản đã có / older than what was known' : ''} · ${event.hash}`;
}

function attemptLine(attempt: ShownAttempt): string {
  const what = attempt.kind === 'send' ? 'gửi / sent' : 'hỏi lại / asked';
  const status = attempt.httpStatus === null ? 'không có câu trả lời HTTP / no HTTP answer' : `HTTP ${attempt.httpStatus}`;
  return `${what} ${attempt.upstream} ${attempt.operation} (lượt / exchange ${attempt.exchangeIds.join(', ')}): ${attempt.outcome}, ${status}, ${attempt.durationMs} ms${codeOf(attempt)}`;
}

function exchangeLine(exchange: ShownExchange): string {
  const end = exchange.settledAt === null ? '' : ` · ${local(exchange.settledAt)}`;
  return `${exchange.id}  ${exchange.upstream} ${exchange.operation}: ${STATES[exchange.state]}${end} · số lần gọi / calls ${exchange.attempts}${exchange.doubt === null ? '' : ` · ${exchange.doubt}`}${codeOf(exchange)}`;
}

const both = ({ vi, en }: Words): string => `${vi} / ${en}`;
const codeOf = ({ code, title }: { code: string | null; title?: Words }): string => (code === null ? '' : ` · ${code}${title === undefined ? '' : ` (${both(title)})`}`);

function local(instant: string): string {
  const { year, month, day, hour, minute, second } = localParts(epochFromInstant(instant) ?? 0);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(day)}/${two(month)}/${year} ${two(hour)}:${two(minute)}:${two(second)}`;
}
