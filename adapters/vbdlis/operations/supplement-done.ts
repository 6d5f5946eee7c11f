/** O2: what the land system waits for has come, papers or money (fact sheet 2.2). */
import { keyOnce } from '../../../src/adapter/say-again.ts';
import type { Dossier, Supplement } from '../../../src/model/canonical.ts';
import { sameName } from '../../../src/model/text.ts';
import type { LandConfig } from '../config.ts';
import { supplementRequest, type SupplementRequest } from '../contract.ts';
import { encodeSupplement, type SupplementInput } from '../encode.ts';
import { digestOf } from '../inbound/values.ts';
import { isPaid } from '../obligations.ts';
import { isForHere } from '../route.ts';
import { hasEnded, isLandEntry } from '../situation.ts';
import { defineLandWrite } from './common.ts';

interface Due { key: string; input: SupplementInput }

/** Requests of the land system that the province has answered. What the land system has itself said to have received (I3) needs no telling. */
function answered({ supplements, landCase }: Dossier): Supplement[] {
  const received = new Set(landCase?.events.filter(({ kind }) => kind === 'SUPPLEMENT_RECEIVED').map(({ at }) => at));
  return supplements.filter((one) => isLandEntry(one) && one.completedAt !== undefined && !received.has(one.completedAt));
}

function afterSupplement(dossier: Dossier, request: Supplement): SupplementInput {
  // The province keeps a record of its own of the same round, and it says more.
  const own = dossier.supplements.find((one) => !isLandEntry(one) && one.completedAt === request.completedAt);
  const told = own ?? request;
  const papers = (told.papers ?? []).flatMap(({ name }) => dossier.components.find((component) => sameName(component.name, name)) ?? []);
  const note = told.receivedNote ?? '';
  return { code: dossier.code, newDueAt: told.newDueAt ?? dossier.dates.dueAt ?? '', ...(note === '' ? {} : { note }), ...(papers.length === 0 ? {} : { papers }) };
}

/**
 * Notices may come one after the other: each set of them that is paid is told. By the number of the decision, which stays as it is; the id
 * changes when another channel tells the tax code.
 */
const paidKey = ({ landCase }: Dossier): string => `paid:${digestOf(landCase?.obligations.map(({ noticeNumber, id }) => noticeNumber ?? id).sort())}`;

const afterPayment = ({ code, dates, landCase }: Dossier): SupplementInput => ({ code, newDueAt: dates.dueAt ?? landCase?.newDueAt ?? '', note: 'Đã hoàn thành nghĩa vụ tài chính' });

/** Everything that there is to tell, whether it was told before or not. */
function due(dossier: Dossier, config: LandConfig): Due[] {
  const { landCase } = dossier;
  if (landCase === undefined || hasEnded(dossier) || !isForHere(dossier, config)) return [];
  const all = answered(dossier).map((request): Due => ({ key: `supplement:${digestOf(request.id)}`, input: afterSupplement(dossier, request) }));
  // The call is the same for money and for papers: while it waits for papers, the land system would take the one for the other.
  if (landCase.state !== 'WAITING_SUPPLEMENT' && landCase.obligations.length > 0 && landCase.obligations.every(isPaid)) {
    all.push({ key: paidKey(dossier), input: afterPayment(dossier) });
  }
  return all;
}

export const supplementDone = defineLandWrite<SupplementInput, SupplementRequest>({
  id: 'supplementDone',
  title: { vi: 'Báo đã bổ sung hoặc đã hoàn thành nghĩa vụ tài chính', en: 'Tell that the supplement came, or that the financial obligation is fulfilled' },
  request: supplementRequest,
  encode: (input, { config, warn }) => encodeSupplement(input, config, warn),
  subscribe: {
    plan: (dossier, config) => due(dossier, config).map(({ key, input }) => ({ itemKey: keyOnce(key, () => encodeSupplement(input, config)) })),
    newestOnly: true,
    input(dossier, itemKey) {
      const key = itemKey.split('!')[0] ?? '';
      if (key === paidKey(dossier)) return afterPayment(dossier);
      const request = answered(dossier).find(({ id }) => key === `supplement:${digestOf(id)}`);
      return request === undefined ? undefined : afterSupplement(dossier, request);
    },
  },
});
