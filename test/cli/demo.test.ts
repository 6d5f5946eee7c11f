import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type App } from '../../src/cli/app.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { compareWithPortal, expectedAtPortal } from '../../src/cli/demo-check.ts';
import { compareWithEmc } from '../../src/cli/demo-emc.ts';
import { indicatorTable, movedTable, type Indicators, type PublishedIndicators } from '../../src/cli/demo-indicators.ts';
import { demoTable, type DemoFigures, type Planned } from '../../src/cli/demo-table.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { computeReport, DEFINITION_SETS, factsOf, Population } from '../../src/indicators/index.ts';
import { reportView } from '../../src/indicators/report/views.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startMockServer } from '../../src/testing/index.ts';
import { connectionTo, drained, exportLines, NO_FINDINGS, sceneConfig, seedOf, sendLines, startPortal, type Portal } from '../faults/scene.ts';
import { dossier } from '../gateway/fixtures.ts';
import { endEverything, freshFolder } from '../support/process.ts';

const PLANNED: Planned = { title: 'Thành phố Cần Thơ · 01/07/2025 – 13/07/2025', received: 10, progressSteps: 30 };

/** A run of ten dossiers in which all is as planned. */
function figures(): DemoFigures {
  return {
    counts: {
      dossiers: 10, events: 10, quarantined: 0, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null,
      byStatusAndChannel: {},
      exchanges: { 'dvcqg/syncDossier/done': 10, 'dvcqg/appendProgress/done': 30 },
    },
    stats: { stalled: null, running: true, active: 0, sends: 40, itemsDone: 40, retries: 3, probes: 0, rejected: 0, lostReplies: 2 },
    report: { ok: true, ...structuredClone(NO_FINDINGS), figures: { dossiers: 10, steps: 30, doubledAccounted: 0, missingShown: 0, flagged: 0, waiting: 0 } },
    portal: { dossiers: 10, steps: 30 },
    emc: { expected: 7, counted: 7, lost: 0, doubled: 0 },
    imported: { lines: 10, refused: 0 },
    importedMs: 2_000,
    totalMs: 5_000,
  };
}
const row = (text: string, name: string): string[] | undefined => text.split('\n').find((line) => line.startsWith(name))?.slice(name.length).trim().split(/\s{2,}|\s+(?==|DIFFERS)/);

describe('the demo’s table', () => {
  it('stands what arrived beside what was to arrive', () => {
    const { text, ok } = demoTable(figures(), PLANNED);
    expect(ok).toBe(true);
    expect(row(text, 'delivered to the portal / đã đồng bộ')).toEqual(['10', '10', '=']);
    expect(row(text, 'states counted by EMC / trạng thái EMC đếm')).toEqual(['7', '7', '=']);
    expect(row(text, 'lost / mất')).toEqual(['0', '0', '=']);
    expect(row(text, 'progress steps / bước tiến độ')).toEqual(['30', '30', '=']);
    expect(row(text, 'accepted to delivered, dossiers/s')).toEqual(['2']);
    expect(text).not.toContain('DIFFERS');
  });

  it.each<[what: string, change: (f: DemoFigures) => void, differs: number]>([
    ['a dossier that did not arrive', (f) => (f.portal['dossiers'] = 9), 1],
    ['a dossier that is lost', (f) => f.report.lost.push({ dossier: 'a', why: 'absent' }), 1],
    ['a step that nobody accounts for', (f) => f.report.missingUnflagged.push({ dossier: 'a', identity: 'x' }), 1],
    ['a dossier created twice', (f) => f.report.doubledDossiers.push('a'), 1],
    ['a supplement request sent twice', (f) => f.report.doubledSupplement.push({ dossier: 'a', identity: 'x' }), 1],
    ['a state that EMC has not counted', (f) => (f.emc = { expected: 7, counted: 6, lost: 1, doubled: 0 }), 2],
    ['one state lost and another one counted twice', (f) => (f.emc = { expected: 7, counted: 7, lost: 1, doubled: 1 }), 1],
    ['a refused line', (f) => (f.imported.refused = 1), 0],
    ['anything else that the judge found', (f) => (f.report.ok = false), 0],
  ])('is not ok with %s', (_what, change, differs) => {
    const changed = figures();
    change(changed);
    const { text, ok } = demoTable(changed, PLANNED);
    expect(ok).toBe(false);
    expect(text.match(/DIFFERS/g)?.length ?? 0).toBe(differs);
  });
});

describe('the demo’s indicators', () => {
  const published: PublishedIndicators = { received: 3, online: 1, direct: 2, inProcessing: 2, stopped: 0, completed: 1, late: 0, onTimeOrInTime: 3, onlinePercent: '33.33', completedPercent: '33.33', inProcessingPercent: '66.67', stoppedPercent: '0.00', onTimePercent: '100.00' };
  const at = '2025-07-02T03:00:00Z';
  const returned = (n: number, more: Partial<Dossier> = {}): Dossier => dossier(n, { status: 'RETURNED', dates: { ...dossier().dates, resolvedAt: at, returnedAt: at }, history: [{ at, status: 'RESOLVED', action: 'Xong' }, { at, status: 'RETURNED', action: 'Trả' }], ...more });
  const indicators = (...those: Dossier[]): Indicators => {
    const population = new Population();
    for (const one of those) population.put(factsOf(one, one.status === 'RETURNED' ? Date.parse(at) : null));
    const view = (set: 'province-counts' | 'qd766-2022') => reportView(computeReport(population, { definitions: DEFINITION_SETS[set], period: { from: '2025-07-01', to: '2025-07-31' }, by: 'unit' }), DEFINITION_SETS[set]);
    return { counts: view('province-counts'), scores: view('qd766-2022') };
  };
  const [first, second] = [1, 2].map((n) => dossier(n, { dates: { ...dossier().dates, dueAt: '2025-09-01T00:00:00Z' } })) as [Dossier, Dossier];
  const before = indicators(first, second, returned(3, { channel: 'ONLINE' }));
  const unit = { code: first.agency.code, name: 'đơn vị mẫu', received: 3 };

  it('stand beside the published ones, shares to the second decimal and not forced to 100, with what they are worth', () => {
    const { text, ok } = indicatorTable(before, published, { units: 1, named: [unit] });
    expect([ok, text]).toEqual([true, expect.stringMatching(/^in processing .* 2 +66\.67 % +2 +66\.67 % +=$/m)]);
    expect(text).toMatch(/^2\.1 +.* 100\.00 % +20\.00 +20\.00 +0$/m);
    expect(text).toMatch(/^1\.4 +.* 33\.33 % +2\.00 +6\.00 +2$/m);
    expect(text).toMatch(/^received, đơn vị mẫu +3 +3 +=$/m);
    expect(text).toContain('= 100.00 %');
  });

  it.each<[change: Partial<PublishedIndicators>]>([[{ received: 4 }], [{ onlinePercent: '33.34' }], [{ late: 1 }]])('are not ok where they differ: %o', (change) => {
    const { text, ok } = indicatorTable(before, { ...published, ...change });
    expect([ok, text.match(/DIFFERS/g)?.length]).toEqual([false, 1]);
  });

  it('are not ok where a unit is missing or has other dossiers', () => {
    expect(indicatorTable(before, published, { units: 2, named: [] }).ok).toBe(false);
    expect(indicatorTable(before, published, { units: 1, named: [{ ...unit, received: 2 }] }).ok).toBe(false);
  });

  it('show what later work did to them', () => {
    const text = movedTable(before, indicators(first, returned(2), returned(3, { channel: 'ONLINE' })));
    expect(text).toMatch(/^completed .* 1 +2 +\+1 +66\.67 %$/m);
    expect(text).toMatch(/^in processing .* 2 +1 +-1 +33\.33 %$/m);
    expect(text).toMatch(/^1\.4 +.* 66\.67 % +2\.00 +4\.00 +6\.00 +1$/m);
  });
});

it('EMC’s journal is held against what dossiers say: a state that is missing and one that is there twice are found', { timeout: 30_000 }, async () => {
  const emc = await startMockServer('emc', {});
  try {
    const upstream = emc.simulator.clientConfig?.(emc.url) as Record<string, unknown>;
    const compare = () => compareWithEmc([dossier(1)], upstream, `${emc.url}/__admin`);
    const nothing = await compare();
    expect(nothing).toMatchObject({ counted: 0, doubled: 0 });
    expect([nothing.lost, nothing.expected > 0]).toEqual([nothing.expected, true]);
    const tell = (status: string) => fetch(`${emc.url}/TrackingMCDT`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ codeProfile: dossier(1).code, status, siteId: '4711' }) });
    await tell('1');
    await tell('1');
    expect(await compare()).toMatchObject({ counted: 2, lost: nothing.expected - 1, doubled: 1 });
  } finally {
    await emc.close();
  }
});

describe('the demo’s way, on a slice', () => {
  let portal: Portal;
  let app: App | undefined;
  afterEach(async () => {
    await app?.close();
    await portal.close();
    endEverything();
  });

  it('imports, delivers, and compares with what the portal’s admin API tells', { timeout: 40_000 }, async () => {
    const lines = exportLines(120);
    const folder = freshFolder();
    portal = await startPortal(seedOf('demo').seed);
    app = await startApp(loadConfig({ overrides: sceneConfig({ folder, portal }), adapters: ADAPTERS }));
    expect((await sendLines(app.url, lines)).summary).toMatchObject({ accepted: 120, complete: true });
    await drained(app.url, 20_000);

    const options = { ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.url}/__admin` };
    const expected = expectedAtPortal(lines, connectionTo(portal));
    const report = await compareWithPortal({ ...options, expected });
    expect(report).toMatchObject({ ok: true, figures: { dossiers: 120, doubledAccounted: 0, flagged: 0, waiting: 0 } });
    expect(report.figures.steps).toBe([...expected.values()].reduce((sum, { steps }) => sum + steps.length, 0));

    // The comparison can fail: of a dossier that was never sent it says that it is lost.
    const [extra = ''] = exportLines(121).slice(120);
    const more = await compareWithPortal({ ...options, expected: expectedAtPortal([...lines, extra], connectionTo(portal)) });
    expect(more).toMatchObject({ ok: false, lost: [{ why: 'absent' }] });
    expect(await app.ledger.verify()).toEqual({ events: 120, brokenAt: null });
  });
});
