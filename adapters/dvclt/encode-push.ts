/** K5: the dossier for the civil-status system, in both variants (fact sheet 3.5). */
import { fault, type Findings } from '../../src/adapter/findings.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Address, CivilStatus, Dossier } from '../../src/model/canonical.ts';
import { INTERCONNECTED_MODULES } from './codes.ts';
import { composed } from './composed.ts';
import type { DvcltConfig } from './config.ts';
import { slotOf } from './content.ts';
import { INSIDE, type PushFile, type PushRequest } from './contract.ts';
import { dotted, wireTime } from './dates.ts';
import { at, DECLARED, writeField, type Field } from './fields.ts';

/** Extra fields of LTKS, always empty. */
const EMPTY_OF_BIRTH = [
  'nksLoaiGiayToTuyThan', 'nksSoGiayToTuyThan', 'nksNgayCapGiayToTuyThan', 'nksNoiCapGiayToTuyThan', 'meGiayToKhac', 'chaGiayToKhac', 'meSoDDCN', 'chaSoDDCN', 'nycSoDDCN', 'nycLoaiCuTru',
  'soDangKyNuocNgoai', 'ngayDangKyNuocNgoai', 'cqNuocNgoaiDaDangKy', 'qgNuocNgoaiDaDangKy',
];
/** Fields that are numbers in LTKH and BS of either variant. */
const NUMBERS = new Set(['chongSoLanKH', 'voSoLanKH', 'loaiBanSao']);

type Data = Record<string, unknown>;
const addressOf = ({ path }: Field, event: CivilStatus): Address | undefined => {
  const value = at(event, path);
  return isRecord(value) ? (value as Address) : undefined;
};

/** Of intake only the line is known, and the province of the place of birth; what a local dossier knows more goes along. */
const threeLevels = (address: Address | undefined): Data => ({ maTinh: address?.provinceCode ?? null, maHuyen: address?.districtCode ?? null, maXa: address?.communeCode ?? null, dcChiTiet: address?.text ?? null });
const lineOnly = (address: Address | undefined): Data => (address?.text === undefined ? {} : { dcChiTiet: address.text });
const twoLevels = (address: Address | undefined, country: string): Data | null =>
  address === undefined ? null : { quocGia: country, maTinh: address.provinceCode ?? null, maXa: address.communeCode ?? null, dcChiTiet: address.text ?? null };

function threeLevelData(event: CivilStatus): Data {
  const data: Data = {};
  for (const field of DECLARED[event.kind]) {
    const { wire, as } = field;
    const text = writeField(field, event);
    if (as === 'place') data[wire] = event.kind === 'DEATH' ? lineOnly(addressOf(field, event)) : threeLevels(addressOf(field, event));
    else if (as === 'compact') data[wire] = dayWithDots(field, event);
    else data[wire] = NUMBERS.has(wire) && text !== null ? Number(text) : text;
  }
  return exceptions(event, data);
}

/** What differs from the fields as they came, of either variant. */
function exceptions(event: CivilStatus, data: Data): Data {
  switch (event.kind) {
    case 'BIRTH': {
      const { nksQuocTichKhac: _dropped, ...rest } = data;
      return { ...rest, maGCS: null, nycNoiCuTru: null, ...Object.fromEntries(EMPTY_OF_BIRTH.map((name) => [name, ''])) };
    }
    case 'DEATH': return { ...data, nycNoiCuTru: {} };
    case 'MARRIAGE': return { ...data, soBanSao: event.copies ?? 0 };
    case 'COPY': return data;
  }
}
const dayWithDots = ({ path }: Field, event: CivilStatus): string | null => {
  const day = at(event, path);
  return typeof day === 'string' ? dotted(day) : null;
};

// ---- the variant of 2025 -------------------------------------------------------------------------------------------

/** Family name, what stands between, given name. One word is a given name. */
export function nameParts(name: string): { Ho: string; ChuDem: string; Ten: string } {
  const words = name.trim().split(/\s+/);
  const Ten = words.pop() ?? '';
  return { Ho: words.shift() ?? '', ChuDem: words.join(' '), Ten };
}
export function dayParts(partial: string): { namSinh: string; thangSinh: string | null; ngaySinh: string | null } {
  const [namSinh = '', thangSinh = null, ngaySinh = null] = partial.split('-');
  return { namSinh, thangSinh, ngaySinh };
}

function twoLevelData(event: CivilStatus, country: string): Data {
  const data: Data = {};
  for (const field of DECLARED[event.kind]) {
    const { wire, as } = field;
    const text = writeField(field, event);
    const value = at(event, field.path);
    if (as === 'place') data[wire] = twoLevels(addressOf(field, event), country);
    else if (as === 'compact') data[wire] = dayWithDots(field, event);
    else if (wire.endsWith('HoTen')) data[wire] = text === null ? null : nameParts(text);
    else if (wire.endsWith('NgaySinh')) data[wire] = typeof value === 'string' ? dayParts(value) : null;
    else if (wire.endsWith('LoaiGiayToTuyThan') || NUMBERS.has(wire)) data[wire] = text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
    else data[wire] = text;
  }
  // Three of its differences are those of the other variant; the child's kind of paper is a number here.
  const whole = exceptions(event, data);
  if (event.kind === 'BIRTH') delete whole['nksLoaiGiayToTuyThan'];
  return event.kind === 'DEATH' ? { ...whole, nycNoiCuTru: null } : whole;
}

// ---- the message ---------------------------------------------------------------------------------------------------

const whole = (id: string | undefined, otherwise: number): number => (id !== undefined && /^\d{1,9}$/.test(id) ? Number(id) : otherwise);

/** Files that are not cancelled; each needs its content in the ledger. A file without an id has its place for one, never the clock's time (3.5). */
function filesOf({ components }: Dossier, { maxFiles }: DvcltConfig, found: Findings): PushFile[] {
  const files: PushFile[] = [];
  components.forEach((component, i) => {
    component.files.forEach((file, j) => {
      if (file.deleted === true) return;
      const slot = slotOf(file.url);
      if (slot === undefined) return fault(found, 'LT-DVCLT-FILE-GONE', `/components/${i}/files/${j}/url`);
      files.push({ id: whole(file.id, i * 1000 + j + 1), loaiGiayTo: whole(component.code, 0), tenGiayTo: component.name, tenTepDinhKem: file.name, huyGiayTo: 0, duLieuTepDinhKem: slot });
    });
  });
  if (files.length > maxFiles) fault(found, 'LT-DVCLT-FILE-SIZE', '/components');
  return files;
}

/** @throws ValidationError with every issue, before anything is sent */
export function encodePush(dossier: Dossier, config: DvcltConfig): PushRequest {
  const found: Findings = { issues: [], warnings: undefined };
  const { civilStatus: event, code, dates } = dossier;
  if (event === undefined) throw new ValidationError([issue('LT-DVCLT-FIELD-MISSING', '/civilStatus')]);
  if (event.registrationPlace === undefined) fault(found, 'LT-DVCLT-FIELD-MISSING', '/civilStatus/registrationPlace');
  const acceptedAt = dates.acceptedAt ?? dossier.history.findLast(({ status }) => status === 'ACCEPTED')?.at;
  if (acceptedAt === undefined) fault(found, 'LT-DVCLT-FIELD-MISSING', '/dates/acceptedAt');
  const fileDinhKem = filesOf(dossier, config, found);
  const data = composed(config.variant === 'two-level' || event.kind === 'COPY' ? twoLevelData(event, config.country) : threeLevelData(event));
  const inside = INSIDE[config.variant][event.kind](data);
  if (!inside.ok) for (const one of inside.issues) fault(found, 'LT-DVCLT-FIELD-MISSING', `/civilStatus${one.pointer ?? ''}`);
  if (found.issues.length > 0) throw new ValidationError(found.issues);
  const module = config.modules[event.kind];
  const acceptance = wireTime(acceptedAt ?? '');
  return composed({
    module, maHoSoMCDT: code, maHoSoLT: event.interconnectedNumber ?? code, maDonVi: event.registrationPlace ?? '',
    // The general path is seen with the day alone (LGSP sheet B.5).
    ngayTiepNhan: INTERCONNECTED_MODULES.has(module) ? acceptance : acceptance.slice(0, 10), data: JSON.stringify(data), fileDinhKem,
  });
}
