/** What a call asks, read out of it: SOAP or JSON, held against the order of the sequence. For the simulated database and for recordings. */
import { isRecord } from '../../src/contract/is-record.ts';
import { ELEMENTS, LOOK_UP_ELEMENT, NAMESPACES, PAGING, RELATIVES_ELEMENT, VERIFY_ELEMENT, type MessageForm } from './elements.ts';
import { readTree, type XmlElement } from './xml.ts';
import type { Asked } from './simulator/people.ts';

export interface Question extends Asked {
  form: MessageForm | 'json';
  /** name of the request element; empty in JSON */
  element: string;
  requestId: string;
  service: string;
  officer: string;
  from?: number;
  to?: number;
  page?: number;
  pageSize?: number;
  kind?: string;
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

const childText = (at: XmlElement, name: string): string | undefined => at.children.find((child) => child.name === name)?.text;

/** Names in the order of the sequence, each once. */
function isInOrder(names: readonly string[], sequence: readonly string[]): boolean {
  const places = names.map((name) => sequence.indexOf(name));
  return places.every((at, i) => at >= 0 && (i === 0 || at > (places[i - 1] as number)));
}

function formOf(wrapper: XmlElement): MessageForm | undefined {
  if (wrapper.name === RELATIVES_ELEMENT) return 'relatives';
  if (wrapper.name === VERIFY_ELEMENT || wrapper.name === `${VERIFY_ELEMENT}Request`) return wrapper.children.some(({ name }) => name === 'MaDichVu') ? 'verify' : 'lookUp';
  if (wrapper.name !== LOOK_UP_ELEMENT) return undefined;
  return wrapper.children.some(({ name }) => name === 'TuNgay') ? 'changes' : 'lookUp';
}

/** @returns undefined for what a database with an XSD would not take */
export function readSoap(body: string): Question | undefined {
  let root: XmlElement;
  try {
    root = readTree(body);
  } catch {
    return undefined;
  }
  // Namespaces are not resolved here: that they are declared is all that is asked.
  if (root.name !== 'Envelope' || !body.includes(`"${SOAP}"`) || !Object.values(NAMESPACES).some((namespace) => body.includes(`"${namespace}"`))) return undefined;
  const wrappers = root.children.find(({ name }) => name === 'Body')?.children ?? [];
  const wrapper = wrappers.length === 1 ? wrappers[0] : undefined;
  const form = wrapper === undefined ? undefined : formOf(wrapper);
  if (wrapper === undefined || form === undefined) return undefined;
  // An installation may have Trang and SoBanGhi in an element of their own.
  const flat = wrapper.children.flatMap((child) => (child.children.some(({ name }) => PAGING.includes(name)) ? child.children : [child]));
  if (!isInOrder(flat.map(({ name }) => name), ELEMENTS[form])) return undefined;
  const text = (name: string): string | undefined => childText({ ...wrapper, children: flat }, name);
  const kind = text('Loai');
  const birth = flat.find(({ name }) => name === 'NgayThangNamSinh');
  const isPlain = form === 'relatives';
  const plainBirth = isPlain ? (birth?.text ?? '') : '';
  return {
    form, element: wrapper.name, requestId: text('MaYeuCau') ?? '', service: text('MaTichHop') ?? text('MaDichVu') ?? '', officer: text('MaCanBo') ?? '',
    soDinhDanh: text('SoDinhDanh'), soCMND: text('SoCMND'), hoVaTen: text('HoVaTen'),
    nam: plainBirth.length === 4 ? plainBirth : birth === undefined ? undefined : childText(birth, 'Nam'),
    ngayThangNam: plainBirth.length > 4 ? plainBirth : birth === undefined ? undefined : childText(birth, 'NgayThangNam'),
    ...(form === 'changes' ? { from: Number(text('TuNgay')), to: Number(text('DenNgay')), page: Number(text('Trang')), pageSize: Number(text('SoBanGhi')), ...(kind === undefined ? {} : { kind }) } : {}),
  };
}

/** Either JSON wrapper. @returns undefined for what is neither */
export function readJsonQuestion(body: string): Question | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(fields)) return undefined;
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  const birth = text('ngayThangNam');
  return {
    form: 'json', element: '', requestId: text('maYeuCau'), service: text('maTichHop'), officer: text('maCanBo'), soDinhDanh: text('soDinhDanh'), soCMND: text('soCMND'), hoVaTen: text('hoVaTen'),
    nam: birth.length === 4 ? birth : text('nam'), ngayThangNam: birth.length > 4 ? birth : '',
  };
}
