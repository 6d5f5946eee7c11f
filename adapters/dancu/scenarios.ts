/** States of the simulated population database that tests ask for by name. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { DancuSimulator } from './simulator.ts';

export const scenarios = {
  lgsp: { title: { vi: 'Qua LGSP có mã truy cập', en: 'Through an LGSP with a token' }, options: { transport: 'lgsp' } },
  'rest-wrapped': { title: { vi: 'Dịch vụ JSON có SOAP trong trả lời', en: 'The JSON wrapper with SOAP in its answer' }, options: { transport: 'rest-wrapped' } },
  'rest-flat': { title: { vi: 'Dịch vụ JSON một cấp', en: 'The flat JSON wrapper' }, options: { transport: 'rest-flat' } },
  'nobody-found': { title: { vi: 'Không tìm thấy ai', en: 'Nobody is found' }, options: { answer: 'not-found' } },
  'not-licensed': { title: { vi: 'Dịch vụ chưa được phép (004)', en: 'The service is not licensed (004)' }, options: { answer: 'not-licensed' } },
  'officer-refused': { title: { vi: 'Cán bộ không có quyền (005)', en: 'The officer has no right (005)' }, options: { answer: 'officer-refused' } },
  'two-records': { title: { vi: 'Trả về hai công dân', en: 'Two citizens come back' }, options: { answer: 'two' } },
  'other-person': { title: { vi: 'Trả về bản ghi của người khác', en: 'Another person’s record comes back' }, options: { answer: 'other-person' } },
  'line-down': { title: { vi: 'Nền tảng ở giữa trả Err', en: 'The platform on the way answers Err' }, options: { answer: 'err' } },
} as const satisfies Record<string, SimulatorScenario<DancuSimulator>>;
