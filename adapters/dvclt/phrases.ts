/** What answers say in words, as data: the first rule that matches counts (fact sheet 3.2, 3.5, 3.7). */
import { isRecord } from '../../src/contract/is-record.ts';
import { toNfc } from '../../src/model/text.ts';

/** `done`: it stands as it should · `gone`: DVCLT has ended it its own way, nothing more to do · `order`: an earlier event is missing · `retry` · `failed` */
export type Meaning = 'done' | 'gone' | 'order' | 'retry' | 'failed';
export interface PhraseRule { says: string; means: Meaning }

/**
 * Answers to K7. Rules that deny stand first. The rule with "Không thể" is compared in lower case here: at the source it has a capital letter and can
 * never match. What no rule knows is tried again, a bounded number of times.
 */
export const STATUS_RULES: readonly PhraseRule[] = [
  { says: 'logic xử lý không hợp lệ', means: 'failed' },
  { says: 'chưa được gửi không thể cập nhật trạng thái', means: 'order' },
  { says: 'chưa cập nhật trạng thái', means: 'order' },
  { says: 'có lỗi trong quá trình thêm mới', means: 'retry' },
  { says: 'client received soap fault', means: 'retry' },
  { says: 'server error', means: 'retry' },
  { says: 'bị từ chối. không thể cập nhật trạng thái', means: 'gone' },
  { says: 'đã có kết quả xử lý. không thể', means: 'gone' },
  { says: 'đã tồn tại trong một cửa điện tử', means: 'done' },
  { says: 'đã trả kết quả, không được cập nhật trạng thái', means: 'gone' },
  { says: 'đã hoàn thành đăng ký, không được cập nhật trạng thái', means: 'gone' },
  { says: 'không tồn tại', means: 'gone' },
  { says: 'thành công', means: 'done' },
];
export const ACKNOWLEDGED = 'cập nhật thành công';
export const ALREADY_RECEIVED = 'đã được tiếp nhận';

export const folded = (text: string): string => toNfc(text).toLowerCase().replace(/\s+/g, ' ');
const NEGATIONS = ['không ', 'chưa ', 'chưa thể ', 'không thể '];
/** A denial anywhere before it in its own sentence. */
const DENIED = /(?<![\p{L}\p{N}])(?:không|chưa|chẳng)(?![\p{L}\p{N}])[^.,;:!?]*$/u;
const SUCCESS = 'thành công';
/** Between the texts of one answer. */
const APART = '\u001e';

/**
 * Is the phrase said, and not denied? `không thành công` does not say `thành công`, nor does `Không thể cập nhật trạng thái thành công`. Of other phrases only a
 * denial right before them counts: `Không thể nhận, hồ sơ đã được tiếp nhận` says that it was taken.
 */
export function says(text: string, phrase: string): boolean {
  const wanted = folded(phrase);
  // Each text of an answer on its own: a denial in one is none in the next.
  return text.split(APART).some((line) => {
    const within = folded(line);
    for (let at = within.indexOf(wanted); at !== -1; at = within.indexOf(wanted, at + 1)) {
      const before = within.slice(Math.max(0, at - 500), at);
      if (!NEGATIONS.some((word) => before.endsWith(word)) && !(wanted.endsWith(SUCCESS) && DENIED.test(before))) return true;
    }
    return false;
  });
}

export const meaningOf = (text: string, rules: readonly PhraseRule[]): Meaning | undefined => rules.find((rule) => says(text, rule.says))?.means;

const DEEPEST = 6;
/** What was sent, said back (2025): a citizen's words in it are no answer. */
const ECHO = 'inputSend';
/** Every text of the answer itself, as one: JSON writes Vietnamese letters as \u escapes at will, so that its own text cannot be searched. */
export function wordsOf(body: unknown, text: string): string {
  if (body === undefined) return text;
  const found: string[] = [];
  const gather = (value: unknown, depth: number): void => {
    if (typeof value === 'string') found.push(value);
    else if (depth < DEEPEST && Array.isArray(value)) for (const one of value) gather(one, depth + 1);
    else if (depth < DEEPEST && isRecord(value)) for (const [name, one] of Object.entries(value)) if (name !== ECHO) gather(one, depth + 1);
  };
  gather(body, 0);
  return found.join(APART);
}
