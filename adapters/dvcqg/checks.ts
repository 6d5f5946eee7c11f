/** Cross-field checks before sending (fact sheet section 9, and A.6.3 and A.6.4 of the scoring). */
import type { Dossier } from '../../src/model/canonical.ts';
import type { DvcqgConfig } from './config.ts';
import type { HoSo } from './contract.ts';
import { caution, fault, type Findings } from './fields.ts';

/**
 * @param hoSo the message as written: its times are 14 digits of one time zone, so that text order is time order
 * @param dossier where the pointers lead
 */
export function checkCross(hoSo: HoSo, dossier: Dossier, config: DvcqgConfig, found: Findings): void {
  const { dates } = dossier;
  const { NgayTiepNhan: received, NgayKetThucXuLy: ended, TrangThaiHoSo: status } = hoSo;
  if (dates.acceptedAt === undefined) fault(found, 'LT-DVCQG-FIELD-MISSING', '/dates/acceptedAt', 'NgayTiepNhan');
  if (ended !== '' && received !== '' && ended < received) fault(found, 'LT-DVCQG-DATES-ORDER', '/dates/resolvedAt');
  if ((status === '9' || status === '10') && dates.resolvedAt === undefined) fault(found, 'LT-DVCQG-FIELD-MISSING', '/dates/resolvedAt', `NgayKetThucXuLy, TrangThaiHoSo ${status}`);
  if (status === '10' && dates.returnedAt === undefined) fault(found, 'LT-DVCQG-FIELD-MISSING', '/dates/returnedAt', 'NgayTra, TrangThaiHoSo 10');
  // The 2020 message has no field for it, so it cannot be missing there.
  if (status === '3' && dates.rejectedAt === undefined && config.profile !== 'v1.4-2020') fault(found, 'LT-DVCQG-FIELD-MISSING', '/dates/rejectedAt', 'NgayTuChoi, TrangThaiHoSo 3');
  if (found.warnings !== undefined && supplementRequests(dossier) > 1) caution(found, 'LT-DVCQG-SECOND-SUPPLEMENT', '/supplements');
}

/** Requests as the history tells them, or as the list does: whichever knows more. */
function supplementRequests(dossier: Dossier): number {
  let steps = 0;
  for (const entry of dossier.history) if (entry.status === 'SUPPLEMENT_REQUIRED') steps += 1;
  return Math.max(steps, dossier.supplements.length);
}
