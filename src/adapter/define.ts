/** Identity helpers: they give an adapter's author inference and checks without a class to inherit. */
import type { Adapter, AnyOperation, Operation, Simulator } from './types.ts';

export function defineOperation<In, Req, Res, Out, Config>(operation: Operation<In, Req, Res, Out, Config>): Operation<In, Req, Res, Out, Config> {
  if (operation.access === 'write' && operation.probe === undefined && operation.lostReply === undefined) {
    // A write whose lost reply nobody thought about is the classic cause of doubled dossiers: refuse it at definition.
    throw new TypeError(`operation ${operation.id}: a write needs 'probe' or 'lostReply'`);
  }
  return operation;
}

export function defineAdapter<Config, Ops extends Record<string, AnyOperation>, Double extends Simulator = Simulator>(adapter: Adapter<Config, Ops, Double>): Adapter<Config, Ops, Double> {
  for (const [name, operation] of Object.entries(adapter.operations)) {
    if (operation.id !== name) throw new TypeError(`adapter ${adapter.id}: operation '${name}' has id '${operation.id}'`);
  }
  return adapter;
}
