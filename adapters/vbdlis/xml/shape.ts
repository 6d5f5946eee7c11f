/**
 * The elements of a HoSoXml file, as data (fact sheet 4.1–4.6). Types, reader and writer all follow from this one table.
 *
 * An entity has leaves with a type, and further entities below it. A wrapper has no leaves of its own and only gathers; several
 * wrappers of one name mean the same as one. Everything may be absent and everything may come more than once (4.1): a leaf that
 * comes twice, or does not fit its type, is kept beside as it came, and said.
 */

/** `str` text; `int` whole number; `dec` decimal, kept as its digits; `bool`; `dt` xs:dateTime, kept as written. */
export type LeafType = 'str' | 'int' | 'dec' | 'bool' | 'dt';
export interface ElementShape {
  readonly leaves: Readonly<Record<string, LeafType>>;
  readonly children: Readonly<Record<string, ElementShape>>;
  /** name of a wrapper here that holds whole files again: the state before a change */
  readonly files?: string;
}

const el = <const L extends Readonly<Record<string, LeafType>>, const C extends Readonly<Record<string, ElementShape>> = Readonly<Record<never, never>>>(leaves: L, children?: C) =>
  ({ leaves, children: children ?? ({} as C) });
/** A wrapper: children only. */
const of = <const C extends Readonly<Record<string, ElementShape>>>(children: C) => el({}, children);

const party = el({ loaiDoiTuong: 'str', chuId: 'str' });
const standardAddress = of({ DiaChiChuan: el({ diaChiId: 'str' }) });
const parcelLink = of({ LienKetThuaDat: el({ thuaDatId: 'str' }) });

// ---- 4.2 registration, certificate, rights ------------------------------------------------------------------------

const DC_TinhHinhDangKy = el({
  tinhHinhDangKyId: 'str', maXa: 'str', maDon: 'str', ngayTiepNhan: 'dt', thoiDiemDangKyLanDau: 'dt', thoiDiemDangKy: 'dt', soThuTu: 'int', daiDienKhaiTrinhId: 'str',
  coQuyenSuDung: 'bool', coQuyenSoHuu: 'bool', coQuyenQuanLy: 'bool', capGiayNguoiDaiDien: 'bool',
});
const DC_GiayChungNhan = el({
  giayChungNhanId: 'str', loaiGiayChungNhan: 'str', soHoSoGoc: 'str', soHoSoGocCu: 'str', soVaoSo: 'str', soVaoSoCu: 'str', soPhatHanh: 'str', maVach: 'str', tenNguoiKy: 'str',
  daCongNhanPhapLy: 'bool', donViCap: 'str', ghiChuTrang1: 'str', ghiChuTrang2: 'str', ngayCap: 'dt', banQuet: 'str',
});
const DC_QuyenSuDungDat = el({
  quyenSuDungDatId: 'str', loaiDoiTuong: 'str', chuId: 'str', thuaDatId: 'str', mucDichSuDungId: 'str', giayChungNhanId: 'str', nghiaVuTaiChinhId: 'str', hanCheQuyenId: 'str',
});
const DC_QuyenQuanLyDat = el({ quyenQuanLyDatId: 'str', loaiDoiTuong: 'str', chuId: 'str', thuaDatId: 'str', mucDichSuDungId: 'str' });
const DC_QuyenSoHuuTaiSanGanLienVoiDat = el({
  quyenSoHuuTaiSanGanLienVoiDatId: 'str', loaiDoiTuong: 'str', chuId: 'str', loaiTaiSan: 'str', taiSanId: 'str', hangMucTaiSanId: 'str', giayChungNhanId: 'str', nghiaVuTaiChinhId: 'str',
  hanCheQuyenId: 'str',
});
const DC_DangKyChungRieng = el({
  dangKyChungRiengId: 'str', loaiTaiSan: 'str', taiSanId: 'str', hangMucTaiSanId: 'str', dienTich: 'dec', suDungChung: 'bool', duDieuKien: 'bool', ngayBatDau: 'dt', ngayHetHan: 'dt', thoiHan: 'int',
}, { ChungRieng: of({ ChuChungRieng: party }) });
const DC_HanCheQuyen = el({
  hanCheQuyenId: 'str', loaiHanChe: 'str', dienTich: 'dec', noiDungHanChe: 'str', hanCheMotPhan: 'bool', soDoRanhGioiHanChe: 'str', loaiVanBanHanChe: 'str', soVanBan: 'str', ngayBanHanh: 'dt',
  coQuanBanHanh: 'str', banQuet: 'str',
});
/** `quyenCongChung` is modelled as a boolean at the source and reads like the number of the notary's book: text (4.2). */
const DC_GiaoDich = { ...el({
  giaoDichId: 'str', loaiGiaoDichBienDong: 'str', thoiDiemDangKyBienDong: 'dt', noiDungBienDong: 'str', maBienDong: 'str', maHoSoThuTucDangKy: 'str', soHopDong: 'str', ngayHopDong: 'dt',
  giaTriHopDong: 'dec', noiDungHopDong: 'str', quyenCongChung: 'str', soCongChung: 'str', ngayCongChung: 'dt', noiCongChung: 'str',
}), files: 'HoSoTruocBienDong' } as const;
const DC_GiaoDichBaoDam = el({
  giaoDichBaoDamId: 'str', giaoDichId: 'str', giaoDichBaoDamChaId: 'str', loaiGiaoDichBaoDam: 'str', quyenSoGiaoDichBaoDam: 'str', soThuTu: 'int', soDangKy: 'str', thoiDiemDangKy: 'dt',
  ngayBatDau: 'dt', ngayKetThuc: 'dt', hieuLuc: 'bool',
}, {
  ChuThamGia: of({ BenTheChap: of({ Chu: party }), BenNhanTheChap: of({ Chu: party }), BenBaoLanh: of({ Chu: party }) }),
  ThongTinChiTietGiaoDichBaoDam: of({
    DC_ChiTietGiaoDichBaoDam: el({ chiTietGiaoDichBaoDamId: 'str', giayChungNhanId: 'str', loaiTaiSan: 'str', taiSanId: 'str', hangMucTaiSanId: 'str', dienTichTheChap: 'dec' }),
  }),
});
const DC_DangKyThayDoi = el({ dangKyThayDoiId: 'str', giaoDichId: 'str', laThuaDat: 'bool', thuaDatId: 'str', canHoId: 'str', thoiDiemDangKyThayDoi: 'dt', noiDungDangKyThayDoi: 'str' });
const DC_NoiDungInXacNhan = el({ noiDungInXacNhanId: 'str', giayChungNhanId: 'str', giaoDichId: 'str', noiDungThayDoi: 'str', coQuanXacNhan: 'str', ngayXacNhan: 'dt' });
const DC_SoDiaChinh = el({ soDiaChinhId: 'str', laThuaDat: 'bool', thuaDatId: 'str', canHoId: 'str', thoiDiemLapSo: 'dt', banQuet: 'str', tenFile: 'str', moTa: 'str' });
const DC_HoSoQuet = el({ hoSoQuetId: 'str', kho: 'str', day: 'str', ke: 'str', hop: 'str', soThuTuHoSo: 'int' }, {
  ThongTinChiTietHoSoQuet: of({ DC_ChiTietHoSoQuet: el({ chiTietHoSoQuetId: 'str', tenFile: 'str', moTa: 'str', laGiayToVeNguonGoc: 'bool', laGiayChungNhan: 'bool', giayChungNhanId: 'str' }) }),
});

// ---- 4.3 assets ---------------------------------------------------------------------------------------------------

const DC_NguonGocDat = el({ nguonGocDatId: 'str', nguonGoc: 'str', nguonGocChuyenQuyen: 'str', nguonGocChiTiet: 'str', dienTich: 'dec' });
/** `thoiHanSuDung` is a number in one revision of the format and text such as “Lâu dài” in the next: text. */
const DC_MucDichSuDung = el({
  mucDichSuDungId: 'str', soThuTuMucDichSuDung: 'int', maMucDichSuDung: 'str', maMucDichSuDungPhu: 'str', maMucDichSuDungQuyHoach: 'str', dienTich: 'dec', thoiHanSuDung: 'str', ngayHetHanSuDung: 'dt',
}, { ThongTinNguonGocDat: of({ DC_NguonGocDat }) });
const DC_ThuaDat = el({
  thuaDatId: 'str', maXa: 'str', soHieuToBanDo: 'str', soThuTuThua: 'str', soHieuToBanDoCu: 'str', soThuTuThuaCu: 'str', dienTich: 'dec', dienTichPhapLy: 'dec', laDoiTuongChiemDat: 'bool',
  diaChi: 'str', inSoLieuCu: 'bool', loaiThuaDat: 'str', taiLieuDoDacId: 'str',
}, { ThongTinMucDichSuDung: of({ DC_MucDichSuDung }), ThongTinDiaChiChuan: standardAddress });
const DC_NhaRiengLe = el({
  nhaRiengLeId: 'str', maXa: 'str', loaiNhaRiengLe: 'str', loaiQuyenSoHuuNhaRiengLe: 'str', soNha: 'str', thoiHanSoHuu: 'str', dienTichXayDung: 'dec', dienTichSuDung: 'dec', dienTichSan: 'dec',
  dienTichSanPhu: 'dec', soTang: 'int', soTangHam: 'int', namHoanThanh: 'int', ketCau: 'str', capHang: 'str', diaChi: 'str',
}, { ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink });
const DC_KhuChungCu = el({ khuChungCuId: 'str', maXa: 'str', tenKhu: 'str', dienTichKhu: 'dec', diaChi: 'str' }, { ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink });
const DC_NhaChungCu = el({
  nhaChungCuId: 'str', khuChungCuId: 'str', tenChungCu: 'str', dienTichXayDung: 'dec', dienTichSan: 'dec', tongSoCan: 'int', soTang: 'int', soTangHam: 'int', namXayDung: 'int', namHoanThanh: 'int',
  thoiHanSoHuu: 'str', capHang: 'str', diaChi: 'str',
}, {
  DC_HangMucSoHuuChung: el({ hangMucSoHuuChungId: 'str', tenHangMuc: 'str', dienTich: 'dec', viTriTang: 'str', ghiChu: 'str' }),
  ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink,
});
const DC_CanHo = el({ canHoId: 'str', nhaChungCuId: 'str', loaiQuyenSoHuuCanHo: 'str', soHieuCanHo: 'str', tangSo: 'int', dienTichSan: 'dec', dienTichSuDung: 'dec' });
/** `thoiHanSoHuu` of works is a number in the older model and text in the newer one, like `thoiHanSuDung` (6.6): text. */
const DC_CongTrinhXayDung = el({
  congTrinhXayDungId: 'str', maXa: 'str', loaiQuyenSoHuuCongTrinhXayDung: 'str', tenCongTrinh: 'str', dienTichXayDung: 'dec', dienTichSan: 'dec', soTang: 'int', soTangHam: 'int', namXayDung: 'int',
  namHoanThanh: 'int', thoiHanSoHuu: 'str', capHang: 'str', diaChi: 'str',
}, {
  DC_HangMucCongTrinh: el({
    hangMucCongTrinhId: 'str', tenHangMuc: 'str', congNang: 'str', dienTichXayDung: 'dec', dienTichSan: 'dec', soTang: 'int', soTangHam: 'int', ketCau: 'str', namXayDung: 'int', namHoanThanh: 'int',
    thoiHanSoHuu: 'str', capHang: 'str', diaChiChiTiet: 'str',
  }),
  ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink,
});
const DC_CongTrinhNgam = el({
  congTrinhNgamId: 'str', maXa: 'str', loaiQuyenSoHuuCongTrinhNgam: 'str', tenCongTrinh: 'str', loaiCongTrinhNgam: 'str', dienTichCongTrinh: 'dec', doSauToiDa: 'dec', viTriDauNoi: 'str',
  namXayDung: 'int', namHoanThanh: 'int', thoiHanSoHuu: 'str', diaChi: 'str',
}, { ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink });
const DC_RungTrong = el({ rungTrongId: 'str', tenRung: 'str', loaiCayRung: 'str', dienTich: 'dec', diaChi: 'str' }, { ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink });
const DC_CayLauNam = el({ cayLauNamId: 'str', tenCayLauNam: 'str', loaiCayTrong: 'str', dienTich: 'dec', diaChi: 'str' }, { ThongTinDiaChiChuan: standardAddress, ThongTinLienKetThuaDat: parcelLink });

// ---- 4.4 owners ---------------------------------------------------------------------------------------------------

const DC_GiayToTuyThan = el({ giayToTuyThanId: 'str', loaiGiayToTuyThan: 'str', soGiayTo: 'str', ngayCap: 'dt', noiCap: 'str' });
const DC_CaNhan = el({
  caNhanId: 'str', loaiDoiTuongSuDungDat: 'str', hoTen: 'str', ngaySinh: 'dt', namSinh: 'int', namMat: 'int', gioiTinh: 'str', maSoThue: 'str', soDienThoai: 'str', email: 'str', maSoDinhDanh: 'str',
  quocTichId: 'str', danTocId: 'str', diaChi: 'str',
}, { ThongTinDiaChiChuan: standardAddress, ThongTinGiayToTuyThan: of({ DC_GiayToTuyThan }) });
const DC_VoChong = el({ voChongId: 'str', voId: 'str', chongId: 'str', inVoTruoc: 'bool' });
const DC_HoGiaDinh = el({ hoGiaDinhId: 'str', chuHoId: 'str', voChongChuHoId: 'str', diaChi: 'str' }, {
  ThongTinDiaChiChuan: standardAddress, ThongTinThanhVienHoGiaDinh: of({ ThanhVienHoGiaDinh: el({ caNhanId: 'str', voChongId: 'str' }) }),
});
const DC_ToChuc = el({
  toChucId: 'str', loaiDoiTuongSuDungDat: 'str', tenToChuc: 'str', tenVietTat: 'str', tenToChucTa: 'str', nguoiDaiDienId: 'str', soQuyetDinh: 'str', ngayQuyetDinh: 'dt', loaiQuyetDinhThanhLap: 'str',
  maDoanhNghiep: 'str', maSoThue: 'str', loaiToChuc: 'str', diaChi: 'str',
}, {
  ThongTinDiaChiChuan: standardAddress,
  ThongTinGiayToToChuc: of({ DC_GiayToToChuc: el({ giayToToChucId: 'str', loaiGiayToToChuc: 'str', soGiayTo: 'str', ngayCap: 'dt', noiCap: 'str', ghiChu: 'str' }) }),
});
const DC_CongDong = el({ congDongId: 'str', loaiDoiTuongSuDungDat: 'str', tenCongDong: 'str', nguoiDaiDienId: 'str', diaDanhCuTru: 'str' }, { ThongTinDiaChiChuan: standardAddress });

// ---- 4.5, 4.6 addresses, surveys, money ---------------------------------------------------------------------------

const DC_DiaChi = el({ diaChiId: 'str', maXa: 'str', soNha: 'str', tenDuongPho: 'str', tenToDanPho: 'str', tenXa: 'str', tenQuan: 'str', tenTinh: 'str', diaChiChiTiet: 'str' });
const DC_TaiLieuDoDac = el({
  taiLieuDoDacId: 'str', maXa: 'str', loaiBanDoDiaChinh: 'str', donViDoDac: 'str', phuongPhapDo: 'str', mucDoChinhXac: 'str', tyLeDoDac: 'str', ngayHoanThanh: 'dt',
});
const DC_NghiaVuTaiChinh = el({
  nghiaVuTaiChinhId: 'str', loaiNghiaVuTaiChinh: 'str', tongSoTien: 'dec', tongSoTienMienGiam: 'dec', tongSoTienNo: 'dec', ngayBatDau: 'dt', hoanThanh: 'bool',
});
// “coQuanRaQuyenDinh…” is how the format spells it.
const DC_MienGiamNghiaVuTaiChinh = el({
  mienGiamNghiaVuTaiChinhId: 'str', nghiaVuTaiChinhId: 'str', loaiCheDoMienGiamId: 'str', soTienMienGiam: 'dec', soQuyetDinhMienGiam: 'str', ngayRaQuyetDinhMienGiam: 'dt',
  coQuanRaQuyenDinhMienGiam: 'str',
});
const DC_NoNghiaVuTaiChinh = el({
  noNghiaVuTaiChinhId: 'str', nghiaVuTaiChinhId: 'str', loaiCheDoNoId: 'str', soTienNo: 'dec', soQuyetDinhNo: 'str', ngayRaQuyetDinhNo: 'dt', coQuanRaQuyenDinhNo: 'str',
});

export const ROOT = 'HoSoXml';
/** The root, `HoSoXml`; its 21 children in the order of the format (4.1). */
export const HO_SO_XML = el({ hoSoGuid: 'str' }, {
  DC_TinhHinhDangKy,
  ThongTinGiayChungNhan: of({ DC_GiayChungNhan }),
  ThongTinDangKySoHuuChungRieng: of({ DC_DangKyChungRieng }),
  ThongTinQuyenSuDungDat: of({ DC_QuyenSuDungDat }),
  ThongTinQuyenQuanLyDat: of({ DC_QuyenQuanLyDat }),
  ThongTinQuyenSoHuuTaiSanGanLienVoiDat: of({ DC_QuyenSoHuuTaiSanGanLienVoiDat }),
  ThongTinGiaoDich: of({ DC_GiaoDich }),
  ThongTinGiaoDichBaoDam: of({ DC_GiaoDichBaoDam }),
  ThongTinTaiSan: of({
    ThongTinThuaDat: of({ DC_ThuaDat }), ThongTinNhaRiengLe: of({ DC_NhaRiengLe }), ThongTinKhuChungCu: of({ DC_KhuChungCu }), ThongTinNhaChungCu: of({ DC_NhaChungCu }),
    ThongTinCanHo: of({ DC_CanHo }), ThongTinCongTrinhXayDung: of({ DC_CongTrinhXayDung }), ThongTinCongTrinhNgam: of({ DC_CongTrinhNgam }), ThongTinRungTrong: of({ DC_RungTrong }),
    ThongTinCayLauNam: of({ DC_CayLauNam }),
  }),
  ThongTinChu: of({
    ThongTinCaNhan: of({ DC_CaNhan }), ThongTinVoChong: of({ DC_VoChong }), ThongTinHoGiaDinh: of({ DC_HoGiaDinh }), ThongTinToChuc: of({ DC_ToChuc }), ThongTinCongDong: of({ DC_CongDong }),
  }),
  ThongTinDiaChi: of({ DC_DiaChi }),
  ThongTinTaiLieuDoDac: of({ DC_TaiLieuDoDac }),
  ThongTinNghiaVuTaiChinh: of({ DC_NghiaVuTaiChinh }),
  ThongTinMienGiamNghiaVuTaiChinh: of({ DC_MienGiamNghiaVuTaiChinh }),
  ThongTinNoNghiaVuTaiChinh: of({ DC_NoNghiaVuTaiChinh }),
  ThongTinHanCheQuyen: of({ DC_HanCheQuyen }),
  ThongTinHoSoQuet: of({ DC_HoSoQuet }),
  ThongTinSoDiaChinh: of({ DC_SoDiaChinh }),
  ThongTinDangKyThayDoi: of({ DC_DangKyThayDoi }),
  ThongTinNoiDungInXacNhan: of({ DC_NoiDungInXacNhan }),
});

/** Which leaves hold a code, and of which list (4.7). The same name means the same list wherever it stands. */
export const CODED_LEAVES = {
  maMucDichSuDung: 'land-use', maMucDichSuDungPhu: 'land-use', maMucDichSuDungQuyHoach: 'planning-use', nguonGoc: 'origin', nguonGocChuyenQuyen: 'transfer-origin',
  loaiDoiTuongSuDungDat: 'user-kind', loaiGiayChungNhan: 'certificate-kind', loaiGiaoDichBaoDam: 'mortgage-kind', maBienDong: 'change', loaiDoiTuong: 'owner-kind', loaiTaiSan: 'asset-kind',
} as const;
export type CodeListName = (typeof CODED_LEAVES)[keyof typeof CODED_LEAVES];
