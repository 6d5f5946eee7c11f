/** What cannot be taken comes again with every round, since it is not acknowledged: it is put in front of a person once a day, not every ten minutes. */
import { createHash } from 'node:crypto';
import type { DossierDeps } from '../../src/adapter/types.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import type { DvcltConfig } from './config.ts';

/** A person reads it; what is longer is no dossier's words but somebody's mistake, or worse. */
const MOST_WORDS = 1024 * 1024;
/** What came, as text that can be put aside: cut where it is far too long, and known again all the same. */
export function wordsOfText(text: string): string {
  return text.length <= MOST_WORDS ? text : `sha256:${createHash('sha256').update(text).digest('hex')} ${text.slice(0, MOST_WORDS)}`;
}
/** JSON of what came as JSON; undefined where it is nested deeper than can be written. */
export function wordsOfValue(value: unknown): string | undefined {
  try {
    return wordsOfText(JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

const DAY_MS = 86_400_000;
const MOST = 10_000;
/** by configuration, which is one for each running upstream: digest of the words and what is wrong with them → when */
const shown = new WeakMap<DvcltConfig, Map<string, number>>();

export async function putAsideOnce(deps: DossierDeps<DvcltConfig>, text: string, issues: Issue[], code?: string): Promise<void> {
  const seen = shown.get(deps.config) ?? new Map<string, number>();
  shown.set(deps.config, seen);
  const key = createHash('sha256').update(JSON.stringify([text, issues.map((one) => [one.code, one.pointer])])).digest('base64');
  const before = seen.get(key);
  if (before !== undefined && deps.now() - before < DAY_MS) return;
  await deps.putAside({ text }, issues, code);
  if (seen.size >= MOST) seen.clear();
  seen.set(key, deps.now());
}
