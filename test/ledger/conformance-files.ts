import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { DroppedFiles } from '../../src/ledger/files.ts';
import type { RetentionPolicy } from '../../src/ledger/upkeep.ts';
import type { Bench } from './conformance.ts';
import { T0, change } from './fixtures.ts';

const DAY = 86_400_000;
const PDF = 'application/pdf';
const NEVER: RetentionPolicy = { bodiesBefore: null, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: null };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const naming = (code: string, n: number, ...addresses: string[]) => change(code, { sourceUpdatedAt: T0 + n, body: JSON.stringify({ code, n, files: addresses.map((url) => ({ name: 'Giấy tờ.pdf', url })) }) });

/** Files whose content the ledger keeps: once, encrypted, for as long as a body names them. */
export function fileConformance(bench: Bench): void {
  /** All slices of one look, as the daily task takes them. */
  async function dropAll(before: number, limit = 2): Promise<Omit<DroppedFiles, 'next'>> {
    const all = { files: 0, bytes: 0 };
    let after: string | undefined;
    for (let slices = 0; slices < 1_000; slices++) {
      const { files, bytes: dropped, next } = await bench.ledger.dropFiles({ before, limit, after }, bench.clock.now);
      all.files += files;
      all.bytes += dropped;
      if (next === null) return all;
      after = next;
    }
    throw new Error('it does not come to an end');
  }
  /** As retention does: every body before now that a newer one has followed. */
  async function emptyOldBodies(over: Partial<RetentionPolicy>): Promise<void> {
    const { events } = await bench.ledger.expirable({ ...NEVER, bodiesBefore: bench.clock.now, ...over }, 1_000);
    await bench.ledger.expire({ eventSeqs: events.map((event) => event.seq), attemptIds: [], quarantineIds: [] }, { file: 'archive-1.ndjson.gz', sha256: '0'.repeat(64) }, bench.clock.now);
  }

  describe('files', () => {
    it('come back as they were, after a restart too; what nobody kept is not there', async () => {
      const content = randomBytes(3_000_000);
      const address = await bench.ledger.keepFile(content, { mediaType: PDF });
      const empty = await bench.ledger.keepFile(new Uint8Array(), { mediaType: 'text/plain' });
      expect(fileIdIn(address)).toMatch(/^[0-9a-f]{64}$/);
      await bench.reopen();
      const kept = await bench.ledger.readFile(address);
      expect(kept).toMatchObject({ mediaType: PDF, bytes: 3_000_000 });
      expect(Buffer.compare(kept?.content ?? bytes(''), content)).toBe(0);
      expect(await bench.ledger.readFile(empty)).toMatchObject({ bytes: 0, mediaType: 'text/plain' });
      for (const other of [`lienthong-file:${'0'.repeat(64)}`, 'lienthong-file:1', 'https://tep.example.vn/1', '']) expect(await bench.ledger.readFile(other)).toBeUndefined();
      expect(await bench.ledger.verify()).toEqual({ events: 0, brokenAt: null });
    });

    it('the same content is one file, of the type that it came with first; other content is another', async () => {
      const [one, again, other] = await Promise.all([bench.ledger.keepFile(bytes('một'), { mediaType: 'Application/PDF; charset=x' }), bench.ledger.keepFile(bytes('một'), { mediaType: 'text/html' }), bench.ledger.keepFile(bytes('hai'), { mediaType: 'no type' })]);
      expect(again).toBe(one);
      expect(other).not.toBe(one);
      expect([PDF, 'text/html']).toContain((await bench.ledger.readFile(one))?.mediaType);
      expect((await bench.ledger.readFile(other))?.mediaType).toBe('application/octet-stream');
      expect(await dropAll(T0 + 1)).toEqual({ files: 2, bytes: bytes('một').length + bytes('hai').length });
    });

    it('a part of larger bytes is kept as that part', async () => {
      const address = await bench.ledger.keepFile(Buffer.from('0123456789').subarray(3, 6), { mediaType: PDF });
      expect(Buffer.from((await bench.ledger.readFile(address))?.content ?? []).toString()).toBe('345');
    });

    it('what is too large, or no bytes, is refused', async () => {
      await expect(bench.ledger.keepFile(new Uint8Array(20_000_001), { mediaType: PDF })).rejects.toMatchObject({ code: 'LT-LEDGER-FILE-TOO-LARGE' });
      await expect(bench.ledger.keepFile('text' as never, { mediaType: PDF })).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
    });

    it('stay while a body names them, however old, and go with the last one', async () => {
      const [first, both, loose] = await Promise.all(['đơn', 'ảnh', 'thừa'].map((text) => bench.ledger.keepFile(bytes(text), { mediaType: PDF })));
      if (first === undefined || both === undefined || loose === undefined) throw new Error('kept');
      await bench.ledger.append(naming('D-1', 1, first, both));
      await bench.ledger.append(naming('D-1', 2, both));
      // Late, older than what is known: kept, so what it names is too.
      await bench.ledger.append(naming('D-1', 0, both));
      bench.clock.now = T0 + 400 * DAY;
      expect(await dropAll(T0 + DAY)).toEqual({ files: 1, bytes: bytes('thừa').length });
      expect(await bench.ledger.readFile(loose)).toBeUndefined();
      await emptyOldBodies({});
      await bench.reopen();
      expect((await dropAll(T0 + DAY)).files).toBe(1);
      expect(await bench.ledger.readFile(first)).toBeUndefined();
      expect(await bench.ledger.readFile(both)).toBeDefined();
      await bench.ledger.append({ ...naming('D-1', 9), columns: { ...change('D-1').columns, status: 'RETURNED', returnedAt: T0 + 9 } });
      bench.clock.now = T0 + 900 * DAY;
      await emptyOldBodies({ lastBodiesBefore: bench.clock.now });
      expect((await dropAll(T0 + DAY)).files).toBe(1);
      expect(await bench.ledger.readFile(both)).toBeUndefined();
    });

    it('young ones stay though nobody names them yet, and one that is kept again is young', async () => {
      const old = await bench.ledger.keepFile(bytes('cũ'), { mediaType: PDF });
      const again = await bench.ledger.keepFile(bytes('lại'), { mediaType: PDF });
      bench.clock.now = T0 + 40 * DAY;
      await bench.ledger.keepFile(bytes('lại'), { mediaType: PDF });
      expect((await dropAll(T0)).files).toBe(0);
      expect((await dropAll(T0 + 30 * DAY)).files).toBe(1);
      expect(await bench.ledger.readFile(old)).toBeUndefined();
      expect(await bench.ledger.readFile(again)).toBeDefined();
    });

    it('whoever keeps one or names one while others are let go finds it there, or was told by nobody that it is', async () => {
      const papers = Array.from({ length: 12 }, (_, i) => bytes(`giấy ${i}`));
      const old = await Promise.all(papers.map((paper) => bench.ledger.keepFile(paper, { mediaType: PDF })));
      bench.clock.now = T0 + 40 * DAY;
      const before = T0 + 30 * DAY;
      const [again, named] = [old.slice(0, 6), old.slice(6)];
      await Promise.all([
        bench.ledger.dropFiles({ before, limit: 100 }, bench.clock.now),
        ...papers.slice(0, 6).map((paper) => bench.ledger.keepFile(paper, { mediaType: PDF })),
        ...named.map((address, i) => bench.ledger.append(naming(`D-${i}`, 1, address))),
      ]);
      for (const address of again) expect(await bench.ledger.readFile(address)).toBeDefined();
      const left = async (): Promise<boolean[]> => Promise.all(named.map(async (address) => (await bench.ledger.readFile(address)) !== undefined));
      const there = await left();
      await dropAll(before);
      expect(await left()).toEqual(there);
    });

    it('an address that nobody kept a file for names nothing, and keeps none that comes later', async () => {
      const known = await bench.ledger.keepFile(bytes('có'), { mediaType: PDF });
      await bench.ledger.append(naming('D-1', 1, `lienthong-file:${'ab'.repeat(32)}`, `${known}0`));
      expect((await dropAll(T0 + 1)).files).toBe(1);
    });

    it('letting go is an event on the chain that names what went, and no order of a person', async () => {
      const address = await bench.ledger.keepFile(bytes('bí mật của bà Ất'), { mediaType: PDF });
      await dropAll(T0 + 1);
      await dropAll(T0 + 1);
      const events = await bench.ledger.exportEvents({ afterSeq: 0, limit: 10, bodies: true });
      expect(events.map((event) => event.kind)).toEqual(['retention.files-dropped']);
      const [told] = await bench.ledger.bodies([1]);
      expect(JSON.parse(told?.body ?? '')).toEqual({ files: 1, bytes: bytes('bí mật của bà Ất').length, ids: [fileIdIn(address)] });
      expect(await bench.ledger.listOrders({ limit: 10 })).toEqual([]);
      expect(await bench.ledger.verify()).toEqual({ events: 1, brokenAt: null });
    });
  });
}
