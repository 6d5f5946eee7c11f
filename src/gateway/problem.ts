/** Problem details (RFC 9457) from the error catalogue. */
import { docsUrl, errorEntry } from '../contract/errors/catalogue.ts';
import type { Issue, Text, WhoActs } from '../contract/errors/types.ts';

export type Language = 'vi' | 'en';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  who: WhoActs;
  requestId: string;
  messages: Text;
  issues?: Issue[];
  [extension: string]: unknown;
}

/** An error that already knows how it is told to the caller. Thrown anywhere in the gateway's handlers. */
export class ProblemError extends Error {
  override name = 'ProblemError' as const;
  readonly code: string;
  readonly issues: Issue[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string>;
  /** further members of the problem document */
  readonly extra: Record<string, unknown>;
  constructor(code: string, options: { issues?: Issue[]; retryAfterSeconds?: number; headers?: Record<string, string>; extra?: Record<string, unknown> } = {}) {
    super(code);
    this.code = code;
    this.issues = options.issues;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

/** HTTP status that the catalogue gives a code; 500 for one that has none. */
export const statusOf = (code: string): number => errorEntry(code)?.http ?? 500;

/**
 * The language that the caller reads: the first of vi and en in Accept-Language by weight, Vietnamese when neither is
 * asked for. Both languages are in `messages` in any case.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'vi';
  let best: Language = 'vi';
  let weight = 0;
  for (const part of acceptLanguage.slice(0, 200).split(',')) {
    const [tag = '', ...params] = part.trim().toLowerCase().split(';');
    const language = tag.split('-')[0];
    if (language !== 'vi' && language !== 'en') continue;
    const q = params.map((p) => /^\s*q=([0-9.]+)$/.exec(p)?.[1]).find((v) => v !== undefined);
    const value = q === undefined ? 1 : Number(q);
    if (value > weight) {
      best = language;
      weight = value;
    }
  }
  return best;
}

export interface ProblemContext { requestId: string; instance: string; language: Language; docsBase: string }

/** The document for one code. `detail` says the cause and what to do. */
export function problemOf(code: string, context: ProblemContext, issues?: Issue[], extra?: Record<string, unknown>): Problem {
  const entry = errorEntry(code) ?? errorEntry('LT-GATEWAY-INTERNAL');
  const say = (language: Language): string => (entry === undefined ? '' : `${entry.title[language]}. ${entry.cause[language]} ${entry.action[language]}`);
  return {
    type: context.docsBase + docsUrl(code),
    title: entry?.title[context.language] ?? code,
    status: entry?.http ?? 500,
    detail: entry === undefined ? '' : `${entry.cause[context.language]} ${entry.action[context.language]}`,
    instance: context.instance,
    code,
    who: entry?.who ?? 'vendor',
    requestId: context.requestId,
    messages: { vi: say('vi'), en: say('en') },
    ...(issues === undefined ? {} : { issues }),
    ...extra,
  };
}
