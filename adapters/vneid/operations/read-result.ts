/** L5: what has become of one dossier at the judicial-record software (fact sheet 2.7). The rounds ask it; a withdrawal asks it once more (2.10). */
import { defineOperation } from '../../../src/adapter/define.ts';
import { instantFromEpoch, localDateOf } from '../../../src/model/time.ts';
import { lltpBackend } from '../backend/backend.ts';
import type { BackendState } from '../backend/port.ts';
import type { VneidConfig } from '../config.ts';
import { resultAnswer, resultRequest, type ResultAnswer, type ResultRequest } from '../contract.ts';
import { LOST_REPLIES } from '../lost-replies.ts';
import { isForHere, isIssued, revocationKey } from '../route.ts';

export interface ResultInput { code: string }

export const readResult = defineOperation<ResultInput, ResultRequest, ResultAnswer, BackendState, VneidConfig>({
  id: 'readResult',
  title: { vi: 'Hỏi kết quả ở phần mềm lý lịch tư pháp (L5)', en: 'Ask the judicial-record software for the result (L5)' },
  access: 'read',
  idempotency: { kind: 'natural-key', why: LOST_REPLIES.readResult.why },
  ordering: 'dossier',
  coalesce: 'never',
  batch: { max: 1 },
  request: resultRequest,
  response: resultAnswer,
  encode: ([input], { config }) => lltpBackend.encodeAsk(input?.code ?? '', config),
  classify: (result) => lltpBackend.classifyAsk(result),
  decode: (response, [input], { now }) => lltpBackend.readState(response, input?.code ?? '', localDateOf(instantFromEpoch(now()))),
  subscribe: {
    // The certificate may have been issued anew before it is withdrawn. What the answer says is taken in by the round, which finds the dossier by this.
    plan: (dossier, config) => (config.backend.kind === 'none' || !isForHere(dossier, config) || !isIssued(dossier) ? []
      : (dossier.judicialRecord?.revocations ?? []).filter(({ certificateAskedAt }) => certificateAskedAt === undefined).map((one) => ({ itemKey: `recheck:${revocationKey(one)}` }))),
    input: ({ code }) => ({ code }),
  },
});
