/**
 * Headers of the document exchange bus VXP (B.6): parameters travel as headers, each is repeated with a prefix, and the JSON of the repeated
 * ones is signed. The original SDK's own order of that JSON is unknown; here it is systemid, timestamp, then the parameters as given.
 */
import { createHmac } from 'node:crypto';
import { pad2, pad4 } from '../../model/civil-date.ts';
import { localParts } from '../../model/time.ts';

export const VXP_PREFIX = 'XroadVnpt-';
export const VXP_VERSION = '3.0.201608';
const USER_AGENT = 'JAVASDKAgent/1.0.0 XRoad/VPCP';

/** @returns `ddMMyyyy'T'HHmmss+0700`, Vietnamese time. @param ms since epoch */
export function vxpTimestamp(ms: number): string {
  const at = localParts(ms);
  return `${pad2(at.day)}${pad2(at.month)}${pad4(at.year)}T${pad2(at.hour)}${pad2(at.minute)}${pad2(at.second)}+0700`;
}

/** HMAC-SHA256 of a text under a secret, in lower-case hexadecimal. */
export const vxpHash = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

export interface VxpSigning { systemId: string; secret: string; signContentType?: boolean; signedNames?: 'prefixed' | 'plain' }

/**
 * @param parameters of the call: `from`, `to` (a JSON array as text), `serviceType`, `messageType`, `docId` …
 * @param contentType of the body; sent by the caller, here only where it is signed
 * @throws TypeError for a name or value that cannot stand in a header
 */
export function vxpHeaders(signing: VxpSigning, nowMs: number, parameters: Readonly<Record<string, string>> = {}, contentType = 'application/json'): Record<string, string> {
  const given: Record<string, string> = { systemid: signing.systemId, timestamp: vxpTimestamp(nowMs), ...parameters };
  for (const [name, value] of Object.entries(given)) {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) throw new TypeError(`a VXP parameter that no header can hold: ${name}`);
  }
  const prefixed: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...given, ...(signing.signContentType === true ? { 'content-type': contentType } : {}) })) prefixed[`${VXP_PREFIX}${name}`] = value;
  const json = JSON.stringify(prefixed);
  const names = Object.keys(prefixed).map((name) => (signing.signedNames === 'plain' ? name.slice(VXP_PREFIX.length) : name));
  return {
    ...given, ...prefixed,
    [`${VXP_PREFIX}sign-header-key`]: names.join(';'),
    [`${VXP_PREFIX}sign-header`]: json,
    [`${VXP_PREFIX}hash-header`]: vxpHash(signing.secret, json),
    [`${VXP_PREFIX}version`]: VXP_VERSION,
    'user-agent': USER_AGENT,
  };
}
