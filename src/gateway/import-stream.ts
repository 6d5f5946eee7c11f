/**
 * An NDJSON import as a stream of results: one line in, one line out, in the order of the input. A bounded number of
 * lines is in work at any time. When the caller does not read the results, the window fills and no more input is read:
 * the pressure goes back through TCP to whoever sends.
 */
import { Readable } from 'node:stream';
import { LineSplitter, type Line } from './ndjson.ts';

/** What became of a line; `line` is put before it. */
export interface LineResult { status: string; [field: string]: unknown }

export interface ImportTotals {
  lines: number;
  results: Record<string, number>;
  complete: boolean;
  code?: string;
  /** where to go on after an import that is not complete: the first line of the input (from 1) that is not recorded for certain */
  nextLine: number;
}

/** What stands against reading on: `wait` for it to pass, or `stop` here. `code` is what an import that it ended says. */
export interface Pressure { then: 'wait' | 'stop'; code: string }

export interface ImportOptions {
  input: Readable;
  /** brings one line to its end; resolves only after it is durable */
  take: (line: Line) => Promise<LineResult>;
  /** lines in work at the same time */
  window: number;
  /** bytes */
  lineLimit: number;
  /** the stream is destroyed when nothing moves for this long */
  stallMs: number;
  /** asked before every line */
  pressure?: () => Pressure | undefined;
  onEnd: (totals: ImportTotals) => void;
}

/** A result with this status says that the ledger failed: reading on would only fail faster. */
const FATAL = 'failed';
const BATCH_CHARS = 32_768;
/** An import that is held back for longer than this had better come again. */
const LONGEST_WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 50;

interface Slot { text: string | undefined }

export interface Import {
  /** the result lines, ended by a `{"summary":…}` line */
  results: Readable;
  /** reads no further line; what is in work is finished and answered */
  stop(): void;
}

/** Starts reading at once. */
export function startImport(options: ImportOptions): Import {
  const slots: Slot[] = [];
  const totals: ImportTotals = { lines: 0, results: {}, complete: false, nextLine: 1 };
  let wanted = false;
  let scheduled = false;
  let ended = false;
  let closed = false;
  let fatal: string | undefined;
  let firstFailed: number | undefined;
  let pressedBy: string | undefined;
  let halted = false;
  let awaitingInput = false;
  let wakeReader: (() => void) | undefined;
  let movedAt = performance.now();

  const moved = (): void => {
    movedAt = performance.now();
  };
  const watchdog = setInterval(() => {
    if (performance.now() - movedAt > options.stallMs) out.destroy();
  }, Math.min(options.stallMs, 5000));
  watchdog.unref();

  const finish = (): void => {
    if (closed) return;
    closed = true;
    clearInterval(watchdog);
    wakeReader?.();
    options.onEnd(totals);
  };

  const out = new Readable({
    highWaterMark: 65_536,
    read() {
      wanted = true;
      moved();
      flush();
    },
    destroy(error, callback) {
      finish();
      callback(error);
    },
  });

  function flush(): void {
    scheduled = false;
    while (wanted && !closed) {
      let done = 0;
      let batch = '';
      while (done < slots.length && batch.length < BATCH_CHARS) {
        const text = slots[done]?.text;
        if (text === undefined) break;
        batch += text;
        done += 1;
      }
      if (done === 0) break;
      slots.splice(0, done);
      moved();
      wanted = out.push(batch);
      wakeReader?.();
    }
    if (ended && slots.length === 0 && wanted && !closed) {
      out.push(`${JSON.stringify({ summary: { lines: totals.lines, ...totals.results, complete: totals.complete, ...(totals.code === undefined ? {} : { code: totals.code }), ...(totals.complete ? {} : { nextLine: totals.nextLine }) } })}\n`);
      out.push(null);
      finish();
    }
  }

  // Results of one group commit arrive together: one flush for all of them.
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  function start(line: Line): void {
    const slot: Slot = { text: undefined };
    const { number } = line; // so that the closure below does not keep the line's bytes until its commit
    slots.push(slot);
    totals.lines += 1;
    if (firstFailed === undefined) totals.nextLine = number + 1;
    void options.take(line).then((result) => {
      totals.results[result.status] = (totals.results[result.status] ?? 0) + 1;
      if (result.status === FATAL) {
        fatal ??= typeof result['code'] === 'string' ? result['code'] : 'LT-GATEWAY-INTERNAL';
        if (firstFailed === undefined || number < firstFailed) totals.nextLine = firstFailed = number;
      }
      slot.text = `${JSON.stringify({ line: number, ...result })}\n`;
      moved();
      if (slots[0] === slot) schedule();
    });
  }

  const mustStop = (): boolean => closed || halted || fatal !== undefined;
  const full = (): boolean => slots.length >= options.window && !mustStop();

  /** Reads no further while the gateway is hard pressed. The sender feels it through TCP; what is in work is answered meanwhile. */
  async function easing(): Promise<void> {
    const until = performance.now() + Math.min(LONGEST_WAIT_MS, options.stallMs);
    for (let pressure = options.pressure?.(); pressure !== undefined && !mustStop(); pressure = options.pressure?.()) {
      if (pressure.then === 'stop' || performance.now() >= until) {
        pressedBy = pressure.code;
        return;
      }
      moved();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  function conclude(complete: boolean): void {
    if (ended) return;
    ended = true;
    totals.complete = complete && fatal === undefined;
    if (!totals.complete) totals.code = fatal ?? pressedBy ?? 'LT-GATEWAY-IMPORT-STOPPED';
    schedule();
  }

  async function read(): Promise<void> {
    const splitter = new LineSplitter(options.lineLimit);
    try {
      awaitingInput = true;
      // The socket must outlive an early stop: the results still go out on it.
      for await (const chunk of options.input.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        awaitingInput = false;
        moved();
        for (const line of splitter.push(chunk)) {
          while (full()) await new Promise<void>((resolve) => (wakeReader = resolve));
          if (options.pressure?.() !== undefined) await easing();
          if (mustStop() || pressedBy !== undefined) return conclude(false);
          start(line);
        }
        awaitingInput = true;
      }
      awaitingInput = false;
      if (mustStop()) return conclude(false);
      const last = splitter.end();
      if (last !== undefined) start(last);
      conclude(true);
    } catch {
      // The sender went away or broke the transfer coding. Half a line is not a line.
      conclude(false);
    }
  }
  void read();
  return {
    results: out,
    stop: () => {
      halted = true;
      wakeReader?.();
      if (awaitingInput) conclude(false);
    },
  };
}
