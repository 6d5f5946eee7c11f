/** States of the simulated portal that tests ask for by name. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { DvcqgSimulator } from './simulator.ts';

/** The dossier of the examples, invented: what `known-dossier` starts with. */
export const KNOWN_DOSSIER = 'H99.14-250701-0042';

export const scenarios = {
  'known-dossier': {
    title: { vi: `Cổng đã có hồ sơ ${KNOWN_DOSSIER}: thêm mới bị từ chối, phải cập nhật`, en: `The portal already has dossier ${KNOWN_DOSSIER}: a create is refused, an update is needed` },
    given: (portal) => portal.plant({ MaHoSo: KNOWN_DOSSIER, MaTTHC: '1.009999', TrangThaiHoSo: '2', DonViXuLy: 'UBND phường Mẫu', NgayTiepNhan: '20250701083000' }),
  },
  'short-sessions': {
    title: { vi: 'Mỗi phiên chỉ dùng được hai lần: phải đăng nhập lại', en: 'A session holds for two calls: logging in again is part of the work' },
    options: { maxCallsPerSession: 2 },
  },
  'text-codes': {
    title: { vi: 'error_code luôn là chuỗi, và hồ sơ trùng được trả mã "3"', en: 'error_code is always text, and a duplicate is answered with "3"' },
    options: { errorCodeStyle: 'string', duplicateCodes: ['3'] },
  },
  'known-procedures-only': {
    title: { vi: 'Chỉ nhận hồ sơ của thủ tục có trong danh mục', en: 'Dossiers of procedures that the catalogue does not have are refused' },
    options: { requireKnownProcedure: true },
  },
  facade: {
    title: { vi: 'Cổng trung gian của tỉnh đứng trước cổng quốc gia: không có phiên, danh sách trần', en: 'A provincial façade stands before the portal: no session, bare lists' },
    options: { mode: 'facade' },
  },
} as const satisfies Record<string, SimulatorScenario<DvcqgSimulator>>;
