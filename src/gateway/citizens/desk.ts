/**
 * Asks a population database on behalf of an officer. Every question is on the ledger's chain before it goes out, and what became of it after:
 * who asked, through which key, why, by which rule, for which dossier, about whom (a keyed hash and a number with its middle hidden) — never what
 * the database answered. What cannot be recorded is not asked, and not handed out.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Connection } from '../../adapter/client.ts';
import type { CitizenQuestion } from '../../adapter/citizens.ts';
import type { AnyOperation, Outcome } from '../../adapter/types.ts';
import { validateCitizenVerification } from '../../contract/canonical.ts';
import type { Issue } from '../../contract/errors/types.ts';
import type { Protection } from '../../delivery/protection.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { CitizenRecord, CitizenVerification } from '../../model/canonical.ts';
import { searchKey } from '../../model/text.ts';
import type { CitizensConfig } from '../config.ts';
import type { MakeDossierDeps } from '../dossier-deps.ts';
import { guardedCall } from '../guarded-call.ts';
import type { Logger } from '../log.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { ProblemError } from '../problem.ts';
import { createAnswerCache, type Told } from './cache.ts';
import { marked } from './mark.ts';

export type CitizenAct = 'verify' | 'lookUp';
/** Who asks for what. `question` is checked already. */
export interface CitizenAsked {
  act: CitizenAct;
  question: Omit<CitizenQuestion, 'requestId'> & { officer: string };
  purpose: string;
  dossierCode?: string;
  /** configured name of the database; may be left out where there is one */
  upstream?: string;
  /** name of the API key */
  caller: string;
  /** of our own HTTP call, for the logs */
  callId: string;
}
export interface CitizenAnswered { requestId: string; upstream: string; isFromCache: boolean; answer: CitizenVerification; /** what somebody should look at before the answer is used; without values */ warnings: readonly Issue[] }

export interface CitizenDeskOptions {
  config: CitizensConfig;
  /** absent with `protection`: in a process that makes no calls nothing can be asked */
  connections?: ReadonlyMap<string, Connection> | undefined;
  protection?: Pick<Protection, 'admit' | 'isHeld' | 'policy'> | undefined;
  metrics: Pick<GatewayMetrics, 'attempt'>;
  ledger: Pick<Ledger, 'act' | 'seal' | 'getDossier'>;
  dossierDeps: MakeDossierDeps;
  logger: Logger;
  now: () => number;
  /** told when the ledger failed to take a record */
  onUnwritten: (error: unknown) => void;
}
/** Throws ProblemError LT-CITIZEN-… and LT-GATEWAY-DOSSIER-UNKNOWN. */
export interface CitizenDesk {
  ask(asked: CitizenAsked): Promise<CitizenAnswered>;
  /** the gateway has waited long enough: what is asked is cut, and nothing more is asked */
  stop(): void;
}

interface Database { upstream: string; connection: Connection; operation: AnyOperation }

/** `099******123`: enough for a person to know it again, too little to be it. */
export const maskedNumber = (number: string): string => number.slice(0, 3) + '*'.repeat(Math.max(0, number.length - 6)) + number.slice(-3);

/** What an inspector compares a number with. The ledger's key is in it: without that nobody can try all numbers. @returns hex */
export const citizenHash = (ledger: Pick<Ledger, 'seal'>, number: string): Promise<string> => ledger.seal(createHash('sha256').update(`citizen\0${number}`).digest('hex'));

export function createCitizenDesk(options: CitizenDeskOptions): CitizenDesk {
  const { config, connections = new Map<string, Connection>(), protection, ledger, logger, metrics, now } = options;
  const databases = protection === undefined ? [] : [...connections].filter(([, { adapter }]) => adapter.citizens !== undefined);
  const stopping = new AbortController();
  const cache = createAnswerCache({ ttlMs: config.cacheSeconds * 1000, now });

  async function recorded(kind: 'citizen.asked' | 'citizen.answered', by: string, content: Record<string, unknown>): Promise<number> {
    try {
      return (await ledger.act({ kind, by, content }, now())).seq;
    } catch (error) {
      options.onUnwritten(error);
      throw new ProblemError('LT-CITIZEN-AUDIT', { retryAfterSeconds: 10 });
    }
  }

  function databaseOf(asked: CitizenAsked): Database {
    const found = asked.upstream === undefined ? (databases.length === 1 ? databases[0] : undefined) : databases.find(([id]) => id === asked.upstream);
    const operation = found?.[1].adapter.operations[found[1].adapter.citizens?.[asked.act] ?? ''];
    if (found === undefined || operation === undefined) throw new ProblemError('LT-CITIZEN-UPSTREAM', { extra: { upstreams: databases.map(([id]) => id) } });
    return { upstream: found[0], connection: found[1], operation };
  }

  async function checkDossier({ purpose, dossierCode }: CitizenAsked): Promise<void> {
    if (dossierCode === undefined) {
      if (config.purposes[purpose]?.dossierRequired === true) throw new ProblemError('LT-CITIZEN-PURPOSE', { extra: { dossierRequired: true } });
    } else if ((await ledger.getDossier(dossierCode)) === undefined) throw new ProblemError('LT-GATEWAY-DOSSIER-UNKNOWN');
  }

  return {
    async ask(asked) {
      const { act, question, purpose, dossierCode, caller, callId } = asked;
      if (databases.length === 0 || Object.keys(config.purposes).length === 0) throw new ProblemError('LT-CITIZEN-OFF');
      const reason = config.purposes[purpose];
      if (reason === undefined) throw new ProblemError('LT-CITIZEN-PURPOSE');
      const database = databaseOf(asked);
      const { upstream, operation } = database;
      await checkDossier(asked);

      const number = question.citizenId ?? question.oldId ?? '';
      const requestId = randomUUID();
      // The whole matter: what one officer learnt for one dossier is no answer to another's question.
      const key = JSON.stringify([upstream, act, question.citizenId, question.oldId, question.fullName, question.birth, question.officer, purpose, dossierCode, caller]);
      const known = cache.get(key);
      // In both records, so that each is found by itself.
      const subject = { requestId, officer: question.officer, ...(dossierCode === undefined ? {} : { dossierCode }), citizen: { hash: await citizenHash(ledger, number), masked: maskedNumber(number) } };
      const seq = await recorded('citizen.asked', caller, { ...subject, act, upstream, purpose, legalBasis: reason.legalBasis });
      const tell = (outcome: string, code: string | null) => logger.info({ requestId: callId, upstream, operation: operation.id, caller, outcome, code, ...(dossierCode === undefined ? {} : { dossierCode }) }, 'citizen asked');
      const outcome = known === undefined ? await asking(database, { ...question, requestId }) : undefined;
      const read = outcome?.kind === 'done' ? toldBy(act, outcome, question) : known;
      const problem = read === undefined && outcome !== undefined ? problemOf(outcome) : undefined;
      const said = read?.answer.outcome ?? outcome?.kind ?? 'rejected';
      await recorded('citizen.answered', caller, { ...subject, asked: seq, outcome: said, code: problem?.code ?? null, fromCache: known !== undefined });
      tell(said, problem?.code ?? null);
      if (read === undefined) throw problem ?? new ProblemError('LT-CITIZEN-ANSWER');
      if (known === undefined) cache.put(key, read);
      if (dossierCode !== undefined) await mark(upstream, dossierCode, requestId);
      return { requestId, upstream, isFromCache: known !== undefined, ...read };
    },
    stop: () => stopping.abort(),
  };

  /** What an adapter's own mistake makes of it is an answer that nobody can use. */
  async function asking({ upstream, connection, operation }: Database, question: CitizenQuestion): Promise<Outcome> {
    try {
      if (protection === undefined) throw new ProblemError('LT-CITIZEN-OFF');
      return await guardedCall({ upstream, connection, protection, signal: stopping.signal, now, kind: 'citizen', waits: 'LT-CITIZEN-WAITS', observe: (attempt) => metrics.attempt(attempt) }, operation, [question]);
    } catch (error) {
      logger.error({ err: error, upstream, operation: operation.id }, 'citizen not asked');
      return { kind: 'done', value: null };
    }
  }

  /** The answer was given and is recorded; a dossier that cannot be marked now is marked with the next question. */
  async function mark(upstream: string, dossierCode: string, requestId: string): Promise<void> {
    const deps = options.dossierDeps({ upstream, kind: 'citizens', via: 'inbound', config: undefined });
    try {
      await deps.changeDossier(dossierCode, { text: requestId }, (dossier) => marked(dossier, config.databaseCode));
    } catch (error) {
      logger.error({ err: error, upstream, dossierCode }, 'dossier not marked');
    }
  }
}

const nameKey = (name: string): string => searchKey(name).replace(/[^\p{L}\p{N}]/gu, '');
/** The database answers for the name and the birth that it was asked for; what stands before it may not. Years alone where one side has no day. */
function fits({ fullName, birthDate = '' }: CitizenRecord, { fullName: asked, birth = '' }: Pick<CitizenQuestion, 'fullName' | 'birth'>): boolean {
  const length = Math.min(birthDate.length, birth.length);
  return nameKey(fullName) === nameKey(asked) && birthDate.slice(0, length) === birth.slice(0, length);
}

function toldBy(act: CitizenAct, outcome: Extract<Outcome, { kind: 'done' }>, asked: Omit<CitizenQuestion, 'requestId'>): Told | undefined {
  const answer = answerOf(act, outcome.value, asked);
  return answer === undefined ? undefined : { answer, warnings: outcome.warnings ?? [] };
}

/** The answer in the canonical form; undefined for what is none, or is about somebody else. */
function answerOf(act: CitizenAct, value: unknown, asked: Omit<CitizenQuestion, 'requestId'>): CitizenVerification | undefined {
  const record = value as CitizenRecord | undefined;
  const whole = act === 'verify' ? value : record === undefined ? { outcome: 'NOT_FOUND' } : { outcome: 'MATCH', record };
  const checked = validateCitizenVerification(whole);
  if (!checked.ok) return undefined;
  const found = checked.value.record;
  if (found === undefined) return checked.value;
  const isOther = (there: string | undefined, wanted: string | undefined): boolean => there !== undefined && wanted !== undefined && there !== wanted;
  if (isOther(found.citizenId, asked.citizenId) || isOther(found.oldId, asked.oldId)) return undefined;
  return fits(found, asked) ? checked.value : { ...checked.value, outcome: 'MISMATCH' };
}

function problemOf(outcome: Outcome): ProblemError {
  if (outcome.kind === 'done') return new ProblemError('LT-CITIZEN-ANSWER');
  if (outcome.kind === 'rejected') return new ProblemError('LT-CITIZEN-REFUSED', { issues: outcome.issues });
  const wait = outcome.kind === 'retry' && outcome.retryAfterMs !== undefined ? Math.ceil(outcome.retryAfterMs / 1000) : 30;
  return new ProblemError('LT-CITIZEN-UNAVAILABLE', { issues: [outcome.issue], retryAfterSeconds: wait });
}
