import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from 'lienthong';
import { dvcqg } from 'lienthong/adapters/dvcqg';
import { mockUpstream } from 'lienthong/testing';
import dossier from './dossier.json' with { type: 'json' };

let mock, portal;
beforeEach(async () => {
  mock = await mockUpstream('dvcqg', { seed: 'portal.test' });
  portal = connect(dvcqg, mock.config());
});
afterEach(async () => {
  await portal.close();
  await mock.restore(); // fails the test when a call broke the contract
});

test('a dossier reaches the national portal once', async () => {
  expect(await portal.run('syncDossier', dossier)).toMatchObject({ kind: 'done' });

  expect(mock.journal.map((call) => call.service)).toEqual(['login', 'DongBoHoSoMC']);
  expect(mock.simulator.dossier(dossier.code)).toMatchObject({ creates: 1, updates: 0 });
});

test('a dossier that the portal knows already is updated', async () => {
  mock.simulator.plant({ MaHoSo: dossier.code, TrangThaiHoSo: '2' });
  expect(await portal.run('syncDossier', dossier)).toMatchObject({ kind: 'done' });

  expect(mock.simulator.dossier(dossier.code)).toMatchObject({ updates: 1 });
});

test('a lost reply is no success', async () => {
  mock.faults.once('reset-after', { service: 'DongBoHoSoMC' });
  expect(await portal.run('syncDossier', dossier)).toMatchObject({ kind: 'unknown' });

  expect(mock.simulator.dossier(dossier.code)).toBeDefined(); // it was applied all the same
});

test('a call that the contract does not allow fails, and says why', async () => {
  const call = fetch(`${mock.url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username": 7}' });
  await expect(call).rejects.toThrow('fetch failed');

  // Told here, it is not told again by restore().
  expect(() => mock.verify()).toThrow('/body/password');
});
