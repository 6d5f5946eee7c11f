/**
 * The callback's query as it came. Style 1C puts base64 into it without escaping the `+`, which every framework reads as a blank; the code is
 * spoilt then (fact sheet 1.3). So the query is read here, and only `%XX` is decoded.
 */
import { SignInError } from './sign-in-error.ts';

const LONGEST = 16_384;
const MOST = 50;
const unreadable = (vi: string, en: string): SignInError => new SignInError('LT-VNEID-LOGIN-CALLBACK', { vi, en });

/**
 * @param text the query, or a whole URL or path with one
 * @returns each parameter once; `+` stays `+`
 * @throws SignInError `LT-VNEID-LOGIN-CALLBACK`: too long, too many, wrongly escaped, or a parameter that comes twice
 */
export function readRawQuery(text: string): ReadonlyMap<string, string> {
  if (text.length > LONGEST) throw unreadable(`dài hơn ${LONGEST} ký tự`, `longer than ${LONGEST} characters`);
  const mark = text.indexOf('?');
  const query = (mark < 0 && !text.includes('=') ? '' : text.slice(mark + 1)).split('#', 1)[0] ?? '';
  const found = new Map<string, string>();
  const pairs = query.split('&').filter((pair) => pair !== '');
  if (pairs.length > MOST) throw unreadable(`hơn ${MOST} tham số`, `more than ${MOST} parameters`);
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    let name: string;
    let value: string;
    try {
      name = decodeURIComponent(at < 0 ? pair : pair.slice(0, at));
      value = at < 0 ? '' : decodeURIComponent(pair.slice(at + 1));
    } catch {
      throw unreadable('mã hóa phần trăm sai', 'wrong percent encoding');
    }
    // Which of the two a reader takes differs between systems: the other one may be what somebody else checked.
    if (found.has(name)) throw unreadable('một tham số lặp lại', 'a parameter comes twice');
    found.set(name, value);
  }
  return found;
}
