/** Runs once around a whole test run: a place for the PostgreSQL that its test files share, if one of them asks for it. */
import { endSharedServer, RUN_FOLDER } from '../test/support/postgres.ts';
import { freshServerFolder } from '../test/support/postgres-server.ts';

export default function setup(): () => Promise<void> {
  const folder = freshServerFolder();
  process.env[RUN_FOLDER] = folder;
  return () => endSharedServer(folder);
}
