/** Which fields of a message hold files: only there the content takes the place of an address, so that a citizen's text that looks like one stays text. */
import { withFileContents, type Filled } from '../../src/adapter/file-slots.ts';
import type { AdapterRuntime } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { PushRequest, StatusRequest } from './contract.ts';

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

/** @param maxBytes of all files together */
export async function withContent(operation: string, request: unknown, readFile: AdapterRuntime['readFile'], maxBytes: number): Promise<Filled<unknown>> {
  if (operation === 'pushCivilStatus') {
    const push = request as PushRequest;
    const contents = await withFileContents(push.fileDinhKem.map(({ duLieuTepDinhKem }) => duLieuTepDinhKem), readFile, { maxBytes });
    if (!contents.ok) return contents;
    return { ok: true, message: { ...push, fileDinhKem: push.fileDinhKem.map((file, i) => ({ ...file, duLieuTepDinhKem: contents.message[i] })) } };
  }
  const { ketQuaXuLy } = request as Partial<StatusRequest>;
  const result: unknown = operation === 'reportStatus' && typeof ketQuaXuLy === 'string' ? JSON.parse(ketQuaXuLy) : undefined;
  if (!isRecord(result)) return { ok: true, message: request };
  const contents = await withFileContents(Object.fromEntries(RESULT_FILES.filter((name) => name in result).map((name) => [name, result[name]])), readFile, { maxBytes });
  return contents.ok ? { ok: true, message: { ...(request as StatusRequest), ketQuaXuLy: JSON.stringify({ ...result, ...contents.message }) } } : contents;
}
