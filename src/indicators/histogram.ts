/** Counts of equal (group, word, scan) triples: a handful for each group, whatever the number of dossiers. */

type Test = (word: number, scan: number) => boolean;
/** Conditions that are counted. Procedures: different ones among the dossiers that fulfil a condition, at most 32 conditions. */
export interface Tests { dossiers: readonly Test[]; procedures: readonly Test[] }
/** What one group comes to; positions are those of the tests. */
interface Totals { all: number; dossiers: Float64Array; handling: Float64Array }

export class Histogram {
  // Open addressing; group, word and scan lie side by side, a free place has group -1.
  #slots = 1024;
  #used = 0;
  #keys = new Int32Array(this.#slots * 3).fill(-1);
  #counts = new Float64Array(this.#slots);
  #handling = new Float64Array(this.#slots);
  /** by place: which procedure tests its word fulfils */
  #bits = new Uint32Array(this.#slots);
  readonly #tests: Tests;
  readonly #procedureCount: number;
  /** by group and procedure: the tests that a dossier of it fulfils */
  readonly #procedures = new Map<number, Uint32Array>();
  /** made at the first question, when nothing is added any more; null: all groups together */
  #totals: Map<number | null, Totals> | undefined;

  constructor(tests: Tests, procedureCount: number) {
    if (tests.procedures.length > 32) throw new RangeError('at most 32 counts of procedures');
    this.#tests = tests;
    this.#procedureCount = procedureCount;
  }

  add(group: number, word: number, scan: number, procedure: number, handling: number): void {
    const place = this.#place(group, word | 0, scan);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#handling[place] = (this.#handling[place] ?? 0) + handling;
    const bits = this.#bits[place] ?? 0;
    if (bits === 0) return;
    let marks = this.#procedures.get(group);
    if (marks === undefined) {
      marks = new Uint32Array(this.#procedureCount);
      this.#procedures.set(group, marks);
    }
    marks[procedure] = (marks[procedure] ?? 0) | bits;
  }

  /** @param group null: all. @returns every dossier that was added */
  all(group: number | null): number { return this.#of(group)?.all ?? 0; }
  /** Dossiers that fulfil the test at this position. */
  dossiers(group: number | null, test: number): number { return this.#of(group)?.dossiers[test] ?? 0; }
  /** Their handling time, seconds. */
  handling(group: number | null, test: number): number { return this.#of(group)?.handling[test] ?? 0; }

  /** Different procedures with a dossier that fulfils the test at this position. */
  procedures(group: number | null, test: number): number {
    const bit = 1 << test;
    const those = group === null ? [...this.#procedures.values()] : [this.#procedures.get(group) ?? new Uint32Array(0)];
    let count = 0;
    for (let procedure = 0; procedure < this.#procedureCount; procedure += 1) if (those.some((marks) => ((marks[procedure] ?? 0) & bit) !== 0)) count += 1;
    return count;
  }

  #of(group: number | null): Totals | undefined {
    this.#totals ??= this.#sum();
    return this.#totals.get(group);
  }

  #sum(): Map<number | null, Totals> {
    const size = this.#tests.dossiers.length;
    const totals = new Map<number | null, Totals>();
    const totalsOf = (group: number | null): Totals => {
      let found = totals.get(group);
      if (found === undefined) {
        found = { all: 0, dossiers: new Float64Array(size), handling: new Float64Array(size) };
        totals.set(group, found);
      }
      return found;
    };
    // The same words occur in every group: each is judged once.
    const fulfilled = new Map<number, Map<number, number[]>>();
    const testsOf = (word: number, scan: number): number[] => {
      let byScan = fulfilled.get(word);
      if (byScan === undefined) fulfilled.set(word, (byScan = new Map()));
      let tests = byScan.get(scan);
      if (tests === undefined) byScan.set(scan, (tests = this.#tests.dossiers.flatMap((test, i) => (test(word, scan) ? [i] : []))));
      return tests;
    };
    for (let place = 0; place < this.#slots; place += 1) {
      const group = this.#keys[place * 3] ?? -1;
      if (group < 0) continue;
      const [count, handling] = [this.#counts[place] ?? 0, this.#handling[place] ?? 0];
      const tests = testsOf((this.#keys[place * 3 + 1] ?? 0) >>> 0, this.#keys[place * 3 + 2] ?? 0);
      for (const each of [totalsOf(group), totalsOf(null)]) {
        each.all += count;
        for (const test of tests) {
          each.dossiers[test] = (each.dossiers[test] ?? 0) + count;
          each.handling[test] = (each.handling[test] ?? 0) + handling;
        }
      }
    }
    return totals;
  }

  #place(group: number, word: number, scan: number): number {
    const mask = this.#slots - 1;
    let place = hashOf(group, word, scan) & mask;
    for (;;) {
      const at = place * 3;
      const owner = this.#keys[at] ?? -1;
      if (owner === group && this.#keys[at + 1] === word && this.#keys[at + 2] === scan) return place;
      if (owner < 0) break;
      place = (place + 1) & mask;
    }
    if ((this.#used + 1) * 2 > this.#slots) {
      this.#grow();
      return this.#place(group, word, scan);
    }
    this.#used += 1;
    this.#keys.set([group, word, scan], place * 3);
    let bits = 0;
    this.#tests.procedures.forEach((test, i) => { if (test(word >>> 0, scan)) bits |= 1 << i; });
    this.#bits[place] = bits;
    return place;
  }

  #grow(): void {
    const [keys, counts, handling, slots] = [this.#keys, this.#counts, this.#handling, this.#slots];
    this.#slots = slots * 2;
    this.#used = 0;
    this.#keys = new Int32Array(this.#slots * 3).fill(-1);
    this.#counts = new Float64Array(this.#slots);
    this.#handling = new Float64Array(this.#slots);
    this.#bits = new Uint32Array(this.#slots);
    for (let place = 0; place < slots; place += 1) {
      if ((keys[place * 3] ?? -1) < 0) continue;
      const moved = this.#place(keys[place * 3] ?? 0, keys[place * 3 + 1] ?? 0, keys[place * 3 + 2] ?? 0);
      this.#counts[moved] = counts[place] ?? 0;
      this.#handling[moved] = handling[place] ?? 0;
    }
  }
}

function hashOf(group: number, word: number, scan: number): number {
  let hash = Math.imul(group ^ Math.imul(word, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(scan, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
  return hash ^ (hash >>> 13);
}
