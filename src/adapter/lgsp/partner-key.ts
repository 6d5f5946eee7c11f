/** The value of `lgspaccesstoken`: base64 of a JSON object, in this order of keys (B.2, variant 2; example in B 5.3). */
import { isRecord } from '../../contract/is-record.ts';
import { spelled, type PartnerKey } from './config.ts';

/** @returns base64; whoever holds it can call: as secret as the keys in it */
export function partnerToken({ accessKey, secretKey, appName, partnerCode, partnerCodeCus = partnerCode, agencySpelling }: PartnerKey): string {
  const code = (given: string): string => spelled(given, agencySpelling) ?? given;
  return Buffer.from(JSON.stringify({ AccessKey: accessKey, SecretKey: secretKey, AppName: appName, PartnerCode: code(partnerCode), PartnerCodeCus: code(partnerCodeCus) })).toString('base64');
}

/** The other way, for doubles: undefined when it is not base64 of such an object, or when one of its five texts is missing. */
export function readPartnerToken(value: string): Omit<Required<PartnerKey>, 'agencySpelling'> | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isRecord(read)) return undefined;
  const { AccessKey: accessKey, SecretKey: secretKey, AppName: appName, PartnerCode: partnerCode, PartnerCodeCus: partnerCodeCus } = read;
  const isText = (v: unknown): v is string => typeof v === 'string' && v !== '';
  return isText(accessKey) && isText(secretKey) && isText(appName) && isText(partnerCode) && isText(partnerCodeCus) ? { accessKey, secretKey, appName, partnerCode, partnerCodeCus } : undefined;
}
