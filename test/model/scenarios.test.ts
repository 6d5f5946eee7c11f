import { describe, expect, it } from 'vitest';
import { DOSSIER_STATUSES, isCompleted, isInProcessing, isReceived, isStopped, listUnits, type DossierStatus } from '../../src/model/index.ts';
import populations from './vectors/population-cells.json' with { type: 'json' };
import scenarios from './vectors/scenarios.json' with { type: 'json' };

const BY_CODE = DOSSIER_STATUSES.filter((status) => status !== 'DRAFT' && status !== 'UNKNOWN');
const statusOf = (code: string | number): DossierStatus => {
  const status = BY_CODE[Number(code) - 1];
  if (status === undefined) throw new Error('no such national status');
  return status;
};
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
/** Share in percent, two decimals, half up, in whole numbers. */
const percent = (part: number, whole: number) => {
  const hundredths = Math.floor((part * 20_000 + whole) / (2 * whole));
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
};
const figures = (cells: { status: string | number; count: number }[]) => {
  const where = (rule: (status: DossierStatus) => boolean) => sum(cells.filter(({ status }) => rule(statusOf(status))).map(({ count }) => count));
  return { received: where(isReceived), inProcessing: where(isInProcessing), stopped: where(isStopped), completed: where(isCompleted) };
};
const split = (byStatus: Record<string, number | undefined>) => Object.entries(byStatus).map(([status, count]) => ({ status, count: count ?? 0 }));

describe('published figures', () => {
  it('of the Cần Thơ fortnight follow from the status groups', () => {
    const [population] = populations.populations;
    const [scenario] = scenarios.scenarios;
    const cells = [...(population?.cells ?? []), ...(population?.extraNotReceived ?? [])];
    const found = figures(cells);
    expect(found).toEqual({ received: 16_581, inProcessing: 7121, stopped: 26, completed: 9434 });
    expect(found).toMatchObject({ received: scenario?.given.received, inProcessing: scenario?.given.inProcessing, stopped: scenario?.given.stoppedOrCancelled, completed: scenario?.derived.completed });
    expect(figures(split({ ...scenario?.syntheticSplit?.byStatus, ...scenario?.syntheticSplit?.excludedFromReceived }))).toEqual(found);
    expect(sum(cells.map(({ count }) => count))).toBe(17_030);
    expect(sum((population?.cells ?? []).filter(({ channel }) => channel === 2).map(({ count }) => count))).toBe(9075);
    expect([percent(9075, 16_581), percent(9434, 16_581), percent(7121, 16_581), percent(26, 16_581)]).toEqual(['54.73', '56.90', '42.95', '0.16']);
  });

  it('of the 120 units contain the communes of the new Cần Thơ', () => {
    const communes = listUnits('commune', '2025-07-13').filter(({ provinceCode }) => provinceCode === '92').length;
    expect(1 + 2 + 14 + communes).toBe(scenarios.scenarios[0]?.given.units);
    expect(5615 + 3167 + 69).toBe(scenarios.scenarios[0]?.given.accounts);
  });

  it('of Hỏa Lựu count finished results that were not handed over yet', () => {
    const matrix: Record<string, Record<string, number | undefined>> = populations.populations[1]?.matrix ?? {};
    const cells = Object.values(matrix).flatMap((byStatus) => split(byStatus));
    expect(figures(cells)).toEqual({ received: 99, inProcessing: 19, stopped: 0, completed: 80 });
    expect([percent(80, 99), percent(19, 99), percent(74, 99)]).toEqual(['80.81', '19.19', '74.75']);
    expect(Object.keys(matrix)).toHaveLength(5);
  });

  it('of Cần Thơ in July contradict themselves, and stay so', () => {
    const given = scenarios.scenarios[1]?.given;
    const hundredths = [given?.onTimePercent, given?.latePercent, given?.inProcessingPercent].map((text) => Math.round(Number(text) * 100));
    expect(sum(hundredths)).toBe(10_129);
  });
});
