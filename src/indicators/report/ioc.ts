/**
 * The feed of operation centres (IOC) in the shape that a province's system already gives them (EMC fact sheet D.5), field names as there. The only place
 * outside adapters with Vietnamese names of fields: they are the interface.
 */
import type { GroupFigures, Report } from '../compute.ts';

export interface IocUnit {
  MaDonVi: string; TenDonVi: string; HSTiepNhanTong: number; HSTiepNhanTrucTuyen: number; HSTrucTiepVaBCCI: number; HSTiepNhanKyTruoc: number; HSTiepNhan: number; HSDaXuLyTong: number; HSDaXLDungHan: number; HSDaXLQuaHan: number;
  HSDangXuLyTong: number; HSDangXLTrongHan: number; HSDangXLQuaHan: number; HSBoSung: number; HSTraLai: number;
}
export interface IocDay { Ngay: string; TiepNhan: number; DaXuLyDungHan: number; DaXuLyQuaHan: number }

const of = (group: GroupFigures, id: string): number => group.figures.find((figure) => figure.id === id)?.numerator ?? 0;

/** @param counts `province-counts` of a month or year, by unit */
export const iocUnits = (counts: Report): IocUnit[] => counts.groups.map((group) => ({
  MaDonVi: group.code, TenDonVi: group.name,
  HSTiepNhanTong: of(group, 'received') + of(group, 'carried-over'), HSTiepNhanTrucTuyen: of(group, 'online'), HSTrucTiepVaBCCI: of(group, 'direct'), HSTiepNhanKyTruoc: of(group, 'carried-over'), HSTiepNhan: of(group, 'received'),
  HSDaXuLyTong: of(group, 'ended'), HSDaXLDungHan: of(group, 'ended-in-time'), HSDaXLQuaHan: of(group, 'ended') - of(group, 'ended-in-time'),
  HSDangXuLyTong: of(group, 'in-processing'), HSDangXLTrongHan: of(group, 'in-processing-in-time'), HSDangXLQuaHan: of(group, 'in-processing-late'), HSBoSung: of(group, 'waiting-papers'), HSTraLai: of(group, 'stopped'),
}));

/** @param counts `province-counts` by day, month or year; `Ngay` is the piece's key */
export const iocCourse = (counts: Report): IocDay[] => counts.groups.map((group) => ({ Ngay: group.key, TiepNhan: of(group, 'received'), DaXuLyDungHan: of(group, 'ended-in-time'), DaXuLyQuaHan: of(group, 'ended') - of(group, 'ended-in-time') }));

/** @param counts `province-counts` of the whole */
export const iocStatuses = ({ whole }: Report): { TrangThai: string; TenTrangThai: string; SoLuong: number }[] => [
  ['TiepNhan', 'Đã tiếp nhận', 'received'], ['DangXuLy', 'Đang xử lý', 'in-processing'], ['BoSung', 'Chờ bổ sung', 'waiting-papers'], ['NghiaVuTaiChinh', 'Chờ nghĩa vụ tài chính', 'waiting-payment'],
  ['DaXuLy', 'Đã giải quyết', 'completed'], ['DaTraKetQua', 'Đã trả kết quả', 'returned'], ['DungXuLy', 'Dừng, rút', 'stopped'], ['ChuaTiepNhan', 'Chưa hoặc không tiếp nhận', 'not-received'],
].map(([code = '', name = '', id = '']) => ({ TrangThai: code, TenTrangThai: name, SoLuong: of(whole, id) }));
