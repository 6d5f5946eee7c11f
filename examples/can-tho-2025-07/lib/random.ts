/** A seeded generator of numbers: the same scenario gives the same bytes on every machine. */
import { createHash } from 'node:crypto';

export interface Random {
  /** whole number, 0 ≤ n < below */
  below(limit: number): number;
  /** whole number, both ends included; `high` is raised to `low` when smaller */
  between(low: number, high: number): number;
  /** true with a chance of `percent` in 100 */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: T[]): T[];
}

/** @param scenario id of the published scenario; the seed is its SHA-256 (rules §7.1) */
export function randomFor(scenario: string): Random {
  const digest = createHash('sha256').update(scenario, 'utf8').digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  // sfc32: 128 bits of state, integer arithmetic only, so no platform can round it differently.
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 16; i += 1) next();

  const below = (limit: number): number => Math.floor((next() / 4_294_967_296) * limit);
  return {
    below,
    between: (low, high) => low + below(Math.max(0, high - low) + 1),
    chance: (percent) => below(100) < percent,
    pick<T>(list: readonly T[]): T {
      const found = list[below(list.length)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
    shuffle<T>(list: T[]): T[] {
      for (let i = list.length - 1; i > 0; i -= 1) {
        const j = below(i + 1);
        const held = list[i] as T;
        list[i] = list[j] as T;
        list[j] = held;
      }
      return list;
    },
  };
}

/**
 * Shares of a total that are whole numbers and add up exactly: largest remainder, ties to the smaller code.
 * @param weights positive whole numbers per code
 */
export function largestRemainder(total: number, weights: readonly { code: string; weight: number }[]): Map<string, number> {
  const sum = weights.reduce((all, w) => all + w.weight, 0);
  const shares = weights.map(({ code, weight }) => ({ code, count: Math.floor((total * weight) / sum), rest: (total * weight) % sum }));
  const open = total - shares.reduce((all, s) => all + s.count, 0);
  const order = [...shares].sort((x, y) => y.rest - x.rest || (x.code < y.code ? -1 : 1));
  for (const share of order.slice(0, open)) share.count += 1;
  return new Map(shares.map((s) => [s.code, s.count]));
}
