/** How far a delivery is: asked of a gateway, of a baseline, of the simulator. */
import { getJson } from '../../src/cli/ndjson-client.ts';
import type { Running } from './processes.ts';

const OPEN = new Set(['pending', 'sending', 'unknown']);
interface Summary { exchanges: { state: string; count: number }[] }

export async function openExchanges(url: string): Promise<number> {
  const { exchanges } = await getJson<Summary>({ url }, '/v1/summary');
  return exchanges.filter((e) => OPEN.has(e.state)).reduce((sum, e) => sum + e.count, 0);
}
/** Deliveries that ended in another way than done: a benchmark of those would measure refusals. @throws when there is one */
export async function allDone(url: string): Promise<void> {
  const { exchanges } = await getJson<Summary>({ url }, '/v1/summary');
  const others = exchanges.filter((e) => e.state !== 'done' && e.count > 0);
  if (others.length > 0) throw new Error(`not everything was delivered: ${JSON.stringify(others)}`);
}
export const leftInBaseline = async (url: string): Promise<number> => (await getJson<{ left: number }>({ url }, '/left')).left;
export const arrived = async (portal: Running): Promise<Record<string, number>> => (await getJson<{ summary: Record<string, number> }>({ url: portal.url }, '/__admin/summary')).summary;

/** Waits until `left` says 0. @throws when it takes longer than `mostMs` */
export async function until0(left: () => Promise<number>, mostMs = 300_000): Promise<void> {
  const end = performance.now() + mostMs;
  for (;;) {
    const n = await left();
    if (n === 0) return;
    if (performance.now() > end) throw new Error(`${n} still open after ${mostMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
