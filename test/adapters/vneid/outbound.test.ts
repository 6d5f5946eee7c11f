import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { btp } from '../../../adapters/vneid/backend/btp.ts';
import { classifyReport } from '../../../adapters/vneid/classify.ts';
import { DEFAULT_PUSH_PHRASES, statusCode, type LltpStatus } from '../../../adapters/vneid/codes.ts';
import { pushRequest, statusRequest } from '../../../adapters/vneid/contract.ts';
import { fileLines } from '../../../adapters/vneid/files.ts';
import { encodeStatus, type StatusInput } from '../../../adapters/vneid/operations/report-status.ts';
import { readCall } from '../../../adapters/vneid/read-call.ts';
import { submission } from '../../../adapters/vneid/simulator/people.ts';
import { readOptions } from '../../../adapters/vneid/simulator/options.ts';
import { randomFrom } from '../../../src/adapter/random.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import { fileAddress } from '../../../src/model/file-address.ts';
import { bodyOf, CODE, config, DELEGATE, PDF, taken } from './samples.ts';

const CONFIG = config();
const answer = (body: unknown, status = 200): WireResult => ({ kind: 'response', status, headers: {}, body: typeof body === 'string' ? undefined : body, text: typeof body === 'string' ? body : JSON.stringify(body), durationMs: 1 });
const lost = (sent: 'before' | 'after', code: string): WireResult => ({ kind: 'failure', sent, code, durationMs: 1 });
const issuesOf = (run: () => unknown): string[] => {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
};

describe('L4, a dossier for the judicial-record software', () => {
  it('says what VNeID said, every leaf as text, with the renames of the contract', async () => {
    const dossier = { ...(await taken()), dates: { submittedAt: '2025-01-10T02:15:30Z', dueAt: '2025-01-22T10:00:00Z' } };
    const warnings: Issue[] = [];
    const message = btp.encodePush(dossier, CONFIG, (warning) => warnings.push(warning));
    expect(pushRequest(message).ok).toBe(true);
    const home = { maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu', maQuanHuyen: '990', tenQuanHuyen: 'Huyện Thử Nghiệm', maPhuongXa: '99001', tenPhuongXa: 'Xã Ví Dụ', dcChiTiet: 'Thôn Một' };
    const nowhere = Object.fromEntries(Object.keys(home).map((name) => [name, null]));
    const lines = 'Thôn Một, Xã Ví Dụ, Huyện Thử Nghiệm, Tỉnh Mẫu, Việt Nam';
    const [first, second] = dossier.components[0]?.files ?? [];
    expect(message).toEqual({
      authKey: '', maTinh: '99', tenTinh: 'Tỉnh Mẫu', maHoSoMCDT: CODE, nguonDangKy: '2', tenNguonDangKy: 'VNeID', ngayTiepNhan: '10/01/2025',
      toKhai: {
        ngayHenTra: '22/01/2025', loaiPhieu: '1', yeuCauCDNCV: '0', mucDich: '', maMucDich: '1', tenMucDich: 'Bổ sung hồ sơ xin việc', mucDichKhac: '', soLuongCap: '3',
        nycHoTen: 'Lê Thị Mẫu', nycTenGoiKhac: '', nycGioiTinh: '2', nycTenGioiTinh: 'Nữ', nycNgaySinh: '14/02/1990', nycDienThoai: '0900000101', nycEmail: 'mau@mail.example', nycSoGiayTo: '099190000123',
        nycLoaiGiayTo: '4', nycTenLoaiGiayTo: 'Thẻ căn cước', nycNgayCapGiayTo: '20/05/2021', nycNoiCapGiayTo: 'Cơ quan cấp giả định', nycQuocTich: 'VN', nycTenQuocTich: 'Việt Nam', nycDanToc: '01', nycTenDanToc: 'Kinh',
        nycHoTenCha: 'Lê Văn Giả', chaNgaySinh: '1962', chaLoaiGiayTo: '', chaSoGiayTo: '', nycHoTenMe: 'Phạm Thị Định', meNgaySinh: '1965', meLoaiGiayTo: '', meSoGiayTo: '',
        nycHoTenVoChong: '', voChongNgaySinh: '', voChongLoaiGiayTo: '', voChongSoGiayTo: '',
        nycThuongTru: home, nycTamTru: nowhere, nycNoiSinh: { ...nowhere, maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu' }, nycNoiSinhNuocNgoai: '1', uyQuyen: '0',
        nycCuTru: [
          { tuNgay: '02/2004', denNgay: '08/2012', noiCuTru: lines, ngheNghiep: 'Học sinh, sinh viên', noiLamViec: '' },
          { tuNgay: '09/2012', denNgay: '01/2025', noiCuTru: lines, ngheNghiep: 'Kế toán', noiLamViec: 'Công ty Ví Dụ' },
        ],
        fileHoSo: [{ tenLoaiFile: 'Ảnh thẻ căn cước', tenFile: 'DinhKem.jpeg', noiDungFile: first?.url }, { tenLoaiFile: 'Ảnh thẻ căn cước', tenFile: 'DinhKem.pdf', noiDungFile: second?.url }],
      },
    });
    // Declared convictions of those who submit themselves stay behind, as in the reference; somebody sees it.
    expect(warnings.map(({ code }) => code)).toEqual(['LT-VNEID-CONVICTIONS-LEFT-OUT']);
    expect(btp.encodePush(dossier, config({ backend: { ...CONFIG_BACKEND, declaredConvictions: 'always' } })).toKhai.thongTinAnTich).toBe('Không');
  });
  const CONFIG_BACKEND = { kind: 'btp', pushPath: '/a', resultPath: '/b', authKey: 'k' };

  it('says who is authorised under the names that are spelt wrong, and a birth abroad as the country alone', async () => {
    const abroad = { maQuocGia: 'LA', tenQuocGia: 'Lào', maTinhThanh: '', maQuanHuyen: '990', chiTiet: 'Viêng Chăn' };
    const dossier = await taken(bodyOf({ uyQuyen: 1, thongTinUyQuyen: DELEGATE, nycNoiSinh: abroad }));
    const { toKhai } = btp.encodePush(dossier, CONFIG);
    expect(toKhai).toMatchObject({
      uyQuyen: '1', uyQuyenHoTen: 'Đỗ Văn Giả', nuqTenGoiKhac: '', nuqGioiTinh: '1', nuqNgaySinh: '01/06/1985', nuqLoaiGiayto: '4', nuqSoGiayTo: '099085000456', nyqQuanHe: 'Anh trai', thongTinAnTich: 'Không',
      nuqThuongTruChiTiet: { maPhuongXa: '99001', dcChiTiet: 'Thôn Một' }, nycNoiSinhNuocNgoai: '2', nycNoiSinh: { maTinhThanh: null, maQuanHuyen: null, dcChiTiet: 'Lào' },
    });
    expect(toKhai).not.toHaveProperty('nuqQuanHe');
    expect(toKhai).not.toHaveProperty('nuqLoaiGiayTo');
    expect(btp.encodePush(dossier, config({ backend: { ...CONFIG_BACKEND, relation: 'code' } })).toKhai.nyqQuanHe).toBe('3');
    expect(Object.keys(btp.encodePush(await taken(), CONFIG).toKhai).filter((name) => /^n[uy]q/.test(name))).toEqual([]);
  });

  it.each([['1950', '1950'], ['05/1950', '1950-05'], ['20/05/1950', '1950-05-20']])('a birth date that is known as %s goes on so', async (nycNgaySinh, birthDate) => {
    const dossier = await taken(bodyOf({ nycNgaySinh }));
    expect([dossier.applicant.birthDate, btp.encodePush(dossier, CONFIG).toKhai.nycNgaySinh]).toEqual([birthDate, nycNgaySinh]);
  });

  it.each([
    [{ tenQuocGia: 'Lào' }, '2', 'Lào'], [{ maQuocGia: '', tenQuocGia: 'Lào', chiTiet: 'Viêng Chăn' }, '2', 'Lào'], [{ tenQuocGia: 'VIỆT NAM'.normalize('NFD') }, '1', null], [{ maQuocGia: 'vn', tenQuocGia: 'Lào' }, '1', null],
    [{ tenQuocGia: 'Lào', maTinhThanh: '99' }, '1', null], [{}, '1', null],
  ])('a birth at %j is %s', async (nycNoiSinh, nycNoiSinhNuocNgoai, dcChiTiet) => {
    expect(btp.encodePush(await taken(bodyOf({ nycNoiSinh })), CONFIG).toKhai).toMatchObject({ nycNoiSinhNuocNgoai, nycNoiSinh: { dcChiTiet } });
  });

  it('is not held up by a paper that the province has only named', async () => {
    const dossier = await taken();
    const warnings: string[] = [];
    const message = btp.encodePush({ ...dossier, components: [...dossier.components, { name: 'Phiếu hẹn', files: [{ name: 'phieu-hen.pdf' }] }] }, CONFIG, ({ code, pointer }) => warnings.push(`${code} ${pointer ?? ''}`));
    expect(message).toEqual(btp.encodePush(dossier, CONFIG));
    expect(warnings).toContain('LT-VNEID-FILE-SOURCE /components/1/files/0');
  });

  it('names everything that is missing, before anything is sent', async () => {
    const dossier = await taken(bodyOf({ quaTrinhCTNNNLV: [{ diaChiCuTru: {}, tuThangNam: '01/2020' }] }));
    const [paper] = dossier.components;
    if (paper?.files[0] !== undefined) paper.files[0].url = 'https://kho.example.vn/a.jpg';
    expect(issuesOf(() => btp.encodePush(dossier, CONFIG))).toEqual(['LT-VNEID-FIELD-MISSING /judicialRecord/declaration/residences/0/until', 'LT-VNEID-FILE-SOURCE /components/0/files/0']);
    expect(issuesOf(() => btp.encodePush(dossier, config({ files: { hosts: ['kho.example.vn'] } })))).toEqual(['LT-VNEID-FIELD-MISSING /judicialRecord/declaration/residences/0/until']);
  });

  it('comes back the same from the message, for whatever a citizen fills in', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
      const body = submission(CODE, randomFrom(`citizen ${seed}`), 1, '10/01/2025', { authorised: seed % 2 === 0, abroad: seed % 3 === 0 }, readOptions({ seed: String(seed) }));
      const message = btp.encodePush(await taken(body), CONFIG);
      const call = readCall({ method: 'POST', path: '/lgsp/lltp/guiHoSo', query: {}, body: message }, CONFIG);
      expect(call?.operation).toBe('pushToBackend');
      expect(btp.encodePush(call?.inputs[0] as never, CONFIG)).toEqual(message);
    }), { numRuns: 40 });
  });

  it('has its contents put in where addresses stand, and nothing else touched', async () => {
    const files = (readFile: () => Promise<Uint8Array | undefined>) => fileLines(CONFIG.files, { readFile, transport: () => { throw new Error('no line'); } }, {}, 1000);
    const kept = fileAddress('a'.repeat(64));
    const message = { toKhai: { noiLamViec: kept, fileHoSo: [{ tenFile: 'a:b', noiDungFile: kept }, { noiDungFile: PDF }] } };
    expect(await files(async () => Buffer.from('%PDF')).fill(message, undefined)).toEqual({ ok: true, message: { toKhai: { noiLamViec: kept, fileHoSo: [{ tenFile: 'a:b', noiDungFile: 'JVBERg==' }, { noiDungFile: PDF }] } } });
    expect(await files(async () => undefined).fill(message, undefined)).toMatchObject({ ok: false, failure: { sent: 'before', code: 'FILE_MISSING' } });
  });
});

describe('answers to L4, by their words', () => {
  const kinds = (result: WireResult) => btp.classifyPush(result).kind;
  it.each([
    ['success', { status: '1', statusDescription: 'Gửi thông tin thành công' }, 'accepted'],
    ['success in capitals and decomposed letters', { statusDescription: 'GỬI THÔNG TIN THÀNH CÔNG'.normalize('NFD') }, 'accepted'],
    ['there already', { status: '0', errorCode: 'E1', errorDescription: 'Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin' }, 'accepted'],
    ['there already, said to be without success', { status: '0', statusDescription: 'Gửi thông tin không thành công', errorDescription: 'Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin' }, 'accepted'],
    ['no success, in words that hold those of success', { status: '0', statusDescription: 'Gửi thông tin không thành công' }, 'rejected'],
    ['both in one sentence', { statusDescription: 'Gửi thông tin thành công: không thành công' }, 'rejected'],
    ['an error', { status: '0', errorDescription: 'Thiếu trường' }, 'rejected'],
    ['a page', '<html>OK</html>', 'unknown'],
    ['something else', { hello: 1 }, 'unknown'],
  ] as const)('%s', (_what, body, kind) => expect(kinds(answer(body))).toBe(kind));
  it('text that is no JSON counts by its words, too', () => expect(kinds(answer('Gửi thông tin thành công'))).toBe('accepted'));
  it('a phrase of success never holds where its opposite is said', () => {
    for (const phrase of DEFAULT_PUSH_PHRASES.accepted) expect(kinds(answer({ status: '0', statusDescription: phrase.replace('thành công', 'không thành công') }))).toBe('rejected');
  });
  it('lost ones are in doubt, unsent ones are not', () => {
    expect([kinds(lost('after', 'READ_TIMEOUT')), kinds(lost('before', 'ECONNREFUSED')), kinds(answer('', 502)), kinds(answer('', 429)), kinds(answer('', 401)), kinds(answer('', 404)), kinds(lost('before', 'FILE_MISSING')), kinds(lost('before', 'FILE_UNREACHABLE'))])
      .toEqual(['unknown', 'retry', 'unknown', 'retry', 'retry', 'rejected', 'rejected', 'retry']);
  });
  it.each([503, 429, 401, 403, 408])('what is in between has words of its own in an answer %s: nobody was heard', (status) => {
    const kind = status === 503 || status === 408 ? 'unknown' : 'retry';
    expect([kinds(answer({ status, error: 'Service Unavailable', path: '/lltp/guiHoSo' }, status)), classifyReport(answer({ statusCode: status, message: 'x' }, status), CONFIG).kind]).toEqual([kind, kind]);
    expect(btp.classifyAsk(answer({ status: 1, value: [] }, status)).kind).toBe('retry');
  });
  it('tells whether it was there before', () => {
    expect(btp.wasThere({ errorDescription: 'Hồ sơ ĐÃ ĐƯỢC TIẾP NHẬN, không thể cập nhật thông tin' }, CONFIG)).toBe(true);
    expect(btp.wasThere({ statusDescription: 'Gửi thông tin thành công' }, CONFIG)).toBe(false);
  });
});

const CERTIFICATE = {
  soPhieuLLTP: '0007/2025/TMAU-TP', ngayCapPhieu: '21/01/2025', loaiPhieu: '1', nguoiLapPhieu: 'Nguyễn Văn Lập', nguoiKy: 'Trần Thị Ký', chucVu: 'Phó Giám đốc', tinhTrangAnTich: '1', tenTinhTrangAnTich: 'Có án tích',
  thongTinCDNCV: '', tenThongTinCDNCV: '',
  thongTinAn: [{
    soBanAn: '12/2010/HSST', ngayBanAn: '01/02/2010', toaDaTuyen: 'T99', tenToaDaTuyen: 'Tòa mẫu', dsToiDanh: [{ toiDanh: '138', tenToiDanh: 'Tội mẫu' }], dsHinhPhatChinh: [{ maHinhPhat: '1', tenHinhPhat: 'Phạt tiền', ghiChu: null }],
    dsHinhPhatBoSung: [], ngayChapHanh: null, ngayXoaAn: '01/02/2013', dieuKhoan: 'Khoản 1', anPhi: null, nghiaVuDanSu: null, tinhTrangThiHanh: 'Đã thi hành',
  }],
  dsCDNCV: null, phieuLLTP: PDF, quyetDinhThuHoi: '',
};

describe('L5, what the software says of a dossier', () => {
  const state = (row: unknown, more: Record<string, unknown> = {}) => btp.readState({ status: 1, value: [row], ...more } as never, CODE, '2025-01-22');
  it('is a result with its certificate only for 9 and 10, and only of this dossier', () => {
    const read = state({ maHoSoMCDT: CODE, trangThaiXuLy: 9, ketQuaXuLy: CERTIFICATE });
    expect(read).toMatchObject({ meaning: 'result', state: '9', certificate: { number: '0007/2025/TMAU-TP', issuedOn: '2025-01-21', signedBy: 'Trần Thị Ký', convictions: [{ judgment: '12/2010/HSST', offences: [{ code: '138' }], additionalPenalties: [] }] } });
    expect(read.content?.toString('base64')).toBe(PDF);
    expect(read.certificate).not.toHaveProperty('prohibitions');
    expect(state({ maHoSoMCDT: 'H99.14-250110-0008', trangThaiXuLy: '9', ketQuaXuLy: CERTIFICATE })).toEqual({ meaning: 'working' });
    expect(state({ maHoSoMCDT: CODE, trangThaiXuLy: '4', ketQuaXuLy: CERTIFICATE })).toEqual({ meaning: 'working', state: '4' });
    expect([state({ maHoSoMCDT: CODE, trangThaiXuLy: '3' }).meaning, state({ maHoSoMCDT: CODE, trangThaiXuLy: '5' }).meaning]).toEqual(['refused', 'supplement']);
    expect(state({ maHoSoMCDT: CODE, trangThaiXuLy: '10', ketQuaXuLy: { ...CERTIFICATE, ngayCapPhieu: 'hôm nay' } }).certificate?.issuedOn).toBe('2025-01-22');
    expect(state({ maHoSoMCDT: CODE, trangThaiXuLy: '9', ketQuaXuLy: { soPhieuLLTP: '' } })).toEqual({ meaning: 'result', state: '9' });
  });
  it('a question that was not answered is asked again', () => {
    expect([btp.classifyAsk(answer({ status: 1, value: [] })).kind, btp.classifyAsk(answer({ status: '1' })).kind, btp.classifyAsk(answer({ status: 0 })).kind, btp.classifyAsk(answer('<html>')).kind, btp.classifyAsk(lost('after', 'RESET')).kind])
      .toEqual(['accepted', 'accepted', 'rejected', 'retry', 'retry']);
  });
});

describe('L6, a state for VNeID', () => {
  const base: StatusInput = { code: CODE, status: statusCode('SUPPLEMENT_REQUIRED') as LltpStatus, unitName: 'Đơn vị mẫu', reason: 'Ảnh giấy tờ bị mờ, đề nghị chụp lại', dueOn: '2025-01-22', form: '1' };
  const certificate = btp.readState({ status: 1, value: [{ maHoSoMCDT: CODE, trangThaiXuLy: '9', ketQuaXuLy: CERTIFICATE }] } as never, CODE, '').certificate;
  const file = { name: 'PhieuLLTP.pdf', url: fileAddress('b'.repeat(64)) };

  it('is the message of the fact sheet, to the letter', () => {
    expect(encodeStatus(base, CONFIG)).toEqual({
      maTinh: '99', tenTinh: 'Đơn vị mẫu', maHoSoMCDT: CODE, trangThaiXuLy: '5', tenTrangThaiXuLy: 'Yêu cầu bổ sung giấy tờ', lyDoTuChoi: 'Ảnh giấy tờ bị mờ, đề nghị chụp lại', ngayHenTraKetQua: '22/01/2025', type: 'ketqua', ketQuaXuLy: null,
    });
    const done = encodeStatus({ code: CODE, status: statusCode('RESOLVED') as LltpStatus, unitName: 'Đơn vị mẫu', form: '1', certificate: { ...(certificate as NonNullable<typeof certificate>), file } }, CONFIG);
    expect(done).toEqual({
      maTinh: '99', tenTinh: 'Đơn vị mẫu', maHoSoMCDT: CODE, trangThaiXuLy: '9', tenTrangThaiXuLy: 'Đã xử lý xong', lyDoTuChoi: '', ngayHenTraKetQua: null, type: 'ketqua', ketQuaXuLy: { ...CERTIFICATE, phieuLLTP: file.url },
    });
    expect(statusRequest(done).ok).toBe(true);
  });
  it('a withdrawal carries the certificate and the decision, and never nothing', () => {
    const decision = { name: 'qd.pdf', url: `data:application/pdf;base64,${PDF}` };
    const input: StatusInput = { ...base, status: statusCode('RETURNED') as LltpStatus, decision, certificate: { ...(certificate as NonNullable<typeof certificate>), file } };
    expect(encodeStatus(input, CONFIG)).toMatchObject({ type: 'thuhoi', trangThaiXuLy: '10', ketQuaXuLy: { phieuLLTP: file.url, quyetDinhThuHoi: PDF } });
    const { certificate: _, ...without } = input;
    expect(issuesOf(() => encodeStatus(without, CONFIG))).toEqual(['LT-VNEID-REVOKE-NO-CERTIFICATE /certificate']);
    expect(issuesOf(() => encodeStatus({ ...input, decision: { name: 'x' } }, CONFIG))).toEqual(['LT-VNEID-FILE-SOURCE /decision']);
  });
  it('shows a person that a reason is missing, and that money has to go back', () => {
    const told: string[] = [];
    const { reason: _, ...silent } = base;
    encodeStatus({ ...silent, status: statusCode('REJECTED') as LltpStatus, refundDue: 105_000 }, CONFIG, ({ code, severity }) => told.push(`${code} ${severity ?? ''}`));
    expect(told).toEqual(['LT-VNEID-NO-REASON warning', 'LT-VNEID-REFUND-DUE warning']);
  });
  it('comes back the same from the message', () => {
    const some = fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, '').normalize('NFC')).filter((text) => text !== '' && text.isWellFormed());
    fc.assert(fc.property(fc.constantFrom('ACCEPTED', 'REJECTED', 'SUPPLEMENT_REQUIRED', 'RESOLVED', 'RETURNED' as const), some, fc.option(some, { nil: undefined }), fc.boolean(), fc.boolean(), (status, unitName, reason, hasResult, isWithdrawn) => {
      const input: StatusInput = {
        code: CODE, status: statusCode(status as 'ACCEPTED') as LltpStatus, unitName, ...(reason === undefined ? {} : { reason }),
        ...(hasResult ? { form: '1' as const, certificate: { ...(certificate as NonNullable<typeof certificate>), file } } : {}), ...(hasResult && isWithdrawn ? { decision: file } : {}),
      };
      const message = encodeStatus(input, CONFIG);
      const call = readCall({ method: 'POST', path: '/v2/lyLichTuPhap/traKetQuaHoSoLLTP', query: {}, body: message }, CONFIG);
      expect(encodeStatus(call?.inputs[0] as StatusInput, CONFIG)).toEqual(message);
    }), { numRuns: 100 });
  });

  it.each([
    ['00', null, 'accepted'],
    ['01', 'Hồ sơ không thể cập nhật lên trạng thái Đã trả kết quả', 'accepted'],
    ['01', 'KHÔNG THỂ CẬP NHẬT LÊN TRẠNG THÁI'.normalize('NFD'), 'accepted'],
    ['01', 'Dữ liệu không hợp lệ', 'rejected'],
    ['01', null, 'rejected'],
    ['02', 'không thể cập nhật lên trạng thái', 'rejected'],
    ['03', 'Yêu cầu bị gián đoạn. Vui lòng thử lại.', 'retry'],
    ['03', 'Lỗi khác', 'rejected'],
    ['99', null, 'rejected'],
  ])('an answer %s “%s” is %s', (statusCode, errorDetail, kind) => {
    const outcome = classifyReport(answer({ statusCode, data: null, errorDetail }), CONFIG);
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'retry') expect(outcome.retryAfterMs).toBe(420_000);
  });
  it('a number for a code is the same code, a page is a doubt, and so is an answer with 502', () => {
    const kinds = [answer({ statusCode: 0 }), answer('<html>'), answer({ statusCode: '00' }, 502), answer({}, 200), lost('after', 'RESET'), lost('before', 'DNS')].map((one) => classifyReport(one, CONFIG).kind);
    expect(kinds).toEqual(['accepted', 'unknown', 'unknown', 'unknown', 'unknown', 'retry']);
    const numbered = [{ statusCode: 1, errorDetail: 'không thể cập nhật lên trạng thái' }, { statusCode: 1 }, { statusCode: 3, errorDetail: 'Yêu cầu bị gián đoạn. Vui lòng thử lại.' }, { statusCode: '0' }];
    expect(numbered.map((body) => classifyReport(answer(body), CONFIG).kind)).toEqual(['accepted', 'rejected', 'retry', 'rejected']);
  });
  it('other words and codes are configuration', () => {
    const other = config({ answers: [{ code: '02', words: ['đã cập nhật'], meaning: 'ALREADY_SO' }, { code: '0', meaning: 'ACCEPTED' }], interruptedRetryMs: 1000 });
    expect([answer({ statusCode: '02', errorDetail: 'Hồ sơ ĐÃ cập nhật' }), answer({ statusCode: 0 }), answer({ statusCode: '00' })].map((one) => classifyReport(one, other).kind)).toEqual(['accepted', 'accepted', 'rejected']);
  });
});
