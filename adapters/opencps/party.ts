/** Who applies, on whose behalf, and where they live. */
import type { Address, Agency, IdentityDocument, Party, PartyKind } from '../../src/model/canonical.ts';
import { parseCitizenNumber } from '../../src/model/citizen-number.ts';
import { parsePhone } from '../../src/model/phone.ts';
import { parseTaxCode } from '../../src/model/tax-code.ts';
import { PARTY_KINDS } from './codes.ts';
import { readAgency, type ReadAgency } from './code-memory.ts';
import type { OpencpsConfig } from './config.ts';
import { dateOf, idOf, textOf, type Fields, type Findings } from './fields.ts';

/** The everyday mobile number; anything else goes through the full reading. */
const PLAIN_MOBILE = /^0[35789]\d{8}$/;
const PASSPORT = /^[A-Z]\d{7,8}$/;

function phoneOf(fields: Fields, key: string, found: Findings): string | undefined {
  const phone = textOf(fields, key, 50, found, '');
  if (phone === undefined || PLAIN_MOBILE.test(phone)) return phone;
  const read = parsePhone(phone);
  if (!read.ok) found.warn('LT-OPENCPS-PHONE', `/${key}`, read.why);
  return phone;
}

/** The kind of paper follows from the number: OpenCPS only says whether a person or a firm applies. */
function identityOf(fields: Fields, key: string, kind: PartyKind, found: Findings): IdentityDocument | undefined {
  const number = idOf(fields, key, 50, found, '');
  if (number === undefined) {
    if (key === 'applicantIdNo') found.warn('LT-OPENCPS-IDENTITY', `/${key}`, { vi: 'không có số', en: 'none given' });
    return undefined;
  }
  if (kind === 'BUSINESS') {
    const tax = parseTaxCode(number);
    if (!tax.ok) found.warn('LT-OPENCPS-IDENTITY', `/${key}`, tax.why);
    // Since 1 July 2025 a household business is identified by its owner's twelve digits.
    return { type: tax.ok && tax.kind === 'personal' ? 'CCCD' : 'TAX_CODE', number: tax.ok ? tax.code : number };
  }
  const citizen = parseCitizenNumber(number);
  if (citizen.ok) {
    for (const warning of citizen.warnings) found.warn('LT-OPENCPS-IDENTITY', `/${key}`, warning.why);
    return { type: citizen.kind, number: citizen.number };
  }
  if (PASSPORT.test(number)) return { type: 'PASSPORT', number };
  if (parseTaxCode(number).ok) return { type: 'TAX_CODE', number };
  found.warn('LT-OPENCPS-IDENTITY', `/${key}`, citizen.why);
  return { type: /^\d{12}$/.test(number) ? 'CCCD' : 'OTHER', number };
}

type AddressKeys = Record<'text' | 'provinceCode' | 'provinceName' | 'districtCode' | 'districtName' | 'communeCode' | 'communeName', string>;

const keysFor = (prefix: string, street: string): AddressKeys => {
  const at = (word: string): string => (prefix === '' ? word : prefix + word.charAt(0).toUpperCase() + word.slice(1));
  return {
    text: street, provinceCode: at('cityCode'), provinceName: at('cityName'), districtCode: at('districtCode'), districtName: at('districtName'),
    communeCode: at('wardCode'), communeName: at('wardName'),
  };
};
const APPLICANT_ADDRESS = keysFor('', 'address');
const DELEGATE_ADDRESS = keysFor('delegate', 'delegateAddress');
const POSTAL_ADDRESS = keysFor('postal', 'postalAddress');

/** @param asOf the day at which the unit codes are meant: codes were given new meanings on 1 July 2025 */
function addressOf(fields: Fields, keys: AddressKeys, asOf: string | undefined, found: Findings): Address | undefined {
  const address: Address = {};
  let any = false;
  const put = (field: keyof AddressKeys, max: number): void => {
    const value = field.endsWith('Code') ? idOf(fields, keys[field], max, found, '') : textOf(fields, keys[field], max, found, '');
    if (value === undefined) return;
    address[field] = value;
    any = true;
  };
  put('text', 1000);
  put('provinceCode', 20);
  put('provinceName', 200);
  put('districtCode', 20);
  put('districtName', 200);
  put('communeCode', 20);
  put('communeName', 200);
  if (!any) return undefined;
  if (asOf !== undefined) address.asOf = asOf;
  return address;
}

export function applicantOf(fields: Fields, asOf: string | undefined, found: Findings): Party {
  const name = textOf(fields, 'applicantName', 500, found, '');
  if (name === undefined) found.error('LT-OPENCPS-MISSING', '/applicantName');
  const word = textOf(fields, 'applicantIdType', 50, found, '');
  const known = word === undefined ? undefined : PARTY_KINDS.get(word.toLowerCase());
  // OpenCPS itself treats everyone who is not a business as a citizen.
  if (known === undefined) found.warn('LT-OPENCPS-CODE-UNMAPPED', '/applicantIdType');
  const party: Party = { kind: known ?? 'CITIZEN', name: name ?? '', ids: [] };
  const paper = identityOf(fields, 'applicantIdNo', party.kind, found);
  if (paper !== undefined) {
    const issuedOn = dateOf(fields, 'applicantIdDate', found, '');
    if (issuedOn !== undefined) paper.issuedOn = issuedOn;
    party.ids.push(paper);
  }
  const phone = phoneOf(fields, 'contactTelNo', found);
  if (phone !== undefined) party.phone = phone;
  const email = textOf(fields, 'contactEmail', 254, found, '');
  if (email !== undefined) party.email = email;
  const address = addressOf(fields, APPLICANT_ADDRESS, asOf, found);
  if (address !== undefined) party.address = address;
  return party;
}

export function delegateOf(fields: Fields, asOf: string | undefined, found: Findings): Party | undefined {
  const name = textOf(fields, 'delegateName', 500, found, '');
  if (name === undefined) return undefined;
  const party: Party = { kind: 'CITIZEN', name, ids: [] };
  const paper = identityOf(fields, 'delegateIdNo', party.kind, found);
  if (paper !== undefined) party.ids.push(paper);
  const phone = phoneOf(fields, 'delegateTelNo', found);
  if (phone !== undefined) party.phone = phone;
  const email = textOf(fields, 'delegateEmail', 254, found, '');
  if (email !== undefined) party.email = email;
  const address = addressOf(fields, DELEGATE_ADDRESS, asOf, found);
  if (address !== undefined) party.address = address;
  return party;
}

export const postalAddressOf = (fields: Fields, asOf: string | undefined, found: Findings): Address | undefined => addressOf(fields, POSTAL_ADDRESS, asOf, found);

/** The agency in both spellings where it has both; a code that is none is kept as it is. */
export function agencyOf(fields: Fields, config: OpencpsConfig, found: Findings): Agency {
  const code = idOf(fields, 'govAgencyCode', 50, found, '');
  const name = textOf(fields, 'govAgencyName', 500, found, '');
  if (code === undefined) found.error('LT-OPENCPS-MISSING', '/govAgencyCode');
  if (name === undefined) found.error('LT-OPENCPS-MISSING', '/govAgencyName');
  const read: ReadAgency = code === undefined ? { code: '', doubt: false } : readAgency(code, config);
  if (read.doubt) found.warn('LT-OPENCPS-AGENCY-CODE', '/govAgencyCode');
  const agency: Agency = { code: read.code, name: name ?? '' };
  if (read.legacyCode !== undefined) agency.legacyCode = read.legacyCode;
  return agency;
}
