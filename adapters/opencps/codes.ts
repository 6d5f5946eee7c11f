/**
 * Words and codes of OpenCPS and what they mean here. Source: fact sheet C.3 (constants `DossierTerm`, `PaymentFileTerm` …);
 * what is a choice of this adapter says so.
 */
import type { Channel, DossierSource, DossierStatus, Payment, PartyKind, ServiceLevel } from '../../src/model/canonical.ts';

export interface StatusMeaning { status: DossierStatus; subStatus?: string }

/**
 * Default meaning of `dossierStatus` (C.3, column "Canonical"). A key `status/subStatus` is looked up before `status`;
 * an installation's own words are added by configuration, because each province invents some.
 */
export const DEFAULT_STATUS_MAP: Readonly<Record<string, StatusMeaning>> = {
  new: { status: 'SUBMITTED' },
  receiving: { status: 'SUBMITTED' },
  collecting: { status: 'ACCEPTED' },
  handover: { status: 'ACCEPTED' },
  waiting: { status: 'SUPPLEMENT_REQUIRED' },
  processing: { status: 'PROCESSING' },
  interoperating: { status: 'PROCESSING', subStatus: 'INTEROP' },
  correcting: { status: 'PROCESSING', subStatus: 'CORRECTING' },
  cancelling: { status: 'PROCESSING', subStatus: 'WITHDRAWING' },
  pausing: { status: 'STOPPED', subStatus: 'PAUSED' },
  paying: { status: 'PAYMENT_REQUIRED' },
  releasing: { status: 'RESOLVED' },
  posting: { status: 'RESOLVED', subStatus: 'POSTING' },
  done: { status: 'RETURNED' },
  denied: { status: 'REJECTED' },
  unresolved: { status: 'STOPPED' },
  cancelled: { status: 'WITHDRAWN' },
};

const POSTAL_CHOSEN = 2;

/** Did the dossier itself come by post, be filed online, or over the counter? (C.5: online + fromViaPostal) */
export function channelOf(online: boolean, fromViaPostal: number | undefined): Channel {
  if (online) return 'ONLINE';
  return fromViaPostal !== undefined && fromViaPostal >= POSTAL_CHOSEN ? 'POSTAL' : 'COUNTER';
}

/**
 * Where it was filed, from `originality` (0 published, 1 online service, 2 interconnected, 3 one-stop, 4 linked dossier,
 * 9 group; copies carry the negative number). A dossier filed online with a number of the national portal came from there.
 */
export function sourceOf(originality: number | undefined, channel: Channel, hasNationalCode: boolean): DossierSource {
  const origin = originality === undefined ? undefined : Math.abs(originality);
  if (origin === 2 || origin === 4) return 'INTERCONNECTED';
  if (channel === 'ONLINE') return hasNationalCode ? 'PORTAL_NATIONAL' : 'PORTAL_LOCAL';
  return channel === 'POSTAL' ? 'POSTAL' : 'COUNTER';
}

/** `serviceLevel`; 1 was the lowest of the four levels of before 2022 and gave information only. */
export const SERVICE_LEVELS: ReadonlyMap<string, ServiceLevel> = new Map([['1', 'INFO'], ['2', 'INFO'], ['3', 'PARTIAL'], ['4', 'FULL']]);

export const PARTY_KINDS: ReadonlyMap<string, PartyKind> = new Map([['citizen', 'CITIZEN'], ['business', 'BUSINESS']]);

/** `viaPostal` from "chosen" on: the state of the parcel, in words. */
export const POSTAL_STATES: ReadonlyMap<string, string> = new Map([['2', 'CHOSEN'], ['3', 'SENT'], ['4', 'RECEIVED']]);

/**
 * `paymentStatus`. 3 means that the payer says that it is paid; until someone confirms (5) it counts as open here, because a
 * payment reported too early would be published as paid online.
 */
export const PAYMENT_STATES: ReadonlyMap<string, Payment['status']> = new Map([['0', 'PENDING'], ['1', 'PENDING'], ['2', 'PENDING'], ['3', 'PENDING'], ['5', 'PAID']]);

export interface PaymentWay { method: Payment['method']; platform?: 'NATIONAL' | 'PROVINCE' }

/**
 * `paymentMethod` in lower case. Names that end in DVCQG belong to the national platform, the other gateways to the province.
 * The Vietnamese words are what people type where the field is free.
 */
export const PAYMENT_WAYS: ReadonlyMap<string, PaymentWay> = new Map(Object.entries<PaymentWay>({
  keypay: { method: 'ONLINE', platform: 'PROVINCE' },
  keypaylate: { method: 'ONLINE', platform: 'PROVINCE' },
  viettelpay: { method: 'ONLINE', platform: 'PROVINCE' },
  paygov: { method: 'ONLINE', platform: 'PROVINCE' },
  keypaydvcqg: { method: 'ONLINE', platform: 'NATIONAL' },
  payplatdvcqg: { method: 'ONLINE', platform: 'NATIONAL' },
  paylater: { method: 'OTHER' },
  bank: { method: 'TRANSFER' },
  'bank transfer': { method: 'TRANSFER' },
  'chuyển khoản': { method: 'TRANSFER' },
  cash: { method: 'CASH' },
  'tiền mặt': { method: 'CASH' },
}));

/** `dossierPartType`: 1 input, 2 output, 3 other, 6 group of files; a group is a paper that was handed in. */
export const INPUT_PARTS: ReadonlySet<string> = new Set(['1', '6']);
export const OUTPUT_PART = '2';

/** `state` of an action: 0 was planned and has not happened, 1 done, 2 done and rolled back later. */
export const ACTION_NOT_YET_DONE = '0';
