/** Draws from a secret key: the same words give the same numbers, and without the key nobody can go back. */
import { createHmac } from 'node:crypto';

export interface Draw {
  /** a whole number in [0, bound) */
  int(bound: number): number;
  /** that many decimal digits */
  digits(count: number): string;
  pick<T>(list: readonly T[]): T;
}

/** @param key 32 bytes that are never written down @param words what is drawn for */
export function drawFrom(key: Buffer, ...words: string[]): Draw {
  let block = Buffer.alloc(0);
  let at = 0;
  let count = 0;
  const word = (): number => {
    if (at + 4 > block.length) {
      block = createHmac('sha256', key).update(words.join('\u0000')).update(`\u0000${count}`).digest();
      count += 1;
      at = 0;
    }
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const int = (bound: number): number => Math.floor((word() / 0x1_0000_0000) * bound);
  return {
    int,
    digits: (n) => Array.from({ length: n }, () => int(10)).join(''),
    pick: <T>(list: readonly T[]) => list[int(list.length)] as T,
  };
}
