/** What a mock answers to a request that the upstream's document does not allow, when it was told to refuse. */
import type { SimulatorResponse } from '../../adapter/types.ts';
import { docsUrl, errorEntry } from '../../contract/errors/catalogue.ts';
import type { Issue } from '../../contract/errors/types.ts';

const CODE = 'LT-KIT-REQUEST-NOT-ALLOWED';

/** Problem details (RFC 9457) with every issue, in both languages. No part of the request is repeated. */
export function refusal(issues: readonly Issue[], acceptLanguage: string | undefined): SimulatorResponse {
  const { title, cause, action } = errorEntry(CODE) ?? { title: { vi: CODE, en: CODE }, cause: { vi: '', en: '' }, action: { vi: '', en: '' } };
  const language = /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'vi';
  return {
    status: 400,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: JSON.stringify({ type: docsUrl(CODE), title: title[language], status: 400, detail: `${cause[language]} ${action[language]}`, code: CODE, messages: title, issues }),
  };
}
