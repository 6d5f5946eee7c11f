/** Financial obligations: three channels tell of the same notice, and each of them tells other things of it (fact sheet 5). */
import type { FinancialObligation, ObligationPayment } from '../../src/model/generated/land-case.ts';

/** A notice as one channel tells it; its id follows from what it says. */
export type Notice = Omit<FinancialObligation, 'id'>;

/** Paid once the vouchers say so and reach the amount, where amounts are known. Nothing owed is paid. */
export function isPaid({ amount, payments = [] }: Pick<FinancialObligation, 'amount' | 'payments'>): boolean {
  const paid = payments.filter(({ status }) => status === 'PAID');
  if (amount === 0) return true;
  if (paid.length === 0) return false;
  if (amount === undefined || paid.some((payment) => payment.amount === undefined)) return true;
  return paid.reduce((sum, payment) => sum + (payment.amount ?? 0), 0) >= amount;
}

/** The natural key of the record that OpenCPS keeps of the same thing (5.3), as far as the channel tells it. */
export const obligationId = (dossierCode: string, notice: Notice): string => {
  const named = [notice.taxCode, notice.noticeNumber].some((part) => part !== undefined);
  const parts = named ? [notice.taxCode ?? '', notice.noticeNumber ?? ''] : ['', '', notice.payer ?? '', notice.taxKind ?? ''];
  return [dossierCode, ...parts].join('|').slice(0, 500);
};

/** VBDLIS and ILIS give no tax code, so that it tells two notices apart only where both have one. */
function isSame(a: Notice, b: Notice): boolean {
  if (a.noticeNumber !== undefined && b.noticeNumber !== undefined) return a.noticeNumber === b.noticeNumber && (a.taxCode === undefined || b.taxCode === undefined || a.taxCode === b.taxCode);
  if (a.noticeNumber !== undefined || b.noticeNumber !== undefined) return false;
  if (a.taxCode !== undefined || b.taxCode !== undefined) return a.taxCode === b.taxCode;
  return a.payer === b.payer && a.taxKind === b.taxKind;
}

const keyOf = ({ paidAt, amount, document }: ObligationPayment): string => JSON.stringify([paidAt, amount, document?.link]);

/** The same voucher again may say more of its status, never less. */
function mergePayments(known: readonly ObligationPayment[], told: readonly ObligationPayment[]): ObligationPayment[] {
  const merged = new Map(known.map((payment) => [keyOf(payment), payment]));
  for (const payment of told) {
    const before = merged.get(keyOf(payment));
    merged.set(keyOf(payment), before?.status === 'PAID' ? { ...before, ...payment, status: 'PAID' } : { ...before, ...payment });
  }
  return [...merged.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, 100);
}

/**
 * Only the portal gives amounts, and with them the day and the sub-item of the decision itself: other channels do not replace those.
 * Of two tellings of one kind the one of the later day counts, and the other fills gaps.
 */
function mergeNotice(known: Notice, told: Notice): Notice {
  const hasPortal = known.amount !== undefined;
  const fromPortal = told.channel === 'portal';
  const isOlder = hasPortal === fromPortal && (told.decidedAt ?? '') < (known.decidedAt ?? '') && told.decidedAt !== undefined;
  const [under, over] = isOlder ? [told, known] : [known, told];
  const payments = mergePayments(known.payments ?? [], told.payments ?? []);
  return {
    ...under, ...over, channel: known.channel,
    ...(hasPortal && !fromPortal && known.decidedAt !== undefined ? { decidedAt: known.decidedAt } : {}),
    ...(hasPortal && !fromPortal && known.subItem !== undefined ? { subItem: known.subItem } : {}),
    // What was fetched for a link belongs to that link.
    ...(over.document !== undefined && known.document?.link === over.document.link ? { document: { ...known.document, ...over.document } } : {}),
    ...(payments.length === 0 ? {} : { payments }),
  };
}

/**
 * Puts notices and vouchers in. A voucher is a notice that says nothing but its key and its payment; it may come before its notice.
 * @returns the list in the order of ids; equal in content where nothing is news
 */
export function upsertObligations(dossierCode: string, known: readonly FinancialObligation[], told: readonly Notice[]): FinancialObligation[] {
  const list: Notice[] = known.map(({ id: _, ...notice }) => notice);
  for (const notice of told) {
    const matches = list.flatMap((one, at) => (isSame(one, notice) ? [at] : []));
    // The one with the same tax code first, then the first that could be it.
    const at = matches.find((i) => list[i]?.taxCode === notice.taxCode) ?? matches[0];
    if (at === undefined) list.push(notice);
    else list[at] = mergeNotice(list[at] as Notice, notice);
  }
  const out = list.map((notice) => ({ id: obligationId(dossierCode, notice), ...notice }));
  return out.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
