/** The one operation: a dossier has come into a state (fact sheet A.4). */
import { defineOperation } from '../../src/adapter/define.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { classify } from './classify.ts';
import { STATE_CODES, type EmcState } from './codes.ts';
import type { EmcConfig } from './config.ts';
import { trackingAnswer, trackingRequest, type TrackingAnswer, type TrackingRequest } from './contract.ts';
import { encode, type TrackingInput } from './encode.ts';
import { DECISIONS } from './lost-replies.ts';
import { stepsOf } from './steps.ts';

/** What was taken. */
export interface Reported { code: string; status: number }

/** `H99.14` covers itself and the units below it. */
const isForHere = ({ agency: { code } }: Dossier, { agencies }: EmcConfig): boolean =>
  agencies.length === 0 || agencies.some((agency) => code === agency || code.startsWith(`${agency}.`));

const stateIn = (itemKey: string): EmcState | undefined => STATE_CODES.decode(itemKey.split('#')[0] ?? '');

export const trackDossier = defineOperation<TrackingInput, TrackingRequest, TrackingAnswer, Reported, EmcConfig>({
  id: 'trackDossier',
  title: { vi: 'Báo trạng thái hồ sơ cho EMC', en: 'Report a dossier’s state to EMC' },
  access: 'write',
  idempotency: { kind: 'none', why: { vi: 'EMC đếm từng lời gọi và không có khóa; sổ cái giữ cho mỗi trạng thái đi một lần.', en: 'EMC counts every call and has no key; the ledger sees to it that each state goes once.' } },
  ordering: 'dossier',
  coalesce: 'never',
  batch: { max: 1 },
  request: trackingRequest,
  response: trackingAnswer,
  encode: ([input], { config }) => encode(input as TrackingInput, config),
  classify: (result, _request, config) => classify(result, config),
  decode: ({ status }, inputs) => ({ code: inputs[0]?.code ?? '', status }),
  lostReply: (_input, { config }) => DECISIONS[config.unknownOutcome],
  subscribe: {
    plan: (dossier, config) => (isForHere(dossier, config) ? stepsOf(dossier, config).map(({ key }) => ({ itemKey: key })) : []),
    input(dossier, itemKey) {
      const emcState = stateIn(itemKey);
      return emcState === undefined ? undefined : { ...dossier, emcState };
    },
  },
});

export const operations = { trackDossier };
