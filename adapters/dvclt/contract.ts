/** The messages as types and checks, from the one generated source (schemas/upstream/dvclt.openapi.yaml). */
import { checkWith } from '../../src/contract/check.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import type { Validate } from '../../src/contract/validate.ts';
import type { components } from './generated/types.ts';
import * as compiled from './generated/validators.js';

type Schemas = components['schemas'];
export type ListResponse = Schemas['DanhSachResponse'];
export type WaitingRow = Schemas['HoSoCho'];
export type DetailResponse = Schemas['ChiTietResponse'];
export type DetailLevel2 = Schemas['ChiTietMuc2'];
export type WireFile = Schemas['FileDinhKem'];
export type AcknowledgeRequest = Schemas['DaNhanRequest'];
export type PushRequest = Schemas['DangKyRequest'];
export type PushFile = Schemas['FileGui'];
export type ResultsRequest = Schemas['KetQuaRequest'];
export type ResultsResponse = Schemas['KetQuaResponse'];
export type ResultRow = Schemas['DongKetQua'];
export type StatusRequest = Schemas['TrangThaiRequest'];

export const waitingRow: Validate<WaitingRow> = checkWith<WaitingRow>(compiled.HoSoCho as never);
export const listResponse: Validate<ListResponse> = checkWith<ListResponse>(compiled.DanhSachResponse as never);
export const detailResponse: Validate<DetailResponse> = checkWith<DetailResponse>(compiled.ChiTietResponse as never);
export const detailLevel2: Validate<DetailLevel2> = checkWith<DetailLevel2>(compiled.ChiTietMuc2 as never);
export const acknowledgeRequest: Validate<AcknowledgeRequest> = checkWith(compiled.DaNhanRequest);
export const pushRequest: Validate<PushRequest> = checkWith(compiled.DangKyRequest);
export const resultsRequest: Validate<ResultsRequest> = checkWith(compiled.KetQuaRequest);
export const resultRow: Validate<ResultRow> = checkWith<ResultRow>(compiled.DongKetQua as never);
export const resultsResponse: Validate<ResultsResponse> = checkWith<ResultsResponse>(compiled.KetQuaResponse as never);
export const statusRequest: Validate<StatusRequest> = checkWith(compiled.TrangThaiRequest);

/** What stands in the texts of K5 and K7, checked before it goes, by module and variant. */
export const INSIDE = {
  'three-level': { BIRTH: checkWith(compiled.DuLieuKhaiSinh), DEATH: checkWith(compiled.DuLieuKhaiTu), MARRIAGE: checkWith(compiled.DuLieuKetHon), COPY: checkWith(compiled.DuLieuBanSao) },
  'two-level': { BIRTH: checkWith(compiled.DuLieuKhaiSinh2025), DEATH: checkWith(compiled.DuLieuKhaiTu2025), MARRIAGE: checkWith(compiled.DuLieuKetHon2025), COPY: checkWith(compiled.DuLieuBanSao) },
  status: { BIRTH: checkWith(compiled.TrangThaiKhaiSinh), DEATH: checkWith(compiled.TrangThaiKhaiTu) },
} as const;

/** Rows of an answer, each looked at for itself: one that is none of its kind takes no other with it (quirk 14). */
export interface Rows<Row> { rows: Row[]; unread: { row: unknown; issues: Issue[] }[] }
/** Most rows that are looked at in one answer. */
const MOST_ROWS = 10_000;
/** @param given the rows as they came; null is none */
export function rowsOf<Row>(given: readonly unknown[], check: Validate<Row>): Rows<Row> {
  const read: Rows<Row> = { rows: [], unread: [] };
  for (const row of given.slice(0, MOST_ROWS)) {
    if (row === null) continue;
    const checked = check(row);
    if (checked.ok) read.rows.push(checked.value);
    else read.unread.push({ row, issues: checked.issues });
  }
  return read;
}

/** An answer of which only the words count. */
export interface Words { words: string }
export const words: Validate<Words> = (value) => ({ ok: true, value: value as Words });
