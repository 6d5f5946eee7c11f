/** K5: the dossier goes to the civil-status system, once for each time that the citizen has submitted it. */
import { defineOperation } from '../../../src/adapter/define.ts';
import { keyOnce, sayAgain } from '../../../src/adapter/say-again.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { classifyPush } from '../classify.ts';
import type { DvcltConfig } from '../config.ts';
import { pushRequest, words, type PushRequest, type Words } from '../contract.ts';
import { encodePush } from '../encode-push.ts';
import { handedOverId, submissionOf, withEntry } from '../history.ts';
import { LOST_REPLIES } from '../lost-replies.ts';
import { ALREADY_RECEIVED } from '../phrases.ts';

/** `isDuplicate`: it was there before. */
export interface HandedOver { code: string; isDuplicate: boolean }

const UNDER_WAY: ReadonlySet<string> = new Set(['ACCEPTED', 'PROCESSING']);

/** A submission begins as SUBMITTED, and what the province said before it does not count (keep.ts): so the status tells whether this one was accepted. */
const isToGo = (dossier: Dossier): boolean => dossier.civilStatus !== undefined && dossier.civilStatus.handedOverAt === undefined && UNDER_WAY.has(dossier.status);

export const pushCivilStatus = defineOperation<Dossier, PushRequest, Words, HandedOver, DvcltConfig>({
  id: 'pushCivilStatus',
  title: { vi: 'Gửi hồ sơ sang hệ thống hộ tịch', en: 'Hand a dossier to the civil-status system' },
  access: 'write', idempotency: { kind: 'natural-key', why: LOST_REPLIES.pushCivilStatus.why }, ordering: 'dossier', coalesce: 'never', batch: { max: 1 },
  // All of the citizens' papers travel in it, and stand in memory several times over.
  concurrency: 2,
  request: pushRequest, response: words,
  encode: ([input], { config }) => encodePush(input as Dossier, config),
  classify: (result) => classifyPush(result),
  decode({ words: said }, [input], { warn }) {
    const isDuplicate = said === ALREADY_RECEIVED;
    // Its words cannot tell a repeat from a supplement that it did not ask for.
    if (isDuplicate && input !== undefined && submissionOf(input) > 1) warn?.(issue('LT-DVCLT-EARLIER-KEPT', undefined, undefined, 'warning'));
    return { code: input?.code ?? '', isDuplicate };
  },
  probe: sayAgain,
  learn(dossier, input, _value, now) {
    const submission = submissionOf(input);
    const { civilStatus } = dossier;
    // The citizen has sent it again meanwhile, or it is written already.
    if (civilStatus === undefined || submissionOf(dossier) !== submission || civilStatus.handedOverAt !== undefined) return undefined;
    const at = instantFromEpoch(Math.floor(now / 1000) * 1000);
    return {
      ...dossier,
      ...(dossier.status === 'ACCEPTED' ? { status: 'PROCESSING' as const } : {}),
      civilStatus: { ...civilStatus, handedOverAt: at, backend: { state: 'WAITING' } },
      history: withEntry(dossier.history, { id: handedOverId(submission), at, status: 'PROCESSING', action: 'Gửi hồ sơ sang hệ thống hộ tịch điện tử' }),
    };
  },
  subscribe: {
    plan: (dossier, config) =>
      config.push === 'on-acceptance' && config.civilStatus !== undefined && isToGo(dossier) ? [{ itemKey: keyOnce(`push#${submissionOf(dossier)}`, () => encodePush(dossier, config)) }] : [],
    newestOnly: true,
    // Withdrawn, refused or ended meanwhile, it is no dossier for the ministry's system; nor is an older submission once a newer one is there.
    isStillDue: (newest) => isToGo(newest),
    input: (dossier) => dossier,
  },
});
