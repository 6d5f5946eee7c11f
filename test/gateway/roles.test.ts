import { afterEach, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../src/gateway/roles.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { dossier, gatewayWith } from './fixtures.ts';
import { memoryLedger } from './memory-ledger.ts';

let gateway: Gateway | undefined;
afterEach(async () => gateway?.close());

const CALLS: { role: Role; method: 'GET' | 'POST'; url: string; payload?: object }[] = [
  { role: 'intake', method: 'POST', url: '/v1/dossiers', payload: dossier() },
  { role: 'intake', method: 'POST', url: '/inbound/toy/search/call', payload: { masohoso: 'x' } },
  { role: 'console', method: 'GET', url: '/v1/summary' },
  { role: 'console', method: 'GET', url: '/v1/alerts' },
  { role: 'console', method: 'GET', url: '/v1/exchanges' },
];

describe.each(ROLES)('a process with the role %s', (role) => {
  it('serves its own routes, names the role of the others, and always tells how it is', async () => {
    gateway = await gatewayWith({ ledger: memoryLedger(), roles: [role] });
    for (const { role: needed, method, url, payload } of CALLS) {
      const answer = await gateway.app.inject({ method, url, headers: { 'content-type': 'application/json' }, ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }) });
      if (needed === role) expect(answer.statusCode, url).toBeLessThan(300);
      else expect(answer.json(), url).toMatchObject({ status: 421, code: 'LT-GATEWAY-OTHER-ROLE', role: needed, who: 'operator' });
    }
    for (const url of ['/healthz', '/readyz', '/metrics', '/openapi.json']) expect((await gateway.app.inject({ url })).statusCode, url).toBe(200);
    expect((await gateway.app.inject({ url: '/nowhere' })).json()).toMatchObject({ status: 404, code: 'LT-GATEWAY-NOT-FOUND' });
  });
});
