/** Puts a computed report into the form that every format shows. Pure: whoever calls it has computed the parts. */
import type { Text } from '../../contract/errors/types.ts';
import type { Figure, GroupFigures, NoFigure, Report } from '../compute.ts';
import type { DefinitionSet, IndicatorDefinition } from '../definitions.ts';
import { decimal, divide, fractionOf, percent, subtract, type Fraction } from '../fraction.ts';
import type { Cell, Chart, Column, DocumentTable, Headline, ReportDocument, Section } from './document.ts';
import { inDays } from './views.ts';
import { localNumber, NOTHING, shown, type Language } from './words.ts';

export interface ReportParts {
  set: DefinitionSet;
  /** of `set`, by the asked dimension */
  report: Report;
  countSet: DefinitionSet;
  /** of `countSet`, by the same dimension */
  counts: Report;
  /** of `countSet`, by day, month or year */
  course: Report;
  findings: readonly { code: string; text: Text; count: number }[];
  /** whose report it is; absent: the province that runs this gateway */
  authority?: string;
  /** what was narrowed: units, fields … */
  filter: readonly { label: Text; value: string }[];
  area: 'as-it-was' | 'same-area-today';
  /** how the figures came about, e.g. up to which event of the ledger */
  state: Text;
  /** when the report was made, as `dd/MM/yyyy HH:mm` at +07:00 */
  madeAt: string;
  /** groups that were left out of the lists because there are too many */
  leftOut: number;
}

const DIMENSION: Readonly<Record<string, Text>> = {
  unit: { vi: 'Đơn vị giải quyết', en: 'Unit' }, 'receiving-unit': { vi: 'Đơn vị tiếp nhận', en: 'Receiving unit' }, commune: { vi: 'Xã, phường', en: 'Commune' }, province: { vi: 'Tỉnh, thành phố', en: 'Province' },
  field: { vi: 'Lĩnh vực', en: 'Field' }, procedure: { vi: 'Thủ tục', en: 'Procedure' }, channel: { vi: 'Kênh', en: 'Channel' }, day: { vi: 'Ngày', en: 'Day' }, month: { vi: 'Tháng', en: 'Month' }, quarter: { vi: 'Quý', en: 'Quarter' }, year: { vi: 'Năm', en: 'Year' },
};
export const CHANNEL_NAMES: Readonly<Record<string, Text>> = { COUNTER: { vi: 'Trực tiếp', en: 'At the counter' }, ONLINE: { vi: 'Trực tuyến', en: 'Online' }, POSTAL: { vi: 'Bưu chính công ích', en: 'By post' } };
export const WHY: Readonly<Record<NoFigure, Text>> = {
  'zero-denominator': { vi: 'mẫu số bằng 0', en: 'denominator is zero' },
  register: { vi: 'cần danh mục thủ tục (indicators.register)', en: 'needs the register (indicators.register)' },
  external: { vi: 'không tính từ hồ sơ', en: 'not fed by dossiers' },
  'not-in-groups': { vi: 'không tính theo nhóm này', en: 'has no meaning for these groups' },
};
const SHARES = ['online', 'direct', 'in-processing', 'completed', 'stopped', 'in-time', 'late', 'supplement'] as const;
const MOST_BARS = 20;

const column = (id: string, kind: Column['kind'], vi: string, en: string, width?: number): Column => ({ id, kind, title: { vi, en }, ...(width === undefined ? {} : { width }) });
const day = (date: string): string => date.split('-').reverse().join('/');
const figure = (group: GroupFigures, id: string): Figure | undefined => group.figures.find((one) => one.id === id);
const asNumber = (value: Fraction | null | undefined): number | null => (value == null ? null : Number(value.n) / Number(value.d));
const NONE: Text = { vi: NOTHING, en: NOTHING };
/** The same in both languages, each with its own separators. */
const inBoth = (write: (language: Language) => string): Text => ({ vi: write('vi'), en: write('en') });
const percentText = (value: Fraction | null): Text => (value === null ? NONE : inBoth((language) => shown(value, 'share', language)));

export function composeReport(parts: ReportParts): ReportDocument {
  const { set, report, counts } = parts;
  const { from, to } = report.period;
  const scored = set.indicators.some(({ maximum }) => maximum !== undefined);
  const sections: Section[] = [
    situation(parts),
    ...(scored ? [groupScores(parts)] : []),
    indicators(parts),
    ...(scored ? [lost(parts)] : []),
    course(parts),
    ...(report.by === null || report.groups.length === 0 ? [] : [groups(parts, scored), details(parts)]),
    ...(parts.findings.length === 0 ? [] : [findings(parts)]),
  ];
  return {
    title: { vi: 'Báo cáo tiếp nhận, giải quyết thủ tục hành chính', en: 'Report on the handling of administrative procedures' },
    subtitle: from === to ? { vi: `Ngày ${day(from)}`, en: `${from}` } : { vi: `Từ ngày ${day(from)} đến ngày ${day(to)}`, en: `${from} to ${to}` },
    facts: [
      ...(parts.authority === undefined ? [] : [{ label: { vi: 'Đơn vị', en: 'Authority' }, value: parts.authority }]),
      ...parts.filter,
      { label: { vi: 'Cách tính', en: 'Rules' }, value: { vi: `${set.name.vi} (${set.id}, bản ${set.version})`, en: `${set.name.en} (${set.id}, version ${set.version})` } },
      { label: { vi: 'Địa bàn', en: 'Areas' }, value: parts.area === 'as-it-was' ? { vi: 'theo đơn vị hành chính tại thời điểm tiếp nhận', en: 'as the units were when dossiers were received' } : { vi: 'theo đơn vị hành chính hiện nay, gộp các đơn vị cũ', en: 'as the units are today, former ones merged into them' } },
      { label: { vi: 'Lập lúc', en: 'Made at' }, value: `${parts.madeAt} (UTC+7)` },
      { label: { vi: 'Dữ liệu', en: 'Data' }, value: parts.state },
    ],
    headlines: headlines(counts.whole, report.whole, scored),
    warnings: [
      ...parts.findings.map(({ text, count }): Text => ({ vi: `${text.vi} (${localNumber(String(count), 'vi')} hồ sơ)`, en: `${text.en} (${localNumber(String(count), 'en')} dossiers)` })),
      ...(parts.leftOut === 0 ? [] : [{ vi: `Danh sách quá dài: ${parts.leftOut} mục cuối không có trong báo cáo này.`, en: `The lists are too long: the last ${parts.leftOut} are not in this report.` }]),
    ],
    sections,
    notes: [
      { vi: 'Tỷ lệ tính bằng phân số chính xác, làm tròn hai chữ số chỉ khi hiển thị; các tỷ lệ không được điều chỉnh cho tròn 100 %. “–”: chưa có số liệu, không phải số 0.', en: 'Rates are exact fractions, rounded to two decimals only when shown; shares are never adjusted to add to 100 %. “–”: not known, which is not zero.' },
      ...(scored ? [{ vi: `Điểm = điểm tối đa × tỷ lệ ÷ ngưỡng (không quá điểm tối đa). Tổng điểm chỉ gồm các chỉ tiêu tính được; điểm chính thức do Cổng Dịch vụ công quốc gia công bố. Căn cứ: ${set.basis}`, en: `Points = maximum × rate ÷ threshold, at most the maximum. Totals hold only what could be computed; official points are those of the national portal. Basis: ${set.basis}` }] : []),
    ],
  };
}

function headlines(counts: GroupFigures, whole: GroupFigures, scored: boolean): Headline[] {
  const share = (id: string, vi: string, en: string, tone: Headline['tone'] = 'a'): Headline => {
    const found = figure(counts, id);
    const { numerator = null, denominator = null } = found ?? {};
    const under = numerator === null || denominator === null ? undefined : inBoth((language) => `${shown(numerator, 'count', language)} / ${shown(denominator, 'count', language)}`);
    return { label: { vi, en }, value: { kind: 'share', cell: found?.rate ?? null }, tone, ...(under === undefined ? {} : { under }) };
  };
  const { score, of } = whole.total;
  return [
    { label: { vi: 'Hồ sơ tiếp nhận', en: 'Dossiers received' }, value: { kind: 'count', cell: figure(counts, 'received')?.numerator ?? null } },
    share('online', 'Trực tuyến', 'Online'),
    share('completed', 'Đã giải quyết', 'Completed'),
    share('in-time', 'Đúng hạn, trong hạn', 'In time', 'good'),
    ...(scored ? [{ label: { vi: 'Điểm tính được', en: 'Points computed' }, value: { kind: 'points' as const, cell: score }, ...(of === null ? {} : { under: { vi: `trên tối đa ${localNumber(decimal(of), 'vi')}`, en: `of at most ${decimal(of)}` } }) }] : [share('late', 'Quá hạn', 'Late', 'bad')]),
  ];
}

/** Counts of the whole, with their shares of what was received. */
function situation({ counts, countSet }: ReportParts): Section {
  const known = counts.whole.figures.map((one, i) => ({ one, name: countSet.indicators[i]?.name ?? { vi: one.id, en: one.id } })).filter(({ one }) => one.numerator !== null);
  const bars = SHARES.flatMap((id) => known.filter(({ one }) => one.id === id)).map(({ one, name }) => ({ label: name, value: asNumber(one.rate), shown: percentText(one.rate) }));
  return {
    table: {
      id: 'situation', title: { vi: 'Tình hình tiếp nhận, giải quyết', en: 'What was received and handled' },
      columns: [column('name', 'text', 'Nội dung', 'Content'), column('count', 'count', 'Số hồ sơ', 'Dossiers', 14), column('of', 'count', 'Trên tổng số', 'Of', 14), column('share', 'share', 'Tỷ lệ', 'Share', 12)],
      rows: known.map(({ one, name }) => [name, one.numerator, one.denominator, one.rate]),
    },
    charts: [{ kind: 'bars', id: 'situation', title: { vi: 'Tỷ lệ trên tổng số hồ sơ tiếp nhận', en: 'Shares of the dossiers received' }, full: 1, bars }],
  };
}

function groupScores({ set, report }: ReportParts): Section {
  const rows = set.groups.map(({ id, name, maximum }) => {
    const { score = null, of = null } = report.whole.scores.find((one) => one.id === id) ?? {};
    return { id, name, score, of, maximum: maximum === undefined ? null : fractionOf(maximum) };
  });
  return {
    table: {
      id: 'scores', title: { vi: 'Điểm theo nhóm chỉ số', en: 'Points by group of indicators' },
      note: { vi: '“Tính được” là điểm tối đa của những chỉ tiêu có số liệu.', en: '“Computable” is the maximum of the indicators that have figures.' },
      columns: [column('id', 'code', 'Mã', 'Code'), column('name', 'text', 'Nhóm chỉ số', 'Group'), column('score', 'points', 'Điểm', 'Points'), column('of', 'points', 'Tính được', 'Computable'), column('maximum', 'points', 'Tối đa', 'Maximum')],
      rows: rows.map(({ id, name, score, of, maximum }) => [id, name, score, of, maximum]),
    },
    charts: [{
      kind: 'bars', id: 'scores', title: { vi: 'Điểm đạt được so với điểm tính được', en: 'Points reached of those computable' }, full: 1,
      bars: rows.map(({ name, score, of }) => ({ label: name, value: score === null || of === null || of.n === 0n ? null : asNumber(divide(score, of)), shown: score === null || of === null ? NONE : inBoth((language) => `${shown(score, 'points', language)} / ${shown(of, 'count', language)}`) })),
    }],
  };
}

/** What a figure shows in its own column: a share, or days for a mean. */
const rateCell = (one: Figure, kind: IndicatorDefinition['kind'] | undefined): Cell => (one.rate === null ? null : kind === 'mean' ? daysText(one.rate) : one.rate);
const daysText = (seconds: Fraction): Text => ({ vi: `${localNumber(decimal(inDays(seconds)), 'vi')} ngày`, en: `${decimal(inDays(seconds))} days` });
/** Of a mean the numerator is seconds, which nobody reads. */
const numeratorCell = (one: Figure, kind: IndicatorDefinition['kind'] | undefined): number | null => (kind === 'mean' ? null : one.numerator);
const remark = (one: Figure): Text | null => {
  if (one.why !== undefined) return WHY[one.why];
  if ((one.unregistered ?? 0) > 0) return { vi: `${one.unregistered ?? 0} hồ sơ có thủ tục ngoài danh mục`, en: `${one.unregistered ?? 0} dossiers with a procedure outside the register` };
  return one.nationalCount === undefined ? null : { vi: 'mẫu số theo hệ thống báo cáo quốc gia', en: 'denominator of the national reporting system' };
};

function indicators({ set, report }: ReportParts): Section {
  const rows = set.indicators.map((definition, i) => ({ definition, one: report.whole.figures[i] })).filter((row): row is { definition: IndicatorDefinition; one: Figure } => row.one !== undefined);
  const rates = rows.filter(({ definition, one }) => one.rate !== null && definition.kind === 'rate');
  return {
    table: {
      id: 'indicators', title: { vi: 'Từng chỉ tiêu', en: 'Each indicator' },
      columns: [
        column('id', 'code', 'Số', 'No.', 10), column('name', 'text', 'Chỉ tiêu', 'Indicator'), column('numerator', 'count', 'Tử số', 'Numerator'), column('denominator', 'count', 'Mẫu số', 'Denominator'), column('rate', 'share', 'Tỷ lệ', 'Rate'),
        column('threshold', 'share', 'Ngưỡng', 'Threshold'), column('score', 'points', 'Điểm', 'Points'), column('maximum', 'points', 'Tối đa', 'Maximum'), column('remark', 'text', 'Ghi chú', 'Remark'),
      ],
      rows: rows.map(({ definition, one }) => [one.id, definition.name, numeratorCell(one, definition.kind), one.denominator, rateCell(one, definition.kind), definition.threshold === undefined ? null : fractionOf(definition.threshold), one.score, one.maximum, remark(one)]),
    },
    charts: rates.length === 0 ? [] : [{
      kind: 'bars', id: 'indicators', title: { vi: 'Tỷ lệ của từng chỉ tiêu; vạch là ngưỡng điểm tối đa', en: 'Rate of each indicator; the tick is the threshold for full points' }, full: 1,
      bars: rates.map(({ definition, one }) => ({
        label: { vi: `${one.id} ${definition.name.vi}`, en: `${one.id} ${definition.name.en}` }, value: asNumber(one.rate), shown: percentText(one.rate),
        ...(definition.threshold === undefined ? {} : { mark: asNumber(fractionOf(definition.threshold)) ?? 1 }),
      })),
    }],
  };
}

/** Where points were lost, the most first. */
function lost({ set, report }: ReportParts): Section {
  const rows = report.whole.figures.flatMap((one, i) => {
    const definition = set.indicators[i];
    if (definition === undefined || one.score === null || one.maximum === null) return [];
    const points = subtract(one.maximum, one.score);
    return points.n <= 0n ? [] : [{ one, definition, points }];
  }).sort((a, b) => (asNumber(b.points) ?? 0) - (asNumber(a.points) ?? 0));
  return {
    table: {
      id: 'lost', title: { vi: 'Điểm mất ở đâu', en: 'Where points were lost' },
      note: { vi: 'Danh sách hồ sơ và cách khắc phục: lienthong indicators explain <chỉ tiêu>.', en: 'The dossiers and their repair: lienthong indicators explain <indicator>.' },
      columns: [column('id', 'code', 'Số', 'No.', 10), column('name', 'text', 'Chỉ tiêu', 'Indicator'), column('points', 'points', 'Điểm mất', 'Points lost'), column('missing', 'count', 'Còn thiếu', 'Missing')],
      rows: rows.map(({ one, definition, points }) => [one.id, definition.name, points, one.numerator === null || one.denominator === null ? null : Math.max(0, one.denominator - one.numerator)]),
    },
  };
}

function course({ course: report }: ReportParts): Section {
  const of = (group: GroupFigures, id: string): number => figure(group, id)?.numerator ?? 0;
  const label = (key: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(key) ? `${key.slice(8)}/${key.slice(5, 7)}` : key);
  const chart: Chart = {
    kind: 'columns', id: 'course', title: { vi: 'Hồ sơ tiếp nhận theo thời gian', en: 'Dossiers received over time' },
    series: [{ name: { vi: 'Trực tuyến', en: 'Online' }, tone: 'a' }, { name: { vi: 'Trực tiếp, bưu chính', en: 'In person, by post' }, tone: 'b' }],
    items: report.groups.map((group) => ({ label: label(group.key), values: [of(group, 'online'), of(group, 'direct')] })),
  };
  return {
    table: {
      id: 'course', title: { vi: 'Diễn biến', en: 'Course' },
      columns: [column('key', 'code', 'Thời gian', 'Time'), column('received', 'count', 'Tiếp nhận', 'Received'), column('online', 'count', 'Trực tuyến', 'Online'), column('direct', 'count', 'Trực tiếp, bưu chính', 'In person, by post'), column('ended', 'count', 'Kết thúc', 'Ended'), column('endedInTime', 'count', 'Kết thúc đúng hạn', 'Ended in time'), column('onlineShare', 'share', 'Tỷ lệ trực tuyến', 'Online share')],
      rows: report.groups.map((group) => [group.key, of(group, 'received'), of(group, 'online'), of(group, 'direct'), of(group, 'ended'), of(group, 'ended-in-time'), figure(group, 'online')?.rate ?? null]),
    },
    charts: [chart],
  };
}

export const groupName = ({ code, name }: Pick<GroupFigures, 'code' | 'name'>): Text => CHANNEL_NAMES[code] ?? { vi: name === '' ? code : name, en: name === '' ? code : name };

function groups({ set, report, counts }: ReportParts, scored: boolean): Section {
  const dimension = DIMENSION[report.by ?? ''] ?? { vi: 'Nhóm', en: 'Group' };
  const countsOf = new Map(counts.groups.map((group) => [group.key, group]));
  const head = [
    column('code', 'code', 'Mã', 'Code', 16), column('name', 'text', dimension.vi, dimension.en), column('received', 'count', 'Tiếp nhận', 'Received'), column('online', 'share', 'Trực tuyến', 'Online'),
    column('completed', 'share', 'Đã giải quyết', 'Completed'), column('inTime', 'share', 'Đúng, trong hạn', 'In time'), column('late', 'count', 'Quá hạn', 'Late'),
  ];
  const scores = scored ? [...set.groups.filter(({ id }) => report.groups.some(({ scores: own }) => own.some((one) => one.id === id && one.score !== null))).map(({ id, name }) => ({ id, title: name })), { id: '', title: { vi: 'Tổng điểm', en: 'Total' } }] : [];
  const rows = report.groups.map((group): Cell[] => {
    const of = countsOf.get(group.key);
    const at = (id: string): Figure | undefined => (of === undefined ? undefined : figure(of, id));
    return [
      group.code, groupName(group), at('received')?.numerator ?? null, at('online')?.rate ?? null, at('completed')?.rate ?? null, at('in-time')?.rate ?? null, at('late')?.numerator ?? null,
      ...scores.map(({ id }) => (id === '' ? group.total.score : (group.scores.find((one) => one.id === id)?.score ?? null))),
    ];
  });
  const largest = [...report.groups].map((group) => ({ group, received: figure(countsOf.get(group.key) ?? group, 'received')?.numerator ?? 0, inTime: figure(countsOf.get(group.key) ?? group, 'in-time')?.rate ?? null }))
    .filter(({ received }) => received > 0).sort((a, b) => b.received - a.received).slice(0, MOST_BARS);
  const table: DocumentTable = { id: 'groups', title: { vi: `Theo ${dimension.vi.toLowerCase()}`, en: `By ${dimension.en.toLowerCase()}` }, columns: [...head, ...scores.map(({ id, title }): Column => ({ id: id === '' ? 'total' : id, kind: 'points', title: id === '' ? title : { vi: id, en: id } }))], rows };
  const cut = largest.length === MOST_BARS ? { vi: `; ${MOST_BARS} mục nhiều hồ sơ nhất`, en: `; the ${MOST_BARS} with the most dossiers` } : { vi: '', en: '' };
  return {
    table,
    charts: [{
      kind: 'bars', id: 'groups', title: { vi: `Hồ sơ tiếp nhận · tỷ lệ đúng, trong hạn${cut.vi}`, en: `Dossiers received · share in time${cut.en}` }, full: Math.max(1, ...largest.map(({ received }) => received)),
      bars: largest.map(({ group, received, inTime }) => ({ label: groupName(group), value: received, shown: inBoth((language) => `${shown(received, 'count', language)}${inTime === null ? '' : ` · ${percent(inTime, 0)} %`}`) })),
    }],
  };
}

/** Every figure of every group, one on a line: what a spreadsheet is made of. */
function details({ set, report }: ReportParts): Section {
  return {
    table: {
      id: 'details', sheetOnly: true, title: { vi: 'Chi tiết', en: 'Details' },
      columns: [
        column('code', 'code', 'Mã', 'Code', 16), column('name', 'text', 'Tên', 'Name'), column('id', 'code', 'Số', 'No.', 10), column('indicator', 'text', 'Chỉ tiêu', 'Indicator'), column('numerator', 'count', 'Tử số', 'Numerator'), column('denominator', 'count', 'Mẫu số', 'Denominator'),
        column('rate', 'share', 'Tỷ lệ', 'Rate'), column('score', 'points', 'Điểm', 'Points'), column('maximum', 'points', 'Tối đa', 'Maximum'), column('remark', 'text', 'Ghi chú', 'Remark'),
      ],
      rows: [...report.groups, report.whole].flatMap((group) => group.figures.map((one, i): Cell[] => [
        group.code, group === report.whole ? { vi: 'Toàn bộ', en: 'Whole' } : groupName(group), one.id, set.indicators[i]?.name ?? one.id, numeratorCell(one, set.indicators[i]?.kind), one.denominator, rateCell(one, set.indicators[i]?.kind), one.score, one.maximum, remark(one),
      ])),
    },
  };
}

function findings({ findings: found }: ReportParts): Section {
  return {
    table: {
      id: 'findings', title: { vi: 'Số liệu mâu thuẫn', en: 'Inconsistencies' },
      columns: [column('code', 'code', 'Mã', 'Code', 34), column('text', 'text', 'Nội dung', 'Content'), column('count', 'count', 'Số hồ sơ', 'Dossiers')],
      rows: found.map(({ code, text, count }) => [code, text, count]),
    },
  };
}

/** The table that CSV carries: every figure of every group, or of the whole alone. */
export function csvTable(document: ReportDocument): DocumentTable {
  const tables = document.sections.map(({ table }) => table);
  return (tables.find(({ id }) => id === 'details') ?? tables.find(({ id }) => id === 'indicators')) as DocumentTable;
}
