/** Whole cases of the simulated land system, told to the desk: every call is taken, none is late, and the dossier ends where the case does. */
import { expect, it } from 'vitest';
import { inboundRoutes } from '../../../adapters/vbdlis/inbound.ts';
import { createVbdlisSimulator } from '../../../adapters/vbdlis/simulator.ts';
import { CODE, desk, SECRETS } from './inbound-desk.ts';

const SUBMISSION = {
  LaQuyTrinhCapTinh: true, TinhId: 99, HuyenId: 990, XaId: 99001, SoBienNhan: CODE, MaHoSoMotCua: null, NguoiTiepNhan: 'motcua.vidu01', NgayTiepNhan: '2025-03-04T08:15:00', NgayHenTra: '2025-03-18T17:00:00', DiaChiTaiSan: null,
  ThongTinNguoiNopDon: { HoTen: 'Trần Thị Ví Dụ', SoChungMinh: '', DiaChiChiTiet: '', SoDienThoai: '', Email: '' }, ThongTinThuaDat: null, DanhSachGiayToDinhKem: [],
};
const DONE = { SoBienNhan: CODE, NgayHenTraMoi: '2025-03-21T17:00:00', GhiChu: '', DanhSachGiayToBoSung: null };
const PATHS = { vbdlis: ['/tiepnhan', '/capnhattrangthaibosunghoso'], ilis: ['/TiepNhanHoSo', '/BoSungHoSo'] } as const;
/** what the desk holds while the case is there; a pause may be the wait for a payment that is not known yet */
const STATUSES: Readonly<Record<string, RegExp>> = {
  working: /^(PROCESSING|ACCEPTED)$/, 'waiting-supplement': /^SUPPLEMENT_REQUIRED$/, paused: /^SUPPLEMENT_REQUIRED$/, 'waiting-payment': /^(PAYMENT|SUPPLEMENT)_REQUIRED$/,
  'waiting-resubmission': /^(PROCESSING|ACCEPTED)$/, finished: /^RESOLVED$/,
};

it.each(Array.from({ length: 24 }, (_, i) => i))('case %i', async (i) => {
  const profile = i % 2 === 0 ? 'vbdlis' : 'ilis';
  const on = desk();
  on.clock.now = Date.parse('2025-03-04T02:00:00Z');
  const simulator = createVbdlisSimulator({
    seed: `case-${i}`, now: () => on.clock.now, securityCode: SECRETS.securityCode, codeGet: SECRETS.codeGet, profile, publicUrl: 'https://dat.example.vn', announcePayment: i % 3 === 0,
    names: (['declared', 'camel', 'lower', 'upper', 'mixed'] as const)[i % 5] ?? 'declared', dates: (['z', 'naked', 'offset', 'mixed'] as const)[i % 4] ?? 'z', bareFileKind: i % 2 === 0,
  });
  const post = (path: string, body: string, headers: Record<string, string>): unknown => JSON.parse(simulator.handle({ method: 'POST', path, query: {}, headers, body }).body);
  const tell = (path: string, body: unknown): unknown => {
    const [account] = simulator.accounts;
    const token = profile === 'vbdlis' || account === undefined ? {} : (post('/ilis/token', new URLSearchParams({ grant_type: 'password', username: account.username, password: account.password, client_id: account.clientId, client_secret: account.clientSecret }).toString(), { 'content-type': 'application/x-www-form-urlencoded' }) as { access_token?: string });
    return post(path, JSON.stringify(body), { 'content-type': 'application/json', authorization: `Bearer ${'access_token' in token ? token.access_token : ''}` });
  };
  const [submit, done] = PATHS[profile];
  const send = (procedure: string): unknown => tell(submit, { ...SUBMISSION, ThongTinQuyTrinh: { MaQuyTrinh: procedure, TenQuyTrinh: 'Đăng ký biến động (minh họa)' } });
  expect(send('TH-DEMO-001')).toMatchObject({ data: 1 });

  const phase = (): string => simulator.case(CODE)?.phase ?? '';
  for (let turns = 0; phase() !== 'finished' && turns < 100; turns += 1) {
    const next = simulator.nextAt();
    if (next !== undefined) on.clock.now = Math.max(on.clock.now, next);
    else if (phase() === 'waiting-resubmission') send('TH-DEMO-002');
    else tell(done, DONE);
    simulator.advance(0);
    for (const { path, query = {}, body = '' } of simulator.takeCallbacks()) {
      const [address = '', name = '', secret = ''] = /^(.*\/)?([^/]+)\/([^/]+)$/.exec(path)?.slice(1) ?? [];
      const route = inboundRoutes.find((one) => `/${one.path}`.toLowerCase() === path.toLowerCase() || `/${one.path}`.toLowerCase() === `${address}${name}/:securityCode`.toLowerCase());
      const reply = await on.call(route?.id ?? path, JSON.parse(body), { params: { securityCode: secret }, query });
      expect([route?.id, reply]).toEqual([route?.id, { status: route?.id === 'ilisTaxNotices' ? 201 : 200, body: { result: 1, message: null } }]);
      expect(on.held().status).toMatch(STATUSES[phase()] ?? /never/);
    }
  }
  expect(phase()).toBe('finished');
  expect(on.held().landCase?.events.some(({ isLate }) => isLate)).toBe(false);
});
