/** How each operation gets over a lost reply, with its reason (fact sheet 6.1, 6.2). */
import type { Text } from '../../src/contract/errors/types.ts';

export type DvcltOperation = 'listDossiers' | 'readDossier' | 'acknowledge' | 'pushCivilStatus' | 'readResults' | 'reportStatus';
const READ: { how: 'read-again'; why: Text } = { how: 'read-again', why: { vi: 'Chỉ đọc: hỏi lại không thay đổi gì.', en: 'Only reads: asking again changes nothing.' } };

export const LOST_REPLIES: Readonly<Record<DvcltOperation, { how: 'known-again' | 'read-again'; why: Text }>> = {
  listDossiers: READ,
  readDossier: READ,
  acknowledge: {
    how: 'known-again',
    why: {
      vi: 'Xác nhận hai lần không hại gì; chưa được xác nhận thì hồ sơ còn trong danh sách và lượt sau xác nhận lại. Hồ sơ đã lưu trước đó, cùng một mã.',
      en: 'Twice does no harm; not taken, the dossier stays in the list and the next round acknowledges it. It was stored before, under one code.',
    },
  },
  pushCivilStatus: {
    how: 'known-again',
    why: {
      vi: 'Mã hồ sơ một cửa là khóa: gửi lại hồ sơ đã có thì được trả lời “đã được tiếp nhận”, tính là xong. Không bao giờ thành hai hồ sơ.',
      en: 'The dossier number is the key: again, a dossier that is there is answered “đã được tiếp nhận”, which counts as done. Never two dossiers.',
    },
  },
  readResults: READ,
  reportStatus: {
    how: 'known-again',
    why: {
      vi: 'Số hồ sơ và trạng thái là khóa: gửi lại thì được trả lời rằng trạng thái đã có, tính là xong. Thiếu một sự kiện thì các sự kiện sau bị từ chối.',
      en: 'Number and event are the key: again, it is answered that the event is there, which counts as done. One that is missing would have the later ones refused.',
    },
  },
};
