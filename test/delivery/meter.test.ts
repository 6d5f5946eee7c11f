import { expect, it } from 'vitest';
import type { HttpRequest, Transport } from '../../src/adapter/transport.ts';
import { createLimiter } from '../../src/delivery/limiter.ts';
import { createMeter } from '../../src/delivery/meter.ts';
import { memoryCells } from '../support/cells.ts';

const REQUEST: HttpRequest = { method: 'GET', path: '/' };

function metered(policy: { perSecond: number; burst: number }) {
  const times: number[] = [];
  const limiter = createLimiter(memoryCells(), 'rate/x', policy, Date.now);
  const meter = createMeter(limiter, Date.now);
  const line: Transport = meter.wrap(() => ({
    request: () => {
      times.push(Date.now());
      return Promise.resolve({ kind: 'failure', sent: 'before', code: 'X', durationMs: 0 });
    },
    close: () => Promise.resolve(),
  }))({ baseUrl: '' });
  return { limiter, meter, line, times };
}

it('the first request of a call goes on the slot that the call has; a login or a corrected request waits for one', async () => {
  const { limiter, meter, line, times } = metered({ perSecond: 10, burst: 1 });
  const began = Date.now();
  expect(await limiter.wait(new AbortController().signal)).toBeNull();
  meter.begin();
  await line.request(REQUEST);
  await line.request(REQUEST);
  await line.request(REQUEST);
  meter.end();
  expect(times).toHaveLength(3);
  // The slot of the first was reckoned from here, however late it was used.
  expect((times[2] ?? 0) - began).toBeGreaterThanOrEqual(195);
});

it('the slot of a call that made no request is not saved up', async () => {
  const { meter, line, times } = metered({ perSecond: 10, burst: 1 });
  for (let i = 0; i < 5; i += 1) {
    meter.begin();
    meter.end();
  }
  const begin = Date.now();
  await Promise.all([line.request(REQUEST), line.request(REQUEST)]);
  expect(times).toHaveLength(2);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(95);
});

it('a request whose caller goes away was not sent', async () => {
  const { line, times } = metered({ perSecond: 0.1, burst: 1 });
  await line.request(REQUEST);
  expect(await line.request({ ...REQUEST, signal: AbortSignal.abort() })).toMatchObject({ kind: 'failure', sent: 'before', code: 'RATE_LIMITED' });
  expect(times).toHaveLength(1);
});
