/**
 * One value in many spellings: accents or not, composed or not, upper case, with dots or blanks between its digits. Found by a key
 * that all of them share, and written back in the spelling that was found.
 */

/** A text reduced to its letters and digits, without accents and case; `from[i]`…`to[i]` is where the key's letter stands in the text. */
export interface Keyed { key: string; from: number[]; to: number[] }

const ASCII = /^[\u0000-\u007f]*$/;
const MARK = /\p{M}/u;
const KEPT = /[a-z0-9]/;

/** Letters outside the Latin ones stay as they are: a name in another script is found as well. */
function fold(letter: string): string {
  return letter.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[đð]/g, 'd').replace(/[^\p{L}\p{N}]/gu, '');
}

/** The text's key with the way back. */
export function keyed(text: string): Keyed {
  const from: number[] = [];
  const to: number[] = [];
  let key = '';
  const ascii = ASCII.test(text);
  for (let i = 0; i < text.length; ) {
    const letter = ascii ? (text[i] as string) : String.fromCodePoint(text.codePointAt(i) as number);
    const next = i + letter.length;
    if (!ascii && MARK.test(letter)) {
      // An accent of its own belongs to the letter before it.
      if (to.length > 0 && to[to.length - 1] === i) to[to.length - 1] = next;
    } else {
      const folded = ascii ? letter.toLowerCase() : fold(letter);
      for (const part of folded) {
        if (ascii && !KEPT.test(part)) continue;
        key += part;
        from.push(i);
        to.push(next);
      }
    }
    i = next;
  }
  return { key, from, to };
}

export const keyOf = (text: string): string => keyed(text).key;

export const digitsOf = (text: string): string => text.normalize('NFKC').replace(/\D/g, '');

/** Puts digits in the places of the sample's digits, so that dots and blanks stay; the digits alone where the numbers differ. */
export function layDigits(sample: string, digits: string): string {
  const plain = sample.normalize('NFKC');
  if (plain.replace(/\D/g, '').length !== digits.length) return digits;
  let at = 0;
  return plain.replace(/\d/g, () => digits[at++] as string);
}

const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').normalize('NFC');

/** Words in the sample's spelling: its case, its accents (or none), its Unicode form. */
export function likeWords(sample: string, words: string): string {
  let out = words;
  const letters = sample.replace(/[^\p{L}]/gu, '');
  if (letters.length > 1 && letters === letters.toUpperCase()) out = out.toUpperCase();
  else if (letters !== '' && letters === letters.toLowerCase()) out = out.toLowerCase();
  if (ASCII.test(sample)) out = withoutAccents(out);
  return sample !== sample.normalize('NFC') && sample === sample.normalize('NFD') ? out.normalize('NFD') : out;
}
