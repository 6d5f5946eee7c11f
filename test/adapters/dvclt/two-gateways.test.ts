/** Two gateways that believe they lead, on one real ledger: every dossier once, every submission once. */
import { afterEach, expect, it } from 'vitest';
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import { intake } from '../../../adapters/dvclt/rounds/intake.ts';
import type { Adapter, RoundDeps } from '../../../src/adapter/types.ts';
import { createCodes } from '../../../src/gateway/codes.ts';
import { createDossierDeps } from '../../../src/gateway/dossier-deps.ts';
import { createIntake } from '../../../src/gateway/intake.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { sqliteStorage } from '../../ledger/fixtures.ts';
import { BIRTH, detail, NUMBER, row, snapshot, xmlOf } from './fixtures.ts';
import { world, type World } from './world.ts';

const closing: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The rounds of one process, against the same DVCLT. */
function gatewayOn(ledger: Ledger, w: World): RoundDeps<World['deps']['config']> {
  // Its own settings: what a process remembers of a round is its own.
  const config = { ...w.deps.config };
  const taking = createIntake({ ledger, sources: [], limits: { maxBytes: 1_000_000, maxDepth: 50 }, upstreams: [{ id: 'dvclt', adapter: dvclt as unknown as Adapter, config }] });
  const deps = createDossierDeps({ ledger, intake: taking, codes: createCodes({ ledger, now: () => w.now }), now: () => w.now, onUnwritten: () => undefined })({ upstream: 'dvclt', kind: 'intake', via: 'poll', config });
  return { ...w.deps, ...deps, config } as RoundDeps<World['deps']['config']>;
}

it('take over and supplement once each, whoever is faster, however often', async () => {
  const w = await world();
  closing.push(() => w[Symbol.asyncDispose]());
  const storage = await sqliteStorage();
  closing.push(() => storage.dispose());
  const ledger = await storage.open();
  const [one, two] = [gatewayOn(ledger, w), gatewayOn(ledger, w)];
  const held = async (code: string): Promise<Dossier> => JSON.parse((await ledger.getDossier(code))?.body ?? '{}') as Dossier;
  const numbers = Array.from({ length: 6 }, (_, i) => `${NUMBER.slice(0, -1)}${i}`);
  const listAll = (word: string): void => {
    w.rows = numbers.map((number, i) => row({ id: String(i), maHoSo: number }));
    w.details = Object.fromEntries(numbers.map((number, i) => [i, detail({ number, xml: xmlOf({ ...BIRTH, nksHoTen: `Đỗ Minh ${word}` }) })]));
  };
  const both = async (): Promise<number> => (await Promise.all([one, two, one].map((deps) => intake.run(deps)))).reduce((sum, { told }) => sum + told, 0);

  listAll('Một');
  expect(await both()).toBe(6);
  expect(await both()).toBe(0);
  const codes = [...new Set(await Promise.all(numbers.map((number) => one.issueCode({ series: 'H99.45.01', day: '2025-01-10', key: `dvclt:${number}`, format: () => 'none' }))))];
  expect((await ledger.counts(w.now)).dossiers).toBe(6);
  expect((await Promise.all(codes.map(held))).map(({ nationalCode }) => nationalCode).sort()).toEqual(numbers);

  for (const code of codes) {
    const known = await held(code);
    expect(await one.changeDossier(code, { text: 'officer' }, () => dvclt.keep?.(known, snapshot(known, 'SUPPLEMENT_REQUIRED', '2025-01-10T02:00:00Z')))).toMatchObject({ status: 'changed' });
  }
  w.now += 3 * 3_600_000;
  listAll('Hai');
  expect(await both()).toBe(6);
  expect(await both()).toBe(0);
  expect((await Promise.all(codes.map(held))).map(({ status, civilStatus, history }) => [status, civilStatus?.submission, history.length])).toEqual(codes.map(() => ['SUBMITTED', 2, 3]));
  expect((await ledger.verify()).brokenAt).toBeNull();
});
