/**
 * Baseline of delivery: plain pg-boss, a job per change, 32 jobs at a time. Durable and retried, but without order per dossier,
 * coalescing, a rule for lost replies, encryption or a record of what happened.
 * Environment: PORTAL (the simulator's facts), DATABASE_URL.
 */
import Fastify from 'fastify';
import { PgBoss } from 'pg-boss';
import type { Dossier } from '../../src/model/canonical.ts';
import { portal } from './portal.ts';

const AT_ONCE = 32;
const boss = new PgBoss({ connectionString: process.env['DATABASE_URL'] ?? '', max: 16 });
await boss.start();
await boss.createQueue('dvcqg');
const send = await portal();
let accepted = 0;
let done = 0;
const app = Fastify({ bodyLimit: 10 * 1024 * 1024 });
app.post('/v1/dossiers', async (request, reply) => {
  await boss.send('dvcqg', request.body as object);
  accepted += 1;
  return reply.code(202).send({ status: 'accepted' });
});
app.get('/left', () => ({ left: accepted - done }));
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
process.on('SIGTERM', () => process.exit(0));
// Fetched by hand: its own worker sleeps at least half a second between two batches.
for (;;) {
  const jobs = await boss.fetch<Dossier>('dvcqg', { batchSize: AT_ONCE });
  if (jobs.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    continue;
  }
  await Promise.all(jobs.map(async (job) => { await send(job.data); }));
  await boss.complete('dvcqg', jobs.map((job) => job.id));
  done += jobs.length;
}
