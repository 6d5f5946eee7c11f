/** Money that must go back when a dossier is refused that was paid for (fact sheet 2.5, 6). VNeID has no message for it, so that the dossier itself says so until somebody has done it. */
import type { Dossier, Instant } from '../../src/model/canonical.ts';
import type { JudicialRefund } from '../../src/model/generated/judicial-record.ts';

/** What was paid and is not back, whole VND. */
const paidOf = ({ payments }: Pick<Dossier, 'payments'>): number => payments.reduce((sum, { status, amount }) => sum + (status === 'PAID' ? amount : 0), 0);
const isBack = ({ payments }: Pick<Dossier, 'payments'>): boolean => payments.some(({ status }) => status === 'REFUNDED');

/**
 * The refund as it stands now. It begins with the refusal and ends when the province says so: by `refund.state`, or by a payment that is REFUNDED.
 * @param told what the province's snapshot says of it
 */
export function refundOf(dossier: Pick<Dossier, 'status' | 'payments'>, known: JudicialRefund | undefined, told: JudicialRefund | undefined, at: Instant): JudicialRefund | undefined {
  if (known?.state === 'SETTLED') return known;
  if (told?.state === 'SETTLED') return { ...known, ...told };
  if (known !== undefined) return isBack(dossier) ? { ...known, state: 'SETTLED', settledAt: at } : known;
  const amount = paidOf(dossier);
  return dossier.status === 'REJECTED' && amount > 0 ? { state: 'DUE', amount, since: at } : undefined;
}
