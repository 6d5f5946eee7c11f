/**
 * What a gateway gives to routes and rounds of an adapter, in memory: `createDossierDesk(...)` for inbound calls, `roundDeps(...)` for a round against
 * a connection (of `connect(adapter, rawConfig)`) to a simulator on a loopback server.
 */
import type { Connection } from '../../src/adapter/client.ts';
import type { AnyOperation, Outcome, RoundDeps } from '../../src/adapter/types.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import type { DossierDesk } from '../../src/testing/suite/desk.ts';

export { createDossierDesk, type DossierDesk } from '../../src/testing/suite/desk.ts';

export interface RoundOptions {
  connection: Pick<Connection, 'execute'>;
  /** dossiers for which an operation is done, as codes; those that the desk does not know are passed over. @default every dossier */
  after?: (operation: string, sinceMs: number) => readonly string[];
  signal?: AbortSignal;
}

export function roundDeps<Config>(desk: DossierDesk<Config>, { connection, after = () => [...desk.dossiers.keys()], signal = new AbortController().signal }: RoundOptions): RoundDeps<Config> {
  return {
    ...desk.deps, signal,
    // Without the repeats of a gateway: what a test lets fail has failed.
    run: async <Out>(operation: AnyOperation, inputs: unknown[]) => (await connection.execute(operation, inputs, { signal })).outcome as Outcome<Out>,
    async *dossiersAfter(operation, sinceMs): AsyncGenerator<Dossier> {
      for (const code of after(operation, sinceMs)) {
        const dossier = desk.dossiers.get(code);
        if (dossier !== undefined) yield dossier;
      }
    },
  };
}
