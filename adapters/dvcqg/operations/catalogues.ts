/** The portal's lists (fact sheet 2.1 and 3.4): agencies, sectors, procedures, online services, accounts and the small catalogues. */
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Validate } from '../../../src/contract/validate.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { listOf, resultItems, textOf } from '../answer.ts';
import type { PhanHoi } from '../contract.ts';
import {
  LayDanhMucCoQuanRequest, LayDanhMucCoQuanResponse, LayDanhMucLinhVucRequest, LayDanhMucLinhVucResponse, LayDanhSachTTHCRequest, LayDanhSachTTHCResponse,
  LayDVCRequest, LayDVCResponse, PhanHoi as phanHoi, TraCuuTechIDRequest, TraCuuTechIDResponse,
} from '../generated/validators.js';
import { CATALOGUES, type CatalogueName } from '../services.ts';
import { check, defineRead, head } from './common.ts';

type Head<S extends string> = { session: string; madonvi: string; service: S };
const items = (response: PhanHoi) => resultItems(response.result) ?? [];

export interface AgencyItem { code: string; name: string; level: string }
export const listAgencies = defineRead<void, Head<'LayDanhMucCoQuan'>, PhanHoi, AgencyItem[]>({
  id: 'listAgencies',
  title: { vi: 'Lấy danh mục cơ quan', en: 'Read the agency catalogue' },
  request: check(LayDanhMucCoQuanRequest),
  response: check<PhanHoi>(LayDanhMucCoQuanResponse as never),
  encode: (_input, config) => head(config, 'LayDanhMucCoQuan'),
  decode: (response) => items(response).map((i) => ({ code: textOf(i['MADONVI']), name: textOf(i['TENDONVI']), level: textOf(i['CAPDONVI']) })),
});

export interface SectorItem { code: string; name: string; ministryCode: string }
export const listSectors = defineRead<void, Head<'LayDanhMucLinhVuc'>, PhanHoi, SectorItem[]>({
  id: 'listSectors',
  title: { vi: 'Lấy danh mục lĩnh vực', en: 'Read the sector catalogue' },
  request: check(LayDanhMucLinhVucRequest),
  response: check<PhanHoi>(LayDanhMucLinhVucResponse as never),
  encode: (_input, config) => head(config, 'LayDanhMucLinhVuc'),
  decode: (response) => items(response).map((i) => ({ code: textOf(i['MALINHVUC']), name: textOf(i['TENLINHVUC']), ministryCode: textOf(i['MANGANH']) })),
});

export interface ProcedureItem { code: string; name: string }
export const listProcedures = defineRead<void, Head<'LayDanhSachTTHC'>, PhanHoi, ProcedureItem[]>({
  id: 'listProcedures',
  title: { vi: 'Lấy danh sách thủ tục', en: 'Read the list of procedures' },
  request: check(LayDanhSachTTHCRequest),
  response: check<PhanHoi>(LayDanhSachTTHCResponse as never),
  encode: (_input, config) => head(config, 'LayDanhSachTTHC'),
  decode: (response) => items(response).map((i) => ({ code: textOf(i['MATTHC']), name: textOf(i['TENTTHC']) })),
});

export interface OnlineServiceItem { code: string; name: string; procedure: ProcedureItem; publishingAgency: string; sectorName: string; /** shape not documented */ appliesTo: Record<string, unknown>[] }
export const listOnlineServices = defineRead<void, Head<'LayDVC'>, PhanHoi, OnlineServiceItem[]>({
  id: 'listOnlineServices',
  title: { vi: 'Lấy danh sách dịch vụ công trực tuyến', en: 'Read the list of online services' },
  request: check(LayDVCRequest),
  response: check<PhanHoi>(LayDVCResponse as never),
  encode: (_input, config) => head(config, 'LayDVC'),
  decode: (response) => items(response).map((i) => ({
    code: textOf(i['MADVC']),
    name: textOf(i['TENDVC']),
    procedure: { code: textOf(i['MATTHC']), name: textOf(i['TENTTHC']) },
    publishingAgency: textOf(i['TENCOQUANBANHANH']),
    sectorName: textOf(i['TENLINHVUC']),
    appliesTo: listOf(i['APDUNGDVC']),
  })),
});

/** The portal's account of a person or business, which is what MaDoiTuong carries. */
export const findTechnicalId = defineRead<{ identifier: string }, Head<'TraCuuTechID'> & { provider: 'wso2is'; mstorcmnd: string }, PhanHoi, { technicalIds: string[] }>({
  id: 'findTechnicalId',
  title: { vi: 'Tra mã tài khoản Cổng DVCQG', en: 'Find the portal account of a tax code or identity number' },
  request: check(TraCuuTechIDRequest),
  response: check<PhanHoi>(TraCuuTechIDResponse as never),
  encode: ({ identifier }, config) => ({ ...head(config, 'TraCuuTechID'), provider: 'wso2is' as const, mstorcmnd: identifier }),
  decode: (response) => ({ technicalIds: items(response).map((i) => textOf(i['TECHNICALID'])).filter((id) => id !== '') }),
});

export interface CatalogueInput {
  name: CatalogueName;
  /** of LayQDCB only */
  decisionId?: string;
}
/** `fields` is the item as received; code and name are its first MA… and TEN… */
export interface CatalogueItem { code: string; name: string; fields: Record<string, unknown> }
type CatalogueRequest = Head<CatalogueName> & { idQDCB?: string };

const NAMES: ReadonlySet<string> = new Set(CATALOGUES);
/** These services are known by name only, so there is no schema to hold them to beyond the envelope. */
const catalogueRequest: Validate<CatalogueRequest> = (value) =>
  isRecord(value) && NAMES.has(String(value['service']))
    ? { ok: true, value: value as CatalogueRequest }
    : { ok: false, issues: [issue('LT-INPUT-ENUM', '/name', CATALOGUES.join(', '))] };

const firstKey = (item: Record<string, unknown>, prefix: string): string => textOf(item[Object.keys(item).find((key) => key.startsWith(prefix)) ?? '']);

export const listCatalogue = defineRead<CatalogueInput, CatalogueRequest, PhanHoi, CatalogueItem[]>({
  id: 'listCatalogue',
  title: { vi: 'Lấy một danh mục của Cổng DVCQG', en: 'Read one of the portal’s catalogues' },
  request: catalogueRequest,
  response: check<PhanHoi>(phanHoi as never),
  encode: ({ name, decisionId }, config) => ({ ...head(config, name), ...(decisionId === undefined ? {} : { idQDCB: decisionId }) }),
  decode: (response) => items(response).map((item) => ({ code: firstKey(item, 'MA'), name: firstKey(item, 'TEN'), fields: item })),
});
