/**
 * Identity numbers and names of people as types of their own: a value of one is no value of another, though all are text.
 * A brand is given by a check and by nothing else.
 */
declare const brand: unique symbol;
/** A text or number that was checked to be what its name says. */
export type Branded<Base extends string | number, Name extends string> = Base & { readonly [brand]: Name };

/** Số định danh cá nhân: 12 digits, leading zeros count (vneid fact sheet 5.1). */
export type CitizenId12 = Branded<string, 'CitizenId12'>;
/** Số chứng minh nhân dân: 9 digits (5.2). */
export type Cmnd9 = Branded<string, 'Cmnd9'>;

export const isCitizenId12 = (text: unknown): text is CitizenId12 => typeof text === 'string' && /^\d{12}$/.test(text);
export const isCmnd9 = (text: unknown): text is Cmnd9 => typeof text === 'string' && /^\d{9}$/.test(text);
