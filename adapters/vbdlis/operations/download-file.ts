/** O5: a file by its link: fetched, measured and checked (fact sheet 1.3, 2.16). */
import { defineOperation } from '../../../src/adapter/define.ts';
import type { RemoteState } from '../../../src/adapter/types.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { Validate } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import type { LandFile } from '../../../src/model/generated/land-case.ts';
import { classifyDownload } from '../classify.ts';
import type { LandConfig } from '../config.ts';
import type { DownloadedFile, DownloadRequest } from '../files.ts';
import { digestOf } from '../inbound/values.ts';
import { LOST_REPLIES } from '../lost-replies.ts';
import { isForHere } from '../route.ts';

export type DownloadInput = DownloadRequest;

/** Blanks and Vietnamese letters occur in links; what steers a line, a header or a page has no place in one. */
const LINK = /^[^\u0000-\u001f\u007f"<>\\]{1,4000}$/;

const downloadRequest: Validate<DownloadRequest> = (value) =>
  isRecord(value) && typeof value['link'] === 'string' && LINK.test(value['link'])
    ? { ok: true, value: value as unknown as DownloadRequest }
    : { ok: false, issues: [issue('LT-VBDLIS-LINK', '/link')] };
/** Made by our own line: nothing of it is the other side's word. */
const downloaded: Validate<DownloadedFile> = (value) => ({ ok: true, value: value as DownloadedFile });

const keyOf = (link: string): string => `file:${digestOf(link)}`;

/** What is known of the files of a dossier: by key, so that no link stands in the clear. */
export interface FetchedFiles extends RemoteState { files?: Readonly<Record<string, { sha256: string; bytes: number; mediaType?: string }>> }

/** Every file that the land system has named, each once. What the portal sends lies elsewhere and is not its to give. */
function filesOf({ landCase }: Dossier): LandFile[] {
  if (landCase === undefined) return [];
  const all = [
    ...landCase.results,
    ...landCase.events.flatMap(({ files }) => files ?? []),
    ...landCase.obligations.map(({ channel, document }) => (channel === 'portal' ? undefined : document)),
  ].filter((file) => file !== undefined);
  return [...new Map(all.map((file) => [file.link, file])).values()];
}

export const downloadFile = defineOperation<DownloadInput, DownloadRequest, DownloadedFile, DownloadedFile, LandConfig>({
  id: 'downloadFile',
  title: { vi: 'Tải tệp của hệ thống đất đai', en: 'Download a file of the land system' },
  access: 'read',
  idempotency: { kind: 'natural-key', why: LOST_REPLIES.downloadFile.why },
  ordering: 'none',
  coalesce: 'never',
  batch: { max: 1 },
  request: downloadRequest,
  response: downloaded,
  encode: ([input]) => ({ ...(input as DownloadInput) }),
  classify: (result) => classifyDownload<DownloadedFile>(result),
  decode: (response) => response,
  remoteAfter(request, remote, { sha256, bytes, mediaType }) {
    const { files } = remote as FetchedFiles;
    return { ...remote, files: { ...files, [keyOf(request.link)]: { sha256, bytes, ...(mediaType === undefined ? {} : { mediaType }) } } };
  },
  subscribe: {
    plan: (dossier, config) =>
      config.downloads.results === 'leave' || !isForHere(dossier, config) ? [] : filesOf(dossier).filter(({ fetched }) => fetched === undefined).map(({ link }) => ({ itemKey: keyOf(link) })),
    input(dossier, itemKey) {
      const file = filesOf(dossier).find(({ link }) => keyOf(link) === itemKey);
      return file === undefined ? undefined : { link: file.link, ...(file.extension === undefined ? {} : { extension: file.extension }) };
    },
  },
});
