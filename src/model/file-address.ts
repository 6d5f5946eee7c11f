/**
 * The address of a file whose content the ledger keeps. It stands in `FileRef.url`, means nothing to anybody outside, and is never sent to an
 * upstream as it is.
 */
const PREFIX = 'lienthong-file:';
const FORM = /^lienthong-file:([0-9a-f]{64})$/;

/** @param id 64 hexadecimal digits: a keyed hash of the content */
export const fileAddress = (id: string): string => PREFIX + id;
/** The id in an address; `undefined` for any other address. */
export const fileIdIn = (url: string | undefined): string | undefined => (url === undefined ? undefined : FORM.exec(url)?.[1]);

const ANYWHERE = /lienthong-file:([0-9a-f]{64})(?![0-9a-f])/g;
/** The ids of all addresses in a text, each once. A text without any costs one search for the prefix. */
export const fileIdsIn = (text: string): string[] => (text.includes(PREFIX) ? [...new Set(Array.from(text.matchAll(ANYWHERE), ([, id = '']) => id))] : []);
