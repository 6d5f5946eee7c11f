/** Reading the portal's envelope: `error_code` as number or text, JSON inside text, result as list or object (fact sheet 2.3, 6.5). */
import { isRecord } from '../../src/contract/is-record.ts';
import { searchKey } from '../../src/model/text.ts';
import { ANSWER_RULES, SUCCESS_WORDS, type AnswerMeaning } from './answer-rules.ts';

export interface Envelope {
  /** `undefined`: there is none, or it is not a whole number */
  code: number | undefined;
  message: string | undefined;
  /** as received; `undefined` when the key is missing */
  result: unknown;
  /** the object that was read, unwrapped */
  body: Record<string, unknown>;
}

const DEEPEST = 3;
/** Longer texts are not searched for meaning: they are pages, not messages. */
const LONGEST_MESSAGE = 4_000;
const WHOLE = /^\s*[+-]?\d{1,9}\s*$/;


/** `0`, `"0"` and `"00"` are zero; "", null, false and [] are not, although Number() says so. */
export function errorCodeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return typeof value === 'string' && WHOLE.test(value) ? Number(value) : undefined;
}

/** Text that holds a JSON object, or a JSON text that holds one. */
function embedded(text: string, depth: number): Record<string, unknown> | undefined {
  const first = text.trimStart()[0];
  if ((first !== '{' && first !== '"') || depth > DEEPEST) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'string') return embedded(value, depth + 1);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The envelope of an answer body, unwrapping what is packed as text: the whole body, or a national answer inside `message`.
 * The inner answer rules when it has an error_code of its own; a failed outer one is never overruled by an inner success.
 * @returns `undefined` when there is no JSON object at all
 */
export function readEnvelope(body: unknown, depth = 0): Envelope | undefined {
  const outer = typeof body === 'string' ? embedded(body, depth) : body;
  if (!isRecord(outer)) return undefined;
  const code = errorCodeOf(outer['error_code']);
  const rawMessage = outer['message'];
  const inner = typeof rawMessage === 'string' && depth < DEEPEST ? embedded(rawMessage, depth + 1) : undefined;
  if (inner !== undefined && (code === 0 || code === undefined)) {
    const read = readEnvelope(inner, depth + 1);
    if (read !== undefined && (read.code !== undefined || read.result !== undefined)) {
      return { ...read, code: read.code ?? code };
    }
  }
  return {
    code,
    message: typeof rawMessage === 'string' ? rawMessage : undefined,
    result: Object.hasOwn(outer, 'result') ? outer['result'] : undefined,
    body: outer,
  };
}

/** What a message says, by the first rule that fits; `undefined` when none does. */
export function meaningOf(message: string | undefined): AnswerMeaning | undefined {
  if (message === undefined || message === '' || message.length > LONGEST_MESSAGE) return undefined;
  const key = searchKey(message);
  return ANSWER_RULES.find((rule) => rule.pattern.test(key) && rule.unless?.test(key) !== true)?.meaning;
}

/** Does the text claim success ("thành công") without negating it? */
export function claimsSuccess(message: string | undefined): boolean {
  if (message === undefined || message.length > LONGEST_MESSAGE) return false;
  const key = searchKey(message);
  return SUCCESS_WORDS.pattern.test(key) && !SUCCESS_WORDS.unless.test(key);
}

/** `result` as a list: an array, an object with `data`, one bare object, or nothing. `undefined` when there is no result to speak of. */
export function resultItems(result: unknown): Record<string, unknown>[] | undefined {
  const list = isRecord(result) && Object.hasOwn(result, 'data') ? result['data'] : result;
  if (Array.isArray(list)) return list.filter(isRecord);
  return isRecord(list) ? [list] : undefined;
}

/** A scalar of an answer as text: numbers come as such or as text; null, missing and objects are ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** A whole number of an answer, whichever way it is written. */
export function intOf(value: unknown): number | undefined {
  return errorCodeOf(value);
}

/** A list of an answer: null, missing and anything else are empty. */
export function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
