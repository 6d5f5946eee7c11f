/** From typed nodes back to XML, in the order of the format. What had no place is written behind what has. */
import { XML_DECLARATION, xmlText } from '../../../src/contract/xml/write.ts';
import { HO_SO_XML, ROOT, type ElementShape } from './shape.ts';
import type { LandFile, Unplaced } from './types.ts';

type AnyNode = Readonly<Record<string, unknown>>;
const list = (value: unknown): readonly AnyNode[] => (Array.isArray(value) ? (value as AnyNode[]) : []);

/** @returns the document with its declaration. @throws TypeError when a text or a name is none of XML's */
export function buildLandFile(file: LandFile): string {
  const out = [XML_DECLARATION, '\n'];
  element(out, ROOT, file as AnyNode, HO_SO_XML);
  return out.join('');
}

/** Several files under one root. Its name is ours: the format has one file to a document, and our reader takes any root around them. */
export function buildLandFiles(files: readonly LandFile[]): string {
  const out = [XML_DECLARATION, '\n<DanhSachHoSo>'];
  for (const file of files) element(out, ROOT, file as AnyNode, HO_SO_XML);
  out.push('</DanhSachHoSo>');
  return out.join('');
}

function element(out: string[], name: string, node: AnyNode, shape: ElementShape): void {
  out.push('<', name, '>');
  for (const leaf in shape.leaves) {
    const value = node[leaf];
    if (value === undefined || value === null) continue;
    const text = String(value);
    out.push('<', leaf, '>', xmlText(text), '</', leaf, '>');
  }
  for (const [child, below] of Object.entries(shape.children)) {
    const value = node[child];
    if (value === undefined) continue;
    if (Object.keys(below.leaves).length === 0) element(out, child, value as AnyNode, below);
    else for (const item of list(value)) element(out, child, item, below);
  }
  const { files } = shape;
  if (files !== undefined && node[files] !== undefined) {
    out.push('<', files, '>');
    for (const file of list((node[files] as AnyNode)[ROOT])) element(out, ROOT, file, HO_SO_XML);
    for (const raw of ((node[files] as AnyNode)['unplaced'] as Unplaced[] | undefined) ?? []) unplaced(out, raw);
    out.push('</', files, '>');
  }
  for (const raw of (node['unplaced'] as Unplaced[] | undefined) ?? []) unplaced(out, raw);
  out.push('</', name, '>');
}

/** What has no place comes from outside, its name too. */
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-·]*$/u;

function unplaced(out: string[], { name, text, children = [] }: Unplaced): void {
  if (!NAME.test(name)) throw new TypeError('an element has a name that XML does not have');
  out.push('<', name, '>');
  if (text !== undefined) out.push(xmlText(text));
  for (const child of children) unplaced(out, child);
  out.push('</', name, '>');
}
