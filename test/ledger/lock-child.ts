/**
 * A process that asks for a folder's lock and says what it got. `keep`: ends without releasing.
 * `hold`: keeps it until the others have had their answer, told by files in the folder.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isLedgerError } from '../../src/ledger/errors.ts';
import { lockFolder } from '../../src/ledger/sqlite/lock.ts';

const [folder = '', how = 'release'] = process.argv.slice(2);
const CONTENDERS = 4;

try {
  const lock = lockFolder(folder);
  process.stdout.write(JSON.stringify({ locked: true }));
  if (how === 'hold') {
    const others = () => readdirSync(folder).filter((name) => name.startsWith('refused-')).length;
    while (others() < CONTENDERS - 1) await delay(5);
  }
  if (how !== 'keep') lock.release();
} catch (e) {
  if (how === 'hold') writeFileSync(join(folder, `refused-${process.pid}`), '');
  process.stdout.write(JSON.stringify(isLedgerError(e) ? { code: e.code } : { unexpected: String(e) }));
}
