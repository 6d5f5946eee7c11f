/** K7: every event goes, in its order, none instead of another. */
import { defineOperation } from '../../../src/adapter/define.ts';
import { keyOnce, sayAgain } from '../../../src/adapter/say-again.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { classifyStatus } from '../classify.ts';
import type { DvcltStatus } from '../codes.ts';
import type { DvcltConfig } from '../config.ts';
import { statusRequest, words, type StatusRequest, type Words } from '../contract.ts';
import { encodeStatus, type ReportInput } from '../encode-status.ts';
import { eventsOf } from '../events.ts';
import { LOST_REPLIES } from '../lost-replies.ts';
import { STATUS_RULES } from '../phrases.ts';

/** `ended`: DVCLT takes nothing of this dossier any more. */
export interface Reported { code: string; status: DvcltStatus; taken: 'taken' | 'ended' }

const plainKey = (itemKey: string): string => itemKey.split('!')[0] ?? '';

export const reportStatus = defineOperation<ReportInput, StatusRequest, Words, Reported, DvcltConfig>({
  id: 'reportStatus',
  title: { vi: 'Báo trạng thái hồ sơ cho DVCLT', en: 'Report an event of a dossier to DVCLT' },
  access: 'write', idempotency: { kind: 'natural-key', why: LOST_REPLIES.reportStatus.why }, ordering: 'dossier', coalesce: 'never', batch: { max: 1 },
  request: statusRequest, response: words,
  encode: ([input], { config }) => encodeStatus(input as ReportInput, config),
  classify: (result, _request, config) => classifyStatus(result, config?.statusRules ?? STATUS_RULES),
  decode({ words: said }, [input], { warn }) {
    if (said === 'gone') warn?.(issue('LT-DVCLT-ENDED', undefined, undefined, 'warning'));
    const { code, event } = input as ReportInput;
    return { code, status: event.status, taken: said === 'gone' ? 'ended' : 'taken' };
  },
  probe: sayAgain,
  subscribe: {
    plan(dossier, config) {
      const planned: { itemKey: string }[] = [];
      for (const event of config.report ? eventsOf(dossier) : []) {
        const itemKey = keyOnce(event.key, () => encodeStatus({ ...dossier, event }, config));
        planned.push({ itemKey });
        // What follows would be refused as out of order, and stand before the mended one in the lane: it is planned once that one can go.
        if (itemKey !== event.key) break;
      }
      return planned;
    },
    input(dossier, itemKey) {
      const event = eventsOf(dossier).find(({ key }) => key === plainKey(itemKey));
      return event === undefined ? undefined : { ...dossier, event };
    },
  },
});
