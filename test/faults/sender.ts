/**
 * The system that sends changes, as it should be written: it sends to whichever gateway answers, and again what was not
 * acknowledged. It also sends again what was, and holds the gateways to their word: the same line is the same event for ever.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultLine } from '../../src/cli/ndjson-client.ts';
import type { Random } from '../../src/testing/index.ts';

export interface SenderOptions {
  lines: readonly string[];
  /** where to send; undefined while nobody answers there */
  targets: readonly (() => string | undefined)[];
  random: Random;
  /** new lines are let go at this pace, so that the input lasts as long as the faults do */
  perSecond: number;
}
export interface Sender {
  /** every line is acknowledged */
  done: Promise<void>;
  /** gives up what is not acknowledged yet */
  stop(): void;
  /** by line: the event that its acknowledgement named */
  acknowledged: ReadonlyMap<number, string>;
  /** what must not be: a changed answer, a refused line */
  violations: readonly string[];
  /** requests that brought no answer for all their lines, those of them that were told to come later, lines that were sent again although they were acknowledged, lines sent again because they were not */
  figures: { brokenOff: number; shed: number; repeated: number; resent: number };
}

const TAKEN = new Set(['accepted', 'duplicate', 'stale']);
const MOST_LINES = 60;
/** A gateway that does not answer for so long is left. */
const PATIENCE_MS = 12_000;

export function startSender({ lines, targets, random, perSecond }: SenderOptions): Sender {
  const acknowledged = new Map<number, string>();
  const acceptedOnce = new Set<number>();
  const violations: string[] = [];
  const figures = { brokenOff: 0, shed: 0, repeated: 0, resent: 0 };
  const began = performance.now();
  const again: number[] = [];
  let fresh = 0;
  let stopped = false;

  const released = (): number => Math.min(lines.length, Math.floor(((performance.now() - began) / 1000) * perSecond));
  const isOver = (): boolean => stopped || acknowledged.size === lines.length;

  function next(): number[] {
    const batch = again.splice(0, MOST_LINES);
    figures.resent += batch.length;
    const until = Math.min(released(), fresh + MOST_LINES - batch.length);
    while (fresh < until) batch.push(fresh++);
    if (batch.length > 0 && random.next() < 0.5 && acknowledged.size > 0) {
      const known = [...acknowledged.keys()].slice(-200);
      for (let i = 0; i < 5; i += 1) batch.push(random.pick(known));
    }
    return batch;
  }

  function take(line: number, wasKnown: boolean, result: ResultLine): boolean {
    const { status = '', eventId } = result as ResultLine & { eventId?: string };
    if (!TAKEN.has(status) || eventId === undefined) {
      if (status === 'quarantined' || status === 'conflict') violations.push(`line ${line} was refused: ${JSON.stringify(result).slice(0, 500)}`);
      return false;
    }
    const before = acknowledged.get(line);
    if (before !== undefined && before !== eventId) violations.push(`line ${line} was acknowledged as ${before} and then as ${eventId}`);
    if (wasKnown) {
      figures.repeated += 1;
      if (status !== 'duplicate') violations.push(`line ${line} was acknowledged as ${before ?? '?'}, and later sent again it was ${status}`);
    }
    if (status !== 'duplicate') {
      if (acceptedOnce.has(line)) violations.push(`line ${line} was taken as new twice`);
      acceptedOnce.add(line);
    }
    acknowledged.set(line, eventId);
    return true;
  }

  async function send(url: string, batch: readonly number[]): Promise<void> {
    const known = batch.map((line) => acknowledged.has(line));
    let answered = 0;
    try {
      const response = await fetch(`${url}/v1/dossiers:import?source=opencps`, {
        method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: batch.map((line) => `${lines[line] ?? ''}\n`).join(''), signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (response.ok && response.body !== null) {
        let rest = '';
        for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
          rest += piece;
          const texts = rest.split('\n');
          rest = texts.pop() ?? '';
          for (const text of texts) {
            const result = JSON.parse(text) as ResultLine;
            const line = batch[answered];
            if (result.summary !== undefined || line === undefined) continue;
            if (!take(line, known[answered] === true, result)) again.push(line);
            answered += 1;
          }
        }
      } else {
        const text = await response.text();
        if (response.status < 429) violations.push(`an import was answered with ${response.status}: ${text.slice(0, 500)}`);
        else figures.shed += 1;
      }
    } catch {
      // What a sender sees of a gateway that dies, hangs or is cut off.
    }
    if (answered < batch.length) {
      figures.brokenOff += 1;
      again.push(...batch.slice(answered).filter((line) => !acknowledged.has(line)));
      await sleep(50);
    }
  }

  async function feed(target: () => string | undefined): Promise<void> {
    while (!isOver()) {
      const url = target();
      const batch = url === undefined ? [] : next();
      if (url === undefined || batch.length === 0) await sleep(20);
      else await send(url, batch);
    }
  }

  return { done: Promise.all(targets.map(feed)).then(() => undefined), stop: () => { stopped = true; }, acknowledged, violations, figures };
}
