/** Dossiers that an upstream brings: once, whoever is at it at the same time, with what others have told of them; on both engines. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Adapter, DossierDeps } from '../../src/adapter/types.ts';
import { createCodes } from '../../src/gateway/codes.ts';
import { createDossierDeps } from '../../src/gateway/dossier-deps.ts';
import { createIntake } from '../../src/gateway/intake.ts';
import { LedgerError } from '../../src/ledger/errors.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { sqliteStorage } from '../ledger/fixtures.ts';
import { postgresStorage } from '../ledger/postgres-fixtures.ts';
import { dossier, toyAdapter } from './fixtures.ts';

interface Ground { /** as many processes as the engine takes */ ledgers: [Ledger, Ledger]; end(): Promise<void> }
const engines = {
  async sqlite() {
    const storage = await sqliteStorage();
    const ledger = await storage.open();
    return { ledgers: [ledger, ledger], end: () => storage.dispose() };
  },
  async postgres() {
    const storage = await postgresStorage();
    return { ledgers: [await storage.open(), await storage.open()], end: () => storage.dispose() };
  },
} satisfies Record<string, () => Promise<Ground>>;

const bringing: Adapter = { ...toyAdapter, id: 'bringing', operations: {}, keep: (known, incoming) => ({ ...incoming, note: known.note ?? 'x' }) };
const other: Adapter = { ...toyAdapter, id: 'other', keep: (known, incoming) => (known.summary === undefined ? incoming : { ...incoming, summary: known.summary }) };
/** One process of a gateway. */
function deps(ledger: Ledger, kind = 'create', unwritten: unknown[] = [], via: 'inbound' | 'poll' = 'inbound'): DossierDeps {
  const intake = createIntake({
    ledger, sources: [], limits: { maxBytes: 100_000, maxDepth: 30 },
    upstreams: [{ id: 'national', adapter: bringing, config: {} }, { id: 'other', adapter: other, config: {} }],
  });
  return createDossierDeps({ ledger, intake, codes: createCodes({ ledger }), now: Date.now, onUnwritten: (error) => unwritten.push(error) })({ upstream: 'national', kind, via, config: {} });
}
const brought = (over: Partial<Dossier> = {}): Dossier => {
  const { sourceUpdatedAt: _time, ...timeless } = dossier(1, { sourceSystem: 'national', channel: 'ONLINE' });
  return { ...timeless, ...over };
};
const CODE = dossier().code;
const words = (text: string) => ({ text });

describe.each(['sqlite', 'postgres'] as const)('a dossier that an upstream brings, on %s', (engine) => {
  let ground: Ground;
  let one: DossierDeps;
  let two: DossierDeps;
  const begin = async () => {
    ground = await engines[engine]();
    [one, two] = [deps(ground.ledgers[0]), deps(ground.ledgers[1])];
  };
  afterEach(() => ground.end());
  const timeline = () => ground.ledgers[0].timeline(CODE);

  it('is taken once and planned for the others; the same words are known again however much has happened since', async () => {
    await begin();
    expect(await one.acceptDossier(brought(), words('a'))).toEqual({ status: 'accepted' });
    expect(await two.acceptDossier(brought(), words('a'))).toEqual({ status: 'duplicate' });
    await one.changeDossier(CODE, words('c'), (known) => ({ ...known, note: 'một cửa' }));
    expect(await two.acceptDossier(brought(), words('a'))).toEqual({ status: 'duplicate' });
    // The clock of whoever made it a dossier does not make it another one.
    expect(await two.acceptDossier(brought({ sourceUpdatedAt: '2026-01-01T00:00:00Z' }), words('a'))).toEqual({ status: 'duplicate' });
    expect((await one.findDossier(CODE))?.note).toBe('một cửa');
    const seen = await timeline();
    expect(seen?.events.map(({ via, actor, sourceSystem }) => [via, actor, sourceSystem])).toEqual([['inbound', 'national', 'national'], ['inbound', 'national', 'national']]);
    expect(new Set(seen?.exchanges.map(({ upstream }) => upstream))).toEqual(new Set(['other']));
  });

  it('comes twice at the same time in two processes, in other words: one is taken, the other finds it', async () => {
    await begin();
    const never = () => undefined;
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((text, i) => (i % 2 === 0 ? one : two).acceptDossier(brought({ summary: text }), words(text), never)));
    expect(all.map(({ status }) => status).sort()).toEqual(['accepted', 'known', 'known', 'known']);
    expect((await timeline())?.events).toHaveLength(1);
    // The lost reply of the one that was taken, told again.
    const taken = ['a', 'b', 'c', 'd'][all.findIndex(({ status }) => status === 'accepted')] as string;
    expect(await two.acceptDossier(brought({ summary: taken }), words(taken), never)).toEqual({ status: 'duplicate' });
  });

  it('is known again by words of any length: papers may come inside of them', async () => {
    await begin();
    const papers = 'A'.repeat(33 * 1024 * 1024);
    const never = () => undefined;
    expect(await one.acceptDossier(brought(), words(`${papers}1`), never)).toEqual({ status: 'accepted' });
    expect(await two.acceptDossier(brought(), words(`${papers}1`), never)).toEqual({ status: 'duplicate' });
    expect(await two.acceptDossier(brought({ summary: 'khác' }), words(`${papers}2`), never)).toEqual({ status: 'known' });
    expect(await two.changeDossier(CODE, words(`${papers}3`), (known) => ({ ...known, note: 'một cửa' }))).toMatchObject({ status: 'changed' });
    expect(await one.changeDossier(CODE, words(`${papers}3`), (known) => ({ ...known, note: 'một cửa' }))).toMatchObject({ status: 'duplicate' });
  });

  it('the same words in a crowd are one dossier', async () => {
    await begin();
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : two).acceptDossier(brought(), words('a'))));
    expect(all.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(all.filter(({ status }) => status === 'duplicate')).toHaveLength(9);
    expect((await timeline())?.events).toHaveLength(1);
  });

  it('replaces what is there as the upstream says, and keeps what others have told', async () => {
    await begin();
    await one.acceptDossier(brought({ summary: 'của hệ thống khác', note: 'cũ' }), words('a'));
    const result = await two.acceptDossier(brought({ note: 'mới' }), words('b'), (known) => ({ ...brought({ note: 'mới' }), history: known.history.slice(0, 1) }));
    expect(result).toEqual({ status: 'accepted' });
    // Its own `keep` is not asked: what it says now is what it says. The others' is.
    expect(await one.findDossier(CODE)).toMatchObject({ summary: 'của hệ thống khác', note: 'mới', history: [{ action: 'Tiếp nhận' }] });
  });

  it('that is none is put aside with every issue and its words', async () => {
    await begin();
    const result = await one.acceptDossier(brought({ status: 'LOST' as never, channel: 'NOWHERE' as never }), words('<body>'));
    expect(result).toMatchObject({ status: 'refused', issues: [{ pointer: expect.stringMatching(/status|channel/) as string }, {}] });
    await one.putAside({ text: '', query: { a: '1' } }, []);
    expect((await ground.ledgers[0].listQuarantine({ limit: 5 })).map(({ raw, dossierCode }) => [raw, dossierCode])).toEqual([['<body>', CODE], ['{"a":"1"}', null]]);
    expect(await timeline()).toBeUndefined();
  });

  it('gets numbers that no other process gets, and its files are kept', async () => {
    await begin();
    const asked = { series: 'H99', day: new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10), format: (n: number) => `H99-${n}` };
    const codes = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).issueCode(asked)));
    expect(new Set(codes).size).toBe(20);
    const same = await Promise.all(Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? one : two).issueCode({ ...asked, key: 'một' })));
    expect(new Set(same).size).toBe(1);
    const address = await one.keepFile(Buffer.from('%PDF-1.4'), 'application/pdf');
    expect(await two.keepFile(Buffer.from('%PDF-1.4'), 'application/pdf')).toBe(address);
    expect(Buffer.from((await ground.ledgers[1].readFile(address))?.content ?? '').toString()).toBe('%PDF-1.4');
  });
});

it('a round puts the same words aside once, however often it meets them; a caller’s each time', async () => {
  const ground: Ground = await engines.sqlite();
  const [ledger] = ground.ledgers;
  const held = async () => (await ledger.listQuarantine({ limit: 20 })).map(({ raw, via }) => `${via} ${raw}`);
  const round = deps(ledger, 'new', [], 'poll');
  const bad = brought({ status: 'LOST' as never });
  for (let n = 0; n < 3; n += 1) {
    await round.putAside({ text: 'một' }, []);
    expect(await round.acceptDossier(bad, words('hai'))).toMatchObject({ status: 'refused', issues: [{ pointer: '/status' }] });
  }
  await round.putAside({ text: 'ba' }, []);
  expect((await held()).sort()).toEqual(['poll ba', 'poll hai', 'poll một']);
  const caller = deps(ledger);
  for (let n = 0; n < 2; n += 1) await caller.putAside({ text: 'một' }, []);
  expect(await held()).toHaveLength(5);
  await ground.end();
});

it('what an answer tells of a dossier is planned for the others where it moves the dossier on, and not where it is a detail', async () => {
  const ground: Ground = await engines.sqlite();
  const [ledger] = ground.ledgers;
  const intake = createIntake({ ledger, sources: [], limits: { maxBytes: 100_000, maxDepth: 30 }, upstreams: [{ id: 'other', adapter: other, config: {} }] });
  await intake.take({ raw: JSON.stringify(dossier()), via: 'api', actor: null });
  const snapshots = async () => (await ledger.listExchanges({ operation: 'push', limit: 10 })).length;
  const learn = (origin: string, change: (known: Dossier) => Dossier) => intake.change({ upstream: 'other', dossierCode: CODE, origin, actor: null, isLearnt: true }, change);
  expect(await snapshots()).toBe(1);
  expect(await learn('a', (known) => ({ ...known, note: 'chi tiết' }))).toMatchObject({ status: 'changed' });
  expect(await snapshots()).toBe(1);
  expect(await learn('b', (known) => ({ ...known, history: [...known.history, { at: '2025-07-02T01:00:00Z', status: 'PROCESSING', action: 'Đã nhận' }] }))).toMatchObject({ status: 'changed' });
  expect(await snapshots()).toBe(2);
  await learn('c', (known) => ({ ...known, status: 'RESOLVED' }));
  expect(await snapshots()).toBe(3);
  await ground.end();
});

it('what the ledger does not write is told; a file that is too large is the sender’s', async () => {
  const ground: Ground = await engines.sqlite();
  const unwritten: unknown[] = [];
  const [ledger] = ground.ledgers;
  await expect(deps(ledger, 'k', unwritten).keepFile(new Uint8Array(30_000_000), 'text/plain')).rejects.toMatchObject({ name: 'ValidationError', issues: [{ code: 'LT-LEDGER-FILE-TOO-LARGE' }] });
  expect(unwritten).toEqual([]);
  await ground.end();
  await expect(deps(ledger, 'k', unwritten).keepFile(Buffer.from('a'), 'text/plain')).rejects.toThrow(LedgerError);
  expect(unwritten).toHaveLength(1);
});
