/** One desk with dossiers that the land system calls: what a gateway does with a call, in memory, checked as the ledger's intake checks it. */
import { expect } from 'vitest';
import { inboundConfigOf, type InboundConfig } from '../../../adapters/vbdlis/inbound-config.ts';
import { inboundRoutes, type LandInboundConfig } from '../../../adapters/vbdlis/inbound.ts';
import type { InboundCall, InboundReply } from '../../../src/adapter/types.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';

export const CODE = 'H99.99.01-250304-0007';
export const SECRETS = { securityCode: 'ma-goi-lai-cua-dat-dai', codeGet: 'ma-thue-qua-ilis-001', taxSecurityKey: 'khoa-thue-tu-cong-01' };
export const NOW = Date.parse('2025-03-25T00:00:00Z');

export const config = (more: Partial<InboundConfig> = {}): LandInboundConfig => ({ ...inboundConfigOf({ ...SECRETS, ...more }), procedures: {}, system: 'vbdlis' });

/** A land dossier of an invented person, taken in on the morning of 4 March 2025. */
export const dossier = (over: Partial<Dossier> = {}): Dossier => ({
  schemaVersion: '1', code: CODE, sourceSystem: 'mot-cua', sourceId: '7', sourceUpdatedAt: '2025-03-04T01:20:00Z', source: 'COUNTER',
  procedure: { code: '1.012781', name: 'Đăng ký biến động (minh họa)', sector: { code: 'G99-DD01', name: 'Đất đai' } },
  agency: { code: 'H99.99.01', name: 'Văn phòng đăng ký đất đai (minh họa)' }, channel: 'COUNTER',
  applicant: { kind: 'CITIZEN', name: 'Trần Thị Ví Dụ', ids: [{ type: 'CCCD', number: '099199000001' }], phone: '0900000001' },
  dates: { submittedAt: '2025-03-04T01:00:00Z', acceptedAt: '2025-03-04T01:15:00Z', dueAt: '2025-03-18T10:00:00Z' },
  status: 'PROCESSING', components: [], results: [], supplements: [], fees: [], payments: [],
  history: [
    { at: '2025-03-04T01:15:00Z', status: 'ACCEPTED', action: 'Tiếp nhận' },
    { at: '2025-03-04T01:20:00Z', status: 'PROCESSING', action: 'Chuyển liên thông' },
  ],
  linkedDatabases: [], ...over,
});

export type Call = readonly [route: string, body: unknown];
export interface Desk {
  /** the dossier as it is */
  held(code?: string): Dossier;
  /** what the province's own system sends next; kept as the adapter keeps it */
  dossiers: Map<string, Dossier>;
  /** how often something was changed */
  changes(): number;
  call(route: string, body: unknown, over?: Partial<InboundCall>): Promise<InboundReply>;
  clock: { now: number };
}

export function desk(dossiers: readonly Dossier[] = [dossier()], own: LandInboundConfig = config()): Desk {
  const held = new Map(dossiers.map((one) => [one.code, one]));
  const clock = { now: NOW };
  let changes = 0;
  return {
    dossiers: held, clock, changes: () => changes,
    held: (code = CODE) => held.get(code) as Dossier,
    async call(id, body, over = {}) {
      const route = inboundRoutes.find((one) => one.id === id);
      if (route === undefined) throw new Error(`no route ${id}`);
      const query: Record<string, string> = route.method === 'GET' ? { SecurityCode: SECRETS.securityCode } : id === 'ilisTaxNotices' ? { CodeGet: SECRETS.codeGet } : {};
      const call: InboundCall = { body, text: JSON.stringify(body) ?? '', params: { securityCode: SECRETS.securityCode }, query, headers: {}, ...over };
      const refused = route.guard?.(call, own);
      if (refused !== undefined) return refused;
      return route.handle(call, {
        config: own, now: () => clock.now, findDossier: (code) => Promise.resolve(held.get(code)),
        changeDossier: (code, _call, change) => {
          const known = held.get(code);
          if (known === undefined) return Promise.resolve({ status: 'no-dossier' });
          const frozen = JSON.stringify(known);
          const changed = change(known);
          expect(JSON.stringify(known), 'change is pure').toBe(frozen);
          if (changed === undefined) return Promise.resolve({ status: 'unchanged', dossier: known });
          const checked = validateDossier(changed);
          if (!checked.ok) return Promise.reject(new ValidationError(checked.issues));
          held.set(code, checked.value);
          changes += 1;
          return Promise.resolve({ status: 'changed', dossier: checked.value });
        },
      });
    },
  };
}

/** Calls of one case in the order in which things happened. */
export const CALLS = {
  moved: ['moved', { SoBienNhan: CODE, MaCanBoChuyen: 'vpdk.vidu01', MaCanBoNhan: 'vpdk.vidu02', MaTrangThai: '4', NgayChuyen: '2025-03-05T02:00:00Z', NoiDungXuLy: 'Thẩm tra', HanXuLy: 8 }],
  requested: ['supplementRequested', {
    SoBienNhan: CODE, NgayChoBoSung: '2025-03-06T02:30:00Z', MaCanBoXuLy: 'vpdk.vidu02', LaTamDung: false, GhiChu: 'Thiếu bản sao giấy tờ',
    TapTin: { TenGiayTo: 'Thông báo bổ sung', KieuFile: '.pdf', LinkFile: 'demo/tb-bo-sung-0007', SoBanSao: 0, SoBanChinh: 1 },
  }],
  received: ['supplementReceived', { SoBienNhan: CODE, NgayNhanBoSung: '2025-03-08T03:00:00', NgayHenTraMoi: '2025-03-21T10:00:00', GhiChu: 'Đủ giấy tờ' }],
  tax: ['taxNotices', {
    SoBienNhan: CODE, NguoiXuLy: 'vpdk.vidu02', NgayCoKetQuaThue: '2025-03-12T03:00:00Z', GhiChu: null,
    DanhSachThongBaoThue: [
      { HoTenChu: 'Lê Văn Mẫu', LoaiThue: 'Lệ phí trước bạ', SoThongBaoThue: 'TB-DEMO-00001', DuongDanThongBaoThue: 'demo/tbt-00001' },
      { HoTenChu: 'Trần Thị Ví Dụ', LoaiThue: 'Thuế thu nhập cá nhân', SoThongBaoThue: 'TB-DEMO-00002', DuongDanThongBaoThue: 'demo/tbt-00002' },
    ],
  }],
  movedAgain: ['moved', { SoBienNhan: CODE, MaCanBoChuyen: 'vpdk.vidu02', MaCanBoNhan: 'vpdk.vidu03', MaTrangThai: '4', NgayChuyen: '2025-03-15T02:00:00Z' }],
  finished: ['finished', {
    SoBienNhan: CODE, NgayKetThuc: '2025-03-20T08:40:00Z', MaCanBoXuLy: 'vpdk.vidu02', TrangThaiKetThuc: 0, GhiChu: null,
    DanhSachGiayToKetQua: [{ TenGiayTo: 'Giấy chứng nhận', KieuFile: '.pdf', LinkFile: 'demo/gcn-ket-qua-0007', SoBanSao: 0, SoBanChinh: 1 }],
  }],
} as const satisfies Record<string, Call>;
export const OK = { status: 200, body: { result: 1, message: null } };
