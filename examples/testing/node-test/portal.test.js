import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
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
  const outcome = await portal.run('syncDossier', dossier);
  assert.equal(outcome.kind, 'done');

  assert.deepEqual(mock.journal.map((call) => call.service), ['login', 'DongBoHoSoMC']);
  assert.equal(mock.simulator.dossier(dossier.code).creates, 1);
});

test('a dossier that the portal knows already is updated', async () => {
  mock.simulator.plant({ MaHoSo: dossier.code, TrangThaiHoSo: '2' });
  const outcome = await portal.run('syncDossier', dossier);
  assert.equal(outcome.kind, 'done');

  assert.equal(mock.simulator.dossier(dossier.code).updates, 1);
});

test('a lost reply is no success', async () => {
  mock.faults.once('reset-after', { service: 'DongBoHoSoMC' });
  const outcome = await portal.run('syncDossier', dossier);
  assert.equal(outcome.kind, 'unknown');

  assert.ok(mock.simulator.dossier(dossier.code)); // it was applied all the same
});

test('a call that the contract does not allow fails, and says why', async () => {
  const call = fetch(`${mock.url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username": 7}' });
  await assert.rejects(call, /fetch failed/);

  // Told here, it is not told again by restore().
  assert.throws(() => mock.verify(), /\/body\/password/);
});
