/** The demo's exchange with Prism in the middle: export → gateway → Prism → simulated portal, and the judge at the end. Or polled: source → Prism → gateway → … */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { createDvcqgSimulator, type DvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';
import { createSimulator as createOpencpsSimulator } from '../../adapters/opencps/simulator.ts';
import type { Adapter } from '../../src/adapter/types.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { compareWithPortal, expectedAtPortal } from '../../src/cli/demo-check.ts';
import { importLines } from '../../src/cli/ndjson-client.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { startSimulator, type DeliveryReport, type HostedSimulator } from '../../src/testing/index.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { startPrism } from './prism.ts';
import { startTap, type Tap, type Violation } from './tap.ts';

/** Path of the document that an adapter publishes. */
export function documentOf({ id, contract }: Pick<Adapter, 'id' | 'contract'>): string {
  if (contract === undefined) throw new Error(`${id} has no document`);
  return contract.pathname;
}

const READER = { token: 'invented-token', groupId: '55301' };
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
  /** the gateway fetches the dossiers from a simulated OpenCPS, through a Prism of its own, instead of being sent them */
  polled?: boolean;
  /** ends earlier with what was seen so far; for runs that must find violations, where delivery never ends */
  until?: (violations: number) => boolean;
  timeoutMs?: number;
}
export interface ExchangeReport {
  dossiers: number;
  calls: ReadonlyMap<string, number>;
  total: number;
  violations: Violation[];
  /** calls whose answer was lost on Prism's line; the gateway settles them as any lost reply */
  unanswered: number;
  /** absent when the run ended early */
  judged: DeliveryReport | undefined;
  seconds: number;
}

export async function exchangeThroughPrism(options: ExchangeOptions): Promise<ExchangeReport> {
  const { lines, document = documentOf(dvcqg), seed = 'independent', onProgress, until, timeoutMs = 60_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-prism-'));
  const closing: (() => Promise<unknown>)[] = [() => Promise.resolve(rmSync(folder, { recursive: true, force: true }))];
  try {
    const simulator = createDvcqgSimulator({ seed, agencies: [AGENCY] });
    const [portal, tap] = await behindPrism((options.wrap ?? ((same) => same))(simulator), document, closing);
    const [source, sourceTap] = options.polled !== true ? [] : await behindPrism(createOpencpsSimulator({ records: lines.map((line) => JSON.parse(line) as unknown), ...READER, basePath: '' }), documentOf(opencps), closing);
    const taps = [tap, ...(sourceTap === undefined ? [] : [sourceTap])];
    const violations = (): Violation[] => taps.flatMap((t) => t.violations());
    const [account] = simulator.accounts;
    const upstream = { agencyCode: AGENCY, ...account, ...options.upstream, baseUrl: tap.url };
    const app = await startApp(loadConfig({ adapters: ADAPTERS, overrides: {
      server: { host: '127.0.0.1', port: 0, rateLimit: { max: 1_000_000 } },
      ledger: { engine: 'sqlite', folder },
      upstreams: { dvcqg: { adapter: 'dvcqg', ...upstream } },
      sources: { opencps: { adapter: 'opencps', ...(sourceTap === undefined ? { mode: 'push' } : { mode: 'poll', pollSeconds: 1, baseUrl: sourceTap.url, ...READER, basePath: '/' }) } },
      logging: { level: 'silent', requests: 'none' },
    } }));
    closing.unshift(() => app.close());

    const started = performance.now();
    let taken = 0;
    if (source === undefined) for await (const { line, status } of importLines({ url: app.url }, 'opencps', lines.map((text) => `${text}\n`))) {
      if (line === undefined) continue;
      if (status !== 'accepted') throw new Error(`line ${line} of the export was not accepted: ${String(status)}`);
      onProgress?.('import', (taken += 1), lines.length);
    }
    const early = await waitFor(async () => {
      const { exchanges, byStatusAndChannel } = await app.ledger.counts(Date.now());
      const of = Object.values(exchanges).reduce((a, b) => a + b, 0);
      const open = Object.entries(exchanges).filter(([path]) => GOING.includes(path.split('/').at(-1) ?? '')).reduce((sum, [, n]) => sum + n, 0);
      onProgress?.('deliver', of - open, of);
      if (until?.(violations().length) === true) return 'early';
      const known = Object.values(byStatusAndChannel).reduce((a, b) => a + b, 0);
      return open === 0 && known === lines.length ? 'done' : undefined;
    }, { timeoutMs, intervalMs: 100, describe: () => `the exchange to end; ${tap.total()} calls, ${violations().length} kinds of violations` });
    const seconds = (performance.now() - started) / 1_000;
    const judged = early === 'early' ? undefined
      : await compareWithPortal({ expected: expectedAtPortal(lines, upstream), ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${portal.url}/__admin` });
    return { dossiers: lines.length, calls: new Map(taps.flatMap((t) => [...t.calls()])), total: taps.reduce((sum, t) => sum + t.total(), 0), violations: violations(), unanswered: taps.reduce((sum, t) => sum + t.unanswered(), 0), judged, seconds };
  } finally {
    for (const close of closing) await close();
  }
}

async function behindPrism(simulator: HostedSimulator, document: string, closing: (() => Promise<unknown>)[]): Promise<[{ url: string }, Tap]> {
  const running = await startSimulator(simulator);
  closing.unshift(() => running.close());
  const prism = await startPrism(document, running.url);
  closing.unshift(() => prism.stop());
  const tap = await startTap(prism.url);
  closing.unshift(() => tap.close());
  return [running, tap];
}
