/** O5: a file by its link: fetched, measured and checked; what came is kept with the file in the case (fact sheet 1.3, 2.16). */
import { isDeepStrictEqual } from 'node:util';
import { defineOperation } from '../../../src/adapter/define.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { Validate } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import type { FinancialObligation, LandCase, LandEvent, LandFile } from '../../../src/model/generated/land-case.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
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

/** A file that the land system has named, where it stands in the case. */
interface Named { key: string; file: LandFile }
const keyOf = (...parts: string[]): string => `file:${digestOf(parts.length === 1 ? parts[0] : parts)}`;

/** What an end brings is fetched for this end, whatever was there before: a corrected result may come under the same link. */
const filesOfEvent = ({ id, kind, files = [] }: LandEvent): Named[] => files.map((file) => ({ file, key: kind === 'FINISHED' ? keyOf(id, file.link) : keyOf(file.link) }));

/** What is shown as the result comes from the last end that brought any; what comes from none, the province has said. */
function filesOfResult({ events, results }: LandCase): Named[] {
  const last = events.findLast(({ kind, files }) => kind === 'FINISHED' && files !== undefined && files.length > 0);
  const ofLast = new Map((last === undefined ? [] : filesOfEvent(last)).map(({ file, key }) => [file.link, key]));
  return results.map((file) => ({ file, key: ofLast.get(file.link) ?? keyOf(file.link) }));
}

/** What the portal sends lies elsewhere and is not the land system's to give. */
const filesOfNotice = ({ channel, document }: FinancialObligation): Named[] => (channel === 'portal' || document === undefined ? [] : [{ file: document, key: keyOf(document.link) }]);

/** Every file that the land system has named and that is still to be fetched, each once. */
function filesOf({ landCase }: Dossier): Named[] {
  if (landCase === undefined) return [];
  const all = [...filesOfResult(landCase), ...landCase.events.flatMap(filesOfEvent), ...landCase.obligations.flatMap(filesOfNotice)];
  const fetched = new Set(all.filter(({ file }) => file.fetched !== undefined).map(({ key }) => key));
  return [...new Map(all.filter(({ key }) => !fetched.has(key)).map((one) => [one.key, one])).values()];
}

const LONGEST_KIND = 200;

/** Wherever the link stands, the file says what came; one that says so already is left alone: that was of an earlier end. */
function withFetched(landCase: LandCase, link: string, fetched: NonNullable<LandFile['fetched']>): LandCase {
  const said = (file: LandFile): LandFile => (file.link === link && file.fetched === undefined ? { ...file, fetched } : file);
  return {
    ...landCase,
    results: landCase.results.map(said),
    events: landCase.events.map((event) => (event.files === undefined ? event : { ...event, files: event.files.map(said) })),
    obligations: landCase.obligations.map((notice) => (notice.document === undefined || notice.channel === 'portal' ? notice : { ...notice, document: said(notice.document) })),
  };
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
  learn(dossier, { link }, { sha256, bytes, mediaType }, now) {
    if (dossier.landCase === undefined) return undefined;
    const fetched = { at: instantFromEpoch(now), sha256, bytes, ...(mediaType === undefined ? {} : { mediaType: mediaType.slice(0, LONGEST_KIND) }) };
    const landCase = withFetched(dossier.landCase, link, fetched);
    return isDeepStrictEqual(landCase, dossier.landCase) ? undefined : { ...dossier, landCase };
  },
  subscribe: {
    plan: (dossier, config) =>
      config.downloads.results === 'leave' || !isForHere(dossier, config) ? [] : filesOf(dossier).map(({ key }) => ({ itemKey: key })),
    input(dossier, itemKey) {
      const file = filesOf(dossier).find(({ key }) => key === itemKey)?.file;
      return file === undefined ? undefined : { link: file.link, ...(file.extension === undefined ? {} : { extension: file.extension }) };
    },
  },
});
