/**
 * A stateful double of the REST reads of OpenCPS: lists with total and paging, filter on modifiedDate, parts of a dossier.
 * Records are those of an export; what belongs to a part is served under its own address, as the real one does.
 */
import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { parseTime } from '../../src/model/time.ts';
import { Findings, isFields, listOf, momentOf, type Fields } from './fields.ts';
import { PART_READS } from './operations.ts';

export interface OpencpsSimulatorOptions extends SimulatorOptions {
  records?: Iterable<unknown>;
  token?: string;
  groupId?: string;
  basePath?: string;
  /** name of the filter on modifiedDate; '' for an installation that has none */
  sinceParam?: string;
  /** 'ignored': rows come in the order of dossierId whatever is asked */
  sorting?: 'honoured' | 'ignored';
  /** an installation whose lists say no total */
  withoutTotal?: boolean;
  /** most rows on a page, whatever is asked */
  maxPage?: number;
}

export interface OpencpsSimulator extends Simulator {
  /** adds a dossier, or replaces the one with the same dossierId */
  put(record: unknown): void;
  remove(dossierId: string): void;
  /** what a request is about: `dossiers`, `dossier`, or the part that is read */
  describe(request: SimulatorRequest): { service?: string };
  /** what is held, without personal data: the newest dossiers first */
  state(): unknown;
}

const PART_FIELDS: ReadonlyMap<string, string> = new Map(Object.values(PART_READS).map((p) => [p.tail, p.field]));
const EVERY_PART: ReadonlySet<string> = new Set(PART_FIELDS.values());

const SHOWN_DOSSIERS = 200;
const SHOWN_FIELDS = ['dossierId', 'dossierNo', 'dossierStatus', 'dossierSubStatus', 'serviceCode', 'govAgencyCode', 'modifiedDate'];

const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const modified = (record: Fields): number => momentOf(record, 'modifiedDate', new Findings(), '') ?? 0;
const withoutParts = (record: Fields): Fields => Object.fromEntries(Object.entries(record).filter(([key]) => !EVERY_PART.has(key)));

function boundOf(text: string | undefined): number {
  if (text === undefined) return Number.NEGATIVE_INFINITY;
  if (/^\d{13}$/.test(text)) return Number(text);
  const parsed = parseTime(text);
  return parsed.ok ? parsed.epochMs : Number.NEGATIVE_INFINITY;
}

export function createSimulator(options: OpencpsSimulatorOptions = {}): OpencpsSimulator {
  const { basePath = '/o/rest/v2', sinceParam = 'modifiedSince', sorting = 'honoured', now = Date.now } = options;
  const dossiers = new Map<string, Fields>();
  const entries: JournalEntry[] = [];

  const put = (record: unknown): void => {
    if (isFields(record)) dossiers.set(String(record['dossierId']), record);
  };
  const fill = (): void => {
    for (const record of options.records ?? []) put(record);
  };
  const note = (service: string, effect: JournalEntry['effect'], key?: string): void => {
    entries.push({ seq: entries.length + 1, at: now(), service, effect, ...(key === undefined ? {} : { key }) });
  };

  function list(query: Record<string, string>): SimulatorResponse {
    const bound = sinceParam === '' ? Number.NEGATIVE_INFINITY : boundOf(query[sinceParam]);
    const rows = [...dossiers.values()].filter((record) => modified(record) >= bound);
    if (sorting === 'honoured') rows.sort((a, b) => (modified(a) - modified(b)) * (query['order'] === 'true' ? -1 : 1));
    else rows.sort((a, b) => Number(a['dossierId']) - Number(b['dossierId']));
    const start = Number(query['start'] ?? 0);
    const end = Math.min(Number(query['end'] ?? start + 20), start + (options.maxPage ?? Number.POSITIVE_INFINITY));
    note('dossiers', 'read');
    return json(200, { ...(options.withoutTotal === true ? {} : { total: rows.length }), data: rows.slice(start, end).map(withoutParts) });
  }

  const partsOf = (request: SimulatorRequest): string[] => (request.path.startsWith(basePath) ? request.path.slice(basePath.length) : '').split('/').slice(1);
  function describe(request: SimulatorRequest): { service?: string } {
    const [kind, id = '', tail] = partsOf(request);
    if (kind !== 'dossiers') return {};
    return { service: id === '' ? 'dossiers' : (tail ?? 'dossier') };
  }

  function handle(request: SimulatorRequest): SimulatorResponse {
    if (options.token !== undefined && request.headers['authorization'] !== `Bearer ${options.token}`) {
      note('auth', 'refused');
      return json(401, { description: 'authentication failed' });
    }
    if (options.groupId !== undefined && request.headers['groupid'] !== options.groupId) {
      note('auth', 'refused');
      return json(403, { description: 'no permission in this site' });
    }
    const [kind, id, tail] = partsOf(request);
    if (request.method !== 'GET' || kind !== 'dossiers') return json(404, { description: 'not found' });
    if (id === undefined || id === '') return list(request.query);
    const record = dossiers.get(decodeURIComponent(id));
    const field = tail === undefined ? undefined : PART_FIELDS.get(tail);
    if (record === undefined || (tail !== undefined && field === undefined)) {
      note(tail ?? 'dossier', 'refused', id);
      return json(404, { description: 'not found' });
    }
    note(tail ?? 'dossier', 'read', id);
    if (field === undefined) return json(200, withoutParts(record));
    const items = listOf(record, field);
    return json(200, { total: items.length, data: items });
  }

  fill();
  return {
    id: 'opencps',
    handle,
    clientConfig: (baseUrl) => ({
      // The adapter asks for both; a double that was given neither takes any.
      baseUrl, basePath, token: options.token ?? 'any', groupId: options.groupId ?? '1',
      poll: { sinceParam },
    }),
    put,
    remove: (dossierId) => void dossiers.delete(dossierId),
    describe,
    state() {
      const newest = [...dossiers.values()].slice(-SHOWN_DOSSIERS).reverse();
      return { dossiers: newest.map((record) => Object.fromEntries(SHOWN_FIELDS.map((field) => [field, record[field] ?? null]))), dossiersInAll: dossiers.size };
    },
    journal: () => entries,
    summary: () => ({ dossiers: dossiers.size, reads: entries.filter((e) => e.effect === 'read').length, refused: entries.filter((e) => e.effect === 'refused').length }),
    reset() {
      dossiers.clear();
      entries.length = 0;
      fill();
    },
  };
}
