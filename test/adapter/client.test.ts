import { describe, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { connect } from '../../src/adapter/client.ts';
import { startSimulator } from '../../src/testing/index.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import exampleDossier from '../../examples/sdk/dossier.json' with { type: 'json' };

const dossier = exampleDossier as unknown as Dossier;

async function portal() {
  const running = await startSimulator(createDvcqgSimulator({ seed: 'client' }));
  const [account] = running.simulator.accounts;
  const line = connect(dvcqg, { baseUrl: running.url, agencyCode: '000.00.00.H99', ...account });
  return { running, line, close: async () => { await line.close(); await running.close(); } };
}

describe('the SDK', () => {
  it('syncs a dossier and tells what went out incomplete', async () => {
    const { line, running, close } = await portal();
    const withoutLink = { ...dossier, components: [{ name: 'Tờ khai', files: [{ name: 'to-khai.pdf' }] }] };
    const outcome = await line.run('syncDossier', withoutLink);
    expect(outcome.kind).toBe('done');
    expect(outcome.kind === 'done' ? outcome.warnings?.map((w) => w.pointer) : []).toContain('/components/0/files/0');
    expect(running.simulator.summary()['dossiers']).toBe(1);
    await close();
  });

  it('tells every fault of a dossier at once and sends nothing', async () => {
    const { line, running, close } = await portal();
    const outcome = await line.run('syncDossier', { ...dossier, status: 'RETURNED', dates: {}, procedure: { ...dossier.procedure, code: 'x' } });
    expect(outcome.kind).toBe('rejected');
    expect(outcome.kind === 'rejected' ? outcome.issues.map((i) => i.pointer) : []).toEqual(expect.arrayContaining(['/procedure/code', '/dates/acceptedAt', '/dates/resolvedAt', '/dates/returnedAt']));
    expect(running.simulator.journal().filter((entry) => entry.effect === 'create')).toEqual([]);
    await close();
  });

  it('repeats a read that failed in the call, and never a write', async () => {
    const { line, running, close } = await portal();
    await line.run('syncDossier', dossier);
    running.faults.once('http-429', { service: 'TraCuuHoSo' });
    expect(await line.run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'done', value: { exists: true } });
    running.faults.once('http-429', { service: 'DongBoHoSoMC' });
    expect(await line.run('syncDossier', dossier)).toMatchObject({ kind: 'retry', retryAfterMs: 1000 });
    await close();
  });

  it('keeps what an amended call has proved even when its own reply is lost', async () => {
    const { line, running, close } = await portal();
    await line.run('syncDossier', dossier);
    // A create of what is there is refused and amended into an update; that update's reply is lost.
    running.faults.set({ sequence: ['none', 'reset-after'], sequenceMatch: { service: 'DongBoHoSoMC' } });
    const execution = await line.execute(dvcqg.operations.syncDossier, [dossier], { remote: {} });
    expect(execution).toMatchObject({ outcome: { kind: 'unknown' }, remote: { exists: true } });
    await close();
  });
});
