/** Libraries that only some users of the kit need: optional peers of the package, loaded when they are asked for. */
import { docsUrl } from '../contract/errors/catalogue.ts';
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';

/** Something around tests that a person mends: the message is one line in Vietnamese and one in English. */
export class KitError extends Error {
  override name = 'KitError' as const;
  readonly code: string;
  readonly issue: Issue;
  constructor(found: Issue, options?: ErrorOptions & { more?: string }) {
    super(`${found.code}: ${found.message.vi}\n${found.code}: ${found.message.en}${options?.more === undefined ? '' : `\n${options.more}`}\n(${docsUrl(found.code)})`, options);
    this.code = found.code;
    this.issue = found;
  }
}

/**
 * @param name of the package
 * @param load `() => import('…')`, spelt out by the caller, so that bundlers see it
 * @throws KitError LT-KIT-PEER-MISSING with the command that installs it
 */
export async function loadPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new KitError(issue('LT-KIT-PEER-MISSING', undefined, `npm i -D ${name}`), { cause });
  }
}

/** Only the package itself: what fails inside it is told as it is. Runners have their own words for it. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && error.message.includes(`'${name}'`);
}
