/**
 * Vietnamese text. Stored text is the given text in NFC; two keys stand beside it and are never shown to anyone: a
 * comparison key (is it the same name?) and a search key (what would a person type without accents?). Source: rules §6.
 */

/** Anything that NFC could change lies outside these ranges: Latin with its Vietnamese block, and general punctuation. */
const MAY_CHANGE = /[^\u0000-\u02ff\u1e00-\u1eff\u2010-\u205f]/;

/** Text in Unicode NFC. Text that is NFC already comes back as the same string, after one quick look. */
export function toNfc(text: string): string {
  return MAY_CHANGE.test(text) ? text.normalize('NFC') : text;
}

/** Is the text in Unicode NFC? */
export function isNfc(text: string): boolean {
  return !MAY_CHANGE.test(text) || text.normalize('NFC') === text;
}

// Control letters without meaning in a record: C0 but tab and line feed, DEL, C1, zero width, direction overrides, byte order mark.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;
const EVERY_CONTROL = new RegExp(CONTROLS.source, 'g');
const ODD_SPACE = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;
const EDGE_BLANK = /^\s|\s$/;

/**
 * Text as it should be kept: NFC, control and invisible letters removed (carriage returns too), exotic blanks made plain
 * blanks, no blanks at the ends. Line breaks and tabs inside stay. Text that is clean already comes back as the same string.
 */
export function cleanText(text: string): string {
  let out = toNfc(text);
  if (CONTROLS.test(out)) out = out.replace(EVERY_CONTROL, '');
  out = out.replace(ODD_SPACE, ' ');
  return EDGE_BLANK.test(out) ? out.trim() : out;
}

/** One line: `cleanText` with every run of blanks made one blank. For names, codes and titles. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

// The five tones as combining marks: grave, acute, tilde, hook above, dot below.
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/;
const APOSTROPHE = /[\u2018\u2019\u201b\u02bc\u02b9\u0060\u00b4\uff07]/g;
const HYPHEN = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
const RUN_OF_LETTERS = /[\p{L}\p{M}]+/gu;
const ASCII_ONLY = /^[\u0020-\u007e]*$/;

/** A Vietnamese syllable has one tone at most, so moving it behind the letters loses nothing but its place. */
function toneLast(word: string): string {
  let letters = '';
  const tones: string[] = [];
  for (const letter of word) {
    if (TONE.test(letter)) tones.push(letter);
    else letters += letter;
  }
  return tones.length === 0 ? word : letters + tones.sort().join('');
}

/**
 * Key under which two spellings of one name are equal: case, Unicode form, the place of the tone mark (Hoà = Hòa, Thuỷ = Thủy),
 * kinds of apostrophe, hyphen and blank, and Ð (eth, a frequent slip) for Đ do not matter; accents do.
 * The key is for comparing only, never for display.
 */
export function comparisonKey(text: string): string {
  const folded = foldBlanks(text);
  if (ASCII_ONLY.test(folded)) return folded.toLowerCase();
  return folded.normalize('NFD').toLowerCase().replace(/ð/g, 'đ').replace(APOSTROPHE, "'").replace(HYPHEN, '-').replace(RUN_OF_LETTERS, toneLast);
}

const MARKS = /[\u0300-\u036f]/g;
const QUOTE = /'/g;
const BLANK_OR_HYPHEN = /[\s-]+/g;

/**
 * Key for finding: as a person would type it in a hurry. Accent-free, lower case, đ → d, compatibility letters (full width,
 * ligatures) made plain, apostrophes dropped, hyphens and runs of blanks made one blank. Accent-free matching may suggest,
 * never decide: phường Mỹ Tho and xã Mỹ Thọ have the same key (rules §1.4.4).
 */
export function searchKey(text: string): string {
  let key = text;
  if (!ASCII_ONLY.test(text)) {
    key = text.replace(EVERY_CONTROL, ' ').replace(APOSTROPHE, "'").normalize('NFKD').replace(MARKS, '').replace(HYPHEN, '-').toLowerCase().replace(/[đð]/g, 'd').replace(MARKS, '');
  } else {
    key = text.toLowerCase();
  }
  return key.replace(QUOTE, '').replace(BLANK_OR_HYPHEN, ' ').trim();
}

function foldBlanks(text: string): string {
  return text.replace(EVERY_CONTROL, ' ').replace(/\s+/g, ' ').trim();
}

/** Same name, whatever the spelling habit? See `comparisonKey`. */
export function sameName(a: string, b: string): boolean {
  return a === b || comparisonKey(a) === comparisonKey(b);
}

let collator: Intl.Collator | undefined;

/** Order of two texts in the Vietnamese alphabet (a ă â b c d đ …), for `Array.prototype.sort`. */
export function compareVietnamese(a: string, b: string): number {
  collator ??= new Intl.Collator('vi');
  return collator.compare(a, b);
}
