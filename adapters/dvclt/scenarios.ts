/** States of the simulated DVCLT and civil-status system that tests ask for by name. Numbers that end in 9001 to 9010 have theirs in every scenario. */
import type { SimulatorScenario } from '../../src/adapter/types.ts';
import type { DvcltSimulator } from './simulator.ts';

const SECONDS: [number, number] = [500, 3000];

export const scenarios = {
  birth: {
    title: { vi: 'Một hồ sơ khai sinh đang chờ', en: 'A birth waits' },
    given: (simulator) => void simulator.apply({ kind: 'KS' }),
  },
  death: {
    title: { vi: 'Một hồ sơ khai tử đang chờ', en: 'A death waits' },
    given: (simulator) => void simulator.apply({ kind: 'KT' }),
  },
  quick: {
    title: { vi: 'Sáu hồ sơ; bổ sung và kết quả chỉ sau vài giây, không cần chỉnh đồng hồ', en: 'Six dossiers; supplements and results after seconds, nobody moves the clock' },
    options: { citizens: 6, supplementAfterMs: SECONDS, stepAfterMs: SECONDS },
  },
  'bad-rows': {
    title: { vi: 'Hồ sơ lỗi xen giữa hồ sơ tốt: đơn vị lạ, thủ tục chưa ánh xạ, JSON và XML hỏng, tệp hỏng', en: 'Bad dossiers between good ones: unknown unit, unmapped procedure, broken JSON and XML, a broken paper' },
    given(simulator) {
      for (const spoil of ['none', 'unit', 'procedure', 'none', 'level-2', 'xml', 'doctype', 'no-hotich', 'number', 'file', 'day', 'none'] as const) simulator.apply({ kind: 'KS', spoil });
    },
  },
  'short-tokens': {
    title: { vi: 'Token của DVCLT và LGSP hết hạn sau một phút', en: 'Tokens of DVCLT and of the integration platform hold for a minute' },
    options: { citizens: 2, tokenTtlMs: 60_000 },
  },
  'secret-pass': {
    title: { vi: 'DVCLT đăng nhập bằng SecretId, SecretPass (U10)', en: 'DVCLT is logged in to with SecretId and SecretPass (U10)' },
    options: { citizens: 1, login: 'secret-pass' },
  },
  'body-on-get': {
    title: { vi: 'GET phải có thân {}', en: 'A GET has to have the body {}' },
    options: { citizens: 1, getBody: 'required' },
  },
  'two-level': {
    title: { vi: 'Dữ liệu hộ tịch hai cấp (từ 07/2025)', en: 'The two-level form of the civil-status system, since July 2025' },
    options: { citizens: 2, variant: 'two-level' },
  },
  'decomposed-words': {
    title: { vi: 'Hồ sơ và câu trả lời dùng chữ Việt tổ hợp rời (NFD)', en: 'Dossiers and answers with decomposed Vietnamese letters (NFD)' },
    options: { citizens: 2, letters: 'NFD' },
  },
  'states-as-numbers': {
    title: { vi: 'trangThai của K6 ở dạng số', en: 'trangThai of K6 as a number' },
    options: { citizens: 1, statesAsNumbers: true },
  },
  'registry-asks': {
    title: { vi: 'Hệ thống hộ tịch yêu cầu bổ sung rồi đăng ký', en: 'The civil-status system asks for a supplement, then registers' },
    options: { citizens: 1, registryStates: ['2', '3', '4'] },
  },
  'registry-refuses': {
    title: { vi: 'Hệ thống hộ tịch từ chối', en: 'The civil-status system refuses' },
    options: { citizens: 1, registryStates: ['3', '6'] },
  },
  'empty-file': {
    title: { vi: 'Khai tử đã đăng ký mà chưa có tệp', en: 'A registered death without its file at first' },
    options: { registryStates: ['4-empty', '4'] },
    given: (simulator) => void simulator.apply({ kind: 'KT' }),
  },
  'no-result': {
    title: { vi: 'Đã đăng ký mà chưa có kết quả', en: 'Registered without a result at first' },
    options: { citizens: 1, registryStates: ['4-null', '4'] },
  },
  'registry-strange': {
    title: { vi: 'Hệ thống hộ tịch trả trạng thái không có trong bảng', en: 'The civil-status system gives a state that is in no table' },
    options: { citizens: 1, registryStates: ['9', '3', '4'] },
  },
  'caller-refused': {
    title: { vi: 'Hệ thống hộ tịch không nhận nơi gọi lần đầu (101)', en: 'The civil-status system does not know the caller at first (101)' },
    options: { citizens: 1, pushFault: '101' },
  },
  'push-refused': {
    title: { vi: 'Hệ thống hộ tịch không nhận hồ sơ (500)', en: 'The civil-status system refuses the dossier (500)' },
    options: { citizens: 1, pushFault: '500' },
  },
  strangers: {
    title: { vi: 'DVCLT không biết hồ sơ nào ngoài những hồ sơ đã nộp', en: 'DVCLT knows no dossier but those that were declared' },
    options: { unknownDossiers: 'refuse' },
  },
} as const satisfies Record<string, SimulatorScenario<DvcltSimulator>>;
