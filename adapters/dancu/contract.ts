/** The messages as types and checks, from the one generated source (schemas/upstream/dancu.openapi.yaml). */
import { checkWith } from '../../src/contract/check.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Validate } from '../../src/contract/validate.ts';
import type { components } from './generated/types.ts';
import * as compiled from './generated/validators.js';

type Schemas = components['schemas'];
export type LookUpRequest = Schemas['LookUpRequest'];
export type VerifyRequest = Schemas['VerifyRequest'];
export type RelativesRequest = Schemas['RelativesRequest'];
export type ChangesRequest = Schemas['ChangesRequest'];
export type WrappedLookUpRequest = Schemas['WrappedLookUpRequest'];
export type FlatLookUpRequest = Schemas['FlatLookUpRequest'];
export type CongDan = Schemas['CongDan'];
export type CongdanCollection = Schemas['CongdanCollection'];
export type HoVaTen = Schemas['HoVaTen'];
export type DiaChi = Schemas['DiaChi'];
export type NhanThan = Schemas['NhanThan'];
export type KetQuaXacThuc = Schemas['KetQuaXacThuc'];
export type NhanThanResponse = Schemas['NhanThanResponse'];

/** A look-up in the words of whichever transport. */
export type AnyLookUp = LookUpRequest | WrappedLookUpRequest | FlatLookUpRequest;
/** A verification: by the service of its own, in either form, or by a look-up. */
export type AnyVerify = VerifyRequest | AnyLookUp;
/** What a verification is answered with: a truth value, or the record where it was asked as a look-up. */
export type VerifyAnswer = KetQuaXacThuc | CongdanCollection;

const lookUp: Validate<LookUpRequest> = checkWith(compiled.LookUpRequest);
const wrapped: Validate<WrappedLookUpRequest> = checkWith(compiled.WrappedLookUpRequest);
const flat: Validate<FlatLookUpRequest> = checkWith(compiled.FlatLookUpRequest);
const verify: Validate<VerifyRequest> = checkWith(compiled.VerifyRequest);

/** Field names tell the messages apart: each has one that no other has. */
export const componentOf = (request: unknown): 'LookUpRequest' | 'VerifyRequest' | 'RelativesRequest' | 'ChangesRequest' | 'WrappedLookUpRequest' | 'FlatLookUpRequest' => {
  const fields = isRecord(request) ? request : {};
  if ('userNameService' in fields) return 'FlatLookUpRequest';
  if ('maYeuCau' in fields) return 'WrappedLookUpRequest';
  if ('TuNgay' in fields) return 'ChangesRequest';
  if ('MaDichVu' in fields) return 'VerifyRequest';
  return typeof fields['NgayThangNamSinh'] === 'string' ? 'RelativesRequest' : 'LookUpRequest';
};
export const lookUpRequest: Validate<AnyLookUp> = (value) => {
  const component = componentOf(value);
  return component === 'FlatLookUpRequest' ? flat(value) : component === 'WrappedLookUpRequest' ? wrapped(value) : lookUp(value);
};
export const verifyRequest: Validate<AnyVerify> = (value) => (componentOf(value) === 'VerifyRequest' ? verify(value) : lookUpRequest(value));
export const relativesRequest: Validate<RelativesRequest> = checkWith(compiled.RelativesRequest);
export const changesRequest: Validate<ChangesRequest> = checkWith(compiled.ChangesRequest);

export const collection: Validate<CongdanCollection> = checkWith(compiled.CongdanCollection);
const exists: Validate<KetQuaXacThuc> = checkWith(compiled.KetQuaXacThuc);
export const isCollection = (answer: unknown): answer is CongdanCollection => isRecord(answer) && Array.isArray(answer['CongDan']);
export const verifyAnswer: Validate<VerifyAnswer> = (value) => (isCollection(value) ? collection(value) : exists(value));
export const relativesAnswer: Validate<NhanThanResponse> = checkWith(compiled.NhanThanResponse);
