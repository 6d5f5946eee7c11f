/** A gateway in small for what upstreams tell: dossiers in memory, checked as the ledger's intake checks them, everything else remembered. */
import { createHash } from 'node:crypto';
import type { Connection } from '../../adapter/client.ts';
import type { AnyOperation, CodeAsked, DossierDeps, Origin, Outcome, RoundDeps } from '../../adapter/types.ts';
import { validateDossier } from '../../contract/canonical.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { ValidationError } from '../../contract/validate.ts';
import type { Dossier } from '../../model/canonical.ts';
import { fileAddress } from '../../model/file-address.ts';

export interface PutAside { origin: Origin; issues: Issue[]; code?: string }
export interface DossierDesk<Config = unknown> {
  deps: DossierDeps<Config>;
  /** the dossiers as they are, by code */
  dossiers: Map<string, Dossier>;
  /** what could not be read or was no valid dossier, in the order in which it came */
  aside: PutAside[];
  /** by address */
  files: Map<string, { content: Uint8Array; mediaType: string }>;
  /** for `AdapterRuntime.readFile` */
  readFile: (address: string) => Promise<Uint8Array | undefined>;
  /** how often a dossier was taken or changed */
  changes(): number;
}

const wordsOf = ({ text, query = {} }: Origin): string => JSON.stringify([text, query]);

/** @param options.dossiers known from the beginning · `config` as `configure` gives it */
export function createDossierDesk<Config>(options: { config: Config; dossiers?: readonly Dossier[]; now?: () => number }): DossierDesk<Config> {
  const dossiers = new Map((options.dossiers ?? []).map((one) => [one.code, one]));
  const aside: PutAside[] = [];
  const files: DossierDesk['files'] = new Map();
  const counters = new Map<string, number>();
  const codes = new Map<string, string>();
  const accepted = new Set<string>();
  /** by dossier: the words that changed it last */
  const last = new Map<string, string>();
  let changes = 0;

  /** `change` gets a copy: one that writes into it has not changed the dossier that is kept. */
  function changed(known: Dossier, change: (dossier: Dossier) => Dossier | undefined): Dossier | undefined {
    const copy = structuredClone(known);
    const result = change(copy);
    if (JSON.stringify(copy) !== JSON.stringify(known)) throw new TypeError(`the change of ${known.code} is not pure`);
    return result;
  }

  function keep(dossier: Dossier, origin: Origin): void {
    dossiers.set(dossier.code, dossier);
    last.set(dossier.code, wordsOf(origin));
    changes += 1;
  }

  function issueCode({ series, day, first = 1, format, key }: CodeAsked): string {
    const before = key === undefined ? undefined : codes.get(key);
    if (before !== undefined) return before;
    const counter = `${series} ${day}`;
    for (;;) {
      const n = counters.get(counter) ?? first;
      counters.set(counter, n + 1);
      const code = format(n);
      if (dossiers.has(code)) continue;
      if (key !== undefined) codes.set(key, code);
      return code;
    }
  }

  const deps: DossierDeps<Config> = {
    config: options.config,
    now: options.now ?? Date.now,
    findDossier: async (code) => dossiers.get(code),
    async changeDossier(code, origin, change) {
      const known = dossiers.get(code);
      if (known === undefined) return { status: 'no-dossier' };
      const next = changed(known, change);
      if (next === undefined) return { status: 'unchanged', dossier: known };
      const checked = validateDossier(next);
      if (!checked.ok) throw new ValidationError(checked.issues);
      if (last.get(code) === wordsOf(origin)) return { status: 'duplicate', dossier: known };
      keep(checked.value, origin);
      return { status: 'changed', dossier: checked.value };
    },
    async acceptDossier(dossier, origin, replace) {
      const words = `${dossier.code} ${wordsOf(origin)}`;
      if (accepted.has(words)) return { status: 'duplicate' };
      const known = dossiers.get(dossier.code);
      const next = known === undefined || replace === undefined ? dossier : changed(known, replace);
      if (next === undefined) return { status: 'known' };
      const checked = validateDossier(next);
      if (!checked.ok) {
        aside.push({ origin, issues: checked.issues, code: dossier.code });
        return { status: 'refused', issues: checked.issues };
      }
      accepted.add(words);
      keep(checked.value, origin);
      return { status: 'accepted' };
    },
    putAside: async (origin, issues, code) => void aside.push({ origin, issues, ...(code === undefined ? {} : { code }) }),
    issueCode: async (asked) => issueCode(asked),
    async keepFile(content, mediaType) {
      const address = fileAddress(createHash('sha256').update(content).digest('hex'));
      if (!files.has(address)) files.set(address, { content: Uint8Array.from(content), mediaType });
      return address;
    },
  };
  return { deps, dossiers, aside, files, readFile: async (address) => files.get(address)?.content, changes: () => changes };
}

export interface RoundOptions {
  connection: Pick<Connection, 'execute'>;
  /** dossiers for which an operation is done, as codes; those that the desk does not know are passed over. @default every dossier */
  after?: (operation: string, sinceMs: number) => readonly string[];
  signal?: AbortSignal;
}

/** What a round gets: the desk, and the connection as it is. */
export function roundDeps<Config>(desk: DossierDesk<Config>, { connection, after = () => [...desk.dossiers.keys()], signal = new AbortController().signal }: RoundOptions): RoundDeps<Config> {
  return {
    ...desk.deps, signal,
    // Without the repeats of a gateway: what fails has failed.
    run: async <Out>(operation: AnyOperation, inputs: unknown[]) => (await connection.execute(operation, inputs, { signal })).outcome as Outcome<Out>,
    async *dossiersAfter(operation, sinceMs): AsyncGenerator<Dossier> {
      for (const code of after(operation, sinceMs)) {
        const dossier = desk.dossiers.get(code);
        if (dossier !== undefined) yield dossier;
      }
    },
  };
}
