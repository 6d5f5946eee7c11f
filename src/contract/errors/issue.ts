import { errorEntry } from './catalogue.ts';
import type { Issue, Text } from './types.ts';

/** What is said of a code that no area declares. It should never be seen: a test refuses undeclared codes in the source. */
const UNDECLARED: Text = { vi: 'Lỗi chưa được mô tả trong danh mục', en: 'An error that the catalogue does not describe' };

/**
 * Makes an issue: the code's title from the catalogue, followed by the detail.
 * @param pointer JSON pointer into what the caller sent; '' is the whole of it, absent means that it points nowhere
 * @param detail one sentence for both languages, or one for each. Never an offending value: it may be personal data
 */
export function issue(code: string, pointer?: string, detail?: Partial<Text> | string, severity?: 'error' | 'warning'): Issue {
  const title = errorEntry(code)?.title ?? UNDECLARED;
  const vi = typeof detail === 'string' ? detail : (detail?.vi ?? detail?.en);
  const en = typeof detail === 'string' ? detail : (detail?.en ?? detail?.vi);
  return {
    code,
    ...(pointer === undefined ? {} : { pointer }),
    message: { vi: vi ? `${title.vi}: ${vi}` : title.vi, en: en ? `${title.en}: ${en}` : title.en },
    ...(severity === undefined ? {} : { severity }),
  };
}
