/** Numbers and words as a reader of one language writes them: 16.581 and 54,73 % in Vietnamese, 16,581 and 54.73 % in English. */
import type { Text } from '../../contract/errors/types.ts';
import { decimal, fraction, percent, type Fraction } from '../fraction.ts';
import { isFraction, isText, type Cell, type ColumnKind } from './document.ts';

export type Language = 'vi' | 'en';
/** Shown where nothing is known. */
export const NOTHING = '–';

/** Decimal text (`-1234.50`) with the language's separators. */
export function localNumber(text: string, language: Language): string {
  const [whole = '', decimals] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language === 'vi' ? '.' : ',');
  return decimals === undefined ? grouped : `${grouped}${language === 'vi' ? ',' : '.'}${decimals}`;
}

export function shown(cell: Cell, kind: ColumnKind, language: Language): string {
  if (cell === null || cell === '') return NOTHING;
  if (isText(cell)) return cell[language];
  if (typeof cell === 'string') return cell;
  const value: Fraction = isFraction(cell) ? cell : fraction(cell);
  if (kind === 'share') return `${localNumber(percent(value), language)} %`;
  if (kind === 'points' || kind === 'decimal') return localNumber(decimal(value), language);
  return localNumber(decimal(value, 0), language);
}

export const both = (text: Text): string => (text.vi === text.en ? text.vi : `${text.vi} / ${text.en}`);
