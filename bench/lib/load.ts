/** A closed-loop load generator: so many connections, each sends the next request when the last was answered. */
import { request as httpRequest } from 'node:http';
import { Pool } from 'undici';

export interface LoadResult { perSecond: number; p50: number; p99: number; max: number; failed: number; requests: number }

export async function load(url: string, path: string, bodies: Iterator<string>, options: { connections: number; requests: number; headers?: Record<string, string> }): Promise<LoadResult> {
  const pool = new Pool(url, { connections: options.connections, pipelining: 1 });
  const latencies: number[] = [];
  let failed = 0;
  let left = options.requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const next = bodies.next();
      if (next.done === true) return;
      const started = performance.now();
      const answer = await pool.request({ method: 'POST', path, headers: { 'content-type': 'application/json', ...options.headers }, body: next.value });
      await answer.body.dump();
      latencies.push(performance.now() - started);
      if (answer.statusCode >= 300) failed += 1;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: options.connections }, worker));
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return { ...summarise(latencies, seconds), failed };
}

/** An open-loop load: so many requests each second whatever the answers take; the time counts from when a request was due. */
export async function steady(url: string, path: string, bodies: readonly string[], perSecond: number): Promise<LoadResult> {
  const pool = new Pool(url, { connections: 64, pipelining: 1 });
  const latencies: number[] = [];
  let failed = 0;
  const started = performance.now();
  const calls: Promise<void>[] = [];
  for (const [i, body] of bodies.entries()) {
    const due = started + (i * 1000) / perSecond;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    calls.push(pool.request({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body }).then(async (answer) => {
      await answer.body.dump();
      latencies.push(performance.now() - due);
      if (answer.statusCode >= 300) failed += 1;
    }));
  }
  await Promise.all(calls);
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return { ...summarise(latencies, seconds), failed };
}

function summarise(latencies: number[], seconds: number): Omit<LoadResult, 'failed'> {
  latencies.sort((a, b) => a - b);
  const at = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? Number.NaN;
  return { perSecond: latencies.length / seconds, p50: at(0.5), p99: at(0.99), max: at(1), requests: latencies.length };
}

/** Sends a file to the import route in one write and keeps only the end of the answer, so that the sender costs little. */
export function sendFile(url: string, path: string, file: Buffer): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson', 'content-length': file.length } }, (answer) => {
      let tail = Buffer.alloc(0);
      answer.on('data', (chunk: Buffer) => (tail = Buffer.concat([tail.subarray(-1024), chunk])));
      answer.on('error', reject);
      answer.on('end', () => {
        const last = tail.toString('utf8').trimEnd().split('\n').at(-1) ?? '';
        resolve((JSON.parse(last) as { summary: Record<string, number> }).summary);
      });
    });
    sending.on('error', reject);
    sending.end(file);
  });
}
