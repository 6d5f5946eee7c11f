/** Through a running gateway: an officer asks, the simulated database answers, and nothing of the citizen stays in our files, logs or figures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ADAPTERS } from '../../../src/cli/adapters.ts';
import { startApp } from '../../../src/cli/app.ts';
import { loadConfig } from '../../../src/gateway/config.ts';
import { createLogger } from '../../../src/gateway/log.ts';
import { startMockServer } from '../../../src/testing/index.ts';
import { sceneConfig } from '../../faults/scene.ts';
import { endEverything, freshFolder } from '../../support/process.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
  endEverything();
});

const QUESTION = { citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', purpose: 'HT-01', officer: 'canbo.demo' };
interface Reply { status: number; body: { code?: string; issues?: { code: string }[]; answer?: { outcome: string; record?: Record<string, unknown> } } }

async function scene(options: Record<string, unknown>) {
  const mock = await startMockServer('dancu', { seed: 'gateway', simulator: options as never });
  open.push(mock);
  const folder = freshFolder();
  const lines: string[] = [];
  const settings = sceneConfig({ folder, portal: { url: 'http://127.0.0.1:9', simulator: { accounts: [{}] } } as never });
  const upstream = { adapter: 'dancu', ...mock.simulator.clientConfig?.(mock.url) };
  const config = loadConfig({ overrides: { ...settings, upstreams: { 'dan-cu': upstream }, citizens: { purposes: { 'HT-01': { legalBasis: 'Điều 9 (mẫu)' } } }, logging: { level: 'debug', requests: 'all' } }, adapters: ADAPTERS });
  const app = await startApp(config, { logger: createLogger({ level: 'debug', stream: { write: (line) => void lines.push(line) } }) });
  open.push(app);
  const ask = async (act: 'verify' | 'look-up', more: Record<string, unknown> = {}): Promise<Reply> => {
    const answer = await fetch(`${app.url}/v1/citizens/${act}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...QUESTION, ...more }) });
    return { status: answer.status, body: (await answer.json()) as Reply['body'] };
  };
  return { app, mock, ask, lines, folder };
}

it.each(['x-road', 'lgsp', 'rest-wrapped', 'rest-flat'])('a citizen is verified and looked up over %s, and nothing of them is left', { timeout: 60_000 }, async (transport) => {
  const { app, mock, ask, lines, folder } = await scene({ transport });
  expect(await ask('verify')).toMatchObject({ status: 200, body: { answer: { outcome: 'MATCH' } } });
  expect(await ask('look-up')).toMatchObject({ status: 200, body: { answer: { outcome: 'MATCH', record: { citizenId: '099190000123', ethnicity: { code: '01', name: 'Kinh' }, maritalStatus: 'DIVORCED', father: { fullName: 'Lê Văn Giả' } } } } });
  expect(await ask('look-up', { birthDate: '1990-02-15' })).toMatchObject({ status: 200, body: { answer: { outcome: 'NOT_FOUND' } } });
  expect(await ask('verify', { fullName: 'Lê Thị Khác' })).toMatchObject({ status: 200, body: { answer: { outcome: transport.startsWith('rest') ? 'NOT_FOUND' : 'MISMATCH' } } });
  expect(mock.simulator.summary()).toMatchObject({ asked: 4, refused: 0 });
  expect(mock.validation.counts()).toMatchObject({ breaches: 0 });
  const written = [lines.join('\n'), await (await fetch(`${app.url}/metrics`)).text(), JSON.stringify(mock.simulator.journal())];
  await Promise.all(open.splice(0).map((one) => one.close()));
  for (const one of readdirSync(folder, { recursive: true, withFileTypes: true })) if (one.isFile()) written.push(readFileSync(join(one.parentPath, one.name), 'latin1'));
  expect(written.length).toBeGreaterThan(4);
  for (const word of ['099190000123', 'Lê Thị Mẫu', 'LETHIMAU', 'Lê Văn Giả', '099060000124', '19900214', '1990-02-14']) for (const text of [word, Buffer.from(word).toString('latin1')]) expect(written.filter((all) => all.includes(text)).length, word).toBe(0);
});

it('what the database refuses reaches the caller as what somebody has to do', { timeout: 60_000 }, async () => {
  const REFUSALS = [['not-licensed', 502, 'LT-DANCU-NOT-LICENSED'], ['officer-refused', 502, 'LT-DANCU-OFFICER-REFUSED'], ['two', 502, 'LT-DANCU-AMBIGUOUS'], ['other-person', 502, 'LT-DANCU-OTHER-PERSON'], ['err', 503, 'LT-DANCU-LINE-DOWN']] as const;
  const numberOf = (i: number): string => `09919000020${i}`;
  const { ask } = await scene({ answers: Object.fromEntries(REFUSALS.map(([answer], i) => [numberOf(i), answer])) });
  for (const [i, [answer, status, code]] of REFUSALS.entries()) {
    const reply = await ask('look-up', { citizenId: numberOf(i) });
    expect([answer, reply.status, reply.body.issues?.[0]?.code]).toEqual([answer, status, code]);
    expect(JSON.stringify(reply.body)).not.toMatch(/Lê Thị|0991900002|Người Khác/);
  }
});
