/** A text for a regular expression: the usual ones of field formats (classes, counts, groups, choices), the first that comes. */

const MOST_STEPS = 2_000;
const LONGEST = 20_000;
/** What is tried one after another where the first text does not fit: another branch, another digit. */
const VARIANTS = 4;
const SHORTHAND: Readonly<Record<string, string>> = { w: 'a', s: ' ', D: 'a', W: '-', S: 'a', t: '\t', n: '\n', r: '\r' };
/** Tried in this order for a class such as `[^0]` or `.`. */
const CANDIDATES = [...'a1AB0b2-_ .@:/đ', ...'cdefghijklmnopqrstuvwxyzCDEFGHIJKLMNOPQRSTUVWXYZ3456789'];

/** @returns a text that the pattern accepts, at least `least` long where counts allow; undefined when none was found */
export function textFor(pattern: string, least: number): string | undefined {
  if (least > LONGEST) return undefined;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    return undefined;
  }
  const tries = [0, Math.max(0, least - 1), least].flatMap((extra) => Array.from({ length: VARIANTS }, (_, variant) => ({ extra, variant })));
  for (const { extra, variant } of tries) {
    const found = new Reader(pattern, extra, variant).read();
    if (found !== undefined && expression.test(found)) {
      if (found.length >= least) return found;
      const longer = found.padEnd(least, found.at(-1) ?? 'a');
      if (expression.test(longer)) return longer;
    }
  }
  return undefined;
}

/** Reads a pattern from left to right and writes the shortest text that it can see. */
class Reader {
  private at = 0;
  private steps = 0;
  private readonly source: string;
  private readonly extra: number;
  private readonly variant: number;
  constructor(source: string, extra: number, variant: number) {
    this.source = source;
    this.extra = extra;
    this.variant = variant;
  }

  read(): string | undefined {
    try {
      return this.choice();
    } catch {
      return undefined;
    }
  }

  /** `a|b`: one that is not empty, where there is one */
  private choice(): string {
    const branches = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      branches.push(this.sequence());
    }
    const told = branches.filter((branch) => branch !== '');
    return told[this.variant % Math.max(1, told.length)] ?? '';
  }

  private sequence(): string {
    let made = '';
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      if ((this.steps += 1) > MOST_STEPS) throw new Error('too long');
      const piece = this.atom();
      made += this.counted(piece);
    }
    return made;
  }

  private counted(piece: string): string {
    const rest = this.source.slice(this.at);
    const [whole, low, comma, high] = /^\{(\d+)(,?)(\d*)\}\??/.exec(rest) ?? [];
    if (whole !== undefined) {
      this.at += whole.length;
      const least = Number(low);
      const most = comma === '' ? least : high === '' ? least + this.extra : Number(high);
      return this.repeated(piece, Math.max(least, Math.min(most, this.extra)));
    }
    const mark = rest[0] ?? '';
    if (!'*+?'.includes(mark) || mark === '') return piece;
    this.at += rest[1] === '?' ? 2 : 1;
    return this.repeated(piece, mark === '?' ? 0 : Math.max(mark === '+' ? 1 : 0, this.extra));
  }

  private repeated(piece: string, times: number): string {
    if (piece.length * times > LONGEST) throw new Error('too long');
    return piece.repeat(times);
  }

  private atom(): string {
    const c = this.source[this.at] ?? '';
    this.at += 1;
    if (c === '^' || c === '$') return '';
    if (c === '.') return 'a';
    if (c === '\\') return this.escape();
    if (c === '[') return this.oneOfClass();
    if (c !== '(') return c;
    const [kind = ''] = /^\?(?::|<[A-Za-z]\w*>|[=!]|<[=!])/.exec(this.source.slice(this.at)) ?? [];
    this.at += kind.length;
    const inner = this.choice();
    this.at += 1; // the closing bracket
    // What only looks ahead or behind writes nothing; whether it is content is seen at the end.
    return /[=!]$/.test(kind) ? '' : inner;
  }

  private escape(): string {
    const c = this.source[this.at] ?? '';
    this.at += 1;
    if (c === 'b' || c === 'B') return '';
    if (c === 'x' || c === 'u') {
      const digits = this.source.slice(this.at, this.at + (c === 'x' ? 2 : 4));
      this.at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return c === 'd' ? String(this.variant) : (SHORTHAND[c] ?? c);
  }

  /** `[…]`: the first candidate that the class itself accepts */
  private oneOfClass(): string {
    const start = this.at - 1;
    while (this.at < this.source.length && this.source[this.at] !== ']') this.at += this.source[this.at] === '\\' ? 2 : 1;
    this.at += 1;
    const whole = new RegExp(`^${this.source.slice(start, this.at)}$`);
    const plain = /^\[([A-Za-z0-9])/.exec(this.source.slice(start, this.at))?.[1];
    const found = [...(plain === undefined ? [] : [plain]), ...CANDIDATES].find((one) => whole.test(one));
    if (found === undefined) throw new Error('no character');
    return found;
  }
}
