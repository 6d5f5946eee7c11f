/** Calls of VNeID to us: a number for a dossier (L1), and the dossier, new or supplemented (L2); fact sheet 2.1 to 2.5. */
import { isEitherSecret, isSigned, queryValue } from '../../src/adapter/shared-secret.ts';
import type { InboundCall, InboundDeps, InboundReply, InboundRoute } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { isValidationError } from '../../src/contract/validate.ts';
import { pad4 } from '../../src/model/civil-date.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { instantFromEpoch, localDateOf } from '../../src/model/time.ts';
import type { VneidConfig } from './config.ts';
import { codeQuery, createRequest } from './contract.ts';
import { dossierCode, faultsOf, filesOf, sentenceOf } from './inbound/check.ts';
import { newDossier, supplemented, type KeptPaper, type Submitted } from './inbound/dossier.ts';
import { bytesOf, fieldsOf, itemsOf, lineOf, sha256, type Fields } from './values.ts';

type Route = InboundRoute<VneidConfig>;
type Deps = InboundDeps<VneidConfig>;

const PREFIX = 'api/v1/hosos/LLTP';

/** What VNeID has been seen to get, and what we have to say beside it. */
export const WORDS = {
  wrongCode: 'Mã xác thực không hợp lệ',
  notWaiting: 'Hồ sơ không ở trạng thái bổ sung, không thể thực hiện cập nhật',
  notIssued: 'Mã hồ sơ không do hệ thống của tỉnh cấp',
  tooLarge: 'Nội dung hồ sơ lớn hơn dung lượng cho phép',
  later: 'Hệ thống tạm thời chưa ghi nhận được hồ sơ, vui lòng gửi lại',
} as const;

const wrongCode: InboundReply = { status: 400, body: { succeeded: false, failed: true, message: WORDS.wrongCode, data: null } };
const taken: InboundReply = { status: 200, body: { statusCode: '00', data: null, errorDetail: null } };
const refusedFor = (errorDetail: string): InboundReply => ({ status: 200, body: { statusCode: '01', data: null, errorDetail } });
/** While nothing can be kept: each in the form of its own replies. */
const noNumber = (): InboundReply => ({ status: 503, body: { data: null, succeeded: false, failed: true, message: WORDS.later } });
const later = (): InboundReply => ({ status: 503, body: { statusCode: '03', data: null, errorDetail: WORDS.later } });

const guard: Route['guard'] = ({ query }, { codeGet, previousCodeGet }) => (isEitherSecret(queryValue(query, 'CodeGet'), codeGet, previousCodeGet) ? undefined : wrongCode);
const unsigned: InboundReply = { ...wrongCode, isUnauthorized: true };

// ---- L1 -----------------------------------------------------------------------------------------------------------

/** `H99.14-250110-0007`: agency, day, number of that day; four digits and more where they are needed (2.2). */
const formOf = (agency: string, day: string) => (n: number): string => `${agency}-${day.slice(2).replaceAll('-', '')}-${n > 9999 ? n : pad4(n)}`;

const issueCode: Route = {
  id: 'issueCode', title: { vi: 'Cấp mã hồ sơ cho VNeID (L1)', en: 'A dossier number for VNeID (L1)' }, method: 'GET', path: `${PREFIX}/LayMaHoSo`, request: codeQuery,
  guard,
  unavailable: noNumber,
  async handle(call, { config, issueCode: issueNext, now }) {
    if (!isSigned(call, config)) return unsigned;
    const { agencyCode, first } = config.codes;
    const day = localDateOf(instantFromEpoch(now()));
    const data = await issueNext({ series: agencyCode, day, first, format: formOf(agencyCode, day) });
    // The flags are wrong on success at the reference, and VNeID lives with it: only data is read.
    return { status: 200, body: { data, succeeded: false, failed: true, message: null } };
  },
};

// ---- L2 -----------------------------------------------------------------------------------------------------------

/** Could this number be one of ours? The counter itself is not asked: numbers may have been issued before this gateway was. */
function isIssuedHere(code: string, { codes }: VneidConfig, today: string): boolean {
  const [, agency, digits = ''] = /^(.+)-(\d{6})-\d{4,}$/.exec(code) ?? [];
  const day = `20${digits.slice(0, 2)}-${digits.slice(2, 4)}-${digits.slice(4)}`;
  return agency === codes.agencyCode && day <= today;
}

/** Every file of the message, kept; the message holds them in the same order. @throws ValidationError for one that cannot be kept */
async function keepFiles(body: Fields, { keepFile }: Deps): Promise<KeptPaper[]> {
  const kept: KeptPaper[] = [];
  for (const paper of itemsOf(fieldsOf(body['toKhai'])['giayToDinhKem'])) {
    for (const file of filesOf(paper)) {
      const { loai, duLieu } = fieldsOf(file);
      const content = bytesOf(duLieu) ?? Buffer.alloc(0);
      const mediaType = (lineOf(loai, 201) ?? '').toLowerCase();
      kept.push({ address: await keepFile(content, mediaType), size: content.length, mediaType });
    }
  }
  return kept;
}

const SHOWN_CHARS = 16_384;
const wasSentBefore = (dossier: Dossier | undefined, hash: string): boolean => dossier?.judicialRecord?.submissions?.some((one) => one.sha256 === hash) === true;
const waitsFor = (known: Dossier): boolean => known.status === 'SUPPLEMENT_REQUIRED';

const createDossier: Route = {
  id: 'createDossier', title: { vi: 'Nhận hồ sơ từ VNeID (L2)', en: 'A dossier from VNeID (L2)' }, method: 'POST', path: `${PREFIX}/TaoHoSo`, request: createRequest,
  guard,
  unavailable: later,
  bodyLimit: ({ limits }) => limits.maxBodyBytes,
  tooLarge: () => refusedFor(WORDS.tooLarge),
  async handle(call, deps) {
    const { config, findDossier, now } = deps;
    if (!isSigned(call, config)) return unsigned;
    const origin = { text: call.text };
    const code = dossierCode(call.body);
    if (Buffer.byteLength(call.text) > config.limits.maxBodyBytes) {
      await deps.putAside(origin, [issue('LT-VNEID-INTAKE', '', { vi: WORDS.tooLarge, en: 'the body is larger than allowed' })], code);
      return refusedFor(WORDS.tooLarge);
    }
    const hash = sha256(call.text);
    const known = code === undefined ? undefined : await findDossier(code);
    // The reply was lost, whatever has happened to the dossier since (6.1, L2).
    if (wasSentBefore(known, hash)) return taken;
    if (known !== undefined && !isOfThis(known, config)) return refusedFor(WORDS.notWaiting);
    if (known !== undefined && !waitsFor(known)) return notWaiting(call, code, deps);
    const faults = faultsOf(call.body, config.limits);
    if (faults.length > 0 || code === undefined || !isRecord(call.body)) return refuse(call, faults, code, deps);
    if (known === undefined && config.codes.unknown === 'refuse' && !isIssuedHere(code, config, localDateOf(instantFromEpoch(now())))) {
      await deps.putAside(origin, [issue('LT-VNEID-CODE-NOT-ISSUED', '/maHoSoMCDT')], code);
      return refusedFor(WORDS.notIssued);
    }
    return take({ code, body: call.body, sha256: hash, at: instantFromEpoch(now()) }, call, deps);
  },
};

/** A number of ours that another channel has used is no dossier of VNeID's. */
const isOfThis = ({ judicialRecord }: Dossier, { system }: VneidConfig): boolean => judicialRecord?.system === system;

/** Files first, then the dossier, in one step: what was broken off leaves nothing but files that nobody names. */
async function take(given: Omit<Submitted, 'kept'>, call: InboundCall, deps: Deps): Promise<InboundReply> {
  const { config } = deps;
  let submitted: Submitted;
  try {
    submitted = { ...given, kept: await keepFiles(given.body, deps) };
  } catch (error) {
    if (isValidationError(error)) return refuse(call, error.issues.map((one) => ({ ...one, pointer: '/toKhai/giayToDinhKem' })), given.code, deps);
    throw error;
  }
  let isRepeat = false;
  // By its hash the body is known again; its beginning is what a person can read. The whole of it, files and all, is more than the ledger takes as words.
  const origin = { text: `${given.sha256} ${call.text.slice(0, SHOWN_CHARS)}` };
  const done = await deps.acceptDossier(newDossier(submitted, config), origin, (now) => {
    // Asked in the dossier's turn: somebody else's supplement may have come in between.
    isRepeat = wasSentBefore(now, given.sha256);
    return isRepeat || !isOfThis(now, config) || !waitsFor(now) ? undefined : supplemented(now, submitted, config);
  });
  switch (done.status) {
    case 'accepted':
    case 'duplicate':
      return taken;
    case 'known':
    case 'stale':
      return isRepeat ? taken : notWaiting(call, given.code, deps);
    case 'refused':
      return refusedFor(sentenceOf(done.issues));
  }
}

/** Other words about a dossier that waits for none: refused as the reference does, and kept for a person, who may ask the citizen. */
async function notWaiting(call: InboundCall, code: string | undefined, { putAside }: Deps): Promise<InboundReply> {
  await putAside({ text: call.text }, [issue('LT-VNEID-NOT-WAITING', '/maHoSoMCDT')], code);
  return refusedFor(WORDS.notWaiting);
}

async function refuse(call: InboundCall, faults: Issue[], code: string | undefined, { putAside }: Deps): Promise<InboundReply> {
  await putAside({ text: call.text }, faults, code);
  return refusedFor(sentenceOf(faults));
}

export const inboundRoutes: Route[] = [issueCode, createDossier];
