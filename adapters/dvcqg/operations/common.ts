/** What the operations share: the envelope's head, and reads made from a few words. */
import { checkWith, type CompiledCheck } from '../../../src/contract/check.ts';
import type { Text } from '../../../src/contract/errors/types.ts';
import type { Validate } from '../../../src/contract/validate.ts';
import { defineOperation } from '../../../src/adapter/define.ts';
import type { Operation, WireResult } from '../../../src/adapter/types.ts';
import { classifyAnswer, type Classified } from '../classify.ts';
import type { DvcqgConfig } from '../config.ts';
import { SESSION_SLOT } from '../contract.ts';
import type { ServiceName } from '../services.ts';

/** `session`, `madonvi` and `service` stand first in every body (fact sheet 1.5). */
export const head = <S extends ServiceName>(config: DvcqgConfig, service: S): { session: string; madonvi: string; service: S } =>
  ({ session: SESSION_SLOT, madonvi: config.agencyCode, service });

export const check = <T>(compiled: CompiledCheck<T>): Validate<T> => checkWith(compiled);

/** A read: asked again freely, orders nothing, batches nothing. */
export function defineRead<In, Req, Res, Out>(spec: {
  id: string;
  title: Text;
  request: Validate<Req>;
  response: Validate<Res>;
  encode: (input: In, config: DvcqgConfig) => Req;
  decode: (response: Res, input: In) => Out;
  classify?: (result: WireResult, request: Req) => Classified<Res>;
}): Operation<In, Req, Res, Out, DvcqgConfig> {
  return defineOperation<In, Req, Res, Out, DvcqgConfig>({
    id: spec.id,
    title: spec.title,
    access: 'read',
    idempotency: { kind: 'natural-key', why: { vi: 'Chỉ đọc.', en: 'Only reads.' } },
    ordering: 'none',
    coalesce: 'never',
    batch: { max: 1 },
    request: spec.request,
    response: spec.response,
    encode: (inputs, ctx) => spec.encode(inputs[0] as In, ctx.config),
    classify: spec.classify ?? ((result) => classifyAnswer<Res>(result, 'read')),
    decode: (response, inputs) => spec.decode(response, inputs[0] as In),
  });
}
