/** The adapter's fixtures for the conformance suite: what is known of DVCLT and the civil-status system from elsewhere than the adapter's own code (fact sheet 3, 6, 7). */
import type { Arbitrary, Draw, FixturesOf, KnownValue } from '../../src/adapter/fixtures.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import type { dvclt } from './adapter.ts';
import { BTP_TABLE, DVCLT, SEX, type DvcltStatus } from './codes.ts';
import type { DvcltConfig } from './config.ts';
import type { ReportInput } from './encode-status.ts';
import { ACKNOWLEDGE_ANSWERS, DETAIL_ANSWERS, LIST_ANSWERS, PUSH_ANSWERS, RESULT_ANSWERS, STATUS_ANSWERS } from './fixtures/answers.ts';
import { accepted, ENTRIES, eventOf, handedOver, keptFile, registered } from './fixtures/dossiers.ts';
import type { DvcltSimulator } from './simulator.ts';

const CONFIG = {
  baseUrl: 'http://127.0.0.1:9', provinceCode: '99', units: { 99001: { code: 'H99.45.01', name: 'UBND Xã Ví Dụ' } },
  gateway: { kind: 'password', tokenUrl: 'https://dvclt.example.vn/api/authentication/token', user: 'tinh-mau', password: 'mat-khau-mau-khong-dung-that' },
  civilStatus: { baseUrl: 'http://127.0.0.1:9', gateway: { kind: 'client-credentials', tokenUrl: 'https://lgsp.example.vn/token', key: 'khoa-mau-lgsp', secret: 'bi-mat-mau-lgsp-khong-dung-that' } },
};

// ---- what is planned, told in another way than `events.ts` does it ---------------------------------------------------------

/** How far on the way of 3.7 an entry shows that the dossier has come: 3, 7, 4, 5. */
function place({ status, id = '' }: Dossier['history'][number]): number {
  if (status === 'RETURNED') return 4;
  if (status === 'RESOLVED') return 3;
  if (status === 'PROCESSING') return id.startsWith('dvclt:handed-over:') ? 2 : 1;
  return status === 'ACCEPTED' ? 1 : 0;
}
/** Received once; then for each submission as far as it came, a refusal, and each request for a supplement; nothing behind a registration that cannot be told. */
function events(d: Dossier): number {
  const time = (at: string): number => new Date(at).getTime();
  const word = ['1'];
  let submission = 1;
  let state = { far: 0, refused: false, told: false, waiting: false };
  for (const entry of [...d.history].sort((a, b) => time(a.at) - time(b.at))) {
    const [, n] = /^dvclt:received:(\d+)$/.exec(entry.id ?? '') ?? [];
    if (n !== undefined && Number(n) > submission) {
      submission = Number(n);
      state = { far: 0, refused: false, told: false, waiting: false };
      continue;
    }
    const { refused, waiting } = state;
    // Under way while an officer decided otherwise, or closed at the counter after a refusal: DVCLT hears nothing of it.
    const isLate = entry.status === 'PROCESSING' && entry.id?.startsWith('dvclt:handed-over:') === true && (refused || waiting);
    if (isLate || (entry.status === 'RETURNED' && refused)) {
      state.waiting = isLate && waiting;
      continue;
    }
    word.push(...['3', '7', '4', '5'].slice(state.far, place(entry)));
    if (entry.status === 'SUPPLEMENT_REQUIRED' && !waiting) word.push('2');
    if (entry.status === 'REJECTED' && !state.told) word.push('6');
    state = { far: Math.max(state.far, place(entry)), refused: entry.status === 'REJECTED', told: state.told || entry.status === 'REJECTED', waiting: entry.status === 'SUPPLEMENT_REQUIRED' };
  }
  const { kind, result, submittedAt } = d.civilStatus ?? {};
  if (d.history.length === 0 && d.dates.submittedAt === undefined && submittedAt === undefined) return 0;
  const isTold = (kind === 'BIRTH' || kind === 'DEATH') && result !== undefined && (result.file === undefined || /^(lienthong-file:[0-9a-f]{64}|data:.*)$/.test(result.file.url ?? ''));
  return isTold || !word.includes('4') ? word.length : word.indexOf('4') + 1;
}
const isToGo = ({ civilStatus, status }: Dossier): boolean => civilStatus !== undefined && civilStatus.handedOverAt === undefined && (status === 'ACCEPTED' || status === 'PROCESSING');

// ---- K5 ------------------------------------------------------------------------------------------------------------------

const jsonOf = (text: unknown): Record<string, unknown> => {
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : {};
  return isRecord(parsed) ? parsed : {};
};
/** A name in parts, a day in parts, or either as it is. */
function said(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if ('Ten' in value) return [value['Ho'], value['ChuDem'], value['Ten']].filter((part) => part !== '').join(' ');
  if ('namSinh' in value) return [value['ngaySinh'], value['thangSinh'], value['namSinh']].filter((part) => part !== null).join('.');
  return value['dcChiTiet'] ?? undefined;
}
const turned = (day: string | undefined): string | null => day?.split('-').reverse().join('.') ?? null;

/** What of the message can be told from the dossier alone, whatever the variant. */
function pushed(request: Record<string, unknown>): Record<string, unknown> {
  const data = jsonOf(request['data']);
  const who = request['module'] === 'LTKT' ? 'nkt' : 'nks';
  return {
    module: request['module'], code: request['maHoSoMCDT'], interconnected: request['maHoSoLT'], unit: request['maDonVi'], at: request['ngayTiepNhan'], noiDangKy: data['noiDangKy'], copies: data['soLuongBanSao'],
    name: said(data[`${who}HoTen`]), born: said(data[`${who}NgaySinh`]), sex: data[`${who}GioiTinh`], place: said(data[who === 'nks' ? 'nksQueQuan' : 'nktNoiCuTru']), requester: said(data['nycHoTen']), phone: data['nycSoDienThoai'],
    certificate: data['maGCS'] ?? null, issued: data[who === 'nks' ? 'ngayCapGCS' : 'ngayCapGBT'], dropped: 'nksQuocTichKhac' in data,
    files: (request['fileDinhKem'] as { duLieuTepDinhKem: string; huyGiayTo: number }[]).map(({ duLieuTepDinhKem, huyGiayTo }) => [duLieuTepDinhKem, huyGiayTo]),
  };
}
function expectedPush({ code, civilStatus, dates, components }: Dossier): Record<string, unknown> {
  const { facts } = civilStatus ?? {};
  const isDeath = civilStatus?.kind === 'DEATH';
  const who = isDeath ? facts?.deceased : facts?.child;
  return {
    module: isDeath ? 'LTKT' : 'LTKS', code, interconnected: civilStatus?.interconnectedNumber ?? code, unit: civilStatus?.registrationPlace, at: localTime(dates.acceptedAt ?? ''), noiDangKy: civilStatus?.registrationPlace,
    copies: String(civilStatus?.copies), name: who?.name ?? null, born: turned(who?.birthDate), sex: { MALE: '1', FEMALE: '2', OTHER: '3' }[who?.gender as 'MALE'] ?? null, place: (isDeath ? who?.residence : who?.homeTown)?.text,
    requester: facts?.requester?.name ?? null, phone: facts?.requester?.phone ?? null, certificate: null, issued: turned((isDeath ? facts?.deathNotice : facts?.birthCertificate)?.issuedOn), dropped: false,
    files: components.flatMap(({ files }) => files.filter(({ deleted }) => deleted !== true).map(({ url }) => [url, 0])),
  };
}
/** At +07:00, by the calendar of the language and not by the code under test. */
function localTime(instant: string): string {
  const local = new Date(new Date(instant).getTime() + 7 * 3_600_000).toISOString();
  const [day = '', clock = ''] = [local.slice(0, 10), local.slice(11, 19)];
  return `${day.split('-').reverse().join('/')} ${clock}`;
}

/** Names of two words and more: the newer form cuts them up, and a single word goes to `Ten`. */
const names = (draw: Draw): Arbitrary<string> => draw.constantFrom('Đỗ Minh Thử', 'Nguyễn "Tý" & <Sửu>', 'H’Hen Niê', 'Lê Thị Mẫu Ví Dụ', 'Mẫu');
const sendable = (draw: Draw): Arbitrary<Dossier> =>
  draw.tuple(draw.boolean(), names(draw), names(draw), draw.constantFrom(undefined, '1960', '2025-01', '2024-02-29'), draw.constantFrom('MALE', 'FEMALE', 'OTHER'), draw.nat(99), draw.constantFrom('Xã Ví Dụ', 'Thôn "1" \\ Tổ 2', ']]>&amp;'), draw.nat(9999))
    .map(([isDeath, name, requester, birthDate, gender, copies, text, n]) => {
      const full = accepted(isDeath ? 'DEATH' : 'BIRTH', { code: `H99.45.01-250110-${String(n).padStart(4, '0')}` });
      const facts = full.civilStatus?.facts ?? {};
      const person = { name, gender: gender as 'MALE', ...(birthDate === undefined ? {} : { birthDate }) };
      return {
        ...full, civilStatus: {
          ...(full.civilStatus as NonNullable<Dossier['civilStatus']>), copies,
          facts: { ...facts, ...(isDeath ? { deceased: { ...person, residence: { text } } } : { child: { ...person, homeTown: { text } } }), requester: { ...facts.requester, name: requester } },
        },
      };
    });

// ---- K7 ------------------------------------------------------------------------------------------------------------------

const WAY: readonly [DvcltStatus, keyof typeof ENTRIES][] = [
  [DVCLT.RECEIVED, 'RECEIVED'], [DVCLT.ACCEPTED, 'ACCEPTED'], [DVCLT.HANDED_OVER, 'HANDED_OVER'], [DVCLT.REGISTERED, 'REGISTERED'], [DVCLT.RETURNED, 'RETURNED'], [DVCLT.SUPPLEMENT, 'SUPPLEMENT'], [DVCLT.REFUSED, 'REFUSED'],
];
const told = (dossier: Dossier, n: number): ReportInput => {
  const [status, entry] = WAY[n] ?? [DVCLT.RECEIVED, 'RECEIVED'];
  return eventOf(dossier, status, ENTRIES[entry]);
};
/** Each of another dossier: the simulator takes what it does not know in any state. */
const ofItsOwn = (n: number): ReportInput => {
  const code = `H99.45.01-250110-00${20 + n}`;
  const { civilStatus } = registered();
  return told(registered('BIRTH', { code, civilStatus: { ...(civilStatus as NonNullable<typeof civilStatus>), interconnectedNumber: `G22.99.99-250110-00${20 + n}` } }), n);
};

const reports = (draw: Draw): Arbitrary<ReportInput> => draw.tuple(draw.constantFrom<'BIRTH' | 'DEATH'>('BIRTH', 'DEATH'), draw.nat(WAY.length - 1), draw.constantFrom('2025-01-10T01:30:00Z', '2024-12-31T17:00:00Z', '2024-02-28T18:30:00Z'), names(draw), draw.nat(9999))
  .map(([kind, n, at, actor, number]) => {
    const input = told(registered(kind, { code: `H99.45.01-250110-${String(number).padStart(4, '0')}` }), n);
    return { ...input, event: { ...input.event, entry: { ...input.event.entry, at, ...(n === 0 || n === 2 ? {} : { actor }) } } };
  });
function reported(request: Record<string, unknown>): Record<string, unknown> {
  const result = request['ketQuaXuLy'] === null ? null : jsonOf(request['ketQuaXuLy']);
  return {
    code: request['maHoSo'], interconnected: request['soHoSoLT'], procedure: request['maTTHC'], agency: request['coQuanXuLy'], status: request['trangThai'], at: request['thoiGianThucHien'], officer: request['nguoiXuLy'], reason: request['ghiChu'],
    result: result === null ? null : [result['soDinhDanh'] ?? null, result['soDangKy'], result['giayKhaiSinh'] ?? result['giayKhaiTu'], result['maGiayToKetQua'], typeof (result['nksQueQuan'] ?? result['nktNoiCuTru'])],
  };
}
function expectedReport({ code, civilStatus, event, history }: ReportInput): Record<string, unknown> {
  const { entry, status } = event;
  // The hand-over is ours, and is told under the name of who accepted the dossier.
  const acceptedBy = status === DVCLT.HANDED_OVER ? history.findLast((one) => one.status === 'ACCEPTED' && one.actor !== undefined && one.at <= entry.at)?.actor : undefined;
  const { result, kind } = civilStatus ?? {};
  return {
    code, interconnected: civilStatus?.interconnectedNumber, procedure: civilStatus?.nationalProcedure, agency: 5, status, at: localTime(entry.at), officer: status === DVCLT.RECEIVED ? null : (entry.actor ?? acceptedBy ?? null), reason: entry.note ?? null,
    result: status !== DVCLT.REGISTERED ? null : [result?.citizenNumber ?? null, '12', (result?.file?.url ?? '').replace(/^data:[^,]*,/, ''), kind === 'BIRTH' ? 'KQ.G15.000031' : 'KQ.G15.000034', 'string'],
  };
}

const known = (what: string, set: Record<string, unknown>, gives: Record<string, unknown>): KnownValue => ({ what, set, gives });
const AGAIN = { vi: 'Gửi lại thì bên kia nhận ra và trả lời bằng câu chữ của 3.5, 3.7.', en: 'The other side knows a repeat and says so in the words of 3.5 and 3.7.' };
const number = (one: { civilStatus?: Dossier['civilStatus'] }): string => one.civilStatus?.interconnectedNumber ?? '';
const at = (entry: string, instant: string): Record<string, unknown> => ({ [entry]: instant });

const first = registered();
/** Its file in the message itself: what goes out is then the text that was written, letter by letter. */
const inline = registered('BIRTH', { civilStatus: { ...(first.civilStatus as NonNullable<Dossier['civilStatus']>), result: { ...first.civilStatus?.result, file: { name: 'giay-khai-sinh.pdf', url: 'data:application/pdf;base64,JVBERi0xLjcKJeLjz9MK' } } } });
const waiting = handedOver('BIRTH', 'H99.45.01-250110-0011');
const waitingDeath = handedOver('DEATH', 'H99.45.01-250110-0012');

export const fixtures: FixturesOf<typeof dvclt> = {
  config: CONFIG,
  variants: { 'two-level': { variant: 'two-level' }, 'no integration platform': { gateway: { kind: 'none' }, civilStatus: { baseUrl: 'http://127.0.0.1:9', gateway: { kind: 'none' } } } },
  secrets: ['/gateway/password', '/civilStatus/gateway/key', '/civilStatus/gateway/secret'],
  operations: {
    listDossiers: { inputs: [{}], answers: LIST_ANSWERS, answered: ({ rows, unread }) => rows.length === 2 && unread.length === 0 && rows[0]?.maDonVi === 99001 },
    readDossier: { inputs: [{ id: '71' }], answers: DETAIL_ANSWERS, answered: (detail) => isRecord(detail) && isRecord(detail['data']) && typeof detail['data']['data'] === 'string' },
    acknowledge: {
      inputs: [{ number: 'G22.99.99-250110-0031' }, { number: 'G22.99.99-250110-0032' }],
      arbitrary: (draw) => draw.nat(9999).map((n) => ({ number: `G22.99.99-250110-${String(n).padStart(4, '0')}` })),
      component: 'DaNhanRequest', asksNothing: AGAIN, key: (input) => input.number,
      roundTrip: { decode: (request) => ({ number: request.maHoSo }), expected: (input) => input },
      verbatim: [{ from: '/number', to: '/maHoSo', values: ['G22.99.99-250110-0031', '0031'] }],
      known: [known('taken over', {}, { '/daNhan': true })],
      answers: ACKNOWLEDGE_ANSWERS,
    },
    pushCivilStatus: {
      inputs: [accepted(), accepted('DEATH')],
      arbitrary: sendable, component: 'DangKyRequest', asksNothing: AGAIN,
      items: (d, config: DvcltConfig) => (config.push === 'on-acceptance' && isToGo(d) ? 1 : 0),
      roundTrip: { decode: (request) => pushed(request as unknown as Record<string, unknown>), expected: expectedPush },
      dates: [
        known('accepted at midnight in Vietnam', at('/dates/acceptedAt', '2025-01-09T17:00:00Z'), { '/ngayTiepNhan': '10/01/2025 00:00:00' }),
        known('accepted at the turn of a year', at('/dates/acceptedAt', '2024-12-31T17:00:00Z'), { '/ngayTiepNhan': '01/01/2025 00:00:00' }),
        known('accepted on a leap day', at('/dates/acceptedAt', '2024-02-28T18:30:00Z'), { '/ngayTiepNhan': '29/02/2024 01:30:00' }),
      ],
      verbatim: [
        { from: '/code', to: '/maHoSoMCDT', values: ['H99.45.01-250110-0003', '000.00.14.H99-250304-0001'] }, { from: '/civilStatus/interconnectedNumber', to: '/maHoSoLT', values: ['G22.99.99-250110-0031'] },
        { from: '/civilStatus/registrationPlace', to: '/maDonVi', values: ['99001', '00019'] },
      ],
      known: [
        known('a birth (7.5)', {}, { '/module': 'LTKS', '/maDonVi': '99001', '/ngayTiepNhan': '10/01/2025 08:30:00' }),
        known('a dossier of the province’s own has its own number twice', { '/civilStatus/interconnectedNumber': undefined }, { '/maHoSoLT': 'H99.45.01-250110-0003' }),
        known('a file that was taken back does not go', {}, { '/fileDinhKem': [{ id: 1, loaiGiayTo: 1, tenGiayTo: 'Giấy chứng sinh', tenTepDinhKem: 'gcs.pdf', huyGiayTo: 0, duLieuTepDinhKem: keptFile('1') }] }),
      ],
      refused: [
        { what: 'no event', set: { '/civilStatus': undefined }, code: 'LT-DVCLT-FIELD-MISSING', pointer: '/civilStatus' },
        { what: 'no place of registration', set: { '/civilStatus/registrationPlace': undefined }, code: 'LT-DVCLT-FIELD-MISSING', pointer: '/civilStatus/registrationPlace' },
        { what: 'never accepted', set: { '/dates/acceptedAt': undefined, '/history': [] }, code: 'LT-DVCLT-FIELD-MISSING', pointer: '/dates/acceptedAt' },
        { what: 'a file that lies nowhere', set: { '/components/0/files/0/url': undefined }, code: 'LT-DVCLT-FILE-GONE', pointer: '/components/0/files/0/url' },
      ],
      answers: PUSH_ANSWERS,
      answered: ({ code, isDuplicate }) => code === 'H99.45.01-250110-0003' && !isDuplicate,
    },
    readResults: {
      inputs: [{ codes: [waiting.code], module: 'LTKS' }],
      before: [{ operation: 'pushCivilStatus', input: accepted('BIRTH', { code: waiting.code }) }],
      component: 'KetQuaRequest',
      verbatim: [{ from: '/codes/0', to: '/maDinhDanhHoSo/0', values: ['H99.45.01-250110-0003'] }],
      known: [known('the question (7.5)', {}, { '/maTinh': '99', '/module': 'LTKS' })],
      answers: RESULT_ANSWERS,
      answered: ({ rows: [row] }) => row?.maHoSoMCDT === waiting.code && isRecord(row.ketQuaXuLy),
    },
    reportStatus: {
      inputs: [told(inline, 3), ...WAY.map((_, n) => n).filter((n) => n !== 3).map(ofItsOwn), told(registered('DEATH'), 3)],
      arbitrary: reports, component: 'TrangThaiRequest', asksNothing: AGAIN, key: number,
      items: (d, config: DvcltConfig) => (config.report ? events(d) : 0),
      roundTrip: { decode: (request) => reported(request as unknown as Record<string, unknown>), expected: expectedReport },
      dates: [
        known('midnight in Vietnam', at('/event/entry/at', '2025-01-09T17:00:00Z'), { '/thoiGianThucHien': '10/01/2025 00:00:00', '/ngayKetThucTheoQuyDinh': '11/01/2025 00:00:00' }),
        known('the turn of a year, the end a day later', at('/event/entry/at', '2024-12-30T17:00:00Z'), { '/thoiGianThucHien': '31/12/2024 00:00:00', '/ngayKetThucTheoQuyDinh': '01/01/2025 00:00:00' }),
        known('a leap day', at('/event/entry/at', '2024-02-28T18:30:00Z'), { '/thoiGianThucHien': '29/02/2024 01:30:00' }),
      ],
      verbatim: [
        { from: '/code', to: '/maHoSo', values: ['H99.45.01-250110-0003'] }, { from: '/civilStatus/interconnectedNumber', to: '/soHoSoLT', values: ['G22.99.99-250110-0031'] },
        { from: '/civilStatus/nationalProcedure', to: '/maTTHC', values: ['2.000986', '1.011733'] },
      ],
      known: [
        known('registered (7.5)', {}, { '/trangThai': 4, '/coQuanXuLy': 5, '/ghiChu': null, '/nguoiXuLy': 'Hoàng Văn Tư', '/ngayBatDau': null }),
        known('received: beginning and end', { '/event': told(first, 0).event }, { '/trangThai': 1, '/ngayBatDau': '10/01/2025 08:10:00', '/ngayKetThucTheoQuyDinh': '10/01/2025 17:00:00', '/ketQuaXuLy': null }),
        known('accepted: fixed words', { '/event': told(first, 1).event }, { '/trangThai': 3, '/nguoiXuLy': 'Hoàng Văn Tư', '/ngayBatDau': '10/01/2025 08:30:00', '/ghiChu': null }),
        known('handed over (7.5)', { '/event': told(first, 2).event }, { '/trangThai': 7, '/thoiGianThucHien': '10/01/2025 09:02:00', '/noiDungXuLy': 'Gửi hồ sơ qua hệ thống BTP', '/ngayKetThucTheoQuyDinh': '11/01/2025 09:02:00' }),
        known('a supplement has seven working days', { '/event': told(first, 5).event }, { '/trangThai': 2, '/ghiChu': 'Thiếu giấy chứng sinh', '/noiDungXuLy': 'Thiếu giấy chứng sinh', '/hanBoSungHoSo': '21/01/2025 17:00:00' }),
        known('refused, with the officer’s position', { '/event': told(first, 6).event }, { '/trangThai': 6, '/chucDanh': 'Công chức tư pháp - hộ tịch', '/phongBanXuLy': 'UBND Xã Ví Dụ', '/noiDungXuLy': 'Không thuộc thẩm quyền' }),
        known('returned', { '/event': told(first, 4).event }, { '/trangThai': 5, '/ngayKetThucTheoQuyDinh': '11/01/2025 16:30:00' }),
      ],
      refused: [
        { what: 'a dossier that DVCLT has not', set: { '/civilStatus/interconnectedNumber': undefined }, code: 'LT-DVCLT-FIELD-MISSING', pointer: '/civilStatus/interconnectedNumber' },
        { what: 'registered without a result', set: { '/civilStatus/result': undefined }, code: 'LT-DVCLT-RESULT-MISSING', pointer: '/civilStatus/result' },
      ],
      answers: STATUS_ANSWERS,
      answered: ({ taken, status }) => taken === 'taken' && status === DVCLT.REGISTERED,
    },
  },
  tables: [
    {
      name: 'BTP trangThai (3.6)', words: ['WAITING', 'SUPPLEMENT_REQUIRED', 'PROCESSING', 'REGISTERED', 'REFUSED', 'UNKNOWN'], withheld: ['UNKNOWN'], encode: (word) => BTP_TABLE.encode(word as 'WAITING'), decode: (code) => BTP_TABLE.decode(code),
      writes: { WAITING: '1', SUPPLEMENT_REQUIRED: '2', PROCESSING: '3', REGISTERED: '4', REFUSED: '6' }, reads: { 1: 'WAITING', 2: 'SUPPLEMENT_REQUIRED', 3: 'PROCESSING', 4: 'REGISTERED', 6: 'REFUSED' },
    },
    { name: 'sex (3.9)', words: ['MALE', 'FEMALE', 'OTHER'], encode: (word) => SEX.encode(word as 'MALE'), decode: (code) => SEX.decode(code), writes: { MALE: '1', FEMALE: '2', OTHER: '3' }, reads: { 1: 'MALE', 2: 'FEMALE', 3: 'OTHER' } },
  ],
  absent: { 'http-status': { vi: 'Mã HTTP không được xét, chỉ xét nội dung (6.2).', en: 'HTTP statuses are not looked at, only bodies (6.2).' } },
  // The platform's own token endpoint is no part of the document.
  simulator: { options: { citizens: 2, stepAfterMs: [0, 0], lgsp: 'lgsp-header' } },
  rounds: {
    // Two that can be taken and two that cannot, the bad ones between them.
    intake: {
      given(simulator) {
        const double = simulator as DvcltSimulator;
        for (const spoil of ['unit', 'xml', 'none'] as const) double.apply({ kind: 'KS', spoil });
      },
      told: 3, failed: 2,
    },
    results: {
      given(simulator) {
        for (const one of [waiting, waitingDeath]) handOver(simulator as DvcltSimulator, one);
      },
      dossiers: [waiting, waitingDeath], after: { pushCivilStatus: [waiting.code, waitingDeath.code] }, told: 2,
    },
  },
  readme: { file: packageFile('adapters/dvclt/README.md') },
};

/** As K5 brought it. */
function handOver(simulator: DvcltSimulator, { code, civilStatus }: Dossier): void {
  simulator.handOver({ code, module: civilStatus?.kind === 'DEATH' ? 'LTKT' : 'LTKS', interconnected: civilStatus?.interconnectedNumber ?? code, unit: '99001', data: { nksGioiTinh: '1', nksNgaySinh: '07.01.2025' } });
}
