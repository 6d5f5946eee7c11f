/** The claims of every style as one VerifiedPerson (fact sheet 1.1–1.4, 1.6). Nothing is invented: what is not understood is left out and said. */
import { validateVerifiedPerson } from '../../../src/contract/canonical.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import type { VerifiedPerson } from '../../../src/model/canonical.ts';
import { isCitizenId12, isCmnd9 } from '../../../src/model/identity.ts';
import { cleanLine } from '../../../src/model/text.ts';
import { readBirth } from './birth.ts';
import { isLoopback, type AssuranceName, type SignInConfig } from './config.ts';
import { SecretText } from './secret-text.ts';
import { SignInError } from './sign-in-error.ts';
import type { Claims } from './userinfo.ts';

export type Warn = (warning: Issue) => void;
type Names = Readonly<Record<'citizenId' | 'fullName' | 'birthDate' | 'accountType', string>>;

const claimsError = (name: string, vi: string, en: string): SignInError => new SignInError('LT-VNEID-LOGIN-CLAIMS', { vi: `${name} ${vi}`, en: `${name} ${en}` }, { pointer: `/${name}` });
const ASSURANCE_NAMES: readonly AssuranceName[] = ['loAs', 'IAL', 'accountLevel', 'acr'];

/** Text, cleaned; undefined for nothing. A number is no text: it may have lost its leading zero. */
function text(claims: Claims, name: string): string | undefined {
  const value = claims[name];
  const clean = typeof value === 'string' ? cleanLine(value) : '';
  return clean === '' ? undefined : clean;
}

/** Exactly as given: `acr` from the checked id_token, the others from the claims. */
function assuranceOf(claims: Claims, idTokenClaims: Claims | undefined, tables: SignInConfig['assurance']): Pick<VerifiedPerson, 'assurance' | 'assuranceRaw'> {
  const assuranceRaw: VerifiedPerson['assuranceRaw'] = {};
  const levels: (1 | 2)[] = [];
  for (const name of ASSURANCE_NAMES) {
    const value = (name === 'acr' ? idTokenClaims : claims)?.[name];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') continue;
    assuranceRaw[name] = value;
    const table = tables[name];
    const key = String(value);
    const level = table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
    if (level !== undefined) levels.push(level);
  }
  // Where two tables disagree the lower one is certain.
  return { assurance: levels.length === 0 ? 'unknown' : levels.includes(1) ? 1 : 2, assuranceRaw };
}

function accountTypeOf(claims: Claims, name: string, { accountTypes }: SignInConfig, warn: Warn): Pick<VerifiedPerson, 'accountType'> {
  // A number in style 1A, text in 1B (1.1).
  const value = claims[name];
  if (value === undefined || value === null || value === '') return {};
  const key = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  const accountType = Object.hasOwn(accountTypes, key) ? accountTypes[key] : undefined;
  if (accountType !== undefined) return { accountType };
  warn(issue('LT-VNEID-LOGIN-CLAIMS', `/${name}`, { vi: 'mã loại tài khoản không có trong accountTypes', en: 'a kind of account that accountTypes does not have' }, 'warning'));
  return {};
}

/**
 * @param claims as userinfo or a hand-over gave them
 * @param idTokenClaims of a checked id_token
 * @param warn told of each value that was left out because it could not be read; never with the value
 * @throws SignInError `LT-VNEID-LOGIN-CLAIMS` with a pointer: no account, no name, or (style 1C, where nothing else identifies) no citizen number
 */
export function readPerson(config: SignInConfig, claims: Claims, idTokenClaims: Claims | undefined, warn: Warn): VerifiedPerson {
  const isEncrypted = config.style === 'vneid-oidc';
  const names: Names = isEncrypted ? { ...config.claims, accountType: 'accountType' } : { citizenId: 'SoDinhDanh', fullName: 'HoVaTen', birthDate: 'NgayThangNamSinh', accountType: 'LoaiTaiKhoan' };
  const leftOut = (name: string, vi: string, en: string): undefined => void warn(issue('LT-VNEID-LOGIN-CLAIMS', `/${name}`, { vi, en }, 'warning'));
  const given = (name: string): boolean => claims[name] !== undefined && claims[name] !== null && claims[name] !== '';

  const number = text(claims, names.citizenId);
  const citizenId = isCitizenId12(number) ? number : given(names.citizenId) ? leftOut(names.citizenId, 'không phải chuỗi 12 chữ số', 'is no text of 12 digits') : undefined;
  const old = isEncrypted ? undefined : text(claims, 'SoCMND');
  const oldId9 = isCmnd9(old) ? old : !isEncrypted && given('SoCMND') ? leftOut('SoCMND', 'không phải chuỗi 9 chữ số', 'is no text of 9 digits') : undefined;
  const birth = text(claims, names.birthDate);
  const birthDate = birth === undefined ? undefined : (readBirth(birth) ?? leftOut(names.birthDate, 'không phải ngày sinh ở dạng đã biết', 'is no date of birth in a known form'));
  if (birth === undefined && given(names.birthDate)) leftOut(names.birthDate, 'không phải chuỗi', 'is no text');

  if (isEncrypted && citizenId === undefined) throw claimsError(names.citizenId, 'không có', 'is missing');
  const techId = isEncrypted ? undefined : text(claims, 'TechID');
  const subject = text(claims, 'sub') ?? techId ?? citizenId;
  if (subject === undefined) throw claimsError('sub', 'không có', 'is missing');

  const enterprise = isEncrypted ? {} : present({ taxCode: text(claims, 'MaSoThue'), code: text(claims, 'MaSoDoanhNghiep'), name: text(claims, 'TenDoanhNghiep'), address: text(claims, 'DiaChi') });
  const fullName = text(claims, names.fullName) ?? enterprise.name;
  if (fullName === undefined) throw claimsError(names.fullName, 'không có', 'is missing');
  const accountType = accountTypeOf(claims, names.accountType, config, warn);
  const hasCompany = enterprise.taxCode !== undefined || enterprise.code !== undefined || enterprise.name !== undefined;

  const checked = validateVerifiedPerson({
    subject, fullName, idp: config.style,
    ...present({ techId, citizenId, oldId9, birthDate, loginIdp: isEncrypted ? undefined : text(claims, 'loginIdp') }),
    ...accountType,
    ...assuranceOf(claims, idTokenClaims, config.assurance),
    // A citizen's own address may stand in DiaChi: it is no enterprise.
    ...(hasCompany ? { enterprise } : {}),
  });
  if (checked.ok) return checked.value;
  const [first] = checked.issues;
  throw new SignInError('LT-VNEID-LOGIN-CLAIMS', { vi: 'giá trị quá dài hoặc sai kiểu', en: 'a value is too long or of a wrong type' }, first?.pointer === undefined ? {} : { pointer: first.pointer });
}

const present = <T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

/** The links of VNeID, which carry a bearer token: a browser will be sent there, so https only (a double on this machine aside). */
export function linksOf(claims: Claims): { profileUri?: SecretText; logoutUri?: SecretText } {
  const link = (name: string): SecretText | undefined => {
    const value = claims[name];
    if (typeof value !== 'string' || value.length > 8_192 || !URL.canParse(value)) return undefined;
    const url = new URL(value);
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)) ? new SecretText(value) : undefined;
  };
  const [profileUri, logoutUri] = [link('userProfileUri'), link('logoutUri')];
  return { ...(profileUri === undefined ? {} : { profileUri }), ...(logoutUri === undefined ? {} : { logoutUri }) };
}
