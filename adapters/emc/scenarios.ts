/** States of the simulated EMC that tests ask for by name. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { EmcSimulator } from './simulator.ts';

export const scenarios = {
  json: {
    title: { vi: 'Biến thể JSON, trả lời 200 rỗng', en: 'The JSON dialect, answered with an empty 200' },
    options: { encoding: 'json', answer: 'empty' },
  },
  'known-sites-only': {
    title: { vi: 'Chỉ nhận mã site 4711', en: 'Site 4711 is taken and no other' },
    options: { siteIds: [4711], unknownSites: 'refuse' },
  },
  closed: {
    title: { vi: 'Không cho ai vào (403), như lọc địa chỉ nguồn', en: 'Lets nobody in (403), as a filter on source addresses does' },
    options: { closed: true },
  },
  page: {
    title: { vi: 'Cổng ở giữa trả trang HTML với 200; EMC không nhận gì', en: 'A gateway on the way answers with an HTML page and 200; EMC gets nothing' },
    options: { answer: 'page' },
  },
} as const satisfies Record<string, SimulatorScenario<EmcSimulator>>;
