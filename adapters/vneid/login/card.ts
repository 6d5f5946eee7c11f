/**
 * Identity cards read at a desk (fact sheet 1.5): the text of the QR code, and what a kiosk reads from the chip. Neither is a sign-in: the
 * text of a QR code proves nothing of who holds it.
 */
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import type { Checked } from '../../../src/contract/validate.ts';
import { isCitizenId12, isCmnd9, type CitizenId12, type Cmnd9 } from '../../../src/model/identity.ts';
import { cleanLine } from '../../../src/model/text.ts';
import { readBirth, readQrDate } from './birth.ts';

export interface CardHolder {
  citizenId: CitizenId12;
  oldId9?: Cmnd9;
  /** NFC */
  fullName: string;
  /** `YYYY-MM-DD` or `YYYY` */
  birthDate: string;
  gender?: 'MALE' | 'FEMALE';
  address?: string;
  /** `YYYY-MM-DD` */
  issuedOn?: string;
  /** `YYYY-MM-DD`; the chip alone has it */
  expiresOn?: string;
}

const LONGEST = 2_000;
const FIELDS = 7;
const GENDERS: Readonly<Record<string, 'MALE' | 'FEMALE'>> = { nam: 'MALE', nữ: 'FEMALE' };

const fault = (pointer: string, vi: string, en: string): Issue => issue('LT-VNEID-LOGIN-CARD', pointer, { vi, en });
const genderOf = (text: string): { gender?: 'MALE' | 'FEMALE' } => {
  const gender = GENDERS[text.toLocaleLowerCase('vi')];
  return gender === undefined ? {} : { gender };
};

interface Parts { id: unknown; oldId: string; name: string; birth: string | undefined; gender: string; address: string; issued: string | undefined; expires?: string | undefined }

function holderOf(parts: Parts, at: (field: 'id' | 'oldId' | 'name' | 'birth') => string): Checked<CardHolder> {
  const { id, oldId, name, birth, address, issued, expires } = parts;
  const issues: Issue[] = [];
  if (!isCitizenId12(id)) issues.push(fault(at('id'), 'số định danh phải gồm 12 chữ số', 'the citizen number must have 12 digits'));
  if (oldId !== '' && !isCmnd9(oldId)) issues.push(fault(at('oldId'), 'số CMND phải gồm 9 chữ số hoặc để trống', 'the old number must have 9 digits, or be empty'));
  if (name === '') issues.push(fault(at('name'), 'thiếu họ tên', 'there is no name'));
  if (birth === undefined) issues.push(fault(at('birth'), 'không phải ngày sinh', 'is no date of birth'));
  if (issues.length > 0 || !isCitizenId12(id) || birth === undefined) return { ok: false, issues };
  return {
    ok: true,
    value: {
      citizenId: id, fullName: name, birthDate: birth, ...genderOf(parts.gender),
      ...(isCmnd9(oldId) ? { oldId9: oldId } : {}), ...(address === '' ? {} : { address }),
      ...(issued === undefined ? {} : { issuedOn: issued }), ...(expires === undefined ? {} : { expiresOn: expires }),
    },
  };
}

/**
 * @param text seven fields with `|` between them: number, old number (may be empty), name, birth `ddMMyyyy`, sex, address, issue date `ddMMyyyy`
 * @returns the holder, or `LT-VNEID-LOGIN-CARD` with the number of the field (from 0) as pointer. An issue date that cannot be read is left out
 */
export function parseCitizenCardQr(text: string): Checked<CardHolder> {
  const fields = text.length > LONGEST ? [] : text.split('|').map(cleanLine);
  if (fields.length !== FIELDS) return { ok: false, issues: [fault('', 'phải có bảy trường', 'there must be seven fields')] };
  const [id = '', oldId = '', name = '', birth = '', gender = '', address = '', issued = ''] = fields;
  return holderOf({ id, oldId, name, birth: readQrDate(birth), gender, address, issued: readQrDate(issued) }, (field) => `/${['id', 'oldId', 'name', 'birth'].indexOf(field)}`);
}

/**
 * @param record `UserInfoSmartKiosRequest` as a kiosk sends it, dates `dd/MM/yyyy`. What is not listed in CardHolder is passed over
 * @returns the holder, or `LT-VNEID-LOGIN-CARD` with the field's own name as pointer
 */
export function readKioskCard(record: Readonly<Record<string, unknown>>): Checked<CardHolder> {
  const text = (name: string): string => (typeof record[name] === 'string' ? cleanLine((record[name] as string).slice(0, LONGEST)) : '');
  const names = { id: 'idCode', oldId: 'oldIdCode', name: 'personName', birth: 'dateOfBirth' } as const;
  const wholeDate = (name: string): string | undefined => {
    const date = readBirth(text(name));
    return date !== undefined && date.length === 10 ? date : undefined;
  };
  return holderOf({
    id: text(names.id), oldId: text(names.oldId), name: text(names.name), birth: readBirth(text(names.birth)), gender: text('gender'),
    address: text('residencePlace'), issued: wholeDate('issueDate'), expires: wholeDate('expiryDate'),
  }, (field) => `/${names[field]}`);
}
