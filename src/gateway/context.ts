/** What the routes of one gateway share. */
import type { FastifyInstance } from 'fastify';
import type { UpstreamView } from '../delivery/policy.ts';
import type { Protection } from '../delivery/protection.ts';
import type { Replays } from '../delivery/replay.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Authenticate } from './auth.ts';
import type { CitizenDesk } from './citizens/desk.ts';
import type { GatewayConfig, SourceBinding, UpstreamBinding } from './config.ts';
import type { MakeDossierDeps } from './dossier-deps.ts';
import type { Drift } from './drift/radar.ts';
import type { EvidenceWatch } from './evidence.ts';
import type { HttpErrors } from './http-errors.ts';
import type { IndicatorService } from './indicators/service.ts';
import type { Intake } from './intake.ts';
import type { ApiScope } from './keys.ts';
import type { Limits } from './limits.ts';
import type { Logger } from './log.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { FailureLimit } from './plugins/rate-limit.ts';

/** What the gateway needs of the delivery room. */
export interface DeliverySeen { wake(): void; stats(): { running: boolean; active: number; stalled?: { since: number; code: string } | null } }

/** Why new work is refused now: the limit that is reached, and how long a caller should stay away. */
export interface Shedding { reason: string; code: 'LT-GATEWAY-BUSY' | 'LT-GATEWAY-LEDGER'; retryAfterSeconds: number }

export interface GatewayContext {
  config: GatewayConfig;
  ledger: Ledger;
  upstreams: readonly UpstreamBinding[];
  sources: readonly SourceBinding[];
  delivery: DeliverySeen | undefined;
  intake: Intake;
  /** for whoever tells of dossiers */
  dossierDeps: MakeDossierDeps;
  /** asks population databases */
  citizens: CitizenDesk;
  metrics: GatewayMetrics;
  logger: Logger;
  errors: HttpErrors;
  now: () => number;
  auth: (scope: ApiScope) => Authenticate;
  /** counts a failed attempt to show who calls; true when there were too many from there */
  failedAuth: FailureLimit;
  limits: Limits;
  evidence: EvidenceWatch;
  /** how each upstream stands now: breaker, pauses, rate; the same seen from every process */
  upstreamViews: () => Promise<readonly UpstreamView[]>;
  /** the breakers, for orders by hand; absent in a process that was not given them */
  protection: Pick<Protection, 'view' | 'resetBreaker' | 'openBreaker'> | undefined;
  replays: Replays | undefined;
  drift: Drift;
  /** absent where they are switched off, or another process computes them */
  indicators: IndicatorService | undefined;
  /** asked before every call that would write */
  shedding: () => Shedding | undefined;
  isClosing: () => boolean;
  /** told of every open import, so that a shutdown can end it between two lines */
  openImports: Set<{ stop(): void }>;
}

export type Routes = (app: FastifyInstance, context: GatewayContext) => void;
