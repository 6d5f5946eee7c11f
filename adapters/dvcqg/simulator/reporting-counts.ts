/** What the simulated portal counts for its reports (EMC fact sheet A.6.2, A.6.3): facts of each dossier that was synchronised, and sums over them. */
import { textOf, type Fields } from './checks.ts';
import type { PortalDossier } from './state.ts';

/** Kept of every snapshot; a few numbers, nothing personal. Times are the wire's own texts. */
export interface ReportFacts {
  submitted: string;
  due: string;
  finished: string;
  channel: string;
  paidOnline: string;
  /** [asked, answered or ''] of each request for supplement */
  supplements: readonly (readonly [string, string])[];
  feeOwed: boolean;
  resultFile: boolean;
  componentFile: boolean;
  digitised: boolean;
  fromRepository: boolean;
  population: boolean;
}

const list = (item: Fields, name: string): Fields[] => {
  const value = item[name];
  return Array.isArray(value) ? (value as unknown[]).filter((one): one is Fields => typeof one === 'object' && one !== null) : [];
};
const NOTHING: readonly (readonly [string, string])[] = [];
/** The population database in DSKetNoiCSDL. */
const POPULATION = '1';

export function reportFactsOf(item: Fields): ReportFacts {
  const papers = list(item, 'TaiLieuNop');
  const supplements = list(item, 'DanhSachHoSoBoSung');
  return {
    submitted: textOf(item, 'NgayNopHoSo'),
    due: textOf(item, 'NgayHenTra'),
    finished: textOf(item, 'NgayKetThucXuLy'),
    channel: textOf(item, 'KenhThucHien'),
    paidOnline: textOf(item, 'DuocThanhToanTrucTuyen'),
    supplements: supplements.length === 0 ? NOTHING : supplements.map((one) => [textOf(one, 'NgayBoSung'), textOf(one, 'NgayTiepNhanBoSung')]),
    feeOwed: list(item, 'DanhSachLePhi').some((fee) => Number(textOf(fee, 'Gia')) > 0),
    resultFile: list(item, 'DanhSachGiayToKetQua').some((result) => textOf(result, 'DuongDanTepTinKetQua') !== ''),
    componentFile: papers.some((paper) => textOf(paper, 'DuongDanTaiTepTin') !== '' && textOf(paper, 'IsDeleted') !== 'True'),
    digitised: textOf(item, 'HoSoCoThanhPhanSoHoa') === '1' || papers.some((paper) => textOf(paper, 'DuocSoHoa') === '1'),
    fromRepository: papers.some((paper) => textOf(paper, 'DuocLayTuKhoDMQG') === '1'),
    population: textOf(item, 'TaiKhoanDuocXacThucVoiVNeID') === '1' || list(item, 'DSKetNoiCSDL').some((base) => textOf(base, 'MaCSDL') === POPULATION),
  };
}

export interface Progress { ended: boolean; onTime: boolean | null; days: number | null }
export interface Counted extends ReportFacts { status: string; procedure: string; accepted: string; progress: Progress }

const DAY_MS = 86_400_000;
function ms(wire: string): number {
  const n = (from: number, to: number): number => Number(wire.slice(from, to));
  return wire === '' ? Number.NaN : Date.UTC(n(0, 4), n(4, 6) - 1, n(6, 8), n(8, 10) - 7, n(10, 12), n(12, 14));
}

/** A.6.3, read straight off the sheet. @param periodEnd ms */
export function progressOf(dossier: PortalDossier, periodEnd: number): Progress {
  const { facts, steps, status } = dossier;
  const last = (wanted: string): number => {
    for (let i = steps.length - 1; i >= 0; i -= 1) if (steps[i]?.TrangThai === wanted) return ms(steps[i]?.ThoiDiemXuLy ?? '');
    return Number.NaN;
  };
  const asked = facts?.supplements ?? NOTHING;
  const requests = Math.max(asked.length, steps.filter((step, i) => step.TrangThai === '5' && steps[i - 1]?.TrangThai !== '5').length);
  const finished = ms(facts?.finished ?? '');
  const candidates = [last('9'), status === '9' || status === '10' ? finished : Number.NaN, last('10')];
  for (const code of ['8', '3', '7']) if (status === code) candidates.push(last(code), finished);
  let end = candidates.find((at) => !Number.isNaN(at)) ?? Number.NaN;
  const ended = !Number.isNaN(end);
  let paused = 0;
  for (const [from, to] of asked) if (from !== '' && to !== '') paused += Math.max(0, ms(to) - ms(from));
  if (asked.length === 0) for (let i = 0; i < steps.length; i += 1) if (steps[i]?.TrangThai === '5' && steps[i - 1]?.TrangThai !== '5') {
    const next = steps.slice(i + 1).find((step) => step.TrangThai !== '5');
    if (next !== undefined) paused += Math.max(0, ms(next.ThoiDiemXuLy) - ms(steps[i]?.ThoiDiemXuLy ?? ''));
  }
  if (ended) end -= paused;
  else if (requests > 1) return { ended: false, onTime: false, days: null };
  else if (requests === 1 && status === '5') end = ms(asked.at(-1)?.[0] ?? '') || last('5');
  else end = periodEnd;
  const due = ms(facts?.due ?? '');
  const began = ms(dossier.acceptedAt);
  return { ended, onTime: Number.isNaN(due) ? null : end <= due, days: ended && !Number.isNaN(began) && (status === '9' || status === '10') ? (end - began) / DAY_MS : null };
}

const some = (rows: readonly Counted[], test: (row: Counted) => boolean): number => rows.reduce((n, row) => n + (test(row) ? 1 : 0), 0);
const kinds = (rows: readonly Counted[], test: (row: Counted) => boolean): number => new Set(rows.filter(test).map(({ procedure }) => procedure)).size;
/** States 1 and 3 were never received; 7 only where it had been accepted. */
const received = (rows: readonly Counted[]): Counted[] => rows.filter(({ status, accepted }) => status !== '1' && status !== '3' && (status !== '7' || accepted !== ''));

/** The flat parameters of a tree; null where dossiers cannot tell. */
export function sumsOf(tree: 'dvc-progress-tree' | 'provide-online-tree' | 'formality-online-payment-tree', all: readonly Counted[]): Record<string, number | null> {
  const rows = received(all);
  const online = (row: Counted): boolean => row.channel === '2';
  if (tree === 'dvc-progress-tree') {
    const days = rows.flatMap(({ progress }) => (progress.days === null ? [] : [progress.days]));
    return { totalReceived: rows.length, totalOnTime: some(rows, ({ progress }) => progress.onTime === true), totalOverdue: some(rows, ({ progress }) => progress.onTime === false), totalCompleted: some(rows, ({ status }) => status === '9' || status === '10'), avgProcessingDays: days.length === 0 ? null : Math.round((days.reduce((a, b) => a + b, 0) / days.length) * 100) / 100 };
  }
  if (tree === 'provide-online-tree') {
    return {
      partialCount: null, fullCount: null, authorityCount: null, onlineDossierCount: kinds(rows, online), onlineServiceTotal: null,
      // Absent counts as direct.
      channelOnlineSum: some(rows, online), channelDirectSum: some(rows, ({ channel }) => channel === '1' || channel === ''), channelPostalSum: some(rows, ({ channel }) => channel === '3'), channelTotalSum: rows.length,
      onlineOnTimeSum: some(rows, (row) => online(row) && row.progress.onTime === true), onlineOverdueSum: some(rows, (row) => online(row) && row.progress.onTime === false),
    };
  }
  const paid = (row: Counted): boolean => row.paidOnline === '1' || row.paidOnline === '2';
  return {
    totalFeeDossierFormality: kinds(rows, ({ feeOwed }) => feeOwed), totalFeeFormality: null,
    totalDossierOnlineFormalityPaymentSuccess: kinds(rows, paid), totalFeeDossierFormalityDistinct: kinds(rows, ({ feeOwed }) => feeOwed),
    totalDossierOnlinePaymentSuccess: some(rows, paid), totalDossierFinancialObligation: some(rows, ({ feeOwed }) => feeOwed),
  };
}

export interface Metric { name: string; max: number; /** per cent that gives full marks */ threshold: number; count?(rows: readonly Counted[]): { numerator: number | null; denominator: number | null } }
const share = (test: (row: Counted) => boolean) => (all: readonly Counted[]) => {
  const rows = received(all);
  return { numerator: some(rows, test), denominator: rows.length };
};
export const METRICS = {
  PUBLISH_ON_TIME: { name: 'Công bố đúng hạn', max: 6, threshold: 100 },
  PUBLIC_UPDATE_ON_TIME: { name: 'Công khai đúng hạn', max: 4, threshold: 100 },
  PUBLIC_CONTENT_FULL: { name: 'Công khai đủ bộ phận cấu thành', max: 2, threshold: 100 },
  DOSSIER_SYNC: { name: 'Hồ sơ đồng bộ lên Cổng DVCQG', max: 6, threshold: 100, count: share(() => true) },
  PETITION_PROCESSING_ON_TIME: { name: 'Phản ánh, kiến nghị xử lý đúng hạn', max: 6, threshold: 100 },
  PETITION_HANDLING_SATISFACTION: { name: 'Hài lòng về xử lý phản ánh, kiến nghị', max: 6, threshold: 100 },
  DOSSIER_RECEIVING_SATISFACTION: { name: 'Hài lòng về giải quyết thủ tục', max: 6, threshold: 90 },
  ORIGINAL_RESULT_AVAILABLE: { name: 'Cấp kết quả điện tử', max: 6, threshold: 100, count: (all) => ({ numerator: some(received(all), ({ resultFile }) => resultFile), denominator: null }) },
  SO_HOA_GIAY_TO_GIAI_QUYET: { name: 'Số hóa hồ sơ, kết quả', max: 4, threshold: 80, count: share(({ componentFile, resultFile }) => componentFile && resultFile) },
  REUSED_DIGITIZED_DATA: { name: 'Khai thác, sử dụng lại dữ liệu số hóa', max: 2, threshold: 80, count: share(({ digitised }) => digitised) },
  SYNCED_WITH_DVCQG_PERSONAL_STORAGE: { name: 'Số hóa để dùng lại, chia sẻ', max: 4, threshold: 100, count: share(({ fromRepository }) => fromRepository) },
  CITIZEN_DATA_CONNECTED_FORMALITY: { name: 'Thủ tục kết nối dữ liệu dân cư', max: 2, threshold: 100, count: (all) => ({ numerator: kinds(received(all), ({ population }) => population), denominator: null }) },
  CITIZEN_DATA_CONNECTED_DOSSIER: { name: 'Hồ sơ kết nối dữ liệu dân cư', max: 2, threshold: 100, count: (all) => ({ numerator: some(received(all), ({ population }) => population), denominator: null }) },
  ELECTRONIC_CERTIFIED_COPY: { name: 'Chứng thực bản sao điện tử', max: 2, threshold: 100 },
} as const satisfies Record<string, Metric>;
export type MetricCode = keyof typeof METRICS;
