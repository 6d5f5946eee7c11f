/** The messages of judicial records as types and checks, from the one generated source (schemas/upstream/vneid.openapi.yaml). */
import { checkWith } from '../../src/contract/check.ts';
import type { Validate } from '../../src/contract/validate.ts';
import type { components } from './generated/types.ts';
import * as compiled from './generated/validators.js';

type Schemas = components['schemas'];
export type PushRequest = Schemas['GuiHoSoBtpRequest'];
export type PushDeclaration = Schemas['ToKhaiBtp'];
export type PushAddress = Schemas['DiaChiBtp'];
export type PushAnswer = Schemas['TraLoiGuiBtp'];
export type ResultRequest = Schemas['KetQuaBtpRequest'];
export type ResultAnswer = Schemas['TraLoiKetQuaBtp'];
export type StatusRequest = Schemas['TrangThaiRequest'];
export type StatusAnswer = Schemas['TraLoiVneid'];
/** `ketQuaXuLy` as VNeID gets it. */
export type WireCertificate = Schemas['KetQuaXuLy'];

export const createRequest: Validate<unknown> = checkWith<unknown>(compiled.TaoHoSoRequest as never);
export const codeQuery: Validate<unknown> = checkWith<unknown>(compiled.LayMaHoSoQuery as never);
export const pushRequest: Validate<PushRequest> = checkWith(compiled.GuiHoSoBtpRequest);
export const pushAnswer: Validate<PushAnswer> = checkWith<PushAnswer>(compiled.TraLoiGuiBtp as never);
export const resultRequest: Validate<ResultRequest> = checkWith(compiled.KetQuaBtpRequest);
export const resultAnswer: Validate<ResultAnswer> = checkWith<ResultAnswer>(compiled.TraLoiKetQuaBtp as never);
export const statusRequest: Validate<StatusRequest> = checkWith(compiled.TrangThaiRequest);
export const statusAnswer: Validate<StatusAnswer> = checkWith<StatusAnswer>(compiled.TraLoiVneid as never);
