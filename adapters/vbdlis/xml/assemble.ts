/** From XML events to typed nodes; the same for a document in memory and one that streams. */
import type { XmlHandler } from '../../../src/contract/xml/events.ts';
import { HO_SO_XML, ROOT, type ElementShape, type LeafType } from './shape.ts';
import type { LandFile, LandFinding, Unplaced } from './types.ts';

type AnyNode = Record<string, unknown> & { unplaced?: Unplaced[] };

/** An entity that is complete: a list item of the shape, with the way to it. */
export interface Complete { path: readonly string[]; name: string; node: AnyNode }

export interface AssembleOptions {
  onFinding(finding: LandFinding): void;
  /**
   * Takes entities that stand directly in a file, as soon as they are complete; they are then not kept in the file. Absent: the file
   * holds everything. What is inside an entity always comes with it.
   */
  onEntity?(entity: Complete): void;
  /** a file is over; with `onEntity` it holds its own leaves only */
  onFile(file: LandFile): void;
}

type Kind = 'container' | 'file' | 'node' | 'wrapper' | 'files' | 'leaf' | 'unplaced' | 'outside';
/** All of one form, whatever the kind: there is one for each element. */
class Frame {
  name: string;
  kind: Kind;
  places: Places | undefined;
  node: AnyNode | undefined;
  raw: Unplaced | undefined = undefined;
  type: LeafType | undefined = undefined;
  text = '';
  isNil = false;
  /** how many of each name came */
  seen: Map<string, number> | undefined = undefined;
  constructor(name: string, kind: Kind, places?: Places, node?: AnyNode) {
    this.name = name;
    this.kind = kind;
    this.places = places;
    this.node = node;
  }
}

/** What an element of a name is below an element of a shape: found by one look, since it is asked for every element. */
type Places = ReadonlyMap<string, { kind: 'leaf'; type: LeafType } | { kind: 'node' | 'wrapper'; below: Places } | { kind: 'files' }>;
const PLACES = new Map<ElementShape, Places>();
function placesOf(shape: ElementShape): Places {
  const known = PLACES.get(shape);
  if (known !== undefined) return known;
  const places: Places = new Map<string, NonNullable<ReturnType<Places['get']>>>([
    ...Object.entries(shape.leaves).map(([name, type]) => [name, { kind: 'leaf', type }] as const),
    ...Object.entries(shape.children).map(([name, child]) => [name, { kind: Object.keys(child.leaves).length === 0 ? 'wrapper' : 'node', below: placesOf(child) }] as const),
    ...(shape.files === undefined ? [] : [[shape.files, { kind: 'files' }] as const]),
  ]);
  PLACES.set(shape, places);
  return places;
}
const FILE_PLACES = placesOf(HO_SO_XML);

const IGNORED_NIL = /^(true|1)$/;
const BLANK = /^\s*$/;

export function assembler({ onFinding, onEntity, onFile }: AssembleOptions): XmlHandler {
  const stack: Frame[] = [];
  /** files inside files are never handed out in parts */
  let filesOpen = 0;

  const place = (frame: Frame, parent: Frame | undefined): string => {
    const n = parent?.seen?.get(frame.name) ?? 1;
    return n > 1 ? `${frame.name}[${n}]` : frame.name;
  };
  const at = (extra?: string): string => [...stack.map((frame, i) => place(frame, stack[i - 1])), ...(extra === undefined ? [] : [extra])].join('/');
  const file = (name: string): Frame => new Frame(name, 'file', FILE_PLACES, {});

  function opened(name: string, parent: Frame | undefined): Frame {
    if (parent === undefined) return name === ROOT ? file(name) : new Frame(name, 'container');
    if (name === ROOT && (parent.kind === 'container' || parent.kind === 'files')) return file(name);
    if (parent.kind === 'container' || parent.kind === 'outside') return new Frame(name, 'outside');
    const found = parent.places?.get(name);
    if (found === undefined) {
      const frame = new Frame(name, 'unplaced');
      frame.raw = { name };
      return frame;
    }
    if (found.kind === 'node') return new Frame(name, 'node', found.below, {});
    if (found.kind === 'leaf') {
      const frame = new Frame(name, 'leaf');
      frame.type = found.type;
      return frame;
    }
    // Several of one name mean the same as one: the next goes on where the last ended.
    const gathered = (parent.node?.[name] as AnyNode | undefined) ?? {};
    return found.kind === 'wrapper' ? new Frame(name, 'wrapper', found.below, gathered) : new Frame(name, 'files', undefined, gathered);
  }

  function keep(parent: Frame, raw: Unplaced): void {
    if (parent.raw !== undefined) (parent.raw.children ??= []).push(raw);
    else if (parent.node !== undefined) (parent.node.unplaced ??= []).push(raw);
  }

  function closeLeaf(leaf: Frame, parent: Frame): void {
    if (leaf.isNil && BLANK.test(leaf.text)) return;
    const { node } = parent;
    if (node === undefined) return;
    const value = leafValue(leaf.type ?? 'str', leaf.text);
    const isTwice = Object.hasOwn(node, leaf.name);
    if (value !== undefined && !isTwice) {
      node[leaf.name] = value;
      return;
    }
    // An empty element of a type that has no empty value says nothing.
    if (value === undefined && BLANK.test(leaf.text)) return;
    onFinding({ kind: isTwice ? 'repeated' : 'wrong-type', at: at(leaf.name), ...(isTwice ? {} : { detail: leaf.type ?? 'str' }) });
    keep(parent, { name: leaf.name, text: leaf.text });
  }

  return {
    open(name, attributes) {
      const parent = stack.at(-1);
      if (parent?.kind === 'leaf') {
        // A leaf with elements inside is no leaf: it becomes what has no place, from here on.
        parent.kind = 'unplaced';
        parent.raw = { name: parent.name, ...(BLANK.test(parent.text) ? {} : { text: parent.text }) };
        onFinding({ kind: 'wrong-type', at: at(), detail: parent.type ?? 'str' });
      }
      if (parent !== undefined) {
        parent.seen ??= new Map();
        parent.seen.set(name, (parent.seen.get(name) ?? 0) + 1);
      }
      const next = opened(name, parent);
      for (const key in attributes) if (key.endsWith('nil') && IGNORED_NIL.test(attributes[key] ?? '')) next.isNil = true;
      if (next.kind === 'file') filesOpen += 1;
      if ((next.kind === 'unplaced' && parent?.kind !== 'unplaced') || next.kind === 'outside') onFinding({ kind: 'unknown-element', at: at(name) });
      stack.push(next);
    },
    text(text) {
      const top = stack.at(-1);
      if (top === undefined) return;
      if (top.kind === 'leaf') top.text += text;
      else if (top.raw !== undefined) {
        if (top.raw.children === undefined || !BLANK.test(text)) top.raw.text = (top.raw.text ?? '') + text;
      } else if (!BLANK.test(text)) onFinding({ kind: 'stray-text', at: at() });
    },
    close() {
      const top = stack.pop();
      const parent = stack.at(-1);
      if (top === undefined) return;
      if (top.kind === 'file') {
        filesOpen -= 1;
        if (parent?.kind === 'files' && parent.node !== undefined) ((parent.node[ROOT] ??= []) as unknown[]).push(top.node);
        else onFile(top.node as LandFile);
      } else if (top.kind === 'container') {
        if (top.seen?.has(ROOT) !== true) onFinding({ kind: 'no-such-root', at: top.name, detail: ROOT });
      } else if (parent === undefined) return;
      else if (top.kind === 'leaf') closeLeaf(top, parent);
      else if (top.kind === 'unplaced' && top.raw !== undefined) {
        if (top.raw.children !== undefined && top.raw.text?.trim() === '') delete top.raw.text;
        keep(parent, top.raw);
      } else if ((top.kind === 'wrapper' || top.kind === 'files') && parent.node !== undefined && top.node !== undefined) {
        if (Object.keys(top.node).length > 0) parent.node[top.name] = top.node;
      } else if (top.kind === 'node' && parent.node !== undefined && top.node !== undefined) {
        // Handed out only where nothing but files and wrappers stand around it.
        if (onEntity !== undefined && filesOpen === 1 && stack.every(({ kind }) => kind === 'container' || kind === 'file' || kind === 'wrapper')) {
          onEntity({ path: stack.filter(({ kind }) => kind === 'wrapper').map(({ name }) => name), name: top.name, node: top.node });
        } else ((parent.node[top.name] ??= []) as unknown[]).push(top.node);
      }
    },
  };
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** undefined: the text is none of this type. Text keeps its spaces; everything else is read without them. */
export function leafValue(type: LeafType, text: string): unknown {
  const bare = text.trim();
  switch (type) {
    case 'str': return text;
    case 'int': return /^[+-]?\d{1,15}$/.test(bare) ? Number(bare) : undefined;
    case 'dec': return DECIMAL.test(bare) ? bare : undefined;
    case 'bool': return bare === 'true' || bare === '1' ? true : bare === 'false' || bare === '0' ? false : undefined;
    case 'dt': return MOMENT.test(bare) && !Number.isNaN(Date.parse(bare.slice(0, 10))) ? bare : undefined;
  }
}
