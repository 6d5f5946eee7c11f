/** Looking at what an upstream answers, without a part in what is done with it. */
import type { AnyOperation, Wire, WireResult } from './types.ts';

/** Told of every answer as it came in. Called between the wire and its understanding, so it must be quick; what it throws is nobody's. */
export type AnswerObserver = (operation: AnyOperation, result: WireResult) => void;

/** The same line with somebody who looks on. */
export function watchWire(wire: Wire, observe: AnswerObserver | undefined): Wire {
  if (observe === undefined) return wire;
  return {
    async call(operation, request, options) {
      const result = await wire.call(operation, request, options);
      try {
        observe(operation, result);
      } catch {
        // Observing must never be the reason why a delivery fails.
      }
      return result;
    },
    close: () => wire.close(),
  };
}
