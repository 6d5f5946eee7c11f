import { afterAll, describe, expect, it } from 'vitest';
import { startOwnPostgres, testDatabase } from '../support/postgres.ts';
import type { OwnPostgres } from '../support/postgres.ts';

describe('the PostgreSQL of the tests', () => {
  it('gives each test a database of its own, which can be dropped', async () => {
    const [a, b] = await Promise.all([testDatabase(), testDatabase()]);
    await a.query('CREATE TABLE only_here (n int)');
    await expect(b.query('SELECT * FROM only_here')).rejects.toThrow(/does not exist/);
    await Promise.all([a.drop(), b.drop()]);
    await expect(a.query('SELECT 1')).rejects.toThrow(/does not exist/);
  });

  describe('of a test’s own', () => {
    let own: OwnPostgres;
    afterAll(() => own[Symbol.asyncDispose]());

    it('comes back on the same port after SIGKILL, with everything that was committed', async () => {
      own = await startOwnPostgres();
      const database = await own.createDatabase();
      await database.query('CREATE TABLE kept AS SELECT 42 AS n');
      await own.kill();
      await expect(database.query('SELECT 1')).rejects.toThrow();
      await own.start();
      expect(await database.query('SELECT n FROM kept')).toEqual([{ n: 42 }]);
    });

    it('is durable', async () => {
      const database = await own.createDatabase();
      expect(await database.query('SHOW fsync')).toEqual([{ fsync: 'on' }]);
    });
  });
});

