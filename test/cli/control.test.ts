import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALERT_CELL } from '../../src/gateway/alerts/alerts.ts';
import { EMPTY_OUTBOX } from '../../src/gateway/alerts/outbox.ts';
import { waitFor } from '../../src/testing/index.ts';
import { ACTS, LOOKS, operated, type Operated } from '../gateway/operated.ts';
import { endEverything, run } from '../support/process.ts';

let at: Operated;
let url: string;
beforeEach(async () => {
  at = await operated();
  url = await at.gateway.listen();
});
afterEach(async () => {
  endEverything();
  await at.end();
});

/** As an operator would type it; the gateway runs in this process, so that the test sees both sides. */
const lienthong = (...args: string[]) => run([...args, '--to', url], { env: { LIENTHONG_API_KEY: ACTS } });
const json = async (...args: string[]) => {
  const done = await lienthong(...args, '--json');
  return { code: done.code, said: JSON.parse(done.stdout) as Record<string, never> };
};

describe('holding back', () => {
  it('a dossier: freeze, holds, blocked, release', { timeout: 60_000 }, async () => {
    const code = await at.take(1);
    const frozen = await lienthong('freeze', 'dossier', code, '--reason', 'chờ xác minh', '--for', '90m');
    expect(frozen).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(new RegExp(`^hold \\d+: dossier ${code} → – · until / đến 20\\d\\d-`)) });
    const [hold] = await at.ledger.listHolds();
    expect(hold).toMatchObject({ scope: 'dossier', key: code, by: 'dieu-hanh', reason: 'chờ xác minh' });
    expect((hold?.until ?? 0) - Date.now()).toBeGreaterThan(85 * 60_000);
    at.delivery.start();

    const standing = await lienthong('holds');
    expect([standing.code, standing.stdout]).toEqual([0, expect.stringMatching(new RegExp(`^ *${hold?.id} +dossier +${code} +– .*dieu-hanh +chờ xác minh$`, 'm'))]);
    const stuck = await waitFor(async () => {
      const found = await lienthong('blocked');
      return found.code === 1 && found;
    });
    expect(stuck.stdout).toMatch(new RegExp(`^${code} +toy +hold +${hold?.id} .*LT-DELIVERY-HELD`, 'm'));
    expect(stuck.stdout, 'who holds it back, and why').toMatch(new RegExp(`^hold ${hold?.id}: chờ xác minh · dieu-hanh · until / đến 20`, 'm'));
    expect(stuck.stdout).toMatch(/^ {2}Đang bị tạm giữ → .*release/m);
    expect(stuck.stdout).toMatch(/^ {2}Held back → /m);
    expect(at.toy.sent).toEqual([]);

    expect(await lienthong('release', String(hold?.id), '--reason', 'đã xác minh')).toMatchObject({ code: 0, stdout: `hold ${hold?.id} released / đã gỡ\n` });
    await waitFor(() => at.toy.sent.length === 1);
    expect(await json('blocked')).toEqual({ code: 0, said: { items: [], next: null } });
    const given = await lienthong('orders', '--dossier', code);
    expect([given.code, given.stderr]).toEqual([0, '']);
    expect(given.stdout).toMatch(/dieu-hanh +Gỡ tạm giữ \/ Released +hold \d+ .* đã xác minh$/m);
    expect(given.stdout).toMatch(/dieu-hanh +Tạm giữ \/ Held back +hold \d+ · scope dossier .* chờ xác minh$/m);
    expect(await lienthong('release', String(hold?.id), '--reason', 'x')).toMatchObject({ code: 2, stderr: expect.stringMatching(/HTTP 404 LT-GATEWAY-HOLD-UNKNOWN\n {2}Không có .*\n {2}No such hold/) });
  });

  it('who asked about citizens is listed apart from orders, also for one dossier', { timeout: 60_000 }, async () => {
    const ask = (dossierCode: string) => at.ledger.act({ kind: 'citizen.asked', by: 'mot-cua', content: { officer: 'canbo.demo', dossierCode } }, Date.now());
    await ask('H99-1');
    await ask('H99-2');
    expect((await json('orders')).said).toEqual({ items: [], next: null });
    expect((await lienthong('orders', '--citizens')).stdout).toMatch(/mot-cua +Hỏi cơ sở dữ liệu dân cư .*officer canbo\.demo · dossierCode H99-2[\s\S]*dossierCode H99-1/);
    expect((await json('orders', '--citizens', '--dossier', 'H99-1')).said).toMatchObject({ items: [{ seq: 1 }], next: null });
  });

  it('a procedure until the end of a day, an upstream until released', { timeout: 60_000 }, async () => {
    expect((await json('freeze', 'procedure', '1.009999', '--upstream', 'toy', '--reason', 'a', '--until', '2090-03-01')).said).toMatchObject({ scope: 'procedure', upstream: 'toy', until: '2090-03-01T16:59:59Z' });
    expect((await json('freeze', 'upstream', 'toy', '--reason', 'b')).said).toMatchObject({ scope: 'upstream', key: 'toy', until: null });
    const shown = await lienthong('upstreams');
    expect([shown.code, shown.stdout]).toEqual([1, expect.stringMatching(/^toy +no \/ không +closed +held/m)]);
  });
});

describe('exchanges', () => {
  it('that need a person are listed, cancelled, sent again', { timeout: 60_000 }, async () => {
    const code = await at.take(1);
    await at.take(2);
    const [first = 0, second = 0] = await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
    const listed = await lienthong('dead', '--code', 'LT-DELIVERY-GAVE-UP', '--from', '2020-01-01', '--upstream', 'toy', '--limit', '1');
    expect([listed.code, listed.stderr]).toEqual([1, '']);
    expect(listed.stdout).toMatch(new RegExp(`^ *${first} +${code} +toy +snapshot +dead +LT-DELIVERY-GAVE-UP`, 'm'));
    expect(listed.stdout).toContain(`… --after ${first}`);
    expect(listed.stdout).toMatch(/LT-DELIVERY-GAVE-UP: Đã thử hết .* \/ Every allowed/);
    expect((await json('dead', '--before', '2020-01-01')).said).toEqual({ items: [], next: null });

    expect(await lienthong('cancel', String(first), '--reason', 'rút hồ sơ')).toMatchObject({ code: 0, stdout: `exchange ${first}: cancelled\n` });
    expect(await lienthong('cancel', String(first), '--reason', 'x'), 'as things stand it cannot be done').toMatchObject({ code: 1, stderr: expect.stringContaining('LT-GATEWAY-NOT-CANCELLABLE') });
    expect(await json('retry', String(second), '--reason', 'Cổng đã sửa')).toEqual({ code: 0, said: { id: second, state: 'pending' } });
    at.delivery.start();
    await waitFor(async () => (await at.ledger.getExchange(second))?.state === 'done');
    expect((await at.ledger.getExchange(first))?.state).toBe('cancelled');
  });
});

describe('an upstream', () => {
  it('is opened and closed by hand', { timeout: 60_000 }, async () => {
    const opened = await lienthong('breaker', 'toy', 'open', '--for', '30m', '--reason', 'bảo trì');
    expect(opened).toMatchObject({ code: 0, stdout: expect.stringMatching(/^toy: breaker \/ cầu dao open → 20/) });
    expect(await lienthong('upstreams')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^toy +no \/ không +open +breaker → /m) });
    const status = await lienthong('status');
    expect(status.stdout).toMatch(/^toy: no calls now \/ chưa gửi được · breaker \/ cầu dao open · breaker → 20/m);
    expect(status.stdout).toMatch(/^holds \/ lệnh tạm giữ 0 · held \/ đang giữ 0 · .*processes \/ tiến trình 1/m);
    expect(status.stdout).toMatch(/^limits \/ giới hạn disk \d+ %/m);
    expect((await json('status')).said).toMatchObject({ upstreams: [{ upstream: 'toy', breaker: { state: 'open' } }], holds: [], alerts: [], limits: expect.arrayContaining([expect.objectContaining({ limit: 'backlog', used: 0 })]) });
    expect((await json('breaker', 'toy', 'close', '--reason', 'xong')).said).toMatchObject({ open: true, breaker: { state: 'closed' } });
    expect((await json('upstreams')).code).toBe(0);
    expect((await json('orders', '--limit', '1')).said).toMatchObject({ items: [{ kind: 'control.breaker-reset', by: 'dieu-hanh', reason: 'xong', about: { upstream: 'toy' } }], next: expect.any(Number) });
    expect(await lienthong('orders', '--limit', '1')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^… --before \d+$/m) });
  });
});

it('alerts and processes are told', { timeout: 60_000 }, async () => {
  expect(await lienthong('alerts', '--recent')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^none \/ không có\n\nat +alert/) });
  const living = await json('instances');
  expect(living).toMatchObject({ code: 0, said: { items: [{ leads: true, pid: process.pid }] } });
  expect(await lienthong('instances')).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(` ${process.pid} .*yes / có$`, 'm')) });

  await at.ledger.putCell(ALERT_CELL, JSON.stringify({ memory: { active: { 'dead-letters/toy': { since: Date.now(), told: 3, toldAt: Date.now() } }, low: {} }, outbox: EMPTY_OUTBOX, recent: [] }), 0);
  const worried = await lienthong('alerts');
  expect(worried).toMatchObject({ code: 1, stdout: expect.stringMatching(/dead-letters · operator\n {2}toy: 3 lượt .* → Xem .*\n {2}toy: 3 messages .* → See /) });
  expect(await lienthong('status')).toMatchObject({ code: 1, stdout: expect.stringMatching(/dead-letters: toy: 3 lượt .* \/ toy: 3 messages/) });
});

it('wrong usage, a key that may not, a gateway that is away: each has its exit code and no stack', { timeout: 60_000 }, async () => {
  const wrong: [args: string[], code: number, says: RegExp][] = [
    [['freeze', 'dossier', 'H1'], 2, /required option '--reason/],
    [['freeze', 'everything', 'H1', '--reason', 'x'], 2, /LT-GATEWAY-PARAMETER[\s\S]*\/body\/scope/],
    [['freeze', 'dossier', 'H1', '--reason', 'x', '--for', 'soon'], 2, /--for: 'soon'/],
    [['freeze', 'dossier', 'H1', '--reason', 'x', '--for', '1h', '--until', '2090-01-01'], 2, /--for or --until/],
    [['breaker', 'toy', 'ajar', '--reason', 'x'], 2, /'ajar': open, close/],
    [['breaker', 'nobody', 'open', '--reason', 'x'], 2, /LT-GATEWAY-UPSTREAM-UNKNOWN/],
    [['cancel', '999999', '--reason', 'x'], 2, /LT-GATEWAY-EXCHANGE-UNKNOWN/],
    [['dead', '--from', 'yesterday'], 2, /\/query\/settledFrom/],
  ];
  for (const [args, code, says] of wrong) {
    const done = await lienthong(...args);
    expect([args.join(' '), done.code]).toEqual([args.join(' '), code]);
    expect(done.stderr).toMatch(says);
    expect(done.stderr).not.toMatch(/^\s+at /m);
  }
  expect(await run(['cancel', '1', '--reason', 'x', '--to', url], { env: { LIENTHONG_API_KEY: LOOKS } })).toMatchObject({ code: 2, stderr: expect.stringContaining('LT-GATEWAY-FORBIDDEN') });
  expect(await run(['holds', '--to', 'http://127.0.0.1:1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('không kết nối được cổng') });
});
