/** Talks to a running gateway: streams a file's lines to the import route and reads the result lines as they come. */
import { Readable } from 'node:stream';
import { CommandError, EXIT } from './output.ts';

export interface GatewayTarget { url: string; key?: string }
/** The last line: a number for each status that occurred, `complete: true` only when the whole file was taken, else the `code` of what ended it. */
export interface ImportSummary { lines: number; complete: boolean; code?: string; [status: string]: number | boolean | string | undefined }
/** One line of the answer, see the import route in the gateway's OpenAPI document. */
export interface ResultLine {
  line?: number;
  status?: string;
  code?: string;
  quarantineId?: number;
  issues?: { code: string; pointer?: string; message: { vi: string; en: string } }[];
  summary?: ImportSummary;
}

/** For an import that stops before its end: nothing is lost by starting it again. */
export const BROKEN_OFF = 'the gateway broke off before the end; send the same file again, what was taken is not taken twice / cổng ngắt giữa chừng; gửi lại đúng tệp này, phần đã nhận không bị nhận hai lần';

const headersFor = (target: GatewayTarget): Record<string, string> => (target.key === undefined ? {} : { authorization: `Bearer ${target.key}` });

export async function getJson<T>(target: GatewayTarget, path: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(path, target.url), { headers: headersFor(target) });
  } catch (error) {
    throw unreachable(target, error);
  }
  if (!response.ok) throw new CommandError(`${target.url}${path}: HTTP ${response.status} ${await response.text()}`, response.status === 401 || response.status === 403 ? EXIT.usage : EXIT.unavailable);
  return (await response.json()) as T;
}

/**
 * @param source whose own shape the lines have; undefined: canonical
 * @param lines text with or without line ends; pulled only as fast as the gateway takes them
 * @throws CommandError when the gateway cannot be reached or breaks off
 */
export async function* importLines(target: GatewayTarget, source: string | undefined, lines: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): AsyncGenerator<ResultLine> {
  let response: Response;
  try {
    response = await fetch(new URL(`/v1/dossiers:import${source === undefined ? '' : `?source=${encodeURIComponent(source)}`}`, target.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...headersFor(target) },
      body: Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
  } catch (error) {
    throw unreachable(target, error);
  }
  if (!response.ok || response.body === null) throw new CommandError(`import refused: HTTP ${response.status} ${await response.text()}`, response.status === 429 || response.status >= 500 ? EXIT.unavailable : EXIT.usage);
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of untilBroken(response.body)) {
    rest += decoder.decode(chunk, { stream: true });
    let end = rest.indexOf('\n');
    while (end >= 0) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (line !== '') yield JSON.parse(line) as ResultLine;
      end = rest.indexOf('\n');
    }
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as ResultLine;
}

async function* untilBroken(body: ReadableStream): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw new CommandError(`${BROKEN_OFF}: ${causeOf(error)}`, EXIT.unavailable);
  }
}

const causeOf = (error: unknown): string => (error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error));

function unreachable(target: GatewayTarget, error: unknown): CommandError {
  return new CommandError(`the gateway at ${target.url} cannot be reached / không kết nối được cổng: ${causeOf(error)}`, EXIT.unavailable);
}
