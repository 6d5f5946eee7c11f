/**
 * Invented values for real ones: the same each time, of the same form, and made to be recognised as invented. What a kind keeps and
 * what it replaces is told in docs/recording.md.
 */
import { parsePhone } from '../../model/phone.ts';
import { taxCheckDigit } from '../../model/tax-code.ts';
import { dayShuffler, readDay } from './dates.ts';
import { drawFrom, type Draw } from './draw.ts';
import { inventAddress, inventFile, inventPattern, inventText } from './prose.ts';
import { digitsOf, keyOf, layDigits, likeWords } from './spelling.ts';
import { BODY_WORDS, SURNAMES, THINGS } from './words.ts';

/** Kinds of values that are replaced. `id`: a number or word of which only the form is known. */
export const KINDS = ['citizen', 'card', 'tax', 'phone', 'email', 'name', 'birth', 'address', 'text', 'file', 'dossier', 'id', 'secret'] as const;
export type Kind = (typeof KINDS)[number];

/** What a credential becomes, whichever it was: nothing is left to be compared. */
export const DROPPED = 'dropped';

export interface Inventor {
  /** @returns the invented value in the spelling of the real one */
  invent(kind: Kind, real: string): string;
  /** was this value (letters and digits of it) given out as invented? */
  issued(key: string): boolean;
}

/** How often another value is drawn before two real ones may share an invented one: only where a form has hardly any values. */
const MOST_DRAWS = 60;

/**
 * The part of a telephone number behind its trunk zero or country code: the same in all of its spellings.
 * @returns `undefined` when it is no number
 */
export function phoneCore(text: string): { core: string; kind: 'mobile' | 'landline' | 'foreign' } | undefined {
  const phone = parsePhone(text);
  return phone.ok ? { core: phone.kind === 'foreign' ? phone.e164.slice(1) : phone.national.slice(1), kind: phone.kind } : undefined;
}

function layPhone(sample: string, core: string, foreign: boolean): string {
  const given = digitsOf(sample);
  // As the sample begins: with the country code (00 or + before it), the trunk zero, or neither where a spreadsheet lost it.
  const head = foreign ? (given.startsWith('00') ? '00' : '') : given.startsWith('0084') ? '0084' : given.startsWith('84') && given.length > core.length ? '84' : given.startsWith('0') ? '0' : '';
  return layDigits(sample, `${head}${core}`);
}

/** @param key 32 bytes, of one recording or of several that must agree; kept in memory alone */
export function createInventor(key: Buffer): Inventor {
  const given = new Map<string, string>();
  const issued = new Set<string>();
  const shuffle = dayShuffler(key);

  /** Draws until the value is nobody else's: neither given out before nor known to be real. */
  function unique(kind: Kind, real: string, make: (draw: Draw, turn: number) => string): string {
    const id = `${kind}\u0000${real}`;
    const known = given.get(id);
    if (known !== undefined) return known;
    // Reserved first, so that no draw can give back the real value itself.
    given.set(id, '');
    let value = '';
    for (let turn = 0; turn < MOST_DRAWS; turn += 1) {
      value = make(drawFrom(key, kind, real, String(turn)), turn);
      const letters = keyOf(value);
      if (!issued.has(letters) && !given.has(`${kind}\u0000${value}`) && !given.has(`${kind}\u0000${letters}`)) break;
    }
    given.set(id, value);
    issued.add(keyOf(value));
    return value;
  }

  function name(real: string): string {
    const words = real.normalize('NFC').trim().split(/\s+/);
    const own = words.map((word) => word.toLowerCase());
    const made = unique('name', keyOf(real), (draw, turn) => {
      let first = true;
      return words.map((word, i) => {
        if (BODY_WORDS.has(own[i] as string)) return /^\p{Lu}/u.test(word) ? word : own[i];
        // Few names have two words: later draws take the surname from the other list as well.
        const invented = first && words.length > 1 && turn < MOST_DRAWS / 3 ? draw.pick(SURNAMES) : draw.pick(THINGS);
        first = false;
        return /\p{L}/u.test(word) ? invented : inventPattern(word, draw);
      }).join(' ');
    });
    return likeWords(real, made);
  }

  const by: Record<Kind, (real: string) => string> = {
    citizen(real) {
      const digits = digitsOf(real);
      // Place, sex, century and year of birth stay. A serial from 990000 on marks an invented person; 999 is left to other generators.
      const whole = digits.padStart(12, '0');
      return layDigits(real, unique('citizen', whole, (draw) => `${whole.slice(0, 6)}99${draw.int(9)}${draw.digits(3)}`).slice(-digits.length));
    },
    card(real) {
      const digits = digitsOf(real);
      return layDigits(real, unique('card', digits, (draw) => `${digits.slice(0, 2)}${draw.digits(digits.length - 2)}`));
    },
    tax(real) {
      const digits = digitsOf(real);
      const parent = unique('tax', digits.slice(0, 10), (draw) => {
        for (;;) {
          const nine = `97${draw.digits(7)}`;
          const check = taxCheckDigit(nine);
          if (check !== undefined) return `${nine}${check}`;
        }
      });
      return layDigits(real, `${parent}${digits.slice(10)}`);
    },
    phone(real) {
      const phone = phoneCore(real);
      if (phone === undefined) return by.id(real);
      const { core, kind } = phone;
      const made = unique('phone', core, (draw) => {
        if (kind === 'mobile') return `900${1 + draw.int(9)}${draw.digits(5)}`; // 0900 1xxxxx … 0900 9xxxxx
        // No subscriber's number begins with zero.
        const area = kind === 'landline' ? (core.startsWith('24') || core.startsWith('28') ? 2 : 3) : 2;
        return `${core.slice(0, area)}0${draw.digits(core.length - area - 1)}`;
      });
      return layPhone(real, made, kind === 'foreign');
    },
    email: (real) => unique('email', real.normalize('NFC').trim().toLowerCase(), (draw) => `nguoi.${inventPattern('a0a0a0a0', draw)}@example.com`),
    name,
    birth(real) {
      if (/^-?\d{11,13}$/.test(real.trim())) return epochDay(Number(real), shuffle);
      const day = readDay(real.trim());
      if (day !== undefined) return `${day.write(shuffle(day.day, day.year))}${real.trim().slice(day.length).replace(/^(T| )\d{2}:\d{2}(:\d{2})?/, (time) => time.replace(/\d/g, '0'))}`;
      return /^\d{4}$/.test(real.trim()) ? real : by.address(real);
    },
    // Two digits are a province, which stays.
    address: (real) => (/^\d{2}$/.test(real) ? real : /^[\d\s]+$/.test(real) ? by.id(real) : unique('address', real.normalize('NFC'), (draw) => likeForm(real, inventAddress(real, draw)))),
    text: (real) => likeForm(real, inventText(real, drawFrom(key, 'text', real.normalize('NFC')))),
    file: (real) => inventFile(real, drawFrom(key, 'file', real.normalize('NFC'))),
    dossier(real) {
      const at = real.lastIndexOf('-') + 1;
      const digits = real.slice(at);
      // Agency and day stay. Numbers are counted from 0001 for each agency and day: one that begins with 9 is nobody's.
      const made = unique('dossier', real.toUpperCase(), (draw, turn) => `${real.slice(0, at).toUpperCase()}${turn < MOST_DRAWS / 2 ? 9 : 5 + draw.int(5)}${draw.digits(digits.length - 1)}`);
      return `${real.slice(0, at)}${made.slice(at)}`;
    },
    id: (real) => unique('id', real.normalize('NFC'), (draw) => inventPattern(real, draw)),
    secret: () => DROPPED,
  };
  return { invent: (kind, real) => (real.trim() === '' ? real : by[kind](real)), issued: (letters) => issued.has(letters) };
}

const DAY_MS = 86_400_000;
const VIETNAM_MS = 7 * 3_600_000;

/** Milliseconds since 1970 of a moment of another day of the same year, as Vietnam counts days. */
function epochDay(ms: number, shuffle: (day: number, year: number) => number): string {
  const day = Math.floor((ms + VIETNAM_MS) / DAY_MS);
  return String(ms + (shuffle(day, new Date(ms + VIETNAM_MS).getUTCFullYear()) - day) * DAY_MS);
}

/** Decomposed where the real text is. */
const likeForm = (real: string, made: string): string => (real !== real.normalize('NFC') ? made.normalize('NFD') : made.normalize('NFC'));
