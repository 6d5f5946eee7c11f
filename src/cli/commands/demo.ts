/**
 * The main job on real input: a province's export of 16,581 dossiers goes through the gateway to a simulated national
 * portal, every dossier and every progress step, and the states of one unit's dossiers to a simulated EMC; what arrived is compared with the export, and the
 * indicators with the published figures. Its land dossiers go to a simulated land system too; they are worked on there and come back. Then citizens apply
 * for judicial records through a simulated VNeID, and births and deaths come from a simulated interconnected service.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CAN_THO, generateExport, readPopulation, registerOf, units, type Population } from '../../../examples/can-tho-2025-07/generate.ts';
import type { JournalEntry } from '../../adapter/types.ts';
import { loadConfig } from '../../gateway/config.ts';
import type { Dossier } from '../../model/canonical.ts';
import type { DeliveryReport } from '../../testing/index.ts';
import { ADAPTERS } from '../adapters.ts';
import { startApp, type App } from '../app.ts';
import { compareWithPortal, decodedExport, deliveriesOf, expectedOf, readDeliveries, type Deliveries, type Sides } from '../demo-check.ts';
import { received } from '../demo-desk.ts';
import { compareWithEmc, EMC_ID, type EmcReport } from '../demo-emc.ts';
import { indicatorTable, movedTable, publishedUnits, readIndicators, type Indicators } from '../demo-indicators.ts';
import { LAND_ID, landCases, readDossiers, startLand, workLand, type LandCases } from '../demo-land.ts';
import { CIVIL_ID, civilAgency, civilCodes, civilPlan, civilUpstream, DECLARATIONS, keptRegistrations, startCivil, workCivil } from '../demo-civil.ts';
import { checkCivil } from '../demo-civil-check.ts';
import { CITIZENS, JUDICIAL_ID, judicialAgency, judicialCodes, judicialUpstream, keptCertificates, startJudicial, storyOf, workJudicial } from '../demo-judicial.ts';
import { checkJudicial } from '../demo-judicial-check.ts';
import { checkFiles, checkLand } from '../demo-land-check.ts';
import { askMock, readPages, startMock, tellMock, untilReady, type MockProcess } from '../demo-mocks.ts';
import { civilTable, demoTable, judicialTable, landTable, type DemoFigures } from '../demo-table.ts';
import { importLines } from '../ndjson-client.ts';
import { CommandError, EXIT } from '../output.ts';
import { progress } from '../progress.ts';
import { untilSignal } from '../until-signal.ts';

const OPEN_STATES = ['pending', 'sending', 'unknown'];
/** Files of which the hash is looked at once more. */
const FILES_CHECKED = 200;

/** A run: the systems, and what is known of them. */
interface Run {
  population: Population;
  app: App;
  portal: MockProcess;
  land: MockProcess;
  emc: MockProcess;
  vneid: MockProcess;
  dvclt: MockProcess;
  cases: LandCases;
  /** connections of the portal and of EMC */
  upstream: Record<string, unknown>;
  emcUpstream: Record<string, unknown>;
  faults: boolean;
}

/** @throws CommandError with every fault of the file */
function populationOf(file: string | undefined): Population {
  if (file === undefined) return CAN_THO;
  try {
    return readPopulation(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CommandError(`${file}: not a population / không phải tệp số liệu hồ sơ\n${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
}

export async function demo(options: { once?: boolean; data?: string; faults?: boolean; population?: string }): Promise<void> {
  const population = populationOf(options.population);
  const agency = `000.00.00.${population.agency}`;
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'lienthong-demo-'));
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say('simulated national portal, land system, EMC, VNeID and interconnected service / cổng DVCQG, hệ thống đất đai, EMC, VNeID và DVC liên thông giả lập …');
  const seed = randomBytes(6).toString('hex');
  const mocks: MockProcess[] = [];
  let app: App | undefined;
  try {
    const portal = await startMock('dvcqg', ['--seed', seed, '-o', `agencies=["${agency}"]`]);
    mocks.push(portal);
    const cases = landCases(generateExport({ population }), population);
    const land = await startLand(folder, cases, seed);
    mocks.push(land);
    const emc = await startMock('emc', []);
    mocks.push(emc);
    // One unit, the first: every state is a call, and the demo waits for a portal and a land system already.
    const emcUpstream = { ...emc.facts.settings, agencies: [units(population)[0]?.code ?? population.agency, judicialAgency(population).code, civilAgency(population).code] };
    const vneid = await startJudicial(population, seed);
    mocks.push(vneid);
    const dvclt = await startCivil(population, seed);
    mocks.push(dvclt);
    const [account] = portal.facts.accounts ?? [];
    if (account === undefined) throw new CommandError('the simulator made no account', EXIT.unavailable);
    const upstream = { baseUrl: portal.facts.url, agencyCode: agency, ...account };
    const upstreams = { dvcqg: { adapter: 'dvcqg', ...upstream }, [LAND_ID]: land.upstream, [EMC_ID]: { adapter: 'emc', ...emcUpstream }, [JUDICIAL_ID]: judicialUpstream(vneid.facts.settings), [CIVIL_ID]: civilUpstream(dvclt.facts.settings) };
    app = await startApp(loadConfig({ overrides: demoConfig(folder, population, upstreams), adapters: ADAPTERS }));
    say(`gateway / cổng liên thông ${app.url} · ledger ${folder}`);
    const run: Run = { population, app, portal, land, emc, vneid, dvclt, cases, upstream, emcUpstream, faults: options.faults === true };

    const before = await fortnight(run, say);
    if (cases.plans.size > 0) await landWeeks(run, before, say);
    const read = await readDeliveries(sidesOf(run), behind(before.deliveries), new Map());
    await civilWeeks(run, await judicialWeeks(run, read, say), say);

    if (options.once !== true) {
      process.stdout.write(`\n${[
        `gateway     ${app.url}`, `API         ${app.url}/openapi.json`, `metrics     ${app.url}/metrics`, `report      ${app.url}/v1/indicators?period=${population.period.join('..')}&by=unit&format=html`, `exchanges   ${app.url}/v1/exchanges?state=dead`, `land case   ${app.url}/v1/dossiers/${cases.plans.keys().next().value ?? ''}`,
        `portal      ${portal.facts.url}/__admin/`, `EMC         ${emc.facts.url}/__admin/`, `land system ${land.facts.url}/__admin/`, `VNeID       ${vneid.facts.url}/__admin/`, `DVCLT       ${dvclt.facts.url}/__admin/`, 'Ctrl-C ends / Ctrl-C để kết thúc',
      ].join('\n')}\n`);
      await untilSignal();
    }
  } finally {
    await app?.close();
    for (const { child } of mocks) child.kill('SIGTERM');
    if (options.data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The export goes in, the portal gets it, and the land system its dossiers; then the figures of the fortnight are compared. At the land system it is the
 * morning after: nothing has come back yet.
 * @returns what the land weeks are compared with
 */
async function fortnight(run: Run, say: (text: string) => void): Promise<Before> {
  const { app, portal, emc, upstream, emcUpstream, cases, population } = run;
  await setFaults(run, true);
  const started = performance.now();
  const imported = await importAll(app.url, population);
  const importedMs = performance.now() - started;
  await drained(app);
  const totalMs = performance.now() - started;

  say('comparing what arrived with the export / đối soát …');
  await setFaults(run, false);
  const sides = sidesOf(run);
  const deliveries = await readDeliveries(sides);
  const dossiers = [...decodedExport(generateExport({ population }))];
  const report = await compareWithPortal({ ...sides, expected: expectedOf(dossiers, upstream), deliveries });
  const atEmc = await compareWithEmc(dossiers, emcUpstream, `${emc.facts.url}/__admin`);
  const { summary } = await askMock(portal.facts.url);
  const figures: DemoFigures = { counts: await app.ledger.counts(Date.now()), stats: app.delivery?.stats(), report, portal: summary, emc: atEmc, imported, importedMs, totalMs };
  show(demoTable(figures, { title: titleOf(population), received: population.expected.received, progressSteps: cases.logged }));
  const indicators = await readIndicators(app.url, population);
  show(indicatorTable(indicators, population.expected, publishedUnits(population)));
  return { deliveries: deliveriesOf(deliveries, cases.plans), indicators };
}

/** How things stand when the land system's clock is let go: what has been delivered of its dossiers, and the figures. */
interface Before { deliveries: Deliveries; indicators: Indicators }

/** The land system's clock is let go, and every case comes back. */
async function landWeeks(run: Run, before: Before, say: (text: string) => void): Promise<void> {
  const { app, land, cases, upstream, population } = run;
  const statsBefore = app.delivery?.stats();
  say('the land system works / hệ thống đất đai xử lý …');
  await setFaults(run, true);
  const started = performance.now();
  const { refused } = await workLand({ gateway: app.url, ledger: app.ledger, land: land.facts.url, cases, answered: () => answered(app) });
  await drained(app);
  const totalMs = performance.now() - started;

  say('comparing the three journals / đối soát ba sổ …');
  await setFaults(run, false);
  const sides = sidesOf(run);
  const dossiers = await readDossiers(app.ledger, cases.plans.keys());
  const deliveries = await readDeliveries(sides, before.deliveries, cases.plans);
  const portalReport = await compareWithPortal({ ...sides, expected: expectedOf(dossiers.values(), upstream), deliveries });
  const journal = await readJournal(land.facts.url);
  const { callbacks } = await askMock(land.facts.url);
  const { downloads } = land.facts.settings as { downloads: { url: string } };
  show(landTable({
    report: checkLand({ plans: cases.plans, journal, dossiers, portal: portalReport }), wrongFiles: await checkFiles(dossiers.values(), downloads.url, FILES_CHECKED),
    refused, callbacks: callbacks.made, counts: await app.ledger.counts(Date.now()), statsBefore, stats: app.delivery?.stats(), totalMs,
  }));
  process.stdout.write(`\n${movedTable(before.indicators, await readIndicators(app.url, population))}\n`);
}

/** Of what went to the portal before only how far it was read. */
const behind = (known: Deliveries): Deliveries => ({ ...known, journal: [], exchanges: [] });

/** Dossiers that another system brought, as they stand, and what the portal and EMC have of them. */
async function broughtBy(run: Run, codes: ReadonlyMap<string, unknown>, known: Deliveries): Promise<{ dossiers: Map<string, Dossier>; portal: DeliveryReport; emc: EmcReport; deliveries: Deliveries }> {
  const { app, emc, upstream, emcUpstream } = run;
  const sides = sidesOf(run);
  const dossiers = await readDossiers(app.ledger, codes.keys());
  const deliveries = await readDeliveries(sides, behind(known), codes);
  return {
    dossiers, deliveries, portal: await compareWithPortal({ ...sides, expected: expectedOf(received(dossiers.values()), upstream), deliveries }),
    emc: await compareWithEmc(dossiers.values(), emcUpstream, `${emc.facts.url}/__admin`, (code) => codes.has(code)),
  };
}

/** Citizens apply for judicial records, and get them. @returns what was read at the portal */
async function judicialWeeks(run: Run, known: Deliveries, say: (text: string) => void): Promise<Deliveries> {
  const { app, vneid } = run;
  const url = vneid.facts.url;
  const statsBefore = app.delivery?.stats();
  say('citizens apply for judicial records / công dân yêu cầu Phiếu lý lịch tư pháp …');
  await setFaults(run, true);
  const started = performance.now();
  const { refused } = await workJudicial({ gateway: app.url, ledger: app.ledger, vneid: url, citizens: CITIZENS, drained: () => drained(app) });
  const totalMs = performance.now() - started;
  await setFaults(run, false);
  const codes = await judicialCodes(url);
  const { dossiers, portal, emc, deliveries } = await broughtBy(run, codes, known);
  const { callbacks, summary } = await askMock(url);
  const stories = Array.from({ length: CITIZENS }, (_, i) => storyOf(i + 1));
  show(judicialTable({
    report: checkJudicial({ codes, stories, journal: await readJournal(url), dossiers, kept: await keptCertificates(dossiers.values(), app.ledger), portal }), emc, refused,
    calls: callbacks.made, sent: summary['sent'] ?? 0, unused: summary['codesUnused'] ?? 0, counts: await app.ledger.counts(Date.now()), statsBefore, stats: app.delivery?.stats(), totalMs,
  }));
  return deliveries;
}

/** Births and deaths are fetched, decided and registered. */
async function civilWeeks(run: Run, known: Deliveries, say: (text: string) => void): Promise<void> {
  const { app, dvclt } = run;
  const url = dvclt.facts.url;
  const statsBefore = app.delivery?.stats();
  say('births and deaths are declared / công dân khai sinh, khai tử liên thông …');
  await setFaults(run, true);
  const started = performance.now();
  const { refused } = await workCivil({ gateway: app.url, ledger: app.ledger, dvclt: url, declarations: DECLARATIONS, drained: () => drained(app) });
  const totalMs = performance.now() - started;
  await setFaults(run, false);
  const codes = await civilCodes(url);
  const { dossiers, portal, emc } = await broughtBy(run, codes, known);
  const { exchanges, summary } = await askMock(url);
  const plans = Array.from({ length: DECLARATIONS }, (_, i) => civilPlan(i + 1));
  show(civilTable({
    report: checkCivil({ codes, plans, journal: await readJournal(url), dossiers, kept: await keptRegistrations(dossiers.values(), app.ledger), portal }), emc, refused,
    calls: exchanges, told: summary['answeredBefore'] ?? 0, counts: await app.ledger.counts(Date.now()), statsBefore, stats: app.delivery?.stats(), totalMs,
  }));
}

async function readJournal(url: string): Promise<JournalEntry[]> {
  const journal: JournalEntry[] = [];
  for await (const entry of readPages<JournalEntry>(`${url}/__admin/journal?limit=10000`)) journal.push(entry);
  return journal;
}

const sidesOf = ({ app, portal }: Run): Sides => ({ ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.facts.url}/__admin` });

function show({ text, ok }: { text: string; ok: boolean }): void {
  process.stdout.write(`\n${text}\n`);
  if (!ok) process.exitCode = EXIT.findings;
}

const titleOf = ({ area: { province }, period }: Population): string => `${province.fullName} · ${period.map((day) => day.split('-').reverse().join('/')).join(' – ')}`;

function demoConfig(folder: string, population: Population, upstreams: Record<string, unknown>): Record<string, unknown> {
  const register = join(folder, 'register.json');
  writeFileSync(register, JSON.stringify(registerOf(population)));
  return {
    server: { host: '127.0.0.1', port: 0, rateLimit: { max: 1_000_000 } },
    ledger: { engine: 'sqlite', folder },
    upstreams,
    indicators: { register, authority: `UBND ${population.area.province.fullName} (dữ liệu mẫu)` },
    sources: { opencps: { adapter: 'opencps', mode: 'push' } },
    logging: { level: 'error', requests: 'none' },
  };
}

/** Each of the systems fails in its own ways; what one of them calls comes twice now and then. */
async function setFaults({ portal, land, vneid, dvclt, faults }: Run, on: boolean): Promise<void> {
  if (!faults) return;
  const lost = [{ kind: 'reset-after', rate: 0.002, match: { method: 'POST' } }, { kind: 'html-502', rate: 0.005, match: { method: 'POST' } }];
  const often = [{ kind: 'reset-after', rate: 0.01, match: { method: 'POST' } }, { kind: 'html-502', rate: 0.01, match: { method: 'POST' } }];
  const twice = { kind: 'callback-duplicate', rate: 0.05 };
  const rules: [MockProcess, unknown[]][] = [[portal, [...lost, { kind: 'error-200', rate: 0.005, match: { method: 'POST' } }]], [land, [...lost, twice]], [vneid, [...often, twice]], [dvclt, often]];
  for (const [{ facts }, these] of rules) await tellMock(facts.url, 'faults', on ? { enabled: true, seed: 'demo', rules: these } : { enabled: false });
}

async function importAll(url: string, population: Population): Promise<{ lines: number; refused: number }> {
  const bar = progress('import', population.expected.received);
  const imported = { lines: 0, refused: 0 };
  await untilReady(url);
  function* withLineEnds(): Generator<string> {
    for (const line of generateExport({ population })) yield `${line}\n`;
  }
  for await (const result of importLines({ url }, 'opencps', withLineEnds())) {
    if (result.line === undefined) continue;
    imported.lines += 1;
    if (result.status !== 'accepted' && result.status !== 'duplicate') imported.refused += 1;
    bar.to(imported.lines);
  }
  bar.done();
  return imported;
}

/** @param what `upstream/operation/`; everything when absent */
const openOf = (exchanges: Record<string, number>, what = ''): number =>
  Object.entries(exchanges).reduce((sum, [path, n]) => sum + (path.startsWith(what) && OPEN_STATES.some((state) => path.endsWith(`/${state}`)) ? n : 0), 0);

/** Waits until the land system has what the desk has answered. */
async function answered(app: App): Promise<void> {
  while (openOf((await app.ledger.counts(Date.now())).exchanges, `${LAND_ID}/supplementDone/`) > 0) await pause(50);
}

/** Waits until nothing is left that goes on by itself. */
async function drained(app: App): Promise<void> {
  const all = (exchanges: Record<string, number>): number => Object.values(exchanges).reduce((a, b) => a + b, 0);
  const bar = progress('deliver', all((await app.ledger.counts(Date.now())).exchanges));
  for (;;) {
    const { exchanges } = await app.ledger.counts(Date.now());
    const open = openOf(exchanges);
    bar.to(all(exchanges) - open);
    if (open === 0) break;
    await pause(200);
  }
  bar.done();
}
