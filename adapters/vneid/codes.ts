/** States and words of judicial records, as data (fact sheet 2.4, 2.6, 2.9, Appendix B). */
import type { DossierStatus } from '../../src/model/canonical.ts';
import { defineCodeTable, type CodeTable } from '../../src/model/code-table.ts';
import type { Branded } from '../../src/model/identity.ts';

/** State as VNeID sees it. The same digits mean other things to other systems: 4 here is "in process", 4 of a civil-status system is "done". */
export type LltpStatus = Branded<string, 'LltpStatus'>;
const LLTP_STATUSES = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] as const;
export const isLltpStatus = (text: unknown): text is LltpStatus => (LLTP_STATUSES as readonly unknown[]).includes(text);

/** The rows of 2.9; `tenTrangThaiXuLy` is the Vietnamese meaning. */
export const STATUS_CODES: CodeTable<DossierStatus> = defineCodeTable<DossierStatus>({
  id: 'vneid.trangThaiXuLy',
  rows: [
    { canonical: 'SUBMITTED', wire: '1', meaning: { vi: 'Mới đăng ký', en: 'newly registered' }, source: 'fact sheet 2.9' },
    { canonical: 'ACCEPTED', wire: '2', meaning: { vi: 'Được tiếp nhận', en: 'received' }, source: 'fact sheet 2.9' },
    { canonical: 'REJECTED', wire: '3', meaning: { vi: 'Không được tiếp nhận', en: 'not accepted' }, source: 'fact sheet 2.9' },
    { canonical: 'PROCESSING', wire: '4', meaning: { vi: 'Đang xử lý', en: 'in process' }, source: 'fact sheet 2.9' },
    { canonical: 'SUPPLEMENT_REQUIRED', wire: '5', meaning: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'supplement required' }, source: 'fact sheet 2.9' },
    { canonical: 'PAYMENT_REQUIRED', wire: '6', meaning: { vi: 'Yêu cầu thực hiện nghĩa vụ tài chính', en: 'financial obligation required' }, source: 'fact sheet 2.9' },
    { canonical: 'WITHDRAWN', wire: '7', meaning: { vi: 'Công dân yêu cầu rút hồ sơ', en: 'withdrawal requested' }, source: 'fact sheet 2.9' },
    { canonical: 'STOPPED', wire: '8', meaning: { vi: 'Dừng xử lý', en: 'stopped' }, source: 'fact sheet 2.9' },
    { canonical: 'RESOLVED', wire: '9', meaning: { vi: 'Đã xử lý xong', en: 'processing finished' }, source: 'fact sheet 2.9' },
    { canonical: 'RETURNED', wire: '10', meaning: { vi: 'Đã trả kết quả', en: 'result returned' }, source: 'fact sheet 2.9' },
  ],
  withheld: { DRAFT: 'not yet filed', UNKNOWN: 'no status' },
});

const names = new Map(STATUS_CODES.rows().map(({ wire, meaning }) => [wire, meaning?.vi ?? '']));
/** `tenTrangThaiXuLy`. */
export const statusName = (status: LltpStatus): string => names.get(status) ?? '';
export const statusCode = (status: DossierStatus): LltpStatus | undefined => STATUS_CODES.encode(status) as LltpStatus | undefined;

/** What the reference emits (2.9); 1 follows from L2, and nothing is known of 6 to 8 in this direction (U12). */
export const REPORTED_STATUSES = ['ACCEPTED', 'REJECTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'RESOLVED', 'RETURNED'] as const satisfies readonly DossierStatus[];

/** Handed over once it is received; a province whose officers go on at once, in the same snapshot, has received it too. */
export const PUSH_WHEN = ['ACCEPTED', 'PROCESSING'] as const satisfies readonly DossierStatus[];

/**
 * How far a dossier has come. Forward is allowed; back only through a supplement, which begins it anew. A status that is not here
 * may come at any time.
 */
export const PLACE: Readonly<Partial<Record<DossierStatus, number>>> = { SUBMITTED: 0, ACCEPTED: 1, PROCESSING: 2, RESOLVED: 3, RETURNED: 4 };
/** Handed over, and nobody has ended it: the states in which a result can come (2.7). */
export const WAITS: ReadonlySet<DossierStatus> = new Set(['ACCEPTED', 'PROCESSING']);
/** Nothing of ours leads out of these. */
export const FINAL: ReadonlySet<DossierStatus> = new Set(['RETURNED', 'WITHDRAWN', 'REJECTED']);

/** What VNeID's answer to L6 means (2.4). */
export const ANSWER_MEANINGS = ['ACCEPTED', 'ALREADY_SO', 'INTERRUPTED', 'REJECTED'] as const;
export type AnswerMeaning = (typeof ANSWER_MEANINGS)[number];
/** A row holds when the code is the same and, where a row has words, one of them stands in `errorDetail`. The first row that holds counts. */
export interface AnswerRow { code: string; words?: readonly string[]; meaning: AnswerMeaning }
export const DEFAULT_ANSWERS: readonly AnswerRow[] = [
  { code: '00', meaning: 'ACCEPTED' },
  { code: '01', words: ['không thể cập nhật lên trạng thái'], meaning: 'ALREADY_SO' },
  { code: '03', words: ['yêu cầu bị gián đoạn. vui lòng thử lại.'], meaning: 'INTERRUPTED' },
];

/** What the judicial-record software says to L4 (2.6), anywhere in the answer. `failed` goes first: it holds the others in it. */
export interface PushPhrases { failed: readonly string[]; accepted: readonly string[]; alreadyThere: readonly string[] }
export const DEFAULT_PUSH_PHRASES: PushPhrases = {
  failed: ['không thành công', 'thông tin thất bại', 'không gửi thông tin', 'không thể gửi thông tin', 'chưa gửi thông tin'],
  accepted: ['gửi thông tin thành công'],
  alreadyThere: ['đã được tiếp nhận, không thể cập nhật thông tin'],
};

/** Path of L6 below baseUrl; may be an alias of the integration platform (2.1). */
export const REPORT_PATH = '/v2/lyLichTuPhap/traKetQuaHoSoLLTP';
/** What the reference adds to every dossier, working days (2.5). */
export const TERM_DAYS = 8;
