/**
 * Baseline of delivery: what a province would write. An endpoint that inserts a row and answers; a loop that reads pending rows,
 * posts each, marks it. One commit per row, no order, no idempotency, no lost-reply rule, no encryption, no chain.
 * Environment: PORTAL (the simulator's facts), STORE = sqlite | postgres, FOLDER or DATABASE_URL.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';
import pg from 'pg';
import type { Dossier } from '../../src/model/canonical.ts';
import { portal } from './portal.ts';

interface Row { id: number; body: string }
interface Queue { put(code: string, body: string): Promise<void> | void; pending(): Promise<Row[]> | Row[]; sent(id: number): Promise<void> | void; left(): Promise<number> | number }

function sqliteQueue(folder: string): Queue {
  const db = new DatabaseSync(join(folder, 'queue.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE queue (id INTEGER PRIMARY KEY, code TEXT, body TEXT, status TEXT); CREATE INDEX pending ON queue (status, id)');
  const put = db.prepare(`INSERT INTO queue (code, body, status) VALUES (?, ?, 'pending')`);
  const pending = db.prepare(`SELECT id, body FROM queue WHERE status = 'pending' ORDER BY id LIMIT 100`);
  const sent = db.prepare(`UPDATE queue SET status = 'sent' WHERE id = ?`);
  const left = db.prepare(`SELECT count(*) AS n FROM queue WHERE status = 'pending'`);
  return {
    put: (code, body) => void put.run(code, body),
    pending: () => pending.all() as unknown as Row[],
    sent: (id) => void sent.run(id),
    left: () => Number((left.get() as { n: number }).n),
  };
}

async function postgresQueue(url: string): Promise<Queue> {
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  await pool.query('CREATE TABLE queue (id bigserial PRIMARY KEY, code text, body text, status text); CREATE INDEX pending ON queue (status, id)');
  return {
    put: async (code, body) => void (await pool.query(`INSERT INTO queue (code, body, status) VALUES ($1, $2, 'pending')`, [code, body])),
    pending: async () => (await pool.query<Row>(`SELECT id, body FROM queue WHERE status = 'pending' ORDER BY id LIMIT 100`)).rows,
    sent: async (id) => void (await pool.query(`UPDATE queue SET status = 'sent' WHERE id = $1`, [id])),
    left: async () => Number((await pool.query<{ n: string }>(`SELECT count(*) AS n FROM queue WHERE status = 'pending'`)).rows[0]?.n),
  };
}

const queue = process.env['STORE'] === 'postgres' ? await postgresQueue(process.env['DATABASE_URL'] ?? '') : sqliteQueue(process.env['FOLDER'] ?? '.');
const send = await portal();
const app = Fastify({ bodyLimit: 10 * 1024 * 1024 });
app.post('/v1/dossiers', async (request, reply) => {
  const dossier = request.body as Dossier;
  await queue.put(dossier.code, JSON.stringify(dossier));
  return reply.code(202).send({ status: 'accepted' });
});
app.get('/left', async () => ({ left: await queue.left() }));
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));

let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
  setTimeout(() => process.exit(0), 200);
});
while (!stopping) {
  const rows = await queue.pending();
  for (const row of rows) {
    await send(JSON.parse(row.body) as Dossier);
    await queue.sent(row.id);
  }
  await new Promise((resolve) => setTimeout(resolve, rows.length === 0 ? 20 : 0));
}
