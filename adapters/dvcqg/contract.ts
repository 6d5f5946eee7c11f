/** The portal's payloads as types and checks, from the one generated source (schemas/upstream/dvcqg.openapi.yaml). */
import { checkWith } from '../../src/contract/check.ts';
import type { Validate } from '../../src/contract/validate.ts';
import type { components } from './generated/types.ts';
import * as compiled from './generated/validators.js';

type Schemas = components['schemas'];
export type HoSo2020 = Schemas['HoSo2020'];
export type HoSo2023 = Schemas['HoSo2023'];
export type HoSo = HoSo2020 | HoSo2023;
export type TienDo = Schemas['TienDo'];
export type LePhi = Schemas['LePhi'];
export type HoSoBoSung = Schemas['HoSoBoSung'];
export type TepDinhKemKhac = Schemas['TepDinhKemKhac'];
export type PhanHoi = Schemas['PhanHoi'];
export type SyncRequest = Schemas['DongBoHoSoMCRequest'];
export type ProgressRequest = Schemas['CapNhatTienDoHoSoMCRequest'];
export type LookupRequest = Schemas['TraCuuHoSoRequest'];
export type StatusRequest = Schemas['DongBoTrangThaiHoSoRequest'];

/**
 * Where the session will stand in an outgoing body. The session belongs to the line, not to the message: the same message
 * is replayed under a fresh session, and what the ledger hashes must not change with it.
 */
export const SESSION_SLOT = '-';

const v2020 = checkWith(compiled.DongBoHoSoMC2020Request);
const v2023 = checkWith(compiled.DongBoHoSoMC2023Request);

/** NgayNopHoSo is required in 2023+ and unknown before: it tells the generations apart without trying both. */
function looksLike2023(value: unknown): boolean {
  const data = (value as { data?: unknown } | null)?.data;
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  return typeof first === 'object' && first !== null && Object.hasOwn(first, 'NgayNopHoSo');
}

export const syncRequest: Validate<SyncRequest> = (value) => (looksLike2023(value) ? v2023(value) : v2020(value));
export const progressRequest: Validate<ProgressRequest> = checkWith(compiled.CapNhatTienDoHoSoMCRequest);
export const statusRequest: Validate<StatusRequest> = checkWith(compiled.DongBoTrangThaiHoSoRequest);
export const lookupRequest: Validate<LookupRequest> = checkWith(compiled.TraCuuHoSoRequest);
export const searchCallRequest: Validate<unknown> = checkWith<unknown>(compiled.SearchCallRequest as never);
