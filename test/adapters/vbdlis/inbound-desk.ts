/** One desk with dossiers that the land system calls: what a gateway does with a call, in memory, checked as the ledger's intake checks it. */
import { BODIES, INBOUND_SECRETS, LAND_CODE, landDossier } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import { inboundConfigOf, type InboundConfig } from '../../../adapters/vbdlis/inbound-config.ts';
import { inboundRoutes, type LandInboundConfig } from '../../../adapters/vbdlis/inbound.ts';
import type { InboundCall, InboundReply, InboundRoute } from '../../../src/adapter/types.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { createDossierDesk } from '../../support/dossier-deps.ts';

export const CODE = LAND_CODE;
export const SECRETS = INBOUND_SECRETS;
export const NOW = Date.parse('2025-03-25T00:00:00Z');

export const config = (more: Partial<InboundConfig> = {}): LandInboundConfig => ({ ...inboundConfigOf({ ...SECRETS, ...more }), procedures: { '1.012781': { code: 'TH-DEMO-001' } }, system: 'vbdlis' });

export const dossier = landDossier;

export type Call = readonly [route: string, body: unknown];
export interface Desk {
  /** the dossier as it is */
  held(code?: string): Dossier;
  /** what the province's own system sends next; kept as the adapter keeps it */
  dossiers: Map<string, Dossier>;
  /** how often something was changed */
  changes(): number;
  call(route: string, body: unknown, over?: Partial<InboundCall>): Promise<InboundReply>;
  clock: { now: number };
}

export function desk(dossiers: readonly Dossier[] = [dossier()], own: LandInboundConfig = config(), routes: readonly InboundRoute<LandInboundConfig>[] = inboundRoutes): Desk {
  const clock = { now: NOW };
  const { deps, dossiers: held, changes } = createDossierDesk({ config: own, dossiers, now: () => clock.now });
  return {
    dossiers: held, clock, changes,
    held: (code = CODE) => held.get(code) as Dossier,
    async call(id, body, over = {}) {
      const route = routes.find((one) => one.id === id);
      if (route === undefined) throw new Error(`no route ${id}`);
      const query: Record<string, string> = route.method === 'GET' ? { SecurityCode: SECRETS.securityCode } : id === 'ilisTaxNotices' ? { CodeGet: SECRETS.codeGet } : {};
      const call: InboundCall = { body, text: JSON.stringify(body) ?? '', params: { securityCode: SECRETS.securityCode }, query, headers: {}, ...over };
      const refused = route.guard?.(call, own);
      if (refused !== undefined) return refused;
      return route.handle(call, deps);
    },
  };
}

/** Calls of one case in the order in which things happened. */
export const CALLS = {
  moved: ['moved', BODIES.moved], requested: ['supplementRequested', BODIES.supplementRequested], received: ['supplementReceived', BODIES.supplementReceived], tax: ['taxNotices', BODIES.taxNotices],
  movedAgain: ['moved', { SoBienNhan: CODE, MaCanBoChuyen: 'vpdk.vidu02', MaCanBoNhan: 'vpdk.vidu03', MaTrangThai: '4', NgayChuyen: '2025-03-15T02:00:00Z' }],
  finished: ['finished', BODIES.finished],
} as const satisfies Record<string, Call>;
export const OK = { status: 200, body: { result: 1, message: null } };
