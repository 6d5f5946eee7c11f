/** An invented land dossier that fills every field of O1, and configurations of both dialects. */
import { configure, type LandConfig } from '../../../adapters/vbdlis/adapter.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import type { LandCase } from '../../../src/model/generated/land-case.ts';
import { dossier } from './inbound-desk.ts';

export const OFFICERS = [
  { code: 'motcua.vidu01', name: 'Lê Thị Tiếp Nhận', id: '00000000-0000-4000-8000-000000000001' },
  { code: 'vpdk.vidu02', name: 'Ngô Văn Giả Định' },
];
export const rawConfig = {
  baseUrl: 'http://127.0.0.1:9/lien-thong',
  procedures: { '1.012781': { code: 'TH-DEMO-001', caseName: 'Chuyển nhượng toàn bộ thửa', tax: true } },
  officers: OFFICERS,
  attachments: { hosts: ['tep.example.vn'] },
};
export const login = { tokenUrl: 'http://127.0.0.1:9/oauth2/token', username: 'tinh-mau', password: 'mat-khau-mau-dat-dai', clientId: 'mot-cua', clientSecret: 'bi-mat-ung-dung-mau' };
export const config = (more: Record<string, unknown> = {}): LandConfig => configure({ ...rawConfig, ...more });

export const landCase = (more: Partial<LandCase> = {}): LandCase => ({
  system: 'vbdlis', state: 'PROCESSING', stateSince: '2025-03-04T01:20:00Z',
  area: { provinceCode: '01', districtCode: '009', communeCode: '00367' },
  propertyAddress: 'Thôn Ví Dụ, xã Minh Họa',
  parcels: [{ number: '125', mapSheet: '17', area: '212.5', address: 'Thôn Ví Dụ' }, { number: '126' }],
  events: [], obligations: [], results: [], ...more,
});

const file = (name: string, more: object = {}) => ({ name, url: `https://tep.example.vn/tai/${name.split('/').at(-1)}`, ...more });
export const land = (more: Partial<Dossier> = {}): Dossier => dossier({
  applicant: {
    kind: 'CITIZEN', name: 'Trần Thị Ví Dụ', ids: [{ type: 'TECH_ID', number: 'tech-1' }, { type: 'CCCD', number: '001199000001' }],
    phone: '0900000001', email: 'vidu@example.vn', address: { text: 'Số 1, thôn Ví Dụ, xã Minh Họa' },
  },
  components: [
    { name: 'Đơn đăng ký biến động', originals: 1, copies: 0, files: [file('don-dang-ky.pdf')] },
    { name: 'Giấy chứng nhận đã cấp', originals: 1, copies: 1, files: [file('kho/2025/gcn-1.pdf'), file('gcn-2.pdf'), file('gcn-cu.pdf', { deleted: true })] },
    { name: 'Giấy tờ không có tệp', files: [] },
  ],
  history: [
    { at: '2025-03-04T01:15:00Z', status: 'ACCEPTED', action: 'Tiếp nhận', actor: 'Lê Thị Tiếp Nhận' },
    { at: '2025-03-04T01:20:00Z', status: 'PROCESSING', action: 'Chuyển liên thông' },
  ],
  landCase: landCase(), ...more,
});
