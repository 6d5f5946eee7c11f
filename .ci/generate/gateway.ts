/** schemas/gateway.openapi.json: the gateway's own API as its routes describe themselves. What a configured upstream adds under /inbound/ is in that upstream's document. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/gateway/config.ts';
import { createLogger } from '../../src/gateway/log.ts';
import { createGateway } from '../../src/gateway/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { Files } from './files.ts';

const GATEWAY_DOCUMENT = 'schemas/gateway.openapi.json';

export async function gatewayFiles(): Promise<Files> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-generate-'));
  const config = loadConfig({ env: {}, adapters: {}, overrides: { ledger: { engine: 'sqlite', folder }, logging: { level: 'silent' } } });
  const ledger = await openLedger(config.ledger);
  try {
    const { app, close } = await createGateway({ config, ledger, logger: createLogger(config.logging) });
    try {
      await app.ready();
      const answer = await app.inject({ url: '/openapi.json' });
      return new Map([[GATEWAY_DOCUMENT, `${JSON.stringify(JSON.parse(answer.body), null, 2)}\n`]]);
    } finally {
      await close();
    }
  } finally {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
