import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENESIS_HASH, eventHash, sha256Hex, verifyExport } from '../../src/ledger/chain.ts';
import type { ChainedMetadata, ExportedEvent } from '../../src/ledger/chain.ts';
import { T0 } from './fixtures.ts';

function chain(length: number): ExportedEvent[] {
  const events: ExportedEvent[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const body = Buffer.from(`ciphertext ${seq}`);
    const metadata: ChainedMetadata = {
      seq, kind: 'dossier.snapshot', dossierCode: `D-${seq % 3}`, sourceSystem: 'opencps', sourceId: `s${seq}`, recordedAt: T0 + seq, sourceUpdatedAt: seq % 2 === 0 ? null : T0,
      via: 'api', actor: null, stale: false, warningsHash: '',
    };
    const prevHash = events.at(-1)?.hash ?? GENESIS_HASH;
    const bodyHash = sha256Hex(body);
    events.push({ ...metadata, prevHash, bodyHash, body: body.toString('base64'), hash: eventHash(prevHash, metadata, bodyHash) });
  }
  return events;
}
const lines = (events: ExportedEvent[]): string[] => events.map((event) => JSON.stringify(event));

describe('exported chain', () => {
  it('is whole as written, in one file or several, with or without bodies', () => {
    const events = chain(6);
    const third = events[2];
    expect(verifyExport(lines(events))).toEqual({ events: 6, brokenAt: null });
    expect(verifyExport(lines(events.slice(3)), { from: { seq: 3, hash: third?.hash ?? '' } })).toEqual({ events: 3, brokenAt: null });
    expect(verifyExport(events.map(({ body: _body, ...event }) => event))).toEqual({ events: 6, brokenAt: null });
    expect(verifyExport([])).toEqual({ events: 0, brokenAt: null });
  });

  it('shows a cut tail against a trusted head only', () => {
    const events = chain(4);
    const head = { seq: 4, hash: events[3]?.hash ?? '' };
    expect(verifyExport(lines(events), { head }).brokenAt).toBeNull();
    expect(verifyExport(lines(events.slice(0, 3)), { head }).brokenAt).toBe(4);
  });

  it('shows lines that are no events', () => {
    const [first = '', ...rest] = lines(chain(3));
    for (const bad of ['', '{', 'null', '[]', '"x"', '{"seq":2}']) expect(verifyExport([first, bad, ...rest]).brokenAt).toBe(2);
  });

  it('shows any edit, deletion, repetition or exchange of places at the place where it was made', () => {
    const length = 8;
    const index = fc.integer({ min: 0, max: length - 1 });
    const edit = fc.constantFrom<(event: ExportedEvent) => ExportedEvent>(
      (event) => ({ ...event, actor: 'x' }), (event) => ({ ...event, stale: true }), (event) => ({ ...event, recordedAt: event.recordedAt + 1 }),
      (event) => ({ ...event, sourceUpdatedAt: 1 }), (event) => ({ ...event, dossierCode: `${event.dossierCode}x` }), (event) => ({ ...event, warningsHash: 'x' }),
      (event) => ({ ...event, body: Buffer.from('other').toString('base64') }), (event) => ({ ...event, bodyHash: sha256Hex('other') }),
      (event) => ({ ...event, body: Buffer.from('other').toString('base64'), bodyHash: sha256Hex('other') }), (event) => ({ ...event, via: 'import' }),
    );
    fc.assert(fc.property(index, edit, (at, change) => {
      expect(verifyExport(lines(chain(length).map((event, i) => (i === at ? change(event) : event)))).brokenAt).toBe(at + 1);
    }));
    fc.assert(fc.property(index, (at) => {
      const without = lines(chain(length)).filter((_, i) => i !== at);
      expect(verifyExport(without).brokenAt).toBe(at === length - 1 ? null : at + 1);
    }));
    fc.assert(fc.property(index, index, (a, b) => {
      fc.pre(a < b);
      const swapped = lines(chain(length));
      [swapped[a], swapped[b]] = [swapped[b] ?? '', swapped[a] ?? ''];
      expect(verifyExport(swapped).brokenAt).toBe(a + 1);
    }));
    // Metadata that would read the same if it were only joined together.
    expect(eventHash(GENESIS_HASH, { ...metadataOf(), dossierCode: 'D-1', sourceSystem: '2' }, 'b')).not.toBe(eventHash(GENESIS_HASH, { ...metadataOf(), dossierCode: 'D-', sourceSystem: '12' }, 'b'));
  });
});

const metadataOf = (): ChainedMetadata => ({
  seq: 1, kind: 'k', dossierCode: 'D', sourceSystem: 's', sourceId: 'i', recordedAt: 1, sourceUpdatedAt: null, via: 'api', actor: null, stale: false, warningsHash: '',
});
