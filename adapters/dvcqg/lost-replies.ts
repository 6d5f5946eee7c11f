/**
 * What is right after a lost reply, for every operation, decided by which harm is worse. For progress steps nothing can be
 * asked and a repeat adds a second copy, so each step status has its own decision; the scoring rules (fact sheet A.6.3) say
 * what a missing and what a doubled step costs.
 */
import type { LostReplyDecision } from '../../src/adapter/types.ts';
import type { Text } from '../../src/contract/errors/types.ts';
import type { NationalStatus } from './codes.ts';

const NEVER = 'never-resend';
const ONCE = 'resend-once';

/** Progress steps (CapNhatTienDoHoSoMC) by national status. */
export const STEP_DECISIONS: Readonly<Record<NationalStatus, LostReplyDecision>> = {
  '1': {
    then: NEVER,
    why: {
      vi: 'Bước "Mới đăng ký" không tính điểm; ngày nộp đã có trong NgayNopHoSo của hồ sơ. Thiếu thì không mất gì, gửi trùng thì người dân thấy hai lần nộp.',
      en: '"Newly registered" is not scored and the submission time stands in the dossier record. A missing one costs nothing; a doubled one shows the citizen two submissions.',
    },
  },
  '2': {
    then: NEVER,
    why: {
      vi: 'Ngày tiếp nhận lấy từ NgayTiepNhan của hồ sơ, không lấy từ bước này. Gửi trùng làm hồ sơ trông như tiếp nhận hai lần.',
      en: 'The reception is read from NgayTiepNhan of the dossier, not from this step. A doubled one looks like two receptions.',
    },
  },
  '3': {
    then: ONCE,
    why: {
      vi: 'Từ chối kết thúc thời gian giải quyết; thiếu bước này hồ sơ bị coi là vẫn đang xử lý. Bước trùng mang cùng thời điểm nên không đổi kết quả tính.',
      en: 'A refusal ends the clock; without the step the dossier counts as still open. A second copy carries the same time and changes no figure.',
    },
  },
  '4': {
    then: NEVER,
    why: {
      vi: 'Bước "Đang xử lý" không tham gia công thức nào; hồ sơ vẫn mang trạng thái 4. Gửi trùng làm dày quá trình xử lý một cách sai lệch.',
      en: '"In processing" takes part in no formula and the dossier record says 4 anyway. A doubled one falsifies the history for nothing.',
    },
  },
  '5': {
    then: NEVER,
    why: {
      vi: 'Quyết định 766 tính hồ sơ có hai lần "Yêu cầu bổ sung" là trễ hạn. Thiếu một bước chỉ mất việc dừng đồng hồ, người phụ trách còn sửa được; gửi trùng thì hồ sơ trễ hẳn.',
      en: 'Decision 766 counts a dossier with two supplement requests as late. A missing step only fails to stop the clock, which a person can mend; a doubled one makes the dossier late.',
    },
  },
  '6': {
    then: NEVER,
    why: {
      vi: 'Công thức đúng hạn không xét bước này. Gửi trùng làm người dân tưởng phải nộp tiền hai lần.',
      en: 'The on-time rule does not look at this step. A doubled one tells the citizen to pay twice.',
    },
  },
  '7': {
    then: ONCE,
    why: {
      vi: 'Rút hồ sơ kết thúc thời gian giải quyết khi không có bước 9 hoặc 10; thiếu thì hồ sơ quá hạn dần. Bước trùng mang cùng thời điểm.',
      en: 'A withdrawal ends the clock where there is no 9 or 10; without it the dossier drifts into lateness. A second copy carries the same time.',
    },
  },
  '8': {
    then: ONCE,
    why: {
      vi: 'Dừng xử lý kết thúc thời gian giải quyết khi không có bước 9 hoặc 10; thiếu thì hồ sơ quá hạn dần. Bước trùng mang cùng thời điểm.',
      en: 'A stop ends the clock where there is no 9 or 10; without it the dossier drifts into lateness. A second copy carries the same time.',
    },
  },
  '9': {
    then: ONCE,
    why: {
      vi: 'Thời điểm kết thúc để tính đúng hạn lấy trước hết từ bước "Đã xử lý xong"; thiếu là mất điểm. Bước trùng mang cùng thời điểm nên vô hại.',
      en: 'The end that on-time is judged by comes first of all from "processing finished"; missing it costs points. A second copy carries the same time and is harmless.',
    },
  },
  '10': {
    then: ONCE,
    why: {
      vi: 'Khi không có bước 9, thời điểm kết thúc lấy từ bước "Đã trả kết quả"; thiếu là mất điểm. Bước trùng mang cùng thời điểm nên vô hại.',
      en: 'Without a 9 the end is read from "result returned"; missing it costs points. A second copy carries the same time and is harmless.',
    },
  },
};

/** A step whose status the map holds or skips has no code, hence no weight that a decision could rest on. */
export const UNDECIDED_STEP: LostReplyDecision = {
  then: NEVER,
  why: {
    vi: 'Trạng thái của bước chưa được ánh xạ nên không biết thiếu hay trùng tai hại hơn; bước đã thêm không rút lại được.',
    en: 'The step\'s status has no code, so it is not known which harm is worse; and a step that was appended cannot be taken back.',
  },
};

/** DongBoTrangThaiHoSo cannot be asked about either; one decision serves all of its states. */
export const STATUS_SYNC_DECISION: LostReplyDecision = {
  then: ONCE,
  why: {
    vi: 'Lời gọi đặt trạng thái, không thêm bước: gửi lại đặt đúng trạng thái ấy. Thiếu thì người nộp trên Cổng DVCQG không biết kết quả.',
    en: 'The call sets a state and adds no step: again, it sets the same one. Missing, the applicant on the portal never learns the outcome.',
  },
};

/** How each operation gets over a lost reply, with its reason; the whole adapter in one place. */
export const LOST_REPLIES: Readonly<Record<string, { how: 'read-again' | 'probe' | 'per-step' | 'resend-once'; why: Text }>> = {
  syncDossier: {
    how: 'probe',
    why: {
      vi: 'Hỏi TraCuuHoSo. Chưa có hồ sơ: gửi lại thêm mới. Đã có (từ lần gửi mất trả lời, hoặc có từ trước): gửi lại dưới dạng cập nhật; bản chụp đầy đủ theo mã hồ sơ nên gửi lại vô hại. Không bao giờ tạo hai hồ sơ.',
      en: 'TraCuuHoSo is asked. A dossier that is absent is created again. One that is there, by the lost call or from before us, is sent again as an update: a full snapshot under the dossier number, harmless twice. Never two dossiers.',
    },
  },
  appendProgress: {
    how: 'per-step',
    why: {
      vi: 'Không có mã bước và không hỏi lại được; gửi lại là thêm bước trùng. Quyết định theo từng trạng thái của bước.',
      en: 'Steps have no id and cannot be asked about; a repeat adds a copy. Decided by the status of the step.',
    },
  },
  syncStatus: { how: 'resend-once', why: STATUS_SYNC_DECISION.why },
  ...Object.fromEntries(
    ['findDossier', 'getProcedure', 'listProcedures', 'listAgencies', 'listSectors', 'listOnlineServices', 'findTechnicalId', 'listCatalogue'].map((id) => [
      id,
      { how: 'read-again' as const, why: { vi: 'Chỉ đọc: hỏi lại không thay đổi gì.', en: 'Only reads: asking again changes nothing.' } },
    ]),
  ),
};
