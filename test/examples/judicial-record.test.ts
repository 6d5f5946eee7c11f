/** The example tells a whole judicial record: run as a reader would run it, in a process of its own. */
import { expect, it } from 'vitest';
import { runExample } from '../support/run-example.ts';

it('tells every step of every direction, and ends well', { timeout: 100_000 }, async () => {
  const { code, text, errors } = await runExample('examples/judicial-record/one-record.ts', 90_000);
  expect(code, errors).toBe(0);
  const steps = text.split(/\n(?=\d+\. )/).slice(1);
  expect(steps).toHaveLength(9);
  const calls = (step: string): string[] => [...step.matchAll(/^ {2}(?:gateway → (?:VNeID|LLTP software)|VNeID → gateway) +(L\d \w+(?: \d+)?)/gm)].map(([, call]) => call ?? '').filter((call) => call !== 'L5 readResult');
  expect(steps.map(calls)).toEqual([
    ['L1 issueCode', 'L2 createDossier'], ['L6 reportStatus 2', 'L4 pushToBackend', 'L6 reportStatus 4'], ['L6 reportStatus 5'], ['L2 createDossier'], ['L2 createDossier'],
    ['L6 reportStatus 2', 'L4 pushToBackend', 'L6 reportStatus 4'], ['L6 reportStatus 9'], ['L6 reportStatus 10'], ['L6 reportStatus 10'],
  ]);
  expect(steps.map((step) => /citizen sees \/ VNeID +(.+)/.exec(step)?.[1])).toEqual(['1', '4', '5', '1', '1', '4', '9', '10', '10, withdrawn / đã thu hồi']);
  expect(steps.map((step) => /status \/ trạng thái +(.+)/.exec(step)?.[1] ?? '').filter((status) => status !== '')).toEqual([
    'SUBMITTED', 'SUBMITTED → PROCESSING', 'PROCESSING → SUPPLEMENT_REQUIRED', 'SUPPLEMENT_REQUIRED → SUBMITTED', 'SUBMITTED → PROCESSING', 'PROCESSING → RESOLVED', 'RESOLVED → RETURNED',
  ]);
  expect(steps[5]).toContain('Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin');
  // A certificate, and the one that was issued anew.
  expect(new Set([...text.matchAll(/certificate \/ phiếu .*(lienthong-file:\w+)$/gm)].map(([, place]) => place)).size).toBe(2);
  expect(text).toMatch(/Xong \/ Done: RETURNED, 2 submissions, 10 steps/);
  expect(text).not.toMatch(/099\d{9}|0900\d{6}/);
  expect(errors).toBe('');
});
