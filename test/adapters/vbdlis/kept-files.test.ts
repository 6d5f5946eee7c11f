/** Papers that the gateway keeps, on their way out of a running gateway: the land system gets their contents, the portal neither contents nor addresses. */
import { createHash } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { fullLandDossier } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { fileIdIn } from '../../../src/model/file-address.ts';
import { endEverything } from '../../support/process.ts';
import { BEGIN, threeSystems, type ThreeSystems } from './three-systems.ts';

const CODE = 'H99.99.01-260302-0009';
const open: ThreeSystems[] = [];
afterEach(async () => {
  for (const systems of open.splice(0)) await systems.close();
  endEverything();
});

it('go out as contents to the land system, and as nothing to the portal; the province reads them by their id', { timeout: 60_000 }, async () => {
  const s = await threeSystems('vbdlis', CODE, {});
  open.push(s);
  const paper = Buffer.from('%PDF-1.7 đơn đăng ký của bà Ất');
  const url = await s.keepFile(paper);
  const received = instantFromEpoch(BEGIN - 3_600_000);
  const base = fullLandDossier({ code: CODE, sourceUpdatedAt: received });
  await s.send({ ...base, components: base.components.map((component) => ({ ...component, files: [{ name: 'don.pdf', url }] })) });
  await s.settled();
  expect(s.atLand(CODE)).toContain('submit create');
  const [land, portal] = [s.land, s.portal].map(({ simulator }) => JSON.stringify(simulator.journal()));
  expect(s.atPortal(CODE).snapshots.length).toBeGreaterThan(0);
  expect(land).toContain(createHash('sha256').update(paper).digest('hex'));
  for (const journal of [land, portal]) expect(journal).not.toContain('lienthong-file:');
  const answer = await fetch(`${s.url}/v1/files/${fileIdIn(url)}`);
  expect(Buffer.from(await answer.arrayBuffer()).equals(paper)).toBe(true);
});
