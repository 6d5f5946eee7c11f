/** The land system's callbacks I1–I9 (fact sheet 2.5–2.13), each as a reader: what it tells of a dossier. Pure; whatever comes is read as far as it can be. */
import type { Text } from '../../../src/contract/errors/types.ts';
import type { LandEvent, LandEventKind, Parcel } from '../../../src/model/generated/land-case.ts';
import type { InboundConfig } from '../inbound-config.ts';
import type { CaseFacts, Told } from '../land-case.ts';
import { LAND_ID } from '../situation.ts';
import { vbdlisNotices } from '../tax.ts';
import { digestOf, fieldsOf, fileOf, filesOf, isMidnight, isTrue, lineOf, momentOf, numberOf, present, textOf, timeOf, unitOf, type Fields } from './values.ts';

export interface Reading { config: Pick<InboundConfig, 'inboundTime' | 'pauseStatus'>; /** ms */ now: number; /** officer's name by user name */ officer: (code: string | undefined) => string | undefined }

export interface Callback {
  id: string;
  title: Text;
  /** below /api/v1/VBDLISs/ */
  name: string;
  /** component of the contract */
  component: 'ChuyenHoSoRequest' | 'YeuCauBoSungRequest' | 'NhanBoSungRequest' | 'KetQuaThueVbdlisRequest' | 'KetThucRequest' | 'CungCapSoBienNhanRequest' | 'YeuCauCapNhatRequest' | 'NhapSaiThuTucRequest' | 'ThueChuyenTraRequest';
  /** text that the reference cannot do without: HTTP 400 when it is missing */
  required: readonly string[];
  /** officers who must be known, where installations insist on it */
  officers?: readonly string[];
  /** an empty number is answered in words of its own (6.1) */
  saysNoNumber?: true;
  /** always answered with 1, whether or not the dossier is known (2.10) */
  acknowledges?: true;
  read(body: Fields, reading: Reading): Told;
}

const NAME = 500;
const TEXT = 10_000;

type Content = Omit<LandEvent, 'id' | 'kind' | 'at'>;
/**
 * The same event has the same id however often it is told: its kind, its time as it was given, and what it says. Two events that say the
 * same of no time are one.
 */
function eventOf(kind: LandEventKind, given: string | undefined, content: Content, now: number, more: unknown = null): LandEvent {
  return { id: `${LAND_ID}${kind}:${given ?? '-'}:${digestOf([content, more])}`, kind, at: momentOf(given, now), ...content };
}

/** Whether a call without a time is a repetition, only the time at which it comes can tell. */
const happened = (kind: LandEventKind, given: string | undefined, content: Content, now: number): Pick<Told, 'event' | 'mayRecur'> => ({ event: eventOf(kind, given, content, now), ...(given === undefined ? { mayRecur: true } : {}) });

const one = <T>(value: T | undefined): T[] | undefined => (value === undefined ? undefined : [value]);

function parcelOf(value: unknown): Parcel[] {
  const fields = fieldsOf(value);
  const area = numberOf(fields['DienTich']);
  const parcel = present({
    number: lineOf(fields['SoThuTuThua'], 50), mapSheet: lineOf(fields['SoHieuBanDo'], 50), address: lineOf(fields['DiaChiChiTiet'], 1000),
    area: area === undefined || area < 0 ? undefined : lineOf(fields['DienTich'], 30)?.replace(',', '.'),
  });
  return Object.keys(parcel).length === 0 ? [] : [parcel];
}

/** A dossier that began in the land system: what it says of the land and of the procedure. Nothing happened to it by this (2.10). */
function factsOf(body: Fields): Partial<CaseFacts> {
  const procedure = fieldsOf(body['ThongTinQuyTrinh']);
  const code = lineOf(procedure['MaQuyTrinh'], 100);
  const area = present({ provinceCode: unitOf(body['TinhId'], 2), districtCode: unitOf(body['HuyenId'], 3), communeCode: unitOf(body['XaId'], 5) });
  const land = body['ThongTinThuaDat'];
  const parcels = (Array.isArray(land) ? land.slice(0, 500) : [land]).flatMap(parcelOf);
  return {
    origin: 'land',
    ...present({
      procedureCase: code === undefined ? undefined : { code, ...present({ name: lineOf(procedure['TenQuyTrinh'], 1000) }) },
      area: Object.keys(area).length === 0 ? undefined : area,
      propertyAddress: lineOf(body['DiaChiTaiSan'], 1000),
      parcels: parcels.length === 0 ? undefined : parcels,
    }),
  };
}

/** I7, I8 and I9 carry no time. */
const note = (kind: LandEventKind) => (body: Fields, { now, officer }: Reading): Told => {
  const by = lineOf(body['MaCanBoXuLy'], NAME);
  return { ...happened(kind, undefined, present({ by, text: textOf(body['GhiChu'], TEXT) }), now), names: present({ actor: officer(by) }) };
};

const isLocal = ({ inboundTime }: Reading['config']): boolean => inboundTime === 'vietnam';

export const CALLBACKS: readonly Callback[] = [
  {
    id: 'moved', name: 'ChuyenHoSo', title: { vi: 'Luân chuyển hồ sơ (I1)', en: 'The dossier moved between officers (I1)' }, component: 'ChuyenHoSoRequest',
    required: ['SoBienNhan', 'MaCanBoChuyen', 'MaCanBoNhan'], officers: ['MaCanBoChuyen', 'MaCanBoNhan'],
    read(body, { config, now, officer }) {
      const from = lineOf(body['MaCanBoChuyen'], NAME);
      const to = lineOf(body['MaCanBoNhan'], NAME);
      const content = present({
        from, to, statusCode: lineOf(body['MaTrangThai'], 100), isReturn: isTrue(body['LaTrangThaiChuyenLai']) || undefined,
        stepTime: numberOf(body['HanXuLy']), text: textOf(body['NoiDungXuLy'], TEXT), files: filesOf(body['DanhSachTapTin']),
      });
      return { ...happened('HANDOVER', timeOf(body['NgayChuyen'], isLocal(config)), content, now), names: present({ actor: officer(from), from: officer(from), to: officer(to) }) };
    },
  },
  {
    id: 'supplementRequested', name: 'YeuCauBoSungHoSo', title: { vi: 'Yêu cầu bổ sung hoặc tạm dừng (I2)', en: 'A supplement is required, or the dossier is paused (I2)' }, component: 'YeuCauBoSungRequest',
    required: ['SoBienNhan', 'MaCanBoXuLy'], officers: ['MaCanBoXuLy'],
    read(body, { config, now, officer }) {
      const by = lineOf(body['MaCanBoXuLy'], NAME);
      const kind = isTrue(body['LaTamDung']) ? 'PAUSED' : 'SUPPLEMENT_REQUESTED';
      const content = present({ by, text: textOf(body['GhiChu'], TEXT), files: one(fileOf(body['TapTin'])) });
      return { ...happened(kind, timeOf(body['NgayChoBoSung'], isLocal(config)), content, now), pauseStatus: config.pauseStatus, names: present({ actor: officer(by) }) };
    },
  },
  {
    id: 'supplementReceived', name: 'NhanBoSungHoSo', title: { vi: 'Đã nhận bổ sung, kèm ngày hẹn trả mới (I3)', en: 'The supplement was received, with a new due date (I3)' }, component: 'NhanBoSungRequest',
    required: ['SoBienNhan'],
    read: (body, { config, now }) =>
      happened('SUPPLEMENT_RECEIVED', timeOf(body['NgayNhanBoSung'], isLocal(config)), present({ newDueAt: timeOf(body['NgayHenTraMoi'], isLocal(config)), text: textOf(body['GhiChu'], TEXT), files: one(fileOf(body['TapTin'])) }), now),
  },
  {
    id: 'taxNotices', name: 'GuiKetQuaThue', title: { vi: 'Kết quả thuế (I4)', en: 'Tax notices (I4)' }, component: 'KetQuaThueVbdlisRequest',
    required: ['SoBienNhan'], saysNoNumber: true,
    read(body, { config, now, officer }) {
      const by = lineOf(body['NguoiXuLy'], NAME);
      const given = timeOf(body['NgayCoKetQuaThue'], isLocal(config));
      return taxTold(vbdlisNotices(body, isLocal(config)), given, present({ by, text: textOf(body['GhiChu'], TEXT) }), now, officer(by));
    },
  },
  {
    id: 'finished', name: 'KetThucHoSo', title: { vi: 'Kết thúc hồ sơ (I5)', en: 'The dossier is finished (I5)' }, component: 'KetThucRequest',
    required: ['SoBienNhan', 'MaCanBoXuLy'], officers: ['MaCanBoXuLy'],
    read(body, { config, now, officer }) {
      const by = lineOf(body['MaCanBoXuLy'], NAME);
      const content = present({ by, statusCode: lineOf(body['TrangThaiKetThuc'], 100), text: textOf(body['GhiChu'], TEXT), files: filesOf(body['DanhSachGiayToKetQua']) });
      return { ...happened('FINISHED', timeOf(body['NgayKetThuc'], isLocal(config)), content, now), names: present({ actor: officer(by) }) };
    },
  },
  {
    id: 'originatesInLand', name: 'TiepNhanHoSoChoMotCua', title: { vi: 'Hồ sơ phát sinh từ hệ thống đất đai (I6)', en: 'A dossier that began in the land system (I6)' }, component: 'CungCapSoBienNhanRequest',
    required: ['SoBienNhan'], saysNoNumber: true, acknowledges: true,
    read: (body) => ({ facts: factsOf(body) }),
  },
  {
    id: 'sentBack', name: 'YeuCauCapNhatHoSo', title: { vi: 'Yêu cầu cập nhật hồ sơ (I7)', en: 'Sent back to reception for a correction (I7)' }, component: 'YeuCauCapNhatRequest',
    required: ['SoBienNhan'], saysNoNumber: true, read: note('CORRECTION_REQUESTED'),
  },
  {
    id: 'wrongProcedure', name: 'ThongBaoNhapSaiThuTuc', title: { vi: 'Thông báo nhập sai thủ tục (I8)', en: 'The wrong procedure was chosen (I8)' }, component: 'NhapSaiThuTucRequest',
    required: ['SoBienNhan'], read: note('WRONG_PROCEDURE'),
  },
  {
    id: 'returnedByTax', name: 'ThueChuyenTraHoSoDoSai', title: { vi: 'Thuế chuyển trả hồ sơ do sai (I9)', en: 'The tax office returned the file (I9)' }, component: 'ThueChuyenTraRequest',
    required: ['SoBienNhan'], read: note('TAX_RETURNED'),
  },
];

/** Notices of any channel as one event. A day alone, the decision's, is no time at which something was told. */
export function taxTold(notices: NonNullable<Told['notices']>, given: string | undefined, content: Content, now: number, actor?: string): Told {
  const event = eventOf('TAX_NOTICES', given, content, now, notices);
  if (given !== undefined && isMidnight(given)) event.at = momentOf(undefined, now);
  return { event, notices, names: present({ actor }) };
}

/** A voucher as an event, once it says that something was paid. */
export function paidTold(notice: NonNullable<Told['notices']>[number], now: number): Told {
  const paid = notice.payments?.find(({ status }) => status === 'PAID');
  if (paid === undefined) return { notices: [notice] };
  return { notices: [notice], event: eventOf('OBLIGATION_PAID', paid.paidAt, present({ text: paid.text }), now, notice) };
}
