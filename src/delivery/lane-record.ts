/**
 * What a drain knows of its lane and has not made durable yet: attempts, states, what the upstream holds. It goes to the ledger in one
 * transaction, together with the next 'begin' or with the release of the lane.
 */
import type { RemoteState } from '../adapter/types.ts';
import type { AttemptRecord, ClaimedExchange, ClaimedLane, ExchangeUpdate, LaneUpdate } from '../ledger/ledger.ts';
import type { LaneDeps } from './lane.ts';

const EVIDENCE_KEPT = 4_000;

export class LaneRecord {
  readonly #lane: ClaimedLane;
  readonly #deps: Pick<LaneDeps, 'connection' | 'ledger' | 'now' | 'observe'>;
  #remote: RemoteState;
  #attempts: AttemptRecord[] = [];
  #updates: ExchangeUpdate[] = [];
  #remoteChanged = false;

  constructor(lane: ClaimedLane, deps: Pick<LaneDeps, 'connection' | 'ledger' | 'now' | 'observe'>) {
    this.#lane = lane;
    this.#deps = deps;
    this.#remote = JSON.parse(lane.remote) as RemoteState;
  }

  get remote(): RemoteState {
    return this.#remote;
  }

  /** A call that was made, for all exchanges that went in it. */
  sent(group: readonly ClaimedExchange[], rest: Pick<AttemptRecord, 'startedAt' | 'outcome' | 'code' | 'httpStatus'> & { evidence?: string }): void {
    this.attempt({
      exchangeIds: group.map((item) => item.id),
      operation: group[0]?.operation ?? '',
      kind: 'send',
      endedAt: this.#deps.now(),
      mapping: this.#deps.connection.adapter.version,
      ...rest,
      ...(rest.evidence === undefined ? {} : { evidence: rest.evidence.slice(0, EVIDENCE_KEPT) }),
    });
  }

  attempt(attempt: AttemptRecord): void {
    this.#attempts.push(attempt);
    this.#deps.observe({ ...attempt, upstream: this.#lane.upstream, items: attempt.exchangeIds.length });
  }

  settle(item: ClaimedExchange & { doubt?: ExchangeUpdate['doubt'] }, to: Pick<ExchangeUpdate, 'state' | 'code' | 'nextAt' | 'doubt'>): void {
    const doubt = to.doubt ?? item.doubt;
    this.#updates.push({
      id: item.id,
      state: to.state,
      attempts: item.attempts,
      lostReplies: item.lostReplies,
      code: to.code,
      ...(to.nextAt === undefined ? {} : { nextAt: to.nextAt }),
      ...(doubt === undefined ? {} : { doubt }),
      ...(this.#deps.connection.adapter.operations[item.operation]?.coalesce === 'snapshot' ? { replaceable: true as const } : {}),
    });
  }

  /** What the upstream is known to hold of the dossier. */
  setRemote(remote: RemoteState): void {
    if (remote === this.#remote || JSON.stringify(remote) === JSON.stringify(this.#remote)) return;
    this.#remote = remote;
    this.#remoteChanged = true;
  }

  get isDirty(): boolean {
    return this.#attempts.length > 0 || this.#updates.length > 0 || this.#remoteChanged;
  }

  /** @throws what the ledger fails with; nothing is kept here for a second try */
  async flush(more: Pick<LaneUpdate, 'begin' | 'release'>): Promise<void> {
    const { upstream, dossierCode, lease } = this.#lane;
    const update: LaneUpdate = {
      upstream,
      dossierCode,
      lease,
      ...(this.#attempts.length > 0 ? { attempts: this.#attempts } : {}),
      ...(this.#updates.length > 0 ? { exchanges: this.#updates } : {}),
      ...(this.#remoteChanged ? { remote: JSON.stringify(this.#remote) } : {}),
      ...more,
    };
    this.#attempts = [];
    this.#updates = [];
    this.#remoteChanged = false;
    await this.#deps.ledger.update(update);
  }
}
