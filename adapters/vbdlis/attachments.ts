/** Papers of a dossier as attachments of a message: one element for each file, with the file's address in the place of its content. */
import { caution, fault, type Findings } from '../../src/adapter/findings.ts';
import type { Component, FileRef } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { cleanLine } from '../../src/model/text.ts';
import type { AttachmentConfig, LandConfig } from './config.ts';
import { inlineAddress, inlineBytes, slotOf, type Attachment } from './contract.ts';
import { text } from './fields.ts';

/** Before the place of a file in the configured folder, percent-encoded. */
export const FOLDER_SCHEME = 'folder:';

/** A paper that goes along; a component of the dossier is one. */
export type Paper = Pick<Component, 'name' | 'files'> & Partial<Pick<Component, 'originals' | 'copies'>>;

/** The last part of a name that may have folders before it, of either kind (defect 10). */
export const bareName = (name: string): string => cleanLine(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));

/** Extension with its dot, in lower case; '' when there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

/** Systems name papers, not files: a name without an extension gets the one that its link has. */
function fileName({ name, url }: FileRef): string {
  const bare = bareName(name);
  if (extensionOf(bare) !== '' || url === undefined || !URL.canParse(url)) return bare;
  return bare + extensionOf(bareName(new URL(url).pathname));
}

function allowedLink(link: string, { hosts }: AttachmentConfig): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const url = new URL(link);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '' && hosts.includes(url.host) ? url.href : undefined;
}

/**
 * Where the file's content is read from: the ledger, its own link (which may be the content, `data:…;base64,…`), a link made of its id, or a place in the folder.
 * @returns `undefined` when there is none that the configuration allows
 */
export function addressOf(file: FileRef, code: string, config: AttachmentConfig): string | undefined {
  if (fileIdIn(file.url) !== undefined) return file.url;
  if (file.url !== undefined && file.url !== '') {
    const own = inlineAddress(file.url) ?? allowedLink(file.url, config);
    if (own !== undefined) return own;
  }
  if (config.link !== '' && (file.id ?? '') !== '') {
    const made = allowedLink(config.link.replace('{id}', encodeURIComponent(file.id ?? '')), config);
    if (made !== undefined) return made;
  }
  return config.folder === '' ? undefined : placeOf(file, code, config);
}

/** What may stand in a place for one of the words: no way out of the folder, no folder of its own but in an id that is a path. */
const isPlain = (part: string): boolean => part !== '' && part.split(/[/\\]/).every((step) => step !== '' && step !== '.' && step !== '..') && !part.includes('\0') && !part.includes(':');

function placeOf(file: FileRef, code: string, { path }: AttachmentConfig): string | undefined {
  const words: Readonly<Record<string, string>> = { code, id: file.id ?? '', name: fileName(file) };
  let isWhole = true;
  const place = path.replace(/\{(code|id|name)\}/g, (_all, word: string) => {
    const value = words[word] ?? '';
    isWhole &&= isPlain(value);
    return value;
  });
  return isWhole && isPlain(place) ? FOLDER_SCHEME + encodeURI(place.replaceAll('\\', '/')).replaceAll('#', '%23').replaceAll('?', '%3F') : undefined;
}

/**
 * @param papers those without a file are not sent at all (fact sheet 2.1)
 * @param pointer of `papers` in what the caller gave
 * @param code of the dossier
 */
export function writeAttachments(papers: readonly Paper[], pointer: string, code: string, config: LandConfig, found: Findings): Attachment[] {
  const { attachments: rules } = config;
  const tell = rules.incomplete === 'refuse' ? fault : caution;
  const out: Attachment[] = [];
  let total = 0;
  papers.forEach((paper, i) => {
    paper.files.forEach((file, j) => {
      if (file.deleted === true) return;
      const at = `${pointer}/${i}/files/${j}`;
      const name = fileName(file);
      const address = addressOf(file, code, rules);
      const slot = address === undefined ? undefined : slotOf(address);
      if (slot === undefined) return tell(found, 'LT-VBDLIS-FILE-SOURCE', at);
      if (!rules.extensions.includes(extensionOf(name))) return tell(found, 'LT-VBDLIS-FILE-TYPE', `${at}/name`);
      const bytes = Math.max(file.size ?? 0, inlineBytes(address ?? ''));
      if (bytes > rules.maxFileBytes) return tell(found, 'LT-VBDLIS-FILE-SIZE', `${at}/size`);
      total += bytes;
      out.push({
        TenGiayTo: text(paper.name) || `Giấy tờ ${i + 1}`,
        SoBanChinh: paper.originals ?? null,
        SoBanSao: paper.copies ?? null,
        TapTin: { name, data: slot },
      });
    });
  });
  if (out.length > rules.maxFiles || total > rules.maxTotalBytes) fault(found, 'LT-VBDLIS-FILE-SIZE', pointer);
  return out;
}
