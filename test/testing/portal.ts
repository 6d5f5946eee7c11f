/** Invented requests for the simulated portal, and a client that speaks to it as plainly as possible. */
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { DvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';

export const CODE = 'H99.14-250715-0042';

export function snapshot(code = CODE, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    MaHoSo: code, MaTTHC: '1.009999', TenTTHC: 'Cấp bản sao trích lục mẫu', MaLinhVuc: 'G99-HT01', TenLinhVuc: 'Hộ tịch (mẫu)', KenhThucHien: '2', SoBienNhan: '',
    ChuHoSo: 'Trần Thị Mẫu', LoaiDoiTuong: '1', MaDoiTuong: 'tech-0001', ThongTinKhac: '', Email: 'mau@example.vn', Fax: '', SoDienThoai: '0900000000',
    TrichYeuHoSo: 'Đề nghị cấp bản sao (mẫu)', NgayNopHoSo: '20250715080112', NgayTiepNhan: '20250715083000', NgayHenTra: '20250717170000', TrangThaiHoSo: '2',
    NgayTra: '', ThongTinTra: '', HinhThuc: '1', NgayKetThucXuLy: '', NgayTuChoi: '', DonViXuLy: 'UBND phường Mẫu', GhiChu: '', NoiNopHoSo: '2',
    HoSoCoThanhPhanSoHoa: '1', TaiKhoanDuocXacThucVoiVNeID: '1', DuocThanhToanTrucTuyen: '0', DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '092199999002' }],
    DSKetNoiCSDL: [{ MaCSDL: '1' }],
    TaiLieuNop: [{ TepDinhKemId: '90001', TenTepDinhKem: 'to-khai.pdf', IsDeleted: 'False', MaThanhPhanHoSo: '', DuongDanTaiTepTin: 'https://tep.example.vn/1', DuocSoHoa: '1', DuocTaiSuDung: '0', DuocLayTuKhoDMQG: '0', MaKetQuaThayThe: '' }],
    DanhSachLePhi: [{ TenPhiLePhi: 'Lệ phí', MaPhiLePhi: '1', HinhThucThu: '1', Gia: '8000', LoaiPhiLePhi: '1' }],
    DanhSachTepDinhKemKhac: [], DanhSachHoSoBoSung: [], DanhSachGiayToKetQua: [],
    ...fields,
  };
}
export function step(status: string, at: string, code = CODE, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { MaHoSo: code, NguoiXuLy: 'Lê Văn Mẫu', ChucDanh: '', ThoiDiemXuLy: at, PhongBanXuLy: '', NoiDungXuLy: 'Xử lý hồ sơ', TrangThai: status, NgayBatDau: '', NgayKetThucTheoQuyDinh: '', ...fields };
}

export interface Reply { status: number; headers: Record<string, unknown>; text: string; body: { error_code?: number | string; message?: string; result?: unknown; session?: string } }

export async function send(url: string, options: { method?: Dispatcher.HttpMethod; body?: unknown; headers?: Record<string, string>; dispatcher?: Dispatcher; signal?: AbortSignal } = {}): Promise<Reply> {
  const { method = 'POST', body, headers = {}, dispatcher, signal } = options;
  const response = await request(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(dispatcher === undefined ? {} : { dispatcher }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.body.text();
  let parsed: Reply['body'] = {};
  try {
    parsed = JSON.parse(text) as Reply['body'];
  } catch {
    // HTML, garbage, nothing: the test looks at the text
  }
  return { status: response.statusCode, headers: response.headers, text, body: parsed };
}

/** Logs in and calls services of a hosted portal in direct mode. */
export function portalClient(url: string, simulator: DvcqgSimulator, options: { dispatcher?: Dispatcher; base?: string } = {}) {
  const base = `${url}${options.base ?? '/XrdAdapter/RestService/forward'}`;
  const dispatcher = options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher };
  const [account] = simulator.accounts;
  const client = {
    session: '',
    /** the next calls can be hung up on */
    signal: undefined as AbortSignal | undefined,
    post: (path: string, body: unknown, headers: Record<string, string> = {}) => send(`${base}${path}`, { body, headers, ...dispatcher, ...(client.signal === undefined ? {} : { signal: client.signal }) }),
    async login(): Promise<Reply> {
      const reply = await client.post('/mapi/login', account);
      client.session = reply.body.session ?? '';
      return reply;
    },
    call: (service: string, params: Record<string, unknown> = {}, path = '/mapi/g') =>
      client.post(path, { session: client.session, madonvi: simulator.agencies[0], service, ...params }, { dstcode: simulator.dstcode }),
    create: (...data: unknown[]) => client.call('DongBoHoSoMC', { isUpdating: 'False', data }),
    update: (...data: unknown[]) => client.call('DongBoHoSoMC', { isUpdating: 'True', data }),
    append: (...data: unknown[]) => client.call('CapNhatTienDoHoSoMC', { data }),
    find: (code = CODE) => client.call('TraCuuHoSo', { mahoso: code }),
  };
  return client;
}
export type PortalClient = ReturnType<typeof portalClient>;
