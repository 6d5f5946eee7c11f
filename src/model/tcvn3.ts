/**
 * Repair of TCVN3 (ABC) text that was read as Windows-1252: `NguyÔn V¨n Hoµ`. The same letters are ordinary Western text, so this
 * is for an import that the operator has declared to be TCVN3 and never for live traffic (rules §6). Capitals that the old
 * fonts carried stay lower case, because the bytes do not hold them.
 */
import table from './data/tcvn3.json' with { type: 'json' };

const LETTERS: ReadonlyMap<string, string> = new Map(Object.entries(table));

/** TCVN3 text read as Windows-1252 → Unicode NFC. Letters outside the table stay as they are. */
export function repairTcvn3(text: string): string {
  let out = '';
  for (const letter of text) out += LETTERS.get(letter) ?? letter;
  return out.normalize('NFC');
}
