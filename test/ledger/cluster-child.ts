/** A member of a ledger's cluster that says every 50 ms how it sees itself. Arguments: url, roles separated by commas. */
import { randomUUID } from 'node:crypto';
import { Cluster } from '../../src/ledger/postgres/cluster.ts';
import { Database } from '../../src/ledger/postgres/db.ts';

const [url = '', roles = ''] = process.argv.slice(2);
const database = await Database.open({ url, applicationName: 'test', poolSize: 1 });
const cluster = new Cluster({ database, instanceId: randomUUID() });
await cluster.join({ roles: roles.split(','), version: '0' });
const joinedAt = performance.now();
const say = (): void => {
  process.stdout.write(`${JSON.stringify({ id: cluster.instanceId, at: Date.now(), fresh: cluster.fresh(), unbroken: cluster.fresh(joinedAt), leads: cluster.leads() })}\n`);
};
say();
setInterval(say, 50);
