/** What the gateway does for whoever tells it of dossiers, a route that an upstream calls or a round that asks it: one way for both. */
import type { DossierDeps } from '../adapter/types.ts';
import { issue } from '../contract/errors/issue.ts';
import { ValidationError } from '../contract/validate.ts';
import { isLedgerError } from '../ledger/errors.ts';
import type { Ledger, Via } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import type { Codes } from './codes.ts';
import { rawOf, wordsOf, type Intake } from './intake.ts';

/** Who tells, and by what: two calls may say the same words and mean two things. */
export interface Teller { upstream: string; /** id of the route or round */ kind: string; via: Extract<Via, 'inbound' | 'poll'>; config: unknown }

export interface DossierDepsOptions {
  ledger: Pick<Ledger, 'getDossier' | 'keepFile'>;
  intake: Pick<Intake, 'change' | 'accept' | 'refuse'>;
  codes: Pick<Codes, 'issue'>;
  now: () => number;
  /** told when the ledger failed to take something */
  onUnwritten: (error: unknown) => void;
}
export type MakeDossierDeps = (teller: Teller) => DossierDeps;

export function createDossierDeps({ ledger, intake, codes, now, onUnwritten }: DossierDepsOptions): MakeDossierDeps {
  async function written<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (isLedgerError(error) && error.code === 'LT-LEDGER-FILE-TOO-LARGE') throw new ValidationError([issue(error.code)]);
      onUnwritten(error);
      throw error;
    }
  }

  return ({ upstream, kind, via, config }) => ({
    config, now,
    async findDossier(code) {
      const row = await ledger.getDossier(code);
      // The body of one that has expired is empty.
      return row === undefined || row.body === '' ? undefined : (JSON.parse(row.body) as Dossier);
    },
    changeDossier: (code, origin, change) => intake.change({ upstream, dossierCode: code, origin: `${kind} ${wordsOf(origin)}`, actor: upstream, via }, change),
    acceptDossier: (dossier, origin, replace) => intake.accept({ upstream, origin: { ...origin, kind }, actor: upstream, via }, dossier, replace),
    putAside: async (origin, issues, code) => void await intake.refuse({ via, actor: upstream }, rawOf(origin), issues, code),
    issueCode: (asked) => written(codes.issue(upstream, asked)),
    keepFile: (content, mediaType) => written(ledger.keepFile(content, { mediaType })),
  });
}
