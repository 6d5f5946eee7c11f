/** The lists that the land system pulls (fact sheet 2.14): whole, each time, as configured. */
import type { Text } from '../../src/contract/errors/types.ts';
import type { InboundConfig, OfficerConfig } from './inbound-config.ts';

/** What the catalogues are made of: the inbound part, and the procedures that dossiers are sent with. */
export type CatalogueConfig = Pick<InboundConfig, 'officers' | 'procedureCases' | 'statuses'> & { procedures: Readonly<Record<string, { code: string; name?: string; caseName?: string }>> };

export interface Catalogue {
  id: string;
  /** below /api/v1/VBDLISs/ */
  name: string;
  title: Text;
  /** names as declared at the source */
  items(config: CatalogueConfig): Readonly<Record<string, unknown>>[];
}

const byCode = new WeakMap<readonly OfficerConfig[], ReadonlyMap<string, OfficerConfig>>();
/** A user name is the same in any case. */
export function officerOf(officers: readonly OfficerConfig[], code: string | undefined): OfficerConfig | undefined {
  let table = byCode.get(officers);
  if (table === undefined) byCode.set(officers, (table = new Map(officers.map((officer) => [officer.code.toLowerCase(), officer]))));
  return code === undefined ? undefined : table.get(code.toLowerCase());
}

export const CATALOGUES: readonly Catalogue[] = [
  {
    id: 'users', name: 'GetDanhMucNguoiDung', title: { vi: 'Danh mục người dùng (I10)', en: 'Catalogue of officers (I10)' },
    items: ({ officers }) => officers.map(({ code, name, office = null, position = null }) => ({ MaNguoiDung: code, TenNguoiDung: name, TenPhongBan: office, ChucDanh: position })),
  },
  {
    id: 'procedures', name: 'GetDanhMucThuTuc', title: { vi: 'Danh mục thủ tục (I11)', en: 'Catalogue of procedure cases (I11)' },
    items: ({ procedures, procedureCases }) => [...new Map([...Object.values(procedures).map(({ code, name, caseName }) => ({ code, name: name ?? caseName ?? code })), ...procedureCases].map(({ code, name }) => [code, { MaThuTucHanhChinh: code, TenThuTucHanhChinh: name }])).values()],
  },
  {
    id: 'statuses', name: 'GetDanhMucTrangThai', title: { vi: 'Danh mục trạng thái (I12)', en: 'Catalogue of statuses (I12)' },
    items: ({ statuses }) => statuses.map(({ code, name }) => ({ MaTrangThai: code, TenTrangThai: name })),
  },
];
