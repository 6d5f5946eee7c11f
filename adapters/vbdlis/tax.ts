/** What three channels tell of land tax, as notices and vouchers (fact sheet 2.8 and 5). */
import { readXml } from '../../src/contract/xml/stream.ts';
import { isXmlFault } from '../../src/contract/xml/events.ts';
import type { LandFile, ObligationPayment } from '../../src/model/generated/land-case.ts';
import { fieldsOf, itemsOf, lineOf, linkOf, present, textOf, timeOf, type Fields } from './inbound/values.ts';
import type { Notice } from './obligations.ts';

/** What one message may hold, ten times what a dossier can. More than that is refused, not cut: a notice that is left out would look paid. */
const MOST = { xmlChars: 4 * 1024 * 1024, xmlDepth: 16, xmlText: 64 * 1024, rows: 2000 } as const;

const linked = (value: unknown): LandFile | undefined => {
  const link = linkOf(value);
  return link === undefined ? undefined : { link };
};

/** I4. Times as in the other callbacks: UTC, or Vietnam's where `local` says so. */
export function vbdlisNotices(body: Fields, local: boolean): Notice[] {
  const decidedAt = timeOf(body['NgayCoKetQuaThue'], local);
  return itemsOf(body['DanhSachThongBaoThue']).slice(0, MOST.rows).map(fieldsOf).flatMap((item) =>
    noticeOf({ payer: item['HoTenChu'], taxKind: item['LoaiThue'], number: item['SoThongBaoThue'], link: item['DuongDanThongBaoThue'] }, { channel: 'vbdlis', decidedAt }));
}

/** `/KetQuaThue`. Times are local, the note is the sub-item's name. The number is no tax code, though the reference stores it as one. */
export function ilisNotices(body: Fields): Notice[] {
  const shared = { channel: 'ilis' as const, decidedAt: timeOf(body['NgayCoKetQuaThue'], true), subItem: lineOf(body['GhiChu'], 1000) };
  return itemsOf(body['DanhSachThongBaoThue']).slice(0, MOST.rows).map(fieldsOf).flatMap((item) =>
    noticeOf({ payer: item['HoVaChu'], taxKind: item['LoaiThue'], number: item['SoThongBaoThue'], link: item['DuongDanTBT'] }, shared));
}

/** An item that says nothing is none. */
function noticeOf(item: { payer: unknown; taxKind: unknown; number: unknown; link: unknown }, shared: Pick<Notice, 'channel' | 'decidedAt' | 'subItem'> | { channel: Notice['channel']; decidedAt: string | undefined; subItem?: string | undefined }): Notice[] {
  const own = present({ noticeNumber: lineOf(item.number, 200), payer: lineOf(item.payer, 500), taxKind: lineOf(item.taxKind, 500), document: linked(item.link) });
  return Object.keys(own).length === 0 ? [] : [{ channel: shared.channel, ...present(shared), ...own }];
}

/**
 * Whole VND. Decimals after a point are cents that VND does not have, and are rounded; three of them look like a thousand written with a
 * point, and what may be read in two ways is no amount.
 */
export function amountOf(value: unknown): number | undefined {
  const text = lineOf(value, 40) ?? '';
  const [, whole = '', decimals = ''] = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === '' || (decimals.length === 3 && Number(decimals) !== 0)) return undefined;
  const amount = Math.round(Number(`${whole}.${decimals || '0'}`));
  return amount <= 1_000_000_000_000_000 ? amount : undefined;
}

export type PortalNotices = { ok: true; /** by dossier number */ notices: Map<string, Notice[]> } | { ok: false };

/** Names of elements in any case, with or without underscores: TEN_TIEUMUC and TEN_TIEU_MUC were both seen. */
const FIELDS: Readonly<Record<string, string>> = { MASOTHUE: 'taxCode', SOQUYETDINH: 'number', NGAYQUYETDINH: 'day', TENTIEUMUC: 'subItem', SOTIEN: 'amount' };
const wordOf = (name: string): string => name.toUpperCase().replaceAll('_', '');
type Row = Record<string, string>;

/**
 * The portal's notices: base64 of UTF-8 XML.
 * @returns not ok for what is no such document, or is beyond the limits; a group without a dossier number is one of the dossier ''
 */
export function portalNotices(base64: unknown): PortalNotices {
  const document = decoded(base64);
  if (document === undefined) return { ok: false };
  const groups: { code: string; rows: Row[] }[] = [];
  let group: (typeof groups)[number] | undefined;
  let row: Row | undefined;
  let text = '';
  let rows = 0;
  try {
    readXml(document, {
      open(name) {
        text = '';
        const word = wordOf(name);
        if (word === 'ROWLIST') groups.push((group = { code: '', rows: [] }));
        else if (word === 'LIST' && group !== undefined) {
          group.rows.push((row = {}));
          rows += 1;
        }
      },
      text(part) { text += part; },
      close(name) {
        const word = wordOf(name);
        if (word === 'ROWLIST') group = undefined;
        else if (word === 'LIST') row = undefined;
        else if (word === 'MAHSO' && group !== undefined) group.code = text.trim();
        else {
          const field = Object.hasOwn(FIELDS, word) ? FIELDS[word] : undefined;
          if (field !== undefined && row !== undefined) row[field] = text;
        }
        text = '';
      },
    }, { depth: MOST.xmlDepth, total: MOST.xmlChars, text: MOST.xmlText });
  } catch (error) {
    if (isXmlFault(error)) return { ok: false };
    throw error;
  }
  if (rows > MOST.rows) return { ok: false };
  const notices = new Map<string, Notice[]>();
  for (const { code, rows: own } of groups) notices.set(code, [...(notices.get(code) ?? []), ...own.flatMap(portalNotice)]);
  return { ok: true, notices: new Map([...notices].map(([code, list]) => [code, oneByKey(list)])) };
}

function decoded(base64: unknown): string | undefined {
  if (typeof base64 !== 'string' || base64.length > MOST.xmlChars * 2) return undefined;
  const packed = base64.replace(/\s+/g, '');
  if (packed === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    return undefined;
  }
}

function portalNotice(row: Row): Notice[] {
  const own = present({ taxCode: lineOf(row['taxCode'], 50), noticeNumber: lineOf(row['number'], 200), subItem: lineOf(row['subItem'], 1000), decidedAt: timeOf(row['day'], true), amount: amountOf(row['amount']) });
  return Object.keys(own).length === 0 ? [] : [{ channel: 'portal', ...own }];
}

/** Sub-items of one decision are one obligation: their amounts are added, unless it is the same sub-item twice. */
function oneByKey(list: readonly Notice[]): Notice[] {
  const byKey = new Map<string, Notice[]>();
  for (const notice of list) {
    const key = JSON.stringify([notice.taxCode, notice.noticeNumber]);
    const same = byKey.get(key) ?? [];
    if (!same.some((one) => one.subItem === notice.subItem && one.amount === notice.amount)) byKey.set(key, [...same, notice]);
  }
  return [...byKey.values()].map((same) => {
    const [first] = same as [Notice, ...Notice[]];
    if (same.length === 1) return first;
    const amounts = same.map(({ amount }) => amount);
    const subItem = [...new Set(same.flatMap((one) => one.subItem ?? []))].join('; ').slice(0, 1000);
    const { amount: _, ...rest } = first;
    // A sum with something unreadable in it would be too small.
    return { ...rest, ...(subItem === '' ? {} : { subItem }), ...(amounts.includes(undefined) ? {} : { amount: amounts.reduce((sum: number, amount) => sum + (amount ?? 0), 0) }) };
  });
}

/** A payment voucher of the portal: the key of its notice, and the payment. Only 1 is known to mean paid (U11). */
export function portalVoucher(data: Fields): { code: string | undefined; notice: Notice } {
  const paid = fieldsOf(data['ThongTinThanhToan']);
  const payment: ObligationPayment = {
    status: lineOf(paid['TrangThaiThanhToan'], 20) === '1' ? 'PAID' : 'UNKNOWN',
    ...present({
      paidAt: timeOf(lineOf(paid['ThoiGianThanhToan'], 40), true), amount: amountOf(paid['SoTien']), payer: lineOf(data['HoTenNguoiNopTien'], 500),
      text: textOf(paid['NoiDungThanhToan'], 2000), document: linked(data['UrlFileChungTu']),
    }),
  };
  return { code: lineOf(data['MaHoSo'], 50), notice: { channel: 'portal', ...present({ taxCode: lineOf(data['MaSoThue'], 50), noticeNumber: lineOf(paid['MaThongBaoThue'], 200) }), payments: [payment] } };
}
