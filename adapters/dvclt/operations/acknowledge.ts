/** K4: DVCLT is told that a dossier was taken over, which is so only once it is durable here. */
import { defineOperation } from '../../../src/adapter/define.ts';
import { sayAgain } from '../../../src/adapter/say-again.ts';
import { classifyAcknowledge } from '../classify.ts';
import type { DvcltConfig } from '../config.ts';
import { acknowledgeRequest, words, type AcknowledgeRequest, type Words } from '../contract.ts';
import { LOST_REPLIES } from '../lost-replies.ts';

export interface AcknowledgeInput { number: string }

export const acknowledge = defineOperation<AcknowledgeInput, AcknowledgeRequest, Words, { number: string }, DvcltConfig>({
  id: 'acknowledge',
  title: { vi: 'Xác nhận đã nhận hồ sơ liên thông', en: 'Acknowledge an interconnected dossier' },
  access: 'write', idempotency: { kind: 'natural-key', why: LOST_REPLIES.acknowledge.why }, ordering: 'none', coalesce: 'never', batch: { max: 1 },
  request: acknowledgeRequest, response: words,
  encode: ([input]) => ({ maHoSo: input?.number ?? '', daNhan: true }),
  classify: (result) => classifyAcknowledge(result),
  decode: (_response, [input]) => ({ number: input?.number ?? '' }),
  probe: sayAgain,
});
