/**
 * The land system's calls to the province (fact sheet 1.4, 2.5–2.14, 5.1): what they say, and how this installation writes names and
 * times. Whatever is drawn comes from the case's own stream, so that other cases change nothing.
 */
import type { Random } from '../../../src/adapter/random.ts';
import type { SimulatorCallback } from '../../../src/adapter/types.ts';
import { VIETNAM_OFFSET_MS } from '../../../src/model/time.ts';
import type { Fields } from './checks.ts';
import type { LandProcedure, Settings } from './options.ts';

/** The calls, by the names of the document's operations. */
export const CALLS = {
  moved: 'ChuyenHoSo', supplementRequested: 'YeuCauBoSungHoSo', supplementReceived: 'NhanBoSungHoSo', taxNotices: 'GuiKetQuaThue', finished: 'KetThucHoSo',
  originatesInLand: 'TiepNhanHoSoChoMotCua', sentBack: 'YeuCauCapNhatHoSo', wrongProcedure: 'ThongBaoNhapSaiThuTuc', returnedByTax: 'ThueChuyenTraHoSoDoSai',
} as const;
export const CATALOGUES = { users: 'GetDanhMucNguoiDung', procedures: 'GetDanhMucThuTuc', statuses: 'GetDanhMucTrangThai' } as const;
export type CallName = keyof typeof CALLS | 'ilisTaxNotices';

/** What a call is about. */
export interface About {
  receipt: string;
  /** when it happened, ms */
  at: number;
  random: Random;
  /** user names */
  from: string;
  to: string;
  taxpayer: string;
  procedure: LandProcedure;
  /** ms */
  dueAt: number;
  /** counts what was offered of this case, so that every link is another one */
  nextFile(): number;
}

const PREFIX = '/api/v1/VBDLISs';
const PROCESSING = { code: '4', name: 'Đang xử lý' };
const HOURS_OF_A_STEP = 16;
const TAX_KINDS = ['Lệ phí trước bạ', 'Thuế thu nhập cá nhân', 'Tiền sử dụng đất', 'Thuế sử dụng đất phi nông nghiệp'];
const OPINIONS = ['Thẩm tra hồ sơ', 'Trình lãnh đạo', 'Đo đạc, trích lục thửa đất', 'Cập nhật cơ sở dữ liệu'];
const MISSING = ['Thiếu bản sao giấy tờ về nhân thân bên nhận chuyển nhượng', 'Thiếu trích lục bản đồ địa chính', 'Đơn đăng ký chưa có chữ ký'];

export interface OfferedFile { receipt: string; needsToken: boolean }

/**
 * @param offer remembers a file and gives the link that is written into the call
 */
export function createVoice(settings: Settings, offer: (link: string, file: OfferedFile) => string) {
  const { random: seed, strangers } = settings;

  function time(ms: number, random: Random): string {
    const style = settings.dates === 'mixed' ? random.pick(['z', 'naked', 'offset'] as const) : settings.dates;
    const text = (at: number): string => new Date(at).toISOString().slice(0, 19);
    return style === 'offset' ? `${text(ms + VIETNAM_OFFSET_MS)}+07:00` : `${text(ms)}${style === 'z' ? 'Z' : ''}`;
  }
  const localTime = (ms: number): string => new Date(ms + VIETNAM_OFFSET_MS).toISOString().slice(0, 19);

  function named(value: unknown, random: Random): unknown {
    if (Array.isArray(value)) return value.map((item) => named(item, random));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [nameOf(name, random), named(inner, random)]));
  }
  function nameOf(name: string, random: Random): string {
    switch (settings.names === 'mixed' ? random.pick(['declared', 'camel', 'lower', 'upper'] as const) : settings.names) {
      case 'declared': return name;
      case 'camel': return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
      case 'lower': return name.toLowerCase();
      case 'upper': return name.toUpperCase();
    }
  }

  const caseKey = (receipt: string): string => seed.fork(`file:${receipt}`).hex(12);
  function linkOf(about: About, folder: string, needsToken: boolean): string {
    return offer(`${folder}/${caseKey(about.receipt)}-${about.nextFile()}`, { receipt: about.receipt, needsToken });
  }
  const isIlis = settings.profile === 'ilis';
  const paper = (about: About, name: string, folder: string): Fields => ({
    TenGiayTo: name, KieuFile: settings.bareFileKind ? 'pdf' : '.pdf', LinkFile: linkOf(about, folder, isIlis), SoBanSao: 0, SoBanChinh: 1,
  });
  const who = (code: string, random: Random): string => (strangers ? `ngoai.${random.hex(6)}` : code);

  function notices(about: About): { names: string; kind: string; number: string; link: string }[] {
    const { random } = about;
    const first = random.int(TAX_KINDS.length);
    return Array.from({ length: 1 + random.int(settings.maxNotices) }, (_, i) => ({
      names: about.taxpayer, kind: TAX_KINDS[(first + i) % TAX_KINDS.length] as string, number: `TB-${random.hex(8).toUpperCase()}`,
      // the reference fetches these without a token (5.1)
      link: linkOf(about, 'thong-bao-thue', false),
    }));
  }

  const BODIES: Record<CallName, (about: About, how: { isBack?: boolean; isPause?: boolean; isResult?: boolean }) => Fields> = {
    moved: (about, { isBack = false }) => ({
      SoBienNhan: about.receipt, MaCanBoChuyen: who(about.from, about.random), MaCanBoNhan: who(about.to, about.random),
      MaTrangThai: settings.statusAsName ? PROCESSING.name : PROCESSING.code, LaTrangThaiChuyenLai: isBack, NoiDungXuLy: isBack ? 'Chuyển lại để chỉnh sửa' : about.random.pick(OPINIONS),
      NgayChuyen: time(about.at, about.random), HanXuLy: HOURS_OF_A_STEP, DanhSachTapTin: [],
    }),
    supplementRequested: (about, { isPause = false }) => ({
      SoBienNhan: about.receipt, NgayChoBoSung: time(about.at, about.random), MaCanBoXuLy: who(about.from, about.random), LaTamDung: isPause,
      GhiChu: isPause ? 'Tạm dừng xử lý hồ sơ' : about.random.pick(MISSING), TapTin: paper(about, isPause ? 'Thông báo tạm dừng' : 'Thông báo bổ sung', 'thong-bao'),
    }),
    supplementReceived: (about) => ({
      SoBienNhan: about.receipt, NgayNhanBoSung: time(about.at, about.random), NgayHenTraMoi: time(about.dueAt, about.random), GhiChu: 'Đã nhận đủ giấy tờ', TapTin: null,
    }),
    taxNotices: (about) => ({
      SoBienNhan: about.receipt, NguoiXuLy: who(about.from, about.random), NgayCoKetQuaThue: time(about.at, about.random), GhiChu: null,
      DanhSachThongBaoThue: notices(about).map(({ names, kind, number, link }) => ({ HoTenChu: names, LoaiThue: kind, SoThongBaoThue: number, DuongDanThongBaoThue: link })),
    }),
    // other names, and a local time (5.1, 1.7)
    ilisTaxNotices: (about) => ({
      SoBienNhan: about.receipt, NguoiXuLy: who(about.from, about.random), NgayCoKetQuaThue: localTime(about.at), GhiChu: 'Lệ phí trước bạ nhà đất',
      DanhSachThongBaoThue: notices(about).map(({ names, kind, number, link }) => ({ HoVaChu: names, LoaiThue: kind, SoThongBaoThue: number, DuongDanTBT: link })),
    }),
    finished: (about, { isResult = true }) => ({
      SoBienNhan: about.receipt, NgayKetThuc: time(about.at, about.random), MaCanBoXuLy: who(about.from, about.random), TrangThaiKetThuc: isResult ? 0 : settings.returnedCode,
      GhiChu: isResult ? null : 'Không đủ điều kiện giải quyết', DanhSachGiayToKetQua: [isResult ? paper(about, 'Giấy chứng nhận', 'ket-qua') : paper(about, 'Thông báo trả hồ sơ', 'ket-qua')],
    }),
    originatesInLand: (about) => ({
      SoBienNhan: about.receipt, TinhId: 92, HuyenId: 916, XaId: 31117, NguoiTiepNhan: who(about.from, about.random), NgayTiepNhan: time(about.at, about.random), NgayHenTra: time(about.dueAt, about.random),
      DiaChiTaiSan: 'Ấp Ví Dụ, xã Minh Họa',
      ThongTinNguoiNopDon: { HoTen: about.taxpayer, SoChungMinh: '', DiaChiChiTiet: 'Số 1, ấp Ví Dụ, xã Minh Họa', SoDienThoai: `090000${String(about.random.int(10_000)).padStart(4, '0')}`, Email: '' },
      // one parcel here, a list in O1 (6.6)
      ThongTinThuaDat: { SoThuTuThua: String(1 + about.random.int(900)), SoHieuBanDo: String(1 + about.random.int(60)), DienTich: (50 + about.random.int(9000) / 10).toFixed(1), DiaChiChiTiet: 'Ấp Ví Dụ, xã Minh Họa' },
      ThongTinQuyTrinh: { MaQuyTrinh: about.procedure.code, TenQuyTrinh: about.procedure.name },
      DanhSachGiayToDinhKem: [paper(about, 'Đơn đăng ký biến động', 'dau-vao')],
    }),
    sentBack: (about) => ({ SoBienNhan: about.receipt, MaCanBoXuLy: who(about.from, about.random), GhiChu: 'Sai số tờ bản đồ, đề nghị cập nhật' }),
    wrongProcedure: (about) => ({ SoBienNhan: about.receipt, MaCanBoXuLy: who(about.from, about.random), GhiChu: 'Hồ sơ nhập sai thủ tục' }),
    returnedByTax: (about) => ({ SoBienNhan: about.receipt, GhiChu: 'Cơ quan thuế trả hồ sơ do sai thông tin' }),
  };

  const SHOWN = '[secret]';
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return {
    /** @param how what tells the calls of one kind apart */
    say(name: CallName, about: About, how: { isBack?: boolean; isPause?: boolean; isResult?: boolean } = {}): SimulatorCallback {
      const body = JSON.stringify(named(BODIES[name](about, how), about.random));
      const common = { name, method: 'POST', subject: about.receipt, headers, body, retry: settings.retry } as const;
      if (name === 'ilisTaxNotices') return { ...common, path: '/KetQuaThue', query: { CodeGet: settings.codeGet } };
      const path = `${PREFIX}/${CALLS[name]}`;
      return { ...common, path: `${path}/${settings.securityCode}`, shownPath: `${path}/${SHOWN}` };
    },
    /** I10–I12 */
    ask: (name: keyof typeof CATALOGUES): SimulatorCallback => ({ name, method: 'GET', path: `${PREFIX}/${CATALOGUES[name]}`, query: { SecurityCode: settings.securityCode }, retry: settings.retry }),
  };
}
export type Voice = ReturnType<typeof createVoice>;
