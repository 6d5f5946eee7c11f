/**
 * What upstreams are asked by the clock: one loop for each round of each adapter, in the process that leads. A round is not begun while its upstream
 * is held, closed or out of reach, nor while the ledger takes no writes; one that fails is told, and comes again after its time.
 */
import type { Connection } from '../../adapter/client.ts';
import type { ReadRetryOptions } from '../../adapter/read-retry.ts';
import type { Round } from '../../adapter/types.ts';
import { isValidationError } from '../../contract/validate.ts';
import type { Protection } from '../../delivery/protection.ts';
import { isLedgerError } from '../../ledger/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { MakeDossierDeps } from '../dossier-deps.ts';
import type { Logger } from '../log.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { pause } from '../pause.ts';
import type { Standing } from '../schedule.ts';
import { createRoundDeps } from './deps.ts';
import { createFollowed, type Followed, type FollowedLedger } from './followed.ts';
import { writeRound } from './record.ts';

export interface RoundsOptions {
  /** by upstream id; those whose adapter has rounds are asked */
  connections: ReadonlyMap<string, Connection>;
  protection: Pick<Protection, 'admit' | 'isHeld' | 'policy' | 'claimable'>;
  dossierDeps: MakeDossierDeps;
  ledger: FollowedLedger & Pick<Ledger, 'getCell' | 'putCell' | 'deleteCell' | 'listCells'>;
  logger: Pick<Logger, 'debug' | 'warn'>;
  metrics?: Pick<GatewayMetrics, 'attempt' | 'round'>;
  /** while true nothing is asked: what came in could not be recorded */
  paused?: () => boolean;
  readRetry?: ReadRetryOptions;
  now?: () => number;
}

const FAILED = 'LT-GATEWAY-ROUND-FAILED';
const LOOK_AGAIN_MS = 1_000;
const SHORTEST_PAUSE_MS = 1_000;
/** A timer beyond 2³¹ ms would fire at once. */
const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1000;

export function createRounds(options: RoundsOptions): Standing {
  const { connections, protection, ledger, logger, metrics, now = Date.now } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: stopped, resolve: tellStopped } = Promise.withResolvers<'stopped'>();
  const loops: Promise<void>[] = [];

  /** ms until it is worth looking whether the upstream may be asked; 0: now */
  function standsAgainst(upstream: string): number {
    if (options.paused?.() === true || protection.isHeld(upstream, '', '')) return LOOK_AGAIN_MS;
    const { open, lookAgainAt } = protection.claimable([upstream]);
    // A breaker may be closed by hand, and a hold end, before their time.
    return open.length > 0 ? 0 : Math.min(LOOK_AGAIN_MS, Math.max(1, (lookAgainAt ?? now() + LOOK_AGAIN_MS) - now()));
  }

  async function once(upstream: string, connection: Connection, round: Round, followed: Followed): Promise<void> {
    const { deps, settled } = createRoundDeps({
      upstream, connection, protection, followed, signal, readRetry: options.readRetry, observe: metrics === undefined ? undefined : (attempt) => metrics.attempt(attempt),
      deps: options.dossierDeps({ upstream, kind: round.id, via: 'poll', config: connection.config }),
    });
    let ended: { told: number; failed: number; code: string | null };
    try {
      // A round that hangs must not hold up the end of the process: of it only what it writes is waited for.
      const running = Promise.resolve().then(() => round.run(deps));
      const result = await Promise.race([running, stopped]);
      if (result === 'stopped') {
        running.catch(() => undefined);
        return await settled();
      }
      ended = { told: result.told, failed: result.failed, code: null };
    } catch (error) {
      if (signal.aborted) return await settled();
      ended = { told: 0, failed: 0, code: isLedgerError(error) ? error.code : FAILED };
      logger.warn({ upstream, task: round.id, code: ended.code, codes: isValidationError(error) ? error.issues.map(({ code }) => code) : undefined, err: error }, 'round failed');
    }
    // What it left behind unawaited is part of it.
    await settled();
    metrics?.round(upstream, round.id, ended.code !== null ? 'failed' : ended.failed > 0 ? 'partly' : 'done', ended);
    if (ended.code === null) logger[ended.failed > 0 ? 'warn' : 'debug']({ upstream, task: round.id, told: ended.told, failed: ended.failed }, 'round');
    await writeRound(ledger, upstream, round.id, { at: now(), ...ended });
  }

  async function loop(upstream: string, connection: Connection, round: Round, followed: Followed): Promise<void> {
    const everyMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, round.everyMs(connection.config)));
    while (!signal.aborted) {
      const wait = standsAgainst(upstream);
      if (wait > 0) {
        await pause(wait, signal);
        continue;
      }
      await once(upstream, connection, round, followed).catch((error: unknown) => {
        // Its record could not be kept; the next one is.
        logger.warn({ upstream, task: round.id, err: error }, 'round not recorded');
      });
      await pause(everyMs, signal);
    }
  }

  return {
    start() {
      if (loops.length > 0 || signal.aborted) return;
      for (const [upstream, connection] of connections) {
        const rounds = (connection.adapter.rounds ?? []) as Round[];
        if (rounds.length === 0) continue;
        const followed = createFollowed({ ledger, upstream, now });
        for (const round of rounds) loops.push(loop(upstream, connection, round, followed));
      }
    },
    async stop() {
      stopping.abort();
      tellStopped('stopped');
      await Promise.all(loops);
    },
  };
}
