/** The demo's other systems: each simulator in a process of its own, as the real one would be. It ends when we do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError, EXIT } from './output.ts';

export interface MockFacts { upstream: string; url: string; seed: string; accounts?: { username: string; password: string }[]; settings?: Record<string, unknown> }
export interface MockProcess { child: ChildProcess; facts: MockFacts }

/** @param options as `lienthong mock` takes them */
export async function startMock(id: string, options: readonly string[]): Promise<MockProcess> {
  const main = process.argv[1];
  if (main === undefined) throw new CommandError('cannot find the command to start the simulator with', EXIT.unavailable);
  const child = spawn(process.execPath, [main, 'mock', id, '--json', '--no-validation', ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new CommandError(`the simulator of ${id} ended at once (exit ${String(code)})`, EXIT.unavailable)));
  });
  return { child, facts: JSON.parse(line) as MockFacts };
}

/** Until a gateway takes work: on a busy machine it asks for patience, as any sender has to have it. After a minute whoever sends is told why it does not. */
export async function untilReady(gateway: string): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(200)) if ((await fetch(`${gateway}/readyz`)).ok) return;
}

/** One call of a simulator's admin API. @throws CommandError with its words when it refuses */
export async function tellMock(url: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/__admin/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new CommandError(`the simulator refused ${path}: ${await answer.text()}`, EXIT.unavailable);
  return answer.json();
}

/** What it has counted, what its clock shows, how many calls it got, and how many of its own wait. */
export async function askMock(url: string): Promise<{ now: number; summary: Record<string, number>; exchanges: number; callbacks: { made: number; waiting: number } }> {
  return (await (await fetch(`${url}/__admin/summary`)).json()) as never;
}

/** Lines of an admin list. */
export async function readLines<T>(url: string): Promise<T[]> {
  const text = await (await fetch(url)).text();
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** A list that comes in pages, entry by entry. */
export async function* readPages<T extends { seq: number }>(url: string, after = 0): AsyncGenerator<T> {
  for (let last = after; ;) {
    const page = await readLines<T>(`${url}&after=${last}`);
    if (page.length === 0) return;
    for (const entry of page) yield entry;
    last = page.at(-1)?.seq ?? last;
  }
}
