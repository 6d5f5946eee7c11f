/** A scripted province between the simulated VNeID and judicial-record software, over sockets: answers L1 and L2 as it is told, and sends L4 to L6 by hand. */
import { createVneidSimulator, type VneidSimulator, type VneidSimulatorOptions } from '../../../adapters/vneid/simulator.ts';
import { startSimulator, waitFor, type RunningSimulator } from '../../../src/testing/index.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';

export const START = Date.parse('2026-03-02T01:00:00Z');
export const DOCUMENT = new URL('../../../schemas/upstream/vneid.openapi.yaml', import.meta.url);

export interface Came { path: string; query: URLSearchParams; text: string; body: Record<string, unknown> }
export interface Scene {
  running: RunningSimulator<VneidSimulator>;
  simulator: VneidSimulator;
  /** dossiers that came (L2), in order */
  came: Came[];
  /** the next numbers that are given; afterwards `…-0001` and so on */
  numbers: string[];
  /** what the n-th L2 is answered, from 1. Default 00 */
  answer: (n: number, came: Came) => { statusCode: string; errorDetail?: string } | { status: number };
  /** until every call was made and answered */
  settled(): Promise<void>;
  advance(ms: number): Promise<void>;
  push(code: string, more?: Record<string, unknown>): Promise<Record<string, unknown>>;
  read(code: string, more?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** L6; the text where it is no JSON */
  report(code: string, state: string, more?: Record<string, unknown>): Promise<Record<string, unknown> & { http?: number; text?: string }>;
  close(): Promise<void>;
}

const ADDRESS = { maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu', maQuanHuyen: null, tenQuanHuyen: null, maPhuongXa: '99001', tenPhuongXa: 'Xã Ví Dụ', dcChiTiet: 'Thôn Một' };
const EMPTY = `yeuCauCDNCV mucDich maMucDich tenMucDich mucDichKhac soLuongCap nycTenGoiKhac nycGioiTinh nycTenGioiTinh nycDienThoai nycEmail nycSoGiayTo nycLoaiGiayTo nycTenLoaiGiayTo nycNgayCapGiayTo
 nycNoiCapGiayTo nycQuocTich nycTenQuocTich nycDanToc nycTenDanToc nycHoTenCha chaNgaySinh chaLoaiGiayTo chaSoGiayTo nycHoTenMe meNgaySinh meLoaiGiayTo meSoGiayTo nycHoTenVoChong
 voChongNgaySinh voChongLoaiGiayTo voChongSoGiayTo`.split(/\s+/).map((name) => [name, '']);
/** What L4 says at least (2.6). */
export const declaration = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...Object.fromEntries(EMPTY) as Record<string, string>, ngayHenTra: '12/03/2026', loaiPhieu: '1', nycHoTen: 'Lê Thị Mẫu', nycNgaySinh: '14/02/1990', nycThuongTru: ADDRESS,
  nycTamTru: Object.fromEntries(Object.keys(ADDRESS).map((name) => [name, null])), nycNoiSinh: ADDRESS, nycNoiSinhNuocNgoai: '1', uyQuyen: '0', nycCuTru: [],
  fileHoSo: [{ tenLoaiFile: 'Ảnh thẻ căn cước', tenFile: 'DinhKem.pdf', noiDungFile: 'JVBERi0xLjcK' }], ...more,
});

export async function scene(options: VneidSimulatorOptions = {}, lines = 1): Promise<Scene> {
  const simulator = createVneidSimulator({ seed: 'one', now: () => START, retry: { attempts: 1, delayMs: 5 }, ...options });
  let given = 0;
  const desk = await httpLoopback((request, response) => void (async () => {
    const url = new URL(request.url ?? '', 'http://x');
    const text = await bodyOf(request);
    const say = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.searchParams.get('CodeGet') !== simulator.secrets.codeGet) return say(400, { succeeded: false, failed: true, message: 'Mã xác thực không hợp lệ', data: null });
    if (url.pathname.endsWith('/LayMaHoSo')) return say(200, { data: self.numbers.shift() ?? `H99.14-260302-${String((given += 1)).padStart(4, '0')}`, succeeded: false, failed: true, message: null });
    const came: Came = { path: url.pathname, query: url.searchParams, text, body: JSON.parse(text) as Record<string, unknown> };
    self.came.push(came);
    const answer = self.answer(self.came.length, came);
    return 'status' in answer ? say(answer.status, {}) : say(200, { data: null, errorDetail: null, ...answer });
  })());
  const running = await startSimulator(simulator, { contract: DOCUMENT, callbacks: { url: desk.url, lines } });
  async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${running.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const text = await answer.text();
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      return { http: answer.status, text };
    }
  }
  const { authKey } = simulator.secrets;
  const self: Scene = {
    running, simulator, came: [], numbers: [], answer: () => ({ statusCode: '00' }),
    async settled() {
      await waitFor(() => running.callbacks.waiting() === 0 && (simulator.dueIn() ?? 1) > 0, { describe: () => `the calls: ${JSON.stringify(running.callbacks.journal().map(({ name, state }) => [name, state]))}` });
    },
    async advance(ms) {
      running.clock.advance(ms);
      await self.settled();
    },
    push: (code, more = {}) => post('/lltp/guiHoSo', { authKey, maTinh: '99', tenTinh: 'Tỉnh Mẫu', maHoSoMCDT: code, nguonDangKy: '2', tenNguonDangKy: 'VNeID', ngayTiepNhan: '02/03/2026', toKhai: declaration(), ...more }),
    read: (code, more = {}) => post('/lltp/nhanTrangThai', { authKey, maTinh: '99', maHoSoMCDT: code, ...more }),
    report: (code, state, more = {}) => post('/v2/lyLichTuPhap/traKetQuaHoSoLLTP', {
      maTinh: '99', tenTinh: 'Đơn vị mẫu', maHoSoMCDT: code, trangThaiXuLy: state, tenTrangThaiXuLy: 'x', lyDoTuChoi: '', ngayHenTraKetQua: '12/03/2026', type: 'ketqua', ketQuaXuLy: null, ...more,
    }),
    async close() {
      await running.close();
      await desk[Symbol.asyncDispose]();
    },
  };
  return self;
}
