/** Progress steps: history entry ⇄ TienDo (fact sheet 3.2). */
import { ValidationError } from '../../src/contract/validate.ts';
import type { Dossier, HistoryEntry } from '../../src/model/canonical.ts';
import { epochFromInstant, instantFromWire14 } from '../../src/model/time.ts';
import { stepKeys, type KeyedStep } from '../../src/model/step-key.ts';
import { LIMITS, STATUS_TABLE } from './codes.ts';
import { statusTarget, type DvcqgConfig } from './config.ts';
import type { TienDo } from './contract.ts';
import { nationalStatus } from './encode.ts';
import { cut, fault, identifier, text, time, type Findings } from './fields.ts';

/** One step to be sent. Carries all that it needs: the dossier that planned it may be newer by then. */
export interface ProgressStep { dossierCode: string; entry: HistoryEntry }

/** The most steps in one call: what the one known sender of many steps does (fact sheet 6.3 [B]). */
export const STEPS_PER_CALL = 10;

/**
 * @param steps of one dossier, oldest first
 * @throws ValidationError with every fault; pointers are `/<index>/…` into `steps`
 */
export function encodeSteps(steps: readonly ProgressStep[], config: DvcqgConfig): TienDo[] {
  const found: Findings = { issues: [], warnings: undefined };
  const code = steps[0]?.dossierCode;
  if (steps.length === 0 || steps.length > STEPS_PER_CALL || steps.some((s) => s.dossierCode !== code)) fault(found, 'LT-DVCQG-BATCH', '');
  const out = steps.map((step, i) => encodeStep(step, `/${i}`, config, found));
  if (found.issues.length > 0) throw new ValidationError(found.issues);
  return out;
}

function encodeStep({ dossierCode, entry }: ProgressStep, at: string, config: DvcqgConfig, found: Findings): TienDo {
  const status = nationalStatus(entry.status, entry.subStatus, `${at}/entry/status`, config, found);
  return {
    MaHoSo: identifier(dossierCode, LIMITS.MaHoSo, `${at}/dossierCode`, found),
    NguoiXuLy: cut(entry.actor || config.officerFallback, LIMITS.NguoiXuLy),
    ChucDanh: text(entry.title),
    ThoiDiemXuLy: time(entry.at, `${at}/entry/at`, found),
    PhongBanXuLy: text(entry.unit),
    NoiDungXuLy: content(entry, status, config),
    TrangThai: status,
    NgayBatDau: time(entry.startedAt, `${at}/entry/startedAt`, found),
    NgayKetThucTheoQuyDinh: time(entry.dueAt, `${at}/entry/dueAt`, found),
  };
}

/** Action name, with the note behind it when configured (OpenCPS' way); a step without a name is called by its status. */
function content(entry: HistoryEntry, status: string, config: DvcqgConfig): string {
  const action = text(entry.action) || (STATUS_TABLE.rows().find((row) => row.wire === status)?.meaning?.vi ?? '');
  return config.stepNote === 'append' && entry.note ? `${action} - ${text(entry.note)}` : action;
}

/** @returns the entry as far as the portal's words hold it; `undefined` for a status or time that cannot be read */
export function decodeStep(step: TienDo): HistoryEntry | undefined {
  const at = instantFromWire14(step.ThoiDiemXuLy);
  const status = STATUS_TABLE.decode(step.TrangThai);
  if (at === undefined || status === undefined) return undefined;
  const startedAt = instantFromWire14(step.NgayBatDau);
  const dueAt = instantFromWire14(step.NgayKetThucTheoQuyDinh);
  return {
    at,
    status,
    action: step.NoiDungXuLy,
    actor: step.NguoiXuLy,
    ...(step.ChucDanh === '' ? {} : { title: step.ChucDanh }),
    ...(step.PhongBanXuLy === '' ? {} : { unit: step.PhongBanXuLy }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

/**
 * The steps of a dossier that the portal should have, oldest first. Steps whose status the map skips are left out; held ones
 * are kept, so that sending them shows a person what is not decided.
 */
export function stepsToSend(dossier: Dossier, config: DvcqgConfig): KeyedStep[] {
  const steps = stepKeys(dossier).filter(({ entry }) => statusTarget(config, entry.status, entry.subStatus) !== 'skip');
  return inOrder(steps) ? steps : steps.map((step) => ({ step, at: epochFromInstant(step.entry.at) ?? 0 })).sort((a, b) => a.at - b.at).map(({ step }) => step);
}

/** Histories are nearly always in order: looking is cheaper than sorting. */
function inOrder(steps: readonly KeyedStep[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const { entry } of steps) {
    const at = epochFromInstant(entry.at) ?? 0;
    if (at < last) return false;
    last = at;
  }
  return true;
}

/** Statuses that a dossier can have before anyone received it (status machine C.6). */
const BEFORE_RECEPTION: ReadonlySet<string> = new Set(['SUBMITTED', 'REJECTED', 'WITHDRAWN', 'SUPPLEMENT_REQUIRED']);

/**
 * Does the portal get to hear of this dossier at all? Not while the map skips its status, and not before its reception:
 * NgayTiepNhan is required, and the one known sender only sends dossiers that have it (row 17).
 */
export function isForPortal(dossier: Dossier, config: DvcqgConfig): boolean {
  if (statusTarget(config, dossier.status, dossier.subStatus) === 'skip') return false;
  return dossier.dates.acceptedAt !== undefined || config.beforeReception === 'report' || !BEFORE_RECEPTION.has(dossier.status);
}
