/**
 * The content of files in a message. A message names a file by its address in the ledger, so that what is kept of it stays small; right before it
 * goes out, the content takes the address's place. Only in the fields that hold files: a citizen's text that looks like an address stays text.
 */
import type { AdapterRuntime } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { PushRequest, StatusRequest } from './contract.ts';

export class FileTrouble extends Error {
  readonly why: 'missing' | 'too-large';
  constructor(why: 'missing' | 'too-large') {
    super(why);
    this.why = why;
  }
}

/**
 * What stands in a message for a file: its address in the ledger, or the content itself where the dossier brings it as `data:…;base64,…` (SDK,
 * recordings). undefined for any other address: such a file cannot be sent.
 */
export function slotOf(url: string | undefined): string | undefined {
  if (fileIdIn(url) !== undefined) return url;
  return /^data:[^,]{0,100};base64,([A-Za-z0-9+/]+={0,2})$/.exec(url ?? '')?.[1];
}
/** The address of content in base64, as `slotOf` takes it. */
export const inlineAddress = (base64: string): string => `data:;base64,${base64}`;

/** Fields of ketQuaXuLy that hold a file (3.7). */
export const RESULT_FILES = ['giayKhaiSinh', 'giayKhaiTu'] as const;

/** @param most bytes of all files together · @throws FileTrouble */
export async function withContent(operation: string, request: unknown, readFile: AdapterRuntime['readFile'], most: number): Promise<unknown> {
  let total = 0;
  const contentOf = async (given: string): Promise<string> => {
    if (fileIdIn(given) === undefined) return given;
    const content = await readFile?.(given);
    if (content === undefined) throw new FileTrouble('missing');
    total += content.byteLength;
    if (total > most) throw new FileTrouble('too-large');
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64');
  };
  if (operation === 'pushCivilStatus') {
    const push = request as PushRequest;
    const fileDinhKem: PushRequest['fileDinhKem'] = [];
    for (const file of push.fileDinhKem) fileDinhKem.push({ ...file, duLieuTepDinhKem: await contentOf(file.duLieuTepDinhKem) });
    return { ...push, fileDinhKem };
  }
  const { ketQuaXuLy } = request as Partial<StatusRequest>;
  if (operation !== 'reportStatus' || typeof ketQuaXuLy !== 'string') return request;
  const result: unknown = JSON.parse(ketQuaXuLy);
  if (!isRecord(result)) return request;
  for (const name of RESULT_FILES) if (typeof result[name] === 'string') result[name] = await contentOf(result[name]);
  return { ...(request as StatusRequest), ketQuaXuLy: JSON.stringify(result) };
}
