import { readFileSync } from 'node:fs';
import { createFaults, startSimulator, type FaultPlan, type HostedSimulator } from '../../testing/index.ts';
import { ADAPTERS } from '../adapters.ts';
import { CommandError, EXIT } from '../output.ts';
import { untilSignal } from './serve.ts';

export interface MockOptions { port: string; host: string; seed?: string; records?: string; faults?: string; option?: string[]; json?: boolean }

/** Runs the simulated upstream as a process of its own, with its admin API under `/__admin`. */
export async function mock(upstream: string, options: MockOptions): Promise<void> {
  const factory = Object.hasOwn(ADAPTERS, upstream) ? ADAPTERS[upstream]?.simulator : undefined;
  if (factory === undefined) {
    const known = Object.values(ADAPTERS).filter((adapter) => adapter.simulator !== undefined).map((adapter) => adapter.id);
    throw new CommandError(`no simulator for '${upstream}'; there is: ${known.join(', ')}`, EXIT.usage);
  }
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new CommandError(`--port: 0 … 65535, not '${options.port}' / không phải '${options.port}'`, EXIT.usage);
  const given = parseOptions(options.option ?? []);
  const { faults: file, records } = options;
  if (records !== undefined && ADAPTERS[upstream]?.source === undefined) throw new CommandError(`--records: '${upstream}' is no source of dossiers / '${upstream}' không phải nguồn hồ sơ`, EXIT.usage);
  const held = records === undefined ? {} : { records: asUsage('--records', () => recordsOf(readFileSync(records, 'utf8'))) };
  const simulator = asUsage('--option', () => factory({ ...(options.seed === undefined ? {} : { seed: options.seed }), ...held, ...given })) as HostedSimulator & { accounts?: unknown; seed?: string };
  const faults = file === undefined ? undefined : asUsage('--faults', () => createFaults(JSON.parse(readFileSync(file, 'utf8')) as FaultPlan));
  const running = await startSimulator(simulator, { port, host: options.host, ...(faults === undefined ? {} : { faults }) });
  const stopped = untilSignal();
  // Not every simulator has a seed or accounts; JSON leaves out what is undefined, the text for people does too.
  const facts = { upstream, url: running.url, admin: `${running.url}/__admin/summary`, seed: simulator.seed, accounts: simulator.accounts };
  const own = [...(facts.seed === undefined ? [] : [`seed ${facts.seed}`]), ...(facts.accounts === undefined ? [] : [`accounts ${JSON.stringify(facts.accounts)}`])];
  process.stdout.write(options.json === true ? `${JSON.stringify(facts)}\n` : `${[`${upstream} simulator ${facts.url}`, `admin ${facts.admin}`, ...own].join('\n')}\n`);
  // A parent that starts us with a pipe and dies must not leave us behind.
  if (options.json === true) process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume();
  await stopped;
  await running.close();
  process.stdin.destroy();
}

/** What a person typed can be wrong in ways that only its reader notices; its sentence is enough for them. */
function asUsage<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CommandError(`${option}: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
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

/** `name=value` pairs; values are JSON where they parse as JSON, text otherwise. */
function parseOptions(pairs: string[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new CommandError(`--option wants name=value, not '${pair}'`, EXIT.usage);
    const text = pair.slice(at + 1);
    try {
      return [pair.slice(0, at), JSON.parse(text) as unknown];
    } catch {
      return [pair.slice(0, at), text];
    }
  }));
}
