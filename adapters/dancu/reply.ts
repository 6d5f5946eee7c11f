/** What an answer is, before anybody asks whether it is the right one: records, a truth value, relatives, a fault, a code, or nothing that can be read. Total. */
import { isRecord } from '../../src/contract/is-record.ts';
import { isXmlFault } from '../../src/contract/xml/events.ts';
import type { CongdanCollection, NhanThanResponse } from './contract.ts';
import { firstNamed, readTree, valueOf, type XmlElement } from './xml.ts';

export type Reply =
  /** `code`: what stands beside "nobody": it may say that nobody was looked for */
  | { kind: 'collection'; value: CongdanCollection; code?: string }
  | { kind: 'exists'; value: boolean; code?: string }
  | { kind: 'relatives'; value: NhanThanResponse }
  /** `server`: the other side says that the fault is its own, so that the same question may be asked again */
  | { kind: 'fault'; side: 'client' | 'server' }
  | { kind: 'code'; code: string }
  /** the word by which one gateway says that its own call failed */
  | { kind: 'err' }
  | { kind: 'page' }
  /** a document type, or more than is read */
  | { kind: 'hostile' }
  | { kind: 'broken' }
  | { kind: 'strange' };

const COLLECTION = ['CongdanCollection', 'CongDanCollection'];
const CODES = ['MaLoi', 'ErrorCode', 'errorCode', 'error_code'];
const RELATIVES = ['Cha', 'Me', 'VoChong', 'NguoiDaiDien', 'ChuHo'] as const;
const ATTRIBUTES = ['SoCongDan', 'GhiChu', 'ThoiDiemDuLieu', 'id'];
const PAGE = /^<(!doctype\s+html|html)\b/i;
const CODE = /^[A-Za-z0-9_-]{1,20}$/;

function truth(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : undefined;
}

/** Every record, wherever it stands: one that is passed over would be "nobody", or hide that there are two. A CongDan without anything in it is no citizen. */
const citizensIn = (at: XmlElement): XmlElement[] => at.children.flatMap((child) => (child.name !== 'CongDan' ? citizensIn(child) : child.children.length > 0 ? [child] : []));

/** @returns undefined where there is neither a collection nor a record */
function collectionIn(body: XmlElement): CongdanCollection | undefined {
  const [around, citizens] = [firstNamed(body, [...COLLECTION, 'CongDan']), citizensIn(body)];
  if (around === undefined) return undefined;
  const attributes = Object.fromEntries(ATTRIBUTES.flatMap((name) => (Object.hasOwn(around.attributes, name) ? [[name, around.attributes[name]]] : [])));
  return { ...attributes, CongDan: citizens.map(valueOf) } as CongdanCollection;
}

/** "Nobody", with the code that stands beside it. */
function besides(reply: Reply, code: string | undefined): Reply {
  const isNobody = (reply.kind === 'collection' && reply.value.CongDan.length === 0) || (reply.kind === 'exists' && !reply.value);
  return isNobody && code !== undefined ? { ...reply, code } : reply;
}

const faultSide = (fault: XmlElement): 'client' | 'server' => {
  const code = firstNamed(fault, ['faultcode', 'Value'])?.text ?? '';
  return /^(server|receiver)\b/i.test(code.slice(code.indexOf(':') + 1)) ? 'server' : 'client';
};

function readElements(root: XmlElement): Reply {
  const body = root.name === 'Envelope' ? root.children.find(({ name }) => name === 'Body') : root;
  if (body === undefined) return { kind: 'strange' };
  const fault = firstNamed(body, ['Fault']);
  if (fault !== undefined) return { kind: 'fault', side: faultSide(fault) };
  const collection = collectionIn(body);
  if (collection !== undefined && collection.CongDan.length > 0) return { kind: 'collection', value: collection };
  const code = firstNamed(body, CODES)?.text ?? '';
  const exists = firstNamed(body, ['TonTai']);
  const said = exists === undefined ? undefined : truth(exists.text);
  const relatives = relativesIn(body);
  if (relatives !== undefined) return { kind: 'relatives', value: { ...relatives, ...(said === undefined ? {} : { TonTai: said }) } };
  if (said !== undefined) return besides({ kind: 'exists', value: said }, CODE.test(code) ? code : undefined);
  if (CODE.test(code)) return { kind: 'code', code };
  return collection === undefined ? { kind: 'strange' } : { kind: 'collection', value: collection };
}

/** The element whose children are relatives, whatever it is called; one that is empty says that there is none. */
function relativesIn(at: XmlElement): NhanThanResponse | undefined {
  const here = at.children.filter(({ name }) => (RELATIVES as readonly string[]).includes(name));
  if (here.length > 0) return Object.fromEntries(here.filter(({ children }) => children.length > 0).map((child) => [child.name, valueOf(child)])) as NhanThanResponse;
  for (const child of at.children) {
    const found = relativesIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readXmlText(text: string): Reply {
  if (PAGE.test(text)) return { kind: 'page' };
  try {
    return readElements(readTree(text));
  } catch (error) {
    if (!isXmlFault(error)) throw error;
    return { kind: error.kind === 'doctype' || error.kind === 'limit' ? 'hostile' : 'broken' };
  }
}

/** Numbers as text, so that JSON and XML are one. */
function scalars(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => scalars(item, depth + 1));
  if (isRecord(value) && depth < 8) return Object.fromEntries(Object.entries(value).filter(([, below]) => below !== null && below !== '').map(([name, below]) => [name, scalars(below, depth + 1)]));
  return typeof value === 'number' ? String(value) : value;
}

/** A record may come as JSON too, alone or in its collection: the flat wrapper's answer is not documented. */
function readJson(body: Record<string, unknown>): Reply | undefined {
  const outer = COLLECTION.map((name) => body[name]).find(isRecord) ?? body;
  const found = outer['CongDan'];
  if (found === undefined || found === null) return outer === body ? undefined : { kind: 'collection', value: { CongDan: [] } };
  const list = (Array.isArray(found) ? found : [found]).filter((item) => isRecord(item) && Object.keys(item).length > 0);
  return { kind: 'collection', value: { CongDan: list.map((item) => scalars(item)) } as CongdanCollection };
}

function readText(given: string): Reply {
  const text = given.replace(/^\ufeff/, '').trim();
  if (text.startsWith('<')) return readXmlText(text);
  if (text === 'Err') return { kind: 'err' };
  return /^\d{2,4}$/.test(text) ? { kind: 'code', code: text } : { kind: 'strange' };
}

/**
 * @param body the answer as JSON, undefined where it is none
 * @param text the same as it came
 */
export function readReply(body: unknown, text: string): Reply {
  if (!isRecord(body)) return readText(typeof body === 'string' ? body : text);
  const { message } = body;
  const given = CODES.map((name) => body[name]).find((value) => (typeof value === 'string' && CODE.test(value)) || Number.isInteger(value));
  const code = given === undefined ? undefined : String(given);
  const inner = typeof message === 'string' ? readText(message) : undefined;
  // The known client ignores error_code: what the message says goes first, where it says something.
  if (inner !== undefined && inner.kind !== 'strange') return besides(inner, code);
  const json = readJson(body);
  if (json !== undefined) return besides(json, code);
  return code === undefined ? { kind: 'strange' } : { kind: 'code', code };
}
