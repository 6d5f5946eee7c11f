/**
 * Writes the conformance reports of the demo to docs/conformance: the simulated portal and our own gateway, both under the checks
 * that a vendor's system is put under, with some dossiers of the Cần Thơ fortnight delivered between them.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDvcqgSimulator } from '../adapters/dvcqg/simulator.ts';
import { generateExport } from '../examples/can-tho-2025-07/generate.ts';
import manifest from '../package.json' with { type: 'json' };
import { ADAPTERS } from '../src/cli/adapters.ts';
import { startApp } from '../src/cli/app.ts';
import { importLines } from '../src/cli/ndjson-client.ts';
import { loadConfig } from '../src/gateway/config.ts';
import { hashApiKey } from '../src/gateway/keys.ts';
import { conformanceHtml, conformanceJson, conformanceSuite, runConformance, startSimulator, waitFor } from '../src/testing/index.ts';

const AGENCY = '000.00.00.H13';
const DOSSIERS = 20;
/** Short, so that the run can wait for the end of a session. */
const SESSION_MS = 3_000;
const OUT = new URL('../docs/conformance/', import.meta.url);

const simulator = createDvcqgSimulator({ seed: 'demo', agencies: [AGENCY], sessionTtlMs: SESSION_MS });
const portal = await startSimulator(simulator);
const folder = mkdtempSync(join(tmpdir(), 'lienthong-conformance-'));
const [account] = simulator.accounts;
if (account === undefined) throw new Error('the simulator made no account');
const key = `lt_${randomBytes(32).toString('base64url')}`;
const app = await startApp(loadConfig({ env: {}, adapters: ADAPTERS, overrides: {
  server: { host: '127.0.0.1', port: 0 },
  ledger: { engine: 'sqlite', folder },
  apiKeys: [{ name: 'demo', sha256: hashApiKey(key), scopes: ['intake', 'inbound'] }],
  upstreams: { dvcqg: { adapter: 'dvcqg', baseUrl: portal.url, agencyCode: AGENCY, sessionTtlMs: 1_000, ...account } },
  sources: { opencps: { adapter: 'opencps', mode: 'push' } },
  logging: { level: 'error', requests: 'none' },
} }));
try {
  const lines = generateExport();
  const some = Array.from({ length: DOSSIERS }, () => `${String(lines.next().value)}\n`);
  for await (const { status } of importLines({ url: app.url, key }, 'opencps', some)) if (status !== undefined && status !== 'accepted') throw new Error(`a line was ${status}`);
  await waitFor(async () => Object.entries((await app.ledger.counts(Date.now())).exchanges).every(([path, n]) => n === 0 || path.endsWith('/done')), { timeoutMs: 60_000, describe: 'delivery' });
  const [known] = simulator.dossiers();
  const dossier = known?.code ?? '';

  const common = { seed: 'demo', operator: 'lienthong', tool: { name: manifest.name, version: manifest.version }, callsPerSecond: 20, write: true };
  const runs = [
    { id: 'dvcqg', target: portal.url, settings: { ...account, agencyCode: AGENCY, dossier, sessionWaitSeconds: SESSION_MS / 1_000 + 1, sessionTtlMs: 1_000 } },
    { id: 'province-callbacks', target: `${app.url}/inbound/dvcqg`, settings: { agencyCode: AGENCY, apiKey: key, dossier } },
  ];
  mkdirSync(OUT, { recursive: true });
  for (const { id, ...run } of runs) {
    const report = await runConformance({ ...(await conformanceSuite(id)), ...common, ...run });
    writeFileSync(new URL(`${id}.html`, OUT), conformanceHtml(report));
    writeFileSync(new URL(`${id}.json`, OUT), conformanceJson(report));
    console.log(`${id}: ${report.outcome} ${JSON.stringify(report.summary)}`);
    if (report.outcome !== 'passed' || report.summary.unclear > 0) process.exitCode = 1;
  }
} finally {
  await app.close();
  await portal.close();
  rmSync(folder, { recursive: true, force: true });
}
