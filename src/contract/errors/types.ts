/** Shapes of the error catalogue. One entry per stable code; `docs/errors.md` is generated from the catalogue. */

/** A sentence in both languages of the product. */
export interface Text { vi: string; en: string }

/** Who has to act before the same thing can succeed. `operator` is the province's IT team that runs the gateway. */
export type WhoActs = 'province' | 'operator' | 'vendor' | 'ministry';

export interface ErrorEntry {
  /** stable, never re-used: `LT-<AREA>-<WORDS>` */
  code: `LT-${string}`;
  /** HTTP status of our own API when this is the top-level problem; absent when it only occurs inside another one */
  http?: number;
  who: WhoActs;
  title: Text;
  cause: Text;
  action: Text;
}

/** One thing that is wrong, pointed at. Never carries the offending value: values may be personal data. */
export interface Issue {
  code: string;
  /** JSON pointer into the input that the caller sent; '' means the whole input */
  pointer?: string;
  message: Text;
  severity?: 'error' | 'warning';
}
