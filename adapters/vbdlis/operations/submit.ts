/** O1: the dossier, once, and once more each time that it was sent back; and the same for the tax step through ILIS (fact sheet 2.1, 5.1). */
import { keyOnce } from '../../../src/adapter/say-again.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import type { LandEventKind } from '../../../src/model/generated/land-case.ts';
import { isTerminal } from '../../../src/model/status.ts';
import type { LandConfig } from '../config.ts';
import { submitRequest, taxRequest, type SubmitRequest, type TaxRequest } from '../contract.ts';
import { encodeSubmit, encodeTax } from '../encode.ts';
import { digestOf } from '../inbound/values.ts';
import { isForHere, procedureRow } from '../route.ts';
import { epochOf, provinceMoves } from '../situation.ts';
import { defineLandWrite } from './common.ts';

/** 3.2 O1: no fee of the reception unpaid. The reference means to look and never does (defect 3). */
const owesReceptionFee = ({ fees, payments }: Dossier): boolean =>
  fees.some(({ timing, amount }) => timing === 'AT_RECEPTION' && amount > 0) && !payments.some(({ status }) => status === 'PAID');

function isToBeSubmitted(dossier: Dossier, config: LandConfig): boolean {
  if (!config.submitWhen.includes(dossier.status) || !isForHere(dossier, config)) return false;
  // What began in the land system is there already.
  return dossier.landCase?.origin !== 'land' && !(config.unpaidReceptionFee === 'hold' && owesReceptionFee(dossier));
}

/** The land system was not reachable for a while: what was withdrawn, ended or given to another land office meanwhile is no case for it. */
const isStillDue = (dossier: Dossier, config: LandConfig): boolean => dossier.status !== 'RESOLVED' && !isTerminal(dossier.status) && isForHere(dossier, config);

const SENT_BACK: ReadonlySet<LandEventKind> = new Set(['CORRECTION_REQUESTED', 'WRONG_PROCEDURE']);

/**
 * Sent back to reception, or taken in under the wrong procedure, it goes again once the province has gone on with it: a message of its own (3.2,
 * I7 and I8). A source without a history shows that only by the state, which nobody but the province has changed since.
 */
function keyOf({ landCase, history }: Dossier): string {
  const back = landCase?.events.findLast(({ kind, isLate }) => SENT_BACK.has(kind) && isLate !== true);
  if (landCase === undefined || back === undefined) return 'submit';
  const hasGoneOn = provinceMoves(history).some(({ at, status }) => epochOf(at) > epochOf(back.at) && (status === 'ACCEPTED' || status === 'PROCESSING'));
  return hasGoneOn || (landCase.state === 'PROCESSING' && landCase.events.at(-1) === back) ? `submit:${digestOf(back.id)}` : 'submit';
}

export const submit = defineLandWrite<Dossier, SubmitRequest>({
  id: 'submit',
  title: { vi: 'Gửi hồ sơ sang hệ thống đất đai', en: 'Submit a dossier to the land system' },
  request: submitRequest,
  encode: (dossier, { config, warn }) => encodeSubmit(dossier, config, warn),
  subscribe: {
    plan: (dossier, config) => (isToBeSubmitted(dossier, config) ? [{ itemKey: keyOnce(keyOf(dossier), () => encodeSubmit(dossier, config)) }] : []),
    newestOnly: true,
    isStillDue,
    input: (dossier) => dossier,
  },
});

/** The step that a workflow marks as LienThongThueILIS, by its code or by the dossier's finer state. */
const isAtTaxStep = ({ step, subStatus }: Dossier, steps: readonly string[]): boolean => [step?.code, subStatus].some((word) => word !== undefined && steps.includes(word));

export const submitTax = defineLandWrite<Dossier, TaxRequest>({
  id: 'submitTax',
  title: { vi: 'Gửi hồ sơ sang bước thuế qua ILIS', en: 'Submit a dossier to the tax step through ILIS' },
  request: taxRequest,
  encode: (dossier, { config, warn }) => encodeTax(dossier, config, warn),
  subscribe: {
    plan: (dossier, config) =>
      config.tax !== undefined && procedureRow(dossier, config)?.tax === true && isForHere(dossier, config) && isAtTaxStep(dossier, config.tax.steps)
        ? [{ itemKey: keyOnce('tax', () => encodeTax(dossier, config)) }]
        : [],
    newestOnly: true,
    isStillDue,
    input: (dossier) => dossier,
  },
});
