/** Who calls, as NDXP wants to be shown it (fact sheet 4.3, T1). */
import { createHash } from 'node:crypto';
import type { DancuTransport } from './config.ts';

type XRoad = Extract<DancuTransport, { kind: 'x-road' }>;

/** lower-case hex of SHA-256 over the authentication URL, the user, the timestamp and the secret key, one after the other. */
export const digestOf = (authenticationUrl: string, user: string, timestamp: string, secretKey: string): string => createHash('sha256').update(`${authenticationUrl}${user}${timestamp}${secretKey}`, 'utf8').digest('hex');

/** Made for each call: the time is part of it. @param nowMs ms since 1970 */
export function xRoadHeaders({ authenticationUrl, user, secretKey, timestampUnit, client, apiKey, esb }: XRoad, nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (authenticationUrl !== undefined && user !== undefined && secretKey !== undefined) {
    const timestamp = String(timestampUnit === 's' ? Math.floor(nowMs / 1000) : Math.floor(nowMs));
    headers['timestamp'] = timestamp;
    headers['authorization'] = `Basic ${Buffer.from(`${user}:${digestOf(authenticationUrl, user, timestamp, secretKey)}`, 'utf8').toString('base64')}`;
  }
  if (client !== undefined) headers['x-road-client'] = client;
  if (apiKey !== undefined) headers['apikey'] = apiKey;
  if (esb !== undefined) Object.assign(headers, { esb_source_type: esb.sourceType, esb_source_username: esb.sourceUsername });
  return headers;
}
