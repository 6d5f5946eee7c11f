/**
 * The one path of a change into the gateway, whoever brings it: limits → parse → NFC → source decode → canonical
 * validation → plan → ledger. Nothing is answered before the ledger has it on disk. Refused input goes to quarantine
 * with every issue at once, so that nothing is lost.
 */
import { createHash } from 'node:crypto';
import type { DossierChanged, DossierTaken, Origin, SourceSpec } from '../adapter/types.ts';
import { validateDossier } from '../contract/canonical.ts';
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import { parseJson } from '../contract/limits.ts';
import { isValidationError, ValidationError, type Checked } from '../contract/validate.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { AppendResult, DossierRow, Ledger, NewChange, Via } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import { checkHistory } from '../model/status.ts';
import { epochFromInstant } from '../model/time.ts';
import { inCanonicalOrder } from './canonical-order.ts';
import type { SourceBinding, UpstreamBinding } from './config.ts';
import { createPlanner } from './plan.ts';
import { columnsOf, termsOf } from './terms.ts';

export interface IntakeInput {
  /** the text as it came in (UTF-8 bytes or a string), or a value that an adapter has parsed already */
  raw: Uint8Array | string | { parsed: unknown };
  /** configured source whose shape this is; without it the input is the canonical form */
  source?: string;
  via: Via;
  /** API key name, source id or hash of a file name; never a person's data */
  actor: string | null;
  idempotencyKey?: string;
  /** line of a file */
  line?: number;
}

export type IntakeResult =
  | { status: 'accepted' | 'duplicate' | 'stale'; eventId: string; eventSeq: number; exchanges: number; dossierCode: string; warnings: Issue[] }
  | { status: 'conflict'; eventId: string; dossierCode: string; warnings: Issue[] }
  | { status: 'quarantined'; quarantineId: number; issues: Issue[]; dossierCode?: string };

export interface Intake {
  /**
   * Takes one change. Never throws for bad input.
   * @throws when the ledger fails: then nothing was acknowledged and the caller may send the same again
   */
  take(input: IntakeInput): Promise<IntakeResult>;
  /** Puts input aside that never got as far as `take` (too large, a line cut short). `raw` may be its beginning only. */
  refuse(input: Pick<IntakeInput, 'via' | 'actor' | 'line'>, raw: string, issues: Issue[], dossierCode?: string): Promise<IntakeResult & { status: 'quarantined' }>;
  /**
   * Changes a dossier that is known, as an upstream tells it. `change` is given the dossier as it is, again when somebody else was faster.
   * @throws ValidationError when what comes out is no valid dossier; what the ledger fails with
   */
  change(input: ChangeInput, change: (dossier: Dossier) => Dossier | undefined): Promise<DossierChanged>;
  /**
   * Takes a dossier that an upstream brings: new here, or in the place of the one that is. The same words about it again are a duplicate for ever.
   * @param replace see `DossierDeps.acceptDossier` @throws what the ledger fails with
   */
  accept(input: AcceptInput, dossier: Dossier, replace?: (known: Dossier) => Dossier | undefined): Promise<DossierTaken>;
  /** the configured sources that may be named */
  hasSource(id: string): boolean;
}

export interface ChangeInput {
  upstream: string;
  dossierCode: string;
  /** what the upstream sent: the same again changes nothing */
  origin: string;
  actor: string | null;
  /** learnt from an answer: as long as it is a detail beside status and history, which no snapshot tells, none goes out for it */
  isLearnt?: true;
  /** @default inbound */
  via?: Via;
}
export interface AcceptInput {
  upstream: string;
  /** the upstream's words, with what kind of words they are */
  origin: Origin & { kind: string };
  actor: string;
  via: Via;
  /** how what is no valid dossier is put aside. @default `Intake.refuse` */
  refuse?: Intake['refuse'];
}

export interface IntakeOptions {
  ledger: Ledger;
  upstreams: readonly Pick<UpstreamBinding, 'id' | 'adapter' | 'config'>[];
  sources: readonly Pick<SourceBinding, 'id' | 'source' | 'config'>[];
  limits: { maxBytes: number; maxDepth: number };
  /** beside what adapters keep: what the gateway itself has put into a dossier, put back into a snapshot. Pure */
  keep?: (known: Dossier, incoming: Dossier) => Dossier;
  /** told once a change with exchanges is durable: wakes the delivery room */
  onPlanned?: () => void;
  /** told when the ledger failed to take something */
  onUnwritten?: (error: unknown) => void;
}

/** Quarantined input is cut to this many characters: it is kept for a person to read, not to be sent on. */
export const QUARANTINE_RAW_CHARS = 65_536;
const MAX_WARNINGS = 50;
/** No dossier has come so far: what is based on it is never recorded, but told of as a duplicate where it is one. */
const NEVER_SEQ = Number.MAX_SAFE_INTEGER;
/** How often another process may be faster: more than there ever are. */
const MOST_TRIES = 20;

export function createIntake(options: IntakeOptions): Intake {
  const { ledger, limits } = options;
  const sources = new Map<string, { source: SourceSpec; config: unknown }>(options.sources.map((s) => [s.id, s]));
  const plan = createPlanner(options.upstreams);
  const keepers = [
    ...options.upstreams.flatMap(({ id, adapter }) => (adapter.keep === undefined ? [] : [{ id, keep: adapter.keep }])),
    ...(options.keep === undefined ? [] : [{ id: '', keep: options.keep }]),
  ];

  async function written<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      options.onUnwritten?.(error);
      throw error;
    }
  }

  const refuse: Intake['refuse'] = async (input, raw, issues, dossierCode) => {
    const { id } = await written(ledger.quarantine({
      via: input.via,
      actor: input.actor,
      raw: raw.length > QUARANTINE_RAW_CHARS ? raw.slice(0, QUARANTINE_RAW_CHARS) : raw,
      issues,
      ...(dossierCode === undefined ? {} : { dossierCode }),
      ...(input.line === undefined ? {} : { line: input.line }),
    }));
    return { status: 'quarantined', quarantineId: id, issues, ...(dossierCode === undefined ? {} : { dossierCode }) };
  };

  /** All that can be done at once. What it leaves behind while the ledger works is the change and nothing else. */
  function prepare(input: IntakeInput): Prepared {
    const value = parse(input.raw, limits);
    if (!value.ok) return { issues: value.issues };
    const read = input.source === undefined ? canonical(value.value) : decode(value.value, sources.get(input.source));
    if (!read.ok) return { issues: read.issues, dossierCode: codeIn(value.value) };
    const { dossier, warnings } = read.value;
    try {
      const change: NewChange = {
        kind: 'dossier.snapshot',
        sourceSystem: dossier.sourceSystem,
        sourceId: dossier.sourceId,
        sourceUpdatedAt: dossier.sourceUpdatedAt === undefined ? null : (epochFromInstant(dossier.sourceUpdatedAt) ?? null),
        via: input.via,
        actor: input.actor,
        // A decoder always writes its fields in the same order; a caller may not.
        ...stateOf(input.source === undefined ? inCanonicalOrder(dossier) : dossier),
        warnings,
      };
      if (input.idempotencyKey !== undefined) change.idempotencyKey = input.idempotencyKey;
      return keepers.length === 0 ? { change } : { change, dossier };
    } catch (error) {
      return { issues: isValidationError(error) ? error.issues : [issue('LT-GATEWAY-PLAN-FAILED', '')], dossierCode: dossier.code };
    }
  }

  /** What the ledger keeps of a dossier, and what follows from it. */
  const stateOf = (dossier: Dossier, isDetail = false): Pick<NewChange, 'dossierCode' | 'body' | 'columns' | 'terms' | 'plans'> =>
    ({ dossierCode: dossier.code, body: JSON.stringify(dossier), columns: columnsOf(dossier), terms: termsOf(dossier), plans: plan(dossier).filter(({ coalesce }) => !(isDetail && coalesce)) });

  /** A dossier that an upstream brings, as a change. What other upstreams have told of it stays. */
  function accepted({ upstream, origin, actor, via }: AcceptInput, dossier: Dossier, known: Dossier | undefined): { change: NewChange; issues?: undefined } | { change?: undefined; issues: Issue[] } {
    const value = parse({ parsed: dossier }, limits);
    const read = value.ok ? canonical(value.value) : value;
    if (!read.ok) return { issues: read.issues };
    const { warnings } = read.value;
    try {
      const merged = known === undefined ? read.value.dossier : keepers.filter(({ id }) => id !== upstream).reduce((incoming, { keep }) => keep(known, incoming), read.value.dossier);
      const words = `accept ${origin.kind} ${wordsOf(origin)}`;
      return {
        change: {
          kind: 'dossier.snapshot', sourceSystem: merged.sourceSystem, sourceId: merged.sourceId, via, actor, warnings,
          sourceUpdatedAt: merged.sourceUpdatedAt === undefined ? null : (epochFromInstant(merged.sourceUpdatedAt) ?? null),
          ...stateOf(merged), origin: words,
          // By its key it is known again however much has happened to the dossier since.
          idempotencyKey: createHash('sha256').update(`${dossier.code}\0${words}`).digest('hex'),
        },
      };
    } catch (error) {
      return { issues: isValidationError(error) ? error.issues : [issue('LT-GATEWAY-PLAN-FAILED', '')] };
    }
  }

  /** The last of those who work on a dossier; never rejects. */
  const turns = new Map<string, Promise<void>>();

  /**
   * Read, work out, append. One after the other in the order in which they come: of many at once all but one would have worked for
   * nothing, again and again, and a source without times would see its last word overtaken.
   */
  function onto<T>(code: string, attempt: (known: DossierRow | undefined) => Promise<T | 'moved'>): Promise<T> {
    const before = turns.get(code);
    const mine = before === undefined ? untilItHolds(code, attempt) : before.then(() => untilItHolds(code, attempt));
    const over = mine.then(() => undefined, () => undefined).then(() => {
      if (turns.get(code) === over) turns.delete(code);
    });
    turns.set(code, over);
    return mine;
  }

  /** Again when the dossier is no longer the one that was read: another process was faster. */
  async function untilItHolds<T>(code: string, attempt: (known: DossierRow | undefined) => Promise<T | 'moved'>): Promise<T> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const done = await attempt(await ledger.getDossier(code));
      if (done !== 'moved') return done;
    }
    throw new LedgerError('LT-LEDGER-BUSY', code);
  }

  /** A snapshot of the province's system with what upstreams have told of the same dossier put back in. */
  async function takeKeeping(change: NewChange, incoming: Dossier): Promise<IntakeResult> {
    return onto(change.dossierCode, async (row) => {
      // Nothing to put back: it is new here, or its content has expired.
      if (row === undefined || row.body === '') return settle(ledger.append({ ...change, basedOn: row?.lastEventSeq ?? 0 }), change);
      const known = JSON.parse(row.body) as Dossier;
      const merged = keepers.reduce((dossier, { keep }) => keep(known, dossier), incoming);
      return settle(ledger.append({ ...change, ...(merged === incoming ? {} : { ...stateOf(merged), origin: change.body }), basedOn: row.lastEventSeq }), change);
    });
  }

  async function settle(appended: Promise<AppendResult>, { dossierCode, warnings }: Pick<NewChange, 'dossierCode' | 'warnings'>): Promise<IntakeResult | 'moved'> {
    const result = await written(appended);
    if (result.status === 'moved') return 'moved';
    if (result.status === 'conflict') return { status: 'conflict', eventId: result.eventId, dossierCode, warnings };
    if (result.exchanges > 0) options.onPlanned?.();
    return { status: result.status, eventId: result.eventId, eventSeq: result.eventSeq, exchanges: result.exchanges, dossierCode, warnings };
  }

  return {
    refuse,
    hasSource: (id) => sources.has(id),
    // Not an async function: its frame would keep the text, the parsed tree and the dossier of every line in work alive until
    // the commit, and the collector busy with moving them (a fifth of the CPU of an import).
    take(input) {
      let prepared: Prepared;
      try {
        prepared = prepare(input);
      } catch (error) {
        return Promise.reject(error as Error);
      }
      if ('issues' in prepared) return refuse(input, textOf(input.raw), prepared.issues, prepared.dossierCode);
      if (prepared.dossier !== undefined) return takeKeeping(prepared.change, prepared.dossier);
      // Only what was based on something can find it moved.
      return settle(ledger.append(prepared.change), { dossierCode: prepared.change.dossierCode, warnings: prepared.change.warnings }) as Promise<IntakeResult>;
    },
    change: (input, change) => onto<DossierChanged>(input.dossierCode, async (row) => {
      // What has expired can no longer be changed, as it can no longer be shown.
      if (row === undefined || row.body === '') return { status: 'no-dossier' };
      const known = JSON.parse(row.body) as Dossier;
      const changed = change(known);
      if (changed === undefined) return { status: 'unchanged', dossier: known };
      const checked = validateDossier(changed);
      if (!checked.ok) throw new ValidationError(checked.issues);
      const isDetail = input.isLearnt === true && !movesOn(known, checked.value);
      const result = await settle(ledger.append({
        kind: 'dossier.snapshot', sourceSystem: input.upstream, sourceId: known.sourceId, sourceUpdatedAt: null, via: input.via ?? 'inbound', actor: input.actor,
        ...stateOf(checked.value, isDetail), origin: input.origin, basedOn: row.lastEventSeq, warnings: [],
      }), { dossierCode: known.code, warnings: [] });
      if (result === 'moved') return 'moved';
      return { status: result.status === 'duplicate' ? 'duplicate' : 'changed', dossier: checked.value };
    }),
    accept: (input, dossier, replace) => onto<DossierTaken>(dossier.code, async (row) => {
      const known = row === undefined || row.body === '' ? undefined : (JSON.parse(row.body) as Dossier);
      const replaced = known === undefined || replace === undefined ? dossier : replace(known);
      const { change, issues } = accepted(input, replaced ?? dossier, known);
      if (change === undefined) {
        await (input.refuse ?? refuse)({ via: input.via, actor: input.actor }, rawOf(input.origin), issues, plainCode(dossier.code));
        return { status: 'refused', issues };
      }
      const result = await settle(ledger.append({ ...change, basedOn: replaced === undefined ? NEVER_SEQ : (row?.lastEventSeq ?? 0) }), change);
      if (result === 'moved') return replaced === undefined ? { status: 'known' } : 'moved';
      // The same words with another time of ours beside them are the same words.
      return { status: result.status === 'conflict' || result.status === 'quarantined' ? 'duplicate' : result.status };
    }),
  };
}

/** Words with papers inside are known again by their hash: the ledger holds them against others only, and takes none of tens of MB. */
const MOST_WORDS = 1_048_576;
/** What an upstream has said, in one text. */
export const wordsOf = ({ text, query = {} }: Origin): string =>
  `${text.length > MOST_WORDS ? `sha256:${createHash('sha256').update(text).digest('hex')}` : text} ${JSON.stringify(query)}`;
/** The same for a person to read. */
export const rawOf = ({ text, query = {} }: Origin): string => (text === '' ? JSON.stringify(query) : text);

/** Something that other systems are told of as well. */
const movesOn = (known: Dossier, changed: Dossier): boolean =>
  changed.status !== known.status || changed.subStatus !== known.subStatus || JSON.stringify(changed.history) !== JSON.stringify(known.history);

type Prepared = { change: NewChange; /** only where snapshots are merged */ dossier?: Dossier } | { issues: Issue[]; dossierCode?: string | undefined };
interface Read { dossier: Dossier; warnings: Issue[] }

function parse(raw: IntakeInput['raw'], limits: IntakeOptions['limits']): Checked<unknown> {
  // A value that an adapter has parsed passes the same gate as text: depth, NFC, characters that cannot be stored.
  const text = typeof raw === 'object' && 'parsed' in raw ? textOf(raw) : raw;
  return parseJson(text, { maxBytes: limits.maxBytes, maxDepth: limits.maxDepth });
}

function canonical(value: unknown): Checked<Read> {
  const checked = validateDossier(value);
  if (!checked.ok) return checked;
  return { ok: true, value: { dossier: checked.value, warnings: historyWarnings(checked.value) } };
}

function decode(value: unknown, binding: { source: SourceSpec; config: unknown } | undefined): Checked<Read> {
  if (binding === undefined) return { ok: false, issues: [issue('LT-GATEWAY-SOURCE-UNKNOWN')] };
  let decoded: Read;
  try {
    decoded = binding.source.decode(value, binding.config);
  } catch (error) {
    // An adapter's own mistake must not stop a file of thousands; the input is kept and the fault is named.
    return { ok: false, issues: isValidationError(error) ? error.issues : [issue('LT-GATEWAY-DECODE-FAILED', '')] };
  }
  // The decoder is trusted to translate, not to be right: what enters the ledger is valid (law 4).
  const checked = validateDossier(decoded.dossier);
  if (!checked.ok) return checked;
  return { ok: true, value: { dossier: checked.value, warnings: decoded.warnings.length > MAX_WARNINGS ? decoded.warnings.slice(0, MAX_WARNINGS) : decoded.warnings } };
}

/** History is taken as it happened; what is odd about it is a warning, never a refusal. */
function historyWarnings(dossier: Dossier): Issue[] {
  if (dossier.history.length === 0) return [];
  return checkHistory(dossier.history).slice(0, MAX_WARNINGS).map((f) => issue(f.code, `/history/${f.index}`, f.why, 'warning'));
}

function textOf(raw: IntakeInput['raw']): string {
  if (typeof raw === 'string') return raw;
  if (raw instanceof Uint8Array) return Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, QUARANTINE_RAW_CHARS * 2)).toString('utf8');
  try {
    return JSON.stringify(raw.parsed) ?? '';
  } catch {
    // A cycle, or nested beyond the stack: nothing that JSON could have carried.
    return '';
  }
}

/** The dossier number of refused input, when it is plainly there: it lets a person find the record. */
function codeIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return plainCode((value as { code?: unknown }).code);
}
const plainCode = (code: unknown): string | undefined => (typeof code === 'string' && /^[\w.\-/]{3,60}$/.test(code) ? code : undefined);
