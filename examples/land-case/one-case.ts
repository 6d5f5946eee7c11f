/**
 * One land case, told as it happens: submitted, supplemented, taxed, paid, finished, handed over, found to be wrong, corrected, handed over
 * again. Every call in either direction is a real one, over sockets; the land system and the portal are simulators.
 *
 *   npm exec -- node examples/land-case/one-case.ts
 */
import type { Dossier, HistoryEntry } from '../../src/model/canonical.ts';
import { wire14FromInstant } from '../../src/model/time.ts';
import given from './dossier.json' with { type: 'json' };
import { startSystems, type Call } from './systems.ts';

const systems = await startSystems();
/** What the province's own system knows: it never hears of the land system, and sends its whole dossier each time. */
let mine = given as Dossier;
let known: Dossier | undefined;

const line = (text: string): void => void process.stdout.write(`${text}\n`);
const show = (call: Call): void => line(`  ${`${call.from} → ${call.to}`.padEnd(26)}${call.what.padEnd(46)} ${call.answer}`);
/** Nothing where it is as it was. */
const changed = (what: string, before: string | undefined, after: string | undefined): void => {
  if (before !== after && after !== undefined) line(`  ${what.padEnd(26)}${before === undefined ? '' : `${before} → `}${after}`);
};

const filesOf = ({ landCase }: Dossier) => (landCase === undefined ? [] : [...landCase.results, ...landCase.events.flatMap(({ files }) => files ?? []), ...landCase.obligations.flatMap(({ document }) => document ?? [])]);
const hashOf = (dossier: Dossier | undefined, link: string): string | undefined => (dossier === undefined ? undefined : filesOf(dossier).find((file) => file.link === link && file.fetched !== undefined)?.fetched?.sha256);

/** What is another in the dossier than it was. */
function showChanges(before: Dossier | undefined, after: Dossier): void {
  changed('status / trạng thái', before?.status, after.status);
  changed('land case / đất đai', before?.landCase?.state, after.landCase?.state);
  changed('due / hẹn trả', before?.dates.dueAt, after.dates.dueAt);
  for (const { noticeNumber = '', taxKind = '', amount, payments } of after.landCase?.obligations ?? []) {
    const text = (owed: number | undefined, isPaid: boolean): string => `${taxKind} ${noticeNumber}: ${owed === undefined ? 'amount not told yet / chưa có số tiền' : `${owed.toLocaleString('en-US')} VND`}, ${isPaid ? 'paid / đã nộp' : 'owed / phải nộp'}`;
    const was = before?.landCase?.obligations.find((one) => one.noticeNumber === noticeNumber);
    const paid = (list: typeof payments): boolean => list?.some(({ status }) => status === 'PAID') === true;
    const now = text(amount, paid(payments));
    if (was === undefined || text(was.amount, paid(was.payments)) !== now) line(`  ${'owed / nghĩa vụ'.padEnd(26)}${now}`);
  }
  for (const link of new Set(filesOf(after).map((file) => file.link))) {
    const hash = hashOf(after, link);
    if (hash !== undefined && hash !== hashOf(before, link)) {
      const file = filesOf(after).find((one) => one.link === link && one.fetched !== undefined);
      line(`  ${'file / tệp'.padEnd(26)}${file?.name ?? link}, ${file?.fetched?.bytes ?? 0} bytes, SHA-256 ${hash}`);
    }
  }
}

let chapter = 0;
/** Tells what is done, does it, waits for what comes of it, and shows that. */
async function tell(vi: string, en: string, act: () => Promise<void> | void, is: (dossier: Dossier) => boolean): Promise<void> {
  line(`\n${(chapter += 1)}. ${vi}\n   ${en}`);
  await act();
  const { dossier, calls } = await systems.until(mine.code, is, en);
  calls.forEach(show);
  showChanges(known, dossier);
  known = dossier;
}

/** The desk takes a step in the province's own system. */
async function desk(entry: Omit<HistoryEntry, 'at'>, more: (at: string) => Partial<Dossier> = () => ({})): Promise<void> {
  const at = systems.later();
  mine = { ...mine, sourceUpdatedAt: at, status: entry.status, history: [...mine.history, { at, actor: 'Lê Thị Tiếp Nhận', ...entry }], ...more(at) };
  await systems.send(mine);
}
const events = (dossier: Dossier, kind: string): number => dossier.landCase?.events.filter((event) => event.kind === kind).length ?? 0;
const later = (): void => void systems.later();

/** As the portal pushes it: XML in base64, amounts and all. */
function taxNotice(number: string): string {
  const xml = `<?xml version="1.0" encoding="utf-8"?><DATA><BODY><ROW_LIST><MA_HSO>${mine.code}</MA_HSO><LIST><ROW><MA_SO_THUE>9300000001</MA_SO_THUE><SO_QUYET_DINH>${number}</SO_QUYET_DINH><TEN_TIEUMUC>Lệ phí trước bạ</TEN_TIEUMUC><SO_TIEN>1250000</SO_TIEN></ROW></LIST></ROW_LIST></BODY></DATA>`;
  return Buffer.from(xml).toString('base64');
}
const noticeNumber = (): string => known?.landCase?.obligations[0]?.noticeNumber ?? '';

try {
  line(`Một hồ sơ đất đai, kể từng bước / One land case, step by step\n${mine.code} · ${mine.procedure.name}`);
  await tell('Bộ phận một cửa tiếp nhận và chuyển hồ sơ; cổng gửi sang hệ thống đất đai và Cổng DVCQG.', 'The one-stop desk has accepted the dossier; the gateway sends it to the land system and to the national portal.',
    () => systems.send(mine), () => true);
  await tell('Cơ quan đất đai luân chuyển hồ sơ giữa các cán bộ.', 'The land office moves the case between its officers.', later, (d) => events(d, 'HANDOVER') === 1);
  await tell('Thiếu giấy tờ: yêu cầu bổ sung, kèm thông báo.', 'A paper is missing: a supplement is required, with a notice.', later, (d) => d.status === 'SUPPLEMENT_REQUIRED');
  await tell('Người dân bổ sung tại bộ phận một cửa; hẹn trả mới.', 'The citizen brings the paper to the desk; there is a new due date.',
    () => desk({ status: 'PROCESSING', action: 'Nhận bổ sung' }, (at) => ({
      supplements: [{ requestedAt: at, reason: 'Theo thông báo của cơ quan đất đai', completedAt: at, newDueAt: '2025-09-26T10:00:00Z', papers: [{ name: 'Trích lục bản đồ địa chính' }] }],
      components: [...mine.components, { name: 'Trích lục bản đồ địa chính', originals: 1, files: [{ id: '3', name: 'trich-luc.pdf' }] }],
    })), (d) => d.status === 'PROCESSING');
  await tell('Cơ quan đất đai báo đã nhận bổ sung, ngày hẹn trả mới.', 'The land office confirms that it came, and the new due date.', later, (d) => events(d, 'SUPPLEMENT_RECEIVED') === 1);
  await tell('Hồ sơ được chuyển tiếp.', 'The case moves on.', later, (d) => events(d, 'HANDOVER') === 2);
  await tell('Có thông báo thuế: người dân phải thực hiện nghĩa vụ tài chính.', 'A tax notice: the citizen has a financial obligation.', later, (d) => d.status === 'PAYMENT_REQUIRED');
  await tell('Cổng DVCQG gửi thông báo thuế có số tiền (XML).', 'The national portal sends the notice with its amount (XML).',
    () => systems.portalSays('ImportThongBaoThueFromDVCQG', { FileThongBaoThue: taxNotice(noticeNumber()) }), (d) => d.landCase?.obligations[0]?.amount !== undefined);
  await tell('Người dân nộp thuế: Cổng DVCQG gửi chứng từ, cổng báo hệ thống đất đai.', 'The citizen pays: the portal sends the voucher, and the gateway tells the land system.',
    () => systems.portalSays('ImportChungTuThueFromDVCQG', { MaHoSo: mine.code, MaSoThue: '9300000001', ThongTinThanhToan: { ThoiGianThanhToan: wire14FromInstant(systems.later()), MaThongBaoThue: noticeNumber(), TrangThaiThanhToan: '1', SoTien: '1250000' } }),
    (d) => d.status === 'PROCESSING');
  await tell('Hồ sơ được chuyển tiếp.', 'The case moves on.', later, (d) => events(d, 'HANDOVER') === 3);
  await tell('Kết thúc, có kết quả: cổng tải tệp và giữ mã băm.', 'Finished, with a result: the gateway fetches the file and keeps its hash.', later, (d) => d.status === 'RESOLVED');
  await tell('Trả kết quả cho người dân.', 'The citizen gets the result.', () => desk({ status: 'RETURNED', action: 'Trả kết quả' }, (at) => ({ dates: { ...mine.dates, returnedAt: at } })), (d) => d.landCase?.state === 'RETURNED_TO_CITIZEN');
  await tell('Kết quả sai: bộ phận một cửa phản hồi.', 'The result is wrong: the desk says so.', () => desk({ status: 'RETURNED', subStatus: 'WRONG_RESULT', action: 'Phản hồi kết quả sai', note: 'Sai diện tích thửa đất' }), () => true);
  await tell('Cơ quan đất đai chuyển lại cho cán bộ.', 'The land office gives it back to the officer.', later, (d) => events(d, 'HANDOVER') === 4);
  await tell('Có kết quả đã đính chính; hồ sơ không lùi trạng thái.', 'There is a corrected result; the dossier does not move back.', later, (d) => events(d, 'FINISHED') === 2);
  await tell('Trả kết quả đã đính chính.', 'The citizen gets the corrected result.', () => desk({ status: 'RETURNED', action: 'Trả kết quả đã đính chính' }, (at) => ({ dates: { ...mine.dates, returnedAt: at } })), () => true);
  line(`\nXong / Done: ${known?.status ?? ''}, ${known?.landCase?.state ?? ''}, ${known?.landCase?.events.length ?? 0} events, ${known?.history.length ?? 0} steps in the timeline`);
} finally {
  await systems.close();
}
