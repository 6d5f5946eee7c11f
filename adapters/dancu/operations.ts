/** What the population database can be asked (fact sheet 4.1). All are reads: nothing is planned, kept or repeated beyond the call. */
import type { CitizenQuestion, LookUpCitizen, VerifyCitizen } from '../../src/adapter/citizens.ts';
import { defineOperation } from '../../src/adapter/define.ts';
import type { CitizenRecord, CitizenVerification } from '../../src/model/canonical.ts';
import { classifyChanges, classifyLookUp, classifyRelatives, classifyVerify } from './classify.ts';
import type { DancuConfig } from './config.ts';
import {
  changesRequest, collection, componentOf, lookUpRequest, relativesAnswer, relativesRequest, verifyAnswer, verifyRequest,
  type AnyLookUp, type AnyVerify, type ChangesRequest, type CongdanCollection, type NhanThanResponse, type RelativesRequest, type VerifyAnswer,
} from './contract.ts';
import { decodeChanges, decodeLookUp, decodeRelatives, decodeVerify, type CitizenChanges, type CitizenRelatives } from './decode.ts';
import { encodeChanges, encodeLookUp, encodeRelatives, encodeVerify, type ChangesQuestion } from './encode.ts';

const ASKED_AGAIN = { kind: 'natural-key', why: { vi: 'Lời hỏi không đổi gì ở cơ sở dữ liệu; hỏi lại được.', en: 'A question changes nothing at the database and may be asked again.' } } as const;
const read = { access: 'read', idempotency: ASKED_AGAIN, ordering: 'none', coalesce: 'never', batch: { max: 1 } } as const;

/** A truth value answers the service of verification, a record answers a look-up; MaTichHop of the service and of the look-up cannot be told apart by form, the configuration can. */
const howAsked = (request: unknown, config: DancuConfig | undefined): 'service' | 'look-up' => config?.verification.by ?? (componentOf(request) === 'VerifyRequest' ? 'service' : 'look-up');

const lookUpCitizen: LookUpCitizen<AnyLookUp, CongdanCollection, DancuConfig> = defineOperation<CitizenQuestion, AnyLookUp, CongdanCollection, CitizenRecord | undefined, DancuConfig>({
  ...read,
  id: 'lookUpCitizen',
  title: { vi: 'Tra cứu thông tin công dân', en: 'Look up a citizen' },
  request: lookUpRequest,
  response: collection,
  encode: ([question], { config }) => encodeLookUp(question as CitizenQuestion, config),
  classify: (result, request, config) => classifyLookUp(result, request, config),
  decode: (response, [question], { config, warn }) => decodeLookUp(response, question, config, warn),
});

const verifyCitizen: VerifyCitizen<AnyVerify, VerifyAnswer, DancuConfig> = defineOperation<CitizenQuestion, AnyVerify, VerifyAnswer, CitizenVerification, DancuConfig>({
  ...read,
  id: 'verifyCitizen',
  title: { vi: 'Xác thực thông tin công dân', en: 'Verify a citizen' },
  request: verifyRequest,
  response: verifyAnswer,
  encode: ([question], { config, warn }) => encodeVerify(question as CitizenQuestion, config, warn),
  classify: (result, request, config) => classifyVerify(result, request, howAsked(request, config), config),
  decode: (response, [question]) => decodeVerify(response, question),
});

const verifyRelatives = defineOperation<CitizenQuestion, RelativesRequest, NhanThanResponse, CitizenRelatives, DancuConfig>({
  ...read,
  id: 'verifyRelatives',
  title: { vi: 'Xác minh thông tin nhân thân', en: 'Ask for the relatives of a citizen' },
  request: relativesRequest,
  response: relativesAnswer,
  encode: ([question], { config }) => encodeRelatives(question as CitizenQuestion, config),
  classify: (result, request, config) => classifyRelatives(result, request, config),
  decode: (response, _questions, { config, warn }) => decodeRelatives(response, config, warn),
});

const listChanges = defineOperation<ChangesQuestion, ChangesRequest, CongdanCollection, CitizenChanges, DancuConfig>({
  ...read,
  id: 'listChanges',
  title: { vi: 'Danh sách công dân có biến động', en: 'List citizens whose records changed' },
  request: changesRequest,
  response: collection,
  encode: ([question], { config }) => encodeChanges(question as ChangesQuestion, config),
  classify: (result, _request, config) => classifyChanges(result, config),
  decode: (response, _questions, { config, warn }) => decodeChanges(response, config, warn),
});

export const operations = { lookUpCitizen, verifyCitizen, verifyRelatives, listChanges };
