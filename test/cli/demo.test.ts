import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type App } from '../../src/cli/app.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { compareWithPortal, expectedAtPortal } from '../../src/cli/demo-check.ts';
import { demoTable, type DemoFigures, type Published } from '../../src/cli/demo-table.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { connectionTo, drained, exportLines, NO_FINDINGS, sceneConfig, seedOf, sendLines, startPortal, type Portal } from '../faults/scene.ts';
import { endEverything, freshFolder } from '../support/process.ts';

const PUBLISHED: Published = { received: 10, online: 4, inProcessing: 5, stopped: 1, completed: 4, onlinePercent: '40.00', progressSteps: 30 };

/** A run of ten dossiers in which all is as published. */
function figures(): DemoFigures {
  return {
    counts: {
      dossiers: 10, events: 10, quarantined: 0, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null,
      byStatusAndChannel: { 'PROCESSING/ONLINE': 3, 'PROCESSING/DIRECT': 2, 'STOPPED/DIRECT': 1, 'RETURNED/ONLINE': 1, 'RETURNED/DIRECT': 3, 'SUBMITTED/ONLINE': 2 },
      exchanges: { 'dvcqg/syncDossier/done': 10, 'dvcqg/appendProgress/done': 30 },
    },
    stats: { stalled: null, running: true, active: 0, sends: 40, itemsDone: 40, retries: 3, probes: 0, rejected: 0, lostReplies: 2 },
    report: { ok: true, ...structuredClone(NO_FINDINGS), figures: { dossiers: 10, steps: 30, doubledAccounted: 0, missingShown: 0, flagged: 0, waiting: 0 } },
    portal: { dossiers: 10, steps: 30 },
    imported: { lines: 10, refused: 0 },
    importedMs: 2_000,
    totalMs: 5_000,
  };
}
const row = (text: string, name: string): string[] | undefined => text.split('\n').find((line) => line.startsWith(name))?.slice(name.length).trim().split(/\s{2,}|\s+(?==|DIFFERS)/);

describe('the demo’s table', () => {
  it('stands our figures beside the published ones', () => {
    const { text, ok } = demoTable(figures(), PUBLISHED);
    expect(ok).toBe(true);
    expect(row(text, 'received / tiếp nhận')).toEqual(['10', '10', '=']);
    // what was not received is no figure of the report
    expect(row(text, 'online / trực tuyến')).toEqual(['4', '4', '=']);
    expect(row(text, 'completed / đã giải quyết')).toEqual(['4', '4', '=']);
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
    ['another status', (f) => Object.assign(f.counts.byStatusAndChannel, { 'PROCESSING/DIRECT': 1, 'STOPPED/DIRECT': 2 }), 2],
    ['a refused line', (f) => (f.imported.refused = 1), 0],
    ['anything else that the judge found', (f) => (f.report.ok = false), 0],
  ])('is not ok with %s', (_what, change, differs) => {
    const changed = figures();
    change(changed);
    const { text, ok } = demoTable(changed, PUBLISHED);
    expect(ok).toBe(false);
    expect(text.match(/DIFFERS/g)?.length ?? 0).toBe(differs);
  });
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
