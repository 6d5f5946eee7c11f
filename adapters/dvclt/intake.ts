/** From the detail of a dossier (K3, three times encoded) to the canonical one (fact sheet 3.3, 3.4). */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { DossierDeps } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { CivilStatus, Component, Dossier, IdentityDocument, Party } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { isCitizenId12, isCmnd9 } from '../../src/model/identity.ts';
import { cleanLine } from '../../src/model/text.ts';
import { epochFromInstant } from '../../src/model/time.ts';
import { wordsOfText, wordsOfValue } from './aside.ts';
import { INTAKE_KINDS } from './codes.ts';
import { unitOf, type DvcltConfig } from './config.ts';
import { detailLevel2, type DetailLevel2, type WireFile } from './contract.ts';
import { readTime } from './dates.ts';
import { intakeDue } from './deadlines.ts';
import { DECLARED, readFields } from './fields.ts';
import { readHoTich } from './hotich.ts';
import { receivedId } from './history.ts';

/** A dossier as it came, checked and typed, its files not yet kept. */
export interface Brought {
  number: string;
  level2: DetailLevel2;
  civilStatus: CivilStatus;
  unit: { code: string; agency: { code: string; name: string }; level: 'commune' | 'district' };
  procedureCode: string;
  /** fields that no row of the table knows */
  unknown: Record<string, string>;
}
export type Taken = { ok: true; value: Brought } | { ok: false; issues: Issue[] };

/** What the text of level 1 is; undefined for no JSON object. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param detail what K3 answered, level 1 with its envelope · @param wanted the number of the list */
export function readDetail(detail: unknown, wanted: string, config: DvcltConfig): Taken {
  const level1 = isRecord(detail) && isRecord(detail['data']) ? detail['data'] : undefined;
  const text = level1?.['data'];
  if (typeof text !== 'string') return { ok: false, issues: [issue('LT-DVCLT-ENCODING', '/data/data', { vi: 'mức 1 không có văn bản', en: 'level 1 has no text' })] };
  const parsed = parseText(text);
  const checked = detailLevel2(parsed);
  if (!checked.ok) return { ok: false, issues: [issue('LT-DVCLT-ENCODING', '/data/data', { vi: 'mức 2 không đúng dạng', en: 'level 2 is not in its form' }), ...checked.issues.map((one) => ({ ...one, pointer: `/data/data${one.pointer ?? ''}` }))] };
  return readLevel2(checked.value, wanted, config);
}

function readLevel2(level2: DetailLevel2, wanted: string, config: DvcltConfig): Taken {
  const issues: Issue[] = [];
  const at = '/data/data';
  if (level2.maHoSo !== wanted) issues.push(issue('LT-DVCLT-MISMATCH', `${at}/maHoSo`));
  const unit = unitOf(level2.maDonVi, config);
  if (!unit.ok) issues.push(issue(unit.code, `${at}/maDonVi`));
  const procedureCode = level2.maTTHC ?? '';
  const row = Object.hasOwn(config.procedures, procedureCode) ? config.procedures[procedureCode] : undefined;
  if (row === undefined) issues.push(issue('LT-DVCLT-PROCEDURE', `${at}/maTTHC`));
  const kind = INTAKE_KINDS.get(level2.module ?? '');
  if (kind === undefined || (row !== undefined && row.kind !== kind)) issues.push(issue('LT-DVCLT-MODULE', `${at}/module`));
  const xml = readHoTich(level2.data);
  if (!xml.ok) issues.push(issue(xml.fault === 'doctype' ? 'LT-DVCLT-DOCTYPE' : 'LT-DVCLT-XML', `${at}/data`, xml.fault));
  issues.push(...fileIssues(level2.fileDinhKem ?? [], config, `${at}/fileDinhKem`));
  if (!xml.ok || kind === undefined) return { ok: false, issues };
  const table = DECLARED[kind];
  const { told, issues: wrong } = readFields(table, xml.fields, `${at}/data`);
  issues.push(...wrong);
  const known = new Set(table.map(({ wire }) => wire));
  const unknown = Object.fromEntries(Object.entries(xml.fields).filter(([name, value]) => !known.has(name) && value.trim() !== ''));
  if (issues.length > 0 || !unit.ok) return { ok: false, issues };
  const submittedAt = readTime(level2.ngayTiepNhan);
  const civilStatus = {
    ...told, kind, interconnectedNumber: level2.maHoSo, nationalProcedure: procedureCode, unitCode: unit.code, submission: 1,
    ...(level2.techId == null || level2.techId === '' ? {} : { techId: level2.techId }), ...(submittedAt === undefined ? {} : { submittedAt }),
  } as CivilStatus;
  return { ok: true, value: { number: level2.maHoSo, level2, civilStatus, unit, procedureCode, unknown } };
}

// ---- files ---------------------------------------------------------------------------------------------------------

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const contentOf = ({ duLieuTepDinhKem }: WireFile): string => (duLieuTepDinhKem ?? '').replace(/\s+/g, '');
const bytesOf = (base64: string): number => Math.floor((base64.length * 3) / 4);

function fileIssues(files: readonly WireFile[], { maxFiles, maxFileBytes, maxTotalBytes }: DvcltConfig, pointer: string): Issue[] {
  const issues: Issue[] = [];
  if (files.length > maxFiles) issues.push(issue('LT-DVCLT-FILE-SIZE', pointer));
  let total = 0;
  files.forEach((file, i) => {
    const content = contentOf(file);
    total += bytesOf(content);
    if (content === '' ? !isCancelled(file) : content.length % 4 !== 0 || !BASE64.test(content)) issues.push(issue('LT-DVCLT-FILE', `${pointer}/${i}/duLieuTepDinhKem`));
    else if (bytesOf(content) > maxFileBytes) issues.push(issue('LT-DVCLT-FILE-SIZE', `${pointer}/${i}/duLieuTepDinhKem`));
  });
  if (total > maxTotalBytes) issues.push(issue('LT-DVCLT-FILE-SIZE', pointer));
  return issues;
}

export const isCancelled = ({ huyGiayTo }: WireFile): boolean => Number(huyGiayTo ?? 0) === 1;
/** By the name, since nothing else tells; what it is not sure of is bytes. */
const mediaTypeOf = (name: string): string => MEDIA_TYPES.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'application/octet-stream';
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([['pdf', 'application/pdf'], ['png', 'image/png'], ['jpg', 'image/jpeg'], ['jpeg', 'image/jpeg']]);

/** Keeps every file; a cancelled one is kept with its flag and goes nowhere else (3.3). */
async function keepFiles(files: readonly WireFile[], deps: DossierDeps<DvcltConfig>): Promise<Component[]> {
  const components: Component[] = [];
  for (const [i, file] of files.entries()) {
    const name = cleanLine(file.tenTepDinhKem ?? '').slice(0, 1000) || `tep-${i + 1}`;
    const content = Buffer.from(contentOf(file), 'base64');
    const url = content.length === 0 ? undefined : await deps.keepFile(content, mediaTypeOf(name));
    components.push({
      ...(file.loaiGiayTo == null ? {} : { code: String(file.loaiGiayTo) }),
      name: cleanLine(file.tenGiayTo ?? '').slice(0, 4000) || name,
      files: [{ ...(file.id == null ? {} : { id: String(file.id) }), name, ...(url === undefined ? {} : { url, size: content.length }), ...(isCancelled(file) ? { deleted: true } : {}) }],
    });
  }
  return components;
}

/** The words by which the same detail is known again: all of it, the content of its files by their digest. */
export function originText(detail: unknown): string {
  const level1 = isRecord(detail) && isRecord(detail['data']) ? detail['data'] : {};
  const text = typeof level1['data'] === 'string' ? level1['data'] : (wordsOfValue(detail ?? null) ?? NESTED);
  const level2 = parseText(text);
  if (!isRecord(level2)) return wordsOfText(text);
  const files: unknown[] = Array.isArray(level2['fileDinhKem']) ? level2['fileDinhKem'] : [];
  return wordsOfValue({ ...level2, fileDinhKem: files.map((one) => (isRecord(one) && typeof one['duLieuTepDinhKem'] === 'string' ? { ...one, duLieuTepDinhKem: `sha256:${digest(one['duLieuTepDinhKem'])}` } : one)) }) ?? `${NESTED} sha256:${digest(text)}`;
}
const NESTED = '(nested too deep to be written)';
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

// ---- the dossier ---------------------------------------------------------------------------------------------------

function identityOf(paper: { kindCode?: string; number?: string } | undefined): IdentityDocument[] {
  const { kindCode, number } = paper ?? {};
  if (number === undefined) return [];
  const type = isCitizenId12(number) ? 'CCCD' : isCmnd9(number) && (kindCode === '1' || kindCode === undefined) ? 'CMND' : kindCode === '2' ? 'PASSPORT' : 'OTHER';
  return [{ type, number }];
}
/** Who asks for the registration is whose dossier it is. */
function applicantOf({ facts }: CivilStatus): Party {
  const { name = 'Không rõ', identityPaper, phone, email } = facts?.requester ?? {};
  return { kind: 'CITIZEN', name, ids: identityOf(identityPaper), ...(phone === undefined ? {} : { phone }), ...(email === undefined ? {} : { email }) };
}

/** @param code ours, issued for the number of DVCLT · @param now ms since epoch */
export async function dossierOf({ number, level2, civilStatus, unit, procedureCode, unknown }: Brought, code: string, deps: DossierDeps<DvcltConfig>): Promise<Dossier> {
  const { config } = deps;
  const at = new Date(Math.floor(deps.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const row = config.procedures[procedureCode];
  const ours = row?.[unit.level] ?? procedureCode;
  return {
    schemaVersion: '1', code, nationalCode: number, sourceSystem: config.system, sourceId: number, source: 'INTERCONNECTED', channel: 'ONLINE',
    procedure: { code: ours, name: row?.name ?? ours, sector: row?.sector ?? { code: 'G15-HT' } },
    agency: unit.agency,
    applicant: applicantOf(civilStatus),
    dates: { submittedAt: civilStatus.submittedAt ?? at, dueAt: intakeDue(at, config.deadlines) },
    status: 'SUBMITTED',
    components: await keepFiles(level2.fileDinhKem ?? [], deps),
    results: [], supplements: [], fees: [], payments: [], linkedDatabases: [],
    history: [{ id: receivedId(civilStatus.submission ?? 1), at, status: 'SUBMITTED', action: 'Nhận hồ sơ liên thông' }],
    civilStatus,
    ...(Object.keys(unknown).length === 0 ? {} : { raw: { hoTich: unknown } }),
  };
}

/** Everything that the citizen has said and brought, a paper taken back among it. */
function declaredIn({ civilStatus, components, raw }: Dossier): unknown {
  const { facts, submittedAt, interconnectedId, registrationTypeCode, registrationPlace, copies, nationalProcedure, unitCode } = civilStatus ?? {};
  const papers = components.flatMap(({ name, files }) => files.flatMap(({ url, deleted }) => (fileIdIn(url) === undefined ? [] : [JSON.stringify([name, url, deleted === true])]))).sort();
  return [facts, submittedAt, interconnectedId, registrationTypeCode, registrationPlace, copies, nationalProcedure, unitCode, papers, raw?.['hoTich']];
}
/**
 * What is known already to the last word, listed once more because its acknowledgement was lost: no supplement, whatever the dossier waits for. One
 * word that differs makes it one: a supplement that is passed over is lost, and a dossier that is shown once more is only looked at once more.
 */
export const isSameSubmission = (known: Dossier, fresh: Dossier): boolean => isDeepStrictEqual(declaredIn(known), declaredIn(fresh));

/**
 * A supplement that the citizen has sent: the whole again, under the same code and with its history (3.4, intake rules). What the earlier hand-over
 * had led to is over.
 */
export function replaced(known: Dossier, fresh: Dossier): Dossier {
  const submission = (known.civilStatus?.submission ?? 1) + 1;
  // Not before what it answers, whatever the clocks of the others say: events go by time.
  const at = [...known.history, ...fresh.history].map((entry) => entry.at).reduce((latest, one) => ((epochFromInstant(one) ?? 0) > (epochFromInstant(latest) ?? 0) ? one : latest));
  const { statusReason: _r, subStatus: _s, raw: _w, ...rest } = known;
  return {
    ...rest,
    applicant: fresh.applicant, components: fresh.components, status: 'SUBMITTED', ...(fresh.raw === undefined ? {} : { raw: fresh.raw }),
    procedure: known.procedure,
    dates: { ...known.dates, supplementedAt: at, ...(fresh.dates.dueAt === undefined ? {} : { dueAt: fresh.dates.dueAt }) },
    supplements: known.supplements.map((one) => (one.completedAt === undefined ? { ...one, completedAt: at } : one)),
    history: [...known.history, { id: receivedId(submission), at, status: 'SUBMITTED', action: 'Nhận hồ sơ bổ sung' }],
    ...(fresh.civilStatus === undefined ? {} : { civilStatus: { ...fresh.civilStatus, submission } }),
  };
}
