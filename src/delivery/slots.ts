/** A number of calls at the same time, inside one process. */
export interface Slots {
  /** @returns false when none became free in time */
  take(patienceMs: number): Promise<boolean>;
  free(): void;
}

export function createSlots(most: number): Slots {
  let used = 0;
  const waiting = new Set<() => void>();
  return {
    take(patienceMs) {
      if (used < most) {
        used += 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        // Handed over by whoever frees it: it is never free in between.
        const given = (): void => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(() => {
          waiting.delete(given);
          resolve(false);
        }, patienceMs);
        waiting.add(given);
      });
    },
    free() {
      const [next] = waiting;
      if (next === undefined) {
        used -= 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
