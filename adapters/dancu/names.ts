/** How the database wants a name (fact sheet 4.4): as a key without accents and blanks, or accented in capitals. */

export const NAME_FORMS = ['compact', 'accented'] as const;
export type NameForm = (typeof NAME_FORMS)[number];

const MARKS = /\p{M}/gu;
const DE = /[đĐðÐ]/g;
const NO_LETTER = /[^A-Za-z0-9]/g;

/** "Trần Thị Đào", composed or not → `TRANTHIDAO`. */
export const compactName = (name: string): string => name.normalize('NFD').replace(MARKS, '').replace(DE, 'd').replace(NO_LETTER, '').toUpperCase();

/** `TRẦN THỊ ĐÀO`: composed, single blanks; Ð (eth, a slip of many keyboards) is Đ, which looks the same and is another letter. */
export const accentedName = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim().toUpperCase().replaceAll('Ð', 'Đ').normalize('NFC');

/** One name, accents and blanks aside. Of names that have no letter of the alphabet nothing is left to compare: those as they are written. */
export const isSameName = (a: string, b: string): boolean => (compactName(a) === '' || compactName(b) === '' ? accentedName(a) === accentedName(b) : compactName(a) === compactName(b));

/** @returns '' for a name in which nothing is left */
export const writtenName = (name: string, form: NameForm): string => (form === 'compact' ? compactName(name) : accentedName(name));
