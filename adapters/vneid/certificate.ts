/** The certificate: `ketQuaXuLy` of the judicial-record software ⇄ canonical ⇄ `ketQuaXuLy` for VNeID (fact sheet 2.7, 2.8). */
import type { JudicialCertificate, JudicialConviction, JudicialOffence, JudicialPenalty, JudicialPersonalCode, JudicialProhibition } from '../../src/model/generated/judicial-record.ts';
import { toNfc } from '../../src/model/text.ts';
import type { WireCertificate } from './contract.ts';
import { bytesOf, codeOf, dateOf, fieldsOf, itemsOf, lineOf, present, some, textOf, wireDate, type Fields } from './values.ts';

type WireConviction = NonNullable<WireCertificate['thongTinAn']>[number];
type WireProhibition = NonNullable<WireCertificate['dsCDNCV']>[number];

const LINE = 2000;
const LONG = 10_000;

// ---- the software's words → ours -----------------------------------------------------------------------------------

const pair = (given: Fields, code: string, name: string): JudicialPersonalCode | undefined => some({ code: codeOf(given[code]), name: lineOf(given[name], 1000) });

const offence = (value: unknown): JudicialOffence => present({ code: codeOf(fieldsOf(value)['toiDanh']), name: lineOf(fieldsOf(value)['tenToiDanh'], LINE) });
const penalty = (note: string) => (value: unknown): JudicialPenalty => {
  const given = fieldsOf(value);
  return present({ code: codeOf(given['maHinhPhat']), name: lineOf(given['tenHinhPhat'], LINE), note: textOf(given[note], LONG) });
};
/** `null` and `[]` are two things that are said, and stay so. */
const listOf = <T>(value: unknown, most: number, read: (one: unknown) => T): T[] | undefined => (Array.isArray(value) ? itemsOf(value).slice(0, most).map(read) : undefined);

function conviction(value: unknown): JudicialConviction {
  const given = fieldsOf(value);
  return present({
    judgment: lineOf(given['soBanAn'], LINE), judgedOn: lineOf(given['ngayBanAn'], LINE), court: lineOf(given['toaDaTuyen'], LINE), courtName: lineOf(given['tenToaDaTuyen'], LINE),
    offences: listOf(given['dsToiDanh'], 200, offence), mainPenalties: listOf(given['dsHinhPhatChinh'], 200, penalty('ghiChu')), additionalPenalties: listOf(given['dsHinhPhatBoSung'], 200, penalty('noiDungHinhPhatBoSung')),
    servedOn: lineOf(given['ngayChapHanh'], LINE), expungedOn: lineOf(given['ngayXoaAn'], LINE), article: textOf(given['dieuKhoan'], LONG), courtFee: lineOf(given['anPhi'], LINE),
    civilObligation: textOf(given['nghiaVuDanSu'], LONG), enforcement: textOf(given['tinhTrangThiHanh'], LONG),
  });
}

function prohibition(value: unknown): JudicialProhibition {
  const given = fieldsOf(value);
  return present({
    decision: lineOf(given['soQuyetDinh'], LINE), decidedOn: lineOf(given['ngayQuyetDinh'], LINE), court: lineOf(given['toaAnQD'], LINE),
    office: lineOf(given['chucVuCam'], LINE), term: lineOf(given['thoiHanCam'], LINE), since: lineOf(given['camTuNgay'], LINE),
  });
}

/**
 * @param today Vietnamese day, `YYYY-MM-DD`: stands where `ngayCapPhieu` is no day, as in the reference (2.7)
 * @returns undefined without a number: nothing that a citizen could be given
 */
export function readCertificate(value: unknown, today: string): { certificate: JudicialCertificate; content: Buffer | undefined } | undefined {
  const given = fieldsOf(value);
  const number = lineOf(given['soPhieuLLTP'], 200);
  if (number === undefined) return undefined;
  const form = codeOf(given['loaiPhieu']);
  return {
    content: bytesOf(given['phieuLLTP']),
    certificate: {
      number, issuedOn: dateOf(given['ngayCapPhieu']) ?? today,
      ...present({
        form: form === '1' || form === '2' ? form : undefined, preparedBy: lineOf(given['nguoiLapPhieu'], 500), signedBy: lineOf(given['nguoiKy'], 500), signerTitle: lineOf(given['chucVu'], 500),
        convictionStatus: pair(given, 'tinhTrangAnTich', 'tenTinhTrangAnTich'), prohibitionStatus: pair(given, 'thongTinCDNCV', 'tenThongTinCDNCV'),
        convictions: listOf(given['thongTinAn'], 500, conviction), prohibitions: listOf(given['dsCDNCV'], 500, prohibition),
      }),
    },
  };
}

// ---- ours → VNeID's ------------------------------------------------------------------------------------------------

/** Words that a province brought may have decomposed letters. */
const orNull = (text: string | undefined): string | null => (text === undefined ? null : toNfc(text));
const orEmpty = (text: string | undefined): string => toNfc(text ?? '');

const wireConviction = (one: JudicialConviction): WireConviction => ({
  soBanAn: orNull(one.judgment), ngayBanAn: orNull(one.judgedOn), toaDaTuyen: orNull(one.court), tenToaDaTuyen: orNull(one.courtName),
  dsToiDanh: one.offences?.map(({ code, name }) => ({ toiDanh: orNull(code), tenToiDanh: orNull(name) })) ?? null,
  dsHinhPhatChinh: one.mainPenalties?.map(({ code, name, note }) => ({ maHinhPhat: orNull(code), tenHinhPhat: orNull(name), ghiChu: orNull(note) })) ?? null,
  dsHinhPhatBoSung: one.additionalPenalties?.map(({ code, name, note }) => ({ maHinhPhat: orNull(code), tenHinhPhat: orNull(name), noiDungHinhPhatBoSung: orNull(note) })) ?? null,
  ngayChapHanh: orNull(one.servedOn), ngayXoaAn: orNull(one.expungedOn), dieuKhoan: orNull(one.article), anPhi: orNull(one.courtFee), nghiaVuDanSu: orNull(one.civilObligation), tinhTrangThiHanh: orNull(one.enforcement),
});

const wireProhibition = (one: JudicialProhibition): WireProhibition => ({
  soQuyetDinh: orNull(one.decision), ngayQuyetDinh: orNull(one.decidedOn), toaAnQD: orNull(one.court), chucVuCam: orNull(one.office), thoiHanCam: orNull(one.term), camTuNgay: orNull(one.since),
});

/** @param files addresses of the signed PDF and of a decision to withdraw it: they stand in the places of the contents until the message goes out */
export const writeCertificate = (one: JudicialCertificate, form: string, files: { certificate: string; decision: string }): WireCertificate => ({
  soPhieuLLTP: toNfc(one.number), ngayCapPhieu: wireDate(one.issuedOn), loaiPhieu: one.form ?? form,
  nguoiLapPhieu: orEmpty(one.preparedBy), nguoiKy: orEmpty(one.signedBy), chucVu: orEmpty(one.signerTitle),
  tinhTrangAnTich: orEmpty(one.convictionStatus?.code), tenTinhTrangAnTich: orEmpty(one.convictionStatus?.name),
  thongTinCDNCV: orEmpty(one.prohibitionStatus?.code), tenThongTinCDNCV: orEmpty(one.prohibitionStatus?.name),
  thongTinAn: one.convictions?.map(wireConviction) ?? null, dsCDNCV: one.prohibitions?.map(wireProhibition) ?? null,
  phieuLLTP: files.certificate, quyetDinhThuHoi: files.decision,
});
