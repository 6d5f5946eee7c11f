/** A PostgreSQL for a benchmark: the tests' own server, fsync on, a fresh database each time. */
import { startOwnPostgres } from '../../test/support/postgres.ts';

export interface BenchDatabase { url(): Promise<string>; pid(): number; settings: string; stop(): Promise<void> }

export async function benchDatabase(): Promise<BenchDatabase> {
  const server = await startOwnPostgres();
  return { url: async () => (await server.createDatabase()).url, pid: () => server.pid() ?? 0, settings: 'PostgreSQL 18 on the same cores, fsync and synchronous_commit on', stop: () => server.stop() };
}
