/** A file of its own: here nobody but the mock may import nock, which changes the whole process. */
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { mockUpstream } from '../../src/testing/index.ts';

const connectNow = (): unknown => Reflect.get(Socket.prototype, 'connect');
const { fetch: fetchBefore } = globalThis;
const before = connectNow();

it('sockets are nock’s while a mock lives, and nobody’s before, between and afterwards', async () => {
  for (const round of [1, 2]) {
    const one = await mockUpstream('dvcqg');
    const two = await mockUpstream('opencps');
    expect(connectNow(), `round ${round}`).not.toBe(before);
    const ask = () => fetch(`${one.url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(one.simulator.accounts[0]) });
    expect((await ask()).status).toBe(200);
    expect(one.journal, 'one call is caught once').toHaveLength(1);
    await two.restore();
    expect((await ask()).status).toBe(200);
    await one.restore();
    expect(connectNow(), `round ${round}`).toBe(before);
    expect(globalThis.fetch).toBe(fetchBefore);
    await expect(ask()).rejects.toThrow('fetch failed');
  }
});

it('two that start together share nock', async () => {
  const mocks = await Promise.all([mockUpstream('dvcqg'), mockUpstream('opencps'), mockUpstream('dvcqg', { baseUrl: 'https://other.mock.example.vn' })]);
  await Promise.all(mocks.map((mock) => mock.restore()));
  expect(connectNow()).toBe(before);
});
