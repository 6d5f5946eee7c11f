/**
 * The whole life of a judicial record between VNeID, the judicial-record software, the province, the portal and EMC: a number, the dossier, received, handed over, a
 * supplement, received again, a certificate, given to the citizen, withdrawn; and all journals tell the same story.
 */
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { testDatabase } from '../../support/postgres.ts';
import { endEverything, freshFolder } from '../../support/process.ts';
import { BEGIN } from '../../support/story.ts';
import { CODE, DECISION, fourSystems, type FourSystems } from './four-systems.ts';

const open: FourSystems[] = [];
const databases: { drop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const systems of open.splice(0)) await systems.close();
  for (const database of databases.splice(0)) await database.drop();
  endEverything();
});
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const DUE = instantFromEpoch(BEGIN + 10 * 24 * 3_600_000);
const NEW_DUE = instantFromEpoch(BEGIN + 12 * 24 * 3_600_000);

const AT_VNEID = [
  'createDossier create', 'reportStatus update 2', 'pushToBackend create', 'reportStatus update 4', 'reportStatus update 5', 'createDossier update', 'reportStatus update 2',
  'pushToBackend refused Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin', 'reportStatus update 4', 'reportStatus update 9', 'reportStatus update 10', 'reportStatus update 10 thuhoi',
];

it.each(['sqlite', 'postgres'] as const)('%s: every journal, one story', { timeout: 120_000 }, async (engine) => {
  let ledger = {};
  if (engine === 'postgres') {
    const database = await testDatabase();
    databases.push(database);
    const keyFile = join(freshFolder(), 'ledger.key');
    writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
    ledger = { ledger: { engine: 'postgres', url: database.url, keyFile } };
  }
  const s = await fourSystems({ chances: { authorised: 1, convicted: 1, free: 0 } }, {}, ledger);
  open.push(s);
  s.vneid.simulator.apply({ papers: 2, free: false });
  s.later(0);
  const submitted = await s.until((d) => d.status === 'SUBMITTED', 'L1, L2');
  expect(submitted).toMatchObject({ source: 'VNEID', channel: 'ONLINE', delegate: { kind: 'CITIZEN' }, judicialRecord: { system: 'vneid', authorisation: { relation: { name: 'Con' } } }, payments: [{ status: 'PAID', provider: 'VNeID' }] });
  expect(submitted.components.flatMap(({ files }) => files.map(({ url }) => url?.slice(0, 15)))).toEqual(['lienthong-file:', 'lienthong-file:']);

  await s.act('ACCEPTED', 'Tiếp nhận', (at, mine) => ({ dates: { ...mine.dates, acceptedAt: at, dueAt: DUE } }));
  const pushed = await s.until((d) => d.status === 'PROCESSING', 'L4');
  expect(pushed.judicialRecord?.backend).toMatchObject({ system: 'btp', submission: 1 });
  await s.act('SUPPLEMENT_REQUIRED', 'Yêu cầu bổ sung', (at) => ({ supplements: [{ requestedAt: at, reason: 'Ảnh giấy tờ bị mờ, đề nghị chụp lại' }], statusReason: 'Ảnh giấy tờ bị mờ, đề nghị chụp lại' }));
  expect(s.vneid.simulator.application(CODE)).toMatchObject({ state: '5', reason: 'Ảnh giấy tờ bị mờ, đề nghị chụp lại', dueOn: '12/03/2026' });
  s.later(60);
  const again = await s.until((d) => d.status === 'SUBMITTED' && (d.judicialRecord?.submissions?.length ?? 0) === 2, 'the supplement');
  // The whole was replaced: other papers; what was paid and what went before is as it was.
  expect(again.components[0]?.files[0]?.url).not.toBe(submitted.components[0]?.files[0]?.url);
  expect(again.payments).toEqual(submitted.payments);
  expect(again.supplements).toMatchObject([{ completedAt: expect.any(String) as string }]);
  await s.act('ACCEPTED', 'Tiếp nhận lại', (at, mine) => ({ dates: { ...mine.dates, acceptedAt: at, dueAt: NEW_DUE }, supplements: again.supplements, statusReason: undefined as never }));
  await s.until((d) => d.status === 'PROCESSING' && d.judicialRecord?.backend?.submission === 2, 'L4 again');
  s.later(240);
  const resolved = await s.until((d) => d.status === 'RESOLVED', 'L5');
  const { certificate } = resolved.judicialRecord ?? {};
  expect(certificate).toMatchObject({ convictionStatus: { code: '1' }, convictions: [{ judgment: '15/2019/HSST' }], file: { url: expect.stringMatching(/^lienthong-file:/) as string } });
  expect(resolved.results).toMatchObject([{ code: 'PHIEU_LLTP', number: certificate?.number }]);
  await s.act('RETURNED', 'Trả kết quả', (at, mine) => ({ dates: { ...mine.dates, returnedAt: at } }));
  expect(s.vneid.simulator.application(CODE)?.state).toBe('10');
  // Corrected at the software; the withdrawal takes the new certificate along (2.10).
  s.vneid.simulator.reissue(CODE);
  const revocation = { decision: '12/QĐ-TH', decidedOn: '2026-03-20', reason: 'Thông tin chưa đúng', file: { name: 'qd.pdf', url: s.decisionUrl } };
  await s.act('RETURNED', 'Thu hồi phiếu', () => ({ judicialRecord: { form: submitted.judicialRecord?.form ?? '1', revocations: [revocation] } }));
  await s.until((d) => d.judicialRecord?.revocations?.[0]?.certificateAskedAt !== undefined, 'L5 again');
  await s.settled();

  // ---- the gateway's own record
  const end = await s.held(CODE);
  expect(end).toMatchObject({ status: 'RETURNED', source: 'VNEID', dates: { dueAt: NEW_DUE }, applicant: { name: submitted.applicant.name } });
  expect(end.history.map(({ status }) => status)).toEqual(['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'SUBMITTED', 'ACCEPTED', 'PROCESSING', 'RESOLVED', 'RETURNED', 'RETURNED']);
  expect(end.judicialRecord?.certificate?.file?.url).not.toBe(certificate?.file?.url);
  const exchanges = await s.exchanges(CODE);
  expect(exchanges.filter(({ state }) => !['done', 'superseded'].includes(state))).toEqual([]);
  expect(exchanges.filter(({ upstream }) => upstream === 'vneid').map(({ operation, itemKey }) => `${operation} ${itemKey}`.replace(/[0-9a-f]{16}$/, '…'))).toEqual([
    'reportStatus 2#1', 'pushToBackend push:1', 'reportStatus 4#1', 'reportStatus 5#1', 'reportStatus 2#2', 'pushToBackend push:2', 'reportStatus 4#2', 'reportStatus 9#1', 'reportStatus 10#1', 'readResult recheck:…', 'reportStatus thuhoi:…',
  ]);

  // ---- VNeID's and the software's: each state once, with the texts and files of its own time
  expect(s.atVneid()).toEqual(AT_VNEID);
  const reports = s.vneid.simulator.journal().filter(({ service, effect }) => service === 'reportStatus' && effect === 'update').map(({ item }) => item as Record<string, unknown>);
  expect(reports.map((one) => one['lyDoTuChoi'])).toEqual(['', '', 'Ảnh giấy tờ bị mờ, đề nghị chụp lại', '', '', '', '', '']);
  expect(reports.map((one) => one['ngayHenTraKetQua'])).toEqual(['12/03/2026', '12/03/2026', '12/03/2026', '14/03/2026', '14/03/2026', '14/03/2026', '14/03/2026', '14/03/2026']);
  const application = s.vneid.simulator.application(CODE);
  expect(application).toMatchObject({ phase: 'taken', state: '10', versions: 2, answers: ['00', '00'], revocations: [{ sha256: sha256(DECISION) }] });
  expect((reports.at(-1)?.['phieuLLTP'] as { sha256: string }).sha256).not.toBe(application?.certificate?.sha256);
  expect(s.vneid.validation.counts()).toMatchObject({ breaches: 0 });
  expect(s.vneid.callbacks.journal().map(({ name, state, issues }) => [name, state, issues.length])).toEqual([['issueCode', 'answered', 0], ['createDossier', 'answered', 0], ['createDossier', 'answered', 0]]);
  expect(s.told.map(({ status }) => status)).toEqual([200, 200, 200]);

  // ---- the portal's and EMC's
  const atPortal = s.atPortal(CODE);
  expect(atPortal.snapshots.at(-1)).toBe('update 10');
  expect(atPortal.snapshots.map((line) => line.split(' ')[0])).toEqual(['create', ...atPortal.snapshots.slice(1).map(() => 'update')]);
  const statuses = atPortal.snapshots.map((line) => line.split(' ')[1]);
  expect(statuses.filter((status, i) => status !== statuses[i - 1])).toEqual(['2', '4', '5', '1', '2', '4', '9', '10']);
  expect(atPortal.steps.map((line) => line.split(' ')[0])).toEqual(['1', '2', '4', '5', '1', '2', '4', '9', '10', '10']);
  const atEmc = s.atEmc();
  // Received and in process, both twice, then returned: waiting for papers is in process there.
  expect(atEmc).toEqual(['1', '2', '1', '2', '3']);

  // ---- everything told again, last things first: answered as before, and nothing anywhere is another
  const before = [s.atVneid(), atPortal, atEmc];
  for (const { path, body, status, answer, method } of [...s.told].reverse()) if (method === 'POST') expect(await s.call(path, body)).toEqual({ status, answer });
  await s.settled();
  expect(await s.held(CODE)).toEqual(end);
  expect(await s.exchanges(CODE)).toEqual(exchanges);
  expect([s.atVneid(), s.atPortal(CODE), s.atEmc()]).toEqual(before);
});
