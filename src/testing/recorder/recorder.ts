/** Takes exchanges off whoever has them, makes them safe behind their backs, and writes them to a file. */
import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Contract } from '../../contract/openapi.ts';
import { createPseudonymiser } from './pseudonymise.ts';
import { readRecording, type RawBody, type RawExchange, type RecordedExchange, type Recorder, type RecorderStatistics } from './recording.ts';

export interface RecorderOptions {
  /** where the recording goes, NDJSON; must not be there yet */
  file: string;
  /** id of the adapter that the exchanges belong to */
  upstream: string;
  /** its contract, which says what is personal (`contractOf`); absent: everything is judged by its name and its form */
  contract?: Contract | undefined;
  /** 32 bytes; the same key gives the same invented values in several recordings. Absent: drawn at random and forgotten at the end */
  key?: Buffer;
  /** told of everything that keeps an exchange out of the recording; never with its content */
  onProblem?: (problem: RecorderProblem) => void;
  maxBodyBytes?: number;
  now?: () => number;
}
/** `unsafe`: could not be read, so it is not kept. `behind`: more came than could be worked off. `file`: writing failed, nothing more is recorded. */
export interface RecorderProblem { kind: 'unsafe' | 'behind' | 'file'; error?: string }

/** Exchanges that are kept back, so that a name that is recognised soon after is replaced in them before they are written. */
const HELD = 500;
const HELD_BYTES = 16 * 1024 * 1024;
/** What may wait to be made safe. */
const WAITING = 2_000;
const WAITING_BYTES = 128 * 1024 * 1024;
const KEY_BYTES = 32;

const sizeOf = (body: RawBody | undefined): number => (typeof body === 'string' || Buffer.isBuffer(body) ? body.length : 0);

/**
 * @throws TypeError for a key of another length; what opening the file failed with.
 * While it runs, the file is called `<file>.part`; it gets its name when it is closed, after a last look at every line.
 */
export async function createRecorder(options: RecorderOptions): Promise<Recorder> {
  const { file, onProblem = () => undefined } = options;
  if (await stat(file).then(() => true, () => false)) throw new Error(`${file} is there already / đã có tệp này`);
  const part = `${file}.part`;
  const pseudonymiser = createPseudonymiser({
    upstream: options.upstream, contract: options.contract, key: options.key ?? randomBytes(KEY_BYTES),
    ...(options.maxBodyBytes === undefined ? {} : { maxBodyBytes: options.maxBodyBytes }), ...(options.now === undefined ? {} : { now: options.now }),
  });
  const stream = createWriteStream(part, { mode: 0o600 });
  await once(stream, 'open');

  const waiting: RawExchange[] = [];
  let waitingBytes = 0;
  const held: { exchange: RecordedExchange; bytes: number }[] = [];
  let heldBytes = 0;
  let seq = 0;
  let written = 0;
  let skipped = 0;
  let broken = false;
  let ended: Promise<RecorderStatistics> | undefined;
  let turn: NodeJS.Immediate | undefined;

  const broke = (error: unknown): void => {
    if (!broken) onProblem({ kind: 'file', error: error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown' });
    broken = true;
  };
  stream.on('error', broke);

  function takeOne(): void {
    const raw = waiting.shift();
    if (raw === undefined) return;
    waitingBytes -= sizeOf(raw.request.body) + sizeOf(raw.response?.body);
    try {
      const exchange: RecordedExchange = { ...pseudonymiser.exchange(raw), seq: seq + 1 };
      seq += 1;
      const bytes = sizeOf(typeof exchange.request.body === 'string' ? exchange.request.body : '') + sizeOf(typeof exchange.response?.body === 'string' ? exchange.response.body : '');
      held.push({ exchange, bytes });
      heldBytes += bytes;
    } catch (error) {
      // Whatever it was: what could not be made safe is not kept.
      skipped += 1;
      onProblem({ kind: 'unsafe', error: error instanceof Error ? error.name : 'unknown' });
    }
    while (held.length > HELD || heldBytes > HELD_BYTES) letGo();
  }

  function letGo(): void {
    const first = held.shift();
    if (first === undefined) return;
    heldBytes -= first.bytes;
    if (broken) {
      skipped += 1;
      return;
    }
    stream.write(`${JSON.stringify(pseudonymiser.sweep(first.exchange))}\n`);
    written += 1;
  }

  /** One exchange in each turn of the loop: whoever is recorded goes on between two of them. */
  function work(): void {
    turn = undefined;
    takeOne();
    if (waiting.length === 0) return;
    // A disk that is slower than the wire is waited for here, where the wire does not notice; `behind` tells when it is too slow.
    if (stream.writableNeedDrain && !broken) stream.once('drain', work);
    else turn = setImmediate(work);
  }

  /** Lines that went out before a value was recognised are looked at once more, and only then does the file get its name. */
  async function lookAgain(): Promise<void> {
    const clean = `${part}.clean`;
    const out = createWriteStream(clean, { mode: 0o600 });
    for await (const exchange of readRecording(part)) await put(out, `${JSON.stringify(pseudonymiser.sweep(exchange))}\n`);
    out.end();
    await finished(out);
    await rename(clean, file);
    await rm(part);
  }

  async function end(): Promise<RecorderStatistics> {
    clearImmediate(turn);
    while (waiting.length > 0) takeOne();
    const early = written > 0;
    while (held.length > 0) letGo();
    stream.end();
    await finished(stream).catch(broke);
    if (!broken) await (early ? lookAgain() : rename(part, file)).catch(broke);
    return statistics();
  }

  const statistics = (): RecorderStatistics => ({ recorded: broken ? written : seq, skipped, replaced: { ...pseudonymiser.counts } });

  return {
    record(exchange) {
      if (ended !== undefined || broken) {
        skipped += 1;
        return;
      }
      const bytes = sizeOf(exchange.request.body) + sizeOf(exchange.response?.body);
      if (waiting.length >= WAITING || waitingBytes + bytes > WAITING_BYTES) {
        skipped += 1;
        onProblem({ kind: 'behind' });
        return;
      }
      waiting.push(exchange);
      waitingBytes += bytes;
      if (waiting.length === 1) turn = setImmediate(work);
    },
    statistics,
    close: () => (ended ??= end()),
  };
}

async function put(out: WriteStream, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain');
}
