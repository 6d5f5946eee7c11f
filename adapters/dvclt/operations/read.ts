/** What is asked: the list (K2), one dossier (K3), states and results (K6). */
import { defineOperation } from '../../../src/adapter/define.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { Checked, Validate } from '../../../src/contract/validate.ts';
import { classifyDetail, classifyList, classifyResults, type Listed, type Results } from '../classify.ts';
import type { DvcltConfig } from '../config.ts';
import { listResponse, resultsRequest, resultsResponse, type ResultRow, type ResultsRequest, type Rows, type WaitingRow } from '../contract.ts';

const ANY = { vi: 'Chỉ đọc.', en: 'Only reads.' };
/** K3's question. */
export interface DetailRequest { id: string }
/** K6's question: dossiers of one module, three at the most. */
export interface ResultsInput { codes: string[]; module: string }
const same = <T>(value: unknown): { ok: true; value: T } => ({ ok: true, value: value as T });
/** A question without a body: all of it stands in its address. */
const asked = <T>(value: unknown): Checked<T> => (isRecord(value) ? { ok: true, value: value as T } : { ok: false, issues: [issue('LT-INPUT-TYPE', '')] });

export const listDossiers = defineOperation<Record<string, never>, Record<string, never>, Listed, Rows<WaitingRow>, DvcltConfig>({
  id: 'listDossiers',
  title: { vi: 'Lấy danh sách hồ sơ liên thông chờ nhận', en: 'List the interconnected dossiers that wait' },
  access: 'read', idempotency: { kind: 'natural-key', why: ANY }, ordering: 'none', coalesce: 'never', batch: { max: 1 },
  request: asked, response: listResponse as unknown as Validate<Listed>,
  encode: () => ({}),
  classify: (result) => classifyList(result),
  decode: ({ data, unread }) => ({ rows: data, unread }),
});

/** Its answer is not checked as a whole: what is wrong in it belongs to one dossier and is put aside with it. */
export const readDossier = defineOperation<DetailRequest, DetailRequest, unknown, unknown, DvcltConfig>({
  id: 'readDossier',
  title: { vi: 'Lấy chi tiết hồ sơ liên thông', en: 'Read an interconnected dossier' },
  access: 'read', idempotency: { kind: 'natural-key', why: ANY }, ordering: 'none', coalesce: 'never', batch: { max: 1 },
  request: asked, response: same,
  encode: ([input]) => ({ id: input?.id ?? '' }),
  classify: (result) => classifyDetail(result),
  decode: (response) => response,
});

export const readResults = defineOperation<ResultsInput, ResultsRequest, Results, Rows<ResultRow>, DvcltConfig>({
  id: 'readResults',
  title: { vi: 'Lấy trạng thái, kết quả đăng ký hộ tịch', en: 'Read states and results of registrations' },
  access: 'read', idempotency: { kind: 'natural-key', why: ANY }, ordering: 'none', coalesce: 'never', batch: { max: 1 },
  request: resultsRequest, response: resultsResponse as unknown as Validate<Results>,
  encode: ([input], { config }) => ({ maDinhDanhHoSo: input?.codes ?? [], maTinh: config.provinceCode, module: input?.module ?? '' }),
  classify: (result) => classifyResults(result),
  decode: ({ value, unread }) => ({ rows: value, unread }),
});
