/** What is right after a lost reply. EMC has no key of its own and no look-up (fact sheet A.4): the ledger is the only guard against doubles. */
import type { LostReplyDecision } from '../../src/adapter/types.ts';
import type { Text } from '../../src/contract/errors/types.ts';
import type { EmcConfig } from './config.ts';

export const DECISIONS: Readonly<Record<EmcConfig['unknownOutcome'], LostReplyDecision>> = {
  'give-up': {
    then: 'never-resend',
    why: {
      vi: 'EMC đếm lời gọi và không có khóa: gửi trùng làm một hồ sơ thành hai, không rút lại được. Thiếu một lời gọi chỉ thiếu một lượt đếm, và sổ cái cho biết lượt nào.',
      en: 'EMC counts calls and has no key: a second one makes two dossiers of one and cannot be taken back. One that is missing is one count less, and the ledger says which.',
    },
  },
  'resend-once': {
    then: 'resend-once',
    why: {
      vi: 'Theo cấu hình unknownOutcome: thà đếm trùng còn hơn thiếu.',
      en: 'By the setting unknownOutcome: a double is preferred to a gap.',
    },
  },
};

/** How the operation gets over a lost reply unless configured otherwise, with its reason. */
export const LOST_REPLIES: Readonly<Record<'trackDossier', { how: 'never-resend'; why: Text }>> = {
  trackDossier: { how: 'never-resend', why: DECISIONS['give-up'].why },
};
