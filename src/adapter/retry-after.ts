/** How long an upstream asks to be left alone (RFC 9110, 10.2.3). */

const LONGEST_SECONDS = 24 * 3600;

/**
 * Retry-After in milliseconds, at most a day: a mistyped header must not silence an upstream for years.
 * Only whole seconds count. A date is ignored: adapters have no clock, and the delivery room's own pause is as good.
 * @param headers names in lower case
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Math.min(Number(text), LONGEST_SECONDS) * 1000;
}
