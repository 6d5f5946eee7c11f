/** What another system was told of a dossier, beside what it should have been told. */

export interface Told { isShort: boolean; isTwice: boolean; isInOrder: boolean }

/** @param told in the order in which it arrived */
export function compareTold(told: readonly string[], planned: readonly string[]): Told {
  const times = (list: readonly string[], one: string): number => list.filter((other) => other === one).length;
  const differences = [...new Set([...told, ...planned])].map((one) => times(told, one) - times(planned, one));
  return { isShort: differences.some((by) => by < 0), isTwice: differences.some((by) => by > 0), isInOrder: told.join() === planned.join() };
}
