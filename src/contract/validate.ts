/** Validators as the rest of the code sees them, whoever compiled them. */
import type { Issue, Text } from './errors/types.ts';

/** Result of a check: the value, typed, or every issue at once. */
export type Checked<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };
export type Validate<T> = (value: unknown) => Checked<T>;

/** Input that cannot be accepted; carries every issue found, each with a pointer. */
export class ValidationError extends Error {
  override name = 'ValidationError' as const;
  readonly issues: Issue[];
  constructor(issues: Issue[], summary?: Text) {
    super(summary?.en ?? `${issues.length} issue(s): ${issues.map((i) => `${i.code}${i.pointer ? ` at ${i.pointer}` : ''}`).join('; ')}`);
    this.issues = issues;
  }
}
export const isValidationError = (e: unknown): e is ValidationError => e instanceof Error && e.name === 'ValidationError' && Array.isArray((e as ValidationError).issues);
