/**
 * The form of a recording: NDJSON, one exchange on each line. What stands in it has been through the pseudonymiser: the lines are
 * made by a `Recorder`, never by hand.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isRecord } from '../../contract/is-record.ts';

/** A later form that older code would misread gets another number. */
export const RECORDING_VERSION = 1;

/** Why a body is not in the recording as text. `size` in bytes, `hash` as hexadecimal digits, keyed by the recording's key; '' where the body was not held. */
export interface OmittedBody { omitted: 'binary' | 'unreadable' | 'too-large'; contentType: string; size: number; hash: string }
/** Text, or what is known of a body whose text may not be kept. */
export type RecordedBody = string | OmittedBody;

export interface RecordedRequest {
  /** upper case */
  method: string;
  /** without the query */
  path: string;
  /** as on the wire, without the question mark; '' when there is none */
  query: string;
  /** names in lower case; credentials are dropped */
  headers: Record<string, string>;
  body: RecordedBody;
}
export interface RecordedResponse { status: number; headers: Record<string, string>; body: RecordedBody }

/** One line of a recording. */
export interface RecordedExchange {
  v: typeof RECORDING_VERSION;
  /** from 1, in the order in which the exchanges ended */
  seq: number;
  /** when the request came, ISO 8601 in UTC */
  at: string;
  /** id of the adapter whose contract says what is personal: `dvcqg` */
  upstream: string;
  request: RecordedRequest;
  /** exactly one of `response` and `failure` is there */
  response?: RecordedResponse;
  /** nothing was answered: the words of `WireResult` */
  failure?: { sent: 'before' | 'after'; code: string };
  durationMs: number;
}

/** A body as it went by; only its size in bytes where it was too large to be held. */
export type RawBody = string | Buffer | { tooLarge: number };

/** An exchange as it went over the wire, before anything is replaced. Never kept. */
export interface RawExchange {
  /** ms since epoch */
  at: number;
  request: { method: string; /** path and query as on the wire */ url: string; headers: Readonly<Record<string, string>>; body: RawBody };
  response?: { status: number; headers: Readonly<Record<string, string>>; body: RawBody };
  failure?: { sent: 'before' | 'after'; code: string };
  durationMs: number;
}

export interface RecorderStatistics {
  recorded: number;
  /** exchanges that are not in the recording: they could not be read safely, or could not be written */
  skipped: number;
  /** values that were replaced, by kind */
  replaced: Readonly<Record<string, number>>;
}

/** Takes exchanges, replaces what is personal, and writes the rest. */
export interface Recorder {
  /** Returns at once and never throws: a recording that fails must not disturb what it records. See `onProblem` of `createRecorder`. */
  record(exchange: RawExchange): void;
  statistics(): RecorderStatistics;
  /** Writes what waits, looks a last time for values that were recognised late, and closes the file. */
  close(): Promise<RecorderStatistics>;
}

/** Longest line that is read. A body is bounded by the recorder long before. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** A line that is no exchange of this version. The message names the line, never its text. */
export class RecordingError extends Error {
  override name = 'RecordingError' as const;
}

const isBody = (value: unknown): boolean => typeof value === 'string' || (isRecord(value) && typeof value['omitted'] === 'string');
const isHeaders = (value: unknown): boolean => isRecord(value) && Object.values(value).every((v) => typeof v === 'string');

function isExchange(value: unknown): value is RecordedExchange {
  if (!isRecord(value) || value['v'] !== RECORDING_VERSION || typeof value['seq'] !== 'number' || typeof value['upstream'] !== 'string') return false;
  const { request, response, failure } = value;
  if (!isRecord(request) || typeof request['method'] !== 'string' || typeof request['path'] !== 'string' || typeof request['query'] !== 'string') return false;
  if (!isHeaders(request['headers']) || !isBody(request['body'])) return false;
  if (isRecord(response)) return typeof response['status'] === 'number' && isHeaders(response['headers']) && isBody(response['body']);
  return isRecord(failure) && (failure['sent'] === 'before' || failure['sent'] === 'after') && typeof failure['code'] === 'string';
}

/** @param line one line of a recording. @throws RecordingError when it is none of this version */
export function parseExchange(line: string, number: number): RecordedExchange {
  if (line.length > LONGEST_LINE) throw new RecordingError(`line ${number} is too long / dòng ${number} quá dài`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new RecordingError(`line ${number} is not JSON / dòng ${number} không phải JSON`);
  }
  if (!isExchange(value)) throw new RecordingError(`line ${number} is no exchange of version ${RECORDING_VERSION} / dòng ${number} không phải lượt trao đổi phiên bản ${RECORDING_VERSION}`);
  return value;
}

/**
 * The exchanges of a recording, one after another, in bounded memory.
 * @throws RecordingError for a line that is none; what opening the file failed with
 */
export async function* readRecording(file: string): AsyncGenerator<RecordedExchange, void, undefined> {
  const stream = createReadStream(file, 'utf8');
  let number = 0;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      number += 1;
      if (line.trim() !== '') yield parseExchange(line, number);
    }
  } finally {
    stream.destroy();
  }
}
