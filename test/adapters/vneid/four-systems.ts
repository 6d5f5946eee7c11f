/** A gateway between the simulated VNeID with its judicial-record software, the portal and EMC, and a province that decides; every dossier of VNeID is sent twice. */
import type { VneidSimulator, VneidSimulatorOptions } from '../../../adapters/vneid/simulator.ts';
import type { EmcSimulator } from '../../../adapters/emc/simulator.ts';
import type { Dossier, DossierStatus, HistoryEntry } from '../../../src/model/canonical.ts';
import { startMockServer, type RunningSimulator } from '../../../src/testing/index.ts';
import { httpLoopback } from '../../support/loopback.ts';
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
  /** the officer does something: the province's own system sends its snapshot, which knows nothing of what VNeID and the software told */
  act(status: DossierStatus, action: string, more?: (at: string, mine: Dossier) => Partial<Dossier>, entry?: Partial<HistoryEntry>): Promise<void>;
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
  let mine: Dossier | undefined;
  return {
    ...rest, vneid, emc: emc as unknown as RunningSimulator<EmcSimulator>, decisionUrl: `${files.url}/qd.pdf`,
    until: (is, what) => until(code, is, what),
    async act(status, action, more = () => ({}), entry = {}) {
      const at = rest.later();
      if (mine === undefined) {
        // Read once over the gateway's API, as a province does; from then on it keeps its own file.
        const { judicialRecord: _record, components: _components, results: _results, history: _history, ...known } = await rest.held(code);
        mine = { ...known, sourceSystem: 'mot-cua', sourceId: '77', components: [], results: [], history: [] };
      }
      mine = { ...mine, sourceUpdatedAt: at, status, history: [...mine.history, { at, status, action, ...entry }], ...more(at, mine) };
      await rest.send(mine);
      await rest.settled();
    },
    atVneid: () => vneid.simulator.journal().filter(isOf(code)).filter(({ effect }) => effect !== 'read')
      .map(({ service, effect, item, note }) => `${service} ${effect}${service === 'reportStatus' && effect === 'update' ? ` ${(item as { trangThaiXuLy: string }).trangThaiXuLy}${(item as { type: string }).type === 'thuhoi' ? ' thuhoi' : ''}` : ''}${effect === 'refused' ? ` ${note ?? ''}` : ''}`),
    atEmc: () => (emc as unknown as RunningSimulator<EmcSimulator>).simulator.journal().filter(isOf(code)).map(({ item }) => (item as { status: string }).status),
  };
}
