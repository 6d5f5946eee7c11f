/**
 * The way back from O1: what a message says of a dossier, for tests, doubles and recordings. `LOSSES` names what it does not hold; each is
 * executable, so that the list cannot drift from the code: `decode(encode(x))` is `x` with exactly these losses applied.
 */
import type { Dossier, Instant } from '../../src/model/canonical.ts';
import type { Parcel } from '../../src/model/generated/land-case.ts';
import { toNfc } from '../../src/model/text.ts';
import { canonicalInstant, instantFromEpoch, epochFromInstant } from '../../src/model/time.ts';
import { addressOf, bareName } from './attachments.ts';
import type { AreaCodes, LandConfig } from './config.ts';
import { addressIn, type Attachment, type SubmitRequest, type TaxRequest } from './contract.ts';
import { areaOf, procedureRow } from './route.ts';

/** A file as it goes along: the paper it belongs to comes again with each of its files. */
export interface SubmittedFile { paper: string; originals?: number; copies?: number; name: string; /** where its content is read from */ address?: string }
/** What O1 says of a dossier. */
export interface Submission {
  code: string;
  area: AreaCodes;
  acceptedAt?: Instant;
  dueAt?: Instant;
  propertyAddress?: string;
  applicant: { name: string; idNumber?: string; address?: string; phone?: string; email?: string };
  procedureCase: { code: string; name: string };
  parcels?: Omit<Parcel, 'landUse'>[];
  files: SubmittedFile[];
}

/** GSO codes have 2, 3 and 5 digits: as numbers they lose their zeros, and get them back here. */
const WIDTH = { provinceCode: 2, districtCode: 3, communeCode: 5 } as const;
const padded = (code: number | string, width: number): string => String(code).padStart(width, '0');

const present = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined | null | ''> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '')) as never;

const instantOf = (wire: string | null, { outboundTime }: Pick<LandConfig, 'outboundTime'>): Instant | undefined =>
  wire === null ? undefined : canonicalInstant(wire + (outboundTime === 'vietnam' ? '+07:00' : 'Z'));

export const fileOf = ({ TenGiayTo, SoBanChinh, SoBanSao, TapTin }: Attachment): SubmittedFile =>
  present({ paper: TenGiayTo, originals: SoBanChinh, copies: SoBanSao, name: TapTin?.name, address: addressIn(TapTin?.data ?? '') }) as SubmittedFile;

export function decodeSubmit(message: SubmitRequest | TaxRequest, config: Pick<LandConfig, 'outboundTime' | 'noDistrict'>): Submission {
  const applicant = message.ThongTinNguoiNopDon;
  const district = message.HuyenId === '' || message.HuyenId === config.noDistrict ? undefined : padded(message.HuyenId, WIDTH.districtCode);
  return present({
    code: message.SoBienNhan,
    area: present({ provinceCode: padded(message.TinhId, WIDTH.provinceCode), districtCode: district, communeCode: padded(message.XaId, WIDTH.communeCode) }) as AreaCodes,
    acceptedAt: instantOf(message.NgayTiepNhan, config),
    dueAt: instantOf(message.NgayHenTra, config),
    propertyAddress: message.DiaChiTaiSan,
    applicant: present({ name: applicant.HoTen, idNumber: applicant.SoChungMinh, address: applicant.DiaChiChiTiet, phone: applicant.SoDienThoai, email: applicant.Email }) as Submission['applicant'],
    procedureCase: { code: message.ThongTinQuyTrinh.MaQuyTrinh, name: message.ThongTinQuyTrinh.TenQuyTrinh },
    parcels: message.ThongTinThuaDat?.map((parcel) => present({ number: parcel.SoThuTuThua, mapSheet: parcel.SoHieuBanDo, area: parcel.DienTich, address: parcel.DiaChiChiTiet }) as Parcel),
    files: message.DanhSachGiayToDinhKem.map(fileOf),
  }) as Submission;
}

// ---- losses -------------------------------------------------------------------------------------------------------

/** What a dossier says in the words of a submission, before anything is lost. */
interface View { submission: Submission; dossier: Dossier; config: LandConfig }
export interface Loss { name: string; fields: readonly string[]; why: string; apply(view: View): void }

const wholeSecond = (instant: Instant): Instant => instantFromEpoch(Math.floor((epochFromInstant(instant) ?? 0) / 1000) * 1000);

export const LOSSES: readonly Loss[] = [
  {
    name: 'seconds', fields: ['dates.acceptedAt', 'dates.dueAt'], why: 'Times on this wire have whole seconds.',
    apply({ submission }) {
      if (submission.acceptedAt !== undefined) submission.acceptedAt = wholeSecond(submission.acceptedAt);
      if (submission.dueAt !== undefined) submission.dueAt = wholeSecond(submission.dueAt);
    },
  },
  {
    name: 'first-identity', fields: ['applicant.ids'], why: 'One number, without its kind, its day and its issuer; an account of the portal is no identity number.',
    apply({ submission, dossier }) {
      const number = dossier.applicant.ids.find((id) => id.type !== 'TECH_ID' && id.number !== '')?.number;
      if (number === undefined) delete submission.applicant.idNumber;
      else submission.applicant.idNumber = number;
    },
  },
  {
    name: 'address-line', fields: ['applicant.address'], why: 'One line; without a written one it is made of the names of the units.',
    apply({ submission, dossier: { applicant: { address } } }) {
      const line = address?.text || [address?.communeName, address?.districtName, address?.provinceName].filter((part) => part !== undefined && part !== '').join(', ');
      if (line === '') delete submission.applicant.address;
      else submission.applicant.address = line;
    },
  },
  {
    name: 'files-only', fields: ['components'], why: 'A paper without a file is not sent, a removed file neither, nor (when configured so) one that cannot be read; names lose their folders.',
    apply({ submission, dossier, config }) {
      submission.files = dossier.components.flatMap((paper, i) => paper.files.flatMap((file): SubmittedFile[] => {
        const address = addressOf(file, dossier.code, config.attachments);
        if (file.deleted === true || address === undefined || !config.attachments.extensions.some((extension) => bareName(file.name).toLowerCase().endsWith(extension))) return [];
        return [present({ paper: paper.name || `Giấy tờ ${i + 1}`, originals: paper.originals, copies: paper.copies, name: bareName(file.name), address }) as SubmittedFile];
      }));
    },
  },
  {
    name: 'form', fields: ['*'], why: 'Text goes out in NFC; empty and absent are the same.',
    apply(view) { view.submission = emptied(view.submission) as Submission; },
  },
];

function emptied(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return name === 'address' && /^(https?|folder|data):/.test(value) ? value : toNfc(value);
  if (Array.isArray(value)) return value.map((item) => emptied(item));
  return typeof value === 'object' && value !== null ? present(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item, key)]))) : value;
}

/** The dossier as a submission holds it. */
export function withLosses(dossier: Dossier, config: LandConfig): Submission {
  const { applicant, landCase, dates } = dossier;
  const row = procedureRow(dossier, config);
  const parcels = landCase?.parcels?.map(({ number, mapSheet, area, address }) => present({ number, mapSheet, area, address }) as Parcel);
  const { provinceCode = '', districtCode, communeCode = '' } = areaOf(dossier, config);
  const view: View = {
    dossier, config,
    submission: present({
      code: dossier.code,
      area: present({ provinceCode, districtCode, communeCode }) as AreaCodes,
      acceptedAt: dates.acceptedAt, dueAt: dates.dueAt, propertyAddress: landCase?.propertyAddress,
      applicant: present({ name: applicant.name, phone: applicant.phone, email: applicant.email }) as Submission['applicant'],
      procedureCase: { code: row?.code ?? '', name: row?.name ?? (row?.caseName === undefined ? dossier.procedure.name : `${row.caseName}_${dossier.procedure.name}`) },
      parcels: parcels === undefined || parcels.length === 0 ? undefined : parcels,
      files: [],
    }) as Submission,
  };
  for (const loss of LOSSES) loss.apply(view);
  return view.submission;
}
