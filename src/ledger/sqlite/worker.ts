/**
 * The ledger's thread. Whatever has arrived while the last group was written is the next group, so one fsync serves many callers
 * under load and a lone caller waits for nobody.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { isLedgerError } from '../errors.ts';
import { Engine } from './engine.ts';
import type { TimedCall } from './engine.ts';
import type { StoreOptions } from './store.ts';
import { bodyLength } from '../flat-change.ts';
import type { CallBatch, FromWorker } from './wire.ts';

/** A group ends at this many calls, or characters of bodies and bytes of files: it bounds the wait of its first caller, and memory. */
const MOST_CALLS = 256;
const MOST_CHARS = 4 * 1024 * 1024;

if (parentPort === null) throw new Error('the ledger runs in a worker thread');
const port = parentPort;
const say = (message: FromWorker): void => { port.postMessage(message); };

function start(): Engine | undefined {
  try {
    const engine = new Engine(workerData as StoreOptions);
    say({ kind: 'ready' });
    return engine;
  } catch (e) {
    say({ kind: 'refused', failure: isLedgerError(e) ? { code: e.code, detail: e.detail?.en } : { code: 'LT-LEDGER-OPEN-FAILED', detail: e instanceof Error ? e.message : undefined } });
    return undefined;
  }
}

function serve(engine: Engine): void {
  let waiting: TimedCall[] = [];
  let scheduled = false;
  // The gateway's clock, as of its last word: what runs beside the calls has no time of its own.
  let latest = 0;

  const take = (batch: CallBatch): void => {
    latest = batch.at;
    for (const call of batch.calls) waiting.push({ at: batch.at, call });
  };

  const nextGroup = (): TimedCall[] => {
    let size = 0;
    let chars = 0;
    while (size < waiting.length && size < MOST_CALLS && chars < MOST_CHARS) {
      const call = waiting[size]?.call;
      if (call?.[1] === 'append') chars += bodyLength(call[2]);
      if (call?.[1] === 'keepFile') chars += call[2].content.byteLength;
      size += 1;
      // Closing waits for what came before it and for nothing behind it.
      if (call?.[1] === 'close') break;
    }
    const group = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return group;
  };

  const turn = (): void => {
    scheduled = false;
    for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) take(received.message as CallBatch);
    const group = nextGroup();
    const closing = group.at(-1)?.call[1] === 'close';
    const { appended, replies, notices } = engine.run(group);
    const beside = engine.background(latest);
    replies.push(...beside.replies);
    for (const notice of beside.notices) notices.add(notice);
    if (closing) engine.close();
    if (appended.length > 0 || replies.length > 0 || notices.size > 0) say({ kind: 'replies', appended, replies, notices: [...notices], broken: engine.broken });
    if (closing) port.close();
    else if (waiting.length > 0 || engine.hasBackgroundWork) schedule();
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };

  port.on('message', (batch: CallBatch) => {
    take(batch);
    schedule();
  });
}

const engine = start();
if (engine === undefined) port.close();
else serve(engine);
