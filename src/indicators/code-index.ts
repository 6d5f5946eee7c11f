/**
 * Dossier codes → row numbers, for a million codes in some 40 bytes each: the characters lie in blocks of bytes, the table in many small
 * open-addressing parts, so that growing never stops the caller for long. A `Map` of strings takes three times that.
 */

const BLOCK = 1 << 20;
const PARTS = 256;
const FIRST_SLOTS = 16;
const REMOVED = -1;

interface Part { slots: Int32Array; /** taken or removed */ used: number; taken: number }

export class CodeIndex {
  readonly #blocks: Uint8Array[] = [];
  #end = BLOCK;
  #parts: Part[] = Array.from({ length: PARTS }, () => ({ slots: new Int32Array(FIRST_SLOTS), used: 0, taken: 0 }));
  /** by row: where its code begins, and how long it is */
  #starts = new Uint32Array(1024);
  #lengths = new Uint8Array(1024);

  /** The row of a code, -1 for none. */
  find(code: string): number {
    const hash = hashOf(code);
    const { slots } = this.#part(hash);
    const mask = slots.length - 1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const slot = slots[i] ?? 0;
      if (slot === 0) return -1;
      if (slot !== REMOVED && this.#isCode(slot - 1, code)) return slot - 1;
    }
  }

  /** Gives a code that is not there yet to a row. @throws RangeError when it is not printable ASCII of at most 255 characters */
  add(code: string, row: number): void {
    const hash = hashOf(code);
    this.#write(code, row);
    const part = this.#part(hash);
    if ((part.used + 1) * 4 > part.slots.length * 3) this.#grow(part);
    place(part, hash, row);
  }

  remove(code: string): void {
    const hash = hashOf(code);
    const part = this.#part(hash);
    const mask = part.slots.length - 1;
    for (let i = hash & mask; (part.slots[i] ?? 0) !== 0; i = (i + 1) & mask) {
      const slot = part.slots[i] ?? 0;
      if (slot === REMOVED || !this.#isCode(slot - 1, code)) continue;
      part.slots[i] = REMOVED;
      part.taken -= 1;
      return;
    }
  }

  code(row: number): string {
    const start = this.#starts[row] ?? 0;
    const block = this.#blocks[Math.floor(start / BLOCK)] as Uint8Array;
    const from = start % BLOCK;
    let text = '';
    for (let i = 0; i < (this.#lengths[row] ?? 0); i += 1) text += String.fromCharCode(block[from + i] ?? 0);
    return text;
  }

  bytes(): number {
    return this.#blocks.length * BLOCK + this.#starts.byteLength + this.#lengths.byteLength + this.#parts.reduce((sum, { slots }) => sum + slots.byteLength, 0);
  }

  #part(hash: number): Part {
    return this.#parts[hash >>> 24] as Part;
  }

  #isCode(row: number, code: string): boolean {
    if (this.#lengths[row] !== code.length) return false;
    const start = this.#starts[row] ?? 0;
    const block = this.#blocks[Math.floor(start / BLOCK)] as Uint8Array;
    const from = start % BLOCK;
    for (let i = 0; i < code.length; i += 1) if (block[from + i] !== code.charCodeAt(i)) return false;
    return true;
  }

  #write(code: string, row: number): void {
    if (!/^[!-~]{1,255}$/.test(code)) throw new RangeError('a dossier code is printable ASCII of at most 255 characters');
    if (this.#end + code.length > BLOCK) {
      this.#blocks.push(new Uint8Array(BLOCK));
      this.#end = 0;
    }
    if (row >= this.#starts.length) {
      this.#starts = grown(this.#starts, row);
      this.#lengths = grown(this.#lengths, row);
    }
    const block = this.#blocks.at(-1) as Uint8Array;
    for (let i = 0; i < code.length; i += 1) block[this.#end + i] = code.charCodeAt(i);
    this.#starts[row] = (this.#blocks.length - 1) * BLOCK + this.#end;
    this.#lengths[row] = code.length;
    this.#end += code.length;
  }

  #grow(part: Part): void {
    const before = part.slots;
    part.slots = new Int32Array(part.taken * 2 >= before.length ? before.length * 2 : before.length);
    part.used = 0;
    part.taken = 0;
    for (const slot of before) if (slot !== 0 && slot !== REMOVED) place(part, hashOf(this.code(slot - 1)), slot - 1);
  }
}

function place(part: Part, hash: number, row: number): void {
  const mask = part.slots.length - 1;
  let i = hash & mask;
  while (part.slots[i] !== 0) i = (i + 1) & mask;
  part.slots[i] = row + 1;
  part.used += 1;
  part.taken += 1;
}

function grown<T extends Uint32Array | Uint8Array>(array: T, row: number): T {
  const wider = new (array.constructor as new (length: number) => T)(Math.max(row + 1, Math.ceil(array.length * 1.25)));
  wider.set(array);
  return wider;
}

/** FNV-1a, then mixed: codes differ in their last digits only. */
function hashOf(code: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < code.length; i += 1) hash = Math.imul(hash ^ code.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}
