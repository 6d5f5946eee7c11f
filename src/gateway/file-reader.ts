/** Contents of kept files for adapters, whose messages carry them. */
import type { AdapterRuntime } from '../adapter/types.ts';
import { isLedgerError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Logger } from './log.ts';

/** What cannot be decrypted is as good as gone: asking again would not bring it back. @throws LedgerError when the ledger does not answer */
export function createFileReader(ledger: Pick<Ledger, 'readFile'>, logger: Pick<Logger, 'error'>): NonNullable<AdapterRuntime['readFile']> {
  return async (address) => {
    try {
      return (await ledger.readFile(address))?.content;
    } catch (error) {
      if (!isLedgerError(error) || error.code !== 'LT-LEDGER-UNREADABLE') throw error;
      logger.error({ code: error.code }, 'kept file unreadable');
      return undefined;
    }
  };
}
