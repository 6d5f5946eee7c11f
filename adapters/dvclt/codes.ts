/** Words and codes of the two systems, each table as data (fact sheet 3.1, 3.6, 3.7, 3.9). */
import { defineCodeTable, type CodeTable } from '../../src/model/code-table.ts';
import type { CivilBackendState, CivilEventKind } from '../../src/model/generated/civil-status.ts';
import type { Gender } from '../../src/model/canonical.ts';
import type { Branded } from '../../src/model/identity.ts';

/**
 * An event as DVCLT numbers it (3.7), and a state as the Ministry of Justice does (3.6). The same digit means another thing in each, and a third one
 * towards VNeID: DVCLT 3 is accepted and 3 there is in process, DVCLT 5 is returned and there is no 5 there. So a value of one is none of the other.
 */
export type DvcltStatus = Branded<1 | 2 | 3 | 4 | 5 | 6 | 7, 'DvcltStatus'>;
export type BtpStatus = Branded<string, 'BtpStatus'>;

const event = (code: 1 | 2 | 3 | 4 | 5 | 6 | 7): DvcltStatus => code as DvcltStatus;
export const DVCLT = {
  RECEIVED: event(1), SUPPLEMENT: event(2), ACCEPTED: event(3), REGISTERED: event(4), RETURNED: event(5), REFUSED: event(6), HANDED_OVER: event(7),
} as const;
export const DVCLT_EVENTS: readonly DvcltStatus[] = Object.values(DVCLT);

/** Text or number, whichever comes (quirk 6). */
export const btpStatus = (value: unknown): BtpStatus => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '') as BtpStatus;
const BTP_STATES: CodeTable<CivilBackendState> = defineCodeTable<CivilBackendState>({
  id: 'dvclt.btp',
  rows: [
    { canonical: 'WAITING', wire: '1', meaning: { vi: 'đã nhận, chờ xử lý', en: 'received, waiting' }, source: '3.6' },
    { canonical: 'SUPPLEMENT_REQUIRED', wire: '2', meaning: { vi: 'yêu cầu bổ sung', en: 'supplement requested' }, source: '3.6' },
    { canonical: 'PROCESSING', wire: '3', meaning: { vi: 'đang xử lý, đủ điều kiện', en: 'being processed or eligible' }, source: '3.6' },
    { canonical: 'REGISTERED', wire: '4', meaning: { vi: 'đã đăng ký, có kết quả', en: 'registered, result present' }, source: '3.6' },
    { canonical: 'REFUSED', wire: '6', meaning: { vi: 'từ chối', en: 'refused' }, source: '3.6' },
  ],
  withheld: { UNKNOWN: 'every other code: not existing there' },
});
/** Total: every other code means that the dossier is not there. */
export const stateOf = (code: BtpStatus): CivilBackendState => BTP_STATES.decode(code) ?? 'UNKNOWN';
export const BTP_TABLE = BTP_STATES;

export const SEX: CodeTable<Gender> = defineCodeTable<Gender>({
  id: 'dvclt.sex',
  rows: [
    { canonical: 'MALE', wire: '1', meaning: { vi: 'Nam', en: 'male' }, source: '3.9' },
    { canonical: 'FEMALE', wire: '2', meaning: { vi: 'Nữ', en: 'female' }, source: '3.9' },
    { canonical: 'OTHER', wire: '3', meaning: { vi: 'Chưa xác định', en: 'undetermined' }, source: '3.9' },
  ],
});

/** `module` on intake (3.1). */
export const INTAKE_KINDS: ReadonlyMap<string, 'BIRTH' | 'DEATH'> = new Map([['KS', 'BIRTH'], ['KT', 'DEATH']]);
/** `module` on push and poll (3.1); configuration may name further ones for copies. */
export const DEFAULT_MODULES: Readonly<Record<CivilEventKind, string>> = { BIRTH: 'LTKS', DEATH: 'LTKT', MARRIAGE: 'LTKH', COPY: 'BS' };
/** K5 of these goes to the interconnection path, of all others to the general one (3.2). */
export const INTERCONNECTED_MODULES: ReadonlySet<string> = new Set(['LTKS', 'LTKT', 'LTKH']);
/** Paper code of the result where the procedure has none (3.7). */
export const DEFAULT_RESULT_CODES: Readonly<Record<CivilEventKind, string>> = { BIRTH: 'KQ.G15.000031', DEATH: 'KQ.G15.000034', MARRIAGE: '', COPY: '' };

export interface ProcedureRow {
  kind: 'BIRTH' | 'DEATH';
  name: string;
  sector: { code: string; name: string };
  /** the procedure that the province handles it under, by the level of the unit; absent: the national one itself */
  commune?: string;
  district?: string;
  /** paper code of its result */
  resultCode?: string;
}
const HO_TICH = { code: 'G15-HT', name: 'Hộ tịch' };
const birth = (commune?: string): ProcedureRow => ({ kind: 'BIRTH', name: 'Liên thông: Đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi', sector: HO_TICH, ...(commune === undefined ? {} : { commune }) });
const death = (commune?: string): ProcedureRow => ({ kind: 'DEATH', name: 'Liên thông: Đăng ký khai tử, xóa đăng ký thường trú, hỗ trợ chi phí mai táng', sector: HO_TICH, ...(commune === undefined ? {} : { commune }) });
/** The national codes of 3.1 with one province's map of them. Its district row (1.006714 → 2.002622, a birth to a death) is wrong and left out. */
export const DEFAULT_PROCEDURES: Readonly<Record<string, ProcedureRow>> = {
  '2.000986': birth('2.002621'), '2.001023': birth(), '1.006714': birth('1.001193'), '2.002621': birth(),
  '1.011733': death('1.000656'), '2.002622': death('2.002622'),
};

/** Texts of K7 that no officer writes: 3 is fixed at the source, 7 is its word for the hand-over (3.7, 7.5). */
export const DEFAULT_TEXTS = { accepted: 'Hồ sơ đã được tiếp nhận', handedOver: 'Gửi hồ sơ qua hệ thống BTP' } as const;
/** What stands where an address or a file is missing (3.7). */
export const NO_INFORMATION = 'Không có thông tin';
