/** Calls the operator's API of a running gateway, and tells its refusals in both languages. */
import { endOfLocalDay, startOfLocalDay } from '../model/time.ts';
import { CommandError, EXIT } from './output.ts';

/** Options of every command that speaks to a running gateway. */
export interface ApiOptions { to: string; keyEnv: string; json?: boolean }

interface Problem { code?: string; messages?: { vi: string; en: string }; issues?: { code: string; pointer?: string; message: { vi: string; en: string } }[] }

/**
 * @param read what is made of a good answer; JSON when absent
 * @throws CommandError: exit code 3 when the gateway cannot be reached or is not able to, 1 when what is asked cannot be done as things
 * stand (409), 2 for anything else that it refuses
 */
export async function callGateway<T>(options: ApiOptions, method: 'GET' | 'POST', path: string, body?: unknown, read: (response: Response) => Promise<T> = async (response) => (await response.json()) as T): Promise<T> {
  const key = process.env[options.keyEnv];
  const headers = { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  let response: Response;
  try {
    response = await fetch(new URL(path, options.to), { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CommandError(`the gateway at ${options.to} cannot be reached / không kết nối được cổng: ${why}`, EXIT.unavailable);
  }
  if (response.ok) return read(response);
  throw new CommandError(`HTTP ${response.status} ${refusal(await response.text())}`, exitCodeOf(response.status));
}

function exitCodeOf(status: number): number {
  if (status === 409) return EXIT.findings;
  return status === 429 || status === 421 || status >= 500 ? EXIT.unavailable : EXIT.usage;
}

function refusal(text: string): string {
  try {
    const { code, messages, issues } = JSON.parse(text) as Problem;
    if (code === undefined || messages === undefined) return text;
    const details = (issues ?? []).map((i) => `\n  ${i.code} ${i.pointer ?? ''} ${i.message.vi} / ${i.message.en}`);
    return `${code}\n  ${messages.vi}\n  ${messages.en}${details.join('')}`;
  } catch {
    return text;
  }
}

/** `?a=1&b=2` of what is given. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return given.length === 0 ? '' : `?${given.join('&')}`;
}

const UNIT_MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };

/** `30m`, `8h`, `2d` as minutes. */
export function minutesOf(text: string, option: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,5}(?:\.\d{1,2})?)([mhd])$/.exec(text) ?? [];
  const minutes = Number(amount) * (UNIT_MINUTES[unit] ?? 0);
  if (minutes <= 0) throw new CommandError(`${option}: '${text}'; 30m, 8h, 2d`, EXIT.usage);
  return minutes;
}

/** An instant as it is; a day of Vietnam (2026-03-01) as its first or its last moment. */
export function momentOf(text: string, of: 'start' | 'end'): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  return (of === 'start' ? startOfLocalDay(text) : endOfLocalDay(text)) ?? text;
}

export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
export const print = (...lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
/** Where there is another page. */
export const more = (next: number | null): string[] => (next === null ? [] : [`… --after ${next}`]);
