/**
 * Evidence for a report that is handed on. The contract's marks decide what of a body may be shown (`maskPayload`); on top of that
 * secrets of this run and numbers of persons are taken out of every text, names that are data are hidden, and long lists are cut.
 * Of an answer only texts with the look of a code are shown: what a stranger writes into a field for names of lists is not known.
 */
import { isRecord } from '../../contract/is-record.ts';
import { GROUPED_NUMBER, maskPayload } from '../../contract/mask.ts';
import type { Contract } from '../../contract/openapi.ts';

const MOST_FIELDS = 60;
const MOST_ITEMS = 3;
const LONGEST_TEXT = 120;
const LONGEST_BODY = 1_500;
const DEEPEST = 12;
/** A field's name is part of the shape; a name that is data (an identity number as a key) is not shown. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/;
const PLACE_IN_LIST = /^\d{1,6}$/;

export interface Masker {
  /** this text is replaced wherever it stands */
  hide(secret: string): void;
  /** a text that we wrote or that is a matter of form: secrets and numbers of persons taken out, cut */
  text(value: string, longest?: number): string;
  /** a JSON pointer into an answer, whose names may be data */
  pointer(value: string): string;
  /** @param schema component of the contract that the body is; `undefined`: nothing of it is known. `from`: who wrote it. JSON text */
  body(value: unknown, schema: string | undefined, from: 'us' | 'them'): string;
}

export function createMasker(contract: Contract | undefined): Masker {
  const secrets: string[] = [];

  function text(value: string, longest = LONGEST_TEXT): string {
    let shown = value;
    for (const secret of secrets) shown = shown.replaceAll(secret, '[secret]');
    shown = shown.replace(/[^\s@"<>]{1,64}@[^\s@"<>]{1,255}/g, '[email]').replace(/(?<!\d)\d{9,13}(?!\d)/g, '[number]').replace(new RegExp(GROUPED_NUMBER, 'g'), '[number]');
    return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
  }

  const isCode = (value: string): boolean => /^(\[[a-z-]{1,20}\]|[\w.:/-]{0,64})$/.test(value) && !/^[A-Za-z0-9_-]{24,}$/.test(value);

  function trim(value: unknown, depth: number, from: 'us' | 'them'): unknown {
    if (typeof value === 'string') return from === 'us' || isCode(value) ? text(value) : `[text ${value.length}]`;
    if (typeof value === 'number') return text(String(value)) === String(value) ? value : '[number]';
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return '[deeper]';
    if (Array.isArray(value)) {
      const first = value.slice(0, MOST_ITEMS).map((item: unknown) => trim(item, depth + 1, from));
      return value.length > MOST_ITEMS ? [...first, `… ${value.length - MOST_ITEMS}`] : first;
    }
    const names = isRecord(value) ? Object.keys(value) : [];
    const shown = names.slice(0, MOST_FIELDS).map((name): [string, unknown] => [PLAIN_NAME.test(name) ? name : '[name]', trim((value as Record<string, unknown>)[name], depth + 1, from)]);
    return Object.fromEntries(names.length > MOST_FIELDS ? [...shown, ['…', names.length - MOST_FIELDS]] : shown);
  }

  return {
    hide(secret) {
      // Short ones would tear every text to pieces, and they stand nowhere but in fields that are marked.
      if (secret.length >= 4 && !secrets.includes(secret)) secrets.push(secret);
    },
    text,
    pointer: (value) => value.split('/').map((part) => (part === '' || PLAIN_NAME.test(part) || PLACE_IN_LIST.test(part) ? part : '[name]')).join('/'),
    body: (value, schema, from) => text(JSON.stringify(trim(maskPayload(contract, schema, value), 0, from)), LONGEST_BODY),
  };
}
