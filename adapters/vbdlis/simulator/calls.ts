/** Calls of the land system that a person may ask for, to try the province's endpoint. They change nothing in the simulated land system. */
import type { SimulatorCallback, SimulatorCallKind } from '../../../src/adapter/types.ts';
import type { LandCases } from './cases.ts';
import type { CallName, CATALOGUES } from './voice.ts';

const RECEIPT = [{ name: 'soBienNhan', title: { vi: 'Số biên nhận', en: 'Receipt number' } }];
const kind = (name: string, vi: string, en: string, params: SimulatorCallKind['params'] = RECEIPT): SimulatorCallKind => ({ name, title: { vi, en }, params });

type How = { isBack?: boolean; isPause?: boolean; isResult?: boolean };
/** What a person may ask for beside the plain calls, which are named as they are. */
const VARIANTS: Readonly<Record<string, { call: CallName; how: How }>> = {
  paused: { call: 'supplementRequested', how: { isPause: true } },
  finishedWithout: { call: 'finished', how: { isResult: false } },
};
const ASKS = ['users', 'procedures', 'statuses'] as const satisfies readonly (keyof typeof CATALOGUES)[];

export const LAND_CALLS: readonly SimulatorCallKind[] = [
  kind('moved', 'Luân chuyển hồ sơ (I1)', 'The dossier moved between officers (I1)'),
  kind('supplementRequested', 'Yêu cầu bổ sung (I2)', 'A supplement is required (I2)'),
  kind('paused', 'Tạm dừng (I2, LaTamDung)', 'Paused (I2, LaTamDung)'),
  kind('supplementReceived', 'Đã nhận bổ sung (I3)', 'The supplement was received (I3)'),
  kind('taxNotices', 'Kết quả thuế (I4)', 'Tax notices (I4)'),
  kind('finished', 'Kết thúc, có kết quả (I5)', 'Finished with a result (I5)'),
  kind('finishedWithout', 'Kết thúc, trả lại hoặc xin rút (I5)', 'Finished without a result (I5)'),
  kind('originatesInLand', 'Hồ sơ phát sinh từ hệ thống đất đai (I6)', 'A dossier that began in the land system (I6)'),
  kind('sentBack', 'Yêu cầu cập nhật hồ sơ (I7)', 'Sent back to reception (I7)'),
  kind('wrongProcedure', 'Nhập sai thủ tục (I8)', 'The wrong procedure was chosen (I8)'),
  kind('returnedByTax', 'Thuế chuyển trả hồ sơ (I9)', 'Returned by the tax office (I9)'),
  kind('ilisTaxNotices', 'Kết quả thuế qua ILIS', 'Tax notices through ILIS'),
  kind('users', 'Lấy danh mục người dùng (I10)', 'Pulls the catalogue of officers (I10)', []),
  kind('procedures', 'Lấy danh mục thủ tục (I11)', 'Pulls the catalogue of procedures (I11)', []),
  kind('statuses', 'Lấy danh mục trạng thái (I12)', 'Pulls the catalogue of statuses (I12)', []),
];

/** @throws TypeError naming an unknown call or what is missing */
export function makeCall(name: string, params: Readonly<Record<string, string>>, cases: LandCases): SimulatorCallback {
  if (!LAND_CALLS.some((one) => one.name === name)) throw new TypeError(`no such call; there are: ${LAND_CALLS.map((one) => one.name).join(', ')}`);
  const catalogue = ASKS.find((ask) => ask === name);
  if (catalogue !== undefined) return cases.voice.ask(catalogue);
  const { soBienNhan = '' } = params;
  if (soBienNhan === '') throw new TypeError('soBienNhan: the receipt number of a dossier is needed');
  const { call, how } = VARIANTS[name] ?? { call: name as CallName, how: {} };
  return cases.voice.say(call, cases.aboutFor(soBienNhan, name), how);
}
