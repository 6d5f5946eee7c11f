/** Retention and checkpoints as the schedule runs them, on a ledger on disk. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RetentionConfig } from '../../src/gateway/config.ts';
import { dailyCheckpoint, dailyRetention, lastMoment, monthsBefore, policyAt, retain, type RetentionOptions } from '../../src/gateway/retention.ts';
import { checkArchive } from '../../src/ledger/archive.ts';
import { exportLedger } from '../../src/ledger/audit/export.ts';
import { verifyFiles } from '../../src/ledger/audit/verify.ts';
import type { ExportedEvent } from '../../src/ledger/chain.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Checkpoint } from '../../src/ledger/upkeep.ts';
import { T0, change, sqliteStorage } from './fixtures.ts';
import type { Clock, SqliteStorage } from './fixtures.ts';

const DAY = 86_400_000;
const CONFIG: RetentionConfig = { payloadMonths: 24, finishedPayloadMonths: null, attemptMonths: 24, quarantineMonths: 6, checkpointAt: '00:30' };
const running = new AbortController().signal;

let out: string;
let clock: Clock;
let storage: SqliteStorage;
let ledger: Ledger;
let logged: Record<string, unknown>[];
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'lt-upkeep-'));
  clock = { now: T0 };
  storage = await sqliteStorage(clock);
  ledger = await storage.open();
  logged = [];
});
afterEach(async () => {
  await storage.dispose();
  await rm(out, { recursive: true, force: true });
});

const options = (over: Partial<RetentionOptions> = {}): RetentionOptions => ({
  ledger, config: CONFIG, folder: storage.folder, now: () => clock.now, share: 1,
  logger: { info: (fields, event) => void logged.push({ ...fields, event }) }, ...over,
});
const version = (code: string, n: number) => change(code, { sourceUpdatedAt: T0 + n, body: JSON.stringify({ code, n, text: 'x'.repeat(200) }) });
async function versions(count: number, code = 'D-1'): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => ledger.append(version(code, i))));
}
const lines = async (file: string): Promise<string[]> => (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');

describe('dates', () => {
  it('months are those of the calendar in Vietnam, short ones included', () => {
    const at = (text: string) => Date.parse(text);
    expect(monthsBefore(at('2025-03-31T10:00:00+07:00'), 1)).toBe(at('2025-02-28T10:00:00+07:00'));
    expect(monthsBefore(at('2024-03-31T10:00:00+07:00'), 1)).toBe(at('2024-02-29T10:00:00+07:00'));
    expect(monthsBefore(at('2025-01-01T03:00:00+07:00'), 24)).toBe(at('2023-01-01T03:00:00+07:00'));
    expect(policyAt({ ...CONFIG, payloadMonths: null }, at('2025-07-15T00:00:00+07:00'))).toEqual({
      bodiesBefore: null, lastBodiesBefore: null, attemptsBefore: at('2023-07-15T00:00:00+07:00'), quarantineBefore: at('2025-01-15T00:00:00+07:00'),
    });
  });

  it('the daily moment is of the day before until the clock has shown it', () => {
    const at = (text: string) => Date.parse(text);
    expect(lastMoment(at('2025-07-02T00:29:59+07:00'), '00:30')).toBe(at('2025-07-01T00:30:00+07:00'));
    expect(lastMoment(at('2025-07-02T00:30:00+07:00'), '00:30')).toBe(at('2025-07-02T00:30:00+07:00'));
    expect(lastMoment(at('2025-07-02T23:00:00+07:00'), '00:30')).toBe(at('2025-07-02T00:30:00+07:00'));
  });
});

describe('daily checkpoint', () => {
  const file = () => join(storage.folder, 'checkpoints.ndjson');

  it('is made once a day, once after days of sleep, never of an empty ledger; it stands in the file and in the log', async () => {
    await dailyCheckpoint(options());
    expect(await ledger.listCheckpoints(10)).toEqual([]);
    await versions(3);
    await dailyCheckpoint(options());
    clock.now += 60_000;
    await dailyCheckpoint(options());
    expect(await ledger.listCheckpoints(10)).toHaveLength(1);
    clock.now += 5 * DAY;
    await dailyCheckpoint(options());
    const [second, first] = await ledger.listCheckpoints(10);
    expect((await lines(file())).map((line) => JSON.parse(line) as unknown)).toEqual([first, second]);
    expect(logged.map(({ event, seq, seal }) => ({ event, seq, seal }))).toEqual([first, second].map((c) => ({ event: 'checkpoint', seq: c?.seq, seal: c?.seal })));
  });

  it('those that another machine sealed while it led are all in the file of this one', async () => {
    await versions(1);
    await dailyCheckpoint(options());
    for (let day = 1; day <= 60; day += 1) await ledger.checkpoint(clock.now + day);
    await dailyCheckpoint(options());
    expect((await lines(file())).map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual((await ledger.listCheckpoints(100)).map(({ seq }) => seq).reverse());
  });

  it('goes on after one that a wrong clock dated years ahead', async () => {
    await versions(2);
    clock.now += 900 * DAY;
    await dailyCheckpoint(options());
    clock.now -= 900 * DAY;
    await versions(1);
    await dailyCheckpoint(options());
    await dailyCheckpoint(options());
    expect((await ledger.listCheckpoints(10)).map(({ at }) => at)).toEqual([T0, T0 + 900 * DAY].map((at) => expect.closeTo(at, -6)));
  });

  it('one that was sealed but not written before a crash is written afterwards, also behind a line that was cut', async () => {
    await versions(2);
    await dailyCheckpoint(options());
    const text = await readFile(file(), 'utf8');
    await truncate(file(), text.length - 20);
    await ledger.checkpoint(clock.now + 1);
    await dailyCheckpoint(options());
    const whole = (await lines(file())).flatMap((line) => { try { return [JSON.parse(line) as Checkpoint]; } catch { return []; } });
    expect(whole).toEqual((await ledger.listCheckpoints(10)).reverse());
  });
});

describe('daily retention', () => {
  const folder = () => join(storage.folder, 'archive');

  it('goes on after a day that a wrong clock dated years ahead', async () => {
    await ledger.setCursor('retention:done', String(T0 + 5_000 * DAY));
    await versions(5);
    clock.now = T0 + 800 * DAY;
    await dailyRetention(options(), running);
    expect(await readdir(folder())).toHaveLength(1);
    await dailyRetention(options(), running);
    expect(await readdir(folder())).toHaveLength(1);
  });

  it('archives, then expires, once a day; the archive fits the chain and is named by time only', async () => {
    await versions(5);
    await ledger.quarantine({ via: 'api', actor: null, raw: 'x', issues: [] });
    await ledger.quarantine({ via: 'api', actor: null, raw: 'y', issues: [] });
    clock.now = T0 + 800 * DAY;
    const before = await ledger.exportEvents({ afterSeq: 0, limit: 10, bodies: true });
    await dailyRetention(options(), running);
    const names = await readdir(folder());
    expect(names).toEqual([expect.stringMatching(/^archive-\d{8}T\d{9}Z\.ndjson\.gz$/)]);
    const archive = join(folder(), names[0] ?? '');
    const archived: ExportedEvent[] = [];
    expect(await checkArchive(archive, (event) => archived.push(event))).toMatchObject({ counts: { events: 4, attempts: 0, quarantine: 1 }, broken: null });
    expect(archived).toEqual(before.slice(0, 4));
    expect(logged).toEqual([expect.objectContaining({ event: 'archived', file: names[0], bodies: 4, quarantined: 1 })]);
    await ledger.append(version('D-1', 99));
    await dailyRetention(options(), running);
    expect(await readdir(folder())).toHaveLength(1);

    await exportLedger(ledger, join(out, 'export'), { bodies: true });
    const files = (await readdir(join(out, 'export'))).filter((name) => name.startsWith('events')).map((name) => join(out, 'export', name));
    expect(await verifyFiles([...files, archive])).toMatchObject({ ok: true, events: 7, bodies: 3, archives: { files: 1, events: 4, quarantine: 1 } });
  });

  it('works in slices while appends go on, and every body is in the ledger or in an archive', async () => {
    await versions(300);
    let stop = false;
    let appended = 0;
    const traffic = (async () => { while (!stop) await ledger.append(version('D-2', appended++)); })();
    const slices: number[] = [];
    const spied = new Proxy(ledger, { get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'expire') return (...args: Parameters<Ledger['expire']>) => { slices.push(args[0].eventSeqs.length); return target.expire(...args); };
      return typeof value === 'function' ? value.bind(target) : value;
    } });
    const archives = await retain(options({ ledger: spied, rowsPerSlice: 20, rowsPerFile: 100, share: 0.5 }), { bodiesBefore: T0 + 1, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: null }, running);
    stop = true;
    await traffic;
    expect(Math.max(...slices)).toBeLessThanOrEqual(20);
    expect(archives.length).toBeGreaterThan(2);
    expect(appended).toBeGreaterThan(slices.length);
    const inArchives = new Set<number>();
    for (const { path } of archives) await checkArchive(path, (event) => inArchives.add(event.seq));
    for (let seq = 1; seq < 300; seq++) {
      const kept = (await ledger.bodies([seq])).length === 1;
      expect(kept || inArchives.has(seq), `event ${seq}`).toBe(true);
    }
    expect((await ledger.verify()).brokenAt).toBeNull();
  });

  it('a run that is told to stop leaves no half archive and expires nothing that is not in a whole one', async () => {
    await versions(50);
    const stopping = new AbortController();
    const spied = new Proxy(ledger, { get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'expirable') return (...args: Parameters<Ledger['expirable']>) => { if (args[2] !== undefined) stopping.abort(); return target.expirable(...args); };
      return typeof value === 'function' ? value.bind(target) : value;
    } });
    await retain(options({ ledger: spied, rowsPerSlice: 10 }), { bodiesBefore: T0 + 1, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: null }, stopping.signal);
    expect(await readdir(folder())).toEqual([]);
    expect(await ledger.bodies(Array.from({ length: 50 }, (_, i) => i + 1))).toHaveLength(50);
  });
});

describe('checking exported files', () => {
  async function exported(bodies: boolean, eventsPerFile = 4, name = bodies ? 'with' : 'without'): Promise<string[]> {
    const folder = join(out, name);
    await exportLedger(ledger, folder, { bodies, eventsPerFile });
    return (await readdir(folder)).filter((name) => name.startsWith('events')).sort().map((name) => join(folder, name));
  }
  const edit = async (file: string, change: (lines: string[]) => string[]): Promise<void> => {
    await writeFile(file, gzipSync(change(gunzipSync(await readFile(file)).toString().trimEnd().split('\n')).map((line) => `${line}\n`).join('')));
  };
  beforeEach(() => versions(10));

  it('takes several files in any order, with or without bodies, and goes on from a known event', async () => {
    for (const bodies of [true, false]) {
      const files = await exported(bodies);
      expect(files).toHaveLength(3);
      expect(await verifyFiles([...files].reverse())).toMatchObject({ ok: true, events: 10, bodies: bodies ? 10 : 0, to: { seq: 10 } });
    }
    const [first = '', ...rest] = await exported(true, 4, 'again');
    const { to } = await verifyFiles([first]);
    expect(await verifyFiles(rest)).toMatchObject({ ok: false, findings: [{ why: 'sequence', seq: 1, line: 1 }] });
    expect(await verifyFiles(rest, { from: to ?? { seq: 0, hash: '' } })).toMatchObject({ ok: true });
    expect(await verifyFiles(rest, { from: { seq: 4, hash: '0'.repeat(64) } })).toMatchObject({ ok: false, findings: [{ why: 'link', seq: 5 }] });
  });

  it('finds what was changed at the exact event, in its file and line', async () => {
    const [, second = ''] = await exported(true);
    const files = async () => (await readdir(join(out, 'with'))).filter((name) => name.startsWith('events')).map((name) => join(out, 'with', name));
    const original = await readFile(second);
    const mend = () => writeFile(second, original);
    const changed = (line: string, over: Partial<ExportedEvent>) => JSON.stringify({ ...(JSON.parse(line) as ExportedEvent), ...over });
    const cases: [why: string, seq: number, line: number, change: (lines: string[]) => string[]][] = [
      ['hash', 6, 2, (l) => l.with(1, changed(l[1] ?? '', { actor: 'someone-else' }))],
      ['body', 7, 3, (l) => l.with(2, changed(l[2] ?? '', { body: Buffer.from('forged').toString('base64') }))],
      ['hash', 5, 1, (l) => l.with(0, changed(l[0] ?? '', { recordedAt: 0 }))],
      ['sequence', 7, 3, (l) => l.toSpliced(2, 1)],
      ['link', 6, 2, (l) => l.with(1, changed(l[1] ?? '', { prevHash: 'f'.repeat(64) }))],
      ['unreadable', 8, 4, (l) => l.with(3, '{')],
    ];
    for (const [why, seq, line, change] of cases) {
      await edit(second, change);
      const report = await verifyFiles(await files());
      expect(report, why).toMatchObject({ ok: false, events: seq - 1, findings: [{ why, seq, line, file: second }] });
      await mend();
    }
    await writeFile(second, original.subarray(0, original.length - 30));
    expect((await verifyFiles(await files())).findings).toMatchObject([{ why: 'unreadable', file: second }]);
  });

  it('a rewritten history and a cut tail show against checkpoints kept elsewhere', async () => {
    await ledger.checkpoint(clock.now);
    await versions(3, 'D-9');
    await ledger.checkpoint(clock.now + 1);
    const files = await exported(false, 100);
    const trusted = join(out, 'without', 'checkpoints.ndjson');
    expect(await verifyFiles(files, { checkpoints: trusted })).toMatchObject({ ok: true, checkpoints: 2, events: 15 });
    await edit(files[0] ?? '', (l) => l.slice(0, 12));
    expect(await verifyFiles(files)).toMatchObject({ ok: true });
    expect((await verifyFiles(files, { checkpoints: trusted })).findings).toMatchObject([{ why: 'cut-tail', seq: 13 }]);
    const sealed = await readFile(trusted, 'utf8');
    expect((await verifyFiles([], { checkpoints: trusted, keys: storage.keys })).findings).toEqual([]);
    expect((await verifyFiles([], { checkpoints: trusted, keys: keysFromMasters([randomBytes(32)]) })).findings.map((f) => f.why)).toEqual(['seal', 'seal']);
    await writeFile(trusted, sealed.replace(/"at":\d/, '"at":9'));
    expect((await verifyFiles([], { checkpoints: trusted, keys: storage.keys })).findings).toMatchObject([{ why: 'seal', line: 1 }]);
    await writeFile(trusted, sealed.replace(/"hash":"[0-9a-f]{8}/, '"hash":"00000000'));
    expect((await verifyFiles(files, { checkpoints: trusted })).findings.map((f) => f.why)).toContain('checkpoint');
  });
});
