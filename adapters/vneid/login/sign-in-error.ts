/** Why somebody was not signed in: a code of the catalogue, sentences in both languages, and never a value from outside. */
import { errorEntry } from '../../../src/contract/errors/catalogue.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Issue, Text } from '../../../src/contract/errors/types.ts';

export class SignInError extends Error {
  override name = 'SignInError' as const;
  readonly issue: Issue;
  /** the identity provider's own word where it is one of OAuth's: `access_denied`, `invalid_request` … */
  readonly idpError?: string;

  /** @param detail one sentence for both languages or one for each; never what came from outside */
  constructor(code: string, detail?: Text | string, more: { pointer?: string; idpError?: string } = {}) {
    const found = issue(code, more.pointer, detail);
    // No `cause`: what the libraries below throw holds tokens and claims.
    super(`${code}: ${found.message.en}`);
    this.issue = found;
    if (more.idpError !== undefined) this.idpError = more.idpError;
  }
  get code(): string {
    return this.issue.code;
  }
  /** HTTP status for the browser */
  get status(): number {
    return errorEntry(this.code)?.http ?? 500;
  }
}

export const isSignInError = (e: unknown): e is SignInError => e instanceof Error && e.name === 'SignInError';

/** The words of OAuth and OpenID Connect. Anything else that a provider says in `error` is somebody's free text. */
const WORD = /^[a-z]+(_[a-z]+){0,4}$/;
export const oauthWord = (value: unknown): string | undefined => (typeof value === 'string' && value.length <= 50 && WORD.test(value) ? value : undefined);
