/** Signing and checking of messages as Standard Webhooks (v1, symmetric) say: HMAC-SHA256 over `id.timestamp.body`. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 300;

function mac(secret: string, id: string, timestamp: string, body: string | Uint8Array): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/**
 * @param secret `whsec_` and the key in base64
 * @param timestamp seconds since epoch
 * @returns the value of the header `webhook-signature`
 */
export const signWebhook = (secret: string, id: string, timestamp: number, body: string | Uint8Array): string => `v1,${mac(secret, id, String(timestamp), body).toString('base64')}`;

export type WebhookCheck =
  /** `id` is the same for every repeat of a message: a receiver that has seen it may drop it */
  | { ok: true; id: string }
  | { ok: false; why: 'headers-missing' | 'timestamp' | 'signature' };

/**
 * For a receiver of alerts: is this message from the gateway, whole and recent?
 * @param options.secret the shared secret, or the old and the new one while it is being changed
 * @param options.headers as received, names in lower case
 * @param options.body exactly the bytes received, before any parsing
 * @param options.toleranceSeconds how far the clocks may be apart. @default 300
 */
export function verifyWebhook(options: {
  secret: string | readonly string[];
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string | Uint8Array;
  now?: number;
  toleranceSeconds?: number;
}): WebhookCheck {
  const header = (name: string): string | undefined => {
    const value = options.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const signatures = header('webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined) return { ok: false, why: 'headers-missing' };
  const age = (options.now ?? Date.now()) / 1000 - Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(age) > (options.toleranceSeconds ?? TOLERANCE_SECONDS)) return { ok: false, why: 'timestamp' };
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret;
  const wanted = secrets.map((secret) => mac(secret, id, timestamp, options.body));
  for (const part of signatures.slice(0, 2000).split(' ')) {
    if (!part.startsWith('v1,')) continue;
    const given = Buffer.from(part.slice(3), 'base64');
    if (wanted.some((own) => own.length === given.length && timingSafeEqual(own, given))) return { ok: true, id };
  }
  return { ok: false, why: 'signature' };
}
