import { writeFileSync } from 'node:fs';
import manifest from '../../../package.json' with { type: 'json' };
import type { ConformanceSuite } from '../../adapter/conformance.ts';
import { ValidationError } from '../../contract/validate.ts';
import { readConfigFile, substituteEnv } from '../../gateway/config/file.ts';
import { conformanceHtml, conformanceJson, conformanceJunit, conformanceSuite, runConformance, type ConformanceReport } from '../../testing/conformance/index.ts';
import { CommandError, EXIT } from '../output.ts';
import { progress } from '../progress.ts';

export interface ConformanceCommandOptions {
  target: string; upstream: string; report?: string; json?: string; junit?: string; write?: boolean; strict?: boolean;
  accountEnv?: string; config?: string; agency?: string; dossier?: string; prefix?: string; sessionWait?: string;
  operator?: string; seed?: string; rate?: string; callTimeout?: string; timeLimit?: string; maxResponse?: string; ca?: string; lang: string;
}

/** Holds somebody's system against a contract. Exit code 0: no check failed, 1: some did or the run has no verdict, 3: nothing ever answered. */
export async function conformance(options: ConformanceCommandOptions): Promise<void> {
  const { lang } = options;
  if (lang !== 'vi' && lang !== 'en') throw new CommandError(`--lang: vi, en; not '${lang}' / không phải '${lang}'`, EXIT.usage);
  const { adapter, suite } = await conformanceSuite(options.upstream);
  // A place that cannot be written to is told now, not when everything has been asked.
  for (const [option, file] of [['--report', options.report], ['--json', options.json], ['--junit', options.junit]] as const) if (file !== undefined) write(option, file, '', 'a');
  const stop = new AbortController();
  // Once: a second signal ends the process as it would have ended without us.
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const bar = progress(`conformance ${suite.id}`, suite.checks.length);
  const report = await runConformance({
    adapter, suite, target: options.target, settings: settingsOf(options, suite), write: options.write === true,
    tool: { name: manifest.name, version: manifest.version }, signal: stop.signal, onCheck: ({ done, check }) => bar.to(done, `${check.id}: ${check.verdict}`),
    ...given({ seed: options.seed, operator: options.operator, caFile: options.ca }),
    ...given({
      callsPerSecond: number('--rate', options.rate), callTimeoutMs: number('--call-timeout', options.callTimeout, 1_000), totalTimeoutMs: number('--time-limit', options.timeLimit, 1_000),
      maxResponseBytes: number('--max-response', options.maxResponse),
    }),
  }).finally(() => process.off('SIGINT', interrupt).off('SIGTERM', interrupt));
  bar.done(report.outcome);
  if (options.report !== undefined) write('--report', options.report, conformanceHtml(report, lang));
  if (options.json !== undefined) write('--json', options.json, conformanceJson(report));
  if (options.junit !== undefined) write('--junit', options.junit, conformanceJunit(report));
  process.stdout.write(`${sentences(report, lang).join('\n')}\n`);
  process.exitCode = exitCodeOf(report, options.strict === true);
}

function exitCodeOf({ outcome, summary }: ConformanceReport, strict: boolean): number {
  if (outcome === 'unreachable') return EXIT.unavailable;
  return outcome !== 'passed' || (strict && summary.unclear > 0) ? EXIT.findings : EXIT.ok;
}

/** From the file, the environment and the command line; what is nearer to the person who types goes first. */
function settingsOf(options: ConformanceCommandOptions, suite: ConformanceSuite): Record<string, unknown> {
  const wait = number('--session-wait', options.sessionWait);
  return {
    ...(options.config === undefined ? {} : fileOf(options.config)),
    ...(options.accountEnv === undefined ? {} : accountOf(options.accountEnv, suite.account)),
    ...given({ agencyCode: options.agency, dossier: options.dossier, prefix: options.prefix, sessionWaitSeconds: wait }),
  };
}

function fileOf(file: string): Record<string, unknown> {
  const read = readConfigFile(file);
  if (!read.ok) throw new ValidationError(read.issues);
  const { value, issues } = substituteEnv(read.value, process.env);
  if (issues.length > 0) throw new ValidationError(issues);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CommandError('--config: settings of the suite are expected / cần các thiết lập của bộ kiểm tra', EXIT.usage);
  return value as Record<string, unknown>;
}

/** `DVCQG` and `apiKey` are `DVCQG_API_KEY`. */
function accountOf(prefix: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => {
    const variable = `${prefix}_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    const value = process.env[variable];
    if (value === undefined || value === '') throw new CommandError(`--account-env: ${variable} is not set / chưa có biến môi trường ${variable}`, EXIT.usage);
    return [name, value];
  }));
}

const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

function number(option: string, text: string | undefined, factor = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new CommandError(`${option}: a number, not '${text}' / cần một số, không phải '${text}'`, EXIT.usage);
  return value * factor;
}

function write(option: string, file: string, text: string, flag: 'w' | 'a' = 'w'): void {
  try {
    writeFileSync(file, text, { flag });
  } catch (error) {
    throw new CommandError(`${option}: ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unwritable'} / không ghi được tệp`, EXIT.usage);
  }
}

const WORDS = { pass: 'đạt / pass', fail: 'KHÔNG ĐẠT / FAIL', unclear: 'chưa rõ / unclear', skipped: 'bỏ qua / skipped' } as const;

/** Everything that is no pass, with its reason, worst last, and the sum. */
function sentences({ checks, summary, outcome, written }: ConformanceReport, lang: 'vi' | 'en'): string[] {
  const other = lang === 'vi' ? 'en' : 'vi';
  const loud = checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'unclear');
  const quiet = Map.groupBy(checks.filter(({ verdict }) => verdict === 'skipped'), ({ note }) => `  ${note[lang]}\n  ${note[other]}`);
  return [
    ...[...quiet].flatMap(([note, same]) => [`${WORDS.skipped}  ${same.map(({ id }) => id).join(' ')}`, note]),
    ...loud.flatMap(({ id, verdict, note, issues }) => [
      `${WORDS[verdict]}  ${id}`, `  ${note[lang]}`, `  ${note[other]}`, ...issues.slice(0, 5).map(({ code, pointer = '', message }) => `  ${code} ${pointer} ${message[lang]}`),
    ]),
    ...(written.length === 0 ? [] : [`hồ sơ kiểm thử đã ghi / test dossiers written: ${written.join(' ')}`]),
    `${outcome} · ${(['pass', 'fail', 'unclear', 'skipped'] as const).map((verdict) => `${summary[verdict]} ${WORDS[verdict].toLowerCase()}`).join(' · ')} · ${summary.calls} lời gọi / calls`,
  ];
}
