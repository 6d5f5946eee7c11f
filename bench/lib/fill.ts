/** Makes a ledger of a given size directly through the engine: what years of traffic leave behind, in minutes. */
import { keysFromMasters } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Ledger, NewChange } from '../../src/ledger/ledger.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { canonicalDossiers } from './payloads.ts';
import { LEDGER_KEY, temporaryFolder } from './processes.ts';

const AT_ONCE = 256;
const SETTLE_AT_ONCE = 256;

/**
 * @param settled true: every exchange is done; false: all of them wait
 * @returns the data folder, for a gateway with LEDGER_KEY
 */
export async function filledLedger(count: number, settled: boolean): Promise<string> {
  const folder = temporaryFolder();
  const ledger = await openSqliteLedger({ folder, keys: keysFromMasters([Buffer.from(LEDGER_KEY, 'base64')]) });
  const samples = sampleDossiers(1_000);
  for (let i = 0; i < count; i += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - i);
    await Promise.all(Array.from({ length: size }, (_, k) => ledger.append(changeOf(samples, i + k))));
    if (settled && (i / AT_ONCE) % 16 === 15) await claimAndSettleAll(ledger);
    if ((i / AT_ONCE) % 40 === 0) process.stderr.write(`\r  filling: ${(i + size).toLocaleString('en-US')} of ${count.toLocaleString('en-US')}   `);
  }
  if (settled) await claimAndSettleAll(ledger);
  process.stderr.write('\r');
  await ledger.close();
  return folder;
}

export function sampleDossiers(count: number): Dossier[] {
  const samples: Dossier[] = [];
  for (const dossier of canonicalDossiers()) {
    samples.push({ ...dossier, history: [] });
    if (samples.length === count) break;
  }
  return samples;
}

export function changeOf(samples: readonly Dossier[], n: number): NewChange {
  const sample = samples[n % samples.length] as Dossier;
  const code = `H13.01-${String(n).padStart(9, '0')}`;
  return {
    kind: 'dossier.snapshot', dossierCode: code, sourceSystem: 'bench', sourceId: `fill/${n}`, sourceUpdatedAt: null, via: 'import', actor: null,
    body: JSON.stringify({ ...sample, code, sourceId: `fill/${n}` }),
    columns: {
      status: sample.status, subStatus: null, procedureCode: sample.procedure.code, sectorCode: '', agencyCode: 'H13.01', channel: sample.channel,
      submittedAt: null, acceptedAt: null, dueAt: Date.now() + (n % 40) * 86_400_000, resolvedAt: null, returnedAt: null,
    },
    terms: [{ kind: 'identity', value: `0010${String(n).padStart(8, '0')}` }], warnings: [],
    plans: [{ upstream: 'dvcqg', operation: 'syncDossier', itemKey: `snapshot~${n}`, coalesce: true }],
  };
}

/** Takes every lane that is ready and gives it back delivered, as a worker would, without a wire. */
export async function claimAndSettleAll(ledger: Ledger): Promise<void> {
  for (;;) {
    const lanes = await ledger.claim({ now: Date.now(), limit: SETTLE_AT_ONCE, leaseMs: 60_000, owner: 'fill', perLane: 8 });
    if (lanes.length === 0) return;
    await Promise.all(lanes.map((lane) => ledger.update({
      upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease, remote: '{"exists":true}',
      attempts: [{ exchangeIds: lane.exchanges.map((e) => e.id), operation: 'syncDossier', kind: 'send', startedAt: Date.now(), endedAt: Date.now(), outcome: 'done', code: null, httpStatus: 200 }],
      exchanges: lane.exchanges.map((e) => ({ id: e.id, state: 'done' as const, attempts: 1, lostReplies: 0, code: null })),
      release: { nextAt: null },
    })));
  }
}
