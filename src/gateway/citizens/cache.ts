/** Answers about citizens, in memory and for minutes: the same question in the same matter is not asked twice. Never written anywhere. */
import type { CitizenVerification } from '../../model/canonical.ts';

/** The oldest goes when there are more. */
const MOST_ANSWERS = 2_000;

export interface AnswerCache {
  get(key: string): CitizenVerification | undefined;
  put(key: string, answer: CitizenVerification): void;
}

/** @param ttlMs 0: nothing is kept */
export function createAnswerCache({ ttlMs, now }: { ttlMs: number; now: () => number }): AnswerCache {
  const kept = new Map<string, { until: number; answer: CitizenVerification }>();
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
      return kept.get(key)?.answer;
    },
    put(key, answer) {
      if (ttlMs <= 0) return;
      kept.delete(key);
      kept.set(key, { until: now() + ttlMs, answer });
      sweep();
    },
  };
}
