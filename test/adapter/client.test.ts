import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { connect } from '../../src/adapter/client.ts';
import { mockUpstream, type MockUpstream } from '../../src/testing/index.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import exampleDossier from '../../examples/sdk/dossier.json' with { type: 'json' };

const dossier = exampleDossier as unknown as Dossier;

const connectTo = (to: MockUpstream<'dvcqg'>) => connect(dvcqg, to.config());

let portal: MockUpstream<'dvcqg'>;
let line: ReturnType<typeof connectTo>;
beforeEach(async () => {
  portal = await mockUpstream('dvcqg', { seed: 'client' });
  line = connectTo(portal);
});
afterEach(async () => {
  await line.close();
  await portal.restore();
});

describe('the SDK', () => {
  it('syncs a dossier and tells what went out incomplete', async () => {
    const withoutLink = { ...dossier, components: [{ name: 'Tờ khai', files: [{ name: 'to-khai.pdf' }] }] };
    const outcome = await line.run('syncDossier', withoutLink);
    expect(outcome.kind).toBe('done');
    expect(outcome.kind === 'done' ? outcome.warnings?.map((w) => w.pointer) : []).toContain('/components/0/files/0');
    expect(portal.simulator.summary()['dossiers']).toBe(1);
  });

  it('tells every fault of a dossier at once and sends nothing', async () => {
    const outcome = await line.run('syncDossier', { ...dossier, status: 'RETURNED', dates: {}, procedure: { ...dossier.procedure, code: 'x' } });
    expect(outcome.kind).toBe('rejected');
    expect(outcome.kind === 'rejected' ? outcome.issues.map((i) => i.pointer) : []).toEqual(expect.arrayContaining(['/procedure/code', '/dates/acceptedAt', '/dates/resolvedAt', '/dates/returnedAt']));
    expect(portal.simulator.journal().filter((entry) => entry.effect === 'create')).toEqual([]);
  });

  it('repeats a read that failed in the call, and never a write', async () => {
    await line.run('syncDossier', dossier);
    portal.faults.once('http-429', { service: 'TraCuuHoSo' });
    expect(await line.run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'done', value: { exists: true } });
    portal.faults.once('http-429', { service: 'DongBoHoSoMC' });
    expect(await line.run('syncDossier', dossier)).toMatchObject({ kind: 'retry', retryAfterMs: 1000 });
  });

  it('keeps what an amended call has proved even when its own reply is lost', async () => {
    await line.run('syncDossier', dossier);
    // A create of what is there is refused and amended into an update; that update's reply is lost.
    portal.faults.set({ sequence: ['none', 'reset-after'], sequenceMatch: { service: 'DongBoHoSoMC' } });
    const execution = await line.execute(dvcqg.operations.syncDossier, [dossier], { remote: {} });
    expect(execution).toMatchObject({ outcome: { kind: 'unknown' }, remote: { exists: true } });
  });
});
