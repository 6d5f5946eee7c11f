/** What the gateway does for whoever tells it of dossiers, a route that an upstream calls or a round that asks it: one way for both. */
import { createHash } from 'node:crypto';
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

/** Words of one round that are remembered as put aside: a few hundred kB at the most. */
const MOST_ASIDE = 5_000;

/**
 * A round meets the row that nobody can read every few minutes: it is put aside once, and again after a restart. A call of an upstream is put aside
 * each time, as any caller's is.
 */
function onlyOnce(refuse: Intake['refuse']): Intake['refuse'] {
  const seen = new Map<string, Awaited<ReturnType<Intake['refuse']>>>();
  return async (input, raw, issues, dossierCode) => {
    const key = createHash('sha256').update(JSON.stringify([raw, issues.map(({ code, pointer }) => [code, pointer]), dossierCode])).digest('base64');
    const before = seen.get(key);
    if (before !== undefined) return before;
    const result = await refuse(input, raw, issues, dossierCode);
    if (seen.size >= MOST_ASIDE) seen.clear();
    seen.set(key, result);
    return result;
  };
}

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

  const rounds = new Map<string, Intake['refuse']>();
  function refuserOf({ upstream, kind, via }: Teller): Intake['refuse'] {
    if (via === 'inbound') return intake.refuse;
    const name = `${upstream}/${kind}`;
    const refuse = rounds.get(name) ?? onlyOnce(intake.refuse);
    rounds.set(name, refuse);
    return refuse;
  }

  return ({ upstream, kind, via, config }) => {
    const refuse = refuserOf({ upstream, kind, via, config });
    return {
      config, now,
      async findDossier(code) {
        const row = await ledger.getDossier(code);
        // The body of one that has expired is empty.
        return row === undefined || row.body === '' ? undefined : (JSON.parse(row.body) as Dossier);
      },
      changeDossier: (code, origin, change) => intake.change({ upstream, dossierCode: code, origin: `${kind} ${wordsOf(origin)}`, actor: upstream, via }, change),
      acceptDossier: (dossier, origin, replace) => intake.accept({ upstream, origin: { ...origin, kind }, actor: upstream, via, refuse }, dossier, replace),
      putAside: async (origin, issues, code) => void await refuse({ via, actor: upstream }, rawOf(origin), issues, code),
      issueCode: (asked) => written(codes.issue(upstream, asked)),
      keepFile: (content, mediaType) => written(ledger.keepFile(content, { mediaType })),
    };
  };
}
