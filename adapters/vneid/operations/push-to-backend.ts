/** L4: a dossier is handed over to the judicial-record software, once for each time that the citizen submitted it (fact sheet 2.6). */
import { defineOperation } from '../../../src/adapter/define.ts';
import { sayAgain } from '../../../src/adapter/say-again.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Dossier, HistoryEntry } from '../../../src/model/canonical.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { lltpBackend } from '../backend/backend.ts';
import { PLACE } from '../codes.ts';
import type { VneidConfig } from '../config.ts';
import { pushAnswer, pushRequest, type PushAnswer, type PushRequest } from '../contract.ts';
import { OUR_ID } from '../inbound/dossier.ts';
import { LOST_REPLIES } from '../lost-replies.ts';
import { isForHere, submissionOf } from '../route.ts';
import { isForward } from '../steps.ts';

export interface Pushed { code: string; /** which kind of software */ system: string; wasThere: boolean }

const isDue = (dossier: Dossier, { backend }: VneidConfig): boolean => backend.kind !== 'none' && backend.pushWhen.includes(dossier.status);

/** Where it stands now, and that it is being processed, unless it has gone on meanwhile: to a supplement, to an end, to another submission. */
function handedOver(dossier: Dossier, input: Dossier, { system, wasThere }: Pushed, now: number): Dossier | undefined {
  const record = dossier.judicialRecord;
  const n = submissionOf(input);
  if (record === undefined || record.backend?.submission === n) return undefined;
  const at = instantFromEpoch(now);
  const isNow = submissionOf(dossier) === n && PLACE[dossier.status] !== undefined && isForward(dossier.status, 'PROCESSING');
  const entry: HistoryEntry = { id: `${OUR_ID}push:${n}`, at, status: 'PROCESSING', action: 'Đã chuyển hồ sơ sang phần mềm lý lịch tư pháp' };
  return {
    ...dossier,
    ...(isNow ? { status: 'PROCESSING' as const, history: [...dossier.history, entry] } : {}),
    judicialRecord: { ...record, backend: { system, pushedAt: at, submission: n, ...(wasThere ? { wasThere } : {}) } },
  };
}

export const pushToBackend = defineOperation<Dossier, PushRequest, PushAnswer, Pushed, VneidConfig>({
  id: 'pushToBackend',
  title: { vi: 'Chuyển hồ sơ sang phần mềm lý lịch tư pháp (L4)', en: 'Hand a dossier over to the judicial-record software (L4)' },
  access: 'write',
  idempotency: { kind: 'natural-key', why: LOST_REPLIES.pushToBackend.why },
  ordering: 'dossier',
  coalesce: 'never',
  batch: { max: 1 },
  // All of the citizen's papers travel in it, and stand in memory several times over.
  concurrency: 2,
  timeouts: { readMs: 180_000 },
  request: pushRequest,
  response: pushAnswer,
  encode: ([dossier], { config, warn }) => lltpBackend.encodePush(dossier as Dossier, config, warn),
  classify: (result, _request, config) => lltpBackend.classifyPush(result, config),
  decode(response, [dossier], { config, warn }) {
    const wasThere = lltpBackend.wasThere(response, config);
    // What is there may be the submission before this one: nobody takes it back, but somebody is to know.
    if (wasThere && dossier !== undefined && submissionOf(dossier) > 1) warn?.(issue('LT-VNEID-SUPPLEMENT-NOT-TAKEN', undefined, undefined, 'warning'));
    return { code: dossier?.code ?? '', system: config.backend.kind, wasThere };
  },
  learn: handedOver,
  probe: sayAgain,
  subscribe: {
    plan: (dossier, config) => (isForHere(dossier, config) && isDue(dossier, config) ? [{ itemKey: `push:${submissionOf(dossier)}` }] : []),
    newestOnly: true,
    isStillDue: isDue,
    input: (dossier) => dossier,
  },
});
