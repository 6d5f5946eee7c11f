/** A gateway with everything an operator uses, around a real ledger and an upstream whose behaviour is a script. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDelivery, type Delivery } from '../../src/delivery/index.ts';
import type { UpstreamPolicy } from '../../src/delivery/policy.ts';
import { createProtection, type Protection } from '../../src/delivery/protection.ts';
import { createReplays, type Replays } from '../../src/delivery/replay.ts';
import { hashApiKey, type ApiScope } from '../../src/gateway/keys.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { ExchangeState, Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { toyUpstream, type Toy } from '../support/toy.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';

/** The name of the key is what the ledger knows of the person. */
export const LOOKS = 'lt_khoa-chi-xem-cua-bai-kiem-thu';
export const ACTS = 'lt_khoa-dieu-hanh-cua-bai-kiem-thu';

export interface Operated {
  ledger: Ledger;
  gateway: Gateway;
  toy: Toy;
  protection: Protection;
  replays: Replays;
  delivery: Delivery;
  get(url: string, key?: string): Promise<Answer>;
  post(url: string, body: unknown, key?: string): Promise<Answer>;
  /** one dossier through the front door */
  take(n: number, over?: Parameters<typeof dossier>[1]): Promise<string>;
  /** ends everything that waits, as workers would; ids in order */
  settle(state: ExchangeState, code: string | null): Promise<number[]>;
  events(): Promise<{ kind: string; actor: string | null }[]>;
  end(): Promise<void>;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
export interface Answer { status: number; body: any; text: string; headers: Record<string, unknown> }

export async function operated(policies: Record<string, UpstreamPolicy> = {}): Promise<Operated> {
  const folder = mkdtempSync(join(tmpdir(), 'lt-operated-'));
  const ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
  const toy = toyUpstream();
  const connections = new Map([['toy', toy.connection]]);
  const protection = createProtection({ ledger, upstreams: ['toy'], policies });
  const delivery = createDelivery({ ledger, connections, protection });
  const replays = createReplays({ ledger, connections, protection, onWoken: () => delivery.wake() });
  const scopes = (...list: ApiScope[]) => list;
  const gateway = await gatewayWith({
    ledger, delivery, protection, replays, upstreamViews: () => protection.views(),
    upstreams: [{ id: 'toy', adapter: toy.connection.adapter, config: {} }], sources: [],
    config: testConfig({ apiKeys: [{ name: 'chi-xem', sha256: hashApiKey(LOOKS), scopes: scopes('read') }, { name: 'dieu-hanh', sha256: hashApiKey(ACTS), scopes: scopes('intake', 'read', 'operate') }] }),
  });
  const call = async (method: 'GET' | 'POST', url: string, key: string, body?: unknown): Promise<Answer> => {
    const reply = await gateway.app.inject({
      method, url, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: reply.statusCode, body: reply.body === '' ? undefined : reply.json(), text: reply.body, headers: reply.headers };
  };
  return {
    ledger, gateway, toy, protection, replays, delivery,
    get: (url, key = LOOKS) => call('GET', url, key),
    post: (url, body, key = ACTS) => call('POST', url, key, body),
    async take(n, over) {
      const one = dossier(n, { history: [], ...over });
      const answer = await call('POST', '/v1/dossiers', ACTS, one);
      if (answer.status !== 202) throw new Error(answer.text);
      return one.code;
    },
    async settle(state, code) {
      const ids: number[] = [];
      for (;;) {
        const lanes = await ledger.claim({ now: Date.now() + 1_000, limit: 50, leaseMs: 60_000, owner: 'test', perLane: 50 });
        if (lanes.length === 0) return ids.sort((a, b) => a - b);
        for (const lane of lanes) {
          const own = lane.exchanges.map((x) => x.id);
          ids.push(...own);
          await ledger.update({ upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease, exchanges: own.map((id) => ({ id, state, attempts: 1, lostReplies: 0, code })), release: { nextAt: null } });
        }
      }
    },
    events: async () => (await ledger.exportEvents({ afterSeq: 0, limit: 5_000, bodies: false })).map(({ kind, actor }) => ({ kind, actor })),
    async end() {
      await gateway.close();
      await delivery.stop();
      protection.stop();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
