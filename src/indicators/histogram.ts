/** Counts of equal (group, word, scan) triples: a handful for each group, whatever the number of dossiers. */

type Test = (word: number, scan: number) => boolean;

export class Histogram {
  // Open addressing; group, word and scan lie side by side, a free place has group -1.
  #slots = 1024;
  #used = 0;
  #keys = new Int32Array(this.#slots * 3).fill(-1);
  #counts = new Float64Array(this.#slots);
  #handling = new Float64Array(this.#slots);
  readonly #tests: readonly Test[];
  readonly #procedureCount: number;
  /** by group and procedure: one bit for each count of procedures that a dossier of it fulfils */
  readonly #procedures = new Map<number, Uint32Array>();
  /** by place: the bits of its word */
  #bits = new Uint32Array(this.#slots);

  /** @param procedureTests conditions under which a dossier makes its procedure count, at most 32 */
  constructor(procedureTests: readonly Test[], procedureCount: number) {
    if (procedureTests.length > 32) throw new RangeError('at most 32 counts of procedures');
    this.#tests = procedureTests;
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

  has(group: number): boolean { return this.dossiers(group) > 0; }
  /** @param group null: all */
  dossiers(group: number | null): number { return this.count(group, () => true); }
  count(group: number | null, test: Test): number { return this.#sum(group, test, this.#counts); }
  handling(group: number | null, test: Test): number { return this.#sum(group, test, this.#handling); }

  /** Different procedures with a dossier that fulfils the test of this number. */
  procedures(group: number | null, test: number): number {
    const bit = 1 << test;
    if (group !== null) return (this.#procedures.get(group) ?? new Uint32Array(0)).reduce((sum, bits) => sum + ((bits & bit) === 0 ? 0 : 1), 0);
    let count = 0;
    for (let procedure = 0; procedure < this.#procedureCount; procedure += 1) {
      for (const marks of this.#procedures.values()) if (((marks[procedure] ?? 0) & bit) !== 0) { count += 1; break; }
    }
    return count;
  }

  #sum(group: number | null, test: Test, amounts: Float64Array): number {
    let sum = 0;
    for (const place of group === null ? this.#all() : this.#of(group)) {
      if (test((this.#keys[place * 3 + 1] ?? 0) >>> 0, this.#keys[place * 3 + 2] ?? 0)) sum += amounts[place] ?? 0;
    }
    return sum;
  }

  /** by group, its places; made at the first question, when nothing is added any more */
  #places: Map<number, number[]> | undefined;
  #of(group: number): number[] {
    if (this.#places === undefined) {
      this.#places = new Map();
      for (const place of this.#all()) {
        const no = this.#keys[place * 3] ?? 0;
        const places = this.#places.get(no);
        if (places === undefined) this.#places.set(no, [place]);
        else places.push(place);
      }
    }
    return this.#places.get(group) ?? [];
  }

  * #all(): Generator<number> {
    for (let place = 0; place < this.#slots; place += 1) if ((this.#keys[place * 3] ?? -1) >= 0) yield place;
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
    this.#tests.forEach((test, i) => { if (test(word >>> 0, scan)) bits |= 1 << i; });
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
