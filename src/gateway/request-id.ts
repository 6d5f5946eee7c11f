/** Names of calls: the caller's own X-Request-Id when it is harmless, otherwise a short one of ours. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const HARMLESS = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;
/** A caller that names its calls after a citizen would write that number into our logs. */
const LONG_NUMBER = /\d{9}/;

export function createRequestIds(): (request: { headers: IncomingHttpHeaders }) => string {
  const run = randomBytes(5).toString('hex');
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && HARMLESS.test(given) && !LONG_NUMBER.test(given)) return given;
    return `${run}-${(++count).toString(36)}`;
  };
}
