/** A recording of a province's adapters at work against the simulators, as a recorder makes it. */
import { join } from 'node:path';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { bareDossier, fullDossier } from '../../adapters/dvcqg/fixtures.ts';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';
import { poll } from '../../adapters/opencps/poll.ts';
import { fixtures as opencpsFixtures } from '../../adapters/opencps/fixtures.ts';
import { connect } from '../../src/adapter/client.ts';
import type { Adapter, Outcome } from '../../src/adapter/types.ts';
import { contractOf } from '../../src/testing/contracts.ts';
import { startSimulator } from '../../src/testing/host.ts';
import { recordTransport } from '../../src/testing/recorder/hooks.ts';
import { createRecorder } from '../../src/testing/recorder/recorder.ts';
import { readRecording, type RecordedExchange } from '../../src/testing/recorder/recording.ts';

export const KEY = Buffer.alloc(32, 8);
/** Nothing of it but the agency reaches a recording. */
export const CONFIG = { baseUrl: 'http://127.0.0.1:9/forward', agencyCode: 'H99', username: 'tinh-mau', password: 'mat-khau-mau' };

export async function lines(file: string): Promise<RecordedExchange[]> {
  const all: RecordedExchange[] = [];
  for await (const exchange of readRecording(file)) all.push(exchange);
  return all;
}

/** A dossier, its steps, a look-up, a refused step and the list of agencies. */
export async function recordPortal(folder: string): Promise<{ file: string; agency: string; outcomes: Outcome[] }> {
  const file = join(folder, 'portal.ndjson');
  const simulator = createDvcqgSimulator({ seed: 'recorded' });
  const running = await startSimulator(simulator);
  const recorder = await createRecorder({ file, upstream: 'dvcqg', contract: contractOf(dvcqg), key: KEY });
  const agency = simulator.agencies[0] as string;
  const connection = connect(dvcqg, { ...CONFIG, ...simulator.accounts[0], baseUrl: running.url, agencyCode: agency, dstcode: simulator.dstcode }, { transport: recordTransport(recorder), readRetry: { retries: 0 } });
  const full = fullDossier();
  const outcomes: Outcome[] = [
    await connection.run('syncDossier', full),
    await connection.run('appendProgress', { dossierCode: full.code, entry: full.history[0] as (typeof full.history)[number] }, { remote: { exists: true } }),
    await connection.run('findDossier', { code: full.code }),
    await connection.run('appendProgress', { dossierCode: 'H99.14-250701-4242', entry: full.history[0] as (typeof full.history)[number] }, { remote: { exists: true } }),
    await connection.run('syncDossier', bareDossier()),
    await connection.run('listAgencies', undefined),
  ];
  await connection.close();
  await running.close();
  await recorder.close();
  return { file, agency, outcomes };
}

/** A whole poll of OpenCPS. */
export async function recordSource(folder: string): Promise<string> {
  const file = join(folder, 'source.ndjson');
  const simulator = opencps.simulator?.(opencpsFixtures.source?.poll?.options(opencpsFixtures.source.records) ?? {});
  const running = await startSimulator(simulator as never);
  const recorder = await createRecorder({ file, upstream: 'opencps', contract: contractOf(opencps as unknown as Adapter), key: KEY });
  const config = opencps.configure({ ...opencpsFixtures.config, baseUrl: running.url });
  const wire = opencps.open(config, { now: Date.now, transport: recordTransport(recorder) });
  let records = 0;
  for await (const page of poll({ wire, config, now: Date.now }, undefined)) records += page.records.length;
  if (records === 0) throw new Error('the simulated source gave nothing');
  await wire.close();
  await running.close();
  await recorder.close();
  return file;
}
