/** The indicators of a running gateway over its API, or computed here from a ledger that a gateway may be writing to. The commands see no difference. */
import { isValidationError } from '../contract/validate.ts';
import { readAsk, type Ask, type RawAsk } from '../gateway/indicators/ask.ts';
import { createFigures } from '../gateway/indicators/figures.ts';
import { createIndicatorService, type IndicatorService, type Part, type RecomputeView } from '../gateway/indicators/service.ts';
import { loadRegister } from '../indicators/index.ts';
import { csvTable } from '../indicators/report/compose.ts';
import { csvOf } from '../indicators/report/csv.ts';
import { htmlOf } from '../indicators/report/html.ts';
import type { Language } from '../indicators/report/words.ts';
import { openReader, readConfig } from './commands/ledger-source.ts';
import { callGateway, query, type ApiOptions } from './gateway-api.ts';
import { CommandError, EXIT } from './output.ts';

export type FileFormat = 'csv' | 'xlsx' | 'html';
type Answer<Name extends keyof IndicatorService> = IndicatorService[Name] extends (...args: never[]) => infer Out ? Out : never;
export interface IndicatorClient {
  report(raw: RawAsk): Promise<Answer<'report'>>;
  file(raw: RawAsk, format: FileFormat, language: Language): Promise<Buffer>;
  indicator(raw: RawAsk, id: string): Promise<Answer<'indicator'>>;
  dossiers(raw: RawAsk, id: string, page: { part: Part; after?: string; limit: number }): Promise<Answer<'dossiers'>>;
  dossier(raw: RawAsk, code: string): Promise<NonNullable<Answer<'dossier'>>>;
  findings(raw: RawAsk): Promise<Answer<'findings'>>;
  forecast(raw: RawAsk, days: number, limit: number): Promise<Answer<'forecast'>>;
  recompute(replace: boolean): Promise<RecomputeView>;
  close(): Promise<void>;
}

export const openIndicators = (options: ApiOptions & { config?: string }): Promise<IndicatorClient> => (options.config === undefined ? Promise.resolve(overHttp(options)) : fromLedger(options.config));

function overHttp(options: ApiOptions): IndicatorClient {
  const get = <T>(path: string, raw: RawAsk, more: Record<string, string | number | undefined> = {}): Promise<T> => callGateway<T>(options, 'GET', `/v1/indicators${path}${query({ ...raw, ...more })}`);
  const named = (code: string): string => `/${encodeURIComponent(code)}`;
  return {
    async report(raw) {
      const first = await get<Answer<'report'>>('', raw);
      for (let after = first.next; after !== null;) {
        const page = await get<Answer<'report'>>('', raw, { after });
        first.groups.push(...page.groups);
        after = page.next;
      }
      return { ...first, next: null };
    },
    file: (raw, format, lang) => callGateway(options, 'GET', `/v1/indicators${query({ ...raw, format, lang })}`, undefined, async (response) => Buffer.from(await response.arrayBuffer())),
    indicator: (raw, id) => get(named(id), raw),
    dossiers: (raw, id, page) => get(`${named(id)}/dossiers`, raw, page),
    dossier: (raw, code) => callGateway(options, 'GET', `/v1/dossiers${named(code)}/indicators${query({ ...raw })}`),
    findings: (raw) => get('/findings', raw),
    forecast: (raw, days, limit) => get('/forecast', raw, { days, limit }),
    recompute: (replace) => callGateway(options, 'POST', '/v1/indicators:recompute', { replace }),
    close: () => Promise.resolve(),
  };
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function fromLedger(file: string): Promise<IndicatorClient> {
  const config = readConfig(file);
  const reader = await openReader(config);
  const { register, authority } = config.indicators;
  // Nothing is kept: the cache file belongs to the gateway.
  const figures = createFigures({ ledger: reader, config: config.indicators, logger: silent });
  try {
    await figures.load();
  } catch (error) {
    await reader.close();
    throw error;
  }
  const service = createIndicatorService({ source: figures, ...(register === undefined ? {} : { register: loadRegister(register) }), ...(authority === undefined ? {} : { authority }) });
  const ask = async <T>(raw: RawAsk, work: (ask: Ask) => T): Promise<T> => {
    try {
      return work(readAsk(raw, Date.now(), ''));
    } catch (error) {
      if (isValidationError(error)) throw new CommandError(error.issues.map(({ code, pointer, message }) => `${code} ${pointer ?? ''}\n  ${message.vi}\n  ${message.en}`).join('\n'), EXIT.usage);
      if (error instanceof RangeError) throw new CommandError('LT-INDICATORS-UNKNOWN\n  Không có chỉ tiêu này\n  There is no such indicator', EXIT.usage);
      throw error;
    }
  };
  return {
    report: (raw) => ask(raw, (asked) => service.report(asked, { limit: Number.MAX_SAFE_INTEGER })),
    async file(raw, format, language) {
      const document = await ask(raw, (asked) => service.document(asked));
      if (format === 'html') return Buffer.from(htmlOf(document, language));
      if (format === 'csv') return Buffer.from(csvOf(csvTable(document), language));
      return (await import('../indicators/report/xlsx.ts')).xlsxOf(document, language);
    },
    indicator: (raw, id) => ask(raw, (asked) => service.indicator(asked, id)),
    dossiers: (raw, id, page) => ask(raw, (asked) => service.dossiers(asked, id, page)),
    dossier: (raw, code) => ask(raw, (asked) => {
      const found = service.dossier(asked, code);
      if (found === undefined) throw new CommandError('the ledger knows no such dossier / sổ cái không có hồ sơ này', EXIT.usage);
      return found;
    }),
    findings: (raw) => ask(raw, (asked) => service.findings(asked)),
    forecast: (raw, days, limit) => ask(raw, (asked) => service.forecast(asked, days, limit)),
    async recompute() {
      throw new CommandError('indicators recompute asks a running gateway: without one every answer is computed anew / chỉ dùng với cổng đang chạy; đọc thẳng sổ cái thì lần nào cũng tính lại', EXIT.usage);
    },
    close: () => reader.close(),
  };
}
