/** Export, checkpoints, retention, storage: what every engine owes a ledger that grows old. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex, verifyExport } from '../../src/ledger/chain.ts';
import type { ExportedEvent } from '../../src/ledger/chain.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Expirable, ExpirableFrom, RetentionPolicy } from '../../src/ledger/upkeep.ts';
import type { Bench } from './conformance.ts';
import { SNAPSHOT, T0, change, claimOne, held, ids, settle, snapshot } from './fixtures.ts';

const DAY = 86_400_000;
const NOTHING: RetentionPolicy = { bodiesBefore: null, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: null };
const ARCHIVE = { file: 'archive-1.ndjson.gz', sha256: sha256Hex('archive') };
const POISON = 'Nguyễn Văn Ất';

async function allExpirable(ledger: Ledger, policy: RetentionPolicy, limit = 100): Promise<{ found: Omit<Expirable, 'next'>; slices: number }> {
  const found: Omit<Expirable, 'next'> = { events: [], attempts: [], quarantine: [] };
  let after: ExpirableFrom | undefined;
  for (let slices = 1; slices < 1_000; slices++) {
    const slice = await ledger.expirable(policy, limit, after);
    found.events.push(...slice.events);
    found.attempts.push(...slice.attempts);
    found.quarantine.push(...slice.quarantine);
    if (slice.next === null) return { found, slices };
    after = slice.next;
  }
  throw new Error('retention does not come to an end');
}
const idsOf = (found: Omit<Expirable, 'next'>) => ({ eventSeqs: found.events.map((e) => e.seq), attemptIds: found.attempts.map((a) => a.id), quarantineIds: found.quarantine.map((q) => q.id) });

export function upkeepConformance(bench: Bench): void {
  const exported = (bodies: boolean): Promise<ExportedEvent[]> => bench.ledger.exportEvents({ afterSeq: 0, limit: 1_000, bodies });
  const version = (code: string, n: number, over: Parameters<typeof change>[1] = {}) => change(code, { sourceUpdatedAt: T0 + n, body: JSON.stringify({ code, n, applicant: POISON }), ...over });
  /** Sends what the one ready lane holds, with an attempt each. */
  async function deliver(state: 'done' | 'rejected' = 'done', now = bench.clock.now): Promise<number[]> {
    const lane = await claimOne(bench.ledger, now);
    const attempt = { exchangeIds: ids(lane), operation: SNAPSHOT, kind: 'send', startedAt: now, endedAt: now + 5, outcome: state, code: null, httpStatus: 200, mapping: 'm-1', evidence: POISON } as const;
    await bench.ledger.update(settle(lane, ids(lane), state, { attempts: [attempt], release: { nextAt: null } }));
    return ids(lane);
  }

  describe('export', () => {
    it('gives lines that verify by themselves, with or without ciphertext, in slices too', async () => {
      for (let i = 1; i <= 5; i++) await bench.ledger.append(version('D-1', i, { warnings: i === 2 ? [{ code: 'LT-X', message: { vi: 'lạ', en: 'odd' } }] : [] }));
      const whole = await exported(true);
      expect(whole.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
      expect(verifyExport(whole)).toEqual({ events: 5, brokenAt: null });
      expect(whole.every((event) => event.body !== undefined)).toBe(true);
      const bare = await exported(false);
      expect(bare.every((event) => event.body === undefined)).toBe(true);
      expect(verifyExport(bare)).toEqual({ events: 5, brokenAt: null });
      expect(JSON.stringify([whole, bare])).not.toContain(POISON);
      const second = await bench.ledger.exportEvents({ afterSeq: 2, limit: 2, bodies: false });
      expect(second).toEqual(bare.slice(2, 4));
      expect(await bench.ledger.exportEvents({ afterSeq: 5, limit: 2, bodies: false })).toEqual([]);
    });
  });

  describe('checkpoint', () => {
    it('names the head before it, is an event itself, and is sealed by the key: the same moment gives the same seal, another one another', async () => {
      await bench.ledger.append(version('D-1', 1));
      const head = (await exported(false)).at(-1);
      const first = await bench.ledger.checkpoint(T0 + 1);
      expect(first).toEqual({ seq: 1, hash: head?.hash, at: T0 + 1, seal: expect.stringMatching(/^[0-9a-f]{32,}$/) });
      const second = await bench.ledger.checkpoint(T0 + 2);
      const events = await exported(false);
      expect(events.map((event) => event.kind)).toEqual(['dossier.snapshot', 'chain.checkpoint', 'chain.checkpoint']);
      expect(events[1]).toMatchObject({ dossierCode: '', actor: 'system' });
      expect(second).toMatchObject({ seq: 2, hash: events[1]?.hash });
      expect(second.seal).not.toBe(first.seal);
      expect(verifyExport(events).brokenAt).toBeNull();
      expect(await bench.ledger.listCheckpoints(10)).toEqual([second, first]);
      expect(await (await bench.reopen()).listCheckpoints(1)).toEqual([second]);
      expect(await bench.ledger.verify()).toEqual({ events: 3, brokenAt: null });
    });

    it('seals a digest with its key, the same after a restart', async () => {
      const seal = await bench.ledger.seal('ab'.repeat(32));
      expect(seal).toMatch(/^[0-9a-f]{32}$/);
      expect(await bench.ledger.seal('ac'.repeat(32))).not.toBe(seal);
      expect(await (await bench.reopen()).seal('ab'.repeat(32))).toBe(seal);
    });
  });

  describe('retention', () => {
    beforeEach(async () => {
      // Two versions, the first of them superseded unsent, the second delivered.
      await bench.ledger.append(version('D-1', 1, { plans: [snapshot('v1')] }));
      await bench.ledger.append(version('D-1', 2, { plans: [snapshot('v2')] }));
      await deliver();
    });

    it('lets nothing go when the policy says never, and nothing that is younger than it', async () => {
      expect((await allExpirable(bench.ledger, NOTHING)).found).toEqual({ events: [], attempts: [], quarantine: [] });
      expect((await allExpirable(bench.ledger, { bodiesBefore: T0, lastBodiesBefore: T0, attemptsBefore: T0, quarantineBefore: T0 })).found).toEqual({ events: [], attempts: [], quarantine: [] });
    });

    it('an old body goes, the latest of a dossier stays; the chain stays whole, the dossier readable, the same change known', async () => {
      const { found } = await allExpirable(bench.ledger, { ...NOTHING, bodiesBefore: T0 + DAY });
      expect(found.events.map((event) => event.seq)).toEqual([1]);
      expect(found.events[0]).toEqual((await exported(true))[0]);
      await bench.ledger.expire(idsOf(found), ARCHIVE, T0 + DAY);
      const events = await exported(true);
      expect(events.map((event) => event.body !== undefined)).toEqual([false, true, true]);
      expect(events[2]).toMatchObject({ kind: 'retention.archived', sourceId: `archive:${ARCHIVE.file}` });
      expect(verifyExport(events)).toEqual({ events: 3, brokenAt: null });
      expect(await bench.ledger.verify()).toEqual({ events: 3, brokenAt: null });
      expect(await bench.ledger.bodies([1, 2, 99])).toEqual([{ seq: 2, body: version('D-1', 2).body }]);
      expect(JSON.parse((await bench.ledger.bodies([3]))[0]?.body ?? '')).toMatchObject({ ...ARCHIVE, bodies: 1 });
      expect((await bench.ledger.timeline('D-1'))?.dossier.body).toBe(version('D-1', 2).body);
      expect(await bench.ledger.append(version('D-1', 1, { plans: [snapshot('v1')] }))).toMatchObject({ status: 'duplicate', eventSeq: 1 });
      expect((await allExpirable(bench.ledger, { ...NOTHING, bodiesBefore: T0 + DAY })).found.events).toEqual([]);
      expect(await (await bench.reopen()).verify()).toEqual({ events: 3, brokenAt: null });
    });

    it('the latest body goes only when the dossier was finished long enough ago', async () => {
      const finished = (code: string, at: number) => version(code, 3, { columns: { ...change(code).columns, resolvedAt: at, returnedAt: at } });
      await bench.ledger.append(finished('D-2', T0));
      bench.clock.now = T0 + 2 * DAY;
      await bench.ledger.append(finished('D-3', T0 + 2 * DAY));
      await bench.ledger.append(change('D-4', { status: 'WITHDRAWN' }));
      const at = async (before: number) => (await allExpirable(bench.ledger, { ...NOTHING, lastBodiesBefore: before })).found.events.map((event) => event.dossierCode);
      expect(await at(T0)).toEqual([]);
      expect(await at(T0 + DAY)).toEqual(['D-2']);
      expect((await at(T0 + 3 * DAY)).sort()).toEqual(['D-2', 'D-3', 'D-4']);
    });

    it('what still waits keeps its body; so does what a person set going again after it was archived', async () => {
      await bench.ledger.append(version('D-2', 1, { plans: [snapshot('v1')] }));
      await bench.ledger.append(version('D-2', 2));
      const policy = { ...NOTHING, bodiesBefore: T0 + DAY };
      const seqs = async () => (await allExpirable(bench.ledger, policy)).found.events.map((event) => event.seq);
      expect(await seqs()).toEqual([1]);
      const [refused = 0] = await deliver('rejected');
      const archived = (await allExpirable(bench.ledger, policy)).found;
      expect(archived.events.map((event) => event.seq)).toEqual([1, 3]);
      expect(await bench.ledger.retry(refused, 'key-1', T0 + 1)).toBe(true);
      await bench.ledger.expire(idsOf(archived), ARCHIVE, T0 + DAY);
      expect((await bench.ledger.bodies([1, 3])).map((event) => event.seq)).toEqual([3]);
      const lane = await claimOne(bench.ledger, T0 + 2);
      expect(lane.events.map((event) => event.seq)).toEqual([3]);
      await bench.ledger.update({ ...held(lane), release: { nextAt: null } });
    });

    it('attempts of settled exchanges and quarantined input go, their evidence still encrypted; ids are never given again', async () => {
      await bench.ledger.append(version('D-2', 1, { plans: [snapshot('v1')] }));
      await deliver('rejected', T0 + 10);
      for (const raw of ['{"a":1}', '{"b":2}']) await bench.ledger.quarantine({ via: 'api', actor: null, raw: raw + POISON, issues: [] });
      const { found } = await allExpirable(bench.ledger, { ...NOTHING, attemptsBefore: T0 + DAY, quarantineBefore: T0 + DAY });
      expect(found.attempts).toHaveLength(1);
      expect(found.attempts[0]).toMatchObject({ upstream: 'portal', dossierCode: 'D-1', operation: SNAPSHOT, kind: 'send', endedAt: T0 + 5, outcome: 'done', mapping: 'm-1', evidence: expect.any(String) });
      expect(found.quarantine).toHaveLength(1);
      expect(JSON.stringify(found)).not.toContain(POISON);
      await bench.ledger.expire(idsOf(found), ARCHIVE, T0 + DAY);
      expect((await bench.ledger.timeline('D-1'))?.attempts).toEqual([]);
      expect((await bench.ledger.timeline('D-2'))?.attempts).toHaveLength(1);
      expect(await bench.ledger.listQuarantine({ limit: 10 })).toHaveLength(1);
      expect((await bench.ledger.counts(T0)).quarantined).toBe(1);
      const ledger = await bench.reopen();
      const before = (await ledger.listQuarantine({ limit: 10 })).map((item) => item.id);
      const { id } = await ledger.quarantine({ via: 'api', actor: null, raw: '{}', issues: [] });
      expect(id).toBeGreaterThan(Math.max(...before, ...found.quarantine.map((item) => item.id)));
    });

    it('looks through a long ledger in short pages and finds every row once', async () => {
      for (let i = 3; i <= 25; i++) await bench.ledger.append(version('D-1', i));
      const policy = { ...NOTHING, bodiesBefore: T0 + DAY };
      const { found, slices } = await allExpirable(bench.ledger, policy, 4);
      expect(slices).toBeGreaterThan(5);
      expect(found.events.map((event) => event.seq)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    });
  });

  it('tells what it takes', async () => {
    await bench.ledger.append(version('D-1', 1));
    const { usedBytes, freeBytes, limitBytes } = await bench.ledger.storage();
    expect(usedBytes).toBeGreaterThan(10_000);
    expect(freeBytes === null || freeBytes > 0).toBe(true);
    expect(limitBytes === null || limitBytes > usedBytes).toBe(true);
  });
}
