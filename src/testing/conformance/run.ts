/** Runs a suite of checks against a target and says what was found. It always ends: by its last check, its time limit, or a signal. */
import { hash, randomBytes } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { ConformanceStop, skipped, unclear, type ConformanceCheck, type ConformanceContext, type ConformanceFinding, type ConformanceSuite, type TlsFacts } from '../../adapter/conformance.ts';
import { randomFrom } from '../../adapter/random.ts';
import type { TlsFiles } from '../../adapter/tls.ts';
import type { Adapter } from '../../adapter/types.ts';
import { issue } from '../../contract/errors/issue.ts';
import type { Text } from '../../contract/errors/types.ts';
import { ValidationError } from '../../contract/validate.ts';
import { instantFromEpoch } from '../../model/time.ts';
import { contractOf } from '../contracts.ts';
import { createLine, type ConformanceLine } from './line.ts';
import { createMasker } from './mask.ts';
import type { ConformanceCheckResult, ConformanceReport } from './report.ts';
import { tlsFacts } from './tls.ts';

export interface ConformanceOptions {
  adapter: Adapter;
  suite: ConformanceSuite;
  /** base URL, http or https; no account in it, no query */
  target: string;
  /** the suite's settings, as in a configuration file */
  settings: Record<string, unknown>;
  /** allows checks that write. Default false */
  write?: boolean;
  /** repeats the questions of a run. Default: a fresh one */
  seed?: string;
  /** default 2 */
  callsPerSecond?: number;
  /** default 30 s */
  callTimeoutMs?: number;
  /** default 15 minutes */
  totalTimeoutMs?: number;
  /** default 10 MiB */
  maxResponseBytes?: number;
  /** roots to trust instead of Node's own, PEM */
  caFile?: string;
  /** who runs it: stands in the report */
  operator?: string;
  tool?: { name: string; version: string };
  /** ends the run early; what was found stands in the report */
  signal?: AbortSignal;
  onCheck?: (progress: { done: number; total: number; check: ConformanceCheckResult }) => void;
  now?: () => number;
}

export const CONFORMANCE_DEFAULTS = { callsPerSecond: 2, callTimeoutMs: 30_000, totalTimeoutMs: 15 * 60_000, maxResponseBytes: 10 * 1024 * 1024 } as const;

const CHECK_BROKE = 'LT-KIT-CHECK-BROKE';
const READ_ONLY = skipped('Kiểm tra này ghi dữ liệu; lượt chạy này chỉ đọc (thêm --write để chạy).', 'This check writes; the run is read-only (add --write to run it).');
const STOPPED: Record<'interrupted' | 'time-limit', ConformanceFinding> = {
  interrupted: skipped('Lượt chạy bị dừng trước khi có kết quả.', 'The run was stopped before there was a result.'),
  'time-limit': skipped('Hết thời gian của lượt chạy trước khi có kết quả.', 'The run’s time was over before there was a result.'),
};
const needs = (title: Text): ConformanceFinding => skipped(`Cần kiểm tra trước đó: “${title.vi}”.`, `Needs an earlier check: “${title.en}”.`);

/**
 * @returns the report, whatever the target does
 * @throws ValidationError when target, settings or limits cannot be accepted; nothing was sent then
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { adapter, suite, write = false, seed = randomBytes(6).toString('hex'), now = Date.now } = options;
  const target = targetOf(options.target);
  const limits = limitsOf(options);
  const settings = suite.configure(options.settings, target);
  const contract = contractOf(adapter);
  const masker = createMasker(contract);
  suite.secrets(settings).forEach((secret) => masker.hide(secret));
  const tls = { ...suite.tls?.(settings), ...(options.caFile === undefined ? {} : { caFile: options.caFile }) };
  readable(tls);

  let stopped: ConformanceReport['stopped'] = null;
  const stop = new AbortController();
  const end = (why: 'interrupted' | 'time-limit'): void => {
    stopped ??= why;
    stop.abort();
  };
  const onSignal = (): void => end('interrupted');
  if (options.signal?.aborted === true) end('interrupted');
  options.signal?.addEventListener('abort', onSignal, { once: true });
  const timer = setTimeout(() => end('time-limit'), limits.totalTimeoutMs);

  const line = createLine({ target, contract, masker, tls, shownHeaders: suite.shownHeaders ?? [], signal: stop.signal, now, ...limits });
  const written: string[] = [];
  let facts: TlsFacts | null = null;
  const ctx: ConformanceContext = {
    settings,
    random: randomFrom(`conformance:${suite.id}:${seed}`),
    now,
    call: (call) => line.call(call),
    issuesOf: (call, result) => line.issuesOf(call, result),
    async tls() {
      const found = await tlsFacts(target, tls, { timeoutMs: limits.callTimeoutMs, now: now(), signal: stop.signal });
      if (found !== undefined && !('failed' in found)) facts = found;
      return found;
    },
    hide: (secret) => masker.hide(secret),
    wrote: (code) => void (written.includes(code) || written.push(code)),
    wait: (ms) => line.wait(ms),
    durations: () => line.durations(),
  };

  const startedAt = now();
  const checks: ConformanceCheckResult[] = [];
  try {
    const state = suite.open(ctx);
    for (const check of suite.checks) {
      const why = stopped === null ? reasonToSkip(check, suite, checks, write) : STOPPED[stopped];
      const result = await resultOf(check, why, ctx, state, line, () => (stopped === null ? undefined : STOPPED[stopped]));
      checks.push(result);
      options.onCheck?.({ done: checks.length, total: suite.checks.length, check: result });
    }
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onSignal);
    await line.close();
  }

  const { calls, answered } = line.counts();
  const count = (verdict: ConformanceCheckResult['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  // What a check of ours did not get to say may have been a failure.
  const broke = checks.some(({ issues }) => issues.some(({ code }) => code === CHECK_BROKE));
  const summary = { pass: count('pass'), fail: count('fail'), unclear: count('unclear'), skipped: count('skipped'), total: checks.length, calls };
  return {
    reportVersion: '1',
    suite: { id: suite.id, title: suite.title, target: suite.target },
    adapter: { id: adapter.id, version: adapter.version },
    contract: contract === undefined || adapter.contract === undefined ? null : { title: contract.title, version: contract.version, sha256: hash('sha256', readFileSync(adapter.contract), 'hex') },
    tool: options.tool ?? { name: 'lienthong/testing', version: '' },
    target,
    tls: facts,
    operator: options.operator ?? null,
    mode: write ? 'read-write' : 'read-only',
    seed,
    limits,
    startedAt: instantFromEpoch(startedAt),
    endedAt: instantFromEpoch(now()),
    stopped,
    outcome: calls > 0 && answered === 0 ? 'unreachable' : summary.fail > 0 ? 'failed' : stopped !== null || broke || summary.pass === 0 ? 'incomplete' : 'passed',
    summary,
    written,
    checks,
  };
}

function reasonToSkip(check: ConformanceCheck<unknown, unknown>, suite: ConformanceSuite, done: readonly ConformanceCheckResult[], write: boolean): ConformanceFinding | undefined {
  if (check.access === 'write' && !write) return READ_ONLY;
  const missing = check.needs?.find((id) => !done.some((other) => other.id === id && (other.verdict === 'pass' || other.verdict === 'unclear')));
  const needed = suite.checks.find((other) => other.id === missing);
  return missing === undefined || needed === undefined ? undefined : needs(needed.title);
}

async function resultOf(
  check: ConformanceCheck<unknown, unknown>, known: ConformanceFinding | undefined, ctx: ConformanceContext, state: unknown, line: ConformanceLine, stopped: () => ConformanceFinding | undefined,
): Promise<ConformanceCheckResult> {
  const started = performance.now();
  let found = known;
  if (found === undefined) {
    try {
      found = await check.run(ctx, state);
    } catch (error) {
      found = error instanceof ConformanceStop ? error.finding : brokenCheck(error);
    }
    // A call that was cut off says nothing about the target. What was proved before the cut stands.
    const cut = stopped();
    if (cut !== undefined && found.kind !== 'pass') found = cut;
  }
  return {
    id: check.id, title: check.title, rule: check.rule, access: check.access, verdict: found.kind, note: found.note, issues: found.issues ?? [],
    durationMs: Math.round(performance.now() - started), evidence: line.evidence(),
  };
}

/** A fault of the check is no fault of the target. Its message may hold an answer's text, so that only its kind is told. */
function brokenCheck(error: unknown): ConformanceFinding {
  const name = error instanceof Error ? error.name : 'unknown';
  return { ...unclear(`Kiểm tra bị lỗi (${name}).`, `The check itself broke (${name}).`), issues: [issue(CHECK_BROKE)] };
}

/** Without a slash at its end. */
function targetOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wrong = (vi: string, en: string): never => {
    throw new ValidationError([issue('LT-KIT-TARGET', '/target', { vi, en })]);
  };
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return wrong('cần http:// hoặc https://', 'http:// or https:// is expected');
  if (url.username !== '' || url.password !== '') return wrong('không ghi tài khoản trong địa chỉ', 'no account in the address');
  if (url.search !== '' || url.hash !== '') return wrong('không kèm tham số', 'no query and no fragment');
  return url.href.replace(/\/$/, '');
}

/** A file that cannot be read would come to light in the middle of a run. */
function readable(tls: TlsFiles): void {
  const issues = (['caFile', 'certFile', 'keyFile'] as const).flatMap((name) => {
    const file = tls[name];
    if (file === undefined) return [];
    try {
      accessSync(file, constants.R_OK);
      return [];
    } catch (error) {
      return [issue('LT-CONFIG-UNREADABLE', `/tls/${name}`, (error as NodeJS.ErrnoException).code)];
    }
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

function limitsOf(options: ConformanceOptions): ConformanceReport['limits'] {
  const { callsPerSecond, callTimeoutMs, totalTimeoutMs, maxResponseBytes } = { ...CONFORMANCE_DEFAULTS, ...defined(options) };
  const bounds: [name: string, value: number, least: number, most: number][] = [
    ['callsPerSecond', callsPerSecond, 0.05, 1_000], ['callTimeoutMs', callTimeoutMs, 100, 600_000], ['totalTimeoutMs', totalTimeoutMs, 1_000, 6 * 3_600_000], ['maxResponseBytes', maxResponseBytes, 1_024, 1_073_741_824],
  ];
  const issues = bounds.filter(([, value, least, most]) => !(value >= least && value <= most)).map(([name, , least, most]) => issue('LT-INPUT-RANGE', `/${name}`, `${least} … ${most}`));
  if (issues.length > 0) throw new ValidationError(issues);
  return { callsPerSecond, callTimeoutMs, totalTimeoutMs, maxResponseBytes };
}

const LIMITS = ['callsPerSecond', 'callTimeoutMs', 'totalTimeoutMs', 'maxResponseBytes'] as const;
const defined = (options: ConformanceOptions): Partial<ConformanceReport['limits']> =>
  Object.fromEntries(LIMITS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
