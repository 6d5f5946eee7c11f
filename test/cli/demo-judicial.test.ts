/** The demo's judicial records on one round of its stories: through VNeID, the software, the portal and EMC and back, with faults; and its judge finds what is wrong. */
import { afterEach, describe, expect, it } from 'vitest';
import { createVneidSimulator, type VneidSimulator } from '../../adapters/vneid/simulator.ts';
import { CAN_THO } from '../../examples/can-tho-2025-07/generate.ts';
import type { JournalEntry } from '../../src/adapter/types.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { compareWithPortal, expectedOf } from '../../src/cli/demo-check.ts';
import { received } from '../../src/cli/demo-desk.ts';
import { compareWithEmc, EMC_ID, type EmcReport } from '../../src/cli/demo-emc.ts';
import { JUDICIAL_ID, judicialAgency, judicialCodes, judicialOptions, judicialUpstream, keptCertificates, storyOf, workJudicial } from '../../src/cli/demo-judicial.ts';
import { checkJudicial, judicialFigures, type JudicialInput } from '../../src/cli/demo-judicial-check.ts';
import { readDossiers } from '../../src/cli/demo-land.ts';
import { judicialTable } from '../../src/cli/demo-table.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startMockServer, startSimulator, type FaultPlan } from '../../src/testing/index.ts';
import { connectionTo, drained, sceneConfig, startPortal } from '../faults/scene.ts';
import { endEverything, freshFolder } from '../support/process.ts';

const CITIZENS = 20;
const STORIES = Array.from({ length: CITIZENS }, (_, i) => storyOf(i + 1));
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  endEverything();
});

async function through(faults: FaultPlan): Promise<JudicialInput & { emc: EmcReport; refused: number; sent: number }> {
  const portal = await startPortal('judicial');
  open.push(portal);
  const vneid = await startSimulator(createVneidSimulator({ seed: 'judicial', ...judicialOptions(CAN_THO) }) as VneidSimulator, { callbacks: { lines: 4 }, faults });
  open.push(vneid);
  const emc = await startMockServer('emc', {});
  open.push(emc);
  const scene = sceneConfig({ folder: freshFolder(), portal });
  const emcUpstream = { ...emc.simulator.clientConfig?.(emc.url), agencies: [judicialAgency(CAN_THO).code] };
  const upstreams = { ...(scene['upstreams'] as object), [EMC_ID]: { adapter: 'emc', ...emcUpstream }, [JUDICIAL_ID]: judicialUpstream(vneid.simulator.clientConfig?.(vneid.url) as Record<string, unknown>) };
  const app = await startApp(loadConfig({ overrides: { ...scene, upstreams }, adapters: ADAPTERS }));
  open.push(app);

  const { refused } = await workJudicial({ gateway: app.url, ledger: app.ledger, vneid: vneid.url, citizens: CITIZENS, drained: async () => void (await drained(app.url, 30_000)) });
  vneid.faults.enabled = false;
  const codes = await judicialCodes(vneid.url);
  const dossiers = await readDossiers(app.ledger, codes.keys());
  return {
    codes, stories: STORIES, journal: [...vneid.simulator.journal()], dossiers, kept: await keptCertificates(dossiers.values(), app.ledger), refused, sent: vneid.simulator.summary()['sent'] ?? 0,
    portal: await compareWithPortal({ ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.url}/__admin`, expected: expectedOf(received(dossiers.values()), connectionTo(portal)) }),
    emc: await compareWithEmc(dossiers.values(), emcUpstream, `${emc.url}/__admin`, (code) => codes.has(code)),
  };
}

describe('judicial records', () => {
  it('are applied for, decided, issued, told and paid back as planned, and a journal in which something is missing is found', { timeout: 60_000 }, async () => {
    const ran = await through({});
    const report = checkJudicial(ran);
    expect(report.counted).toEqual(report.planned);
    expect({ ...report, refused: ran.refused }).toMatchObject({ ok: true, lost: [], doubled: [], different: [], refused: 0 });
    expect(report.planned).toMatchObject({ codes: 20, supplemented: 4, refused: 3, refundsDue: 2, refundsSettled: 1, told: { 2: 17, 3: 3, 5: 4, 10: 17, thuhoi: 1 } });
    // Each answer was lost once, and the same body came again.
    expect(ran.sent).toBe(2 * (20 + 4));
    expect(ran.emc).toMatchObject({ lost: 0, doubled: 0 });
    expect(ran.emc.expected).toBeGreaterThan(20);

    const codeOf = (story: string): string => [...ran.codes].find(([, one]) => one === story)?.[0] ?? '';
    const [issued, refused] = [codeOf('issued'), codeOf('refused')];
    const without = (isThis: (entry: JournalEntry) => boolean) => checkJudicial({ ...ran, journal: [...ran.journal].filter((entry) => !isThis(entry)) });
    const with2 = (isThis: (entry: JournalEntry) => boolean) => checkJudicial({ ...ran, journal: [...ran.journal].flatMap((entry) => (isThis(entry) ? [entry, entry] : [entry])) });
    const changed = (code: string, change: (dossier: Dossier) => void) => {
      const dossiers = new Map([...ran.dossiers].map(([key, value]) => [key, structuredClone(value)]));
      change(dossiers.get(code) as Dossier);
      return checkJudicial({ ...ran, dossiers });
    };
    const is = (service: string, state?: string, code = issued) => (entry: JournalEntry): boolean =>
      entry.key === code && entry.service === service && entry.effect !== 'refused' && (state === undefined || (entry.item as Record<string, unknown>)['trangThaiXuLy'] === state);
    expect(without(is('reportStatus', '4'))).toMatchObject({ ok: false, lost: [issued] });
    expect(without(is('pushToBackend'))).toMatchObject({ ok: false, lost: [issued] });
    expect(with2(is('reportStatus', '10'))).toMatchObject({ ok: false, doubled: [issued] });
    expect(with2(is('createDossier'))).toMatchObject({ ok: false, doubled: [issued] });
    expect(checkJudicial({ ...ran, kept: new Map([...ran.kept, [issued, 'another']]) })).toMatchObject({ ok: false, different: [issued] });
    expect(changed(issued, (dossier) => (dossier.status = 'RESOLVED'))).toMatchObject({ ok: false, different: [issued] });
    expect(changed(refused, (dossier) => delete dossier.judicialRecord?.refund)).toMatchObject({ ok: false, different: [refused] });
    expect(checkJudicial({ ...ran, stories: [...STORIES, 'issued'] })).toMatchObject({ ok: false });
    expect(checkJudicial({ ...ran, portal: { ...ran.portal, lost: [{ dossier: issued, why: 'wrong status' }], ok: false } })).toMatchObject({ ok: false, different: [issued] });
  });

  it('come out the same when answers are lost and calls come twice', { timeout: 90_000 }, async () => {
    const ran = await through({ seed: 'judicial', rules: [{ kind: 'reset-after', rate: 0.1, match: { method: 'POST' } }, { kind: 'html-502', rate: 0.1, match: { method: 'POST' } }, { kind: 'callback-duplicate', rate: 0.3 }] });
    const report = checkJudicial(ran);
    expect(report).toMatchObject({ ok: true, lost: [], doubled: [], different: [] });
    expect(report.counted).toEqual(report.planned);
  });
});

describe('the table', () => {
  const planned = judicialFigures(STORIES);
  const figures = (): Parameters<typeof judicialTable>[0] => ({
    report: { counted: structuredClone(planned), planned, lost: [], doubled: [], different: [], ok: true }, sent: 48, unused: 0, emc: { expected: 9, counted: 9, lost: 0, doubled: 0 }, refused: 0, calls: 68,
    counts: { dossiers: 20, events: 20, quarantined: 0, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null, byStatusAndChannel: {}, exchanges: { 'vneid/reportStatus/done': 3, 'vneid/reportStatus/dead': 1 } },
    statsBefore: undefined, stats: undefined, totalMs: 1_000,
  });
  it('stands what was counted beside the plan', () => {
    const { text, ok } = judicialTable(figures());
    expect(ok).toBe(true);
    expect(text).toMatch(/numbers issued \(L1\).* 20 +20 +=/);
    expect(text).toMatch(/dead letters.* 1$/m);
    expect(text).not.toContain('DIFFERS');
  });
  it.each<[string, (f: ReturnType<typeof figures>) => void, number]>([
    ['a count', (f) => (f.report.counted.pushed -= 1), 1],
    ['a state that VNeID was not told', (f) => (f.report.counted.told['9'] = 0), 1],
    ['a lost dossier', (f) => f.report.lost.push('a'), 1],
    ['a state that EMC has not counted', (f) => (f.emc = { expected: 9, counted: 8, lost: 1, doubled: 0 }), 2],
    ['a refused decision', (f) => (f.refused = 1), 0],
    ['what the judge found', (f) => (f.report.ok = false), 0],
  ])('is not ok with %s', (_what, change, differs) => {
    const wrong = figures();
    change(wrong);
    const { text, ok } = judicialTable(wrong);
    expect(ok).toBe(false);
    expect(text.match(/DIFFERS/g)?.length ?? 0).toBe(differs);
  });
});
