/** What arrived, beside what was to arrive. Pure, so that a test can hold it. */
import type { DeliveryStats } from '../delivery/index.ts';
import type { LedgerCounts } from '../ledger/ledger.ts';
import type { DeliveryReport } from '../testing/index.ts';
import type { CivilReport } from './demo-civil-check.ts';
import type { EmcReport } from './demo-emc.ts';
import type { JudicialReport } from './demo-judicial-check.ts';
import type { LandReport } from './demo-land-check.ts';
import { table, type Cell } from './output.ts';

export interface DemoFigures {
  counts: LedgerCounts;
  stats: DeliveryStats | undefined;
  report: DeliveryReport;
  portal: Record<string, number>;
  emc: EmcReport;
  imported: { lines: number; refused: number };
  importedMs: number;
  totalMs: number;
}
/** What the run was about. */
export interface Planned { title: string; received: number; progressSteps: number }

/** Exchanges of an upstream, or of all, in one of the states. */
function exchangesIn(counts: LedgerCounts, states: readonly string[], upstream?: string): number {
  return Object.entries(counts.exchanges).reduce((total, [path, n]) => {
    const [id, , state = ''] = path.split('/');
    return total + ((upstream === undefined || id === upstream) && states.includes(state) ? n : 0);
  }, 0);
}
const same = (ours: number, theirs: number): string => (ours === theirs ? '=' : 'DIFFERS');

export function demoTable(figures: DemoFigures, planned: Planned): { text: string; ok: boolean } {
  const { counts, report, portal, emc, stats } = figures;
  const lost = report.lost.length + report.missingUnflagged.length;
  const doubled = report.doubledDossiers.length + report.doubledSupplement.length + report.unaccountedDoubledSteps.length + report.tooOften.length;

  const compared: [string, number, number][] = [
    ['delivered to the portal / đã đồng bộ', portal['dossiers'] ?? 0, planned.received],
    // The generator's own count: it does not pass through the adapters that the judge's expectation passes through.
    ['progress steps / bước tiến độ', (portal['steps'] ?? 0) - report.figures.doubledAccounted + report.figures.missingShown, planned.progressSteps],
    ['lost / mất', lost, 0],
    ['doubled / trùng', doubled, 0],
    ['states counted by EMC / trạng thái EMC đếm', emc.counted, emc.expected],
    ['lost, doubled at EMC / mất, trùng ở EMC', emc.lost + emc.doubled, 0],
  ];
  const rows: Cell[][] = compared.map(([name, ours, theirs]) => [name, ours, theirs, same(ours, theirs)]);
  const plain: [string, number | string][] = [
    ['lines refused / dòng bị từ chối', figures.imported.refused],
    ['progress steps arrived / bước đã đến', portal['steps'] ?? 0],
    ['calls retried / gọi lại', stats?.retries ?? 0],
    ['lost replies / mất câu trả lời', stats?.lostReplies ?? 0],
    ['doubts flagged / nghi vấn', counts.doubts],
    ['dead letters / chờ người xử lý', exchangesIn(counts, ['dead', 'rejected'])],
    ['import, dossiers/s / nhập', Math.round(figures.imported.lines / (figures.importedMs / 1000))],
    ['accepted to delivered, dossiers/s', Math.round(figures.imported.lines / (figures.totalMs / 1000))],
    ['time, s / thời gian', (figures.totalMs / 1000).toFixed(1)],
  ];
  const ok = compared.every(([, ours, theirs]) => ours === theirs) && figures.imported.refused === 0 && report.ok;
  const text = [
    planned.title,
    '',
    table(['', 'ours', 'planned', ''], rows),
    '',
    table(['', 'this run'], plain),
  ].join('\n');
  return { text, ok };
}

export interface LandDemoFigures {
  report: LandReport;
  /** files whose content, asked for once more, is another one */
  wrongFiles: number;
  /** answers of the desk that the gateway refused */
  refused: number;
  /** calls of the land system, repeats not counted */
  callbacks: number;
  counts: LedgerCounts;
  statsBefore: DeliveryStats | undefined;
  stats: DeliveryStats | undefined;
  totalMs: number;
}

/** The land dossiers of the fortnight, there and back: what three journals say beside the plan. */
export function landTable(figures: LandDemoFigures): { text: string; ok: boolean } {
  const { report: { counted, planned, lost, doubled, different, ok: judged }, stats, statsBefore } = figures;
  const compared: [string, number, number][] = [
    ['sent to the land system (O1) / đã gửi', counted.sent, planned.sent],
    ['moved between officers (I1) / luân chuyển', counted.moves, planned.moves],
    ['supplement required (I2) / yêu cầu bổ sung', counted.supplements, planned.supplements],
    ['paused (I2) / tạm dừng', counted.pauses, planned.pauses],
    ['papers received, goes on (I3) / đã nhận bổ sung', counted.received, planned.received],
    ['tax notices (I4) / thông báo thuế', counted.taxed, planned.taxed],
    ['supplemented or paid, told (O2) / đã bổ sung, đã nộp', counted.answered, planned.answered],
    ['finished (I5) / kết thúc', counted.finished, planned.finished],
    ['  of these without a result / không có kết quả', counted.withoutResult, planned.withoutResult],
    ['files fetched, SHA-256 kept / tệp đã tải', counted.files, planned.files],
    ['handed to the citizen, told (O3) / đã trả', counted.returned, planned.returned],
    ['portal steps that came of it / bước tiến độ lên cổng', counted.steps, planned.steps],
    ['ended otherwise in one journal / lệch giữa ba sổ', different.length, 0],
    ['lost / mất', lost.length, 0],
    ['doubled / trùng', doubled.length, 0],
  ];
  const plain: [string, number | string][] = [
    ['calls of the land system / lời gọi về tỉnh', figures.callbacks],
    ['files with another hash / tệp sai mã băm', figures.wrongFiles],
    ['answers of the desk refused / bị từ chối', figures.refused],
    ['calls retried / gọi lại', (stats?.retries ?? 0) - (statsBefore?.retries ?? 0)],
    ['lost replies / mất câu trả lời', (stats?.lostReplies ?? 0) - (statsBefore?.lostReplies ?? 0)],
    ['dead letters / chờ người xử lý', exchangesIn(figures.counts, ['dead', 'rejected'])],
    ['time, s / thời gian', (figures.totalMs / 1000).toFixed(1)],
  ];
  const ok = judged && figures.wrongFiles === 0 && figures.refused === 0 && compared.every(([, ours, theirs]) => ours === theirs);
  const text = [
    'Land dossiers of the fortnight, there and back / Hồ sơ đất đai đi và về',
    '',
    table(['', 'ours', 'planned', ''], compared.map(([name, ours, theirs]): Cell[] => [name, ours, theirs, same(ours, theirs)])),
    '',
    table(['', 'this run'], plain),
  ].join('\n');
  return { text, ok };
}

/** What a part of the run has that dossiers came in from elsewhere. */
export interface PartFigures {
  emc: EmcReport;
  /** decisions of the desk that the gateway refused */
  refused: number;
  /** calls that each other system made or got, repeats included */
  calls: number;
  counts: LedgerCounts;
  statsBefore: DeliveryStats | undefined;
  stats: DeliveryStats | undefined;
  totalMs: number;
}

/** One part: rows that must be the same, and the run's own. */
function partTable(title: string, figures: PartFigures, compared: [string, number, number][], plain: [string, number | string][], judged: boolean): { text: string; ok: boolean } {
  const { emc, refused, counts, statsBefore, stats, totalMs } = figures;
  const all: [string, number, number][] = [
    ...compared, ['states counted by EMC / trạng thái EMC đếm', emc.counted, emc.expected], ['lost, doubled at EMC / mất, trùng ở EMC', emc.lost + emc.doubled, 0],
  ];
  const run: [string, number | string][] = [
    ...plain, ['decisions of the desk refused / bị từ chối', refused],
    ['calls retried / gọi lại', (stats?.retries ?? 0) - (statsBefore?.retries ?? 0)], ['lost replies / mất câu trả lời', (stats?.lostReplies ?? 0) - (statsBefore?.lostReplies ?? 0)],
    ['dead letters / chờ người xử lý', exchangesIn(counts, ['dead', 'rejected'])], ['time, s / thời gian', (totalMs / 1000).toFixed(1)],
  ];
  const rows = all.map(([name, ours, theirs]): Cell[] => [name, ours, theirs, same(ours, theirs)]);
  return { text: [title, '', table(['', 'ours', 'planned', ''], rows), '', table(['', 'this run'], run)].join('\n'), ok: judged && refused === 0 && all.every(([, ours, theirs]) => ours === theirs) };
}

const LLTP_STATES: readonly (readonly [state: string, name: string])[] = [
  ['2', '2 received / được tiếp nhận'], ['3', '3 not accepted / không được tiếp nhận'], ['4', '4 in process / đang xử lý'], ['5', '5 supplement required / yêu cầu bổ sung'],
  ['9', '9 finished / đã xử lý xong'], ['10', '10 returned / đã trả kết quả'], ['thuhoi', 'withdrawal / thu hồi'],
];

/** Judicial records: from the citizen's number to the certificate, by the journals of VNeID, the software, the gateway and the portal. */
export function judicialTable({ report: { counted, planned, lost, doubled, different, ok }, sent, unused, ...figures }: PartFigures & { report: JudicialReport; /** bodies of L2 that VNeID sent */ sent: number; /** numbers that were given and never used */ unused: number }): { text: string; ok: boolean } {
  return partTable('Judicial records through VNeID / Lý lịch tư pháp qua VNeID', figures, [
    ['numbers issued (L1) / mã hồ sơ đã cấp', counted.codes, planned.codes],
    ['dossiers created (L2) / hồ sơ mới', counted.created, planned.created],
    ['supplements taken (L2) / bổ sung đã nhận', counted.supplemented, planned.supplemented],
    ['handed to the software (L4) / đã chuyển', counted.pushed, planned.pushed],
    ['certificates, the same in all three (L5, L6) / Phiếu', counted.certificates, planned.certificates],
    ...LLTP_STATES.map(([state, name]): [string, number, number] => [`  told VNeID (L6): ${name}`, counted.told[state] ?? 0, planned.told[state] ?? 0]),
    ['returned / đã trả', counted.returned, planned.returned],
    ['refused / từ chối', counted.refused, planned.refused],
    ['  fee to be paid back / phí phải hoàn', counted.refundsDue, planned.refundsDue],
    ['  fee paid back / phí đã hoàn', counted.refundsSettled, planned.refundsSettled],
    ['portal steps / bước tiến độ lên cổng', counted.steps, planned.steps],
    ['ended otherwise in one journal / lệch giữa các sổ', different.length, 0],
    ['lost / mất', lost.length, 0],
    ['doubled / trùng', doubled.length, 0],
  ], [
    ['calls of VNeID / lời gọi của VNeID', figures.calls], ['submissions sent, each answer lost once / lượt gửi, mỗi lượt mất trả lời một lần', sent], ['numbers never used / mã không dùng', unused],
  ], ok);
}

const DVCLT_EVENTS: readonly (readonly [event: string, name: string])[] = [
  ['1', '1 received / đã nhận'], ['2', '2 supplement required / yêu cầu bổ sung'], ['3', '3 accepted / tiếp nhận'], ['7', '7 handed over / đã chuyển hộ tịch'],
  ['4', '4 registered / đã đăng ký'], ['5', '5 returned / đã trả'], ['6', '6 refused / từ chối'],
];

/** Births and deaths: from the list of the interconnected service to the newborn's number, by its journal, the civil-status system's, the gateway's and the portal's. */
export function civilTable({ report: { counted, planned, lost, doubled, different, ok }, told, ...figures }: PartFigures & { report: CivilReport; /** K7 that found the event there already */ told: number }): { text: string; ok: boolean } {
  return partTable('Births and deaths through the interconnected service / Khai sinh, khai tử liên thông', figures, [
    ['births taken in (K2, K3) / khai sinh đã nhận', counted.births, planned.births],
    ['deaths taken in (K2, K3) / khai tử đã nhận', counted.deaths, planned.deaths],
    ['acknowledged, supplements too (K4) / đã báo nhận', counted.acknowledged, planned.acknowledged],
    ['handed to civil status (K5) / đã chuyển', counted.pushed, planned.pushed],
    ['registered, the same in both (K6, K7) / đã đăng ký', counted.registered, planned.registered],
    ['  newborns with their number / trẻ có số định danh', counted.newborns, planned.newborns],
    ...DVCLT_EVENTS.map(([event, name]): [string, number, number] => [`  told (K7): ${name}`, counted.told[event] ?? 0, planned.told[event] ?? 0]),
    ['returned / đã trả', counted.returned, planned.returned],
    ['refused / từ chối', counted.refused, planned.refused],
    ['portal steps / bước tiến độ lên cổng', counted.steps, planned.steps],
    ['ended otherwise in one journal / lệch giữa các sổ', different.length, 0],
    ['lost / mất', lost.length, 0],
    ['doubled / trùng', doubled.length, 0],
  ], [['calls of the gateway / lời gọi của cổng', figures.calls], ['found done before / đã làm từ trước', told]], ok);
}
