/** The demo's last page: what we counted beside what was published. Pure, so that a test can hold it. */
import type { DeliveryStats } from '../delivery/index.ts';
import type { LedgerCounts } from '../ledger/ledger.ts';
import { isCompleted, isInProcessing, isReceived, isStopped } from '../model/status.ts';
import type { DossierStatus } from '../model/canonical.ts';
import type { DeliveryReport } from '../testing/index.ts';
import { table, type Cell } from './output.ts';

export interface DemoFigures {
  counts: LedgerCounts;
  stats: DeliveryStats | undefined;
  report: DeliveryReport;
  portal: Record<string, number>;
  imported: { lines: number; refused: number };
  importedMs: number;
  totalMs: number;
}
export interface Published { received: number; online: number; inProcessing: number; stopped: number; completed: number; onlinePercent: string; progressSteps: number }

export function demoTable(figures: DemoFigures, published: Published): { text: string; ok: boolean } {
  const { counts, report, portal, stats } = figures;
  const sum = (test: (status: DossierStatus, channel: string) => boolean) =>
    Object.entries(counts.byStatusAndChannel).reduce((total, [path, n]) => {
      const [status = '', channel = ''] = path.split('/');
      return total + (test(status as DossierStatus, channel) ? n : 0);
    }, 0);
  const states = (operation: string, wanted: string[]) =>
    Object.entries(counts.exchanges).reduce((total, [path, n]) => {
      const [, op, state = ''] = path.split('/');
      return total + ((operation === '*' || op === operation) && wanted.includes(state) ? n : 0);
    }, 0);
  const lost = report.lost.length + report.missingUnflagged.length;
  const doubled = report.doubledDossiers.length + report.doubledSupplement.length + report.unaccountedDoubledSteps.length + report.tooOften.length;

  const compared: [string, number, number][] = [
    ['received / tiếp nhận', sum(isReceived), published.received],
    ['online / trực tuyến', sum((status, channel) => isReceived(status) && channel === 'ONLINE'), published.online],
    ['in processing / đang giải quyết', sum(isInProcessing), published.inProcessing],
    ['stopped or cancelled / dừng, hủy', sum(isStopped), published.stopped],
    ['completed / đã giải quyết', sum(isCompleted), published.completed],
    ['delivered to the portal / đã đồng bộ', portal['dossiers'] ?? 0, published.received],
    // The generator's own count: it does not pass through the adapters that the judge's expectation passes through.
    ['progress steps / bước tiến độ', (portal['steps'] ?? 0) - report.figures.doubledAccounted + report.figures.missingShown, published.progressSteps],
    ['lost / mất', lost, 0],
    ['doubled / trùng', doubled, 0],
  ];
  const rows: Cell[][] = compared.map(([name, ours, theirs]) => [name, ours, theirs, ours === theirs ? '=' : 'DIFFERS']);
  const plain: [string, number | string][] = [
    ['lines refused / dòng bị từ chối', figures.imported.refused],
    ['progress steps arrived / bước đã đến', portal['steps'] ?? 0],
    ['calls retried / gọi lại', stats?.retries ?? 0],
    ['lost replies / mất câu trả lời', stats?.lostReplies ?? 0],
    ['doubts flagged / nghi vấn', counts.doubts],
    ['dead letters / chờ người xử lý', states('*', ['dead', 'rejected'])],
    ['import, dossiers/s / nhập', Math.round(figures.imported.lines / (figures.importedMs / 1000))],
    ['accepted to delivered, dossiers/s', Math.round(figures.imported.lines / (figures.totalMs / 1000))],
    ['time, s / thời gian', (figures.totalMs / 1000).toFixed(1)],
  ];
  const ok = compared.every(([, ours, theirs]) => ours === theirs) && figures.imported.refused === 0 && report.ok;
  const text = [
    `Cần Thơ 1–13/07/2025 · online ${published.onlinePercent} %`,
    '',
    table(['', 'ours', 'published', ''], rows),
    '',
    table(['', 'this run'], plain),
  ].join('\n');
  return { text, ok };
}
