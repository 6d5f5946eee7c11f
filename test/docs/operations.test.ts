import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { program } from '../../src/cli/program.ts';
import { RETRY_DEFAULTS } from '../../src/delivery/index.ts';
import { VERDICTS } from '../../src/delivery/replay-preview.ts';
import { MOST_OPEN, MOST_SELECTED } from '../../src/delivery/replay.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { generateApiKey } from '../../src/gateway/keys.ts';
import { createGateway, type Gateway } from '../../src/gateway/server.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import { EXCHANGE_STATES, type Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { bare, codeBlocks, headings, read, ROOT, tableUnder } from './documents.ts';

const operations = read('docs/operations.md');
const { key, sha256 } = generateApiKey();
let folder: string;
let ledger: Ledger;
let gateway: Gateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-docs-'));
  const config = loadConfig({
    file: join(ROOT, 'examples/gateway/lienthong.yaml'),
    adapters: ADAPTERS,
    env: { MOT_CUA_KEY_SHA256: sha256, DVCQG_URL: 'http://127.0.0.1:9', DVCQG_USERNAME: 'tinh-mau', DVCQG_PASSWORD: 'mot-bi-mat-du-dai' },
    // A loaded machine is not what is asked here.
    overrides: { server: { maxEventLoopDelayMs: 0, maxRssBytes: 0 }, ledger: { folder }, logging: { level: 'silent' }, apiKeys: [{ name: 'docs', sha256, scopes: ['intake', 'read', 'operate', 'inbound', 'metrics', 'indicators', 'citizens'] }] },
  });
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'ledger.key'), createIfMissing: true }) });
  gateway = await createGateway({ config, ledger });
});
afterAll(async () => {
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (url: string) => gateway.app.inject({ url, headers: { authorization: `Bearer ${key}` } });

it('the READMEs list exactly the calls of the API, each with its scope', async () => {
  interface Described { security?: unknown; 'x-scope'?: string }
  const { paths } = (await get('/openapi.json')).json<{ paths: Record<string, Record<string, Described>> }>();
  const served = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  for (const [file, head] of [['README.md', 'call'], ['README.vi.md', 'lời gọi']] as const) {
    const listed = tableUnder(read(file), head).map(([call]) => bare(call));
    // Land systems and VNeID bring their own calls, many under one line; this gateway has neither.
    const brought = listed.filter((call) => call.includes('/inbound/{upstream}/'));
    expect(listed.filter((call) => !brought.includes(call)).sort(), file).toEqual(served.sort());
    const lines = brought.map((call) => new RegExp(`^${call.replace('/inbound/{upstream}', '').replace(/\{\w+\}/g, '[^/]+').replace('…', '.*')}$`));
    const routes = Object.values(ADAPTERS).flatMap(({ id, inbound }) => (id === 'dvcqg' ? [] : inbound.map(({ method, path }) => `${method} /${path}`)));
    expect([routes.filter((route) => !lines.some((line) => line.test(route))), lines.filter((line) => !routes.some((route) => line.test(route)))], file).toEqual([[], []]);
  }
});

it('the scopes in the README are those that open the calls', async () => {
  for (const [call, scope] of tableUnder(read('README.md'), 'call')) {
    if (call?.includes('{upstream}') === true) continue; // let in by secrets of their own
    const [method = '', path = ''] = bare(call).split(' ');
    const url = path.replace('{code}', 'H99.14-250701-0042').replace('{id}', '1');
    const answer = await gateway.app.inject({ method: method as 'GET', url });
    expect(answer.statusCode === 401, `${call} without a key: ${answer.statusCode}`).toBe(scope !== '–');
  }
});

it('the metrics of the document are exactly those that are scraped', async () => {
  const { body } = await get('/metrics');
  const scraped = [...body.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1] ?? '');
  const listed = tableUnder(operations, 'metric').flatMap(([names]) => [...(names ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ''));
  expect(listed.sort()).toEqual(scraped.sort());
  const alerted = [...operations.matchAll(/`(lienthong_\w+)`/g)].map((m) => m[1] ?? '');
  for (const name of alerted) expect(scraped).toContain(name);
});

it('every state of an exchange has its line', () => {
  expect(tableUnder(operations, 'state').map(([state]) => bare(state)).sort()).toEqual([...EXCHANGE_STATES].sort());
});

describe('the limits', () => {
  const limit = (text: string) => tableUnder(operations, 'what').find(([what]) => what?.startsWith(text))?.[1];
  it('are the defaults', () => {
    const { server, delivery } = loadConfig({ env: {}, adapters: ADAPTERS });
    const mib = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
    const n = (value: number) => value.toLocaleString('en-US');
    expect(server.importLineLimit).toBe(server.bodyLimit);
    expect(limit('one dossier')).toBe(`${mib(server.bodyLimit)} each`);
    expect(limit('a call of an upstream')).toContain(`; ${server.maxLargeBodies} beyond`);
    expect(limit('nesting')).toBe(`${server.maxDepth} levels`);
    expect(limit('lines of an import')).toBe(`${server.importWindow}; ${server.maxImports}`);
    expect(limit('a silent import')).toBe(`${server.importStallSeconds} s`);
    expect(limit('work waiting')).toBe(n(server.maxPending));
    expect(limit('memory')).toBe(`${server.maxRssBytes / 1024 ** 3} GiB, ${server.maxEventLoopDelayMs / 1000} s`);
    expect(limit('free disk')).toBe(mib(server.minFreeBytes));
    expect(limit('messages not yet settled')).toBe(n(server.maxBacklog));
    expect(limit('calls per key')).toBe(`${n(server.rateLimit.max)} a minute`);
    expect(server.rateLimit.windowSeconds).toBe(60);
    expect(limit('wrong keys')).toBe(`${server.rateLimit.authFailures} a minute`);
    expect(limit('lanes drained')).toBe(String(delivery.concurrency));
    expect(limit('attempts per')).toContain(`${delivery.retry.maxAttempts}, `);
  });

  it('the retry period is what the policy spans, with the mean of its jitter', () => {
    let hours = 0;
    for (let attempt = 1; attempt < RETRY_DEFAULTS.maxAttempts; attempt += 1) hours += (Math.min(RETRY_DEFAULTS.capMs, RETRY_DEFAULTS.baseMs * 2 ** (attempt - 1)) * 0.75) / 3_600_000;
    const stated = Number(/about (\d+) hours/.exec(limit('attempts per') ?? '')?.[1]);
    expect(Math.abs(stated - hours) / hours).toBeLessThan(0.25);
  });
});

it('the Vietnamese document has the same outline, code, states, metrics and figures', () => {
  const vietnamese = read('docs/operations.vi.md');
  expect(headings(vietnamese).map((h) => h.level)).toEqual(headings(operations).map((h) => h.level));
  expect(codeBlocks(vietnamese)).toEqual(codeBlocks(operations));
  const column = (text: string, head: string, n: number) => tableUnder(text, head).map((row) => row[n] ?? '');
  expect(column(vietnamese, 'trạng thái', 0)).toEqual(column(operations, 'state', 0));
  expect(column(vietnamese, 'số đo', 0)).toEqual(column(operations, 'metric', 0));
  expect(column(vietnamese, 'cảnh báo khi', 0)).toHaveLength(column(operations, 'alert when', 0).length);
  const figures = (cell: string) => cell.replace(/(?<=\d)[.,](?=\d{3}\b)/g, '').match(/\d+/g);
  expect(column(vietnamese, 'nội dung', 1).map(figures)).toEqual(column(operations, 'what', 1).map(figures));
});

it('the environment variables of the document are read by the code', () => {
  const source = ['src/cli/app.ts', 'src/cli/program.ts', 'src/ledger/keys.ts'].map(read).join('\n');
  for (const [name] of operations.matchAll(/\bLIENTHONG_[A-Z_]+\b/g)) expect(source).toContain(name);
});

it('the retry call of the document is a request that the API takes', async () => {
  const block = codeBlocks(operations).find((b) => b.text.includes(':retry'))?.text ?? '';
  const payload = /-d '([^']+)'/.exec(block)?.[1] ?? '';
  const answer = await gateway.app.inject({ method: 'POST', url: '/v1/exchanges/4711:retry', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, payload });
  expect(answer.json()).toMatchObject({ status: 404, code: 'LT-GATEWAY-EXCHANGE-UNKNOWN' });
});

describe('control and replay', () => {
  const commands = new Map(program().commands.flatMap((c) => (c.commands.length === 0 ? [[c.name(), c] as const] : c.commands.map((below) => [`${c.name()} ${below.name()}`, below] as const))));
  const lines = codeBlocks(operations).flatMap((block) => block.text.split('\n')).filter((line) => /^lienthong (freeze|release|holds|blocked|dead|retry|cancel|replay|upstreams|breaker)\b/.test(line));

  it('every command and option of the examples is one that there is', () => {
    expect(lines.length).toBeGreaterThanOrEqual(8);
    for (const line of lines) {
      const words = line.replace(/'[^']*'/g, 'x').split(' ').slice(1);
      const command = commands.get(words[0] === 'replay' ? words.slice(0, 2).join(' ') : (words[0] ?? ''));
      expect(command, line).toBeDefined();
      for (const option of words.filter((word) => word.startsWith('--'))) expect(command?.options.map((o) => o.long), line).toContain(option);
    }
    for (const [name] of tableUnder(operations, 'command')) expect([...commands.keys()]).toContain(bare(name).replace(/^lienthong /, ''));
  });

  it('what a preview may say, and the bounds of a replay, are those of the code', () => {
    expect(tableUnder(operations, 'it would').map(([verdict]) => bare(verdict))).toEqual([...VERDICTS]);
    expect(operations).toContain(`${MOST_SELECTED.toLocaleString('en-US')} exchanges at most`);
    expect(operations).toContain(`never more than ${MOST_OPEN} are open`);
  });

  it('are the same in Vietnamese', () => {
    const vietnamese = read('docs/operations.vi.md');
    expect(tableUnder(vietnamese, 'lệnh').map(([name]) => name)).toEqual(tableUnder(operations, 'command').map(([name]) => name));
    expect(tableUnder(vietnamese, 'kết quả').map(([verdict]) => verdict)).toEqual(tableUnder(operations, 'it would').map(([verdict]) => verdict));
  });
});
