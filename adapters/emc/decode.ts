/** What a message says, in our words: for tests, recordings and whoever looks at one. */
import { isRecord } from '../../src/contract/is-record.ts';
import type { Channel, DeliveryMethod } from '../../src/model/canonical.ts';
import { DELIVERY_CODES, PAYMENT_CODES, RECEPTION_CODES, STATE_CODES, type EmcState, type PaymentForm } from './codes.ts';
import type { TrackingRequest, TrackingUser } from './contract.ts';

/** A message read back. A code that no table has is left out. */
export interface Tracked {
  siteId: number;
  code: string;
  procedure: { code: string; name: string };
  state?: EmcState;
  /** POSTAL comes back as what it counts as */
  channel?: Channel;
  payment?: PaymentForm;
  level: string;
  isNational: boolean;
  delivery?: DeliveryMethod;
  user?: TrackingUser;
}

function readUser(text: string | null | undefined): TrackingUser | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRecord(value) ? (value as TrackingUser) : undefined;
  } catch {
    return undefined;
  }
}

const given = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : ({ [name]: value } as Record<K, V>));

export function decode(request: TrackingRequest): Tracked {
  return {
    siteId: Number(request.siteId),
    code: request.codeProfile,
    procedure: { code: request.codeTTHC, name: request.nameTTHC },
    ...given('state', STATE_CODES.decode(request.status)),
    ...given('channel', RECEPTION_CODES.decode(request.formsReception)),
    ...given('payment', PAYMENT_CODES.decode(request.formsPayments)),
    level: request.level,
    isNational: request.isFromDVCQG === '1',
    ...given('delivery', DELIVERY_CODES.decode(request.isDVCBC)),
    ...given('user', readUser(request.user)),
  };
}
