/** The typed form of a HoSoXml file, derived from its shape. Names are the format's own: this is still the wire. */
import type { HO_SO_XML, LeafType } from './shape.ts';

/** An element that has no place in the shape, or a leaf whose text does not fit its type: kept as it came, and written again. */
export interface Unplaced {
  name: string;
  text?: string;
  children?: Unplaced[];
}

type LeafValue<T extends LeafType> = T extends 'int' ? number : T extends 'bool' ? boolean : string;
interface AnyShape { readonly leaves: Readonly<Record<string, LeafType>>; readonly children: object; readonly files?: string }
/** A shape without leaves is a wrapper: one object, whatever number of them came. Others are lists. */
type Child<S> = S extends AnyShape ? (keyof S['leaves'] extends never ? Node<S> : Node<S>[]) : never;
type FilesOf<S> = S extends { readonly files: infer F extends string } ? { [K in F]?: { HoSoXml: LandFile[] } } : unknown;

export type Node<S extends AnyShape> =
  & { -readonly [K in keyof S['leaves']]?: LeafValue<S['leaves'][K]> }
  & { -readonly [K in keyof S['children']]?: Child<S['children'][K]> }
  & FilesOf<S>
  & { unplaced?: Unplaced[] };

/** One registration file. Decimals are their digits, dates xs:dateTime as written; both stay text so that nothing is rounded or shifted. */
export type LandFile = Node<typeof HO_SO_XML>;

/** One thing that does not fit, without its content. */
export interface LandFinding {
  kind: 'unknown-element' | 'wrong-type' | 'repeated' | 'unknown-code' | 'duplicate-id' | 'dangling-reference' | 'stray-text' | 'no-such-root';
  /** elements from the root, e.g. `HoSoXml/ThongTinTaiSan/ThongTinThuaDat/DC_ThuaDat[2]/dienTich` */
  at: string;
  /** for codes: the list; for references: what should be there */
  detail?: string;
  /** a code may be shown: it stands in a public list's place and is no person's */
  code?: string;
}
