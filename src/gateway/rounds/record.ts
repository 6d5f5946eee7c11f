/** How the rounds of the upstreams went, in cells: the process that leads writes them, every process shows them. All times are ms since 1970. */
import type { Ledger } from '../../ledger/ledger.ts';
import { changeCell } from '../../delivery/shared-cell.ts';
import type { UpstreamBinding } from '../config.ts';

export interface RoundRecord {
  /** when the last one ended */
  at: number;
  /** dossiers that it brought news of, rows that failed */
  told: number;
  failed: number;
  /** stable code, where the round as a whole failed */
  code: string | null;
  /** since when no round has ended without a failure; null: the last one did */
  failingSince: number | null;
}
export interface RoundSeen extends RoundRecord { upstream: string; round: string }

const CELLS = 'round/';
const MOST_ROUNDS = 1_000;
const nameOf = (upstream: string, round: string): string => `${CELLS}${upstream}/${round}`;

export async function writeRound(ledger: Pick<Ledger, 'getCell' | 'putCell' | 'deleteCell' | 'listCells'>, upstream: string, round: string, ended: Omit<RoundRecord, 'failingSince'>): Promise<RoundRecord> {
  const failing = ended.failed > 0 || ended.code !== null;
  const { value } = await changeCell<RoundRecord>(ledger, nameOf(upstream, round), (known) => ({ ...ended, failingSince: failing ? (known?.failingSince ?? ended.at) : null }));
  return value ?? { ...ended, failingSince: failing ? ended.at : null };
}

/** Those that have run at least once. @param upstreams as configured now: what is kept of others, and of rounds that there are no more, is passed over */
export async function readRounds(ledger: Pick<Ledger, 'listCells'>, upstreams: readonly Pick<UpstreamBinding, 'id' | 'adapter'>[]): Promise<RoundSeen[]> {
  const asked = new Set(upstreams.flatMap(({ id, adapter }) => (adapter.rounds ?? []).map((round) => nameOf(id, round.id))));
  if (asked.size === 0) return [];
  return (await ledger.listCells(CELLS, MOST_ROUNDS)).filter(({ name }) => asked.has(name)).map(({ name, value }) => {
    const [upstream = '', round = ''] = name.slice(CELLS.length).split('/');
    return { upstream, round, ...(JSON.parse(value) as RoundRecord) };
  });
}
