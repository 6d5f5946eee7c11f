import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { createFaults, startSimulator, waitFor } from '../../src/testing/index.ts';
import type { FaultKind, FaultPlan } from '../../src/testing/index.ts';
import { CODE, portalClient, snapshot, step } from './portal.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
});

/** A portal that already holds the dossier, and a client that waits at most 250 ms for an answer. */
async function portal(plan: FaultPlan = {}) {
  const simulator = createDvcqgSimulator({ seed: 'faults', errorCodeStyle: 'number' });
  const host = await startSimulator(simulator, { faults: plan });
  const dispatcher = new Agent({ headersTimeout: 250, bodyTimeout: 250, connections: 4 });
  open.push(host, { close: () => dispatcher.destroy() });
  const client = portalClient(host.url, simulator, { dispatcher });
  host.faults.enabled = false;
  await client.login();
  simulator.plant(snapshot());
  host.faults.enabled = true;
  const append = () => client.append(step('4', '20250715090000'));
  const failure = (): Promise<string> => append().then((r) => `answered ${r.status}`, (e: { code?: string; cause?: { code?: string } }) => e.code ?? e.cause?.code ?? 'error');
  /** calls, and hangs up as soon as the fault has begun */
  const hangUp = async (): Promise<string> => {
    const abort = new AbortController();
    client.signal = abort.signal;
    const call = append().then((r) => `answered ${r.status}`, (e: Error) => e.name);
    await waitFor(() => Object.keys(host.faults.counts()).length > 0, { describe: 'the fault' });
    abort.abort();
    client.signal = undefined;
    return call;
  };
  return { simulator, host, faults: host.faults, client, append, failure, hangUp, steps: () => simulator.summary()['steps'] };
}

describe('faults that apply nothing', () => {
  it.each<[FaultKind, RegExp]>([
    ['hang', /UND_ERR_HEADERS_TIMEOUT/],
    ['reset-before', /ECONNRESET|UND_ERR_SOCKET/],
  ])('%s: the caller gets no answer', async (kind, code) => {
    const { faults, failure, steps } = await portal();
    faults.once(kind);
    expect(await failure()).toMatch(code);
    expect(steps()).toBe(0);
    expect(faults.counts()).toEqual({ [kind]: 1 });
    expect(faults.lostReplies()).toEqual([]);
  });

  it('html-502: a proxy page', async () => {
    const { faults, append, steps } = await portal();
    faults.once('html-502');
    const reply = await append();
    expect([reply.status, reply.headers['content-type']]).toEqual([502, 'text/html']);
    expect(reply.text).toContain('<html>');
    expect(steps()).toBe(0);
  });

  it('error-200: the portal says in its own way that it broke', async () => {
    const { faults, append, steps } = await portal();
    faults.once('error-200');
    const reply = await append();
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ error_code: -1, message: 'Lỗi hệ thống, vui lòng thử lại sau' });
    expect(steps()).toBe(0);
  });

  it('http-429 and http-503 name a time when it is set', async () => {
    const { faults, append, steps } = await portal();
    faults.once({ kind: 'http-429', retryAfterSeconds: 7 });
    faults.once('http-503');
    const limited = await append();
    const away = await append();
    expect([limited.status, limited.headers['retry-after'], away.status, away.headers['retry-after']]).toEqual([429, '7', 503, undefined]);
    expect(steps()).toBe(0);
  });
});

describe('faults that apply and lose the reply', () => {
  it.each<[FaultKind, RegExp]>([
    ['hang-after', /UND_ERR_HEADERS_TIMEOUT/],
    ['reset-after', /ECONNRESET|UND_ERR_SOCKET/],
    ['truncated', /ECONNRESET|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_ABORTED/],
  ])('%s: applied, the caller cannot know', async (kind, code) => {
    const { faults, failure, steps, simulator } = await portal();
    faults.once(kind);
    expect(await failure()).toMatch(code);
    expect(steps()).toBe(1);
    expect(faults.lostReplies()).toMatchObject([{ why: kind, service: 'CapNhatTienDoHoSoMC', effects: [{ effect: 'append', key: CODE, item: { TrangThai: '4' } }] }]);
    expect(faults.lostReplies()[0]?.effects[0]).toBe(simulator.journal().at(-1));
  });

  it('html-502-after: applied, a proxy page instead of the answer', async () => {
    const { faults, append, steps } = await portal();
    faults.once('html-502-after');
    expect((await append()).status).toBe(502);
    expect(steps()).toBe(1);
    expect(faults.lostReplies()).toHaveLength(1);
  });

  it('garbage: applied, 200 with bytes that are no JSON', async () => {
    const { faults, append, steps } = await portal();
    faults.once('garbage');
    const reply = await append();
    expect(reply.status).toBe(200);
    expect(() => JSON.parse(reply.text) as unknown).toThrow(SyntaxError);
    expect(steps()).toBe(1);
    expect(faults.lostReplies()).toHaveLength(1);
  });

  it('a caller that hangs up before a late answer is a lost reply too', async () => {
    const { faults, hangUp, steps } = await portal();
    faults.once({ kind: 'latency', delay: { fixed: 60_000 } });
    expect(await hangUp()).toBe('AbortError');
    await waitFor(() => faults.lostReplies().length === 1, { describe: 'the hang-up' });
    expect(faults.lostReplies()).toMatchObject([{ why: 'client-gone', effects: [{ key: CODE }] }]);
    expect(steps()).toBe(1);
  });

  it('latency with apply "last": nothing is applied before the wait is over', async () => {
    const { faults, hangUp, steps } = await portal();
    faults.once({ kind: 'latency', apply: 'last', delay: { fixed: 60_000 } });
    expect(await hangUp()).toBe('AbortError');
    expect(steps()).toBe(0);
  });

  it('latency with apply "last": applied although the caller has gone', async () => {
    const { faults, hangUp, steps } = await portal();
    faults.once({ kind: 'latency', apply: 'last', delay: { fixed: 500 } });
    expect(await hangUp()).toBe('AbortError');
    await waitFor(() => steps() === 1, { describe: 'the late effect' });
    expect(faults.lostReplies()).toMatchObject([{ why: 'client-gone' }]);
  });

  it('reads and refusals that nobody heard changed nothing and are not listed', async () => {
    const { faults, client } = await portal();
    faults.once('reset-after');
    await expect(client.find()).rejects.toThrow();
    faults.once('reset-after');
    await expect(client.create(snapshot())).rejects.toThrow();
    expect(faults.counts()).toEqual({ 'reset-after': 2 });
    expect(faults.lostReplies()).toEqual([]);
  });
});

describe('faults that only disturb', () => {
  it('wrong-content-type: the whole answer under a wrong label', async () => {
    const { faults, append } = await portal();
    faults.once('wrong-content-type');
    const reply = await append();
    expect(reply.headers['content-type']).toContain('text/html');
    expect(reply.body.error_code).toBe(0);
    expect(faults.lostReplies()).toEqual([]);
  });

  it('dribble: the whole answer in small pieces', async () => {
    const { faults, append } = await portal();
    faults.once({ kind: 'dribble', delay: { fixed: 2 } });
    expect((await append()).body.error_code).toBe(0);
    expect(faults.counts()).toEqual({ dribble: 1 });
  });

  it('latency: a late answer that arrives', async () => {
    const { faults, append } = await portal();
    faults.once({ kind: 'latency', delay: { uniform: [1, 20] } });
    expect((await append()).body.error_code).toBe(0);
  });

  it('expire-session: the portal forgets the session just before the call', async () => {
    const { faults, append, client, steps } = await portal();
    faults.once('expire-session');
    expect((await append()).body.message).toContain('hết hạn');
    await client.login();
    expect((await append()).body.error_code).toBe(0);
    expect(steps()).toBe(1);
  });
});

describe('a plan', () => {
  const facts = { method: 'POST', path: '/mapi/g', service: 'A' };
  const plan: FaultPlan = { seed: 's', rules: [{ kind: 'reset-after', rate: 0.2 }, { kind: 'hang', rate: 0.1 }, { kind: 'latency', rate: 0.5, delay: { lognormal: { median: 20, sigma: 1, max: 500 } } }] };
  const trace = (p: FaultPlan, n = 400) => {
    const faults = createFaults(p);
    return Array.from({ length: n }, () => {
      const d = faults.decide(facts);
      return `${d.fault?.kind ?? '-'} ${d.latency?.ms.toFixed(3) ?? '-'}`;
    });
  };

  it('does the same for the same seed, something else for another', () => {
    expect(trace(plan)).toEqual(trace(plan));
    expect(trace({ ...plan, seed: 't' })).not.toEqual(trace(plan));
  });

  it('keeps to its rates', () => {
    const faults = createFaults(plan);
    for (let i = 0; i < 10_000; i += 1) faults.decide(facts);
    const { 'reset-after': resets = 0, hang = 0, latency = 0 } = faults.counts();
    expect(resets).toBeGreaterThan(1800);
    expect(resets).toBeLessThan(2200);
    expect(hang).toBeGreaterThan(650);
    expect(hang).toBeLessThan(950);
    expect(latency).toBeGreaterThan(4700);
    expect(latency).toBeLessThan(5300);
  });

  it('does not move one rule when another is added behind it', () => {
    const resets = (p: FaultPlan) => trace(p).map((t) => t.startsWith('reset-after'));
    expect(resets({ ...plan, rules: [...(plan.rules ?? []), { kind: 'garbage', rate: 0.9 }] })).toEqual(resets(plan));
  });

  it('follows a sequence, then stops', () => {
    const faults = createFaults({ sequence: ['none', 'hang', { kind: 'http-429', retryAfterSeconds: 3 }], sequenceMatch: { service: ['A', 'B'] } });
    expect(faults.decide({ ...facts, service: 'C' })).toEqual({});
    expect([1, 2, 3, 4].map(() => faults.decide(facts).fault)).toEqual([undefined, { kind: 'hang' }, { kind: 'http-429', retryAfterSeconds: 3 }, undefined]);
  });

  it('matches by service, method and path, and stops at its limit', () => {
    const faults = createFaults({ rules: [{ kind: 'hang', match: { service: 'A', method: 'POST', path: '/g' }, limit: 2 }] });
    const kinds = [facts, { ...facts, service: 'B' }, { ...facts, method: 'GET' }, { ...facts, path: '/x' }, { method: 'POST', path: '/g' }, facts, facts].map((f) => faults.decide(f).fault?.kind);
    expect(kinds).toEqual(['hang', undefined, undefined, undefined, undefined, 'hang', undefined]);
  });

  it('rests while it is switched off', () => {
    const faults = createFaults(plan);
    faults.enabled = false;
    for (let i = 0; i < 100; i += 1) expect(faults.decide(facts)).toEqual({});
    faults.enabled = true;
    const rest = Array.from({ length: 400 }, () => faults.decide(facts));
    expect(rest.map((d) => `${d.fault?.kind ?? '-'} ${d.latency?.ms.toFixed(3) ?? '-'}`)).toEqual(trace(plan));
  });

  it('reset forgets the plan, what waits in line and the counts', () => {
    const faults = createFaults({ rules: [{ kind: 'hang' }] });
    faults.decide(facts);
    faults.once('garbage');
    faults.reset();
    expect(faults.decide(facts)).toEqual({});
    expect(faults.counts()).toEqual({});
  });

  it.each([
    [{ rules: [{ kind: 'explode' }] }], [{ rules: [{ kind: 'hang', rate: 2 }] }], [{ rules: [{ kind: 'latency', delay: { fixed: -1 } }] }],
    [{ rules: [{ kind: 'hang', match: { service: 5 } }] }], [{ sequence: ['sometimes'] }], [{ rules: 7 }],
  ])('refuses %j', (wrong) => {
    expect(() => createFaults(wrong as unknown as FaultPlan)).toThrow(TypeError);
  });

  it('gives the same journal twice for one seed through real HTTP', async () => {
    const run = async () => {
      const { host, client, failure, simulator } = await portal({ seed: 'again', rules: [{ kind: 'reset-after', rate: 0.2 }, { kind: 'reset-before', rate: 0.2 }, { kind: 'expire-session', rate: 0.1 }] });
      const seen = [];
      for (let i = 0; i < 40; i += 1) seen.push(await failure());
      await client.login().catch(() => undefined);
      return { seen, counts: host.faults.counts(), journal: simulator.journal().map(({ seq, service, effect, key }) => ({ seq, service, effect, key })) };
    };
    const first = await run();
    expect(Object.keys(first.counts).length).toBeGreaterThan(1);
    expect(await run()).toEqual(first);
  });
});
