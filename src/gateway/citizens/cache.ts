/** Answers about citizens, in memory and for minutes: the same question in the same matter is not asked twice. Never written anywhere. */
import type { Issue } from '../../contract/errors/types.ts';
import type { CitizenVerification } from '../../model/canonical.ts';

/** The oldest goes when there are more. */
const MOST_ANSWERS = 2_000;

/** What a database answered, and what the adapter noticed of it: they belong together, also the second time. */
export interface Told { answer: CitizenVerification; warnings: readonly Issue[] }

export interface AnswerCache {
  get(key: string): Told | undefined;
  put(key: string, told: Told): void;
}

/** @param ttlMs 0: nothing is kept */
export function createAnswerCache({ ttlMs, now }: { ttlMs: number; now: () => number }): AnswerCache {
  const kept = new Map<string, { until: number; told: Told }>();
  /** All live equally long, so that those that have ended stand first. */
  function sweep(): void {
    for (const [key, { until }] of kept) {
      if (until > now() && kept.size <= MOST_ANSWERS) return;
      kept.delete(key);
    }
  }
  return {
    get(key) {
      sweep();
      return kept.get(key)?.told;
    },
    put(key, told) {
      if (ttlMs <= 0) return;
      kept.delete(key);
      kept.set(key, { until: now() + ttlMs, told });
      sweep();
    },
  };
}
