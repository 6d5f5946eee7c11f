/** What differs between the two dialects, and the words that answers are told apart by. */

export const PROFILE_IDS = ['vbdlis', 'ilis'] as const;
export type ProfileId = (typeof PROFILE_IDS)[number];

export const WRITE_IDS = ['submit', 'supplementDone', 'resultReturned', 'wrongResult'] as const;
export type WriteId = (typeof WRITE_IDS)[number];

/** Paths below baseUrl (fact sheet 1.3). O4 of ILIS is implemented there and was never seen in use. */
export const PATHS: Readonly<Record<ProfileId, Readonly<Record<WriteId, string>>>> = {
  vbdlis: { submit: '/tiepnhan', supplementDone: '/capnhattrangthaibosunghoso', resultReturned: '/capnhattrangthaitraketquahoso', wrongResult: '/phanhoihososaiketqua' },
  ilis: { submit: '/TiepNhanHoSo', supplementDone: '/BoSungHoSo', resultReturned: '/CapNhatTrangThaiHoSo', wrongResult: '/phanhoihososaiketqua' },
};

/** How an answer is understood (fact sheet 6.2, names of section 8.5). */
export const MEANINGS = ['ACCEPTED', 'ALREADY_EXISTS', 'NOT_WAITING', 'ALREADY_RETURNED', 'NOT_FOUND', 'REJECTED'] as const;
export type Meaning = (typeof MEANINGS)[number];

/** Phrases by what they mean; compared in NFC and lower case. `notWaiting` must be the whole message, the others may stand anywhere in the answer. */
export interface Phrases {
  /** of O1 and the tax step */
  alreadyExists: readonly string[];
  /** of O2 */
  notWaiting: readonly string[];
  /** of O3 */
  alreadyReturned: readonly string[];
  /** of O3 */
  notFound: readonly string[];
}
export const DEFAULT_PHRASES: Phrases = {
  alreadyExists: ['đã tồn tại'],
  notWaiting: ['Hồ sơ không chờ bổ sung'],
  alreadyReturned: ['đã được trả'],
  notFound: ['không tìm thấy', 'không tồn tại'],
};

/** Kinds of files that go out or come in unless configured otherwise (U9). */
export const DEFAULT_EXTENSIONS = ['.pdf', '.jpg', '.jpeg', '.png', '.tif', '.tiff', '.doc', '.docx', '.xls', '.xlsx', '.xml', '.zip', '.rar'] as const;

/** Longest `SoBienNhan` (1.7). */
export const RECEIPT_LENGTH = 50;
