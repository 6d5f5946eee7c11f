/** O3: the citizen has the result (fact sheet 2.3). Handed over again after a correction, it is told again. */
import { keyOnce } from '../../../src/adapter/say-again.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { epochFromInstant } from '../../../src/model/time.ts';
import type { LandConfig } from '../config.ts';
import { returnRequest, type ReturnRequest } from '../contract.ts';
import { encodeReturn, type ReturnInput } from '../encode.ts';
import { isForHere } from '../route.ts';
import { isLandEntry } from '../situation.ts';
import { defineLandWrite } from './common.ts';

/** The date of the dossier, else the last step that says so. */
function returnOf({ code, status, dates, history }: Dossier): ReturnInput | undefined {
  if (status !== 'RETURNED') return undefined;
  return { code, returnedAt: dates.returnedAt ?? history.findLast((entry) => entry.status === 'RETURNED' && !isLandEntry(entry))?.at ?? '' };
}

const isKnown = ({ landCase }: Dossier, { tellReturned }: LandConfig): boolean => landCase !== undefined || tellReturned === 'always';

export const resultReturned = defineLandWrite<ReturnInput, ReturnRequest>({
  id: 'resultReturned',
  title: { vi: 'Báo đã trả kết quả cho công dân', en: 'Tell that the citizen has the result' },
  request: returnRequest,
  encode: (input, { config }) => encodeReturn(input, config),
  subscribe: {
    plan(dossier, config) {
      const input = returnOf(dossier);
      if (input === undefined || !isKnown(dossier, config) || !isForHere(dossier, config)) return [];
      return [{ itemKey: keyOnce(`returned:${epochFromInstant(input.returnedAt) ?? ''}`, () => encodeReturn(input, config)) }];
    },
    newestOnly: true,
    input: returnOf,
  },
});
