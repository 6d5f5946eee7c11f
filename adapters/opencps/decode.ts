/** One record of an export, or of the REST API, into the canonical dossier. */
import { checkWith } from '../../src/contract/check.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { Delivery, Dossier, DossierStatus, HistoryEntry, Procedure, Step } from '../../src/model/canonical.ts';
import { normalizeDossierNumber, parseDossierNumber } from '../../src/model/dossier-number.ts';
import { parseProcedureCode } from '../../src/model/procedure-code.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { channelOf, POSTAL_STATES, SERVICE_LEVELS, sourceOf, type StatusMeaning } from './codes.ts';
import { readNumber } from './code-memory.ts';
import type { OpencpsConfig } from './config.ts';
import { datesOf, ownDatesOf } from './dates.ts';
import { Findings, flagOf, idOf, integerOf, isFields, itemPointer, listOf, localDay, textOf, type Fields } from './fields.ts';
import { ExportRecord } from './generated/validators.js';
import { lastEntered, lookUp, progressOf } from './history.ts';
import { moneyOf, papersOf } from './papers.ts';
import { agencyOf, applicantOf, delegateOf, postalAddressOf } from './party.ts';

const checkRecord = checkWith(ExportRecord);

/** Every field that a rule below reads. Whatever else a record holds goes to `raw`, verbatim. */
const MAPPED: ReadonlySet<string> = new Set([
  'dossierId', 'dossierNo', 'dossierIdCTN', 'modifiedDate', 'serviceCode', 'serviceName', 'domainCode', 'domainName', 'serviceLevel', 'dossierTemplateNo',
  'govAgencyCode', 'govAgencyName', 'applicantName', 'applicantIdType', 'applicantIdNo', 'applicantIdDate', 'address', 'cityCode', 'cityName', 'districtCode',
  'districtName', 'wardCode', 'wardName', 'contactTelNo', 'contactEmail', 'delegateName', 'delegateIdNo', 'delegateTelNo', 'delegateEmail', 'delegateAddress',
  'delegateCityCode', 'delegateCityName', 'delegateDistrictCode', 'delegateDistrictName', 'delegateWardCode', 'delegateWardName', 'dossierName', 'dossierNote',
  'submitDate', 'receiveDate', 'dueDate', 'extendDate', 'releaseDate', 'finishDate', 'cancellingDate', 'dossierStatus', 'dossierSubStatus', 'stepCode', 'stepName',
  'viaPostal', 'fromViaPostal', 'postalServiceName', 'postalAddress', 'postalCityCode', 'postalCityName', 'postalDistrictCode', 'postalDistrictName',
  'postalWardCode', 'postalWardName', 'online', 'originality', 'dossierFiles', 'payments', 'actions', 'logs', 'assignedUsers', 'postConnect',
]);

/** What `referenceUid` nearly always is; the number of a portal never looks like it. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

export interface Decoded { dossier: Dossier; warnings: Issue[] }

/**
 * @param record one line of an export, parsed, or the same put together from REST answers
 * @returns the dossier and what was noticed: unmapped words, odd numbers, dates taken from the progress, status moves that
 *   the table does not list. Pointers lead into the record
 * @throws ValidationError with every error at once: types, impossible dates, missing number, id, procedure, agency, applicant
 */
export function decodeRecord(record: unknown, config: OpencpsConfig): Decoded {
  if (!isFields(record)) throw new ValidationError([issue('LT-OPENCPS-NOT-A-RECORD', '')]);
  const found = new Findings();
  const checked = checkRecord(record);
  if (!checked.ok) found.errors.push(...checked.issues);
  const dossier = build(record, config, found);
  if (found.errors.length > 0) throw new ValidationError(found.errors);
  return { dossier, warnings: found.warnings };
}

function build(record: Fields, config: OpencpsConfig, found: Findings): Dossier {
  const dossierId = idOf(record, 'dossierId', 200, found, '');
  const referenceUid = idOf(record, 'referenceUid', 200, found, '');
  const sourceId = dossierId ?? referenceUid;
  if (sourceId === undefined) found.error('LT-OPENCPS-NO-ID', '/dossierId');
  const code = numberOf(record, config, found);
  const nationalCode = referenceUid !== undefined && referenceUid !== code && !UUID.test(referenceUid) && parseDossierNumber(referenceUid, config).ok ? referenceUid : undefined;

  const statusWord = textOf(record, 'dossierStatus', 200, found, '');
  const subWord = textOf(record, 'dossierSubStatus', 200, found, '');
  const meaning = statusOf(statusWord, subWord, config, found);

  const channel = channelOf(flagOf(record, 'online'), integerOf(record, 'fromViaPostal'));
  const own = ownDatesOf(record, found);
  const counted = own.received ?? own.submitted;
  const asOf = counted === undefined ? undefined : localDay(counted);
  const { history, supplements } = progressOf(record, meaning, config, found);
  if (history.length === 0 && meaning.status !== 'SUBMITTED' && meaning.status !== 'DRAFT') found.warn('LT-OPENCPS-NO-HISTORY', '/actions');
  const papers = papersOf(record, sourceId ?? '', channel !== 'ONLINE', config, found);
  const money = moneyOf(record, found);

  const dossier: Dossier = {
    schemaVersion: '1',
    code,
    sourceSystem: config.sourceSystem,
    sourceId: sourceId ?? '',
    source: sourceOf(integerOf(record, 'originality'), channel, nationalCode !== undefined),
    procedure: procedureOf(record, config, found),
    agency: agencyOf(record, config, found),
    channel,
    applicant: applicantOf(record, asOf, found),
    dates: datesOf(own, meaning.status, history, supplements, found),
    status: meaning.status,
    components: papers.components,
    results: papers.results,
    supplements,
    fees: money.fees,
    payments: money.payments,
    delivery: deliveryOf(record, asOf, found),
    history,
    linkedDatabases: [],
  };
  if (nationalCode !== undefined) dossier.nationalCode = nationalCode;
  const receipt = idOf(record, 'dossierIdCTN', 100, found, '');
  if (receipt !== undefined) dossier.receiptNumber = receipt;
  if (own.modified !== undefined) dossier.sourceUpdatedAt = instantFromEpoch(own.modified);
  const delegate = delegateOf(record, asOf, found);
  if (delegate !== undefined) dossier.delegate = delegate;
  const summary = textOf(record, 'dossierName', 4000, found, '');
  if (summary !== undefined) dossier.summary = summary;
  const note = textOf(record, 'dossierNote', 10_000, found, '');
  if (note !== undefined) dossier.note = note;
  if (meaning.subStatus !== undefined) dossier.subStatus = meaning.subStatus;
  if (statusWord !== undefined) dossier.sourceStatus = subWord === undefined ? { status: statusWord } : { status: statusWord, subStatus: subWord };
  const reason = reasonOf(meaning.status, history);
  if (reason !== undefined) dossier.statusReason = reason;
  const step = stepOf(record, history, found);
  if (step !== undefined) dossier.step = step;
  if (papers.digitized) dossier.flags = { hasDigitizedComponents: true };
  const raw = rest(record, code, referenceUid, nationalCode, dossierId);
  if (raw !== undefined) dossier.raw = raw;
  return dossier;
}

function numberOf(record: Fields, config: OpencpsConfig, found: Findings): string {
  const given = textOf(record, 'dossierNo', 50, found, '');
  if (given === undefined) {
    found.error('LT-OPENCPS-NO-NUMBER', '/dossierNo');
    return '';
  }
  const read = readNumber(given, config);
  if (read.ok) return read.normalized;
  const plain = normalizeDossierNumber(given);
  // The model takes any printable code, so that numbers of another pattern still find their way; letters beyond ASCII never.
  if (!/^[!-~]+$/.test(plain)) found.error('LT-OPENCPS-NUMBER-FORM', '/dossierNo');
  else found.warn('LT-OPENCPS-NUMBER-FORM', '/dossierNo', read.why);
  return /^[!-~]+$/.test(given) ? given : plain;
}

const UNKNOWN: StatusMeaning = { status: 'UNKNOWN' };

function statusOf(word: string | undefined, sub: string | undefined, config: OpencpsConfig, found: Findings): StatusMeaning {
  if (word === undefined) {
    found.error('LT-OPENCPS-MISSING', '/dossierStatus');
    return UNKNOWN;
  }
  const meaning = lookUp(word, sub, config);
  if (meaning === undefined) found.warn('LT-OPENCPS-STATUS-UNMAPPED', '/dossierStatus');
  else if (sub !== undefined && !config.statusMap.has(`${word}/${sub}`)) found.warn('LT-OPENCPS-SUBSTATUS-UNMAPPED', '/dossierSubStatus');
  return meaning ?? UNKNOWN;
}

const NATIONAL_BASE = /^\d\.\d{6}$/;

function procedureOf(record: Fields, config: OpencpsConfig, found: Findings): Procedure {
  const local = textOf(record, 'serviceCode', 100, found, '');
  if (local === undefined) found.error('LT-OPENCPS-MISSING', '/serviceCode');
  const row = local === undefined ? undefined : config.procedures.get(local);
  const code = row?.code ?? nationalOf(local, found);
  const name = textOf(record, 'serviceName', 2000, found, '') ?? row?.name;
  if (name === undefined) found.error('LT-OPENCPS-MISSING', '/serviceName');
  const sectorCode = textOf(record, 'domainCode', 100, found, '');
  const sectorName = textOf(record, 'domainName', 1000, found, '');
  const sector = sectorCode === undefined ? row?.sector : sectorName === undefined ? { code: sectorCode } : { code: sectorCode, name: sectorName };
  if (sector === undefined) found.error('LT-OPENCPS-NO-SECTOR', '/domainCode');
  const procedure: Procedure = { code: code ?? '', name: name ?? '', sector: sector ?? { code: '' } };
  if (local !== undefined && local !== code) procedure.localCode = local;
  const level = textOf(record, 'serviceLevel', 20, found, '');
  const known = level === undefined ? row?.level : SERVICE_LEVELS.get(level);
  if (known !== undefined) procedure.level = known;
  else if (level !== undefined) found.warn('LT-OPENCPS-CODE-UNMAPPED', '/serviceLevel');
  const caseCode = idOf(record, 'dossierTemplateNo', 100, found, '');
  if (caseCode !== undefined) procedure.caseCode = caseCode;
  return procedure;
}

/** Without a row the codes are equal, but for the agency that a province may put behind the national code. */
function nationalOf(local: string | undefined, found: Findings): string | undefined {
  if (local === undefined || NATIONAL_BASE.test(local)) return local;
  const parsed = parseProcedureCode(local);
  if (parsed.ok) return parsed.base;
  found.warn('LT-OPENCPS-PROCEDURE-UNMAPPED', '/serviceCode');
  return local;
}

function deliveryOf(record: Fields, asOf: string | undefined, found: Findings): Delivery {
  const state = textOf(record, 'viaPostal', 20, found, '');
  const words = state === undefined ? undefined : POSTAL_STATES.get(state);
  if (words === undefined) {
    if (state !== undefined && state !== '0' && state !== '1') found.warn('LT-OPENCPS-CODE-UNMAPPED', '/viaPostal');
    return { method: 'COUNTER' };
  }
  const delivery: Delivery = { method: 'POST', status: words };
  const order = isFields(record['postConnect']) ? record['postConnect'] : {};
  const provider = textOf(record, 'postalServiceName', 200, found, '') ?? textOf(order, 'postService', 200, found, '/postConnect');
  if (provider !== undefined) delivery.provider = provider;
  const orderNo = idOf(order, 'orderNumber', 200, found, '/postConnect');
  if (orderNo !== undefined) delivery.orderNo = orderNo;
  const address = postalAddressOf(record, asOf, found);
  if (address !== undefined) delivery.address = address;
  return delivery;
}

/** Statuses that nobody understands without the words that came with them. */
const NEEDS_REASON: ReadonlySet<DossierStatus> = new Set<DossierStatus>(['SUPPLEMENT_REQUIRED', 'REJECTED', 'STOPPED', 'WITHDRAWN']);

function reasonOf(status: DossierStatus, history: readonly HistoryEntry[]): string | undefined {
  return NEEDS_REASON.has(status) ? lastEntered(history, status)?.note?.slice(0, 4000) : undefined;
}

function stepOf(record: Fields, history: readonly HistoryEntry[], found: Findings): Step | undefined {
  const step: Step = {};
  const code = idOf(record, 'stepCode', 100, found, '');
  if (code !== undefined) step.code = code;
  const name = textOf(record, 'stepName', 500, found, '');
  if (name !== undefined) step.name = name;
  const dueAt = history[history.length - 1]?.dueAt;
  if (dueAt !== undefined) step.dueAt = dueAt;
  const assignees: string[] = [];
  listOf(record, 'assignedUsers').forEach((user, i) => {
    const at = itemPointer('assignedUsers', i);
    const assignee = isFields(user)
      ? (textOf(user, 'userName', 500, found, at) ?? idOf(user, 'userId', 500, found, at))
      : textOf({ user }, 'user', 500, found, at);
    if (assignee !== undefined) assignees.push(assignee);
  });
  if (assignees.length > 0) step.assignees = assignees;
  return code === undefined && name === undefined && dueAt === undefined && assignees.length === 0 ? undefined : step;
}

function rest(record: Fields, code: string, referenceUid: string | undefined, nationalCode: string | undefined, dossierId: string | undefined): Record<string, unknown> | undefined {
  const raw: Record<string, unknown> = {};
  let any = false;
  const keep = (key: string): void => {
    const value = record[key];
    if (value === undefined || value === null || value === '') return;
    raw[key] = value;
    any = true;
  };
  for (const key of Object.keys(record)) {
    if (MAPPED.has(key) || key === 'referenceUid' || key === 'contactName' || key === '__proto__') continue;
    keep(key);
  }
  // Mapped only in part: kept as they were where the canonical form says less.
  if (referenceUid !== undefined && nationalCode === undefined && dossierId !== undefined) keep('referenceUid');
  if (record['contactName'] !== record['applicantName']) keep('contactName');
  if (record['dossierNo'] !== code) keep('dossierNo');
  return any ? raw : undefined;
}
