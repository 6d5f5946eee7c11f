/**
 * The portal's code tables as data, each row with where it was read. Confidence as in the fact sheet: A two or more
 * independent sources, B one, C inference. Where sources disagree the table is only a default and configuration decides.
 */
import type { Channel, Digitization, DossierSource, FeeTiming, FeeType, IdentityType, PartyKind } from '../../src/model/canonical.ts';
import { defineCodeTable, type CodeTable } from '../../src/model/code-table.ts';
import type { DossierStatus } from '../../src/model/canonical.ts';

export const NATIONAL_STATUSES = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] as const;
/** TrangThaiHoSo / TrangThai. "", "0" and "11" occur on other senders' wires and are never sent. */
export type NationalStatus = (typeof NATIONAL_STATUSES)[number];

const SHEET = 'fact sheet';

/** Default of `statusMap` and the way back (fact sheet 4.1, four identical listings: A; canonical side C.6). */
export const STATUS_TABLE: CodeTable<DossierStatus, NationalStatus> = defineCodeTable<DossierStatus, NationalStatus>({
  id: 'dvcqg.TrangThaiHoSo',
  rows: [
    { canonical: 'SUBMITTED', wire: '1', meaning: { vi: 'Mới đăng ký', en: 'newly registered' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'ACCEPTED', wire: '2', meaning: { vi: 'Được tiếp nhận', en: 'accepted' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'REJECTED', wire: '3', meaning: { vi: 'Không được tiếp nhận', en: 'not accepted' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'PROCESSING', wire: '4', meaning: { vi: 'Đang xử lý', en: 'in processing' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'SUPPLEMENT_REQUIRED', wire: '5', meaning: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'supplement requested' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'PAYMENT_REQUIRED', wire: '6', meaning: { vi: 'Yêu cầu thực hiện nghĩa vụ tài chính', en: 'financial obligation requested' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'WITHDRAWN', wire: '7', meaning: { vi: 'Công dân yêu cầu rút hồ sơ', en: 'withdrawn by the citizen' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'STOPPED', wire: '8', meaning: { vi: 'Dừng xử lý', en: 'processing stopped' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'RESOLVED', wire: '9', meaning: { vi: 'Đã xử lý xong', en: 'processing finished' }, source: `${SHEET} 4.1 [A]` },
    { canonical: 'RETURNED', wire: '10', meaning: { vi: 'Đã trả kết quả', en: 'result returned' }, source: `${SHEET} 4.1 [A]` },
  ],
  withheld: {
    DRAFT: 'not filed yet: the portal has no code for it and must not know it',
    UNKNOWN: 'the source\'s word was not understood: a guess would be scored',
  },
});

/** KenhThucHien; absent counts as 1 at the portal (fact sheet 4.2 [A]). */
export const CHANNEL_TABLE: CodeTable<Channel> = defineCodeTable<Channel>({
  id: 'dvcqg.KenhThucHien',
  rows: [
    { canonical: 'COUNTER', wire: '1', meaning: { vi: 'Trực tiếp', en: 'at the counter' }, source: `${SHEET} 4.2 [A]` },
    { canonical: 'ONLINE', wire: '2', meaning: { vi: 'Trực tuyến', en: 'online' }, source: `${SHEET} 4.2 [A]` },
    { canonical: 'POSTAL', wire: '3', meaning: { vi: 'Bưu chính công ích', en: 'public post' }, source: `${SHEET} 4.2 [A]` },
  ],
});

export type DeliveryMethod = 'COUNTER' | 'POST' | 'ONLINE';
/** HinhThuc: how the result goes back (fact sheet 4.3 [A]). The inbound look-up uses the same name for another thing. */
export const RETURN_TABLE: CodeTable<DeliveryMethod> = defineCodeTable<DeliveryMethod>({
  id: 'dvcqg.HinhThuc',
  rows: [
    { canonical: 'COUNTER', wire: '0', meaning: { vi: 'Trực tiếp', en: 'at the counter' }, source: `${SHEET} 4.3 [A]` },
    { canonical: 'POST', wire: '1', meaning: { vi: 'Bưu chính công ích', en: 'public post' }, source: `${SHEET} 4.3 [A]` },
    { canonical: 'ONLINE', wire: '0', direction: 'encode', source: `${SHEET} 4.3: no code for an electronic return; "not by post" is true of it [C]` },
  ],
});

/** LoaiDoiTuong: default of `partyKinds`; sources disagree beyond 1 and 2 (fact sheet 4.4). */
export const PARTY_TABLE: CodeTable<PartyKind> = defineCodeTable<PartyKind>({
  id: 'dvcqg.LoaiDoiTuong',
  rows: [
    { canonical: 'CITIZEN', wire: '1', meaning: { vi: 'Công dân', en: 'citizen' }, source: `${SHEET} 4.4 [A]` },
    { canonical: 'BUSINESS', wire: '2', meaning: { vi: 'Doanh nghiệp', en: 'business' }, source: `${SHEET} 4.4 [A]` },
    { canonical: 'STATE_BODY', wire: '3', meaning: { vi: 'Cơ quan nhà nước', en: 'state body' }, source: `${SHEET} 4.4 [B]` },
    { canonical: 'ORGANIZATION', wire: '4', meaning: { vi: 'Tổ chức khác', en: 'other organisation' }, source: `${SHEET} 4.4 [B]` },
    { canonical: 'OTHER', wire: '4', direction: 'encode', source: `${SHEET} 4.4: 4 reads "organisation, other" [B]` },
  ],
});

/** LoaiDinhDanh: default of `identityTypes`; passport and tax code are unknown (fact sheet 4.5 [B]). */
export const IDENTITY_TABLE: CodeTable<IdentityType> = defineCodeTable<IdentityType>({
  id: 'dvcqg.LoaiDinhDanh',
  rows: [
    { canonical: 'CCCD', wire: '1', meaning: { vi: 'Căn cước, số định danh (12 chữ số)', en: 'citizen number (12 digits)' }, source: `${SHEET} 4.5 [B]` },
    { canonical: 'CMND', wire: '2', meaning: { vi: 'Chứng minh nhân dân (9 chữ số)', en: 'old identity card (9 digits)' }, source: `${SHEET} 4.5 [B]` },
  ],
  withheld: {
    PASSPORT: 'code unknown; give it in identityTypes once it is known',
    TAX_CODE: 'code unknown; give it in identityTypes once it is known',
    TECH_ID: 'goes to MaDoiTuong',
    OTHER: 'no code',
  },
});

/** NoiNopHoSo: default of `filingPlaces`. Only "2" was ever seen; 1 = national portal is a hypothesis (fact sheet 4.6 [C]). */
export const FILING_TABLE: CodeTable<DossierSource> = defineCodeTable<DossierSource>({
  id: 'dvcqg.NoiNopHoSo',
  rows: [
    { canonical: 'PORTAL_NATIONAL', wire: '1', meaning: { vi: 'Cổng Dịch vụ công quốc gia', en: 'national portal' }, source: `${SHEET} 4.6 [C]` },
    { canonical: 'COUNTER', wire: '2', meaning: { vi: 'Cổng hoặc bộ phận một cửa của tỉnh, bộ', en: 'portal or counter of the province or ministry' }, source: `${SHEET} 4.6 [C]` },
    { canonical: 'PORTAL_LOCAL', wire: '2', direction: 'encode', source: `${SHEET} 4.6 [C]` },
    { canonical: 'POSTAL', wire: '2', direction: 'encode', source: `${SHEET} 4.6 [C]` },
    { canonical: 'INTERCONNECTED', wire: '2', direction: 'encode', source: `${SHEET} 4.6 [C]` },
    { canonical: 'VNEID', wire: '2', direction: 'encode', source: `${SHEET} 4.6 [C]` },
  ],
});

/** HinhThucThu: when a fee is collected; 3 was not seen (fact sheet 4.10 [B for the ministry API, C here]). */
export const TIMING_TABLE: CodeTable<FeeTiming> = defineCodeTable<FeeTiming>({
  id: 'dvcqg.HinhThucThu',
  rows: [
    { canonical: 'AT_RECEPTION', wire: '1', meaning: { vi: 'Khi tiếp nhận', en: 'at reception' }, source: `${SHEET} 4.10 [B]` },
    { canonical: 'AT_SUPPLEMENT', wire: '2', meaning: { vi: 'Khi bổ sung', en: 'at supplement' }, source: `${SHEET} 4.10 [B]` },
    { canonical: 'AT_RETURN', wire: '4', meaning: { vi: 'Khi trả kết quả', en: 'at return' }, source: `${SHEET} 4.10 [B]` },
    { canonical: 'OTHER', wire: '1', direction: 'encode', source: `${SHEET} 4.10: the one sender that fills it always says 1 [B]` },
  ],
});

/** LoaiPhiLePhi inside a dossier; inside a payment the same name means another thing (fact sheet 4.11). */
export const FEE_TABLE: CodeTable<FeeType> = defineCodeTable<FeeType>({
  id: 'dvcqg.LoaiPhiLePhi',
  rows: [
    { canonical: 'LE_PHI', wire: '1', meaning: { vi: 'Phí, lệ phí thông thường', en: 'ordinary fee or charge' }, source: `${SHEET} 4.11 [B]` },
    { canonical: 'PHI', wire: '1', direction: 'encode', source: `${SHEET} 4.11: one code for phí and lệ phí [B]` },
    { canonical: 'OTHER', wire: '1', direction: 'encode', source: `${SHEET} 4.11 [C]` },
    { canonical: 'APPRAISAL', wire: '2', meaning: { vi: 'Thẩm định, cấp phép', en: 'appraisal, licensing' }, source: `${SHEET} 4.11 [B]` },
    { canonical: 'EXTENSION', wire: '3', meaning: { vi: 'Gia hạn', en: 'extension' }, source: `${SHEET} 4.11 [B]` },
  ],
});

/**
 * DuocSoHoa and DuocTaiSuDung together, written `DuocSoHoa/DuocTaiSuDung` (fact sheet 4.9 [B]). A reused component exists
 * in digital form, hence DuocSoHoa 1.
 */
export const DIGITIZATION_TABLE: CodeTable<Digitization> = defineCodeTable<Digitization>({
  id: 'dvcqg.DuocSoHoa+DuocTaiSuDung',
  rows: [
    { canonical: 'NONE', wire: '0/0', meaning: { vi: 'Chưa số hóa', en: 'not digitised' }, source: `${SHEET} 4.9 [B]` },
    { canonical: 'DIGITIZED', wire: '1/0', meaning: { vi: 'Được số hóa', en: 'digitised here' }, source: `${SHEET} 4.9 [B]` },
    { canonical: 'REUSED_COMPONENT', wire: '1/1', meaning: { vi: 'Tái sử dụng từ thành phần hồ sơ khác', en: 're-used from another component' }, source: `${SHEET} 4.9 [B]` },
    { canonical: 'REUSED_RESULT', wire: '1/2', meaning: { vi: 'Tái sử dụng từ kết quả khác', en: 're-used from another result' }, source: `${SHEET} 4.9 [B]` },
    { canonical: 'REUSED_COMPONENT', wire: '0/1', direction: 'decode', source: `${SHEET} 4.9: senders that leave DuocSoHoa at 0 [C]` },
    { canonical: 'REUSED_RESULT', wire: '0/2', direction: 'decode', source: `${SHEET} 4.9: as above [C]` },
  ],
});

/**
 * DuocThanhToanTrucTuyen. 1 and 2 are what QĐ 766 counts; 3 ("fee exists, unpaid") comes from one province and is sent only
 * when configured (fact sheet 4.8).
 */
export type OnlinePayment = 'NONE' | 'NATIONAL' | 'PROVINCE' | 'UNPAID';
export const ONLINE_PAYMENT_TABLE: CodeTable<OnlinePayment> = defineCodeTable<OnlinePayment>({
  id: 'dvcqg.DuocThanhToanTrucTuyen',
  rows: [
    { canonical: 'NONE', wire: '0', meaning: { vi: 'Không hoặc chưa thanh toán trực tuyến', en: 'not paid online' }, source: `${SHEET} 4.8 [B]` },
    { canonical: 'NATIONAL', wire: '1', meaning: { vi: 'Qua nền tảng thanh toán của Cổng DVCQG', en: 'on the national payment platform' }, source: `${SHEET} 4.8 [A]` },
    { canonical: 'PROVINCE', wire: '2', meaning: { vi: 'Qua cổng thanh toán của bộ, tỉnh', en: 'on the province\'s or ministry\'s own gateway' }, source: `${SHEET} 4.8 [B]` },
    { canonical: 'UNPAID', wire: '3', meaning: { vi: 'Có phí, chưa thanh toán', en: 'a fee exists, unpaid' }, source: `${SHEET} 4.8 [B]` },
  ],
});

/** C#-style truth, case-sensitive: isUpdating, IsDeleted (fact sheet 6.5, quirk 1 [A]). */
export const boolText = (value: boolean): 'True' | 'False' => (value ? 'True' : 'False');
export const flag = (value: boolean): '0' | '1' => (value ? '1' : '0');

/**
 * DongBoTrangThaiHoSo.TrangThai from the dossier's national code: one source sends 2 for progress and 5 for anything that
 * wants the trader to act; the other sends its own codes and 11 for refusal, which is never sent (fact sheet 3.3 [B]).
 */
export const PROMOTION_STATUS: Readonly<Record<NationalStatus, NationalStatus>> = {
  '1': '1', '2': '2', '3': '5', '4': '2', '5': '5', '6': '2', '7': '5', '8': '5', '9': '2', '10': '2',
};

/** Length limits in UTF-16 units (fact sheet 3.1 and 3.2: sender-side cuts, evidence of server limits but not proof). */
export const LIMITS = {
  MaHoSo: 50,
  MaTTHC: 50,
  SoDinhDanh: 40,
  ChuHoSo: 500,
  TrichYeuHoSo: 1000,
  /** the portal takes less than 2000 */
  GhiChu: 1999,
  TenTepDinhKem: 4000,
  TenGiayTo: 2000,
  NguoiXuLy: 50,
} as const;
