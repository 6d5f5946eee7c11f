/** The ledger of a configuration, for commands that only look. Beside a running gateway, and never making anything. */
import { join } from 'node:path';
import { loadConfig, type GatewayConfig } from '../../gateway/config.ts';
import { loadKeys, type LedgerKeys } from '../../ledger/keys.ts';
import { openLedger } from '../../ledger/open.ts';
import type { LedgerReader } from '../../ledger/sqlite/upkeep-offline.ts';
import { openSqliteReader } from '../../ledger/sqlite/upkeep-offline.ts';
import { ADAPTERS } from '../adapters.ts';

export const readConfig = (file: string): GatewayConfig => loadConfig({ file, adapters: ADAPTERS });

/** The ledger's keys as the gateway has them; unlike the gateway this never makes one. */
export function existingKeys({ ledger }: GatewayConfig): LedgerKeys {
  const keyFile = ledger.keyFile ?? (ledger.engine === 'sqlite' ? join(ledger.folder, 'ledger.key') : undefined);
  return loadKeys({ envVar: 'LIENTHONG_LEDGER_KEY', ...(keyFile === undefined ? {} : { keyFile }) });
}

/** @throws LedgerError when the ledger is not there or its key does not fit */
export async function openReader(config: GatewayConfig): Promise<Omit<LedgerReader, 'lastSeq'> & { lastSeq?: () => number }> {
  if (config.ledger.engine === 'sqlite') return openSqliteReader(config.ledger.folder, existingKeys(config));
  // A server takes any number of readers; one that does not join takes part in nothing else.
  return openLedger(config.ledger);
}
