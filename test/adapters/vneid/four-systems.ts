/** A gateway between the simulated VNeID with its judicial-record software, the portal and EMC, and a province that decides; every dossier of VNeID is sent twice. */
import type { VneidSimulator, VneidSimulatorOptions } from '../../../adapters/vneid/simulator.ts';
import type { EmcSimulator } from '../../../adapters/emc/simulator.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startMockServer, type RunningSimulator } from '../../../src/testing/index.ts';
import { httpLoopback } from '../../support/loopback.ts';
import { officer, type Act } from '../../support/officer.ts';
import { BEGIN, isOf, startStory, type Story } from '../../support/story.ts';

export const AGENCY = 'H99.14';
export const CODE = 'H99.14-260302-0001';
export const DECISION = Buffer.from('%PDF-1.7 quyết định thu hồi (minh họa)');
const HOUR = 3_600_000;

export interface FourSystems extends Omit<Story<VneidSimulator>, 'system' | 'until'> {
  vneid: RunningSimulator<VneidSimulator>;
  emc: RunningSimulator<EmcSimulator>;
  until(is: (dossier: Dossier) => boolean, what: string): Promise<Dossier>;
  /** where the province has the decision that withdraws a certificate */
  decisionUrl: string;
  /** the province's officer of the dossier */
  act: Act;
  /** what VNeID and the software have applied, without what was only read */
  atVneid(): string[];
  /** states that EMC counted */
  atEmc(): string[];
}

export async function fourSystems(options: VneidSimulatorOptions = {}, config: Record<string, unknown> = {}, overrides: Record<string, unknown> = {}, code = CODE, folder?: string): Promise<FourSystems> {
  const files = await httpLoopback((_request, response) => void response.writeHead(200, { 'content-type': 'application/pdf' }).end(DECISION));
  let emc: RunningSimulator<EmcSimulator> | undefined;
  const story = await startStory<VneidSimulator>({
    agency: AGENCY, inbound: 'vneid', overrides, ...(folder === undefined ? {} : { folder }),
    // A number is asked for once: each answer is another one.
    once: (method) => method === 'GET',
    system: async (deskUrl) => (await startMockServer('vneid', {
      seed: 'four', callbacks: { url: deskUrl, lines: 8 }, simulator: { now: () => BEGIN, agencyCode: AGENCY, supplementAfterMs: [HOUR, HOUR], resultAfterMs: [4 * HOUR, 4 * HOUR], gateway: 'lgsp-header', wantsToken: true, ...options },
    })) as RunningSimulator<VneidSimulator>,
    async upstreams(vneid, closing) {
      closing.add(() => Promise.resolve(files[Symbol.asyncDispose]()));
      const counter = (emc = (await startMockServer('emc', {})) as RunningSimulator<EmcSimulator>);
      closing.add(() => counter.close());
      const raw = vneid.simulator.clientConfig?.(vneid.url) as { backend: object };
      return {
        emc: { adapter: 'emc', ...counter.simulator.clientConfig?.(counter.url) },
        vneid: { adapter: 'vneid', ...raw, backend: { ...raw.backend, pollEveryMs: 1_000 }, files: { hosts: [new URL(files.url).host] }, interruptedRetryMs: 1_000, ...config },
      };
    },
  });
  const { system: vneid, until, ...rest } = story;
  return {
    ...rest, vneid, emc: emc as unknown as RunningSimulator<EmcSimulator>, decisionUrl: `${files.url}/qd.pdf`,
    until: (is, what) => until(code, is, what),
    act: officer(rest, code),
    atVneid: () => vneid.simulator.journal().filter(isOf(code)).filter(({ effect }) => effect !== 'read')
      .map(({ service, effect, item, note }) => `${service} ${effect}${service === 'reportStatus' && effect === 'update' ? ` ${(item as { trangThaiXuLy: string }).trangThaiXuLy}${(item as { type: string }).type === 'thuhoi' ? ' thuhoi' : ''}` : ''}${effect === 'refused' ? ` ${note ?? ''}` : ''}`),
    atEmc: () => (emc as unknown as RunningSimulator<EmcSimulator>).simulator.journal().filter(isOf(code)).map(({ item }) => (item as { status: string }).status),
  };
}
