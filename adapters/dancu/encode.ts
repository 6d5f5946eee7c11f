/** From a question to the fields of a message, in the words of the configured transport (fact sheet 4.2, 4.3). */
import type { CitizenQuestion } from '../../src/adapter/citizens.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { xmlText } from '../../src/contract/xml/write.ts';
import { isDate } from '../../src/model/civil-date.ts';
import { isCitizenId12, isCmnd9 } from '../../src/model/identity.ts';
import { isRest, type DancuConfig } from './config.ts';
import type { AnyLookUp, AnyVerify, ChangesRequest, LookUpRequest, RelativesRequest } from './contract.ts';
import { writtenName } from './names.ts';

/** The records that changed in a span of time, page by page. */
export interface ChangesQuestion {
  /** unique for each question of this installation */
  requestId: string;
  /** ms since 1970 */
  from: number;
  to: number;
  /** `Loai`; its values are not known */
  kind?: string;
  /** from 1 */
  page: number;
  pageSize: number;
  officer?: string;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,100}$/;
const OFFICER = /^[\p{L}\p{N}][\p{L}\p{N} ._@\\-]{0,98}$/u;
const LONGEST_NAME = 300;

/** What all messages say of the question, checked. */
interface Asked { maYeuCau: string; maCanBo: string; soDinhDanh: string; soCMND: string; hoVaTen: string; nam: string; ngayThangNam: string }

const isXml = (text: string): boolean => {
  try {
    xmlText(text);
    return true;
  } catch {
    return false;
  }
};

function headOf(question: { requestId: string; officer?: string }, config: DancuConfig, issues: Issue[]): { maYeuCau: string; maCanBo: string } {
  if (!REQUEST_ID.test(question.requestId)) issues.push(issue('LT-DANCU-QUESTION', '/requestId'));
  const officer = (question.officer ?? config.officer)?.normalize('NFC');
  if (officer === undefined || !OFFICER.test(officer)) issues.push(issue('LT-DANCU-OFFICER', '/officer'));
  else if (config.transport.kind === 'lgsp' && config.transport.officerKeys !== undefined && keyOf(config.transport.officerKeys, officer) === undefined) issues.push(issue('LT-DANCU-OFFICER', '/officer'));
  return { maYeuCau: `${config.requestPrefix}${question.requestId}`, maCanBo: officer ?? '' };
}

/** The key of one officer, else that of all others. */
export const keyOf = <K>(keys: Readonly<Record<string, K>>, officer: string): K | undefined => (Object.hasOwn(keys, officer) ? keys[officer] : Object.hasOwn(keys, '*') ? keys['*'] : undefined);

/** @throws ValidationError with every issue */
function asked(question: CitizenQuestion, config: DancuConfig): Asked {
  const issues: Issue[] = [];
  const { citizenId, oldId, fullName, birth } = question;
  const head = headOf(question, config, issues);
  if ((citizenId === undefined) === (oldId === undefined)) issues.push(issue('LT-DANCU-QUESTION', '/citizenId', { vi: 'cần đúng một trong hai số', en: 'exactly one of the two numbers is wanted' }));
  if (citizenId !== undefined && !isCitizenId12(citizenId)) issues.push(issue('LT-DANCU-QUESTION', '/citizenId', { vi: 'phải là 12 chữ số', en: 'must have 12 digits' }));
  if (oldId !== undefined && !isCmnd9(oldId)) issues.push(issue('LT-DANCU-QUESTION', '/oldId', { vi: 'phải là 9 chữ số', en: 'must have 9 digits' }));
  const hoVaTen = isXml(fullName) ? writtenName(fullName, config.names) : '';
  if (hoVaTen === '' || hoVaTen.length > LONGEST_NAME) issues.push(issue('LT-DANCU-QUESTION', '/fullName'));
  const isYear = birth !== undefined && /^(1[89]|2\d)\d\d$/.test(birth);
  if (birth !== undefined && !isYear && !isDate(birth)) issues.push(issue('LT-DANCU-QUESTION', '/birth'));
  if (issues.length > 0) throw new ValidationError(issues);
  return {
    ...head, soDinhDanh: citizenId ?? '', soCMND: oldId ?? '', hoVaTen,
    nam: isYear ? birth : '', ngayThangNam: isYear || birth === undefined ? '' : config.dates === 'dashed' ? birth : birth.replaceAll('-', ''),
  };
}

const given = <T extends Record<string, string | undefined>>(fields: T): Partial<Record<keyof T, string>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as Partial<Record<keyof T, string>>;
const orNull = (text: string): string | null => (text === '' ? null : text);

function lookUpFields(q: Asked, { serviceAccount, organisation }: DancuConfig, code: string): LookUpRequest {
  return {
    MaYeuCau: q.maYeuCau, MaDVC: serviceAccount, MaTichHop: code, MaCanBo: q.maCanBo,
    ...given({ MaDonVi: organisation.unit, TaiKhoan: organisation.account, SoDienThoai: organisation.phone }),
    ...given({ SoDinhDanh: q.soDinhDanh, SoCMND: q.soCMND }),
    HoVaTen: q.hoVaTen,
    ...(q.nam !== '' ? { NgayThangNamSinh: { Nam: q.nam } } : q.ngayThangNam !== '' ? { NgayThangNamSinh: { NgayThangNam: q.ngayThangNam } } : {}),
  };
}

/** @throws ValidationError with every issue */
export function encodeLookUp(question: CitizenQuestion, config: DancuConfig): AnyLookUp {
  const q = asked(question, config);
  const { transport, serviceAccount, services } = config;
  switch (transport.kind) {
    case 'x-road':
    case 'lgsp':
      return lookUpFields(q, config, services.lookUp);
    case 'rest-wrapped':
      return { hoVaTen: q.hoVaTen, soDinhDanh: orNull(q.soDinhDanh), soCMND: orNull(q.soCMND), ngayThangNam: orNull(q.ngayThangNam), nam: orNull(q.nam), maTichHop: services.lookUp, maDVC: serviceAccount, maCanBo: q.maCanBo, maYeuCau: q.maYeuCau };
    case 'rest-flat':
      return { maYeuCau: q.maYeuCau, maDVC: serviceAccount, maCanBo: q.maCanBo, soDinhDanh: q.soDinhDanh, soCMND: q.soCMND, hoVaTen: q.hoVaTen, ngayThangNam: q.ngayThangNam || q.nam, userNameService: transport.userNameService };
  }
}

/** @param warn told that a birth was given and the message has no place for it. @throws ValidationError with every issue */
export function encodeVerify(question: CitizenQuestion, config: DancuConfig, warn?: (warning: Issue) => void): AnyVerify {
  const { services, verification } = config;
  if (verification.by === 'look-up') return encodeLookUp(question, config);
  const q = asked(question, config);
  if (verification.form === 'integration-code') return lookUpFields(q, config, services.verify);
  // "They belong together" will not be said of the birth: whoever asked has to know.
  if (question.birth !== undefined) warn?.(issue('LT-DANCU-BIRTH-NOT-ASKED', '/birth', undefined, 'warning'));
  return { MaYeuCau: q.maYeuCau, MaDichVu: services.verify, MaCanBo: q.maCanBo, SoDinhDanh: q.soDinhDanh, SoCMND: q.soCMND, HoVaTen: q.hoVaTen };
}

const offered = (code: string | undefined, config: DancuConfig): string => {
  if (code === undefined || isRest(config.transport)) throw new ValidationError([issue('LT-DANCU-NOT-OFFERED', '')]);
  return code;
};

/** @throws ValidationError with every issue */
export function encodeRelatives(question: CitizenQuestion, config: DancuConfig): RelativesRequest {
  const code = offered(config.services.relatives, config);
  const q = asked(question, config);
  return {
    MaYeuCau: q.maYeuCau, MaDVC: config.serviceAccount, MaTichHop: code, MaDonVi: config.organisation.unit ?? '', MaCanBo: q.maCanBo,
    SoDinhDanh: q.soDinhDanh, SoCMND: q.soCMND, HoVaTen: q.hoVaTen, NgayThangNamSinh: q.ngayThangNam || q.nam,
  };
}

const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
const MOST_PAGES = 999_999;
const LARGEST_PAGE = 1_000;

/** @throws ValidationError with every issue */
export function encodeChanges(question: ChangesQuestion, config: DancuConfig): ChangesRequest {
  const code = offered(config.services.changes, config);
  const { from, to, kind, page, pageSize } = question;
  const issues: Issue[] = [];
  const head = headOf(question, config, issues);
  const isTime = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 0 && ms < 1e14;
  if (!isTime(from)) issues.push(issue('LT-DANCU-QUESTION', '/from'));
  if (!isTime(to) || to < from) issues.push(issue('LT-DANCU-QUESTION', '/to'));
  if (kind !== undefined && !/^[A-Za-z0-9_-]{1,20}$/.test(kind)) issues.push(issue('LT-DANCU-QUESTION', '/kind'));
  if (!isCount(page, MOST_PAGES)) issues.push(issue('LT-DANCU-QUESTION', '/page'));
  if (!isCount(pageSize, LARGEST_PAGE)) issues.push(issue('LT-DANCU-QUESTION', '/pageSize'));
  if (issues.length > 0) throw new ValidationError(issues);
  return {
    MaYeuCau: head.maYeuCau, MaDVC: config.serviceAccount, MaTichHop: code, MaCanBo: head.maCanBo,
    TuNgay: String(from), DenNgay: String(to), ...given({ Loai: kind }), Trang: String(page), SoBanGhi: String(pageSize),
  };
}
