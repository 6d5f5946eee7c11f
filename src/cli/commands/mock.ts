import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import type { Adapter } from '../../adapter/types.ts';
import type { FaultPlan } from '../../testing/faults.ts';
import { startSimulator, type HostedSimulator, type HostOptions, type RunningSimulator } from '../../testing/host.ts';
import { scenarioOf } from '../../testing/mockable.ts';
import type { Recorder } from '../../testing/recorder/recording.ts';
import type { Authority } from '../../testing/server/certificate.ts';
import { CALLBACK_URL, isCallbackUrl } from '../../testing/server/callbacks.ts';
import { readFaultFile } from '../../testing/server/fault-file.ts';
import { isValidationMode, VALIDATION_MODES, type ValidationMode } from '../../testing/server/inspector.ts';
import { anyUpstream, isUpstreamId, UPSTREAM_IDS, type UpstreamId } from '../../testing/upstreams.ts';
import { openRecorder } from '../open-recorder.ts';
import { CommandError, EXIT } from '../output.ts';
import { stopWithInput, untilSignal } from '../until-signal.ts';

export interface MockOptions {
  port: string;
  host: string;
  seed?: string;
  records?: string;
  faults?: string;
  scenario?: string[];
  option?: string[];
  /** false: --no-validation */
  validation?: boolean;
  validate?: string;
  tls?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  caFile?: string;
  record?: string;
  callbackUrl?: string;
  callbackHeader?: string[];
  callbackCa?: string;
  callbackLines?: string;
  keep: string;
  json?: boolean;
}

/** What a script needs to know of one mock; what does not apply is left out. */
interface MockFacts { upstream: string; url: string; admin: string; page: string; seed?: string; accounts?: unknown; settings?: Record<string, unknown>; ca?: string }
interface Chosen { id: UpstreamId; adapter: Adapter; port: number; simulator: HostedSimulator & { accounts?: unknown; seed?: string }; plan: FaultPlan | undefined; given: (() => void) | undefined }

const usage = (message: string): CommandError => new CommandError(message, EXIT.usage);
const LAST_PORT = 65_535;
const MOST_LINES = 64;

/** Runs simulated upstreams, one or several, each with its admin API and page under `/__admin`, until a signal. */
export async function mock(names: string[], options: MockOptions): Promise<void> {
  const chosen = await choose(names, options);
  const common = await hostOptions(options);
  const running: RunningSimulator[] = [];
  const recorders: Recorder[] = [];
  try {
    for (const { id, adapter, port, simulator, plan, given } of chosen) {
      const recorder = options.record === undefined ? undefined : await openRecorder(chosen.length === 1 ? options.record : fileFor(options.record, id), adapter, { option: '--record', goesOn: 'the mock goes on / máy chủ giả lập vẫn chạy' });
      if (recorder !== undefined) recorders.push(recorder);
      running.push(await startSimulator(simulator, {
        ...common.host, port, ...(plan === undefined ? {} : { faults: plan }), ...(adapter.contract === undefined ? {} : { contract: adapter.contract }), ...(recorder === undefined ? {} : { recorder }), ...(given === undefined ? {} : { given }),
      }));
    }
    const facts = chosen.map(({ id, simulator }, i): MockFacts => {
      const url = running[i]?.url ?? '';
      const settings = simulator.clientConfig?.(url);
      return {
        upstream: id, url, admin: `${url}/__admin/summary`, page: `${url}/__admin/`,
        ...(simulator.seed === undefined ? {} : { seed: simulator.seed }), ...(simulator.accounts === undefined ? {} : { accounts: simulator.accounts }), ...(settings === undefined ? {} : { settings }), ...(common.ca === undefined ? {} : { ca: common.ca }),
      };
    });
    // Whoever reads the lines may send the signal at once: it must find us listening for it.
    const stopped = untilSignal();
    process.stdout.write(facts.map((fact) => `${options.json === true ? JSON.stringify(fact) : inWords(fact)}\n`).join(''));
    if (options.json === true) stopWithInput();
    prepare(running);
    await stopped;
  } finally {
    await Promise.all(running.map((mock) => mock.close()));
    for (const recorder of recorders) {
      const { recorded, skipped } = await recorder.close();
      process.stderr.write(`recorded ${recorded}, left out ${skipped} / đã ghi ${recorded}, bỏ qua ${skipped}\n`);
    }
    common.end();
    process.stdin.destroy();
  }
}

/** `traffic.ndjson` is `traffic.dvcqg.ndjson` when several upstreams are recorded: a recording is of one. */
function fileFor(file: string, id: string): string {
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}.${id}${ext}`);
}

/** The documents are opened while nobody waits: reading one takes a third of a second. */
function prepare(running: readonly RunningSimulator[]): void {
  for (const { validation } of running) setImmediate(() => { if (validation.mode !== 'off') validation.warm(); });
}

const inWords = (fact: MockFacts): string => [
  `${fact.upstream} simulator ${fact.url}`, `page ${fact.page}`, `admin ${fact.admin}`,
  ...(fact.seed === undefined ? [] : [`seed ${fact.seed}`]), ...(fact.accounts === undefined ? [] : [`accounts ${JSON.stringify(fact.accounts)}`]), ...(fact.settings === undefined ? [] : [`settings ${JSON.stringify(fact.settings)}`]), ...(fact.ca === undefined ? [] : [`CA ${fact.ca}`]),
].join('\n');

/** The upstreams that were asked for, their simulators made, everything that a person typed for them checked. */
async function choose(names: string[], options: MockOptions): Promise<Chosen[]> {
  const asked = names.length === 0 || names.includes('all') ? [...UPSTREAM_IDS] : [...new Set(names)];
  const adapters = new Map<UpstreamId, Adapter>();
  for (const name of asked) {
    const adapter = isUpstreamId(name) ? await anyUpstream(name) : undefined;
    if (adapter?.simulator !== undefined && isUpstreamId(name)) adapters.set(name, adapter);
    else if (names.includes(name)) throw usage(`no simulator for '${name}'; there is: ${UPSTREAM_IDS.join(', ')}, all`);
  }
  const first = portOf(options.port);
  if (first > 0 && first + adapters.size - 1 > LAST_PORT) throw usage(`--port: ${adapters.size} ports from ${first} on are too many / không đủ cổng từ ${first}`);
  const own = parseOptions(options.option ?? [], [...adapters.keys()]);
  const scenarios = parseScenarios(options.scenario ?? [], [...adapters.keys()]);
  const { faults: file, records } = options;
  const plans = file === undefined ? undefined : asUsage('--faults', () => readFaultFile(readFileSync(file, 'utf8'), UPSTREAM_IDS));
  const sources = [...adapters].filter(([, adapter]) => adapter.source !== undefined).map(([id]) => id);
  if (records !== undefined && sources.length !== 1) throw usage(sources.length === 0 ? `--records: '${[...adapters.keys()].join(', ')}' is no source of dossiers / không phải nguồn hồ sơ` : `--records: several sources, ${sources.join(', ')}; start them one by one / hãy chạy riêng từng nguồn`);
  const held = records === undefined ? {} : { records: asUsage('--records', () => recordsOf(readFileSync(records, 'utf8'))) };
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  return [...adapters].map(([id, adapter], i) => {
    const scenario = asUsage('--scenario', () => scenarioOf(adapter, scenarios[id]));
    const simulator = asUsage('--option', () => adapter.simulator?.({ ...seed, ...scenario.options, ...(adapter.source === undefined ? {} : held), ...own[id] })) as Chosen['simulator'];
    const plan = plans?.planFor(id);
    return { id, adapter, port: first === 0 ? 0 : first + i, simulator, plan: plan === undefined ? undefined : { ...seed, ...plan }, given: scenario.given === undefined ? undefined : () => scenario.given?.(simulator) };
  });
}

/** What holds for every mock of this run: certificate, checks, recording, where callbacks go. */
async function hostOptions(options: MockOptions): Promise<{ host: HostOptions; ca?: string; end(): void }> {
  const keep = Number(options.keep);
  if (!Number.isInteger(keep) || keep < 0 || keep > 1_000_000) throw usage('--keep: 0 … 1000000');
  const headers = headersOf(options.callbackHeader ?? []);
  const { callbackUrl, callbackCa } = options;
  if (callbackUrl !== undefined && !isCallbackUrl(callbackUrl)) throw usage(`--callback-url: ${CALLBACK_URL}`);
  const lines = Number(options.callbackLines ?? 1);
  if (!Number.isInteger(lines) || lines < 1 || lines > MOST_LINES) throw usage(`--callback-lines: 1 … ${MOST_LINES}`);
  const secure = await certificateOf(options);
  return {
    host: {
      host: options.host, validate: modeOf(options), log: { max: keep },
      callbacks: { headers, lines, ...(callbackUrl === undefined ? {} : { url: callbackUrl }), ...(callbackCa === undefined ? {} : { caFile: callbackCa }) },
      ...(secure === undefined ? {} : { tls: secure.tls }),
    },
    ...(secure?.ca === undefined ? {} : { ca: secure.ca }),
    end: () => secure?.end(),
  };
}

function modeOf({ validation, validate }: MockOptions): ValidationMode {
  if (validate !== undefined && !isValidationMode(validate)) throw usage(`--validate: ${VALIDATION_MODES.join(', ')}`);
  return validation === false ? 'off' : isValidationMode(validate) ? validate : 'observe';
}

async function certificateOf({ tls, tlsCert, tlsKey, caFile, host }: MockOptions): Promise<{ tls: { cert: string; key: string }; ca?: string; end(): void } | undefined> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw usage('--tls-cert and --tls-key belong together / phải đi cùng nhau');
  if (tlsCert !== undefined && tlsKey !== undefined) return { tls: asUsage('--tls-cert', () => ({ cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') })), end: () => undefined };
  if (tls !== true) return undefined;
  const { createAuthority } = await import('../../testing/server/certificate.ts');
  const authority: Authority = await createAuthority();
  const issued = await authority.issue([host]);
  // Only the certificate is written; the keys stay in this process.
  const folder = caFile === undefined ? mkdtempSync(join(tmpdir(), 'lienthong-mock-')) : undefined;
  const ca = caFile ?? join(folder ?? '', 'ca.pem');
  asUsage('--ca-file', () => writeFileSync(ca, authority.ca));
  return { tls: issued, ca, end: () => { if (folder !== undefined) rmSync(folder, { recursive: true, force: true }); } };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > LAST_PORT) throw usage(`--port: 0 … ${LAST_PORT}, not '${text}' / không phải '${text}'`);
  return port;
}

/** `name: value` lines. @throws CommandError without the value: it is a credential as often as not */
function headersOf(lines: string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf(':');
    if (at < 1) throw usage('--callback-header wants name: value / cần dạng tên: giá trị');
    return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
  }));
}

/** What a person typed can be wrong in ways that only its reader notices; its sentence is enough for them. */
function asUsage<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usage(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Records of an NDJSON export. @throws Error that names the line, never its text: an export holds personal data */
function recordsOf(text: string): unknown[] {
  return text.replace(/^\uFEFF/, '').split('\n').flatMap((line, i): unknown[] => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line)];
    } catch {
      throw new Error(`line ${i + 1} is not JSON / dòng ${i + 1} không phải JSON`);
    }
  });
}

/** Names of scenarios, `upstream.name` when several upstreams run. */
function parseScenarios(words: string[], ids: readonly UpstreamId[]): Partial<Record<UpstreamId, string>> {
  return Object.fromEntries(words.map((word) => {
    const id = ids.find((id) => word.startsWith(`${id}.`)) ?? (ids.length === 1 ? ids[0] : undefined);
    if (id === undefined) throw usage(`--scenario: say which upstream, ${ids.join('|')}.name / ghi rõ hệ thống`);
    return [id, word.startsWith(`${id}.`) ? word.slice(id.length + 1) : word];
  }));
}

/** `name=value` pairs, `upstream.name=value` when there are several; values are JSON where they parse as JSON, text otherwise; `@file` stands for the file's text. */
function parseOptions(pairs: string[], ids: readonly UpstreamId[]): Partial<Record<UpstreamId, Record<string, unknown>>> {
  const made: Partial<Record<UpstreamId, Record<string, unknown>>> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw usage(`--option wants name=value, not '${pair}'`);
    const [prefix = '', ...rest] = pair.slice(0, at).split('.');
    const named = ids.find((id) => id === prefix && rest.length > 0);
    const id = named ?? (ids.length === 1 ? ids[0] : undefined);
    if (id === undefined) throw usage(`--option: say which upstream, ${ids.join('|')}.name=value / ghi rõ hệ thống`);
    const name = named === undefined ? pair.slice(0, at) : rest.join('.');
    const typed = pair.slice(at + 1);
    const text = typed.startsWith('@') ? asUsage(`--option ${pair.slice(0, at)}`, () => readFileSync(typed.slice(1), 'utf8')) : typed;
    let value: unknown = text;
    try {
      value = JSON.parse(text);
    } catch {
      // a plain text
    }
    (made[id] ??= {})[name] = value;
  }
  return made;
}
