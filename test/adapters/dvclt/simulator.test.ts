/** The simulated DVCLT and civil-status system on loopback: whole lives, what each refuses, every sentence of 3.7, and that a seed repeats a run. */
import { expect, it } from 'vitest';
import { HOUR, scene } from './scene.ts';

it('the whole life of a birth: listed, taken, acknowledged, accepted, handed over, registered, returned', async () => {
  await using s = await scene();
  const { number } = s.simulator.apply({ kind: 'KS' });
  expect(await s.round('intake')).toEqual({ told: 1, failed: 0 });
  const application = s.simulator.application(number);
  expect(application).toMatchObject({ isWaiting: false, acknowledged: 1, versions: 1 });
  const taken = s.dossier(number);
  expect(taken.civilStatus).toMatchObject({ kind: 'BIRTH', facts: { child: { name: application?.declared['nksHoTen'] } } });
  expect(await s.report(taken)).toEqual(['1 taken']);
  const accepted = s.says(taken, 'ACCEPTED');
  expect(await s.report(accepted)).toEqual(['3 taken']);
  expect(await s.push(accepted)).toMatchObject({ kind: 'done', value: { isDuplicate: false } });
  expect(await s.report(s.dossier())).toEqual(['7 taken']);
  expect(await s.round('results')).toEqual({ told: 1, failed: 0 });
  s.simulator.advance(HOUR);
  expect(s.simulator.registryCase(taken.code)).toMatchObject({ state: '3', pushes: 1, files: 1 });
  await s.round('results');
  s.simulator.advance(HOUR);
  await s.round('results');
  const registered = s.dossier();
  const newborn = s.simulator.newborn(taken.code);
  expect(newborn).toMatch(/^099[23]\d{8}$/);
  expect(registered).toMatchObject({ status: 'RESOLVED', civilStatus: { result: { citizenNumber: newborn }, facts: { child: { citizenNumber: newborn } } } });
  expect(await s.report(registered)).toEqual(['4 taken']);
  expect(await s.report(s.says(registered, 'RETURNED'))).toEqual(['5 taken']);
  expect(s.simulator.application(number)).toMatchObject({ events: [1, 3, 7, 4, 5], code: taken.code, result: { citizenNumber: newborn, paperCode: 'KQ.G15.000031', file: { bytes: registered.civilStatus?.result?.file?.size } } });
  expect(s.desk.aside).toEqual([]);
  expect(s.breaches()).toEqual([]);
  expect(s.simulator.summary()).toMatchObject({ refused: 0, unknownFields: 0, secondCodes: 0 });
});
