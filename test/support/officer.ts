/** An officer of the province in a story: its own system's snapshots, which know nothing of what upstreams have told. */
import type { Dossier, DossierStatus, HistoryEntry } from '../../src/model/canonical.ts';

/** The officer does something; everything that follows from it has gone out when it is over. */
export type Act = (status: DossierStatus, action: string, more?: (at: string, mine: Dossier) => Partial<Dossier>, entry?: Partial<HistoryEntry>) => Promise<void>;

/** @param story the gateway of the story · @param code of the dossier, which is there already */
export function officer(story: { later(): string; held(code: string): Promise<Dossier>; send(dossier: Dossier): Promise<void>; settled(): Promise<void> }, code: string): Act {
  let mine: Dossier | undefined;
  return async (status, action, more = () => ({}), entry = {}) => {
    const at = story.later();
    if (mine === undefined) {
      // Read once over the gateway's API, as a province does; from then on it keeps its own file.
      const { judicialRecord: _record, civilStatus: _event, landCase: _case, components: _components, results: _results, history: _history, ...known } = await story.held(code);
      mine = { ...known, sourceSystem: 'mot-cua', sourceId: code.slice(-4), components: [], results: [], history: [] };
    }
    mine = { ...mine, sourceUpdatedAt: at, status, history: [...mine.history, { at, status, action, ...entry }], ...more(at, mine) };
    await story.send(mine);
    await story.settled();
  };
}
