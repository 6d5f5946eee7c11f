/**
 * The portal's HoSo → canonical words: for the laws, for the simulator's journal and for reconciliation. What the message
 * cannot hold is listed in losses.ts.
 */
import type { Agency, Dossier, DossierDates, Fee, IdentityDocument, PaperInventoryItem, Supplement } from '../../src/model/canonical.ts';
import { instantFromWire14 } from '../../src/model/time.ts';
import {
  CHANNEL_TABLE, DIGITIZATION_TABLE, FEE_TABLE, ONLINE_PAYMENT_TABLE, RETURN_TABLE, STATUS_TABLE, TIMING_TABLE, type OnlinePayment,
} from './codes.ts';
import type { DvcqgConfig } from './config.ts';
import type { HoSo, HoSo2023, HoSoBoSung, LePhi, TepDinhKemKhac } from './contract.ts';

/** What the portal knows of a dossier, in canonical words. */
export type PortalDossier = Partial<Omit<Dossier, 'agency' | 'payments'>> & { agency?: Partial<Agency>; onlinePayment?: OnlinePayment };

export type CodeMaps = Pick<DvcqgConfig, 'partyKinds' | 'identityTypes' | 'filingPlaces' | 'databases'>;

/** The first word that a map writes as this code; the same choice that losses.ts declares. */
export function wordFor<K extends string>(map: Readonly<Partial<Record<K, string>>>, code: string): K | undefined {
  for (const word in map) if (map[word] === code) return word;
  return undefined;
}

/** `{ key: value }`, or nothing when the portal says "". */
const some = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  (value === undefined || value === '' ? {} : { [key]: value }) as Partial<Record<K, string>>;
const at = <K extends string>(key: K, wire: string | undefined): Partial<Record<K, string>> => some(key, wire === undefined ? undefined : instantFromWire14(wire));

const isModern = (hoSo: HoSo): hoSo is HoSo2023 => 'NgayNopHoSo' in hoSo;

/** @param maps the maps that wrote the message: codes mean something only under them */
export function decodeDossier(hoSo: HoSo, maps: CodeMaps): PortalDossier {
  const modern = isModern(hoSo) ? hoSo : undefined;
  const status = STATUS_TABLE.decode(hoSo.TrangThaiHoSo);
  const source = modern === undefined ? undefined : wordFor(maps.filingPlaces, modern.NoiNopHoSo);
  const channel = hoSo.KenhThucHien === undefined ? undefined : CHANNEL_TABLE.decode(hoSo.KenhThucHien);
  const paid = modern === undefined ? undefined : ONLINE_PAYMENT_TABLE.decode(modern.DuocThanhToanTrucTuyen);
  return {
    code: hoSo.MaHoSo,
    ...some('receiptNumber', hoSo.SoBienNhan),
    procedure: { code: hoSo.MaTTHC, name: hoSo.TenTTHC, sector: { code: hoSo.MaLinhVuc, name: hoSo.TenLinhVuc } },
    agency: { name: hoSo.DonViXuLy },
    ...(channel === undefined ? {} : { channel }),
    ...(source === undefined ? {} : { source }),
    applicant: {
      kind: wordFor(maps.partyKinds, hoSo.LoaiDoiTuong) ?? 'OTHER',
      name: hoSo.ChuHoSo,
      ids: ids(hoSo, modern, maps),
      ...some('email', hoSo.Email),
      ...some('fax', hoSo.Fax),
      ...some('phone', hoSo.SoDienThoai),
    },
    summary: hoSo.TrichYeuHoSo,
    ...some('note', hoSo.GhiChu),
    dates: dates(hoSo, modern),
    ...(status === undefined ? {} : { status }),
    delivery: { method: RETURN_TABLE.decode(hoSo.HinhThuc) ?? 'COUNTER' },
    components: hoSo.TaiLieuNop.map(component),
    results: hoSo.DanhSachGiayToKetQua.map((r) => ({
      name: r.TenGiayTo,
      ...some('componentCode', r.MaThanhPhanHoSo),
      ...('MaGiayToKetQua' in r ? some('code', r.MaGiayToKetQua as string) : {}),
      files: [{ name: r.TenGiayTo, ...some('id', r.GiayToId), url: r.DuongDanTepTinKetQua }],
    })),
    fees: hoSo.DanhSachLePhi.map(fee),
    supplements: hoSo.DanhSachHoSoBoSung.map(supplement),
    ...(hoSo.DanhSachTepDinhKemKhac.length === 0 ? {} : { otherPapers: hoSo.DanhSachTepDinhKemKhac.map(paper) }),
    ...(modern === undefined ? {} : {
      flags: { vneidVerified: modern.TaiKhoanDuocXacThucVoiVNeID === '1', hasDigitizedComponents: modern.HoSoCoThanhPhanSoHoa === '1' },
      linkedDatabases: modern.DSKetNoiCSDL.map(({ MaCSDL }) => wordFor(maps.databases, MaCSDL) ?? MaCSDL),
    }),
    ...(paid === undefined ? {} : { onlinePayment: paid }),
  };
}

function ids(hoSo: HoSo, modern: HoSo2023 | undefined, maps: CodeMaps): IdentityDocument[] {
  const out: IdentityDocument[] = (modern?.DinhDanhCHS ?? []).map((d) => ({ type: wordFor(maps.identityTypes, d.LoaiDinhDanh) ?? 'OTHER', number: d.SoDinhDanh }));
  if (hoSo.MaDoiTuong !== '') out.push({ type: 'TECH_ID', number: hoSo.MaDoiTuong });
  return out;
}

function dates(hoSo: HoSo, modern: HoSo2023 | undefined): DossierDates {
  return {
    ...at('submittedAt', modern?.NgayNopHoSo),
    ...at('acceptedAt', hoSo.NgayTiepNhan),
    ...at('dueAt', hoSo.NgayHenTra),
    ...at('resolvedAt', hoSo.NgayKetThucXuLy),
    ...at('returnedAt', hoSo.NgayTra),
    ...at('rejectedAt', modern?.NgayTuChoi),
  };
}

function component(file: HoSo['TaiLieuNop'][number]): Dossier['components'][number] {
  const digitization = 'DuocSoHoa' in file ? DIGITIZATION_TABLE.decode(`${file.DuocSoHoa}/${file.DuocTaiSuDung}`) : undefined;
  return {
    name: file.TenTepDinhKem,
    ...some('code', file.MaThanhPhanHoSo),
    files: [{ name: file.TenTepDinhKem, ...some('id', file.TepDinhKemId), url: file.DuongDanTaiTepTin, ...(file.IsDeleted === 'True' ? { deleted: true } : {}) }],
    ...(digitization === undefined ? {} : { digitization }),
    ...('MaKetQuaThayThe' in file ? some('reusedFrom', file.MaKetQuaThayThe) : {}),
    ...('DuocLayTuKhoDMQG' in file && file.DuocLayTuKhoDMQG === '1' ? { nationalRepository: true } : {}),
  };
}

function fee(f: LePhi): Fee {
  const type = FEE_TABLE.decode(f.LoaiPhiLePhi);
  const timing = TIMING_TABLE.decode(f.HinhThucThu);
  return {
    name: f.TenPhiLePhi,
    ...some('code', f.MaPhiLePhi),
    amount: Number(f.Gia),
    ...(type === undefined ? {} : { type }),
    ...(timing === undefined ? {} : { timing }),
  };
}

function paper(p: TepDinhKemKhac): PaperInventoryItem {
  return { name: p.TenGiayTo, ...(p.SoLuong === '' ? {} : { quantity: Number(p.SoLuong) }), ...some('kind', p.LoaiGiayTo) };
}

function supplement(s: HoSoBoSung): Supplement {
  return {
    requestedAt: instantFromWire14(s.NgayBoSung) ?? '',
    reason: s.NoiDungBoSung,
    requestedBy: s.NguoiYeuCauBoSung,
    ...some('id', s.HoSoBoSungId),
    ...some('receivedBy', s.NguoiTiepNhanBoSung),
    ...some('receivedNote', s.ThongTinTiepNhan),
    ...at('completedAt', s.NgayTiepNhanBoSung),
    ...at('oldDueAt', s.NgayHenTraTruoc),
    ...at('newDueAt', s.NgayHenTraMoi),
    ...(s.DanhSachLePhiBoSung.length === 0 ? {} : { fees: s.DanhSachLePhiBoSung.map(fee) }),
  };
}
