/** The applicant in EMC's words (fact sheet A.4.2): personal data, so that nothing is written unless the configuration says so. */
import { createHmac } from 'node:crypto';
import type { IdentityDocument, Party } from '../../src/model/canonical.ts';
import { toNfc } from '../../src/model/text.ts';
import type { EmcConfig } from './config.ts';
import type { TrackingUser } from './contract.ts';

/** The number that the applicant is known by: the first paper, a portal account being none. */
const paperOf = ({ ids }: Party): IdentityDocument | undefined => ids.find(({ type, number }) => type !== 'TECH_ID' && number.trim() !== '');

/** @returns JSON in text, as the one implementation that sends it does; undefined where there is nobody to name */
export function userOf(applicant: Party, { user, userKey = '', userLocation = '' }: Pick<EmcConfig, 'user' | 'userKey' | 'userLocation'>): string | undefined {
  const paper = user === 'omit' ? undefined : paperOf(applicant);
  if (paper === undefined) return undefined;
  const number = toNfc(paper.number.trim());
  // The key makes it worth nothing to whoever has a list of all numbers: there are few enough of them to try.
  const id = user === 'hash' ? createHmac('sha256', userKey).update(number).digest('hex') : number;
  const isBusiness = paper.type === 'TAX_CODE' || number.length === 10;
  const value: TrackingUser = { ID_local: id, ID_QG: id, TYPE: isBusiness ? '1' : '2', LOCATION: userLocation };
  return JSON.stringify(value);
}
