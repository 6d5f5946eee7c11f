/**
 * Whole lives of births and deaths between DVCLT, the civil-status system, the province, the portal and EMC: listed, taken, acknowledged, accepted, handed over,
 * registered, returned; supplements and refusals on the way; and all journals tell the same story.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../../adapters/dvcqg/simulator.ts';
import { startMockServer, startSimulator, waitFor } from '../../../src/testing/index.ts';
import { drained, sceneConfig } from '../../faults/scene.ts';
import { configFile, endEverything, freshFolder, serveGateway } from '../../support/process.ts';
import { codeOf, fiveSystems, numberOf, type FiveSystems } from './five-systems.ts';

const open: FiveSystems[] = [];
afterEach(async () => {
  for (const systems of open.splice(0)) await systems.close();
  endEverything();
});
async function start(...args: Parameters<typeof fiveSystems>): Promise<FiveSystems> {
  const s = await fiveSystems(...args);
  open.push(s);
  return s;
}
const CODE = codeOf(1);
const NUMBER = numberOf(1);
const accepted = (at: string, mine: { dates: object }) => ({ dates: { ...mine.dates, acceptedAt: at } });
const returned = (at: string, mine: { dates: object }) => ({ dates: { ...mine.dates, returnedAt: at } });

it('a birth: every journal, one story', { timeout: 60_000 }, async () => {
  const s = await start();
  const { declared } = s.dvclt.simulator.apply({ kind: 'KS', papers: 3 });
  const act = s.officer(CODE);
  const taken = await s.until(CODE, (d) => d.status === 'SUBMITTED', 'K2 to K4');
  expect(taken).toMatchObject({ nationalCode: NUMBER, source: 'INTERCONNECTED', channel: 'ONLINE', procedure: { code: '2.002621' }, agency: { code: 'H99.45.01' }, applicant: { name: declared['nycHoTen'] } });
  expect(taken.components.flatMap(({ files }) => files.map(({ url, deleted }) => [url?.slice(0, 15), deleted === true]))).toEqual([['lienthong-file:', false], ['lienthong-file:', false], ['lienthong-file:', true]]);
  await act('ACCEPTED', 'Tiếp nhận', accepted);
  await s.until(CODE, (d) => d.status === 'PROCESSING', 'K5');
  s.hour();
  await s.until(CODE, (d) => d.civilStatus?.backend?.state === 'PROCESSING', 'K6, 3');
  s.hour();
  const resolved = await s.until(CODE, (d) => d.status === 'RESOLVED', 'K6, 4');
  const newborn = s.dvclt.simulator.newborn(CODE);
  expect(newborn).toMatch(/^099[23]26\d{6}$/);
  expect(resolved).toMatchObject({ civilStatus: { result: { citizenNumber: newborn, file: { url: expect.stringMatching(/^lienthong-file:/) as string } }, facts: { child: { citizenNumber: newborn } } }, results: [{ code: 'KQ.G15.000031' }] });
  await act('RETURNED', 'Trả kết quả', returned);

  // ---- the gateway's own record
  const end = await s.held(CODE);
  expect(end.history.map(({ status }) => status)).toEqual(['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'RESOLVED', 'RETURNED']);
  expect(end).toMatchObject({ status: 'RETURNED', civilStatus: { result: { citizenNumber: newborn } }, applicant: { name: declared['nycHoTen'] } });
  const exchanges = await s.exchanges(CODE);
  expect(exchanges.filter(({ state }) => !['done', 'superseded'].includes(state))).toEqual([]);
  expect(exchanges.filter(({ upstream }) => upstream === 'dvclt').map(({ operation, itemKey }) => `${operation} ${itemKey}`)).toEqual([
    'reportStatus 1#1', 'reportStatus 3#1', 'pushCivilStatus push#1', 'reportStatus 7#1', 'reportStatus 4#1', 'reportStatus 5#1',
  ]);

  // ---- DVCLT's and the civil-status system's
  expect(s.atDvclt(CODE, NUMBER)).toEqual(['acknowledge update', 'reportStatus 1', 'reportStatus 3', 'pushCivilStatus create', 'reportStatus 7', 'reportStatus 4', 'reportStatus 5']);
  const reports = s.dvclt.simulator.journal().filter(({ service, effect }) => service === 'reportStatus' && effect === 'update').map(({ item }) => item as Record<string, unknown>);
  expect(reports.map(({ thoiGianThucHien }) => String(thoiGianThucHien).slice(0, 13))).toEqual(['02/03/2026 08', '02/03/2026 08', '02/03/2026 08', '02/03/2026 10', '02/03/2026 10']);
  expect(s.dvclt.simulator.application(NUMBER)).toMatchObject({ acknowledged: 1, read: 1, versions: 1, code: CODE, result: { citizenNumber: newborn, paperCode: 'KQ.G15.000031', file: { bytes: resolved.civilStatus?.result?.file?.size } } });
  expect(s.dvclt.simulator.registryCase(CODE)).toMatchObject({ pushes: 1, files: 2, interconnected: NUMBER, module: 'LTKS' });
  expect(s.dvclt.validation.counts()).toMatchObject({ breaches: 0 });
  expect(s.dvclt.simulator.summary()).toMatchObject({ refused: 0, secondCodes: 0, unknownFields: 0, waiting: 0 });

  // ---- the portal's and EMC's
  const atPortal = s.atPortal(CODE);
  const statuses = atPortal.snapshots.map((line) => line.split(' ')[1]);
  expect(atPortal.snapshots.map((line) => line.split(' ')[0])).toEqual(['create', ...atPortal.snapshots.slice(1).map(() => 'update')]);
  // The portal hears of a dossier from its acceptance on, with the step before it.
  expect(statuses.filter((status, i) => status !== statuses[i - 1])).toEqual(['2', '4', '9', '10']);
  expect(atPortal.steps.map((line) => line.split(' ')[0])).toEqual(['1', '2', '4', '9', '10']);
  expect(s.atEmc(CODE)).toEqual(['1', '2', '3']);

  // ---- no word about a person, and no secret, in the clear
  const words = [newborn ?? '', declared['nksHoTen'] ?? '', declared['meHoTen'] ?? '', declared['meSoGiayToTuyThan'] ?? '', declared['nycSoGiayToTuyThan'] ?? '', declared['nycEmail'] ?? '', 'demo-secret-not-real', 'demo-secret'];
  const files = readdirSync(s.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const bytes = readFileSync(file);
    expect(words.filter((word) => bytes.includes(word)), file).toEqual([]);
  }
});

it('a death whose file comes later', { timeout: 60_000 }, async () => {
  const s = await start({ registryStates: ['3', '4-empty', '4'] });
  s.dvclt.simulator.apply({ kind: 'KT' });
  const act = s.officer(CODE);
  await s.until(CODE, (d) => d.status === 'SUBMITTED', 'taken');
  await act('ACCEPTED', 'Tiếp nhận', accepted);
  await s.until(CODE, (d) => d.status === 'PROCESSING', 'handed over');
  s.hour();
  s.hour();
  const asked = (): number => s.dvclt.simulator.journal().filter(({ service, item }) => service === 'readResults' && (item as { trangThai?: string } | undefined)?.trangThai === '4').length;
  await waitFor(() => asked() > 0, { timeoutMs: 10_000 });
  expect((await s.held(CODE)).status).toBe('PROCESSING');
  s.hour();
  const resolved = await s.until(CODE, (d) => d.status === 'RESOLVED', 'registered, with its file');
  expect(resolved).toMatchObject({ civilStatus: { kind: 'DEATH', result: { register: { number: '1' }, file: { size: expect.any(Number) as number } } }, results: [{ code: 'KQ.G15.000034' }] });
  await act('RETURNED', 'Trả kết quả', returned);
  expect(s.events(NUMBER)).toEqual([1, 3, 7, 4, 5]);
  expect(s.dvclt.simulator.application(NUMBER)?.result).toMatchObject({ paperCode: 'KQ.G15.000034', file: { bytes: resolved.civilStatus?.result?.file?.size } });
  expect(s.dvclt.simulator.registryCase(CODE)).toMatchObject({ module: 'LTKT', pushes: 1 });
});

it('a supplement that the civil-status system wants, and one that an officer wants', { timeout: 90_000 }, async () => {
  const s = await start({ registryStates: ['2', '3', '4'] });
  s.dvclt.simulator.apply({ kind: 'KS' });
  const act = s.officer(CODE);
  const first = await s.until(CODE, (d) => d.status === 'SUBMITTED', 'taken');
  await act('SUPPLEMENT_REQUIRED', 'Yêu cầu bổ sung', (at) => ({ supplements: [{ requestedAt: at, reason: 'Thiếu giấy chứng sinh' }], statusReason: 'Thiếu giấy chứng sinh' }), { note: 'Thiếu giấy chứng sinh' });
  expect(s.dvclt.simulator.application(NUMBER)).toMatchObject({ events: [1, 2], reason: 'Thiếu giấy chứng sinh', supplementDue: '11/03/2026 17:00:00' });
  s.hour();
  const second = await s.until(CODE, (d) => d.status === 'SUBMITTED' && d.civilStatus?.submission === 2, 'supplemented');
  expect(second.components[0]?.files[0]?.url).not.toBe(first.components[0]?.files[0]?.url);
  await act('ACCEPTED', 'Tiếp nhận', (at, mine) => ({ ...accepted(at, mine), supplements: [], statusReason: undefined as never }));
  await s.until(CODE, (d) => d.status === 'PROCESSING', 'handed over');
  s.hour();
  await s.until(CODE, (d) => d.status === 'SUPPLEMENT_REQUIRED', 'asked by the civil-status system');
  expect(s.dvclt.simulator.application(NUMBER)).toMatchObject({ events: [1, 2, 3, 7, 2], reason: 'Đề nghị bổ sung giấy tờ minh họa' });
  s.hour();
  await s.until(CODE, (d) => d.status === 'SUBMITTED' && d.civilStatus?.submission === 3, 'supplemented again');
  await act('ACCEPTED', 'Tiếp nhận lại', accepted);
  await s.until(CODE, (d) => d.status === 'PROCESSING', 'handed over again');
  s.hour();
  s.hour();
  await s.until(CODE, (d) => d.status === 'RESOLVED', 'registered');
  await act('RETURNED', 'Trả kết quả', returned);
  expect(s.events(NUMBER)).toEqual([1, 2, 3, 7, 2, 3, 7, 4, 5]);
  expect(s.dvclt.simulator.registryCase(CODE)).toMatchObject({ pushes: 2 });
  expect(s.dvclt.simulator.summary()).toMatchObject({ refused: 0, secondCodes: 0, supplemented: 2 });
  expect((await s.exchanges(CODE)).filter(({ state }) => !['done', 'superseded'].includes(state))).toEqual([]);
  // Told of each request in the words of its own time.
  expect(s.dvclt.simulator.journal().filter(({ item }) => (item as { trangThai?: number } | undefined)?.trangThai === 2).map(({ item }) => (item as { noiDungXuLy?: string }).noiDungXuLy)).toEqual(['Thiếu giấy chứng sinh', 'Đề nghị bổ sung giấy tờ minh họa']);
});

it('refused by an officer, and refused by the civil-status system; bad dossiers between them stop nobody', { timeout: 60_000 }, async () => {
  const s = await start({ registryStates: ['6'] });
  for (const spoil of ['unit', 'none', 'procedure', 'level-2', 'xml', 'none', 'doctype', 'file'] as const) s.dvclt.simulator.apply({ kind: 'KS', spoil });
  const [one, two] = [codeOf(1), codeOf(2)];
  await s.until(one, (d) => d?.status === 'SUBMITTED', 'the first that can be taken');
  // Numbers are given to what may be taken: a dossier that turns out to be broken keeps its own.
  const codes = (): string[] => s.dvclt.simulator.applications().filter(({ acknowledged }) => acknowledged > 0).map(({ code }) => code ?? '');
  await waitFor(() => codes().filter((code) => code !== '').length === 2, { timeoutMs: 10_000 });
  await drained(s.url, 30_000);
  const [officers, systems] = codes() as [string, string];
  expect([officers, two === systems]).toEqual([one, false]);
  const act = s.officer(officers);
  await act('REJECTED', 'Từ chối', (at, mine) => ({ dates: { ...mine.dates, rejectedAt: at }, statusReason: 'Không thuộc thẩm quyền' }), { note: 'Không thuộc thẩm quyền' });
  await s.officer(systems)('ACCEPTED', 'Tiếp nhận', accepted);
  await s.until(systems, (d) => d.status === 'PROCESSING', 'handed over');
  s.hour();
  await s.until(systems, (d) => d.status === 'REJECTED', 'refused by the civil-status system');
  const applications = s.dvclt.simulator.applications();
  expect(applications.map(({ events }) => events)).toEqual([[], [1, 6], [], [], [], [1, 3, 7, 6], [], []]);
  expect(applications.map(({ isWaiting }) => isWaiting)).toEqual([true, false, true, true, true, false, true, true]);
  expect(applications[5]?.reason).toBe('Hồ sơ không đủ điều kiện đăng ký (minh họa)');
});

it('killed between storing and acknowledging: acknowledged by the next process, no second dossier', { timeout: 120_000 }, async () => {
  const folder = freshFolder();
  const system = await startMockServer('dvclt', { seed: 'kill', simulator: { agencyCode: 'H99.45.01' } });
  const portal = await startSimulator(createDvcqgSimulator({ seed: 'kill', agencies: ['H99.45.01'] }));
  try {
    const scene = sceneConfig({ folder, portal, upstream: { agencyCode: 'H99.45.01' } }) as { upstreams: object };
    const file = configFile(folder, { ...scene, upstreams: { ...scene.upstreams, dvclt: { adapter: 'dvclt', ...system.simulator.clientConfig?.(system.url) } } });
    const { number } = system.simulator.apply({ kind: 'KS' });
    // K4 never gets an answer, and is not taken: the dossier is stored by then.
    system.faults.set({ rules: [{ kind: 'hang', match: { service: 'acknowledge' } }] });
    const first = await serveGateway(file);
    await waitFor(() => (system.faults.counts()['hang'] ?? 0) > 0, { timeoutMs: 45_000 });
    await first.kill();
    expect(system.simulator.application(number)).toMatchObject({ isWaiting: true, acknowledged: 0 });
    system.faults.set({});
    const second = await serveGateway(file);
    await waitFor(() => system.simulator.application(number)?.isWaiting === false && system.simulator.application(number)?.events.length === 1, { timeoutMs: 45_000 });
    expect(system.simulator.application(number)).toMatchObject({ acknowledged: 1, events: [1], versions: 1 });
    const code = system.simulator.application(number)?.code ?? '';
    const statuses = await Promise.all([code, code.replace(/1$/, '2')].map(async (one) => (await fetch(`${second.url}/v1/dossiers/${one}`)).status));
    expect([code.slice(-4), statuses]).toEqual(['0001', [200, 404]]);
    expect(system.simulator.summary()).toMatchObject({ secondCodes: 0 });
    await second.stop();
  } finally {
    await system.close();
    await portal.close();
  }
});

it('answers that are lost: every dossier once, every event once', { timeout: 60_000 }, async () => {
  const s = await start();
  const lost = ['acknowledge', 'reportStatus', 'pushCivilStatus', 'listDossiers', 'readDossier', 'readResults'];
  s.dvclt.faults.set({ rules: lost.flatMap((service) => [{ kind: 'reset-after' as const, match: { service }, limit: 2 }, { kind: 'html-502-after' as const, match: { service }, limit: 1 }]) });
  s.dvclt.simulator.apply({ kind: 'KS' });
  s.dvclt.simulator.apply({ kind: 'KT' });
  const codes = [codeOf(1), codeOf(2)];
  // What is in doubt is asked for again after a while: time passes while it is waited for.
  const allAre = (status: string): Promise<unknown> => waitFor(async () => {
    s.later();
    return (await Promise.all(codes.map((code) => s.held(code)))).every((d) => d?.status === status) && (await Promise.all(codes.map((code) => s.exchanges(code)))).flat().every(({ state }) => state === 'done' || state === 'superseded');
  }, { timeoutMs: 20_000, intervalMs: 100, describe: () => status });
  await allAre('SUBMITTED');
  for (const code of codes) {
    const { civilStatus: _event, components: _papers, history, ...known } = await s.held(code);
    const at = s.later();
    await s.send({ ...known, sourceSystem: 'mot-cua', status: 'ACCEPTED', components: [], sourceUpdatedAt: at, dates: { ...known.dates, acceptedAt: at }, history: [{ at, status: 'ACCEPTED', action: 'Tiếp nhận' }] });
    expect(history).toHaveLength(1);
  }
  await allAre('PROCESSING');
  s.hour();
  s.hour();
  await allAre('RESOLVED');
  expect(s.dvclt.faults.counts()).toMatchObject({ 'reset-after': 12 });
  for (const n of [1, 2]) {
    expect(s.events(numberOf(n))).toEqual([1, 3, 7, 4]);
    expect(s.dvclt.simulator.application(numberOf(n))).toMatchObject({ isWaiting: false, versions: 1 });
  }
  expect(s.dvclt.simulator.applications().map(({ code }) => code).sort()).toEqual(codes);
  expect(codes.map((code) => s.dvclt.simulator.registryCase(code)?.pushes)).toEqual([1, 1]);
  expect(s.dvclt.simulator.summary()).toMatchObject({ secondCodes: 0, handedOver: 2 });
  expect(s.dvclt.simulator.journal().filter(({ service, effect }) => service === 'acknowledge' && effect === 'update')).toHaveLength(2);
});
