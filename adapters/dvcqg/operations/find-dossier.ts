/** TraCuuHoSo: is this dossier there? Exists, absent, or not known: a failure is never read as absent (fact sheet 6.2). */
import { issue } from '../../../src/contract/errors/issue.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { meaningOf, readEnvelope, textOf } from '../answer.ts';
import { classifyAnswer, type Classified } from '../classify.ts';
import { lookupRequest, type LookupRequest, type PhanHoi } from '../contract.ts';
import { TraCuuHoSoResponse } from '../generated/validators.js';
import { check, defineRead, head } from './common.ts';

export interface FindDossierInput { code: string }
export interface FoundDossier {
  exists: boolean;
  /** TrangThaiHoSo as the portal shows it, where it does: the shape of its items is not documented */
  status?: string;
}

const unclear = (): Classified<PhanHoi> => ({ kind: 'unknown', issue: issue('LT-DVCQG-LOOKUP-UNCLEAR') });
const absent: Classified<PhanHoi> = { kind: 'accepted', response: { error_code: 0, result: [] } };

/** The list inside `result`, whatever it holds; `undefined` when there is none. */
function listIn(result: unknown): unknown[] | undefined {
  if (Array.isArray(result)) return result;
  const data = isRecord(result) ? result['data'] : undefined;
  return Array.isArray(data) ? data : undefined;
}

/** Items that name another dossier do not answer the question. */
const isOther = (item: unknown, code: string): boolean => isRecord(item) && textOf(item['MaHoSo']) !== '' && textOf(item['MaHoSo']) !== code;

export function classifyLookup(result: WireResult, request: LookupRequest): Classified<PhanHoi> {
  const answer = classifyAnswer<PhanHoi>(result, 'read');
  if (answer.kind === 'rejected') {
    const [first] = answer.issues;
    if (first?.code === 'LT-DVCQG-ABSENT') return absent;
    // An error that nobody explains says nothing about the dossier.
    return first?.code === 'LT-DVCQG-REFUSED' || first?.code === 'LT-DVCQG-EXISTS' ? { kind: 'unknown', issue: first } : answer;
  }
  if (answer.kind !== 'accepted') return answer;
  const list = listIn(answer.response.result);
  if (list === undefined) return result.kind === 'response' && meaningOf(readEnvelope(result.body)?.message) === 'absent' ? absent : unclear();
  if (list.length === 0) return absent;
  const same = list.filter((item) => !isOther(item, request.mahoso));
  return same.length === 0 ? unclear() : { kind: 'accepted', response: { error_code: 0, result: same } as PhanHoi };
}

export const findDossier = defineRead<FindDossierInput, LookupRequest, PhanHoi, FoundDossier>({
  id: 'findDossier',
  title: { vi: 'Tra cứu hồ sơ trên Cổng DVCQG', en: 'Look a dossier up at the national portal' },
  request: lookupRequest,
  response: check<PhanHoi>(TraCuuHoSoResponse as never),
  encode: ({ code }, config) => ({ ...head(config, 'TraCuuHoSo'), mahoso: code }),
  classify: classifyLookup,
  decode(response) {
    const [first] = listIn(response.result) ?? [];
    const status = isRecord(first) ? textOf(first['TrangThaiHoSo']) : '';
    return { exists: first !== undefined, ...(status === '' ? {} : { status }) };
  },
});
