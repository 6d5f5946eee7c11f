/** The demo's land weeks on a slice of the export: through three systems and back, with faults; and its judge finds what is wrong. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVbdlisSimulator, type VbdlisSimulator } from '../../adapters/vbdlis/simulator.ts';
import { generateExport, type LandPlan } from '../../examples/can-tho-2025-07/generate.ts';
import type { JournalEntry } from '../../src/adapter/types.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { compareWithPortal, expectedOf } from '../../src/cli/demo-check.ts';
import { LAND_ID, landCases, landOptions, landUpstream, readDossiers, workLand, writePapers, type LandCases } from '../../src/cli/demo-land.ts';
import { checkFiles, checkLand, type LandInput } from '../../src/cli/demo-land-check.ts';
import { landTable, type LandDemoFigures } from '../../src/cli/demo-table.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startSimulator, type FaultPlan } from '../../src/testing/index.ts';
import { connectionTo, drained, NO_FINDINGS, sceneConfig, sendLines, startPortal } from '../faults/scene.ts';
import { endEverything, freshFolder } from '../support/process.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  endEverything();
});

/** Two cases of every story, and two land dossiers that stay where they are. */
function slice(): string[] {
  const all = new Map<string, string>();
  for (const line of generateExport()) {
    if (!line.includes('"domainCode":"G10-DD99"')) continue;
    const [plan] = landCases([line]).plans.values();
    const key = plan === undefined ? 'not sent' : plan.script.join(' ');
    const seen = [...all.keys()].filter((known) => known.startsWith(`${key}#`)).length;
    if (seen < 2) all.set(`${key}#${seen}`, line);
  }
  return [...all.values()];
}
let lines: string[];
beforeAll(() => {
  lines = slice();
});

async function through(faults: FaultPlan): Promise<LandInput & { cases: LandCases; refused: number; land: string; wrongFiles: number }> {
  const cases = landCases(lines);
  const folder = freshFolder();
  writePapers(`${folder}/papers`);
  const portal = await startPortal('land-weeks');
  open.push(portal);
  const land = await startSimulator(createVbdlisSimulator({ seed: 'land-weeks', ...landOptions(cases) }) as VbdlisSimulator, { callbacks: { lines: 4 }, faults });
  open.push(land);
  const scene = sceneConfig({ folder, portal });
  const upstream = landUpstream(land.simulator.clientConfig?.(land.url) as Record<string, unknown>, `${folder}/papers`);
  const app = await startApp(loadConfig({ overrides: { ...scene, upstreams: { ...(scene['upstreams'] as object), [LAND_ID]: upstream } }, adapters: ADAPTERS }));
  open.push(app);
  expect((await sendLines(app.url, lines)).summary).toMatchObject({ accepted: lines.length, complete: true });
  await drained(app.url, 30_000);
  // The land system's clock stands: nothing has come back, and only the planned ones are there.
  expect(land.simulator.summary()).toMatchObject({ cases: cases.plans.size, told: 0 });

  const { refused } = await workLand({ gateway: app.url, ledger: app.ledger, land: land.url, cases, answered: async () => void (await drained(app.url, 30_000)) });
  await drained(app.url, 30_000);
  land.faults.enabled = false;
  const dossiers = await readDossiers(app.ledger, cases.plans.keys());
  const sides = { ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.url}/__admin` };
  const whole = await readDossiers(app.ledger, lines.map((line) => (JSON.parse(line) as { dossierNo: string }).dossierNo));
  const atPortal = await compareWithPortal({ ...sides, expected: expectedOf(whole.values(), connectionTo(portal)) });
  expect(atPortal).toMatchObject({ ok: true });
  const others = lines.map((line) => JSON.parse(line) as { dossierNo: string; actions: unknown[] }).filter(({ dossierNo }) => !cases.plans.has(dossierNo));
  const figures = { ...atPortal.figures, steps: atPortal.figures.steps - others.reduce((sum, { actions }) => sum + actions.length, 0) };
  const files = land.simulator.clientConfig?.(land.url) as { downloads: { url: string } };
  return {
    plans: cases.plans, journal: structuredClone(land.simulator.journal()) as JournalEntry[], dossiers, portal: { ...atPortal, figures }, cases, refused, land: land.url,
    wrongFiles: await checkFiles(dossiers.values(), files.downloads.url, 20),
  };
}

describe('the land weeks, on a slice', () => {
  it('bring every case back as it was planned, and the judge finds what is changed', { timeout: 90_000 }, async () => {
    const ran = await through({});
    const report = checkLand(ran);
    expect(report.counted).toEqual(report.planned);
    expect(report).toMatchObject({ ok: true, lost: [], doubled: [], different: [] });
    expect(ran).toMatchObject({ refused: 0, wrongFiles: 0 });
    expect(report.planned).toMatchObject({ sent: ran.plans.size });
    for (const kind of ['moves', 'supplements', 'pauses', 'taxed', 'withoutResult', 'files'] as const) expect(report.planned[kind], kind).toBeGreaterThan(0);

    // It can fail, in each of the three journals.
    const [receipt = ''] = ran.plans.keys();
    const changed = (how: { journal?: (entry: JournalEntry) => boolean; dossier?: (dossier: Dossier) => void; portal?: LandInput['portal'] }) => {
      const dossiers = new Map(ran.dossiers);
      const one = structuredClone(dossiers.get(receipt)) as Dossier;
      how.dossier?.(one);
      dossiers.set(receipt, one);
      return checkLand({ ...ran, dossiers, journal: [...ran.journal].filter((entry) => how.journal?.(entry) ?? true), ...(how.portal === undefined ? {} : { portal: how.portal }) });
    };
    const of = (service: string) => (entry: JournalEntry) => !(entry.key === receipt && entry.service === service);
    expect(changed({})).toMatchObject({ ok: true });
    expect(changed({ journal: of('submit') })).toMatchObject({ ok: false, lost: [receipt] });
    expect(changed({ journal: of('resultReturned') })).toMatchObject({ ok: false, lost: [receipt], different: [receipt] });
    expect(changed({ dossier: (d) => d.landCase?.events.pop() })).toMatchObject({ ok: false, lost: [receipt] });
    expect(changed({ dossier: (d) => d.landCase?.events.push({ ...(d.landCase.events[0] as object), id: 'vbdlis:twice' } as never) })).toMatchObject({ ok: false, doubled: [receipt] });
    expect(changed({ dossier: (d) => (d.status = 'RESOLVED') })).toMatchObject({ ok: false, different: [receipt] });
    expect(changed({ dossier: (d) => { for (const { files } of d.landCase?.events ?? []) for (const file of files ?? []) delete file.fetched; for (const file of d.landCase?.results ?? []) delete file.fetched; } })).toMatchObject({ ok: false, lost: [receipt] });
    expect(changed({ portal: { ...ran.portal, lost: [{ dossier: receipt, why: 'wrong status' }], ok: false } })).toMatchObject({ ok: false, different: [receipt] });
    expect(changed({ portal: { ...ran.portal, figures: { ...ran.portal.figures, steps: ran.portal.figures.steps + 1 } } })).toMatchObject({ ok: false });
  });

  it('bring them back all the same when answers are lost and calls come twice', { timeout: 90_000 }, async () => {
    const ran = await through({ seed: 'land-weeks', rules: [{ kind: 'reset-after', rate: 0.1, match: { method: 'POST' } }, { kind: 'html-502', rate: 0.1, match: { method: 'POST' } }, { kind: 'callback-duplicate', rate: 0.3 }] });
    const report = checkLand(ran);
    expect(report).toMatchObject({ ok: true, lost: [], doubled: [], different: [] });
    expect(report.counted).toEqual(report.planned);
  });
});

it('a call of the land system that never comes is found: the desk does nothing that it has not heard of', { timeout: 90_000 }, async () => {
  const ran = await through({ seed: 'land-weeks', rules: [{ kind: 'callback-lost', rate: 0.1 }] });
  const report = checkLand(ran);
  expect(report).toMatchObject({ ok: false, doubled: [] });
  const finished = [...ran.dossiers.values()].filter(({ status }) => status === 'RETURNED').length;
  expect(report.lost.length).toBeGreaterThan(0);
  expect(report.lost.length).toBeLessThan(ran.plans.size);
  expect(finished).toBeLessThan(ran.plans.size);
});

describe('the plan', () => {
  it('is the same every time, and of dossiers in process only', () => {
    const { plans, records } = landCases(lines);
    expect(landCases(lines).plans).toEqual(plans);
    expect(plans.size).toBeLessThan(lines.length);
    for (const { dossierStatus } of records.values()) expect(['handover', 'processing']).toContain(dossierStatus);
    for (const { script } of plans.values()) expect(script.at(-1)).toMatch(/^(finish|return)$/);
  });
});

describe('the land table', () => {
  const planned = { sent: 3, moves: 4, supplements: 1, pauses: 1, received: 2, taxed: 1, finished: 3, withoutResult: 1, answered: 2, files: 6, returned: 3, steps: 30 };
  const figures = (): LandDemoFigures => ({
    report: { counted: { ...planned }, planned, lost: [], doubled: [], different: [], ok: true }, wrongFiles: 0, refused: 0, callbacks: 11,
    counts: { dossiers: 3, events: 3, quarantined: 0, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null, byStatusAndChannel: {}, exchanges: { 'dat-dai/submit/done': 3, 'dat-dai/submit/dead': 1 } },
    statsBefore: undefined, stats: undefined, totalMs: 1_000,
  });
  it('stands what was counted beside the plan', () => {
    const { text, ok } = landTable(figures());
    expect(ok).toBe(true);
    expect(text).toMatch(/sent to the land system \(O1\).* 3 +3 +=/);
    expect(text).toMatch(/dead letters.* 1$/m);
    expect(text).not.toContain('DIFFERS');
  });
  it.each<[string, (f: LandDemoFigures) => void, number]>([
    ['a count', (f) => (f.report.counted.files = 5), 1],
    ['a lost case', (f) => f.report.lost.push('a'), 1],
    ['a file with another hash', (f) => (f.wrongFiles = 1), 0],
    ['a refused answer', (f) => (f.refused = 1), 0],
    ['what the judge found', (f) => (f.report.ok = false), 0],
  ])('is not ok with %s', (_what, change, differs) => {
    const changed = figures();
    change(changed);
    const { text, ok } = landTable(changed);
    expect(ok).toBe(false);
    expect(text.match(/DIFFERS/g)?.length ?? 0).toBe(differs);
  });
});

/** One that nobody has is told apart from one that is there. */
it('a case that never reached the land system is lost', () => {
  const plan: LandPlan = { receipt: 'H13.101-250701-0001', script: ['move', 'finish'], steps: 3 };
  expect(checkLand({ plans: new Map([[plan.receipt, plan]]), journal: [], dossiers: new Map(), portal: { ok: true, ...structuredClone(NO_FINDINGS), figures: { dossiers: 0, steps: 3, doubledAccounted: 0, missingShown: 0, flagged: 0, waiting: 0 } } }))
    .toMatchObject({ ok: false, lost: [plan.receipt] });
});
