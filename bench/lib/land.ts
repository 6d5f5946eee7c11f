/** The simulated land system and a gateway in front of it, each in a process of its own, and land dossiers for them. */
import type { Dossier } from '../../src/model/canonical.ts';
import { bareLandDossier, fullCase } from '../../adapters/vbdlis/fixtures/dossiers.ts';
import { startGateway, startMock, type GatewayChoice, type Running } from './processes.ts';

export const LAND = 'dat-dai';
export const codeOf = (n: number): string => `H99.99.01-250304-${String(n).padStart(6, '0')}`;

/** Accepted at the counter today, so that nothing which the land system tells is older than it. */
export function landDossiers(count: number, of: (n: number) => Partial<Dossier> = () => ({})): Dossier[] {
  const at = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return Array.from({ length: count }, (_, n) => bareLandDossier({
    code: codeOf(n), sourceId: String(n), sourceUpdatedAt: at, dates: { acceptedAt: at, dueAt: '2035-01-01T00:00:00Z' }, history: [{ at, status: 'ACCEPTED', action: 'Tiếp nhận' }],
    landCase: fullCase({ stateSince: at, area: { provinceCode: '01', communeCode: '00367' } }), ...of(n),
  }));
}
export const asLines = (dossiers: readonly Dossier[]): Buffer => Buffer.from(dossiers.map((dossier) => `${JSON.stringify(dossier)}\n`).join(''));

export interface LandPair { land: Running; gateway: Running & { folder: string }; secrets: { securityCode: string } }

/** @param args of the land system. @param settings of the gateway's upstream, beside those that the land system asks for */
export async function startLand(args: readonly string[], choice: Omit<GatewayChoice, 'config'>, settings: Record<string, unknown> = {}): Promise<LandPair> {
  const land = await startMock('vbdlis', ...args);
  const { settings: asked } = JSON.parse(land.firstLine) as { settings: Record<string, unknown> & { securityCode: string } };
  const upstream = { adapter: 'vbdlis', ...asked, connections: 64, ...settings };
  const gateway = await startGateway({ ...choice, config: { upstreams: { [LAND]: upstream } } });
  await fetch(`${land.url}/__admin/callbacks`, { method: 'POST', body: JSON.stringify({ url: `${gateway.url}/inbound/${LAND}` }) });
  return { land, gateway, secrets: { securityCode: asked.securityCode } };
}
