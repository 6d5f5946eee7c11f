/** A dossier that the land system did not want, refused or sent back, goes again once the province has corrected it, and not before. */
import { afterEach, expect, it } from 'vitest';
import { fullCase, fullLandDossier, OFFICERS } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { endEverything } from '../../support/process.ts';
import { BEGIN, threeSystems, type ThreeSystems } from './three-systems.ts';

const CODE = 'H99.99.01-260302-0008';
const open: ThreeSystems[] = [];
afterEach(async () => {
  for (const systems of open.splice(0)) await systems.close();
  endEverything();
});

const received = instantFromEpoch(BEGIN - 3_600_000);
const dossier = (actor: string, more: Partial<Dossier> = {}): Dossier => fullLandDossier({
  code: CODE, sourceUpdatedAt: received, dates: { submittedAt: received, acceptedAt: received, dueAt: '2026-03-20T10:00:00Z' }, status: 'ACCEPTED',
  landCase: fullCase({ stateSince: received }), history: [{ at: received, status: 'ACCEPTED', action: 'Tiếp nhận', actor }], ...more,
});
const systems = async (simulator: Record<string, unknown>): Promise<ThreeSystems> => {
  const made = await threeSystems('vbdlis', CODE, simulator, { officers: OFFICERS });
  open.push(made);
  return made;
};
const submissions = async (s: ThreeSystems): Promise<string[]> => {
  await s.settled();
  return (await s.exchanges(CODE)).filter(({ upstream }) => upstream === 'dat-dai').map(({ operation, state }) => `${operation} ${state}`);
};

it('refused by the land system for its officer: the corrected dossier goes, and the timeline keeps the refusal', { timeout: 60_000 }, async () => {
  // The land system knows only one of the two whom the province knows.
  const s = await systems({ script: [], officers: OFFICERS.slice(1), requireKnownOfficer: true });
  await s.send(dossier('Lê Thị Tiếp Nhận'));
  expect(await submissions(s)).toEqual(['submit rejected']);
  await s.send(dossier('Ngô Văn Giả Định', { sourceUpdatedAt: s.later() }));
  expect(await submissions(s)).toEqual(['submit done']);
  expect(s.atLand(CODE)).toEqual(['submit refused Người tiếp nhận không có trong danh mục người dùng', 'submit create']);
  // Once it is there, no change sends it again.
  await s.send(dossier('Lê Thị Tiếp Nhận', { sourceUpdatedAt: s.later() }));
  expect(await submissions(s)).toEqual(['submit done']);
});

it('unfit before it is sent (no area): one refused attempt that a person sees, and the corrected dossier goes', { timeout: 60_000 }, async () => {
  const s = await systems({ script: [] });
  await s.send(dossier('Lê Thị Tiếp Nhận', { landCase: fullCase({ stateSince: received, area: { provinceCode: '01' } }) }));
  expect(await submissions(s)).toEqual(['submit rejected']);
  expect(s.atLand(CODE)).toEqual([]);
  await s.send(dossier('Lê Thị Tiếp Nhận', { sourceUpdatedAt: s.later() }));
  expect(await submissions(s)).toEqual(['submit rejected', 'submit done']);
  expect(s.atLand(CODE)).toEqual(['submit create']);
});

it('withdrawn before it could be sent: not sent, in front of a person; taken up again, it goes', { timeout: 60_000 }, async () => {
  const s = await systems({ script: [] });
  const order = async (path: string, body: unknown): Promise<Record<string, unknown>> =>
    (await (await fetch(`${s.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json()) as Record<string, unknown>;
  const hold = await order('/v1/holds', { scope: 'upstream', key: 'dat-dai', reason: 'hệ thống đất đai bảo trì', forHours: 2 });
  await s.send(dossier('Lê Thị Tiếp Nhận'));
  const at = s.later();
  await s.send(dossier('Lê Thị Tiếp Nhận', { sourceUpdatedAt: at, status: 'WITHDRAWN', history: [{ at: received, status: 'ACCEPTED', action: 'Tiếp nhận', actor: 'Lê Thị Tiếp Nhận' }, { at, status: 'WITHDRAWN', action: 'Công dân xin rút' }] }));
  await order(`/v1/holds/${String(hold['id'])}:release`, { reason: 'xong' });
  expect(await submissions(s)).toEqual(['submit rejected']);
  expect(s.atLand(CODE)).toEqual([]);
  await s.send(dossier('Lê Thị Tiếp Nhận', { sourceUpdatedAt: s.later() }));
  expect(await submissions(s)).toEqual(['submit done']);
  expect(s.atLand(CODE)).toEqual(['submit create']);
});

it.each([
  { what: 'sent back to reception (I7)', step: 'send-back', status: 'ACCEPTED', call: 'sentBack' },
  { what: 'of the wrong procedure (I8)', step: 'wrong-procedure', status: 'PROCESSING', call: 'wrongProcedure' },
] as const)('$what: it goes again once the province has gone on with it', { timeout: 60_000 }, async ({ step, status, call }) => {
  const afterMs = 600_000;
  const procedures = { '1.012781': { code: 'TH-DEMO-001', name: 'Đăng ký biến động' }, '1.012756': { code: 'TH-DEMO-002', name: 'Cấp đổi' } };
  const s = await systems({ script: [{ do: 'move', afterMs }, { do: step, afterMs }, { do: 'finish', afterMs }], procedures });
  let mine = dossier('Lê Thị Tiếp Nhận');
  await s.send(mine);
  await s.settled();
  s.later(10);
  await s.until((d) => d.status === 'PROCESSING', 'moved');
  s.later(10);
  await s.until((d) => d.landCase?.events.length === 2 && d.status === status, 'sent back');
  // Any other news of the province is no correction.
  mine = { ...mine, sourceUpdatedAt: s.later(), note: 'Đã gọi cho công dân' };
  await s.send(mine);
  expect(await submissions(s)).toEqual(['submit done']);
  const at = s.later();
  const procedure = step === 'send-back' ? mine.procedure : { ...mine.procedure, code: '1.012756' };
  await s.send({ ...mine, procedure, sourceUpdatedAt: at, status: 'PROCESSING', history: [...mine.history, { at, status: 'PROCESSING', action: 'Đã cập nhật, chuyển lại' }] });
  expect(await submissions(s)).toEqual(['submit done', 'submit done']);
  expect(await s.held(CODE)).toMatchObject({ status: 'PROCESSING', landCase: { state: 'PROCESSING' } });
  s.later(10);
  await s.until((d) => d.status === 'RESOLVED', 'finished');
  await s.settled();
  expect(s.atLand(CODE)).toEqual(['submit create', 'moved update', `${call} update`, 'submit update', 'finished update', 'downloadFile read']);
});
