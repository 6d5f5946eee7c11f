/** CapNhatTienDoHoSoMC: steps are appended, cannot be asked about and cannot be taken back (fact sheet 3.2). */
import { issue } from '../../../src/contract/errors/issue.ts';
import { defineOperation } from '../../../src/adapter/define.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import { stepKeys } from '../../../src/model/step-key.ts';
import { classifyAnswer, type Classified } from '../classify.ts';
import { statusTarget, type DvcqgConfig } from '../config.ts';
import { progressRequest, type PhanHoi, type ProgressRequest } from '../contract.ts';
import { CapNhatTienDoHoSoMCResponse } from '../generated/validators.js';
import { STEP_DECISIONS, UNDECIDED_STEP } from '../lost-replies.ts';
import { encodeSteps, isForPortal, STEPS_PER_CALL, stepsToSend, type ProgressStep } from '../steps.ts';
import { check, head } from './common.ts';

/** How long a step waits for a dossier that the portal does not show yet. */
const ABSENT_PAUSE_MS = 30_000;

/** "The dossier does not exist" is about order, not about the step: nothing was applied, and it may go later. */
export function classifyProgress(result: WireResult): Classified<PhanHoi> {
  const answer = classifyAnswer<PhanHoi>(result, 'append');
  if (answer.kind === 'rejected' && answer.issues[0]?.code === 'LT-DVCQG-ABSENT') {
    return { kind: 'retry', issue: issue('LT-DVCQG-ABSENT'), retryAfterMs: ABSENT_PAUSE_MS };
  }
  return answer;
}

export const appendProgress = defineOperation<ProgressStep, ProgressRequest, PhanHoi, { steps: number }, DvcqgConfig>({
  id: 'appendProgress',
  title: { vi: 'Gửi bước xử lý lên Cổng DVCQG', en: 'Send progress steps to the national portal' },
  access: 'write',
  idempotency: { kind: 'none', why: { vi: 'Không có mã bước: gửi lại là thêm một bước nữa.', en: 'Steps have no id: sending again appends another one.' } },
  ordering: 'dossier',
  coalesce: 'never',
  // The portal answers a call as a whole, and nothing proves that a refused one applied nothing. A refused batch is sent again
  // in halves, so “Yêu cầu bổ sung” never travels in one: a second 5 makes the dossier late.
  batch: { max: STEPS_PER_CALL, alone: ({ entry }, config) => statusTarget(config, entry.status, entry.subStatus) === '5' },
  request: progressRequest,
  response: check<PhanHoi>(CapNhatTienDoHoSoMCResponse as never),
  encode: (inputs, { config }) => ({ ...head(config, 'CapNhatTienDoHoSoMC'), data: encodeSteps(inputs, config) }),
  classify: classifyProgress,
  decode: (_response, inputs) => ({ steps: inputs.length }),
  needs: (remote) => remote.exists === true,
  lostReply({ entry }, { config }) {
    const target = statusTarget(config, entry.status, entry.subStatus);
    return target === undefined || target === 'hold' || target === 'skip' ? UNDECIDED_STEP : STEP_DECISIONS[target];
  },
  subscribe: {
    plan: (dossier, config) => (isForPortal(dossier, config) ? stepsToSend(dossier, config).map(({ key }) => ({ itemKey: key })) : []),
    input(dossier, itemKey) {
      const found = stepKeys(dossier).find(({ key }) => key === itemKey);
      return found === undefined ? undefined : { dossierCode: dossier.code, entry: found.entry };
    },
  },
});
