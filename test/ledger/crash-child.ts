/**
 * Appends and settles without end and says on stdout, line by line, what has been acknowledged:
 * `a <dossier> <event id>` an append, `d <exchange id>` an exchange settled as done. It is there to be killed.
 */
import { loadKeys } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { change, claimOptions, held, ids, settle, snapshot, step } from './fixtures.ts';

const [folder = '', keyFile = '', round = '0'] = process.argv.slice(2);
const WRITERS = 32;

const ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile }) });
// What is still in a buffer when the kill comes was acknowledged and goes unchecked; what was said is checked.
const say = (line: string): void => { process.stdout.write(`${line}\n`); };

async function write(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const code = `R${round}-${writer}-${i}`;
    const result = await ledger.append(change(code, { plans: [snapshot('v1'), step('s1')], terms: [{ kind: 'phone', value: `0900${code}` }] }));
    say(`a ${code} ${result.eventId}`);
  }
}

async function deliver(): Promise<never> {
  for (;;) {
    for (const lane of await ledger.claim(claimOptions(Date.now(), { limit: 16 }))) {
      await ledger.update({ ...held(lane), begin: ids(lane) });
      await ledger.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }));
      for (const id of ids(lane)) say(`d ${id}`);
    }
  }
}

await Promise.all([...Array.from({ length: WRITERS }, (_, writer) => write(writer)), deliver()]);
