/** What the routes of the indicators take and answer. */
import { DIMENSIONS } from '../../indicators/index.ts';
import { AREAS, CHANNEL_IDS, SET_IDS } from '../indicators/ask.ts';
import { component } from '../plugins/openapi.ts';
import { INSTANT, OPEN_OBJECT } from './shapes.ts';

type Json = Record<string, unknown>;
const orNull = (type: string, more: Json = {}): Json => ({ type: [type, 'null'], ...more });
const DAY = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const CODES = { type: 'string', minLength: 1, maxLength: 4000 };

/** Which dossiers, grouped how, by which rules. */
export const ASK = {
  period: { type: 'string', maxLength: 22, description: '2025, 2025-Q3, 2025-07, 2025-07-01 or 2025-07-01..2025-07-13; default: the present month', 'x-description-vi': '2025, 2025-Q3, 2025-07, 2025-07-01 hoặc 2025-07-01..2025-07-13; mặc định là tháng này' },
  from: { ...DAY, description: 'First day, with to instead of period', 'x-description-vi': 'Ngày đầu, dùng cùng to thay cho period' },
  to: { ...DAY, description: 'Last day, included', 'x-description-vi': 'Ngày cuối, tính cả ngày này' },
  by: { type: 'string', enum: [...DIMENSIONS], description: 'One figure for each …', 'x-description-vi': 'Số liệu theo từng …' },
  set: { type: 'string', enum: SET_IDS, default: 'qd766-2022', description: 'Definitions', 'x-description-vi': 'Bộ định nghĩa' },
  area: { type: 'string', enum: [...AREAS], default: 'as-it-was', description: 'Units as they were then, or the same area as it is divided today', 'x-description-vi': 'Đơn vị như thời điểm đó, hay cùng địa bàn theo đơn vị hiện nay' },
  asOf: { ...INSTANT, description: 'Open dossiers are judged at this instant where it is before the period’s end', 'x-description-vi': 'Hồ sơ đang xử lý được xét tại thời điểm này nếu trước cuối kỳ' },
  unit: { ...CODES, description: 'Agency codes, comma-separated, with everything below them', 'x-description-vi': 'Mã cơ quan, cách nhau dấu phẩy, gồm cả cấp dưới' },
  field: { ...CODES, description: 'Sector codes, comma-separated', 'x-description-vi': 'Mã lĩnh vực, cách nhau dấu phẩy' },
  procedure: { ...CODES, description: 'National procedure codes, comma-separated', 'x-description-vi': 'Mã thủ tục, cách nhau dấu phẩy' },
  channel: { type: 'string', enum: [...CHANNEL_IDS], description: 'Only this channel', 'x-description-vi': 'Chỉ kênh này' },
};
export const CODE_PARAM = { type: 'string', minLength: 1, maxLength: 100 };

const FIGURE = {
  type: 'object', required: ['id', 'numerator', 'denominator', 'rate', 'exact', 'why', 'score', 'maximum'],
  properties: {
    id: { type: 'string' }, numerator: orNull('integer'), denominator: orNull('integer'),
    rate: orNull('string', { description: 'Per cent with two decimals, half up; of a mean, days', 'x-description-vi': 'Phần trăm hai chữ số thập phân; với giá trị trung bình là số ngày' }),
    exact: orNull('string', { description: 'The rate before rounding, n/d', 'x-description-vi': 'Tỷ lệ trước khi làm tròn, n/d' }),
    why: orNull('string', { description: 'Why there is no rate: zero-denominator, register, external, not-in-groups', 'x-description-vi': 'Vì sao không có tỷ lệ' }),
    score: orNull('string', { description: 'Points', 'x-description-vi': 'Điểm' }), maximum: orNull('string'), unregistered: { type: 'integer' }, nationalCount: { type: 'integer' },
  },
};
const GROUP = {
  type: 'object', required: ['key', 'code', 'name', 'dossiers', 'figures', 'scores', 'total'],
  properties: { key: { type: 'string' }, code: { type: 'string' }, name: { type: 'string' }, dossiers: { type: 'integer' }, figures: { type: 'array', items: FIGURE }, scores: { type: 'array', items: OPEN_OBJECT }, total: OPEN_OBJECT },
};
const INDICATOR = {
  type: 'object', required: ['id', 'group', 'name', 'kind', 'threshold', 'maximum', 'source', 'note'],
  properties: { id: { type: 'string' }, group: { type: 'string' }, name: component('Text'), kind: { type: 'string', enum: ['rate', 'count', 'mean'] }, threshold: orNull('string'), maximum: orNull('string'), source: { type: 'string' }, note: { anyOf: [component('Text'), { type: 'null' }] } },
};
const REASON = { type: 'object', required: ['code', 'field', 'text', 'repair'], properties: { code: { type: 'string' }, field: orNull('string'), text: component('Text'), repair: component('Text'), dossiers: { type: 'integer' } } };
const DOSSIER = {
  type: 'object', required: ['code', 'agency', 'procedure', 'status', 'acceptedAt', 'dueAt', 'synchronisedAt', 'reasons', 'points'],
  properties: { code: { type: 'string' }, agency: { type: 'string' }, procedure: { type: 'string' }, status: { type: 'string' }, acceptedAt: orNull('string'), dueAt: orNull('string'), synchronisedAt: orNull('string'), reasons: { type: 'array', items: REASON }, points: orNull('string', { description: 'What the whole would gain if it counted', 'x-description-vi': 'Điểm được thêm nếu hồ sơ này được tính' }) },
};

export const REPORT = {
  type: 'object', required: ['definitions', 'period', 'by', 'whole', 'groups', 'asOf', 'area', 'upTo', 'next'],
  properties: {
    definitions: { type: 'object', required: ['id', 'version', 'name', 'basis', 'indicators'], properties: { id: { type: 'string' }, version: { type: 'string' }, name: component('Text'), basis: { type: 'string' }, indicators: { type: 'array', items: INDICATOR } } },
    period: { type: 'object', required: ['from', 'to'], properties: { from: { type: 'string' }, to: { type: 'string' } } },
    by: orNull('string'), whole: GROUP, groups: { type: 'array', items: GROUP }, asOf: orNull('string'), area: { type: 'string' },
    upTo: { type: 'integer', description: 'Last event of the ledger that is in the figures', 'x-description-vi': 'Sự kiện cuối của sổ cái đã tính vào số liệu' },
    next: orNull('string', { description: 'after of the next page', 'x-description-vi': 'after của trang sau' }),
  },
};
export const EXPLAINED_INDICATOR = {
  type: 'object', required: ['indicator', 'basis', 'figure', 'lost', 'reasons', 'looked', 'missing'],
  properties: {
    indicator: INDICATOR, basis: { type: 'string' }, figure: FIGURE, lost: orNull('string', { description: 'Points lost', 'x-description-vi': 'Điểm mất' }), reasons: { type: 'array', items: REASON },
    looked: { type: 'integer', description: 'Missing dossiers whose reasons were worked out', 'x-description-vi': 'Số hồ sơ còn thiếu đã được xét lý do' }, missing: orNull('integer'),
  },
};
export const DOSSIERS = { type: 'object', required: ['indicator', 'part', 'items', 'next'], properties: { indicator: INDICATOR, part: { type: 'string' }, items: { type: 'array', items: DOSSIER }, next: orNull('string') } };
export const EXPLAINED_DOSSIER = {
  type: 'object', required: ['dossier', 'points', 'indicators'],
  properties: { dossier: DOSSIER, points: orNull('string'), indicators: { type: 'array', items: { type: 'object', required: ['indicator', 'state', 'reasons', 'points'], properties: { indicator: INDICATOR, state: { type: 'string', enum: ['counts', 'lost', 'outside'] }, reasons: { type: 'array', items: REASON }, points: orNull('string') } } } },
};
export const FINDINGS = { type: 'object', required: ['items'], properties: { items: { type: 'array', items: { type: 'object', required: ['code', 'text', 'count', 'dossiers'], properties: { code: { type: 'string' }, text: component('Text'), count: { type: 'integer' }, dossiers: { type: 'array', items: { type: 'string' } } } } } } };
const COST_SIDE = { type: 'object', required: ['numerator', 'denominator', 'score'], properties: { numerator: orNull('integer'), denominator: orNull('integer'), score: orNull('string') } };
export const FORECAST = {
  type: 'object', required: ['now', 'horizon', 'provisional', 'late', 'becoming', 'dossiers', 'units', 'costs'],
  properties: {
    now: { type: 'string' }, horizon: { type: 'string' }, provisional: { type: 'boolean', description: 'A year without a published table of days off', 'x-description-vi': 'Có năm chưa công bố lịch nghỉ' }, late: { type: 'integer' }, becoming: { type: 'integer' },
    dossiers: { type: 'array', items: { type: 'object', required: ['code', 'agency', 'procedure', 'status', 'dueAt', 'workingDaysLeft'], additionalProperties: true, properties: { code: { type: 'string' }, agency: { type: 'string' }, procedure: { type: 'string' }, status: { type: 'string' }, dueAt: { type: 'string' }, workingDaysLeft: { type: 'integer' } } } },
    units: { type: 'array', items: OPEN_OBJECT }, costs: { type: 'array', items: { type: 'object', required: ['indicator', 'before', 'after', 'lost'], properties: { indicator: INDICATOR, before: COST_SIDE, after: COST_SIDE, lost: orNull('string') } } },
  },
};
export const RECOMPUTED = {
  type: 'object', required: ['equal', 'replaced', 'dossiers', 'differing', 'rows', 'durationMs'],
  properties: { equal: { type: 'boolean' }, replaced: { type: 'boolean' }, dossiers: { type: 'integer' }, differing: { type: 'integer' }, rows: { type: 'array', items: { type: 'object', required: ['code', 'fields', 'in'], properties: { code: { type: 'string' }, fields: { type: 'array', items: { type: 'string' } }, in: { type: 'string', enum: ['both', 'first', 'second'] } } } }, durationMs: { type: 'integer' } },
};
