/** From a recorded call back to the question that makes it. A name stays in the form in which it was written: written again it is the same. */
import type { CitizenQuestion } from '../../src/adapter/citizens.ts';
import type { ReadCall, WireCall } from '../../src/adapter/types.ts';
import { isDate } from '../../src/model/civil-date.ts';
import { isRest, type DancuConfig } from './config.ts';
import { RELATIVES_ELEMENT, VERIFY_ELEMENT } from './elements.ts';
import type { ChangesQuestion } from './encode.ts';
import { readJsonQuestion, readSoap, type Question } from './question.ts';

/** `19900214`, `1990-02-14` → `1990-02-14` */
function birthOf({ nam, ngayThangNam = '' }: Question): string | undefined {
  const day = ngayThangNam.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  return isDate(day) ? day : nam || undefined;
}

function operationOf({ form, element }: Question): string {
  if (form === 'changes') return 'listChanges';
  if (element === RELATIVES_ELEMENT) return 'verifyRelatives';
  return element.startsWith(VERIFY_ELEMENT) ? 'verifyCitizen' : 'lookUpCitizen';
}

/** @returns `undefined` for a message that no document allows, and for a login */
export function readCall({ method, path, body }: WireCall, config: DancuConfig): ReadCall | undefined {
  if (method !== 'POST' || !Object.values(config.paths).some((own) => path.endsWith(own))) return undefined;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  const read = isRest(config.transport) ? readJsonQuestion(text) : readSoap(text);
  if (read === undefined) return undefined;
  const requestId = read.requestId.startsWith(config.requestPrefix) ? read.requestId.slice(config.requestPrefix.length) : read.requestId;
  const officer = read.officer === '' ? {} : { officer: read.officer };
  const operation = operationOf(read);
  if (operation === 'listChanges') {
    const { from = 0, to = 0, page = 1, pageSize = 1, kind } = read;
    return { operation, inputs: [{ requestId, from, to, page, pageSize, ...officer, ...(kind === undefined ? {} : { kind }) } satisfies ChangesQuestion] };
  }
  const birth = birthOf(read);
  const question = {
    requestId, fullName: read.hoVaTen ?? '', ...officer, ...(birth === undefined ? {} : { birth }),
    ...(read.soDinhDanh ? { citizenId: read.soDinhDanh } : {}), ...(read.soCMND ? { oldId: read.soCMND } : {}),
  } as CitizenQuestion;
  return { operation, inputs: [question] };
}
