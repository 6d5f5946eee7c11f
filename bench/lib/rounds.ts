/** Rates of things that run in this thread, in rounds that take turns: a slow moment of the machine hits all of them. */
const ROUNDS = 7;
const ROUND_MS = 400;

/** What came out last: work whose result nobody takes may be left out by the engine. */
export let kept: unknown;

/** Calls per second over one round. */
export function rate(work: () => unknown, ms = ROUND_MS): number {
  const started = performance.now();
  let n = 0;
  while (performance.now() - started < ms) {
    kept = work();
    n += 1;
  }
  return n / ((performance.now() - started) / 1000);
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** @returns calls per second of each, the median of its rounds after one that does not count */
export function interleaved<K extends string>(works: Readonly<Record<K, () => unknown>>): Record<K, number> {
  const names = Object.keys(works) as K[];
  for (const name of names) rate(works[name]);
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let i = 0; i < ROUNDS; i += 1) for (const name of names) rates[name].push(rate(works[name]));
  return Object.fromEntries(names.map((name) => [name, median(rates[name])])) as Record<K, number>;
}
