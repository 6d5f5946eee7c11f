/** States of the simulated VNeID and judicial-record software that tests ask for by name. Numbers that end in 9001 to 9005 have theirs in every scenario. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { VneidSimulator } from './simulator.ts';

const SECONDS: [number, number] = [500, 3000];

export const scenarios = {
  citizen: {
    title: { vi: 'Một công dân nộp hồ sơ ngay', en: 'A citizen applies at once' },
    options: { citizens: 1 },
  },
  quick: {
    title: { vi: 'Năm công dân; bổ sung và kết quả chỉ sau vài giây, không cần chỉnh đồng hồ', en: 'Five citizens; supplements and results after seconds, nobody moves the clock' },
    options: { citizens: 5, supplementAfterMs: SECONDS, resultAfterMs: SECONDS },
  },
  'lost-answer': {
    title: { vi: 'Trả lời của tỉnh không tới VNeID: cùng nội dung được gửi lại', en: 'The province’s answer does not reach VNeID: the same body comes again' },
    options: { citizens: 1, delivery: 'lost-answer' },
  },
  twice: {
    title: { vi: 'Hồ sơ đầu tiên tới hai lần cùng lúc', en: 'The first dossier comes twice at once' },
    options: { citizens: 1, delivery: 'twice' },
  },
  'two-versions': {
    title: { vi: 'Hai nội dung khác nhau dưới một mã, cùng lúc', en: 'Two bodies under one number at once' },
    options: { citizens: 1, delivery: 'two-versions' },
  },
  'bad-money': {
    title: { vi: 'Phí không phải số nguyên', en: 'A fee that is no whole number' },
    options: { citizens: 1, spoil: 'money' },
  },
  'bad-file': {
    title: { vi: 'Tệp đính kèm không phải base64', en: 'A paper that is no base64' },
    options: { citizens: 1, spoil: 'bad-base64' },
  },
  'codes-as-text': {
    title: { vi: 'Mã ở dạng chuỗi thay vì số', en: 'Codes as text instead of numbers' },
    options: { citizens: 1, codesAsText: true },
  },
  'decomposed-words': {
    title: { vi: 'Hồ sơ và câu trả lời dùng chữ Việt tổ hợp rời (NFD)', en: 'Dossiers and answers with decomposed Vietnamese letters (NFD)' },
    options: { citizens: 1, letters: 'NFD' },
  },
  authorised: {
    title: { vi: 'Mọi hồ sơ nộp qua người được ủy quyền', en: 'Every dossier comes through an authorised person' },
    options: { citizens: 1, chances: { authorised: 1 } },
  },
  'never-supplemented': {
    title: { vi: 'Công dân không bổ sung', en: 'Citizens who never supplement' },
    options: { citizens: 1, supplementAfterMs: 'never' },
  },
  'backend-refuses': {
    title: { vi: 'Phần mềm lý lịch tư pháp báo 3 (U13)', en: 'The judicial-record software says 3 (U13)' },
    options: { backendStates: ['3'] },
  },
  'backend-asks': {
    title: { vi: 'Phần mềm lý lịch tư pháp báo 5, nhận lại hồ sơ rồi có phiếu (U13)', en: 'The judicial-record software says 5, takes the dossier again, and has a certificate (U13)' },
    options: { backendStates: ['5', '9'] },
  },
  convicted: {
    title: { vi: 'Mọi phiếu có án tích', en: 'Every certificate has a conviction' },
    options: { chances: { convicted: 1 } },
  },
  gateway: {
    title: { vi: 'LGSP đòi token; token hết hạn sau một phút', en: 'The integration platform wants a token, which holds for a minute' },
    options: { gateway: 'form', tokenTtlMs: 60_000 },
  },
  'get-token': {
    title: { vi: 'L6 đòi token của GetToken (U1)', en: 'L6 wants a token of GetToken (U1)' },
    options: { wantsToken: true },
  },
  strangers: {
    title: { vi: 'VNeID không biết hồ sơ nào ngoài những hồ sơ đã nộp', en: 'VNeID knows no dossier but those that were submitted' },
    options: { unknownDossiers: 'refuse' },
  },
} as const satisfies Record<string, SimulatorScenario<VneidSimulator>>;
