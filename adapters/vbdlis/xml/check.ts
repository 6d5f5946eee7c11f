/**
 * What is odd about a file that can be read: codes outside their lists, ids that come twice, references to nothing. None of it makes
 * the file unreadable (sources differ, and nobody has the official schema): all of it is said.
 */
import { codeListOf, isKnownCode, type MoreCodes } from './codes.ts';
import { HO_SO_XML, ROOT, type ElementShape } from './shape.ts';
import type { Complete } from './assemble.ts';
import type { LandFile, LandFinding } from './types.ts';

type AnyNode = Readonly<Record<string, unknown>>;

/** Leaves that point at the leaf of the same name that heads an entity; those of other names are in the table. */
const POINTS_AT: Readonly<Record<string, string>> = {
  nguoiDaiDienId: 'caNhanId', daiDienKhaiTrinhId: 'caNhanId', chuHoId: 'caNhanId', voId: 'caNhanId', chongId: 'caNhanId', voChongChuHoId: 'voChongId', giaoDichBaoDamChaId: 'giaoDichBaoDamId',
};
/** By loaiDoiTuong and loaiTaiSan: which id `chuId` and `taiSanId` mean (4.7 i, j). */
const OWNER_IDS: Readonly<Record<string, string>> = { 0: 'caNhanId', 1: 'voChongId', 2: 'hoGiaDinhId', 3: 'toChucId', 4: 'congDongId' };
const ASSET_IDS: Readonly<Record<string, string>> = {
  6: 'thuaDatId', 7: 'nhaRiengLeId', 8: 'canHoId', 9: 'nhaChungCuId', 10: 'khuChungCuId', 11: 'congTrinhXayDungId', 12: 'congTrinhNgamId', 13: 'rungTrongId', 14: 'cayLauNamId',
};
/** Codes of catalogues that are not in the file. */
const OUTSIDE = new Set(['quocTichId', 'danTocId', 'loaiCheDoMienGiamId', 'loaiCheDoNoId', 'hangMucTaiSanId']);

/** The leaf that names an entity: the first one, where it ends in Id. */
function ownId(shape: ElementShape): string | undefined {
  const [first] = Object.keys(shape.leaves);
  return first?.endsWith('Id') === true && Object.keys(shape.leaves).length > 2 ? first : undefined;
}

/** The same text, without the piece of the file that it was cut from: V8 keeps the whole of it for a part. */
const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

export interface LandChecker {
  /** an entity that a stream handed out of the file that is open */
  entity(entity: Complete): void;
  /** the file is over: everything odd about it, in the order of the file, references last */
  file(file: LandFile): LandFinding[];
}

/** @param more codes that this installation knows beside ours */
export function createLandChecker(more: MoreCodes = {}): LandChecker {
  let findings: LandFinding[] = [];
  let known = new Map<string, Set<string>>();
  /** target and id to where it is referred to; an id that comes takes its references out */
  let awaited = new Map<string, Map<string, string | string[]>>();
  let handedOut = new Map<string, { at: string; n: number }>();

  function refer(target: string, id: string, at: string): void {
    const ids = awaited.get(target) ?? new Map<string, string | string[]>();
    awaited.set(target, ids);
    const places = ids.get(id);
    if (places === undefined) ids.set(detached(id), at);
    else if (typeof places === 'string') ids.set(id, [places, at]);
    else places.push(at);
  }

  function leaves(node: AnyNode, shape: ElementShape, at: string): void {
    const own = ownId(shape);
    for (const leaf in shape.leaves) {
      const value = node[leaf];
      if (value === undefined || value === null || value === '') continue;
      const text = String(value).trim();
      const list = codeListOf(leaf);
      if (list !== undefined && !isKnownCode(list, text, more)) findings.push({ kind: 'unknown-code', at: `${at}/${leaf}`, detail: list, code: text.slice(0, 20) });
      if (leaf === own) {
        const seen = known.get(leaf) ?? new Set();
        if (seen.has(text)) findings.push({ kind: 'duplicate-id', at: `${at}/${leaf}` });
        else known.set(leaf, seen.add(detached(text)));
        awaited.get(leaf)?.delete(text);
      } else if (leaf.endsWith('Id') && !OUTSIDE.has(leaf)) {
        const target = leaf === 'chuId' ? OWNER_IDS[String(node['loaiDoiTuong'])] : leaf === 'taiSanId' ? ASSET_IDS[String(node['loaiTaiSan'])] : (POINTS_AT[leaf] ?? leaf);
        if (target !== undefined && known.get(target)?.has(text) !== true) refer(target, text, `${at}/${leaf}`);
      }
    }
  }

  function visit(node: AnyNode, shape: ElementShape, at: string): void {
    leaves(node, shape, at);
    for (const [name, below] of Object.entries(shape.children)) {
      const value = node[name];
      if (value === undefined) continue;
      if (Array.isArray(value)) (value as AnyNode[]).forEach((item, i) => visit(item, below, `${at}/${name}${i === 0 ? '' : `[${i + 1}]`}`));
      else visit(value as AnyNode, below, `${at}/${name}`);
    }
    const { files } = shape;
    if (files === undefined || node[files] === undefined) return;
    // A file inside a file is a world of its own: its ids are.
    for (const inner of ((node[files] as AnyNode)[ROOT] as LandFile[] | undefined) ?? []) {
      findings.push(...createLandChecker(more).file(inner).map((finding) => ({ ...finding, at: `${at}/${files}/${finding.at}` })));
    }
  }

  return {
    entity({ path, name, node }) {
      let shape: ElementShape | undefined = HO_SO_XML;
      for (const step of [...path, name]) shape = shape?.children[step];
      if (shape === undefined) return;
      const place = [...path, name].join('/');
      // One text for all entities of a place: what a reference remembers of it is a part of that.
      const of = handedOut.get(place) ?? { at: `${ROOT}/${place}`, n: 0 };
      handedOut.set(place, of);
      of.n += 1;
      visit(node, shape, of.n === 1 ? of.at : `${of.at}[${of.n}]`);
    },
    file(file) {
      visit(file as AnyNode, HO_SO_XML, ROOT);
      for (const [target, ids] of awaited) for (const places of ids.values()) for (const at of [places].flat()) findings.push({ kind: 'dangling-reference', at, detail: target });
      const found = findings;
      findings = [];
      known = new Map();
      awaited = new Map();
      handedOut = new Map();
      return found;
    },
  };
}

/** Everything odd about a whole file. */
export const checkLandFile = (file: LandFile, more: MoreCodes = {}): LandFinding[] => createLandChecker(more).file(file);
