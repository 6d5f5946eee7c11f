/** The simulated providers are as strict as a real one: what they take, a province may rely on. */
import { describe, expect, it } from 'vitest';
import { createLoginSimulator, type LoginSimulator } from '../../../../adapters/vneid/login/simulator.ts';
import type { SimulatorRequest, SimulatorResponse } from '../../../../src/adapter/types.ts';
import { openScene, refusalOf, REDIRECT } from './scene.ts';

const BASE = 'http://127.0.0.1:1';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function caller(simulator: LoginSimulator) {
  const { clientId, clientSecret } = simulator.settings('vnconnect', BASE, REDIRECT) as { clientId: string; clientSecret: string };
  const ask = (method: string, path: string, query: Record<string, string> = {}, body = '', headers: Record<string, string> = {}): SimulatorResponse => simulator.handle({ method, path, query, headers, body } satisfies SimulatorRequest);
  const authorize = { response_type: 'code', client_id: clientId, redirect_uri: REDIRECT, scope: 'openid', state: 's' };
  return {
    ask, authorize,
    code: (more: Record<string, string> = {}): string => new URL(ask('GET', '/oauth2/authorize', { ...authorize, person: '0', ...more }).headers?.['location'] ?? '').searchParams.get('code') ?? '',
    token: (fields: Record<string, string>, headers: Record<string, string> = FORM): SimulatorResponse =>
      ask('POST', '/oauth2/token', {}, new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: REDIRECT, client_id: clientId, client_secret: clientSecret, ...fields }).toString(), headers),
  };
}

describe('the simulated providers', () => {
  it('take a code once, from its client, at its address, with its verifier, as a form', () => {
    const simulator = createLoginSimulator();
    const { code, token } = caller(simulator);
    const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const one = code(challenge);
    expect(token({ code: one, code_verifier: verifier }, { 'content-type': 'application/json' }).status).toBe(415);
    for (const wrong of [{ code_verifier: 'x' }, {}, { code_verifier: verifier, redirect_uri: `${REDIRECT}x` }, { code_verifier: verifier, code: 'x' }, { code_verifier: verifier, grant_type: 'x' }]) expect(token({ code: one, ...wrong }).status, JSON.stringify(wrong)).toBe(400);
    expect(token({ code: one, code_verifier: verifier, client_secret: 'x' }).status).toBe(401);
    expect(token({ code: one, code_verifier: verifier }).status).toBe(200);
    expect(JSON.parse(token({ code: one, code_verifier: verifier }).body)).toMatchObject({ error: 'invalid_grant' });
  });

  it('show a page to nobody but their client, and know no other address', () => {
    const { ask, authorize } = caller(createLoginSimulator());
    expect(ask('GET', '/oauth2/authorize', authorize).body).toContain('id="person-0"');
    for (const wrong of [{ client_id: 'x' }, { response_type: 'token' }, { scope: 'profile' }, { redirect_uri: 'x' }]) expect(ask('GET', '/oauth2/authorize', { ...authorize, ...wrong }).status, JSON.stringify(wrong)).toBe(400);
    // A state that means harm stays text, in the page and in the address.
    const odd = { ...authorize, state: '"><script>&' };
    expect(ask('GET', '/oauth2/authorize', odd).body).not.toContain('<script>');
    expect(new URL(ask('GET', '/oauth2/authorize', { ...odd, person: '0' }).headers?.['location'] ?? '').searchParams.get('state')).toBe(odd.state);
    for (const [method, path] of [['POST', '/oauth2/authorize'], ['GET', '/oauth2/userinfo'], ['POST', '/encrypted/userinfo'], ['GET', '/x'], ['GET', '/constructor']] as const) expect(ask(method, path).status, `${method} ${path}`).toBe(404);
  });

  it('are the same on every run of a seed, and keep nothing of anybody in the journal', () => {
    const run = (seed: string): string => {
      const simulator = createLoginSimulator({ seed });
      const { code, token } = caller(simulator);
      token({ code: code() });
      expect(JSON.stringify([simulator.journal(), simulator.summary(), simulator.state()])).not.toMatch(/099\d{9}|at-|Mẫu/);
      return code();
    };
    expect(run('a')).toBe(run('a'));
    expect(run('a')).not.toBe(run('b'));
  });

  it('begin anew after a reset, and refuse options that they do not have', () => {
    const simulator = createLoginSimulator({ fault: 'token-502' });
    const { code, token } = caller(simulator);
    simulator.fail('none');
    const before = code();
    simulator.reset();
    expect(simulator.summary()).toMatchObject({ codes: 0 });
    expect(token({ code: before }).status).toBe(502);
    expect(() => createLoginSimulator({ codeLifetime: 1 })).toThrow(TypeError);
    expect(() => createLoginSimulator({ fault: 'khac' as never })).toThrow(TypeError);
  });

  it('take the client’s secret as Basic too', async () => {
    for (const style of ['vnconnect', 'vneid-oidc'] as const) {
      await using scene = await openScene(style, { settings: { clientAuth: 'basic' } });
      expect((await scene.signIn.finish(await scene.come())).person.citizenId, style).toBe('099190000123');
      await using wrong = await openScene(style, { settings: { clientAuth: 'basic', clientSecret: 'sai' } });
      expect(await refusalOf(wrong.signIn.finish(await wrong.come())), style).toBe('LT-VNEID-LOGIN-CLIENT');
    }
  });
});
