import { afterEach, beforeEach, expect, it } from 'vitest';
import { waitFor } from '../../src/testing/index.ts';
import { ACTS, operated, type Operated } from '../gateway/operated.ts';
import { endEverything, run, start } from '../support/process.ts';

let at: Operated;
let url: string;
let turns: NodeJS.Timeout | undefined;
beforeEach(async () => {
  at = await operated();
  url = await at.gateway.listen();
});
afterEach(async () => {
  clearInterval(turns);
  endEverything();
  await at.end();
});

const WITH_KEY = { env: { LIENTHONG_API_KEY: ACTS } };
const lienthong = (...args: string[]) => run([...args, '--to', url], WITH_KEY);

it('preview, start and wait, status with the result, list', { timeout: 60_000 }, async () => {
  for (const n of [1, 2, 3]) await at.take(n);
  await at.take(4, { summary: 'invalid' });
  const ids = await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
  const preview = await lienthong('replay', 'preview', '--state', 'dead', '--code', 'LT-DELIVERY-GAVE-UP');
  expect([preview.code, preview.stderr]).toEqual([1, '']);
  expect(preview.stdout).toMatch(/^selected \/ chọn 4 · examined \/ đã xét 4 · send 3 · invalid 1/);
  expect(preview.stdout).toMatch(/^toy +4 +yes \/ có +closed/m);
  expect(preview.stdout).toMatch(new RegExp(`^ *${ids[3]} +H99.14-250701-0004 +toy +snapshot +invalid .*LT-INPUT-TYPE /summary$`, 'm'));
  expect(at.toy.sent).toEqual([]);

  at.delivery.start();
  turns = setInterval(() => void at.replays.tick().catch(() => undefined), 50);
  const done = await lienthong('replay', 'start', '--state', 'dead', '--reason', 'Cổng đã sửa', '--wait');
  const id = /^replay (\d+): done · selected \/ chọn 4 · woken \/ xếp hàng 4 · /m.exec(done.stdout)?.[1] ?? done.stdout;
  expect([done.code, done.stderr], 'one of them was refused').toEqual([1, expect.stringMatching(/^replay \d+: 4\/4 \| done$/m)]);
  expect(done.stdout).toContain('done 3');
  expect(done.stdout).toContain('rejected 1');

  const result = await lienthong('replay', 'status', id, '--result', '--state', 'rejected');
  expect([result.code, result.stdout]).toEqual([1, expect.stringMatching(new RegExp(`^ *${ids[3]} +H99.14-250701-0004 +toy +snapshot +rejected +LT-INPUT-TYPE`, 'm'))]);
  expect(await lienthong('replay', 'list')).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`^ *${id} +done +dieu-hanh .* 4 +4 +0 +3$`, 'm')) });
  expect(await lienthong('replay', 'start', '--state', 'dead', '--reason', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('LT-GATEWAY-REPLAY-NOTHING') });
});

it('cancel ends a wait and says what was given back', { timeout: 60_000 }, async () => {
  await at.take(1);
  await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
  await at.ledger.freeze({ scope: 'upstream', key: 'toy', upstream: null, by: 'test', reason: 'x', until: null }, Date.now());
  const waiting = start(['replay', 'start', '--state', 'dead', '--reason', 'thử', '--wait', '--json', '--to', url], WITH_KEY);
  const replay = await waitFor(async () => (await at.replays.list())[0]);
  await at.replays.tick();
  const open = await lienthong('replay', 'status', String(replay.id));
  expect(open).toMatchObject({ code: 0, stdout: `replay ${replay.id}: running · selected / chọn 1 · woken / xếp hàng 1 · pending 1\n` });
  expect(await lienthong('replay', 'cancel', String(replay.id), '--reason', 'nhầm')).toMatchObject({ code: 0, stdout: `replay ${replay.id}: cancelled, 1 given back / trả lại\n` });
  expect(await waiting.ended).toEqual({ code: 1, signal: null });
  expect(JSON.parse(waiting.stdout())).toMatchObject({ id: replay.id, state: 'cancelled', states: { dead: 1 } });
  expect(await lienthong('replay', 'cancel', String(replay.id), '--reason', 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining('LT-GATEWAY-REPLAY-ENDED') });
  expect(await lienthong('replay', 'start', '--reason', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--state') });
  expect(await lienthong('replay', 'preview', '--state', ' ')).toMatchObject({ code: 2, stderr: expect.stringContaining('--state: rejected') });
});
