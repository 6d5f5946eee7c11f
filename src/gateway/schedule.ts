/**
 * The work that one process does for all: polls, retention, checkpoints, replays, alerts. It begins when this process comes to lead and
 * ends when it no longer does. A small runner: named tasks, each with its period, never twice at the same time.
 */
import type { Logger } from './log.ts';

export interface ScheduledTask {
  /** in logs and metrics */
  name: string;
  everyMs: number;
  /** Ends soon after the signal. What it throws is logged and counted; the next turn comes after the period. */
  run(signal: AbortSignal): Promise<unknown>;
}
/** Something that runs by itself for as long as this process leads, such as the polls. */
export interface Standing { start(): void; stop(): Promise<void> }

export interface ScheduleOptions {
  leads: () => boolean;
  tasks: readonly ScheduledTask[];
  /** made anew each time that leadership comes */
  standing?: readonly (() => Standing)[];
  logger: Logger;
  /** while true no task begins: what it did could not be written down */
  paused?: () => boolean;
  onFailure?: (task: string) => void;
  /** how often leadership is asked about, ms. @default 500 */
  tickMs?: number;
}
export interface Schedule {
  start(): void;
  /** waits for the tasks that run, which are told to end */
  stop(): Promise<void>;
  /** this process runs the tasks now */
  active(): boolean;
}

interface Term { abort: AbortController; timers: Set<NodeJS.Timeout>; running: Set<Promise<void>>; standing: Standing[] }

export function createSchedule(options: ScheduleOptions): Schedule {
  const { logger } = options;
  let term: Term | undefined;
  let ticker: NodeJS.Timeout | undefined;
  let changing: Promise<void> = Promise.resolve();
  let stopped = false;

  function turn(task: ScheduledTask, of: Term): void {
    const timer = setTimeout(() => {
      of.timers.delete(timer);
      const work = Promise.resolve()
        .then(() => (options.paused?.() === true ? undefined : task.run(of.abort.signal)))
        .catch((error: unknown) => {
          if (of.abort.signal.aborted) return;
          logger.error({ task: task.name, err: error }, 'scheduled task failed');
          options.onFailure?.(task.name);
        })
        .then(() => {
          of.running.delete(work);
          if (!of.abort.signal.aborted) turn(task, of);
        });
      of.running.add(work);
    }, task.everyMs);
    of.timers.add(timer);
  }

  function begin(): void {
    const fresh: Term = { abort: new AbortController(), timers: new Set(), running: new Set(), standing: (options.standing ?? []).map((make) => make()) };
    term = fresh;
    logger.info({}, 'schedules begin here');
    for (const one of fresh.standing) one.start();
    for (const task of options.tasks) turn(task, fresh);
  }

  async function end(): Promise<void> {
    const old = term;
    if (old === undefined) return;
    term = undefined;
    old.abort.abort();
    for (const timer of old.timers) clearTimeout(timer);
    logger.info({}, 'schedules end here');
    await Promise.allSettled([...old.running, ...old.standing.map((one) => one.stop())]);
  }

  /** One change after the other: a new term must not begin while the old one still winds up. */
  function look(): void {
    const leads = !stopped && options.leads();
    if (leads === (term !== undefined)) return;
    changing = changing.then(async () => {
      const still = !stopped && options.leads();
      if (still && term === undefined) begin();
      else if (!still) await end();
    });
  }

  return {
    start() {
      if (ticker !== undefined || stopped) return;
      look();
      ticker = setInterval(look, options.tickMs ?? 500);
    },
    async stop() {
      stopped = true;
      clearInterval(ticker);
      await changing;
      await end();
    },
    active: () => term !== undefined,
  };
}
