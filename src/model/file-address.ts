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
