import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { randomFrom, startSimulator, waitFor } from '../../src/testing/index.ts';
import type { HostOptions, Simulator } from '../../src/testing/index.ts';
import { CODE, portalClient, send, snapshot, step } from './portal.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((r) => r.close()));
});
async function start(options: HostOptions = {}) {
  const host = await startSimulator(() => createDvcqgSimulator({ seed: 'host' }), options);
  running.push(host);
  const client = portalClient(host.url, host.simulator);
  await client.login();
  return { ...host, client };
}
const lines = (text: string): { seq: number; effect: string; key?: string }[] => text.split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as { seq: number; effect: string; key?: string });

describe('the admin API', () => {
  it('shows health and counts', async () => {
    const { url, client } = await start();
    await client.create(snapshot());
    expect(JSON.parse((await send(`${url}/__admin/health`, { method: 'GET' })).text)).toEqual({ ok: true, simulator: 'dvcqg' });
    expect(JSON.parse((await send(`${url}/__admin/summary`, { method: 'GET' })).text)).toMatchObject({ simulator: 'dvcqg', summary: { dossiers: 1, creates: 1, logins: 1 }, faults: { enabled: true, counts: {}, lostReplies: 0 } });
  });

  it('pages through the journal', async () => {
    const { url, client } = await start();
    await client.create(snapshot());
    for (let i = 0; i < 5; i += 1) await client.append(step('4', `2025071509000${i}`));
    const first = await send(`${url}/__admin/journal?limit=4`, { method: 'GET' });
    expect(lines(first.text).map((e) => e.effect)).toEqual(['login', 'create', 'append', 'append']);
    expect(first.headers['x-next-after']).toBe('4');
    const rest = await send(`${url}/__admin/journal?after=4`, { method: 'GET' });
    expect(lines(rest.text).map((e) => e.seq)).toEqual([5, 6, 7]);
    const end = await send(`${url}/__admin/journal?after=7`, { method: 'GET' });
    expect([end.text, end.headers['x-next-after']]).toEqual(['', '7']);
  });

  it('moves the clock, ends sessions, resets', async () => {
    const { url, client, simulator } = await start();
    await send(`${url}/__admin/clock`, { body: { advanceMs: 11 * 60_000 } });
    expect((await client.find()).body.message).toContain('hết hạn');
    await client.login();
    await send(`${url}/__admin/sessions:expire`, {});
    expect((await client.find()).body.message).toContain('hết hạn');
    expect((await send(`${url}/__admin/clock`, { body: { advanceMs: -1 } })).status).toBe(400);
    await send(`${url}/__admin/reset`, {});
    expect(simulator.journal()).toEqual([]);
  });

  it('sets faults, switches them, names lost replies, and refuses a plan it cannot follow', async () => {
    const { url, client, faults } = await start();
    await client.create(snapshot());
    await send(`${url}/__admin/faults`, { body: { rules: [{ kind: 'html-502-after', limit: 1 }] } });
    expect((await client.append(step('4', '20250715090000'))).status).toBe(502);
    expect(lines((await send(`${url}/__admin/lost-replies`, { method: 'GET' })).text)).toMatchObject([{ why: 'html-502-after', effects: [{ key: CODE }] }]);
    expect((await send(`${url}/__admin/faults`, { body: { rules: [{ kind: 'nonsense' }] } })).status).toBe(400);
    expect((await send(`${url}/__admin/faults`, { body: '{' })).status).toBe(400);
    await send(`${url}/__admin/faults`, { body: { enabled: false } });
    expect(faults.enabled).toBe(false);
    await send(`${url}/__admin/faults`, { method: 'DELETE' });
    expect(faults.counts()).toEqual({});
  });

  it('refuses web pages and unknown paths', async () => {
    const { url } = await start();
    expect((await send(`${url}/__admin/reset`, { headers: { origin: 'https://example.vn' } })).status).toBe(403);
    expect((await send(`${url}/__admin/nothing`, {})).status).toBe(404);
  });
});

describe('the host', () => {
  it('refuses a body beyond the limit and goes on', async () => {
    const { url, client } = await start({ maxBodyBytes: 20_000 });
    const outcome = await send(`${url}/mapi/g`, { body: 'x'.repeat(500_000) }).then((r) => r.status, () => 'closed');
    expect([413, 'closed']).toContain(outcome);
    expect((await client.create(snapshot())).status).toBe(200);
  });

  it('answers 500 when the simulator itself fails, and goes on', async () => {
    const broken: Simulator = { id: 'broken', handle: () => { throw new Error('out of order'); }, journal: () => [], summary: () => ({}), reset: () => undefined };
    const host = await startSimulator(broken);
    running.push(host);
    const reply = await send(`${host.url}/x`, {});
    expect([reply.status, reply.text.includes('out of order')]).toEqual([500, true]);
    expect((await send(`${host.url}/__admin/health`, { method: 'GET' })).status).toBe(200);
    const mute = await startSimulator({ ...broken, handle: () => ({ status: 200, body: '' }), describe: () => { throw new Error('out of words'); } });
    running.push(mute);
    expect((await send(`${mute.url}/x`, {})).text).toContain('out of words');
    expect((await send(`${mute.url}/__admin/health`, { method: 'GET' })).status).toBe(200);
  });

  it('closes although a request hangs', async () => {
    const { faults, client, close } = await start();
    faults.once('hang');
    const hanging = client.find().then(() => 'answered', () => 'ended');
    await waitFor(() => faults.counts().hang === 1);
    await close();
    expect(await hanging).toBe('ended');
  });

  it('says that its port is taken', async () => {
    const { url } = await start();
    await expect(startSimulator(createDvcqgSimulator(), { port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
  });

  it('keeps Vietnamese text whole, whatever the pieces it arrives in', async () => {
    const { client, simulator } = await start();
    await client.create(snapshot(CODE, { GhiChu: 'ệ'.repeat(1900) }), snapshot(`${CODE}0`, { TrichYeuHoSo: 'Đường '.repeat(300) }));
    await client.append(step('4', '20250715090000', CODE, { NoiDungXuLy: 'Chuyển thụ lý hồ sơ' }));
    expect(simulator.dossier(CODE)?.steps[0]?.NoiDungXuLy).toBe('Chuyển thụ lý hồ sơ');
  });
});

describe('small tools', () => {
  it('waitFor gives back the value, or says what it waited for', async () => {
    let n = 0;
    expect(await waitFor(() => (n += 1) > 3 && n)).toBe(4);
    await expect(waitFor(() => false, { timeoutMs: 20, describe: () => 'rain' })).rejects.toThrow('rain');
  });

  it('randomFrom repeats itself, forks without moving, and spreads evenly', () => {
    const draw = (seed: string) => Array.from({ length: 50 }, ((r) => () => r.next())(randomFrom(seed)));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    const one = randomFrom('f');
    const two = randomFrom('f');
    one.fork('x').next();
    expect(one.next()).toBe(two.next());
    const even = randomFrom('spread');
    const spread = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const at = even.int(10);
      spread[at] = (spread[at] ?? 0) + 1;
    }
    for (const n of spread) expect(Math.abs(n - 10_000)).toBeLessThan(500);
    expect(() => randomFrom('x').pick([])).toThrow(RangeError);
    expect(randomFrom('x').hex(13)).toMatch(/^[0-9a-f]{13}$/);
  });
});
