import { afterEach, describe, expect, it } from 'vitest';
import { createSchedule, type Schedule, type ScheduledTask, type Standing } from '../../src/gateway/schedule.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { quiet } from './fixtures.ts';

let schedule: Schedule | undefined;
afterEach(async () => schedule?.stop());

interface Scene { leads: boolean; paused: boolean; failures: string[]; began: number; ended: number }
function begin(tasks: ScheduledTask[], scene: Partial<Scene> = {}): Scene {
  const state: Scene = { leads: true, paused: false, failures: [], began: 0, ended: 0, ...scene };
  const standing = (): Standing => ({ start: () => void (state.began += 1), stop: async () => void (state.ended += 1) });
  schedule = createSchedule({ leads: () => state.leads, paused: () => state.paused, tasks, standing: [standing], logger: quiet, onFailure: (task) => state.failures.push(task), tickMs: 5 });
  schedule.start();
  return state;
}

describe('the schedule', () => {
  it('runs each task again and again, never twice at once, and a failure costs one turn only', async () => {
    let at = 0;
    let most = 0;
    let turns = 0;
    const slow: ScheduledTask = { name: 'slow', everyMs: 1, async run() {
      at += 1;
      most = Math.max(most, at);
      await new Promise((resolve) => setTimeout(resolve, 5));
      at -= 1;
    } };
    const failing: ScheduledTask = { name: 'failing', everyMs: 1, run() {
      turns += 1;
      throw new Error('this once');
    } };
    const { failures } = begin([slow, failing]);
    await waitFor(() => turns >= 3);
    expect(most).toBe(1);
    expect(new Set(failures)).toEqual(new Set(['failing']));
  });

  it('begins when this process comes to lead and ends when it does not any more', async () => {
    let turns = 0;
    const scene = begin([{ name: 'count', everyMs: 1, run: async () => (turns += 1) }], { leads: false });
    expect(schedule?.active()).toBe(false);
    scene.leads = true;
    await waitFor(() => turns >= 2);
    expect(scene.began).toBe(1);
    scene.leads = false;
    await waitFor(() => scene.ended === 1);
    const then = turns;
    scene.leads = true;
    await waitFor(() => turns > then);
    expect([scene.began, scene.ended]).toEqual([2, 1]);
  });

  it('begins nothing while nothing could be written down', async () => {
    let turns = 0;
    let looked = 0;
    const scene = begin([{ name: 'count', everyMs: 1, run: async () => (turns += 1) }]);
    await waitFor(() => turns > 0);
    Object.defineProperty(scene, 'paused', { get: () => (looked += 1) > 0 });
    await waitFor(() => looked >= 3);
    const then = turns;
    await waitFor(() => looked >= 6);
    expect(turns).toBe(then);
  });

  it('stops promptly: a task that runs is told, and is waited for', async () => {
    let isRunning = false;
    let cut = false;
    const long: ScheduledTask = { name: 'long', everyMs: 1, run: (signal) => new Promise<void>((resolve) => {
      isRunning = true;
      signal.addEventListener('abort', () => {
        cut = true;
        setTimeout(() => {
          isRunning = false;
          resolve();
        }, 5);
      });
    }) };
    const scene = begin([long]);
    await waitFor(() => isRunning);
    await schedule?.stop();
    expect({ isRunning, cut, ended: scene.ended, active: schedule?.active() }).toEqual({ isRunning: false, cut: true, ended: 1, active: false });
  });
});
