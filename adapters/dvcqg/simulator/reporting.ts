/**
 * The portal's public report endpoints as they were observed (EMC fact sheet A.6.5): undocumented, without a session. The figures are counted by plain loops
 * from what was synchronised to this double, by a reading of QĐ 766 that shares no line with our own engine: two readings catch each other's mistakes.
 * What dossiers cannot tell (procedures under authority, petitions …) is null until a person sets it by the admin API.
 */
import { isRecord } from '../../../src/contract/is-record.ts';
import type { SimulatorRequest, SimulatorResponse } from '../../../src/adapter/types.ts';
import type { Settings } from './options.ts';
import { METRICS, progressOf, sumsOf, type Counted, type Metric, type MetricCode } from './reporting-counts.ts';
import type { PortalDossier } from './state.ts';

const BASE = '/api/v1/reporting/';
const LISTS = { transparency: ['PUBLISH_ON_TIME', 'PUBLIC_UPDATE_ON_TIME', 'PUBLIC_CONTENT_FULL', 'DOSSIER_SYNC'], 'handling-satisfaction': ['PETITION_PROCESSING_ON_TIME', 'PETITION_HANDLING_SATISFACTION', 'DOSSIER_RECEIVING_SATISFACTION'], 'dossier-digitized': ['ORIGINAL_RESULT_AVAILABLE', 'SO_HOA_GIAY_TO_GIAI_QUYET', 'REUSED_DIGITIZED_DATA', 'SYNCED_WITH_DVCQG_PERSONAL_STORAGE', 'CITIZEN_DATA_CONNECTED_FORMALITY', 'CITIZEN_DATA_CONNECTED_DOSSIER', 'ELECTRONIC_CERTIFIED_COPY'] } as const satisfies Record<string, readonly MetricCode[]>;
const TREES = ['dvc-progress-tree', 'provide-online-tree', 'formality-online-payment-tree'] as const;
type ListTail = keyof typeof LISTS;
type TreeTail = (typeof TREES)[number];
const isList = (tail: string): tail is ListTail => Object.hasOwn(LISTS, tail);
const isTree = (tail: string): tail is TreeTail => (TREES as readonly string[]).includes(tail);
const TAILS = [...Object.keys(LISTS), ...TREES, 'service-results', 'formalities'];

const MOST_SET = 1_000;
const MOST_PAGE = 500;
type Figure = number | null;
/** One order of the admin API: values that are reported instead of what was counted. */
interface Order { endpoint: string; department: string | undefined; code: string | undefined; values: Record<string, Figure> }
interface Period { from: string; to: string }
interface Identity { departmentId: string; departmentName: string; departmentCode: string | null; departmentType: string; departmentLevel: number; childGroup: 'AGENCY' | 'COMMUNE' | null }

export interface Reporting {
  /** the last part of a report's address, where the request is one */
  tailOf(path: string): string | undefined;
  handle(request: SimulatorRequest, tail: string): SimulatorResponse;
  /** what was set by hand, and the addresses that there are */
  orders(): unknown;
  /** @throws TypeError that says what is wrong */
  set(input: unknown): void;
  clear(): void;
}

const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });
const bad = (message: string): SimulatorResponse => json(400, { code: 'BAD_REQUEST', message, data: null });
const ratio = (numerator: Figure, denominator: Figure): Figure => (numerator === null || denominator === null || denominator === 0 ? null : Math.round((numerator / denominator) * 10_000) / 100);

export function createReporting(settings: Pick<Settings, 'agencies'>, dossiers: () => Iterable<PortalDossier>, now: () => number): Reporting {
  let orders: Order[] = [];
  const agency = [...settings.agencies][0] ?? '';
  // The level-1 part stands last in the long form (000.00.00.H13) and first in the short one (H13.14).
  const rootCode = /[A-Z]\d{2}/.exec(agency)?.[0] ?? 'H99';
  const root: Identity = { departmentId: `dep-${rootCode}`, departmentName: `Đơn vị ${rootCode}`, departmentCode: rootCode, departmentType: 'PROVINCE', departmentLevel: 1, childGroup: null };
  const childOf = (name: string, no: number): Identity => {
    const commune = /^(UBND )?(xã|phường|đặc khu) /i.test(name);
    return { departmentId: `dep-${rootCode}-${no}`, departmentName: name, departmentCode: null, departmentType: commune ? 'COMMUNE' : 'DEPARTMENT', departmentLevel: 2, childGroup: commune ? 'COMMUNE' : 'AGENCY' };
  };

  function setFor(endpoint: string, who: Identity, code?: string): Record<string, Figure> {
    const fits = orders.filter((o) => o.endpoint === endpoint && o.code === code && (o.department ?? root.departmentName) === who.departmentName);
    return Object.assign({}, ...fits.map((o) => o.values)) as Record<string, Figure>;
  }

  function metricOf(endpoint: string, who: Identity, code: MetricCode, rows: readonly Counted[]) {
    const { name, max, threshold, count }: Metric = METRICS[code];
    const counted = count?.(rows) ?? { numerator: null, denominator: null };
    const { numerator, denominator, ...rest } = { ...counted, ...setFor(endpoint, who, code) };
    const share = ratio(numerator, denominator);
    return { code, name, numerator, denominator, ratio: share, score: share === null ? null : scoreOf(share, threshold, max), maxScore: max, ...rest };
  }

  function listRow(endpoint: ListTail, who: Identity, rows: readonly Counted[]) {
    const metrics = LISTS[endpoint].map((code) => metricOf(endpoint, who, code, rows));
    const scores = metrics.flatMap(({ score }) => (score === null ? [] : [score]));
    return { ...who, metrics, totalScore: scores.length === 0 ? null : Math.round(scores.reduce((a, b) => a + b, 0) * 100) / 100, totalMaxScore: metrics.reduce((sum, { maxScore }) => sum + maxScore, 0), scoreDelta: null };
  }
  const treeRow = (endpoint: TreeTail, who: Identity, rows: readonly Counted[]) => ({ ...who, ...sumsOf(endpoint, rows), ...setFor(endpoint, who) });

  function read(asked: Record<string, unknown>, tail: string): { period: Period; page: number; size: number } | SimulatorResponse {
    const period = tail === 'handling-satisfaction' ? betweenDates(asked) : byTimeType(asked);
    if (typeof period === 'string') return bad(period);
    const page = asked['currentPage'] ?? 1;
    const size = asked['pageSize'] ?? 50;
    if (!Number.isInteger(page) || (page as number) < 1 || !Number.isInteger(size) || (size as number) < 1 || (size as number) > MOST_PAGE) return bad('currentPage, pageSize');
    const department = asked['rootDepartmentId'];
    // The national table asks for no department; ours answers with the one province that it knows.
    if (tail !== 'service-results' && department !== root.departmentId && department !== rootCode) return bad('rootDepartmentId');
    return { period, page: page as number, size: size as number };
  }

  function report(tail: ListTail | TreeTail | 'service-results', asked: Record<string, unknown>): SimulatorResponse {
    const got = read(asked, tail);
    if ('status' in got) return got;
    const { period, page, size } = got;
    const wanted = asked[tail === 'dossier-digitized' ? 'formalityID' : 'formalityId'];
    const end = Math.min(now(), epochOf(`${period.to}235959`));
    const all: Counted[] = [];
    const months = new Map<string, Counted[]>();
    const units = new Map<string, Counted[]>();
    for (const dossier of dossiers()) {
      const day = (dossier.acceptedAt || dossier.facts?.submitted || '').slice(0, 8);
      if (day < period.from || day > period.to || dossier.facts === undefined || (typeof wanted === 'string' && wanted !== '' && dossier.procedure !== wanted)) continue;
      const counted: Counted = { ...dossier.facts, status: dossier.status, procedure: dossier.procedure, accepted: dossier.acceptedAt, progress: progressOf(dossier, end) };
      all.push(counted);
      for (const [map, key] of [[units, dossier.unit], [months, day.slice(0, 6)]] as const) {
        const bucket = map.get(key);
        if (bucket === undefined) map.set(key, [counted]);
        else bucket.push(counted);
      }
    }
    const children = [...units].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rows], i) => [childOf(name, i + 1), rows] as const);
    const shown = children.slice((page - 1) * size, page * size);
    const pagination = { currentPage: page, pageSize: size, totalItems: children.length, totalPages: Math.ceil(children.length / size) };
    const ok = (data: unknown): SimulatorResponse => json(201, { code: 'OK', message: 'Thành công', data });
    if (tail === 'service-results') return ok({ evaluation: [{ ...root, totalScore: null, totalMaxScore: 100, scoreDelta: null, groupScores: { CKMB: null, TDGQ: null, CLGQ: null, MDSH: null, MDHL: null, TTTT: null, ...setFor(tail, root) } }], pagination });
    if (isTree(tail)) return ok({ parent: treeRow(tail, root, all), children: shown.map(([who, rows]) => treeRow(tail, who, rows)), monthlyChart: [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, rows]) => ({ month: Number(month.slice(4)), year: Number(month.slice(0, 4)), ...sumsOf(tail, rows) })), pagination });
    const flags = tail !== 'transparency' ? [] : [setFor(tail, root, 'DOSSIER_SYNC')['denominator'] === undefined ? 'TEMP_NATIONAL_REPORT_DENOMINATOR' : '', all.length === 0 ? 'NO_NATIONAL_REPORT_DATA' : ''].filter((flag) => flag !== '');
    return ok({ overview: listRow(tail, root, all), evaluation: shown.map(([who, rows]) => listRow(tail, who, rows)), pagination, source: { name: 'lienthong mock dvcqg', updatedAt: new Date(now()).toISOString(), qualityFlags: flags } });
  }

  function formalities(): SimulatorResponse {
    const codes = new Set<string>();
    for (const { procedure } of dossiers()) codes.add(procedure);
    const items = [...codes].sort().map((code) => ({ id: code, code, name: code, state: 'PUBLISHED', departmentId: root.departmentId, publishingDepartmentIds: [root.departmentId], appliedDepartmentIds: [root.departmentId] }));
    return json(201, { code: 'OK', message: 'Thành công', data: items });
  }

  return {
    tailOf(path) {
      const tail = path.startsWith(`${BASE}evaluation/`) ? path.slice(BASE.length + 'evaluation/'.length) : path === `${BASE}formalities` ? 'formalities' : undefined;
      return tail !== undefined && TAILS.includes(tail) ? tail : undefined;
    },
    handle(request, tail) {
      if (request.method !== 'POST') return { status: 405, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Method Not Allowed' };
      let asked: unknown;
      try {
        asked = JSON.parse(request.body === '' ? '{}' : request.body);
      } catch {
        return bad('JSON');
      }
      if (!isRecord(asked)) return bad('JSON');
      if (tail === 'formalities') return formalities();
      return report(tail as ListTail | TreeTail | 'service-results', asked);
    },
    orders: () => ({ endpoints: TAILS, department: { id: root.departmentId, name: root.departmentName }, set: orders }),
    set(input) {
      if (!isRecord(input)) throw new TypeError('an object is needed / cần một đối tượng');
      const { endpoint, department, code, values } = input;
      if (typeof endpoint !== 'string' || !TAILS.includes(endpoint) || endpoint === 'formalities') throw new TypeError(`endpoint: ${TAILS.filter((tail) => tail !== 'formalities').join(', ')}`);
      if (department !== undefined && typeof department !== 'string') throw new TypeError('department: a name / tên đơn vị');
      if (isList(endpoint) !== (typeof code === 'string')) throw new TypeError(isList(endpoint) ? `code: ${LISTS[endpoint].join(', ')}` : 'code: only for metrics / chỉ dùng cho metrics');
      if (!isRecord(values) || !Object.values(values).every((value) => value === null || (typeof value === 'number' && Number.isFinite(value)))) throw new TypeError('values: numbers or null / số hoặc null');
      if (orders.length >= MOST_SET) throw new TypeError(`at most / tối đa ${MOST_SET}`);
      orders.push({ endpoint, department, code: code as string | undefined, values: values as Record<string, Figure> });
    },
    clear: () => void (orders = []),
  };
}

/** A percentage of two decimals under QĐ 766: full marks from the threshold on. */
function scoreOf(share: number, threshold: number, max: number): number {
  return Math.round(max * Math.min(1, share / threshold) * 100) / 100;
}

const two = (n: number): string => String(n).padStart(2, '0');
const isYear = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 2000 && (value as number) <= 2100;

/** @returns days as yyyyMMdd, both inside; or the name of what is wrong */
function byTimeType({ timeType, year, quarter, month }: Record<string, unknown>): Period | string {
  if (!isYear(year)) return 'year';
  const whole = (first: number, last: number): Period => ({ from: `${year}${two(first)}01`, to: `${year}${two(last)}31` });
  if (timeType === 'year') return whole(1, 12);
  if (timeType === 'quarter') return Number.isInteger(quarter) && (quarter as number) >= 1 && (quarter as number) <= 4 ? whole((quarter as number) * 3 - 2, (quarter as number) * 3) : 'quarter';
  if (timeType === 'month') return Number.isInteger(month) && (month as number) >= 1 && (month as number) <= 12 ? whole(month as number, month as number) : 'month';
  return 'timeType';
}

function betweenDates({ fromDate, toDate }: Record<string, unknown>): Period | string {
  const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (!isDay(fromDate)) return 'fromDate';
  if (!isDay(toDate)) return 'toDate';
  return { from: fromDate.replaceAll('-', ''), to: toDate.replaceAll('-', '') };
}

/** `yyyyMMddHHmmss` at +07:00; days beyond a month's end (31/02) only serve as a bound and flow over. */
function epochOf(wire: string): number {
  const n = (from: number, to: number): number => Number(wire.slice(from, to));
  return Date.UTC(n(0, 4), n(4, 6) - 1, n(6, 8), n(8, 10) - 7, n(10, 12), n(12, 14));
}
