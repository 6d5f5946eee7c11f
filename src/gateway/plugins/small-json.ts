/** The parser of short orders: the one JSON parser of the house, with its limits, for routes that take a small body. */
import type { FastifyInstance } from 'fastify';
import { parseJson } from '../../contract/limits.ts';
import { ProblemError } from '../problem.ts';

export const SMALL_BODY_BYTES = 4096;
const SMALL_BODY_DEPTH = 4;

/** For a scope of its own: other routes parse their bodies themselves. */
export function takeSmallJson(scope: FastifyInstance): void {
  scope.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json(?:;|$)/i, { parseAs: 'buffer', bodyLimit: SMALL_BODY_BYTES }, (_request, body, done) => {
    const parsed = parseJson(body as Buffer, { maxBytes: SMALL_BODY_BYTES, maxDepth: SMALL_BODY_DEPTH });
    if (parsed.ok) done(null, parsed.value);
    else done(new ProblemError(parsed.issues[0]?.code ?? 'LT-INPUT-NOT-JSON', { issues: parsed.issues }) as Error);
  });
}
