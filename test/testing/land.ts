/** Invented dossiers for the simulated land system, and the province's two ends: one that sends, and one that is called. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vbdlis } from '../../adapters/vbdlis/adapter.ts';
import { createVbdlisSimulator } from '../../adapters/vbdlis/simulator.ts';
import type { VbdlisSimulatorOptions } from '../../adapters/vbdlis/simulator.ts';
import { startSimulator, waitFor } from '../../src/testing/index.ts';
import type { HostOptions } from '../../src/testing/index.ts';
import { send } from './portal.ts';

export const RECEIPT = 'H99.99.01-250304-0007';
/** Tuesday, 4 March 2025, 08:15 in Vietnam */
export const START = Date.parse('2025-03-04T01:15:00Z');
export const HOUR = 3_600_000;

const paper = (name: string, data = 'JVBERi0xLjQKJURFTU8K') => ({ TenGiayTo: 'Đơn đăng ký biến động', SoBanChinh: 1, SoBanSao: 0, TapTin: { name, data } });
export function submission(receipt = RECEIPT, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    LaQuyTrinhCapTinh: true, TinhId: 99, HuyenId: 0, XaId: 99001, SoBienNhan: receipt, MaHoSoMotCua: null, NguoiTiepNhan: 'motcua.mau01',
    NgayTiepNhan: '2025-03-04T08:15:00', NgayHenTra: '2025-03-18T17:00:00', DiaChiTaiSan: 'Thôn Ví Dụ, xã Minh Họa',
    ThongTinNguoiNopDon: { HoTen: 'Trần Thị Ví Dụ', SoChungMinh: '099199000001', DiaChiChiTiet: 'Số 1, thôn Ví Dụ', SoDienThoai: '0900000001', Email: 'vidu@example.org' },
    ThongTinQuyTrinh: { MaQuyTrinh: 'TH-MAU-001', TenQuyTrinh: 'Chuyển nhượng toàn bộ thửa_Đăng ký biến động (minh họa)' },
    ThongTinThuaDat: [{ SoThuTuThua: '125', SoHieuBanDo: '17', DienTich: '212.5', DiaChiChiTiet: null }],
    DanhSachGiayToDinhKem: [paper('don-dang-ky.pdf'), paper('gcn.pdf', 'JVBERi0xLjQKMgo=')],
    ...fields,
  };
}
export const taxSubmission = (receipt = RECEIPT, fields: Record<string, unknown> = {}) =>
  submission(receipt, { TinhId: '01', HuyenId: '', XaId: '00004', NguoiTiepNhan: '00000000-0000-4000-8000-000000000001', ...fields });
export const papers = (...names: string[]) => names.map((name) => paper(name));
export const supplement = (receipt = RECEIPT, fields: Record<string, unknown> = {}) => ({ SoBienNhan: receipt, NgayHenTraMoi: '2025-03-21T17:00:00', GhiChu: '', DanhSachGiayToBoSung: null, ...fields });
export const handedOver = (receipt = RECEIPT) => ({ SoBienNhan: receipt, NgayTra: '2025-03-25T09:00:00' });
export const wrong = (receipt = RECEIPT) => ({ SoBienNhan: receipt, NoiDung: 'Sai số tờ bản đồ', DanhSachGiayToDinhKem: [] });

export interface Envelope { data: number; status: { success?: boolean | null; code: number; type: string; time: string; message: string } }
interface Seen { path: string; name: string; body: Record<string, unknown> }

/** The province as it is called: remembers everything, says that all is well. */
async function province() {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => {
      const path = req.url ?? '';
      seen.push({ path, name: /\/VBDLISs\/(\w+)/.exec(path)?.[1] ?? path.slice(1).split('?')[0] ?? '', body: body === '' ? {} : (JSON.parse(body) as Seen['body']) });
      res.writeHead(path.startsWith('/KetQuaThue') ? 201 : 200, { 'content-type': 'application/json' }).end(req.method === 'GET' ? '{"result":1,"message":null,"data":[]}' : '{"result":1,"message":null}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen,
    close: () => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

/** A land system and a province on loopback. Clock and seed are fixed unless told otherwise. */
export async function landAndProvince(options: VbdlisSimulatorOptions = {}, host: HostOptions = {}) {
  const { url: provinceUrl, seen, close } = await province();
  const simulator = createVbdlisSimulator({ seed: 'one', now: () => START, retry: { attempts: 0, delayMs: 0 }, ...options });
  const running = await startSimulator(simulator, { ...(vbdlis.contract === undefined ? {} : { contract: vbdlis.contract }), ...host, callbacks: { url: provinceUrl } });
  let token = '';
  const called = () => waitFor(() => running.callbacks.waiting() === 0, { describe: 'the land system’s calls' });
  return {
    running, simulator, seen, url: running.url,
    close: async () => void (await Promise.all([running.close(), close()])),
    async post(path: string, body: unknown): Promise<{ status: number; body: Envelope; text: string; headers: Record<string, unknown> }> {
      const reply = await send(`${running.url}${path}`, { body, headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
      return { ...reply, body: reply.body as unknown as Envelope };
    },
    async login(change: Record<string, string> = {}) {
      const [account] = simulator.accounts;
      const form = new URLSearchParams({ grant_type: 'password', username: account?.username ?? '', password: account?.password ?? '', client_id: account?.clientId ?? '', client_secret: account?.clientSecret ?? '', ...change });
      const reply = await send(`${running.url}/ilis/token`, { body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
      token = (reply.body as { access_token?: string }).access_token ?? '';
      return reply;
    },
    forgetToken: () => void (token = ''),
    get: (url: string, headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }) => send(url, { method: 'GET', headers }),
    /** time passes, and what the land system tells in it has arrived */
    async pass(hours: number) {
      running.clock.advance(hours * HOUR);
      await called();
    },
    called,
    /** names of the calls since it was asked last */
    told: ((from = 0) => () => {
      const names = seen.slice(from).map(({ name }) => name);
      from = seen.length;
      return names;
    })(),
  };
}
