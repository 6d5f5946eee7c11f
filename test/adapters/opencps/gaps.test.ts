import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configure } from '../../../adapters/opencps/config.ts';
import { decodeRecord } from '../../../adapters/opencps/decode.ts';
import { dossierSchema, resolve, type Schema } from '../../contract/dossier-arbitrary.ts';
import { action, record } from './record.ts';

const readme = readFileSync(new URL('../../../adapters/opencps/README.md', import.meta.url), 'utf8');

/** The first column of the table of named gaps: `a`, `b`: `x`, `y` are a.x, a.y, b.x and b.y. */
function namedGaps(): string[] {
  const table = /Named gaps:[\s\S]*?\n\n([\s\S]*?)\n\n/.exec(readme)?.[1] ?? '';
  return table.split('\n').slice(2).flatMap((row) => {
    const names = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? '');
    const [left = '', right] = (row.split('|')[1] ?? '').split(': ');
    return right === undefined ? names(left) : names(left).flatMap((holder) => names(right).map((field) => `${holder}.${field}`));
  });
}

/** Every field of the schema that holds a value, with `[]` for the items of a list. */
function leaves(raw: Schema, path: string): string[] {
  const schema = resolve(raw);
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  if (properties) return Object.entries(properties).flatMap(([key, below]) => leaves(below, path === '' ? key : `${path}.${key}`));
  const items = schema['items'] as Schema | undefined;
  return items && resolve(items)['properties'] ? leaves(items, `${path}[]`) : [path];
}

function filled(value: unknown, path: string, into: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) filled(item, typeof item === 'object' ? `${path}[]` : path, into);
  else if (typeof value === 'object' && value !== null && path !== 'raw') for (const [key, below] of Object.entries(value)) filled(below, path === '' ? key : `${path}.${key}`, into);
  else into.add(path);
  return into;
}

const person = (prefix: string) => ({
  [`${prefix}CityCode`]: '92', [`${prefix}CityName`]: 'Cần Thơ', [`${prefix}DistrictCode`]: '916', [`${prefix}DistrictName`]: 'Ninh Kiều', [`${prefix}WardCode`]: '31120', [`${prefix}WardName`]: 'Cái Khế',
});
const file = { dossierFileId: 3, referenceUid: 'uid-3', displayName: 'Trích lục', fileSize: 5, fileUrl: 'https://tep.example.vn/3.pdf', removed: true };
/** Records that between them fill whatever the adapter can fill. */
const full = [
  record({
    referenceUid: 'H13.101-250701-0008', dossierIdCTN: 'BN-1', dossierNote: 'Ghi chú', dossierSubStatus: 'x', govAgencyCode: '000.00.13.H13', receiveDate: '30/06/2025 08:15:00', submitDate: '30/06/2025 08:00:00',
    districtCode: '916', districtName: 'Ninh Kiều', extendDate: '15/07/2025 17:00:00', online: false, viaPostal: 3, postalServiceName: 'Bưu điện mẫu', postalAddress: 'Số 2', postConnect: { orderNumber: 'VN1' },
    delegateName: 'Trần Văn Thử', delegateIdNo: '092199999003', delegateTelNo: '0900000002', delegateEmail: 'thu2@example.vn', delegateAddress: 'Số 3', ...person('delegate'), ...person('postal'),
    dossierFiles: [{ ...file, dossierPartType: 1, dossierPartNo: 'TP1', fileTemplateNo: 'TP.1' }, { ...file, dossierFileId: 4, removed: false, dossierPartType: 1, dossierPartNo: 'TP2' },
      { ...file, dossierPartType: 2, fileTemplateNo: 'KQ.1', deliverableCode: '1', signInfo: 'Người ký mẫu', createDate: '04/07/2025 10:00:00' }],
    actions: [
      action(1, '01/07/2025 08:15:00', 'handover', 'Tiếp nhận', { role: 'Chuyên viên', dossierSubStatus: 'x', dueDate: '09/07/2025 17:00:00', actionNote: 'Ghi' }),
      action(2, '02/07/2025 09:00:00', 'waiting', 'Yêu cầu bổ sung', { dueDate: '03/07/2025 17:00:00' }),
      action(3, '03/07/2025 09:00:00', 'processing', 'Nhận', { actionNote: 'Đủ' }),
      action(4, '04/07/2025 09:00:00', 'done', 'Trả', { dueDate: '09/07/2025 17:00:00' }),
    ],
  }),
  record({ dossierStatus: 'denied', serviceCode: '1.009906.H13', actions: [action(1, '01/07/2025 08:15:00', 'denied', 'Từ chối', { actionNote: 'Thiếu' })] }),
  record({ dossierStatus: 'cancelled', actions: [action(1, '01/07/2025 08:15:00', 'cancelled', 'Rút', { actionNote: 'Rút' })] }),
];
const config = configure({ statusMap: { 'done/x': { status: 'RETURNED', subStatus: 'X' }, 'handover/x': { status: 'ACCEPTED', subStatus: 'X' } } });

describe('the named gaps of OpenCPS', () => {
  const seen = new Set<string>();
  for (const one of full) filled(decodeRecord(one, config).dossier, '', seen);
  const all = leaves(dossierSchema, '');
  const gaps = namedGaps();
  const within = (path: string): boolean => gaps.some((gap) => path === gap || path.startsWith(`${gap}.`) || path.startsWith(`${gap}[`));

  it('are fields of the canonical dossier', () => {
    expect(gaps.length).toBeGreaterThan(20);
    expect(gaps.filter((gap) => !all.some((path) => path === gap || path.startsWith(`${gap}.`) || path.startsWith(`${gap}[`)))).toEqual([]);
  });
  it('are never filled', () => {
    expect([...seen].filter(within)).toEqual([]);
  });
  it('are all: whatever else the dossier can hold is filled by some record', () => {
    expect(all.filter((path) => !seen.has(path) && !within(path) && path !== 'raw')).toEqual([]);
  });
});
