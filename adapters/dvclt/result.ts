/** What K6 tells of one dossier, and what becomes of the dossier by it (fact sheet 3.6). */
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { CivilBackend, CivilResult, CivilStatus, Dossier, DossierStatus, FileRef, Result } from '../../src/model/canonical.ts';
import { compareCitizenNumber, parseCitizenNumber } from '../../src/model/citizen-number.ts';
import { cleanText } from '../../src/model/text.ts';
import { btpStatus, DEFAULT_RESULT_CODES, stateOf } from './codes.ts';
import type { DvcltConfig } from './config.ts';
import type { ResultRow } from './contract.ts';
import { readTime } from './dates.ts';
import { supplementDue } from './deadlines.ts';
import { REGISTERED, readFields } from './fields.ts';
import { receivedId, resultId, submissionOf, withEntry } from './history.ts';

/** One row, read. `wait`: it says that there is a result, and there is none yet. */
export interface Told {
  backend: CivilBackend;
  /** words for a supplement or a refusal */
  reason?: string;
  deadline?: string;
  result?: CivilResult;
  /** PDF of the result, base64 */
  file?: string;
  warnings: Issue[];
}
export type ReadRow = { kind: 'told'; told: Told } | { kind: 'wait' } | { kind: 'bad'; issues: Issue[] };

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? cleanText(value) : undefined);

/** ketQuaXuLy as an object, or as its JSON text. */
function resultOf(given: unknown): Record<string, unknown> | undefined {
  if (typeof given !== 'string') return isRecord(given) ? given : undefined;
  try {
    const parsed: unknown = JSON.parse(given);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const FILES = { BIRTH: 'giayKhaiSinh', DEATH: 'giayKhaiTu', MARRIAGE: 'giayKetHon', COPY: 'giayKetHon' } as const;

export function readRow(row: ResultRow, event: CivilStatus, config: DvcltConfig): ReadRow {
  const theirs = text(row.maHoSoLT);
  // An answer that is about another child must not become this one's.
  if (theirs !== undefined && event.interconnectedNumber !== undefined && theirs !== event.interconnectedNumber && theirs !== row.maHoSoMCDT) return { kind: 'bad', issues: [issue('LT-DVCLT-MISMATCH', '/maHoSoLT')] };
  const code = btpStatus(row.trangThai);
  const state = stateOf(code);
  const note = text(row.noiDungXuLy) ?? text(row.ghiChu);
  const since = readTime(row.thoiGianThucHien);
  const officer = text(row.nguoiXuLy);
  const title = text(row.chucDanh);
  const unit = text(row.phongBanXuLy);
  const backend: CivilBackend = {
    state, ...(code === '' ? {} : { code: code.slice(0, 50) }), ...(since === undefined ? {} : { since }), ...(officer === undefined ? {} : { officer: officer.slice(0, 500) }),
    ...(title === undefined ? {} : { title: title.slice(0, 500) }), ...(unit === undefined ? {} : { unit: unit.slice(0, 500) }), ...(note === undefined ? {} : { note: note.slice(0, 10_000) }),
  };
  const deadline = readTime(row.hanBoSungHoSo);
  const told: Told = { backend, ...(note === undefined ? {} : { reason: note.slice(0, 4000) }), ...(deadline === undefined ? {} : { deadline }), warnings: [] };
  if (state !== 'REGISTERED') return { kind: 'told', told };

  const given = resultOf(row.ketQuaXuLy);
  if (given === undefined) return { kind: 'wait' };
  const file = text(given[FILES[event.kind]])?.replace(/\s+/g, '');
  if (event.kind === 'DEATH' && file === undefined && config.emptyDeathResult === 'wait') return { kind: 'wait' };
  const { told: read, issues } = readFields(REGISTERED[event.kind], given, '/ketQuaXuLy');
  if (file !== undefined && (file.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(file))) issues.push(issue('LT-DVCLT-FILE', `/ketQuaXuLy/${FILES[event.kind]}`));
  else if (file !== undefined && file.length * 0.75 > config.maxFileBytes) issues.push(issue('LT-DVCLT-FILE-SIZE', `/ketQuaXuLy/${FILES[event.kind]}`));
  // What is registered counts; a detail that cannot be read is told beside it and left out. A number or a file that is none is no result.
  const details = issues.filter(({ code: fault, pointer }) => fault === 'LT-DVCLT-VALUE' && pointer !== '/ketQuaXuLy/soDinhDanh');
  if (issues.length > details.length) return { kind: 'bad', issues };
  const result = (read['result'] ?? {}) as CivilResult;
  return { kind: 'told', told: { ...told, result, ...(file === undefined ? {} : { file }), warnings: [...details.map((one): Issue => ({ ...one, severity: 'warning' })), ...newbornWarnings(result, event)] } };
}

/**
 * 5.2: the number should agree with the child's sex and year of birth, and with the province that registered it. It is the ministry's, so that a
 * difference is told and nothing refused.
 */
export function newbornWarnings(result: CivilResult, event: CivilStatus): Issue[] {
  const { citizenNumber, register, facts } = result;
  if (citizenNumber === undefined || event.kind !== 'BIRTH') return [];
  const at = '/ketQuaXuLy/soDinhDanh';
  // 099 is nobody's province: invented people have it. A province that is none is warned of below.
  const parsed = parseCitizenNumber(citizenNumber, { extraBirthPlaces: [citizenNumber.slice(0, 3)] });
  if (!parsed.ok || parsed.kind !== 'CCCD') return [issue('LT-DVCLT-NEWBORN', at, undefined, 'warning')];
  const child = { ...event.facts?.child, ...facts?.child };
  const findings = compareCitizenNumber(parsed, { ...(child.gender === undefined ? {} : { gender: child.gender }), ...(child.birthDate === undefined ? {} : { birthDate: child.birthDate }) });
  const found = findings.map(({ why }) => issue('LT-DVCLT-NEWBORN', at, why, 'warning'));
  const province = register?.provinceCode;
  if (province !== undefined && parsed.birthPlace.code !== province.padStart(3, '0')) found.push(issue('LT-DVCLT-NEWBORN', at, { vi: 'tỉnh khác nơi đăng ký', en: 'another province than the registering one' }, 'warning'));
  return found;
}

// ---- into the dossier ----------------------------------------------------------------------------------------------

const STATUS = { SUPPLEMENT_REQUIRED: 'SUPPLEMENT_REQUIRED', REGISTERED: 'RESOLVED', REFUSED: 'REJECTED' } as const;
const ACTIONS = { SUPPLEMENT_REQUIRED: 'Hệ thống hộ tịch yêu cầu bổ sung', REGISTERED: 'Đã đăng ký hộ tịch', REFUSED: 'Hệ thống hộ tịch từ chối' } as const;
const NAMES = { BIRTH: 'Giấy khai sinh', DEATH: 'Trích lục khai tử', MARRIAGE: 'Giấy chứng nhận kết hôn', COPY: 'Bản sao trích lục hộ tịch' } as const;

/** What a province may have ended before the result was there: it is asked for all the same, since event 4 needs it. */
const ENDED: ReadonlySet<DossierStatus> = new Set(['RESOLVED', 'RETURNED']);
/** Open at the ministry's system: it is asked about this dossier. */
export function isOpen({ status, civilStatus }: Dossier): boolean {
  const state = civilStatus?.backend?.state;
  return civilStatus?.handedOverAt !== undefined && (status === 'PROCESSING' || status === 'ACCEPTED' || ENDED.has(status)) && state !== 'REGISTERED' && state !== 'REFUSED';
}

/** The officer's last word stands; what was registered comes in beside it. */
function afterTheEnd(dossier: Dossier, event: CivilStatus, backend: CivilBackend, result: CivilResult | undefined, file: FileRef | undefined, config: DvcltConfig): Dossier {
  if (backend.state !== 'REGISTERED' || result === undefined) return { ...dossier, civilStatus: { ...event, backend } };
  return { ...dossier, results: [...dossier.results, resultPaper(event, result, backend, file, config)], civilStatus: withNumber({ ...event, backend, result }) };
}

/** The newborn's number also stands with the child. */
function withNumber(event: CivilStatus): CivilStatus {
  const number = event.result?.citizenNumber;
  return number === undefined ? event : { ...event, facts: { ...event.facts, child: { ...event.facts?.child, citizenNumber: number } } };
}

/** After a supplement the ministry's system may still tell that it asks for one. A registration or a refusal is its last word, whatever its clock says. */
function isStale(dossier: Dossier, { state, since }: CivilBackend): boolean {
  if (state !== 'SUPPLEMENT_REQUIRED') return false;
  const begun = dossier.history.find(({ id }) => id === receivedId(submissionOf(dossier)))?.at;
  return submissionOf(dossier) > 1 && begun !== undefined && since !== undefined && Date.parse(since) < Date.parse(begun);
}

function resultPaper(event: CivilStatus, { register, paperCode }: CivilResult, backend: CivilBackend, file: FileRef | undefined, config: DvcltConfig): Result {
  const number = [register?.number, register?.book].filter((part) => part !== undefined).join(', ');
  const row = Object.hasOwn(config.procedures, event.nationalProcedure ?? '') ? config.procedures[event.nationalProcedure ?? ''] : undefined;
  const code = paperCode ?? row?.resultCode ?? DEFAULT_RESULT_CODES[event.kind];
  return {
    ...(code === '' ? {} : { code }), name: NAMES[event.kind], ...(number === '' ? {} : { number }), ...(backend.unit === undefined ? {} : { issuedBy: backend.unit }),
    ...(backend.since === undefined ? {} : { issuedAt: backend.since }), files: file === undefined ? [] : [file],
  };
}

/**
 * The dossier with what was told put in; undefined when it is in already, or when it stands elsewhere by now. Pure.
 * @param file the result's, kept · @param at instant for what the row gives no time of
 */
export function applyTold(dossier: Dossier, { backend, reason, deadline, result }: Told, file: FileRef | undefined, at: string, config: DvcltConfig): Dossier | undefined {
  const { civilStatus } = dossier;
  if (civilStatus === undefined || !isOpen(dossier)) return undefined;
  if (isStale(dossier, backend)) return undefined;
  if (backend.state === civilStatus.backend?.state && backend.code === civilStatus.backend.code) return undefined;
  if (backend.state !== 'SUPPLEMENT_REQUIRED' && backend.state !== 'REGISTERED' && backend.state !== 'REFUSED') return { ...dossier, civilStatus: { ...civilStatus, backend } };

  if (ENDED.has(dossier.status)) return afterTheEnd(dossier, civilStatus, backend, result === undefined ? undefined : { ...result, ...(file === undefined ? {} : { file }) }, file, config);
  const id = resultId(submissionOf(dossier), backend.state);
  const handedOver = civilStatus.handedOverAt ?? at;
  // A clock over there that runs behind must not put it before what it follows, and one that runs ahead not behind what follows it.
  const isPlausible = backend.since !== undefined && Date.parse(backend.since) >= Date.parse(handedOver) && Date.parse(backend.since) <= Date.parse(at);
  const when = isPlausible ? (backend.since ?? at) : Date.parse(at) >= Date.parse(handedOver) ? at : handedOver;
  const status = STATUS[backend.state];
  const until = deadline ?? (backend.state === 'SUPPLEMENT_REQUIRED' ? supplementDue(when, config.deadlines) : undefined);
  const history = withEntry(dossier.history, {
    id, at: when, status, action: ACTIONS[backend.state], ...(backend.officer === undefined ? {} : { actor: backend.officer }), ...(backend.title === undefined ? {} : { title: backend.title }),
    ...(backend.unit === undefined ? {} : { unit: backend.unit }), ...(backend.note === undefined ? {} : { note: backend.note }),
  });
  const registered: CivilResult | undefined = result === undefined ? undefined : { ...result, ...(file === undefined ? {} : { file }) };
  const next: Dossier = {
    ...dossier, status, history,
    civilStatus: { ...civilStatus, backend, ...(until === undefined ? {} : { supplementDeadline: until }), ...(registered === undefined ? {} : { result: registered }) },
  };
  if (backend.state === 'REGISTERED' && registered !== undefined) {
    next.results = [...dossier.results, resultPaper(civilStatus, registered, backend, file, config)];
    next.dates = { ...dossier.dates, resolvedAt: when };
    if (next.civilStatus !== undefined) next.civilStatus = withNumber(next.civilStatus);
  } else if (backend.state === 'SUPPLEMENT_REQUIRED') {
    next.supplements = [...dossier.supplements, { id, requestedAt: when, reason: reason ?? ACTIONS.SUPPLEMENT_REQUIRED, ...(until === undefined ? {} : { deadline: until }), ...(backend.officer === undefined ? {} : { requestedBy: backend.officer }) }];
    next.dates = { ...dossier.dates, supplementRequestedAt: when };
  } else {
    next.dates = { ...dossier.dates, rejectedAt: when };
    if (reason !== undefined) next.statusReason = reason;
  }
  return next;
}
