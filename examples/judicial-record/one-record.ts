/**
 * One judicial record certificate, told as it happens: applied for in VNeID, received, handed over, supplemented, received again, issued, given to the citizen, withdrawn.
 * Every call in either direction is a real one, over sockets; VNeID, the judicial-record software and the portal are simulators.
 *
 *   npm exec -- node examples/judicial-record/one-record.ts
 */
import type { Dossier, DossierStatus } from '../../src/model/canonical.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { startSystems, type Call } from './systems.ts';

const systems = await startSystems();
/** What the province's own system knows: it never hears of the software, and sends its whole dossier each time. */
let mine: Dossier | undefined;
let known: Dossier | undefined;
let code = '';

const line = (text: string): void => void process.stdout.write(`${text}\n`);
const show = (call: Call): void => line(`  ${`${call.from} → ${call.to}`.padEnd(26)}${call.what.padEnd(46)} ${call.answer}`);
/** Nothing where it is as it was. */
const changed = (what: string, before: string | undefined, after: string | undefined): void => {
  if (before !== after && after !== undefined) line(`  ${what.padEnd(26)}${before === undefined ? '' : `${before} → `}${after}`);
};
const papersOf = (dossier: Dossier | undefined): string | undefined => dossier?.components.flatMap(({ files }) => files.map(({ size = 0 }) => `${size} bytes`)).join(', ');
/** Where the gateway keeps a file; the beginning tells one from another. */
const placeOf = (url: string | undefined): string | undefined => url?.slice(0, 24);

function showChanges(before: Dossier | undefined, after: Dossier): void {
  changed('status / trạng thái', before?.status, after.status);
  changed('papers / giấy tờ', placeOf(before?.components[0]?.files[0]?.url), placeOf(after.components[0]?.files[0]?.url) ?? papersOf(after));
  changed('paid / đã nộp', before?.payments[0]?.status, after.payments[0] === undefined ? undefined : after.payments[0].status);
  changed('software / phần mềm', before?.judicialRecord?.backend?.state, after.judicialRecord?.backend?.state);
  changed('certificate / phiếu', placeOf(before?.judicialRecord?.certificate?.file?.url), placeOf(after.judicialRecord?.certificate?.file?.url));
  const { state, revocations = [] } = systems.citizenSees(after.code) ?? {};
  line(`  ${'citizen sees / VNeID'.padEnd(26)}${state ?? ''}${revocations.length > 0 ? ', withdrawn / đã thu hồi' : ''}`);
}

let chapter = 0;
/** Tells what is done, does it, waits for what comes of it, and shows that. */
async function tell(vi: string, en: string, act: () => Promise<void> | void, is: (dossier: Dossier) => boolean): Promise<void> {
  line(`\n${(chapter += 1)}. ${vi}\n   ${en}`);
  await act();
  const { dossier, calls } = await systems.until(code, is, en);
  calls.forEach(show);
  showChanges(known, dossier);
  known = dossier;
  // Times have no parts of a second: what follows is later.
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)));
}

/** The desk takes a step in the province's own system, which keeps nothing of what VNeID declared. */
async function desk(status: DossierStatus, action: string, more: (at: string, mine: Dossier) => Partial<Dossier> = () => ({})): Promise<void> {
  const at = instantFromEpoch(Date.now());
  if (mine === undefined) {
    const { judicialRecord: _record, components: _papers, history: _history, ...rest } = await systems.dossier(code);
    mine = { ...rest, sourceSystem: 'mot-cua', sourceId: '77', components: [], history: [] };
  }
  mine = { ...mine, sourceUpdatedAt: at, status, history: [...mine.history, { at, status, action, actor: 'Lê Thị Tiếp Nhận' }], ...more(at, mine) };
  await systems.send(mine);
}
const received = (at: string, { dates }: Dossier): Partial<Dossier> => ({ dates: { ...dates, acceptedAt: at, dueAt: instantFromEpoch(Date.parse(at) + 10 * 24 * 3_600_000) } });

try {
  line('Một Phiếu lý lịch tư pháp, kể từng bước / One judicial record certificate, step by step');
  await tell('Công dân nộp hồ sơ trên VNeID: VNeID xin mã, rồi gửi hồ sơ. Cổng cất giấy tờ, đã mã hóa.', 'A citizen applies in VNeID, which asks for a number and sends the dossier. The gateway keeps the papers, encrypted.',
    async () => void (code = await systems.apply()), (d) => d.status === 'SUBMITTED');
  await tell('Bộ phận một cửa tiếp nhận; cổng báo VNeID, chuyển hồ sơ sang phần mềm lý lịch tư pháp, báo Cổng DVCQG.', 'The one-stop desk receives it; the gateway tells VNeID, hands it over to the judicial-record software and tells the portal.',
    () => desk('ACCEPTED', 'Tiếp nhận', received), (d) => d.status === 'PROCESSING');
  const reason = 'Ảnh giấy tờ bị mờ, đề nghị chụp lại';
  await tell('Một cửa yêu cầu bổ sung.', 'The desk asks for a better paper.', () => desk('SUPPLEMENT_REQUIRED', 'Yêu cầu bổ sung', (at) => ({ statusReason: reason, supplements: [{ requestedAt: at, reason }] })), (d) => d.status === 'SUPPLEMENT_REQUIRED');
  await tell('Công dân bổ sung trên VNeID: toàn bộ hồ sơ được gửi lại; mã, lịch sử và khoản đã nộp giữ nguyên.', 'The citizen supplements in VNeID: the whole comes again; number, history and what was paid stay.', () => systems.later(1), (d) => d.status === 'SUBMITTED');
  await tell('Không nhận được trả lời, VNeID gửi lại đúng nội dung ấy: 00, không có gì đổi.', 'VNeID did not get the answer and says the same again: 00, and nothing is another.', () => systems.repeat(code), (d) => d.status === 'SUBMITTED');
  await tell('Một cửa tiếp nhận lại; phần mềm đã có hồ sơ và nói vậy.', 'The desk receives it again; the software has the dossier already, and says so.',
    () => desk('ACCEPTED', 'Tiếp nhận lại', (at, dossier) => ({ ...received(at, dossier), supplements: known?.supplements ?? [] })), (d) => d.status === 'PROCESSING' && d.judicialRecord?.backend?.submission === 2);
  await tell('Có phiếu: cổng hỏi và cất tệp PDF, rồi báo VNeID kèm phiếu.', 'There is a certificate: the gateway asks, keeps the PDF and tells VNeID, with the certificate.', () => systems.later(72), (d) => d.status === 'RESOLVED');
  await tell('Trả kết quả cho công dân.', 'The citizen gets the result.', () => desk('RETURNED', 'Trả kết quả', (at, { dates }) => ({ dates: { ...dates, returnedAt: at } })), (d) => d.status === 'RETURNED');
  await tell('Thu hồi: cổng hỏi lại phiếu (vừa được cấp lại) và gửi kèm quyết định.', 'It is withdrawn: the gateway asks for the certificate once more (it has just been issued anew) and sends it with the decision.', async () => {
    systems.reissue(code);
    const file = { name: 'quyet-dinh.pdf', url: systems.decisionUrl };
    await desk('RETURNED', 'Thu hồi phiếu', () => ({ judicialRecord: { form: '1', revocations: [{ decision: '12/QĐ-TH', reason: 'Thông tin chưa đúng', file }] } }));
  }, () => (systems.citizenSees(code)?.revocations.length ?? 0) > 0);
  line(`\nXong / Done: ${known?.status ?? ''}, ${known?.judicialRecord?.submissions?.length ?? 0} submissions, ${known?.history.length ?? 0} steps in the timeline`);
} finally {
  await systems.close();
}
