/** Numbers that upstreams ask for: never one twice, whoever asks and whatever dies in between. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeAsked } from '../../src/adapter/types.ts';
import { createCodes, type CodesLedger } from '../../src/gateway/codes.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { toyChange } from '../support/toy.ts';

const NOW = Date.parse('2025-07-01T20:00:00Z'); // already the 2nd in Vietnam
const DAY_MS = 86_400_000;
const asked = (more: Partial<CodeAsked> = {}): CodeAsked => ({ series: 'H99.14', day: '2025-07-02', first: 100, format: (n) => `H99.14-250702-${n}`, ...more });
const dayOf = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

let folder = '';
let ledger: Ledger;
let clock = NOW;
beforeEach(async () => {
  clock = NOW;
  folder = mkdtempSync(join(tmpdir(), 'lt-codes-'));
  ledger = await openSqliteLedger({ folder, keys: keysFromMasters([randomBytes(32)]), now: () => clock });
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});
const codes = (over: Partial<CodesLedger> = {}) => createCodes({
  now: () => clock,
  ledger: {
    getCell: (name) => ledger.getCell(name), putCell: (...cell) => ledger.putCell(...cell), deleteCell: (...cell) => ledger.deleteCell(...cell), listCells: (...what) => ledger.listCells(...what),
    getDossier: (code) => ledger.getDossier(code), seal: (text) => ledger.seal(text), ...over,
  },
});

describe('numbers', () => {
  it('count from the first one, each series and day for itself, whichever upstream asks', async () => {
    const one = codes();
    expect(await one.issue('a', asked())).toBe('H99.14-250702-100');
    expect(await one.issue('b', asked())).toBe('H99.14-250702-101');
    expect(await one.issue('a', asked({ series: 'H99.15' }))).toBe('H99.14-250702-100');
    expect(await one.issue('a', asked({ day: '2025-07-01' }))).toBe('H99.14-250702-100');
    expect(await one.issue('a', asked({ first: undefined as never, series: 'x' }))).toBe('H99.14-250702-1');
  });

  it('a key gets its number again, also another day, of another series and after a restart; one of another upstream is another', async () => {
    const first = await codes().issue('a', asked({ key: '099200000001' }));
    clock += 2 * DAY_MS;
    const day = dayOf(clock);
    expect(await codes().issue('a', asked({ key: '099200000001', day }))).toBe(first);
    expect(await codes().issue('a', asked({ key: '099200000001', day, series: 'H99.15' }))).toBe(first);
    expect(await codes().issue('b', asked({ key: '099200000001' }))).not.toBe(first);
    expect(JSON.stringify(await ledger.listCells('code', 100))).not.toContain('099200000001');
  });

  it('passes over numbers that a dossier has already', async () => {
    await ledger.append(toyChange('H99.14-250702-100', {}));
    await ledger.append(toyChange('H99.14-250702-101', {}));
    expect(await codes().issue('a', asked())).toBe('H99.14-250702-102');
  });

  it('a crowd in several processes gets as many numbers as there are askers, and one for each key', async () => {
    const all = Array.from({ length: 4 }, () => codes());
    const plain = await Promise.all(Array.from({ length: 80 }, (_, i) => (all[i % 4] as typeof all[0]).issue('a', asked())));
    expect(new Set(plain).size).toBe(80);
    const keyed = await Promise.all(Array.from({ length: 80 }, (_, i) => (all[i % 4] as typeof all[0]).issue('a', asked({ key: `k${i % 5}` }))));
    for (let k = 0; k < 5; k += 1) expect(new Set(keyed.filter((_, i) => i % 5 === k)).size).toBe(1);
    expect(new Set([...plain, ...keyed]).size).toBe(85);
  });

  it('what was counted and not told leaves a gap', async () => {
    let dies = true;
    const dying = codes({ getDossier: (code) => (dies ? Promise.reject(new Error('killed')) : ledger.getDossier(code)) });
    await expect(dying.issue('a', asked({ key: 'k' }))).rejects.toThrow('killed');
    dies = false;
    expect(await codes().issue('a', asked({ key: 'k' }))).toBe('H99.14-250702-101');
    expect(await dying.issue('a', asked({ key: 'k' }))).toBe('H99.14-250702-101');
  });

  it.each(['2025-06-28', '2025-07-06', '2025-7-2', 'today', '2025-02-30'])('of the day %s there are none', async (day) => {
    await expect(codes().issue('a', asked({ day }))).rejects.toThrow(RangeError);
  });
});

describe('what is let go', () => {
  const letGo = () => codes().letGo(new AbortController().signal);
  const held = async (area: string) => (await ledger.listCells(area, 100)).length;

  it('counters some days after their day, never one that can still be asked for', async () => {
    await codes().issue('a', asked());
    clock += 10 * DAY_MS;
    expect(await letGo()).toBe(0);
    clock += DAY_MS;
    expect(await letGo()).toBe(1);
    expect(await held('code-day/')).toBe(0);
    await expect(codes().issue('a', asked())).rejects.toThrow(RangeError);
  });

  it('keys a year after they were last asked for', async () => {
    const first = await codes().issue('a', asked({ key: 'k' }));
    clock += 300 * DAY_MS;
    expect(await codes().issue('a', asked({ key: 'k', day: dayOf(clock) }))).toBe(first);
    clock += 300 * DAY_MS;
    await letGo();
    expect(await held('code-key/')).toBe(1);
    clock += 100 * DAY_MS;
    await letGo();
    expect(await held('code-key/')).toBe(0);
  });

  it('ends when it is told to', async () => {
    await codes().issue('a', asked());
    clock += 30 * DAY_MS;
    expect(await codes().letGo(AbortSignal.abort())).toBe(0);
  });
});
