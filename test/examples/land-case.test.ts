/** The example tells a whole land case: run as a reader would run it, in a process of its own. */
import { expect, it } from 'vitest';
import { runExample } from '../support/run-example.ts';

it('tells every step of both directions, and ends well', { timeout: 70_000 }, async () => {
  const { code, text, errors } = await runExample('examples/land-case/one-case.ts', 60_000);
  expect(code, errors).toBe(0);
  const steps = text.split(/\n(?=\d+\. )/).slice(1);
  expect(steps).toHaveLength(16);
  const calls = (step: string): string[] => [...step.matchAll(/^ {2}(?:gateway → land system|land system → gateway) +([OI]\d) .+/gm)].map(([, operation]) => operation ?? '');
  expect(steps.map(calls)).toEqual([['O1'], ['I1'], ['I2', 'O5'], ['O2'], ['I3'], ['I1'], ['I4', 'O5'], [], ['O2'], ['I1'], ['I5', 'O5'], ['O3'], ['O4'], ['I1'], ['I5', 'O5'], ['O3']]);
  expect(steps.map((step) => /status \/ trạng thái +(.+)/.exec(step)?.[1] ?? '').filter((status) => status !== '')).toEqual([
    'PROCESSING', 'PROCESSING → SUPPLEMENT_REQUIRED', 'SUPPLEMENT_REQUIRED → PROCESSING', 'PROCESSING → PAYMENT_REQUIRED', 'PAYMENT_REQUIRED → PROCESSING', 'PROCESSING → RESOLVED', 'RESOLVED → RETURNED',
  ]);
  expect(steps[4]).toContain('2025-09-22T10:00:00Z → 2025-09-26T10:00:00Z');
  expect(steps[7]).toMatch(/portal → gateway +ImportThongBaoThueFromDVCQG +201 \{"succeeded":true/);
  expect(steps[7]).toContain('1,250,000 VND, owed / phải nộp');
  expect(steps[8]).toContain('1,250,000 VND, paid / đã nộp');
  // Notice, tax notice, result and its correction: four contents.
  expect(new Set([...text.matchAll(/SHA-256 ([0-9a-f]{64})/g)].map(([, hash]) => hash)).size).toBe(4);
  for (const step of steps) expect(step).toMatch(/gateway → portal +(DongBoHoSoMC|CapNhatTienDoHoSoMC) +200/);
  expect(text).toMatch(/Xong \/ Done: RETURNED, RETURNED_TO_CITIZEN/);
  expect(errors).toBe('');
});
