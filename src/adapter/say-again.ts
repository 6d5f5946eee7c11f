/** What writes share that go once, and whose upstream knows a repeat. */
import { createHash } from 'node:crypto';
import { isValidationError } from '../contract/validate.ts';
import type { ProbeAnswer } from './types.ts';

/**
 * A probe where nothing can be asked. A call that is known when it comes again may simply go again: its answer tells, and does no harm. So the lost
 * one counts as not applied, for as often as it takes.
 */
export const sayAgain = (): Promise<ProbeAnswer> => Promise.resolve({ kind: 'not-applied' });

/**
 * The key of a message that goes once. While it cannot be written, the key says so and names what is wrong: the attempt is refused with its faults
 * where a person sees it, and the change that mends it makes a new attempt.
 */
export function keyOnce(key: string, write: () => unknown): string {
  try {
    write();
    return key;
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return `${key}!${createHash('sha256').update(JSON.stringify(error.issues.map(({ code, pointer }) => [code, pointer]))).digest('hex').slice(0, 16)}`;
  }
}
