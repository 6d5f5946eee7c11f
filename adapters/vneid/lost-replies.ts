/** What is right after a lost reply, for every operation (fact sheet 6.1): each is known again when it comes again, so that saying it again is harmless. */
import type { Text } from '../../src/contract/errors/types.ts';

export type OperationId = 'reportStatus' | 'pushToBackend' | 'readResult';

/** How each operation gets over a lost reply, with its reason. */
export const LOST_REPLIES: Readonly<Record<OperationId, { how: 'known-again' | 'read-again'; why: Text }>> = {
  reportStatus: {
    how: 'known-again',
    why: {
      vi: 'Mã hồ sơ, trạng thái và loại là khóa: gửi lại thì VNeID trả lời 01 “không thể cập nhật lên trạng thái”, tính là xong. Thiếu thì công dân không biết kết quả; gửi trùng không đổi gì.',
      en: 'Code, state and type are the key: again, VNeID answers 01 “không thể cập nhật lên trạng thái”, which counts as done. Missing, the citizen never hears; twice, nothing changes.',
    },
  },
  pushToBackend: {
    how: 'known-again',
    why: {
      vi: 'Mã hồ sơ là khóa: gửi lại hồ sơ đã có thì được trả lời “đã được tiếp nhận, không thể cập nhật thông tin”, tính là xong. Không bao giờ thành hai hồ sơ.',
      en: 'The code is the key: again, a dossier that is there is answered “đã được tiếp nhận, không thể cập nhật thông tin”, which counts as done. Never two dossiers.',
    },
  },
  readResult: { how: 'read-again', why: { vi: 'Chỉ đọc: hỏi lại không thay đổi gì.', en: 'Only reads: asking again changes nothing.' } },
};
