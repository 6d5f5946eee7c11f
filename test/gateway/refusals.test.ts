/** Refusals that a caller or a load balancer acts on: no key, and a gateway on its way down. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/gateway/keys.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { createEvidenceWatch } from '../../src/gateway/evidence.ts';
import { createReadiness } from '../../src/gateway/readiness.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';
import { postgresStorage } from '../ledger/postgres-fixtures.ts';
import { memoryLedger } from './memory-ledger.ts';

let gateway: Gateway | undefined;
afterEach(async () => gateway?.close());

describe('LT-GATEWAY-UNAUTHENTICATED', () => {
  it.each<[string, Record<string, string>]>([['no key', {}], ['a wrong key', { authorization: 'Bearer lt_sai' }]])('%s: 401 in both languages, and how to come with one', async (_what, headers) => {
    const ledger = memoryLedger();
    gateway = await gatewayWith({ ledger, config: testConfig({ apiKeys: [{ name: 'mot-cua', sha256: hashApiKey('lt_dung'), scopes: ['intake'] }] }) });
    const reply = await gateway.app.inject({ method: 'POST', url: '/v1/dossiers', headers: { 'content-type': 'application/json', ...headers }, payload: JSON.stringify(dossier()) });
    expect(reply.json()).toMatchObject({ status: 401, code: 'LT-GATEWAY-UNAUTHENTICATED', who: 'province', messages: { vi: expect.stringMatching(/./), en: expect.stringMatching(/./) } });
    expect(reply.headers).toMatchObject({ 'content-type': expect.stringMatching(/^application\/problem\+json/), 'www-authenticate': 'Bearer realm="lienthong"' });
    expect(ledger.changes).toEqual([]);
  });
});

describe('LT-GATEWAY-STOPPING', () => {
  it('a call that comes on a connection still open while the gateway closes is told to come back, and nothing is taken', async () => {
    const ledger = memoryLedger();
    gateway = await gatewayWith({ ledger });
    const port = Number(new URL(await gateway.listen()).port);
    const body = JSON.stringify(dossier());
    const head = (length: number): string => `POST /v1/dossiers HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

    // A write that waits for the disk keeps the connection open; what follows on it comes while the gateway closes.
    ledger.hold();
    let received: () => number = () => 0;
    gateway.app.server.once('connection', (inside) => (received = () => inside.bytesRead));
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    const one = head(Buffer.byteLength(body)) + body;
    socket.write(one);
    await until(() => ledger.pending() > 0);
    const closed = gateway.close();
    const second = JSON.stringify(dossier(2));
    const two = head(Buffer.byteLength(second)) + second;
    socket.write(two);
    await until(() => received() === Buffer.byteLength(one + two));
    ledger.letGo();
    await ended(socket);
    await closed;
    const [first = '', refused = ''] = said.split(/(?=HTTP\/1\.1 )/);
    expect(first).toMatch(/^HTTP\/1\.1 202 /);
    expect(ledger.changes.map((change) => change.dossierCode)).toEqual([dossier().code]);
    expect(refused).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 10\r\n[\s\S]*"code":"LT-GATEWAY-STOPPING"/i);
  });

  it('readiness names it before the door is shut', async () => {
    const ready = createReadiness({
      evidence: createEvidenceWatch({ ledger: memoryLedger(), now: () => 0 }), limits: { near: () => [] }, delivery: undefined, shedding: () => undefined, isClosing: () => true,
    });
    expect(await ready()).toMatchObject({ ready: false, checks: { open: false, ledger: true, load: true }, issues: [{ code: 'LT-GATEWAY-STOPPING' }] });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
async function ended(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close');
}

describe('LT-GATEWAY-PARAMETER', () => {
  it('what no database can be asked for is the caller’s mistake, not ours', async () => {
    const storage = await postgresStorage();
    try {
      gateway = await gatewayWith({ ledger: await storage.open() });
      for (const url of [
        '/v1/dossiers/H13%00', '/v1/exchanges?procedure=1.0%00', '/v1/exchanges?dossier=%00', '/v1/blocked?upstream=toy%00', '/inbound/toy/ping?x=%00',
        '/v1/exchanges?after=99999999999999999999', '/v1/exchanges?replay=1e20', '/v1/blocked?after=99999999999999999999', '/v1/orders?before=1e30',
      ]) {
        const answer = await gateway.app.inject({ url });
        expect([url, answer.statusCode, answer.json().code]).toEqual([url, 400, 'LT-GATEWAY-PARAMETER']);
      }
    } finally {
      await gateway?.close();
      await storage.dispose();
    }
  });
});
