/** What the writes share: they are made the same way, and a lost reply of most of them is settled by saying it again. */
import { defineOperation } from '../../../src/adapter/define.ts';
import { sayAgain } from '../../../src/adapter/say-again.ts';
import type { Operation, OperationContext } from '../../../src/adapter/types.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Text } from '../../../src/contract/errors/types.ts';
import type { Validate } from '../../../src/contract/validate.ts';
import { classifyWrite, meaningOf, readReply, type LandWrite } from '../classify.ts';
import type { Meaning } from '../codes.ts';
import type { LandConfig } from '../config.ts';
import { landReply, type LandReply } from '../contract.ts';
import { LOST_REPLIES, WRONG_RESULT_DECISION } from '../lost-replies.ts';

/** What the land system said. */
export interface LandAnswer { code: string; meaning: Meaning }
export type LandOperation<In, Req> = Operation<In, Req, LandReply, LandAnswer, LandConfig>;

export function defineLandWrite<In extends { code: string }, Req>(spec: {
  id: LandWrite;
  title: Text;
  request: Validate<Req>;
  encode: (input: In, ctx: OperationContext<LandConfig>) => Req;
  subscribe: LandOperation<In, Req>['subscribe'] & object;
}): LandOperation<In, Req> {
  const { id } = spec;
  const { how, why } = LOST_REPLIES[id];
  return defineOperation<In, Req, LandReply, LandAnswer, LandConfig>({
    id,
    title: spec.title,
    access: 'write',
    idempotency: { kind: how === 'known-again' ? 'natural-key' : 'none', why },
    ordering: 'dossier',
    coalesce: 'never',
    batch: { max: 1 },
    request: spec.request,
    response: landReply,
    encode: (inputs, ctx) => spec.encode(inputs[0] as In, ctx),
    classify: (result, _request, config) => classifyWrite(id, result, config?.phrases),
    decode(response, inputs, { config, warn }) {
      const reply = readReply(response);
      const meaning = reply === undefined ? 'ACCEPTED' : meaningOf(id, reply, config.phrases);
      if (meaning === 'NOT_FOUND') warn?.(issue('LT-VBDLIS-NOT-FOUND', undefined, undefined, 'warning'));
      else if (meaning === 'ACCEPTED' && reply?.success === false) warn?.(issue('LT-VBDLIS-CONTRADICTION', undefined, undefined, 'warning'));
      return { code: inputs[0]?.code ?? '', meaning };
    },
    ...(how === 'known-again' ? { probe: sayAgain } : { lostReply: () => WRONG_RESULT_DECISION }),
    subscribe: spec.subscribe,
  });
}
