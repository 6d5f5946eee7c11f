/** What is right after a lost reply, for every operation, decided by which harm is worse (fact sheet 6.3). */
import type { LostReplyDecision } from '../../src/adapter/types.ts';
import type { Text } from '../../src/contract/errors/types.ts';
import type { LandWrite } from './classify.ts';

/** O4 has no key and no words for "again". */
export const WRONG_RESULT_DECISION: LostReplyDecision = {
  then: 'resend-once',
  why: {
    vi: 'Thiếu phản hồi thì giấy chứng nhận sai vẫn nằm trong tay người dân và cơ quan đất đai không biết; gửi trùng thì cán bộ thấy một phản hồi hai lần, cùng số biên nhận và nội dung.',
    en: 'Without it a wrong certificate stays with the citizen and the land office never knows; twice, an officer sees one report two times, with the same number and words.',
  },
};

/** How each operation gets over a lost reply, with its reason. */
export const LOST_REPLIES: Readonly<Record<LandWrite | 'downloadFile', { how: 'known-again' | 'resend-once' | 'read-again'; why: Text }>> = {
  submit: {
    how: 'known-again',
    why: {
      vi: 'Không có dịch vụ tra cứu, nhưng số biên nhận là khóa: gửi lại hồ sơ đã có thì được trả lời “đã tồn tại”, tính là xong. Không bao giờ thành hai hồ sơ.',
      en: 'Nothing can be asked, but the receipt number is the key: again, a dossier that is there is answered “đã tồn tại”, which counts as done. Never two dossiers.',
    },
  },
  submitTax: {
    how: 'known-again',
    why: {
      vi: 'Như tiếp nhận: gửi lại thì được trả lời “đã tồn tại”.',
      en: 'As the submission: again, it is answered “đã tồn tại”.',
    },
  },
  supplementDone: {
    how: 'known-again',
    why: {
      vi: 'Gửi lại khi hồ sơ không còn chờ thì được trả lời “Hồ sơ không chờ bổ sung”, tính là xong. Chỉ có thể nhầm khi một yêu cầu bổ sung mới đến đúng trong khoảng nghỉ giữa hai lần gửi.',
      en: 'Once nothing is waited for, it is answered “Hồ sơ không chờ bổ sung”, which counts as done. It can only mistake a new request that comes in the very pause between the two.',
    },
  },
  resultReturned: {
    how: 'known-again',
    why: {
      vi: 'Gửi lại thì được trả lời “đã được trả”, tính là xong.',
      en: 'Again, it is answered “đã được trả”, which counts as done.',
    },
  },
  wrongResult: { how: 'resend-once', why: WRONG_RESULT_DECISION.why },
  downloadFile: { how: 'read-again', why: { vi: 'Chỉ đọc: hỏi lại không thay đổi gì.', en: 'Only reads: asking again changes nothing.' } },
};
