/**
 * A process on a PostgreSQL ledger. Arguments: url, master key (hex), what it does. It says line by line what it did:
 * `worker`: delivers whatever it is told of, and nothing that it is not: `done <dossier>`.
 * `stuck`: takes one lane, puts it on the wire and stays there: `sending <dossier>`.
 */
import { keysFromMasters } from '../../src/ledger/keys.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { claimOptions, held, ids, settle } from './fixtures.ts';

const [url = '', key = '', mode = 'worker'] = process.argv.slice(2);
const say = (line: string): void => { process.stdout.write(`${line}\n`); };
const ledger = await openPostgresLedger({ url, keys: keysFromMasters([Buffer.from(key, 'hex')]) });
await ledger.join({ roles: ['deliver'], version: '1' });

async function deliver(): Promise<void> {
  for (const lane of await ledger.claim(claimOptions(Date.now(), { owner: ledger.instanceId, limit: 4 }))) {
    await ledger.update({ ...held(lane), begin: ids(lane) });
    await ledger.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }));
    say(`done ${lane.dossierCode}`);
  }
}

async function getStuck(): Promise<void> {
  const [lane] = await ledger.claim(claimOptions(Date.now(), { owner: ledger.instanceId, limit: 1, leaseMs: 600_000 }));
  if (lane === undefined) return;
  await ledger.update({ ...held(lane), begin: ids(lane) });
  say(`sending ${lane.dossierCode}`);
}

let last = Promise.resolve();
const work = mode === 'worker' ? deliver : getStuck;
ledger.onNotice((notice) => { if (notice === 'work') last = last.then(work); });
say('ready');
