/** States of the simulated OpenCPS that tests ask for by name. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { OpencpsSimulator } from './simulator.ts';

export const scenarios = {
  'without-total': {
    title: { vi: 'Danh sách không ghi tổng số: phải đọc đến trang trống', en: 'Lists say no total: pages are read until one is empty' },
    options: { withoutTotal: true },
  },
  unsorted: {
    title: { vi: 'Sắp xếp bị bỏ qua: hồ sơ đến theo dossierId', en: 'Sorting is ignored: rows come in the order of dossierId' },
    options: { sorting: 'ignored' },
  },
  'small-pages': {
    title: { vi: 'Mỗi trang nhiều nhất hai hồ sơ, dù xin bao nhiêu', en: 'At most two dossiers on a page, whatever is asked' },
    options: { maxPage: 2 },
  },
} as const satisfies Record<string, SimulatorScenario<OpencpsSimulator>>;
