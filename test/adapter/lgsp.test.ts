import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTransport } from '../../src/adapter/http.ts';
import { adviseGateway, checkGateway, createGatewayDoor, GATEWAY_KINDS, gatewayAuthSchema, openGatewayAuth, type GatewayAuth, type GatewayDoor, type GatewayDoorOptions } from '../../src/adapter/lgsp/index.ts';
import { partnerToken, readPartnerToken } from '../../src/adapter/lgsp/partner-key.ts';
import { tokenRequest, type WithToken } from '../../src/adapter/lgsp/token.ts';
import { vxpHash, vxpHeaders, vxpTimestamp } from '../../src/adapter/lgsp/vxp.ts';
import { LOGIN_PAUSE_MS } from '../../src/adapter/login.ts';
import type { WireResult } from '../../src/adapter/types.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { namesCredential } from '../../src/contract/mask.ts';
import { secretsIn } from '../../src/gateway/config/schema-walk.ts';
import { bodyOf, httpLoopback } from '../support/loopback.ts';

const NOW = Date.UTC(2025, 10, 3, 2, 15, 30);
const PARTNER = { accessKey: 'demo-access', secretKey: 'demo-secret', appName: 'gateway-demo', partnerCode: '000.00.14.H99' } as const;
const DEMO_HEADER = 'eyJBY2Nlc3NLZXkiOiJkZW1vLWFjY2VzcyIsIlNlY3JldEtleSI6ImRlbW8tc2VjcmV0IiwiQXBwTmFtZSI6ImdhdGV3YXktZGVtbyIsIlBhcnRuZXJDb2RlIjoiMDAwLjAwLjE0Lkg5OSIsIlBhcnRuZXJDb2RlQ3VzIjoiMDAwLjAwLjE0Lkg5OSJ9';

/** A platform on a real socket, with a service behind its door that says what headers reached it. */
async function platform(options: Omit<GatewayDoorOptions, 'now'>, change: (gateway: GatewayAuth) => GatewayAuth = (gateway) => gateway) {
  const clock = { now: NOW };
  const door = createGatewayDoor({ now: () => clock.now, ...options });
  const reached: Record<string, string>[] = [];
  const server = await httpLoopback((request, response) => void bodyOf(request).then((body) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const stopped = door.stop({ method: request.method ?? '', path: request.url ?? '', query: {}, headers, body });
    if (stopped === undefined) reached.push(headers);
    const answer = stopped?.response ?? { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }));
  const line = createTransport({ baseUrl: server.url });
  const auth = openGatewayAuth(change(door.clientConfig(server.url)), { transport: createTransport, now: () => clock.now });
  return {
    door, clock, reached, auth,
    call: (parameters?: Record<string, string>): Promise<WireResult> => auth.around(undefined, (headers) => line.request({ method: 'POST', path: '/service', headers, body: '{}' }), parameters),
    async [Symbol.asyncDispose]() {
      await Promise.all([auth.close(), line.close()]);
      await server[Symbol.asyncDispose]();
    },
  };
}
const statusOf = (result: WireResult) => (result.kind === 'response' ? result.status : result.code);
const loginsOf = (door: GatewayDoor) => door.counts().logins;

describe('what goes over the wire', () => {
  it('is the example of the fact sheet: lgspaccesstoken, and a token by Basic', () => {
    expect(partnerToken(PARTNER)).toBe(DEMO_HEADER);
    expect(readPartnerToken(DEMO_HEADER)).toEqual({ ...PARTNER, partnerCodeCus: '000.00.14.H99' });
    const login: WithToken = { kind: 'client-credentials', tokenUrl: 'https://x.example.vn/token', key: 'demo-key', secret: 'demo-secret' };
    expect(tokenRequest(login)).toEqual({ headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic ZGVtby1rZXk6ZGVtby1zZWNyZXQ=' }, body: 'grant_type=client_credentials' });
    expect(tokenRequest({ ...login, credentialsIn: 'form' })).toEqual({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials&client_id=demo-key&client_secret=demo-secret' });
  });

  it('spells agency codes as it is told', () => {
    const codes = (spelling: 'legacy' | 'current' | 'as-written', partnerCode: string) => readPartnerToken(partnerToken({ ...PARTNER, partnerCode, agencySpelling: spelling }))?.partnerCode;
    expect([codes('current', '000.00.14.H99'), codes('legacy', 'H99.14'), codes('as-written', 'H99.14')]).toEqual(['H99.14', '000.00.14.H99', 'H99.14']);
  });

  it('comes back as it was, whatever stands in the keys', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
    fc.assert(fc.property(fc.record({ accessKey: word, secretKey: word, appName: word, partnerCode: word, partnerCodeCus: word }), (key) => {
      expect(readPartnerToken(partnerToken(key))).toEqual(key);
    }), { numRuns: 200, seed: 7 });
  });

  it.each(['', 'no base64!', Buffer.from('{"AccessKey":"a"}').toString('base64'), Buffer.from('[1]').toString('base64'), Buffer.from('nothing').toString('base64')])('is no partner key: %s', (value) => {
    expect(readPartnerToken(value)).toBeUndefined();
  });

  it('is signed as VXP signs: the vector of the fact sheet, Vietnamese time, every header twice', () => {
    const json = '{"XroadVnpt-systemid":"000.00.14.H99","XroadVnpt-timestamp":"03112025T091530+0700","XroadVnpt-messageType":"edoc"}';
    const secret = 'demo-secret-not-real';
    expect(vxpHash(secret, json)).toBe('e2b51f03f45a4e007db668ecec5a576ca083db8e299b55813a61352dc20f3747');
    expect(vxpTimestamp(NOW)).toBe('03112025T091530+0700');
    expect(vxpTimestamp(Date.UTC(2025, 11, 31, 17, 0, 1))).toBe('01012026T000001+0700');
    expect(vxpHeaders({ systemId: '000.00.14.H99', secret }, NOW, { messageType: 'edoc' })).toEqual({
      systemid: '000.00.14.H99', timestamp: '03112025T091530+0700', messageType: 'edoc',
      'XroadVnpt-systemid': '000.00.14.H99', 'XroadVnpt-timestamp': '03112025T091530+0700', 'XroadVnpt-messageType': 'edoc',
      'XroadVnpt-sign-header-key': 'XroadVnpt-systemid;XroadVnpt-timestamp;XroadVnpt-messageType',
      'XroadVnpt-sign-header': json,
      'XroadVnpt-hash-header': 'e2b51f03f45a4e007db668ecec5a576ca083db8e299b55813a61352dc20f3747',
      'XroadVnpt-version': '3.0.201608', 'user-agent': 'JAVASDKAgent/1.0.0 XRoad/VPCP',
    });
    expect(vxpHeaders({ systemId: 'S', secret, signedNames: 'plain', signContentType: true }, NOW)['XroadVnpt-sign-header-key']).toBe('systemid;timestamp;content-type');
  });
});

describe.each(GATEWAY_KINDS)('a platform of kind %s', (kind) => {
  it('lets its client in, again and again', async () => {
    await using it = await platform({ kind });
    for (let n = 0; n < 3; n += 1) expect(statusOf(await it.call({ messageType: 'edoc' }))).toBe(200);
    expect(it.reached).toHaveLength(3);
    expect(loginsOf(it.door)).toBe(['none', 'lgsp-header', 'lgsp-authorization', 'vxp'].includes(kind) ? 0 : 1);
  });

  it.skipIf(kind === 'none')('refuses one with another key', async () => {
    await using it = await platform({ kind }, (gateway) => {
      const { kind: own, ...rest } = gateway;
      const name = (['secret', 'secretKey', 'auth', 'password'] as const).find((secret) => secret in rest) as string;
      return { kind: own, ...rest, [name]: 'another' } as GatewayAuth;
    });
    expect([401, 'LOGIN_REFUSED']).toContain(statusOf(await it.call()));
    expect(it.reached).toEqual([]);
  });
});

describe('a token', () => {
  it('is fetched once for a hundred calls, and renewed before its end', async () => {
    await using it = await platform({ kind: 'basic', tokenTtlMs: 3_600_000 });
    await Promise.all(Array.from({ length: 100 }, () => it.call()));
    expect([it.reached.length, loginsOf(it.door)]).toEqual([100, 1]);
    it.clock.now += 3_600_000 - 30_001;
    await it.call();
    expect(loginsOf(it.door)).toBe(1);
    it.clock.now += 1;
    await it.call();
    expect(loginsOf(it.door)).toBe(2);
    expect(it.door.counts().callsRefused).toBe(0);
  });

  it('of the platform with JWT is renewed when less than five minutes are left', async () => {
    await using it = await platform({ kind: 'jwt', tokenTtlMs: 3_600_000 });
    await it.call();
    it.clock.now += 3_600_000 - 5 * 60_000 - 1;
    await it.call();
    expect(loginsOf(it.door)).toBe(1);
    it.clock.now += 1;
    await it.call();
    expect(loginsOf(it.door)).toBe(2);
  });

  it('without a word of its life is kept for ten minutes, or as long as is configured', async () => {
    for (const [tokenTtlMs, kept] of [[undefined, 600_000], [60_000, 60_000]] as const) {
      await using it = await platform({ kind: 'password' }, (gateway) => ({ ...gateway, ...(tokenTtlMs === undefined ? {} : { tokenTtlMs }) }) as GatewayAuth);
      await it.call();
      it.clock.now += kept - 1;
      await it.call();
      expect(loginsOf(it.door)).toBe(1);
      it.clock.now += 1;
      await it.call();
      expect(loginsOf(it.door)).toBe(2);
    }
  });

  it('that lives shorter than the margin is not fetched for every call', async () => {
    await using it = await platform({ kind: 'basic', tokenTtlMs: 10_000 });
    for (let n = 0; n < 5; n += 1) await it.call();
    expect(loginsOf(it.door)).toBe(1);
  });

  it('that was refused on the way is renewed, and the call made once more', async () => {
    await using it = await platform({ kind: 'lgsp-token' });
    await it.call();
    it.door.expireTokens();
    expect(statusOf(await it.call())).toBe(200);
    expect(it.door.counts()).toEqual({ logins: 2, loginsRefused: 0, callsRefused: 1 });
    it.door.expireTokens();
    expect((await Promise.all(Array.from({ length: 100 }, () => it.call()))).map(statusOf)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(loginsOf(it.door)).toBe(3);
  });

  it('that is refused even when new is tried no more than twice', async () => {
    await using it = await platform({ kind: 'basic', callsPerToken: 0 });
    expect(statusOf(await it.call())).toBe(401);
    expect(it.door.counts()).toEqual({ logins: 2, loginsRefused: 0, callsRefused: 2 });
  });

  it('that is not to be had means that nothing was sent, and a refused key is left alone for a while', async () => {
    await using it = await platform({ kind: 'form', login: 'refused' });
    const results = await Promise.all(Array.from({ length: 100 }, () => it.call()));
    expect(new Set(results.map((r) => r.kind === 'failure' && `${r.sent} ${r.code}`))).toEqual(new Set(['before LOGIN_REFUSED']));
    it.door.loginAnswers('token');
    expect(statusOf(await it.call())).toBe('LOGIN_REFUSED');
    expect(it.door.counts()).toEqual({ logins: 0, loginsRefused: 1, callsRefused: 0 });
    it.clock.now += LOGIN_PAUSE_MS;
    expect(statusOf(await it.call())).toBe(200);
  });

  it.each([['page', 'LOGIN_HTTP_200'], ['down', 'LOGIN_HTTP_503']] as const)('endpoint that answers with a %s is asked again at the next call', async (login, code) => {
    await using it = await platform({ kind: 'basic', login });
    expect(await it.call()).toMatchObject({ kind: 'failure', sent: 'before', code });
    it.door.loginAnswers('token');
    expect(statusOf(await it.call())).toBe(200);
    expect(it.reached).toHaveLength(1);
  });
});

describe('headers of a call', () => {
  it('carry what is configured: the back-end’s token, AuthHash, further ones', async () => {
    await using it = await platform({ kind: 'lgsp-header' }, (gateway) => ({ ...gateway, backend: { token: 'behind', in: 'x-authentication-token' }, authHash: { keyName: 'n', keyPass: 'p' }, headers: { ApiKey: 'k' } }) as GatewayAuth);
    await it.call();
    expect(it.reached[0]).toMatchObject({ lgspaccesstoken: DEMO_HEADER, 'x-authentication-token': 'behind', authhash: Buffer.from('n:p').toString('base64'), apikey: 'k' });
  });

  it('keep lgspaccesstoken beside the token unless that is switched off', async () => {
    for (const keepHeader of [true, false]) {
      await using it = await platform({ kind: 'lgsp-token' }, (gateway) => ({ ...gateway, keepHeader }) as GatewayAuth);
      await it.call();
      expect(it.reached[0]?.['authorization']).toMatch(/^Bearer /);
      expect(it.reached[0]?.['lgspaccesstoken']).toBe(keepHeader ? DEMO_HEADER : undefined);
    }
  });

  it('of VXP hold what was signed, now, and nothing else', async () => {
    await using it = await platform({ kind: 'vxp' });
    const signed = await it.auth.around(undefined, (headers) => Promise.resolve({ kind: 'response', status: 200, headers: {}, body: headers, text: '', durationMs: 0 }), { docId: '1' });
    const headers = Object.fromEntries(Object.entries((signed as { body: Record<string, string> }).body).map(([name, value]) => [name.toLowerCase(), value]));
    const stop = (changed: Record<string, string>) => it.door.stop({ method: 'POST', path: '/x', query: {}, headers: { ...headers, ...changed }, body: '' });
    expect(stop({})).toBeUndefined();
    expect(stop({ docid: '2' })?.response.status).toBe(401);
    expect(stop({ 'xroadvnpt-docid': '2' })?.response.status).toBe(401);
    it.clock.now += 5 * 60_000 + 1000;
    expect(stop({})?.note).toContain('timestamp');
  });

  it('of VXP are believed as they were sent, and with no letter of them changed', () => {
    const door = createGatewayDoor({ kind: 'vxp', now: () => NOW });
    const { systemId, secret } = door.clientConfig('https://x.example.vn') as Extract<GatewayAuth, { kind: 'vxp' }>;
    const value = fc.stringMatching(/^[ -~]{1,30}$/);
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{2,12}$/), value, { maxKeys: 5, noNullPrototype: true }), fc.boolean(), fc.nat(), (parameters, signContentType, n) => {
      const own = vxpHeaders({ systemId, secret, signContentType }, NOW, parameters);
      const sent = Object.fromEntries(Object.entries(own).map(([name, text]) => [name.toLowerCase(), text]));
      const stop = (headers: Record<string, string>) => door.stop({ method: 'POST', path: '/sendEdoc', query: {}, headers, body: '' })?.response.status;
      expect(stop(sent)).toBeUndefined();
      const names = Object.keys(sent).filter((name) => name !== 'user-agent' && name !== 'xroadvnpt-sign-header-key');
      const changed = names[n % names.length] ?? '';
      const text = sent[changed] ?? '';
      const at = n % text.length;
      expect(stop({ ...sent, [changed]: `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}` }), changed).toBe(401);
    }), { numRuns: 200, seed: 7 });
  });

  it('of VXP that no header can hold are not sent', async () => {
    await using it = await platform({ kind: 'vxp' });
    for (const value of ['tiếng Việt', 'a\r\nb: c']) expect(await it.call({ from: value })).toMatchObject({ kind: 'failure', sent: 'before', code: 'HEADER_REFUSED' });
    expect(it.reached).toEqual([]);
  });

  it('are known as secrets wherever calls are shown or recorded', () => {
    for (const name of ['lgspaccesstoken', 'authorization', 'AuthHash', 'X-Authentication-Token', 'ApiKey', 'Auth', 'XroadVnpt-sign-header', 'XroadVnpt-hash-header', 'XroadVnpt-sign-header-key']) expect(namesCredential(name), name).toBe(true);
  });
});

describe('the configuration', () => {
  const check = compileSchema<GatewayAuth>(gatewayAuthSchema);
  const issuesOf = (gateway: unknown) => {
    const checked = check(gateway);
    return (checked.ok ? checkGateway(checked.value, { '/baseUrl': 'https://lgsp.example.vn' }) : checked.issues).map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  };
  const basic = { kind: 'client-credentials', tokenUrl: 'https://lgsp.example.vn/token', key: 'k', secret: 's' };

  it.each(GATEWAY_KINDS)('of the double’s client is valid: %s', (kind) => {
    expect(issuesOf(createGatewayDoor({ kind, now: Date.now }).clientConfig('http://127.0.0.1:9'))).toEqual([]);
  });

  it('is refused where a key is missing, belongs to another kind, or a code has no such spelling', () => {
    expect(issuesOf({ kind: 'client-credentials', key: 'k', accessKey: 'a' })).toEqual(['LT-CONFIG-REQUIRED /gateway/tokenUrl', 'LT-CONFIG-REQUIRED /gateway/secret', 'LT-CONFIG-UNKNOWN-KEY /gateway/accessKey']);
    expect(issuesOf({ kind: 'lgspaccesstoken', ...PARTNER, place: 'header+token' })).toEqual(['LT-CONFIG-REQUIRED /gateway/tokenUrl']);
    expect(issuesOf({ kind: 'lgspaccesstoken', ...PARTNER, partnerCode: 'H21.129', agencySpelling: 'legacy' })).toEqual(['LT-CONFIG-VALUE /gateway/partnerCode']);
    expect(issuesOf({ kind: 'jwt', tokenUrl: 'https://x.example.vn', auth: 'a\nb' })).not.toEqual([]);
  });

  it('takes http on this machine only, or with insecure, which is advised against', () => {
    expect(issuesOf({ ...basic, tokenUrl: 'http://10.1.2.3/token' })).toEqual(['LT-CONFIG-VALUE /gateway/tokenUrl']);
    expect(checkGateway({ kind: 'none' }, { '/baseUrl': 'http://10.1.2.3' }).map(({ pointer }) => pointer)).toEqual(['/baseUrl']);
    expect(issuesOf({ ...basic, tokenUrl: 'http://127.0.0.1:8080/token' })).toEqual([]);
    expect(issuesOf({ ...basic, tokenUrl: 'http://10.1.2.3/token', insecure: true })).toEqual([]);
    expect(adviseGateway({ kind: 'none', insecure: true }).map(({ code, severity }) => `${code} ${severity ?? ''}`)).toEqual(['LT-LGSP-INSECURE warning']);
    expect(adviseGateway({ kind: 'none' })).toEqual([]);
  });

  it('marks every secret', () => {
    const all = {
      gateway: { kind: 'none', headers: { ApiKey: 'S1' }, authHash: { keyName: 'n', keyPass: 'S2' }, key: 'S3', secret: 'S4', accessKey: 'S5', secretKey: 'S6', backend: { token: 'S7' }, auth: 'S8', password: 'S9', user: 'u', appName: 'a', systemId: 'i' },
    };
    expect(secretsIn(all, { type: 'object', properties: { gateway: gatewayAuthSchema } }).map(({ value }) => value)).toEqual(['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9']);
  });
});
