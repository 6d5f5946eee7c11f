/** Posts messages to the receivers of alerts, signed, each with its own time limit. Never throws: a receiver that is down is no fault of ours. */
import { createTransport } from '../../adapter/http.ts';
import type { Transport } from '../../adapter/transport.ts';
import type { WebhookConfig } from '../config.ts';
import { signWebhook } from './signature.ts';

export interface Webhooks {
  names: readonly string[];
  /** @returns the names of those that took it (status 2xx) */
  post(message: { id: string; body: string; to: readonly string[] }, signal: AbortSignal): Promise<string[]>;
  close(): Promise<void>;
}
export interface WebhooksOptions {
  receivers: readonly WebhookConfig[];
  now: () => number;
  /** told of every call: the status, or what the line failed with */
  observe: (call: { webhook: string; ok: boolean; code: string }) => void;
}

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MOST_ANSWER_BYTES = 65_536;

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const lines = new Map<string, { transport: Transport; path: string; query: Record<string, string>; secret: string }>();
  for (const { name, url, secret, timeoutMs = TIMEOUT_MS, caFile } of options.receivers) {
    const address = new URL(url);
    const transport = createTransport({
      baseUrl: address.origin, connectTimeoutMs: Math.min(timeoutMs, CONNECT_TIMEOUT_MS), readTimeoutMs: timeoutMs, connections: 1, maxResponseBytes: MOST_ANSWER_BYTES,
      ...(caFile === undefined ? {} : { tls: { caFile } }),
    });
    lines.set(name, { transport, path: address.pathname, query: Object.fromEntries(address.searchParams), secret });
  }

  async function postOne(name: string, id: string, body: string, signal: AbortSignal): Promise<string | undefined> {
    const line = lines.get(name);
    // A receiver that is no longer configured has nothing more to be told.
    if (line === undefined) return name;
    const timestamp = Math.floor(options.now() / 1000);
    const answer = await line.transport.request({
      method: 'POST', path: line.path, query: line.query, body, signal,
      headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signWebhook(line.secret, id, timestamp, body) },
    });
    const ok = answer.kind === 'response' && answer.status >= 200 && answer.status < 300;
    options.observe({ webhook: name, ok, code: answer.kind === 'response' ? String(answer.status) : answer.code });
    return ok ? name : undefined;
  }

  return {
    names: [...lines.keys()],
    async post({ id, body, to }, signal) {
      const told = await Promise.all(to.map((name) => postOne(name, id, body, signal)));
      return told.filter((name) => name !== undefined);
    },
    async close() {
      await Promise.all([...lines.values()].map(({ transport }) => transport.close()));
    },
  };
}
