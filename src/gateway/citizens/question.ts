/** The body of a question about a citizen, read into what a database is asked. */
import type { CitizenQuestion } from '../../adapter/citizens.ts';
import { issue } from '../../contract/errors/issue.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { isCitizenId12, isCmnd9 } from '../../model/identity.ts';
import { endOfLocalDay, epochFromInstant, localParts, startOfLocalDay } from '../../model/time.ts';
import { ProblemError } from '../problem.ts';

export interface QuestionBody {
  citizenId?: string;
  oldId?: string;
  fullName: string;
  birthDate?: string;
  birthYear?: string;
  purpose: string;
  dossierCode?: string;
  officer: string;
  upstream?: string;
}

/** @throws ProblemError LT-CITIZEN-QUESTION with every issue; none holds a value */
export function questionOf(body: QuestionBody, nowMs: number): Omit<CitizenQuestion, 'requestId'> & { officer: string } {
  const { citizenId, oldId, birthDate, birthYear, officer } = body;
  const fullName = body.fullName.normalize('NFC').trim();
  const issues: Issue[] = [];
  if ((citizenId === undefined) === (oldId === undefined)) issues.push(issue('LT-INPUT-REQUIRED', '/citizenId', { vi: 'cần đúng một trong citizenId và oldId', en: 'exactly one of citizenId and oldId' }));
  if (!/\p{L}/u.test(fullName)) issues.push(issue('LT-INPUT-PATTERN', '/fullName'));
  if (birthDate !== undefined && birthYear !== undefined) issues.push(issue('LT-INPUT-UNKNOWN-FIELD', '/birthYear', { vi: 'chỉ một trong birthDate và birthYear', en: 'only one of birthDate and birthYear' }));
  if (birthDate !== undefined && !hasPassed(startOfLocalDay(birthDate), nowMs)) issues.push(issue('LT-INPUT-DATE', '/birthDate'));
  if (birthYear !== undefined && (Number(birthYear) > localParts(nowMs).year || endOfLocalDay(`${birthYear}-12-31`) === undefined)) issues.push(issue('LT-INPUT-DATE', '/birthYear'));
  if (issues.length > 0) throw new ProblemError('LT-CITIZEN-QUESTION', { issues });
  const birth = birthDate ?? birthYear;
  return {
    ...(isCitizenId12(citizenId) ? { citizenId } : {}), ...(isCmnd9(oldId) ? { oldId } : {}),
    fullName, officer, ...(birth === undefined ? {} : { birth }),
  };
}

const hasPassed = (instant: string | undefined, nowMs: number): boolean => instant !== undefined && (epochFromInstant(instant) ?? Number.POSITIVE_INFINITY) <= nowMs;
