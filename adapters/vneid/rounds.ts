/** What the judicial-record software is asked by the clock: results of what was handed over (L5), and certificates that are about to be withdrawn. Each dossier is its own affair. */
import type { AnyOperation, Round, RoundDeps } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { isValidationError } from '../../src/contract/validate.ts';
import type { Dossier, FileRef } from '../../src/model/canonical.ts';
import type { BackendState } from './backend/port.ts';
import { WAITS } from './codes.ts';
import type { VneidConfig } from './config.ts';
import { readResult } from './operations/read-result.ts';
import { isForHere, isIssued } from './route.ts';
import { msOf } from './steps.ts';
import { askedAgain, resolved, stateHeard, wentOverdue } from './heard.ts';
import { sha256 } from './values.ts';
import { instantFromEpoch } from '../../src/model/time.ts';

type Deps = RoundDeps<VneidConfig>;
/** What one dossier's turn came to. */
type Turn = 'told' | 'nothing' | 'failed';

const DAY_MS = 24 * 3_600_000;
/** Looked for this much longer than asked for, so that giving up is told of whatever the clock did meanwhile. */
const MARGIN_DAYS = 7;
/** How long after a withdrawal came its certificate is looked for. */
const RECHECK_DAYS = 30;

/** @param whenRefused what it comes to when the software answers that it has nothing to say of the dossier */
const stateOf = async (code: string, { run }: Deps, whenRefused?: BackendState): Promise<BackendState | undefined> => {
  const outcome = await run(readResult as unknown as AnyOperation, [{ code }]);
  if (outcome.kind === 'done') return outcome.value as BackendState;
  return outcome.kind === 'rejected' && outcome.issues.some(({ code: why }) => why === 'LT-VNEID-BACKEND-REFUSED') ? whenRefused : undefined;
};

/** The signed PDF, put away. */
async function kept({ certificate, content }: BackendState, { keepFile }: Deps): Promise<FileRef | undefined> {
  if (certificate === undefined || content === undefined) return undefined;
  return { name: 'PhieuLLTP.pdf', url: await keepFile(content, 'application/pdf'), size: content.length };
}

/** What an answer says, as it is known again by: the file's address stands for its content. */
const origin = (code: string, { content: _content, ...said }: BackendState, more: unknown): { text: string } => ({ text: JSON.stringify([code, said, more]) });

async function askFor(dossier: Dossier, deps: Deps): Promise<Turn> {
  const { config, now } = deps;
  const { code, judicialRecord } = dossier;
  const backend = judicialRecord?.backend;
  if (backend === undefined || backend.overdueAt !== undefined || !WAITS.has(dossier.status) || !isForHere(dossier, config)) return 'nothing';
  const at = instantFromEpoch(now());
  if (now() - msOf(backend.pushedAt) > config.backend.giveUpAfterDays * DAY_MS) {
    const { status } = await deps.changeDossier(code, { text: JSON.stringify([code, 'overdue', backend.pushedAt]) }, (known) => wentOverdue(known, at));
    if (status === 'changed') await deps.putAside({ text: JSON.stringify({ maHoSoMCDT: code }) }, [issue('LT-VNEID-RESULT-OVERDUE')], code);
    return status === 'changed' ? 'told' : 'nothing';
  }
  const heard = await stateOf(code, deps);
  if (heard === undefined) return 'failed';
  const file = heard.meaning === 'result' ? await kept(heard, deps) : undefined;
  if (heard.meaning === 'result' && (heard.certificate === undefined || file === undefined)) {
    const { status } = await deps.changeDossier(code, origin(code, heard, 'incomplete'), (known) => stateHeard(known, heard, at, config));
    // Told of once, not every quarter of an hour.
    if (status === 'changed') await deps.putAside({ text: JSON.stringify({ maHoSoMCDT: code, trangThaiXuLy: heard.state }) }, [issue('LT-VNEID-RESULT-INCOMPLETE')], code);
    return 'failed';
  }
  const change = file === undefined ? (known: Dossier) => stateHeard(known, heard, at, config) : (known: Dossier) => resolved(known, heard, file, at);
  const { status } = await deps.changeDossier(code, origin(code, heard, [file?.url, backend.submission]), change);
  return status === 'changed' ? 'told' : 'nothing';
}

/** A certificate that is withdrawn goes along with the withdrawal as it is now: issued anew, or as it was (2.10). */
async function askAgain(dossier: Dossier, deps: Deps): Promise<Turn> {
  const { config, now } = deps;
  const waiting = (dossier.judicialRecord?.revocations ?? []).filter(({ certificateAskedAt }) => certificateAskedAt === undefined);
  if (waiting.length === 0 || !isIssued(dossier) || !isForHere(dossier, config)) return 'nothing';
  // The software that has let go of the dossier has no newer certificate of it, and must not keep a withdrawal back.
  const heard = await stateOf(dossier.code, deps, { meaning: 'working' });
  if (heard === undefined) return 'failed';
  const file = await kept(heard, deps);
  const at = instantFromEpoch(now());
  const { status } = await deps.changeDossier(dossier.code, origin(dossier.code, heard, ['revoked', file?.url, sha256(JSON.stringify(waiting))]), (known) => askedAgain(known, heard, file, at));
  return status === 'changed' ? 'told' : 'nothing';
}

async function each(dossiers: AsyncIterable<Dossier>, deps: Deps, turn: (dossier: Dossier, deps: Deps) => Promise<Turn>, sum: { told: number; failed: number }): Promise<void> {
  for await (const dossier of dossiers) {
    if (deps.signal.aborted) return;
    let done: Turn;
    try {
      done = await turn(dossier, deps);
    } catch (error) {
      // What cannot be kept of one dossier is that dossier's; a ledger that fails is everybody's.
      if (!isValidationError(error)) throw error;
      await deps.putAside({ text: JSON.stringify({ maHoSoMCDT: dossier.code }) }, error.issues, dossier.code);
      done = 'failed';
    }
    if (done === 'told') sum.told += 1;
    if (done === 'failed') sum.failed += 1;
  }
}

export const pollResults: Round<VneidConfig> = {
  id: 'pollResults',
  title: { vi: 'Hỏi kết quả lý lịch tư pháp (L5)', en: 'Ask for judicial-record results (L5)' },
  everyMs: ({ backend }) => backend.pollEveryMs,
  async run(deps) {
    const { backend } = deps.config;
    const sum = { told: 0, failed: 0 };
    if (backend.kind === 'none') return sum;
    const had = new Set<string>();
    await each(deps.dossiersAfter('pushToBackend', deps.now() - (backend.giveUpAfterDays + MARGIN_DAYS) * DAY_MS), deps, async (dossier) => {
      had.add(dossier.code);
      const done = await askFor(dossier, deps);
      // A withdrawal whose own question was refused is found by its hand-over.
      return done === 'nothing' ? askAgain(dossier, deps) : done;
    }, sum);
    await each(deps.dossiersAfter('readResult', deps.now() - RECHECK_DAYS * DAY_MS), deps, async (dossier) => (had.has(dossier.code) ? 'nothing' : askAgain(dossier, deps)), sum);
    return sum;
  },
};

export const rounds: Round<VneidConfig>[] = [pollResults];
