/** The simulated DVCLT and civil-status system over sockets, with the gateway in small: the adapter's own rounds and operations, dossiers in memory. */
import { dvclt, type DvcltConfig, type ReportInput } from '../../../adapters/dvclt/adapter.ts';
import { eventsOf } from '../../../adapters/dvclt/events.ts';
import { pushCivilStatus } from '../../../adapters/dvclt/operations/push.ts';
import { reportStatus } from '../../../adapters/dvclt/operations/report.ts';
import { createDvcltSimulator, type DvcltSimulator, type DvcltSimulatorOptions } from '../../../adapters/dvclt/simulator.ts';
import { connect, type Connection } from '../../../src/adapter/client.ts';
import type { Outcome, RoundDeps } from '../../../src/adapter/types.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startSimulator, type RunningSimulator } from '../../../src/testing/index.ts';
import { createDossierDesk, roundDeps, type DossierDesk } from '../../support/dossier-deps.ts';

/** 10/01/2025 08:00 in Vietnam. */
export const START = Date.parse('2025-01-10T01:00:00Z');
export const HOUR = 3_600_000;
export const DOCUMENT = new URL('../../../schemas/upstream/dvclt.openapi.yaml', import.meta.url);

export interface Scene extends AsyncDisposable {
  simulator: DvcltSimulator;
  running: RunningSimulator<DvcltSimulator>;
  config: DvcltConfig;
  desk: DossierDesk<DvcltConfig>;
  deps: RoundDeps<DvcltConfig>;
  connection: Connection;
  round(id: 'intake' | 'results'): Promise<{ told: number; failed: number }>;
  /** the only dossier, or the one of this DVCLT number */
  dossier(number?: string): Dossier;
  /** an officer's decision, as the province's next snapshot has it */
  says(dossier: Dossier, status: Dossier['status'], note?: string): Dossier;
  push(dossier: Dossier): Promise<Outcome<unknown>>;
  /** every event of the dossier that was not reported yet, in order; ends with the first that is not done */
  report(dossier: Dossier): Promise<string[]>;
  /** requests and answers that the document does not allow */
  breaches(): unknown[];
}

export async function scene(options: DvcltSimulatorOptions = {}, settings: Record<string, unknown> = {}): Promise<Scene> {
  const simulator = createDvcltSimulator({ seed: 'one', now: () => START, stepAfterMs: [HOUR, HOUR], supplementAfterMs: [HOUR, HOUR], ...options });
  const running = await startSimulator(simulator, { contract: DOCUMENT });
  const raw = { ...simulator.clientConfig?.(running.url), ...settings };
  const config = dvclt.configure(raw);
  const now = (): number => simulator.now();
  const desk = createDossierDesk<DvcltConfig>({ config, now });
  const connection = connect(dvclt, raw, { now, readFile: desk.readFile, readRetry: { retries: 0 } }) as unknown as Connection;
  const deps = roundDeps(desk, { connection });
  const reported = new Set<string>();
  const inDesk = (dossier: Dossier): Dossier => {
    desk.dossiers.set(dossier.code, dossier);
    return dossier;
  };
  return {
    simulator, running, config, desk, deps, connection,
    async round(id) {
      const round = dvclt.rounds?.find((one) => one.id === id);
      if (round === undefined) throw new Error(id);
      const { told, failed } = await round.run(deps);
      return { told, failed: failed ?? 0 };
    },
    dossier(number) {
      const found = [...desk.dossiers.values()].filter(({ nationalCode }) => number === undefined || nationalCode === number);
      if (found.length !== 1) throw new Error(`${found.length} dossiers`);
      return found[0] as Dossier;
    },
    says(dossier, status, note) {
      // As the province's own system knows it: nothing of what was told.
      const at = new Date(now()).toISOString().replace('.000Z', 'Z');
      const { civilStatus: _told, ...rest } = dossier;
      const own = dossier.history.filter(({ id }) => id?.startsWith('dvclt:') !== true);
      const incoming: Dossier = {
        ...rest, sourceSystem: 'one-stop', components: [], results: [], supplements: [], status, history: [...own, { at, status, action: status, actor: 'Hoàng Văn Tư', ...(note === undefined ? {} : { note }) }],
        dates: { ...dossier.dates, ...(status === 'ACCEPTED' ? { acceptedAt: at } : {}) }, ...(note === undefined ? {} : { statusReason: note }),
      };
      return inDesk(dvclt.keep?.(dossier, incoming) ?? incoming);
    },
    async push(dossier) {
      const { outcome } = await connection.execute(pushCivilStatus as never, [dossier]);
      if (outcome.kind === 'done') inDesk(pushCivilStatus.learn?.(dossier, dossier, outcome.value as never, now()) ?? dossier);
      return outcome;
    },
    async report(dossier) {
      const ends: string[] = [];
      for (const event of eventsOf(dossier)) {
        const key = `${dossier.code} ${event.key}`;
        if (reported.has(key)) continue;
        const { outcome } = await connection.execute(reportStatus as never, [{ ...dossier, event } satisfies ReportInput]);
        ends.push(`${event.status} ${outcome.kind === 'done' ? (outcome.value as { taken: string }).taken : `${outcome.kind} ${'issue' in outcome ? outcome.issue.code : outcome.issues.map(({ code }) => code).join()}`}`);
        if (outcome.kind !== 'done') break;
        reported.add(key);
      }
      return ends;
    },
    breaches: () => running.exchanges.list(0, 1_000).flatMap(({ issues = [], breaches = [] }) => [...issues, ...breaches]),
    async [Symbol.asyncDispose]() {
      await connection.close();
      await running.close();
    },
  };
}
