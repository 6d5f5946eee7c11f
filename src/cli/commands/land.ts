/** Files of the land data exchange (HoSoXml) at the command line: is it sound, and the same as JSON or XML. */
import { closeSync, createReadStream, existsSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { buildLandFile, buildLandFiles } from '../../../adapters/vbdlis/xml/build.ts';
import { createLandChecker } from '../../../adapters/vbdlis/xml/check.ts';
import { LAND_CODES, type MoreCodes } from '../../../adapters/vbdlis/xml/codes.ts';
import { misfitsOf } from '../../../adapters/vbdlis/xml/fits.ts';
import { MOST_FINDINGS, collectLandXml, streamLandXml } from '../../../adapters/vbdlis/xml/read.ts';
import type { LandFile, LandFinding } from '../../../adapters/vbdlis/xml/types.ts';
import type { Text } from '../../contract/errors/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import { isXmlFault } from '../../contract/xml/events.ts';
import { CommandError, EXIT } from '../output.ts';
import { progress } from '../progress.ts';

/** A whole file as one object; larger ones are converted entity by entity. */
const MOST_WHOLE = 64 * 1024 * 1024;
/** Of what does not fit. */
const SHOWN = 20;

const SENTENCES: Readonly<Record<LandFinding['kind'], Text>> = {
  'unknown-element': { vi: 'phần tử không có trong khuôn dạng, giữ nguyên', en: 'an element that the format does not have, kept' },
  'wrong-type': { vi: 'giá trị không đúng kiểu, giữ nguyên', en: 'a value of another type, kept' },
  repeated: { vi: 'phần tử lặp lại, giữ giá trị đầu', en: 'comes twice, the first one counts' },
  'unknown-code': { vi: 'mã ngoài danh mục, giữ nguyên', en: 'a code outside its list, kept' },
  'duplicate-id': { vi: 'mã định danh trùng trong tệp', en: 'an id that stands twice in the file' },
  'dangling-reference': { vi: 'tham chiếu tới đối tượng không có trong tệp', en: 'a reference to nothing in the file' },
  'stray-text': { vi: 'chữ nằm ngoài phần tử, bỏ qua', en: 'text outside of elements, left out' },
  'no-such-root': { vi: 'không có phần tử HoSoXml', en: 'there is no element HoSoXml' },
};
const FAULTS: Readonly<Record<string, Text>> = {
  'not-well-formed': { vi: 'không phải XML hợp lệ', en: 'not well-formed XML' },
  doctype: { vi: 'có khai báo DOCTYPE, bị từ chối', en: 'has a document type declaration, which is refused' },
  limit: { vi: 'vượt giới hạn an toàn', en: 'is beyond a safety limit' },
  encoding: { vi: 'không phải UTF-8 hoặc UTF-16', en: 'is neither UTF-8 nor UTF-16' },
};
const UNREADABLE: Readonly<Record<string, Text>> = {
  ENOENT: { vi: 'không có tệp này', en: 'no such file' },
  EACCES: { vi: 'không có quyền đọc', en: 'may not be read' },
};

export interface ValidateOptions { codes?: string; json?: boolean }
interface Report { file: string; files: number; entities: Record<string, number>; findings: LandFinding[]; more: number }

/** Says everything that is odd about a file of any size. Exit code 1 when there is something, 2 when it is no such file. */
export async function landValidate(file: string, options: ValidateOptions): Promise<void> {
  const checker = createLandChecker(codesOf(options.codes));
  const report: Report = { file, files: 0, entities: {}, findings: [], more: 0 };
  const found = (finding: LandFinding): void => {
    if (report.findings.length < MOST_FINDINGS) report.findings.push(finding);
    else report.more += 1;
  };
  await reading(file, async (pieces) => {
    for await (const piece of streamLandXml(pieces, found)) {
      if (piece.kind === 'file') {
        report.files += 1;
        checker.file(piece.file).forEach(found);
      } else {
        report.entities[piece.name] = (report.entities[piece.name] ?? 0) + 1;
        checker.entity(piece);
      }
    }
  });
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${lines(report).join('\n')}\n`);
  if (report.findings.length > 0) process.exitCode = EXIT.findings;
}

function lines({ files, entities, findings, more }: Report): string[] {
  const counts = Object.entries(entities).map(([name, n]) => `${name} ${n.toLocaleString('en-US')}`);
  return [
    `HoSoXml ${files.toLocaleString('en-US')}${counts.length === 0 ? '' : ` · ${counts.join(', ')}`}`,
    ...findings.map(({ kind, at, detail, code }) => `✗ ${at}${code === undefined ? '' : ` “${code}”`}${detail === undefined ? '' : ` (${detail})`}\n  ${SENTENCES[kind].vi} / ${SENTENCES[kind].en}`),
    ...(more === 0 ? [] : [`… +${more}`]),
    findings.length === 0 ? 'nothing odd / không có gì bất thường' : `${findings.length + more} findings / điểm cần xem`,
  ];
}

export interface ConvertOptions { out: string; to?: string; force?: boolean }
const FORMS = ['json', 'ndjson', 'xml'] as const;

/** XML to JSON (one file), XML to NDJSON (any size: a line for each entity), JSON to XML. The result appears under its name when it is whole. */
export async function landConvert(file: string, { out, to, force }: ConvertOptions): Promise<void> {
  const form = to ?? /\.(json|ndjson|xml)$/i.exec(out)?.[1]?.toLowerCase();
  if (form === undefined || !(FORMS as readonly string[]).includes(form)) throw new CommandError(`--to: ${FORMS.join(', ')} / định dạng đích`, EXIT.usage);
  if (existsSync(out) && force !== true) throw new CommandError(`${out}: exists; --force writes over it / đã có, thêm --force để ghi đè`, EXIT.usage);
  const partial = `${out}.partial`;
  const target = await open(partial, 'w').catch((error: unknown) => {
    throw new CommandError(`${out}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be written'} / không ghi được`, EXIT.usage);
  });
  try {
    if (form === 'xml') await toXml(file, target);
    else if (form === 'json') await toJson(file, target);
    else await toLines(file, target);
    await target.sync();
    await target.close();
    renameSync(partial, out);
  } catch (error) {
    await target.close().catch(() => undefined);
    rmSync(partial, { force: true });
    throw error;
  }
}

async function toXml(file: string, target: FileHandle): Promise<void> {
  whole(file, 'split it / hãy chia nhỏ');
  if (looksLikeXml(file)) throw new CommandError(`${file}: is XML already / đã là XML`, EXIT.usage);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw new CommandError(`${file}: not JSON / không phải JSON`, EXIT.usage);
  }
  const misfits = Array.isArray(value) ? value.flatMap((one, i) => misfitsOf(one).map((misfit) => ({ ...misfit, pointer: `/${i}${misfit.pointer}` }))) : misfitsOf(value);
  if (misfits.length > 0) {
    const said = misfits.slice(0, SHOWN).map(({ pointer, kind, expected }) => `  ${pointer === '' ? '/' : pointer}: ${kind === 'unknown' ? 'the format has no such element / khuôn dạng không có phần tử này' : `another type, ${expected ?? ''} is expected / không đúng kiểu`}`);
    throw new CommandError([`${file}: does not fit the format, nothing was written / không đúng khuôn dạng, chưa ghi gì`, ...said, ...(misfits.length > SHOWN ? [`  … +${misfits.length - SHOWN}`] : [])].join('\n'), EXIT.usage);
  }
  let text: string;
  try {
    text = Array.isArray(value) ? buildLandFiles(value as LandFile[]) : buildLandFile(value as LandFile);
  } catch (error) {
    throw new CommandError(`${file}: ${error instanceof Error ? error.message : 'cannot be written as XML'} / không ghi được thành XML`, EXIT.usage);
  }
  await target.writeFile(text);
}

async function toJson(file: string, target: FileHandle): Promise<void> {
  whole(file, 'convert it to NDJSON / hãy chuyển sang NDJSON');
  const { files, findings, more } = await reading(file, (pieces) => collectLandXml(pieces));
  told(file, files.length, findings.length + more);
  await target.writeFile(`${JSON.stringify(files.length === 1 ? files[0] : files, undefined, 2)}\n`);
}

async function toLines(file: string, target: FileHandle): Promise<void> {
  let waiting = '';
  let files = 0;
  let findings = 0;
  await reading(file, async (pieces) => {
    for await (const piece of streamLandXml(pieces, () => void (findings += 1))) {
      if (piece.kind === 'file') files += 1;
      waiting += `${JSON.stringify(piece.kind === 'entity' ? { path: piece.path.join('/'), [piece.name]: piece.node } : { HoSoXml: piece.file })}\n`;
      if (waiting.length < 256 * 1024) continue;
      await target.writeFile(waiting);
      waiting = '';
    }
  });
  told(file, files, findings);
  await target.writeFile(waiting);
}

/** What a conversion cannot pass over in silence. @throws CommandError when there was nothing to convert */
function told(file: string, files: number, findings: number): void {
  if (files === 0) throw new CommandError(`${file}: ${SENTENCES['no-such-root'].en} / ${SENTENCES['no-such-root'].vi}`, EXIT.usage);
  if (findings > 0) process.stderr.write(`${file}: ${findings} findings, see land validate / điểm cần xem, chạy land validate\n`);
}

function whole(file: string, instead: string): void {
  if (sizeOf(file) > MOST_WHOLE) throw new CommandError(`${file}: larger than 64 MiB / lớn hơn 64 MiB; ${instead}`, EXIT.usage);
}

const firstBytes = (file: string): Buffer => {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(64);
    return start.subarray(0, readSync(descriptor, start));
  } finally {
    closeSync(descriptor);
  }
};
const looksLikeXml = (file: string): boolean => firstBytes(file).toString('latin1').replace(/[^\x21-\x7e]/g, '').startsWith('<');

/** Names of lists to further codes: `{"land-use": ["ABC"]}`. */
function codesOf(file: string | undefined): MoreCodes {
  if (file === undefined) return {};
  const wrong = (): CommandError => new CommandError(`--codes: {"list": ["code", …]} with lists ${Object.keys(LAND_CODES).join(', ')} / danh mục bổ sung`, EXIT.usage);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw wrong();
  }
  if (!isRecord(value) || !Object.entries(value).every(([list, codes]) => Object.hasOwn(LAND_CODES, list) && Array.isArray(codes) && codes.every((code) => typeof code === 'string'))) throw wrong();
  return value as MoreCodes;
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new CommandError(`${file}: no file / không phải tệp`, EXIT.usage);
    return stat.size;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    const said = UNREADABLE[code] ?? { en: `cannot be read (${code})`, vi: 'không đọc được' };
    throw new CommandError(`${file}: ${said.en} / ${said.vi}`, EXIT.usage);
  }
}

/** By its mark, or by how a “<” stands in it. What the declaration says is not asked: it is right only where this is. */
function encodingOf([first, second]: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : 'utf-8';
}

/** The text of a file in pieces, with progress for a long one; what is wrong with it in words. */
async function reading<T>(file: string, use: (pieces: AsyncIterable<string>) => Promise<T>): Promise<T> {
  const total = sizeOf(file);
  const bar = total > 8 * 1024 * 1024 ? progress('HoSoXml', total) : undefined;
  async function* pieces(): AsyncGenerator<string> {
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    let read = 0;
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
        decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
        read += chunk.length;
        bar?.to(read);
        yield decoder.decode(chunk, { stream: true });
      }
      if (decoder !== undefined) yield decoder.decode();
    } catch (error) {
      if (error instanceof TypeError) throw new CommandError(`${file}: ${FAULTS['encoding']?.en ?? ''} / ${FAULTS['encoding']?.vi ?? ''}`, EXIT.usage);
      throw error;
    }
  }
  try {
    const result = await use(pieces());
    bar?.done();
    return result;
  } catch (error) {
    if (!isXmlFault(error)) throw error;
    if (error.kind === 'not-well-formed' && !looksLikeXml(file)) throw new CommandError(`${file}: is no XML; JSON can only be converted to XML / không phải XML; JSON chỉ chuyển được sang XML`, EXIT.usage);
    const text = FAULTS[error.kind];
    throw new CommandError(`${file}${error.line === undefined ? '' : `:${error.line}`}: ${text?.en ?? ''} / ${text?.vi ?? ''}`, EXIT.usage);
  }
}
