/** An adapter that somebody names on the command line: one of ours, or a module of theirs, with its settings. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Adapter } from '../adapter/types.ts';
import type { Issue } from '../contract/errors/types.ts';
import { isRecord } from '../contract/is-record.ts';
import { isValidationError } from '../contract/validate.ts';
import { readConfigFile, substituteEnv } from '../gateway/config/file.ts';
import { ADAPTERS } from './adapters.ts';
import { CommandError, EXIT } from './output.ts';

const isAdapter = (value: unknown): value is Adapter => isRecord(value) && typeof value['id'] === 'string' && isRecord(value['operations']) && typeof value['open'] === 'function' && typeof value['configure'] === 'function';

/**
 * @param name id of an adapter of ours, path of a module, or name of an installed package
 * @param option what the person typed, for messages
 * @throws CommandError when there is none
 */
export async function adapterNamed(name: string, option: string): Promise<Adapter> {
  const own = Object.hasOwn(ADAPTERS, name) ? ADAPTERS[name] : undefined;
  if (own !== undefined) return own;
  let module: unknown;
  try {
    module = await import(existsSync(name) ? pathToFileURL(resolve(name)).href : name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : 'unknown');
    throw new CommandError(`${option}: '${name}' is neither an adapter (${Object.keys(ADAPTERS).join(', ')}) nor a module that loads (${code}) / không phải bộ kết nối có sẵn, cũng không nạp được như một mô-đun`, EXIT.usage);
  }
  const found = Object.values(module as object).find(isAdapter);
  if (found === undefined) throw new CommandError(`${option}: the module exports no adapter / mô-đun không xuất bộ kết nối nào`, EXIT.usage);
  return found;
}

/**
 * Settings of an adapter: a file of its own, or the configuration of a gateway that has it among its upstreams or sources.
 * @throws CommandError with the places that are wrong, never with values
 */
export function settingsOf(file: string, adapter: Adapter): unknown {
  const read = readConfigFile(file);
  const filled = read.ok ? substituteEnv(partOf(read.value, adapter), process.env) : undefined;
  const issues = read.ok ? (filled?.issues ?? []) : read.issues;
  if (issues.length > 0) throw unusable(issues);
  return filled?.value;
}

const unusable = (issues: readonly Issue[]): CommandError => new CommandError(issues.map(({ code, pointer, message }) => `${code} ${pointer ?? ''} ${message.en} / ${message.vi}`).join('\n'), EXIT.usage);

function partOf(value: unknown, adapter: Adapter): unknown {
  if (!isRecord(value)) return value;
  const all = [value['upstreams'], value['sources']].filter(isRecord).flatMap((group) => Object.entries(group));
  const [, part] = all.find(([name, settings]) => isRecord(settings) && (settings['adapter'] ?? name) === adapter.id) ?? [];
  if (!isRecord(part)) return value;
  // What the gateway keeps beside them (mode, schedule) is not the adapter's.
  const known = isRecord(adapter.configSchema['properties']) ? adapter.configSchema['properties'] : {};
  return Object.fromEntries(Object.entries(part).filter(([name]) => Object.hasOwn(known, name)));
}

/** Settings that do not fit are told as usage, with every place. */
export async function withSettings<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isValidationError(error)) throw error;
    throw unusable(error.issues);
  }
}
