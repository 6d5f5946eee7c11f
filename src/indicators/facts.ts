/**
 * What the indicators need of a dossier, flat and without any personal data. Times are epoch milliseconds cut to whole seconds: the portal that
 * computes the same figures gets no finer ones, and an end half a second after the due second is the due second there.
 */
import { epochFromInstant, isInProcessing, isReceived, procedureBase } from '../model/index.ts';
import type { Channel, Component, Dossier, DossierStatus, FileRef, ServiceLevel } from '../model/index.ts';
import { endingOf, isEnded, type Branch, type Progress } from './on-time.ts';

/** Yes/no facts, in the order of their bits in the population. New ones go to the end: snapshots know them by place. */
export const MARKS = [
  /** NgayTiepNhan is known */
  'accepted',
  /** it came in at the national portal */
  'fromPortal',
  /** a result with code and file link (MaGiayToKetQua and DuongDanTepTinKetQua) */
  'electronicResult',
  /** a result with a file link */
  'resultFile',
  /** a component with a file */
  'componentFile',
  /** HoSoCoThanhPhanSoHoa = 1 */
  'digitisedFlag',
  /** a component with DuocSoHoa = 1 */
  'componentDigitised',
  /** a component that is re-used (DuocTaiSuDung 1 or 2) */
  'componentReused',
  /** a component from the national repository (DuocLayTuKhoDMQG = 1) */
  'fromRepository',
  /** TaiKhoanDuocXacThucVoiVNeID = 1 */
  'vneidVerified',
  /** the population database was asked (DSKetNoiCSDL) */
  'populationDatabase',
  /** a fee above zero is listed */
  'feeOwed',
  /** fees are listed and every one is zero */
  'feesAllZero',
  /** the status says finished, NgayKetThucXuLy is absent */
  'endDateMissing',
  /** the last step of the progress has another status than the dossier */
  'statusContradicted',
  /** it ended, was returned or was due before it was received */
  'timesContradicted',
  /** the dossier counts as received */
  'received',
  /** the progress has a step that ends the dossier, and the dossier is in processing */
  'reopened',
] as const;
export type Mark = (typeof MARKS)[number];

export interface DossierFacts {
  code: string;
  /** agency competent to decide, as the dossier spells it */
  agency: string;
  /** agency that received it; the competent one where no other is named */
  receivingAgency: string;
  /** national base of the procedure's code; the code as it is where it has none */
  procedure: string;
  sector: string;
  level: ServiceLevel | null;
  channel: Channel;
  status: DossierStatus;
  submittedAt: number | null;
  acceptedAt: number | null;
  dueAt: number | null;
  /** what ended it by the on-time rule, and when; see on-time.ts */
  branch: Branch;
  endedAt: number | null;
  /** answered requests for supplement, together */
  pausedMs: number;
  supplementsAsked: number;
  /** paid online, by which gateway (DuocThanhToanTrucTuyen 1 or 2) */
  paidOnline: 'NATIONAL' | 'PROVINCE' | null;
  /** when the national portal accepted it; null: it has not */
  synchronisedAt: number | null;
  marks: Readonly<Record<Mark, boolean>>;
  /** names behind the codes, for display; a population keeps the one that it was told last */
  names: { agency: string; receivingAgency: string; procedure: string; sector: string };
}

export interface FactOptions {
  /** names or codes in `linkedDatabases` that mean the national population database */
  populationDatabases?: readonly string[];
  /** the gateway of an online payment that names none; the dvcqg adapter's `onlinePaymentPlatform` */
  onlinePaymentPlatform?: 'NATIONAL' | 'PROVINCE';
}

/** Codes and names under which sources list the national population database; the fact sheet's MaCSDL 1 [U]. */
export const POPULATION_DATABASES: readonly string[] = ['1', 'CSDLQGDC', 'NATIONAL_POPULATION'];

/**
 * Reduces a dossier to its facts.
 * @param synchronisedAt when the national portal took the dossier, epoch ms; null when it has not
 */
export function factsOf(dossier: Dossier, synchronisedAt: number | null, options: FactOptions = {}): DossierFacts {
  const { dates } = dossier;
  const submittedAt = at(dates.submittedAt);
  const acceptedAt = at(dates.acceptedAt);
  const dueAt = at(dates.dueAt);
  const progress = progressOf(dossier);
  const ending = endingOf(progress);
  const last = dossier.history.at(-1);
  const finished = dossier.status === 'RESOLVED' || dossier.status === 'RETURNED';
  const before = (time: number | null): boolean => acceptedAt !== null && time !== null && time < acceptedAt;
  const databases = options.populationDatabases ?? POPULATION_DATABASES;
  const components = dossier.components;
  return {
    code: dossier.code,
    agency: dossier.agency.code,
    receivingAgency: (dossier.receivingAgency ?? dossier.agency).code,
    procedure: procedureBase(dossier.procedure.code) ?? dossier.procedure.code,
    sector: dossier.procedure.sector.code,
    level: dossier.procedure.level ?? null,
    channel: dossier.channel,
    status: dossier.status,
    submittedAt, acceptedAt, dueAt,
    branch: ending.branch,
    endedAt: ending.at,
    pausedMs: progress.pausedMs,
    supplementsAsked: progress.supplementsAsked,
    paidOnline: paidOnline(dossier, options),
    synchronisedAt: synchronisedAt === null ? null : seconds(synchronisedAt),
    marks: {
      accepted: acceptedAt !== null,
      fromPortal: dossier.source === 'PORTAL_NATIONAL',
      electronicResult: dossier.results.some((result) => filled(result.code) && result.files.some(hasLink)),
      resultFile: dossier.results.some((result) => result.files.some(hasLink)),
      componentFile: components.some((component) => component.files.some(hasLink)),
      digitisedFlag: dossier.flags?.hasDigitizedComponents ?? components.some(isDigitised),
      componentDigitised: components.some(isDigitised),
      componentReused: components.some(({ digitization }) => digitization === 'REUSED_COMPONENT' || digitization === 'REUSED_RESULT'),
      fromRepository: components.some(({ nationalRepository }) => nationalRepository === true),
      vneidVerified: dossier.flags?.vneidVerified === true,
      populationDatabase: dossier.linkedDatabases.some((name) => databases.includes(name)),
      feeOwed: dossier.fees.some(({ amount }) => amount > 0),
      feesAllZero: dossier.fees.length > 0 && dossier.fees.every(({ amount }) => amount === 0),
      endDateMissing: finished && dates.resolvedAt === undefined,
      statusContradicted: last !== undefined && last.status !== dossier.status,
      timesContradicted: before(ending.at) || before(at(dates.resolvedAt)) || before(at(dates.returnedAt)) || before(dueAt),
      // A withdrawal before acceptance was never received; only the dates can tell.
      received: isReceived(dossier.status) && (dossier.status !== 'WITHDRAWN' || progress.wasReceived),
      reopened: isInProcessing(dossier.status) && isEnded(ending.branch),
    },
    names: {
      agency: dossier.agency.name, receivingAgency: (dossier.receivingAgency ?? dossier.agency).name,
      procedure: dossier.procedure.name, sector: dossier.procedure.sector.name ?? '',
    },
  };
}

/**
 * What the progress says, with the dossier's own dates where the progress has no such step. Literally as the rule has it: a step of an ending
 * status ends the dossier even when it was taken up again afterwards; the mark `reopened` shows those.
 */
export function progressOf(dossier: Dossier): Progress {
  const { dates, history, status } = dossier;
  const stepAt = (wanted: DossierStatus): number | null => at(history.findLast((step) => step.status === wanted)?.at);
  const dated = (own: DossierStatus[], time: string | undefined): number | null => (own.includes(status) ? at(time) : null);
  const supplements = supplementsOf(dossier);
  return {
    // NgayKetThucXuLy is also filled for stops and refusals: it stands for status 9 only where the dossier says that it was resolved.
    resolvedAt: stepAt('RESOLVED') ?? dated(['RESOLVED', 'RETURNED'], dates.resolvedAt),
    returnedAt: stepAt('RETURNED') ?? dated(['RETURNED'], dates.returnedAt),
    stoppedAt: stepAt('STOPPED') ?? dated(['STOPPED'], dates.resolvedAt),
    rejectedAt: stepAt('REJECTED') ?? dated(['REJECTED'], dates.rejectedAt ?? dates.resolvedAt),
    withdrawnAt: stepAt('WITHDRAWN') ?? dated(['WITHDRAWN'], dates.withdrawnAt ?? dates.resolvedAt),
    wasReceived: dates.acceptedAt !== undefined || history.some((step) => isReceived(step.status) && step.status !== 'WITHDRAWN'),
    ...supplements,
  };
}

/** Requests for supplement: the list (DanhSachHoSoBoSung) gives their times, the progress may know of more. */
function supplementsOf(dossier: Dossier): Pick<Progress, 'supplementsAsked' | 'openSupplementAt' | 'pausedMs'> {
  const { dates, history, supplements } = dossier;
  const steps = history.flatMap((step, i) => (step.status === 'SUPPLEMENT_REQUIRED' ? [{ asked: at(step.at), answered: at(history.slice(i + 1).find((later) => later.status !== 'SUPPLEMENT_REQUIRED')?.at) }] : []));
  const listed = supplements.map(({ requestedAt, completedAt }) => ({ asked: at(requestedAt), answered: at(completedAt) }));
  const dated = dates.supplementRequestedAt === undefined ? [] : [{ asked: at(dates.supplementRequestedAt), answered: at(dates.supplementedAt) }];
  const requests = listed.length > 0 ? listed : dated.length > 0 ? dated : steps;
  let pausedMs = 0;
  for (const { asked, answered } of requests) if (asked !== null && answered !== null && answered > asked) pausedMs += answered - asked;
  // A request without an answer in the list is answered all the same when the progress went on after it.
  const open = dossier.status === 'SUPPLEMENT_REQUIRED' || (requests.some(({ answered }) => answered === null) && steps.every(({ answered }) => answered === null));
  const last = requests.at(-1)?.asked ?? null;
  return { supplementsAsked: Math.max(requests.length, steps.length, dossier.status === 'SUPPLEMENT_REQUIRED' ? 1 : 0), openSupplementAt: open ? (last ?? steps.at(-1)?.asked ?? null) : null, pausedMs };
}

function paidOnline(dossier: Dossier, options: FactOptions): DossierFacts['paidOnline'] {
  const payment = dossier.payments.find(({ method, status }) => method === 'ONLINE' && status === 'PAID');
  return payment === undefined ? null : (payment.platform ?? options.onlinePaymentPlatform ?? 'PROVINCE');
}

const isDigitised = ({ digitization }: Component): boolean => digitization !== undefined && digitization !== 'NONE';
const filled = (text: string | undefined): boolean => text !== undefined && text !== '';
const hasLink = (file: FileRef): boolean => file.deleted !== true && (filled(file.url) || filled(file.id));
const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

function at(instant: string | undefined): number | null {
  const ms = instant === undefined ? undefined : epochFromInstant(instant);
  return ms === undefined ? null : seconds(ms);
}
