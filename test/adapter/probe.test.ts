import { expect, it } from 'vitest';
import type { AnyOperation } from '../../src/adapter/types.ts';
import { toyUpstream } from '../support/toy.ts';

it('an operation without a probe answers LT-UPSTREAM-NO-PROBE, and nothing goes on the wire', async () => {
  const toy = toyUpstream();
  const step = toy.connection.adapter.operations['step'] as AnyOperation;
  expect(await toy.connection.probe(step, { code: 'H13.01-250701-0001' })).toMatchObject({ kind: 'unknown', issue: { code: 'LT-UPSTREAM-NO-PROBE', message: { vi: expect.stringMatching(/./), en: expect.stringMatching(/./) } } });
  expect(toy.sent).toEqual([]);
});
