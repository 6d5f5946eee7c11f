/**
 * Repeatable randomness for simulators, fault plans and generators of invented data. Never for keys or real secrets.
 * The generator is xoshiro128** (Blackman and Vigna, public domain), seeded from a string through FNV-1a:
 * the same seed gives the same run on every machine.
 */
export interface Random {
  /** the next number in [0, 1) */
  next(): number;
  /** a whole number in [0, bound) */
  int(bound: number): number;
  /** one of the list; throws RangeError on an empty list */
  pick<T>(list: readonly T[]): T;
  /** lower-case hexadecimal digits */
  hex(digits: number): string;
  /** standard normal deviate */
  normal(): number;
  /** an independent stream: drawing from it does not move this one */
  fork(name: string): Random;
}

/** FNV-1a from the given basis, then mixed so that every input bit reaches every output bit. */
function hashOf(text: string, basis: number): number {
  let h = basis | 0;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x21f0aaad);
  h ^= h >>> 15;
  h = Math.imul(h, 0x735a2d97);
  return h ^ (h >>> 15);
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** A stream of repeatable random numbers for a seed of any text. */
export function randomFrom(seed: string): Random {
  let a = hashOf(seed, 0x811c9dc5);
  let b = hashOf(seed, 0x9e3779b9);
  let c = hashOf(seed, 0x7f4a7c15);
  // the all-zero state would never leave itself
  let d = hashOf(seed, 0x94d049bb) | 1;

  const word = (): number => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result >>> 0;
  };
  const next = (): number => word() / 0x1_0000_0000;

  return {
    next,
    int: (bound) => Math.floor(next() * bound),
    pick(list) {
      if (list.length === 0) throw new RangeError('pick() from an empty list');
      return list[Math.floor(next() * list.length)] as (typeof list)[number];
    },
    hex(digits) {
      let out = '';
      while (out.length < digits) out += word().toString(16).padStart(8, '0');
      return out.slice(0, digits);
    },
    normal() {
      const u = 1 - next();
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * next());
    },
    fork: (name) => randomFrom(`${seed}\u0000${name}`),
  };
}
