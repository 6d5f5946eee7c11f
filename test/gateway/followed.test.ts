/** What a round asks after is not forgotten: two at once, and a ledger that fails while it is read. */
import { expect, it } from 'vitest';
import type { CallNotice } from '../../src/ledger/feed.ts';
import { createFollowed, type FollowedLedger } from '../../src/gateway/rounds/followed.ts';

const CALLS = 3_500;
const MINUTE = 60_000;
const now = () => (CALLS + 100) * MINUTE;
const calls = Array.from({ length: CALLS }, (_, i): CallNotice => ({ id: i + 1, upstream: 'u', operation: 'push', dossierCode: `C${i + 1}`, outcome: 'done', endedAt: (i + 1) * MINUTE }));

/** @param fails asked before each page */
function ledgerThat(fails: (afterId: number, limit: number) => boolean): FollowedLedger {
  return {
    async listCalls({ afterId, limit }: { afterId: number; limit: number }) {
      await new Promise((resolve) => setImmediate(resolve));
      if (fails(afterId, limit)) throw new Error('not now');
      return { calls: calls.slice(afterId, afterId + limit), newest: CALLS };
    },
    listExchanges: async () => [],
    dossiers: async (codes: readonly string[]) => codes.map((code) => ({ body: JSON.stringify({ code }) })),
  } as unknown as FollowedLedger;
}
async function after(followed: ReturnType<typeof createFollowed>, sinceMs: number): Promise<number> {
  let n = 0;
  for await (const _dossier of followed.dossiersAfter('push', sinceMs, new AbortController().signal)) n += 1;
  return n;
}

it('two rounds that look back differently far read at once, and one of them breaks off: neither passes anything over', async () => {
  let failures = 1;
  const followed = createFollowed({ ledger: ledgerThat((afterId, limit) => limit > 1 && afterId === 1_000 && failures-- > 0), upstream: 'u', now });
  const [short, long] = await Promise.allSettled([after(followed, 1_501 * MINUTE), after(followed, 1 * MINUTE)]);
  expect([short.status, long.status]).toEqual(['fulfilled', 'rejected']);
  expect(await after(followed, 1 * MINUTE)).toBe(CALLS);
  expect(await after(followed, 3_001 * MINUTE)).toBe(500);
});

it('a longer look that cannot begin takes nothing from a shorter one', async () => {
  let isDown = false;
  const followed = createFollowed({ ledger: ledgerThat(() => isDown), upstream: 'u', now });
  expect(await after(followed, 3_001 * MINUTE)).toBe(500);
  isDown = true;
  await expect(after(followed, 1 * MINUTE)).rejects.toThrow('not now');
  isDown = false;
  expect(await after(followed, 3_001 * MINUTE)).toBe(500);
});
