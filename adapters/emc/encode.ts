/** From a dossier in one state to the message of either dialect (fact sheet A.4.2, A.4.4). */
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { toNfc } from '../../src/model/text.ts';
import { DELIVERY_CODES, PAYMENT_CODES, RECEPTION_CODES, STATE_CODES, type EmcState, type PaymentForm } from './codes.ts';
import type { EmcConfig } from './config.ts';
import type { TrackingRequest } from './contract.ts';
import { stepsOf } from './steps.ts';
import { userOf } from './user.ts';

/** A dossier, and the state of it that is reported; without one its latest. */
export type TrackingInput = Dossier & { emcState?: EmcState };

/** Paid by now: online, in any other way, or not at all. */
export function paymentFormOf({ payments, fees }: Pick<Dossier, 'payments' | 'fees'>, { unpaidFee }: Pick<EmcConfig, 'unpaidFee'>): PaymentForm {
  const paid = payments.filter(({ status }) => status === 'PAID');
  if (paid.length > 0) return paid.some(({ method }) => method === 'ONLINE') ? 'ONLINE' : 'IN_PERSON';
  return unpaidFee === 'in-person' && fees.some(({ amount }) => amount > 0) ? 'IN_PERSON' : 'NONE';
}

export const receptionOf = (channel: Dossier['channel'], { postalReception }: Pick<EmcConfig, 'postalReception'>): string | undefined =>
  RECEPTION_CODES.encode(channel === 'POSTAL' && postalReception === 'online' ? 'ONLINE' : channel);

/** @throws ValidationError with every issue */
export function encode(input: TrackingInput, config: EmcConfig): TrackingRequest {
  const issues: Issue[] = [];
  const required = (value: string, pointer: string): string => {
    const text = toNfc(value);
    if (text.trim() === '') issues.push(issue('LT-EMC-FIELD-MISSING', pointer));
    return text;
  };
  const state = input.emcState ?? stepsOf(input, { ...config, steps: 'latest' }).at(-1)?.state;
  const status = state === undefined ? undefined : STATE_CODES.encode(state);
  if (status === undefined) issues.push(issue('LT-EMC-NOT-REPORTED', '/status'));
  const codeProfile = required(input.code, '/code');
  const fields = {
    codeProfile,
    codeTTHC: required(input.procedure.code, '/procedure/code'),
    nameTTHC: required(input.procedure.name, '/procedure/name'),
    ...(config.repeatCode ? { maHoSo: codeProfile } : {}),
    status,
    formsReception: receptionOf(input.channel, config),
    formsPayments: PAYMENT_CODES.encode(paymentFormOf(input, config)),
    level: config.levels[input.procedure.level ?? 'ABSENT'],
    isFromDVCQG: config.nationalSources.includes(input.source) ? '1' : '0',
    isDVCBC: DELIVERY_CODES.encode(input.delivery?.method ?? 'COUNTER'),
  };
  if (issues.length > 0) throw new ValidationError(issues);
  const user = userOf(input.applicant, config);
  return (config.encoding === 'json'
    ? { ...fields, siteId: config.siteId, data: null, user: user ?? null }
    : { ...fields, siteId: String(config.siteId), data: '', ...(user === undefined ? {} : { user }) }) as TrackingRequest;
}
