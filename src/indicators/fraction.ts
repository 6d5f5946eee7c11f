/** Exact fractions of whole numbers. A figure stays one until it is shown: rounding first gives another second decimal (701/712). */

/** Reduced; `d` is above zero. */
export interface Fraction { n: bigint; d: bigint }

/** @throws RangeError when the denominator is zero: such a figure is null with a reason, never a number */
export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  let [a, b] = [BigInt(n), BigInt(d)];
  if (b === 0n) throw new RangeError('denominator zero');
  if (b < 0n) [a, b] = [-a, -b];
  const g = gcd(a < 0n ? -a : a, b);
  return { n: a / g, d: b / g };
}

/** Decimal text (`0.8`, `2`) → fraction, so that data files hold no binary floating point. */
export function fractionOf(text: string): Fraction {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw new RangeError('not a decimal number');
  const [, whole = '0', decimals = ''] = match;
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n);
/** negative, zero or positive, as a sort wants it */
export const compare = (a: Fraction, b: Fraction): number => { const x = a.n * b.d - b.n * a.d; return x < 0n ? -1 : x > 0n ? 1 : 0; };
export const equal = (a: Fraction, b: Fraction): boolean => compare(a, b) === 0;

/** For display only: decimal text with `places` decimals, half up (away from zero), by integer arithmetic. */
export function decimal(value: Fraction, places = 2): string {
  const scale = 10n ** BigInt(places);
  const sign = value.n < 0n ? '-' : '';
  const n = value.n < 0n ? -value.n : value.n;
  const scaled = (2n * n * scale + value.d) / (2n * value.d);
  const digits = String(scaled).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return scaled === 0n ? text : sign + text;
}

/** For display only: 9075/16581 → `54.73`. */
export const percent = (value: Fraction, places = 2): string => decimal(multiply(value, fraction(100n)), places);
