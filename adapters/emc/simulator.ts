/**
 * A stateful double of EMC: counts what it is told, by site, day and state, and says nothing about it, as the real one is thought to do.
 * Nonsense is taken silently and counted apart, so that a test sees what a province would never hear. No sockets: `lienthong/testing` hosts it.
 */
import { badOption, optionReader } from '../../src/adapter/simulator-options.ts';
import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { instantFromEpoch, localDateOf } from '../../src/model/time.ts';
import { trackingRequest } from './contract.ts';

export interface EmcSimulatorOptions extends SimulatorOptions {
  seed?: string;
  now?: () => number;
  /** path below baseUrl. Default /TrackingMCDT */
  path?: string;
  /** what `clientConfig` says; both dialects are taken whatever it is */
  encoding?: 'form' | 'json';
  /** sites that there are; the first is that of `clientConfig`. Default 4711 */
  siteIds?: number[];
  /** another site: counted under its own number (default), or 400 */
  unknownSites?: 'count' | 'refuse';
  /** how a success is answered: 204 (default), 200 without a body, 200 with JSON; or a page in the way, with nothing taken */
  answer?: 'no-content' | 'empty' | 'json' | 'page';
  /** messages that no document allows: taken silently (default), or 400 */
  nonsense?: 'accept' | 'refuse';
  /** 403 for everybody */
  closed?: boolean;
  /** headers that a caller must show; others get 403 */
  requiredHeaders?: Record<string, string>;
}

/** One count. */
export interface EmcCount { siteId: string; day: string; status: string; count: number }

export interface EmcSimulator extends Simulator {
  describe(request: SimulatorRequest): { service?: string; address?: string };
  now(): number;
  /** moves its clock forward */
  advance(ms: number): void;
  /** everything counted, ordered by site, day and status */
  counts(): EmcCount[];
  /** how many were counted of this site, state and Vietnamese day; whatever is not given counts as any */
  count(which?: { siteId?: string; day?: string; status?: string }): number;
  /** counts for a person, without personal data */
  state(): unknown;
}

const PAGE = '<!DOCTYPE html><html><head><title>Thông báo</title></head><body>Hệ thống đang bảo trì</body></html>';
/** Keys are the caller's words: cut, and not without end. */
const LONGEST_KEY = 40;
const MOST_COUNTS = 10_000;
const MOST_SEEN = 100_000;
const NEWEST = 50;

const isSite = (v: unknown): v is number => typeof v === 'number' && Number.isInteger(v) && v > 0;

function readOptions(options: SimulatorOptions) {
  const read = optionReader(options);
  read.text('seed', ''); // nothing here is left to chance; a seed is taken because every double has one
  const siteIds = read.raw('siteIds') ?? [4711];
  const settings = {
    now: read.clock(),
    path: read.text('path', '/TrackingMCDT'),
    encoding: read.oneOf('encoding', ['form', 'json'], 'form'),
    siteIds: Array.isArray(siteIds) && siteIds.length > 0 && siteIds.every(isSite) ? siteIds : badOption('siteIds', 'a list of whole numbers from 1'),
    unknownSites: read.oneOf('unknownSites', ['count', 'refuse'], 'count'),
    answer: read.oneOf('answer', ['no-content', 'empty', 'json', 'page'], 'no-content'),
    nonsense: read.oneOf('nonsense', ['accept', 'refuse'], 'accept'),
    closed: read.flag('closed', false),
    requiredHeaders: read.map('requiredHeaders', {}, (v): v is string => typeof v === 'string', 'text'),
  };
  read.finish();
  return settings;
}

/** The fields of a message in either dialect; undefined for what is neither. */
function fieldsOf({ headers, body }: SimulatorRequest): Record<string, unknown> | undefined {
  if ((headers['content-type'] ?? '').includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body));
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const keyOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, LONGEST_KEY) : '');

/** @throws TypeError naming an option that is wrong or unknown */
export function createEmcSimulator(options: EmcSimulatorOptions | SimulatorOptions = {}): EmcSimulator {
  const settings = readOptions(options);
  let offset = 0;
  const now = (): number => settings.now() + offset;
  let entries: JournalEntry[] = [];
  const counts = new Map<string, EmcCount>();
  const seen = new Set<string>();
  const newest: Record<string, unknown>[] = [];
  const totals = { taken: 0, nonsense: 0, repeats: 0, refused: 0 };

  const write = (effect: JournalEntry['effect'], key: string, item?: unknown, note?: string): void =>
    void entries.push({ seq: entries.length + 1, at: now(), service: 'trackDossier', effect, ...(key === '' ? {} : { key }), ...(item === undefined ? {} : { item }), ...(note === undefined ? {} : { note }) });
  const plain = (status: number, body = '', type = 'text/plain; charset=utf-8'): SimulatorResponse => ({ status, headers: body === '' ? {} : { 'content-type': type }, body });
  const refuse = (status: number, key: string, note: string): SimulatorResponse => {
    totals.refused += 1;
    write('refused', key, undefined, note);
    return plain(status, note);
  };

  function take(fields: Record<string, unknown> | undefined): void {
    const { user: _, ...told } = fields ?? {};
    const [siteId, status, code] = [keyOf(told['siteId']), keyOf(told['status']), keyOf(told['codeProfile'])];
    const isSound = trackingRequest(fields).ok;
    totals.taken += 1;
    if (!isSound) totals.nonsense += 1;
    const day = localDateOf(instantFromEpoch(now()));
    const key = JSON.stringify([siteId, day, status]);
    const count = counts.get(key);
    if (count !== undefined) count.count += 1;
    else if (counts.size < MOST_COUNTS) counts.set(key, { siteId, day, status, count: 1 });
    const once = JSON.stringify([siteId, code, status]);
    if (seen.has(once)) totals.repeats += 1;
    else if (seen.size < MOST_SEEN) seen.add(once);
    newest.unshift({ at: instantFromEpoch(now()), siteId, code, status, sound: isSound });
    newest.length = Math.min(newest.length, NEWEST);
    write('append', code, told, isSound ? undefined : 'nonsense');
  }

  const isHere = ({ method, path }: SimulatorRequest): boolean => method === 'POST' && path === settings.path;

  function handle(request: SimulatorRequest): SimulatorResponse {
    if (!isHere(request)) return plain(404, 'Not Found');
    const fields = fieldsOf(request);
    const code = keyOf(fields?.['codeProfile']);
    const isLetIn = !settings.closed && Object.entries(settings.requiredHeaders).every(([name, value]) => request.headers[name.toLowerCase()] === value);
    if (!isLetIn) return refuse(403, code, 'Forbidden');
    if (settings.answer === 'page') {
      totals.refused += 1;
      write('refused', code, undefined, 'a page in the way');
      return plain(200, PAGE, 'text/html; charset=utf-8');
    }
    if (settings.nonsense === 'refuse' && !trackingRequest(fields).ok) return refuse(400, code, 'Bad Request');
    if (settings.unknownSites === 'refuse' && !settings.siteIds.some((site) => String(site) === keyOf(fields?.['siteId']))) return refuse(400, code, 'Unknown site');
    take(fields);
    if (settings.answer === 'json') return plain(200, '{"success":true}', 'application/json');
    return plain(settings.answer === 'empty' ? 200 : 204);
  }

  const sorted = (): EmcCount[] => [...counts.values()].sort((a, b) => (a.siteId < b.siteId ? -1 : a.siteId > b.siteId ? 1 : a.day < b.day ? -1 : a.day > b.day ? 1 : a.status < b.status ? -1 : 1));

  return {
    id: 'emc',
    handle,
    clientConfig: (baseUrl) => ({ baseUrl, siteId: settings.siteIds[0], encoding: settings.encoding, path: settings.path, ...(Object.keys(settings.requiredHeaders).length === 0 ? {} : { headers: { ...settings.requiredHeaders } }) }),
    describe: (request) => (isHere(request) ? { service: 'trackDossier', address: '/TrackingMCDT' } : {}),
    now,
    advance: (ms) => void (offset += ms),
    counts: sorted,
    count: (which = {}) => sorted().filter((one) => (which.siteId ?? one.siteId) === one.siteId && (which.day ?? one.day) === one.day && (which.status ?? one.status) === one.status).reduce((sum, { count }) => sum + count, 0),
    state: () => ({ counts: sorted(), newest, ...totals }),
    journal: () => entries,
    summary: () => ({ ...totals }),
    reset() {
      entries = [];
      counts.clear();
      seen.clear();
      newest.length = 0;
      Object.assign(totals, { taken: 0, nonsense: 0, repeats: 0, refused: 0 });
    },
  };
}
