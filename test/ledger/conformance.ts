/**
 * The behaviour that every engine of the ledger must show. An engine joins by one call:
 * `ledgerConformance('postgres', (clock) => postgresStorage(clock))`.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { appendConformance } from './conformance-append.ts';
import { cellConformance } from './conformance-cells.ts';
import { controlConformance } from './conformance-control.ts';
import { feedConformance } from './conformance-feed.ts';
import { fileConformance } from './conformance-files.ts';
import { T0 } from './fixtures.ts';
import type { Clock, Storage } from './fixtures.ts';
import { laneConformance } from './conformance-lanes.ts';
import { readConformance } from './conformance-reads.ts';
import { upkeepConformance } from './conformance-upkeep.ts';

export interface Bench {
  /** the ledger under test, opened on an empty storage */
  ledger: Ledger;
  /** the engine's clock */
  clock: Clock;
  /** closes without finishing anything and opens again, as after a crash */
  reopen(): Promise<Ledger>;
}

export function ledgerConformance(engine: string, makeStorage: (clock: Clock) => Promise<Storage>): void {
  describe(`ledger on ${engine}`, () => {
    const clock: Clock = { now: T0 };
    let storage: Storage;
    const bench: Bench = {
      clock,
      ledger: undefined as unknown as Ledger,
      async reopen() {
        await bench.ledger.close();
        bench.ledger = await storage.open();
        return bench.ledger;
      },
    };
    beforeEach(async () => {
      clock.now = T0;
      storage = await makeStorage(clock);
      bench.ledger = await storage.open();
    });
    afterEach(async () => {
      await storage.dispose();
    });

    appendConformance(bench);
    laneConformance(bench);
    readConformance(bench);
    feedConformance(bench);
    controlConformance(bench);
    cellConformance(bench);
    upkeepConformance(bench);
    fileConformance(bench);

    it('refuses every call after it was closed', async () => {
      await bench.ledger.close();
      await expect(bench.ledger.counts(T0)).rejects.toMatchObject({ code: 'LT-LEDGER-CLOSED' });
      await bench.ledger.close();
    });
  });
}
