/** The lists that the land system pulls (fact sheet 2.14). */
import { describe, expect, it } from 'vitest';
import * as compiled from '../../../adapters/vbdlis/generated/validators.js';
import { config, desk, dossier } from './inbound-desk.ts';

const own = {
  ...config({ officers: [{ code: 'vpdk.vidu01', name: 'Phạm Văn Giả Định', office: 'Phòng Mẫu', position: 'Chuyên viên' }, { code: 'vpdk.vidu02', name: 'Ngô Thị Giả Định' }], procedureCases: [{ code: 'TH-DEMO-002', name: 'Cấp đổi_Cấp giấy (minh họa)' }] }),
  procedures: { '1.012781': { code: 'TH-DEMO-001', name: 'Chuyển nhượng_Đăng ký biến động (minh họa)' }, '1.012782': { code: 'TH-DEMO-003' } },
};

describe('catalogues', () => {
  it('I10 lists the officers', async () => {
    const reply = await desk([dossier()], own).call('users', {});
    expect(reply).toEqual({ status: 200, body: { result: 1, message: null, data: [
      { maNguoiDung: 'vpdk.vidu01', tenNguoiDung: 'Phạm Văn Giả Định', tenPhongBan: 'Phòng Mẫu', chucDanh: 'Chuyên viên' },
      { maNguoiDung: 'vpdk.vidu02', tenNguoiDung: 'Ngô Thị Giả Định', tenPhongBan: null, chucDanh: null },
    ] } });
    expect(compiled.danhMucNguoiDung(reply.body)).toBe(true);
  });
  it('I11 lists what dossiers are sent with, and further cases', async () => {
    const reply = await desk([dossier()], { ...own, replyNames: 'pascal' }).call('procedures', {});
    expect(reply.body).toEqual({ Result: 1, Message: null, Data: [
      { MaThuTucHanhChinh: 'TH-DEMO-001', TenThuTucHanhChinh: 'Chuyển nhượng_Đăng ký biến động (minh họa)' },
      { MaThuTucHanhChinh: 'TH-DEMO-003', TenThuTucHanhChinh: 'TH-DEMO-003' },
      { MaThuTucHanhChinh: 'TH-DEMO-002', TenThuTucHanhChinh: 'Cấp đổi_Cấp giấy (minh họa)' },
    ] });
    expect(compiled.DanhMucThuTuc(reply.body)).toBe(true);
  });
  it('I12 lists the ten statuses of 3.1, or what is configured', async () => {
    const reply = await desk([dossier()], own).call('statuses', {});
    expect(reply.body).toMatchObject({ data: [{ maTrangThai: '1', tenTrangThai: 'Mới đăng ký' }, {}, {}, {}, {}, {}, {}, {}, {}, { maTrangThai: '10', tenTrangThai: 'Đã trả kết quả' }] });
    expect(compiled.danhMucTrangThai(reply.body)).toBe(true);
    expect((await desk([dossier()], { ...own, statuses: [{ code: 'A', name: 'Một' }] }).call('statuses', {})).body).toMatchObject({ data: [{ maTrangThai: 'A', tenTrangThai: 'Một' }] });
  });
});
