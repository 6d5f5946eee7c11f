/**
 * A change as one flat array of cells, checked, and read back. The appenders of both engines read it; on SQLite it also travels between
 * threads: structured clone writes the property names of objects with every message, which made it as dear as the encryption of the body.
 */
import { LedgerError } from './errors.ts';
import type { NewChange, PlannedExchange, SearchTerm, Via } from './ledger.ts';

export type Cell = string | number | boolean | null;

/** A change as the appender reads it. */
export interface AppendCall extends Pick<NewChange, 'dossierCode' | 'sourceSystem' | 'sourceId' | 'sourceUpdatedAt' | 'via' | 'actor' | 'body' | 'terms'> {
  kind: string;
  idempotencyKey: string | null;
  origin: string | null;
  basedOn: number | null;
  /** JSON, null when there are none */
  warnings: string | null;
  /** status and the other columns of a dossier, in the order of the table */
  columns: Cell[];
  plans: PlannedExchange[];
}

const COLUMNS = 11;
const BODY_AT = 8;
/** the body, warnings, origin, basedOn */
const COLUMNS_AT = BODY_AT + 4;
const MOST_KEY_CHARS = 512;
const MOST_BODY_CHARS = 32 * 1024 * 1024;
const MOST_PARTS = 10_000;

/** @throws LedgerError LT-LEDGER-INVALID for what no row can hold: better here, alone, than inside a shared transaction */
export function flatten(change: NewChange): Cell[] {
  const c = change.columns;
  const keys = [change.dossierCode, change.sourceSystem, change.sourceId];
  const times = [change.sourceUpdatedAt, c.submittedAt, c.acceptedAt, c.dueAt, c.resolvedAt, c.returnedAt];
  if (!keys.every((key) => typeof key === 'string' && key !== '' && key.length <= MOST_KEY_CHARS)) throw invalid('dossierCode, sourceSystem, sourceId');
  if (!times.every((time) => time === null || Number.isSafeInteger(time))) throw invalid('times');
  if (typeof change.body !== 'string' || change.body === '' || change.body.length > MOST_BODY_CHARS) throw invalid('body');
  if (change.origin !== undefined && (typeof change.origin !== 'string' || change.origin === '' || change.origin.length > MOST_BODY_CHARS)) throw invalid('origin');
  if (change.basedOn !== undefined && (!Number.isSafeInteger(change.basedOn) || change.basedOn < 0)) throw invalid('basedOn');
  if (change.plans.length > MOST_PARTS || change.terms.length > MOST_PARTS) throw invalid('plans, terms');
  const flat: Cell[] = [
    change.kind, change.dossierCode, change.sourceSystem, change.sourceId, change.sourceUpdatedAt, change.via, change.actor,
    change.idempotencyKey ?? null, change.body, change.warnings.length === 0 ? null : JSON.stringify(change.warnings),
    change.origin ?? null, change.basedOn ?? null,
    c.status, c.subStatus, c.procedureCode, c.sectorCode, c.agencyCode, c.channel, c.submittedAt, c.acceptedAt, c.dueAt, c.resolvedAt, c.returnedAt,
    change.terms.length,
  ];
  for (const term of change.terms) flat.push(term.kind, term.value);
  for (const plan of change.plans) flat.push(plan.upstream, plan.operation, plan.itemKey, plan.coalesce, plan.newestOnly === true);
  if (flat.includes(undefined as unknown as null)) throw invalid('a required field is missing');
  return flat;
}

const invalid = (what: string): LedgerError => new LedgerError('LT-LEDGER-INVALID', what);

/** Size of an append's body, to bound a group. */
export const bodyLength = (flat: Cell[]): number => String(flat[BODY_AT]).length;

/** The other end of `flatten`; the cells are ours, so their types are taken on trust. */
export function unflatten(flat: Cell[]): AppendCall {
  const termsAt = COLUMNS_AT + COLUMNS + 1;
  const termCount = flat[termsAt - 1] as number;
  const plansAt = termsAt + termCount * 2;
  const terms: SearchTerm[] = [];
  for (let i = termsAt; i < plansAt; i += 2) terms.push({ kind: flat[i] as SearchTerm['kind'], value: flat[i + 1] as string });
  const plans: PlannedExchange[] = [];
  for (let i = plansAt; i < flat.length; i += 5) {
    plans.push({ upstream: flat[i] as string, operation: flat[i + 1] as string, itemKey: flat[i + 2] as string, coalesce: flat[i + 3] as boolean, newestOnly: flat[i + 4] as boolean });
  }
  return {
    kind: flat[0] as string,
    dossierCode: flat[1] as string,
    sourceSystem: flat[2] as string,
    sourceId: flat[3] as string,
    sourceUpdatedAt: flat[4] as number | null,
    via: flat[5] as Via,
    actor: flat[6] as string | null,
    idempotencyKey: flat[7] as string | null,
    body: flat[BODY_AT] as string,
    warnings: flat[BODY_AT + 1] as string | null,
    origin: flat[BODY_AT + 2] as string | null,
    basedOn: flat[BODY_AT + 3] as number | null,
    columns: flat.slice(COLUMNS_AT, termsAt - 1),
    terms,
    plans,
  };
}
