/**
 * Whether a dossier that VNeID sends can be taken: everything that is wrong with it at once, in words that a citizen can be shown (fact sheet 2.3, column R, and
 * what a later step could not do without). A value is never repeated in them.
 */
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Issue, Text } from '../../../src/contract/errors/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { birthOf, bytesOf, codeOf, fieldsOf, itemsOf, lineOf, type Fields } from '../values.ts';

export interface IntakeLimits { maxBodyBytes: number; maxFiles: number; maxFileBytes: number; maxTotalBytes: number }

/** Longest code of a dossier, and what may stand in one. */
const CODE = /^[!-~]{1,50}$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,99}\/[a-z0-9][a-z0-9.+-]{0,99}$/i;
const MOST_MONEY = 1_000_000_000_000_000;
const MOST = { residences: 300, papers: 200 } as const;

const missing = (name: string): Text => ({ vi: `thiếu ${name}`, en: `${name} is missing` });
const wrong = (name: string, vi: string, en: string): Text => ({ vi: `${name} ${vi}`, en: `${name} ${en}` });

export const dossierCode = (body: unknown): string | undefined => {
  const code = lineOf(fieldsOf(body)['maHoSoMCDT'], 51) ?? '';
  return CODE.test(code) ? code : undefined;
};

/** Whole VND, text or number: digits and nothing else. */
export function moneyOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return /^\d{1,16}$/.test(text) && Number(text) <= MOST_MONEY ? Number(text) : undefined;
}

export const isAuthorised = (declaration: Fields): boolean => codeOf(declaration['uyQuyen']) === '1';

/** The files of a paper. */
export const filesOf = (paper: unknown): readonly unknown[] => itemsOf(fieldsOf(paper)['danhSach']);

/** @returns nothing where the dossier can be taken */
export function faultsOf(body: unknown, limits: IntakeLimits): Issue[] {
  const found: Issue[] = [];
  const tell = (pointer: string, detail: Text): void => void found.push(issue('LT-VNEID-INTAKE', pointer, detail));
  if (!isRecord(body)) return [issue('LT-VNEID-INTAKE', '', { vi: 'nội dung không phải là JSON của một hồ sơ', en: 'the body is no JSON object' })];
  if (codeOf(body['maHoSoMCDT']) === undefined) tell('/maHoSoMCDT', missing('maHoSoMCDT'));
  else if (dossierCode(body) === undefined) tell('/maHoSoMCDT', wrong('maHoSoMCDT', 'không đúng dạng', 'is not well formed'));

  const declaration = body['toKhai'];
  if (!isRecord(declaration)) {
    tell('/toKhai', missing('toKhai'));
    return found;
  }
  const need = (holder: Fields, name: string, at: string): void => {
    if (lineOf(holder[name], 1) === undefined) tell(`${at}/${name}`, missing(name));
  };
  const needObject = (holder: Fields, name: string, at: string): Fields => {
    if (!isRecord(holder[name])) tell(`${at}/${name}`, missing(name));
    return fieldsOf(holder[name]);
  };
  if (!['1', '2'].includes(codeOf(declaration['loaiPhieu']) ?? '')) tell('/toKhai/loaiPhieu', wrong('loaiPhieu', 'phải là 1 hoặc 2', 'must be 1 or 2'));
  need(declaration, 'nycHoTen', '/toKhai');
  if (codeOf(declaration['nycNgaySinh']) === undefined) tell('/toKhai/nycNgaySinh', missing('nycNgaySinh'));
  else if (birthOf(declaration['nycNgaySinh']) === undefined) tell('/toKhai/nycNgaySinh', wrong('nycNgaySinh', 'phải là ngày dd/MM/yyyy', 'must be a day as dd/MM/yyyy'));
  needObject(declaration, 'nycThuongTru', '/toKhai');
  needObject(declaration, 'nycNoiSinh', '/toKhai');
  if (isAuthorised(declaration)) {
    const authorised = needObject(declaration, 'thongTinUyQuyen', '/toKhai');
    if (isRecord(declaration['thongTinUyQuyen'])) {
      need(authorised, 'nuqHoTen', '/toKhai/thongTinUyQuyen');
      needObject(authorised, 'nuqNoiOHienTai', '/toKhai/thongTinUyQuyen');
      needObject(authorised, 'nuqQuanHe', '/toKhai/thongTinUyQuyen');
    }
  }
  residences(declaration, tell);
  money(declaration, tell);
  papers(declaration, limits, tell);
  return found;
}

type Tell = (pointer: string, detail: Text) => void;

function residences(declaration: Fields, tell: Tell): void {
  const list = itemsOf(declaration['quaTrinhCTNNNLV']);
  if (list.length > MOST.residences) return tell('/toKhai/quaTrinhCTNNNLV', wrong('quaTrinhCTNNNLV', `có quá ${MOST.residences} dòng`, `has more than ${MOST.residences} items`));
  list.forEach((one, i) => {
    if (!isRecord(fieldsOf(one)['diaChiCuTru'])) tell(`/toKhai/quaTrinhCTNNNLV/${i}/diaChiCuTru`, missing(`quaTrinhCTNNNLV[${i}].diaChiCuTru`));
  });
}

function money(declaration: Fields, tell: Tell): void {
  const payment = declaration['thongTinThanhToan'];
  if (!isRecord(payment)) return tell('/toKhai/thongTinThanhToan', missing('thongTinThanhToan'));
  for (const name of ['tongPhi', 'phiLLTP', 'phiCapThemBanGiay']) {
    const isGiven = payment[name] !== undefined && payment[name] !== null && (name === 'tongPhi' || payment[name] !== '');
    if (!isGiven && name === 'tongPhi') tell('/toKhai/thongTinThanhToan/tongPhi', missing('tongPhi'));
    else if (isGiven && moneyOf(payment[name]) === undefined) tell(`/toKhai/thongTinThanhToan/${name}`, wrong(name, 'phải là số tiền chỉ gồm chữ số', 'must be an amount of digits only'));
  }
}

function papers(declaration: Fields, limits: IntakeLimits, tell: Tell): void {
  const list = itemsOf(declaration['giayToDinhKem']);
  const count = list.reduce<number>((sum, paper) => sum + filesOf(paper).length, 0);
  if (list.length > MOST.papers || count > limits.maxFiles) return tell('/toKhai/giayToDinhKem', wrong('giayToDinhKem', `có quá ${limits.maxFiles} tệp`, `has more than ${limits.maxFiles} files`));
  let total = 0;
  list.forEach((paper, i) => {
    filesOf(paper).forEach((given, j) => {
      const [at, name] = [`/toKhai/giayToDinhKem/${i}/danhSach/${j}`, `giayToDinhKem[${i}].danhSach[${j}]`];
      const { loai, duLieu } = fieldsOf(given);
      if (lineOf(loai, 1) === undefined) tell(`${at}/loai`, missing(`${name}.loai`));
      else if (!MEDIA_TYPE.test(lineOf(loai, 201) ?? '')) tell(`${at}/loai`, wrong(`${name}.loai`, 'không phải là kiểu nội dung', 'is no media type'));
      const content = bytesOf(duLieu);
      if (content === undefined) return tell(`${at}/duLieu`, wrong(`${name}.duLieu`, 'trống hoặc không phải base64', 'is empty or no base64'));
      total += content.length;
      if (content.length > limits.maxFileBytes) tell(`${at}/duLieu`, wrong(`${name}.duLieu`, 'lớn hơn dung lượng cho phép', 'is larger than allowed'));
    });
  });
  if (total > limits.maxTotalBytes) tell('/toKhai/giayToDinhKem', wrong('giayToDinhKem', 'lớn hơn tổng dung lượng cho phép', 'is larger than allowed, all files together'));
}

const MOST_SHOWN = 10;
/** What is wrong as one Vietnamese sentence for `errorDetail`. */
export function sentenceOf(issues: readonly Issue[]): string {
  const words = issues.slice(0, MOST_SHOWN).map(({ message }) => message.vi.replace(/^[^:]*: /, ''));
  const more = issues.length > MOST_SHOWN ? `; và ${issues.length - MOST_SHOWN} lỗi khác` : '';
  return `Hồ sơ chưa hợp lệ: ${words.join('; ')}${more}.`;
}
