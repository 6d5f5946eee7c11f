/** Reading HoSoXml files: whole, or entity by entity from a stream of any length in bounded memory. */
import type { XmlLimits } from '../../../src/contract/xml/events.ts';
import { readXml, xmlPieces } from '../../../src/contract/xml/stream.ts';
import { assembler, type Complete } from './assemble.ts';
import type { LandFile, LandFinding } from './types.ts';

/** Findings that are listed; the others are counted. */
export const MOST_FINDINGS = 1_000;

export interface ReadLand { files: LandFile[]; findings: LandFinding[]; /** findings beyond those listed */ more: number }

function listing(): { findings: LandFinding[]; more(): number; onFinding(finding: LandFinding): void } {
  const findings: LandFinding[] = [];
  let more = 0;
  return {
    findings, more: () => more,
    onFinding(finding) {
      if (findings.length < MOST_FINDINGS) findings.push(finding);
      else more += 1;
    },
  };
}

/** One document: a file, or several under one root of any name. @throws XmlFault on what is no XML, or is beyond the limits */
export function parseLandXml(document: string, limits: XmlLimits = {}): ReadLand {
  const files: LandFile[] = [];
  const { findings, more, onFinding } = listing();
  readXml(document, assembler({ onFinding, onFile: (file) => files.push(file) }), limits);
  return { files, findings, more: more() };
}

/** What a stream gives: entities, and after those of a file the file itself with what stands directly in it. */
export type LandPiece = ({ kind: 'entity' } & Complete) | { kind: 'file'; file: LandFile };

/**
 * Reads pieces of UTF-8 text. Memory holds one entity and what of it has come.
 * @param pieces text, cut anywhere. @throws XmlFault
 */
export async function* streamLandXml(pieces: AsyncIterable<string> | Iterable<string>, onFinding: (finding: LandFinding) => void, limits: XmlLimits = {}): AsyncGenerator<LandPiece> {
  let ready: LandPiece[] = [];
  const writer = xmlPieces(assembler({
    onFinding,
    onEntity: (entity) => void ready.push({ kind: 'entity', ...entity }),
    onFile: (file) => void ready.push({ kind: 'file', file }),
  }), limits);
  for await (const piece of pieces) {
    writer.write(piece);
    if (ready.length === 0) continue;
    const out = ready;
    ready = [];
    yield* out;
  }
  writer.end();
  yield* ready;
}

/** Everything that a stream gives, put together: the same as `parseLandXml` gives for the whole text. */
export async function collectLandXml(pieces: AsyncIterable<string> | Iterable<string>, limits: XmlLimits = {}): Promise<ReadLand> {
  const files: LandFile[] = [];
  const { findings, more, onFinding } = listing();
  let open: Record<string, unknown> = {};
  for await (const piece of streamLandXml(pieces, onFinding, limits)) {
    if (piece.kind === 'entity') {
      let at = open;
      for (const name of piece.path) at = (at[name] ??= {}) as Record<string, unknown>;
      ((at[piece.name] ??= []) as unknown[]).push(piece.node);
    } else {
      files.push(merge(piece.file as Record<string, unknown>, open) as LandFile);
      open = {};
    }
  }
  return { files, findings, more: more() };
}

/** What a wrapper kept of its own (elements without a place) stays beside the entities that were handed out of it. */
function merge(file: Record<string, unknown>, entities: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(entities)) {
    const own = file[name];
    file[name] = own === undefined || Array.isArray(value) ? value : merge(own as Record<string, unknown>, value as Record<string, unknown>);
  }
  return file;
}
