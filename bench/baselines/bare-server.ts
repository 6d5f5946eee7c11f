/** Baseline of intake: fastify that parses the body and answers 202. No check, no ledger, nothing durable. */
import Fastify from 'fastify';

const app = Fastify({ bodyLimit: 10 * 1024 * 1024 });
app.post('/v1/dossiers', (_request, reply) => reply.code(202).send({ status: 'accepted' }));
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
