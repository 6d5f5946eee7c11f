/**
 * Runs retention without end on a ledger and says when an archive lies under its name (`archived`) and when a slice is out of the
 * ledger (`expired`). It is there to be killed.
 */
import { retain } from '../../src/gateway/retention.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';

const [folder = '', keyFile = '', before = '0', stopAt = ''] = process.argv.slice(2);
const ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile }) });
const forever = (): Promise<never> => new Promise(() => setInterval(() => undefined, 1_000));
const say = async (line: string): Promise<void> => {
  process.stdout.write(`${line}\n`);
  if (line === stopAt) await forever();
};
const watched = new Proxy(ledger, {
  get: (target, name) => {
    if (name === 'expire') {
      return async (...args: Parameters<typeof ledger.expire>) => {
        await say('archived');
        await target.expire(...args);
        await say('expired');
      };
    }
    const value = Reflect.get(target, name) as unknown;
    return typeof value === 'function' ? value.bind(target) : value;
  },
});
const at = Number(before);
await retain(
  {
    ledger: watched, folder, logger: { info: () => undefined }, share: 1, rowsPerSlice: 10, rowsPerFile: 30,
    config: { payloadMonths: null, finishedPayloadMonths: null, attemptMonths: null, quarantineMonths: null, checkpointAt: '00:30' },
  },
  { bodiesBefore: at, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: at },
  new AbortController().signal,
);
await ledger.close();
