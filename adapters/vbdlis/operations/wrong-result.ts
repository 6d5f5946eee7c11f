/** O4: the result that came back is wrong (fact sheet 2.4). No status of ours moves with it. */
import type { Dossier } from '../../../src/model/canonical.ts';
import { stepKeys, type KeyedStep } from '../../../src/model/step-key.ts';
import type { LandConfig } from '../config.ts';
import { wrongResultRequest, type WrongResultRequest } from '../contract.ts';
import { encodeWrongResult, type WrongResultInput } from '../encode.ts';
import { isForHere } from '../route.ts';
import { isLandEntry } from '../situation.ts';
import { defineLandWrite } from './common.ts';

/** Steps with which the province says so, by the sub-status that is configured for it. */
const reports = (dossier: Dossier, { wrongResultState }: LandConfig): KeyedStep[] => stepKeys(dossier).filter(({ entry }) => entry.subStatus === wrongResultState && !isLandEntry(entry));

export const wrongResult = defineLandWrite<WrongResultInput, WrongResultRequest>({
  id: 'wrongResult',
  title: { vi: 'Phản hồi kết quả sai', en: 'Report a wrong result' },
  request: wrongResultRequest,
  encode: (input, { config, warn }) => encodeWrongResult(input, config, warn),
  subscribe: {
    plan: (dossier, config) => (isForHere(dossier, config) ? reports(dossier, config).map(({ key }) => ({ itemKey: key })) : []),
    input(dossier, itemKey) {
      const entry = stepKeys(dossier).find(({ key }) => key === itemKey)?.entry;
      return entry === undefined ? undefined : { code: dossier.code, content: entry.note || entry.action };
    },
  },
});
