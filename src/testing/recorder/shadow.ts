/**
 * Another version of an adapter over a recording: what it would send differently, and what it would understand differently. Nothing
 * leaves the machine; memory stays bounded however long the recording is.
 */
import type { Adapter } from '../../adapter/types.ts';
import { differencesOf, fieldOf, type Difference } from './diff.ts';
import { drive, parsed, type Sent } from './drive.ts';
import type { RecordedExchange } from './recording.ts';

export interface ShadowOptions {
  /** the version in use */
  adapter: Adapter;
  /** the version to try; absent: `adapter` is held against what was really sent */
  against?: Adapter;
  /** settings of both */
  config: unknown;
  /** settings of `against`, where they differ */
  againstConfig?: unknown;
  onProgress?: (exchanges: number) => void;
}
export interface ShadowSample { seq: number; before: string; after: string }
/** One field that differs, over all exchanges. */
export interface ShadowField {
  operation: string;
  /** `sends`: the request; `understands`: the outcome of the recorded answer */
  part: 'sends' | 'understands';
  /** JSON pointer; a star stands for the number of an item */
  field: string;
  kind: Difference['kind'];
  count: number;
  /** the first few, long values masked: their form stays */
  samples: ShadowSample[];
}
export interface ShadowReport {
  exchanges: number;
  /** compared with one another */
  compared: number;
  /** exchanges in which something differs */
  differing: number;
  /** no operations of this adapter, or not readable by it: logins, other calls, bodies that are not in the recording; or calls that neither version sends */
  passedOver: number;
  fields: ShadowField[];
  /** kinds of differences beyond those that are kept */
  more: number;
}

const SAMPLES = 3;
const MOST_FIELDS = 500;
const SHOWN = 60;

/** Codes are shown, longer values only by their form: a recording that somebody else made may hold more than it should. */
export function masked(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const short = text.length <= 12 && !/[\s@]/.test(text) && !/\d{8,}/.test(text);
  const shown = short || typeof value === 'boolean' ? text : text.replace(/\p{L}\p{M}*/gu, (letter) => (letter === letter.toLowerCase() ? 'x' : 'X')).replace(/\d/g, '0');
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown;
}

/** What was sent, as far as a recording tells: the address without the installation's prefix, no headers. */
function recordedSent({ request }: RecordedExchange, like: Sent): Sent {
  const path = request.path.endsWith(like.path) || like.path.endsWith(request.path) ? like.path : request.path;
  return { method: request.method, path, query: Object.fromEntries(new URLSearchParams(request.query)), headers: like.headers, body: typeof request.body === 'string' ? parsed(request.body) : like.body };
}

/** @throws ValidationError for settings that are not acceptable; TypeError for an adapter that cannot read calls back; what reading the recording threw */
export async function shadow(recording: AsyncIterable<RecordedExchange> | Iterable<RecordedExchange>, options: ShadowOptions): Promise<ShadowReport> {
  const before = drive(options.adapter, options.config);
  const after = options.against === undefined ? undefined : drive(options.against, options.againstConfig ?? options.config);
  const fields = new Map<string, ShadowField>();
  const report: ShadowReport = { exchanges: 0, compared: 0, differing: 0, passedOver: 0, fields: [], more: 0 };

  function note(operation: string, part: ShadowField['part'], seq: number, differences: readonly Difference[]): void {
    for (const { pointer, kind, before: was, after: is } of differences) {
      const field = fieldOf(pointer);
      const id = `${operation} ${part} ${field} ${kind}`;
      let entry = fields.get(id);
      if (entry === undefined) {
        if (fields.size >= MOST_FIELDS) {
          report.more += 1;
          continue;
        }
        entry = { operation, part, field, kind, count: 0, samples: [] };
        fields.set(id, entry);
      }
      entry.count += 1;
      if (entry.samples.length < SAMPLES) entry.samples.push({ seq, before: masked(was), after: masked(is) });
    }
  }

  try {
    for await (const exchange of recording) {
      report.exchanges += 1;
      options.onProgress?.(report.exchanges);
      const call = before.read(exchange);
      if (call === undefined) {
        before.aside(exchange);
        after?.aside(exchange);
        report.passedOver += 1;
        continue;
      }
      const one = await before.run(call, exchange);
      const other = after === undefined ? undefined : await after.run(call, exchange);
      const sends = other !== undefined ? [...differencesOf(one.sends, other.sends), ...differencesOf(one.corrected, other.corrected).map((d) => ({ ...d, pointer: `/corrected${d.pointer}` }))]
        : one.sends === undefined ? [{ pointer: '', kind: 'removed' as const, before: exchange.request.method, after: undefined }] : differencesOf(recordedSent(exchange, one.sends), one.sends);
      const understands = other === undefined ? [] : differencesOf(one.understands, other.understands);
      if (other !== undefined && one.sends === undefined && other.sends === undefined && understands.length === 0) {
        // Nothing was tried: to call that equal would let a run pass in which no call was made at all.
        report.passedOver += 1;
        continue;
      }
      report.compared += 1;
      if (sends.length + understands.length > 0) report.differing += 1;
      note(call.operation, 'sends', exchange.seq, sends);
      note(call.operation, 'understands', exchange.seq, understands);
    }
  } finally {
    await before.close();
    await after?.close();
  }
  report.fields = [...fields.values()].sort((a, b) => b.count - a.count);
  return report;
}
