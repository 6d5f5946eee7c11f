/** EMC's words and their codes (fact sheet A.4.3), each table as data. */
import { defineCodeTable, type CodeTable } from '../../src/model/code-table.ts';
import type { Channel, DeliveryMethod, DossierStatus, ServiceLevel } from '../../src/model/canonical.ts';

/** What a dossier can be to EMC. */
export const EMC_STATES = ['OTHER', 'RECEIVED', 'PROCESSING', 'RETURNED', 'ASSIGNED'] as const;
export type EmcState = (typeof EMC_STATES)[number];

const SHEET = 'fact sheet A.4.3';

export const STATE_CODES: CodeTable<EmcState> = defineCodeTable<EmcState>({
  id: 'emc.status',
  rows: [
    { canonical: 'OTHER', wire: '0', meaning: { vi: 'Khác', en: 'other' }, source: SHEET },
    { canonical: 'RECEIVED', wire: '1', meaning: { vi: 'Tiếp nhận', en: 'received' }, source: SHEET },
    { canonical: 'PROCESSING', wire: '2', meaning: { vi: 'Đang xử lý', en: 'in process' }, source: SHEET },
    { canonical: 'RETURNED', wire: '3', meaning: { vi: 'Trả kết quả', en: 'result returned' }, source: SHEET },
    { canonical: 'ASSIGNED', wire: '4', meaning: { vi: 'Phân công xử lý', en: 'assigned for processing' }, source: SHEET },
  ],
});

/**
 * The trap: 1 is online here, and in person at the national portal (`KenhThucHien` of adapters/dvcqg). Post is not online (A.4.4); the
 * setting `postalReception` says otherwise where a province wants it.
 */
export const RECEPTION_CODES: CodeTable<Channel> = defineCodeTable<Channel>({
  id: 'emc.formsReception',
  rows: [
    { canonical: 'ONLINE', wire: '1', meaning: { vi: 'Trực tuyến', en: 'online' }, source: SHEET },
    { canonical: 'COUNTER', wire: '2', meaning: { vi: 'Trực tiếp', en: 'in person' }, source: SHEET },
    { canonical: 'POSTAL', wire: '2', direction: 'encode', source: 'A.4.4: post is not online' },
  ],
});

export const PAYMENT_FORMS = ['NONE', 'ONLINE', 'IN_PERSON'] as const;
export type PaymentForm = (typeof PAYMENT_FORMS)[number];
export const PAYMENT_CODES: CodeTable<PaymentForm> = defineCodeTable<PaymentForm>({
  id: 'emc.formsPayments',
  rows: [
    { canonical: 'NONE', wire: '0', meaning: { vi: 'Không thanh toán', en: 'no payment' }, source: SHEET },
    { canonical: 'ONLINE', wire: '1', meaning: { vi: 'Trực tuyến', en: 'online' }, source: SHEET },
    { canonical: 'IN_PERSON', wire: '2', meaning: { vi: 'Trực tiếp', en: 'in person' }, source: SHEET },
  ],
});

/** Levels by their code: there is no 2. */
export const LEVELS = ['0', '1', '3', '4'] as const;
export type EmcLevel = (typeof LEVELS)[number];
/** How far the procedure can be done online; `ABSENT` where the dossier does not say. */
export type LevelWord = ServiceLevel | 'ABSENT';
/** A.4.4: FULL and PARTIAL as recommended. Which of 0 and 1 a service without any online part is, no source says; both implementations write 3 when they do not know. */
export const DEFAULT_LEVELS: Readonly<Record<LevelWord, EmcLevel>> = { FULL: '4', PARTIAL: '3', INFO: '0', ABSENT: '3' };

export const DELIVERY_CODES: CodeTable<DeliveryMethod> = defineCodeTable<DeliveryMethod>({
  id: 'emc.isDVCBC',
  rows: [
    { canonical: 'COUNTER', wire: '0', meaning: { vi: 'Trực tiếp qua nhận', en: 'handed over directly' }, source: SHEET },
    { canonical: 'POST', wire: '1', meaning: { vi: 'VNPost', en: 'by VNPost' }, source: SHEET },
    { canonical: 'ONLINE', wire: '2', meaning: { vi: 'Khác', en: 'other' }, source: `${SHEET}; that an electronic result is "other" is inferred` },
  ],
});

/** What a status is to EMC; `NOT_REPORTED` makes no call. */
export type StatusTarget = EmcState | 'NOT_REPORTED';
/** A.4.4, column "Recommended". That a submission is no state to EMC is its weaker reading: `statuses` may say RECEIVED. */
export const DEFAULT_STATUSES: Readonly<Record<DossierStatus, StatusTarget>> = {
  DRAFT: 'NOT_REPORTED',
  SUBMITTED: 'NOT_REPORTED',
  ACCEPTED: 'RECEIVED',
  REJECTED: 'OTHER',
  PROCESSING: 'PROCESSING',
  SUPPLEMENT_REQUIRED: 'PROCESSING',
  PAYMENT_REQUIRED: 'PROCESSING',
  WITHDRAWN: 'OTHER',
  STOPPED: 'OTHER',
  RESOLVED: 'RETURNED',
  RETURNED: 'RETURNED',
  UNKNOWN: 'NOT_REPORTED',
};
