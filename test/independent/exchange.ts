/** The demo's exchange with Prism in the middle: export → gateway → Prism → simulated portal, and the judge at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { createDvcqgSimulator, type DvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { compareWithPortal, expectedAtPortal } from '../../src/cli/demo-check.ts';
import { importLines } from '../../src/cli/ndjson-client.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { startSimulator, type DeliveryReport } from '../../src/testing/index.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { startPrism } from './prism.ts';
import { startTap, type Violation } from './tap.ts';

export const DVCQG_DOCUMENT = (dvcqg.contract ?? packageFile('schemas/upstream/dvcqg.openapi.yaml')).pathname;
const AGENCY = '000.00.00.H13';
/** States that an exchange leaves by itself. */
const GOING = ['pending', 'sending', 'unknown'];

export interface ExchangeOptions {
  /** lines of an OpenCPS export */
  lines: readonly string[];
  /** the document that Prism reads. Default: the published one */
  document?: string;
  /** of the simulated portal */
  seed?: string;
  /** spoils the portal, to see that Prism notices */
  wrap?: (simulator: DvcqgSimulator) => DvcqgSimulator;
  /** other settings of the connection, e.g. another message generation */
  upstream?: Record<string, unknown>;
  onProgress?: (stage: 'import' | 'deliver', done: number, of: number) => void;
  /** ends earlier with what was seen so far; for runs that must find violations, where delivery never ends */
  until?: (violations: number) => boolean;
  timeoutMs?: number;
}
export interface ExchangeReport {
  dossiers: number;
  calls: ReadonlyMap<string, number>;
  total: number;
  violations: Violation[];
  /** absent when the run ended early */
  judged: DeliveryReport | undefined;
  seconds: number;
}

export async function exchangeThroughPrism(options: ExchangeOptions): Promise<ExchangeReport> {
  const { lines, document = DVCQG_DOCUMENT, seed = 'independent', onProgress, until, timeoutMs = 60_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-prism-'));
  const closing: (() => Promise<unknown>)[] = [() => Promise.resolve(rmSync(folder, { recursive: true, force: true }))];
  try {
    const simulator = createDvcqgSimulator({ seed, agencies: [AGENCY] });
    const portal = await startSimulator((options.wrap ?? ((same) => same))(simulator));
    closing.unshift(() => portal.close());
    const prism = await startPrism(document, portal.url);
    closing.unshift(() => prism.stop());
    const tap = await startTap(prism.url);
    closing.unshift(() => tap.close());
    const [account] = simulator.accounts;
    const upstream = { agencyCode: AGENCY, ...account, ...options.upstream, baseUrl: tap.url };
    const app = await startApp(loadConfig({ adapters: ADAPTERS, overrides: {
      server: { host: '127.0.0.1', port: 0, rateLimit: { max: 1_000_000 } },
      ledger: { engine: 'sqlite', folder },
      upstreams: { dvcqg: { adapter: 'dvcqg', ...upstream } },
      sources: { opencps: { adapter: 'opencps', mode: 'push' } },
      logging: { level: 'silent', requests: 'none' },
    } }));
    closing.unshift(() => app.close());

    const started = performance.now();
    let taken = 0;
    for await (const { line, status } of importLines({ url: app.url }, 'opencps', lines.map((text) => `${text}\n`))) {
      if (line === undefined) continue;
      if (status !== 'accepted') throw new Error(`line ${line} of the export was not accepted: ${String(status)}`);
      onProgress?.('import', (taken += 1), lines.length);
    }
    const early = await waitFor(async () => {
      const { exchanges } = await app.ledger.counts(Date.now());
      const of = Object.values(exchanges).reduce((a, b) => a + b, 0);
      const open = Object.entries(exchanges).filter(([path]) => GOING.includes(path.split('/').at(-1) ?? '')).reduce((sum, [, n]) => sum + n, 0);
      onProgress?.('deliver', of - open, of);
      if (until?.(tap.violations().length) === true) return 'early';
      return open === 0 ? 'done' : undefined;
    }, { timeoutMs, intervalMs: 100, describe: () => `the exchange to end; ${tap.total()} calls, ${tap.violations().length} kinds of violations` });
    const seconds = (performance.now() - started) / 1_000;
    const judged = early === 'early' ? undefined
      : await compareWithPortal({ expected: expectedAtPortal(lines, upstream), ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.url}/__admin` });
    return { dossiers: lines.length, calls: tap.calls(), total: tap.total(), violations: tap.violations(), judged, seconds };
  } finally {
    for (const close of closing) await close();
  }
}
