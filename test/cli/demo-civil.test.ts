/** The demo's births and deaths on two rounds of its stories: from the interconnected service to the civil-status system and back, with faults; and its judge finds what is wrong. */
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcltSimulator, type DvcltSimulator } from '../../adapters/dvclt/simulator.ts';
import { CAN_THO } from '../../examples/can-tho-2025-07/generate.ts';
import type { JournalEntry } from '../../src/adapter/types.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { compareWithPortal, expectedOf } from '../../src/cli/demo-check.ts';
import { CIVIL_ID, civilAgency, civilCodes, civilOptions, civilPlan, civilUpstream, keptRegistrations, workCivil } from '../../src/cli/demo-civil.ts';
import { checkCivil, civilFigures, type CivilInput } from '../../src/cli/demo-civil-check.ts';
import { received } from '../../src/cli/demo-desk.ts';
import { compareWithEmc, EMC_ID, type EmcReport } from '../../src/cli/demo-emc.ts';
import { readDossiers } from '../../src/cli/demo-land.ts';
import { civilTable } from '../../src/cli/demo-table.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startMockServer, startSimulator, type FaultPlan } from '../../src/testing/index.ts';
import { connectionTo, drained, sceneConfig, startPortal } from '../faults/scene.ts';
import { endEverything, freshFolder } from '../support/process.ts';

const DECLARATIONS = 18;
const PLANS = Array.from({ length: DECLARATIONS }, (_, i) => civilPlan(i + 1));
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  endEverything();
});

async function through(faults: FaultPlan): Promise<CivilInput & { emc: EmcReport; refused: number }> {
  const portal = await startPortal('civil');
  open.push(portal);
  const dvclt = await startSimulator(createDvcltSimulator({ seed: 'civil', ...civilOptions(CAN_THO, DECLARATIONS) }) as DvcltSimulator, { faults });
  open.push(dvclt);
  const emc = await startMockServer('emc', {});
  open.push(emc);
  const scene = sceneConfig({ folder: freshFolder(), portal });
  const emcUpstream = { ...emc.simulator.clientConfig?.(emc.url), agencies: [civilAgency(CAN_THO).code] };
  const upstreams = { ...(scene['upstreams'] as object), [EMC_ID]: { adapter: 'emc', ...emcUpstream }, [CIVIL_ID]: civilUpstream(dvclt.simulator.clientConfig?.(dvclt.url) as Record<string, unknown>) };
  const app = await startApp(loadConfig({ overrides: { ...scene, upstreams }, adapters: ADAPTERS }));
  open.push(app);

  const { refused } = await workCivil({ gateway: app.url, ledger: app.ledger, dvclt: dvclt.url, declarations: DECLARATIONS, drained: async () => void (await drained(app.url, 30_000)) });
  dvclt.faults.enabled = false;
  const codes = await civilCodes(dvclt.url);
  const dossiers = await readDossiers(app.ledger, codes.keys());
  return {
    codes, plans: PLANS, journal: [...dvclt.simulator.journal()], dossiers, kept: await keptRegistrations(dossiers.values(), app.ledger), refused,
    portal: await compareWithPortal({ ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.url}/__admin`, expected: expectedOf(received(dossiers.values()), connectionTo(portal)) }),
    emc: await compareWithEmc(dossiers.values(), emcUpstream, `${emc.url}/__admin`, (code) => codes.has(code)),
  };
}

describe('births and deaths', () => {
  it('are taken in, decided, registered and told as planned, and a journal in which something is missing is found', { timeout: 60_000 }, async () => {
    const ran = await through({});
    const report = checkCivil(ran);
    expect(report.counted).toEqual(report.planned);
    expect({ ...report, refused: ran.refused }).toMatchObject({ ok: true, lost: [], doubled: [], different: [], refused: 0 });
    expect(report.planned).toMatchObject({ births: 9, deaths: 9, acknowledged: 20, refused: 2, newborns: 8, told: { 1: 18, 2: 2, 3: 16, 7: 16, 4: 16, 5: 16, 6: 2 } });
    expect(ran.emc).toMatchObject({ lost: 0, doubled: 0 });
    expect(ran.emc.expected).toBeGreaterThan(18);

    const [code = ''] = [...ran.codes].find(([, { kind, story }]) => kind === 'BIRTH' && story === 'registered') ?? [];
    const number = ran.dossiers.get(code)?.civilStatus?.interconnectedNumber;
    const is = (service: string, event?: number) => ({ key, service: its, effect, item }: JournalEntry): boolean =>
      (key === code || key === number) && its === service && effect !== 'refused' && effect !== 'read' && (event === undefined || (item as Record<string, unknown>)['trangThai'] === event);
    const without = (isThis: (entry: JournalEntry) => boolean) => checkCivil({ ...ran, journal: [...ran.journal].filter((entry) => !isThis(entry)) });
    const twice = (isThis: (entry: JournalEntry) => boolean) => checkCivil({ ...ran, journal: [...ran.journal].flatMap((entry) => (isThis(entry) ? [entry, entry] : [entry])) });
    const changed = (change: (dossier: Dossier) => void) => {
      const dossiers = new Map([...ran.dossiers].map(([key, value]) => [key, structuredClone(value)]));
      change(dossiers.get(code) as Dossier);
      return checkCivil({ ...ran, dossiers });
    };
    expect(without(is('reportStatus', 7))).toMatchObject({ ok: false, lost: [code] });
    expect(without(is('pushCivilStatus'))).toMatchObject({ ok: false, lost: [code] });
    expect(without(is('acknowledge'))).toMatchObject({ ok: false, lost: [code] });
    expect(twice(is('reportStatus', 5))).toMatchObject({ ok: false, doubled: [code] });
    expect(twice(is('pushCivilStatus'))).toMatchObject({ ok: false, doubled: [code] });
    expect(checkCivil({ ...ran, kept: new Map([...ran.kept, [code, 'another']]) })).toMatchObject({ ok: false, different: [code] });
    expect(changed((dossier) => (dossier.status = 'RESOLVED'))).toMatchObject({ ok: false, different: [code] });
    expect(changed((dossier) => delete dossier.civilStatus?.facts?.child?.citizenNumber)).toMatchObject({ ok: false, different: [code] });
    expect(checkCivil({ ...ran, plans: [...PLANS, civilPlan(1)] })).toMatchObject({ ok: false });
    expect(checkCivil({ ...ran, portal: { ...ran.portal, lost: [{ dossier: code, why: 'wrong status' }], ok: false } })).toMatchObject({ ok: false, different: [code] });
  });

  it('come out the same when answers are lost', { timeout: 90_000 }, async () => {
    const ran = await through({ seed: 'civil', rules: [{ kind: 'reset-after', rate: 0.1 }, { kind: 'html-502', rate: 0.1 }] });
    const report = checkCivil(ran);
    expect(report).toMatchObject({ ok: true, lost: [], doubled: [], different: [] });
    expect(report.counted).toEqual(report.planned);
  });
});

describe('the table', () => {
  const planned = civilFigures(PLANS);
  const figures = (): Parameters<typeof civilTable>[0] => ({
    report: { counted: structuredClone(planned), planned, lost: [], doubled: [], different: [], ok: true }, told: 0, emc: { expected: 9, counted: 9, lost: 0, doubled: 0 }, refused: 0, calls: 68,
    counts: { dossiers: 18, events: 18, quarantined: 0, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null, byStatusAndChannel: {}, exchanges: { 'dvclt/reportStatus/done': 3 } },
    statsBefore: undefined, stats: undefined, totalMs: 1_000,
  });
  it('stands what was counted beside the plan', () => {
    const { text, ok } = civilTable(figures());
    expect(ok).toBe(true);
    expect(text).toMatch(/births taken in.* 9 +9 +=/);
    expect(text).not.toContain('DIFFERS');
  });
  it.each<[string, (f: ReturnType<typeof figures>) => void, number]>([
    ['a newborn without a number', (f) => (f.report.counted.newborns -= 1), 1],
    ['an event that was not told', (f) => (f.report.counted.told['7'] = 0), 1],
    ['a doubled dossier', (f) => f.report.doubled.push('a'), 1],
    ['what the judge found', (f) => (f.report.ok = false), 0],
  ])('is not ok with %s', (_what, change, differs) => {
    const wrong = figures();
    change(wrong);
    const { text, ok } = civilTable(wrong);
    expect(ok).toBe(false);
    expect(text.match(/DIFFERS/g)?.length ?? 0).toBe(differs);
  });
});
