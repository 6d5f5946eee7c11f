import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAlerts, type Alerts } from '../../src/gateway/alerts/alerts.ts';
import { ALERT_KINDS, EMPTY_MEMORY, isBusyFor, judge, type Change, type Facts, type Memory } from '../../src/gateway/alerts/conditions.ts';
import { afterTry, dispatch, EMPTY_OUTBOX, gather, isDue, MOST_CHANGES, MOST_TRIES } from '../../src/gateway/alerts/outbox.ts';
import { signWebhook } from '../../src/gateway/alerts/signature.ts';
import { alertView } from '../../src/gateway/alerts/texts.ts';
import type { AlertsConfig } from '../../src/gateway/config.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { verifyWebhook } from '../../src/index.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger, LedgerCounts } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { bodyOf, httpLoopback, type Loopback } from '../support/loopback.ts';
import { dossier, gatewayWith, quiet } from './fixtures.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const HOUR = 3_600_000;
/** a Tuesday, 10:00 in Vietnam */
const T0 = Date.parse('2025-07-08T10:00:00+07:00');
const SETTINGS: AlertsConfig = { everySeconds: 5, digestSeconds: 60, upstreamDownSeconds: 300, backlogAgeSeconds: 1800, quietMinutes: 60, busyHours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' }], webhooks: [] };

const counts = (exchanges: Record<string, number> = {}, events = 0): LedgerCounts => ({ dossiers: 0, events, quarantined: 0, byStatusAndChannel: {}, exchanges, doubts: 0, lanesReady: 0, lanesBlocked: 0, lanesHeld: 0, oldestPendingMs: null });
type View = NonNullable<Facts['upstreams'][number]['view']>;
const view = (over: Partial<View> = {}): View => ({ upstream: 'toy', open: true, waits: [], breaker: { state: 'closed', since: 0, until: null, trips: 0 }, throttledUntil: null, rate: null, concurrency: null, ...over });
const facts = (now: number, over: Partial<Facts> & { exchanges?: Record<string, number>; events?: number; due?: number | null; seen?: View } = {}): Facts => ({
  now, counts: counts(over.exchanges, over.events), upstreams: [{ id: 'toy', view: over.seen ?? view(), nextReadyAt: over.due ?? null }], limits: [], clockSkewMs: 0, ...over,
});

/** Looks one after the other, each remembering what the one before did. */
function looks(...seen: Facts[]): string[][] {
  let memory: Memory = EMPTY_MEMORY;
  return seen.map((one) => {
    const judged = judge(one, memory, SETTINGS);
    memory = judged.memory;
    return judged.changes.map((c) => `${c.change} ${c.kind}${c.subject === '' ? '' : `/${c.subject}`}${c.change === 'cleared' ? '' : ` ${c.figure}`}`);
  });
}

describe('what is told', () => {
  it('an upstream that answers nothing while work waits, once, and that it is back', () => {
    expect(looks(
      facts(T0, { due: T0 }), facts(T0 + 299_000, { due: T0 }), facts(T0 + 300_000, { due: T0 }), facts(T0 + 400_000, { due: T0 }),
      facts(T0 + 405_000, { due: T0, exchanges: { 'toy/push/done': 1 } }),
    )).toEqual([[], [], ['raised upstream-down/toy 300'], [], ['cleared upstream-down/toy']]);
  });

  it('silence that we ordered ourselves, or with nothing to do, is no failure', () => {
    const closed = view({ waits: [{ reason: 'calendar', until: null }] });
    expect(looks(facts(T0, { due: T0, seen: closed }), facts(T0 + HOUR, { due: T0, seen: closed })).flat()).toEqual([]);
    expect(looks(facts(T0), facts(T0 + HOUR)).flat()).toEqual(['raised nothing-sent 0']);
    expect(looks(facts(T0 + 12 * HOUR), facts(T0 + 14 * HOUR)).flat()).toEqual([]);
  });

  it('a breaker from its opening to its closing; a trial is not yet its end', () => {
    const state = (s: 'open' | 'half-open') => view({ breaker: { state: s, since: 0, until: null, trips: 2 } });
    expect(looks(facts(T0, { seen: state('open') }), facts(T0 + 1000, { seen: state('half-open') }), facts(T0 + 2000))).toEqual([['raised breaker-open/toy 2'], [], ['cleared breaker-open/toy']]);
  });

  it('answers that differ from their schema: once for each system, more of it an hour later, and when all is acknowledged', () => {
    const drift = (open: number) => ({ drift: [{ upstream: 'toy', open }] });
    expect(looks(facts(T0), facts(T0 + 1000, drift(1)), facts(T0 + 2000, drift(4)), facts(T0 + 2 * HOUR, drift(5)), facts(T0 + 2 * HOUR + 1000, drift(5)), facts(T0 + 3 * HOUR, drift(0))).flat().filter((line) => line.includes('drift')))
      .toEqual(['raised drift/toy 1', 'grown drift/toy 5', 'cleared drift/toy']);
  });

  it('rounds that fail for as long as an upstream may be silent, once for each upstream; what we do not ask ourselves changes nothing', () => {
    const failing = (...since: (number | null)[]) => ({ rounds: [...since.map((failingSince) => ({ upstream: 'toy', failingSince })), { upstream: 'other', failingSince: 0 }] });
    const held = { seen: view({ waits: [{ reason: 'held', until: null }] }) };
    const told = (...seen: Facts[]) => looks(...seen).flat().filter((line) => line.includes('round-failing'));
    expect(told(facts(T0, failing(null, T0)), facts(T0 + 299_000, failing(T0, T0 + 1000)), facts(T0 + 300_000, failing(T0, T0 + 1000)), facts(T0 + HOUR, { ...failing(T0), ...held }), facts(T0 + HOUR, failing(null, null))))
      .toEqual(['raised round-failing/toy 300', 'cleared round-failing/toy']);
    expect(told(facts(T0 + HOUR, { ...failing(T0), ...held }))).toEqual([]);
  });

  it('dead, rejected and doubtful messages when they appear, more of them an hour later, never one by one', () => {
    const dead = (n: number) => ({ exchanges: { 'toy/push/dead': n, 'toy/step/dead': 1 } });
    expect(looks(
      facts(T0, dead(2)), ...Array.from({ length: 20 }, (_, i) => facts(T0 + i * 60_000, dead(3 + i))), facts(T0 + HOUR, dead(30)), facts(T0 + HOUR + 1000, {}),
    ).flat().filter((line) => line.includes('dead-letters'))).toEqual(['raised dead-letters/toy 3', 'grown dead-letters/toy 31', 'cleared dead-letters/toy']);
    expect(looks(facts(T0, { exchanges: { 'toy/push/rejected': 1, 'toy/push/doubtful': 2 } }))).toEqual([['raised rejected/toy 1', 'raised doubts/toy 2']]);
  });

  it('silence since a time that only a wrong clock could have meant is silence from now on', () => {
    const wrong = facts(T0 + 365 * 24 * HOUR, { exchanges: { 'toy/step/done': 1 }, due: T0 });
    const later = (ms: number) => facts(T0 + ms, { exchanges: { 'toy/step/done': 1 }, due: T0 });
    expect(looks(wrong, later(0), later(301_000)).flat().filter((told) => told.includes('upstream-down'))).toEqual(['raised upstream-down/toy 301']);
  });

  it('work that has been due for too long, until half of it is caught up', () => {
    const late = (minutes: number, i: number) => facts(T0 + i, { due: T0 + i - minutes * 60_000, exchanges: { 'toy/push/done': i } });
    expect(looks(late(29, 0), late(31, 1), late(20, 2), late(14, 3)).flat()).toEqual(['raised backlog-age/toy 1860', 'cleared backlog-age/toy']);
  });

  it('nothing sent in a busy hour, with how much came in meanwhile; it ends when something is sent', () => {
    expect(looks(
      facts(T0, { events: 10 }), facts(T0 + HOUR, { events: 17 }), facts(T0 + 9 * HOUR, { events: 18 }), facts(T0 + 10 * HOUR, { events: 18, exchanges: { 'toy/push/done': 1 } }),
    )).toEqual([[], ['raised nothing-sent 7'], [], ['cleared nothing-sent']]);
    expect(isBusyFor(SETTINGS, T0, HOUR)).toBe(true);
    expect(isBusyFor(SETTINGS, T0, 3 * HOUR)).toBe(false);
    expect(isBusyFor({ busyHours: [] }, T0, HOUR)).toBe(false);
  });

  it('limits at 80 % and at their end, without swaying about the mark', () => {
    const disk = (ratio: number, i: number) => facts(T0 + i, { limits: [{ limit: 'disk', used: 1, bound: 1, ratio }, { limit: 'imports', used: 8, bound: 8, ratio: 1 }] });
    expect(looks(disk(0.79, 0), disk(0.81, 1), disk(0.79, 2), disk(1, 3), disk(0.9, 4), disk(0.74, 5))).toEqual([
      [], ['raised limit-near/disk 81'], [], ['raised limit-reached/disk 100'], ['cleared limit-reached/disk'], ['cleared limit-near/disk'],
    ]);
  });

  it('every kind has words in both languages, when it begins and when it ends', () => {
    for (const kind of ALERT_KINDS) {
      for (const change of ['raised', 'cleared'] as const) {
        const shown = alertView({ kind, subject: 'toy', change, at: T0, since: T0, figure: 3 });
        for (const text of [shown.title.vi, shown.title.en, shown.action.vi, shown.action.en]) expect(text).toMatch(/\S{2}/);
      }
    }
  });
});

describe('a message', () => {
  const change = (n: number): Change => ({ kind: 'dead-letters', subject: `u${n}`, change: 'raised', at: n, since: n, figure: 1 });
  it('gathers what changes within the digest, and stays small', () => {
    const many = gather(gather(EMPTY_OUTBOX, [change(1)], 0), Array.from({ length: 100 }, (_, i) => change(i)), 10);
    expect(dispatch(many, 59_999, 60_000, ['a'], () => 'm').sending).toBe(null);
    const { sending } = dispatch(many, 60_000, 60_000, ['a'], () => 'm');
    expect([sending?.changes.length, sending?.more]).toEqual([MOST_CHANGES, 101 - MOST_CHANGES]);
    expect(dispatch(many, 60_000, 60_000, [], () => 'm')).toEqual(EMPTY_OUTBOX);
  });

  it('does not wait for a time that only a wrong clock could have meant', () => {
    const change = { kind: 'dead-letters', subject: 'toy', change: 'raised', at: T0, since: T0, figure: 1 } as const;
    const year = 365 * 24 * HOUR;
    const gathered = gather(EMPTY_OUTBOX, [change], T0 + year);
    const sent = dispatch(gathered, T0, 60_000, ['on-call'], () => 'msg_1');
    expect(sent.sending).toMatchObject({ id: 'msg_1' });
    const ahead = afterTry(dispatch(gathered, T0 + 2 * year, 60_000, ['on-call'], () => 'msg_1'), [], T0 + 2 * year).outbox.sending;
    if (ahead === null) throw new Error('a message expected');
    expect(isDue(ahead, T0)).toBe(true);
    expect(isDue({ ...ahead, nextAt: T0 + 5_000 }, T0)).toBe(false);
  });

  it('is tried again with growing pauses, only where it is missing, and given up in the end', () => {
    let outbox = dispatch(gather(EMPTY_OUTBOX, [change(1)], 0), 0, 0, ['a', 'b'], () => 'm');
    let givenUp: string[] = [];
    let at = 0;
    const pauses: number[] = [];
    for (let tries = 0; tries < 50 && outbox.sending !== null; tries += 1) {
      ({ outbox, givenUp } = afterTry(outbox, tries === 0 ? ['a'] : [], at));
      if (outbox.sending === null) break;
      expect(outbox.sending.to).toEqual(['b']);
      pauses.push(outbox.sending.nextAt - at);
      at = outbox.sending.nextAt;
    }
    expect(givenUp).toEqual(['b']);
    expect(pauses).toHaveLength(MOST_TRIES - 1);
    expect(pauses).toEqual([...pauses].sort((x, y) => x - y));
  });

  it('is checked by its receiver: secret, bytes and age', () => {
    const at = 1_751_943_600;
    const body = '{"type":"lienthong.alerts"}';
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(at), 'webhook-signature': `v1a,x ${signWebhook(SECRET, 'msg_1', at, body)}` };
    const check = (over: object) => verifyWebhook({ secret: SECRET, headers, body, now: at * 1000, ...over });
    expect(check({})).toEqual({ ok: true, id: 'msg_1' });
    expect(check({ secret: ['whsec_AAAA', SECRET] })).toEqual({ ok: true, id: 'msg_1' });
    expect(check({ body: `${body} ` })).toEqual({ ok: false, why: 'signature' });
    expect(check({ secret: 'whsec_AAAA' })).toEqual({ ok: false, why: 'signature' });
    expect(check({ now: at * 1000 + 301_000 })).toEqual({ ok: false, why: 'timestamp' });
    expect(check({ headers: { ...headers, 'webhook-id': undefined } })).toEqual({ ok: false, why: 'headers-missing' });
    expect(check({ headers: { ...headers, 'webhook-id': 'msg_2' } })).toEqual({ ok: false, why: 'signature' });
  });

  it('is signed as the published test vector of Standard Webhooks', () => {
    expect(signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

interface Received { id: string; checked: ReturnType<typeof verifyWebhook>; body: { type: string; data: { alerts: { kind: string; subject: string; change: string; figure: number }[]; more: number } } }

describe('the leader', () => {
  let folder = '';
  let ledger: Ledger;
  let gateway: Gateway;
  let alerts: Alerts;
  let receiver: Loopback;
  let received: Received[];
  let answer: number;
  let now = 0;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lt-alerts-'));
    ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
    await ledger.join({ roles: ['schedule'], version: '0' });
    received = [];
    answer = 204;
    now = Date.now();
    receiver = await httpLoopback((request, response) => void bodyOf(request).then((text) => {
      received.push({ id: String(request.headers['webhook-id']), checked: verifyWebhook({ secret: SECRET, headers: request.headers, body: text, now }), body: JSON.parse(text) as Received['body'] });
      response.writeHead(answer).end();
    }));
    gateway = await gatewayWith({ ledger });
    alerts = begin();
  });
  afterEach(async () => {
    await alerts.close();
    await gateway.close();
    await receiver[Symbol.asyncDispose]();
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const begin = (digestSeconds = 60): Alerts => createAlerts({
    ledger, config: { ...SETTINGS, busyHours: [], digestSeconds, webhooks: [{ name: 'on-call', url: `${receiver.url}/hook?token=x`, secret: SECRET }] },
    upstreams: ['toy'], upstreamViews: async () => [], limits: { readings: () => [] }, logger: quiet, metrics: gateway.metrics, now: () => now,
  });
  const run = async (name: string): Promise<void> => void (await alerts.tasks.find((task) => task.name === name)?.run(new AbortController().signal));
  async function settle(n: number, state: 'dead' | 'rejected'): Promise<void> {
    await gateway.app.inject({ method: 'POST', url: '/v1/dossiers', headers: { 'content-type': 'application/json' }, payload: JSON.stringify(dossier(n)) });
    const [lane] = await ledger.claim({ now: Date.now() + 1000, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 10 });
    if (lane === undefined) throw new Error('no lane');
    await ledger.update({ upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease, exchanges: lane.exchanges.map(({ id }) => ({ id, state, attempts: 1, lostReplies: 0, code: null })), release: { nextAt: null } });
  }
  const shown = async () => (await gateway.app.inject({ url: '/v1/alerts' })).json<{ current: { kind: string }[]; recent: { kind: string; change: string }[] }>();

  it('does not count a process that is gone, nor go by its clock', async () => {
    const [self] = await ledger.instances();
    if (self === undefined) throw new Error('one expected');
    vi.spyOn(ledger, 'instances').mockResolvedValue([{ ...self, id: 'gone', beatAt: self.beatAt - 60_000, clockSkewMs: 3_600_000 }, { ...self, clockSkewMs: 10 }]);
    await run('alerts');
    expect((await shown()).current).toEqual([]);
    expect((await gateway.app.inject({ url: '/metrics' })).body).toContain('lienthong_instances{role="schedule"} 1');
  });

  it('tells two troubles in one signed message, and neither again after a restart', async () => {
    await settle(1, 'dead');
    await settle(2, 'rejected');
    await run('alerts');
    await run('alert-messages');
    expect(received).toEqual([]);
    expect((await shown()).current.map((a) => a.kind).sort()).toEqual(['dead-letters', 'rejected']);

    now += 60_000;
    await run('alerts');
    await run('alert-messages');
    await run('alert-messages');
    expect(received).toHaveLength(1);
    expect(received[0]?.checked).toMatchObject({ ok: true });
    expect(received[0]?.body).toMatchObject({ type: 'lienthong.alerts', data: { more: 0, alerts: [{ kind: 'dead-letters', subject: 'toy', change: 'raised', figure: 3 }, { kind: 'rejected', figure: 3 }] } });
    expect(JSON.stringify(received)).not.toMatch(/H99|092199999002|Mẫu/);

    await alerts.close();
    alerts = begin();
    now += 600_000;
    for (const task of ['alerts', 'alert-messages', 'alerts', 'alert-messages']) await run(task);
    expect(received).toHaveLength(1);
    expect((await shown()).recent.map((a) => `${a.change} ${a.kind}`)).toEqual(['raised rejected', 'raised dead-letters']);
  });

  it('keeps a message that the receiver did not take, and sends it under the same id; another leader finds it', async () => {
    await settle(1, 'dead');
    await run('alerts');
    now += 60_000;
    await run('alerts');
    answer = 500;
    await run('alert-messages');
    await run('alert-messages');
    expect(received).toHaveLength(1);
    await alerts.close();
    alerts = begin();
    answer = 200;
    now += 5_000;
    await run('alert-messages');
    await run('alert-messages');
    expect(received.map((one) => one.id)).toEqual([received[0]?.id, received[0]?.id]);
  });

  it('that cannot write says so from its own memory, and that it is over', async () => {
    await alerts.close();
    alerts = begin(0);
    alerts.evidence({ writable: true, since: now, code: null });
    alerts.evidence({ writable: false, since: now, code: 'LT-LEDGER-WRITE-FAILED' });
    await waitFor(() => received.length === 1);
    alerts.evidence({ writable: true, since: now + 1000, code: null });
    await waitFor(() => received.length === 2);
    expect(received.map((one) => one.body.data.alerts.map((a) => `${a.change} ${a.kind}`))).toEqual([['raised evidence-unwritable'], ['cleared evidence-unwritable']]);
  });
});
