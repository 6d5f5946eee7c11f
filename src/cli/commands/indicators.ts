import { writeFileSync } from 'node:fs';
import type { RawAsk } from '../../gateway/indicators/ask.ts';
import { both } from '../../indicators/report/words.ts';
import type { Language } from '../../indicators/report/words.ts';
import { openIndicators, type FileFormat, type IndicatorClient } from '../indicator-client.ts';
import { print, printJson, type ApiOptions } from '../gateway-api.ts';
import { CommandError, EXIT, table, type Cell } from '../output.ts';

export interface AskOptions extends ApiOptions { config?: string; period?: string; by?: string; unit?: string; field?: string; procedure?: string; channel?: string; set?: string; area?: string; asOf?: string }

export const rawOf = ({ period, by, unit, field, procedure, channel, set, area, asOf }: AskOptions): RawAsk =>
  Object.fromEntries(Object.entries({ period, by, unit, field, procedure, channel, set, area, asOf }).filter(([, value]) => value !== undefined)) as RawAsk;

export async function withIndicators<T>(options: AskOptions, work: (client: IndicatorClient, raw: RawAsk) => Promise<T>): Promise<T> {
  const client = await openIndicators(options);
  try {
    return await work(client, rawOf(options));
  } finally {
    await client.close();
  }
}

const FORMATS = ['table', 'csv', 'json', 'xlsx', 'html'];
const orDash = (value: string | number | null): Cell => value ?? '–';
const percentage = (rate: string | null): string => (rate === null ? '–' : `${rate} %`);

/** The figures of a period, as a table for people or as a file. */
export async function indicators(options: AskOptions & { format: string; out?: string; lang: string }): Promise<void> {
  const { format, out, lang, json } = options;
  if (!FORMATS.includes(format)) throw new CommandError(`--format: ${FORMATS.join(', ')}`, EXIT.usage);
  if (lang !== 'vi' && lang !== 'en') throw new CommandError('--lang: vi, en', EXIT.usage);
  if (format === 'xlsx' && out === undefined) throw new CommandError('--format xlsx needs -o / cần -o', EXIT.usage);
  await withIndicators(options, async (client, raw) => {
    if (format === 'csv' || format === 'xlsx' || format === 'html') return write(await client.file(raw, format as FileFormat, lang as Language), out);
    const report = await client.report(raw);
    if (format === 'json' || json === true) return write(Buffer.from(`${JSON.stringify(report)}\n`), out);
    const { definitions, period, whole, groups, upTo } = report;
    const name = new Map(definitions.indicators.map((one) => [one.id, one]));
    print(`${definitions.name[lang]} · ${period.from} … ${period.to} · event / sự kiện ${upTo}`, '');
    print(table(['no.', lang === 'vi' ? 'chỉ tiêu' : 'indicator', 'numerator', 'denominator', 'rate', 'points', 'of', 'why'], whole.figures.map((figure) => {
      const mean = name.get(figure.id)?.kind === 'mean';
      return [figure.id, name.get(figure.id)?.name[lang] ?? '', mean ? '–' : orDash(figure.numerator), orDash(figure.denominator), mean ? `${figure.rate ?? '–'} d` : percentage(figure.rate), orDash(figure.score), orDash(figure.maximum), figure.why ?? ''];
    })));
    const scored = whole.total.score !== null;
    if (scored) print('', `points / điểm ${whole.total.score ?? '–'} of / trên ${whole.total.of ?? '–'}`);
    if (groups.length === 0) return;
    const shown = definitions.indicators.filter(({ id, kind }) => (scored ? ['1.4', '2.1', '3.3', '3.6', '4.1', '4.2'].includes(id) : kind !== 'mean' && ['received', 'online', 'in-processing', 'completed', 'in-time', 'late'].includes(id)));
    print('', table(['code', 'name', 'dossiers', ...shown.map(({ id }) => id), ...(scored ? ['points', 'of'] : [])], groups.map((group) => [
      group.code, group.name, group.dossiers,
      ...shown.map(({ id, kind }): Cell => {
        const figure = group.figures.find((one) => one.id === id);
        return kind === 'count' ? orDash(figure?.numerator ?? null) : percentage(figure?.rate ?? null);
      }),
      ...(scored ? [orDash(group.total.score), orDash(group.total.of)] : []),
    ])));
  });
}

function write(content: Buffer, out: string | undefined): void {
  if (out === undefined) process.stdout.write(content);
  else {
    writeFileSync(out, content, { mode: 0o600 });
    process.stderr.write(`${out}\n`);
  }
}

/** Codes of dossiers have a dash behind the agency (H13.14-250701-0042); numbers of indicators have none in that place. */
const isDossier = (code: string): boolean => /-\d{6,8}-/.test(code);
const MOST_SHOWN = 20;

/** A figure: its definition and what it lost; or a dossier: what it counts for and what it loses. Exit code 1 when points are lost. */
export async function explain(code: string, options: AskOptions & { limit: string; part: string; after?: string }): Promise<void> {
  if (options.part !== 'numerator' && options.part !== 'denominator' && options.part !== 'missing') throw new CommandError('--part: numerator, denominator, missing', EXIT.usage);
  const { part } = options;
  await withIndicators(options, async (client, raw) => {
    if (isDossier(code)) return explainDossier(await client.dossier(raw, code), options);
    const explained = await client.indicator(raw, code);
    const page = await client.dossiers(raw, code, { part, limit: Number(options.limit) || MOST_SHOWN, ...(options.after === undefined ? {} : { after: options.after }) }).catch((error: unknown) => {
      // A figure that no dossier feeds has none behind it.
      if (error instanceof CommandError && error.message.includes('LT-INDICATORS-UNKNOWN')) return undefined;
      throw error;
    });
    const { indicator, figure, basis, lost, reasons, missing, looked } = explained;
    if (lost !== null && lost !== '0.00') process.exitCode = EXIT.findings;
    if (options.json === true) return printJson({ ...explained, dossiers: page ?? null });
    print(`${indicator.id} ${both(indicator.name)}`, `${basis}`, `source / nguồn: ${indicator.source}`, ...(indicator.note === null ? [] : [both(indicator.note)]));
    print(`${orDash(figure.numerator)} / ${orDash(figure.denominator)} = ${indicator.kind === 'mean' ? `${figure.rate ?? '–'} d` : percentage(figure.rate)}${figure.why === null ? '' : ` (${figure.why})`} · threshold / ngưỡng ${indicator.threshold ?? '1'} · points / điểm ${figure.score ?? '–'} of / trên ${figure.maximum ?? '–'}${lost === null ? '' : ` · lost / mất ${lost}`}`);
    for (const reason of reasons) print(`  ${reason.dossiers}${missing !== null && missing > looked ? ` of the first / trong ${looked}` : ''} × ${reason.code}: ${both(reason.text)}`, `      → ${both(reason.repair)}`);
    if (page !== undefined && page.items.length > 0) print('', table(['dossier', 'agency', 'status', 'due', 'reason', 'points'], page.items.map((item) => [item.code, item.agency, item.status, item.dueAt ?? '–', item.reasons.map(({ code: why }) => why).join(', '), item.points ?? ''])));
    if (page?.next != null) print(`… --after ${page.next}`);
  });
}

function explainDossier(explained: Awaited<ReturnType<IndicatorClient['dossier']>>, options: AskOptions): void {
  const { dossier, indicators: found, points } = explained;
  if (found.some(({ state }) => state === 'lost')) process.exitCode = EXIT.findings;
  if (options.json === true) return printJson(explained);
  print(`${dossier.code} · ${dossier.agency} · ${dossier.procedure} · ${dossier.status}`, `received / tiếp nhận ${dossier.acceptedAt ?? '–'} · due / hẹn trả ${dossier.dueAt ?? '–'} · synchronised / đồng bộ ${dossier.synchronisedAt ?? '–'}`);
  for (const { indicator, state, reasons, points: own } of found) {
    const word = { counts: '✓', lost: '✗', outside: '·' }[state];
    print(`${word} ${indicator.id} ${both(indicator.name)}${own === null || own === '0.000000' ? '' : ` · ${own} points / điểm`}`);
    for (const reason of reasons) print(`    ${reason.code}${reason.field === null ? '' : ` (${reason.field})`}: ${both(reason.text)}`, `    → ${both(reason.repair)}`);
  }
  if (points !== null) print(`in all / tổng cộng: ${points} points / điểm`);
}

/** Contradictions in what the figures are made of. Exit code 1 when there are any. */
export async function findings(options: AskOptions): Promise<void> {
  await withIndicators(options, async (client, raw) => {
    const { items } = await client.findings(raw);
    if (items.length > 0) process.exitCode = EXIT.findings;
    if (options.json === true) return printJson({ items });
    if (items.length === 0) return print('none / không có');
    for (const { code, text, count, dossiers } of items) print(`${code}: ${both(text)} × ${count}`, ...dossiers.slice(0, MOST_SHOWN).map((one) => `  ${one}`), ...(dossiers.length > MOST_SHOWN ? ['  …'] : []));
  });
}

/** Which open dossiers become late in the next working days. Exit code 1 when there are any. */
export async function forecastCommand(options: AskOptions & { days: string; limit: string }): Promise<void> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > 250) throw new CommandError('--days: 1 … 250', EXIT.usage);
  await withIndicators(options, async (client, raw) => {
    const found = await client.forecast(raw, days, Number(options.limit) || 100);
    if (found.becoming > 0) process.exitCode = EXIT.findings;
    if (options.json === true) return printJson(found);
    print(`${found.becoming} become late by / sẽ quá hạn đến ${found.horizon}; ${found.late} are late already / đã quá hạn`, ...(found.provisional ? ['no table of days off for a year of the span: Monday to Friday / chưa có lịch nghỉ của một năm trong khoảng này: tính thứ hai đến thứ sáu'] : []));
    if (found.dossiers.length > 0) print('', table(['due', 'working days', 'dossier', 'agency', 'procedure', 'status'], found.dossiers.map((one) => [`${one.dueAt}${one.statutory ? '*' : ''}`, one.workingDaysLeft, one.code, one.agency, one.procedure, one.status])));
    if (found.dossiers.some(({ statutory }) => statutory)) print('* no due date: the statutory maximum of the procedure / không có ngày hẹn trả: thời hạn tối đa của thủ tục');
    if (found.dossiers.length < found.becoming) print(`… ${found.becoming - found.dossiers.length} more / nữa (--limit)`);
    if (found.units.length > 0) print('', table(['unit', 'name', 'become late', 'late'], found.units.slice(0, 50).map((unit) => [unit.code, unit.name, unit.becoming, unit.late])));
    if (found.costs.length > 0) print('', table(['indicator', 'name', 'now', 'then', 'points now', 'points then', 'lost'], found.costs.map(({ indicator, before, after, lost }) => [
      indicator.id, indicator.name.vi, `${orDash(before.numerator)}/${orDash(before.denominator)}`, `${orDash(after.numerator)}/${orDash(after.denominator)}`, before.score ?? '–', after.score ?? '–', lost ?? '–',
    ])));
  });
}

/** Reads the whole ledger anew. With --check it only compares; exit code 1 when something differs. */
export async function recompute(options: AskOptions & { check?: boolean }): Promise<void> {
  await withIndicators(options, async (client) => {
    const result = await client.recompute(options.check !== true);
    if (!result.equal) process.exitCode = EXIT.findings;
    if (options.json === true) return printJson(result);
    print(result.replaced ? `${result.dossiers} dossiers read anew / hồ sơ đã đọc lại` : result.equal ? `${result.dossiers} dossiers: equal / hồ sơ: khớp` : `${result.differing} of ${result.dossiers} dossiers differ / hồ sơ khác nhau`);
    for (const { code, fields, in: side } of result.rows) print(`  ${code} ${side === 'both' ? fields.join(', ') : side === 'first' ? 'not in the ledger / không có trong sổ cái' : 'was missing / bị thiếu'}`);
  });
}
