/** Calls of the simulated VNeID that a person may ask for, to try the province's endpoint. */
import type { SimulatorCallback, SimulatorCallKind } from '../../../src/adapter/types.ts';
import type { Desk } from './desk.ts';

const CODE = [{ name: 'maHoSo', title: { vi: 'Mã hồ sơ', en: 'Number of the dossier' } }];
const kind = (name: string, vi: string, en: string, params: SimulatorCallKind['params'] = CODE): SimulatorCallKind => ({ name, title: { vi, en }, params });

export const VNEID_CALLS: readonly SimulatorCallKind[] = [
  kind('apply', 'Công dân nộp hồ sơ: xin mã rồi gửi (L1, L2)', 'A citizen applies: a number, then the dossier (L1, L2)', []),
  kind('issueCode', 'Chỉ xin mã (L1)', 'Only a number (L1)', []),
  kind('createDossier', 'Gửi hồ sơ với mã đã có (L2)', 'A dossier under a number that there is (L2)'),
  kind('supplement', 'Công dân bổ sung: gửi lại toàn bộ (L2)', 'The citizen supplements: the whole again (L2)'),
  kind('repeat', 'Gửi lại đúng nội dung lần trước (L2)', 'The same as last time, to the letter (L2)'),
];

/** @throws TypeError naming an unknown call or what is missing */
export function makeCall(name: string, params: Readonly<Record<string, string>>, desk: Desk): SimulatorCallback {
  if (!VNEID_CALLS.some((one) => one.name === name)) throw new TypeError(`no such call; there are: ${VNEID_CALLS.map((one) => one.name).join(', ')}`);
  if (name === 'apply') return desk.applyNow();
  if (name === 'issueCode') return desk.ask();
  const { maHoSo = '' } = params;
  if (maHoSo === '') throw new TypeError('maHoSo: the number of a dossier is needed');
  if (name === 'supplement') return desk.supplement(maHoSo);
  return name === 'repeat' ? desk.repeat(maHoSo) : desk.submit(maHoSo);
}
