/** Money that must go back when a dossier is refused that was paid for (fact sheet 2.5, 6). VNeID has no message for it, so that the dossier itself says so until somebody has done it. */
import type { Dossier, Instant } from '../../src/model/canonical.ts';
import type { JudicialRefund } from '../../src/model/generated/judicial-record.ts';
import { FINAL, PLACE } from './codes.ts';
import { inOrder } from './steps.ts';

/** What was paid and is not back, whole VND. */
const paidOf = ({ payments }: Pick<Dossier, 'payments'>): number => payments.reduce((sum, { status, amount }) => sum + (status === 'PAID' ? amount : 0), 0);
const isBack = ({ payments }: Pick<Dossier, 'payments'>): boolean => payments.some(({ status }) => status === 'REFUNDED');

type Told = Pick<Dossier, 'status' | 'payments' | 'history'>;
/** Papers that the desk gave back after a refusal do not undo it. */
const isRefused = ({ status, history }: Told): boolean =>
  status === 'REJECTED' || (status === 'RETURNED' && inOrder(history).findLast((entry) => entry.status !== 'RETURNED')?.status === 'REJECTED');
/** The province has taken the refusal back: the work that was paid for goes on. */
const goesOn = ({ status }: Told): boolean => !FINAL.has(status) && (PLACE[status] !== undefined || status === 'SUPPLEMENT_REQUIRED');

/**
 * The refund as it stands now. It begins with the refusal and ends when the province says so: by `refund.state`, or by a payment that is REFUNDED.
 * @param told what the province's snapshot says of it
 */
export function refundOf(dossier: Told, known: JudicialRefund | undefined, told: JudicialRefund | undefined, at: Instant): JudicialRefund | undefined {
  if (known?.state === 'SETTLED') return known;
  if (told?.state === 'SETTLED') return { ...known, ...told };
  if (known !== undefined && goesOn(dossier)) return undefined;
  if (known !== undefined) return isBack(dossier) ? { ...known, state: 'SETTLED', settledAt: at } : known;
  const amount = paidOf(dossier);
  return isRefused(dossier) && amount > 0 ? { state: 'DUE', amount, since: at } : undefined;
}
