/** States of the simulated land system that tests ask for by name. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { VbdlisSimulator } from './simulator.ts';

export const scenarios = {
  ilis: {
    title: { vi: 'Hệ thống ILIS: đăng nhập OAuth2, đường dẫn tuyệt đối, thuế qua KetQuaThue', en: 'ILIS: OAuth2 login, absolute links, tax through KetQuaThue' },
    options: { profile: 'ilis' },
  },
  straight: {
    title: { vi: 'Mọi hồ sơ được chuyển một lần rồi có kết quả', en: 'Every case moves once and ends with a result' },
    options: { script: ['move', 'finish'] },
  },
  'whole-life': {
    title: { vi: 'Mọi hồ sơ qua bổ sung và thuế rồi có kết quả', en: 'Every case goes through a supplement and tax, and ends with a result' },
    options: { script: ['move', 'supplement', 'move', 'tax', 'move', 'finish'] },
  },
  quick: {
    title: { vi: 'Như whole-life, mỗi bước chỉ vài giây: tự gọi về, không cần chỉnh đồng hồ', en: 'As whole-life, each step after seconds: it calls by itself, nobody moves the clock' },
    options: { script: ['move', 'supplement', 'move', 'tax', 'move', 'finish'], stepMs: [500, 3000] },
  },
  'sent-back': {
    title: { vi: 'Mọi hồ sơ bị trả về bộ phận tiếp nhận để cập nhật', en: 'Every case is sent back to reception for a correction' },
    options: { script: ['move', 'send-back', 'move', 'finish'] },
  },
  'wrong-procedure': {
    title: { vi: 'Mọi hồ sơ bị báo nhập sai thủ tục', en: 'Every case is said to be of the wrong procedure' },
    options: { script: ['wrong-procedure', 'move', 'finish'] },
  },
  'no-result': {
    title: { vi: 'Mọi hồ sơ kết thúc mà không có kết quả', en: 'Every case ends without a result' },
    options: { script: ['move', 'return'] },
  },
  'late-calls': {
    title: { vi: 'Sau khi kết thúc vẫn có lời gọi luân chuyển và bổ sung đến muộn', en: 'Moves and a supplement are told after the end' },
    options: { script: ['move', 'finish', 'move', 'supplement'] },
  },
  'lower-case-names': {
    title: { vi: 'Tên trường viết thường, ngày không ghi múi giờ', en: 'Field names in lower case, times without an offset' },
    options: { names: 'lower', dates: 'naked' },
  },
  'decomposed-words': {
    title: { vi: 'Câu trả lời dùng chữ Việt tổ hợp rời (NFD)', en: 'Answers with decomposed Vietnamese letters (NFD)' },
    options: { messageForm: 'NFD' },
  },
  'not-a-success': {
    title: { vi: 'data là 1 nhưng success là false: không phải thành công', en: 'data is 1 and success is false: no success' },
    options: { success: 'false' },
  },
  strangers: {
    title: { vi: 'Cán bộ trong lời gọi không có trong danh mục của tỉnh', en: 'Officers in the calls are not known to the province' },
    options: { strangers: true },
  },
  'missing-files': {
    title: { vi: 'Tệp kết quả không tải được (404)', en: 'Files that were offered are not there (404)' },
    options: { files: 'missing' },
  },
  'from-land': {
    title: { vi: 'Một hồ sơ phát sinh từ hệ thống đất đai', en: 'A dossier begins in the land system' },
    given: (land) => void land.originate(),
  },
} as const satisfies Record<string, SimulatorScenario<VbdlisSimulator>>;
