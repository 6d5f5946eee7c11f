/** What is due when: a binary heap by time, then by the order in which things were put in. */
interface Entry<T> { at: number; order: number; item: T }

export interface DueQueue<T> {
  put(at: number, item: T): void;
  /** the earliest that is due at `now`, taken out */
  take(now: number): { at: number; item: T } | undefined;
  /** ms of the earliest; Infinity when there is none */
  next(): number;
  readonly size: number;
}

export function dueQueue<T>(): DueQueue<T> {
  const heap: Entry<T>[] = [];
  let order = 0;
  const before = (a: number, b: number): boolean => {
    const [x, y] = [heap[a] as Entry<T>, heap[b] as Entry<T>];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  };
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] as Entry<T>, heap[a] as Entry<T>];
  };
  return {
    put(at, item) {
      heap.push({ at, order: (order += 1), item });
      for (let i = heap.length - 1; i > 0;) {
        const parent = (i - 1) >> 1;
        if (!before(i, parent)) return;
        swap(i, parent);
        i = parent;
      }
    },
    take(now) {
      const first = heap[0];
      if (first === undefined || first.at > now) return undefined;
      const last = heap.pop() as Entry<T>;
      if (heap.length > 0) {
        heap[0] = last;
        for (let i = 0; ;) {
          let least = i;
          for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && before(child, least)) least = child;
          if (least === i) break;
          swap(i, least);
          i = least;
        }
      }
      return { at: first.at, item: first.item };
    },
    next: () => heap[0]?.at ?? Number.POSITIVE_INFINITY,
    get size() {
      return heap.length;
    },
  };
}
