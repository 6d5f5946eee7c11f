/**
 * What a second queue would cost: waking, claiming and giving back a lane through the ledger's own rows (the whole of it, with its
 * exchange and attempt settled), against a pg-boss job per lane beside it (the wake-up alone), as it was planned first.
 */
import { randomBytes } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { keysFromMasters } from '../src/ledger/keys.ts';
import { openPostgresLedger } from '../src/ledger/postgres/ledger.ts';
import { benchDatabase } from './lib/postgres.ts';
import { changeOf, claimAndSettleAll, sampleDossiers } from './lib/fill.ts';
import type { Result } from './lib/report.ts';

const LANES = 20_000;
const BATCH = 100;

export async function benchWake(): Promise<Result> {
  const database = await benchDatabase();
  try {
    const ledger = await openPostgresLedger({ url: await database.url(), keys: keysFromMasters([randomBytes(32)]) });
    await ledger.join({ roles: ['deliver'], version: 'bench' });
    const samples = sampleDossiers(100);
    for (let i = 0; i < LANES; i += 256) await Promise.all(Array.from({ length: Math.min(256, LANES - i) }, (_, k) => ledger.append(changeOf(samples, i + k))));
    const ours = performance.now();
    await claimAndSettleAll(ledger);
    const oursMicros = ((performance.now() - ours) * 1000) / LANES;
    await ledger.close();

    const boss = new PgBoss({ connectionString: await database.url() });
    await boss.start();
    await boss.createQueue('dvcqg', { policy: 'stately' });
    const started = performance.now();
    for (let i = 0; i < LANES; i += BATCH) await boss.insert('dvcqg', Array.from({ length: BATCH }, (_, k) => ({ singletonKey: `H13.01-${i + k}` })));
    for (let done = 0; done < LANES;) {
      const jobs = await boss.fetch('dvcqg', { batchSize: BATCH });
      if (jobs.length === 0) throw new Error(`pg-boss handed out ${done} of ${LANES} jobs`);
      await boss.complete('dvcqg', jobs.map((job) => job.id));
      done += jobs.length;
    }
    const bossMicros = ((performance.now() - started) * 1000) / LANES;
    await boss.stop({ graceful: false });
    return {
      settings: `${LANES.toLocaleString('en-US')} lanes, one caller, pg-boss in batches of ${BATCH} with policy stately; ${database.settings}`,
      rows: [
        { what: 'lanes of the ledger: claim with its bodies, begin, settle, give back', value: oursMicros, unit: 'µs/lane', ratio: 1 },
        { what: 'pg-boss beside it: insert, fetch, complete a job per lane, nothing else', value: bossMicros, unit: 'µs/lane', ratio: bossMicros / oursMicros },
      ],
    };
  } finally {
    await database.stop();
  }
}
